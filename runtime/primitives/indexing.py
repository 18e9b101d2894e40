"""Reading parts of arrays, functional stores, and the functions that insert, delete and resize.

Reading is linear: the adjoint of ``x[index]`` adds a cotangent into zeros at `index`. A store
``a[index] = values`` is the function `put`; what it overwrites gets a zero.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..declare import Draw, UnknownKind, Unsupported, case, normal, primitive
from ..kernels.indexing import (
    from_list,
    inserted,
    item,
    keep_where,
    last_written,
    put,
    scatter,
    spread_along,
    spread_where,
    tolist,
    undeleted,
    uninserted,
    unresized,
)  # fmt: skip
from ..kernels.lists import sum_to


def is_number(d: Any) -> bool:
    """A Python number as cotangent: the result was one number, made of one number."""
    return isinstance(d, (int, float, complex))


def holds_floats(y: Any) -> bool:
    """Integers and booleans do not move: what is written or cast into them gets no gradient."""
    return np.dtype(y.dtype).kind in "fc"


def no_gradient(dy: Any, y: Any, *args: Any, **given: Any) -> None:
    """Only the shape of this argument matters."""


def takes_symbols(fun: Callable[..., Any]) -> Callable[..., Any]:
    """`fun`, also where an argument that it would look into is a value of a program being written."""

    @wraps(fun)
    def call(*args: Any, **kwargs: Any) -> Any:
        for argument in args:
            hook = getattr(type(argument), "__dl_call__", None)
            if hook is not None:
                return hook(argument, fun, args, kwargs)
        return fun(*args, **kwargs)

    return call


# --- reading ----------------------------------------------------------------------------------


def getitem_a(dy: Any, y: Any, a: Any, index: Any) -> Any:
    if isinstance(index, str):
        raise Unsupported("a field of a structured array has no rule; keep its fields in a dict")
    return scatter(dy, np.shape(a), index)


_COLUMNS = np.array([0, 2, 2, -1])
_MASK = np.array([True, False, True])

_PARTS: list[tuple[tuple[int, ...], Any]] = [
    ((5,), 0), ((5,), -2), ((5,), slice(1, 4)), ((5,), slice(None, None, -1)), ((5,), slice(4, None, -2)),
    ((5,), slice(3, 3)), ((1,), slice(1, None)), ((5,), None), ((5,), Ellipsis), ((), ()), ((), None),
    ((), Ellipsis), ((5,), ()), ((3, 4), 1), ((3, 4), (1, 2)), ((3, 4), (slice(None), 1)),
    ((3, 4), (slice(None), None, 1)), ((3, 4), (Ellipsis, -1)),
    ((3, 4), (slice(None, None, -2), slice(1, 3))),
    ((3, 4), (0, Ellipsis, None)), ((3, 1), (slice(None), 0)), ((0, 4), slice(None)),
    ((5,), _COLUMNS), ((5,), [0, 2, 2]), ((5,), _COLUMNS.reshape(2, 2)), ((3, 4), _COLUMNS[:3]),
    ((3, 4), (slice(None), _COLUMNS)), ((3, 4), (np.array([0, 2, 0]), np.array([1, 1, 1]))),
    ((3, 4), (np.array([[0], [2]]), _COLUMNS)), ((3, 4), np.ix_([0, 2], [1, 3, 3])),
    ((3, 4), (1, _COLUMNS)), ((3, 4, 2), (np.array([0, 0]), slice(1, 3), np.array([1, 1]))),
    ((3, 4, 2), (slice(None), [0, 1, 1])), ((3, 4), (None, _COLUMNS[:3])), ((5,), np.array([], int)),
    ((5,), []), ((3,), _MASK), ((3, 4), _MASK), ((3, 4), (_MASK, 1)), ((3, 4), (_MASK, slice(1, 3))),
    ((3, 3), (slice(None), _MASK)), ((3, 4), np.arange(12).reshape(3, 4) % 3 == 0),
    ((3, 4), (_MASK, np.array([1, 1]))), ((3,), np.zeros(3, bool)), ((5,), np.array(3)), ((3,), True),
]  # fmt: skip
_READS = [case(normal(*shape), index) for shape, index in _PARTS]
_TYPED = [
    case(normal(3, 4, dtype=t), index)
    for t in (np.float32, complex, np.complex64)
    for index in ((slice(None), 1), (slice(None), _COLUMNS))
]
_MANY = [case(normal(60, 40), np.arange(120) % 7), case(normal(60, 40, dtype=np.complex64),
                                                        np.arange(120) % 7)]

getitem = primitive(
    operator.getitem, getitem_a, wrt="a", params="a index", name="getitem", text="operator.getitem",
    linear_in="a", sizes="any", try_on=[*_READS, *_TYPED, *_MANY],
)  # fmt: skip

scatter_row = primitive(
    scatter, lambda dy, y, d, shape, index: dy[index], name="scatter", kernel=True,
    linear_in="d",
    try_on=[case(normal(), (5,), 0), case(normal(3), (5,), slice(1, 4)), case(normal(4), (5,), _COLUMNS),
            case(normal(2, 4), (3, 4), _MASK), case(normal(120, 40), (60, 40), np.arange(120) % 7),
            case(normal(120, 40, dtype=np.complex64), (60, 40), np.arange(120) % 7)],
)  # fmt: skip


# --- storing ----------------------------------------------------------------------------------


def put_a(dy: Any, y: Any, a: Any, index: Any, values: Any) -> Any:
    return put(dy, index, 0.0) if holds_floats(a) else None


def put_values(dy: Any, y: Any, a: Any, index: Any, values: Any) -> Any:
    """What was written and is still there; `values` may have been stretched to it."""
    if not holds_floats(a):
        return None
    d = last_written(dy, index) if _may_repeat(index) else dy[index]
    try:
        extra = np.ndim(values) and np.ndim(values) - np.ndim(d)
    except UnknownKind:
        return d  # the caller sums to the shape of `values`
    if extra <= 0:
        return d
    shape = np.shape(values)
    return np.reshape(sum_to(d, shape[extra:]), shape)


def _may_repeat(index: Any) -> bool:
    """May an index name a place twice? Known without looking at values that exist only later."""
    return any(map(_repeats, index if isinstance(index, tuple) else (index,)))


def _repeats(part: Any) -> bool:
    if part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer, np.bool_)):
        return False
    if isinstance(part, (list, tuple, range, np.ndarray)):
        return _named_twice(np.asarray(part))
    return bool(part.ndim > 0 and part.dtype != bool)


def _named_twice(part: Any) -> bool:
    if part.ndim == 0 or part.dtype == bool:
        return False
    one_sided = np.all(part >= 0) or np.all(part < 0)
    return not one_sided or np.unique(part).size < part.size


def _part_of(shape: tuple[int, ...], index: Any) -> Draw:
    """Values that fill what an index picks."""
    return Draw(lambda r: r.standard_normal(np.zeros(shape)[index].shape))


_STORES = [case(normal(*shape), index, _part_of(shape, index)) for shape, index in _PARTS]

put_row = primitive(
    put, put_a, put_values, wrt="a values", params="a index values", name="put", kernel=True,
    stretches=True, alike="a", linear_in="a values",
    try_on=[
        *_STORES,
        case(normal(5), 1, 2.5), case(normal(3, 4), (slice(None), 1), 2.5), case(normal(3, 4), 1, normal(4)),
        case(normal(3, 4), slice(1, 3), normal(4)), case(normal(3, 4), slice(1, 3), normal(1)),
        case(normal(3, 4), Ellipsis, normal(3, 1)), case(normal(3, 4), 1, normal(1, 4)),
        case(normal(3, 4), 1, normal(1, 1)),
        case(normal(5), slice(2, 3), normal(1, 1)), case(normal(5), _COLUMNS, normal()),
        case(normal(5), _COLUMNS, normal(1)),
        case(normal(3, 4), _MASK, normal(2, 1)), case(normal(5), [3, 1, 0], normal(3)),
        case(normal(3, 4, dtype=np.float32), 1, normal(4, dtype=np.float32)),
        case(normal(3, 4, dtype=np.float32), 1, normal(4)),
        case(normal(3, 4, dtype=complex), 1, normal(4)), case(normal(3, 4, dtype=complex), 1,
                                                              normal(4, dtype=complex)),
    ],
)  # fmt: skip

last_written_row = primitive(
    last_written, lambda dy, y, d, index: put(np.zeros_like(d), index, dy), name="last_written", kernel=True,
    linear_in="d", sizes="any",
    try_on=[case(normal(5), _COLUMNS), case(normal(3, 4), (slice(None), _COLUMNS)),
            case(normal(3, 4), (np.array([0, 2, 0]), np.array([1, 1, 1])))],
)  # fmt: skip


# --- entries as Python numbers ----------------------------------------------------------------


def item_a(dy: Any, y: Any, a: Any, index: Any = None) -> Any:
    if index is None:
        return scatter(dy, np.shape(a), ...)
    if isinstance(index, tuple) or np.ndim(a) == 1:
        return scatter(dy, np.shape(a), index)
    return np.reshape(scatter(dy, a.size, index), np.shape(a))


item_row = primitive(
    item, item_a, wrt="a", name="item", kernel=True, linear_in="a",
    try_on=[case(normal()), case(normal(1, 1)), case(normal(5), -1), case(normal(3, 4), 5),
            case(normal(3, 4), (1, 2)), case(normal(3), (1,)), case(normal(1, dtype=complex)),
            case(normal(3, dtype=np.float32), 1)],
)  # fmt: skip

tolist_row = primitive(
    tolist, lambda dy, y, a: from_list(dy, a), name="tolist", kernel=True, linear_in="a",
    try_on=[case(normal(3)), case(normal(2, 3)), case(normal(2, dtype=complex))],
)  # fmt: skip

from_list_row = primitive(
    from_list, lambda dy, y, d, like: tolist(dy), no_gradient, name="from_list", kernel=True,
    linear_in="d", try_on=[case([1.0, 2.0], np.zeros(2)), case([[1.0], [2.0]], np.zeros((2, 1)))],
)  # fmt: skip


# --- along an axis ----------------------------------------------------------------------------


def _kept(dy: Any, y: Any, a: Any, condition: Any, axis: Any = None) -> Any:
    return spread_where(dy, np.shape(a), condition, axis)


keep_where_row = primitive(
    keep_where, _kept, wrt="a", name="keep_where", kernel=True, linear_in="a", sizes="any",
    try_on=[case(normal(3), _MASK), case(normal(3, 4), _MASK, 0), case(normal(2, 3), _MASK, axis=-1),
            case(normal(2, 3), _MASK), case(normal(3, 4), np.array([True]), 0), case(normal(3), [1, 0, 1])],
)  # fmt: skip


spread_where_row = primitive(
    spread_where, lambda dy, y, d, shape, condition, axis=None: keep_where(dy, condition, axis), wrt="d",
    name="spread_where", kernel=True, linear_in="d",
    try_on=[case(normal(2), (3,), _MASK), case(normal(2, 4), (3, 4), _MASK, 0),
            case(normal(2), (2, 3), _MASK)],
)  # fmt: skip


def _picked(dy: Any, y: Any, d: Any, shape: Any, positions: Any, axis: Any = None) -> Any:
    places = np.asarray(positions) if isinstance(positions, list) else positions
    if places.dtype == bool:
        return keep_where(dy, positions, axis)
    if axis is None:
        return np.reshape(dy, -1)[positions]
    return dy[(*[slice(None)] * (axis % dy.ndim), positions)]


spread_along_row = primitive(
    spread_along, _picked, wrt="d", name="spread_along", kernel=True, linear_in="d",
    try_on=[case(normal(2), (3,), np.array([0, 2])), case(normal(2, 4), (3, 4), np.array([2, 2]), 0),
            case(normal(4, 2), (4, 3), _MASK, -1), case(normal(3), (2, 3), np.array([0, 5, 5])),
            case(normal(2), (2, 3), _MASK), case(normal(2, 4), (3, 4), [2, 0], 0)],
)  # fmt: skip


delete = primitive(
    np.delete, lambda dy, y, arr, obj, axis=None: undeleted(dy, np.shape(arr), obj, axis), wrt="arr",
    linear_in="arr", sizes="any",
    try_on=[case(normal(5), 1), case(normal(5), [0, -1]), case(normal(5), slice(1, 4)), case(normal(3, 4), 5),
            case(normal(3, 4), 1, axis=0), case(normal(3, 4), [1, 2], axis=-1), case(normal(3), _MASK),
            case(normal(1), 0), case(normal(5), []), case(normal(3, 4, dtype=np.complex64), -1, 1)],
)  # fmt: skip
undeleted_row = primitive(
    undeleted, lambda dy, y, d, shape, obj, axis=None: np.delete(dy, obj, axis=axis), wrt="d", kernel=True,
    name="undeleted", linear_in="d", try_on=[case(normal(4), (5,), 1), case(normal(3, 2), (3, 4), [1, 2], 1)],
)  # fmt: skip


def _typed(arr: Any, y: Any) -> Any:
    """Whichever of `arr` and the result, which have one dtype, is an array."""
    return y if isinstance(arr, (list, tuple)) else arr


def insert_arr(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    return uninserted(dy, arr, obj, values, axis) if holds_floats(_typed(arr, y)) else None


def insert_values(dy: Any, y: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    return inserted(dy, arr, obj, values, axis) if holds_floats(_typed(arr, y)) else None


_INSERTS = [
    (normal(5), 1, normal(), None), (normal(5), 1, normal(3), None), (normal(5), [1], normal(3), None),
    (normal(5), [3, 1], normal(2), None), (normal(5), [1, 1], normal(), None), (normal(5), -1, 2.0, None),
    (normal(3, 4), 2, normal(2), None), (normal(3, 4), 1, normal(4), 0), (normal(3, 4), 1, normal(), 1),
    (normal(3, 4), 1, normal(3), 1), (normal(3, 4), [1], normal(3, 1), 1),
    (normal(3, 4), [0, 3], normal(3, 2), -1),
    (normal(3, 4), [0, 3], normal(1, 2), 1), (normal(3, 4), slice(0, 2), normal(2, 4), 0),
    (normal(3, 4, dtype=np.float32), 1, normal(4), 0), (normal(2, dtype=complex), 0, normal(dtype=complex),
                                                        None),
]  # fmt: skip
insert = primitive(
    np.insert, insert_arr, insert_values, wrt="arr values", linear_in="arr values", sizes="any",
    try_on=[case(a, i, v) if x is None else case(a, i, v, axis=x) for a, i, v, x in _INSERTS],
)  # fmt: skip
uninserted_row = primitive(
    uninserted,
    lambda dy, y, d, arr, obj, values, axis=None: np.insert(dy, obj, np.zeros_like(values), axis=axis),
    no_gradient, no_gradient, wrt="d arr values", name="uninserted", kernel=True, linear_in="d",
    try_on=[case(normal(6), np.zeros(5), 1, np.zeros(())), case(normal(8), np.zeros(5), 1, np.zeros(3)),
            case(normal(3, 6), np.zeros((3, 4)), [0, 3], np.zeros((3, 2)), 1)],
)  # fmt: skip
inserted_row = primitive(
    inserted,
    lambda dy, y, d, arr, obj, values, axis=None: np.insert(np.zeros_like(arr), obj, dy, axis=axis),
    no_gradient, no_gradient, wrt="d arr values", name="inserted", kernel=True, linear_in="d",
    try_on=[case(normal(6), np.zeros(5), 1, np.zeros(())), case(normal(8), np.zeros(5), 1, np.zeros(3)),
            case(normal(3, 6), np.zeros((3, 4)), [0, 3], np.zeros((3, 2)), 1)],
)  # fmt: skip


resize = primitive(
    np.resize, lambda dy, y, a, new_shape: unresized(dy, np.shape(a)), wrt="a", linear_in="a", sizes="any",
    try_on=[case(normal(3), (7,)), case(normal(3), (2, 2)), case(normal(2, 3), 6), case(normal(2, 3), (3, 5)),
            case(normal(), (2, 2)), case(normal(3), 0), case(normal(3, dtype=complex), (2, 5))],
)  # fmt: skip
unresized_row = primitive(
    unresized, lambda dy, y, d, shape: np.resize(dy, d.shape), wrt="d", name="unresized", kernel=True,
    linear_in="d", try_on=[case(normal(7), (3,)), case(normal(3, 5), (2, 3)), case(normal(2), (3,))],
)  # fmt: skip
