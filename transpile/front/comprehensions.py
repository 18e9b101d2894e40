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
from ..order import idle, target_name
from .conditionals import as_branch, outermost
from .drawn import drawn, draws
from .made import assigned, at, earlier, fresh, named, own, replace
from .needs import Place, place

COMPREHENSIONS = (gast.ListComp, gast.GeneratorExp, gast.DictComp)
HOSTS = (gast.Assign, gast.AnnAssign, gast.AugAssign, gast.Expr, gast.Return, gast.For, gast.If, gast.Assert)


def as_loops(tree: Any, places: frozenset[Place], shadowed: Collection[str] = ()) -> Any:
    """This pass writes some comprehensions, and loops over `map` and `filter`, as plain loops.

    `shadowed`: the names of built-in functions that mean something else here.
    """
    if not places:
        return tree
    tree = copy.deepcopy(tree)
    for target in [*sorted(places), *sorted(places)]:  # twice: a comprehension may become a loop over `map`
        for host in list(gast.walk(tree)):
            for name in ("body", "orelse", "finalbody"):
                suite = getattr(host, name, None)
                if isinstance(suite, list):
                    _rewrite(tree, suite, target, shadowed)
    return tree


def _rewrite(tree: Any, suite: list[Any], target: Place, shadowed: Collection[str]) -> None:
    i = 0
    while i < len(suite):
        if draws(suite[i]) and place(suite[i]) == target:
            suite[i : i + 1] = drawn(suite[i], _names(tree), shadowed)
            return
        node = next((n for n in own(suite[i]) if isinstance(n, COMPREHENSIONS) and place(n) == target), None)
        if node is None:
            i += 1
            continue
        suite[i : i + 1] = lines = _step(tree, suite[i], node)
        for line in lines:
            for name in ("body", "orelse"):
                if isinstance(inner := getattr(line, name, None), list):
                    _rewrite(tree, inner, target, shadowed)


def _step(tree: Any, stmt: Any, node: Any) -> list[Any]:
    """The lines of a statement when one thing around or at a comprehension is taken apart."""
    if not isinstance(stmt, HOSTS):
        raise Refuse(node, "a comprehension that may not be evaluated", "its loop has no place here", INSTEAD)
    around = outermost(stmt, node)
    if around is None:
        return _taken_apart(tree, stmt, node)
    if isinstance(around, (gast.IfExp, gast.BoolOp)):
        return as_branch(stmt, around, _names(tree))
    if isinstance(around, COMPREHENSIONS):
        return _taken_apart(tree, stmt, around)
    raise Refuse(node, "a comprehension that may not be evaluated", "its loop has no place here", INSTEAD)


INSTEAD = "assign the list to a name on a line before"


def _names(tree: Any) -> set[str]:
    return {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}


def _taken_apart(tree: Any, stmt: Any, node: Any) -> list[Any]:
    _check(node)
    names = _names(tree)
    lines = earlier(stmt, node, names)
    out = fresh(f"{target_name(stmt) or 'turn'}_items", names)
    where = place(node)
    _rename(tree, node, names | {out})
    keyed = isinstance(node, gast.DictComp)
    body = _put(out, node, stmt, names | {out}) if keyed else [_append(out, node.elt, stmt)]
    for depth, generator in reversed(list(enumerate(node.generators))):
        for test in reversed(generator.ifs):
            body = [at(gast.If(test, body, []), stmt)]
        body = [at(gast.For(generator.target, generator.iter, body, [], None), stmt)]
        body[0].placed = (*where, depth)
    empty = at(gast.Dict([], []) if keyed else gast.List([], gast.Load()), stmt)
    start = at(gast.Assign([named(out, gast.Store(), stmt)], empty), stmt)
    start.spelled = [f"{out} = {{}}" if keyed else f"{out} = []"]
    stand_in = named(out, gast.Load(), node)
    if isinstance(node, gast.GeneratorExp):
        stand_in.printed_as = f"({out})"  # its parentheses may be the call's
    replace(stmt, node, stand_in)
    return [*lines, start, *body, stmt]


def _check(node: Any) -> None:
    if any(g.is_async for g in node.generators):
        raise Refuse(node, "an async comprehension in a model function")
    bound = {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    called = {n.func for n in gast.walk(node) if isinstance(n, gast.Call)}
    called |= set(gast.walk(node.generators[0].iter))  # evaluated once, outside of the loop
    for inner in gast.walk(node):
        if isinstance(inner, gast.Lambda) and inner not in called:
            if bound & {n.id for n in gast.walk(inner) if isinstance(n, gast.Name)}:
                raise Refuse(inner, "a lambda that reads the variable of a comprehension",
                             "it would see the variable of the loop that is written for the comprehension",
                             "write the loop yourself")  # fmt: skip


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
                inner.id = inner.printed_as = new


def _append(out: str, item: Any, stmt: Any) -> Any:
    method = at(gast.Attribute(named(out, gast.Load(), stmt), "append", gast.Load()), stmt)
    made = at(gast.Expr(at(gast.Call(method, [item], []), stmt)), stmt)
    made.spelled = [f"{out}.append(", item, ")"]
    return made


def _put(out: str, node: Any, stmt: Any, names: set[str]) -> list[Any]:
    """A store into a dict; the key is evaluated first, as in the comprehension."""
    key, lines = node.key, []
    if not idle(key):
        name = fresh("key", names)
        lines, key = [assigned(name, key, stmt)], named(name, gast.Load(), key)
    entry = at(gast.Subscript(named(out, gast.Load(), stmt), key, gast.Store()), stmt)
    made = at(gast.Assign([entry], node.value), stmt)
    entry.spelled = [f"{out}[", key, "]"]
    made.spelled = [entry, " = ", node.value]
    return [*lines, made]


__all__ = ["as_loops"]
