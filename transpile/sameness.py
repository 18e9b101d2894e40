"""What a variable may be another name for: a branch, a call or a choice may have handed on what it was given.

`dlgradient(y, x)` asks for the path from y to the data that x is. Where x is one of several things, and y was
made of one of these by another way than through x, only the run knows whether that path belongs to x.
"""

from __future__ import annotations

from typing import Any

from .activity import spread
from .carried import ONE_OF, doubtful
from .ir import Function, Op, Region, Value
from .kinds import Array
from .saving import defined

MAYBE = ("x may be what it was before a branch, call or choice, of which the value to differentiate was made, or "
         "something else: take the gradient before, or compute the value from x after it")  # fmt: skip
BEFORE = ("the value to differentiate was computed before this turn began, from what x holds now: a sweep back over "
          "this turn does not come there. Compute it in the turn, from x, before the gradient is taken")  # fmt: skip


def missed_way(function: Function, y: Value, x: Value) -> str:
    """Why a sweep from y to x would miss a way: y was made of what x is another name for. Empty if it was not."""
    if doubtful(x) is not None:
        return ""  # what may have been changed in place is refused for that
    names = origins(x)
    carried = [p for p in (x, *names) if (found := container(p)).op is None and found.region is not None]
    if any(_from_before(function, y, container(p), x) for p in carried):
        return BEFORE
    return MAYBE if names and y in _made_of(function.region, names, x) else ""


def missed_around(function: Function, call: Op) -> str:
    """The same for the gradients that a called function takes: of what it is given, by what it is given."""
    ways = (missed_way(function, call.operands[i], call.operands[k])
            for wrt, others in call.attrs.get("gradient_roots", ()) for i in others if i not in wrt for k in wrt)
    return next(filter(None, ways), "")


def _from_before(function: Function, y: Value, param: Value, x: Value) -> bool:
    """Was y made of what a loop's parameter holds when a turn begins, under its name of then?

    That is what the turn before has made, or what there was before the loop.
    """
    loop = param.region.owner if param.region is not None else None
    if not isinstance(loop, Op):
        return False
    body, count = loop.regions[0], loop.attrs["sequences"]
    index = body.params.index(param)
    if index < count and isinstance(loop.operands[index].kind, Array):
        return False  # a row is other data than the array
    initial = {*origins(loop.operands[index], through_turns=True), loop.operands[index]}
    first = _made_of(function.region, initial, x) - set(defined(body))
    after = body.yields[index - count] if index >= count else None
    last = _made_of(body, {after, *parts(after)} - {param}, x) if after is not None else set()
    ways = {v for v in first if isinstance(v, Value)}
    for p, start, end in zip(body.params[count:], loop.operands[count:], body.yields, strict=False):
        if p is not param and (start in first or end in last):
            ways.add(p)
    return y in _made_of(body, ways, x)


def _made_of(region: Region, roots: set[Value], x: Value) -> set[Any]:
    """What a region makes of some values, other than through x."""
    active = Apart(x)
    active.update(roots)
    spread(region, active)
    return active


class Apart(set[Any]):
    """Active values, of which one is none: what comes through it is not looked for."""

    def __init__(self, one: Value) -> None:
        super().__init__()
        self.one = one

    def add(self, value: Any) -> None:
        if value is not self.one:
            super().add(value)

    def update(self, *others: Any) -> None:
        for values in others:
            for value in values:
                self.add(value)


def origins(x: Value, through_turns: bool = False) -> set[Value]:
    """The values that a value may be, other than itself; `through_turns`: also those of earlier turns of loops."""
    out: set[Value] = set()
    todo = [x]
    while todo:
        for value in _handed_on(todo.pop(), through_turns):
            if value not in out:
                out.add(value)
                todo.append(value)
    return out - {x}


def _handed_on(value: Value, through_turns: bool) -> list[Value]:
    """What made a value may have handed it on from these."""
    op = value.op
    if op is None:
        return _carried(value) if through_turns else []
    if op.code == "if":
        return [r.yields[op.results.index(value)] for r in op.regions]
    if op.code in ("for", "while"):
        k, count = op.results.index(value), op.attrs["sequences"]
        walked = [v for v in op.operands[:count] if not isinstance(v.kind, Array)]
        return [*op.regions[0].yields[k:][:1], *walked, *op.operands[count + k :][:1]]
    return _returned(op, value) if op.code == "call" else parts(value)


def _carried(param: Value) -> list[Value]:
    """What a loop's parameter was before the loop, and what a turn makes of it; of a list, the list."""
    loop = param.region.owner if param.region is not None else None
    if not isinstance(loop, Op):
        return []
    body, count = loop.regions[0], loop.attrs["sequences"]
    index = body.params.index(param)
    initial = loop.operands[index]
    if index >= count:
        return [initial, body.yields[index - count]]
    return [] if isinstance(initial.kind, Array) else [initial]


def parts(value: Value) -> list[Value]:
    """What an operation that makes nothing new has put together, chosen from, or been given by the user's code."""
    op = value.op
    if op is None or op.code not in ("user", "item", "pack", "hook") and not (op.code == "prim" and _hands_on(op)):
        return []
    return list(op.operands)


def container(x: Value) -> Value:
    """What a value was read out of, or the value."""
    while (op := x.op) is not None and (op.code in ("item", "hook") or op.code == "prim" and op.attrs["prim"].name == (
            "list_item")):  # fmt: skip
        x = op.operands[0]
    return x


def _hands_on(op: Op) -> bool:
    name = op.attrs["prim"].name
    return name in ONE_OF or name.startswith("list_") or op.attrs["given"].get("copy", True) is not True


def _returned(op: Op, value: Value) -> list[Value]:
    """The arguments of a call that it may return as a result."""
    function, k = op.attrs["function"], op.results.index(value)
    if not isinstance(function, Function) or k >= len(function.region.yields):
        return []
    inner = function.region.yields[k]
    held = {inner, *origins(inner)}
    return [v for p, v in zip(function.region.params, op.operands, strict=False) if p in held]


__all__ = ["missed_around", "missed_way"]
