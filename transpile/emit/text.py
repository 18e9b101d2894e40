"""The user's function as it is written, with the lines and names that the gradient needs.

A statement that nothing was added to is pasted from the source. Indentation is ours (four
spaces a level), everything inside a statement is the user's, comments and literals included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from ..order import idle
from .compound import Compound
from .edits import Line
from .rows import INDENT, mark, marked
from .splicing import Splicing

JUMPS = (gast.Return, gast.Break, gast.Continue, gast.Raise)


class UserText(Compound):
    """Prints the statements of a function of the user's with edits.

    Args:
        pieces: gives the lines that stand before a statement.
        returns: what a return gives back, by the text of its value; None if that is all.
        fresh: makes a name.
        opened: with and try statements whose blocks are looked into.
        rungs: the ifs that cases of match statements, and handlers, stand for.
        hooks: with statements that act in the backward half only.
    """

    def __init__(self, splicing: Splicing, pieces: Callable[[Any], list[Line]],
                 returns: Callable[[str, Any], str] | None, fresh: Callable[[str], str], opened: set[Any],
                 rungs: dict[Any, Any], hooks: set[Any]) -> None:
        self.splicing, self.rows, self.edits = splicing, splicing.rows, splicing.edits
        self.pieces, self.returns = pieces, returns
        self.fresh, self.opened, self.rungs, self.hooks = fresh, opened, rungs, hooks
        self.alone: set[Any] = set()  # hooks that are all that their suite has
        self.scopes: list[Any] = []  # loops, and the lines that end arms

    def body(self, stmts: list[Any], depth: int, after_row: int) -> list[str]:
        """The statements of a suite, with the comments and blank lines between them."""
        out: list[str] = []
        opened = 0
        self.alone |= set(stmts[-1:]) if all(s in self.hooks for s in stmts) else set()
        for stmt in stmts:
            if stmt in self.edits.rest_ends:
                self.scopes.append(self.edits.rest_ends[stmt])
                opened += 1
            first, last = getattr(stmt, "rows", (stmt.lineno, stmt.end_lineno))
            out += self.rows.gap(after_row, first, depth)
            out += self.statement(stmt, depth)
            after_row = last
        for _ in range(opened):
            out += self.ending(self.scopes.pop(), stmts[-1], depth)
        return out

    def ending(self, lines: list[str], last: Any, depth: int) -> list[str]:
        """Lines that end a suite, unless it ends in a jump, which has printed them."""
        return [] if isinstance(last, JUMPS) else [INDENT * depth + line for line in lines]

    def leaving(self, jump: Any) -> list[str]:
        """What must be noted before a jump: the ends of all that it leaves."""
        out: list[str] = []
        for scope in reversed(self.scopes):
            if isinstance(scope, list):
                out += scope
                continue
            out += self.edits.turn_ends.get(scope, [])
            if not isinstance(jump, gast.Return):
                break
        return out

    def statement(self, stmt: Any, depth: int) -> list[str]:
        """One statement: what comes before it, its text, what comes after it."""
        pad = INDENT * depth
        out = [pad + line for line in marked(self.edits.before.get(stmt, ()))]
        out += [pad + f"{name} = []" + mark(f"{pad}{name} = []", line)
                for name, line in self.edits.lists.get(stmt, ())]  # fmt: skip
        pieces = self.pieces(stmt)
        out += [pad + line if line else "" for line in marked(pieces, pad)]
        if isinstance(stmt, JUMPS) and not isinstance(stmt, gast.Raise):
            leaving = [pad + line for line in self.leaving(stmt)]
            named = isinstance(stmt, gast.Return) and stmt.value is not None and (
                self.splicing.edited(stmt) or self.caught and not idle(stmt.value))  # fmt: skip
            if leaving and named:
                name = self.fresh("result")
                out.append(f"{pad}{name} = {self.grouped(self.splicing.render(stmt.value))}")
                self.edits.texts[stmt.value] = name
            out += leaving
        method = getattr(self, f"print_{type(stmt).__name__.lower()}", self.print_simple)
        out += method(stmt, depth)
        out += [pad + line for line in marked(self.edits.after.get(stmt, ()), pad)]
        return out

    # --- simple statements ---------------------------------------------------------------

    def print_simple(self, stmt: Any, depth: int) -> list[str]:
        if hasattr(stmt, "spelled"):
            line = self.assigned_pair(stmt) if self.is_pair(stmt) else self.splicing.assembled(stmt)
            return [INDENT * depth + line] if line else []
        if not self.splicing.edited(stmt) and not self.is_return(stmt):
            text = self.rows.span(self.rows.start(stmt), self.rows.end(stmt))
        else:
            text = self.changed(stmt)
        if text == "":
            quoted = any(line.startswith("# line") for line, _ in self.pieces(stmt))
            return [] if quoted or not self.rows.trailing(stmt) else [INDENT * depth + self.rows.trailing(stmt).strip()]
        return self.rows.shifted(text + self.rows.trailing(stmt), stmt, depth)

    def is_return(self, stmt: Any) -> bool:
        return isinstance(stmt, gast.Return) and self.returns is not None

    def changed(self, stmt: Any) -> str:
        """A statement with edits; empty if the generated lines have done all of it."""
        if isinstance(stmt, gast.Return):
            value = "None" if stmt.value is None else self.splicing.render(stmt.value)
            bare = isinstance(stmt.value, gast.Tuple) and not self.rows.parenthesised(stmt.value)
            if bare and self.returns is not None or "\n" in value:
                value = f"({value})"
            return f"return {self.returns(value, stmt) if self.returns is not None else value}"
        if self.is_pair(stmt):
            return self.assigned_pair(stmt)
        if isinstance(stmt, gast.Assign) and len(stmt.targets) == 1 and stmt.value in self.edits.texts:
            target = self.splicing.inside(stmt.targets[0], *self.rows.limits(stmt.targets[0]))
            if target.strip("()") == self.splicing.render(stmt.value).strip("()"):
                return ""
        if isinstance(stmt, gast.Expr) and stmt.value in self.edits.texts:
            return "" if self.edits.texts[stmt.value].replace(",", "").replace(" ", "").isidentifier() else (
                self.edits.texts[stmt.value])
        return self.splicing.inside(stmt, *self.rows.limits(stmt))

    def is_pair(self, stmt: Any) -> bool:
        """Does it assign what a forward function gives?"""
        if not isinstance(stmt, gast.Assign) or not self.edits.calls.get(stmt.value, (None,) * 5)[3]:
            return False
        return (stmt.value, False) not in self.edits.steps and stmt.value not in self.edits.texts

    def assigned_pair(self, stmt: Any) -> str:
        """``h, layer_14 = layer_forward(x)`` for ``h = layer(x)``."""
        saved = self.edits.calls[stmt.value][3]
        targets = [self.splicing.render(t) for t in stmt.targets]
        plain = len(targets) == 1 and isinstance(stmt.targets[0], (gast.Name, gast.Subscript, gast.Attribute))
        if plain:
            return f"{targets[0]}, {saved} = {self.splicing.call(stmt.value)}"
        nested = isinstance(stmt.targets[0], (gast.Tuple, gast.List)) and len(targets) == 1
        if nested:
            return f"({targets[0]}), {saved} = {self.splicing.call(stmt.value)}"
        return self.splicing.inside(stmt, *self.rows.limits(stmt))

    def grouped(self, text: str) -> str:
        return f"({text})" if "\n" in text else text

    # --- compound statements -------------------------------------------------------------

    def print_if(self, stmt: Any, depth: int) -> list[str]:
        return self.branches(stmt, depth, "if")

    def branches(self, stmt: Any, depth: int, word: str) -> list[str]:
        pad = INDENT * depth
        out = self.header(stmt, stmt.test, f"{word} ", depth)
        out += self.arm(stmt, 0, stmt.body, depth + 1, stmt.test.end_lineno)
        ends = self.edits.arm_ends.get((stmt, 1), [])
        if not stmt.orelse:
            return out + ([f"{pad}else:", *[pad + INDENT + line for line in ends]] if ends else [])
        nested = stmt.orelse[0]
        last = stmt.body[-1].end_lineno
        if len(stmt.orelse) == 1 and isinstance(nested, gast.If) and self.rows.is_elif(nested) and not ends:
            if not self.edits.before.get(nested) and not self.pieces(nested):
                out += self.rows.gap(last, nested.lineno, depth)
                self.scopes.append(self.edits.arm_jumps.get((stmt, 1), []))
                out += self.branches(nested, depth, "elif")
                self.scopes.pop()
                return out + [pad + line for line in marked(self.edits.after.get(nested, ()), pad)]
        row = self.rows.else_row(last, nested.lineno)
        out += self.rows.gap(last, row, depth)
        out.append(f"{pad}else:" + self.rows.comment_of(row))
        return out + self.arm(stmt, 1, stmt.orelse, depth + 1, row)

    def arm(self, stmt: Any, index: int, stmts: list[Any], depth: int, row: int) -> list[str]:
        """An arm with the lines that end it."""
        self.scopes += [self.edits.arm_jumps.get((stmt, index), []), self.edits.arm_ends.get((stmt, index), [])]
        out = self.body(stmts, depth, row)
        ends = self.scopes.pop()
        self.scopes.pop()
        return out + self.ending(ends, stmts[-1], depth)

    def header(self, stmt: Any, expr: Any, word: str, depth: int) -> list[str]:
        """``if test:`` and its like, up to the colon."""
        text = word + self.render_grouped(expr) + ":" + self.rows.header_comment(expr, stmt.body[0])
        return self.rows.shifted(text, stmt, depth)

    def render_grouped(self, expr: Any) -> str:
        text = self.splicing.render(expr)
        if text.startswith("(") and ":=" in text and expr not in self.edits.texts:
            return text
        return f"({text})" if "\n" in text and not text.startswith(("(", "[", "{")) else text

    def print_for(self, stmt: Any, depth: int) -> list[str]:
        target = self.splicing.render(stmt.target)
        out = self.header(stmt, stmt.iter, f"for {target} in ", depth)
        return out + self.turn(stmt, depth, stmt.iter.end_lineno)

    def print_while(self, stmt: Any, depth: int) -> list[str]:
        out = self.header(stmt, stmt.test, "while ", depth)
        return out + self.turn(stmt, depth, stmt.test.end_lineno)

    def turn(self, stmt: Any, depth: int, row: int) -> list[str]:
        """The body of a loop: what exists from its start, its statements, what it saves."""
        pad = INDENT * (depth + 1)
        out = [f"{pad}{name} = None" for name in dict.fromkeys(self.edits.unbound.get(stmt, ()))]
        out += [pad + line for line in marked(self.edits.body_start.get(stmt, ()), pad)]
        self.scopes.append(stmt)
        out += self.body(stmt.body, depth + 1, row)
        self.scopes.pop()
        out += self.ending(self.edits.turn_ends.get(stmt, []), stmt.body[-1], depth + 1)
        return out + self.orelse(stmt, depth)

    def orelse(self, stmt: Any, depth: int) -> list[str]:
        if not stmt.orelse:
            return []
        row = self.rows.else_row(stmt.body[-1].end_lineno, stmt.orelse[0].lineno)
        return [f"{INDENT * depth}else:", *self.body(stmt.orelse, depth + 1, row)]

    print_asyncfunctiondef = print_classdef = print_trystar = Compound.print_functiondef

    def print_with(self, stmt: Any, depth: int) -> list[str]:
        if stmt in self.hooks:
            return [f"{INDENT * depth}pass"] if stmt in self.alone else []
        return super().print_with(stmt, depth)
