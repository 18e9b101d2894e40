"""What may share memory with what: facts that a store asks for.

Two cells that may be one array, or windows on one, are partners (`Cell.shares`); a container that may hold a
cell as well is its holder (`State.escaped`). After a store into one, the others are not trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from ..ir import Op, Value
from ..kinds import NOTHING, UNKNOWN, Array, Kind, Other, Scalar
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
                    cell.is_maybe(other)

    def entwined(self, out: Any, owner: Any) -> None:
        """A list made of the entries of another holds the same objects, if they are any."""
        if isinstance(out, Cell) and isinstance(owner, Cell) and out is not owner:
            out.is_akin(owner)
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
        if any(c.view is not None or c.outside or c.shares or c.links or c.akin or c in self.state.escaped
               for c in inside):  # fmt: skip
            return False
        named = {c for n, held in self.state.names.items() if n[0] != "$" for c in cells(held, self.state.heap)}
        return not named.intersection(inside)

    def holders(self, cell: Cell) -> list[Cell]:
        """The containers that may hold a cell, and those that hold what these hold."""
        found = dict.fromkeys(self.state.escaped.get(cell, frozenset()))
        queue = list(found)
        while queue:
            for other in queue.pop().akin:
                if other not in found:
                    found[other] = None
                    queue.append(other)
        return list(found)

    def kin(self, roots: Iterable[Cell]) -> set[Cell]:
        """The roots of all arrays that may share memory with some, and these themselves."""
        return kin(roots, self.state.heap)

    def note_write(self, cell: Cell) -> None:
        """Something is changed in place: noted for those who read it later, and if it lives outside."""
        content = self.state.heap.get(cell)
        if isinstance(content, Value) and cell.sort != "array":
            self.trail.clobbers[content].append(self.clock)
        if cell.outside and cell.sort in ("list", "dict", "object") and self.parent is None:
            self.program.changes = True
        for key in self.outside_keys(cell):
            if self.parent is not None and cell.sort in ("list", "dict") and not only_stored(self.source.tree, key[2]):
                self.program.changing.add(key)
            self.program.writes.setdefault(key, {})[self.source.key] = (self.function, self.stmt, key[2])

    def outside_keys(self, cell: Cell) -> list[Any]:
        """What of the surrounding program an object may be, or be a part of."""
        near = self.kin([cell]) if cell.sort == "array" else {cell}
        holders = {holder for one in near for holder in self.state.escaped.get(one, ())}
        keys = [self.program.outside[c] for c in near | holders if c in self.program.outside]
        return list(dict.fromkeys([*keys, *(k for c in near | holders for k in self.taken_from(c.made))]))

    def taken_from(self, value: Value | None) -> list[Any]:
        """The objects of the surrounding program, not looked into, that a value may have been taken out of."""
        keys = {v: k for k, v in self.function.attrs.get("captures", {}).items()}
        found: dict[Any, None] = {}
        seen, stack = set(), [value]
        while stack:
            one = stack.pop()
            if one is None or one in seen:
                continue
            seen.add(one)
            if one in keys and not isinstance(one.kind, (Array, Scalar)) and not holds_nothing(one.kind):
                found[keys[one]] = None
            elif one.op is not None:
                stack += parts_given(one.op)
        return list(found)

    def keep_outside(self, roots: list[Cell], value: Value) -> None:
        """What is stored into memory that lives outside may come back by any later read of it."""
        keys = tuple(key for root in roots for key in self.outside_keys(root))
        if keys:
            op = self.builder.append("user", [value], [NOTHING], why="", stored=keys)
            op.result.node = None

    def held_elsewhere(self, cell: Cell, name: str) -> bool:
        """May the memory of a cell be reached in another way than by this name?"""
        roots = self.kin([cell])
        if any(r.outside or self.state.escaped.get(r) for r in roots):
            return True
        return any(c.root() in roots for n, item in self.state.names.items() if n != name
                   for c in cells(item, self.state.heap))  # fmt: skip

    def may_hold(self, holder: Cell, items: list[Any]) -> None:
        """A container that is not known any more may hold whatever the items reach."""
        for cell in dict.fromkeys(c.root() for item in items for c in cells(item, self.state.heap)):
            if cell is not holder:
                self.state.escaped[cell] = self.state.escaped.get(cell, frozenset()) | {holder}

    def copied_entries(self, new: Cell, old: Cell) -> None:
        """A container that was made of the entries of another holds what that holds."""
        for root, holders in list(self.state.escaped.items()):
            if old in holders:
                self.state.escaped[root] = holders | {new}

    def opaque(self, node: Any, items: list[Any], why: str, kind: Kind = UNKNOWN, inside: Any = None) -> Any:
        """An expression of the user's that is not looked into: it may give out what it was given."""
        out = self.unrelated(node, items, why, kind, inside)
        self.gives_out(out, self.reached(items))
        return out

    def gives_out(self, out: Any, items: list[Any]) -> None:
        """What an expression made may be, or hold, what it was given."""
        for item in items if isinstance(out, Cell) else ():
            self.held_by(out, item)


def kin(cells: Iterable[Cell], heap: Iterable[Cell]) -> set[Cell]:
    """The roots of all arrays that may share memory with some, and these themselves."""
    windows: dict[Cell, list[Cell]] = {}
    for cell in heap:
        if cell.view is not None:
            windows.setdefault(cell.root(), []).append(cell)
    found: set[Cell] = set()
    for start in {c.root() for c in cells}:
        mine: set[Cell] = set()
        queue = [start]
        while queue:
            root = queue.pop()
            if root not in mine and root not in start.apart:
                mine.add(root)
                queue += [other.root() for cell in (root, *windows.get(root, ())) for other in cell.near()]
        found |= mine
    return found


def parts_given(op: Op) -> list[Value]:
    """The operands of which its result may be a part."""
    if op.attrs.get("mutation") or op.attrs.get("poison"):
        return []
    if op.code == "prim" and op.attrs["prim"].name not in ("getitem", "list_item"):
        return [v for v in op.operands if not isinstance(v.kind, (Array, Scalar))]
    if op.code not in ("prim", "user", "item", "call", "if"):
        return []
    return [*op.operands, *(v for region in op.regions for v in region.yields)]


def holds_nothing(kind: Kind) -> bool:
    """Has an object of this kind no arrays in it?"""
    return isinstance(kind, Other) and (
        kind.type in (str, bytes, range, type(None)) or kind.type.__module__ in ("_thread", "_io", "logging"))


def only_stored(tree: Any, name: str) -> bool:
    """Does the text of a function only put something into what has this name, and never look into it?"""
    quiet: set[Any] = set()
    for node in gast.walk(tree):
        if isinstance(node, gast.Expr) and isinstance(node.value, gast.Call) and isinstance(
                func := node.value.func, gast.Attribute) and func.attr in ("append", "extend", "update", "clear"):
            quiet.add(func.value)
        elif isinstance(node, gast.Assign):
            quiet.update(t.value for t in node.targets if isinstance(t, gast.Subscript))
    return all(node in quiet for node in gast.walk(tree) if isinstance(node, gast.Name) and node.id == name)
