"""The header of a generated function: the user's parameters, and the names a local function needs from outside."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Function
from ..lower.captures import literal_defaults


def signature(function: Function) -> str:
    """The parameters, with the text of their defaults; those that the user's function object brings are left open."""
    args = function.source.tree.args
    brought = function.attrs.get("nested") and not literal_defaults(function.source.tree)

    def segment(node: Any) -> str:
        return "None" if brought else str(function.source.source.segment(node))

    parts: list[str] = []
    plain = [*args.posonlyargs, *args.args]
    lead = len(plain) - len(args.defaults)
    for i, arg in enumerate(plain):
        default = f"={segment(args.defaults[i - lead])}" if i >= lead else ""
        parts.append(arg.id + default)
        if args.posonlyargs and i == len(args.posonlyargs) - 1:
            parts.append("/")
    extra = function.attrs.get("free", ())
    if args.vararg is not None:
        parts.append(f"*{args.vararg.id}")
    elif args.kwonlyargs or extra:
        parts.append("*")
    for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        parts.append(arg.id + (f"={segment(value)}" if value is not None else ""))
    parts += list(extra)
    if args.kwarg is not None:
        parts.append(f"**{args.kwarg.id}")
    return ", ".join(parts)


def header_row(tree: Any) -> int:
    """The row on which a function's header ends."""
    return max([tree.lineno, *[n.end_lineno for n in gast.walk(tree.args) if getattr(n, "end_lineno", None)],
                *([tree.returns.end_lineno] if tree.returns is not None else [])])  # fmt: skip
