"""Statements that run once and can be left early: a loop of one turn.

`break` and `continue` of a loop that is written out turn by turn stay what they are. A turn that continues is a
loop of one turn; all the turns together are one, if one of them breaks, and have the else clause of the user's.

    for k in p:                  for once in (1,):
        if k == skip:                k = "a"
            continue                 if k == skip:
        s = s + f(p[k])                  continue
                                     s = s + f(p[k])
                                 for once in (1,):
                                     k = "b"
                                     ...

Where a turn breaks and another continues, the turn that breaks says so in a flag.
"""

from __future__ import annotations

from typing import Any

import gast

from .made import assigned, at, fresh, named, renamed, spelled

JUMPS = (gast.Break, gast.Continue)


def jumps(body: list[Any], sort: Any = JUMPS) -> list[Any]:
    """The jumps of a loop's that stand in its body."""
    out: list[Any] = []
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, sort):
            out.append(node)
        if isinstance(node, (gast.For, gast.While)):
            stack.extend(node.orelse)
        elif not isinstance(node, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
            stack.extend(gast.iter_child_nodes(node))
    return out


def together(turns: list[list[Any]], last: Any, orelse: list[Any], loop: Any, names: set[str]) -> list[Any]:
    """The statements of a loop's turns, one after the other, `last` behind them, and then the else clause.

    Every jump keeps its meaning: `last` and the else clause are not reached after a `break`.
    """
    breaks = any(jumps(turn, gast.Break) for turn in turns)
    continues = any(jumps(turn, gast.Continue) for turn in turns)
    if not breaks and not continues:
        return [*(s for turn in turns for s in turn), last, *orelse]
    name = fresh("once", names)
    names.add(name)
    if not continues:
        return [once([*(s for turn in turns for s in turn), last], orelse, loop, name)]
    if not breaks:
        return [*(once(turn, [], loop, name) for turn in turns), last, *orelse]
    flag = fresh("left", names)
    names.add(flag)
    out = [flagged(flag, False, loop)]
    for turn in turns:
        say_breaks(turn, flag)
        out += [once(turn, [], loop, name), jump_if(flag, gast.Break, loop)]
    return [once([*out, last], orelse, loop, name)]


def once(body: list[Any], orelse: list[Any], like: Any, name: str) -> Any:
    """A loop of one turn, standing where `like` does."""
    walked = renamed(at(gast.Tuple([at(gast.Constant(1, None), like)], gast.Load()), like), "(1,)")
    made = at(gast.For(named(name, gast.Store(), like), walked, body, orelse, None), like)
    made.once = True
    return made


def say_breaks(body: list[Any], flag: str) -> None:
    """Every `break` of a body's raises the flag before."""
    fields = ("body", "orelse", "finalbody")
    found = [getattr(n, f, None) for stmt in body for n in gast.walk(stmt) for f in fields]
    suites = [body, *(s for s in found if isinstance(s, list))]
    for one in jumps(body, gast.Break):
        suite, i = next((s, i) for s in suites for i, stmt in enumerate(s) if stmt is one)
        suite.insert(i, flagged(flag, True, one))


def flagged(flag: str, value: bool, like: Any) -> Any:
    """``left = True``."""
    return assigned(flag, renamed(at(gast.Constant(value, None), like), str(value)), like)


def jump(sort: Any, like: Any) -> Any:
    """``break`` or ``continue``."""
    return spelled(at(sort(), like), ["break" if sort is gast.Break else "continue"])


def jump_if(flag: str, sort: Any, like: Any) -> Any:
    """``if left: break``."""
    return at(gast.If(named(flag, gast.Load(), like), [jump(sort, like)], []), like)


__all__ = ["flagged", "jump", "jump_if", "jumps", "once", "say_breaks", "together"]
