"""From which statement, branch or loop of the user's a value comes, and what it is called after."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Op, Value
from ..kinds import NOTHING, Array, Scalar
from ..order import target_name


def chain(value: Value) -> list[Value]:
    """A value, and what it was exported from, branch by branch."""
    out = [value]
    while value.op is not None and value in value.op.attrs.get("exported", {}):
        value = value.op.attrs["exported"][value]
        out.append(value)
    return out


def outer_loop(value: Value) -> Any:
    """The innermost loop around a value, by its node; None at the level of the function."""
    region = value.op.region if value.op is not None else value.region
    while region is not None:
        owner = region.owner
        if not isinstance(owner, Op):
            return None
        if owner.code in ("for", "while"):
            return owner.node
        region = owner.region
    return None


def escapes(op: Op) -> bool:
    """May a branch or loop of the user's be left for more than what stands right behind it?"""
    if not isinstance(op.node, (gast.If, gast.For, gast.While, gast.Try)) or op.code not in ("if", "for", "while"):
        return False
    jumps = (gast.Return, gast.Break, gast.Continue) if op.code == "if" else gast.Return
    return any(isinstance(n, jumps) for n in gast.walk(op.node))


def body_statements(node: Any) -> list[Any]:
    return list(node.body) if isinstance(node, (gast.For, gast.While)) else []


def line_of(value: Value) -> int:
    return value.op.line if value.op is not None else 0


def flag_name(op: Op) -> str:
    return f"jumped_{op.line}" if op.line else "jumped"


def step_base(value: Value, op: Op | None = None) -> str:
    """A step is named after the target of its line, a condition after its line."""
    op = op or value.op
    assert op is not None
    stmt = op.stmt
    if isinstance(stmt, (gast.If, gast.While)) and value.node is stmt.test:
        return f"cond_{stmt.lineno}"
    name = target_name(stmt)
    if name is not None:
        return f"{name}_1"
    return "result_1" if isinstance(stmt, gast.Return) else "step_1"


def immutable(value: Value) -> bool:
    kind = value.kind
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic or kind == NOTHING


def turned_round(op: Op) -> bool:
    """Is this a sequence that is walked from its end, for a loop over `reversed`?"""
    return op.code == "prim" and op.user and op.attrs["prim"].name in ("flip", "list_reversed")
