"""Drop what nobody reads: generated operations, carried values, saved lists.

Needs: gradient operations expanded.  Gives: every generated operation, every list a loop saves
and every value a branch exports is read by something that is printed. The user's own operations
are never touched: their text runs whatever we think of it.
"""

from __future__ import annotations

from ..ir import Function, Op, Region, Value, all_regions
from ..thrift import SAVES_WORK


class Needs:
    """The values that generated code, or a caller, reads."""

    def __init__(self, roots: list[Value]) -> None:
        self.values: set[Value] = set()
        self.queue = list(roots)
        while self.queue:
            self.need(self.queue.pop())

    def want(self, *values: Value) -> None:
        self.queue.extend(values)

    def need(self, value: Value) -> None:
        if value in self.values:
            return
        self.values.add(value)
        if value.op is not None:
            self.operation(value, value.op)
        elif value.region is not None and isinstance(value.region.owner, Op):
            self.parameter(value, value.region.owner)

    def parameter(self, value: Value, op: Op) -> None:
        """A parameter of a region: of ours, its operand and its next value."""
        if op.user:
            return
        body, count = op.regions[0], op.attrs["sequences"]
        i = body.params.index(value)
        self.want(op.operands[i])
        if i >= count:
            self.want(body.yields[i - count])

    def operation(self, value: Value, op: Op) -> None:
        i = op.results.index(value)
        if op.code == "if":
            exported = value in op.attrs.get("exported", {})
            if not op.user or exported:
                self.want(*(r.yields[i] for r in op.regions))
            if not op.user:
                self.want(op.operands[0])
        elif op.code in ("for", "while"):
            self.loop(value, op, i)
        elif op.code == "earlier":
            self.want(op.attrs["list"])
        elif not op.user:
            self.want(*op.operands)

    def loop(self, value: Value, op: Op, i: int) -> None:
        body, count = op.regions[0], op.attrs["sequences"]
        carried = len(body.params) - count
        if i >= carried:
            self.want(body.yields[i])
        elif not op.user:
            self.want(op.operands[count + i], body.params[count + i], body.yields[i])
        if not op.user and count:
            used = [p for p in body.params[:count] if p in self.values]
            self.want((used or body.params[:count])[0])


def prune(function: Function, roots: list[Value]) -> None:
    """Remove generated operations whose results nobody needs."""
    needs = Needs(roots if SAVES_WORK else [*roots, *_generated(function)])
    for region in list(all_regions(function.region)):
        region.ops = [op for op in region.ops if op.user or _trim(op, needs)]
    for region in all_regions(function.region):
        for op in region.ops:
            if op.user and op.code in ("if", "for", "while"):
                _trim_user(op, needs)
    function.attrs["needed"] = needs.values


def _generated(function: Function) -> list[Value]:
    """Everything that is not the user's, as if somebody read it."""
    return [r for region in all_regions(function.region) for op in region.ops if not op.user for r in op.results]


def _trim(op: Op, needs: Needs) -> bool:
    """Keep a generated operation, without the results nobody needs?"""
    if not any(r in needs.values for r in op.results):
        return False
    if op.code == "if":
        kept = [i for i, r in enumerate(op.results) if r in needs.values]
        for region in op.regions:
            region.yields = [region.yields[i] for i in kept]
        op.results = [op.results[i] for i in kept]
    elif op.code == "for":
        _trim_loop(op, needs)
    return True


def _trim_loop(op: Op, needs: Needs) -> None:
    body, count = op.regions[0], op.attrs["sequences"]
    carried = len(body.params) - count
    walked = [i for i in range(count) if body.params[i] in needs.values]
    kept = [k for k in range(carried)
            if op.results[k] in needs.values or body.params[count + k] in needs.values]  # fmt: skip
    lists = [i for i in range(carried, len(op.results)) if op.results[i] in needs.values]
    op.operands = [op.operands[i] for i in walked] + [op.operands[count + k] for k in kept]
    body.params = [body.params[i] for i in walked] + [body.params[count + k] for k in kept]
    body.yields = [body.yields[k] for k in kept] + [body.yields[i] for i in lists]
    op.results = [op.results[k] for k in kept] + [op.results[i] for i in lists]
    op.attrs["sequences"] = len(walked)


def _trim_user(op: Op, needs: Needs) -> None:
    """A user's loop saves, and a user's branch exports, only what is read."""
    key = "exported" if op.code == "if" else "collected"
    extra = op.attrs.get(key, {})
    gone = {r for r in extra if r not in needs.values}
    keep = [i for i, r in enumerate(op.results) if r not in gone]
    regions: list[Region] = op.regions if op.code == "if" else op.regions[:1]
    for region in regions:
        region.yields = [region.yields[i] for i in keep]
    op.results = [op.results[i] for i in keep]
    op.attrs[key] = {r: v for r, v in extra.items() if r in needs.values}
