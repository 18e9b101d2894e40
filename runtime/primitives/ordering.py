"""Sorting, and choosing among arrays or entries by conditions.

A sorted array is a permutation of its operand, found again by a stable sort: equal entries keep
their order. The cotangent goes back the way each entry came.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Unsupported, case, distinct, normal, primitive, refused
from ..kernels.indexing import spread_along
from ..kernels.ordering import order_of, unsorted
from .linear import as_given, stacked

# --- sort, partition --------------------------------------------------------------------------


def _line(a: Any, axis: Any) -> tuple[Any, int]:
    """What is sorted: without an axis, all entries in one row."""
    x = stacked(a)
    if axis is not None:
        return x, axis
    return (x if np.ndim(x) == 1 else np.reshape(x, -1)), 0


def _put_back(dy: Any, order: Any, a: Any, axis: Any) -> Any:
    d = unsorted(dy, order, 0 if axis is None else axis)
    whole = axis is not None or np.ndim(stacked(a)) == 1
    return as_given(d if whole else np.reshape(d, np.shape(stacked(a))), a)


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


def partition_jvp(tangents: dict[str, Any], y: Any, a: Any, kth: Any, axis: Any = -1, kind: Any = None) -> Any:
    x, line = _line(a, axis)
    return np.take_along_axis(_line(tangents["a"], axis)[0], order_of(y, x, line), line)


_TIED = np.array([[2.0, 1.0, 2.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
_HOLED = np.array([3.0, np.nan, 1.0, np.nan, 2.0])

primitive(
    np.sort, sort_vjp, wrt="a", jvp=sort_jvp,
    try_on=[case(distinct(5)), case(distinct(3, 4)), *[case(distinct(3, 4), axis=i) for i in (0, 1, -2, None)],
            case(distinct(2, 3, 4), axis=1), case(distinct(5), kind="stable"), case(distinct(5), stable=True),
            case(distinct(1)), case(distinct(0)), case(distinct(3, 1)), case([distinct(4), normal(4)]),
            case([normal(), normal(), normal()]), case(_HOLED), case(_TIED, smooth=False),
            case(_TIED, axis=None, smooth=False), case(normal(5, dtype=complex)), case(normal(3, 4, dtype=np.float32))],
)  # fmt: skip

primitive(
    np.partition, partition_vjp, wrt="a", jvp=partition_jvp,
    try_on=[case(distinct(7), 3), case(distinct(7), -2), case(distinct(7), (1, 4)), case(distinct(3, 4), 1),
            *[case(distinct(3, 4), 2, axis=i) for i in (0, 1, None)], case(distinct(500), 250), case(distinct(1), 0),
            case(_HOLED, 1), case(_TIED, 1, smooth=False), case(normal(5, dtype=complex), 2),
            case(normal(3, 4, dtype=np.float32), 1)],
)  # fmt: skip

primitive(
    unsorted, lambda dy, y, d, order, axis=-1: np.take_along_axis(dy, order, axis), wrt="d", name="unsorted",
    kernel=True, linear_in="d",
    try_on=[case(normal(4), np.array([2, 0, 3, 1])), case(normal(2, 3), np.array([[1, 0, 1], [0, 1, 0]]), 0),
            case(normal(0), np.zeros(0, int)), case(normal(3, dtype=np.complex64), np.array([1, 2, 0]))],
)  # fmt: skip


def _constant(dy: Any, out: Any, /, *args: Any, **given: Any) -> None:
    """Places are integers: they do not move."""


primitive(
    order_of, _constant, _constant, wrt="y a", name="order_of", kernel=True,
    try_on=[case(np.array([1.0, 3.0, 2.0]), np.array([3.0, 2.0, 1.0]))],
)  # fmt: skip


# --- select, choose ---------------------------------------------------------------------------


def _mask(condition: Any) -> Any:
    return np.asarray(condition) if isinstance(condition, (bool, list, tuple)) else condition


def _taken(condlist: Any) -> tuple[list[Any], Any]:
    """Where each condition is the first that holds, and where none does."""
    if not isinstance(condlist, (list, tuple)):
        raise Unsupported("np.select with conditions in an array; write them as a list")
    masks = [_mask(c) for c in condlist]
    taken, free = [masks[0]], ~masks[0]
    for mask in masks[1:]:
        taken.append(mask & free)
        free = free & ~mask
    return taken, free


def select_choices(dy: Any, y: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if not isinstance(choicelist, (list, tuple)):
        raise Unsupported("np.select with choices in an array; write them as a list")
    return [np.where(mask, dy, 0.0) for mask in _taken(condlist)[0]]


def select_default(dy: Any, y: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    return np.where(_taken(condlist)[1], dy, 0.0)


def select_jvp(tangents: dict[str, Any], y: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    choices = tangents.get("choicelist", [np.zeros_like(c) for c in choicelist])
    t = np.select(condlist, choices, tangents.get("default", 0.0))
    return t if t.dtype == y.dtype else t.astype(y.dtype)


_ODD = np.array([True, False, True, False])
_LOW = np.array([True, True, False, False])
_GRID = np.array([[True, False, False, True], [False, False, True, False], [True, True, False, False]])

primitive(
    np.select, select_choices, select_default, wrt="choicelist default", jvp=select_jvp, broadcasts=True,
    try_on=[case([_ODD], [normal(4)]), case([_ODD, _LOW], [normal(4), normal(4)], normal()),
            case([_ODD, _LOW], [normal(4), normal()], 0.5), case([_GRID, _LOW], [normal(3, 4), normal(4)], normal(3, 1)),
            case([_GRID, _LOW], [normal(3, 1), normal(3, 4)], normal(4)), case([_GRID[0]], [normal(3, 4)], 1.0),
            case([_LOW, _ODD], [np.array([1.0, 2.0, np.nan, np.inf]), normal(4)]),
            case([_ODD], [normal(4, dtype=np.float32)]), case([_ODD], [normal(4, dtype=complex)], normal(4)),
            case([np.asarray(True)], [normal()], normal())],
)  # fmt: skip


def choose_choices(dy: Any, y: Any, a: Any, choices: Any, mode: str = "raise") -> Any:
    if not isinstance(choices, (list, tuple)):
        raise Unsupported("np.choose from an array; write its rows as a list, or np.take_along_axis")
    place = _mask(a)
    if mode == "wrap":
        place = place % len(choices)
    elif mode == "clip":
        place = np.clip(place, 0, len(choices) - 1)
    return [np.where(place == i, dy, 0.0) for i in range(len(choices))]


def choose_jvp(tangents: dict[str, Any], y: Any, a: Any, choices: Any, mode: str = "raise") -> Any:
    return np.choose(a, tangents["choices"], mode=mode)


_PLACES = np.array([0, 2, 1, 2])

primitive(
    np.choose, choose_choices, wrt="choices", jvp=choose_jvp, broadcasts=True,
    try_on=[case(_PLACES, [normal(4), normal(4), normal(4)]), case(_PLACES, [normal(4), normal(), normal(3, 4)]),
            case(_PLACES - 1, [normal(4), normal(4)], mode="wrap"), case(_PLACES - 1, [normal(4), normal(1)], mode="clip"),
            case(1, [normal(4), normal(4)]), case(np.array([[0], [1]]), [normal(3), normal(3)]),
            case(_PLACES, [normal(4, dtype=complex)] * 3), case(_PLACES, [normal(4, dtype=np.float32)] * 3)],
)  # fmt: skip


# --- compress, extract ------------------------------------------------------------------------


def _truth(condition: Any) -> Any:
    """A condition as a mask: NumPy takes any number that is not 0 as true."""
    if isinstance(condition, (list, tuple)):
        condition = np.array(condition)
    return condition if condition.dtype == bool else condition != 0


def compress_a(dy: Any, y: Any, condition: Any, a: Any, axis: Any = None) -> Any:
    return as_given(spread_along(dy, np.shape(stacked(a)), _truth(condition), axis), a)


def extract_arr(dy: Any, y: Any, condition: Any, arr: Any) -> Any:
    mask = _truth(condition)
    mask = mask if np.ndim(mask) == 1 else np.reshape(mask, -1)
    return as_given(spread_along(dy, np.shape(stacked(arr)), mask), arr)


primitive(
    np.compress, compress_a, wrt="a", sizes="any", linear_in="a",
    try_on=[case(_ODD, normal(4)), case([True, False], normal(4)), case(_ODD, normal(3, 4), axis=1),
            case(_ODD[:3], normal(3, 4), axis=0), case(_ODD, normal(3, 4)), case([0, 2, 1], normal(3, 4), axis=-1),
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
