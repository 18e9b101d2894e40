"""The whole of one transpilation: the functions it reaches and what they share."""

from __future__ import annotations

from functools import cached_property
from types import FunctionType
from typing import Any

import gast

from ...runtime.errors import DLError
from ..front.rewrites import Rewrites, shadowed_names
from ..ir import Function, Region, Value
from ..source import Source, read
from .branches import FLAGS
from .core import Refuse
from .derivatives import Derivatives
from .hooks import Hooks
from .scoping import every_name, free_names, local_names, parameter_names, scoped_nodes
from .values import Cell, Const
from .walks import Walked


class Scope:
    """One function's text and the names it reads from outside."""

    def __init__(self, source: Source, tree: Any, name: str, key: Any) -> None:
        self.source, self.tree, self.name, self.key = source, tree, name, key
        self.nested_in = False
        self.module_globals = source.module_globals
        self.closure = dict(source.closure or {})

    @cached_property
    def parents(self) -> dict[Any, Any]:
        """The node around each node of the text."""
        return {child: node for node in gast.walk(self.tree) for child in gast.iter_child_nodes(node)}

    def nested(self, node: Any, name: str) -> Scope:
        """A function made inside this one."""
        plain = name if name.isidentifier() else "inner"
        inner = Scope(self.source, node, plain, (self.key, node))
        inner.nested_in = True
        return inner

    def parameters(self) -> set[str]:
        """The names of its parameters."""
        return parameter_names(self.tree)

    def local_names(self) -> frozenset[str]:
        """The parameters, and every name the body binds."""
        return local_names(self.tree)

    def every_name(self) -> tuple[str, ...]:
        """Every name its text mentions, those of functions inside it too."""
        return every_name(self.tree)

    def free_names(self) -> frozenset[str]:
        """Names it reads and does not bind itself."""
        return free_names(self.tree)


class Program:
    """What the lowerings of one model function and of all it calls share."""

    def __init__(self, specials: dict[Any, str], rewrites: Rewrites | None = None,
                 blind: frozenset[Any] = frozenset(), wary: bool = False, fixed: frozenset[Any] = frozenset()) -> None:
        self.specials = specials
        self.rewrites = rewrites or Rewrites()
        self.walks: dict[Any, Any] = {}  # by their nodes: the walks of loops that could be
        self.functions: dict[Any, Any] = {}
        self.scopes: dict[Any, Scope] = {}
        self.depth = 0
        self.higher = False
        self.guards: dict[Any, Any] = {}
        self.lookups: dict[Any, set[Any]] = {}  # the functions in which something outside is read
        self.writes: dict[Any, dict[Any, Any]] = {}  # those in which it is changed in place, and where last
        self.tables: set[Any] = set()  # the keys of containers of functions among them
        self.outside: dict[Any, Any] = {}  # cells that are known to live outside: what they are a part of
        self.changing: set[Any] = set()  # lists and dicts that a function changes, which may be called again
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
        """What was taken apart, is changed, and is read by another way than was followed, or when it changes again."""
        apart = {k for k, places in self.writes.items()
                 if k in self.records and len(self.lookups.get(k, set()) | places.keys()) > 1}  # fmt: skip
        return frozenset(apart | self.changing - self.tables - self.blind)

    def exposed(self) -> bool:
        """Is something outside read that code which is not followed may have changed?"""
        return self.leaks and not self.wary and bool(self.captured or self.records)

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
            name = name_of(fun, source)
            try:
                tree = self.rewrites.applied(source, shadowed_names(source, local_names(source.tree)))
            except Refuse as problem:
                problem.source = problem.source or source
                raise
            self.scopes[fun] = Scope(source, tree, name, fun)
        return self.scopes[fun]


def name_of(fun: FunctionType, source: Source) -> str:
    """What a function is called in generated code: a method is called after its class, too."""
    name = str(getattr(source.tree, "name", "model"))
    if source.class_name is not None and fun.__qualname__.endswith(f"{source.class_name}.{name}"):
        return source.class_name if name == "forward" else f"{source.class_name}_{name.strip('_')}"
    return name


class Lowerer(Hooks, Derivatives):
    """Lowers one function: see the classes it is made of, one subject each."""

    def __init__(self, program: Any, source: Scope, function: Function) -> None:
        super().__init__(program, source, function)
        self.locals = set(source.local_names())
        self.walked = Walked()
        self.state.names.update(FLAGS)

    def run_body(self) -> None:
        """Lower the body; problems are collected in `problems`."""
        tree = self.source.tree
        self.refuse_generators(tree)
        if isinstance(tree, gast.Lambda):
            with self.at_lambda(tree):
                try:
                    self.state.names["$val"] = self.expr(tree.body)
                except Refuse as problem:
                    self.problems.append(problem)
        elif isinstance(tree, gast.FunctionDef):
            self.block(tree.body)
            self.fall_through()
        else:
            self.problems.append(Refuse(tree, "an async function", "it cannot be a model function"))

    def fall_through(self) -> None:
        """A function that reaches its end returns None; a block of the backward half gives a variable."""
        if (given := getattr(self.source.tree, "gives", None)) is not None:
            self.state.names["$val"] = self.lookup(given, None)
            return
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
        hidden = scoped_nodes(body)
        for stmt in body:
            for inner in gast.walk(stmt):
                if isinstance(inner, (gast.Yield, gast.YieldFrom)) and inner not in hidden:
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
