"""Dicts that change, as long as their keys are known."""

from __future__ import annotations

from typing import Any

from .list_methods import ListMethods
from .values import Cell, Const, Iter, Tup


class DictMethods(ListMethods):
    """Lowering of the methods of dicts."""

    def dict_get(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        key = self.key(key)
        if not isinstance(content, dict) or key is None:
            return None
        return content.get(key.value, default if default is not None else Const(None))

    def dict_items(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("items", (cell,)) if isinstance(content, dict) else None

    def dict_keys(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("keys", (cell,)) if isinstance(content, dict) else None

    def dict_values(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("values", (cell,)) if isinstance(content, dict) else None

    def dict_update(self, node: Any, cell: Cell, content: Any, other: Any = None, **named: Any) -> Any:
        pairs = self.pairs(other) if other is not None else {}
        if pairs is None or not isinstance(content, dict):
            return None
        return self.change(cell, {**content, **pairs, **named})

    def dict_pop(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        key = self.key(key)
        if not isinstance(content, dict) or key is None:
            return None
        if key.value not in content:
            return default
        self.change(cell, {k: v for k, v in content.items() if k != key.value})
        return content[key.value]

    def dict_popitem(self, node: Any, cell: Cell, content: Any) -> Any:
        if not isinstance(content, dict) or not content:
            return None
        *rest, last = content
        self.change(cell, {k: content[k] for k in rest})
        return Tup((Const(last), content[last]))

    def dict_setdefault(self, node: Any, cell: Cell, content: Any, key: Any = None, item: Any = None) -> Any:
        key = self.key(key)
        if not isinstance(content, dict) or key is None:
            return None
        if key.value not in content:
            self.change(cell, {**content, key.value: item if item is not None else Const(None)})
        return self.state.heap[cell][key.value]

    def dict_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        if not isinstance(content, dict):
            return None
        out = Cell("dict", cell.cls)
        out.factory = cell.factory
        self.state.heap[out] = content
        self.copied_entries(out, cell)
        return out

    def dict_clear(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, {})

    def dict_union(self, left: Any, right: Any) -> Any:
        """``left | right`` of dicts whose keys are known; None for anything else."""
        dicts = [isinstance(i, Cell) and i.sort == "dict" for i in (left, right)]
        contents: list[Any] = [self.content(i) for i in (left, right)] if all(dicts) else [None]
        if not all(isinstance(c, dict) for c in contents):
            return None
        out = Cell("dict", left.cls)
        out.factory = left.factory
        self.state.heap[out] = {**contents[0], **contents[1]}
        return out
