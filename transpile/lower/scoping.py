"""Which names of a function's text are its own, and which it reads from the functions around it: as Python decides."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gast

COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.GeneratorExp, gast.DictComp)
FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda)


def all_parameters(signature: Any) -> list[Any]:
    """Every parameter of a function, in order."""
    rest = [a for a in (signature.vararg, signature.kwarg) if a is not None]
    return [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, *rest]


def parameter_names(tree: Any) -> set[str]:
    """The names of a function's parameters."""
    return {a.id for a in all_parameters(tree.args)}


@lru_cache(maxsize=4096)
def local_names(tree: Any) -> frozenset[str]:
    """The parameters of a function, and every name that its body binds."""
    body = tree.body if isinstance(tree.body, list) else [gast.Expr(tree.body)]
    return frozenset(parameter_names(tree) | bound_in(body))


def bound_by(node: Any) -> list[str]:
    """The names that one node binds itself, not what is inside it."""
    if isinstance(node, gast.Name):
        return [] if isinstance(node.ctx, gast.Load) else [node.id]
    if isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)):
        return [node.name]
    if isinstance(node, gast.alias):
        return [(node.asname or node.name).split(".")[0]]
    if isinstance(node, gast.ExceptHandler) and isinstance(node.name, str):  # else a name among its children
        return [node.name]
    if isinstance(node, (gast.MatchAs, gast.MatchStar)):
        return [node.name] if node.name is not None else []
    return [node.rest] if isinstance(node, gast.MatchMapping) and node.rest is not None else []


def bound_in(body: list[Any]) -> set[str]:
    """The names that statements bind, not those of functions and comprehensions inside them."""
    hidden = scoped_nodes(body)
    return {name for stmt in body for inner in gast.walk(stmt) if inner not in hidden for name in bound_by(inner)}


def bound_anywhere(tree: Any) -> set[str]:
    """The names that a function's text binds, in whatever scope."""
    return parameter_names(tree) | {name for node in gast.walk(tree) for name in bound_by(node) if node is not tree}


def scoped_nodes(body: list[Any]) -> set[Any]:
    """Nodes inside nested functions and comprehensions, which bind names of their own."""
    out: set[Any] = set()
    for stmt in body:
        for inner in gast.walk(stmt):
            if isinstance(inner, (*FUNCTIONS, gast.ClassDef)):
                out.update(set(gast.walk(inner)) - {inner})
            elif isinstance(inner, COMPREHENSIONS):
                for generator in inner.generators:
                    out.update(gast.walk(generator.target))
    return out


@lru_cache(maxsize=4096)
def every_name(tree: Any) -> tuple[str, ...]:
    """Every name that a function's text mentions, those of functions inside it too, in order."""
    return tuple(sorted({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}))


@lru_cache(maxsize=4096)
def free_names(tree: Any) -> frozenset[str]:
    """The names that the body of a function reads and does not bind: not those of its defaults and decorators."""
    body = tree.body if isinstance(tree.body, list) else [tree.body]
    return frozenset(read_in(body) - local_names(tree))


def read_in(nodes: list[Any]) -> set[str]:
    """The names that are read where these nodes stand, in functions inside them too."""
    out: set[str] = set()
    for node in nodes:
        if isinstance(node, gast.Name):
            if isinstance(node.ctx, gast.Load):
                out.add(node.id)
        elif isinstance(node, FUNCTIONS):
            out |= free_names(node) | read_in(outside_of(node))
        elif isinstance(node, gast.ClassDef):
            out |= (read_in(node.body) - bound_in(node.body)) | read_in(
                [*node.bases, *node.keywords, *node.decorator_list])  # fmt: skip
        elif isinstance(node, COMPREHENSIONS):
            out |= read_in([node.generators[0].iter]) | (read_in(parts_of(node)) - targets_of(node))
        elif isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
            out |= {node.target.id} | read_in([node.value])
        else:
            out |= read_in(list(gast.iter_child_nodes(node)))
    return out


def outside_of(function: Any) -> list[Any]:
    """What belongs to a function's definition and is evaluated around it."""
    defaults = [*function.args.defaults, *[d for d in function.args.kw_defaults if d is not None]]
    notes = [a.annotation for a in all_parameters(function.args) if a.annotation is not None]
    if isinstance(function, gast.Lambda):
        return defaults
    return [*defaults, *notes, *([function.returns] if function.returns is not None else []), *function.decorator_list]


def parts_of(node: Any) -> list[Any]:
    """The expressions of a comprehension that are evaluated in its own scope."""
    entry = [node.key, node.value] if isinstance(node, gast.DictComp) else [node.elt]
    inner = [n for g in node.generators for n in (g.target, *g.ifs)]
    return [*entry, *inner, *[g.iter for g in node.generators[1:]]]


def targets_of(node: Any) -> set[str]:
    """The names that a comprehension binds for itself."""
    return {n.id for g in node.generators for n in gast.walk(g.target)
            if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}  # fmt: skip
