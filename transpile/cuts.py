"""Which gradients are constants to a later one, though its y depends on its x's through them."""

from __future__ import annotations

from collections.abc import Iterator

from .activity import varied
from .ir import Function, Op, Value, depends, walk
from .saving import defined


def note_cuts(function: Function, op: Op) -> None:
    """Note the lines of the gradients that cut this one off from what they were computed from."""
    lines = {line for line, value in function.attrs.get("constants", ()) if _cuts(function, op, value)}
    lines.update(_lines_of_turns(function, op))
    if lines:
        function.attrs.setdefault("cut", {})[op] = sorted(lines)


def _cuts(function: Function, op: Op, value: Value) -> bool:
    """Does y depend on a constant gradient, and that on the x's?"""
    y, xs = op.operands[0], set(op.operands[1:])
    return depends(y, {value}) and depends(value, xs) and y in varied(function.region, [value])


def _lines_of_turns(function: Function, op: Op) -> Iterator[int]:
    """The same of gradients in the loops around it, whose results y has from earlier turns."""
    regions = list(op.region.parents()) if op.region is not None else []
    for loop in [r.owner for r in regions if isinstance(r.owner, Op) and r.owner.code in ("for", "while")]:
        body = loop.regions[0]
        found = [o for o in walk(body) if o.code in ("gradient", "derive") and o.attrs["constant"]]
        local = set(defined(body)) if found else set()
        moved = varied(function.region, [x for x in op.operands[1:] if x not in local]) if found else set()
        for other in found:
            if any(v in moved for v in other.operands) and op.operands[0] in varied(function.region, other.results):
                yield other.line
