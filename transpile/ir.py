"""Structured SSA: values, operations, regions.

Invariant: every value has one definition. A region may read values of the regions around it;
nothing outside reads a value of a region except through the results of the operation that owns
it. Operations are functional: a store gives a new value, whatever Python does to the memory.

Operation codes and their regions:

    prim      a row of the table; attrs: prim, given (parameter -> template with Slots)
    const     attrs: value
    user      an expression or statement of the user that is not looked into
    item      operands (container,); attrs: key
    hook      operands (x, what its block reads): x again; attrs: rule, which acts on its cotangent
    pack      attrs: template (tuple/list with Slots)
    shape     operands (array,): its shape
    call      attrs: function (a Function); results: its results
    if        operands (condition,); regions then, else; results: the yields
    for/while operands: sequences, then initial values; region params: items, then carried
              values; yields: carried values, then collected ones; results: final values, then
              lists of the collected ones (indexed by turn). attrs: sequences (count), reverse,
              exits (may stop early)
    earlier   attrs: list (a collected result of the loop whose body it begins): what the turns before this one
              have collected
    so_far    operands (earlier,): the same, read at this place of the turn
    gradient  operands: y and the leaves of x; replaced by its expansion
    derive    operands: leaves of y, leaves of x, directions; attrs: what, ys, xs (counts); the same
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .kinds import UNKNOWN, Kind


@dataclass(frozen=True)
class Slot:
    """The place of an operand in a template."""

    index: int


@dataclass(eq=False)
class Value:
    """One definition: `op` is None for parameters of a region."""

    kind: Kind = UNKNOWN
    name: str = ""
    node: Any = None  # the user's expression that computes it
    op: Op | None = None
    region: Region | None = None
    fresh: bool = False  # ours alone: nobody else can see its memory
    clobbered: bool = False  # the user's code later changes its memory in place
    unsure: bool = False  # None on some ways: first bound in a later turn, or in a branch that was not taken
    found: Any = None  # a captured value's object, seen when the program was written
    of: Value | None = None  # the value whose cotangent this is
    packed: tuple[Any, ...] | None = None  # a tuple of cotangents: of which entries of a container

    def __repr__(self) -> str:
        return f"%{self.name or 'v'}.{id(self) % 9973}"


@dataclass(eq=False)
class Op:
    """One operation; `stmt` is the user's statement it belongs to, `line` its line."""

    code: str
    operands: list[Value] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)
    results: list[Value] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    node: Any = None
    stmt: Any = None
    line: int = 0
    user: bool = False  # the user's own text computes it
    region: Region | None = None
    clock: int = 0  # when in the lowering it was made: later than every event before it

    @property
    def result(self) -> Value:
        return self.results[0]

    def __repr__(self) -> str:
        head = ", ".join(map(repr, self.results))
        what = self.attrs.get("prim") or self.attrs.get("value", "")
        return f"{head} = {self.code} {what} {self.operands}"


@dataclass(eq=False)
class Region:
    """A block of operations with parameters and yields."""

    params: list[Value] = field(default_factory=list)
    ops: list[Op] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    owner: Any = None  # the Op or Function it belongs to

    def parents(self) -> Iterator[Region]:
        """This region and those around it, innermost first."""
        region: Region | None = self
        while region is not None:
            yield region
            region = region.owner.region if isinstance(region.owner, Op) else None

    def encloses(self, inner: Region | None) -> bool:
        return inner is not None and any(r is self for r in inner.parents())


@dataclass(eq=False)
class Function:
    """A function of the program: the user's (with `source`) or one we write."""

    name: str
    region: Region
    source: Any = None
    attrs: dict[str, Any] = field(default_factory=dict)


def walk(region: Region) -> Iterator[Op]:
    """Every operation of a region and of the regions inside, in program order."""
    for op in region.ops:
        yield op
        for inner in op.regions:
            yield from walk(inner)


def slots(template: Any) -> list[int]:
    """The operand positions a template names."""
    if isinstance(template, Slot):
        return [template.index]
    if isinstance(template, dict):
        return [i for v in template.values() for i in slots(v)]
    if isinstance(template, (list, tuple)):
        return [i for v in template for i in slots(v)]
    if isinstance(template, slice):
        return slots((template.start, template.stop, template.step))
    return []


def fill(template: Any, make: Any) -> Any:
    """The template with `make(index)` in place of every Slot."""
    if isinstance(template, Slot):
        return make(template.index)
    if isinstance(template, dict):
        return {k: fill(v, make) for k, v in template.items()}
    if isinstance(template, (list, tuple)):
        items = [fill(v, make) for v in template]
        return items if type(template) is list else tuple(items)
    if isinstance(template, slice):
        return slice(*(fill(v, make) for v in (template.start, template.stop, template.step)))
    return template


def uses(region: Region) -> dict[Value, int]:
    """How often each value is read by operations or yields in the region and inside it."""
    count: dict[Value, int] = {}
    for inner in all_regions(region):
        for value in inner.yields:
            count[value] = count.get(value, 0) + 1
        for op in inner.ops:
            for value in op.operands:
                count[value] = count.get(value, 0) + 1
    return count


def depends(value: Value, roots: set[Value]) -> bool:
    """Does a value depend on one of the roots? (Through any operation around it.)"""
    seen: set[Value] = set()
    stack = [value]
    while stack:
        top = stack.pop()
        if top in roots:
            return True
        if top in seen:
            continue
        seen.add(top)
        if top.op is not None:
            stack.extend(top.op.operands)
            if top.op.code == "earlier":
                stack.append(listed(top.op))
            for inner in top.op.regions:
                stack.extend(inner.yields)
                for op in walk(inner):
                    stack.extend(op.operands)
        elif top.region is not None and isinstance(top.region.owner, Op):
            stack.extend(top.region.owner.operands)
    return False


def listed(op: Op) -> Value:
    """What the turns before have collected, for an operation "earlier": the value of each turn."""
    loop = op.attrs["list"].op
    value: Value = loop.regions[0].yields[loop.results.index(op.attrs["list"])]
    return value


def same_data(value: Value) -> Value:
    """The value that a value is once more, where blocks act on its gradient; itself if it is none."""
    op = value.op
    if op is None:
        return value
    if op.code == "hook":
        return same_data(op.operands[0])
    if op.code == "if":
        found = [same_data(r.yields[op.results.index(value)]) for r in op.regions]
        return found[0] if all(v is found[0] for v in found) else value
    if op.code in ("for", "while"):
        k, count = op.results.index(value), op.attrs["sequences"]
        body = op.regions[0]
        if k < len(body.params) - count and same_data(body.yields[k]) is body.params[count + k]:
            return same_data(op.operands[count + k])
    return value


def all_regions(region: Region) -> Iterator[Region]:
    """The region and all regions inside it."""
    yield region
    for op in region.ops:
        for inner in op.regions:
            yield from all_regions(inner)


def targets(op: Op) -> tuple[list[Value], list[Value]]:
    """The y's and the x's of a gradient, or of another derivative."""
    ys = op.attrs.get("ys", 1)
    return op.operands[:ys], op.operands[ys : ys + op.attrs.get("xs", len(op.operands))]


def substitute(region: Region, mapping: dict[Value, Value]) -> None:
    """Replace reads of values, in the region and inside it."""
    for inner in all_regions(region):
        inner.yields = [mapping.get(v, v) for v in inner.yields]
        for op in inner.ops:
            op.operands = [mapping.get(v, v) for v in op.operands]


def check(region: Region, visible: frozenset[Value] = frozenset()) -> None:
    """Raise AssertionError unless every read is of a value defined before, in sight."""
    seen = set(visible) | set(region.params)
    for op in region.ops:
        for value in op.operands:
            assert value in seen, f"{op} reads {value} before its definition"
        assert op.region is region, f"{op} does not know its region"
        for inner in op.regions:
            assert inner.owner is op
            check(inner, frozenset(seen))
        for value in op.results:
            assert value.op is op
            seen.add(value)
    for value in region.yields:
        assert value in seen, f"yield of {value}, which is not in sight"


def show(region: Region, indent: str = "") -> str:
    """The region as text, for people who debug the transpiler."""
    lines = [f"{indent}({', '.join(map(repr, region.params))}) ->"]
    for op in region.ops:
        lines.append(f"{indent}  {op}")
        lines.extend(show(inner, indent + "    ") for inner in op.regions)
    lines.append(f"{indent}  yield {region.yields}")
    return "\n".join(lines)
