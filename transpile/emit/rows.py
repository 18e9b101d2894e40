"""The rows of the user's source: positions, what stands between two of them, comments, indentation."""

from __future__ import annotations

from typing import Any

import gast

INDENT = "    "
MARK = 76


class Rows:
    """The rows of a function's file, asked by the nodes of its tree."""

    def __init__(self, lines: list[str], tree: Any) -> None:
        self.lines = lines
        self.frozen = _string_rows(tree)

    # --- positions -----------------------------------------------------------------------

    def column(self, row: int, column: int) -> int:
        """A column of the syntax tree (bytes) as a column of the text (characters)."""
        line = self.lines[row - 1]
        return column if line.isascii() else len(line.encode()[:column].decode())

    def start(self, node: Any) -> tuple[int, int]:
        return node.lineno, self.column(node.lineno, node.col_offset)

    def end(self, node: Any) -> tuple[int, int]:
        return node.end_lineno, self.column(node.end_lineno, node.end_col_offset)

    def limits(self, node: Any) -> tuple[tuple[int, int], tuple[int, int]]:
        return self.start(node), self.end(node)

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        if start[0] == end[0]:
            return str(self.lines[start[0] - 1][start[1] : end[1]])
        first = self.lines[start[0] - 1][start[1] :]
        middle = self.lines[start[0] : end[0] - 1]
        return "\n".join([first, *middle, self.lines[end[0] - 1][: end[1]]])

    def find(self, sign: str, row: int, column: int) -> tuple[int, int]:
        """Where a sign stands first from a position on."""
        while self.lines[row - 1][column : column + 1] != sign:
            row, column = (row, column + 1) if column < len(self.lines[row - 1]) else (row + 1, 0)
        return row, column

    def colon_after(self, place: tuple[int, int]) -> tuple[int, int]:
        """The place behind the colon that ends a header, whose last expression ends here."""
        row, column = place
        while self.lines[row - 1][column : column + 1] != ":":
            line = self.lines[row - 1]
            ended = column >= len(line) or line[column] == "#"
            row, column = (row + 1, 0) if ended else (row, column + 1)
        return row, column + 1

    def parenthesised(self, node: Any) -> bool:
        """Does a tuple begin with a parenthesis of its own?"""
        return not node.elts or self.start(node) < self.start(node.elts[0])

    def is_elif(self, nested: Any) -> bool:
        row, column = self.start(nested)
        return self.lines[row - 1][column : column + 4] == "elif"

    def else_row(self, after_row: int, row: int) -> int:
        for i in range(after_row, row + 1):
            if self.lines[i - 1].lstrip().startswith(("else", "finally")):
                return i
        return row

    # --- comments and blank lines --------------------------------------------------------

    def gap(self, after_row: int, row: int, depth: int) -> list[str]:
        out = []
        for line in self.lines[after_row : max(row - 1, after_row)]:
            text = line.strip()
            if not text or text.startswith("#"):
                out.append(INDENT * depth + text if text else "")
        return out

    def trailing(self, stmt: Any) -> str:
        """The comment behind a statement."""
        row, column = self.end(stmt)
        rest = self.lines[row - 1][column:]
        return rest.rstrip() if rest.lstrip().startswith("#") else ""

    def remark(self, end: tuple[int, int], first: Any) -> str:
        """The comment behind a header that ends here, before the first statement of its suite."""
        rest = self.lines[end[0] - 1][end[1] :].strip()
        return f"  {rest}" if rest.startswith("#") and first.lineno > end[0] else ""

    def comment_of(self, row: int) -> str:
        text = self.lines[row - 1]
        at = text.find("#")
        return "  " + text[at:].rstrip() if text.lstrip().startswith("else") and at >= 0 else ""

    def header_comment(self, expr: Any, first: Any) -> str:
        row, column = self.end(expr)
        rest = self.lines[row - 1][column:]
        at = rest.find("#")
        return "  " + rest[at:].rstrip() if at >= 0 and first.lineno > row else ""

    # --- whole statements ----------------------------------------------------------------

    def whole(self, stmt: Any) -> str:
        """A statement that is left alone, with its decorators."""
        return self.span(self.first(stmt), self.end(stmt)) + self.trailing(stmt)

    def first(self, stmt: Any) -> tuple[int, int]:
        """Where a statement starts, or the first of its decorators."""
        first = min([stmt, *getattr(stmt, "decorator_list", [])], key=lambda n: n.lineno)
        start = self.start(first)
        return start if first is stmt else (start[0], self.lines[start[0] - 1].index("@"))

    def shifted(self, text: str, stmt: Any, depth: int) -> list[str]:
        """Lines of a statement at another indentation; lines inside strings stay as they are."""
        lines = text.split("\n")
        old = len(self.lines[stmt.lineno - 1]) - len(self.lines[stmt.lineno - 1].lstrip())
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
