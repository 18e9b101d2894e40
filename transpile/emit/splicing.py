"""The user's expressions as they are written, with the names and calls that stand for parts of them."""

from __future__ import annotations

from typing import Any

import gast

from ..order import before, conditional, idle
from .edits import Edits
from .layout import is_named
from .receivers import parts, receiver
from .rows import Rows

WORDS = {"return", "in", "and", "or", "not", "if", "else", "is", "lambda", "assert", "while", "for",
         "elif", "yield", "raise", "del"}  # fmt: skip


class _Part:
    """A call without its function."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self._fields = ("args", "keywords")
        self.args, self.keywords = call.args, call.keywords


class Splicing:
    """Prints expressions with edits.

    Attributes:
        hoisted: the steps that have lines of their own before their statement.
    """

    def __init__(self, rows: Rows, edits: Edits) -> None:
        self.rows, self.edits = rows, edits
        self.hoisted: set[Any] = set()

    def render(self, node: Any) -> str:
        """The text of an expression with its edits."""
        named = self.edits.steps.get((node, False))
        if node in self.edits.texts and (named is None or not hasattr(node, "printed_as")):
            return self.edits.texts[node]
        if named is not None:
            return named if node in self.hoisted else self.walrus(node, named)
        return self.value_text(node)

    def value_text(self, node: Any) -> str:
        """What computes an expression's value."""
        if node in self.edits.asked:
            return self.edits.asked[node]
        if node not in self.edits.calls and hasattr(node, "spelled"):
            return self.assembled(node)
        if hasattr(node, "printed_as"):
            return str(node.printed_as)
        if node not in self.edits.calls:
            return self.inside(node, self.rows.start(node), self.rows.end(node))
        saved = self.edits.calls[node][3]
        if saved is None:
            return self.call(node)
        if not saved:
            return f"{self.call(node)}[0]"
        return f"({saved} := {self.call(node)}, {saved} := {saved}[1])[0][0]"

    def assembled(self, node: Any) -> str:
        """A node that is not the user's, of its texts and parts."""
        return "".join(p if isinstance(p, str) else self.render(p) for p in node.spelled)

    def call(self, node: Any) -> str:
        """The call of a generated function with the user's arguments."""
        name, closing, free, _, form = self.edits.calls[node]
        if not isinstance(node, gast.Call):
            return f"{name}({', '.join(parts(node, form, self.render))})"
        given = ", ".join(map(self.render, node.args)) if hasattr(node, "spelled") else self.arguments(node)
        if closing:
            name = name.format(self.render(node.func))
        if form.startswith("make "):
            name = f"{form.removeprefix('make ')}({self.render(node.func)}, {name})"
        first = receiver(node, form, self.render)
        if (first or free) and len(node.args) == 1 and isinstance(node.args[0], gast.GeneratorExp):
            given = f"({given})"  # it may stand without parentheses of its own only where it stands alone
        texts = [p for p in (first, given, *[f"{n}={n}" for n in free]) if p]
        return f"{name}({', '.join(texts)})"

    def arguments(self, node: Any) -> str:
        """What stands between the parentheses of a call."""
        row, column = self.rows.find("(", *self.rows.end(node.func))
        return self.inside(_Part(node), (row, column + 1), self.rows.end(node))[:-1].strip().rstrip(",")

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
            begin, stop = self.rows.start(inner), self.rows.end(inner)
            text = self.render(inner)
            if text.isidentifier() or is_named(text):
                begin, stop = self.widened(begin, stop, start, end)
            out += [self.rows.span(at, begin), text]
            at = stop
        return "".join([*out, self.rows.span(at, end)])

    def widened(self, begin: Any, stop: Any, start: Any, end: Any) -> Any:
        """A name needs no parentheses around it that only grouped what it stands for."""
        while True:
            left = self.rows.lines[begin[0] - 1][: begin[1]]
            right = self.rows.lines[stop[0] - 1][stop[1] :]
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
            edited = inner in self.edits.texts or (inner, False) in self.edits.steps or inner in self.edits.calls
            if edited or hasattr(inner, "spelled"):
                found.append(inner)
            else:
                stack.extend(gast.iter_child_nodes(inner))
        return sorted(found, key=lambda n: (n.lineno, n.col_offset))

    # --- hoisting ------------------------------------------------------------------------

    def can_hoist(self, stmt: Any, node: Any) -> bool:
        """May this expression be evaluated before anything else of its statement?"""
        if node in conditional(stmt) or isinstance(stmt, gast.While):
            return False
        if isinstance(stmt, gast.If) and (hasattr(stmt, "rung") or self.rows.is_elif(stmt)):
            return False
        return all(idle(e) or e in self.hoisted for e in before(stmt, node))

    def hoist(self, node: Any) -> list[str]:
        """The lines that evaluate an expression under its name."""
        name = self.edits.steps[node, False]
        saved = self.edits.calls.get(node, (None,) * 5)[3]
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


def _last_word(text: str) -> str:
    i = len(text)
    while i and (text[i - 1].isalnum() or text[i - 1] == "_"):
        i -= 1
    return text[i:]
