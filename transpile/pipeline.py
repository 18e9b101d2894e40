"""The only file that knows the order: source, lower, expand, prune, print, load."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from ..runtime.errors import UnsupportedSyntax
from .adjoint.pairs import Missing, Pairs
from .arguments import Arguments, has_labels, labelling
from .descriptions import described
from .emit.module import Module, emit, heading, reached
from .expand import expand
from .front.needs import Need
from .front.rewrites import Rewrites
from .infer import NeedStatic
from .ir import Function, Value, walk
from .lower.core import Refuse
from .lower.program import Lowerer, Program, lower
from .lower.turns import written_out
from .lower.values import leaves, shown
from .polish.overwrite import overwrite
from .polish.prune import prune
from .polish.simplify import simplify
from .refusals import nowhere, raise_refusals, report, report_missing, where
from .remarks import remarks, unconnected, unused

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
    rewrites = Rewrites()
    blind: frozenset[Any] = frozenset()
    fixed: frozenset[Any] = frozenset()
    wary = False
    for _ in range(ROUNDS):
        program = Program(specials, rewrites, blind, wary, fixed)
        try:
            return _write(fun, args, kwargs, program, static, higher)
        except Need as need:
            if not rewrites.add(need):
                raise_refusals([(need.function, nowhere(need))], fun)
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
    raise UnsupportedSyntax(f"{fun.__name__}: it was written {ROUNDS} times, and depended on more each time: "
                            "make parts of it functions of their own")  # fmt: skip


class Entangled(Exception):
    """Objects outside that are better not taken apart; or values outside that may have been changed."""

    def __init__(self, keys: frozenset[Any], wary: bool) -> None:
        super().__init__("objects outside")
        self.keys, self.wary = keys, wary


def _write(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], program: Program,
           static: frozenset[str], higher: bool) -> Written:
    program.higher = higher
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
        written_out(program, [n for m in pairs.missing for n in where(m)])
        report_missing(pairs.missing, function, fun)
    said += unused(function)
    roots = roots_of(function)
    for one, values in roots.items():
        simplify(one, values)
        prune(one, values)
        overwrite(one.region, [*values, *one.attrs.get("saved", ())])
    scope = lowerer.source
    kinds = described(bound)
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


__all__ = ["bind_names", "write"]
