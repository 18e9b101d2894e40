"""Loops that we generate: what a turn hands to the next keeps its name, what it saves goes to a list."""

from __future__ import annotations

from ..ir import Op, Region, Value
from .expressions import source
from .statements import Statements


class Loops(Statements):
    """Prints a `for` of generated operations."""

    def print_for(self, op: Op) -> None:
        body, count = op.regions[0], op.attrs["sequences"]
        params, carried = body.params[:count], body.params[count:]
        names = [self.slot_name(op, k) for k in range(len(carried))]
        inits = [(n, source(self.operand(op.operands[count + k]))) for k, n in enumerate(names)]
        self.registers.confirm()
        self.assign(inits, op.line)
        lists = [self.list_name(r) for r in op.results[len(carried) :]]
        for text in lists:
            self.say(f"{text} = []", op.line)
        for value, text in zip(carried, names, strict=True):
            self.registers.hold(text, value)
        self.say(self.loop_header(op, params), op.line)
        self.depth += 1
        start = len(self.rows)
        self.registers.turns.append(set())
        if self.registers.thrifty:
            self.slots(op, body, carried, names)
        self.print_ops(body.ops)
        self.turn_end(op, body, carried, names, lists)
        for value, text in zip(carried, names, strict=True):
            self.registers.holder[text] = value
        self.registers.turn_confirmed(body)
        if len(self.rows) == start:
            self.say("pass", 0)
        self.depth -= 1
        self.close(op, carried, names, lists)

    def slot_name(self, op: Op, k: int) -> str:
        count = op.attrs["sequences"]
        init, param, result = op.operands[count + k], op.regions[0].params[count + k], op.results[k]
        if result in self.registers.forced:
            return self.registers.forced[result]
        text = self.naming.printed.get(init)
        mine = text is not None and self.registers.holder.get(text) is init and self.registers.thrifty and (
            text not in self.registers.forced.values())
        if mine and (self.liveness.last_use(init) <= self.liveness.position[op] or self.readers.only_reader(init, op)):
            if _same_stem(text or "", param.name or result.name or text or ""):
                return str(text)
        return self.names.fresh(self.registers.base(param) if param.name else self.registers.base(result))

    def list_name(self, value: Value) -> str:
        text = self.names.keeper(f"{value.name or 'turn'}_saved")
        self.registers.hold(text, value)
        return text

    def loop_header(self, op: Op, params: list[Value]) -> str:
        count = op.attrs["sequences"]
        walked = [source(self.operand(v)) for v in op.operands[:count]]
        if op.attrs["reverse"]:
            walked = [f"reversed({w})" for w in walked]
        names = []
        for param, walked_value in zip(params, op.operands[:count], strict=True):
            text = self.names.fresh(self.item_base(param, source(self.operand(walked_value)))) if (
                self.readers.is_read(param)) else "_"  # fmt: skip
            self.registers.hold(text, param)
            names.append(text)
        joined = walked[0] if len(walked) == 1 else f"zip({', '.join(walked)}, strict=True)"
        return f"for {', '.join(names)} in {joined}:"

    def item_base(self, param: Value, walked: str) -> str:
        """An entry of ``h_saved`` is an ``h``."""
        stem = walked.removesuffix("_saved")
        return stem if stem != walked and stem.isidentifier() else param.name or "item"

    def slots(self, op: Op, body: Region, carried: list[Value], names: list[str]) -> None:
        """What a turn makes of a carried value is made under the same name, if that is free."""
        for k, (param, text) in enumerate(zip(carried, names, strict=True)):
            made = body.yields[k]
            inner = made.op
            if k in op.attrs.get("chains", ()):
                self.chained(op.attrs["chains"][k], text)
                continue
            if inner is None or inner.region is not body or inner.user or made in self.registers.forced:
                continue
            if self.readers.yielding[made].count(body) != 1 or inner.code not in ("prim", "if", "for", "call"):
                continue
            if self.liveness.last_inside(param, body) <= self.liveness.position[inner] and inner.code != "for":
                self.registers.forced[made] = text
                self.inplace.accumulate(op, body, k, text)
            elif inner.code in ("for", "if") and self.liveness.last_inside(param, body) <= self.liveness.ends[inner]:
                self.registers.forced[made] = text

    def chained(self, values: list[Value], text: str) -> None:
        """A carried array that each step of a turn changes in place keeps its name."""
        for value in values:
            assert value.op is not None
            if value.op.code == "for":
                self.registers.forced[value] = text
            else:
                self.inplace.added[value.op] = (text, value.op.operands[-1])

    def turn_end(self, op: Op, body: Region, carried: list[Value], names: list[str], lists: list[str]) -> None:
        for text, value in zip(lists, body.yields[len(carried) :], strict=True):
            self.say(f"{text}.append({source(self.operand(value))})", 0)
        pairs = [(n, source(self.operand(body.yields[k]))) for k, n in enumerate(names)]
        self.registers.confirm()
        self.assign(pairs, 0)

    def close(self, op: Op, carried: list[Value], names: list[str], lists: list[str]) -> None:
        for k, text in enumerate(names):
            self.registers.hold(text, op.results[k])
        if op.attrs["reverse"]:
            for text in lists:
                self.say(f"{text}.reverse()", 0)


def _same_stem(text: str, other: str) -> bool:
    return text.rstrip("0123456789").rstrip("_") == other.rstrip("0123456789").rstrip("_")
