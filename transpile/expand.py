"""`dlgradient` is where the adjoint goes: each gradient operation is replaced by its sweep.

The sweep starts at y and goes back over the operations of the region the call stands in, then
over those of the regions around it, up to the start of the function. Where it comes to the start of a turn
of a loop, and y reaches x through the turns before, these are swept over from what they have saved so far.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..runtime.kernels.lists import check_scalar
from .activity import spread
from .adjoint.earlier import EarlierTurns
from .adjoint.pairs import Missing, Pairs
from .adjoint.sweep import Sweep
from .builder import Builder
from .carried import AROUND, SAME, doubtful, is_new, may_reach, misses_turns
from .constants import note_constant, note_cut
from .derive import Derivation
from .fresh import is_fresh, may_share
from .ir import Function, Op, Region, Value, all_regions, targets, walk
from .kinds import Array, Scalar
from .lower.core import Refuse
from .sameness import missed_around, missed_way
from .saving import defined, replace
from .sym import Sym
from .together import made_together
from .types_kept import of_its_type


def expand(function: Function, pairs: Pairs, done: set[Function] | None = None) -> None:
    """Replace every gradient operation of a function, and of those it calls, in program order."""
    done = set() if done is None else done
    if function in done:
        return
    done.add(function)
    ops = list(walk(function.region))
    for op in ops:
        if op.code in ("gradient", "derive"):
            wanted = op.attrs["options"].get("EnableHigherDerivatives", function.attrs["higher"])
            op.attrs["constant"] = not wanted
            doubts = [d for x in targets(op)[1] if (d := doubtful(x)) is not None]
            pairs.missing.extend(Missing(d, d.attrs["why"]) for d in doubts)
    for op in ops:
        if op.code == "call" and isinstance(op.attrs["function"], Function):
            if why := AROUND if misses_turns(function, op) else missed_around(function, op):
                pairs.missing.append(Missing(op, why))
            expand(op.attrs["function"], pairs, done)
        elif op.code == "gradient":
            _expand_one(function, op, pairs)
        elif op.code == "derive":
            _refuse_missed(function, op, *targets(op), pairs)
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
    replace(function.region, mapping)
    function.attrs.setdefault("expanded", {}).update(mapping)


def _sweep(function: Function, op: Op, region: Region, builder: Builder, pairs: Pairs) -> list[Any]:
    """The cotangents of the x's."""
    y, xs = op.operands[0], op.operands[1:]
    active = set(xs)
    spread(function.region, active)
    _refuse_missed(function, op, [y], xs, pairs)
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
    return _back(sweep, function, region, region.ops.index(op), xs)


def _pull(function: Function, ys: list[Value], seeds: list[Any], xs: list[Value], builder: Builder,
          region: Region, position: int, pairs: Pairs) -> list[Any]:  # fmt: skip
    """The cotangents of the x's, given those of the y's, from a place of the program back."""
    active = set(xs)
    spread(function.region, active)
    sweep = Sweep(builder, active, pairs)
    for y, seed in zip(ys, seeds, strict=True):
        sweep.accumulate(y, seed, exact=True)
    return _back(sweep, function, region, position, xs)


def _refuse_missed(function: Function, op: Op, ys: list[Value], xs: list[Value], pairs: Pairs) -> None:
    """Is there a way from a value to differentiate to a variable, where a sweep does not look?"""
    ways = (made_together(function.region, y, x) or missed_way(function, y, x) for y in ys for x in xs)
    if why := next(filter(None, ways), ""):
        pairs.missing.append(Missing(op, why))


def _back(sweep: Sweep, function: Function, region: Region, position: int, xs: list[Value]) -> list[Any]:
    """Sweep from a place of the program to its start; the cotangents of the x's."""
    kept: dict[Value, Any] = {}
    for level in region.parents():
        _run_level(sweep, level.ops[:position], xs, kept)
        owner = level.owner
        if not isinstance(owner, Op):
            break
        if owner.code in ("for", "while"):
            _earlier_turns(sweep, function, owner, xs, kept)
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


def _earlier_turns(sweep: Sweep, function: Function, loop: Op, xs: list[Value], kept: dict[Value, Any]) -> None:
    """Sweep over the turns of a loop that lie before the one the sweep has come through."""
    body = loop.regions[0]
    given = {p: d for p in body.params if (d := sweep.cotangents.pop(p, None)) is not None}
    kept.update({p: d for p, d in given.items() if p in xs})
    local = set(defined(body))
    if any(x in local and not is_new(x, loop) and may_reach(loop, list(given), x) for x in xs):
        sweep.pairs.missing.append(Missing(loop, SAME))
        return
    sweep.active.clear()
    sweep.active.update(x for x in xs if x not in local)
    spread(function.region, sweep.active)
    given = {p: d for p, d in given.items() if p in sweep.active}
    read = {op: d for op in body.ops if (d := sweep.before.pop(op, None)) is not None and op.result in sweep.active}
    if given or read:
        EarlierTurns(sweep, loop, given, read).write()


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
            d = Sym(builder.const(d), builder)
    return of_its_type(d, x.kind).value


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
    if op.attrs["constant"]:
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
