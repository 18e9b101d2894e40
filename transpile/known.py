"""Kinds of results that two probe calls cannot show, worked out from the rules of NumPy.

A probe has axes of 3 and 4: an index may point beyond them, how long a slice is depends on the
size, a list of unknown length may hold one entry, and 3 cannot be split in 2. MANY stands for 2
or more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..runtime.kernels.joining import lifted_axes
from .ir import Slot, Value
from .kinds import ANY, INT, MANY, ONE, Array, Kind, ListOf, Scalar, TupleOf, join, kind_of
from .known_lists import list_kind

Dims = tuple[str, ...]
LIMIT = 1000  # slices with bounds beyond this are not followed


# Rows whose result has the shape in their parameter `shape`, and where its dtype comes from.
SHAPED = {
    "scatter": "d", "spread_along": "d", "spread_where": "d", "undeleted": "d", "unresized": "d",
    "unrepeated": "d", "unpad": "d",
    "border_fill": "values",
}  # fmt: skip
SPLITS = ("split", "array_split", "hsplit", "vsplit", "dsplit")
JOINS = ("concatenate", "hstack", "vstack", "dstack", "column_stack")
ARRAYS = ("array", "asarray", "asanyarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray",
          "require")


class NotKnown(Exception):
    """The index holds something whose effect on the rank is not known."""


def known_kind(
    name: str, template: dict[str, Any], operands: Sequence[Value],
    shape_dims: Callable[[Any, Sequence[Value]], Dims | None],
) -> Kind | None:  # fmt: skip
    """The kind of the result of a row whose shape a probe cannot show; None for other rows."""

    def kind(parameter: str) -> Kind:
        given = template[parameter]
        return operands[given.index].kind if isinstance(given, Slot) else kind_of(given)

    if (lists := list_kind(name, template, operands)) is not None:
        return lists
    if name == "put":
        return kind("a") if isinstance(kind("a"), Array) else None
    if name in ("getitem", "last_written"):
        return subscript_kind(kind("a" if name == "getitem" else "d"), template["index"], operands)
    if name in ("builtins.max", "builtins.min"):  # which argument it is depends on the values
        kinds = [operands[a.index].kind if isinstance(a, Slot) else kind_of(a) for a in template["args"]]
        return reduce(join, kinds) if len(kinds) > 1 else None
    if name == "list_item" and isinstance(template["index"], Slot) and isinstance(items := kind("items"), TupleOf):
        return reduce(join, items.items) if items.items and items.keys is None else None  # not the probe's entry
    if name == "squeeze":
        return _squeezed(kind("a"), template.get("axis"))
    if name in SHAPED:
        dims, source = shape_dims(template["shape"], operands), kind(SHAPED[name])
        dtype = source.dtype if isinstance(source, Array) else None
        return Array(dtype, dims) if dims is not None and dtype is not None else None
    if name in SPLITS:
        return _split(name, kind("ary"), template, operands)
    if name in ("stack", "block", *JOINS, *ARRAYS):
        first = next(iter(template.values()))
        return _of_list(name, operands[first.index].kind, template) if isinstance(first, Slot) else None
    return None


def _split(name: str, owner: Kind, template: dict[str, Any], operands: Sequence[Value]) -> Kind | None:
    """The pieces of an array: their number is known where the cuts are written out."""
    if not isinstance(owner, Array) or not owner.dims:
        return None
    axis = {"hsplit": min(len(owner.dims) - 1, 1), "vsplit": 0, "dsplit": 2}.get(name,
                                                                                 template.get("axis", 0))
    if not isinstance(axis, int) or not -len(owner.dims) <= axis < len(owner.dims):
        return None
    dims = list(owner.dims)
    dims[axis] = ANY
    piece = Array(owner.dtype, tuple(dims))
    cuts = template["indices_or_sections"]
    if isinstance(cuts, Slot):
        return ListOf(piece) if operands[cuts.index].kind == INT else None
    count = cuts if isinstance(cuts, (int, np.integer)) else len(cuts) + 1
    return TupleOf((piece,) * int(count), list)


def _of_list(name: str, items: Kind, template: dict[str, Any]) -> Kind | None:
    """An array made of a list of unknown length, which may hold just one entry."""
    if not isinstance(items, ListOf):
        return None
    unknown = Array(None, None)
    entry = _entry(items.item)
    dtype, axis = template.get("dtype"), template.get("axis", 0)
    if name == "block" or entry is None or entry.dims is None or not isinstance(axis, int):
        return unknown
    if isinstance(dtype, Slot) or set(template) - {"axis", "dtype", next(iter(template))}:
        return unknown
    dims = entry.dims
    if name in JOINS:
        dims = tuple(ONE if i is None else dims[i] for i in lifted_axes(len(dims), name))
        axis = {"hstack": min(len(dims) - 1, 1), "vstack": 0, "dstack": 2, "column_stack": 1}.get(name, axis)
        at = range(len(dims))[axis]
        dims = (*dims[:at], MANY if dims[at] == MANY else ANY, *dims[at + 1 :])
    else:
        at = range(len(dims) + 1)[axis if name == "stack" else 0]
        dims = (*dims[:at], ANY, *dims[at:])
    return Array(entry.dtype if dtype is None else np.dtype(dtype), dims)


def _entry(item: Kind) -> Array | None:
    """The kind of an entry as an array."""
    if isinstance(item, Array):
        return item
    if isinstance(item, Scalar):
        return Array(np.dtype(item.type), ())
    if isinstance(item, ListOf):
        inner = _entry(item.item)
        return None if inner is None or inner.dims is None else Array(inner.dtype, (ANY, *inner.dims))
    return None


def _squeezed(owner: Kind, axis: Any) -> Kind | None:
    """Without `axis` the rank depends on which axes have size 1."""
    if not isinstance(owner, Array) or owner.dims is None or axis is not None:
        return None
    if ANY in owner.dims:
        return Array(owner.dtype, None)
    return Array(owner.dtype, tuple(d for d in owner.dims if d != ONE), owner.generic)


def subscript_kind(owner: Kind, index: Any, operands: Sequence[Value]) -> Kind | None:
    """The kind of ``owner[index]``; None where it is not known. `index` may hold slots."""
    if not isinstance(owner, Array) or owner.dims is None:
        return None
    parts = list(index) if isinstance(index, tuple) else [index]
    try:
        kinds = [_part(p, operands) for p in parts]
        dims = _result(parts, kinds, owner.dims)
    except NotKnown:
        return None
    window = any(p is Ellipsis for p in parts)
    return Array(owner.dtype, dims, generic=not dims and not window)


def _part(part: Any, operands: Sequence[Value]) -> Kind | None:
    """The kind of an array or integer among the parts of an index; None for the other parts."""
    if part is None or part is Ellipsis or isinstance(part, slice):
        return None
    if isinstance(part, Slot):
        kind = operands[part.index].kind
    elif isinstance(part, list):
        kind = kind_of(np.asarray(part, int if not part else None))
    else:
        kind = kind_of(part)
    if kind == INT:
        return kind
    if not isinstance(kind, Array) or kind.dims is None or kind.dtype is None or kind.dtype.kind not in "iub":
        raise NotKnown
    if kind.dims == () and kind.dtype.kind == "b":
        raise NotKnown
    return INT if kind.generic else kind


def _result(parts: list[Any], kinds: list[Kind | None], dims: Dims) -> Dims:
    """The axes of the result: those the parts leave, and those of the arrays among them."""
    taken = sum(_axes_of(p, k) for p, k in zip(parts, kinds, strict=True))
    if taken > len(dims):
        raise NotKnown
    if Ellipsis not in [p for p in parts if p is Ellipsis]:
        parts, kinds = [*parts, Ellipsis], [*kinds, None]
    out: list[str] = []
    gathered: list[Dims] = []
    places: list[int] = []
    apart = False
    axis = 0
    last = None
    advanced = any(isinstance(k, Array) for k in kinds)
    for i, (part, kind) in enumerate(zip(parts, kinds, strict=True)):
        if isinstance(kind, Array) or advanced and kind == INT:
            apart = apart or last is not None and last != i - 1
            last = i
            places.append(len(out))
            gathered.append(_gathered(kind))
            axis += _axes_of(part, kind)
        elif kind == INT:
            axis += 1
        elif part is None:
            out.append(ONE)
        elif part is Ellipsis:
            stop = axis + len(dims) - taken
            out += dims[axis:stop]
            axis = stop
        else:
            out.append(_slice(part, dims[axis]))
            axis += 1
    if not gathered:
        return tuple(out)
    at = 0 if apart else places[0]
    return (*out[:at], *_broadcast(gathered), *out[at:])


def _axes_of(part: Any, kind: Kind | None) -> int:
    """How many axes of the array a part of an index uses up."""
    if isinstance(kind, Array):
        return len(kind.dims or ()) if kind.dtype is not None and kind.dtype.kind == "b" else 1
    return 0 if part is None or part is Ellipsis else 1


def _gathered(kind: Kind | None) -> Dims:
    if not isinstance(kind, Array) or kind.dims is None:
        return ()
    return (ANY,) if kind.dtype is not None and kind.dtype.kind == "b" else kind.dims


def _broadcast(stack: list[Dims]) -> Dims:
    rank = max(map(len, stack))
    columns = zip(*[(ONE,) * (rank - len(d)) + d for d in stack], strict=True)
    return tuple(MANY if MANY in c else ANY if ANY in c else ONE for c in columns)


def _slice(part: slice, dim: str) -> str:
    """What is known of the length of a slice of an axis of which `dim` is known."""
    bounds = (part.start, part.stop, part.step)
    if part.start is None and part.stop is None and part.step in (None, 1, -1):
        return dim
    if not all(b is None or isinstance(b, (int, np.integer)) for b in bounds) or dim == ANY:
        return ANY
    reach = sum(abs(int(b)) for b in bounds if b is not None) + 3
    if reach > LIMIT:
        return ANY
    sizes = (1,) if dim == ONE else range(2, reach + 1)
    lengths = {len(range(*part.indices(n))) for n in sizes}
    if lengths == {1}:
        return ONE
    return ANY if lengths & {0, 1} else MANY
