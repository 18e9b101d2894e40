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
def along(fun: Any) -> Any:
    """`fun`, which takes the tangents first and then the arguments, called as ``jvp(f, primals, tangents)``."""

    def call(f: Any, primals: Any, tangents: Any) -> Any:
        return fun(*[v for v in tangents if v is not None], *primals)

    return call


@kernel
def axis_basis(u: Any, x: Any, axis: int, of: str = "u", sizes: str = "any") -> Any:
    """Arrays like u (or x) that are 1 at one index of `axis` and 0 elsewhere: one for each index.

    Args:
        u: an array; x: one, or a tuple of arrays.
        axis: the axis of the components, not negative. Apart from it the sizes must be the same.
        of: "u" or "x", the one whose directions are wanted.
        sizes: along the axis "any", the "same" or, of u, "several".

    Raises:
        ValueError: naming the argument and both shapes.
    """
    check_sizes(u, x, axis, sizes)
    like = np.asarray(u if of == "u" else x)
    size = like.shape[axis]
    shape = [size if i == axis else 1 for i in range(like.ndim)]
    return np.broadcast_to(np.eye(size, dtype=like.dtype).reshape(size, *shape), (size, *like.shape))


@kernel
def axis_ones(u: Any, x: Any, axis: int, of: str = "u", sizes: str = "any") -> Any:
    """The one direction along an axis of size 1; arguments and errors are those of `axis_basis`."""
    check_sizes(u, x, axis, sizes)
    return np.ones_like(u if of == "u" else x)


def check_sizes(u: Any, x: Any, axis: int, sizes: str) -> None:
    """Raise where u and x have not the sizes that a derivative along an axis needs.

    Raises:
        ValueError: with both shapes.
    """
    a = np.shape(u)
    for b in map(np.shape, x if isinstance(x, tuple) else (x,)):
        shapes = f"u has shape {a}, x {b}"
        if (*a[:axis], *a[axis + 1 :]) != (*b[:axis], *b[axis + 1 :]):
            raise ValueError(f"u and x must have the same sizes apart from axis {axis}: {shapes}")
        if sizes == "same" and a[axis] != b[axis]:
            raise ValueError(f"u and x must have the same size along axis {axis}: {shapes}")
    if sizes == "several" and a[axis] == 1:
        raise ValueError(
            f"u has size 1 along axis {axis}, which was not known when the gradient was written, so that an axis "
            f"too many would come out: index it, u[..., :1], or pass the array that its size comes from"
        )


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
