"""A variable that was made together with the value to differentiate, by one call, branch or loop.

Seen from outside the two are results side by side, of which neither is made of the other. Inside, the one may
be made of the other: a sweep from outside would miss that and call the gradient zero.
"""

from __future__ import annotations

from .activity import varied
from .ir import Function, Op, Region, Value

WHY = ("its value and what is differentiated come out of one {}, in which the one is made of the other: take the "
       "gradient in there, or compute what is differentiated after it, from the variable")  # fmt: skip
WORDS = {"call": "call", "if": "branch", "for": "loop", "while": "loop"}


def made_together(region: Region, y: Value, x: Value) -> str:
    """Why a sweep from `y` would miss a way to `x`; empty if it does not."""
    op = maker(x)
    if op is None or not any(_inner(op, y, x, r, region) for r in op.results):
        return ""
    return WHY.format(WORDS[op.code])


def maker(x: Value) -> Op | None:
    """The call, branch or loop that a value, or the container it is an entry of, is a result of."""
    op = x.op
    while op is not None and op.code in ("item", "hook"):
        op = op.operands[0].op
    return op if op is not None and op.code in WORDS and (op.code != "call" or _bodies(op)) else None


def _bodies(op: Op) -> list[Region]:
    """The blocks that make an operation's results."""
    if op.code != "call":
        return op.regions
    function = op.attrs["function"]
    return [function.region] if isinstance(function, Function) else []


def _inner(op: Op, y: Value, x: Value, other: Value, region: Region) -> bool:
    """Does `y` depend on `x` through `other`, which is another result of the operation that made `x`?"""
    results = [r for r in op.results if r is x or r in _containers(x)]
    if other in results or other is not y and y not in varied(region, [other]):
        return False
    j, k = op.results.index(other), op.results.index(results[0])
    for body in _bodies(op):
        if max(j, k) >= len(body.yields):
            continue
        if any(_reaches(body, body.yields[j], part) for part in _parts(body.yields[k])):
            return True
    return False


def _containers(x: Value) -> list[Value]:
    """The containers around a value that was read out of them."""
    out = []
    while x.op is not None and x.op.code in ("item", "hook"):
        x = x.op.operands[0]
        out.append(x)
    return out


def _parts(value: Value) -> list[Value]:
    """A value, or those it is packed of."""
    if value.op is not None and value.op.code == "pack":
        return [part for operand in value.op.operands for part in _parts(operand)]
    return [value]


def _reaches(body: Region, y: Value, x: Value) -> bool:
    return y is x or y in varied(body, [x]) or bool(made_together(body, y, x))
