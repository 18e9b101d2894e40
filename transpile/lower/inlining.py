"""Which calls are written out in the text: generators that are walked, functions that change variables around them."""

from __future__ import annotations

import copy
from types import FunctionType
from typing import Any

import gast

from ..front.comprehensions import as_loops
from ..front.inline import YIELDS, inlined
from ..front.needs import NeedInline, NeedLoop, place
from ..ir import Region
from ..source import read
from .callables import is_installed
from .core import Core, Refuse
from .function_values import Closure
from .scoping import bound_anywhere, free_names
from .values import Const

GENERATOR = 0x20
"""The flag of a code object that yields."""


class Inlining(Core):
    """Decides on calls that have to be written out, and asks for it."""

    def write_out_generator(self, node: Any) -> None:
        """A generator that is walked here and now; one that cannot be written out is left alone."""
        fun = self.generator_of(node)
        if fun is not None:
            try:
                self.write_out(node, fun)
            except Refuse as problem:
                why = f"{problem.what}: {problem.why}; {problem.instead}"
                self.function.attrs.setdefault("not_walked", {})[node] = why

    def generator_of(self, node: Any) -> Any:
        """The user's generator that an expression calls, if it does."""
        if not isinstance(node, gast.Call):
            return None
        with self.builder.inside(Region(owner=self.builder.region.owner)):
            found = self.expr(node.func)  # type: ignore[attr-defined]
        fun = found.value if isinstance(found, Const) else found
        yields = isinstance(fun, Closure) and own_yields(fun.node) or isinstance(fun, FunctionType) and (
            fun.__code__.co_flags & GENERATOR and not is_installed(fun))  # fmt: skip
        return fun if yields else None

    def write_out_walk(self, node: Any) -> None:
        """A comprehension over a generator is a loop first, if it can be one."""
        if any(self.generator_of(g.iter) is not None for g in node.generators[:1]):
            root = self.program.read(self.source.source.fun).tree
            try:
                as_loops(copy.deepcopy(root), frozenset([place(node)]))
            except Refuse:
                return
            raise NeedLoop(node, self.function)

    def write_out(self, node: Any, fun: Any) -> None:
        """Ask for a call to be written out.

        Raises:
            NeedInline: this.
            Refuse: if it cannot be.
        """
        tree = self.callee_tree(node, fun)
        root = self.program.read(self.source.source.fun).tree
        inlined(copy.deepcopy(root), [(place(node), tree)])
        raise NeedInline(node, self.function, tree)

    def callee_tree(self, node: Any, fun: Any) -> Any:
        if isinstance(fun, Closure):
            if fun.scope is not self:
                raise Refuse(node, f"a call of {fun.name} from another function than the one it stands in",
                             "it changes variables there, or yields", "pass and return the values")  # fmt: skip
            return fun.node
        source = read(fun)
        here = fun.__globals__ is self.source.module_globals and source.file == self.source.source.file
        if not here or fun.__code__.co_freevars or free_names(source.tree) & bound_anywhere(self.source.tree):
            raise Refuse(node, "a generator of another module", "its text means something else here",
                         "build a list and return it")  # fmt: skip
        return source.tree

    def check_direct_calls(self, node: Any) -> None:
        """A function that changes variables around it must be called by its name, in the function it stands in."""
        names = {n for s in gast.walk(node) if isinstance(s, gast.Nonlocal) for n in s.names}
        instead = "return the value instead"
        if node.decorator_list or not names <= self.source.local_names():  # type: ignore[attr-defined]
            raise Refuse(node, "a nonlocal statement in a local function",
                         "the function is decorated, or changes variables further out", instead)  # fmt: skip
        tree = self.source.tree
        direct = {c.func for c in own_nodes(tree) if isinstance(c, gast.Call)}
        inside = set(gast.walk(node))
        for name in (n for n in gast.walk(tree) if isinstance(n, gast.Name) and n.id == node.name):
            if name not in direct and name not in inside:
                raise Refuse(name, f"{node.name}, which changes variables of the function around it, is passed on",
                             "when it is called then is not followed", instead)  # fmt: skip
        defined = [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef) and n.name == node.name]
        if len(defined) > 1:
            raise Refuse(node, "a nonlocal statement in a function that is defined twice", "", instead)


def own_nodes(tree: Any) -> list[Any]:
    """The nodes of a function, not those of functions, classes, comprehensions and what is not looked into."""
    out: list[Any] = []
    stack = list(tree.body) if isinstance(tree.body, list) else [tree.body]
    apart = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.ListComp, gast.SetComp, gast.DictComp,
             gast.GeneratorExp, gast.AsyncFunctionDef)  # fmt: skip
    while stack:
        node = stack.pop()
        out.append(node)
        if not isinstance(node, apart) and type(node).__name__ != "TryStar":
            stack.extend(gast.iter_child_nodes(node))
    return out


def changes_others(node: Any) -> bool:
    """Does a local function bind variables of the function around it?"""
    return not isinstance(node, gast.Lambda) and any(isinstance(n, gast.Nonlocal) for n in gast.walk(node))


def own_yields(node: Any) -> bool:
    return any(isinstance(n, YIELDS) for n in own_nodes(node))
