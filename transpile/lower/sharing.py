"""What may share memory with what: facts that a store asks for.

Two cells that may be one array, or windows on one, are partners (`Cell.shares`); a container that may hold a
cell as well is its holder (`State.escaped`). After a store into one, the others are not trusted.
"""

from __future__ import annotations

from typing import Any

from ..kinds import UNKNOWN, Kind
from .core import Core
from .values import Cell, cells


class Sharing(Core):
    """Recording which objects may be one."""

    def held_by(self, item: Any, owner: Any) -> None:
        """Whoever changes what was read from a container changes what the container holds."""
        self.related(item, self.held_arrays(owner))
        holders = {c for c in cells(owner, self.state.heap) if c.sort != "array"}
        for cell in cells(item, self.state.heap):
            root = cell.root()
            self.state.escaped[root] = self.state.escaped.get(root, frozenset()) | (holders - {root})

    def held_arrays(self, owner: Any) -> list[Cell]:
        """The arrays that a container holds or may hold, and those that they are windows on."""
        inside = [c for c in cells(owner, self.state.heap) if c.sort == "array"]
        inside += [root for root, holders in self.state.escaped.items() if owner in holders and root.sort == "array"]
        return list(dict.fromkeys([*inside, *(c.root() for c in inside)]))

    def related(self, item: Any, others: list[Cell]) -> None:
        """The arrays in an item may be, or share memory with, any of the others."""
        for cell in [c for c in cells(item, self.state.heap) if c.sort == "array"]:
            for other in others:
                if other is not cell and cell.view is None:
                    cell.shares.add(other)
                    other.shares.add(cell)

    def entwined(self, out: Any, owner: Any) -> None:
        """A list made of the entries of another holds the same objects, if they are any."""
        if isinstance(out, Cell) and isinstance(owner, Cell) and out is not owner:
            out.shares.add(owner)
            owner.shares.add(out)
        if isinstance(out, Cell):
            inside = {c.root() for c in cells(owner, self.state.heap) if c is not owner}
            inside |= {root for root, holders in self.state.escaped.items() if owner in holders}
            for cell in inside - {out}:
                self.state.escaped[cell] = self.state.escaped.get(cell, frozenset()) | {out}

    def is_new(self, item: Any) -> bool:
        """Is nothing in an item held anywhere else: by a name, a container, a window?"""
        inside = list(cells(item, self.state.heap))
        if not inside:
            return True
        if any(c.view is not None or c.outside or c.shares or c in self.state.escaped for c in inside):
            return False
        named = {c for n, held in self.state.names.items() if n[0] != "$" for c in cells(held, self.state.heap)}
        return not named.intersection(inside)

    def holders(self, cell: Cell) -> list[Cell]:
        """The containers that may hold a cell, and those that hold what these hold."""
        return [*(found := self.state.escaped.get(cell, frozenset())),
                *(c for c in self.partners(list(found)) if c.sort != "array")]  # fmt: skip

    def partners(self, family: list[Cell]) -> set[Cell]:
        """The cells that may share memory with those of a family, and are not of it."""
        found: set[Cell] = set()
        queue = list(family)
        while queue:
            for other in queue.pop().shares:
                if other not in found and other not in family:
                    found.add(other)
                    queue.append(other)
        return found

    def held_elsewhere(self, cell: Cell, name: str) -> bool:
        """May the memory of a cell be reached in another way than by this name?"""
        family = [c for c in self.state.heap if c.root() is cell.root()]
        roots = {c.root() for c in (*self.partners(family), *family)}
        if any(r.outside or self.state.escaped.get(r) for r in roots):
            return True
        return any(c.root() in roots for n, item in self.state.names.items() if n != name
                   for c in cells(item, self.state.heap))  # fmt: skip

    def may_hold(self, holder: Cell, items: list[Any]) -> None:
        """A container that is not known any more may hold whatever the items reach."""
        for cell in dict.fromkeys(c.root() for item in items for c in cells(item, self.state.heap)):
            if cell is not holder:
                self.state.escaped[cell] = self.state.escaped.get(cell, frozenset()) | {holder}

    def opaque(self, node: Any, items: list[Any], why: str, kind: Kind = UNKNOWN, inside: Any = None) -> Any:
        """An expression of the user's that is not looked into: it may give out what it was given."""
        out = self.unrelated(node, items, why, kind, inside)
        self.gives_out(out, self.reached(items))
        return out

    def gives_out(self, out: Any, items: list[Any]) -> None:
        """What an expression made may be, or hold, what it was given."""
        for item in items if isinstance(out, Cell) else ():
            self.held_by(out, item)
