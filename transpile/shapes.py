"""Which arrays have the same shape on every run?  Asked before a sum over broadcast axes is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..runtime.declare import Primitive
from .ir import Op, Slot, Value
from .kinds import ANY, MANY, ONE, Array, Kind, Scalar


def same_shape(a: Value, b: Value) -> bool:
    """Have two arrays the same shape on every run?"""
    return a is b or any(_same_maker(p, q) for p in shape_chain(a) for q in shape_chain(b))


def _same_maker(a: Value, b: Value) -> bool:
    """One array, or the same part of arrays of one shape."""
    if a is b:
        return True
    parts = [_part(v) for v in (a, b)]
    if parts[0] is None or parts[1] is None or parts[0][1] != parts[1][1]:
        return False
    return same_shape(parts[0][0], parts[1][0])


def _part(value: Value) -> tuple[Value, Any] | None:
    """``a`` and a hashable index, for the value of ``a[index]``."""
    op = value.op
    if op is None or op.code != "prim" or op.attrs["prim"].name != "getitem":
        return None
    given = op.attrs["given"]
    if not isinstance(given.get("a"), Slot):
        return None
    return op.operands[given["a"].index], _frozen(given["index"], op)


def _frozen(item: Any, op: Any) -> Any:
    if isinstance(item, Slot):
        return op.operands[item.index]
    if isinstance(item, (tuple, list)):
        return tuple(_frozen(i, op) for i in item)
    if isinstance(item, slice):
        return ("slice", _frozen(item.start, op), _frozen(item.stop, op), _frozen(item.step, op))
    return ("array", id(item)) if isinstance(item, np.ndarray) else (type(item).__name__, item)


@contextmanager
def one_question() -> Iterator[None]:
    """Answers found on the way to one answer are remembered until it is found, and no longer: programs change."""
    outermost = not _MEMO
    if outermost:
        _MEMO.append({})
    try:
        yield
    finally:
        if outermost:
            _MEMO.clear()


_MEMO: list[dict[Value, Value | None]] = []


def _shape_class(value: Value) -> Value:
    """The first array that is known to have the value's shape."""
    while True:
        source = _like(value)
        if source is None:
            return value
        value = source


def shape_chain(value: Value) -> list[Value]:
    """Arrays that are known to have the value's shape: itself, then what it was made of."""
    out = [value]
    with one_question():
        while (source := _like(out[-1])) is not None:
            out.append(source)
    return out


def _like(value: Value) -> Value | None:
    """One array that is known to have the value's shape, nearer to where the shape comes from."""
    known = _MEMO[-1]
    if value not in known:
        known[value] = _like_of(value)
    return known[value]


def _like_of(value: Value) -> Value | None:
    op = value.op
    if op is None:
        return _carried_like(value)
    if "like" in op.attrs:
        return op.attrs["like"]
    if op.code == "call":
        return op.attrs.get("alike", {}).get(value)  # type: ignore[no-any-return]
    if op.code in ("stop", "hook"):
        return op.operands[0]
    if op.code in ("for", "while"):
        k = op.results.index(value)
        if k < len(op.regions[0].params) - op.attrs["sequences"]:
            param = op.regions[0].params[op.attrs["sequences"] + k]
            return op.operands[op.attrs["sequences"] + k] if _carried_like(param) is not None else None
    if op.code == "if":
        return _chosen_like(value, op)
    if op.code != "prim":
        return None
    prim = op.attrs["prim"]
    if prim.name in ("zeros", "ones", "full", "empty", "broadcast_to", "scatter"):
        shape = op.attrs["given"].get("shape")
        owner = op.operands[shape.index].op if isinstance(shape, Slot) else None
        return owner.operands[0] if owner is not None and owner.code == "shape" else None
    if prim.name in ("astype", "copy", "flip", "put", "add_at") and op.operands:
        return op.operands[0]
    return _broadcast_like(value, op) if prim.broadcasts or is_ufunc(prim) else None


def _chosen_like(value: Value, op: Op) -> Value | None:
    """What a branch gives has the shape of what went in, if both arms keep it."""
    index = op.results.index(value)
    first, second = (_shape_class(region.yields[index]) for region in op.regions)
    inside = first.op.region if first.op is not None else first.region
    return first if first is second and not any(region.encloses(inside) for region in op.regions) else None


_ASSUMED: set[Value] = set()


def _carried_like(param: Value) -> Value | None:
    """What a loop carries has the shape it started with, if every turn keeps its shape."""
    loop = param.region.owner if param.region is not None else None
    if not isinstance(loop, Op) or loop.code not in ("for", "while") or param in _ASSUMED:
        return None
    if param not in loop.regions[0].params or not loop.operands:
        return None
    k = loop.regions[0].params.index(param) - loop.attrs["sequences"]
    if k < 0 or k >= len(loop.regions[0].yields):
        return None
    _ASSUMED.add(param)
    _MEMO.append({})
    try:
        same = _shape_class(loop.regions[0].yields[k]) is param
    finally:
        _ASSUMED.discard(param)
        _MEMO.pop()
    return loop.operands[loop.attrs["sequences"] + k] if same else None


def is_ufunc(prim: Primitive) -> bool:
    return isinstance(prim.fun, np.ufunc) and prim.fun.signature is None and prim.fun.nout == 1


def _broadcast_like(value: Value, op: Any) -> Value | None:
    arrays = [v for v in op.operands if not is_number_kind(v.kind)]
    if any(not isinstance(v.kind, Array) or v.kind.dims is None for v in arrays) or not arrays:
        return None
    if any(isinstance(i, (list, tuple, np.ndarray)) for i in op.attrs["given"].values()):
        return None
    first = _shape_class(arrays[0])
    if all(_shape_class(v) is first for v in arrays[1:]):
        return arrays[0]
    rank = max(len(v.kind.dims) for v in arrays)
    for v in arrays:
        dims = v.kind.dims
        if len(dims) == rank and not v.kind.loose and ANY not in dims and all(_fits(dims, w.kind.dims) for w in arrays):
            return v
    return None


def _fits(dims: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Is a result as large as `dims`, whatever an operand with the axes `other` adds?"""
    return all(p == MANY or q == ONE for p, q in zip(dims[len(dims) - len(other) :], other, strict=True))


def is_number_kind(kind: Kind) -> bool:
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ()
