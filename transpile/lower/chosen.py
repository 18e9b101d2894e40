"""Calls of functions of which only the run can tell which they are: the call becomes a branch over all of them.

The branch is written in the text (`front.choices`); here it is found out that it is needed, and what its
tests and arms mean.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

import gast
import numpy as np

from ..front.comprehensions import can_be_apart
from ..front.needs import NeedChoice, place
from ..ir import Value
from ..kinds import BOOL, INT, UNKNOWN, is_float
from ..literals import NotLiteral, spelled
from .callers import CallerCalls
from .function_values import Choice, functions_of, is_function
from .values import Cell, Const, Tup, leaves

MOST = 16
"""Functions of one choice."""
KEYS = (int, str, bool)


def is_identified(function: Any) -> bool:
    """Is a function known to the generated module, so that its text can ask whether another one is it?"""
    sorts = (type, FunctionType, BuiltinFunctionType, np.ufunc)
    if not isinstance(function, Const) or not isinstance(function.value, sorts):
        return False
    return not isinstance(function.value, type) or function.value.__module__ != "builtins"  # `float` may be shadowed


def told_apart(item: Any) -> list[tuple[Any, Any]]:
    """The functions that something may be, with their flags: first those that can be asked for by themselves."""
    return sorted(functions_of(item), key=lambda pair: not is_identified(pair[1]))


class ChosenCalls(CallerCalls):
    """Lowering of calls of a choice of functions."""

    def picked(self, node: Any, callee: Any) -> Any:
        """The function that a call in an arm is of; what may be another one, too, is returned as it is."""
        if not hasattr(node, "picks"):
            return callee
        found = told_apart(callee)
        if len(found) > node.of:
            raise NeedChoice(node, self.function, len(found))
        return found[node.picks][1] if node.picks < len(found) else callee

    def asked(self, node: Any) -> Any:
        """The test of such an arm: is a function the one that is meant there?"""
        item = self.lookup(node.id, node)
        found = told_apart(item)
        flag, function = found[node.asks] if node.asks < len(found) else (Const(False), None)
        asked = self.function.attrs.setdefault("asked", {})
        if isinstance(flag, Value) and is_identified(function):
            asked[node] = (function, 0)
            return self.opaque(node, [], "a truth value", BOOL)
        asked[node] = (flag, self.tick())
        return flag

    def need_choice(self, node: Any, callee: Any, given: list[Any]) -> None:
        """A call of one of several functions, with floats that a gradient may go through, becomes a branch.

        Raises:
            NeedChoice: if it can.
        """
        items = self.reached([callee, *given])
        floats = any(is_float(v.kind) for i in items for v in leaves(i, self.state.heap))
        value = self.state.heap.get(callee) if isinstance(callee, Cell) else callee
        if isinstance(callee, Choice):
            if floats and len(callee.functions) <= MOST:
                self.ask_choice(node, len(callee.functions))
        elif isinstance(value, Value) and value.op is not None and "choice" in value.op.attrs:
            self.ask_choice(value.op.node, value.op.attrs["choice"])

    def ask_choice(self, node: Any, choice: Any) -> None:
        root = self.program.read(self.source.source.fun).tree
        if can_be_apart(root, place(node), choice):
            raise NeedChoice(node, self.function, choice)

    def note_functions(self, node: Any, owner: Any, index: Any, item: Any) -> Any:
        """What is read of functions at a place that is known only at run time remembers the places there are."""
        value = self.state.heap.get(item) if isinstance(item, Cell) else item
        if isinstance(node, gast.Subscript) and isinstance(index, Value) and isinstance(value, Value) and (
                value.op is not None and value.op.node is node):  # fmt: skip
            keys = self.function_places(owner, index)
            if keys is not None:
                value.op.attrs["choice"] = keys
        return item

    def function_places(self, owner: Any, index: Value) -> tuple[Any, ...] | None:
        """The places of a container in which there are functions only."""
        content: Any = self.content(owner) if isinstance(owner, Cell) else owner.items if isinstance(owner, Tup) else (
            owner.value if isinstance(owner, Const) else None)  # fmt: skip
        if isinstance(owner, Const) and isinstance(content, (list, tuple)):
            content = tuple(map(Const, content))
        elif isinstance(owner, Const) and isinstance(content, dict):
            content = {k: Const(v) for k, v in content.items()}
        if isinstance(content, dict):
            keys, functions = tuple(content), tuple(content.values())
            if not all(type(k) in KEYS for k in keys) or len({type(k) for k in keys}) > 1:
                return None
        elif isinstance(content, tuple) and index.kind in (INT, UNKNOWN):
            keys, functions = tuple(range(len(content))), content
        else:
            return None
        try:
            spelled(keys)
        except NotLiteral:
            return None
        return keys if 1 < len(keys) <= MOST and all(map(is_function, functions)) else None
