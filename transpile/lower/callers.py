"""Calls of `map`, `sorted`, `reduce` and their like: functions that call what they are given.

They are read as the functions of `runtime.followed`, whose text is Python's. `map` and `filter` are lazy: they are
read so only where what they give is used up on the spot, by something that only collects it.
"""

from __future__ import annotations

import functools
from typing import Any

import gast

from ...runtime.followed import IN_PLACE_OF
from ..ir import Value
from ..kinds import UNKNOWN, may_vary
from .callables import hashable
from .method_calls import MethodCalls
from .values import Cell, Const, Tup, leaves

COLLECTORS = (list, tuple, sum, max, min, sorted)
LAZY = (map, filter)


class CallerCalls(MethodCalls):
    """Lowering of calls of functions that call others."""

    def call_caller(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The call read as that of a function written in Python; None if it is not to be read so."""
        if not hashable(fun) or fun not in IN_PLACE_OF or not args:
            return None
        if not any(may_vary(v.kind) for i in self.reached([*args, *kwargs.values()])
                   for v in leaves(i, self.state.heap)):  # fmt: skip
            return None
        if any(map(self.is_unknown, args[1:] or args)) or not self.is_readable(node, fun, args, kwargs):
            return None
        return self.call_user(node, IN_PLACE_OF[fun], args, kwargs)  # type: ignore[attr-defined]

    def is_readable(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> bool:
        if fun in (max, min):
            return set(kwargs) == {"key"} and not is_none(kwargs["key"]) and (
                len(args) > 1 or self.can_be_numbered(args[0]))  # fmt: skip
        if fun is sorted:
            return len(args) == 1 and set(kwargs) <= {"key", "reverse"}
        if kwargs:
            return False
        if fun is functools.reduce:
            return len(args) == 3 or len(args) == 2 and self.can_be_numbered(args[1])
        return len(args) >= 2 and self.is_used_up(node)

    def is_unknown(self, item: Any) -> bool:
        """Is nothing known of this object?"""
        value = self.state.heap.get(item) if isinstance(item, Cell) else item
        return isinstance(value, Value) and value.kind == UNKNOWN

    def can_be_numbered(self, item: Any) -> bool:
        """Has it entries that can be looked at by number, more than once?"""
        if isinstance(item, Cell):
            return item.sort in ("list", "array")
        return isinstance(item, Tup) or isinstance(item, Const) and isinstance(item.value, (list, tuple))

    def is_used_up(self, node: Any) -> bool:
        """Does what stands around a call collect all that it gives, at once?"""
        parent = self.source.parents.get(node)
        if isinstance(parent, gast.Starred):
            return True
        if isinstance(parent, gast.Assign):
            return all(isinstance(t, (gast.Tuple, gast.List)) for t in parent.targets) and len(parent.targets) == 1
        if not isinstance(parent, gast.Call) or node not in parent.args or not isinstance(parent.func, gast.Name):
            return False
        found = self.lookup(parent.func.id, parent.func)
        return isinstance(found, Const) and found.value in COLLECTORS


def is_none(item: Any) -> bool:
    """Is it known to be None?"""
    return isinstance(item, Const) and item.value is None
