"""The comments that tie generated lines to lines of the user's."""

from __future__ import annotations

from typing import Any

INDENT = "    "
MARK = 76


def marked(lines: Any, pad: str = "") -> list[str]:
    """Lines with the comment that ties them to the user's."""
    return [text + mark(pad + text, number) for text, number in lines]


def mark(text: str, number: int) -> str:
    if not number:
        return ""
    return " " * max(MARK - len(text), 2) + f"# line {number}"
