"""The adjoint of a call: a call of the callee's backward function, which is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..activity import varied
from ..builder import Builder
from ..ir import Function, Op, Region, Value, walk
from ..kinds import NOTHING, UNKNOWN, Kind, TupleOf
from ..saving import export_from_function
from ..sym import Sym
from .custom import AROUND, sweep_rule
from .pairs import KEPT, Missing
from .parts import gradient_kind

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
    if isinstance(back, dict) and not back:
        back = None
    if back is None and all(d is None for d in outer):
        return
    asked = tuple(v in sweep.active for v in op.operands)
    if "forward" in function.attrs and asked[-1] and calls_itself(function):
        sweep.pairs.missing.append(Missing(op, AGAIN))
        return
    key = (function, tuple(d is not None for d in outer), _mask(back), asked)
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
    cotangents = [sweep.as_value(sweep.whole(r, d)) for r, d in zip(results, outer, strict=False) if d is not None]
    if back is not None:
        cotangents.append(sweep.as_value(back))
    call = sweep.builder.append("call", [*cotangents, saved], [gradient_kind(v.kind) for v in wanted],
                                function=backward, captures=[])  # fmt: skip
    for i, (value, result) in enumerate(zip(wanted, call.results, strict=True)):
        if i < len(backward.region.yields):
            result.packed = backward.region.yields[i].packed
            result.kind = result.kind if result.packed is None else backward.region.yields[i].kind
        sweep.accumulate(value, Sym(result, sweep.builder), exact=True)


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


def _mask(back: Any) -> Any:
    """Which parts of what a forward function keeps have cotangents."""
    if back is None:
        return None
    if isinstance(back, dict):
        return tuple((k, _mask(back[k])) for k in sorted(back, key=str) if back[k] is not None)
    return _mask_of_kind(back.value.kind) if isinstance(back, Sym) else "all"


def _mask_of_kind(kind: Kind) -> Any:
    if not isinstance(kind, TupleOf) or kind.keys is not None:
        return "all"
    return tuple((k, _mask_of_kind(item)) for k, item in enumerate(kind.items) if item != NOTHING)


def _back_kind(back: Any, kind: Kind) -> Kind:
    """The kind of the cotangent of something kept, of which only parts may be there."""
    if isinstance(back, Sym) and isinstance(back.value.kind, TupleOf):
        return back.value.kind
    if not isinstance(back, dict) or not all(isinstance(k, int) for k in back):
        return gradient_kind(kind)
    entries = [kind.at(k) if isinstance(kind, TupleOf) else UNKNOWN for k in range(max(back, default=-1) + 1)]
    return TupleOf(tuple(NOTHING if back.get(k) is None else _back_kind(back[k], e) for k, e in enumerate(entries)))


def _saved_kind(function: Function) -> TupleOf:
    """What a forward function keeps for its backward function."""
    kinds = tuple(v.kind for v in function.attrs.setdefault("saved", []))
    return TupleOf(kinds)


def _make_backward(caller: Sweep, key: Any, given: list[Any], back: Any) -> Function:
    """Write the backward function of a function, for some cotangents and some arguments."""
    function, _, _, asked = key
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
    sweep = caller.anew(builder, varied(function.region, roots))
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
            region.yields.append(sweep.leaving(sweep.zeros(value) if d is None else d))
    export_from_function(function, region, saved)
    saved.kind = _saved_kind(function)
    return backward


def _saved_cotangents(sweep: Sweep, function: Function, back: Any, region: Region, builder: Builder) -> None:
    """Second order: what the backward function read has cotangents, too."""
    items = function.attrs["saved"]
    found = _back_kind(back, _saved_kind(function))
    kind = found if isinstance(found, TupleOf) else _saved_kind(function)
    keys = [k for k, item in enumerate(kind.items) if item != NOTHING]
    param = Value(kind, "dsaved", region=region)
    region.params.append(param)
    for k in keys:
        sweep.accumulate(items[k], Sym(builder.item(param, k), builder), exact=True)
