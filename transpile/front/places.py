"""A loop over the rows of an array that its turns change: each turn takes its row by its place.

Needs: the tree of a function, and the places of the loops to be rewritten. Gives: a tree in which each walks
over the numbers of the rows, and takes a row as a window on the array as it is then, as Python does.

    for row in m:            for row_place in range(len(m)):
        row *= 2                 row = m[row_place]
                                 row *= 2
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from .made import at, fresh, named
from .needs import Place, place


def by_places(tree: Any, places: frozenset[Place]) -> Any:
    """This pass rewrites some loops."""
    if not places:
        return tree
    tree = copy.deepcopy(tree)
    for host in list(gast.walk(tree)):
        for field in ("body", "orelse", "finalbody"):
            suite: Any = getattr(host, field, None)
            for i, stmt in reversed(list(enumerate(suite if isinstance(suite, list) else ()))):
                if isinstance(stmt, gast.For) and place(stmt) in places and not hasattr(stmt, "by_places"):
                    suite[i : i + 1] = _Places(tree, stmt).written()
    return tree


def walked_parts(loop: Any) -> list[Any] | None:
    """The expressions of what a loop walks over together; None where it walks in another way."""
    node = loop.iter
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name) or node.func.id not in (
            "zip", "enumerate"):  # fmt: skip
        return [node]
    if node.keywords or any(isinstance(a, gast.Starred) for a in node.args) or not node.args:
        return None
    if node.func.id == "enumerate" and not (
            len(node.args) == 1 and isinstance(loop.target, gast.Tuple) and len(loop.target.elts) == 2):  # fmt: skip
        return None
    return list(node.args)


class _Places:
    """One loop, being rewritten."""

    def __init__(self, tree: Any, loop: Any) -> None:
        self.loop = loop
        self.names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.before: list[Any] = []

    def written(self) -> list[Any]:
        loop = self.loop
        loop.by_places = True
        numbered = isinstance(loop.iter, gast.Call) and getattr(loop.iter.func, "id", "") == "enumerate"
        together = numbered or isinstance(loop.iter, gast.Call) and getattr(loop.iter.func, "id", "") == "zip"
        bases = [self.base(p) for p in walked_parts(loop) or []]
        first = next((n.id for n in gast.walk(loop.target) if isinstance(n, gast.Name)), "row")
        index = fresh(f"{first}_place", self.names)
        rows = [at(gast.Subscript(self.said(b, loop), self.said(index, loop), gast.Load()), loop) for b in bases]
        texts = [f"{b}[{index}]" for b in bases]
        if numbered:
            rows, texts = [self.said(index, loop), *rows], [index, *texts]
        value = at(gast.Tuple(rows, gast.Load()), loop) if together else rows[0]
        taken = at(gast.Assign([loop.target], value), loop)
        taken.spelled = [loop.target, " = ", ", ".join(texts) + ("," if together and len(texts) == 1 else "")]
        old_target, old_iter = loop.target, loop.iter
        loop.target = named(index, gast.Store(), old_target)
        lengths = [at(self.call("len", [self.said(b, old_iter)], old_iter), old_iter) for b in bases]
        count = lengths[0] if len(lengths) == 1 else self.call("min", lengths, old_iter)
        loop.iter = self.call("range", [count], old_iter)
        said = [f"len({b})" for b in bases]
        loop.iter.printed_as = f"range({said[0]})" if len(said) == 1 else f"range(min({', '.join(said)}))"
        loop.body = [taken, *loop.body]
        return [*self.before, loop]

    def call(self, name: str, args: list[Any], like: Any) -> Any:
        return at(gast.Call(self.said(name, like), args, []), like)

    def said(self, name: str, like: Any) -> Any:
        """A name inside an expression that is printed as a whole."""
        return at(gast.Name(name, gast.Load(), None, None), like)

    def base(self, node: Any) -> str:
        """A name for something walked over, which the loop does not bind."""
        bound = {n.id for s in (self.loop.target, *self.loop.body) for n in gast.walk(s)
                 if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}  # fmt: skip
        if isinstance(node, gast.Name) and node.id not in bound:
            return str(node.id)
        name = fresh("rows_walked", self.names)
        self.names.add(name)
        made = at(gast.Assign([named(name, gast.Store(), self.loop)], node), self.loop)
        made.spelled = [f"{name} = ", node]
        self.before.append(made)
        return name
