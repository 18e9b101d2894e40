"""Under which text can generated code read a value of the user's?

The user's own name, as long as it holds the value where it is read; else a copy of the name made
in time (``h_1 = h``); else a step taken out of the user's line (``loss_1 = y - t``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import gast

from ..ir import Op, Value
from ..kinds import NOTHING, Array, Scalar
from ..lower.core import Home, Refuse, Trail

END = 1 << 60


@dataclass
class Edits:
    """Lines to add around the user's statements, and names for expressions inside them."""

    before: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    after: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    body_start: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    body_end: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    start: list[str] = field(default_factory=list)
    steps: dict[Any, str] = field(default_factory=dict)  # expression node -> name
    step_lines: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    exits: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))  # loop -> lines

    def at(self, anchor: tuple[Any, str], line: str) -> None:
        stmt, where = anchor
        if where == "start":
            self.start.append(line)
        else:
            getattr(self, {"after": "after", "body": "body_start", "before": "before"}[where])[
                stmt].append(line)  # fmt: skip


class Names:
    """Fresh names of one function: readable, and never one of the user's."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = set(taken)

    def fresh(self, base: str) -> str:
        base = base if base.isidentifier() else "step"
        if base not in self.taken:
            self.taken.add(base)
            return base
        n = 1
        while f"{base}_{n}" in self.taken:
            n += 1
        self.taken.add(f"{base}_{n}")
        return f"{base}_{n}"


class Naming:
    """Texts for the values of one user function that generated code reads."""

    def __init__(self, trail: Trail, names: Names, edits: Edits) -> None:
        self.trail, self.names, self.edits = trail, names, edits
        self.texts: dict[Value, str] = {}
        self.reads: dict[Value, list[int]] = defaultdict(list)
        self.loops = [span for span in trail.loops if trail.counts(span[0])]

    def text(self, value: Value) -> str:
        """The text that reads this value, at every place it was announced for."""
        if value not in self.texts:
            self.texts[value] = self.find(value)
        return self.texts[value]

    def find(self, value: Value) -> str:
        op = value.op
        if op is not None and op.code == "shape":
            return f"{self._with_reads(value, op.operands[0])}.shape"
        if op is not None and op.code == "item" and not op.user and _from_shape(op):
            return f"{self._with_reads(value, op.operands[0])}[{op.attrs['key']!r}]"
        reads = self.reads[value] or [END]
        homes = [h for h in self.trail.homes.get(value, []) if self.trail.counts(h.clock)]
        for home in sorted(homes, key=lambda h: (len(h.text), h.clock)):
            if all(self.valid(home, value, read) for read in reads):
                return home.text
        return self.alias(value, homes, reads)

    def _with_reads(self, value: Value, source: Value) -> str:
        self.reads[source].extend(self.reads[value])
        return self.text(source)

    def valid(self, home: Home, value: Value, read: int) -> bool:
        """Does the home's text still read the value at this time?"""
        end = read
        for start, stop in self.loops:
            if start < read <= stop and home.clock < start:
                end = max(end, stop)
        events = [*self.trail.rebinds.get(home.name, ()), *self.trail.clobbers.get(value, ())]
        for cell in home.cells:
            events.extend(self.trail.mutations.get(cell, ()))
        return not any(home.clock < e <= end and self.trail.counts(e) for e in events)

    def clobbered(self, value: Value) -> bool:
        return any(self.trail.counts(c) for c in self.trail.clobbers.get(value, ()))

    def alias(self, value: Value, homes: list[Home], reads: list[int]) -> str:
        """A name of our own, bound where the value can be read."""
        placed = [h for h in homes if h.anchor is not None]
        copied = ".copy()" if self.clobbered(value) and not _immutable(value) else ""
        if placed and not (value.node is not None and value.op is not None and not value.name):
            home = min(placed, key=lambda h: h.clock)
            name = self.names.fresh(value.name or "step")
            line = value.op.line if value.op is not None else 0
            self.edits.at(home.anchor, f"{name} = {home.text}{copied}{mark(line)}")  # type: ignore[arg-type]
            return name
        if value.node is not None and value.op is not None and value.op.user:
            return self.step(value, copied)
        if value.op is not None and value.op.code == "const":
            return repr(value.op.attrs["value"])
        raise Refuse(value.op.node if value.op is not None else None,
                     "a value that the gradient reads has no name here",
                     "it is changed in place, or made inside an expression that is not taken apart",
                     "give it a name of its own: an assignment on a line before")  # fmt: skip

    def step(self, value: Value, copied: str) -> str:
        """An expression inside a line, taken out of it under a name."""
        node, op = value.node, value.op
        assert op is not None
        if node in self.edits.steps:
            return self.edits.steps[node]
        if copied:
            base = self.names.fresh(step_base(value))
            self.edits.steps[node] = base
            name = self.names.fresh(base)
            self.edits.step_lines[node].append(f"{name} = {base}.copy()")
            return name
        name = self.names.fresh(step_base(value))
        self.edits.steps[node] = name
        return name


def step_base(value: Value) -> str:
    """A step is named after the target of its line, a condition after its line."""
    op = value.op
    assert op is not None
    stmt = op.stmt
    if isinstance(stmt, (gast.If, gast.While)) and value.node is stmt.test:
        return f"cond_{stmt.lineno}"
    if isinstance(value.node, gast.Attribute):
        return value.node.attr
    if isinstance(stmt, (gast.Assign, gast.AugAssign, gast.AnnAssign)):
        target = stmt.targets[0] if isinstance(stmt, gast.Assign) else stmt.target
        while isinstance(target, (gast.Subscript, gast.Attribute, gast.Starred)):
            target = target.value
        if isinstance(target, gast.Name):
            return f"{target.id}_1"
        names = [n.id for n in gast.walk(target) if isinstance(n, gast.Name)]
        if names:
            return f"{names[0]}_1"
    if isinstance(stmt, gast.Return):
        return "result_1"
    return "step_1"


def mark(line: int) -> str:
    """The comment that ties a generated forward line to the user's."""
    return f"  # line {line}" if line else ""


def _from_shape(op: Op) -> bool:
    source = op.operands[0].op
    return source is not None and source.code == "shape"


def _immutable(value: Value) -> bool:
    kind = value.kind
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic or kind == NOTHING
