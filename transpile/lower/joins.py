"""Joins: two states become one, where two paths meet."""

from __future__ import annotations

from typing import Any

from ..ir import Op, Region, Value
from ..kinds import NOTHING, UNKNOWN, join
from .identities import Identities
from .merger import Content, Merger
from .stores import Stores
from .values import UNDEF, Cell, State


class Joins(Stores):
    """What is known after an operation with regions."""

    def join_arms(self, op: Op, arms: list[tuple[Region, State]], raised: list[bool]) -> State:
        """The state behind an operation with two arms; of one that raises nothing is left but its place."""
        (left, a), (right, b) = arms
        made: dict[tuple[Value, Value], Value] = {}

        def leaf(x: Any, y: Any) -> Any:
            pair = (self.leaf_value(x, left, a), self.leaf_value(y, right, b))
            if pair not in made:
                made[pair] = self.phi(op, pair, (x is UNDEF, y is UNDEF), raised)
            return made[pair] if isinstance(x, Content) or isinstance(y, Content) else self.wrap_in(made[pair])

        self.with_kept(a, b)
        merger = Merger(a, b, leaf, op.operands[0])
        self.joining = merger.out
        out = merger.run()
        Identities(merger, op.operands[0]).note()
        return out

    def wrap_in(self, value: Value) -> Any:
        """`wrap`, into the state that is being joined."""
        old, self.state = self.state, self.joining
        try:
            return self.wrap(value)
        finally:
            self.state = old

    def phi(self, op: Op, pair: tuple[Value, Value], undefined: tuple[bool, bool], raised: list[bool]) -> Value:
        """What two values become; one that is left behind by an exception counts for nothing."""
        first, second = pair
        if first is second:
            return first
        left_undefined, right_undefined = undefined[0] or raised[0], undefined[1] or raised[1]
        kind = second.kind if left_undefined else first.kind if right_undefined else join(
            first.kind, second.kind)
        result = Value(kind, op=op, name=first.name or second.name)
        sides = [(v.unsure or u) for v, u, r in zip(pair, undefined, raised, strict=True) if not r]
        result.unsure = any(sides)
        op.results.append(result)
        op.regions[0].yields.append(first)
        op.regions[1].yields.append(second)
        return result

    def leaf_value(self, item: Any, region: Region, state: State) -> Value:
        """A leaf as a value, made at the end of `region`."""
        if isinstance(item, Value):
            return item
        old, self.state = self.state, state
        try:
            with self.builder.inside(region):
                if isinstance(item, Content):
                    return self.content_value(item)
                if item is UNDEF:
                    return self.builder.const(None, NOTHING)
                return self.value(item)
        finally:
            self.state = old

    def content_value(self, item: Content) -> Value:
        content = item.content
        if content is None and item.cell is not None and item.cell.view is not None:
            content = self.content(item.cell)
        if isinstance(content, Value):
            return content
        if content is None:
            return self.builder.const(None, UNKNOWN)
        return self.pack(content, Cell(item.sort, dict if item.sort == "dict" else None))

    def after_join(self, start: State, anchor: Any) -> None:
        """Names whose object changed can be read under their own name from here on."""
        self.tick()
        for name, item in self.state.names.items():
            if item is not start.names.get(name) and not name.startswith("$"):
                self.home(item, name, name, anchor, ())
        old, self.anchor = self.anchor, anchor
        for cell in list(self.state.heap):
            if cell in start.heap and self.state.heap[cell] is not start.heap[cell]:
                if isinstance(self.state.heap[cell], Value):
                    self.rehome(cell.root())
        self.anchor = old
