"""`dlgradient` is where the adjoint goes: each gradient operation is replaced by its sweep.

The sweep starts at y and goes back over the operations of the region the call stands in, then
over those of the regions around it, up to the start of the function. Where y reaches x only
through an earlier turn of a loop around the call, the path is refused by name: stopping at the
start of this turn would be truncated back-propagation without a word.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..runtime.kernels.lists import check_scalar
from .activity import spread
from .adjoint.pairs import Missing, Pairs
from .adjoint.sweep import Sweep
from .builder import Builder
from .constants import note_constant, note_cut
from .derive import Derivation
from .fresh import is_fresh, may_share
from .ir import Function, Op, Region, Value, all_regions, depends, walk
from .kinds import Array, Scalar
from .lower.core import Refuse
from .sym import Sym


def expand(function: Function, pairs: Pairs, done: set[Function] | None = None) -> None:
    """Replace every gradient operation of a function, and of those it calls, in program order."""
    done = set() if done is None else done
    if function in done:
        return
    done.add(function)
    for op in list(walk(function.region)):
        if op.code == "call" and isinstance(op.attrs["function"], Function):
            expand(op.attrs["function"], pairs, done)
        elif op.code == "gradient":
            _expand_one(function, op, pairs)
        elif op.code == "derive":
            Derivation(function, op, partial(_pull, function, pairs=pairs)).write()


def _expand_one(function: Function, op: Op, pairs: Pairs) -> None:
    region = op.region
    assert region is not None
    scratch = Region(owner=region.owner)
    builder = Builder(scratch)
    note_cut(function, op)
    with builder.at(stmt=op.stmt, line=op.line, node=None, user=False):
        leaves = _sweep(function, op, region, builder, pairs)
        results = [_exit(function, op, d, value, builder) for d, value in zip(leaves, op.operands[1:], strict=True)]
        results = _unshared(function, op, results, builder)
    at = region.ops.index(op)
    for new in scratch.ops:
        new.region = region
        new.attrs.setdefault("block", op)
    region.ops[at : at + 1] = scratch.ops
    mapping = dict(zip(op.results, results, strict=True))
    for inner in all_regions(function.region):
        inner.yields = [mapping.get(v, v) for v in inner.yields]
        for other in inner.ops:
            other.operands = [mapping.get(v, v) for v in other.operands]
    function.attrs.setdefault("expanded", {}).update(mapping)


def _sweep(function: Function, op: Op, region: Region, builder: Builder, pairs: Pairs) -> list[Any]:
    """The cotangents of the x's."""
    y, xs = op.operands[0], op.operands[1:]
    active = set(xs)
    spread(function.region, active)
    sweep = Sweep(builder, active, pairs)
    seed: Any = 1.0
    if isinstance(y.kind, Array) and y.kind.dims != ():
        checked = y if y.kind.dims is not None and all(d == "1" for d in y.kind.dims) else None
        sym = Sym(y, builder)
        if checked is None:
            sym = check_scalar(sym, op.attrs["texts"][0] if op.attrs["texts"] else "y")
            sym.value.kind = y.kind
        seed = np.ones_like(sym) if y.kind.dims is not None else _seed(builder, sym)
    elif not isinstance(y.kind, (Array, Scalar)):
        seed = _seed(builder, Sym(y, builder))
    elif isinstance(y.kind, Scalar) and y.kind.type is not float:
        seed = None
    if seed is not None and sweep.follows(y):
        sweep.accumulate(y, seed, exact=True)
    return _back(sweep, region, region.ops.index(op), xs)


def _pull(function: Function, ys: list[Value], seeds: list[Any], xs: list[Value], builder: Builder,
          region: Region, position: int, pairs: Pairs) -> list[Any]:  # fmt: skip
    """The cotangents of the x's, given those of the y's, from a place of the program back."""
    active = set(xs)
    spread(function.region, active)
    sweep = Sweep(builder, active, pairs)
    for y, seed in zip(ys, seeds, strict=True):
        sweep.accumulate(y, seed, exact=True)
    return _back(sweep, region, position, xs)


def _back(sweep: Sweep, region: Region, position: int, xs: list[Value]) -> list[Any]:
    """Sweep from a place of the program to its start; the cotangents of the x's."""
    kept: dict[Value, Any] = {}
    for level in region.parents():
        _run_level(sweep, level.ops[:position], xs, kept)
        owner = level.owner
        if not isinstance(owner, Op):
            break
        if owner.code in ("for", "while"):
            _refuse_earlier_turns(sweep, owner, level, set(xs))
        position = owner.region.ops.index(owner)  # type: ignore[union-attr]
    return [kept.get(x, sweep.cotangents.get(x)) for x in xs]


def _seed(builder: Builder, sym: Any) -> Any:
    checked = check_scalar(sym, "y")
    return checked * 0.0 + 1.0


def _run_level(sweep: Sweep, ops: list[Op], xs: list[Value], kept: dict[Value, Any]) -> None:
    """Sweep over operations; an x's cotangent is complete when its definition is reached."""
    roots = set(xs)
    for op in reversed(ops):
        for result in op.results:
            if result in roots:
                kept[result] = sweep.cotangents.get(result)
        sweep.run([op])


def _refuse_earlier_turns(sweep: Sweep, loop: Op, body: Region, roots: set[Value]) -> None:
    """Is there a path from y to an x through what a loop carried from earlier turns?"""
    for param in body.params:
        if sweep.cotangents.get(param) is None or param in roots:
            continue
        if param in sweep.active and _carried_from(loop, body, param, roots):
            sweep.pairs.missing.append(Missing(loop, _EARLIER))
            return
        sweep.cotangents.pop(param)


_EARLIER = ("earlier turns: the value to differentiate also depends on x through earlier turns of "
            "this loop, and a sweep over these is not written yet. Take the gradient after the "
            "loop, or cut the path with dl.stop_gradient(...)")  # fmt: skip


def _carried_from(loop: Op, body: Region, param: Value, roots: set[Value]) -> bool:
    """May the value of a loop parameter have been made from a root?"""
    count = loop.attrs["sequences"]
    index = body.params.index(param)
    if depends(loop.operands[index], roots):
        return True
    if index < count:
        return False
    inside = set(roots)
    for root in roots:
        if root in body.params[count:]:
            k = body.params.index(root) - count
            if not _rebound(body.yields[k], root):
                return depends_within(body, body.yields[index - count], inside)
            inside.discard(root)
    return depends_within(body, body.yields[index - count], inside)


def _rebound(value: Value, root: Value) -> bool:
    """Is a yielded value surely another one than the turn's own parameter?"""
    if value is root:
        return False
    if value.op is not None and value.op.code == "if":
        k = value.op.results.index(value)
        return all(_rebound(r.yields[k], root) for r in value.op.regions)
    if value.op is not None and value.op.code in ("for", "while"):
        return False
    return True


def depends_within(body: Region, value: Value, roots: set[Value]) -> bool:
    """Does a yield depend on a root, following what the loop carries?"""
    active = set(roots)
    before = -1
    loop = body.owner
    count = loop.attrs["sequences"]
    while before != len(active):
        before = len(active)
        spread(body, active)
        for y, p in zip(body.yields, body.params[count:], strict=False):
            if y in active:
                active.add(p)
    return value in active


def _exit(function: Function, op: Op, d: Any, x: Value, builder: Builder) -> Value:
    """A gradient as it leaves: zeros if there is no path, cut off unless higher order is asked."""
    if d is None:
        function.attrs.setdefault("unconnected", []).append((op, x))
        sweep = Sweep(builder, set(), Pairs())
        d = sweep.zeros(x)
    if isinstance(d, dict):
        raise Refuse(op.node, "a gradient with respect to this container is not supported")
    if not isinstance(d, Sym):
        if isinstance(x.kind, Array) and x.kind.dims != ():
            d = np.full_like(Sym(x, builder), d)
        else:
            return builder.const(d)
    return d.value


def _unshared(function: Function, op: Op, results: list[Value], builder: Builder) -> list[Value]:
    """No gradient shares memory with another value: copied at the exit unless fresh."""
    out: list[Value] = []
    for value, x in zip(results, op.operands[1:], strict=True):
        if not isinstance(value.kind, (Scalar,)) and not _generic(value):
            if value in out or not _leaves_alone(value, builder.region):
                name = value.name
                copied = np.copy(Sym(value, builder))
                value = copied.value  # type: ignore[attr-defined]
                value.name = name if name else f"d{x.name}"
        if x.name and not value.name:
            value.name = f"d{x.name}"
        out.append(value)
    if not op.attrs["options"].get("EnableHigherDerivatives", function.attrs["higher"]):
        out = [builder.append("stop", [v], [v.kind]).result for v in out]
        for value in out:
            note_constant(function, op, value)
    return out


def _generic(value: Value) -> bool:
    return isinstance(value.kind, Array) and value.kind.generic


def _leaves_alone(value: Value, block: Region) -> bool:
    """Fresh, and nothing that the block keeps shares its memory."""
    if not is_fresh(value):
        return False
    for op in walk(block):
        if value not in op.operands or op is value.op:
            continue
        if op.code == "for" and op.attrs["sequences"] <= op.operands.index(value):
            return False
        if op.code == "call" or op.code in ("pack", "if") or may_share(op) and op.code != "for":
            return False
    return not any(value in region.yields for region in all_regions(block) if region is not block)
