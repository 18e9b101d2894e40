"""Model functions taken apart: where they take gradients, and the loss inside."""

from __future__ import annotations
import __future__

import ast
import itertools
import linecache
from collections.abc import Callable
from types import FunctionType
from typing import Any

import gast

from .runtime.errors import DLError
from .specials import SPECIALS
from .transpile.functions import opened
from .transpile.source import read

ANNOTATIONS = __future__.annotations.compiler_flag
_NUMBERS = itertools.count(1)

GRADIENTS = {"dlgradient", "entry_gradient", "dljacobian", "dldivergence", "dllaplacian"}
"""Specials that make a function a model function."""


def calls_dlgradient(fun: FunctionType) -> bool:
    """Does a function's own text call `dlgradient` or one of its kin?"""
    return any(is_gradient(node, fun) for node in gast.walk(read(fun).tree))


def is_gradient(node: Any, fun: FunctionType) -> bool:
    """Is a syntax node of a function a call that takes a gradient?"""
    if not isinstance(node, gast.Call):
        return False
    named = node.func
    if isinstance(named, gast.Attribute):
        return named.attr in GRADIENTS
    return isinstance(named, gast.Name) and SPECIALS.get(meaning(fun, named.id)) in GRADIENTS


def meaning(fun: FunctionType, name: str) -> Any:
    """What a captured or global name is; None if it cannot be a special."""
    cells = dict(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    try:
        found = cells[name].cell_contents if name in cells else fun.__globals__.get(name)
        hash(found)
    except (TypeError, ValueError):  # not hashable, an empty cell
        return None
    return found


def loss_of(model: Callable[..., Any]) -> tuple[FunctionType, tuple[int, ...]]:
    """The plain function inside a model function, and the positions of what it is differentiated for.

    It is the part before the first `dlgradient`, returning what is differentiated there.

    Raises:
        DLError: where the gradient is taken inside a loop or branch, or not for parameters.
    """
    fun = opened(model)[0]
    source = read(fun)
    advice = "write the loss as a function of its own, and check that one"
    body = source.tree.body if isinstance(source.tree.body, list) else []
    for number, stmt in enumerate(body):
        calls = [n for n in gast.walk(stmt) if is_gradient(n, fun)]
        if not calls:
            continue
        if len(calls) > 1 or not isinstance(stmt, (gast.Assign, gast.Return, gast.Expr)):
            break
        names = [a.id for a in (*source.tree.args.posonlyargs, *source.tree.args.args)]
        wanted = [a.id for a in calls[0].args[1:] if isinstance(a, gast.Name) and a.id in names]
        bound = {n.id for s in body[:number] for n in gast.walk(s)
                 if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}  # fmt: skip
        texts = [a for a in calls[0].args[1:] if not (isinstance(a, gast.Constant))]
        if len(wanted) != len(texts) or bound & set(wanted):
            break
        return shortened(fun, source, number, calls[0].args[0]), tuple(names.index(n) for n in wanted)
    raise DLError(
        f"{fun.__name__} takes its gradient in a way that cannot be taken apart (inside a loop or branch, or for "
        f"values that are not its parameters): {advice}"
    )


def shortened(fun: FunctionType, source: Any, number: int, y: Any) -> FunctionType:
    """The function up to a statement, then returning an expression."""
    tree: Any = ast.parse(source.own_text).body[0]
    expression = source.segment(y)
    tree.body = [*tree.body[:number], ast.parse(f"return {expression}").body[0]]
    tree.decorator_list = []
    factory = f"def factory({', '.join(fun.__code__.co_freevars)}):\n"
    text = factory + "\n".join("    " + row for row in ast.unparse(tree).split("\n")) + f"\n    return {fun.__name__}\n"
    flags = fun.__code__.co_flags & ANNOTATIONS
    made = defined(text, "factory", f"<the loss of {fun.__name__}>", fun.__globals__, flags)
    outer = next(c for c in made.__code__.co_consts if getattr(c, "co_name", "") == fun.__name__)
    cells = dict(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    made = FunctionType(outer, fun.__globals__, fun.__name__, None, tuple(cells[n] for n in outer.co_freevars))
    made.__defaults__, made.__kwdefaults__ = fun.__defaults__, fun.__kwdefaults__
    return made


def defined(text: str, name: str, filename: str, space: dict[str, Any], flags: int = 0) -> Any:
    """Run a text that defines a function, so that its lines can be found."""
    filename = f"{filename[:-1]}-{next(_NUMBERS)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    made: dict[str, Any] = {}
    exec(compile(text, filename, "exec", flags, dont_inherit=True), space, made)
    found = made[name]
    return found
