"""The same entries in another arrangement: shapes, axes, copies and casts.

Every function here is linear and, but for `broadcast_to` and the triangles, moves each entry to
one place; its rule moves it back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..declare import TABLE, UnknownKind, Unsupported, case, normal, primitive
from ..kernels.indexing import flatten
from ..kernels.joining import unstacked
from ..kernels.lists import sum_to
from .indexing import holds_floats, is_number

Rule = Callable[..., Any]


def moving(rule: Rule) -> Rule:
    """Let a rule take a Python number for `dy`: the result was 0-d, so the operand had one entry."""

    @wraps(rule)
    def wrapped(dy: Any, y: Any, *args: Any, **given: Any) -> Any:
        return dy if is_number(dy) else rule(dy, y, *args, **given)

    return wrapped


# --- reshape ----------------------------------------------------------------------------------


def _order(order: Any) -> dict[str, Any]:
    if order in ("A", "K"):
        raise Unsupported(f'order="{order}" depends on the memory layout and has no rule; write "C" or "F"')
    return {} if order == "C" else {"order": order}


@moving
def reshape_vjp(dy: Any, y: Any, a: Any, shape: Any = None, order: Any = "C", copy: Any = None,
                newshape: Any = None) -> Any:  # fmt: skip
    return np.reshape(dy, np.shape(a), **_order(order))


@moving
def flat_vjp(dy: Any, y: Any, a: Any, order: Any = "C") -> Any:
    return np.reshape(dy, np.shape(a), **_order(order))


@moving
def same_entries_vjp(dy: Any, y: Any, a: Any, axis: Any = None) -> Any:
    """Axes of size 1 came or went."""
    return np.reshape(dy, np.shape(a))


primitive(
    np.reshape, reshape_vjp, wrt="a", params="a shape order", linear_in="a", sizes="any",
    try_on=[case(normal(2, 6), (3, 4)), case(normal(2, 6), (4, -1)), case(normal(2, 6), -1),
            case(normal(12), (2, 1, 6)),
            case(normal(1), ()), case(normal(), (1, 1)), case(normal(0, 3), (3, 0)), case(normal(2, 6), 12),
            case(normal(2, 6), (3, 4), order="F"), case(normal(2, 3, dtype=np.complex64), (6,))],
)  # fmt: skip
primitive(
    np.ravel, flat_vjp, wrt="a", params="a order", linear_in="a",
    try_on=[case(normal(2, 3)), case(normal(2, 3), "F"), case(normal()), case(normal(0)),
            case(normal(4, dtype=np.float32))],
)  # fmt: skip
primitive(
    flatten, flat_vjp, wrt="a", name="flatten", kernel=True, linear_in="a",
    try_on=[case(normal(2, 3)), case(normal(2, 3), order="F"), case(normal())],
)  # fmt: skip
primitive(
    np.expand_dims, same_entries_vjp, wrt="a", params="a axis", linear_in="a",
    try_on=[case(normal(3), 0), case(normal(3), -1), case(normal(2, 3), (0, 2)), case(normal(), 0)],
)  # fmt: skip
primitive(
    np.squeeze, same_entries_vjp, wrt="a", params="a axis", linear_in="a",
    try_on=[case(normal(1, 3, 1)), case(normal(1, 3, 1), axis=0), case(normal(1, 3, 1), axis=(0, -1)),
            case(normal(1, 1)), case(normal(2, 3)), case(normal())],
)  # fmt: skip


def _each(dy: Any, y: Any, *arrays: Any) -> list[Any]:
    parts = dy if len(arrays) > 1 else [dy]
    return [_to_shape(d, np.shape(x)) for d, x in zip(parts, arrays, strict=True)]


def _to_shape(d: Any, shape: Any) -> Any:
    return d if is_number(d) else np.reshape(d, shape)


for _fun in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    primitive(
        _fun, _each, linear_in="args",
        try_on=[case(normal(3)), case(normal()), case(normal(2, 3)), case(normal(2, 3, 4)), case(2.0),
                case(normal(), normal(2, 3)), case(normal(3), normal(2, 1))],
    )  # fmt: skip


# --- order of axes ----------------------------------------------------------------------------


@moving
def transpose_vjp(dy: Any, y: Any, a: Any, axes: Any = None) -> Any:
    if axes is None or isinstance(axes, (int, np.integer)):
        return np.transpose(dy)
    places = [i % len(axes) for i in axes]
    if places == list(range(len(axes)))[::-1]:
        return np.transpose(dy)
    return np.transpose(dy, tuple(places.index(i) for i in range(len(axes))))


def matrix_transpose_vjp(dy: Any, y: Any, x: Any) -> Any:
    return np.transpose(dy) if np.ndim(x) == 2 else np.matrix_transpose(dy)


@moving
def rollaxis_vjp(dy: Any, y: Any, a: Any, axis: Any, start: Any = 0) -> Any:
    source = axis % np.ndim(a)
    target = start + np.ndim(a) if start < 0 else start
    return np.moveaxis(dy, target - 1 if source < target else target, source)


_CUBE = normal(2, 3, 4)
primitive(
    np.transpose, transpose_vjp, wrt="a", params="a axes", linear_in="a",
    try_on=[case(normal(2, 3)), case(_CUBE), case(normal(3)), case(normal()), case(_CUBE, (1, 2, 0)),
            case(_CUBE, (-1, 0, 1)), case(_CUBE, (2, 1, 0)), case(_CUBE, [0, 2, 1]), case(normal(0, 3)),
            case(normal(3), 0), case(normal(1, 3)), case(normal(2, 3, dtype=complex)),
            case(normal(2, 3, dtype=np.float32))],
)  # fmt: skip
primitive(
    np.matrix_transpose, matrix_transpose_vjp, params="x", linear_in="x",
    try_on=[case(normal(2, 3)), case(_CUBE), case(normal(2, 1, 3, dtype=complex))],
)  # fmt: skip
primitive(
    np.swapaxes, moving(lambda dy, y, a, axis1, axis2: np.swapaxes(dy, axis1, axis2)), wrt="a", linear_in="a",
    params="a axis1 axis2", try_on=[case(_CUBE, 0, 2), case(_CUBE, -1, 1), case(normal(2, 3), 0, 0),
                                    case(normal(1, 3), 0, 1)],
)  # fmt: skip
primitive(
    np.moveaxis, moving(lambda dy, y, a, source, destination: np.moveaxis(dy, destination, source)), wrt="a",
    params="a source destination", linear_in="a",
    try_on=[case(_CUBE, 0, -1), case(_CUBE, (0, 1), (-1, 0)), case(_CUBE, 2, 0), case(normal(3), 0, 0)],
)  # fmt: skip
primitive(
    np.rollaxis, rollaxis_vjp, wrt="a", params="a axis start", linear_in="a",
    try_on=[case(_CUBE, 2), case(_CUBE, 0, 3), case(_CUBE, 0, 2), case(_CUBE, 1, 1), case(_CUBE, 1, 2),
            case(_CUBE, -1, 1), case(_CUBE, 0, -1), case(_CUBE, 2, -3)],
)  # fmt: skip


# --- order of entries -------------------------------------------------------------------------


def flip_vjp(dy: Any, y: Any, m: Any, axis: Any = None) -> Any:
    return np.flip(dy) if axis is None else np.flip(dy, axis)


def _negated(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


def roll_vjp(dy: Any, y: Any, a: Any, shift: Any, axis: Any = None) -> Any:
    return np.roll(dy, _negated(shift)) if axis is None else np.roll(dy, _negated(shift), axis=axis)


primitive(
    np.flip, moving(flip_vjp), wrt="m", linear_in="m",
    try_on=[case(normal(3)), case(normal(2, 3)), case(normal(2, 3), 0), case(normal(2, 3), -1),
            case(_CUBE, (0, 2)),
            case(normal()), case(normal(0)), case(normal(3, dtype=complex))],
)  # fmt: skip
primitive(np.fliplr, lambda dy, y, m: np.fliplr(dy), linear_in="m", try_on=[case(normal(2, 3)), case(_CUBE)])
primitive(np.flipud, lambda dy, y, m: np.flipud(dy), linear_in="m",
          try_on=[case(normal(3)), case(normal(2, 3))])
primitive(
    np.rot90, lambda dy, y, m, k=1, axes=(0, 1): np.rot90(dy, -k, axes), wrt="m", linear_in="m",
    try_on=[case(normal(2, 3)), case(normal(2, 3), 2), case(normal(2, 3), k=-1), case(_CUBE, 3, (2, 0)),
            case(normal(2, 3), 0)],
)  # fmt: skip
primitive(
    np.roll, moving(roll_vjp), wrt="a", params="a shift axis", linear_in="a",
    try_on=[case(normal(5), 2), case(normal(5), -7), case(normal(2, 3), 1), case(normal(2, 3), 1, axis=1),
            case(normal(2, 3), (1, -1), axis=(0, 1)), case(normal(2, 3), 2, axis=(0, 1)), case(normal(), 1),
            case(normal(0), 1), case(normal(3, dtype=np.complex64), 1)],
)  # fmt: skip


# --- triangles, copies in more places ---------------------------------------------------------


def _triangle(keep: Any) -> Rule:
    def rule(dy: Any, y: Any, m: Any, k: Any = 0) -> Any:
        d = keep(dy) if isinstance(k, int) and k == 0 else keep(dy, k)
        return d.sum(axis=0) if np.ndim(m) == 1 else d

    return rule


for _keep in (np.tril, np.triu):
    primitive(
        _keep, _triangle(_keep), wrt="m", params="m k", linear_in="m",
        try_on=[case(normal(3, 3)), case(normal(3, 4), 1), case(normal(4, 2), k=-1), case(normal(2, 3, 3)),
                case(normal(3)), case(normal(1, 1)), case(normal(0, 0)), case(normal(2, 2, dtype=complex))],
    )  # fmt: skip


def broadcast_to_vjp(dy: Any, y: Any, array: Any, shape: Any, subok: Any = False) -> Any:
    if is_number(dy):
        return dy
    return dy.sum() if np.ndim(array) == 0 else sum_to(dy, np.shape(array))


def broadcast_arrays_vjp(dy: Any, y: Any, *args: Any, subok: Any = False) -> list[Any]:
    return [broadcast_to_vjp(d, y, x, None) for d, x in zip(dy, args, strict=True)]


primitive(
    np.broadcast_to, broadcast_to_vjp, wrt="array", params="array shape subok", linear_in="array",
    sizes="any",
    try_on=[case(normal(3), (2, 3)), case(normal(2, 1), (2, 3)), case(normal(), (2, 3)),
            case(normal(1), (4,)),
            case(normal(2, 3), (2, 3)), case(normal(1, 3), (2, 0, 1, 3)), case(normal(), ()),
            case(normal(3), 3),
            case(2.5, (3,)), case(normal(3, dtype=np.complex64), (2, 3)), case(normal(1, 1, 1), (1, 1, 1))],
)  # fmt: skip
primitive(
    np.broadcast_arrays, broadcast_arrays_vjp, linear_in="args",
    try_on=[case(normal(3), normal(2, 1)), case(normal(), normal(2, 3)), case(normal(2, 3)),
            case(normal(3), normal(1))],
)  # fmt: skip


# --- copies and casts -------------------------------------------------------------------------


def cast_vjp(dy: Any, y: Any, x: Any, dtype: Any = None, **options: Any) -> Any:
    """The way back is the cast that `repair` makes; integers do not move."""
    return dy if holds_floats(y) else None


def array_vjp(dy: Any, y: Any, items: Any, **options: Any) -> Any:
    """The cotangent of an array, or of lists in lists of arrays and numbers."""
    dtype = options.get("dtype")
    if dtype is not None and np.dtype(dtype).kind not in "fc":
        return None
    if isinstance(items, (list, tuple)):
        lead = _excess(y, items, options.get("ndmin", 0))
        return as_nested(dy[(0,) * lead] if lead else dy, items)
    try:
        rank = np.ndim(items)
    except UnknownKind:
        return unstacked(dy, items)
    return dy if is_number(dy) or rank == np.ndim(dy) else np.reshape(dy, np.shape(items))


def _excess(y: Any, items: Any, ndmin: Any) -> int:
    """How many axes `ndmin` put in front of those that the nested lists make."""
    return int(y.ndim - len(shape_of(items))) if ndmin else 0


def shape_of(items: Any) -> tuple[Any, ...]:
    """The shape of an array, or of lists in lists of arrays and numbers."""
    if isinstance(items, (list, tuple)):
        return (len(items), *(shape_of(items[0]) if items else ()))
    return tuple(np.shape(items))


def as_nested(d: Any, items: Any) -> Any:
    """`d` as a list of its parts, nested as `items` is; itself where `items` is no list."""
    if isinstance(items, (list, tuple)):
        return [as_nested(d[i], inner) for i, inner in enumerate(items)]
    return d


def _array_rule(name: str) -> Rule:
    """`array_vjp` of a function whose first parameter is called `name`."""

    def rule(dy: Any, y: Any, **given: Any) -> Any:
        return array_vjp(dy, y, given.pop(name), **given)

    return rule


_NESTED = [
    case(normal(2, 3)), case([normal(), normal()]), case([normal(3), normal(3)]), case([1.5, 2.5]),
    case([[normal(), 2.0], [3.0, normal()]]), case((normal(2), [1.0, 2.0])), case(2.5), case([normal(1)]),
    case([normal(2, dtype=complex), normal(2)]), case([normal(2), normal(2)], dtype=np.float32, smooth=False),
    case([[]]), case(normal(3), dtype=complex),
]  # fmt: skip

for _make, _first, _rest in (
    (np.array, "object", " dtype"), (np.asarray, "a", " dtype order"), (np.asanyarray, "a", " dtype order"),
    (np.asarray_chkfinite, "a", " dtype order"), (np.ascontiguousarray, "a", " dtype"),
    (np.asfortranarray, "a", " dtype"), (np.require, "a", " dtype requirements"),
):  # fmt: skip
    primitive(_make, _array_rule(_first), wrt=_first, params=_first + _rest, linear_in=_first, try_on=_NESTED)

TABLE[np.array].try_on += (
    case(normal(3), ndmin=3), case([normal(3), normal(3)], ndmin=3), case(normal(2, 3), copy=True, order="F"),
)  # fmt: skip


primitive(
    np.copy, lambda dy, y, a, order="K", subok=False: array_vjp(dy, y, a), wrt="a", params="a order subok",
    linear_in="a", try_on=[case(normal(2, 3)), case(normal()), case(normal(2, dtype=np.complex64)),
                           case([normal(2), normal(2)])],
)  # fmt: skip
primitive(
    np.astype, cast_vjp, wrt="x", params="x dtype", name="astype", linear_in="x",
    try_on=[case(normal(2, 3), np.float64), case(normal(2, 3, dtype=np.float32), np.dtype(float)),
            case(normal(3), np.float32, smooth=False), case(normal(3), np.dtype(complex)),
            case(normal(3, dtype=np.complex64), complex),
            case(normal(3), np.float64, copy=False), case(normal(), np.float64),
            case(normal(3), int, smooth=False)],
)  # fmt: skip
