"""What a variable may be another name for: a branch, a call or a choice may have handed on what it was given.

`dlgradient(y, x)` asks for the path from y to the data that x is. Where x is one of several things, and y was
made of one of these by another way than through x, only the run knows whether that path belongs to x.
"""

from __future__ import annotations

from typing import Any

from .activity import spread
from .carried import ONE_OF, doubtful
from .ir import Function, Op, Value
from .kinds import Array

MAYBE = ("x may be what it was before a branch, call or choice, of which the value to differentiate was made, or "
         "something else: take the gradient before, or compute the value from x after it")  # fmt: skip


def may_be_older(function: Function, y: Value, x: Value) -> bool:
    """Was y made of something that x may be another name for, by another way than through x?"""
    active = Apart(x)
    active.update(origins(x))
    if not active or doubtful(x) is not None:  # what may have been changed in place is refused for that
        return False
    spread(function.region, active)
    return y in active


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


def origins(x: Value) -> set[Value]:
    """The values that a value may be, other than itself."""
    out: set[Value] = set()
    todo = [x]
    while todo:
        for value in _handed_on(todo.pop()):
            if value not in out:
                out.add(value)
                todo.append(value)
    return out - {x}


def _handed_on(value: Value) -> list[Value]:
    """What made a value may have handed it on from these."""
    op = value.op
    if op is None:
        return []
    if op.code in ("if", "for", "while"):
        k = op.results.index(value)
        found = [r.yields[k] for r in op.regions if k < len(r.yields)]
        count = op.attrs.get("sequences", 0)
        walked = [v for v in op.operands[:count] if not isinstance(v.kind, Array)]
        return found if op.code == "if" else [*found, *walked, *op.operands[count + k :][:1]]
    if op.code == "call":
        return _returned(op, value)
    if op.code == "prim":
        return list(op.operands) if op.attrs["prim"].name in ONE_OF or _is_uncopied(op) else []
    return list(op.operands) if op.code in ("user", "item", "pack", "hook") else []


def _is_uncopied(op: Op) -> bool:
    return op.attrs["prim"].name == "list_item" or op.attrs["given"].get("copy", True) is not True


def _returned(op: Op, value: Value) -> list[Value]:
    """The arguments of a call that it may return as a result."""
    function, k = op.attrs["function"], op.results.index(value)
    if not isinstance(function, Function) or k >= len(function.region.yields):
        return []
    inner = function.region.yields[k]
    held = {inner, *origins(inner)}
    return [v for p, v in zip(function.region.params, op.operands, strict=False) if p in held]


__all__ = ["MAYBE", "may_be_older"]
