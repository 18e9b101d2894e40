"""Arrays joined to one, and one array taken apart: concatenate, stack, block, split, tile, repeat.

A list whose entries are known gets its cotangents as slices written one by one; a list of unknown
length goes through the kernels of `runtime.kernels.joining`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import TABLE, Draw, case, normal, primitive
from ..kernels.joining import lifted_axes, unjoined, unrepeated, unsplit, unstacked
from .indexing import no_gradient, takes_symbols
from .shaping import as_nested, moving, shape_of

Rule = Callable[..., Any]
_JOINS: dict[str, Any] = {
    "hstack": np.hstack, "vstack": np.vstack, "dstack": np.dstack, "column_stack": np.column_stack,
}  # fmt: skip
_lifted_axes = lifted_axes.__wrapped__  # type: ignore[attr-defined]


# --- concatenate and its relatives ------------------------------------------------------------


def _join_rule(manner: str) -> Rule:
    """The rule of a function that joins arrays along an axis they have, or are given."""

    def rule(dy: Any, y: Any, arrays: Any, axis: Any = 0, **options: Any) -> Any:
        if not isinstance(arrays, (list, tuple)):
            return unjoined(dy, arrays, manner, axis) if manner == "concatenate" else unjoined(dy, arrays,
                                                                                               manner)
        if manner == "concatenate" and axis is None:
            return _flat_parts(dy, arrays)
        return _parts(dy, arrays, manner, _joined_axis(manner, axis, dy))

    return rule


def _tup_rule(manner: str) -> Rule:
    rule = _join_rule(manner)
    return lambda dy, y, tup, **options: rule(dy, y, tup, **options)


def _joined_axis(manner: str, axis: Any, dy: Any) -> int:
    if manner == "concatenate":
        return _from_start(axis, dy)
    places = {"hstack": min(dy.ndim - 1, 1), "vstack": 0, "dstack": 2, "column_stack": 1}
    return int(places[manner])


def _from_start(axis: int, dy: Any) -> int:
    """A negative axis asks for the rank, which need not be known otherwise."""
    return axis if axis >= 0 else int(axis + dy.ndim)


def _parts(dy: Any, arrays: Sequence[Any], manner: str, at: int) -> list[Any]:
    """Slices of `dy` one after another along axis `at`, without the axes that joining put in."""
    parts = []
    start: Any = 0
    for i, x in enumerate(arrays):
        shape = shape_of(x)
        axes = _lifted_axes(len(shape), manner)
        stop = _plus(start, 1 if axes[at] is None else shape[axes[at]])
        whole = slice(_begin(start), None if i == len(arrays) - 1 else stop)
        index = [_pick(j == at, source is None, start, whole) for j, source in enumerate(axes)]
        parts.append(as_nested(dy[_trimmed(index)], x))
        start = stop
    return parts


def _plus(start: Any, size: Any) -> Any:
    return size if isinstance(start, int) and start == 0 else start + size


def _begin(start: Any) -> Any:
    return None if isinstance(start, int) and start == 0 else start


def _pick(joined: bool, new: bool, start: Any, whole: slice) -> Any:
    if joined:
        return start if new else whole
    return 0 if new else slice(None)


def _is_whole(part: Any) -> bool:
    return isinstance(part, slice) and part.start is None and part.stop is None


def _trimmed(index: list[Any]) -> Any:
    while len(index) > 1 and _is_whole(index[-1]):
        index.pop()
    return index[0] if len(index) == 1 else tuple(index)


def _flat_parts(dy: Any, arrays: Sequence[Any]) -> list[Any]:
    parts = []
    start: Any = 0
    for x in arrays:
        shape = shape_of(x)
        stop = _plus(start, math.prod(shape) if isinstance(x, (list, tuple)) else np.size(x))
        part = dy[_begin(start) : stop]
        parts.append(as_nested(part if len(shape) == 1 else np.reshape(part, shape), x))
        start = stop
    return parts


_LIST = Draw(lambda r: [r.standard_normal(3) for _ in range(4)])
_PAIR = [normal(2, 3), normal(4, 3)]
_JOINED = [
    case([normal(3), normal(2)]), case(_PAIR), case([normal(2, 3), normal(2, 1)], axis=1),
    case([normal(2, 3), normal(2, 1), normal(2, 2)], axis=-1), case((normal(1), normal(1))),
    case([normal(2)]),
    case([normal(0), normal(2)]), case([normal(0, 3), normal(1, 3)]),
    case([normal(2, 3), normal(4)], axis=None),
    case([normal(), normal(2)], axis=None), case([normal(2, dtype=np.float32), normal(2)]),
    case([normal(2, dtype=complex), normal(2)]), case([normal(2), normal(2)], dtype=np.float32, smooth=False),
    case(normal(2, 3, 4)), case(normal(2, 3, 4), axis=1), case([[1.0, 2.0], normal(2)]),
]  # fmt: skip

primitive(
    np.concatenate, _join_rule("concatenate"), wrt="arrays", params="arrays axis", linear_in="arrays",
    try_on=_JOINED,
)  # fmt: skip
_STACKS: dict[str, list[Any]] = {
    "hstack": [case([normal(3), normal(2)]), case([normal(2, 3), normal(2, 1)]), case([normal(), normal(2)]),
               case([normal(), normal()]), case([normal(2, 1, 3), normal(2, 2, 3)])],
    "vstack": [case([normal(3), normal(3)]), case([normal(3), normal(2, 3)]), case(_PAIR),
               case([normal(), normal(2, 1)])],
    "dstack": [case([normal(3), normal(3)]), case([normal(2, 3), normal(2, 3)]),
               case([normal(2, 3), normal(2, 3, 2)]),
               case([normal(), normal(1)])],
    "column_stack": [case([normal(3), normal(3)]), case([normal(3), normal(3, 2)]),
                     case([normal(), normal(1, 2)])],
}  # fmt: skip
for _manner, _cases in _STACKS.items():
    primitive(
        _JOINS[_manner], _tup_rule(_manner), wrt="tup", params="tup", linear_in="tup",
        try_on=[*_cases, case(normal(2, 2, 3)), case(_LIST),
                case([normal(2, dtype=np.complex64), normal(2, dtype=np.complex64)])],
    )  # fmt: skip


def stack_vjp(dy: Any, y: Any, arrays: Any, axis: Any = 0, **options: Any) -> Any:
    if not isinstance(arrays, (list, tuple)):
        return unstacked(dy, arrays) if axis == 0 else unstacked(dy, arrays, axis)
    lead = (slice(None),) * _from_start(axis, dy)
    return [dy[(*lead, i)] if lead else dy[i] for i in range(len(arrays))]


primitive(
    np.stack, stack_vjp, wrt="arrays", params="arrays axis", linear_in="arrays",
    try_on=[case([normal(3), normal(3)]), case([normal(2, 3), normal(2, 3)], axis=1),
            case([normal(3), normal(3)], axis=-1),
            case((normal(), normal())), case([normal(1)]), case(normal(2, 3), axis=1), case(_LIST),
            case([1.5, normal()]),
            case([normal(2, dtype=np.float32)] * 2, axis=0), case([normal(2, dtype=complex), normal(2)])],
)  # fmt: skip


# --- block ------------------------------------------------------------------------------------


def block_vjp(dy: Any, y: Any, arrays: Any) -> Any:
    if not isinstance(arrays, list):
        return dy if np.ndim(dy) == np.ndim(arrays) else np.reshape(dy, np.shape(arrays))
    return _blocks(dy, arrays, _depth(arrays))


def _depth(item: Any) -> int:
    return 1 + _depth(item[0]) if isinstance(item, list) else 0


def _blocks(d: Any, item: Any, depth: int) -> Any:
    """Lists nested `depth` deep are joined along the axis that many from the end."""
    if depth == 0:
        return d[(0,) * (np.ndim(d) - np.ndim(item))] if np.ndim(d) > np.ndim(item) else d
    parts = []
    start: Any = 0
    lead = (slice(None),) * (d.ndim - depth)
    for inner in item:
        stop = _plus(start, _extent(inner, depth))
        parts.append(_blocks(d[(*lead, slice(_begin(start), stop))], inner, depth - 1))
        start = stop
    return parts


def _extent(item: Any, depth: int) -> Any:
    """The size of a block along the axis `depth` from the end: its first entry's."""
    while isinstance(item, list):
        item = item[0]
    return np.shape(item)[-depth] if np.ndim(item) >= depth else 1


primitive(
    np.block, block_vjp, wrt="arrays", params="arrays", linear_in="arrays",
    try_on=[case([[normal(2, 3), normal(2, 1)], [normal(1, 3), normal(1, 1)]]), case([normal(3), normal(2)]),
            case([[normal(2, 2)], [normal(2)]]), case([[normal(), 1.0], [0.0, normal()]]), case(normal(2, 3)),
            case([normal(2, 3), normal(2, 1)]),
            case([[[normal(2)], [normal(2)]], [[normal(2)], [normal(2)]]]),
            case([[normal(1, 1, dtype=complex), normal(1, 2)]])],
)  # fmt: skip


# --- split ------------------------------------------------------------------------------------


def _split_rule(axis_of: Callable[[Any], int] | None = None) -> Rule:
    def rule(dy: Any, y: Any, ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
        at = axis if axis_of is None else axis_of(ary)
        if _in_order(indices_or_sections):
            return takes_symbols(np.concatenate)(dy, axis=at)
        return unsplit(dy, np.shape(ary), indices_or_sections, at)

    return rule


def _in_order(cuts: Any) -> bool:
    """Do the pieces cover the axis exactly, whatever its size?"""
    if isinstance(cuts, (int, np.integer)):
        return True
    if not isinstance(cuts, (list, tuple, np.ndarray)):
        return bool(cuts.ndim == 0)
    known = [c for c in cuts if isinstance(c, (int, np.integer))]
    if len(known) < len(cuts):
        return False
    one_sided = all(c >= 0 for c in known) or all(c < 0 for c in known)
    return one_sided and known == sorted(known)


_SPLITS = [
    case(normal(6), 3), case(normal(6), [1, 4]), case(normal(6, 2), [2, 2]), case(normal(6), [-4, -1]),
    case(normal(6), [4, 2]), case(normal(6), [1, -3]), case(normal(3), [2, 5]),
    case(normal(2, dtype=complex), 1),
]  # fmt: skip
for _fun in (np.split, np.array_split):
    primitive(
        _fun, _split_rule(), wrt="ary", params="ary indices_or_sections axis", linear_in="ary", sizes="any",
        try_on=[*_SPLITS, case(normal(2, 6), 3, axis=1), case(normal(2, 6), [1], axis=-1),
                case(normal(2, 6), [4, 2], axis=-1)],
    )  # fmt: skip
TABLE[np.array_split].try_on += (case(normal(5), 3), case(normal(2), 4))

primitive(np.hsplit, _split_rule(lambda x: 0 if np.ndim(x) == 1 else 1), wrt="ary",
          params="ary indices_or_sections",
          linear_in="ary", sizes="any", try_on=[case(normal(6), 2), case(normal(2, 6), [1, 3])])  # fmt: skip
primitive(np.vsplit, _split_rule(lambda x: 0), wrt="ary", params="ary indices_or_sections",
          linear_in="ary", sizes="any", try_on=[case(normal(4, 3), 2), case(normal(4, 3), [1])])  # fmt: skip
primitive(np.dsplit, _split_rule(lambda x: 2), wrt="ary", params="ary indices_or_sections",
          linear_in="ary", sizes="any", try_on=[case(normal(2, 3, 4), 2),
                                                case(normal(2, 3, 4), [3, 1])])  # fmt: skip

if hasattr(np, "unstack"):
    primitive(
        np.unstack, lambda dy, y, x, axis=0: takes_symbols(np.stack)(dy, axis=axis), wrt="x", params="x",
        linear_in="x",
        try_on=[case(normal(3)), case(normal(2, 3), axis=1), case(normal(2, 3, 4), axis=-1)],
    )  # fmt: skip


# --- tile, repeat, meshgrid, append -----------------------------------------------------------


@moving
def tile_vjp(dy: Any, y: Any, A: Any, reps: Any) -> Any:
    """`dy` with an axis for the copies before each axis, summed over those."""
    shape = np.shape(A)
    times = list(reps) if isinstance(reps, (tuple, list, np.ndarray)) or np.ndim(reps) else [reps]
    times = [1] * (len(shape) - len(times)) + times
    sizes = [None] * (len(times) - len(shape)) + list(shape)
    split: list[Any] = []
    copies = []
    for times_here, size in zip(times, sizes, strict=True):
        if not (isinstance(times_here, int) and times_here == 1 and size is not None):
            copies.append(len(split))
            split.append(times_here)
        split += [] if size is None else [size]
    if not copies:
        return dy
    return np.reshape(dy, tuple(split)).sum(axis=copies[0] if len(copies) == 1 else tuple(copies))


@moving
def repeat_vjp(dy: Any, y: Any, a: Any, repeats: Any, axis: Any = None) -> Any:
    """`dy` with an axis for the copies after the axis repeated, summed over it."""
    if isinstance(repeats, (list, tuple)) or np.ndim(repeats) > 0:
        return unrepeated(dy, np.shape(a), repeats, axis)
    if axis is None:
        return np.reshape(dy, (*np.shape(a), repeats)).sum(axis=-1)
    at = axis % np.ndim(a)
    return np.reshape(dy, (*np.shape(a)[: at + 1], repeats, *np.shape(a)[at + 1 :])).sum(axis=at + 1)


primitive(
    np.tile, tile_vjp, wrt="A", params="A reps", linear_in="A",
    try_on=[case(normal(3), 2), case(normal(3), (2, 2)), case(normal(2, 3), 2), case(normal(2, 3), (2, 1)),
            case(normal(2, 3), (3, 1, 2)), case(normal(), 3), case(normal(), (2, 2)),
            case(normal(1, 3), (2, 1)),
            case(normal(3), 0), case(normal(3), 1), case(normal(3), (1, 1)), case(normal(2, 3, 2), (2, 1)),
            case(normal(3, dtype=complex), 2), case(normal(3, dtype=np.float32), 2), case(normal(), ())],
)  # fmt: skip
primitive(
    np.repeat, repeat_vjp, wrt="a", params="a repeats axis", linear_in="a", sizes="any",
    try_on=[case(normal(3), 2), case(normal(2, 3), 2), case(normal(2, 3), 2, axis=0),
            case(normal(2, 3), 3, axis=-1),
            case(normal(2, 3), [1, 3], axis=0), case(normal(3), [2, 0, 1]),
            case(normal(2, 3), np.array([2, 0, 1]), 1),
            case(normal(), 3), case(normal(2), 0), case(normal(2), [2]), case(normal(2, 1), 1, 0),
            case(normal(2, dtype=np.complex64), 2)],
)  # fmt: skip


def meshgrid_vjp(dy: Any, y: Any, *xi: Any, copy: Any = True, sparse: Any = False,
                 indexing: Any = "xy") -> list[Any]:
    rank = len(xi)
    swapped = indexing == "xy" and rank > 1
    parts = []
    for i, (d, x) in enumerate(zip(dy, xi, strict=True)):
        own = 1 - i if swapped and i < 2 else i
        others = tuple(j for j in range(rank) if j != own)
        if others and not sparse:
            d = d.sum(axis=others[0] if len(others) == 1 else others)
        parts.append(d if np.ndim(x) == np.ndim(d) == 1 else np.reshape(d, np.shape(x)))
    return parts


_AXES = (normal(2), normal(3), normal(4))
primitive(
    np.meshgrid, meshgrid_vjp, linear_in="args",
    try_on=[case(*_AXES[:2]), case(*_AXES), case(*_AXES, indexing="ij"), case(*_AXES, sparse=True),
            case(normal(2)),
            case(*_AXES[:2], indexing="ij", sparse=True), case(normal(), normal(3)),
            case(normal(1), normal(2), copy=False)],
)  # fmt: skip


def append_arr(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    if axis is not None:
        return _parts(dy, [arr, dy], "concatenate", _from_start(axis, dy))[0]
    return _flat_parts(dy, [arr])[0]


def append_values(dy: Any, y: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    if axis is None:
        return _flat_parts(dy, [arr, values])[1]
    return as_nested(_parts(dy, [arr, dy], "concatenate", _from_start(axis, dy))[1], values)


primitive(
    np.append, append_arr, append_values, params="arr values axis", linear_in="arr values",
    try_on=[case(normal(3), normal()), case(normal(3), 2.5), case(normal(2, 3), normal(2)),
            case(normal(2, 3), normal(1, 3), 0),
            case(normal(2, 3), normal(2, 2), axis=-1), case(normal(0), normal(2)),
            case(normal(2, dtype=complex), normal(2)),
            case([], normal(2)), case(normal(3), [1.0, 2.0]), case(normal(1, 2), [[1.0, normal()]], axis=0)],
)  # fmt: skip


# --- rows of the kernels ----------------------------------------------------------------------


def _unstacked_d(dy: Any, y: Any, d: Any, like: Any, axis: Any = 0) -> Any:
    return takes_symbols(np.stack)(dy, axis=axis)


def _unjoined_d(dy: Any, y: Any, d: Any, like: Any, manner: Any = "concatenate", axis: Any = 0) -> Any:
    if manner == "concatenate":
        return takes_symbols(np.concatenate)(dy, axis=axis)
    return takes_symbols(_JOINS[manner])(dy)


def _unsplit_parts(dy: Any, y: Any, parts: Any, shape: Any, cuts: Any, axis: Any = 0) -> Any:
    return np.split(dy, cuts, axis=axis)


def _unrepeated_d(dy: Any, y: Any, d: Any, shape: Any, repeats: Any, axis: Any = None) -> Any:
    return np.repeat(dy, repeats) if axis is None else np.repeat(dy, repeats, axis=axis)


_ROWS = [np.zeros(2), np.zeros(2), np.zeros(2)]
primitive(unstacked, _unstacked_d, no_gradient, wrt="d like", name="unstacked", kernel=True, linear_in="d",
          sizes="any",
          try_on=[case(normal(3, 2), _ROWS), case(normal(2, 3), _ROWS, 1),
                  case(normal(2), [0.0, 0.0])])  # fmt: skip
primitive(unjoined, _unjoined_d, no_gradient, wrt="d like", name="unjoined", kernel=True, linear_in="d",
          sizes="any",
          try_on=[case(normal(6), _ROWS), case(normal(3, 2), _ROWS, "vstack"),
                  case(normal(2, 3), _ROWS, "column_stack"),
                  case(normal(1, 2, 3), _ROWS, "dstack"), case(normal(6), _ROWS, "hstack")])  # fmt: skip
primitive(unsplit, _unsplit_parts, wrt="parts", name="unsplit", kernel=True, linear_in="parts",
          try_on=[case([normal(4), normal(0), normal(4)], (6,), [4, 2])])  # fmt: skip
primitive(unrepeated, _unrepeated_d, wrt="d", name="unrepeated", kernel=True, linear_in="d",
          try_on=[case(normal(3), (3,), [2, 0, 1]), case(normal(4, 3), (2, 3), [1, 3], 0)])  # fmt: skip
