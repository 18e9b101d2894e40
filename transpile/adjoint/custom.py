"""The adjoint of a call that has a backward function of the user's: a call of that function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...runtime.declare import NAMES, TABLE
from ..given import Rule
from ..ir import Function, Op, Value
from ..kinds import Array, Scalar
from ..shapes import is_number_kind, same_shape, shape_chain
from ..sym import Sym
from .pairs import Missing

if TYPE_CHECKING:
    from .sweep import Sweep

AROUND = "it reads a variable from outside that the gradient depends on: pass it as an argument"
MEMORY = "its memory values depend on its inputs, which its backward method says nothing of: save the outputs instead"


def sweep_rule(sweep: Sweep, op: Op, given: list[Any]) -> None:
    """The user's backward function, on the cotangents of the results."""
    rule = op.attrs["rule"]
    now, found = dict(zip(rule.before, op.operands, strict=True)), dict(zip(op.results, given, strict=True))
    gradients = [(now.get(v, v), source) for v, source in rule.gradients]
    around = op.operands[op.attrs["own"] :] if op.code == "call" else ()
    stored = [("outside", key) for key in op.attrs["function"].attrs.get("captures", ())] if op.code == "call" else []
    if any(v in sweep.active for v in (*around, *rule.captures, *stored)):
        sweep.pairs.missing.append(Missing(op, AROUND))
        return
    if any(now.get(v, v) in sweep.active for v in rule.refused):
        sweep.pairs.missing.append(Missing(op, rule.refused_why))
        return
    if not any(v in sweep.active for v, _ in gradients):
        return
    if "kept" in op.attrs:
        if found.get(op.attrs["kept"]) is not None:
            sweep.pairs.missing.append(Missing(op, MEMORY))
            return
        memory = {v: i for i, v in enumerate(op.attrs["memory"]) if v in rule.operands}
        now.update({v: sweep.builder.item(op.attrs["kept"], i) for v, i in memory.items()})
    op.attrs["swept"] = True
    operands = [arriving(sweep, rule, v, found) if v in rule.cotangents else now.get(v, v) for v in rule.operands]
    call = sweep.builder.append("call", operands, rule.kinds, function=rule.function, captures=[], given=rule.given,
                                paths=rule.paths, count=rule.count, around=rule.captures)  # fmt: skip
    for value, source in gradients:
        if value in sweep.active:
            sweep.accumulate(value, leaving(sweep, op, value, call, source), exact=True)


def arriving(sweep: Sweep, rule: Rule, placeholder: Value, found: dict[Value, Any]) -> Value:
    """The cotangent of a result as the user's function takes it: of the result's shape and type."""
    result = rule.cotangents[placeholder]
    d = found.get(result)
    value = sweep.promised(sweep.zeros(result) if d is None else sweep.whole(result, d), result)
    kind = result.kind
    if isinstance(kind, Array) and kind.dims == () and kind.dtype is not None:
        scalar = isinstance(value.kind, Array) and value.kind.generic and value.kind.dtype == kind.dtype
        row = TABLE.get(kind.dtype.type)
        if row is not None and (not scalar or value.kind.loose):  # type: ignore[attr-defined]
            made = sweep.builder.call(row, (Sym(value, sweep.builder),), {})
            return made.value if isinstance(made, Sym) else sweep.as_value(made)
    if placeholder in rule.copies:
        return np.copy(Sym(value, sweep.builder)).value  # type: ignore[attr-defined, call-overload]
    return value


def leaving(sweep: Sweep, op: Op, value: Value, call: Op, source: Any) -> Any:
    """What the user's function gives for an argument, if it has its shape."""
    builder = sweep.builder
    if not isinstance(source, tuple):
        return source
    result = call.results[source[1]]
    if not result.name and value.name:
        result.name, result.of = f"d{value.name}", value
    if is_number_kind(result.kind) and is_number_kind(value.kind):
        return Sym(result, builder)
    if has_shape_of(op, result, call, value):
        call.attrs.setdefault("alike", {})[result] = value
        return Sym(result, builder)
    out = NAMES["shaped"].fun(Sym(result, builder), Sym(value, builder))
    kind, like = result.kind, value.kind
    known = isinstance(kind, Array) and isinstance(like, Array) and kind.dtype is not None
    if isinstance(kind, Array) and isinstance(like, Array) and known:
        out.value.kind = Array(kind.dtype, like.dims, like.generic)
    else:
        out.value.kind = like
    if not known and not isinstance(value.kind, Scalar):
        out = NAMES["fitted"].fun(out, Sym(value, builder))
        out.value.kind = value.kind
    return out


def has_shape_of(op: Op, result: Value, call: Op, value: Value) -> bool:
    """Does what the backward function gives surely have the shape of an argument?"""
    rule = op.attrs["rule"]
    now = dict(zip(rule.before, op.operands, strict=True))
    made = origins(rule.function, call.results.index(result), rule.operands)
    like = [rule.cotangents.get(v, now.get(v, v)) for v in made]
    if op.code == "hook":
        return any(v in op.results or same_shape(v, value) for v in like)
    forward = op.attrs["function"]
    like += [w for v in like if v in op.results for w in origins(forward, op.results.index(v), op.operands)]
    return any(same_shape(v, value) for v in like)


def origins(function: Function, index: int, operands: list[Value]) -> list[Value]:
    """What a function is given that has the shape of one of its results."""
    if index >= len(function.region.yields):
        return []
    params = function.region.params
    found = [params.index(v) for v in shape_chain(function.region.yields[index]) if v in params]
    return [operands[i] for i in found if i < len(operands)]
