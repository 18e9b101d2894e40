"""What a variable is: may it have been changed in place, is it the same data as in an earlier turn of a loop?

A gradient in a loop asks for the path from y to the data that x is *now*. What an earlier turn had
under the same definition is other data, if the turn has surely made it anew.
"""

from __future__ import annotations

from .activity import spread, varied
from .ir import Function, Op, Region, Value
from .kinds import RANGE, Array, Scalar
from .saving import defined

SAME = ("earlier turns: x may be the same data as in an earlier turn of this loop, and the value to "
        "differentiate depends on it there, too. Take the gradient after the loop, or cut the path with "
        "dl.stop_gradient(...)")  # fmt: skip
AROUND = ("a gradient inside a called function would miss a path: another argument of the call depends on its x "
          "through earlier turns of this loop. Take the gradient here, in the calling function")  # fmt: skip


ONE_OF = ("chosen", "selected", "best_of", "builtins.max", "builtins.min", "asarray", "asanyarray", "ascontiguousarray",
          "asfortranarray", "asarray_chkfinite", "require", "kept_if", "kept_unless")  # fmt: skip
"""Rows whose result may be what they were given, as an entry of a list is."""


def is_new(value: Value, loop: Op) -> bool:
    """Is a value of a loop's body surely made, or given another value, in every turn?"""
    body, count = loop.regions[0], loop.attrs["sequences"]
    if value in body.params:
        index = body.params.index(value)
        if index < count:
            kind = loop.operands[index].kind
            return isinstance(kind, Array) or kind == RANGE
        return _rebound(body.yields[index - count], value)
    return _made(value)


def _made(value: Value) -> bool:
    op = value.op
    if op is None:
        owner = value.region.owner if value.region is not None else None
        return isinstance(owner, Op) and owner.code in ("for", "while") and is_new(value, owner)
    if op.code == "if":
        k = op.results.index(value)
        return all(r.encloses(_home(r.yields[k])) and _made(r.yields[k]) for r in op.regions)
    if op.code == "prim":
        name = op.attrs["prim"].name
        return not name.startswith("list_") and name not in ONE_OF
    return isinstance(value.kind, Scalar)


def _home(value: Value) -> Region | None:
    return value.op.region if value.op is not None else value.region


def _rebound(value: Value, root: Value) -> bool:
    """Is a yielded value surely another one than the turn's own parameter?"""
    if value is root:
        return False
    if value.op is not None and value.op.code == "if":
        k = value.op.results.index(value)
        return all(_rebound(r.yields[k], root) for r in value.op.regions)
    return value.op is None or value.op.code not in ("for", "while")


def may_reach(loop: Op, params: list[Value], root: Value) -> bool:
    """May what a turn is given have been made from a value of an earlier turn?"""
    body, count = loop.regions[0], loop.attrs["sequences"]
    active = {root}
    before = -1
    while before != len(active):
        before = len(active)
        spread(body, active)
        for y, p in zip(body.yields, body.params[count:], strict=False):
            if y in active:
                active.add(p)
    return any(p in active and p is not root for p in params)


def misses_turns(function: Function, call: Op) -> bool:
    """Does a gradient inside a called function miss a path that leads around it, through earlier turns of a loop?"""
    roots = call.attrs.get("gradient_roots", ())
    regions = call.region.parents() if roots and call.region is not None else ()
    for loop in [r.owner for r in regions if isinstance(r.owner, Op) and r.owner.code in ("for", "while")]:
        local = set(defined(loop.regions[0]))
        for wrt, others in roots:
            mine = {call.operands[i] for i in wrt}
            moved = varied(function.region, [x for x in mine if x not in local or not is_new(x, loop)])
            if any(call.operands[i] in moved - mine for i in others if i not in wrt):
                return True
    return False


def doubtful(value: Value, asked: set[Value] | None = None) -> Op | None:
    """The operation that may or may not have changed a variable in place; None if there is none."""
    asked = set() if asked is None else asked
    if value in asked:
        return None
    asked.add(value)
    op = value.op
    if op is not None and op.code == "user":
        return op if op.attrs.get("mutation") or op.attrs.get("poison") else None
    return next((d for v in _made_of(value) if (d := doubtful(v, asked)) is not None), None)


def _made_of(value: Value) -> list[Value]:
    """The values that a value is one of: what arms, turns or a function have left."""
    op = value.op
    owner = op if op is not None else value.region.owner if value.region is not None else None
    if not isinstance(owner, Op):
        return []
    if owner.code == "call" and isinstance(owner.attrs["function"], Function):
        return owner.attrs["function"].region.yields[owner.results.index(value) :][:1]
    if owner.code == "if":
        return [r.yields[owner.results.index(value)] for r in owner.regions]
    if owner.code in ("for", "while"):
        body, count = owner.regions[0], owner.attrs["sequences"]
        k = owner.results.index(value) if op is not None else body.params.index(value) - count
        return [owner.operands[count + k], body.yields[k]] if 0 <= k < len(body.params) - count else []
    return []
