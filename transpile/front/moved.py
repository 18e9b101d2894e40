"""A generator that is kept in a name and then walked once: it is made where it is walked.

Needs: the tree of a function, and the places of the assignments. Gives: a tree in which what Python evaluates
when the generator is made has names, and the rest stands where it is used.

    g = squares(f(x))        ->      g_1 = f(x)
    for q in g:                      for q in squares(g_1):
        s = s + q                        s = s + q
    t = (v * w for v in x)   ->      t_1 = x
    y = sum(t)                       y = sum(v * w for v in t_1)
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from .made import assigned, fresh, named, replace
from .needs import Place, place

LOOPS = (gast.For, gast.While)
SCOPES = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.ListComp, gast.SetComp, gast.DictComp,
          gast.GeneratorExp)  # fmt: skip


def moved(tree: Any, places: frozenset[Place]) -> Any:
    """This pass moves some generators to their one use."""
    if not places:
        return tree
    tree = copy.deepcopy(tree)
    for target in sorted(places):
        found = next(((s, i) for s in suites(tree) for i, stmt in enumerate(s) if place(stmt) == target
                      and isinstance(stmt, gast.Assign)), None)  # fmt: skip
        if found is not None and (use := one_use(tree, *found)) is not None:
            _move(tree, *found, *use)
    return tree


def suites(tree: Any) -> list[list[Any]]:
    """The lists of statements of a tree."""
    fields = ("body", "orelse", "finalbody")
    return [s for n in gast.walk(tree) for f in fields if isinstance(s := getattr(n, f, None), list)]


def made_in(tree: Any, name: str) -> Any:
    """The one assignment that binds a name to a call or a generator expression; None if there is not one."""
    stores = [n for n in gast.walk(tree) if isinstance(n, gast.Name) and n.id == name
              and not isinstance(n.ctx, gast.Load)]  # fmt: skip
    found = [stmt for s in suites(tree) for stmt in s if isinstance(stmt, gast.Assign) and stmt.targets == stores]
    if len(stores) != 1 or len(found) != 1 or not isinstance(found[0].value, (gast.Call, gast.GeneratorExp)):
        return None
    suite, i = next((s, i) for s in suites(tree) for i, stmt in enumerate(s) if stmt is found[0])
    return found[0] if one_use(tree, suite, i) is not None else None


def one_use(tree: Any, suite: list[Any], i: int) -> Any:
    """The statement behind in which the one use of the name stands, and that; None if it is not so simple.

    A use in a loop may come again, one in a function at any time; and what the callee is must not change meanwhile.
    """
    stmt = suite[i]
    name, value = stmt.targets[0].id, stmt.value
    loads = [n for n in gast.walk(tree) if isinstance(n, gast.Name) and n.id == name and isinstance(n.ctx, gast.Load)]
    if len(loads) != 1 or any(isinstance(n, (gast.Yield, gast.YieldFrom, gast.Await, gast.NamedExpr))
                              for n in gast.walk(value)):  # fmt: skip
        return None
    if isinstance(value, gast.Call):
        bound = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
        plain = isinstance(value.func, gast.Name) and value.func.id not in bound
        if not plain or any(isinstance(a, gast.Starred) for a in value.args) or any(
                k.arg is None for k in value.keywords):  # fmt: skip
            return None
    path = next((p for s in suite[i + 1 :] if (p := way_to(s, loads[0])) is not None), None)
    if path is None:
        return None
    host = [n for n in path if isinstance(n, gast.stmt)][-1]
    for node, inner in zip(path, [*path[1:], loads[0]], strict=True):
        if isinstance(node, SCOPES) or isinstance(node, gast.While) or isinstance(node, gast.For) and (
                inner is not node.iter):  # fmt: skip
            return None
    return host, loads[0]


def way_to(top: Any, node: Any) -> list[Any] | None:
    """The nodes from one to another inside it."""
    for child in gast.iter_child_nodes(top):
        if child is node:
            return [top]
        if (below := way_to(child, node)) is not None:
            return [top, *below]
    return None


def _move(tree: Any, suite: list[Any], i: int, host: Any, use: Any) -> None:
    stmt, names = suite[i], {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    name, value = stmt.targets[0].id, stmt.value
    lines = []

    def aside(part: Any) -> Any:
        if isinstance(part, gast.Constant):
            return part
        text = fresh(f"{name}_1", names)
        names.add(text)
        lines.append(assigned(text, part, stmt))
        return named(text, gast.Load(), part)

    if isinstance(value, gast.Call):
        value.args = [aside(a) for a in value.args]
        for keyword in value.keywords:
            keyword.value = aside(keyword.value)
    else:
        value.generators[0].iter = aside(value.generators[0].iter)
    replace(host, use, _standing_at(value, use))
    suite[i : i + 1] = lines
    if lines:
        lines[0].rows = getattr(stmt, "rows", (stmt.lineno, stmt.end_lineno))


def _standing_at(value: Any, use: Any) -> Any:
    """An expression with the text that it has, in the place of another one."""
    made = copy.copy(value)
    made.lineno, made.col_offset = use.lineno, use.col_offset
    made.end_lineno, made.end_col_offset = use.end_lineno, use.end_col_offset
    made.spelled = [value]
    return made


__all__ = ["made_in", "moved"]
