"""The only file that knows the order: source, lower, expand, prune, print, load."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError, FormatError, NotDifferentiable, UnsupportedSyntax
from .adjoint.pairs import Missing, Pairs
from .arguments import Arguments, has_labels, labelling
from .descriptions import describe
from .diagnose import Problem, raise_problems
from .emit.module import Module, emit, heading, reached
from .expand import expand
from .front.comprehensions import NeedLoop, place
from .front.places import NeedPlaces
from .front.turns import NeedTurns
from .infer import NeedStatic
from .ir import Function, Op, Value, walk
from .kinds import UNKNOWN, ListOf
from .lower.core import Refuse
from .lower.program import Lowerer, Program, lower
from .lower.turns import written_out
from .lower.values import leaves, shown
from .polish.overwrite import overwrite
from .polish.prune import prune
from .polish.simplify import simplify
from .remarks import called, remarks, unused
from .source import read

ROUNDS = 100


@dataclass
class Written:
    """A program as it was written: its module, and how its results leave."""

    module: Module
    function: Function
    source: Any
    plan: Any
    warns: list[str]
    guards: list[Any]
    static: frozenset[str]
    strips: bool
    checks_sharing: bool
    higher: bool = True
    notes: dict[str, Any] = field(default_factory=dict)


def write(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], specials: dict[Any, str],
          static: frozenset[str] = frozenset(), higher: bool = False) -> Written:
    """Transpile a model function for arguments like these.

    Raises:
        DLError: everything in the function, and in what it calls, that cannot be differentiated.
    """
    loops: frozenset[Any] = frozenset()
    rows: frozenset[Any] = frozenset()
    turns: dict[Any, Any] = {}
    blind: frozenset[Any] = frozenset()
    fixed: frozenset[Any] = frozenset()
    wary = False
    for _ in range(ROUNDS):
        program = Program(specials, loops, turns, rows, blind, wary, fixed)
        try:
            return _write(fun, args, kwargs, program, static, higher)
        except NeedLoop as need:
            code, at = need.function.source.source.fun.__code__, need.key
            loops |= {(code, at)}
            turns = {**turns, **{(code, (*at, depth)): walk for depth, walk in need.walks.items()}}
        except NeedPlaces as need:
            rows |= {(need.function.source.source.fun.__code__, place(need.node))}
        except NeedTurns as need:
            turns = {**turns, (need.function.source.source.fun.__code__, place(need.node)): need.walk}
        except Entangled as need:
            blind |= need.keys
            wary = wary or need.wary
        except NeedStatic as need:
            path = need.path  # type: ignore[attr-defined]
            if path is None and (key := program.keys.get(need.value)) is not None and key not in fixed:
                fixed |= {key}
                continue
            if path is None or path in static:
                raise UnsupportedSyntax(
                    f"{fun.__name__}: an axis, or another argument that the text of the gradient depends on, is "
                    f"computed in the model: pass it as an argument, or write the number"
                ) from None
            static = static | {path}
    raise UnsupportedSyntax(f"{fun.__name__}: too many arguments that the text depends on")


WRITTEN = "<dlgrad "
"""How the files of the models begin that `grad` and its kin write: inside, gradients may be differentiated again."""


class Entangled(Exception):
    """Objects outside that are better not taken apart; or values outside that may have been changed."""

    def __init__(self, keys: frozenset[Any], wary: bool) -> None:
        super().__init__("objects outside")
        self.keys, self.wary = keys, wary


def _write(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], program: Program,
           static: frozenset[str], higher: bool) -> Written:
    program.higher = higher or fun.__code__.co_filename.startswith(WRITTEN)
    bound = bind_names(fun, args, kwargs)
    lowerer: Any = None

    def arguments(low: Any) -> None:
        nonlocal lowerer
        lowerer = low
        maker = Arguments(low, static)
        low.maker = maker
        for name, given in bound.items():
            item = maker.abstract(given, name)
            low.entry[name] = shown(item, low.state.heap)
            low.bind(name, item, ("start", "start"))

    try:
        function, lowerer = lower(program, fun, arguments)
    except NeedStatic as need:
        need.path = lowerer.function.attrs.get("paths", {}).get(need.value)  # type: ignore[attr-defined]
        raise
    except Refuse as problem:
        raise_refusals([(None, problem)], fun)
        raise AssertionError from problem
    if program.entangled() or program.exposed():
        raise Entangled(program.entangled(), program.exposed())
    report(program, function, lowerer, fun)
    return finish(program, function, lowerer, fun, bound, static, args, kwargs)


def bind_names(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by parameter name, as Python binds them.

    Raises:
        TypeError: where Python would raise it.
    """
    found = inspect.signature(fun, follow_wrapped=False).bind(*args, **kwargs)
    found.apply_defaults()
    return dict(found.arguments)


def finish(program: Program, function: Function, lowerer: Lowerer, fun: FunctionType, bound: dict[str, Any],
           static: frozenset[str], args: Any, kwargs: Any) -> Written:
    function.attrs["higher"] = program.higher
    said = remarks(function)
    pairs = Pairs()
    pairs.missing.extend(Missing(op, op.attrs["why"]) for f in reached(function) for op in f.attrs.get("doubtful", ()))
    if not pairs.missing:
        expand(function, pairs)
    if pairs.missing:
        written_out(program, [n for m in pairs.missing for n in places_of(m)])
        report_missing(pairs.missing, function, fun)
    said += unused(function)
    roots = roots_of(function)
    for one, values in roots.items():
        simplify(one, values)
        prune(one, values)
        overwrite(one.region, [*values, *one.attrs.get("saved", ())])
    scope = lowerer.source
    kinds = describe_arguments(bound)
    try:
        module = emit(function, roots, heading(scope.source, kinds))
    except Refuse as problem:
        written_out(program, [problem.node])
        raise_refusals([(getattr(problem, "function", function), problem)], fun)
        raise AssertionError from problem
    strips = any(map(has_labels, [*args, *kwargs.values()]))
    if strips and program.changes:
        raise UnsupportedSyntax(f"{fun.__name__} changes a list, dict or object of its arguments, which hold labelled "
                                "arrays: strip the labels first, dl.stripdims(X)")  # fmt: skip
    plan = labelling(function.attrs["result"], lowerer.state.heap)
    return Written(
        module, function, scope.source, plan, [*unconnected(function), *said], guards_of(program),
        static, strips, bool(function.attrs.get("stores") or program.changes),
    )  # fmt: skip


def roots_of(function: Function) -> dict[Function, list[Value]]:
    """For each function of the program, the generated values that its own text needs."""
    out: dict[Function, list[Value]] = {}

    def visit(one: Function) -> None:
        if one in out:
            return
        out[one] = own_roots(one)
        for op in walk(one.region):
            if op.code == "call":
                visit(op.attrs["function"])

    visit(function)
    return out


def own_roots(function: Function) -> list[Value]:
    """What the replaced expressions of a function's text stand for."""
    saved = function.attrs.get("saved", []) if function.attrs.get("has_pair") else []
    if "forward" in function.attrs:
        return list(dict.fromkeys([*function.region.yields, *saved]))
    mapping = function.attrs.get("expanded", {})
    values = [v for item in function.attrs.get("replaced", {}).values() for v in leaves(item, {})]
    values += saved
    return list(dict.fromkeys(mapping.get(v, v) for v in values))


def guards_of(program: Program) -> list[Any]:
    """Everything outside the arguments that the text depends on."""
    return list(program.guards.values())


def unconnected(function: Function) -> list[str]:
    """Warnings for gradients that no path connects to their variable, or only through a constant gradient."""
    out = []
    for one in reached(function):
        cut = dict(one.attrs.get("cut", {}))
        for gradient, x in one.attrs.get("unconnected", ()):
            start = f"line {gradient.line}: the value to differentiate "
            if (lines := cut.pop(gradient, None)) is not None:
                out.append(f"{start}depends on {called(gradient, x)} only through {constant_text(lines)}: "
                           "its gradient is zero")  # fmt: skip
            else:
                out.append(f"{start}does not depend on {called(gradient, x)}: its gradient is zero")
        for gradient, lines in cut.items():
            out.append(f"line {gradient.line}: nothing of this gradient goes through {constant_text(lines)}")
    return out


def constant_text(lines: list[int]) -> str:
    """The earlier gradients that are constants to a later one, and how to make them none."""
    places = " and ".join(f"line {n}" for n in lines)
    return f"the gradient taken in {places}, which is a constant (pass EnableHigherDerivatives=True there)"


def describe_arguments(bound: dict[str, Any]) -> str:
    """The second line of a generated module: the kinds of the arguments."""
    parts = []
    for name, x in bound.items():
        parts.append(f"{name} {kind_text(x)}")
    return "arguments: " + ", ".join(parts) if parts else "no arguments"


def kind_text(x: Any) -> str:
    if isinstance(x, dlarray):
        labels = ", ".join(x.format) if x.format else f"{x.ndim}-d"
        return f"{x.dtype.str[1:]}[{labels}]"
    if isinstance(x, np.ndarray):
        ones = [str(i) for i, n in enumerate(x.shape) if n == 1]
        note = f", size 1 at {' '.join(ones)}" if ones else ""
        return f"{x.dtype.str[1:]}[{x.ndim}-d{note}]" if x.ndim else x.dtype.str[1:]
    if isinstance(x, dict):
        return "{" + ", ".join(f"{k}: {kind_text(v)}" for k, v in x.items()) + "}"
    if isinstance(x, (list, tuple)):
        return "(" + ", ".join(map(kind_text, x)) + ")"
    if isinstance(x, (bool, str, type(None))):
        return repr(x)
    return getattr(x, "__name__", None) or type(x).__name__


# --- refusals ------------------------------------------------------------------------------


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


def places_of(missing: Missing) -> list[Any]:
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


__all__ = ["DLError", "describe", "write"]
