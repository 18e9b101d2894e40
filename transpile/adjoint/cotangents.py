"""The map from values to cotangents, and what can be done with a cotangent of a value.

A cotangent is passed on as it is by the adjoint of `+`, so nothing here ever adds in place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...runtime.declare import NAMES, Unsupported
from ..builder import Builder
from ..ir import Op, Slot, Value
from ..kinds import NOTHING, UNKNOWN, Array, Ints, Kind, ListOf, Other, Scalar, TupleOf, is_float
from ..sym import Sym
from ..thrift import SAVES_WORK
from .matching import match
from .pairs import Missing, Pairs
from .parts import Each, flat, nested

NARROW = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.complex64))
"""Where a Python number in the place of a NumPy scalar would widen what it is spread over."""


class Cotangents:
    """The cotangents of the values seen so far, and the place where new ones are written."""

    def __init__(self, builder: Builder, active: set[Any], pairs: Pairs) -> None:
        self.builder, self.active, self.pairs = builder, active, pairs
        self.cotangents: dict[Value, Any] = {}
        self.before: dict[Op, Any] = {}  # of what the turns before had collected, where this turn reads that

    def follows(self, value: Value) -> bool:
        """Is the cotangent of this value wanted? Where no variable moves the value it is work for nothing."""
        made = value.op is not None or value.region is not None and isinstance(value.region.owner, Op)
        return value in self.active or not SAVES_WORK and made and is_float(value.kind)

    def accumulate(self, value: Value, d: Any, exact: bool = False, fits: bool = False) -> None:
        """Add a contribution to the cotangent of a value; `fits` if nothing is left to match."""
        if d is None or not self.follows(value):
            return
        d = self.arrived(d)
        d = d if fits else match(self.builder, d, value, exact)
        old = self.cotangents.get(value)
        if old is not None and by_parts(old) != by_parts(d):
            old, d = self.assembled(value, old), self.assembled(value, d)
        firm = isinstance(value.kind, (Array, Scalar))  # anything else may be a list when the gradient runs
        self.cotangents[value] = d if old is None else self.add(old, d, firm)
        self.name(self.cotangents[value], value)

    def name(self, d: Any, value: Value) -> None:
        if isinstance(d, Sym) and d.value.op is not None and not d.value.op.user:
            if value.name and not d.value.name:
                d.value.name = f"d{value.name}"
            if d.value.of is None:
                d.value.of = value

    def add(self, a: Any, b: Any, firm: bool = False) -> Any:
        if isinstance(a, dict) and isinstance(b, dict):
            return {k: self.add(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k))
                    for k in {**a, **b}}  # fmt: skip
        if any(isinstance(k, Each) for d in (a, b) if isinstance(d, dict) for k in d):
            raise Unsupported("a list of containers, read both entry by entry and as a whole")
        if isinstance(a, dict) or isinstance(b, dict):
            whole, part = (b, a) if isinstance(a, dict) else (a, b)
            for key, d in part.items():
                if isinstance(d, dict):
                    d = self.add(Sym(self.builder.item(whole.value, key), self.builder), d)
                    whole = NAMES["list_put"].fun(whole, key, d)
                else:
                    whole = NAMES["list_add_at"].fun(whole, key, d)
            return whole
        if _is_list(a) or _is_list(b) or not firm and (_vague(a) or _vague(b)):
            return NAMES["list_add"].fun(a, b)
        return a + b

    # --- containers and zeros -------------------------------------------------------------

    def complete(self, value: Value, d: Any) -> Any:
        """The cotangent of a tuple result with zeros filled in."""
        if not isinstance(d, dict):
            return d
        if any(isinstance(key, Each) for key in d):
            return self.assembled(value, d)
        if not isinstance(value.kind, TupleOf):
            whole = NAMES["list_zeros"].fun(Sym(value, self.builder))
            for key, part in d.items():
                whole = NAMES["list_add_at"].fun(whole, key, self.part(value, key, part))
            return whole
        if value.kind.keys is not None:
            if not self.plain_parts(value, value.kind):
                return None
            return Sym(self.pack({k: self.part(value, k, d.get(k)) for k in value.kind.keys}), self.builder)
        return tuple(self.part(value, i, d.get(i)) for i in range(len(value.kind.items)))

    def part(self, value: Value, key: Any, d: Any) -> Any:
        """The cotangent of one entry of a container, whole."""
        if d is not None and not isinstance(d, dict):
            return d
        entry = self.builder.item(value, key)
        return self.zeros(entry) if d is None else self.complete(entry, d)

    def assembled(self, value: Value, d: Any) -> Any:
        """The cotangent of a list of containers as one list, where that of each of their parts is known."""
        if not by_parts(d):
            return d
        if not all(isinstance(key, Each) for key in d):
            raise Unsupported("a list of containers, read both entry by entry and as a whole")
        if isinstance(value.kind, ListOf) and not self.plain_parts(value, value.kind.item):
            return self.zeros(value)
        whole = NAMES["list_zeros"].fun(Sym(value, self.builder))
        for key, rows in d.items():
            whole = NAMES["list_column_put"].fun(whole, key.keys, rows)
        return whole

    def plain_parts(self, value: Value, kind: Kind) -> bool:
        """Are containers of this kind, and those in them, lists, tuples and dicts, which cotangents can be like?"""
        if not isinstance(kind, TupleOf):
            return True
        if kind.keys is not None and not issubclass(kind.sequence, dict):
            assert value.op is not None
            self.pairs.missing.append(Missing(value.op, f"a list of objects of the class {kind.sequence.__name__}: "
                                              "keep a list for each of their parts"))  # fmt: skip
            return False
        return all(self.plain_parts(value, k) for k in kind.items)

    def whole(self, value: Value, d: Any) -> Any:
        """A container's cotangent with all of its entries, for whoever reads them by position."""
        if by_parts(d):
            return self.assembled(value, d)
        if not isinstance(d, dict) or not isinstance(value.kind, TupleOf):
            return d
        keys = value.kind.keys if value.kind.keys is not None else range(len(value.kind.items))
        return {k: self.zeros(self.builder.item(value, k)) if d.get(k) is None else
                self.whole(self.builder.item(value, k), d[k]) if isinstance(d[k], dict) else d[k]
                for k in keys}  # fmt: skip

    def zeros(self, value: Value) -> Any:
        """A zero cotangent for a value."""
        kind = value.kind
        if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ():
            return 0.0
        if kind == NOTHING:  # a name that holds None until a branch gives it a number
            return 0.0
        if isinstance(kind, (Other, Ints)):
            return Sym(self.builder.const(None), self.builder)
        if value.op is not None and value.op.code == "earlier":
            value = self.builder.append("so_far", [value], [kind]).result
        if value.unsure or isinstance(kind, ListOf) or not isinstance(kind, Array) or kind.dtype is None or kind.loose:
            return NAMES["list_zeros"].fun(Sym(value, self.builder))
        out = np.zeros_like(Sym(value, self.builder))
        out.value.fresh = True  # type: ignore[attr-defined]
        return out

    def entry(self, container: Value, key: Any, kind: Kind) -> Value:
        value = self.builder.item(container, key)
        if value.kind == UNKNOWN:
            value.kind = kind
        return value

    # --- cotangents as values --------------------------------------------------------------

    def as_value(self, d: Any) -> Value:
        """A cotangent as one value: numbers become constants, dicts tuples."""
        if isinstance(d, Sym):
            return d.value
        if isinstance(d, dict):
            return self.pack(d)
        if isinstance(d, tuple):
            return self.pack(dict(enumerate(d)))
        return self.builder.const(d)

    def promised(self, d: Any, value: Value) -> Value:
        """The cotangent of a value where a kind is all that is known of it: a number has its precision."""
        kind = value.kind
        if isinstance(kind, Array) and kind.dims == () and kind.dtype in NARROW and not isinstance(d, (dict, tuple)):
            if not isinstance(d, Sym) or isinstance(d.value.kind, Scalar):
                d = self.builder.call(NAMES[kind.dtype.name], (d,), {})
        return self.as_value(d)

    def leaving(self, d: Any, value: Value) -> Value:
        """A cotangent that leaves a function: of a container, just the entries that it has."""
        if not isinstance(d, dict):
            return self.promised(d, value)
        parts = flat(d)
        values = [self.as_value(leaf) for _, leaf in parts]
        if (whole := taken_apart(values)) is not None and whole.packed == tuple(path for path, _ in parts):
            return whole
        operands = list(dict.fromkeys(values))
        template = [Slot(operands.index(v)) for v in values]
        kind = TupleOf(tuple(v.kind for v in values))
        result = self.builder.append("pack", operands, [kind], template=template).result
        result.packed = tuple(path for path, _ in parts)
        return result

    def arrived(self, d: Any) -> Any:
        """The other way round."""
        if isinstance(d, (list, tuple)):
            return {i: part for i, part in enumerate(d) if part is not None}
        if not isinstance(d, Sym) or d.value.packed is None:
            return d
        return nested([(path, Sym(self.builder.item(d.value, j), self.builder))
                       for j, path in enumerate(d.value.packed)])  # fmt: skip

    def pack(self, d: dict[Any, Any]) -> Value:
        size = max(d) + 1 if all(isinstance(k, int) for k in d) else None
        keys = range(size) if size is not None else list(d)
        values = [self.as_value(d[k]) if d.get(k) is not None else self.builder.const(None) for k in keys]
        operands = list(dict.fromkeys(values))
        kind = TupleOf(tuple(v.kind for v in values), tuple if size is not None else dict,
                       None if size is not None else tuple(keys))  # fmt: skip
        template = [Slot(operands.index(v)) for v in values]
        return self.builder.append("pack", operands, [kind], template=template).result


def taken_apart(values: list[Value]) -> Value | None:
    """The container whose entries these are, all of them and in order."""
    ops = [v.op for v in values if v.op is not None and v.op.code == "item"]
    whole = ops[0].operands[0] if ops else None
    if whole is None or not isinstance(whole.kind, TupleOf) or not len(ops) == len(values) == len(whole.kind.items):
        return None
    return whole if all(op.operands[0] is whole and op.attrs["key"] == i for i, op in enumerate(ops)) else None


def by_parts(d: Any) -> bool:
    """Is it the cotangent of a list of containers, one list for each of their parts?"""
    return isinstance(d, dict) and any(isinstance(key, Each) for key in d)


def _vague(d: Any) -> bool:
    return isinstance(d, Sym) and not isinstance(d.value.kind, (Array, Scalar))


def _is_list(d: Any) -> bool:
    return isinstance(d, Sym) and isinstance(d.value.kind, (ListOf, TupleOf))
