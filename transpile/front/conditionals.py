"""A conditional expression, or `and` and `or`, as the `if` it stands for, before the statement it stood in.

This is done where a part of it that may not be evaluated has to be a statement of its own.

    y = sum([f(a) for a in x]) if c else 0.0      ->      if c:
                                                              y_part = sum([f(a) for a in x])
                                                          else:
                                                              y_part = 0.0
                                                          y = y_part
"""

from __future__ import annotations

from typing import Any

import gast

from ..order import target_name
from .made import assigned, at, earlier, fresh, named, replace


def outermost(stmt: Any, node: Any) -> Any:
    """The outermost expression of a statement around `node` that evaluates it sometimes, or several times."""
    found: list[Any] = []

    def visit(top: Any) -> bool:
        inside = [child for child in gast.iter_child_nodes(top)
                  if not isinstance(child, gast.stmt) and (child is node or visit(child))]  # fmt: skip
        if inside and _sometimes(top, inside[0]):
            found.append(top)
        return bool(inside)

    visit(stmt)
    return found[-1] if found else None


def _sometimes(top: Any, child: Any) -> bool:
    """May this child of an expression be evaluated not at all, or more than once?"""
    if isinstance(top, gast.IfExp):
        return child is not top.test
    if isinstance(top, gast.BoolOp):
        return child is not top.values[0]
    if isinstance(top, gast.Compare):
        return child is not top.left and child is not top.comparators[0]
    if isinstance(top, (gast.ListComp, gast.GeneratorExp, gast.DictComp, gast.SetComp)):
        return child is not top.generators[0]
    if isinstance(top, gast.comprehension):
        return child is not top.iter
    if isinstance(top, gast.Assert):
        return child is top.msg
    return isinstance(top, (gast.Lambda, gast.While))


def as_branch(stmt: Any, node: Any, names: set[str]) -> list[Any]:
    """The lines that a statement becomes when a conditional expression in it becomes an `if`."""
    lines = earlier(stmt, node, names)
    name = fresh(f"{target_name(stmt) or 'step'}_part", names)
    names.add(name)
    if isinstance(node, gast.IfExp):
        arms = [[assigned(name, node.body, stmt)], [assigned(name, node.orelse, stmt)]]
        lines.append(_branch(node.test, arms, stmt))
    else:
        lines += _steps(node, name, stmt)
    replace(stmt, node, named(name, gast.Load(), node))
    return [*lines, stmt]


def _branch(test: Any, arms: list[list[Any]], stmt: Any) -> Any:
    made = at(gast.If(test, arms[0], arms[1]), stmt)
    made.made = True
    return made


def _steps(node: Any, name: str, stmt: Any) -> list[Any]:
    """``a and b``: the next operand is evaluated where those before it do not decide."""
    first, *rest = node.values
    then: list[Any] = []
    for value in reversed(rest):
        test = named(name, gast.Load(), first)
        if isinstance(node.op, gast.Or):
            inner, test = test, at(gast.UnaryOp(gast.Not(), test), first)
            test.spelled = ["not ", inner]
        then = [_branch(test, [[assigned(name, value, stmt), *then], []], stmt)]
    return [assigned(name, first, stmt), *then]


__all__ = ["as_branch", "outermost"]
