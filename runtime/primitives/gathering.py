"""Reading entries by their numbers along an axis: take, take_along_axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, normal, primitive
from ..kernels.gathering import untaken
from ..kernels.indexing import scatter
from .linear import as_given, stacked


def take_a(dy: Any, y: Any, a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """``take(a, indices, axis)`` is ``a[:, indices]`` with as many colons as `axis` says."""
    x = stacked(a)
    places = list(indices) if isinstance(indices, tuple) else indices
    if mode != "raise":
        count = x.size if axis is None else x.shape[axis]
        places = np.asarray(places) % count if mode == "wrap" else np.clip(places, 0, count - 1)
    if axis is None:
        return as_given(np.reshape(scatter(dy, x.size, places), x.shape), a)
    lead = (slice(None),) * (axis % x.ndim)
    return as_given(scatter(dy, x.shape, (*lead, places)), a)


_SOME = np.array([0, 2, 2, -1])

take = primitive(
    np.take, take_a, wrt="a", params="a indices axis out mode", linear_in="a", sizes="any",
    try_on=[case(normal(5), 2), case(normal(5), -1), case(normal(5), _SOME), case(normal(5), [0, 2, 2]),
            case(normal(5), (0, 2)), case(normal(5), _SOME.reshape(2, 2)), case(normal(3, 4), _SOME),
            case(normal(3, 4), 7), case(normal(3, 4), 1, axis=0), case(normal(3, 4), _SOME, axis=1),
            case(normal(3, 4), _SOME.reshape(2, 2), -1), case(normal(3, 4, 2), [2, 0, 2], axis=-3),
            case(normal(3, 1), [0, 0], 1), case(normal(3, 4), np.array([], int), 0), case(normal(0, 4),
            [1], 1),
            case(normal(3, 4), [5, -7, 1], axis=1, mode="wrap"), case(normal(3, 4),
            [5, -7, 1], axis=1, mode="clip"),
            case(normal(3, 4), [50, 2], mode="wrap"), case([normal(3), normal(3)], [1, 0, 1], axis=0),
            case(normal(3, 4, dtype=np.float32), _SOME, 1), case(normal(3, 4, dtype=complex), _SOME, 1)],
)  # fmt: skip


def take_along_axis_a(dy: Any, y: Any, arr: Any, indices: Any, axis: int | None = -1) -> Any:
    return untaken(dy, np.shape(arr), indices, axis)


take_along_axis = primitive(
    np.take_along_axis, take_along_axis_a, wrt="arr", linear_in="arr", sizes="any",
    try_on=[case(normal(5), _SOME, 0), case(normal(3, 4), _SOME[:3, None], 1), case(normal(3, 4),
            _SOME[None, :], 0),
            case(normal(3, 4), np.array([[0, 1], [3, 3], [2, 2]]), axis=-1), case(normal(3, 4),
            _SOME, axis=None),
            case(normal(1, 4), np.array([[0], [2], [2]]), 1), case(normal(2, 3, 4), np.zeros((2, 1, 4),
            int), 1),
            case(normal(3, 4), np.zeros((3, 0), int), 1), case(normal(3, dtype=np.complex64), _SOME[:2], 0)],
)  # fmt: skip

untaken_row = primitive(
    untaken, lambda dy, y, d, shape, indices, axis: np.take_along_axis(dy, indices, axis), wrt="d",
    name="untaken", kernel=True, linear_in="d", stretches=True, sizes="any",
    try_on=[case(normal(4), (5,), _SOME, 0), case(normal(3, 2), (3, 4), np.array([[0, 1], [3, 3], [2, 2]]),
            1),
            case(normal(4), (3, 4), _SOME, None), case(normal(3, 1), (1, 4), np.array([[0], [2], [2]]), 1)],
)  # fmt: skip
