"""`dljacobian`, `dldivergence`, `dllaplacian`: derivatives along an axis, inside a model function."""

from __future__ import annotations

from typing import Any

from .runtime.errors import TraceError
from .specials import special

OUTSIDE = ("{0} was called outside dlfeval: put it into a model function, as in\n"
           "    def model(x):\n"
           "        u = ...\n"
           "        return dl.{0}(u, x, 0)\n"
           "and call dl.dlfeval(model, x)")  # fmt: skip


@special("dljacobian")
def dljacobian(u: Any, x: Any, axis: int, *, EnableHigherDerivatives: bool = False, **options: bool) -> Any:
    """The Jacobian of `u` with respect to `x` along one axis, inside a function that `dlfeval` runs.

    The other axes are independent observations: only entries of `u` and `x` of the same observation
    are taken to depend on each other, as where a network is applied to a batch.

    Args:
        u: an array computed from `x`, of m components along `axis`.
        x: an array, or a container of arrays, of n components along `axis`; with the number of axes
            of `u`, and its sizes apart from `axis`. No labels: use `stripdims`.
        axis: the axis of the components, from 0 (MATLAB's `dim`, which may also be the keyword).
        EnableHigherDerivatives: a later derivative may differentiate this one.

    Returns:
        With u of shape (m, N) and x of shape (n, N), an array of shape (m, n, N) for `axis` 0; with
        u (N, m) and x (N, n), one of shape (N, m, n) for `axis` 1. For m = 1, as in MATLAB, an array
        of the shape of x. For a container x the same container.

    Raises:
        TraceError: when it is called outside `dlfeval`.
        DLError: (from `dlfeval`) where u or x is no such array, naming it.
        ValueError: (while the model runs) where the sizes of u and x differ apart from `axis`.
    """
    raise TraceError(OUTSIDE.format("dljacobian"))


@special("dldivergence")
def dldivergence(u: Any, x: Any, axis: int, *, EnableHigherDerivatives: bool = False, **options: bool) -> Any:
    """The divergence of `u`: the sum of ``du_k / dx_k`` over the components k along `axis`.

    Args and errors are those of `dljacobian`; `u` and `x` have the same shape, `x` is an array.

    Returns:
        An array of the shape of x, with size 1 along `axis`.
    """
    raise TraceError(OUTSIDE.format("dldivergence"))


@special("dllaplacian")
def dllaplacian(u: Any, x: Any, axis: int, *, EnableHigherDerivatives: bool = False, **options: bool) -> Any:
    """The Laplacian of each component of `u`: the sum of the second derivatives along `axis` of `x`.

    Args and errors are those of `dljacobian`; `x` is an array. The option is about the result: the
    first derivatives are always differentiated again.

    Returns:
        An array of the shape of u.
    """
    raise TraceError(OUTSIDE.format("dllaplacian"))
