"""Generated code as a person meets it: a str that can be saved and shown beside the user's text."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

_LINE = re.compile(r"# line (\d+)(?::|$)")


class GradientSource(str):
    """The text of a generated module.

    Attributes:
        line_map: generated line -> line of the user's file it belongs to (from the comments).
        user_text: the text of the user's function.
        first_line: the line on which that starts.
    """

    line_map: dict[int, int]
    user_text: str
    first_line: int

    @classmethod
    def of(cls, written: Any) -> GradientSource:
        """The text of a program that was written."""
        new = cls(written.module.text)
        new.line_map = line_map(written.module.text)
        new.user_text = written.source.segment(written.source.tree)
        new.first_line = written.source.first_line
        return new

    def save(self, path: str | Path) -> Path:
        """Write the text to a file."""
        target = Path(path)
        target.write_text(self, encoding="utf-8")
        return target

    def _repr_html_(self) -> str:
        cells = [_column("yours", self.user_text, self.first_line), _column("generated", self, 1)]
        return f"<table><tr style='vertical-align:top'>{''.join(cells)}</tr></table>"


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


def _column(title: str, text: str, first: int) -> str:
    rows = "\n".join(f"{n:4}  {html.escape(row)}" for n, row in enumerate(text.splitlines(), first))
    return f"<td style='text-align:left'><b>{title}</b><pre>{rows}</pre></td>"
