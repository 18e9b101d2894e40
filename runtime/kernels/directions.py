"""Unit directions, one after the other along a first axis; and whether places are alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def basis(like: Any) -> Any:
    """Arrays of the shape of `like` that are 1 at one place and 0 elsewhere: one for each place."""
    like = np.asarray(like)
    return np.eye(like.size, dtype=like.dtype).reshape(like.size, *like.shape)


@kernel
def axis_basis(like: Any, axis: int) -> Any:
    """Arrays of the shape of `like` that are 1 at one index of `axis` and 0 elsewhere: one for each index."""
    like = np.asarray(like)
    size = like.shape[axis]
    shape = [size if i == axis else 1 for i in range(like.ndim)]
    return np.broadcast_to(np.eye(size, dtype=like.dtype).reshape(size, *shape), (size, *like.shape))


@kernel
def direction(v: Any, x: Any) -> Any:
    """A tangent of `x` in its dtype.

    Raises:
        ValueError: if it has another shape, with both.
    """
    if np.shape(v) != np.shape(x):
        raise ValueError(f"a tangent has shape {np.shape(v)}, its argument {np.shape(x)}")
    if isinstance(x, (np.ndarray, np.generic)) and isinstance(v, (np.ndarray, np.generic)) and v.dtype != x.dtype:
        return np.asarray(v).real.astype(x.dtype) if not np.iscomplexobj(x) else np.asarray(v).astype(x.dtype)
    return v


@kernel
def check_places(u: Any, x: Any, axis: int, what: str, unsure: bool) -> Any:
    """`u`, if apart from `axis` its sizes are those of `x`, and on it, too, for a divergence.

    Args:
        u, x: arrays with the same number of axes.
        axis: the axis of the components, not negative.
        what: "axis_jacobian", "divergence" or "laplacian".
        unsure: whether it was not known that `u` has more than one component.

    Raises:
        ValueError: naming the argument and both shapes.
    """
    names = {"axis_jacobian": "dljacobian", "divergence": "dldivergence", "laplacian": "dllaplacian"}
    places = [(*np.shape(v)[:axis], *np.shape(v)[axis + 1 :]) for v in (u, x)]
    shapes = f"u has shape {np.shape(u)}, x {np.shape(x)}"
    if places[0] != places[1]:
        raise ValueError(f"{names[what]}: u and x must have the same sizes apart from axis {axis}: {shapes}")
    if what == "divergence" and np.shape(u)[axis] != np.shape(x)[axis]:
        raise ValueError(f"dldivergence: u and x must have the same size along axis {axis}: {shapes}")
    if unsure and np.shape(u)[axis] == 1:
        raise ValueError(
            f"dljacobian: u has size 1 along axis {axis}, which was not known when the gradient was written: "
            f"pass what the size follows from as an argument, or select the component, u[..., :1]"
        )
    return u
