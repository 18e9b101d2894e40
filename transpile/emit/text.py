"""The user's function as it is written, with the lines and names that the gradient needs.

A statement that nothing was added to is pasted from the source. Indentation is ours (four
spaces a level), everything inside a statement is the user's, comments and literals included.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import before, conditional, idle
from .edits import Edits, Line
from .layout import is_named

INDENT = "    "
MARK = 76
JUMPS = (gast.Return, gast.Break, gast.Continue, gast.Raise)


class _Part:
    """A call without its function."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self._fields = ("args", "keywords")
        self.args, self.keywords = call.args, call.keywords


class UserText:
    """Prints a function of the user's with edits."""

    def __init__(self, source: Any, tree: Any, edits: Edits, pieces: Callable[[Any, UserText], list[Line]],
                 returns: Callable[[str, Any], str] | None = None) -> None:
        self.source, self.tree, self.edits = source, tree, edits
        self.pieces, self.returns = pieces, returns
        self.rows = source.lines
        self.frozen = _string_rows(tree)
        self.hoisted: set[Any] = set()
        self.fresh: Callable[[str], str] = str
        self.opened: set[Any] = set()  # with and try statements whose blocks are looked into
        self.hooks: set[Any] = set()  # with statements that act in the backward half only
        self.alone: set[Any] = set()  # those that are all that their suite has
        self.scopes: list[Any] = []  # loops, and the lines that end arms

    # --- positions -----------------------------------------------------------------------

    def column(self, row: int, column: int) -> int:
        """A column of the syntax tree (bytes) as a column of the text (characters)."""
        line = self.rows[row - 1]
        return column if line.isascii() else len(line.encode()[:column].decode())

    def start(self, node: Any) -> tuple[int, int]:
        return node.lineno, self.column(node.lineno, node.col_offset)

    def end(self, node: Any) -> tuple[int, int]:
        return node.end_lineno, self.column(node.end_lineno, node.end_col_offset)

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        if start[0] == end[0]:
            return str(self.rows[start[0] - 1][start[1] : end[1]])
        first = self.rows[start[0] - 1][start[1] :]
        middle = self.rows[start[0] : end[0] - 1]
        return "\n".join([first, *middle, self.rows[end[0] - 1][: end[1]]])

    # --- expressions ---------------------------------------------------------------------

    def render(self, node: Any) -> str:
        """The text of an expression with its edits."""
        if node in self.edits.texts:
            return self.edits.texts[node]
        named = self.edits.steps.get((node, False))
        if named is not None:
            return named if node in self.hoisted else self.walrus(node, named)
        return self.value_text(node)

    def value_text(self, node: Any) -> str:
        """What computes an expression's value."""
        if node not in self.edits.calls:
            return self.inside(node, self.start(node), self.end(node))
        saved = self.edits.calls[node][3]
        if saved is None:
            return self.call(node)
        if not saved:
            return f"{self.call(node)}[0]"
        return f"({saved} := {self.call(node)}, {saved} := {saved}[1])[0][0]"

    def call(self, node: Any) -> str:
        """The call of a generated function with the user's arguments."""
        name, owner, free, _ = self.edits.calls[node]
        row, column = self.end(node.func)
        while self.rows[row - 1][column : column + 1] != "(":
            row, column = (row, column + 1) if column < len(self.rows[row - 1]) else (row + 1, 0)
        given = self.inside(_Part(node), (row, column + 1), self.end(node))[:-1].strip().rstrip(",")
        parts = [p for p in (owner, given, *[f"{n}={n}" for n in free]) if p]
        return f"{name}({', '.join(parts)})"

    def walrus(self, node: Any, name: str) -> str:
        body = self.value_text(node)
        copied = self.edits.steps.get((node, True))
        more = [f"{copied} := {self.edits.copies[node].format(name)}"] if copied is not None else []
        more += [line.replace(" = ", " := ", 1) for line in self.edits.behind.get(node, ())]
        return f"({', '.join([f'{name} := {body}', *more])})" + ("[0]" if more else "")

    def inside(self, node: Any, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text from `start` to `end`, with edited expressions inside `node` replaced."""
        out, at = [], start
        for inner in self.edited(node):
            begin, stop = self.start(inner), self.end(inner)
            text = self.render(inner)
            if text.isidentifier() or is_named(text):
                begin, stop = self.widened(begin, stop, start, end)
            out += [self.span(at, begin), text]
            at = stop
        return "".join([*out, self.span(at, end)])

    def widened(self, begin: Any, stop: Any, start: Any, end: Any) -> Any:
        """A name needs no parentheses around it that only grouped what it stands for."""
        while True:
            left = self.rows[begin[0] - 1][: begin[1]]
            right = self.rows[stop[0] - 1][stop[1] :]
            before_it = left.rstrip()
            if not before_it.endswith("(") or not right.lstrip().startswith(")"):
                return begin, stop
            opened = len(before_it) - 1
            closed = stop[1] + len(right) - len(right.lstrip()) + 1
            outer = before_it[:-1].rstrip()
            word = _last_word(outer)
            if outer and (outer[-1] in ")]}\"'" or word and word not in WORDS):
                return begin, stop
            if (begin[0], opened) < start or (stop[0], closed) > end:
                return begin, stop
            begin, stop = (begin[0], opened), (stop[0], closed)

    def edited(self, node: Any) -> list[Any]:
        """The outermost edited expressions strictly inside a node, in the order of the text."""
        found: list[Any] = []
        stack = list(gast.iter_child_nodes(node))
        while stack:
            inner = stack.pop()
            if isinstance(inner, (gast.stmt, gast.ExceptHandler)) or type(inner).__name__ == "match_case":
                continue
            if inner in self.edits.texts or (inner, False) in self.edits.steps or inner in self.edits.calls:
                found.append(inner)
            else:
                stack.extend(gast.iter_child_nodes(inner))
        return sorted(found, key=lambda n: (n.lineno, n.col_offset))

    def grouped(self, text: str) -> str:
        return f"({text})" if "\n" in text else text

    # --- statements ----------------------------------------------------------------------

    def body(self, stmts: list[Any], depth: int, after_row: int) -> list[str]:
        """The statements of a suite, with the comments and blank lines between them."""
        out: list[str] = []
        opened = 0
        self.alone |= set(stmts[-1:]) if all(s in self.hooks for s in stmts) else set()
        for stmt in stmts:
            if stmt in self.edits.rest_ends:
                self.scopes.append(self.edits.rest_ends[stmt])
                opened += 1
            out += self.gap(after_row, stmt.lineno, depth)
            out += self.statement(stmt, depth)
            after_row = stmt.end_lineno
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

    def gap(self, after_row: int, row: int, depth: int) -> list[str]:
        out = []
        for line in self.rows[after_row : row - 1]:
            text = line.strip()
            if not text or text.startswith("#"):
                out.append(INDENT * depth + text if text else "")
        return out

    def statement(self, stmt: Any, depth: int, elif_: bool = False) -> list[str]:
        """One statement: what comes before it, its text, what comes after it."""
        pad = INDENT * depth
        out = [pad + line for line in marked(self.edits.before.get(stmt, ()))]
        out += [pad + f"{name} = []" + mark(f"{pad}{name} = []", line)
                for name, line in self.edits.lists.get(stmt, ())]  # fmt: skip
        pieces = self.pieces(stmt, self)
        if elif_ and (out or pieces):
            raise AssertionError("lines before an elif")
        out += [pad + line if line else "" for line in marked(pieces, pad)]
        if isinstance(stmt, JUMPS) and not isinstance(stmt, gast.Raise):
            leaving = [pad + line for line in self.leaving(stmt)]
            if leaving and isinstance(stmt, gast.Return) and stmt.value is not None and self.edited(stmt):
                name = self.fresh("result")
                out.append(f"{pad}{name} = {self.grouped(self.render(stmt.value))}")
                self.edits.texts[stmt.value] = name
            out += leaving
        method = getattr(self, f"print_{type(stmt).__name__.lower()}", self.print_simple)
        out += method(stmt, depth)
        out += [pad + line for line in marked(self.edits.after.get(stmt, ()), pad)]
        return out

    def print_simple(self, stmt: Any, depth: int) -> list[str]:
        if (spelled := getattr(stmt, "spelled", None)) is not None:
            return [INDENT * depth + "".join(p if isinstance(p, str) else self.render(p) for p in spelled)]
        if not self.edited(stmt) and not self.is_return(stmt):
            text = self.span(self.start(stmt), self.end(stmt))
        else:
            text = self.changed(stmt)
        if text == "":
            quoted = any(line.startswith("# line") for line, _ in self.pieces(stmt, self))
            return [] if quoted or not self.trailing(stmt) else [INDENT * depth + self.trailing(stmt).strip()]
        return self.shifted(text + self.trailing(stmt), stmt, depth)

    def is_return(self, stmt: Any) -> bool:
        return isinstance(stmt, gast.Return) and self.returns is not None

    def changed(self, stmt: Any) -> str:
        """A statement with edits; empty if the generated lines have done all of it."""
        if isinstance(stmt, gast.Return):
            value = "None" if stmt.value is None else self.render(stmt.value)
            bare = isinstance(stmt.value, gast.Tuple) and not self.parenthesised(stmt.value)
            if bare and self.returns is not None or "\n" in value:
                value = f"({value})"
            return f"return {self.returns(value, stmt) if self.returns is not None else value}"
        if isinstance(stmt, gast.Assign) and self.edits.calls.get(stmt.value, ("", "", (), None))[3]:
            if (stmt.value, False) not in self.edits.steps and stmt.value not in self.edits.texts:
                return self.assigned_pair(stmt)
        if isinstance(stmt, gast.Assign) and len(stmt.targets) == 1 and stmt.value in self.edits.texts:
            target = self.inside(stmt.targets[0], *self.limits(stmt.targets[0]))
            if target.strip("()") == self.render(stmt.value).strip("()"):
                return ""
        if isinstance(stmt, gast.Expr) and stmt.value in self.edits.texts:
            return "" if self.edits.texts[stmt.value].replace(",", "").replace(" ", "").isidentifier() else (
                self.edits.texts[stmt.value])
        return self.inside(stmt, *self.limits(stmt))

    def assigned_pair(self, stmt: Any) -> str:
        """``h, layer_14 = layer_forward(x)`` for ``h = layer(x)``."""
        saved = self.edits.calls[stmt.value][3]
        targets = [self.inside(t, *self.limits(t)) for t in stmt.targets]
        plain = len(targets) == 1 and isinstance(stmt.targets[0], (gast.Name, gast.Subscript, gast.Attribute))
        if plain:
            return f"{targets[0]}, {saved} = {self.call(stmt.value)}"
        nested = isinstance(stmt.targets[0], (gast.Tuple, gast.List)) and len(targets) == 1
        if nested:
            return f"({targets[0]}), {saved} = {self.call(stmt.value)}"
        return self.inside(stmt, *self.limits(stmt))

    def parenthesised(self, node: Any) -> bool:
        """Does a tuple begin with a parenthesis of its own?"""
        return not node.elts or self.start(node) < self.start(node.elts[0])

    def limits(self, node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
        return self.start(node), self.end(node)

    def trailing(self, stmt: Any) -> str:
        """The comment behind a statement."""
        row, column = self.end(stmt)
        rest = self.rows[row - 1][column:]
        return rest.rstrip() if rest.lstrip().startswith("#") else ""

    def shifted(self, text: str, stmt: Any, depth: int) -> list[str]:
        """Lines of a statement at another indentation; lines inside strings stay as they are."""
        lines = text.split("\n")
        old = len(self.rows[stmt.lineno - 1]) - len(self.rows[stmt.lineno - 1].lstrip())
        out = [INDENT * depth + lines[0]]
        for i, line in enumerate(lines[1:], stmt.lineno + 1):
            body = line.lstrip()
            if i in self.frozen:
                out.append(line)
            elif body:
                out.append(INDENT * depth + " " * max(len(line) - len(body) - old, 0) + body)
            else:
                out.append("")
        return out

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
        if len(stmt.orelse) == 1 and isinstance(nested, gast.If) and self.is_elif(nested) and not ends:
            if not self.edits.before.get(nested) and not self.pieces(nested, self):
                out += self.gap(last, nested.lineno, depth)
                self.scopes.append(self.edits.arm_jumps.get((stmt, 1), []))
                out += self.branches(nested, depth, "elif")
                self.scopes.pop()
                return out + [pad + line for line in marked(self.edits.after.get(nested, ()), pad)]
        row = self.else_row(last, nested.lineno)
        out += self.gap(last, row, depth)
        out.append(f"{pad}else:" + self.comment_of(row))
        return out + self.arm(stmt, 1, stmt.orelse, depth + 1, row)

    def is_elif(self, nested: Any) -> bool:
        row, column = self.start(nested)
        return self.rows[row - 1][column : column + 4] == "elif"

    def else_row(self, after_row: int, row: int) -> int:
        for i in range(after_row, row + 1):
            if self.rows[i - 1].lstrip().startswith(("else", "finally")):
                return i
        return row

    def comment_of(self, row: int) -> str:
        text = self.rows[row - 1]
        at = text.find("#")
        return "  " + text[at:].rstrip() if text.lstrip().startswith("else") and at >= 0 else ""

    def arm(self, stmt: Any, index: int, stmts: list[Any], depth: int, row: int) -> list[str]:
        """An arm with the lines that end it."""
        self.scopes += [self.edits.arm_jumps.get((stmt, index), []), self.edits.arm_ends.get((stmt, index), [])]
        out = self.body(stmts, depth, row)
        ends = self.scopes.pop()
        self.scopes.pop()
        return out + self.ending(ends, stmts[-1], depth)

    def header(self, stmt: Any, expr: Any, word: str, depth: int) -> list[str]:
        """``if test:`` and its like, up to the colon."""
        text = word + self.render_grouped(expr) + ":" + self.header_comment(expr, stmt.body[0])
        return self.shifted(text, stmt, depth)

    def render_grouped(self, expr: Any) -> str:
        text = self.render(expr)
        if text.startswith("(") and ":=" in text and expr not in self.edits.texts:
            return text
        return f"({text})" if "\n" in text and not text.startswith(("(", "[", "{")) else text

    def header_comment(self, expr: Any, first: Any) -> str:
        row, column = self.end(expr)
        rest = self.rows[row - 1][column:]
        at = rest.find("#")
        return "  " + rest[at:].rstrip() if at >= 0 and first.lineno > row else ""

    def print_for(self, stmt: Any, depth: int) -> list[str]:
        target = self.render(stmt.target)
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
        row = self.else_row(stmt.body[-1].end_lineno, stmt.orelse[0].lineno)
        return [f"{INDENT * depth}else:", *self.body(stmt.orelse, depth + 1, row)]

    def print_functiondef(self, stmt: Any, depth: int) -> list[str]:
        return self.shifted(self.whole(stmt), stmt, depth)

    print_asyncfunctiondef = print_classdef = print_functiondef

    def whole(self, stmt: Any) -> str:
        """A statement that is left alone, with its decorators."""
        first = min([stmt, *getattr(stmt, "decorator_list", [])], key=lambda n: n.lineno)
        start = self.start(first)
        if first is not stmt:
            start = (start[0], self.rows[start[0] - 1].index("@"))
        return self.span(start, self.end(stmt)) + self.trailing(stmt)

    print_match = print_trystar = print_functiondef

    def print_with(self, stmt: Any, depth: int) -> list[str]:
        if stmt in self.hooks:
            return [f"{INDENT * depth}pass"] if stmt in self.alone else []
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)
        last = stmt.items[-1].optional_vars or stmt.items[-1].context_expr
        row, column = self.end(last)
        while self.rows[row - 1][column : column + 1] != ":":
            row, column = (row, column + 1) if column < len(self.rows[row - 1]) else (row + 1, 0)
        out = self.shifted(self.inside(stmt, self.start(stmt), (row, column + 1)), stmt, depth)
        return out + self.body(stmt.body, depth + 1, row)

    def print_try(self, stmt: Any, depth: int) -> list[str]:
        if stmt not in self.opened:
            return self.print_functiondef(stmt, depth)
        pad = INDENT * depth
        out = [f"{pad}try:", *self.body(stmt.body, depth + 1, stmt.lineno)]
        row = self.else_row(stmt.body[-1].end_lineno, stmt.finalbody[0].lineno)
        return [*out, f"{pad}finally:", *self.body(stmt.finalbody, depth + 1, row)]

    # --- hoisting ------------------------------------------------------------------------

    def can_hoist(self, stmt: Any, node: Any) -> bool:
        """May this expression be evaluated before anything else of its statement?"""
        if node in conditional(stmt) or isinstance(stmt, gast.While):
            return False
        if isinstance(stmt, gast.If) and self.is_elif(stmt):
            return False
        return all(idle(e) or e in self.hoisted for e in before(stmt, node))

    def hoist(self, node: Any) -> list[str]:
        """The lines that evaluate an expression under its name."""
        name = self.edits.steps[node, False]
        saved = self.edits.calls.get(node, ("", "", (), None))[3]
        self.hoisted.add(node)
        if saved:
            lines = [f"{name}, {saved} = {self.call(node)}"]
        else:
            body = self.value_text(node)
            grouped = "\n" in body or isinstance(node, gast.NamedExpr)
            lines = [f"{name} = ({body})" if grouped else f"{name} = {body}"]
        copied = self.edits.steps.get((node, True))
        if copied:
            lines.append(f"{copied} = {self.edits.copies[node].format(name)}")
        return [*lines, *self.edits.behind.get(node, ())]


WORDS = {"return", "in", "and", "or", "not", "if", "else", "is", "lambda", "assert", "while", "for",
         "elif", "yield", "raise", "del"}  # fmt: skip


def _last_word(text: str) -> str:
    i = len(text)
    while i and (text[i - 1].isalnum() or text[i - 1] == "_"):
        i -= 1
    return text[i:]


def marked(lines: Any, pad: str = "") -> list[str]:
    """Lines with the comment that ties them to the user's."""
    return [text + mark(pad + text, number) for text, number in lines]


def mark(text: str, number: int) -> str:
    if not number:
        return ""
    return " " * max(MARK - len(text), 2) + f"# line {number}"


def _string_rows(tree: Any) -> set[int]:
    """Rows that begin inside a string."""
    out: set[int] = set()
    for node in gast.walk(tree):
        text = isinstance(node, gast.JoinedStr) or isinstance(node, gast.Constant) and isinstance(
            node.value, (str, bytes))  # fmt: skip
        if text and getattr(node, "end_lineno", None):
            out.update(range(node.lineno + 1, node.end_lineno + 1))
    return out


__all__ = ["INDENT", "Refuse", "UserText", "io", "mark", "marked", "tokenize"]
