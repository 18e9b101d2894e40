"""Which names a statement binds, and through which it may change memory, told from its text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from .callables import MUTATORS
from .scoping import bound_by


def stored_names(node: Any, apart: Collection[Any] = ()) -> set[str]:
    """The names a statement may bind, `apart` from those at some nodes."""
    return {name for inner in gast.walk(node) if inner not in apart for name in bound_by(inner)}


def bound_names(node: Any) -> set[str]:
    """The names a statement may bind to an object that it reads: not those of exceptions, or only augmented."""
    apart = [i.target if isinstance(i, gast.AugAssign) else i.name for i in gast.walk(node)
             if isinstance(i, (gast.AugAssign, gast.ExceptHandler))]  # fmt: skip
    handlers = [i for i in gast.walk(node) if isinstance(i, gast.ExceptHandler)]
    return stored_names(node, {*apart, *handlers})


def mutated_names(node: Any) -> set[str]:
    """Names through which a statement that is not looked into might change memory."""
    out: set[str] = set()
    for inner in gast.walk(node):
        if isinstance(inner, gast.AugAssign) and isinstance(inner.target, gast.Name):
            out.add(inner.target.id)
        elif isinstance(inner, (gast.Subscript, gast.Attribute)) and not isinstance(inner.ctx, gast.Load):
            out |= {n.id for n in gast.walk(inner.value) if isinstance(n, gast.Name)}
        elif isinstance(inner, gast.Call) and not _is_print(inner):
            out |= {n.id for n in gast.walk(inner) if isinstance(n, gast.Name)}
    return out


def _is_print(call: Any) -> bool:
    """A call that surely changes nothing it is given."""
    func = call.func
    if isinstance(func, gast.Name):
        return func.id in ("print", "len", "str", "repr", "float", "int", "isinstance")
    if not (isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name)):
        return False
    if func.value.id == "math":
        return True
    stores = func.attr in MUTATORS or call.keywords or len(call.args) > 2  # the third may be `out`
    return func.value.id in ("np", "numpy") and not stores
