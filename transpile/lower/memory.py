"""Memory: what a store does to everything that shares the memory it goes into.

Invariant: after a store, every name that shares the memory reads the new content, or is not
trusted any more. Values that were read from the memory before are marked clobbered, so that
whoever needs them later copies them first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..ir import Value
from .calls import Calls
from .core import Refuse
from .values import Cell, Labelled, Link, Tup, cells, in_words, leaves
from .windows import chosen, in_sight, put_through, read_through


class Memory(Calls):
    """Memory that changes, under all names it has."""

    def store(self, cell: Cell, value: Value) -> None:
        """The array in `cell` gets new content, in place."""
        self.replace(cell, value)
        touched = self.follow(cell.root())
        self.keep_outside(touched, value)
        self.distrust(touched, value)
        for root in touched:
            self.rehome(root)
        self.function.attrs.setdefault("stores", []).extend(touched)

    def replace(self, cell: Cell, value: Value) -> None:
        """New content for an array and for what is surely a window on the same memory."""
        root = cell.root()
        self.note_write(root)
        self.tick()
        family = [c for c in self.state.heap if c.root() is root]
        for member in family:
            self.outdated(member)
        self.write_back(cell, value)
        for member in family:
            if member.view is not None and member is not cell:
                self.state.heap[member] = None  # a window: read anew when asked for
        self.state.heap[cell] = value

    def outdated(self, cell: Cell) -> None:
        """What a cell held is overwritten, now."""
        old = self.state.heap.get(cell)
        self.trail.mutations[cell].append(self.clock)
        if isinstance(old, Value):
            old.clobbered = True
            self.trail.clobbers[old].append(self.clock)

    def write_back(self, cell: Cell, value: Value) -> None:
        """A store through a window changes what it looks at."""
        if cell.view is not None:
            base, row, given = cell.view
            whole = put_through(self.builder, self.value(base), row, given, value)
            self.trail.within.append((value, whole))
            self.write_back(base, whole)
        self.state.heap[cell] = value

    # --- arrays that are the same under a condition ----------------------------------------

    def follow(self, root: Cell) -> list[Cell]:
        """Carry a store on to the arrays that are, under a known condition, the one that was stored into.

        Returns the roots of all arrays whose content is known. Where two ways lead from one array to
        another, the content at the end would depend on their order: none is followed.
        """
        found: dict[Cell, None] = {root: None}
        if not self.is_tree(root):
            return [root]
        for here in in_order(found):
            for there, links in self.ways(here).items():
                if there not in found and all(map(self.usable, links)):
                    for link in dict.fromkeys(links):
                        self.carry_over(link, there)
                    found[there] = None
        return list(found)

    def is_tree(self, root: Cell) -> bool:
        """Is there one way only between any two of the arrays that have to do with each other?"""
        kin = self.kin([root])
        return sum(len(self.ways(r).keys() & kin) for r in kin) == 2 * (len(kin) - 1)

    def ways(self, root: Cell) -> dict[Cell, list[Any]]:
        """What leads from an array and its windows to others: links, and None where nothing is known."""
        out: dict[Cell, list[Any]] = {}
        for cell in {root, *(c for c in self.state.heap if c.root() is root)}:
            for link in cell.links:
                other = link.base if link.cell is cell else link.cell
                out.setdefault(other.root(), []).append(link)
            for other in cell.shares:
                out.setdefault(other.root(), []).append(None)
        out.pop(root, None)
        return out

    def usable(self, link: Link | None) -> bool:
        """Can a link be asked here, of arrays that are alive?"""
        return link is not None and link.cell in self.state.heap and link.base in self.state.heap and (
            in_sight(link.cond, self.builder.region))

    def carry_over(self, link: Link, there: Cell) -> None:
        """The new content of the cell at the other end of a link."""
        cell, base = self.value(link.cell), self.value(link.base)
        with self.builder.at(node=None):
            if link.cell.root() is there:
                new = base if link.window is None else read_through(self.builder, base, *link.window)
                self.replace(link.cell, chosen(self.builder, link, new, cell))
            else:
                new = cell if link.window is None else put_through(self.builder, base, *link.window, cell)
                self.replace(link.base, chosen(self.builder, link, new, base))

    # --- arrays that may be the same -------------------------------------------------------

    def distrust(self, touched: list[Cell], value: Value) -> None:
        """Arrays that may share this memory are not trusted after a store."""
        for root in self.kin(touched) - set(touched):
            for window in [c for c in self.state.heap if c.view is not None and c.root() is root]:
                self.outdated(window)
                self.state.heap[window] = None
            self.poison(root, "it may share memory with an array that was changed in place", [value])
        for member in [c for c in self.state.heap if c.root() in touched]:
            for container in self.holders(member):
                self.poison(container, "an array in it was changed in place: append a copy", [value])

    def poison(self, cell: Cell, why: str, given: list[Any]) -> None:
        """What a cell holds is not trusted any more, nor what a container in it holds: `given` may be in it."""
        old = self.state.heap.get(cell)
        if isinstance(old, (tuple, dict)):
            for inner in list(cells(cell, self.state.heap)):
                if inner is not cell and isinstance(self.state.heap.get(inner), Value):
                    self.poison(inner, why, given)
            self.forget(cell, why, given)
            return
        if not isinstance(old, Value) or not in_sight(old, self.builder.region):
            return
        old.clobbered = True
        self.trail.clobbers[old].append(self.clock)
        reads = list(dict.fromkeys([old, *(v for i in given for v in leaves(i, self.state.heap))]))
        op = self.builder.append("user", reads, [old.kind], why=why, poison=True)
        op.result.node = None
        self.state.heap[cell] = op.result

    def rehome(self, root: Cell) -> None:
        """Names that hold the changed array now read its new content."""
        for name, item in self.state.names.items():
            array = item.array if isinstance(item, Labelled) else item
            content = self.state.heap.get(array) if isinstance(array, Cell) else None
            if isinstance(array, Cell) and array.root() is root and not isinstance(content, (tuple, dict)):
                if isinstance(content, Value):
                    self.home(content, name, name, self.anchor, ())
            elif isinstance(item, (Cell, Tup)) and not name.startswith("$"):
                if any(c.root() is root for c in cells(item, self.state.heap)):
                    self.home(item, name, name, self.anchor, ())

    def check_tree(self, node: Any, owner: Cell, item: Any) -> None:
        """What is put into a container must not hold that container."""
        if owner in set(cells(item, self.state.heap)):
            raise Refuse(node, f"{in_words(owner)} that contains itself", "its parts cannot be told apart",
                         "take the inner reference out")  # fmt: skip

    def readable(self, cell: Cell) -> None:
        """What a container holds now can be read through the names that lead to it."""
        for name, item in self.state.names.items():
            if isinstance(item, (Cell, Tup)) and not name.startswith("$") and name not in self.state.doubtful:
                if any(c is cell for c in cells(item, self.state.heap)):
                    self.home(item, name, name, self.anchor, ())

def in_order(found: dict[Cell, None]) -> Iterator[Cell]:
    """The keys of a dict, also those that are added meanwhile."""
    at = 0
    while at < len(found):
        yield list(found)[at]
        at += 1
