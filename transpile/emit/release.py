"""What was kept for a sweep is given back after the last line that reads it, before more is kept.

Values of a function's forward half live in lists, and in what its helpers' forward functions return. Python would
hold them until the function ends; two sweeps one after the other would need the memory of both.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from .rows import INDENT


def released(lines: list[str], keepers: Collection[str]) -> list[str]:
    """The lines of a function, with a `del` of each keeper that later ones need not share memory with."""
    rows = "\n".join(lines).split("\n")
    function = ast.parse("\n".join(rows)).body[0]
    assert isinstance(function, ast.FunctionDef)
    names = [_mentioned(stmt) for stmt in function.body]
    made = {keeper: at for keeper in keepers for at, stmt in enumerate(function.body) if keeper in _bound(stmt)}
    last = {keeper: max(at for at, some in enumerate(names) if keeper in some) for keeper in made}
    inner = [n for stmt in function.body for n in ast.walk(stmt) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    hidden = {name for one in inner for name in _mentioned(one)}
    latest = max(made.values(), default=-1)
    ends = {keeper: at for keeper, at in last.items() if at < latest and keeper not in hidden}
    for at in sorted(set(ends.values()), reverse=True):
        row = function.body[at].end_lineno
        assert row is not None
        rows.insert(row, f"{INDENT}del {', '.join(k for k in made if ends.get(k) == at)}")
    return rows


def _bound(stmt: ast.stmt) -> set[str]:
    """The names that a statement surely binds."""
    targets = stmt.targets if isinstance(stmt, ast.Assign) else []
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _mentioned(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


__all__ = ["released"]
