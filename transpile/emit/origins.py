"""From which statement, branch or loop of the user's a value comes, and what it is called after."""

from __future__ import annotations

import itertools
from typing import Any

import gast

from ..ir import Op, Value
from ..kinds import NOTHING, Array, Scalar
from ..lower.core import Refuse
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


def turn_nodes(value: Value) -> set[Any]:
    """The nodes of the innermost loop around a value, or, at the level of the function, none."""
    loop = outer_loop(value)
    return set(gast.walk(loop)) if loop is not None else set()


def escapes(op: Op) -> bool:
    """May a branch or loop of the user's be left for more than what stands right behind it?"""
    if not isinstance(op.node, (gast.If, gast.For, gast.While, gast.Try)) or op.code not in ("if", "for", "while"):
        return False
    jumps = (gast.Return, gast.Break, gast.Continue) if op.code == "if" else gast.Return
    return any(isinstance(n, jumps) for n in gast.walk(op.node))


def left_early(tree: Any) -> set[Any]:
    """The branches and loops in what runs once, behind which a jump may lead past lines of ours."""
    ones = [n for n in gast.walk(tree) if hasattr(n, "once")]
    jumps = (gast.Return, gast.Break, gast.Continue)
    return {n for one in ones for n in gast.walk(one) if isinstance(n, (gast.If, gast.For, gast.While, gast.Try))
            and any(isinstance(inner, jumps) for inner in gast.walk(n))}  # fmt: skip


def body_statements(node: Any) -> list[Any]:
    return list(node.body) if isinstance(node, (gast.For, gast.While)) else []


def before_jumps(statements: list[Any]) -> list[Any]:
    """The statements of a turn that run whatever happens: those before the first that may end the turn."""
    return list(itertools.takewhile(lambda stmt: not may_end_turn(stmt), statements))


def may_end_turn(node: Any) -> bool:
    """Is there a jump in a statement that ends the turn it stands in?"""
    if isinstance(node, (gast.Return, gast.Break, gast.Continue)):
        return True
    if isinstance(node, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
        return False
    if isinstance(node, (gast.For, gast.While)):  # its own jumps stay in it
        return any(isinstance(n, gast.Return) for n in gast.walk(node)) or any(map(may_end_turn, node.orelse))
    return any(map(may_end_turn, gast.iter_child_nodes(node)))


def nameless(value: Value) -> Refuse:
    """What is said of a value that no text reads and no line of ours can name."""
    op = value.op
    node = value.node
    if node is None and op is not None:
        node = op.node if op.node is not None else op.stmt
    return Refuse(node, "a value that the gradient reads has no name here",
                  "it is changed in place, or made inside an expression that is not taken apart",
                  "give it a name of its own: an assignment on a line before")  # fmt: skip


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
