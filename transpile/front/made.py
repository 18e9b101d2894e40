"""Nodes that the transpiler makes: where they stand, and how they are printed."""

from __future__ import annotations

import copy
from typing import Any

import gast

from ..order import before, idle, target_name


def at(node: Any, like: Any) -> Any:
    """A node that has no text of its own stands where another does."""
    node.lineno, node.col_offset = like.lineno, like.col_offset
    whole = isinstance(like, gast.stmt)
    node.end_lineno = like.lineno if whole else like.end_lineno
    node.end_col_offset = like.col_offset if whole else like.end_col_offset
    return node


def fresh(base: str, names: set[str]) -> str:
    """A name that is not among `names`."""
    name, n = base, 1
    while name in names:
        name, n = f"{base}_{n}", n + 1
    return name


def named(name: str, ctx: Any, like: Any) -> Any:
    """A name, standing where `like` does."""
    return renamed(at(gast.Name(name, ctx, None, None), like), name)


def renamed(node: Any, text: str) -> Any:
    """A node that is printed as a text of ours."""
    node.printed_as = text
    return node


def spelled(node: Any, parts: list[Any]) -> Any:
    """A node that is printed as these texts and nodes, one after the other."""
    node.spelled = parts
    return node


def own(stmt: Any) -> list[Any]:
    """The expressions of a statement, not those of the statements inside it."""
    out: list[Any] = []
    stack = [stmt]
    while stack:
        top = stack.pop()
        out.append(top)
        stack.extend(c for c in gast.iter_child_nodes(top) if not isinstance(c, gast.stmt))
    return out


def replace(stmt: Any, old: Any, new: Any) -> None:
    """Put another expression in the place of one, in the tree and in a text that was made of it."""
    for node in own(stmt):
        if (spelled := getattr(node, "spelled", None)) is not None:
            node.spelled = [new if part is old else part for part in spelled]
        for field, value in gast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(node, field, [new if v is old else v for v in value])


def assigned(name: str, value: Any, stmt: Any) -> Any:
    """``name = value``, standing where a statement does."""
    made = at(gast.Assign([named(name, gast.Store(), stmt)], value), stmt)
    made.spelled = [f"{name} = ", value]
    return made


def earlier(stmt: Any, node: Any, names: set[str]) -> list[Any]:
    """Lines of their own for what Python evaluates before `node`, as far as that can act or raise.

    The entry that an augmented assignment changes is looked up, as it would be, and again by the assignment.
    """
    out = []
    for expr in before(stmt, node):
        if idle(expr):
            continue
        if isinstance(getattr(expr, "ctx", None), gast.Store):
            out += _looked_up(stmt, expr, names)
            continue
        out.append(_aside(stmt, expr, names))
    return out


def _aside(stmt: Any, expr: Any, names: set[str]) -> Any:
    name = fresh(f"{target_name(stmt) or 'step'}_part", names)
    names.add(name)
    made = assigned(name, expr, stmt)
    stand_in = named(name, gast.Load(), expr)
    replace(stmt, expr, stand_in)
    return made


def _looked_up(stmt: Any, target: Any, names: set[str]) -> list[Any]:
    """The target of an augmented assignment, read before the right side is evaluated."""
    parts = [target.value, target.slice] if isinstance(target, gast.Subscript) else [target.value]
    out = [_aside(stmt, part, names) for part in parts if not idle(part) and not isinstance(part, gast.Tuple)]
    read = copy.deepcopy(target)
    read.ctx = gast.Load()
    made = at(gast.Expr(read), stmt)
    made.spelled = [read]
    stmt.read_early = made
    return [*out, made]
