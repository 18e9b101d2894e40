"""Containers: stores into lists and dicts, entries that are deleted, and calls of methods."""

from __future__ import annotations

from typing import Any

import gast

from .dict_methods import DictMethods
from .values import Cell, Const, SliceOf


class Containers(DictMethods):
    """Lists and dicts that change."""

    def put_entry(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        content = self.content(owner)
        self.check_tree(target, owner, item)
        key = self.key(index)
        owner.distinct = owner.distinct and self.is_new(item)
        if owner.sort == "dict" and isinstance(content, dict) and key is not None:
            self.change(owner, {**content, key.value: item})
        elif owner.sort == "list" and isinstance(content, tuple) and self.put_known(owner, content, index, item):
            return
        elif owner.sort == "list" and self.is_place(index) and self.known_list(owner) is not None:
            self.may_hold(owner, [content, item])
            self.change(owner, self.list_row("list_put", owner, index, item))
        else:
            self.distrust_holders(owner, [index, item])
            self.forget(owner, "a store at a place that is not known now", [index, item])

    def put_known(self, owner: Cell, content: tuple[Any, ...], index: Any, item: Any) -> bool:
        """A store into a list of known entries, at a place that is known; False if it is not."""
        entries = list(content)
        new = self.entries(item) if isinstance(index, SliceOf) else item
        if new is None:
            return False
        try:
            entries[self.raw_index(index)] = new
        except Exception:
            return False
        self.change(owner, tuple(entries))
        return True

    def container_method(self, node: Any, cell: Cell, name: str, args: list[Any],
                         kwargs: dict[str, Any]) -> Any:
        method = getattr(self, f"{cell.sort}_{name}", None)
        content = self.content(cell)
        fits = method is not None and (not kwargs or name == "update" and "other" not in kwargs)
        out = method(node, cell, content, *args, **kwargs) if fits and method is not None else None
        if out is None:
            return self.call_unknown(node, [cell, *args, *kwargs.values()], f"the method {name}")
        return out

    def delete_entry(self, target: Any) -> None:
        """``del owner[index]``."""
        owner, index = self.expr(target.value), self.index(target.slice)
        content = self.content(owner) if isinstance(owner, Cell) else None
        key = self.key(index)
        if isinstance(content, dict) and key is not None and key.value in content:
            self.change(owner, {k: v for k, v in content.items() if k != key.value})
        elif not (isinstance(owner, Cell) and owner.sort == "list" and self.remove_at(owner, content, index)):
            self.call_unknown(target, [owner, index], "del")

    # --- augmented assignment ------------------------------------------------------------

    def augment_container(self, node: Any, cell: Cell) -> None:
        """``items += other``, ``items *= n``, ``d |= other``: the same object, changed."""
        item = self.expr(node.value)
        name = {gast.Add: "extend", gast.Mult: "repeat", gast.BitOr: "update"}.get(type(node.op), "")
        if name == "repeat":
            self.repeat_in_place(node, cell, item)
        else:
            self.container_method(node, cell, name, [item], {})

    def repeat_in_place(self, node: Any, cell: Cell, times: Any) -> None:
        cell.distinct = False
        content = self.content(cell)
        if isinstance(content, tuple) and isinstance(times, Const) and isinstance(times.value, int):
            self.change(cell, content * times.value)
        elif cell.sort == "list" and self.is_place(times) and self.known_list(cell) is not None:
            self.may_hold(cell, [content])
            self.change(cell, self.list_row("list_repeated", cell, times))
        else:
            self.forget(cell, "a list that is repeated", [times])
