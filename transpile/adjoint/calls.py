"""The adjoint of a call: a call of the callee's backward function, which is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..activity import varied
from ..builder import Builder
from ..ir import Function, Op, Region, Value
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
    asked = tuple(sweep.follows(v) for v in op.operands)
    moving = tuple(v in sweep.active for v in op.operands)
    key = (function, tuple(d is not None for d in outer), _mask(back), asked, moving)
    backward = sweep.pairs.made.get(key)
    if backward is None:
        backward = _make_backward(sweep, key, outer, back)
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
    wanted = [v for v, a in zip(op.operands, asked, strict=True) if a]
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


def _mask(back: Any) -> Any:
    if back is None:
        return None
    return tuple(sorted(back)) if isinstance(back, dict) else "all"


def _saved_kind(function: Function) -> Kind:
    """What a forward function keeps for its backward function."""
    kinds = tuple(v.kind for v in function.attrs.setdefault("saved", []))
    return TupleOf(kinds)


def _make_backward(caller: Sweep, key: Any, given: list[Any], back: Any) -> Function:
    """Write the backward function of a function, for some cotangents and some arguments."""
    function, _, _, asked, moving = key
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
    moved = [v for v, a in zip(function.region.params, moving, strict=False) if a]
    sweep = caller.anew(builder, varied(function.region, moved))
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
    for value in roots:
        d = sweep.cotangents.get(value)
        region.yields.append(sweep.leaving(sweep.zeros(value) if d is None else d))
    export_from_function(function, region, saved)
    saved.kind = _saved_kind(function)
    return backward


def _saved_cotangents(sweep: Sweep, function: Function, back: Any, region: Region, builder: Builder) -> None:
    """Second order: what the backward function read has cotangents, too."""
    items = function.attrs["saved"]
    keys = sorted(back) if isinstance(back, dict) else list(range(len(items)))
    kind = TupleOf(tuple(gradient_kind(items[k].kind) if k in keys else NOTHING
                         for k in range(max(keys, default=-1) + 1)))  # fmt: skip
    param = Value(kind, "dsaved", region=region)
    region.params.append(param)
    for k in keys:
        sweep.accumulate(items[k], Sym(builder.item(param, k), builder), exact=True)
