"""Branches that we generate: what their arms make goes on under one name."""

from __future__ import annotations

from ..ir import Op, Region, Value, walk
from .expressions import source
from .statements import Row, Statements


class Branches(Statements):
    """Prints an `if` of generated operations."""

    def print_if(self, op: Op) -> None:
        test = source(self.operand(op.operands[0]))
        self.registers.confirm()
        names: list[str] = []
        for i in range(len(op.results)):
            names.append(self.branch_name(op, i, names))
        arms = []
        for region in op.regions:
            rows, self.rows = self.rows, []
            self.depth += 1
            held = dict(self.registers.holder)
            if self.registers.thrifty:
                self.coalesce(region, names)
            self.print_ops(region.ops)
            pairs = [(n, source(self.operand(v))) for n, v in zip(names, region.yields, strict=True)]
            self.registers.confirm()
            self.assign(pairs, 0)
            self.depth -= 1
            arms.append(self.rows)
            self.rows, self.registers.holder = rows, held
        for value, text in zip(op.results, names, strict=True):
            self.registers.hold(text, value)
        self.say_arms(op, test, arms)

    def say_arms(self, op: Op, test: str, arms: list[list[Row]]) -> None:
        first, second = arms
        if not first and not second:
            return
        if not first:
            word, first, second = f"if not {_bracketed(test)}:", second, []
        else:
            word = f"if {test}:"
        self.say(word, op.line)
        self.rows += first
        if second:
            self.say("else:", 0)
            self.rows += second

    def branch_name(self, op: Op, i: int, used: list[str]) -> str:
        """The result's name: that of a value which an arm passes on, where it is free."""
        value = op.results[i]
        if value in self.registers.forced:
            return self.registers.forced[value]
        for region in op.regions if self.registers.thrifty else []:
            passed = region.yields[i]
            text = self.naming.printed.get(passed)
            if text and text not in used and self.registers.holder.get(text) is passed and (
                    self.liveness.last_use(passed) <= self.liveness.ends[op]):
                unforced = text not in self.registers.forced.values()
                if unforced and passed.region is None and self.only_passed(passed, op):
                    return text
        return self.names.fresh(self.registers.base(value))

    def only_passed(self, value: Value, op: Op) -> bool:
        return value not in self.readers.roots and not any(
            r.yields.count(value) > 1 for r in op.regions)

    def coalesce(self, region: Region, names: list[str]) -> None:
        """A value made in an arm just for its result is made under the result's name."""
        for text, value in zip(names, region.yields, strict=True):
            op = value.op
            own = op is not None and op.region is region and op.code in ("prim", "call", "if", "pack")
            if own and not self.readers.ops.get(value) and self.readers.yielding[value] == [region]:
                if text not in self.read_names(region, value):
                    self.registers.forced[value] = text

    def read_names(self, region: Region, value: Value) -> set[str]:
        """Names that the region reads after it has made a value."""
        found: set[str] = set()
        at = region.ops.index(value.op) if value.op in region.ops else 0
        later = region.ops[at + 1 :]
        for op in [*later, *(o for top in later for inner in top.regions for o in walk(inner))]:
            for v in op.operands:
                text = self.naming.printed.get(v)
                if text:
                    found.add(text)
        for v in region.yields:
            if v is not value and (text := self.naming.printed.get(v)):
                found.add(text)
        return found


def _bracketed(test: str) -> str:
    return test if test.isidentifier() else f"({test})"
