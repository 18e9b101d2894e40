"""How generated lines look: double quotes, no idle brackets, nothing wider than a page.

Every change is checked against the syntax tree of what it replaces: a line that would mean
something else stays as it was.
"""

from __future__ import annotations

import ast
import tokenize

from ..literals import double_quoted, tokens_of

WIDEST = 110
HANGING = 8
ALIGNED = 40
"""Up to this column, rows are aligned with the bracket that they stand in."""
HEADERS = ("if ", "elif ", "else:", "for ", "while ", "with ", "def ")
Break = tuple[int, int, int]
"""Depth of the bracket, what stands before it (0: a comma, 1: a bracket or an operand), column."""


# --- expressions -------------------------------------------------------------------------


def ungrouped(text: str) -> str:
    """An expression without a pair of brackets around all of it."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    inner = text[1:-1].strip()
    before, after = parsed(text), parsed(inner)
    same = before is not None and after is not None and ast.dump(before) == ast.dump(after)
    plain = same and "\n" not in inner and isinstance(after, ast.Expression) and not isinstance(
        after.body, (ast.Tuple, ast.NamedExpr, ast.GeneratorExp, ast.Yield, ast.YieldFrom))  # fmt: skip
    return inner if plain else text


def parsed(text: str, mode: str = "eval") -> ast.AST | None:
    try:
        return ast.parse(text, mode=mode)
    except SyntaxError:
        return None


def is_named(text: str) -> bool:
    """Is a text an assignment expression in its brackets?"""
    if not (text.startswith("(") and text.endswith(")") and ":=" in text):
        return False
    tree = parsed(text)
    return isinstance(tree, ast.Expression) and isinstance(tree.body, ast.NamedExpr)


def literal_text(value: object) -> str:
    """`repr`, with double quotes around strings."""
    return double_quoted(repr(value)) if isinstance(value, (str, bytes, tuple)) else repr(value)


def literal(value: object) -> str | None:
    """A constant as text, where that is short and exact."""
    if value is None or isinstance(value, (bool, int, str)) or value is Ellipsis:
        return literal_text(value) if value is not Ellipsis else "..."
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    if isinstance(value, range):
        return f"range({value.stop})" if (value.start, value.step) == (0, 1) else repr(value)
    return None


# --- lines -------------------------------------------------------------------------------


def narrowed(lines: list[str], verbatim: set[str]) -> list[str]:
    """The lines of a function, those that are too wide broken at brackets.

    Args:
        verbatim: the user's own lines, stripped, which stay as they are.
    """
    if all(len(line) <= WIDEST + 10 for line in lines):
        return lines
    alone = whole_rows("\n".join(lines))
    out: list[str] = []
    for number, line in enumerate(lines, 1):
        wide = len(line) > WIDEST + 10 and number in alone and line.strip() not in verbatim
        out += broken(line) if wide and not line.lstrip().startswith("#") else [line]
    return out


def whole_rows(text: str) -> set[int]:
    """Rows that hold just one statement, or the header of one."""
    found: set[int] = set()
    start = None
    for token in tokens_of(text):
        if token.type in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            continue
        start = token.start[0] if start is None else start
        if token.type == tokenize.NEWLINE:
            if token.start[0] == start:
                found.add(start)
            start = None
    return found


def broken(line: str) -> list[str]:
    """One statement on as many lines as it needs."""
    pad = line[: len(line) - len(line.lstrip())]
    code, comment = split_comment(line.strip())
    out = filled(with_grouped_targets(code), len(pad))
    if not means_the_same(code, "\n".join(out)):
        return [line]
    return [pad + row + (comment if not i else "") for i, row in enumerate(out)]


def split_comment(text: str) -> tuple[str, str]:
    """A statement and the comment behind it."""
    for token in tokens_of(text + " pass" if text.endswith(":") else text):
        if token.type == tokenize.COMMENT:
            code = text[: token.start[1]].rstrip()
            return code, "  " + token.string
    return text, ""


def with_grouped_targets(code: str) -> str:
    """Long targets of a loop or an assignment in brackets, where they can be broken."""
    if code.startswith("for "):
        targets, middle, rest = code[4:].partition(" in ")
        lead = "for "
    else:
        (targets, middle, rest), lead = code.partition(" = "), ""
    if not middle or len(targets) <= WIDEST - 30 or "," not in targets or targets.startswith("("):
        return code
    return f"{lead}({targets}){middle}{rest}"


def filled(code: str, indent: int) -> list[str]:
    """Rows of a statement, broken as far out as possible."""
    points = breaks(code)
    outer = [p[2] for p in points if p[:2] == (1, 2)]
    header = code.startswith(HEADERS)
    hang = HANGING if header else outer[0] if outer and outer[0] <= ALIGNED else 4
    out: list[str] = []
    rest, taken, pad = code, 0, 0
    while indent + pad + len(rest) > WIDEST:
        limit = taken + WIDEST - indent - pad
        fitting = [p for p in points if taken + 30 < p[2] <= limit]
        if not fitting:
            break
        depth, sort = min((p[0], p[1]) for p in fitting)
        column = max(p[2] for p in fitting if (p[0], p[1]) == (depth, sort))
        if header and outer and taken + 8 < outer[-1] <= limit:
            column = outer[-1]
        out.append(" " * pad + code[taken:column].rstrip())
        taken, pad = column, hang
        rest = code[taken:]
    return [*out, " " * pad + rest]


def breaks(code: str) -> list[Break]:
    """Where a statement may be broken: inside brackets, behind commas and before operators."""
    found: list[Break] = []
    depth = 0
    for token in tokens_of(code + " pass" if code.endswith(":") else code):
        text = token.string
        depth += (text in "([{" and token.type == tokenize.OP) - (text in ")]}" and token.type == tokenize.OP)
        if token.type != tokenize.OP or not depth:
            continue
        spaced = code[token.start[1] - 1 : token.end[1] + 1] == f" {text} "
        if text == "," and code[token.end[1] : token.end[1] + 1] == " ":
            found.append((depth, 0, token.end[1] + 1))
        elif text in ("+", "-", "*", "/", "@") and spaced:
            found.append((depth, 1, token.start[1]))
        elif text in "([{":
            found.append((depth, 2, token.end[1]))
    return found


def means_the_same(before: str, after: str) -> bool:
    tail = " pass" if before.endswith(":") else ""
    one, two = parsed(before + tail, "exec"), parsed(after + tail, "exec")
    return one is not None and two is not None and ast.dump(one) == ast.dump(two)
