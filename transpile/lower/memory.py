"""Memory: what a store does to everything that shares the memory it goes into.

Invariant: after a store, every name that shares the memory reads the new content, or is not
trusted any more. Values that were read from the memory before are marked clobbered, so that
whoever needs them later copies them first.
"""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES
from ..ir import Value
from ..sym import Sym
from .calls import Calls
from .core import Home
from .values import Cell, Labelled, Tup, cells, leaves


class Memory(Calls):
    """Memory that changes, under all names it has."""

    def store(self, cell: Cell, value: Value) -> None:
        """The array in `cell` gets new content, in place."""
        root = cell.root()
        self.note_write(root)
        clock = self.tick()
        family = [c for c in list(self.state.heap) if c.root() is root]
        for member in family:
            old = self.state.heap.get(member)
            self.trail.mutations[member].append(clock)
            if isinstance(old, Value):
                old.clobbered = True
                self.trail.clobbers[old].append(clock)
        self.write_back(cell, value)
        for member in family:
            if member.view is not None and member is not cell:
                self.state.heap[member] = None  # a window: read anew when asked for
        self.distrust(family, root, value)
        self.state.heap[cell] = value
        self.rehome(root)
        self.function.attrs.setdefault("stores", []).append(root)

    def write_back(self, cell: Cell, value: Value) -> None:
        """A store through a window changes what it looks at."""
        if cell.view is None:
            self.state.heap[cell] = value
            return
        base, row, given = cell.view
        whole = self.window_store(base, row, given, value)
        self.write_back(base, whole)
        self.state.heap[cell] = value

    def window_store(self, base: Cell, row: Any, given: dict[str, Any], value: Value) -> Value:
        whole, part = Sym(self.value(base), self.builder), Sym(value, self.builder)
        if row.name == "getitem":
            index = given[row.params[1]]
            return self.builder.call(NAMES["put"], (whole, index, part), {}).value
        why = f"a store through {row.text or row.name} is not followed"
        op = self.builder.append("user", [whole.value, value], [whole.value.kind], why=why)
        return op.result

    def distrust(self, family: list[Cell], root: Cell, value: Value) -> None:
        """Arrays that may share this memory are not trusted after a store."""
        for other in self.partners(family):
            self.poison(other, "it may share memory with an array that was changed in place", [value])
        for member in family:
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
        if not isinstance(old, Value):
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
            if name in self.state.doubtful:
                continue
            array = item.array if isinstance(item, Labelled) else item
            content = self.state.heap.get(array) if isinstance(array, Cell) else None
            if isinstance(array, Cell) and array.root() is root and not isinstance(content, (tuple, dict)):
                if isinstance(content, Value):
                    if not content.name:
                        content.name = name
                    self.trail.homes[content].append(Home(name, name, self.clock, self.anchor))
            elif isinstance(item, (Cell, Tup)) and not name.startswith("$"):
                if any(c.root() is root for c in cells(item, self.state.heap)):
                    self.home(item, name, name, self.anchor, ())
