"""Where the user's text holds a value, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..ir import Value
from ..lower.trail import Home, Trail

END = 1 << 60
"""A clock after everything that happens."""


class Homes:
    """Asks the trail of a function, and its memory, whether a text of the user's still reads a value."""

    def __init__(self, trail: Trail, memory: Any) -> None:
        self.trail = trail
        self.memory = memory  # `Memory`, for functions of the user's
        self.kernel: Any = str  # the name under which a kernel is called
        self.text: Any = lambda home: home.text  # `Shadows` knows more, and which names can have one
        self.has_shadow: Any = lambda name: False
        self.loops = [span for span in trail.loops if trail.counts(span[0])]

    def of(self, value: Value) -> list[Home]:
        """The texts that held the value at some time."""
        found = [h for h in self.trail.homes.get(value, []) if self.trail.counts(h.clock) and (
            not h.shadow or self.has_shadow(h.name))]  # fmt: skip
        return [replace(h, text=f"{self.kernel(h.kernel)}({h.text})", kernel="") if h.kernel else h for h in found]

    def first_placed(self, value: Value, reads: Iterable[int]) -> Home | None:
        """The first of them that has a place for lines of ours, which run wherever the value was made."""
        found = [h for h in self.of(value) if self.settled(h, value) and not self.left_behind(h, value, END)]
        found = [h for h in found if all(h.clock <= read for read in reads)]
        return min(found, key=lambda h: h.clock, default=None)

    def settled(self, home: Home, value: Value) -> bool:
        """Has a text a place for lines of ours, and does it read the value there still?

        A statement may change what it has just made: ``p.a, p.b = p.b, p.a``.
        """
        if home.anchor is None:
            return False
        stmt, where = home.anchor
        if where == "before" and stmt in self.trail.stmt_clock:
            return not self.changed(home, value, self.trail.stmt_clock[stmt], home.clock - 1)
        end = self.trail.stmt_end.get(stmt, home.clock) if where == "after" else home.clock
        return end <= home.clock or self.valid(home, value, end)

    def changed(self, home: Home, value: Value, start: int, end: int) -> bool:
        """Is the value, its name or what it is in changed after `start`, up to `end`?"""
        events = [*self.memory.writes(value), *(self.trail.rebinds.get(home.name, ()))]
        for cell in home.cells:
            events.extend(self.trail.mutations.get(cell, ()))
        return any(start < e <= end and self.trail.counts(e) for e in events)

    def holds(self, home: Home, read: int) -> bool:
        """Does the home's text still read the same object, whatever was stored into it?"""
        return self.valid(home, None, read)

    def valid(self, home: Home, value: Value | None, read: int) -> bool:
        """Does the home's text still read the value at this time?"""
        if home.passing or read < home.clock or value is not None and self.left_behind(home, value, read):
            return False
        end = read
        for start, stop in self.loops:
            if start < read <= stop and home.clock <= start:
                end = max(end, stop)
        events = list(self.trail.rebinds.get(home.name, ()))
        if value is not None:
            events.extend(self.memory.writes(value))
        for cell in home.cells:
            if value is None and cell.sort == "array":
                continue  # a store leaves the shape alone
            events.extend(self.trail.mutations.get(cell, ()))
        return not any(home.clock < e <= end and self.trail.counts(e) for e in events)

    def rebound(self, name: str, clock: int) -> bool:
        """May a name be bound anew after this time, perhaps in a later turn of the same loop?"""
        around = [span for span in self.loops if span[0] < clock <= span[1]]
        return any(self.trail.counts(e) and (e > clock or any(start < e for start, _ in around))
                   for e in self.trail.rebinds.get(name, ()))  # fmt: skip

    def left_behind(self, home: Home, value: Value | None, read: int) -> bool:
        """Was the name bound in an arm or loop that may not have run, for a value from outside of it?"""
        for start, stop, region in self.trail.spans:
            if start < home.clock <= stop < read:
                made = None if value is None else value.op.region if value.op is not None else value.region
                if value is None or not region.encloses(made):
                    return True
        return False

    def clobbered(self, value: Value) -> bool:
        """Is the memory of a value written to after it was made?"""
        if self.memory is None:
            return False  # nothing that a backward function makes is changed in place
        made = [h.clock for h in self.of(value)]
        start = min(made) if made else value.op.clock if value.op is not None else 0
        return any(e > start for e in self.memory.writes(value))
