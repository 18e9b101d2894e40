"""First phase: every read of a forward value is announced with its clock, before any text is asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..ir import Op, Value
from ..lower.trail import Home
from ..shapes import shape_chain
from .homes import Homes
from .origins import before_jumps, body_statements, chain, escapes, nameless, turned_round


class Reads:
    """When generated code reads which values, and which shapes.

    Attributes:
        clocks, shape_clocks: when a value, or its shape, is read.
        whole: what is read not only for its shape.
        own: what generated lines define.
        printed: texts of values that generated lines have defined.
        twins: entries of tuples that the user has unpacked.
        bound: exports that must be bound wherever their turn ends.
    """

    def __init__(self, homes: Homes) -> None:
        self.homes = homes
        self.clocks: dict[Value, list[int]] = defaultdict(list)
        self.shape_clocks: dict[Value, list[int]] = defaultdict(list)
        self.whole: set[Value] = set()
        self.own: set[Value] = set()
        self.printed: dict[Value, str] = {}
        self.twins: dict[Any, Any] = {}
        self.bound: set[Value] = set()

    def announce(self, value: Value, clock: int) -> None:
        """A value will be read at this time."""
        self.whole.add(value)
        self.note(value, clock)

    def note(self, value: Value, clock: int) -> None:
        """The same, if only for a value's shape."""
        if self.is_generated(value):
            self.note_shape(value, clock)
            return
        if clock in self.clocks[value]:
            return
        self.clocks[value].append(clock)
        op = value.op
        if op is None or value in self.printed:
            return
        if op.code == "shape":
            self.announce_shape(op.operands[0], clock)
        elif op.code == "earlier":
            self.announce(op.attrs["list"], clock)
        elif value.node is None and turned_round(op):
            self.announce(op.operands[0], clock)
        elif op.code == "pack" and value.node is None:
            for operand in op.operands:
                self.announce(operand, clock)
        elif op.code == "item" and (twin := self.twins.get((op.operands[0], op.attrs["key"]))) not in (None, value):
            self.announce(twin, clock)
        elif op.code in ("item", "stop", "hook") and not op.user:
            self.announce(op.operands[0], clock)
        elif (inner := op.attrs.get("collected", {}).get(value)) is not None and op.user:
            self.announce_turns(op, inner)
        elif (inner := op.attrs.get("exported", {}).get(value)) is not None and op.user:
            self.announce(inner, clock)

    def note_shape(self, value: Value, clock: int) -> None:
        """The shape of what generated lines make may be that of something of the user's."""
        op = value.op
        if op is not None and op.code == "shape" and clock not in self.shape_clocks[op.operands[0]]:
            self.shape_clocks[op.operands[0]].append(clock)

    def is_generated(self, value: Value) -> bool:
        """Made by generated lines, which give it a name when they are printed."""
        if value in self.own:
            return not self.homes.of(value)
        op = value.op
        if op is not None and op.code in ("shape", "item", "stop", "hook") and not op.user:
            return self.is_generated(op.operands[0])
        return False

    def announce_shape(self, value: Value, clock: int) -> None:
        """The shape of an array will be read: stores into the array do not matter."""
        if clock not in self.shape_clocks[value]:
            self.shape_clocks[value].append(clock)
        if self.shape_owner(value) is None:
            found = next((c for c in shape_chain(value) if c.node is not None or any(
                h.passing for h in self.homes.of(c))), value)  # fmt: skip
            if not any(h.passing for h in self.homes.of(found)):
                self.note(found, clock)

    def for_shape(self, value: Value) -> bool:
        """Is a part of a line, which no name of the user's holds, read for its shape alone?"""
        inside = value.node is not None and value.op is not None and value.op.user and not self.homes.of(value)
        return inside and value not in self.whole

    def shape_owner(self, value: Value) -> str | None:
        """A text that reads an array of the value's shape at all these times."""
        for candidate in shape_chain(value):
            if candidate in self.printed:
                return self.printed[candidate]
            for home in self.homes.of(candidate):
                if not home.shadow and all(
                        not self.homes.left_behind(home, candidate, read) and self.homes.holds(home, read)
                        for read in self.shape_clocks[value]):  # fmt: skip
                    return str(self.homes.text(home))
        return None

    def announce_turns(self, loop: Op, inner: Value) -> None:
        """A value of each turn: read where it is made, or at the end of the turn."""
        home = self.early(loop, inner)
        if home is not None:
            self.announce(inner, home.clock)
            return
        self.bound.update(chain(inner))
        self.announce(inner, loop.attrs["clocks"][1] - 1)

    def early(self, loop: Op, inner: Value) -> Home | None:
        """Where, in the body itself, a value of the turn can be saved as soon as it is there."""
        owner = inner.op.region if inner.op is not None else inner.region
        if owner is not loop.regions[0]:
            return None
        if inner.op is not None and inner.op.user and escapes(inner.op):
            return None  # the turn may end before
        statements = body_statements(loop.node)
        first = before_jumps(statements)
        jumping = statements[len(first) : len(first) + 1]
        body, early = set(statements), [(loop.node, "body"), *((stmt, "before") for stmt in jumping)]
        late = False
        for home in self.homes.of(inner):
            if not self.homes.settled(home, inner) or home.anchor is None:
                continue
            if home.anchor[0] in first or home.anchor in early:
                return home
            late = late or home.anchor[0] in body
        if late and (inner.name or inner.node is None):
            raise nameless(inner)  # a turn that ends before the text holds it has no entry for it
        return None
