"""Which object a name holds after two paths have met: the one it held on the path that was taken.

Where the condition is known, the new cell is linked to the old ones under it. Where none is (from turn to
turn of a loop), it may be any of them.
"""

from __future__ import annotations

from typing import Any

from ..ir import Region, Value
from ..sym import Sym
from .merger import Merger
from .sharing import kin
from .values import Cell, Link


class Identities:
    """Relates the cells that a merge has made to those that they stand for."""

    def __init__(self, merger: Merger, cond: Value | None = None) -> None:
        self.merger, self.cond = merger, cond

    def note(self) -> bool:
        """Relate them; True if some that were apart before are not any more."""
        apart, lost = self.kept_apart()
        for one, other in apart:
            one.apart.add(other)
            other.apart.add(one)
        self.relate()
        return lost

    def kept_apart(self) -> tuple[list[tuple[Cell, Cell]], bool]:
        """Pairs of new cells that share nothing, as what they stand for shares nothing on either path."""
        merger, out, lost = self.merger, [], False
        heap = {**merger.a.heap, **merger.b.heap}
        made = [(new, a, b) for new, (a, b) in merger.joint.items() if new.sort == "array"]
        near = {new: (kin([a], heap), kin([b], heap)) for new, a, b in made}
        for i, (new, a, b) in enumerate(made):
            for other, c, d in made[:i]:
                before = c.root() not in near[new][0] and a.root() not in near[other][0]
                after = d.root() not in near[new][1] and b.root() not in near[other][1]
                out += [(a.root(), c.root())] if before else []  # relations to come must not hide this
                out += [(b.root(), d.root())] if after else []
                out += [(new, other)] if before and after else []
                lost = lost or before and not after
        return out, lost

    def relate(self) -> None:
        for (side, old), news in self.merger.derived.items():
            if old.sort != "array":
                continue
            if self.cond is None:
                for new in news:
                    new.is_maybe(old)
            elif self.lives(old):
                for new in news:
                    self.tie(side, new, old)
            else:
                self.relate_dead(side, old, news)

    def relate_dead(self, side: int, old: Cell, news: list[Cell]) -> None:
        """Cells for one that no name holds any more: it still says what they have to do with others."""
        bases = self.merger.derived.get((side, old.view[0])) if old.view is not None else None
        if old.view is not None and bases and in_sight(old.view[2], self.cond):
            self.tie(side, news[0], bases[0], (old.view[1], old.view[2]))
        elif old.near() or any(c.root() is old.root() and c is not old for _, c in self.merger.derived):
            news[0].is_maybe(old)
        for new in news[1:]:
            self.tie(side, new, news[0])

    def tie(self, side: int, new: Cell, old: Cell, window: Any = None) -> None:
        """`new` is `old`, or a window on it, if the path of this side was taken."""
        if self.cond is None or {new, old} & self.merger.halves:
            new.is_maybe(old)
        else:
            Link(self.cond, side == 0, new, old, window).tie()

    def lives(self, cell: Cell) -> bool:
        """Is a cell known behind the join? A window that one path made is, if what it looks at is."""
        merger = self.merger
        if cell in merger.a.heap and cell in merger.b.heap:
            return True
        if cell.view is None or not self.lives(cell.view[0]) or not in_sight(cell.view[2], self.cond):
            return False
        merger.out.heap[cell] = None
        return True


def in_sight(given: Any, cond: Value | None) -> bool:
    """Are the values that an index is made of known where a condition is?"""
    if isinstance(given, Sym):
        here = region_of(cond) if cond is not None else None
        made = region_of(given.value)
        return made is None or here is not None and made.encloses(here)
    if isinstance(given, dict):
        return all(in_sight(g, cond) for g in given.values())
    if isinstance(given, (tuple, list)):
        return all(in_sight(g, cond) for g in given)
    if isinstance(given, slice):
        return in_sight((given.start, given.stop, given.step), cond)
    return True


def region_of(value: Value) -> Region | None:
    return value.op.region if value.op is not None else value.region
