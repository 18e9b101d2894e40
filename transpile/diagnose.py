"""Problems in a user's function, printed with the user's text: what, where, why, what instead.

All problems of a function go into one report, so that they can be mended in one go.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..runtime.errors import DLError
from .source import Source, Span, char_column, span

NARROWEST = 5  # characters for a line number


@dataclass(frozen=True, eq=False)
class Problem:
    """Something at a node of a function that cannot be done.

    Without a node it is about the function as a whole. A note is a sentence, or a pair of a
    node of the same source and a few words that are written under it.
    """

    source: Source
    node: Any
    what: str
    why: str = ""
    instead: str = ""
    notes: Sequence[str | tuple[Any, str]] = ()

    @property
    def place(self) -> Span:
        """(line, column, end line, end column), columns in bytes."""
        found = span(self.node) if self.node is not None else None
        return found or span(self.source.tree) or (self.source.first_line, 0, self.source.first_line, 0)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two problems the same for who reads of them."""
        return self.source.file, self.place, self.what, self.why, self.instead


def report(problems: Iterable[Problem]) -> str:
    """One text for all problems: file by file, in the order of lines, each problem once."""
    distinct = list({p.key: p for p in problems}.values())
    files = list(dict.fromkeys(p.source.file for p in distinct))
    distinct.sort(key=lambda p: (files.index(p.source.file), p.place))
    return "\n\n".join(map(describe, distinct))


def raise_problems(problems: Iterable[Problem], cls: type[DLError]) -> None:
    """Raise one error with the report, if there are problems."""
    found = list(problems)
    if found:
        raise cls(report(found))


def describe(problem: Problem) -> str:
    """One problem: a head that editors understand, the user's lines, the reason, the advice."""
    lines = problem.source.lines
    line, column = problem.place[:2]
    head = f"{problem.source.file}:{line}:{char_column(lines[line - 1], column) + 1}: {problem.what}"
    plain = [note for note in problem.notes if isinstance(note, str)]
    prose = [text for text in (problem.why, problem.instead, *plain) if text]
    parts = [head, *excerpt(problem)]
    if prose:
        parts += ["", *("  " + row for text in prose for row in text.splitlines())]
    return "\n".join(parts)


def excerpt(problem: Problem) -> list[str]:
    """The user's lines with a mark under the node and under the nodes of the notes."""
    marks = [(problem.place, "^", "")]
    for note in problem.notes:
        place = span(note[0]) if not isinstance(note, str) else None
        if place is not None:
            marks.append((place, "-", note[1]))
    numbers = sorted({place[0] for place, _, _ in marks})
    width = max(NARROWEST, len(str(numbers[-1])))
    out = [""]
    for number in numbers:
        line = problem.source.lines[number - 1]
        out.append(f"{number:>{width}} | {line}".rstrip())
        here = [mark for mark in marks if mark[0][0] == number]
        out += [f"{'':>{width}} | {underline(line, *mark)}" for mark in here]
    return out


def underline(line: str, place: Span, sign: str, words: str) -> str:
    """The mark under a node; a node of several lines is marked on its first."""
    start = char_column(line, place[1])
    end = char_column(line, place[3]) if place[2] == place[0] else len(line.rstrip())
    lead = "".join("\t" if c == "\t" else " " * columns(c) for c in line[:start])
    marks = sign * max(1, sum(map(columns, line[start:end])))
    return f"{lead}{marks} {words}".rstrip()


def columns(char: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
