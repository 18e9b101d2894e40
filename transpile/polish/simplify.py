"""Drop what changes nothing in generated operations: spreading that a product does anyway."""

from __future__ import annotations

from ..ir import Function, Value


def simplify(function: Function, roots: list[Value]) -> None:
    """This pass rewrites generated operations into cheaper ones of the same value."""
