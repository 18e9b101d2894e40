"""Saving: forward values that adjoint regions read become results of the forward operations.

A list over the turns of a loop, the value or None of a branch, an entry of the tuple that a forward
function saves: the read in the adjoint is replaced by it. Of a loop, three things are not saved: what
no turn changes, what arithmetic on Python numbers can make again, and a value at a turn's end whose
value at the turn's start is saved (it is carried backwards).
"""

from __future__ import annotations

from collections.abc import Callable

from .builder import Builder
from .ir import Function, Op, Region, Value, all_regions, substitute, walk
from .kinds import NOTHING, RANGE, Array, ListOf, Scalar
from .shapes import shape_chain
from .thrift import SAVES_WORK


def defined(region: Region) -> list[Value]:
    out = list(region.params)
    for op in region.ops:
        out.extend(op.results)
        for inner in op.regions:
            out.extend(defined(inner))
    return out


def standing(region: Region) -> list[Value]:
    """The values of a region, but for those of a derivative that is just being written into it."""
    out = list(region.params)
    for op in region.ops:
        if (block := op.attrs.get("block")) is not None and block in region.ops:
            continue
        out.extend(op.results)
        for inner in op.regions:
            out.extend(standing(inner))
    return out


def _reads(region: Region, local: set[Value]) -> list[Value]:
    """Values of `local` that the region reads, in the order of first reading."""
    out: dict[Value, None] = {}
    for inner in all_regions(region):
        for op in inner.ops:
            for value in op.operands:
                if value in local:
                    out[value] = None
        for value in inner.yields:
            if value in local:
                out[value] = None
    return list(out)


def hoist_shapes(region: Region, local: set[Value]) -> None:
    """Ask for the shape where the array is, so that the shape is saved and not the array."""
    for inner in all_regions(region):
        for op in list(inner.ops):
            if op.code == "shape" and op.operands[0] in local:
                value = next((v for v in shape_chain(op.operands[0]) if v not in local), op.operands[0])
                owner = value.op.region if value.op is not None else value.region
                if owner is None:
                    continue
                if value not in local:
                    op.operands[0] = value
                    continue
                known = owner_shape(owner, value, op)
                inner.ops.remove(op)
                substitute(region, {op.results[0]: known})
                local.add(known)


def owner_shape(owner: Region, value: Value, op: Op) -> Value:
    """The shape operation of a value in its own region, made if there is none."""
    for other in owner.ops:
        if other.code == "shape" and other.operands[0] is value:
            return other.result
    at = owner.ops.index(value.op) + 1 if value.op is not None else 0
    new = Op("shape", [value], {}, [], [], None, value.op.stmt if value.op else None,
             value.op.line if value.op else 0, False, owner)  # fmt: skip
    new.results = [Value(op.results[0].kind, op=new)]
    owner.ops.insert(at, new)
    return new.result


def export_from_branch(op: Op, region: Region, mirror: Region) -> None:
    """What the adjoint arm reads of the forward arm becomes a result: the value, or None."""
    local = set(defined(region))
    hoist_shapes(mirror, local)
    known = op.attrs.setdefault("exports", {})
    mapping = {}
    for value in _reads(mirror, local):
        if value not in known:
            known[value] = _export(op, region, value)
        mapping[value] = known[value]
    substitute(mirror, mapping)


def _export(op: Op, region: Region, value: Value) -> Value:
    result = Value(value.kind, value.name, op=op, unsure=True)
    op.results.append(result)
    for inner in op.regions:
        if inner is region:
            inner.yields.append(value)
        else:
            new = Op("const", [], {"value": None}, [], [], None, op.stmt, op.line, True, inner)
            new.results = [Value(NOTHING, op=new)]
            inner.ops.append(new)
            inner.yields.append(new.result)
    op.attrs.setdefault("exported", {})[result] = value
    return result


SoFar = Callable[[Value], Value]


def export_from_loop(op: Op, mirror: Op, region: Region, so_far: SoFar | None = None) -> None:
    """What the adjoint body reads of a turn becomes a list over the turns.

    An adjoint that stands in the loop, and goes back over the turns before, reads of each list what there
    is `so_far`.
    """
    body = op.regions[0]
    local = set(defined(body) if so_far is None else standing(body))
    hoist_shapes(region, local)
    make_again(op, region, local)
    known = op.attrs.setdefault("lists", {})
    mapping: dict[Value, Value] = {}
    backwards: list[tuple[int, Value]] = []
    reads = _reads(region, local)
    for value in reads:
        source = _unchanged(op, value) or (_again(op, value) if so_far is None else None)
        if isinstance(source, Value):
            mapping[value] = source
            continue
        k = _end_of_turn(op, value, reads) if value not in known else None
        if k is not None:
            backwards.append((k, value))
            continue
        sequence = source[0] if source else known.get(value)
        if sequence is None:
            sequence = known[value] = collect(op, value)
        mapping[value] = add_sequence(mirror, region, so_far(sequence) if so_far else sequence, value)
    for k, value in backwards:
        last = op.regions[0].params[op.attrs["sequences"] + k] if so_far else op.results[k]
        mapping[value] = carry_backwards(op, mirror, region, k, mapping, last)
    substitute(region, mapping)
    if not mirror.attrs["sequences"]:
        _count_turns(op, mirror, region, known, so_far)


CHEAP = ("add", "subtract", "multiply", "negative")
"""Arithmetic on Python numbers that costs less than an append and cannot raise the second time."""


def make_again(op: Op, region: Region, local: set[Value]) -> None:
    """Make cheap numbers of a turn again where the adjoint reads them, if no more has to be saved for it."""
    if not SAVES_WORK:
        return
    body = op.regions[0]
    reads = _reads(region, local)
    cheap = {v for maker in body.ops if _is_cheap(maker) and _end_of_turn(op, v := maker.result, reads) is None}
    made = {v for v in reads if v in cheap and _leaves(v, cheap, local) <= set(reads)}
    for maker in reversed(body.ops):
        if len(maker.results) == 1 and maker.result in made:
            _make_again(region, maker)
            made.update(v for v in maker.operands if v in cheap)


def _is_cheap(op: Op) -> bool:
    if op.code != "prim" or op.attrs["prim"].name not in CHEAP:
        return False
    return all(isinstance(v.kind, Scalar) and v.kind.type in (int, float) for v in (op.result, *op.operands))


def _leaves(value: Value, cheap: set[Value], local: set[Value]) -> set[Value]:
    """The values of the turn that a cheap number is made of."""
    out: set[Value] = set()
    assert value.op is not None
    for operand in value.op.operands:
        if operand in cheap:
            out |= _leaves(operand, cheap, local)
        elif operand in local:
            out.add(operand)
    return out


def _make_again(region: Region, maker: Op) -> None:
    """A copy of the operation before its first reader."""
    value = maker.result
    reader = next((op for op in region.ops if _op_reads(op, value)), None)
    at = region.ops.index(reader) if reader is not None else len(region.ops)
    where = reader if reader is not None else maker
    new = Op("prim", list(maker.operands), dict(maker.attrs), [], [], None, where.stmt, where.line, False, region)
    new.results = [Value(value.kind, value.name, op=new)]
    region.ops.insert(at, new)
    substitute(region, {value: new.result})


def _op_reads(op: Op, value: Value) -> bool:
    return value in op.operands or any(value in _reads(inner, {value}) for inner in op.regions)


def _end_of_turn(op: Op, value: Value, reads: list[Value]) -> int | None:
    """Which carried name holds the value after the turn, if its value before the turn is saved anyway?"""
    body, count = op.regions[0], op.attrs["sequences"]
    if op.attrs["exits"] or value.op is None or not SAVES_WORK:
        return None
    for k, param in enumerate(body.params[count:]):
        if body.yields[k] is value and param in reads and param.kind == value.kind == op.results[k].kind:
            return k
    return None


def carry_backwards(op: Op, mirror: Op, region: Region, k: int, mapping: dict[Value, Value], last: Value) -> Value:
    """The value after a turn is the one before the next turn, the `last` one's given: no second list."""
    before = mapping[op.regions[0].params[op.attrs["sequences"] + k]]
    unsure = before.unsure or last.unsure
    param = Value(before.kind, before.name, region=region, unsure=unsure)
    at = len(region.params) - mirror.attrs["sequences"]
    region.params.append(param)
    mirror.operands.append(last)
    region.yields.insert(at, before)
    mirror.results.insert(at, Value(before.kind, before.name, op=mirror, unsure=unsure))
    return param


def _unchanged(op: Op, value: Value) -> Value | None:
    """A carried value that no turn changes is what it was before the loop."""
    body, count = op.regions[0], op.attrs["sequences"]
    if value in body.params[count:]:
        k = body.params.index(value) - count
        if body.yields[k] is value:
            return op.operands[count + k]
    return None


def _again(op: Op, value: Value) -> tuple[Value] | None:
    """The item of a sequence that can simply be walked again, backwards."""
    body, count = op.regions[0], op.attrs["sequences"]
    if count != 1 or op.attrs["exits"] or value is not body.params[0] or op.code != "for":
        return None
    sequence = op.operands[0]
    if sequence.clobbered:
        return None
    walkable = sequence.kind == RANGE or isinstance(sequence.kind, (Array, ListOf))
    return (sequence,) if walkable else None


def collect(op: Op, value: Value) -> Value:
    """The list of a value's turns, a result of the loop."""
    body = op.regions[0]
    body.yields.append(value)
    result = Value(ListOf(value.kind), value.name, op=op)
    op.results.append(result)
    op.attrs.setdefault("collected", {})[result] = value
    return result


def add_sequence(mirror: Op, region: Region, sequence: Value, value: Value) -> Value:
    """One more sequence for the adjoint loop to walk."""
    at = mirror.attrs["sequences"]
    param = Value(value.kind, value.name, region=region, unsure=value.unsure)
    region.params.insert(at, param)
    mirror.operands.insert(at, sequence)
    mirror.attrs["sequences"] = at + 1
    return param


def _count_turns(op: Op, mirror: Op, region: Region, known: dict[Value, Value], so_far: SoFar | None) -> None:
    """An adjoint loop that reads nothing still has to know how often to turn."""
    body, count = op.regions[0], op.attrs["sequences"]
    if count and so_far is None and (again := _again(op, body.params[0])):
        add_sequence(mirror, region, again[0], body.params[0])
        return
    marker = next((v for v in known if v in known), None)
    if marker is None:
        new = Op("const", [], {"value": None}, [], [], None, op.stmt, op.line, True, body)
        new.results = [Value(NOTHING, "turn", op=new)]
        body.ops.insert(0, new)
        marker = new.result
        known[marker] = collect(op, marker)
    add_sequence(mirror, region, so_far(known[marker]) if so_far else known[marker], marker)


def replace(region: Region, mapping: dict[Value, Value]) -> None:
    """Put values in the place of others, also where these are saved."""
    substitute(region, mapping)
    for op in walk(region):
        for saved in ("collected", "exported"):
            if saved in op.attrs:
                op.attrs[saved] = {k: mapping.get(v, v) for k, v in op.attrs[saved].items()}
        for known in ("lists", "exports"):
            if known in op.attrs:
                op.attrs[known] = {mapping.get(k, k): v for k, v in op.attrs[known].items()}


def export_from_function(function: Function, region: Region, saved: Value) -> None:
    """What the backward function reads of the forward one becomes an entry of what it saves."""
    local = set(defined(function.region))
    hoist_shapes(region, local)
    items = function.attrs["saved"]
    builder = Builder(Region(owner=region.owner))
    mapping = {}
    for value in _reads(region, local):
        if value not in items:
            items.append(value)
        position = items.index(value)
        op = builder.append("item", [saved], [value.kind], key=position)
        op.result.name, op.result.unsure = value.name, value.unsure
        mapping[value] = op.result
    substitute(region, mapping)
    for op in reversed(builder.region.ops):
        op.region = region
        region.ops.insert(0, op)
