"""The code that runs, a little cheaper than the text that is read.

Three things that every model does are compiled as calls of `runtime.fast`: ``np.mean(x)``,
``np.sum(x)`` and ``a @ b``. Lines, names and meaning stay as they are in the text; on a small
network this is a quarter of the time.
"""

from __future__ import annotations

import ast
from typing import Any

from ..runtime import fast

FORMS: dict[str, Any] = {"@": fast.product, "@mean": fast.mean, "@sum": fast.total}
"""By names that no Python text can hold."""


class Cheaper(ast.NodeTransformer):
    """Puts the cheaper forms in; `modules` are the names by which the text calls NumPy."""

    def __init__(self, modules: set[str]) -> None:
        self.modules = modules

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return self.form("@", node, node.left, node.right)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Name):
            return node
        if called.value.id not in self.modules or called.attr not in ("mean", "sum"):
            return node
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            return node
        return self.form(f"@{called.attr}", node, called, node.args[0])

    def form(self, which: str, node: ast.expr, *args: ast.expr) -> ast.AST:
        function = ast.copy_location(ast.Name(which, ast.Load()), node)
        return ast.copy_location(ast.Call(function, list(args), []), node)


def cheaper(node: ast.FunctionDef, modules: set[str]) -> ast.FunctionDef:
    """The function with cheaper calls, on the same lines."""
    return Cheaper(modules).visit(node)  # type: ignore[no-any-return]
