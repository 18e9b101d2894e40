"""A call of a function that only the run can tell, as a branch over the functions that it may be.

Needs: a statement, and the call in it, or the entry of a list or dict of functions. Gives: the lines that the
statement becomes. Each arm has the call as it was; there it is known which function is meant. The test
asks for a flag, which says whether a function is the one (`Choice` of the lowering).

    y = f(x * w)            ->      if tanh_chosen:
                                        y = f(x * w)
                                    else:
                                        y = f(x * w)

    f = acts[k]             ->      f_place = k
                                    acts[f_place]
                                    if f_place in (0, -2):
                                        f = acts[0]
                                    else:
                                        f = acts[1]
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from ..literals import spelled
from ..lower.core import Refuse
from ..order import idle, target_name
from .made import assigned, at, earlier, fresh, named, renamed, replace


def chosen(stmt: Any, node: Any, choice: Any, names: set[str]) -> list[Any]:
    """The lines of a statement with a call of one of `choice` functions, or an entry at one of the keys `choice`."""
    lines = earlier(stmt, node, names)
    if isinstance(node, gast.Call):
        return [*lines, *_called(stmt, node, choice, names)]
    return [*lines, *_entry(stmt, node, choice, names)]


def _called(stmt: Any, call: Any, count: int, names: set[str]) -> list[Any]:
    if any(isinstance(n, (gast.NamedExpr, gast.Yield, gast.Await)) for n in gast.walk(call)):
        raise Refuse(call, "a call of a function that only the run can tell", "a name is assigned to in it",
                     "assign it on a line before")  # fmt: skip
    lines = []
    if not isinstance(call.func, gast.Name):
        name = _new(f"{target_name(stmt) or 'step'}_function", names)
        lines.append(assigned(name, call.func, stmt))
        function = call.func
        call.func = named(name, gast.Load(), function)
        _say(call, function)
    tests = [_asks(call.func, i) for i in range(count - 1)]
    calls = []
    for i in range(count):
        one = copy.deepcopy(call)
        one.picks, one.of = i, count
        calls.append(one)
    return [*lines, *_branches(stmt, call, tests, calls, names)]


def _say(call: Any, function: Any) -> None:
    """A call of another name than the text has."""
    if hasattr(call, "spelled"):
        call.spelled = [call.func if part is function else part for part in call.spelled]


def _asks(function: Any, i: int) -> Any:
    """Is a function the i-th of those that it may be?"""
    test = at(gast.Name(function.id, gast.Load(), None, None), function)
    test.asks = i
    test.spelled = ["undecided"]  # where it is never asked
    return test


def _entry(stmt: Any, entry: Any, keys: tuple[Any, ...], names: set[str]) -> list[Any]:
    owner, lines = entry.value, []
    base = target_name(stmt) or "step"
    if not idle(owner):
        name = _new(f"{base}_functions", names)
        lines.append(assigned(name, owner, stmt))
        owner = named(name, gast.Load(), owner)
    place = _new(f"{base}_place", names)
    lines.append(assigned(place, entry.slice, stmt))
    looked = at(gast.Subscript(owner, named(place, gast.Load(), entry), gast.Load()), entry)
    looked.spelled = [owner, f"[{place}]"]
    looked.picks = None
    lines.append(at(gast.Expr(looked), stmt))
    lines[-1].spelled = [looked]
    entries = []
    for key in keys:
        one = at(gast.Subscript(copy.deepcopy(owner), renamed(at(gast.Constant(key, None), entry), spelled(key)),
                                gast.Load()), entry)  # fmt: skip
        one.spelled = [one.value, "[", one.slice, "]"]
        one.picks = key
        entries.append(one)
    tests = [_is_at(place, key, keys, entry) for key in keys[:-1]]
    return [*lines, *_branches(stmt, entry, tests, entries, names)]


def _is_at(place: str, key: Any, keys: tuple[Any, ...], like: Any) -> Any:
    """``place == "relu"``, or ``place in (0, -2)`` for a list, which is also counted from its end."""
    listed = keys == tuple(range(len(keys)))
    known = (key, key - len(keys)) if listed else key
    value = renamed(at(gast.Constant(known, None), like), spelled(known))
    test = at(gast.Compare(named(place, gast.Load(), like), [gast.In() if listed else gast.Eq()], [value]), like)
    test.spelled = [test.left, " in " if listed else " == ", value]
    return test


def _branches(stmt: Any, node: Any, tests: list[Any], values: list[Any], names: set[str]) -> list[Any]:
    """A branch for each value of an expression, and then the statement."""
    whole = isinstance(stmt, gast.Expr) and stmt.value is node
    direct = isinstance(stmt, gast.Assign) and stmt.value is node and len(stmt.targets) == 1 and isinstance(
        stmt.targets[0], gast.Name)  # fmt: skip
    name = stmt.targets[0].id if direct else "" if whole else _new(f"{target_name(stmt) or 'step'}_part", names)
    arms = []
    for value in values:
        line = at(gast.Expr(value), stmt) if whole else assigned(name, value, stmt)
        if whole:
            line.spelled = [value]
        arms.append([line])
    rest = arms.pop()
    for test, arm in zip(reversed(tests), reversed(arms), strict=True):
        rest = [at(gast.If(test, arm, rest), stmt)]
        rest[0].made = True
    if whole or direct:
        return rest
    replace(stmt, node, named(name, gast.Load(), node))
    return [*rest, stmt]


def _new(base: str, names: set[str]) -> str:
    name = fresh(base, names)
    names.add(name)
    return name


__all__ = ["chosen"]
