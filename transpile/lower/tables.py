"""Dicts and lists of functions that live outside the model: what they hold is known, and checked at each call."""

from __future__ import annotations

from typing import Any

from .sharing import Sharing
from .values import Cell, Const

MOST = 100


class Entries:
    """What a container of functions held when a program was written."""

    def __init__(self, container: Any) -> None:
        self.container = container
        self.entries = entries_of(container)

    def hold(self, now: Any) -> bool:
        """Is it the same container, with the same functions in it?"""
        if now is not self.container or len(now) != len(self.entries):
            return False
        return all(k == p and v is q for (k, v), (p, q) in zip(entries_of(now), self.entries, strict=True))


class Tables(Sharing):
    """Reading of containers of functions."""

    def outside(self, name: str, where: str, found: Any, node: Any) -> Any:
        if not is_table(found):
            return super().outside(name, where, found, node)
        home = self.source.closure[name] if where == "closure" else self.source.module_globals
        key = (where, id(home), name)
        self.program.guards[id(home), name] = (home, name, "entries", Entries(found))
        self.program.lookups.setdefault(key, set()).add(self.source.key)
        cell = self.tables.get(id(found))
        if cell is None:
            cell = self.tables[id(found)] = Cell("dict", dict) if isinstance(found, dict) else Cell("list")
            self.program.outside[cell] = key
            self.program.tables.add(key)
            entries = {k: Const(v) for k, v in entries_of(found)}
            self.kept[cell] = entries if isinstance(found, dict) else tuple(entries.values())
        self.state.heap.setdefault(cell, self.kept[cell])
        return cell

    def note_write(self, cell: Cell) -> None:
        """A function that is called may be called again, and finds what it has changed: that is not followed."""
        super().note_write(cell)
        for key in self.outside_keys(cell) if self.parent is not None else ():
            if key in self.program.tables:
                self.program.lookups.setdefault(key, set()).add(None)


def is_table(found: Any) -> bool:
    """A plain dict or list whose entries are all functions."""
    return type(found) in (dict, list) and 0 < len(found) < MOST and all(callable(v) for _, v in entries_of(found))


def entries_of(container: Any) -> list[tuple[Any, Any]]:
    """Keys, or positions, and entries."""
    return list(container.items()) if isinstance(container, dict) else list(enumerate(container))
