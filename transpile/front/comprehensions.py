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
from collections.abc import Collection, Mapping
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import idle, target_name
from .choices import chosen
from .conditionals import as_branch, outermost
from .drawn import drawn, draws
from .made import assigned, at, earlier, fresh, named, own, replace
from .needs import Place, place

COMPREHENSIONS = (gast.ListComp, gast.GeneratorExp, gast.DictComp)
APART = (*COMPREHENSIONS, gast.IfExp, gast.BoolOp, gast.Call)
"""What gets statements of its own."""
EAGER = ("sum", "list", "tuple", "max", "min", "sorted", "set", "dict")
HOSTS = (gast.Assign, gast.AnnAssign, gast.AugAssign, gast.Expr, gast.Return, gast.For, gast.If, gast.Assert)


def as_loops(tree: Any, places: frozenset[Place], shadowed: Collection[str] = (),
             choices: Mapping[Place, Any] | None = None) -> Any:
    """This pass writes some comprehensions, and loops over `map` and `filter`, as plain loops.

    A call among the places gets a statement that is surely evaluated: what is around it is taken apart.

    Args:
        shadowed: the names of built-in functions that mean something else here.
        choices: calls of functions, and entries of lists of functions, of which only the run tells which (`choices`).
    """
    choices = choices or {}
    if not places and not choices:
        return tree
    tree = copy.deepcopy(tree)
    once = [*sorted(places), *sorted(choices)]
    for target in [*once, *once]:  # twice: a comprehension may become a loop over `map`
        for host in list(gast.walk(tree)):
            for name in ("body", "orelse", "finalbody"):
                suite = getattr(host, name, None)
                if isinstance(suite, list):
                    _rewrite(tree, suite, target, shadowed, choices.get(target))
    return tree


def can_be_apart(tree: Any, target: Place, choice: Any = None) -> bool:
    """Does the pass find a place for what stands here?"""
    fields = ("body", "orelse", "finalbody")
    suites = [s for n in gast.walk(tree) for f in fields if isinstance(s := getattr(n, f, None), list)]
    found = any(_is_meant(n, target, choice) for suite in suites for stmt in suite for n in own(stmt))
    try:
        as_loops(tree, frozenset() if choice is not None else frozenset([target]), (),
                 {target: choice} if choice is not None else {})
    except Refuse:
        return False
    return found


def _rewrite(tree: Any, suite: list[Any], target: Place, shadowed: Collection[str], choice: Any) -> None:
    i = 0
    while i < len(suite):
        if draws(suite[i]) and place(suite[i]) == target:
            suite[i : i + 1] = drawn(suite[i], _names(tree), shadowed)
            return
        if isinstance(suite[i], gast.For) and isinstance(suite[i].iter, gast.GeneratorExp) and (
                place(suite[i].iter) == target):  # fmt: skip
            suite[i] = _turned(tree, suite[i])
            return
        node = next((n for n in own(suite[i]) if _is_meant(n, target, choice)), None)
        lines = None if node is None else _step(tree, suite[i], node, choice, shadowed)
        if lines is None:
            i += 1
            continue
        suite[i : i + 1] = lines
        for line in lines:
            for name in ("body", "orelse"):
                if isinstance(inner := getattr(line, name, None), list):
                    _rewrite(tree, inner, target, shadowed, choice)


def _is_meant(node: Any, target: Place, choice: Any) -> bool:
    """Is this node to be taken apart, as far as it is not yet?"""
    sorts = (gast.Call, gast.Subscript) if choice is not None else APART
    return isinstance(node, sorts) and place(node) == target and not hasattr(node, "picks")


def _step(tree: Any, stmt: Any, node: Any, choice: Any, shadowed: Collection[str]) -> list[Any] | None:
    """The lines of a statement when one thing around or at a node is taken apart; None if nothing has to be."""
    around = outermost(stmt, node)
    if around is None and isinstance(node, gast.Call) and choice is None:
        return None
    if not isinstance(stmt, HOSTS):
        raise _homeless(node)
    if around is None and choice is not None:
        return chosen(stmt, node, choice, _names(tree))
    around = around or node
    if isinstance(around, (gast.IfExp, gast.BoolOp)):
        return as_branch(stmt, around, _names(tree))
    eager = not isinstance(around, gast.GeneratorExp) or isinstance(node, COMPREHENSIONS) or _is_used_up(stmt, around)
    if isinstance(around, COMPREHENSIONS) and eager:
        return _taken_apart(tree, stmt, around, shadowed)
    raise _homeless(node)


def _is_used_up(stmt: Any, node: Any) -> bool:
    """Does the call that a generator expression is given to take all its items, at once?"""
    call = next((n for n in own(stmt) if isinstance(n, gast.Call) and node in n.args), None)
    return call is not None and (isinstance(call.func, gast.Attribute) or getattr(call.func, "id", "") in EAGER)


def _homeless(node: Any) -> Refuse:
    word = "a comprehension" if isinstance(node, COMPREHENSIONS) else "an expression"
    return Refuse(node, f"{word} that may not be evaluated", "what is written for it has no place here", INSTEAD)


INSTEAD = "assign it to a name on a line before"


def _names(tree: Any) -> set[str]:
    return {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}


def _taken_apart(tree: Any, stmt: Any, node: Any, shadowed: Collection[str]) -> list[Any]:
    _check(node, shadowed)
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


def _turned(tree: Any, stmt: Any) -> Any:
    """A loop over a generator expression: each turn computes its item when it is asked for."""
    node = stmt.iter
    _check(node, ())
    _rename(tree, node, _names(tree))
    generator = node.generators[0]
    made = at(gast.Assign([stmt.target], node.elt), stmt)
    made.spelled = [stmt.target, " = ", node.elt]
    body = [made, *stmt.body]
    for test in reversed(generator.ifs):
        body = [at(gast.If(test, body, []), stmt)]
    out = at(gast.For(generator.target, generator.iter, body, stmt.orelse, None), stmt)
    out.end_lineno, out.end_col_offset = stmt.end_lineno, stmt.end_col_offset
    return out


def _used_at_once(call: Any, shadowed: Collection[str]) -> list[Any]:
    """The functions that a call of Python's own is given, and calls before it returns."""
    name = call.func.attr if isinstance(call.func, gast.Attribute) else getattr(call.func, "id", "")
    if name == "reduce":
        return call.args[:1]
    plain = isinstance(call.func, gast.Name) and name in ("sorted", "max", "min") and name not in shadowed
    return [k.value for k in call.keywords if k.arg == "key"] if plain else []


def _check(node: Any, shadowed: Collection[str]) -> None:
    if any(g.is_async for g in node.generators):
        raise Refuse(node, "an async comprehension in a model function")
    bound = {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    called = {f for n in gast.walk(node) if isinstance(n, gast.Call) for f in (n.func, *_used_at_once(n, shadowed))}
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


__all__ = ["as_loops", "can_be_apart"]
