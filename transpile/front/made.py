"""Nodes that the transpiler makes: where they stand, and what they are called."""

from __future__ import annotations

from typing import Any

import gast


def at(node: Any, like: Any) -> Any:
    """A node that has no text of its own stands where another does."""
    node.lineno, node.col_offset = like.lineno, like.col_offset
    whole = isinstance(like, gast.stmt)
    node.end_lineno = like.lineno if whole else like.end_lineno
    node.end_col_offset = like.col_offset if whole else like.end_col_offset
    return node


def fresh(base: str, names: set[str]) -> str:
    """A name that is not among `names`."""
    name, n = base, 1
    while name in names:
        name, n = f"{base}_{n}", n + 1
    return name


def named(name: str, ctx: Any, like: Any) -> Any:
    """A name, standing where `like` does."""
    node = at(gast.Name(name, ctx, None, None), like)
    node.printed_as = name
    return node
