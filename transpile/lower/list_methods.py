"""Lists that change: those whose entries are known, and those whose length is known at run time only."""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import INT, ListOf
from ..known_lists import listed
from ..sym import Sym
from .memory import Memory
from .values import Cell, Const, SliceOf


class ListMethods(Memory):
    """Lowering of the methods of lists."""

    def change(self, cell: Cell, content: Any) -> Any:
        """A container gets another content, in place."""
        self.check_tree(self.stmt, cell, content)
        self.note_write(cell)
        self.distrust_holders(cell, [content])
        self.trail.mutations[cell].append(self.tick())
        self.state.heap[cell] = content
        self.rehome(cell.root())
        return Const(None)

    def distrust_holders(self, cell: Cell, given: list[Any]) -> None:
        """A container that was changed in place, and that a list of unknown length holds as well."""
        for holder in self.holders(cell):
            self.poison(holder, "a container in it was changed in place: append a copy", given)

    def list_row(self, name: str, *items: Any) -> Value:
        """A row for lists, applied to abstract values; none of the user's expressions is its result."""
        with self.builder.at(node=None):
            given = [i.value if isinstance(i, Const) else Sym(self.value(i), self.builder) for i in items]
            made: Value = self.builder.call(NAMES[name], tuple(given), {}).value
        return made

    def known_list(self, cell: Cell) -> ListOf | None:
        """The kind of a list as one of unknown length; None if its entries are not alike."""
        kind = listed(self.value(cell).kind)
        return kind if kind is not None else None

    def list_append(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        if item is None:
            return None
        cell.distinct = cell.distinct and self.is_new(item)
        if isinstance(content, tuple):
            return self.change(cell, (*content, item))
        if not isinstance(content.kind, ListOf):
            return None
        self.may_hold(cell, [item])
        return self.change(cell, self.list_row("list_append", content, item))

    def list_extend(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        entries = self.entries(item)
        if entries is not None and isinstance(content, tuple):
            return self.change(cell, (*content, *entries))
        if entries is not None:
            for entry in entries:
                if self.list_append(node, cell, self.content(cell), entry) is None:
                    return None
            return Const(None)
        other = self.listed_cell(item)
        if other is None or self.known_list(cell) is None:
            return None
        cell.distinct = False
        self.may_hold(cell, [content, item])
        self.entwined(cell, item)
        return self.change(cell, self.list_row("list_joined", cell, other))

    def listed_cell(self, item: Any) -> Any:
        """A list or tuple of unknown length whose entries are alike; None for anything else."""
        content = self.content(item) if isinstance(item, Cell) and item.sort == "list" else None
        return item if isinstance(content, Value) and isinstance(content.kind, ListOf) else None

    def list_insert(self, node: Any, cell: Cell, content: Any, at: Any = None, item: Any = None) -> Any:
        if item is None or not self.is_place(at):
            return None
        cell.distinct = cell.distinct and self.is_new(item)
        if isinstance(content, tuple) and isinstance(at, Const):
            entries = list(content)
            entries.insert(at.value, item)
            return self.change(cell, tuple(entries))
        if self.known_list(cell) is None:
            return None
        self.may_hold(cell, [content, item])
        return self.change(cell, self.list_row("list_inserted", cell, at, item))

    def is_place(self, at: Any) -> bool:
        """Is it a whole number, known now or at run time?"""
        return isinstance(at, Const) and type(at.value) is int or isinstance(at, Value) and at.kind == INT

    def list_pop(self, node: Any, cell: Cell, content: Any, at: Any = None) -> Any:
        at = Const(-1) if at is None else at
        if not self.is_place(at):
            return None
        if isinstance(content, tuple) and isinstance(at, Const):
            entries = list(content)
            if not -len(entries) <= at.value < len(entries):
                return None
            item = entries.pop(at.value)
            self.change(cell, tuple(entries))
            return item
        known = self.known_list(cell)
        if known is None:
            return None
        self.function.attrs.setdefault("acts", set()).add(node)
        self.may_hold(cell, [content])
        both = self.list_row("list_taken", cell, at)
        with self.builder.at(node=None):
            rest = self.builder.item(both, 0)
        item = self.wrap(self.builder.item(both, 1))
        self.change(cell, rest)
        self.held_by(item, cell)
        return item

    def remove_at(self, cell: Cell, content: Any, index: Any) -> bool:
        """``del items[index]``; False if it is not followed."""
        if isinstance(content, tuple) and isinstance(index, (Const, SliceOf)):
            entries = list(content)
            try:
                del entries[self.raw_index(index)]
            except Exception:
                return False
            self.change(cell, tuple(entries))
            return True
        if not self.is_place(index) or self.known_list(cell) is None:
            return False
        self.may_hold(cell, [content])
        self.change(cell, self.list_row("list_without", cell, index))
        return True

    def list_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        out = Cell("list")
        self.state.heap[out] = content
        self.entwined(out, cell)
        return out

    def list_clear(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, ())

    def list_reverse(self, node: Any, cell: Cell, content: Any) -> Any:
        if isinstance(content, tuple):
            return self.change(cell, content[::-1])
        return self.change(cell, self.list_row("list_reversed", content)) if isinstance(content.kind, ListOf) else None

    def list_index(self, node: Any, cell: Cell, content: Any, *args: Any) -> Any:
        known = self.constants(content)
        if known is not None and all(isinstance(a, Const) for a in args):
            try:
                return Const(known.index(*[a.value for a in args]))
            except Exception:
                pass
        return self.opaque(node, [cell, *args], "a position", INT)

    def list_count(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        known = self.constants(content)
        if known is not None and isinstance(item, Const):
            return Const(known.count(item.value))
        return self.opaque(node, [cell, item], "a count", INT)

    def list_remove(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        known = self.constants(content)
        if known is None or not isinstance(item, Const) or item.value not in known:
            return None
        at = known.index(item.value)
        return self.change(cell, (*content[:at], *content[at + 1 :]))

    def list_sort(self, node: Any, cell: Cell, content: Any) -> Any:
        known = self.constants(content)
        if known is None:
            return None
        try:
            return self.change(cell, tuple(map(Const, sorted(known))))
        except TypeError:
            return None

    def constants(self, content: Any) -> list[Any] | None:
        """The entries of a list of plain constants."""
        plain = (int, float, str, bytes, bool, type(None), tuple)
        entries = content if isinstance(content, tuple) else (None,)
        known = all(isinstance(e, Const) and isinstance(e.value, plain) for e in entries)
        return [e.value for e in entries] if known else None
