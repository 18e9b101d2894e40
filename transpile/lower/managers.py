"""`with`: blocks under context managers that let exceptions pass.

Such a block is a part of the function like any other. What the manager does when the block starts and
ends is not followed: what it was given may change then. A manager that may swallow an exception,
or of which that cannot be told, leaves the whole statement alone.
"""

from __future__ import annotations

import functools
from types import FunctionType
from typing import Any

import gast

from ...runtime.errors import DLError
from ..descriptions import is_static
from ..ir import Region, Value
from ..kinds import Other
from ..source import read
from .callables import is_installed
from .touched import mutated_names
from .trying import Trying
from .values import Cell, Const

SETTING = {"errstate", "printoptions", "catch_warnings", "redirect_stdout", "redirect_stderr", "localcontext",
           "chdir", "open", "TemporaryDirectory", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile",
           "Lock", "RLock", "lock", "allocate_lock", "Condition", "Semaphore", "BoundedSemaphore", "nullcontext",
           "TextIOWrapper", "BufferedReader", "BufferedWriter", "FileIO", "StringIO", "BytesIO"}  # fmt: skip
"""Of NumPy and the standard library: what neither swallows exceptions nor touches what a block reads."""
UNSURE = ("a with statement whose manager may swallow exceptions, or does what is not followed, is not "
          "differentiated: write try, or move the values out of the block")  # fmt: skip


class Managers(Trying):
    """Lowering of with statements."""

    def stmt_with(self, node: Any) -> None:
        """A block under managers that let exceptions pass; any other is left alone."""
        if self.is_hook(node):  # type: ignore[attr-defined]
            self.hook(node)  # type: ignore[attr-defined]
            return
        makers = [self.maker_of(item.context_expr) for item in node.items]
        if any(m is None for m in makers):
            self.opaque_statement(node, UNSURE)  # type: ignore[attr-defined]
            return
        ends: list[Any] = []
        for item, maker in zip(node.items, makers, strict=True):
            given = [self.expr(item.context_expr), *self.items_read(item.context_expr)]
            if not is_installed(maker):
                self.acts_outside(maker)
                ends.append(given)
                self.call_unknown(None, given, "a context manager")
            if item.optional_vars is not None:
                got = self.opaque(None, given, "what a context manager gives")
                before, self.anchor = self.anchor, (node, "body")  # the name is there when the block begins
                self.assign(item.optional_vars, got)  # type: ignore[attr-defined]
                self.anchor = before
        self.function.attrs.setdefault("opened", set()).add(node)

        def leave() -> None:
            for given in reversed(ends):
                with self.builder.at(stmt=node, line=node.lineno, node=None):
                    self.call_unknown(None, given, "the end of a with block")

        with self.before_leaving(leave):
            self.block(node.body)
        if not self.has_jumped(self.state):
            leave()

    def maker_of(self, node: Any) -> Any:
        """The function or class of a context manager that lets exceptions pass; None if it may not be one."""
        with self.builder.inside(Region(owner=self.builder.region.owner)):
            found = self.expr(node.func if isinstance(node, gast.Call) else node)
        if isinstance(node, gast.Call):
            maker = found.value if isinstance(found, Const) else None
        elif isinstance(found, Cell) and found.sort == "object":
            maker = found.cls
        else:
            value = self.state.heap.get(found) if isinstance(found, Cell) else found
            held = value.op.attrs.get("made_by") if isinstance(value, Value) and value.op is not None else None
            maker = value.kind.type if isinstance(value, Value) and isinstance(value.kind, Other) else held
        return maker if maker is not None and lets_pass(maker) else None

    def acts_outside(self, maker: Any) -> None:
        """What lives outside and may be changed by a manager must not be read by the model."""
        for fun in code_of(maker):
            source = read(fun)
            names = {n for s in source.tree.body for n in mutated_names(s)}
            names |= {n for s in gast.walk(source.tree) if isinstance(s, gast.Global) for n in s.names}
            for name in names:
                if name in fun.__globals__ and not is_static(fun.__globals__[name]):
                    key = ("global", id(fun.__globals__), name)
                    self.program.writes.setdefault(key, {})[maker] = (self.function, self.stmt, name)


def lets_pass(maker: Any) -> bool:
    """Does a manager made by this surely not swallow exceptions?"""
    name = getattr(maker, "__name__", "")
    if is_installed(maker):
        return name in SETTING
    found = code_of(maker)
    return bool(found) and all(map(followed, found)) and not any(map(swallows, found))


@functools.cache
def code_of(maker: Any) -> tuple[FunctionType, ...]:
    """The user's functions that run when a block starts and ends; none if they cannot be told."""
    generator = getattr(maker, "__wrapped__", None)
    if isinstance(maker, FunctionType) and isinstance(generator, FunctionType):
        return (generator,) if maker.__code__.co_filename.endswith("contextlib.py") else ()
    if not isinstance(maker, type):
        return ()
    methods = [getattr(maker, m, None) for m in ("__init__", "__enter__", "__exit__")]
    own = [m for m in methods if m is not object.__init__]
    found = tuple(m for m in own if isinstance(m, FunctionType))
    return found if len(found) == len(own) >= 2 else ()


def followed(fun: FunctionType) -> bool:
    """Does this code call nothing of the user's, whose effects would not be known?"""
    try:
        tree = read(fun).tree
    except DLError:
        return False
    for call in (n for n in gast.walk(tree) if isinstance(n, gast.Call)):
        root = call.func
        while isinstance(root, gast.Attribute):
            root = root.value
        if not isinstance(root, gast.Name):
            return False
        called = fun.__globals__.get(root.id)
        if isinstance(call.func, gast.Name) and (root.id in fun.__code__.co_varnames + fun.__code__.co_freevars or (
                called is not None and not is_installed(called))):  # fmt: skip
            return False
    return True


def swallows(fun: FunctionType) -> bool:
    """May this code end normally after an exception in the block?"""
    tree = read(fun).tree
    if fun.__name__ == "__exit__":
        returned = [n.value for n in gast.walk(tree) if isinstance(n, gast.Return)]
        return any(v is not None and not (isinstance(v, gast.Constant) and not v.value) for v in returned)
    inside = [n for n in gast.walk(tree) if isinstance(n, (gast.Yield, gast.YieldFrom))]
    holders = [n for n in gast.walk(tree) if isinstance(n, gast.stmt) and any(
        i in set(gast.walk(n)) for i in inside)]  # fmt: skip
    for holder in holders:
        if isinstance(holder, gast.Try) and (holder.handlers or any(
                isinstance(n, gast.Return) for s in holder.finalbody for n in gast.walk(s))):  # fmt: skip
            return True
        if isinstance(holder, (gast.With, gast.AsyncWith)) or type(holder).__name__ == "TryStar":
            return True
    return False

