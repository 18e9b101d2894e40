"""A comprehension as the loop it stands for, where the gradient has to keep something of its turns.

Needs: the tree of a function, and the places of the comprehensions to be taken apart. Gives: a
tree in which each is a loop that appends, before the statement that it stood in. The loop's names
are given new ones where the function has them too, since a comprehension's names are its own.

    y = np.sum([f(a) for a in x])      ->      y_items = []
                                               for a in x:
                                                   y_items.append(f(a))
                                               y = np.sum(y_items)
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import before, conditional, idle, target_name
from .drawn import drawn, draws
from .made import at, fresh, named, renamed

Place = tuple[int, int, int, int]
HOSTS = (gast.Assign, gast.AnnAssign, gast.AugAssign, gast.Expr, gast.Return, gast.For, gast.If, gast.Assert)


class NeedLoop(Exception):
    """A comprehension of the user's has to be written as a loop."""

    def __init__(self, node: Any, function: Any) -> None:
        super().__init__("a comprehension")
        self.node, self.function = node, function
        self.key: Any = place(node)


def place(node: Any) -> Place:
    """Where a node stands in the text: this survives copying."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def as_loops(tree: Any, places: frozenset[Place], shadowed: Collection[str] = ()) -> Any:
    """This pass writes some comprehensions, and loops over `map` and `filter`, as plain loops.

    `shadowed`: the names of built-in functions that mean something else here.
    """
    if not places:
        return tree
    tree = copy.deepcopy(tree)
    for target in [*sorted(places), *sorted(places)]:  # twice: a comprehension may become a loop over `map`
        for host in gast.walk(tree):
            for name in ("body", "orelse", "finalbody"):
                suite = getattr(host, name, None)
                if isinstance(suite, list):
                    _rewrite(tree, suite, target, shadowed)
    return tree


def _rewrite(tree: Any, suite: list[Any], target: Place, shadowed: Collection[str]) -> None:
    for i, stmt in enumerate(suite):
        if draws(stmt) and place(stmt) == target:
            names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
            suite[i : i + 1] = drawn(stmt, names, shadowed)
            return
        for node in _own(stmt):
            if isinstance(node, (gast.ListComp, gast.GeneratorExp)) and place(node) == target:
                suite[i : i + 1] = _taken_apart(tree, stmt, node)
                return


def _own(stmt: Any) -> list[Any]:
    """The expressions of a statement, not those of the statements inside it."""
    out: list[Any] = []
    stack = [stmt]
    while stack:
        top = stack.pop()
        out.append(top)
        stack.extend(c for c in gast.iter_child_nodes(top) if not isinstance(c, gast.stmt))
    return out


def _taken_apart(tree: Any, stmt: Any, node: Any) -> list[Any]:
    _check(stmt, node)
    names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    earlier = [_named(stmt, e, names) for e in before(stmt, node) if not idle(e)]
    out = fresh(f"{target_name(stmt) or 'turn'}_items", names)
    _rename(tree, node, names | {out})
    body: Any = _append(out, node.elt, stmt)
    for generator in reversed(node.generators):
        if generator.is_async:
            raise Refuse(node, "an async comprehension in a model function")
        for test in reversed(generator.ifs):
            body = at(gast.If(test, [body], []), stmt)
        body = at(gast.For(generator.target, generator.iter, [body], [], None), stmt)
    start = at(gast.Assign([named(out, gast.Store(), stmt)], at(gast.List([], gast.Load()), stmt)), stmt)
    start.spelled = [f"{out} = []"]
    text = f"({out})" if isinstance(node, gast.GeneratorExp) else out  # its parentheses may be the call's
    _replace(stmt, node, renamed(named(out, gast.Load(), node), text))
    return [*earlier, start, body, stmt]


def _named(stmt: Any, expr: Any, names: set[str]) -> Any:
    """What Python evaluates before the comprehension gets a line of its own before the loop."""
    name = fresh(f"{target_name(stmt) or 'step'}_part", names)
    names.add(name)
    made = at(gast.Assign([named(name, gast.Store(), stmt)], expr), stmt)
    made.spelled = [f"{name} = ", expr]
    _replace(stmt, expr, named(name, gast.Load(), expr))
    return made


def _check(stmt: Any, node: Any) -> None:
    instead = "assign the list to a name on a line before"
    if not isinstance(stmt, HOSTS) or node in conditional(stmt):
        raise Refuse(node, "a comprehension that may not be evaluated", "its loop has no place here", instead)
    if any(isinstance(getattr(e, "ctx", None), gast.Store) and not idle(e) for e in before(stmt, node)):
        raise Refuse(node, "a comprehension in an assignment to a part of something",
                     "its loop would run before the place is looked up", instead)  # fmt: skip
    first = set(gast.walk(node.generators[0].iter))  # evaluated once
    if any(isinstance(n, (gast.Lambda, gast.NamedExpr)) for n in gast.walk(node) if n not in first):
        raise Refuse(node, "a comprehension with a lambda or an assignment inside",
                     "it cannot be written as a loop", "write the loop yourself")  # fmt: skip


def _rename(tree: Any, node: Any, names: set[str]) -> None:
    """The names a comprehension binds, where others of the function are called so too."""
    inside = set(gast.walk(node)) - set(gast.walk(node.generators[0].iter))
    outside = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name) and n not in inside}
    bound = {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    for old in sorted(bound & outside):
        new = fresh(old, names | outside)
        names.add(new)
        for inner in inside:
            if isinstance(inner, gast.Name) and inner.id == old:
                inner.id = new
                renamed(inner, new)


def _append(out: str, item: Any, stmt: Any) -> Any:
    method = at(gast.Attribute(named(out, gast.Load(), stmt), "append", gast.Load()), stmt)
    made = at(gast.Expr(at(gast.Call(method, [item], []), stmt)), stmt)
    made.spelled = [f"{out}.append(", item, ")"]
    return made


def _replace(stmt: Any, old: Any, new: Any) -> None:
    if hasattr(stmt, "spelled"):
        stmt.spelled = [new if part is old else part for part in stmt.spelled]
    for node in _own(stmt):
        for field, value in gast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(node, field, [new if v is old else v for v in value])


__all__ = ["NeedLoop", "Place", "as_loops", "place"]
