"""The parts of the user's texts that are rewritten before they are lowered, and the passes that do it, in order."""

from __future__ import annotations

import builtins
from typing import Any

from ..source import Source
from .comprehensions import as_loops
from .inline import inlined
from .needs import Need, NeedInline, NeedLoop, NeedPlaces, NeedTurns
from .places import by_places
from .private import mangled
from .turns import in_turns


class Rewrites:
    """What has been asked for so far, by the code of the function that it stands in."""

    def __init__(self) -> None:
        self.asked: dict[Any, dict[tuple[type[Need], Any], Any]] = {}

    def add(self, need: Need) -> bool:
        """Note what is needed. False if it is done already, so that asking again leads nowhere."""
        known = self.asked.setdefault(need.function.source.source.fun.__code__, {})
        before = dict(known)
        known.update(need.asked())
        return known != before

    def has(self, need: Need) -> bool:
        """Is all that is needed rewritten already?"""
        return need.asked().keys() <= self.asked.get(need.function.source.source.fun.__code__, {}).keys()

    def applied(self, source: Source, shadowed: set[str]) -> Any:
        """The tree of a function, rewritten. `shadowed`: the built-in names that mean something else to it.

        Raises:
            Refuse: where something cannot be rewritten.
        """
        asked = self.asked.get(source.fun.__code__, {})

        def of(sort: type[Need]) -> dict[Any, Any]:
            return {key: what for (asking, key), what in asked.items() if asking is sort}

        tree = mangled(source.tree, source.class_name)
        tree = as_loops(tree, frozenset(of(NeedLoop)), shadowed)
        tree = inlined(tree, list(of(NeedInline)))
        tree = in_turns(tree, of(NeedTurns))
        return by_places(tree, frozenset(of(NeedPlaces)))


def shadowed_names(source: Source, bound: frozenset[str]) -> set[str]:
    """The names of built-in functions that mean something else to a function that binds `bound`."""
    known = {*source.module_globals, *bound, *(source.closure or {})}
    return {n for n in vars(builtins) if n in known}


__all__ = ["Rewrites", "shadowed_names"]
