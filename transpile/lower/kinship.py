"""What the results of a function may share with each other and with its arguments, told to its callers.

Needs: the state in which a function ends, and for each of its objects that a caller will see, its token: the number
of an argument, or the template of a result. Gives: pairs of tokens, for arrays that may share memory and for
containers that may hold one another's arrays, to be noted again where the function is called.
"""

from __future__ import annotations

from typing import Any

from .values import Cell, State

Pairs = list[tuple[str, Any, Any]]


def related(lowerer: Any, tokens: dict[Cell, Any]) -> Pairs:
    """("share", a, b): two arrays may share memory; ("hold", a, b): the container b may hold a."""
    out: Pairs = []
    state: State = lowerer.state
    for cell, token in tokens.items():
        family = [c for c in {*tokens, *state.heap} if c.root() is cell.root()]
        kin = {*family, *(lowerer.partners(family) if cell.sort == "array" else ())}
        holders = {h for c in kin for h in state.escaped.get(c.root(), ())}
        for other, found in tokens.items():
            if other is not cell and cell.sort == other.sort == "array" and (
                    other in kin or other.root() in kin or other.shares & kin):  # fmt: skip
                out.append(("share", token, found))
            if other is not cell and other in holders:
                out.append(("hold", token, found))
    return out


def relate(lowerer: Any, pairs: Pairs, cell_of: Any) -> None:
    """Note the pairs for the cells of a call."""
    for sort, one, other in pairs:
        a, b = cell_of(one), cell_of(other)
        if a is None or b is None or a is b:
            continue
        if sort == "share":
            a.shares.add(b)
            b.shares.add(a)
        else:
            known = lowerer.state.escaped.get(a.root(), frozenset())
            lowerer.state.escaped[a.root()] = known | {b}
