"""The whole of one transpilation: the functions it reaches and what they share."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast

from ...runtime.errors import DLError
from ..front.comprehensions import as_loops
from ..front.private import mangled
from ..front.turns import in_turns
from ..ir import Function, Region, Value
from ..source import Source, read
from .branches import FLAGS
from .core import Refuse
from .functions import Functions
from .gradients import Gradients
from .values import Cell, Const


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
                 turns: dict[Any, Any] | None = None, blind: frozenset[Any] = frozenset(),
                 wary: bool = False, fixed: frozenset[Any] = frozenset()) -> None:
        self.specials = specials
        self.loops = loops  # (code, place) of comprehensions that are written as loops
        self.turns = turns or {}  # by (code, place): the walks of loops that are written out
        self.walks: dict[Any, Any] = {}  # by their nodes: the walks of loops that could be
        self.functions: dict[Any, Any] = {}
        self.scopes: dict[Any, Scope] = {}
        self.depth = 0
        self.higher = False
        self.guards: dict[Any, Any] = {}
        self.lookups: dict[Any, int] = {}  # how often something outside is read
        self.writes: dict[Any, Any] = {}  # how often it is changed in place, and where last
        self.outside: dict[Any, Any] = {}
        self.members: dict[Any, Any] = {}  # the homes of what classes have
        self.holders: dict[int, Any] = {}  # the homes of objects that are known by themselves
        self.records: set[Any] = set()  # what of outside was taken apart
        self.blind = blind  # what of it must not be
        self.captured: set[Any] = set()  # numbers and arrays that are read outside
        self.keys: dict[Value, Any] = {}  # by values that are read outside: what they are
        self.fixed = fixed  # those whose very value the text depends on
        self.wary = wary  # they may have been changed by code that is not followed
        self.changes = False  # a list, dict or object that the model function was given is changed
        self.leaks = False  # some such code was given something

    def entangled(self) -> frozenset[Any]:
        """Objects that were taken apart, are changed, and are read by another way than was followed."""
        return frozenset(k for k, (count, _) in self.writes.items()
                         if k in self.records and self.lookups.get(k, 0) > count)

    def exposed(self) -> bool:
        """Is something outside read that code which is not followed may have changed?"""
        return self.leaks and not self.wary and bool(self.captured or self.records)

    def disturbed(self) -> list[tuple[Function, Refuse]]:
        """What lives outside the model, is changed in it, and is read in it: the order of the two is not followed."""
        out = []
        for key, (count, (function, stmt, name)) in self.writes.items():
            if self.lookups.get(key, 0) > count:
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
            name = name_of(fun, source)
            places = frozenset(p for code, p in self.loops if code is fun.__code__)
            turns = {p: walk for (code, p), walk in self.turns.items() if code is fun.__code__}
            tree = in_turns(as_loops(mangled(source.tree, source.class_name), places), turns)
            self.scopes[fun] = Scope(source, tree, name, fun)
        return self.scopes[fun]


def name_of(fun: FunctionType, source: Source) -> str:
    """What a function is called in generated code: a method is called after its class, too."""
    name = str(getattr(source.tree, "name", "model"))
    if source.class_name is not None and fun.__qualname__.endswith(f"{source.class_name}.{name}"):
        return source.class_name if name == "forward" else f"{source.class_name}_{name.strip('_')}"
    return name


class Lowerer(Functions, Gradients):
    """Lowers one function: see the classes it is made of, one subject each."""

    def __init__(self, program: Any, source: Scope, function: Function) -> None:
        super().__init__(program, source, function)
        self.locals = source.local_names()
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
    function = Function(getattr(scope.tree, "name", "model"), region, scope)
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
