"""A loop over directions, written again for all of them at once.

Needs: a generated loop over the rows of an array, without anything carried from turn to turn. Gives:
the same values with the rows along a first axis, or None where an operation on the way has no rule;
the loop is then as it was, but for what no turn changes, which stands before it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...runtime.declare import NAMES, UnknownKind, Unsupported
from ..builder import Builder
from ..infer import NeedStatic
from ..ir import Function, Op, Region, Slot, Value, fill, walk
from ..kinds import ANY, Array, Kind, ListOf, Scalar, TupleOf
from ..saving import defined
from ..sym import Sym
from .place import Place
from .rules import NoBatch, rule_of

STAYS = ("zeros", "ones", "full", "empty", "copy", "zeros_like", "ones_like", "full_like")
"""What is new memory in each turn: it may be filled in place."""


def batched(builder: Builder, loop: Op, likes: list[Any]) -> list[Any] | None:
    """What a loop yields, stacked; `likes` have the shapes of what one turn yields."""
    hoist(loop)
    body = loop.regions[0]
    trial = Region(owner=builder.region.owner)
    try:
        with builder.inside(trial):
            batch = Batch(builder, Sym(loop.operands[0], builder))
            batch.know(body.params[0], loop.operands[0], True)
            batch.region(body)
            out = [batch.filled(v) for v in body.yields]
    except (NoBatch, UnknownKind, Unsupported, NeedStatic):
        return None
    for op in trial.ops:
        op.region = builder.region
    builder.region.ops += trial.ops
    return [Sym(v, builder) for v in out]


def hoist(loop: Op) -> None:
    """Put what no turn changes in front of the loop."""
    body, region = loop.regions[0], loop.region
    assert region is not None
    inside = set(defined(body))
    for op in list(body.ops):
        reads = [*op.operands, *(v for r in op.regions for o in walk(r) for v in o.operands),
                 *(v for r in op.regions for v in r.yields)]  # fmt: skip
        own = {v for r in op.regions for v in defined(r)}
        parts = [op, *(o for r in op.regions for o in walk(r))]
        new = any(o.code == "prim" and o.attrs["prim"].name in STAYS for o in parts)
        if new or op.code == "call" or any(v in inside and v not in own for v in reads):
            continue
        body.ops.remove(op)
        region.ops.insert(region.ops.index(loop), op)
        op.region = region
        if "block" in loop.attrs:
            op.attrs["block"] = loop.attrs["block"]
        inside -= set(op.results)


class Batch:
    """One attempt: which values have the new axis, and what they are now."""

    def __init__(self, builder: Builder, seeds: Any, functions: dict[Any, Any] | None = None) -> None:
        self.builder, self.seeds = builder, seeds
        self.now: dict[Value, Value] = {}
        self.wide: set[Value] = set()
        self.made: set[Value] = set()  # the values that have the new axis
        self.shapes: dict[Value, tuple[Any, ...]] = {}
        self.kept: set[Value] = set()  # what calls keep for backward functions: not there any more
        self.parts: dict[Value, Any] = {}  # of containers: which of the entries have the axis
        self.functions: dict[Any, Any] = {} if functions is None else functions

    @property
    def size(self) -> Any:
        return self.seeds.shape[0]

    def know(self, old: Value, new: Value, wide: bool) -> None:
        self.now[old] = new
        new.unsure = new.unsure or old.unsure
        if wide and old.unsure:
            raise NoBatch("what may be None")
        if wide:
            self.wide.add(old)
            self.made.add(new)

    def value(self, old: Value) -> Value:
        if old in self.shapes or old in self.kept:
            raise NoBatch("a shape as a value, or what a call keeps")
        return self.now.get(old, old)

    def single(self, old: Value) -> Value:
        """A value that is no container of which parts have the axis."""
        if old in self.parts:
            raise NoBatch("a container")
        return self.value(old)

    def sym(self, old: Value) -> Any:
        return self.shapes[old] if old in self.shapes else Sym(self.value(old), self.builder)

    def region(self, region: Region) -> None:
        """The operations that the yields need."""
        needed = set(region.yields)
        kept: list[Op] = []
        for op in reversed(region.ops):
            if any(r in needed for r in op.results):
                kept.append(op)
                needed.update(op.operands)
                needed.update(v for r in op.regions for o in walk(r) for v in o.operands)
                needed.update(v for r in op.regions for v in r.yields)
        for op in reversed(kept):
            with self.builder.at(line=op.line or self.builder.line):
                getattr(self, f"op_{op.code}", self.unknown)(op)

    def unknown(self, op: Op) -> None:
        raise NoBatch(op.code)

    # --- operations ------------------------------------------------------------------------

    def op_prim(self, op: Op) -> None:
        given = fill(op.attrs["given"], lambda i: self.sym(op.operands[i]))
        wide = any(v in self.wide for v in op.operands)
        prim = op.attrs["prim"]
        if wide:
            made = rule_of(prim)(Place(self, op), given)
            self.took(op, made)
            return
        args = given.pop("args", ()) if prim.varargs else ()
        made = self.builder.call(prim, args, given)
        self.know(op.result, made.value if isinstance(made, Sym) else self.builder.const(made), False)
        self.named(op.result)

    def took(self, op: Op, made: Any) -> None:
        """What a rule has made, if it is in the dtype and has the axes that a turn's result would have."""
        kind = self.widened(op.result.kind)
        if not isinstance(made, Sym):
            raise NoBatch("a number")
        found = made.value.kind
        if not isinstance(found, Array) or found.dtype != kind.dtype or found.dims is not None and (
                len(found.dims) != len(kind.dims or ())):  # fmt: skip
            raise NoBatch("another dtype")
        made.value.kind = kind
        self.know(op.result, made.value, True)
        self.named(op.result)

    def named(self, old: Value) -> None:
        new = self.now[old]
        if new.op is not None and not new.op.user and not new.name:
            new.name, new.of = old.name, old.of

    def widened(self, kind: Kind) -> Array:
        """The kind of an array of such things."""
        if isinstance(kind, Scalar):
            kind = Array(np.dtype(kind.type), ())
        if not isinstance(kind, Array) or kind.dims is None or kind.dtype is None or kind.loose:
            raise NoBatch("something of which the axes are not known")
        seeds = self.seeds.value.kind
        lead = seeds.dims[0] if isinstance(seeds, Array) and seeds.dims else ANY
        return Array(kind.dtype, (lead, *kind.dims))

    def op_const(self, op: Op) -> None:
        self.know(op.result, self.builder.const(op.attrs["value"], op.result.kind), False)

    def op_stop(self, op: Op) -> None:
        operand = self.single(op.operands[0])
        new = self.builder.append("stop", [operand], [operand.kind]).result
        self.know(op.result, new, op.operands[0] in self.wide)

    def op_shape(self, op: Op) -> None:
        value = op.operands[0]
        if value not in self.wide:
            self.know(op.result, self.builder.shape(self.value(value)), False)
            return
        rank = len(self.widened(value.kind).dims or ()) - 1
        shape = self.sym(value).shape
        self.shapes[op.result] = tuple(shape[i + 1] for i in range(rank))

    def op_item(self, op: Op) -> None:
        container, key = op.operands[0], op.attrs["key"]
        if container in self.parts:
            flag = self.parts[container].get(key, False)
            new = self.builder.item(self.value(container), key)
            new.kind = self.flagged(op.result.kind, flag)
            self.mark(op.result, new, flag)
            self.named(op.result)
            return
        if container in self.shapes:
            item = self.shapes[container][key]
            self.know(op.result, item.value, False)
            return
        if container in self.wide:
            raise NoBatch("an entry of a container")
        new = self.builder.item(self.value(container), key)
        new.kind = op.result.kind
        self.know(op.result, new, False)
        self.named(op.result)

    def op_call(self, op: Op) -> None:
        """A call of a backward function becomes one of that function for all directions."""
        mask = tuple(map(self.flag, op.operands))
        function = op.attrs["function"]
        results = [r for r in op.results if r is not op.attrs.get("saved")]
        self.kept.update(r for r in op.results if r not in results)
        flags: tuple[Any, ...] = (False,) * len(results)
        if any(map(any_flag, mask)):
            function, flags = self.function(function, mask)
        kinds = [self.flagged(r.kind, f) for r, f in zip(results, flags, strict=True)]
        operands = [self.value(v) for v in op.operands]
        call = self.builder.append("call", operands, list(kinds), function=function, captures=[])
        for old, new, flag in zip(results, call.results, flags, strict=True):
            new.packed = old.packed
            self.mark(old, new, flag)
            self.named(old)

    def op_pack(self, op: Op) -> None:
        """A container of cotangents, some of which may have the axis."""
        template = op.attrs["template"]
        keys: Any = op.result.kind.keys if isinstance(op.result.kind, TupleOf) else None
        if not isinstance(op.result.kind, TupleOf) or not all(isinstance(s, Slot) for s in template):
            raise NoBatch("a container")
        keys = keys if keys is not None else range(len(template))
        flags = {k: self.flag(op.operands[s.index]) for k, s in zip(keys, template, strict=True)}
        operands = [self.value(v) for v in op.operands]
        new = self.builder.append("pack", operands, [self.flagged(op.result.kind, flags)], template=template).result
        new.packed = op.result.packed
        self.mark(op.result, new, flags if any_flag(flags) else False)

    # --- containers --------------------------------------------------------------------------

    def flag(self, old: Value) -> Any:
        """Whether a value has the axis; of a container, by entries."""
        return self.parts.get(old, old in self.wide)

    def mark(self, old: Value, new: Value, flag: Any) -> None:
        if isinstance(flag, dict):
            self.parts[old] = flag
        self.know(old, new, flag is True)

    def flagged(self, kind: Kind, flag: Any) -> Kind:
        """The kind of a value of which some entries, or the value itself, have the axis."""
        if flag is True:
            return self.widened(kind)
        if not isinstance(flag, dict) or not isinstance(kind, TupleOf):
            return kind
        keys = kind.keys if kind.keys is not None else range(len(kind.items))
        items = [self.flagged(item, flag.get(k, False)) for k, item in zip(keys, kind.items, strict=True)]
        return TupleOf(tuple(items), kind.sequence, kind.keys)

    def function(self, function: Function, mask: tuple[Any, ...]) -> tuple[Function, tuple[Any, ...]]:
        """A backward function with the new axis on some of its parameters, and which results then have it."""
        key = (function, repr(mask))
        if key in self.functions:
            if self.functions[key] is None:
                raise NoBatch("a recursion")
            return self.functions[key]  # type: ignore[no-any-return]
        if "forward" not in function.attrs:
            raise NoBatch("a call of the user's")
        self.functions[key] = None
        region = Region()
        forward = function.attrs["forward"]
        new = Function(f"{function.name}_batch", region, None, {"forward": forward})
        region.owner = new
        builder = Builder(region)
        inner = Batch(builder, None, self.functions)
        for param, flag in zip(function.region.params, mask, strict=True):
            copy = Value(self.flagged(param.kind, flag), param.name, region=region)
            region.params.append(copy)
            inner.mark(param, copy, flag)
            if inner.seeds is None and any_flag(flag):
                inner.seeds = Sym(first_wide(builder, copy, flag), builder)
        inner.region(function.region)
        region.yields = [inner.value(v) for v in function.region.yields]
        self.functions[key] = (new, tuple(map(inner.flag, function.region.yields)))
        return self.functions[key]  # type: ignore[no-any-return]

    def op_for(self, op: Op) -> None:
        from_lists = [self.sequence(v) for v in op.operands[: op.attrs["sequences"]]]
        count, body = op.attrs["sequences"], op.regions[0]
        carried = {k for k, v in enumerate(op.operands[count:]) if v in self.wide}
        while True:
            made = self.turn(op, body, from_lists, carried)
            if made is not None:
                break
        self.builder.region.ops.append(made)
        for k, (old, new) in enumerate(zip(op.results, made.results, strict=True)):
            self.know(old, new, k in carried if k < len(op.operands) - count else body.yields[k] in self.wide)

    def sequence(self, operand: Value) -> tuple[Value, bool]:
        """What a loop walks, and whether its entries have the new axis."""
        if operand not in self.wide:
            return self.single(operand), False
        if isinstance(operand.kind, ListOf):
            return self.single(operand), True
        return np.moveaxis(self.sym(operand), 1, 0).value, True

    def turn(self, op: Op, body: Region, walked: list[tuple[Value, bool]], carried: set[int]) -> Op | None:
        """The loop, if no more than `carried` turns out to be carried with the new axis."""
        builder, count = self.builder, op.attrs["sequences"]
        attrs = {"sequences": count, "reverse": op.attrs["reverse"], "exits": op.attrs["exits"]}
        new = Op("for", [], attrs, [], [], None, builder.stmt, op.line, False, builder.region)
        region = Region(owner=new)
        new.regions.append(region)
        inits = [self.filled(v) if k in carried else self.single(v) for k, v in enumerate(op.operands[count:])]
        for i, param in enumerate(body.params):
            wide = walked[i][1] if i < count else i - count in carried
            copy = Value(self.widened(param.kind) if wide else param.kind, param.name, region=region)
            copy.of = param.of
            region.params.append(copy)
            self.wide.discard(param)
            self.know(param, copy, wide)
        with builder.inside(region):
            self.region(body)
            more = {k for k in range(len(inits)) if k not in carried and body.yields[k] in self.wide}
            if more:
                carried |= more
                return None
            region.yields = [self.filled(v) if k in carried else self.single(v) for k, v in enumerate(body.yields)]
        new.operands = [*(v for v, _ in walked), *inits]
        new.results = []
        for k, old in enumerate(op.results):
            kind = region.params[count + k].kind if k < len(inits) else ListOf(region.yields[k].kind)
            new.results.append(Value(kind, old.name, op=new))
        return new

    def op_if(self, op: Op) -> None:
        if op.operands[0] in self.wide:
            raise NoBatch("a condition that is a tangent")
        new = Op("if", [self.single(op.operands[0])], {}, [], [], None, self.builder.stmt, op.line, False,
                 self.builder.region)  # fmt: skip
        for region in op.regions:
            inner = Region(owner=new)
            new.regions.append(inner)
            with self.builder.inside(inner):
                self.region(region)
        wide = [any(r.yields[i] in self.wide for r in op.regions) for i in range(len(op.results))]
        for region, inner in zip(op.regions, new.regions, strict=True):
            with self.builder.inside(inner):
                pairs = zip(region.yields, wide, strict=True)
                inner.yields = [self.filled(v) if w else self.single(v) for v, w in pairs]
        for old, w in zip(op.results, wide, strict=True):
            value = Value(self.widened(old.kind) if w else old.kind, old.name, op=new)
            value.of = old.of
            new.results.append(value)
            self.know(old, value, w)
        self.builder.region.ops.append(new)

    # --- values ------------------------------------------------------------------------------

    def filled(self, old: Value) -> Value:
        """A value with the new axis: one that had none is the same for all directions."""
        if old in self.wide:
            return self.value(old)
        if old.unsure:
            raise NoBatch("what may be None")
        kind, value = self.widened(old.kind), self.sym(old)
        made = old.op
        if made is not None and made.code == "prim" and made.attrs["prim"].name == "zeros":
            new = self.builder.call(NAMES["zeros"], ((self.size, *value.shape), kind.dtype), {})
        elif kind.dims is not None and len(kind.dims) == 1:
            new = self.builder.call(NAMES["full"], ((self.size,), value, kind.dtype), {})
        else:
            new = np.broadcast_to(value, (self.size, *value.shape))
        new.value.kind = kind
        return new.value  # type: ignore[no-any-return]


def any_flag(flag: Any) -> bool:
    """Has anything the axis?"""
    return any(map(any_flag, flag.values())) if isinstance(flag, dict) else bool(flag)


def first_wide(builder: Builder, value: Value, flag: Any) -> Value:
    """An array that has the axis: the value, or an entry of it."""
    while isinstance(flag, dict):
        key = next(k for k, f in flag.items() if any_flag(f))
        value, flag = builder.item(value, key), flag[key]
    return value
