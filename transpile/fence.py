"""What no model function may hold, told from its text alone.

Needs: the tree of a function. Gives: nothing; raises a report of everything that will be refused
whatever the arguments are.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast

from ..runtime.errors import UnsupportedSyntax
from .diagnose import Problem, raise_problems
from .source import Source, read

WHOLE = "a model function runs from its start to its return"
FORBIDDEN: dict[str, tuple[str, str, str]] = {
    "Yield": ("yield in a model function", WHOLE, "build a list and return it"),
    "YieldFrom": ("yield in a model function", WHOLE, "build a list and return it"),
    "Await": ("await in a model function", WHOLE, "await outside, and pass the value"),
    "AsyncFor": ("an async for loop in a model function", WHOLE, ""),
    "AsyncWith": ("an async with statement in a model function", WHOLE, ""),
    "Global": ("a global statement", "the model would change the module around it", "return the value instead"),
    "Nonlocal": ("a nonlocal statement", "the model would change the function around it", "return the value instead"),
}


def problems(source: Source) -> list[Problem]:
    """Everything in a function's own body that is refused."""
    out: list[Problem] = []
    tree = source.tree
    if isinstance(tree, gast.AsyncFunctionDef):
        return [Problem(source, tree, "an async function", "it cannot be a model function", "write def")]
    stack: list[Any] = list(tree.body) if isinstance(tree.body, list) else [tree.body]
    while stack:
        node = stack.pop()
        found = FORBIDDEN.get(type(node).__name__)
        if found is not None and not only_read(node, tree):
            out.append(Problem(source, node, *found))
        if not isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)):
            stack.extend(gast.iter_child_nodes(node))
    return out


def only_read(node: Any, tree: Any) -> bool:
    """A `global` statement for names that the function reads, which needs none."""
    if not isinstance(node, gast.Global):
        return False
    bound = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    others = {n.name for n in gast.walk(tree) if isinstance(n, (gast.FunctionDef, gast.ClassDef))}
    return not {*node.names} & (bound | others) and not any(isinstance(n, gast.alias) for n in gast.walk(tree))


def check_syntax(fun: FunctionType) -> None:
    """Refuse a function that no arguments can make a model function.

    Raises:
        UnsupportedSyntax: all its problems in one report.
    """
    found = problems(read(fun))
    if found:
        raise_problems(found, UnsupportedSyntax)
