"""Which values may lie in the same memory, and when that memory is written to.

A value is read late: by an adjoint, long after the statement that made it. If the memory it lies in
is written to meanwhile, it must be copied in time. Stores mark the values that a name held; here
the mark is carried to every value that may share the memory: through branches, from turn to turn of
a loop, and through views.
"""

from __future__ import annotations

from typing import Any

from ..ir import Function, Op, Value, all_regions, slots
from ..kinds import Array, Scalar
from ..lower.rows import MAYBE_VIEWS, VIEWS
from ..lower.trail import Trail

SHARE = {*VIEWS, *MAYBE_VIEWS, "put", "sum_to", "list_item", "list_append", "list_put",
         "chosen", "put_flat", "put_diagonal", "put_along", "with_real", "with_imag", "add_at",
         "selected", "list_joined", "list_part", "list_repeated", "list_without", "list_inserted", "list_taken",
         "list_column", "list_reversed"}


class Memory:
    """Classes of values that may share memory, and the times at which each class is written to."""

    def __init__(self, function: Function, trail: Trail) -> None:
        self.trail = trail
        self.parent: dict[Value, Value] = {}
        self.loops: dict[Value, set[tuple[int, int]]] = {}
        for region in all_regions(function.region):
            for op in region.ops:
                self.link(op)
        for part, whole in trail.within:
            self.join(part, whole)
        self.events: dict[Value, list[int]] = {}
        self.collect()

    def link(self, op: Op) -> None:
        if op.code == "if":
            for i, result in enumerate(op.results):
                for region in op.regions:
                    self.join(result, region.yields[i])
        elif op.code in ("for", "while"):
            self.link_loop(op)
        elif op.code == "prim":
            if op.attrs["prim"].name in SHARE:
                for index in slots(next(iter(op.attrs["given"].values()), None)):
                    self.join(op.operands[index], op.result)
        elif op.code in ("stop", "hook", "item", "call") or op.code == "user" and (
                op.attrs.get("mutation") or op.attrs.get("poison")):
            for operand in op.operands:
                for result in op.results:
                    self.join(operand, result)

    def link_loop(self, op: Op) -> None:
        body, count = op.regions[0], op.attrs["sequences"]
        for k, param in enumerate(body.params[count:]):
            for other in (op.operands[count + k], body.yields[k], op.results[k]):
                self.join(param, other)
            if "clocks" in op.attrs and self.mutable(param):
                self.loops.setdefault(self.root(param), set()).add(op.attrs["clocks"])
        for operand, param in zip(op.operands[:count], body.params[:count], strict=True):
            self.join(operand, param)

    def mutable(self, value: Value) -> bool:
        kind = value.kind
        return not (isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic)

    def join(self, a: Value, b: Value) -> None:
        if not self.mutable(a) or not self.mutable(b):
            return
        p, q = self.root(a), self.root(b)
        if p is not q:
            self.parent[p] = q
            self.loops.setdefault(q, set()).update(self.loops.pop(p, set()))

    def root(self, value: Value) -> Value:
        while (up := self.parent.get(value)) is not None:
            value = up
        return value

    def collect(self) -> None:
        """The times at which each class is written to; once more at the end of a loop that does."""
        for value, clocks in self.trail.clobbers.items():
            known = [c for c in clocks if self.trail.counts(c)]
            self.events.setdefault(self.root(value), []).extend(known)
        for root, spans in self.loops.items():
            events = self.events.get(root, [])
            events += [stop for start, stop in spans if any(start < e <= stop for e in events)]

    def writes(self, value: Any) -> list[int]:
        """When the memory of a value is written to."""
        return self.events.get(self.root(value), []) if self.mutable(value) else []

    def changes_after(self, op: Op) -> bool:
        """May what a call saves lie in memory that is written to after the call?"""
        values = [v for o in op.operands for v in reaches(o)] + op.results
        return any(e > op.clock for v in values for e in self.writes(v))


def reaches(value: Value) -> list[Value]:
    """A value, and the values that a container was made of."""
    out: dict[Value, None] = {}
    todo = [value]
    while todo:
        top = todo.pop()
        if top in out:
            continue
        out[top] = None
        op = top.op
        if op is not None and (op.code == "pack" or op.code == "prim" and op.attrs["prim"].name.startswith("list_")):
            todo.extend(op.operands)
    return list(out)
