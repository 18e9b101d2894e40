"""Nodes that a rewriting makes: they stand where something of the user's does, and say how they are printed."""

from __future__ import annotations

from typing import Any

import gast


def name(text: str, ctx: Any, like: Any = None) -> Any:
    """A name, at the place of another node."""
    node = gast.Name(text, ctx, None, None)
    return at(node, like) if like is not None else node


def at(node: Any, like: Any) -> Any:
    """A node that has no text of its own stands where another does."""
    node.lineno, node.col_offset = like.lineno, like.col_offset
    if isinstance(like, gast.stmt):
        node.end_lineno, node.end_col_offset = like.lineno, like.col_offset
    else:
        node.end_lineno, node.end_col_offset = like.end_lineno, like.end_col_offset
    return node


def renamed(node: Any, text: str) -> Any:
    """A node that is printed as a text of ours."""
    node.printed_as = text
    return node


def spelled(node: Any, parts: list[Any]) -> Any:
    """A node that is printed as these texts and nodes, one after the other."""
    node.spelled = parts
    return node


def fresh(base: str, names: set[str]) -> str:
    """A name that is not among these."""
    found, n = base, 1
    while found in names:
        found, n = f"{base}_{n}", n + 1
    return found
