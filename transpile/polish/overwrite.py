"""Stores of zeros in place: ``d[i] = 0.0`` where ``d = put(d, i, 0.0)`` would copy the array in each turn.

Needs: what nobody reads is dropped.  Gives: loops of ours in which a carried cotangent is overwritten and grows
in one array of our own. A loop knows such chains by what each step makes (`chains`); whatever reads the array
before it changes stands on a line of its own before that (`own_line`), and what would be a view is a copy.
The meaning of the program is the same with the marks and without.

The chain: a carried value, stores of zeros into it and additions to it, one after the other, and loops inside
that do the same, up to what the turn hands to the next.
"""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES
from ..fresh import SHARING
from ..ir import Op, Region, Slot, Value, all_regions, depends, substitute, walk
from ..kinds import Array, Scalar
from ..thrift import SAVES_WORK

NEW = ("zeros", "ones", "full", "copy", "add", "subtract", "multiply", "divide", "matmul", "scatter", "power",
       "negative", "zeros_like", "put")  # fmt: skip


def overwrite(region: Region, roots: list[Value]) -> None:
    """Mark the chains of all loops of ours."""
    if not SAVES_WORK:
        return
    for op in [o for o in walk(region) if o.code == "for" and not o.user]:
        for k in range(len(op.regions[0].params) - op.attrs["sequences"]):
            chain = Chain(region, roots, op, k)
            if k not in op.attrs.get("chains", {}) and chain.found() and any(map(stores_zero, chain.all_steps())):
                chain.mark()


class Chain:
    """What happens in a turn to one carried array."""

    def __init__(self, region: Region, roots: list[Value], loop: Op, k: int) -> None:
        self.region, self.roots, self.loop = region, roots, loop
        self.body, self.count, self.k = loop.regions[0], loop.attrs["sequences"], k
        self.param = self.body.params[self.count + k]
        self.steps: list[Op] = []
        self.inner: dict[Op, Chain] = {}

    def all_steps(self) -> list[Op]:
        return [s for step in self.steps for s in (self.inner[step].all_steps() if step in self.inner else [step])]

    # --- is there one? ---------------------------------------------------------------------

    def found(self) -> bool:
        kind = self.param.kind
        if not isinstance(kind, Array) or not kind.dims or kind.loose or kind.dtype is None or kind.generic:
            return False
        value = self.body.yields[self.k]
        while value is not self.param:
            op = value.op
            if op is None or op.region is not self.body or op.user or not same(value.kind, kind):
                return False
            before = self.before(op, value)
            if before is None:
                return False
            self.steps.append(op)
            value = before
        self.steps.reverse()
        return bool(self.steps) and all(self.alone(v, op) for v, op in self.links())

    def before(self, op: Op, value: Value) -> Value | None:
        """What a step changes; None if it is not one."""
        if op.code == "for":
            j = op.results.index(value)
            if j >= len(op.regions[0].params) - op.attrs["sequences"]:
                return None
            chain = self.inner[op] = Chain(self.region, self.roots, op, j)
            return op.operands[op.attrs["sequences"] + j] if chain.found() else None
        if op.code != "prim" or not op.operands:
            return None
        given, name = op.attrs["given"], op.attrs["prim"].name
        if name == "put" and given["a"] == Slot(0) and type(given["values"]) is float and given["values"] == 0.0:
            return op.operands[0] if op.operands.count(op.operands[0]) == 1 else None
        if name in ("add", "subtract") and list(given.values()) == [Slot(0), Slot(1)]:
            return op.operands[0]
        return None

    def links(self) -> list[tuple[Value, Op]]:
        """Each value on the way, and the step that changes it."""
        out, value = [], self.param
        for op in self.steps:
            out.append((value, op))
            value = op.results[self.inner[op].k] if op in self.inner else op.result
        return out

    def alone(self, value: Value, step: Op) -> bool:
        """Can whatever else reads this value do so before the step?"""
        last = value is self.body.yields[self.k]
        yields = sum(r.yields.count(value) for r in all_regions(self.region))
        if value in self.roots or yields > (1 if last else 0) or step.operands.count(value) != 1:
            return False
        return all(self.comes_before(op, value, step) for op in self.readers(value) if op is not step)

    def readers(self, value: Value) -> list[Op]:
        return [op for op in walk(self.region) if value in op.operands and not op.user]

    def comes_before(self, op: Op, value: Value, step: Op) -> bool:
        if op.region is not self.body or op.code not in ("prim", "shape") or step.result in op.operands:
            return False
        if op.code == "shape":
            return True
        if op.attrs["prim"].name in SHARING:
            made = op.result.kind
            number = isinstance(made, Scalar) or isinstance(made, Array) and made.dims == ()
            if op.attrs["prim"].name != "getitem" or not number and not (isinstance(made, Array) and made.dims):
                return False
        ops = self.body.ops
        return ops.index(op) < ops.index(step) or not any(
            v.op is not None and v.op.region is self.body and ops.index(v.op) > ops.index(step)
            or depends(v, set(step.results)) for v in op.operands if v is not value)  # fmt: skip

    # --- mark it ---------------------------------------------------------------------------

    def mark(self, outermost: bool = True) -> None:
        if outermost:
            self.own_start()
        values = [s.results[self.inner[s].k] if s in self.inner else s.result for s in self.steps]
        self.loop.attrs.setdefault("chains", {})[self.k] = values
        for value, step in self.links():
            for op in self.readers(value):
                if op is not step and op.code == "prim":
                    self.read_before(op, step)
            if step in self.inner:
                self.inner[step].mark(outermost=False)

    def read_before(self, op: Op, step: Op) -> None:
        """Let a reader have what it reads to itself, before the step."""
        ops = self.body.ops
        if ops.index(op) > ops.index(step):
            ops.remove(op)
            ops.insert(ops.index(step), op)
        op.attrs["own_line"] = True
        kind = op.result.kind
        if op.attrs["prim"].name == "getitem" and isinstance(kind, Array) and kind.dims:
            copy = copied(op.result, op)
            ops.insert(ops.index(op) + 1, copy)
            substitute(self.region, {op.result: copy.result})
            copy.operands[:] = [op.result]
            del op.attrs["own_line"]
            copy.attrs["own_line"] = True

    def own_start(self) -> None:
        """The array is ours alone when the first turn begins."""
        at = self.count + self.k
        start = self.loop.operands[at]
        made = start.op
        ours = made is not None and not made.user and made.code == "prim" and made.attrs["prim"].name in NEW
        readers = [op for op in walk(self.region) if start in op.operands]
        alone = len(readers) == 1 and self.loop.operands.count(start) == 1 and start not in self.roots and not any(
            start in r.yields for r in all_regions(self.region))  # fmt: skip
        if ours and alone and isinstance(start.kind, Array) and start.kind.dims:
            return
        copy = copied(start, self.loop)
        region = self.loop.region
        assert region is not None
        region.ops.insert(region.ops.index(self.loop), copy)
        self.loop.operands[at] = copy.result


def copied(value: Value, like: Op) -> Op:
    """An operation that copies an array, beside another one."""
    attrs = {"prim": NAMES["copy"], "given": {"a": Slot(0)}}
    attrs.update({k: v for k, v in like.attrs.items() if k == "block"})
    op = Op("prim", [value], attrs, [], [], None, like.stmt, like.line, False, like.region, like.clock)
    op.results = [Value(value.kind, value.name, op=op, of=value.of)]
    return op


def stores_zero(op: Op) -> bool:
    return op.code == "prim" and op.attrs["prim"].name == "put"


def same(kind: Any, other: Array) -> bool:
    return isinstance(kind, Array) and kind.dtype == other.dtype and kind.dims == other.dims and not kind.loose
