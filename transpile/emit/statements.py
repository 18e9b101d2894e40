"""Generated operations as statements: names, expressions put into others, assignments.

A value read once is put into the expression that reads it; a cotangent that belongs to a name of
the user's gets a line of its own. A name is used again for the next value of the same base when
nobody reads the first any more, so accumulation reads ``dW = dW + ...``.
"""

from __future__ import annotations

import ast

from ..ir import Op, Value
from ..polish.simplify import asks_shape
from .calls import call_targets
from .edits import Names
from .expressions import Printer, name, source
from .homes import END
from .inplace import InPlace
from .liveness import CHEAP, Readers
from .naming import Naming
from .registers import Registers

WIDE = 60
Row = tuple[int, str, int]
"""Depth, text, and the user's line that the statement belongs to."""


class Statements:
    """Prints operations one by one; what has lines of its own inside has a chapter of its own."""

    def __init__(self, naming: Naming, printer: Printer, names: Names, readers: Readers, thrifty: bool = True) -> None:
        self.naming, self.printer, self.names, self.readers = naming, printer, names, readers
        self.registers = Registers(naming, names, readers, thrifty)
        self.liveness = self.registers.liveness
        self.inplace = InPlace(readers, self.liveness)
        self.exprs: dict[Value, ast.expr] = {}
        self.uses: dict[Value, set[tuple[str, Value]]] = {}
        self.rows: list[Row] = []
        self.depth = 0

    def say(self, text: str, line: int) -> None:
        self.registers.confirm()
        self.rows.append((self.depth, text, line))

    # --- expressions ---------------------------------------------------------------------

    def operand(self, value: Value) -> ast.expr:
        if value in self.exprs:
            self.registers.gathered |= self.uses.get(value, set())
            return self.exprs[value]
        op = value.op
        if value in self.naming.printed:
            self.registers.gathered.add((self.naming.printed[value], self.registers.source_of(value)))
        if value not in self.naming.printed and op is not None and not op.user and op in self.liveness.position:
            twin = self.naming.reads.twins.get((op.operands[0], op.attrs["key"])) if op.code == "item" else None
            if twin is not None:
                return name(self.naming.text(twin))
            if op.code in CHEAP or op.code == "item":
                return self.expression(op)
        return name(self.naming.text(value))

    def expression(self, op: Op) -> ast.expr:
        if asks_shape(op) and op.operands[0] not in self.naming.printed and op.operands[0] not in self.exprs:
            owner = self.naming.reads.shape_owner(op.operands[0])
            if owner is not None:
                return self.printer.expression(op, [name(owner)])
            if op.operands[0] not in self.naming.texts and self.naming.texts.get(op.result):
                return name(self.naming.texts[op.result])  # noted where the array was
        return self.printer.expression(op, [self.operand(v) for v in op.operands])

    # --- statements ----------------------------------------------------------------------

    def print_ops(self, ops: list[Op]) -> None:
        for op in ops:
            getattr(self, f"print_{op.code}", self.print_plain)(op)

    def print_plain(self, op: Op) -> None:
        if op.code == "stop" and op.result not in self.registers.forced:
            self.naming.printed[op.result] = self.naming.text(op.operands[0]) if (
                op.operands[0] not in self.exprs) else source(self.exprs[op.operands[0]])  # fmt: skip
            return
        if op.code in CHEAP and op.result not in self.registers.forced and self.stable(op):
            self.exprs[op.result] = self.expression(op)
            return
        if op in self.inplace.added:
            self.say_added(op)
            return
        self.registers.gathered = set()
        expr = self.expression(op)
        text = source(expr)
        if op.code not in CHEAP and self.liveness.may_inline(op) and len(text) <= WIDE:
            self.exprs[op.result] = expr
            self.uses[op.result], self.registers.gathered = self.registers.gathered, set()
            return
        self.registers.confirm()
        before = self.naming.printed.get(op.operands[0]) if op.operands else None
        target = self.registers.define(op.result, self.liveness.ends[op])
        if target == before and op.operands[0] not in self.exprs and self.inplace.takes_in_place(op):
            self.inplace.grown.add(op.result)
            self.inplace.added[op] = (target, op.operands[1])
            self.say_added(op)
            return
        self.say(f"{target} = {text}", op.line)

    def stable(self, op: Op) -> bool:
        """Does a cheap expression read the same thing wherever it is put?"""
        if op.code != "shape":
            return True
        array, last_use = op.operands[0], self.liveness.last_use
        return array not in self.naming.printed or last_use(op.result) <= last_use(array)

    def say_added(self, op: Op) -> None:
        text, other = self.inplace.added[op]
        if op.attrs["prim"].name == "put":
            index = self.printer.place(op, [self.operand(v) for v in op.operands])
            self.say(f"{text}[{index}] = 0.0", op.line)
            self.registers.hold(text, op.result)
            return
        minus = op.attrs["prim"].name == "subtract"
        made = other.op
        inline = other in self.exprs
        if made is not None and inline and made.code == "prim" and made.attrs["prim"].name == "negative":
            minus, other = not minus, made.operands[0]
        sign = "-=" if minus else "+="
        if inline and made is not None and made.code == "prim" and made.attrs["prim"].name == "scatter":
            if (place := self.printer.basic_place(made, [self.operand(v) for v in made.operands])) is not None:
                index, d = place
                self.say(f"{text}[{index}] {sign} {d}", op.line)
                self.registers.hold(text, op.result)
                return
        self.say(f"{text} {sign} {source(self.operand(other))}", op.line)
        self.registers.hold(text, op.result)

    def print_so_far(self, op: Op) -> None:
        """The list of a loop's turns as far as it has come; a copy of it for those who read it later."""
        text = self.naming.so_far(op)
        if op.result not in self.registers.forced and self.liveness.last_use(op.result) < END:
            self.exprs[op.result] = name(text)
            return
        target = self.registers.define(op.result, self.liveness.ends[op])
        self.say(f"{target} = {text if text.endswith(']') else text + '[:]'}", op.line)

    def print_call(self, op: Op) -> None:
        called = self.printer.called(op, [self.operand(v) for v in op.operands])
        self.registers.confirm()
        self.say(f"{call_targets(self, op)} = {called}", op.line)

    def assign(self, pairs: list[tuple[str, str]], line: int) -> None:
        """Assignments that take place at once, on lines of their own where that is the same."""
        pairs = [(n, t) for n, t in pairs if n != t]
        for i, (_, text) in enumerate(pairs):
            written = {n for n, _ in pairs[:i]}
            if written & _names_in(text):
                self.say(f"{', '.join(n for n, _ in pairs)} = {', '.join(t for _, t in pairs)}", line)
                return
        for target, text in pairs:
            self.say(f"{target} = {text}", line)


def _names_in(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)}
