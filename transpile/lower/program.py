"""The whole of one transpilation: the functions it reaches and what they share."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast

from ...runtime.errors import DLError
from ..front.comprehensions import as_loops
from ..front.places import by_places
from ..front.turns import in_turns
from ..ir import Function, Region, Value
from ..source import Source, read
from .branches import FLAGS
from .core import Refuse
from .functions import Functions
from .gradients import Gradients
from .values import Cell, Const
from .walks import Walked


class Scope:
    """One function's text and the names it reads from outside."""

    def __init__(self, source: Source, tree: Any, name: str, key: Any) -> None:
        self.source, self.tree, self.name, self.key = source, tree, name, key
        self.nested_in = False
        self.module_globals = source.module_globals
        self.closure = dict(source.closure or {})

    def nested(self, node: Any, name: str) -> Scope:
        """A function made inside this one."""
        plain = name if name.isidentifier() else "inner"
        inner = Scope(self.source, node, plain, (self.key, node))
        inner.nested_in = True
        return inner

    def local_names(self) -> set[str]:
        """The parameters, and every name the body binds."""
        out = {a.id for a in all_parameters(self.tree.args)}
        body = self.tree.body if isinstance(self.tree.body, list) else []
        hidden = scoped_nodes(body)
        for stmt in body:
            for inner in gast.walk(stmt):
                if inner in hidden:
                    continue
                if isinstance(inner, gast.Name) and not isinstance(inner.ctx, gast.Load):
                    out.add(inner.id)
                elif isinstance(inner, (gast.FunctionDef, gast.ClassDef)):
                    out.add(inner.name)
                elif isinstance(inner, gast.alias):
                    out.add((inner.asname or inner.name).split(".")[0])
        return out

    def every_name(self) -> list[str]:
        """Every name its text mentions, those of functions inside it too."""
        return sorted({n.id for n in gast.walk(self.tree) if isinstance(n, gast.Name)})

    def free_names(self) -> set[str]:
        """Names it reads and does not bind itself."""
        read = {n.id for n in gast.walk(self.tree) if isinstance(n, gast.Name)}
        return read - self.local_names()


def scoped_nodes(body: list[Any]) -> set[Any]:
    """Nodes inside nested functions and comprehensions, which bind names of their own."""
    out: set[Any] = set()
    for stmt in body:
        for inner in gast.walk(stmt):
            if isinstance(inner, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
                out.update(set(gast.walk(inner)) - {inner})
            elif isinstance(inner, (gast.ListComp, gast.SetComp, gast.GeneratorExp, gast.DictComp)):
                for generator in inner.generators:
                    out.update(gast.walk(generator.target))
    return out


def all_parameters(signature: Any) -> list[Any]:
    """Every parameter of a function, in order."""
    rest = [a for a in (signature.vararg, signature.kwarg) if a is not None]
    return [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, *rest]


class Program:
    """What the lowerings of one model function and of all it calls share."""

    def __init__(self, specials: dict[Any, str], loops: frozenset[Any] = frozenset(),
                 turns: dict[Any, Any] | None = None, rows: frozenset[Any] = frozenset()) -> None:
        self.specials = specials
        self.loops = loops  # (code, place) of comprehensions that are written as loops
        self.rows = rows  # (code, place) of loops over rows that take them by their places
        self.turns = turns or {}  # by (code, place): the walks of loops that are written out
        self.walks: dict[Any, Any] = {}  # by their nodes: the walks of loops that could be
        self.functions: dict[Any, Any] = {}
        self.scopes: dict[Any, Scope] = {}
        self.depth = 0
        self.higher = False
        self.guards: dict[Any, Any] = {}
        self.lookups: dict[Any, set[Any]] = {}  # the functions in which something outside is read
        self.writes: dict[Any, dict[Any, Any]] = {}  # those in which it is changed in place, and where last
        self.outside: dict[Any, Any] = {}  # cells that are known to live outside: what they are a part of

    def disturbed(self) -> list[tuple[Function, Refuse]]:
        """What lives outside, and is changed in one function and read in another: the order is not followed."""
        out = []
        for key, places in self.writes.items():
            if len(self.lookups.get(key, set()) | places.keys()) > 1:
                function, stmt, name = list(places.values())[-1]
                out.append((function, Refuse(
                    stmt, f"{name}, which lives outside the model, is changed in place and read",
                    "what other functions see of the change is not followed",
                    "pass it as an argument, or make a new one")))  # fmt: skip
        return out

    def read(self, fun: FunctionType) -> Scope:
        """The scope of a Python function.

        Raises:
            Refuse: if its text cannot be had.
        """
        if fun not in self.scopes:
            try:
                source = read(fun)
            except DLError as error:
                raise Refuse(None, str(error)) from error
            name = getattr(source.tree, "name", "model")
            places = frozenset(p for code, p in self.loops if code is fun.__code__)
            turns = {p: walk for (code, p), walk in self.turns.items() if code is fun.__code__}
            rows = frozenset(p for code, p in self.rows if code is fun.__code__)
            tree = by_places(in_turns(as_loops(source.tree, places), turns), rows)
            self.scopes[fun] = Scope(source, tree, name, fun)
        return self.scopes[fun]


class Lowerer(Functions, Gradients):
    """Lowers one function: see the classes it is made of, one subject each."""

    def __init__(self, program: Any, source: Scope, function: Function) -> None:
        super().__init__(program, source, function)
        self.locals = source.local_names()
        self.walked = Walked()
        self.state.names.update(FLAGS)

    def run_body(self) -> None:
        """Lower the body; problems are collected in `problems`."""
        tree = self.source.tree
        self.refuse_generators(tree)
        if isinstance(tree, gast.Lambda):
            with self.at_lambda(tree):
                self.state.names["$val"] = self.expr(tree.body)
        elif isinstance(tree, gast.FunctionDef):
            self.block(tree.body)
            self.fall_through()
        else:
            self.problems.append(Refuse(tree, "an async function", "it cannot be a model function"))

    def fall_through(self) -> None:
        """A function that reaches its end returns None."""
        returned = self.state.names["$ret"]
        if isinstance(returned, Const):
            if not returned.value:
                self.state.names["$val"] = Const(None)
            return

        def nothing() -> None:
            self.state.names["$val"] = Const(None)

        self.state.names["$jump"] = Const(False)
        self.branch(returned, lambda: self.left(returned), nothing, None, None, [])

    def at_lambda(self, tree: Any) -> Any:
        self.stmt = tree
        self.anchor = (tree, "after")
        return self.builder.at(stmt=tree, line=tree.lineno, node=None)

    def refuse_generators(self, tree: Any) -> None:
        body = tree.body if isinstance(tree.body, list) else [tree.body]
        for stmt in body:
            for inner in gast.walk(stmt):
                if isinstance(inner, (gast.Yield, gast.YieldFrom)):
                    self.problems.append(Refuse(
                        inner, "yield in a model function", "it would make it a generator",
                        "build a list and return it"))  # fmt: skip


def lower(program: Program, fun: FunctionType, arguments: Any) -> tuple[Function, Lowerer]:
    """Lower a model function; `arguments(lowerer)` binds its parameters."""
    scope = program.read(fun)
    region = Region()
    function = Function(scope.name, region, scope)
    region.owner = function
    lowerer = Lowerer(program, scope, function)
    function.attrs["lowerer"] = lowerer
    arguments(lowerer)
    lowerer.run_body()
    if not lowerer.problems:
        with lowerer.builder.inside(region):
            function.attrs["result"] = lowerer.state.names.get("$val", Const(None))
    return function, lowerer


__all__ = ["Cell", "Lowerer", "Program", "Scope", "Value", "lower"]
