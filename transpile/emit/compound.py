"""Compound statements whose blocks are looked into: `with`, `try` and `match`, as the user wrote them."""

from __future__ import annotations

from typing import Any

import gast

from ..lower.core import Refuse
from .edits import Edits
from .marks import INDENT, marked


class Compound:
    """Prints statements around blocks that are printed with edits; what is not looked into is pasted."""

    edits: Edits
    rows: list[str]
    opened: set[Any]
    rungs: dict[Any, Any]
    caught: int
    scopes: list[Any]

    # --- with and try --------------------------------------------------------------------

    def print_with(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)  # type: ignore[attr-defined,no-any-return]
        last = stmt.items[-1].optional_vars or stmt.items[-1].context_expr
        end = self.colon_after(self.end(last))  # type: ignore[attr-defined]
        out = self.shifted(self.inside(stmt, self.start(stmt), end), stmt, depth)  # type: ignore[attr-defined]
        return out + self.body(stmt.body, depth + 1, end[0])  # type: ignore[attr-defined,no-any-return]

    def print_try(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)  # type: ignore[attr-defined,no-any-return]
        pad = INDENT * depth
        out = [f"{pad}try:" + self.remark(self.colon_after(self.start(stmt)), stmt.body[0])]  # type: ignore[attr-defined]
        out += self.tried(stmt, depth)
        row = (stmt.orelse or [h.body[-1] for h in stmt.handlers] or stmt.body)[-1].end_lineno
        if stmt.finalbody:
            start = self.else_row(row, stmt.finalbody[0].lineno)  # type: ignore[attr-defined]
            out += self.gap(row, start, depth)  # type: ignore[attr-defined]
            out.append(f"{pad}finally:" + self.remark(self.colon_after((start, 0)), stmt.finalbody[0]))
            out += self.body(stmt.finalbody, depth + 1, start)  # type: ignore[attr-defined]
        return out

    def tried(self, stmt: Any, depth: int) -> list[str]:
        """The block of a try statement, its handlers, its else clause."""
        done = [self.edits.arm_jumps.get((stmt, 0), []), self.edits.arm_ends.get((stmt, 0), [])]
        self.scopes += done
        self.caught += bool(stmt.handlers)
        out = self.body(stmt.body, depth + 1, stmt.lineno)  # type: ignore[attr-defined]
        self.caught -= bool(stmt.handlers)
        row = stmt.body[-1].end_lineno
        if not stmt.orelse:
            out += self.ending(done[1], stmt.body[-1], depth + 1)  # type: ignore[attr-defined]
        del self.scopes[-2:]
        handlers, row = self.handlers(stmt, depth, row)
        out += handlers
        if stmt.orelse:
            self.scopes += done
            start = self.else_row(row, stmt.orelse[0].lineno)  # type: ignore[attr-defined]
            out += self.gap(row, start, depth)  # type: ignore[attr-defined]
            out.append(f"{INDENT * depth}else:" + self.remark(self.colon_after((start, 0)), stmt.orelse[0]))
            out += self.body(stmt.orelse, depth + 1, start)  # type: ignore[attr-defined]
            out += self.ending(done[1], stmt.orelse[-1], depth + 1)  # type: ignore[attr-defined]
            del self.scopes[-2:]
        return out

    def handlers(self, stmt: Any, depth: int, row: int) -> tuple[list[str], int]:
        """The handlers of a try statement, and the row on which they end."""
        out: list[str] = []
        rungs = self.rungs.get(stmt, {})
        ends = self.edits.arm_ends.get((stmt, 1), [])
        self.scopes.append(self.edits.arm_jumps.get((stmt, 1), []))
        for handler in stmt.handlers:
            rung = rungs.get(handler, handler)
            after = [line for line, _ in self.edits.after.get(rung, ())]
            end = self.colon_after(self.end(handler.type) if handler.type is not None else self.start(handler))  # type: ignore[attr-defined]
            out += self.gap(row, handler.lineno, depth)  # type: ignore[attr-defined]
            header = self.span(self.start(handler), end) + self.remark(end, handler.body[0])  # type: ignore[attr-defined]
            out += self.shifted(header, handler, depth)  # type: ignore[attr-defined]
            out += self.inner_arm(rung, handler.body, depth + 1, end[0], [*after, *ends])
            row = handler.body[-1].end_lineno
            ends = [*self.edits.arm_ends.get((rung, 1), []), *after, *ends]
            self.scopes.append(self.edits.arm_jumps.get((rung, 1), []))
        del self.scopes[len(self.scopes) - len(stmt.handlers) - 1 :]
        return out, row

    def inner_arm(self, rung: Any, stmts: list[Any], depth: int, row: int, outer: list[str]) -> list[str]:
        """The first arm of a rung; `outer`: the lines that end the arms in which the rung stands."""
        self.scopes.append(outer)
        out = self.arm(rung, 0, stmts, depth, row)  # type: ignore[attr-defined]
        self.scopes.pop()
        return out + self.ending(outer, stmts[-1], depth)  # type: ignore[attr-defined,no-any-return]

    def colon_after(self, place: tuple[int, int]) -> tuple[int, int]:
        """The place behind the colon that ends a header, whose last expression ends here."""
        row, column = place
        while self.rows[row - 1][column : column + 1] != ":":
            line = self.rows[row - 1]
            ended = column >= len(line) or line[column] == "#"
            row, column = (row + 1, 0) if ended else (row, column + 1)
        return row, column + 1

    # --- match ---------------------------------------------------------------------------

    def print_match(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.rungs:
            return self.print_functiondef(stmt, depth)  # type: ignore[attr-defined,no-any-return]
        rungs = self.rungs[stmt]
        end = self.colon_after(self.end(stmt.subject))  # type: ignore[attr-defined]
        pad = INDENT * depth
        out = [pad + line for line in marked(self.edits.before.get(rungs[0], ()), pad)]
        out += self.shifted(self.inside(stmt, self.start(stmt), end), stmt, depth)  # type: ignore[attr-defined]
        row = end[0]
        ends: list[str] = []
        for at, (case, rung) in enumerate(zip(stmt.cases, rungs, strict=True)):
            after = [line for line, _ in self.edits.after.get(rung, ())] if at else []
            out += self.case(case, rung, depth + 1, row, [*after, *ends], at > 0)
            row = case.body[-1].end_lineno
            ends = [*self.edits.arm_ends.get((rung, 1), []), *after, *ends]
            self.scopes.append(self.edits.arm_jumps.get((rung, 1), []))
        del self.scopes[len(self.scopes) - len(rungs) :]
        if ends and not unconditional(stmt.cases[-1]):
            out += [f"{pad}{INDENT}case _:", *[pad + INDENT * 2 + line for line in ends]]
        return out + [pad + line for line in marked(self.edits.after.get(rungs[0], ()), pad)]

    def case(self, case: Any, rung: Any, depth: int, row: int, outer: list[str], later: bool) -> list[str]:
        """One case; `outer`: the lines that end the else arms in which it stands."""
        if later and self.edits.before.get(rung) or self.pieces(rung, self):  # type: ignore[attr-defined]
            raise Refuse(case.guard or case.pattern, "this in a case of a match statement",
                         "its lines have no place there", "write if and elif")  # fmt: skip
        start = self.case_start(case)
        end = self.colon_after(self.end(case.guard or case.pattern))  # type: ignore[attr-defined]
        out = self.gap(row, start[0], depth)  # type: ignore[attr-defined]
        header = self.inside(rung if case.guard is not None else gast.Pass(), start, end)  # type: ignore[attr-defined]
        out += self.shifted(header + self.remark(end, case.body[0]), _At(start[0]), depth)  # type: ignore[attr-defined]
        return out + self.inner_arm(rung, case.body, depth + 1, end[0], outer)

    def case_start(self, case: Any) -> tuple[int, int]:
        """Where the word `case` stands."""
        row, column = self.start(case.pattern)  # type: ignore[attr-defined]
        while not self.rows[row - 1][:column].lstrip().startswith("case"):
            row -= 1
            column = len(self.rows[row - 1])
        return row, len(self.rows[row - 1]) - len(self.rows[row - 1].lstrip())

    def remark(self, end: tuple[int, int], first: Any) -> str:
        """The comment behind a header."""
        rest = self.rows[end[0] - 1][end[1] :].strip()
        return f"  {rest}" if rest.startswith("#") and first.lineno > end[0] else ""


class _At:
    """A place that lines are shifted from."""

    def __init__(self, row: int) -> None:
        self.lineno = row


def unconditional(case: Any) -> bool:
    """Does a case take whatever the ones before it left?"""
    pattern = case.pattern
    while isinstance(pattern, (gast.MatchAs, gast.MatchOr)):
        if isinstance(pattern, gast.MatchAs) and pattern.pattern is None:
            return case.guard is None
        pattern = pattern.pattern if isinstance(pattern, gast.MatchAs) else pattern.patterns[-1]
    return False
