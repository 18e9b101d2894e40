"""Containers: stores into lists and dicts, and their methods."""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import INT, ListOf
from ..sym import Sym
from .memory import Memory
from .values import Cell, Const, Iter, cells


class Containers(Memory):
    """Lists and dicts that change."""

    def put_entry(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        content = self.content(owner)
        self.check_tree(target, owner, item)
        self.trail.mutations[owner].append(self.tick())
        self.note_write(owner)
        self.distrust_holders(owner, [index, item])
        if owner.sort == "dict" and isinstance(content, dict) and isinstance(index, Const):
            self.state.heap[owner] = {**content, index.value: item}
            return
        if owner.sort == "list" and isinstance(content, tuple) and isinstance(index, Const):
            if isinstance(index.value, int) and -len(content) <= index.value < len(content):
                entries = list(content)
                entries[index.value] = item
                self.state.heap[owner] = tuple(entries)
                return
        if owner.sort == "list" and isinstance(index, Value) and index.kind == INT:
            whole = Sym(self.value(owner), self.builder)
            self.escape(item, owner)
            out = self.builder.call(
                NAMES["list_put"], (whole, Sym(index, self.builder), Sym(self.value(item), self.builder)), {})
            self.state.heap[owner] = out.value
            self.rehome_list(owner)
            return
        self.forget(owner, "a store at a place that is not known now", [index, item])

    def escape(self, item: Any, container: Cell) -> None:
        """Arrays that were put into a list of unknown length live there too."""
        for cell in cells(item, self.state.heap):
            root = cell.root()
            known = self.state.escaped.get(root, frozenset())
            self.state.escaped[root] = known | {container}

    def container_method(self, node: Any, cell: Cell, name: str, args: list[Any],
                         kwargs: dict[str, Any]) -> Any:
        method = getattr(self, f"{cell.sort}_{name}", None)
        content = self.content(cell)
        out = method(node, cell, content, *args) if method is not None and not kwargs else None
        if out is None:
            return self.call_unknown(node, [cell, *args, *kwargs.values()], f"the method {name}")
        return out

    def distrust_holders(self, cell: Cell, given: list[Any]) -> None:
        """A container that was changed in place, and that a list of unknown length holds as well."""
        for holder in self.state.escaped.get(cell, ()):
            self.poison(holder, "a container in it was changed in place: append a copy", given)

    def change(self, cell: Cell, content: Any) -> Any:
        self.check_tree(self.stmt, cell, content)
        self.note_write(cell)
        self.distrust_holders(cell, [content])
        self.trail.mutations[cell].append(self.tick())
        self.state.heap[cell] = content
        self.rehome_list(cell)
        return Const(None)

    def rehome_list(self, cell: Cell) -> None:
        """A list of unknown length that was changed is read by the names it has."""
        if isinstance(self.state.heap[cell], Value):
            self.tick()
            self.rehome(cell)

    def list_append(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        if item is None:
            return None
        if isinstance(content, tuple):
            return self.change(cell, (*content, item))
        if not isinstance(content.kind, ListOf):
            return None
        self.escape(item, cell)
        with self.builder.at(node=None):
            out = self.builder.call(
                NAMES["list_append"],
                (Sym(content, self.builder), Sym(self.value(item), self.builder)), {})
        return self.change(cell, out.value)

    def list_extend(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        entries = self.entries(item)
        if entries is None or not isinstance(content, tuple):
            return None
        return self.change(cell, (*content, *entries))

    def list_insert(self, node: Any, cell: Cell, content: Any, at: Any = None, item: Any = None) -> Any:
        if not isinstance(content, tuple) or not isinstance(at, Const) or item is None:
            return None
        entries = list(content)
        entries.insert(at.value, item)
        return self.change(cell, tuple(entries))

    def list_pop(self, node: Any, cell: Cell, content: Any, at: Any = None) -> Any:
        at = at or Const(-1)
        if not isinstance(content, tuple) or not isinstance(at, Const) or not content:
            return None
        entries = list(content)
        try:
            item = entries.pop(at.value)
        except (IndexError, TypeError):
            return None
        self.change(cell, tuple(entries))
        return item

    def list_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        out = Cell("list")
        self.state.heap[out] = content
        self.copied_entries(out, cell)
        return out

    def list_clear(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, ())

    def list_reverse(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, content[::-1]) if isinstance(content, tuple) else None

    def list_index(self, node: Any, cell: Cell, content: Any, *args: Any) -> Any:
        return self.opaque(node, [cell, *args], "a position", INT)

    list_count = list_index

    def dict_get(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const):
            return None
        return content.get(key.value, default if default is not None else Const(None))

    def dict_items(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("items", (cell,)) if isinstance(content, dict) else None

    def dict_keys(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("keys", (cell,)) if isinstance(content, dict) else None

    def dict_values(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("values", (cell,)) if isinstance(content, dict) else None

    def dict_update(self, node: Any, cell: Cell, content: Any, other: Any = None) -> Any:
        pairs = self.pairs(other) if other is not None else None
        if pairs is None or not isinstance(content, dict):
            return None
        return self.change(cell, {**content, **pairs})

    def dict_pop(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const) or key.value not in content:
            return None
        out = content[key.value]
        self.change(cell, {k: v for k, v in content.items() if k != key.value})
        return out

    def dict_setdefault(self, node: Any, cell: Cell, content: Any, key: Any = None, item: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const):
            return None
        if key.value not in content:
            self.change(cell, {**content, key.value: item or Const(None)})
        return self.state.heap[cell][key.value]

    def dict_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        out = Cell("dict", cell.cls)
        self.state.heap[out] = content
        self.copied_entries(out, cell)
        return out
