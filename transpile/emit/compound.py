"""Compound statements whose blocks are looked into: `with`, `try` and `match`, as the user wrote them."""

from __future__ import annotations

from typing import Any

import gast

from ..lower.core import Refuse
from .rows import INDENT, marked

Place = tuple[int, int]


class Compound:
    """Prints statements around blocks that are printed with edits; what is not looked into is pasted.

    Attributes:
        opened: with and try statements whose blocks are looked into.
        rungs: of match and try statements that are, the ifs that cases and handlers stand for.
        caught: how many blocks around catch exceptions.
    """

    edits: Any
    rows: Any
    splicing: Any
    scopes: list[Any]
    pieces: Any
    opened: set[Any]
    rungs: dict[Any, Any]
    caught = 0

    # `UserText` has these.
    body: Any
    arm: Any
    ending: Any

    def print_functiondef(self, stmt: Any, depth: int) -> list[str]:
        """A statement that is left alone, but for what a function's defaults are made of: they are evaluated here."""
        text = self.rows.whole(stmt)
        if isinstance(stmt, gast.FunctionDef) and self.splicing.edited(stmt):
            text = self.splicing.inside(stmt, self.rows.first(stmt), self.rows.end(stmt)) + self.rows.trailing(stmt)
        return self.rows.shifted(text, stmt, depth)  # type: ignore[no-any-return]

    # --- with and try --------------------------------------------------------------------

    def print_with(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)
        end = self.rows.colon_after(self.rows.end(stmt.items[-1].optional_vars or stmt.items[-1].context_expr))
        out = self.rows.shifted(self.splicing.inside(stmt, self.rows.start(stmt), end), stmt, depth)
        pad = INDENT * (depth + 1)
        out += [pad + line for line in marked(self.edits.body_start.get(stmt, ()), pad)]
        return [*out, *self.body(stmt.body, depth + 1, end[0])]

    def print_try(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)
        out = [self.word("try", self.rows.start(stmt), stmt.body[0], depth), *self.tried(stmt, depth)]
        if stmt.finalbody:
            row = (stmt.orelse or [h.body[-1] for h in stmt.handlers] or stmt.body)[-1].end_lineno
            out += self.clause("finally", stmt.finalbody, depth, row)
        return out

    def word(self, word: str, start: Place, first: Any, depth: int) -> str:
        """A header of one word."""
        return f"{INDENT * depth}{word}:{self.rows.remark(self.rows.colon_after(start), first)}"

    def clause(self, word: str, stmts: list[Any], depth: int, row: int) -> list[str]:
        """`else` or `finally`, and its suite."""
        start = self.rows.else_row(row, stmts[0].lineno)
        out = [*self.rows.gap(row, start, depth), self.word(word, (start, 0), stmts[0], depth)]
        return [*out, *self.body(stmts, depth + 1, start)]

    def tried(self, stmt: Any, depth: int) -> list[str]:
        """The block of a try statement, its handlers, its else clause."""
        done = [self.edits.arm_jumps.get((stmt, 0), []), self.edits.arm_ends.get((stmt, 0), [])]
        self.scopes += done
        self.caught += bool(stmt.handlers)
        out: list[str] = self.body(stmt.body, depth + 1, stmt.lineno)
        self.caught -= bool(stmt.handlers)
        if not stmt.orelse:
            out += self.ending(done[1], stmt.body[-1], depth + 1)
        del self.scopes[-2:]
        handlers, row = self.handlers(stmt, depth, stmt.body[-1].end_lineno)
        out += handlers
        if stmt.orelse:
            self.scopes += done
            out += self.clause("else", stmt.orelse, depth, row)
            out += self.ending(done[1], stmt.orelse[-1], depth + 1)
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
            end = self.rows.colon_after(
                self.rows.end(handler.type) if handler.type is not None else self.rows.start(handler))
            out += self.rows.gap(row, handler.lineno, depth)
            header = self.rows.span(self.rows.start(handler), end) + self.rows.remark(end, handler.body[0])
            out += self.rows.shifted(header, handler, depth)
            out += self.inner_arm(rung, handler.body, depth + 1, end[0], [*after, *ends])
            row = handler.body[-1].end_lineno
            ends = [*self.edits.arm_ends.get((rung, 1), []), *after, *ends]
            self.scopes.append(self.edits.arm_jumps.get((rung, 1), []))
        del self.scopes[len(self.scopes) - len(stmt.handlers) - 1 :]
        return out, row

    def inner_arm(self, rung: Any, stmts: list[Any], depth: int, row: int, outer: list[str]) -> list[str]:
        """The first arm of a rung; `outer`: the lines that end the arms in which the rung stands."""
        self.scopes.append(outer)
        out = self.arm(rung, 0, stmts, depth, row)
        self.scopes.pop()
        return [*out, *self.ending(outer, stmts[-1], depth)]

    # --- match ---------------------------------------------------------------------------

    def print_match(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.rungs:
            return self.print_functiondef(stmt, depth)
        rungs = self.rungs[stmt]
        end = self.rows.colon_after(self.rows.end(stmt.subject))
        pad = INDENT * depth
        out = [pad + line for line in marked(self.edits.before.get(rungs[0], ()), pad)]
        out += self.rows.shifted(self.splicing.inside(stmt, self.rows.start(stmt), end), stmt, depth)
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
        if later and self.edits.before.get(rung) or self.pieces(rung):
            raise Refuse(case.guard or case.pattern, "this in a case of a match statement",
                         "its lines have no place there", "write if and elif")  # fmt: skip
        start = self.case_start(case)
        end = self.rows.colon_after(self.rows.end(case.guard or case.pattern))
        header = self.splicing.inside(rung if case.guard is not None else gast.Pass(), start, end)
        out = self.rows.gap(row, start[0], depth)
        out += self.rows.shifted(header + self.rows.remark(end, case.body[0]), _At(start[0]), depth)
        return [*out, *self.inner_arm(rung, case.body, depth + 1, end[0], outer)]

    def case_start(self, case: Any) -> Place:
        """Where the word `case` stands."""
        row, column = self.rows.start(case.pattern)
        while not self.rows.lines[row - 1][:column].lstrip().startswith("case"):
            row -= 1
            column = len(self.rows.lines[row - 1])
        return row, len(self.rows.lines[row - 1]) - len(self.rows.lines[row - 1].lstrip())


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
