"""The adjoint of a call: a call of the callee's backward function, which is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..activity import varied
from ..builder import Builder
from ..ir import Function, Op, Region, Value, walk
from ..kinds import NOTHING, UNKNOWN, Array, Kind, TupleOf
from ..saving import export_from_function
from ..sym import Sym
from .custom import AROUND, sweep_rule
from .pairs import KEPT, Missing
from .parts import flat, gradient_kind

if TYPE_CHECKING:
    from .sweep import Sweep


def sweep_call(sweep: Sweep, op: Op, given: list[Any]) -> None:
    """The callee's backward function, on the cotangents and what the forward one saved."""
    function = op.attrs["function"]
    if "rule" in op.attrs:
        sweep_rule(sweep, op, given)
        return
    if "opaque" in function.attrs:
        if any(r in sweep.active for r in op.results):
            sweep.pairs.missing.append(Missing(op, function.attrs["opaque"]))
        return
    if any(v in sweep.active for v in op.attrs.get("around", ())):
        sweep.pairs.missing.append(Missing(op, AROUND))
        return
    if op in sweep.active:
        sweep.pairs.missing.append(Missing(op, KEPT))
    saved = op.attrs.get("saved")
    outer = [d for r, d in zip(op.results, given, strict=True) if r is not saved]
    back = dict(zip(op.results, given, strict=True)).get(saved) if saved is not None else None
    if saved is not None and isinstance(back, dict):
        back = Sym(sweep.leaving(back, saved), sweep.builder) if flat(back) else None
    if back is None and all(d is None for d in outer):
        return
    asked = tuple(v in sweep.active for v in op.operands)
    if "forward" in function.attrs and asked[-1] and calls_itself(function):
        sweep.pairs.missing.append(Missing(op, AGAIN))
        return
    kept = moving_entries(sweep, op) if asked and asked[-1] else None
    key = (function, tuple(d is not None for d in outer), _mask(back), asked, kept)
    backward = sweep.pairs.made.get(key)
    if backward is None:
        backward = _make_backward(sweep, key, outer, back)
    wanted = [v for v, a in zip(op.operands, asked, strict=True) if a]
    wanted = [v for i, v in enumerate(wanted) if i not in backward.attrs.get("still", ())]
    if not wanted:
        return
    saved = op.attrs.get("saved")  # a recursive call may have got it meanwhile
    if "again" in op.attrs:
        saved = computed_again(sweep, op)
    elif saved is None:
        saved = op.attrs["saved"] = Value(UNKNOWN, f"{function.name}_{op.line}", op=op)
        op.results.append(saved)
    saved.kind = _saved_kind(function)
    results = [r for r in op.results if r is not op.attrs.get("saved")]
    cotangents = [sweep.promised(sweep.whole(r, d), r) for r, d in zip(results, outer, strict=False) if d is not None]
    if back is not None:
        cotangents.append(sweep.as_value(back))
    call = sweep.builder.append("call", [*cotangents, saved], [gradient_kind(v.kind) for v in wanted],
                                function=backward, captures=[])  # fmt: skip
    for i, (value, result) in enumerate(zip(wanted, call.results, strict=True)):
        if i < len(backward.region.yields):
            made = backward.region.yields[i]
            result.packed = made.packed
            result.kind = _promised(result.kind, made.kind) if result.packed is None else made.kind
        sweep.accumulate(value, Sym(result, sweep.builder), exact=True)


def _promised(kind: Kind, made: Kind) -> Kind:
    """The kind of a variable's cotangent, which is real where only the real part of the variable is read."""
    if isinstance(kind, Array) and isinstance(made, Array) and kind.dims != ():
        return kind if kind.dtype is None or made.dtype is None else replace(kind, dtype=made.dtype)
    return kind


def computed_again(sweep: Sweep, op: Op) -> Value:
    """What the forward function saves, by another call of it."""
    function, again = op.attrs["function"], op.attrs["again"]
    kinds = [v.kind for v in function.region.yields]
    call = sweep.builder.append("call", op.operands[: again.own], kinds, function=function, captures=[],
                                given=again.given, paths=again.paths, count=again.count,
                                around=op.operands[again.own :])  # fmt: skip
    saved = call.attrs["saved"] = Value(UNKNOWN, f"{function.name}_{op.line}", op=call)
    call.results.append(saved)
    return saved


AGAIN = "a second derivative through a function that calls itself"


def calls_itself(function: Function) -> bool:
    """Does a function reach itself through calls?"""
    seen: set[Function] = set()
    stack = [function]
    while stack:
        for op in walk(stack.pop().region):
            called = op.attrs["function"] if op.code == "call" else None
            if called is function:
                return True
            if isinstance(called, Function) and called not in seen:
                seen.add(called)
                stack.append(called)
    return False


def moving_entries(sweep: Sweep, op: Op) -> frozenset[int] | None:
    """Which entries of what a backward function reads of its forward one move; None if that is not known."""
    maker = op.operands[-1].op
    if "forward" not in op.attrs["function"].attrs or maker is None or maker.code != "call":
        return None
    if maker.attrs.get("saved") is not op.operands[-1] or "again" in maker.attrs or maker in sweep.active:
        return None
    forward = maker.attrs["function"]
    asked = [v in sweep.active for v in maker.operands]
    kept = moving_entries(sweep, maker) if asked and asked[-1] else None
    moving = varied(forward.region, moving_roots(forward, asked, kept))
    return frozenset(k for k, v in enumerate(forward.attrs["saved"]) if v in moving)


def moving_roots(function: Function, asked: Sequence[bool], kept: frozenset[int] | None) -> list[Value]:
    """The values that a function's arguments move at its start."""
    roots = [v for v, a in zip(function.region.params, asked, strict=False) if a]
    if kept is None:
        return roots
    saved = roots.pop()
    return roots + [op.result for op in function.region.ops
                    if op.code == "item" and op.operands[0] is saved and op.attrs["key"] in kept]  # fmt: skip


def _mask(back: Any) -> Any:
    """Which parts of what a forward function keeps have cotangents."""
    if not isinstance(back, Sym):
        return None if back is None else "all"
    return _mask_of_kind(back.value.kind) if back.value.packed is None else back.value.packed


def _mask_of_kind(kind: Kind) -> Any:
    if not isinstance(kind, TupleOf) or kind.keys is not None:
        return "all"
    return tuple((k, _mask_of_kind(item)) for k, item in enumerate(kind.items) if item != NOTHING)


def _back_kind(back: Any, kind: Kind) -> Kind:
    """The kind of the cotangent of something kept, of which only parts may be there."""
    if isinstance(back, Sym) and isinstance(back.value.kind, TupleOf):
        return back.value.kind
    return gradient_kind(kind)


def _saved_kind(function: Function) -> TupleOf:
    """What a forward function keeps for its backward function."""
    kinds = tuple(v.kind for v in function.attrs.setdefault("saved", []))
    return TupleOf(kinds)


def _make_backward(caller: Sweep, key: Any, given: list[Any], back: Any) -> Function:
    """Write the backward function of a function, for some cotangents and some arguments."""
    function, _, _, asked, kept = key
    region = Region()
    count = sum(1 for k in caller.pairs.made if k[0] is function)
    suffix = "_backward" if not count else f"_backward_{count + 1}"
    backward = Function(function.name + suffix, region, None, {"forward": function})
    region.owner = backward
    caller.pairs.made[key] = backward
    function.attrs.setdefault("saved", [])
    function.attrs["has_pair"] = True
    builder = Builder(region)
    roots = [v for v, a in zip(function.region.params, asked, strict=False) if a]
    sweep = caller.anew(builder, varied(function.region, moving_roots(function, asked, kept)))
    sweep.active.update(roots)
    for value, d in zip(function.region.yields, given, strict=False):
        if d is not None:
            param = Value(gradient_kind(value.kind), f"d{value.name or 'y'}", region=region)
            region.params.append(param)
            sweep.accumulate(value, Sym(param, builder), exact=True)
    if back is not None:
        _saved_cotangents(sweep, function, back, region, builder)
    saved = Value(UNKNOWN, "saved", region=region)
    region.params.append(saved)
    sweep.run(function.region.ops)
    found = [sweep.cotangents.get(value) for value in roots]
    if not calls_itself(function):  # no zeros for what no path leads to, so that who asks for them is told
        backward.attrs["still"] = {i for i, d in enumerate(found) if d is None}
    for i, (value, d) in enumerate(zip(roots, found, strict=True)):
        if i not in backward.attrs.get("still", ()):
            region.yields.append(sweep.leaving(sweep.zeros(value) if d is None else d, value))
    export_from_function(function, region, saved)
    saved.kind = _saved_kind(function)
    return backward


def _saved_cotangents(sweep: Sweep, function: Function, back: Any, region: Region, builder: Builder) -> None:
    """Second order: what the backward function read has cotangents, too."""
    items = function.attrs["saved"]
    if isinstance(back, Sym) and back.value.packed is not None:
        param = Value(back.value.kind, "dsaved", region=region, packed=back.value.packed)
        region.params.append(param)
        for k, d in sweep.arrived(Sym(param, builder)).items():
            sweep.accumulate(items[k], d, exact=True)
        return
    found = _back_kind(back, _saved_kind(function))
    kind = found if isinstance(found, TupleOf) else _saved_kind(function)
    keys = [k for k, item in enumerate(kind.items) if item != NOTHING]
    param = Value(kind, "dsaved", region=region)
    region.params.append(param)
    for k in keys:
        sweep.accumulate(items[k], Sym(builder.item(param, k), builder), exact=True)
