"""Generated code as a person meets it: a str that can be saved and shown beside the user's text."""

from __future__ import annotations

import ast
import os
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from .side_by_side import Theirs, fragment, page
from .transpile.notes import HEADER, TRAILER, source_of, user_line

_LINE = re.compile(r"# line (\d+)(?::|$)")


class GradientSource(str):
    """The text of a generated module.

    Attributes:
        line_map: generated line -> line of the user's file it belongs to (from the comments).
        user_text: the text of the user's function.
        first_line: the line on which that starts.
        functions: the user's functions that the module is made of, the main one first.
        places: generated line -> (position in `functions`, line of that function's file).
    """

    line_map: dict[int, int]
    user_text: str
    first_line: int
    functions: list[Theirs]
    places: dict[int, tuple[int, int]]

    @classmethod
    def of(cls, written: Any) -> GradientSource:
        """The text of a program that was written."""
        new = cls(written.module.text)
        new.line_map = line_map(written.module.text)
        new.user_text = written.source.segment(written.source.tree)
        new.first_line = written.source.first_line
        new.functions, new.places = side_by_side(written.module)
        return new

    def save(self, path: str | Path) -> Path:
        """Write the text to a file."""
        target = Path(path)
        target.write_text(self, encoding="utf-8")
        return target

    def html(self) -> str:
        """A page with the user's source and this one side by side, which needs nothing else."""
        name = self.functions[0].name if self.functions else "model"
        return page(f"The gradient of {name}, by dlgrad", self.functions, self, self.places)

    def _repr_html_(self) -> str:
        return fragment(self.functions, self, self.places)


def side_by_side(module: Any) -> tuple[list[Theirs], dict[int, tuple[int, int]]]:
    """The user's functions, the main one first, and which of their lines each generated line belongs to."""
    rows = module.text.split("\n")
    nodes = {n.name: n for n in ast.parse(module.text).body if isinstance(n, ast.FunctionDef)}
    sources: list[Any] = []
    places: dict[int, tuple[int, int]] = {}
    for printed in sorted(module.functions, key=lambda p: not p.main):
        source, node = source_of(printed), nodes[printed.name]
        if source is None:
            continue
        known = next((s for s in sources if s.tree is source.tree), None)
        if known is None:
            sources.append(known := source)
        number = sources.index(known)
        places[node.lineno] = (number, known.first_line)
        found = lines_of(rows, node.lineno, node.end_lineno or node.lineno, known)
        places.update({n: (number, line) for n, line in found.items()})
    return [theirs(s) for s in sources], places


def lines_of(rows: list[str], first: int, last: int, source: Any) -> dict[int, int]:
    """The user's line of each line of a generated function but the first."""
    out: dict[int, int] = {}
    edited: list[int] = []
    for n in range(first + 1, last + 1):
        row = rows[n - 1]
        mark = HEADER.match(row) or TRAILER.search(row)
        if mark is not None:
            out[n] = int(mark[1])
            continue
        line, backward = user_line(rows, first, n, source)
        if backward or row.strip() == source.lines[line - 1].strip():
            out[n] = line
        else:
            edited.append(n)
    for n in edited:
        if rows[n - 1].strip():
            out[n] = nearest(rows[n - 1], [out[m] for m in sorted(out) if m < n],
                             [out[m] for m in sorted(out) if m > n], source)  # fmt: skip
    return {n: line for n, line in out.items() if rows[n - 1].strip()}


def nearest(row: str, before: list[int], after: list[int], source: Any) -> int:
    """The user's line that a changed line was made of: the most alike between those of its neighbours."""
    last = before[-1] if before else source.first_line
    end = next((n for n in after if n > last), source.tree.end_lineno + 1)
    start = min(last + 1, end)
    lines = range(start, max(end, start + 1)) if start < end else range(last, last + 1)
    alike = {n: SequenceMatcher(None, row.strip(), source.lines[n - 1].strip()).ratio() for n in lines}
    best = max(alike, key=lambda n: alike[n])
    return best if alike[best] > 0.5 else last


def theirs(source: Any) -> Theirs:
    """A function of the user's with its lines."""
    first, last = source.first_line, source.tree.end_lineno
    name = getattr(source.tree, "name", "lambda")
    return Theirs(name, f"{os.path.basename(source.file)}, line {first}", source.lines[first - 1 : last], first)


def line_map(text: str) -> dict[int, int]:
    """Which user's line each generated line belongs to, as its comments say."""
    out: dict[int, int] = {}
    now = 0
    for number, row in enumerate(text.splitlines(), 1):
        if row.startswith("def ") or not row.strip():
            now = 0
        found = _LINE.search(row)
        if found is not None:
            line = int(found.group(1))
            out[number] = line
            now = line if row.lstrip().startswith("# line") else now
        elif now and row.strip():
            out[number] = now
    return out
