"""A loop over `map` or `filter` as the loop over what these draw from.

Needs: a `for` over a call of `map` or `filter`. Gives: the loop in which each turn calls the function, when it is
drawn: what the body changes is seen by the calls that follow, as in Python.

    for v in map(f, x, w):      ->      for v_1, v_2 in zip(x, w):
        s = s + v                           v = f(v_1, v_2)
                                            s = s + v
    for v in filter(f, x):      ->      for v_1 in x:
        s = s + v                           if f(v_1):
                                                v = v_1
                                                s = s + v
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import gast

from ..order import path
from .made import at, fresh, named, renamed, spelled

WORDS = ("map", "filter", "zip")


def draws(stmt: Any) -> bool:
    """Is this a loop over a call of something called `map` or `filter`, with positional arguments?"""
    call = stmt.iter if isinstance(stmt, gast.For) else None
    return (isinstance(call, gast.Call) and isinstance(call.func, gast.Name) and call.func.id in WORDS[:2]
            and len(call.args) >= 2 and not call.keywords
            and not any(isinstance(a, gast.Starred) for a in call.args))  # fmt: skip


def drawn(stmt: Any, names: set[str], shadowed: Collection[str]) -> list[Any]:
    """The statements that stand for a loop that draws; `shadowed` are names with another meaning than the built-in."""
    call = stmt.iter
    function, *sequences = call.args
    lazy = call.func.id
    bound = {n.id for n in gast.walk(stmt) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    if any(word in shadowed or word in bound for word in WORDS) or lazy == "filter" and len(sequences) != 1:
        return [stmt]
    base = next((n.id for n in gast.walk(stmt.target) if isinstance(n, gast.Name)), "item")
    before = []
    none = isinstance(function, gast.Constant) and function.value is None
    if not none and (not path(function) or bound_inside(function, stmt)):
        text = new_name(f"{base}_function", names)
        target = named(text, gast.Store(), stmt)
        before.append(spelled(at(gast.Assign([target], function), stmt),
                              [f"{text} = ", function]))  # fmt: skip
        function = named(text, gast.Load(), function)
    items = [new_name(f"{base}_{n + 1}", names) for n in range(len(sequences))]
    stmt.iter = sequences[0] if len(sequences) == 1 else zipped(call, sequences)
    first, target = item_of(items, stmt), stmt.target
    if lazy == "map":
        stmt.body = [assigned(target, called(function, items, call), stmt), *stmt.body]
    else:
        test = first_name(items, call) if none else called(function, items, call)
        inner = [assigned(target, first_name(items, call), stmt), *stmt.body]
        stmt.body = [at(gast.If(test, inner, []), stmt)]
    stmt.target = first
    return [*before, stmt]


def bound_inside(function: Any, stmt: Any) -> bool:
    """Does the loop bind a name that the function is found by?"""
    read = {n.id for n in gast.walk(function) if isinstance(n, gast.Name)}
    return any(isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load) and n.id in read
               for n in gast.walk(stmt)) or not isinstance(function, gast.Name)  # fmt: skip


def new_name(base: str, names: set[str]) -> str:
    found = fresh(base, names)
    names.add(found)
    return found


def first_name(items: list[str], like: Any) -> Any:
    return named(items[0], gast.Load(), like)


def item_of(items: list[str], stmt: Any) -> Any:
    """The target of the new loop."""
    targets = [named(i, gast.Store(), stmt.target) for i in items]
    if len(targets) == 1:
        return targets[0]
    return renamed(at(gast.Tuple(targets, gast.Store()), stmt.target), ", ".join(items))


def called(function: Any, items: list[str], like: Any) -> Any:
    """``f(v_1, v_2)``."""
    args = [named(i, gast.Load(), like) for i in items]
    return spelled(at(gast.Call(function, args, []), like), [function, f"({', '.join(items)})"])


def zipped(call: Any, sequences: list[Any]) -> Any:
    """``zip(x, w)``."""
    parts: list[Any] = ["zip("]
    for n, sequence in enumerate(sequences):
        parts += [", ", sequence] if n else [sequence]
    made = gast.Call(named("zip", gast.Load(), call.func), sequences, [])
    return spelled(at(made, call), [*parts, ")"])


def assigned(target: Any, value: Any, stmt: Any) -> Any:
    return spelled(at(gast.Assign([target], value), stmt), [target, " = ", value])


__all__ = ["draws", "drawn"]
