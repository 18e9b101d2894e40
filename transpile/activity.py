"""Which values move when some roots move."""

from __future__ import annotations

from typing import Any

from .ir import Function, Op, Region, Value, depends, listed, walk
from .kinds import NOTHING, RANGE, Array, Kind, ListOf, Other, TupleOf, is_float

LEAKED = Value(name="what the user's code keeps outside")
"""Active once an active value was given to code that may keep it where later code finds it."""


def varied(region: Region, roots: list[Value]) -> set[Any]:
    """Values of the region, and inside, that depend on a root through float operations.

    An operation is among them if it may read what one before it kept.
    """
    active = set(roots)
    spread(region, active)
    return active


def spread(region: Region, active: set[Any]) -> None:
    """Add to `active` what the operations of the region make of it."""
    for op in region.ops:
        _operation(op, active)


def _operation(op: Op, active: set[Any]) -> None:
    if op.code in ("if", "for", "while"):
        (_branch if op.code == "if" else _loop)(op, active)
        return
    if LEAKED in active and reads_outside(op):
        active.add(op)
        active.update(r for r in op.results if is_float(r.kind) or _may_carry(r.kind))
    if op.code == "call" and isinstance(op.attrs["function"], Function) and any(
            ("outside", key) in active for key in op.attrs["function"].attrs.get("captures", ())):  # fmt: skip
        active.add(op)
        active.update(r for r in op.results if is_float(r.kind) or _may_carry(r.kind))
    if leaks(op) and any(v in active for v in op.operands) and (op.code != "call" or _lets_out(op, active)):
        active.add(LEAKED)
    for key, numbers in stored(op).items():
        if any(op.operands[i] in active for i in numbers):
            active.update([LEAKED, ("outside", key)])
    if op.code == "earlier":
        active.update(op.results if listed(op) in active else ())
        return
    if op.code == "hook":
        active.update(op.results if op.operands[0] in active else ())
        return
    if any(v in active for v in (*op.operands, *op.attrs.get("around", ()))) and _moves(op):
        active.update(r for r in op.results
                      if is_float(r.kind) or holds_objects(r.kind) or _may_carry(r.kind))


def leaks(op: Op) -> bool:
    """May it keep what it is given, in an object or a module?"""
    return _holds(op, "leaks")


def _lets_out(op: Op, active: set[Any]) -> bool:
    """Does a called function keep anything of what is active in its arguments?"""
    function = op.attrs["function"]
    given = tuple(i for i, v in enumerate(op.operands[: len(function.region.params)]) if v in active)
    known = function.attrs.setdefault("lets_out", {})
    if given not in known:
        known[given] = True  # of a function that calls itself
        known[given] = LEAKED in varied(function.region, [function.region.params[i] for i in given])
    return bool(known[given])


def stored(op: Op) -> dict[Any, set[int]]:
    """The objects of the surrounding program that it stores into, and the operands that this depends on."""
    if op.code == "user":
        return {key: set(range(len(op.operands))) for key in op.attrs.get("stored", ())}
    function = op.attrs.get("function") if op.code == "call" else None
    if not isinstance(function, Function):
        return {}
    if "stored" not in function.attrs:
        known = function.attrs["stored"] = {}
        for inner in walk(function.region):
            for key, numbers in stored(inner).items():
                reads = [inner.operands[i] for i in numbers]
                known.setdefault(key, set()).update(
                    i for i, p in enumerate(function.region.params) if any(depends(v, {p}) for v in reads))
    return dict(function.attrs["stored"])


def reads_outside(op: Op) -> bool:
    """May it read what was kept?"""
    return _holds(op, "outside")


def _holds(op: Op, what: str) -> bool:
    if op.code == "user":
        return bool(op.attrs.get(what))
    function = op.attrs.get("function") if op.code == "call" else None
    if not isinstance(function, Function):
        return False
    known = function.attrs.setdefault("holds", {})
    if what not in known:
        known[what] = False  # of a function that calls itself: what it does apart from that
        known[what] = any(_holds(inner, what) for inner in walk(function.region))
    return bool(known[what])


def _may_carry(kind: Kind) -> bool:
    """May a number travel through an object of this kind, as through a string, or in a container of such?"""
    if isinstance(kind, (ListOf, TupleOf)):
        return any(map(_may_carry, [kind.item] if isinstance(kind, ListOf) else kind.items))
    return isinstance(kind, Other) and kind not in (NOTHING, RANGE)


def holds_objects(kind: Kind) -> bool:
    """Is it an array of objects or records, which may hold anything?"""
    return isinstance(kind, Array) and kind.dtype is not None and kind.dtype.kind in "OV"


def _moves(op: Op) -> bool:
    if op.code in ("const", "shape", "stop") or op.attrs.get("constant"):
        return False
    return op.code != "prim" or op.attrs["prim"].because is None


def _branch(op: Op, active: set[Any]) -> None:
    for region in op.regions:
        spread(region, active)
        for value, result in zip(region.yields, op.results, strict=True):
            if value in active and result.kind != NOTHING:
                active.add(result)


def _loop(op: Op, active: set[Any]) -> None:
    body, count = op.regions[0], op.attrs["sequences"]
    for operand, param in zip(op.operands, body.params, strict=True):
        if operand in active:
            active.add(param)
    before = -1
    while before != len(active):
        before = len(active)
        spread(body, active)
        for value, param in zip(body.yields, body.params[count:], strict=False):
            if value in active:
                active.add(param)
    carried = len(body.params) - count
    for i, result in enumerate(op.results):
        if body.yields[i] in active or i < carried and body.params[count + i] in active:
            active.add(result)
