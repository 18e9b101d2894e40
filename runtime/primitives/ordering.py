"""Sorting, and choosing among arrays by number and among entries by condition.

A sorted array is a permutation of its operand, found again by a stable sort: equal entries keep
their order. The cotangent goes back the way each entry came.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Unsupported, case, distinct, normal, primitive, refused
from ..kernels.indexing import spread_where
from ..kernels.ordering import order_of, unsorted
from .linear import as_given
from .reductions import whole

# --- sort, partition --------------------------------------------------------------------------


def _line(a: Any, axis: Any) -> tuple[Any, int]:
    """What is sorted: without an axis, all entries in one row."""
    x = whole(a)
    if axis is not None:
        return x, axis
    return (x if np.ndim(x) == 1 else np.reshape(x, -1)), 0


def _put_back(dy: Any, order: Any, a: Any, axis: Any) -> Any:
    d, x = unsorted(dy, order, 0 if axis is None else axis), whole(a)
    return as_given(d if axis is not None or np.ndim(x) == 1 else np.reshape(d, np.shape(x)), a)


def sort_vjp(dy: Any, y: Any, a: Any, axis: Any = -1, kind: Any = None, *, stable: Any = None) -> Any:
    x, line = _line(a, axis)
    return _put_back(dy, np.argsort(x, axis=line, kind="stable"), a, axis)


def sort_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Any = -1, kind: Any = None, *,
             stable: Any = None) -> Any:  # fmt: skip
    x, line = _line(a, axis)
    order = np.argsort(x, axis=line, kind="stable")
    return np.take_along_axis(_line(tangents["a"], axis)[0], order, line)


def partition_vjp(dy: Any, y: Any, a: Any, kth: Any, axis: Any = -1, kind: Any = None) -> Any:
    x, line = _line(a, axis)
    return _put_back(dy, order_of(y, x, line), a, axis)


def partition_jvp(tangents: dict[str, Any], y: Any, a: Any, kth: Any, axis: Any = -1,
                  kind: Any = None) -> Any:  # fmt: skip
    x, line = _line(a, axis)
    return np.take_along_axis(_line(tangents["a"], axis)[0], order_of(y, x, line), line)


_TIED = np.array([[2.0, 1.0, 2.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
_HOLED = np.array([3.0, np.nan, 1.0, np.nan, 2.0])

primitive(
    np.sort, sort_vjp, wrt="a", jvp=sort_jvp,
    try_on=[case(distinct(5)), case(distinct(3, 4)),
            *[case(distinct(3, 4), axis=i) for i in (0, 1, -2, None)],
            case(distinct(2, 3, 4), axis=1), case(distinct(5), kind="stable"),
            case(distinct(5), stable=True),
            case(distinct(1)), case(distinct(0)), case(distinct(3, 1)), case([distinct(4), normal(4)]),
            case([normal(), normal(), normal()]), case(_HOLED), case(_TIED, smooth=False),
            case(_TIED, axis=None, smooth=False), case(normal(5, dtype=complex)),
            case(normal(3, 4, dtype=np.float32))],
)  # fmt: skip

primitive(
    np.partition, partition_vjp, wrt="a", jvp=partition_jvp,
    try_on=[case(distinct(7), 3), case(distinct(7), -2), case(distinct(7), (1, 4)), case(distinct(3, 4), 1),
            *[case(distinct(3, 4), 2, axis=i) for i in (0, 1, None)], case(distinct(500), 250),
            case(distinct(1), 0),
            case(_HOLED, 1), case(_TIED, 1, smooth=False), case(normal(5, dtype=complex), 2),
            case(normal(3, 4, dtype=np.float32), 1)],
)  # fmt: skip

primitive(
    unsorted, lambda dy, y, d, order, axis=-1: np.take_along_axis(dy, order, axis), wrt="d", name="unsorted",
    kernel=True, linear_in="d",
    try_on=[case(normal(4), np.array([2, 0, 3, 1])),
            case(normal(2, 3), np.array([[1, 0, 1], [0, 1, 0]]), 0),
            case(normal(0), np.zeros(0, int)), case(normal(3, dtype=np.complex64), np.array([1, 2, 0]))],
)  # fmt: skip


def _constant(dy: Any, out: Any, /, *args: Any, **given: Any) -> None:
    """Places are integers: they do not move."""


primitive(
    order_of, _constant, _constant, wrt="y a", name="order_of", kernel=True,
    try_on=[case(np.array([1.0, 3.0, 2.0]), np.array([3.0, 2.0, 1.0]))],
)  # fmt: skip


# --- choose -----------------------------------------------------------------------------------


def choose_choices(dy: Any, y: Any, a: Any, choices: Any, mode: str = "raise") -> Any:
    if not isinstance(choices, (list, tuple)):
        raise Unsupported("np.choose from an array; write its rows as a list, or np.take_along_axis")
    place = np.asarray(a) if isinstance(a, (int, list, tuple)) else a
    if mode == "wrap":
        place = place % len(choices)
    elif mode == "clip":
        place = np.clip(place, 0, len(choices) - 1)
    return [np.where(place == i, dy, 0.0) for i in range(len(choices))]


def choose_jvp(tangents: dict[str, Any], y: Any, a: Any, choices: Any, mode: Any = "raise") -> Any:
    return np.choose(a, tangents["choices"], mode=mode)


_PLACES = np.array([0, 2, 1, 2])
_ODD = np.array([True, False, True, False])
_GRID = np.array([[True, False, False, True], [False, False, True, False], [True, True, False, False]])

primitive(
    np.choose, choose_choices, wrt="choices", jvp=choose_jvp, stretches=True,
    try_on=[case(_PLACES, [normal(4), normal(4), normal(4)]),
            case(_PLACES, [normal(4), normal(), normal(3, 4)]),
            case(_PLACES - 1, [normal(4), normal(4)], mode="wrap"),
            case(_PLACES - 1, [normal(4), normal(1)], mode="clip"),
            case(1, [normal(4), normal(4)]), case(np.array([[0], [1]]), [normal(3), normal(3)]),
            case(_PLACES, [normal(4, dtype=complex)] * 3),
            case(_PLACES, [normal(4, dtype=np.float32)] * 3)],
)  # fmt: skip


# --- compress, extract ------------------------------------------------------------------------


def compress_a(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    return as_given(spread_where(dy, np.shape(whole(a)), condition, axis), a)


def extract_arr(dy: Any, y: Any, condition: Any, arr: Any) -> Any:
    flat = condition if np.ndim(condition) == 1 else np.reshape(condition, -1)
    return as_given(spread_where(dy, np.shape(whole(arr)), flat), arr)


primitive(
    np.compress, compress_a, wrt="a", sizes="any", linear_in="a",
    try_on=[case(_ODD, normal(4)), case([True, False], normal(4)), case(_ODD, normal(3, 4), axis=1),
            case(_ODD[:3], normal(3, 4), axis=0), case(_ODD, normal(3, 4)),
            case([0, 2, 1], normal(3, 4), axis=-1),
            case(np.zeros(4, bool), normal(4)), case(_ODD, normal(4, dtype=np.complex64)),
            case([False, True], [normal(3), normal(3)], axis=0)],
)  # fmt: skip

primitive(
    np.extract, extract_arr, wrt="arr", sizes="any", linear_in="arr",
    try_on=[case(_ODD, normal(4)), case(_GRID, normal(3, 4)), case([1, 0, 2], normal(3)),
            case(np.zeros((3, 4), bool), normal(3, 4)), case(_ODD, normal(4, dtype=np.float32))],
)  # fmt: skip


# --- refused ----------------------------------------------------------------------------------

refused(np.trim_zeros, "np.trim_zeros cuts by value; find the ends with np.flatnonzero, and write a slice")
