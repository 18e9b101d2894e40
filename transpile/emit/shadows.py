"""Variables that hold what a name of the user's holds, and None where that name does not exist yet.

A name that is first bound in a loop cannot be read before its turn has come; what a gradient saves may have
to be read there all the same, by the way that does not use it. Its shadow is None before the first statement,
and follows every statement that binds the name.

    h_1 = None
    for t in range(n):
        if t > 0:
            y = y + h
        h = f(y)
        h_1 = h
"""

from __future__ import annotations

from typing import Any

import gast

from ..lower.core import Refuse
from ..lower.trail import Home
from .edits import Edits, Names


class Shadows:
    """The shadows of one function's names."""

    def __init__(self, tree: Any, names: Names, edits: Edits) -> None:
        self.tree, self.names, self.edits = tree, names, edits
        self.made: dict[str, str] = {}
        self.possible: dict[str, bool] = {}

    def text(self, home: Home) -> str:
        """What reads a home's value without failing where the name is not bound."""
        return self.of(home.name) if home.shadow else home.text

    def can_be(self, name: str) -> bool:
        """Can a name have a shadow?"""
        if name not in self.possible:
            try:
                self.possible[name] = isinstance(self.tree.body, list) and bool(list(_binding(self.tree, name)))
            except Refuse:
                self.possible[name] = False
        return self.possible[name]

    def of(self, name: str) -> str:
        """The shadow of a name; the lines that keep it are added when it is first asked for."""
        if name not in self.made:
            binding = list(_binding(self.tree, name))
            self.made[name] = shadow = self.names.fresh(name)
            self.names.optional.add(shadow)
            self.edits.start.append((f"{shadow} = None", 0))
            for stmt in binding:
                if isinstance(stmt, gast.NamedExpr):
                    self.behind(stmt.value, shadow)
                    continue
                lines = self.edits.body_start if isinstance(stmt, gast.For) else self.edits.after
                lines[stmt].insert(0, (f"{shadow} = {name}", 0))
        return self.made[name]


    def behind(self, node: Any, shadow: str) -> None:
        """A shadow is bound with a walrus, to the same step."""
        if (node, False) not in self.edits.steps:
            self.edits.steps[node, False] = self.names.fresh("step_1")
        self.edits.behind[node].insert(0, f"{shadow} = {self.edits.steps[node, False]}")


def _binding(tree: Any, name: str) -> Any:
    """What binds a name: assignments and loops. Whatever else binds it is refused."""
    stack = list(tree.body)
    while stack:
        node = stack.pop()
        targets = _targets(node)
        if any(isinstance(n, gast.Name) and n.id == name for t in targets for n in _bound(t)):
            yield node
        if _binds_otherwise(node, name):
            raise Refuse(node, f"{name} may not exist where the gradient needs it",
                         "it is first bound in a loop, by something other than an assignment",
                         f"assign to {name} before the loop")  # fmt: skip
        if not isinstance(node, (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.AsyncFunctionDef)):
            stack.extend(c for c in gast.iter_child_nodes(node) if c not in targets)


def _targets(node: Any) -> list[Any]:
    if isinstance(node, gast.Assign):
        return list(node.targets)
    if isinstance(node, gast.NamedExpr):
        return [node.target]
    if isinstance(node, gast.AnnAssign) and node.value is None:
        return []
    return [node.target] if isinstance(node, (gast.AugAssign, gast.AnnAssign, gast.For)) else []


def _bound(target: Any) -> list[Any]:
    """The names that an assignment to a target binds."""
    if isinstance(target, (gast.Tuple, gast.List)):
        return [n for e in target.elts for n in _bound(e)]
    if isinstance(target, gast.Starred):
        return _bound(target.value)
    return [target] if isinstance(target, gast.Name) else []


def _binds_otherwise(node: Any, name: str) -> bool:
    if isinstance(node, gast.Name):
        return node.id == name and not isinstance(node.ctx, gast.Load)
    if isinstance(node, gast.comprehension):
        return False
    if isinstance(node, (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)):
        return any(isinstance(n, gast.NamedExpr) and n.target.id == name for n in gast.walk(node))
    words = [getattr(node, field, None) for field in ("name", "asname", "rest")]
    return any((w.id if isinstance(w, gast.Name) else w) == name for w in words)
