"""The only file that knows the order: source, lower, expand, prune, print, load."""

from __future__ import annotations

import inspect
import linecache
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError, FormatError, GradientWarning, NotDifferentiable, StrictError, UnsupportedSyntax
from ..runtime.settings import NOW
from .adjoint.pairs import Missing, Pairs
from .arguments import Arguments, describe, has_labels, labelled, labelling, stripped
from .diagnose import Problem, raise_problems
from .emit.module import Module, emit, heading, reached
from .expand import expand
from .front.comprehensions import NeedLoop, place
from .front.places import NeedPlaces
from .front.turns import NeedTurns
from .infer import NeedStatic
from .ir import Function, Value, walk
from .load import Loader
from .lower.core import Refuse
from .lower.program import Lowerer, Program, lower
from .lower.turns import written_out
from .lower.values import leaves, shown
from .notes import note
from .polish.overwrite import overwrite
from .polish.prune import prune
from .polish.simplify import simplify
from .remarks import remarks, unused
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
    for _ in range(ROUNDS):
        try:
            return _write(fun, args, kwargs, Program(specials, loops, turns, rows), static, higher)
        except NeedLoop as need:
            loops |= {(need.function.source.source.fun.__code__, need.key)}
        except NeedPlaces as need:
            rows |= {(need.function.source.source.fun.__code__, place(need.node))}
        except NeedTurns as need:
            turns = {**turns, (need.function.source.source.fun.__code__, place(need.node)): need.walk}
        except NeedStatic as need:
            path = need.path  # type: ignore[attr-defined]
            if path is None or path in static:
                raise UnsupportedSyntax(
                    f"{fun.__name__}: an axis, or another argument that the text of the gradient depends on, is "
                    f"computed in the model: pass it as an argument, or write the number"
                ) from None
            static = static | {path}
    raise UnsupportedSyntax(f"{fun.__name__}: too many arguments that the text depends on")


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
    plan = labelling(function.attrs["result"], lowerer.state.heap)
    return Written(
        module, function, scope.source, plan, [*unconnected(function), *said], guards_of(program),
        static, any(map(has_labels, [*args, *kwargs.values()])), bool(function.attrs.get("stores")),
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
                out.append(f"{start}depends on {variable_text(gradient, x)} only through {constant_text(lines)}: "
                           "its gradient is zero")  # fmt: skip
            else:
                out.append(f"{start}does not depend on {variable_text(gradient, x)}: its gradient is zero")
        for gradient, lines in cut.items():
            out.append(f"line {gradient.line}: nothing of this gradient goes through {constant_text(lines)}")
    return out


def variable_text(gradient: Any, x: Value) -> str:
    """What an x is called: the user's text, or a name for a part of a container."""
    arguments, texts = gradient.attrs.get("wrt", ()), gradient.attrs["texts"]
    number = next((n for v, n in arguments if v is x), None)
    text = texts[number + 1] if number is not None and number + 1 < len(texts) else ""
    return text or x.name or "a variable"


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
    op = missing.op
    inside = op.attrs.get("inside")
    deeper = [p.node for p in inside.problems] if inside is not None else []
    made = [v.op.node for v in op.operands if v.op is not None and v.op.code == "for"]
    return [*made, op.node, op.stmt, op.attrs.get("call"), *deeper]


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


# --- running -------------------------------------------------------------------------------


class Specialised:
    """One generated function, ready to be called."""

    def __init__(self, written: Written, fun: FunctionType, loader: Loader) -> None:
        self.written, self.fun, self.loader = written, fun, loader
        self.function: Callable[..., Any] = loader.load(fun)
        self.checked: Callable[..., Any] | None = None  # the function with a check behind every statement
        self.plain = not (written.strips or written.plan is not None or written.warns or written.checks_sharing)

    def rebuilt(self, fun: FunctionType) -> Specialised:
        """The same program for another function object of the same code."""
        return Specialised(self.written, fun, self.loader)

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        function = self.with_checks() if NOW.check_numerics else self.function
        if self.plain:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                note(error, self.written.module, self.loader.filename)
                raise
        written = self.written
        if written.strips:
            args = tuple([stripped(a) for a in args])
            kwargs = {k: stripped(v) for k, v in kwargs.items()}
        if written.checks_sharing:
            check_sharing([*args, *kwargs.values()])
        if NOW.strict and written.warns:
            raise StrictError("\n".join(written.warns))
        try:
            out = function(*args, **kwargs)
        except Exception as error:
            note(error, written.module, self.loader.filename)
            raise
        for text in written.warns:
            warnings.warn(text, GradientWarning, stacklevel=4)
        return labelled(out, written.plan)

    def with_checks(self) -> Callable[..., Any]:
        """The function that stops at its first NaN or infinity."""
        if self.checked is None:
            self.checked = Loader(self.written.module, self.loader.filename, True).load(self.fun)
        return self.checked


def check_sharing(args: list[Any]) -> None:
    """Refuse arguments that share memory, for a function that stores into an argument."""
    arrays = list(_arrays(args))
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            if np.shares_memory(a, b):
                raise UnsupportedSyntax(
                    "two arguments share memory, and the function changes arrays in place: pass copies"
                )


def _arrays(items: Any) -> Any:
    for item in items:
        if isinstance(item, np.ndarray):
            yield item
        elif isinstance(item, dict):
            yield from _arrays(item.values())
        elif isinstance(item, (list, tuple)):
            yield from _arrays(item)


_COUNT = [0]


def register(written: Written) -> str:
    """Give the text a file name under which tracebacks and debuggers find it."""
    _COUNT[0] += 1
    filename = f"<dlgrad {written.module.main}-{_COUNT[0]}>"
    text = written.module.text
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    return filename


__all__ = ["DLError", "Specialised", "describe", "write"]
