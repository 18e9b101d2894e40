"""The header of a generated function: the user's parameters, and the names a local function needs from outside."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Function
from ..lower.core import Refuse


def signature(function: Function) -> str:
    """The parameters, with the text of their defaults."""
    args = function.source.tree.args
    segment = function.source.source.segment
    parts: list[str] = []
    plain = [*args.posonlyargs, *args.args]
    lead = len(plain) - len(args.defaults)
    for node in [*args.defaults, *[d for d in args.kw_defaults if d is not None]]:
        if function.attrs.get("nested") and not _is_literal(node):
            raise Refuse(node, "a local function with a default that is computed", "",
                         "pass the value as an argument")  # fmt: skip
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


def _is_literal(node: Any) -> bool:
    if isinstance(node, gast.UnaryOp):
        node = node.operand
    if isinstance(node, gast.Tuple):
        return all(map(_is_literal, node.elts))
    return isinstance(node, gast.Constant)
