"""The lines that stand before a statement of the user's: steps taken out of it, and what replaces its calls."""

from __future__ import annotations

from typing import Any

import gast

from ..front.comprehensions import can_be_apart
from ..front.needs import NeedLoop, place
from ..ir import Function, Op
from ..lower.core import Refuse
from ..order import before, conditional, evaluated, idle, path, target_name
from .block import Block
from .contents import Contents
from .edits import Line
from .rows import INDENT
from .splicing import Splicing
from .statements import Row
from .targets import Targets


class Pieces:
    """Makes these lines, each group once."""

    def __init__(self, function: Function, block: Block, contents: Contents, targets: Targets,
                 splicing: Splicing) -> None:
        self.block, self.contents, self.targets, self.splicing = block, contents, targets, splicing
        self.function = function
        self.generated, self.replaced = targets.generated, targets.replaced
        self.names, self.edits = block.names, splicing.edits
        self.acts: set[Any] = function.attrs.get("acts", set())
        self.memo: dict[Any, list[Line]] = {}

    def of(self, stmt: Any) -> list[Line]:
        """The lines that stand before a statement, in the order of evaluation."""
        if stmt not in self.memo:
            self.memo[stmt] = []
            self.memo[stmt] = self.make(stmt)
        return self.memo[stmt]

    def make(self, stmt: Any) -> list[Line]:
        ops = [op for op in self.generated if op.stmt is stmt and self.top_level(op)]
        out: list[Line] = []
        plain = [op for op in ops if "block" not in op.attrs]
        self.block.liveness.number(plain)
        for node in [*evaluated(_Body(stmt.body) if isinstance(stmt, gast.Lambda) else stmt)]:
            if node in self.replaced:
                out += self.replacement(stmt, node, ops)
            elif (node, False) in self.edits.steps and self.may_hoist(stmt, node):
                out += [(line, stmt.lineno) for line in self.splicing.hoist(node)]
        return out

    def may_hoist(self, stmt: Any, node: Any) -> bool:
        if isinstance(stmt, gast.Lambda):
            return False
        return self.splicing.can_hoist(stmt, node) or any(
            node in set(gast.walk(r)) - {r} for r in self.replaced if r in set(evaluated(stmt)))

    def top_level(self, op: Op) -> bool:
        owner = op.region.owner if op.region is not None else None
        return not isinstance(owner, Op) or owner.user

    def replacement(self, stmt: Any, node: Any, ops: list[Op]) -> list[Line]:
        """The generated lines for one expression, and the text that stands for it."""
        gradient = [op for op in ops if getattr(op.attrs.get("block"), "node", None) is node]
        own = [op for op in ops if op.node is node and "block" not in op.attrs]
        out = self.hoist_around(stmt, node, bool(gradient))
        if node in conditional(stmt) and not isinstance(stmt, gast.Lambda):
            if can_be_apart(self.function.source.tree, place(node)):
                raise NeedLoop(node, self.function)
            raise Refuse(node, "this inside an expression that may not be evaluated",
                         "its statements have no place there",
                         "assign it to a name on a line before, or write an if statement")  # fmt: skip
        forced = self.targets.of(stmt, node) if gradient else {}
        rows = self.block.lines_of(gradient, forced) if gradient else self.block.lines_of(own, {})
        out += self.commented(rows, gradient, stmt) if gradient else [
            (INDENT * depth + row, line if self.fits_line(row) else 0) for depth, row, line in rows]
        whole = isinstance(stmt, (gast.Assign, gast.Return, gast.Expr)) and stmt.value is node
        item = self.replaced[node]
        self.edits.texts[node] = self.contents.text(item) if whole else self.contents.bracketed(item)
        return out

    def fits_line(self, row: str) -> bool:
        return not row.endswith(":")

    def hoist_around(self, stmt: Any, node: Any, all_arguments: bool) -> list[Line]:
        """Expressions that Python evaluates before the replaced one get lines of their own."""
        out: list[Line] = []
        inner = list(_arguments(node))
        outer = before(stmt, node) if not isinstance(stmt, gast.Lambda) else []
        for other in [*outer, *inner]:
            if idle(other) or other in self.splicing.hoisted or other in self.edits.texts:
                continue
            acting = any(n in self.acts for n in gast.walk(other))
            if other in inner and (all_arguments and not _path(other) or acting) or other not in inner and acting:
                if (other, False) not in self.edits.steps:
                    base = target_name(stmt) or "step"
                    self.edits.steps[other, False] = self.names.fresh(f"{base}_1")
                out += [(line, stmt.lineno) for line in self.splicing.hoist(other)]
        return out

    # --- comments ------------------------------------------------------------------------

    def commented(self, rows: list[Row], gradient: list[Op], stmt: Any) -> list[Line]:
        """Backward lines in groups, each under the user's line it belongs to."""
        out: list[Line] = []
        head = self.first_row(stmt.lineno)
        out += [("", 0), (f"# line {stmt.lineno}: {head}", 0)]
        now = stmt.lineno
        for depth, row, line in rows:
            if line and line != now:
                if depth == 0 and not out[-1][0].startswith("# line"):
                    out.append(("", 0))
                out.append((f"{INDENT * depth}# line {line}: {self.first_row(line)}", 0))
                now = line
            out.append((INDENT * depth + row, 0))
        return [*out, ("", 0)]

    def first_row(self, line: int) -> str:
        rows = self.splicing.rows.lines
        return rows[line - 1].strip() if 0 < line <= len(rows) else ""


class _Body:
    """A lambda's body as a statement."""

    _fields = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _arguments(node: Any) -> list[Any]:
    """The expressions a replaced call is made of, in the order of evaluation."""
    if not isinstance(node, gast.Call):
        return [n for n in gast.iter_child_nodes(node) if isinstance(n, gast.expr)]
    values = [a.value if isinstance(a, gast.Starred) else a for a in node.args]
    return [*values, *[k.value for k in node.keywords]]


def _path(node: Any) -> bool:
    """A path, or a container of paths."""
    if isinstance(node, (gast.Tuple, gast.List)):
        return all(map(_path, node.elts))
    if isinstance(node, gast.Dict):
        return all(map(_path, node.values)) and all(k is not None and idle(k) for k in node.keys)
    return path(node)
