"""Nodes that the transpiler makes: where they stand, and how they are printed."""

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
    return renamed(at(gast.Name(name, ctx, None, None), like), name)


def renamed(node: Any, text: str) -> Any:
    """A node that is printed as a text of ours."""
    node.printed_as = text
    return node


def spelled(node: Any, parts: list[Any]) -> Any:
    """A node that is printed as these texts and nodes, one after the other."""
    node.spelled = parts
    return node
