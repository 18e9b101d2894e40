"""The heart: the reverse sweep over a structured program.

A `gradient` operation asks for dy/dx. Its expansion walks back over the operations that led to
it, running each row's rule on symbolic values; what the rules do is appended as new operations,
which a later gradient can sweep over in turn. So higher order is no special case.

The sweep keeps a map from values to cotangents. A cotangent is a `Sym`, a Python number, or,
for a container, a dict from its keys to cotangents. Absent means zero.

Regions are mirrored:

- the adjoint of an `if` is an `if` on the same condition, arm by arm;
- the adjoint of a loop is a loop over the same turns in reverse, which carries the cotangents of
  what the loop carried, and of every outer value its body reads;
- the adjoint of a call is a call of the callee's backward function.

An adjoint arm or body reads values of the forward arm or body. After it is written, every such
value is made a *result* of the forward operation (a list over the turns of a loop; the value or
None of a branch; an entry of the tuple a forward function saves) and the read is replaced. That
is all there is to saving: nothing is saved that no formula reads.

Two hazards: a cotangent is passed on as it is by the adjoint of `+`, so nothing here ever adds in
place (the printer does, on accumulators it can prove fresh); and rules see `dy` of the shape of
`y`, so a cotangent is brought to the shape and dtype of its operand in `match`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..runtime.declare import NAMES, TABLE, UnknownKind, Unsupported, conjugate
from ..runtime.primitives.general import cotangent as general_cotangent
from .activity import holds_objects, varied
from .builder import Builder, Sym
from .ir import Function, Op, Region, Slot, Value, fill, slots, walk
from .kinds import (
    ANY,
    MANY,
    NOTHING,
    ONE,
    UNKNOWN,
    Array,
    Ints,
    Kind,
    ListOf,
    Other,
    Scalar,
    TupleOf,
    is_complex,
    is_float,
)  # fmt: skip
from .saving import defined, export_from_branch, export_from_function, export_from_loop
from .shapes import same_shape

KEPT = "it may read a value that was kept outside the model function: pass the value on as an argument"


@dataclass
class Missing:
    """Something on the active path that has no derivative."""

    op: Op
    why: str


@dataclass
class Pairs:
    """Backward functions made so far, by (function, cotangents given, arguments asked for)."""

    made: dict[Any, Function] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)


@dataclass(frozen=True)
class Each:
    """A key of a list's cotangent: one list, of the cotangents of the same part of every entry."""

    path: tuple[Any, ...]


def flat(d: dict[Any, Any], path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """The parts of a container's cotangent by their paths."""
    out: list[tuple[tuple[Any, ...], Any]] = []
    for key, part in d.items():
        if isinstance(part, dict):
            out += flat(part, (*path, key))
        elif part is not None:
            out.append(((*path, key), part))
    return out


def nested(parts: list[tuple[tuple[Any, ...], Any]]) -> dict[Any, Any]:
    """A container's cotangent from its parts."""
    out: dict[Any, Any] = {}
    for path, part in parts:
        inner = out
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = part
    return out


class Sweep:
    """One reverse sweep: cotangents of the values seen so far."""

    def __init__(self, builder: Builder, active: set[Any], pairs: Pairs) -> None:
        self.builder, self.active, self.pairs = builder, active, pairs
        self.cotangents: dict[Value, Any] = {}

    # --- bookkeeping ---------------------------------------------------------------------

    def child(self) -> Sweep:
        other = Sweep(self.builder, self.active, self.pairs)
        other.cotangents = dict(self.cotangents)
        return other

    def accumulate(self, value: Value, d: Any, exact: bool = False, fits: bool = False) -> None:
        """Add a contribution to the cotangent of a value; `fits` if nothing is left to match."""
        if d is None or value not in self.active:
            return
        d = self.arrived(d)
        d = d if fits else self.match(d, value, exact)
        old = self.cotangents.get(value)
        self.cotangents[value] = d if old is None else self.add(old, d)
        self.name(self.cotangents[value], value)

    def name(self, d: Any, value: Value) -> None:
        if isinstance(d, Sym) and d.value.op is not None and not d.value.op.user:
            if value.name and not d.value.name:
                d.value.name = f"d{value.name}"
            if d.value.of is None:
                d.value.of = value

    def add(self, a: Any, b: Any) -> Any:
        if isinstance(a, dict) and isinstance(b, dict):
            return {k: self.add(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k))
                    for k in {**a, **b}}  # fmt: skip
        if any(isinstance(k, Each) for d in (a, b) if isinstance(d, dict) for k in d):
            raise Unsupported("a list of containers, read both entry by entry and as a whole")
        if isinstance(a, dict) or isinstance(b, dict):
            whole, part = (b, a) if isinstance(a, dict) else (a, b)
            for key, d in part.items():
                whole = NAMES["list_add_at"].fun(whole, key, d)
            return whole
        if _is_list(a) or _is_list(b):
            return NAMES["list_add"].fun(a, b)
        return a + b

    # --- shape and dtype -----------------------------------------------------------------

    def match(self, d: Any, value: Value, exact: bool) -> Any:
        """Bring a cotangent to the shape and dtype of the value it belongs to."""
        kind = value.kind
        if isinstance(d, dict) or isinstance(kind, (TupleOf, ListOf)):
            return d
        if isinstance(kind, Scalar):
            return self.match_number(d, kind)
        if isinstance(kind, Array):
            d = self.match_shape(d, value, kind, exact)
            return self.match_dtype(d, kind)
        if isinstance(d, Sym) and not exact:
            return NAMES["sum_to"].fun(d, Sym(self.builder.shape(value), self.builder))
        return d

    def match_number(self, d: Any, kind: Scalar) -> Any:
        if not isinstance(d, Sym):
            return d
        own = d.value.kind
        if isinstance(own, Scalar) and (own.type is not complex or kind.type is complex):
            return d
        if not (isinstance(own, Array) and own.dims == ()) and not isinstance(own, Scalar):
            firm = isinstance(own, Array) and own.dims is not None and not own.loose
            d = d.sum() if firm else np.sum(d)
        if kind.type is complex:
            return d
        if is_complex(d.value.kind) is not False:
            d = np.real(d)
        return self.builder.call(TABLE[float], (d,), {})

    def match_shape(self, d: Any, value: Value, kind: Array, exact: bool) -> Any:
        if kind.loose and not isinstance(d, Sym):
            d = Sym(self.builder.const(d), self.builder)
        shape = Sym(value, self.builder).shape if kind.dims != () else ()
        if not isinstance(d, Sym):
            return d if kind.dims == () else self.builder.call(NAMES["broadcast_to"], (d, shape), {})
        own = d.value.kind
        if kind.dims != () and same_shape(d.value, value):
            return d
        if kind.loose or isinstance(own, Array) and own.loose:
            return NAMES["sum_to"].fun(d, Sym(self.builder.shape(value), self.builder))
        if isinstance(own, Scalar):
            return d if kind.dims == () else self.builder.call(NAMES["broadcast_to"], (d, shape), {})
        if not isinstance(own, Array) or own.dims is None or kind.dims is None:
            return d if exact else NAMES["sum_to"].fun(d, Sym(self.builder.shape(value), self.builder))
        if len(own.dims) < len(kind.dims):
            return np.broadcast_to(d, shape)
        return self.sum_axes(d, own.dims, kind.dims, shape, exact)

    def sum_axes(self, d: Any, own: tuple[str, ...], dims: tuple[str, ...], shape: Any, exact: bool) -> Any:
        lead = len(own) - len(dims)
        pairs = list(zip(own[lead:], dims, strict=True))
        if any(p == ONE and q == MANY for p, q in pairs):
            return np.broadcast_to(d, shape)
        if not exact and any(q == ANY and p != ONE for p, q in pairs):
            return NAMES["sum_to"].fun(d, shape)
        ones = [i for i, (p, q) in enumerate(pairs) if q == ONE and p != ONE]
        if lead == len(own) and lead:
            return d.sum()
        if ones:
            d = d.sum(axis=_axis([i + lead for i in ones]), keepdims=True)
        if lead:
            d = d.sum(axis=_axis(list(range(lead))))
        return d

    def match_dtype(self, d: Any, kind: Array) -> Any:
        if not isinstance(d, Sym) or kind.dtype is None:
            return d
        own = d.value.kind
        if own == Scalar(complex) and kind.dtype.kind != "c":
            return np.real(d)
        if isinstance(own, Scalar) or not isinstance(own, Array) or own.dtype is None:
            return d
        if own.dtype.kind == "c" and kind.dtype.kind != "c":
            d = d.real
            own = d.value.kind
        if isinstance(own, Array) and own.dtype != kind.dtype and own.dtype is not None:
            if kind.dtype.kind == "c" and own.dtype.kind == "f":
                return d
            return d.astype(kind.dtype)
        return d

    # --- operations ----------------------------------------------------------------------

    def run(self, ops: Iterable[Op]) -> None:
        """Sweep back over operations."""
        for op in reversed(list(ops)):
            given = [self.cotangents.pop(r, None) for r in op.results]
            if all(d is None for d in given):
                continue
            method = getattr(self, f"op_{op.code}")
            with self.builder.at(line=op.line or self.builder.line):
                method(op, given)

    def op_const(self, op: Op, given: list[Any]) -> None:
        pass

    op_shape = op_stop = op_const

    def op_user(self, op: Op, given: list[Any]) -> None:
        if any(v in self.active for v in op.operands):
            self.pairs.missing.append(Missing(op, op.attrs["why"]))
        elif op in self.active:
            self.pairs.missing.append(Missing(op, KEPT))

    def op_item(self, op: Op, given: list[Any]) -> None:
        container = op.operands[0]
        if isinstance(container.kind, ListOf):
            zeros = NAMES["list_zeros"].fun(Sym(container, self.builder))
            self.accumulate(container, NAMES["list_add_at"].fun(zeros, op.attrs["key"], given[0]))
        else:
            self.accumulate(container, {op.attrs["key"]: given[0]})

    def op_pack(self, op: Op, given: list[Any]) -> None:
        keys = op.result.kind.keys if isinstance(op.result.kind, TupleOf) else None
        for i, slot in enumerate(op.attrs["template"]):
            operand = op.operands[slot.index]
            if operand not in self.active:
                continue
            key = keys[i] if keys is not None else i
            d = given[0].get(key) if isinstance(given[0], dict) else Sym(
                self.entry(given[0].value, key, operand.kind), self.builder)
            self.accumulate(operand, d, exact=True)

    def entry(self, container: Value, key: Any, kind: Kind) -> Value:
        value = self.builder.item(container, key)
        if value.kind == UNKNOWN:
            value.kind = kind
        return value

    def op_prim(self, op: Op, given: list[Any]) -> None:
        row = op.attrs["prim"]
        template = op.attrs["given"]
        wanted = [name for name, item in template.items()
                  if any(op.operands[i] in self.active for i in slots(item))]  # fmt: skip
        if row.because is not None or not wanted:
            return
        if any(holds_objects(v.kind) for v in (op.result, *op.operands)):
            self.pairs.missing.append(Missing(op, "an array of objects or records: keep the parts in a list or a dict"))
            return
        dy = self.complete(op.result, given[0])
        if isinstance(dy, (int, float)):
            dy = Sym(self.builder.const(dy), self.builder)
        y = Sym(op.result, self.builder)
        arguments = fill(template, lambda i: Sym(op.operands[i], self.builder))
        if len(wanted) == 2 and row.name == "multiply" and template["x1"] == template["x2"]:
            value = op.operands[template["x1"].index]
            self.accumulate(value, 2 * (dy * conjugate(Sym(value, self.builder))), exact=True)
            return
        for name in wanted:
            if name not in row.vjps:
                self.pairs.missing.append(Missing(op, row.raises or f"{row.name} has no derivative "
                                                  f"with respect to {name}"))  # fmt: skip
                return
            if isinstance(row.fun, np.ufunc) and isinstance(template[name], (list, tuple)):
                self.pairs.missing.append(Missing(op, "a list in arithmetic is not followed: make it an array first, "
                                                  "np.array([...])"))  # fmt: skip
                return
            d = self.apply_rule(op, row, name, dy, y, arguments)
            self.spread(op, template[name], d, self.is_exact(op, row))

    def apply_rule(self, op: Op, row: Any, name: str, dy: Any, y: Any, arguments: dict[str, Any]) -> Any:
        rule = row.vjps[name]
        rest = dict(arguments)
        args = rest.pop("args", ()) if row.varargs else ()
        try:
            if not row.kernel and not row.varargs or row.varargs is False:
                return rule(dy, y, **rest)
            return rule(dy, y, *args, **rest)
        except UnknownKind:
            return self.general(op, row, name, dy, y, args, rest)
        except TypeError as error:
            self.pairs.missing.append(Missing(op, f"{row.text or row.name}: {_argument(error)}"))
        except Unsupported as error:
            self.pairs.missing.append(Missing(op, str(error)))
        return None

    def general(self, op: Op, row: Any, name: str, dy: Any, y: Any, args: Any, rest: Any) -> Any:
        """A rule that needs facts not known now runs at run time."""
        out = self.builder.call(TABLE[general_cotangent], (row.name, name, dy, y, *args), rest)
        items = op.attrs["given"][name]
        if isinstance(items, Slot):
            out.value.kind = op.operands[items.index].kind
        return out

    def is_exact(self, op: Op, row: Any) -> bool:
        """Do the rule's cotangents have their operands' shapes already?"""
        if not row.broadcasts and not row.stretches:
            return True
        ranks = [v for v in op.operands if not _is_number(v.kind)]
        return len(ranks) <= 1

    def spread(self, op: Op, item: Any, d: Any, exact: bool) -> None:
        if d is None:
            return
        if isinstance(item, Slot):
            value = op.operands[item.index]
            settled = _settled(d, value.kind)
            if not settled:
                d = NAMES["fitted"].fun(d, Sym(value, self.builder))
                d.value.kind = value.kind
            self.accumulate(value, d, exact, fits=not settled)
        elif isinstance(item, (list, tuple)):
            for i, inner in enumerate(item):
                if slots(inner):
                    self.spread(op, inner, d[i], exact)

    def complete(self, value: Value, d: Any) -> Any:
        """The cotangent of a tuple result with zeros filled in."""
        if not isinstance(d, dict):
            return d
        if any(isinstance(key, Each) for key in d):
            assert value.op is not None
            self.pairs.missing.append(Missing(value.op, "a list of containers that is changed here"))
            return None
        if not isinstance(value.kind, TupleOf):
            whole = NAMES["list_zeros"].fun(Sym(value, self.builder))
            for key, part in d.items():
                whole = NAMES["list_add_at"].fun(whole, key, part)
            return whole
        out = []
        for i in range(len(value.kind.items)):
            part = d.get(i)
            out.append(self.zeros(self.builder.item(value, i)) if part is None else part)
        return tuple(out)

    def whole(self, value: Value, d: Any) -> Any:
        """A container's cotangent with all of its entries, for whoever reads them by position."""
        if not isinstance(d, dict) or not isinstance(value.kind, TupleOf):
            return d
        keys = value.kind.keys if value.kind.keys is not None else range(len(value.kind.items))
        return {k: self.zeros(self.builder.item(value, k)) if d.get(k) is None else d[k] for k in keys}

    def zeros(self, value: Value) -> Any:
        """A zero cotangent for a value."""
        kind = value.kind
        if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ():
            return 0.0
        if kind == NOTHING:  # a name that holds None until a branch gives it a number
            return 0.0
        if isinstance(kind, (Other, Ints)):
            return Sym(self.builder.const(None), self.builder)
        if isinstance(kind, ListOf) or not isinstance(kind, Array) or kind.dtype is None or kind.loose:
            return NAMES["list_zeros"].fun(Sym(value, self.builder))
        out = np.zeros_like(Sym(value, self.builder))
        out.value.fresh = True  # type: ignore[attr-defined]
        return out

    # --- regions -------------------------------------------------------------------------

    def op_if(self, op: Op, given: list[Any]) -> None:
        mirror = self.builder.append("if", [op.operands[0]], [])
        arms = []
        for region in op.regions:
            inner = Region(owner=mirror)
            mirror.regions.append(inner)
            sweep = self.child()
            with self.builder.inside(inner):
                for value, d in zip(region.yields, given, strict=True):
                    sweep.accumulate(value, d, exact=_same_shape(value, d))
                sweep.run(region.ops)
            arms.append((region, inner, sweep))
        local = {v for region in op.regions for v in defined(region)}
        changed = self.changed([s for _, _, s in arms], local)
        for value in changed:
            self.join(mirror, arms, value)
        for region, inner, _ in arms:
            export_from_branch(op, region, inner)

    def changed(self, sweeps: list[Sweep], local: set[Value]) -> list[Value]:
        out: dict[Value, None] = {}
        for sweep in sweeps:
            for value, d in sweep.cotangents.items():
                if value not in local and d is not self.cotangents.get(value):
                    out[value] = None
        return list(out)

    def join(self, mirror: Op, arms: list[Any], value: Value) -> None:
        """One cotangent of an outer value, from either arm."""
        parts = [s.cotangents.get(value) for _, _, s in arms]
        self.cotangents[value] = self.join_parts(mirror, arms, parts, value)
        self.name(self.cotangents[value], value)

    def join_parts(self, mirror: Op, arms: list[Any], parts: list[Any], value: Value) -> Any:
        if any(isinstance(p, dict) for p in parts):
            keys = {k: None for p in parts if isinstance(p, dict) for k in p}
            out = {}
            for key in keys:
                if isinstance(key, Each) and not all(isinstance(p, dict) and key in p for p in parts):
                    self.pairs.missing.append(Missing(mirror, "a list of containers that one branch alone reads"))
                    return {}
                inner = [p.get(key) if isinstance(p, dict) else p for p in parts]
                out[key] = self.join_parts(mirror, arms, inner, self.part(value, key))
            return out
        for (_, region, _), part in zip(arms, parts, strict=True):
            with self.builder.inside(region):
                region.yields.append(self.as_value(self.zeros(value) if part is None else part))
        result = Value(_cotangent_kind(value.kind, [r.yields[-1] for _, r, _ in arms]), op=mirror)
        result.name = f"d{value.name}" if value.name else ""
        mirror.results.append(result)
        return Sym(result, self.builder)

    def part(self, value: Value, key: Any) -> Value:
        return self.builder.item(value, key)

    def as_value(self, d: Any) -> Value:
        """A cotangent as one value: numbers become constants, dicts tuples."""
        if isinstance(d, Sym):
            return d.value
        if isinstance(d, dict):
            return self.pack(d)
        return self.builder.const(d)

    def leaving(self, d: Any) -> Value:
        """A cotangent that leaves a function: of a container, just the entries that it has."""
        if not isinstance(d, dict):
            return self.as_value(d)
        parts = flat(d)
        values = [self.as_value(leaf) for _, leaf in parts]
        operands = list(dict.fromkeys(values))
        template = [Slot(operands.index(v)) for v in values]
        kind = TupleOf(tuple(v.kind for v in values))
        result = self.builder.append("pack", operands, [kind], template=template).result
        result.packed = tuple(path for path, _ in parts)
        return result

    def arrived(self, d: Any) -> Any:
        """The other way round."""
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

    def op_for(self, op: Op, given: list[Any]) -> None:
        LoopAdjoint(self, op, given).write()

    op_while = op_for

    def op_call(self, op: Op, given: list[Any]) -> None:
        """The callee's backward function, on the cotangents and what the forward one saved."""
        function = op.attrs["function"]
        if op in self.active:
            self.pairs.missing.append(Missing(op, KEPT))
        saved = op.attrs.get("saved")
        outer = [d for r, d in zip(op.results, given, strict=True) if r is not saved]
        back = dict(zip(op.results, given, strict=True)).get(saved) if saved is not None else None
        asked = tuple(v in self.active for v in op.operands)
        key = (function, tuple(d is not None for d in outer), _mask(back), asked)
        backward = self.pairs.made.get(key)
        if backward is None:
            backward = make_backward(self.pairs, key, function, outer, back, asked)
        if saved is None:
            saved = op.attrs["saved"] = Value(UNKNOWN, f"{function.name}_{op.line}", op=op)
            op.results.append(saved)
        saved.kind = saved_kind(function)
        results = [r for r in op.results if r is not saved]
        cotangents = [self.as_value(self.whole(r, d)) for r, d in zip(results, outer, strict=False) if d is not None]
        if back is not None:
            cotangents.append(self.as_value(back))
        wanted = [v for v, a in zip(op.operands, asked, strict=True) if a]
        call = self.builder.append("call", [*cotangents, saved], [_gradient_kind(v.kind) for v in wanted],
                                   function=backward, captures=[])  # fmt: skip
        for i, (value, result) in enumerate(zip(wanted, call.results, strict=True)):
            if i < len(backward.region.yields):
                result.packed = backward.region.yields[i].packed
                result.kind = result.kind if result.packed is None else backward.region.yields[i].kind
            self.accumulate(value, Sym(result, self.builder), exact=True)


def _mask(back: Any) -> Any:
    if back is None:
        return None
    return tuple(sorted(back)) if isinstance(back, dict) else "all"


def saved_kind(function: Function) -> Kind:
    """What a forward function keeps for its backward function."""
    kinds = tuple(v.kind for v in function.attrs.setdefault("saved", []))
    return TupleOf(kinds)


def make_backward(pairs: Pairs, key: Any, function: Function, given: list[Any], back: Any,
                  asked: tuple[bool, ...]) -> Function:
    """Write the backward function of a function, for some cotangents and some arguments."""
    region = Region()
    count = sum(1 for k in pairs.made if k[0] is function)
    suffix = "_backward" if not count else f"_backward_{count + 1}"
    backward = Function(function.name + suffix, region, None, {"forward": function})
    region.owner = backward
    pairs.made[key] = backward
    function.attrs.setdefault("saved", [])
    function.attrs["has_pair"] = True
    builder = Builder(region)
    roots = [v for v, a in zip(function.region.params, asked, strict=False) if a]
    sweep = Sweep(builder, varied(function.region, roots), pairs)
    for value, d in zip(function.region.yields, given, strict=False):
        if d is not None:
            param = Value(_gradient_kind(value.kind), f"d{value.name or 'y'}", region=region)
            region.params.append(param)
            sweep.accumulate(value, Sym(param, builder), exact=True)
    if back is not None:
        _saved_cotangents(sweep, function, back, region, builder)
    saved = Value(UNKNOWN, "saved", region=region)
    region.params.append(saved)
    sweep.run(function.region.ops)
    for value in roots:
        d = sweep.cotangents.get(value)
        region.yields.append(sweep.leaving(sweep.zeros(value) if d is None else d))
    export_from_function(function, region, saved)
    saved.kind = saved_kind(function)
    return backward


def _saved_cotangents(sweep: Sweep, function: Function, back: Any, region: Region, builder: Builder) -> None:
    """Second order: what the backward function read has cotangents, too."""
    items = function.attrs["saved"]
    keys = sorted(back) if isinstance(back, dict) else list(range(len(items)))
    kind = TupleOf(tuple(_gradient_kind(items[k].kind) if k in keys else NOTHING
                         for k in range(max(keys, default=-1) + 1)))  # fmt: skip
    param = Value(kind, "dsaved", region=region)
    region.params.append(param)
    for k in keys:
        sweep.accumulate(items[k], Sym(builder.item(param, k), builder), exact=True)


class LoopAdjoint:
    """The loop that walks a loop's turns backwards."""

    def __init__(self, sweep: Sweep, op: Op, given: list[Any]) -> None:
        self.sweep, self.op = sweep, op
        self.body = op.regions[0]
        self.count = op.attrs["sequences"]
        self.params = self.body.params[self.count :]
        self.finals = given[: len(self.params)]
        self.lists = given[len(self.params) :]
        self.local = set(defined(self.body))
        self.carried = [k for k, d in enumerate(self.finals) if d is not None]
        self.outer: list[Value] = []

    def write(self) -> None:
        for _ in range(2 + len(self.params) + 50):
            attempt = self.attempt()
            if attempt is not None:
                self.finish(*attempt)
                return
        raise AssertionError("the adjoint of a loop does not settle")

    def attempt(self) -> Any:
        """Write the body; None if it turned out to carry more than was thought."""
        builder = self.sweep.builder
        mirror = Op("for", [], {}, [], [], None, builder.stmt, self.op.line, False, builder.region)
        region = Region(owner=mirror)
        mirror.regions.append(region)
        sweep = self.sweep.child()
        items: list[tuple[Any, Value]] = []
        with builder.inside(region):
            slots_in = [Value(_gradient_kind(self.params[k].kind), f"d{self.params[k].name}", region=region)
                        for k in self.carried]  # fmt: skip
            outer_in = [Value(_gradient_kind(v.kind), f"d{v.name}", region=region) for v in self.outer]
            for value, param in zip(self.outer, outer_in, strict=True):
                sweep.cotangents[value] = Sym(param, builder)
            for k, param in zip(self.carried, slots_in, strict=True):
                sweep.accumulate(self.body.yields[k], Sym(param, builder), exact=True)
            for j, d in enumerate(self.lists):
                if d is not None:
                    self.enter(sweep, self.body.yields[len(self.params) + j], d, region, items)
            sweep.run(self.body.ops)
            if not self.settled(sweep, outer_in):
                return None
            self.yields(sweep, region)
        return mirror, region, slots_in, outer_in, items, sweep

    def enter(self, sweep: Sweep, value: Value, d: Any, region: Region, items: list[tuple[Any, Value]]) -> None:
        """The cotangents of a value that the loop has collected: one list, or one for each part."""
        builder = sweep.builder
        if not isinstance(d, dict):
            param = Value(_gradient_kind(value.kind), f"d{value.name}", region=region)
            items.append((d, param))
            sweep.accumulate(value, Sym(param, builder), exact=True)
            return
        parts = []
        for key, part in d.items():
            if not isinstance(key, Each):
                why = "single entries of a list that a loop has built of containers"
                sweep.pairs.missing.append(Missing(self.op, why))
                return
            param = Value(_part_kind(value.kind, key.path), f"d{value.name}" if value.name else "", region=region)
            items.append((part, param))
            parts.append((key.path, Sym(param, builder)))
        sweep.accumulate(value, nested(parts), exact=True)

    def settled(self, sweep: Sweep, outer_in: list[Value]) -> bool:
        more = [k for k, p in enumerate(self.params)
                if k not in self.carried and sweep.cotangents.get(p) is not None]  # fmt: skip
        known = set(self.outer)
        grown = [v for v, d in sweep.cotangents.items() if v not in self.local and v not in known
                 and d is not self.sweep.cotangents.get(v)]  # fmt: skip
        self.carried = sorted([*self.carried, *more])
        self.outer.extend(grown)
        return not more and not grown

    def yields(self, sweep: Sweep, region: Region) -> None:
        for k in self.carried:
            d = sweep.cotangents.get(self.params[k])
            if d is None:
                d = sweep.zeros(self.body.yields[k])
            region.yields.append(sweep.as_value(d))
        for value in self.outer:
            region.yields.append(sweep.as_value(sweep.cotangents[value]))
        self.walked: list[tuple[int, tuple[Any, ...]]] = []
        for i in range(self.count):
            d = sweep.cotangents.get(self.body.params[i])
            for path, part in flat(d) if isinstance(d, dict) else [] if d is None else [((), d)]:
                self.walked.append((i, path))
                region.yields.append(sweep.as_value(part))

    def finish(self, mirror: Op, region: Region, slots_in: Any, outer_in: Any, items: Any, inner: Any) -> None:
        sweep, builder = self.sweep, self.sweep.builder
        inits = [self.initial(self.finals[k], self.params[k], self.op.results[k]) for k in self.carried]
        inits += [self.initial(sweep.cotangents.get(v), v, v) for v in self.outer]
        sequences = [sweep.as_value(d) for d, _ in items]
        region.params = [*(p for _, p in items), *slots_in, *outer_in]
        mirror.operands = [*sequences, *inits]
        mirror.attrs.update(sequences=len(sequences), reverse=not self.op.attrs["reverse"], exits=False)
        builder.region.ops.append(mirror)
        self.results(mirror)
        export_from_loop(self.op, mirror, region)

    def initial(self, d: Any, param: Value, final: Value) -> Value:
        return self.sweep.as_value(self.sweep.zeros(final) if d is None else d)

    def results(self, mirror: Op) -> None:
        sweep, builder = self.sweep, self.sweep.builder
        op = self.op
        carried = len(self.carried)
        values = [Value(p.kind, p.name, op=mirror)
                  for p in mirror.regions[0].params[mirror.attrs["sequences"] :]]  # fmt: skip
        lists: list[Any] = []
        for i, path in self.walked:
            item = mirror.regions[0].yields[len(values) + len(lists)]
            name = "_".join([f"d{self.body.params[i].name}", *map(str, path)])
            lists.append(Value(ListOf(item.kind), name if name.isidentifier() else "", op=mirror))
        mirror.results = [*values, *lists]
        for value, result in zip(self.outer, values[carried:], strict=True):
            sweep.cotangents[value] = Sym(result, builder)
        for k, result in zip(self.carried, values[:carried], strict=True):
            sweep.accumulate(op.operands[self.count + k], Sym(result, builder), exact=True)
        for i in dict.fromkeys(i for i, _ in self.walked):
            found = {path: result for (k, path), result in zip(self.walked, lists, strict=True) if k == i}
            if () in found:
                self.sequence(op.operands[i], found[()])
            else:
                self.sequence_of_containers(op.operands[i], found)

    def sequence_of_containers(self, operand: Value, found: dict[tuple[Any, ...], Value]) -> None:
        """The same, of entries that are containers: for each part of theirs there is a list."""
        sweep, builder = self.sweep, self.sweep.builder
        kind = operand.kind
        if isinstance(kind, TupleOf) and kind.keys is None:
            entries: dict[Any, Any] = {}
            for n in range(len(kind.items)):
                entries[n] = nested([(path, self.nth(operand, rows, path, n)) for path, rows in found.items()])
            sweep.accumulate(operand, entries, exact=True)
        elif isinstance(kind, ListOf) and not (self.op.attrs["exits"] or self.count > 1):
            sweep.accumulate(operand, {Each(p): Sym(rows, builder) for p, rows in found.items()}, exact=True)
        elif operand in sweep.active:
            why = "a list of containers in a loop that may end before the list does"
            sweep.pairs.missing.append(Missing(self.op, why))

    def nth(self, operand: Value, rows: Value, path: tuple[Any, ...], n: int) -> Any:
        """The cotangent of one part of one entry; the loop may not have come so far."""
        sweep, builder = self.sweep, self.sweep.builder
        d = Sym(rows, builder)
        if self.op.attrs["exits"] or self.count > 1:
            like = []
            for k in range(len(operand.kind.items)):  # type: ignore[attr-defined]
                part = builder.item(operand, k)
                for key in path:
                    part = builder.item(part, key)
                like.append(part)
            parts = list(dict.fromkeys(like))
            whole = builder.append("pack", parts, [TupleOf(tuple(v.kind for v in like), list)],
                                   template=[Slot(parts.index(v)) for v in like]).result  # fmt: skip
            d = NAMES["list_pad"].fun(d, Sym(whole, builder))
        item = builder.item(d.value, n)
        return Sym(item, sweep.builder)

    def sequence(self, operand: Value, rows: Value) -> None:
        """The cotangents of a walked sequence's entries become the sequence's."""
        sweep, builder = self.sweep, self.sweep.builder
        d = Sym(rows, builder)
        if isinstance(operand.kind, Array):
            shape = Sym(builder.shape(operand), builder)
            out = NAMES["stack_rows"].fun(d, shape)
            out.value.kind = operand.kind
            sweep.accumulate(operand, out, exact=True)
        elif isinstance(operand.kind, (ListOf, TupleOf)):
            if self.op.attrs["exits"] or self.count > 1:
                d = NAMES["list_pad"].fun(d, Sym(operand, builder))
            sweep.accumulate(operand, d, exact=True)
        elif operand in sweep.active:
            sweep.pairs.missing.append(Missing(self.op, "the entries of this sequence are not alike"))


# --- small questions ---------------------------------------------------------------------


def _axis(axes: list[int]) -> Any:
    return axes[0] if len(axes) == 1 else tuple(axes)


def _settled(d: Any, kind: Kind) -> bool:
    """Is enough known to bring a cotangent to the shape and dtype of an operand of that kind?"""
    if isinstance(kind, Array):
        known = kind.dtype is not None and kind.dims is not None
        own = d.value.kind if isinstance(d, Sym) else None
        return known and (own is None or isinstance(own, Scalar) or isinstance(own, Array)
                          and own.dtype is not None and own.dims is not None)
    return kind != UNKNOWN


def _is_list(d: Any) -> bool:
    return isinstance(d, Sym) and isinstance(d.value.kind, (ListOf, TupleOf))


def _is_number(kind: Kind) -> bool:
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ()


def _same_shape(value: Value, d: Any) -> bool:
    return not (isinstance(value.kind, Scalar) or isinstance(value.kind, Array) and value.kind.dims == ())


def _gradient_kind(kind: Kind) -> Kind:
    if isinstance(kind, Array) and kind.dims == ():
        return Array(kind.dtype, (), True)
    if isinstance(kind, TupleOf):
        return TupleOf(tuple(map(_gradient_kind, kind.items)), tuple, kind.keys)
    return kind


def _part_kind(kind: Kind, path: tuple[Any, ...]) -> Kind:
    """The kind of a part of a container."""
    for key in path:
        kind = kind.at(key) if isinstance(kind, TupleOf) else UNKNOWN
    return _gradient_kind(kind)


def _cotangent_kind(kind: Kind, values: list[Value]) -> Kind:
    if isinstance(kind, (Array, Scalar)):
        return _gradient_kind(kind)
    return values[0].kind if values[0].kind == values[1].kind else kind


def _argument(error: TypeError) -> str:
    text = str(error)
    if "unexpected keyword argument" in text:
        return "the argument " + text.split("argument")[-1].strip() + " has no rule"
    return text


__all__ = ["Missing", "Other", "Pairs", "Sweep", "Ints", "is_float", "walk"]
