"""Taking joined arrays apart again, where their number or sizes exist only at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declare import kernel
from .indexing import scatter
from .lists import fitted


@kernel
def unstacked(d: Any, like: Any, axis: int = 0) -> Any:
    """The slices of `d` along `axis`: a list, nested as `like` is; an array where `like` is one."""
    d = np.moveaxis(d, axis, 0) if axis else np.asarray(d)
    if isinstance(like, (list, tuple)):
        return [unstacked(part, inner) for part, inner in zip(d, like, strict=True)]
    return fitted(d.reshape(np.shape(like)), like)


@kernel
def lifted_axes(rank: int, manner: str) -> tuple[int | None, ...]:
    """For each axis of an array as a joining function sees it: the axis it was, or None if new."""
    own = tuple(range(rank))
    if manner == "hstack" and rank == 0:
        return (None,)
    if manner == "vstack" and rank < 2:
        return (None, None) if rank == 0 else (None, 0)
    if manner == "dstack" and rank < 3:
        return ((None, None, None), (None, 0, None), (0, 1, None))[rank]
    if manner == "column_stack" and rank < 2:
        return (None, None) if rank == 0 else (0, None)
    return own


@kernel
def unjoined(d: Any, like: Any, manner: str = "concatenate", axis: Any = 0) -> Any:
    """The parts of `d`, shaped as a join of the arrays in `like`, that each of them made.

    `manner` is the name of the function: concatenate (along `axis`), hstack, vstack, dstack or
    column_stack. Returns a list; an array where `like` is one.
    """
    d = np.asarray(d)
    places = {"hstack": min(d.ndim - 1, 1), "vstack": 0, "dstack": 2, "column_stack": 1}
    at = places.get(manner, 0 if axis is None else axis) % d.ndim
    lead = (slice(None),) * at
    parts: list[Any] = []
    start = 0
    for x in like:
        source = lifted_axes(np.ndim(x), manner)[at] if axis is not None else None
        n = np.size(x) if axis is None else 1 if source is None else np.shape(x)[source]
        parts.append(d[(*lead, slice(start, start + n))].reshape(np.shape(x)))
        start += n
    return np.array(parts).reshape(np.shape(like)) if isinstance(like, np.ndarray) else parts


@kernel
def unsplit(parts: Any, shape: Any, cuts: Sequence[int], axis: int = 0) -> Any:
    """The adjoint of ``split(x, cuts, axis)`` for cuts in any order, where pieces may overlap."""
    y = np.zeros(shape, np.result_type(*parts))
    ends = [None, *cuts, None]
    lead = (slice(None),) * (axis % y.ndim)
    for part, start, stop in zip(parts, ends[:-1], ends[1:], strict=True):
        y[(*lead, slice(start, stop))] += part
    return y


@kernel
def unrepeated(d: Any, shape: Any, repeats: Any, axis: Any = None) -> Any:
    """Sums of the entries of `d` that ``repeat(x, repeats, axis)`` copied from one entry of `x`."""
    size = int(np.prod(shape, dtype=int)) if axis is None else shape[axis]
    origin = np.repeat(np.arange(size), repeats)
    if axis is None:
        return scatter(d, (size,), origin).reshape(shape)
    lead = (slice(None),) * (axis % len(shape))
    return scatter(d, shape, (*lead, origin))
