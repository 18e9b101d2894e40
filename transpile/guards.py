"""Is what a program was written for still what its names mean?  Asked at every call."""

from __future__ import annotations

import builtins
from types import CellType, FunctionType
from typing import Any

from .descriptions import OddArray, describe
from .lower.core import guard_kind
from .members import MISSING


class Guards:
    """The tests of one program.

    A record is ``(home, name, "is", object)``, ``(home, name, "kind", kind)``, ``(home, name,
    "equal", number)``, ``(home, name, "like", description)`` or ``(home, name, "entries", Entries)``;
    the home is the dict of a module, the cell of a closure, or the `Members` of a class. Records about
    dicts are kept as names so that a program can be guarded for another function object of the same
    code (`rebased`).
    """

    def __init__(self, records: list[Any]) -> None:
        self.records = records
        self.same = [(h, n, o) for h, n, how, o in records if how == "is" and not isinstance(h, CellType)]
        self.cells = [(h, o) for h, n, how, o in records if how == "is" and isinstance(h, CellType)]
        self.kinds = [(h, n, o) for h, n, how, o in records if how == "kind"]
        self.equal = [(h, n, o) for h, n, how, o in records if how == "equal"]
        self.likes = [(h, n, o) for h, n, how, o in records if how == "like"]
        self.entries = [(h, n, o) for h, n, how, o in records if how == "entries"]

    def hold(self) -> bool:
        """Do all names still mean the same?"""
        for home, name, found in self.same:
            if home.get(name, MISSING) is not found and not _built_in(home, name, found):
                return False
        for cell, found in self.cells:
            if contents(cell) is not found:
                return False
        for home, name, kind in self.kinds:
            if guard_kind(_meaning(home, name)) != kind:
                return False
        for home, name, value in self.equal:
            now = _meaning(home, name)
            if type(now) is not type(value) or now != value:
                return False
        if not all(described(_meaning(home, name)) == wanted for home, name, wanted in self.likes):
            return False
        return all(entries.hold(_meaning(home, name)) for home, name, entries in self.entries)

    def rebased(self, old: FunctionType, new: FunctionType) -> Guards | None:
        """The same tests for another function object of the same code; None if there are none."""
        if old.__code__ is not new.__code__ or old.__globals__ is not new.__globals__:
            return None
        if not _same(old.__defaults__, new.__defaults__):
            return None
        cells = {id(a): b for a, b in zip(old.__closure__ or (), new.__closure__ or (), strict=True)}
        return Guards([(cells.get(id(h), h), n, how, o) for h, n, how, o in self.records])


def described(x: Any) -> Any:
    """The description of an object outside, where it has one."""
    try:
        return describe(x)
    except (RecursionError, OddArray):
        return MISSING


def _same(a: Any, b: Any) -> bool:
    return a is b or len(a or ()) == len(b or ()) and all(x is y for x, y in zip(a or (), b or (), strict=True))


def contents(cell: CellType) -> Any:
    """What a closure's cell holds now; a sentinel if it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _meaning(home: Any, name: str) -> Any:
    return contents(home) if isinstance(home, CellType) else home.get(name, MISSING)


def _built_in(home: dict[str, Any], name: str, found: Any) -> bool:
    return name not in home and getattr(builtins, name, MISSING) is found
