"""Norms of vectors and matrices, and the condition number.

Conventions: the gradient of a norm at 0 is 0; where several entries, columns or singular values
are the largest (or the smallest), they share the cotangent evenly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Unsupported, case, normal, primitive
from ..kernels.linear import ratio
from .matrices import inv_vjp

Axis = Any  # an int, a tuple of ints or None


# --- vectors ----------------------------------------------------------------------------------


def vector_pull(dy: Any, y: Any, x: Any, order: Any, axis: Axis, keepdims: bool) -> Any:
    """The cotangent of `x` in the `order`-norm over `axis` (None: over all its axes)."""
    dy, y = _kept(dy, x, axis, keepdims), _kept(y, x, axis, keepdims)
    if order is None or order == 2:
        return dy * ratio(x, y)
    if order == 0:
        return None
    if order == 1:
        return dy * direction(x)
    if order in (np.inf, -np.inf):
        return dy * direction(x) * _share(abs(x), order > 0, axis)
    if order > 1:
        return dy * direction(x) * ratio(abs(x), y) ** (order - 1)
    return dy * ratio(direction(x), ratio(abs(x), y) ** (1 - order))


def direction(x: Any) -> Any:
    """x / abs(x), and 0 at 0."""
    return ratio(x, abs(x)) if np.iscomplexobj(x) else np.sign(x)


def _kept(d: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """A result with its reduced axes back at size 1, if it needs them to broadcast with `x`."""
    count = x.ndim if axis is None else len(axis) if isinstance(axis, tuple) else 1
    return d if keepdims or count == x.ndim else np.expand_dims(d, axis)


def _share(size: Any, largest: bool, axis: Axis) -> Any:
    """How much of the extreme each entry of `size` is: ties share evenly."""
    best = size.max(axis=axis, keepdims=True) if largest else size.min(axis=axis, keepdims=True)
    ties = size == best
    return ties / ties.sum(axis=axis, keepdims=True, dtype=size.dtype)


# --- matrices ---------------------------------------------------------------------------------


def matrix_pull(dy: Any, y: Any, x: Any, order: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    """The cotangent of `x` in the matrix norm `order` over the row axis and the column axis."""
    if order in (None, "fro", "f"):
        return vector_pull(dy, y, x, 2, axis, keepdims)
    dy = _kept(dy, x, axis, keepdims)
    if order in (1, -1, np.inf, -np.inf):
        along, across = axis if order in (1, -1) else axis[::-1]
        sums = abs(x).sum(axis=along, keepdims=True)
        return dy * direction(x) * _share(sums, order > 0, across)
    if order in ("nuc", 2, -2):
        last = axis in ((-2, -1), (x.ndim - 2, x.ndim - 1))
        d = _singular_share(x if last else np.moveaxis(x, axis, (-2, -1)), order)
        return dy * (d if last else np.moveaxis(d, (-2, -1), axis))
    raise Unsupported(f"the matrix norm of order {order!r} has no rule")


def _singular_share(x: Any, order: Any) -> Any:
    """The derivative of a sum, a largest or a smallest of the singular values."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    share = np.sign(s) if order == "nuc" else np.sign(s) * _share(s, order > 0, -1)
    return (u * share[..., None, :]) @ vh


# --- rows -------------------------------------------------------------------------------------


def norm_vjp(dy: Any, y: Any, x: Any, ord: Any = None, axis: Any = None,
             keepdims: bool = False) -> Any:  # fmt: skip
    axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    if axis is None and ord is not None and x.ndim == 2:
        axis = (0, 1)
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if isinstance(axis, tuple):
        return matrix_pull(dy, y, x, ord, axis, keepdims)
    return vector_pull(dy, y, x, ord, axis, keepdims)


def vector_norm_vjp(dy: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False,
                    ord: Any = 2) -> Any:  # fmt: skip
    return vector_pull(dy, y, x, ord, tuple(axis) if isinstance(axis, list) else axis, keepdims)


def matrix_norm_vjp(dy: Any, y: Any, x: Any, keepdims: bool = False, ord: Any = "fro") -> Any:
    return matrix_pull(dy, y, x, ord, (-2, -1), keepdims)


def cond_vjp(dy: Any, y: Any, x: Any, p: Any = None) -> Any:
    """``norm(x, p) norm(inv(x), p)``; for singular values also of matrices that are not square."""
    if p in (None, 2, -2):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        first, last = (-1, 0) if p == -2 else (0, -1)
        top, bottom = s[..., first, None, None], s[..., last, None, None]
        dy = dy if x.ndim == 2 else dy[..., None, None]
        d_top = u[..., :, first, None] * vh[..., None, first, :]
        d_bottom = u[..., :, last, None] * vh[..., None, last, :]
        return dy / bottom * (d_top - top / bottom * d_bottom)
    inverse = np.linalg.inv(x)
    sizes = [np.linalg.norm(m, p, axis=(-2, -1)) for m in (x, inverse)]
    pull = [
        matrix_pull(dy * other, mine, m, p, (-2, -1), False)
        for m, mine, other in ((x, *sizes), (inverse, *sizes[::-1]))
    ]
    return pull[0] + inv_vjp(pull[1], inverse, x)


_ZEROS = np.zeros(3)
_ORDERS = [None, 1, 2, 3, 0.5, 2.5, -1, -2.5, np.inf, -np.inf]
_MATRIX_ORDERS = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]

norm = primitive(
    np.linalg.norm, norm_vjp, wrt="x",
    try_on=[
        *[case(normal(4), ord=p) for p in _ORDERS], *[case(normal(3, 4), ord=p, axis=0) for p in _ORDERS],
        *[case(normal(3, 3), ord=p) for p in _MATRIX_ORDERS],
        *[case(normal(2, 4, 3), ord=p, axis=(-1, 0)) for p in _MATRIX_ORDERS],
        case(normal(2, 3)), case(normal(2, 3, 4)), case(normal(2, 3), axis=1, keepdims=True),
        case(normal(2, 3), keepdims=True), case(normal(2, 3), axis=(0, 1), keepdims=True),
        case(normal(2, 3, 4), "nuc", (0, 2), True), case(normal(2, 3, 4), axis=-1), case(normal()),
        case(normal(1)), case(normal(0)), case(normal(3, 1), axis=1), case(normal(3, 1), ord=1),
        case(normal(3), ord=0), case(_ZEROS, smooth=False), case(_ZEROS, 1, smooth=False),
        case(_ZEROS, np.inf, smooth=False), case(_ZEROS, 3, smooth=False), case(_ZEROS, 0.5, smooth=False),
        case(np.zeros((2, 3)), axis=1, smooth=False), case(np.zeros((2, 2)), "nuc", smooth=False),
        case(np.zeros((2, 2)), 2, smooth=False), case(np.array([0.0, 3.0, 4.0])),
        case(normal(4, dtype=complex)), case(normal(4, dtype=complex), 1), case(normal(4, dtype=complex), 3),
        case(normal(4, dtype=complex), np.inf), case(normal(3, 3, dtype=complex), "nuc"),
        case(normal(3, 2, dtype=complex), 2), case(normal(3, 2, dtype=complex), 1),
        case(normal(4, dtype=np.float32)), case(normal(4, dtype=np.float32), 3),
    ],
)  # fmt: skip

vector_norm = primitive(
    np.linalg.vector_norm, vector_norm_vjp, params="x",
    try_on=[*[case(normal(3, 4), ord=p) for p in _ORDERS if p is not None],
            *[case(normal(3, 4), ord=p, axis=1) for p in _ORDERS if p is not None],
            case(normal(2, 3, 4), axis=(0, 2)), case(normal(2, 3, 4), axis=(0, 2), keepdims=True, ord=3),
            case(normal(2, 3), keepdims=True), case(_ZEROS, smooth=False), case(normal(3, dtype=complex))],
)  # fmt: skip

matrix_norm = primitive(
    np.linalg.matrix_norm, matrix_norm_vjp, params="x",
    try_on=[*[case(normal(3, 3), ord=p) for p in _MATRIX_ORDERS if p is not None],
            *[case(normal(2, 3, 4), ord=p) for p in _MATRIX_ORDERS if p is not None],
            case(normal(2, 3), keepdims=True), case(np.zeros((2, 2)), smooth=False)],
)  # fmt: skip

cond = primitive(
    np.linalg.cond, cond_vjp, wrt="x",
    try_on=[*[case(normal(3, 3), p) for p in _MATRIX_ORDERS], case(normal(4, 2)), case(normal(2, 3, 3)),
            case(normal(2, 3, 3), 1), case(normal(2, 2, dtype=complex))],
)  # fmt: skip
