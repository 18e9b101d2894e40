"""What lowering and the sweep could not do, told at the user's lines."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from ..runtime.errors import FormatError, NotDifferentiable, UnsupportedSyntax
from .adjoint.pairs import Missing
from .diagnose import Problem, raise_problems
from .front.needs import Need
from .ir import Function, Op, Value
from .kinds import UNKNOWN, ListOf
from .lower.core import Refuse
from .lower.program import Lowerer, Program
from .lower.turns import written_out
from .source import read


def report(program: Program, function: Function, lowerer: Lowerer, fun: FunctionType) -> None:
    """Raise what lowering has found."""
    problems = [(function, p) for p in lowerer.problems] + program.disturbed()
    if problems:
        written_out(program, [p.node for _, p in problems])
        raise_refusals(problems, fun)


def raise_refusals(problems: list[tuple[Any, Refuse]], fun: FunctionType) -> None:
    out = []
    for function, p in problems:
        own = function.source.source if function is not None and function.source is not None else read(fun)
        out.append(Problem(p.source or own, p.node, p.what, p.why, p.instead))
    cause = problems[0][1].__cause__
    raise_problems(out, FormatError if isinstance(cause, FormatError) else UnsupportedSyntax)


def report_missing(missing: list[Missing], function: Function, fun: FunctionType) -> None:
    """Raise what the sweep has found: operations without a derivative on the active path."""
    out = []
    for m in missing:
        if (inside := m.op.attrs.get("inside")) is not None and inside.problems:
            out += [Problem(p.source or inside.source.source, p.node, p.what, p.why, p.instead)
                    for p in inside.problems]  # fmt: skip
            continue
        owner = owner_of(m.op) or function
        source = owner.source.source if owner.source is not None else read(fun)
        text = node_text(m.op, source)
        what = f"cannot differentiate through {text}" if text else "cannot differentiate this"
        node = m.op.attrs.get("call") or (m.op.node if m.op.node is not None else m.op.stmt)
        out.append(Problem(source, node, what, m.why,
                           "if no gradient is wanted here, write dl.stop_gradient(...) around it"))  # fmt: skip
    raise_problems(out, NotDifferentiable)


def where(missing: Missing) -> list[Any]:
    """The nodes of the user's that something without a derivative is about."""
    out: list[Any] = []
    seen: set[Any] = set()
    todo = [missing.op]
    while todo:
        op = todo.pop()
        if op in seen:
            continue
        seen.add(op)
        inside = op.attrs.get("inside")
        deeper = [p.node for p in inside.problems] if inside is not None else []
        made = [loop.node for v in op.operands for loop in loops_behind(v)]
        out += [*made, op.node, op.stmt, op.attrs.get("call"), *deeper]
        if op.attrs.get("poison") or op.attrs.get("mutation"):  # the cause may be what was changed before
            todo += [v.op for v in op.operands if v.op is not None and v.op.code == "user"]
    return out


def loops_behind(value: Value) -> list[Any]:
    """The loops that made a value, as far as what they made is not known well."""
    out, seen, todo = [], set(), [value]
    while todo:
        top = todo.pop()
        vague = top.kind == UNKNOWN or isinstance(top.kind, ListOf) and top.kind.item == UNKNOWN
        if top in seen or not (vague or top is value):
            continue
        seen.add(top)
        if top.op is None:
            owner = top.region.owner if top.region is not None else None
            todo += owner.operands if isinstance(owner, Op) else []
            continue
        out += [top.op] if top.op.code == "for" else []
        todo += top.op.operands
    return out


def owner_of(op: Any) -> Function | None:
    region = op.region
    while region is not None:
        if isinstance(region.owner, Function):
            return region.owner
        region = region.owner.region if region.owner is not None else None
    return None


def node_text(op: Any, source: Any) -> str:
    node = op.node
    if node is None:
        return ""
    text = source.segment(node)
    return text if "\n" not in text and len(text) < 70 else text.split("\n")[0][:60] + " ..."


def nowhere(need: Need) -> Refuse:
    """Why something that has been rewritten cannot be so."""
    return Refuse(need.node, "this cannot be differentiated as it is written",
                  "its parts are not alike, and it could not be written out",
                  "write it as a plain loop, or as a function of its own")  # fmt: skip


__all__ = ["nowhere", "raise_refusals", "report", "report_missing", "where"]
