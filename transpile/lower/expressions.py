"""Expressions: names, literals and lambdas; the chapters below have operators, subscripts and attributes."""

from __future__ import annotations

from typing import Any

import gast

from .function_values import Closure
from .operators import Operators
from .values import Cell, Const, Tup


class Expressions(Operators):
    """Lowering of expressions; statements and calls live beside it."""

    def expr_constant(self, node: Any) -> Any:
        return Const(node.value)

    def expr_name(self, node: Any) -> Any:
        if hasattr(node, "asks"):
            return self.asked(node)  # type: ignore[attr-defined]
        item = self.lookup(node.id, node)
        self.was_read(node.id, item)
        return item

    def expr_tuple(self, node: Any) -> Any:
        return Tup(self.sequence(node.elts, node))

    def expr_list(self, node: Any) -> Any:
        items = self.sequence(node.elts, node)
        cell = Cell("list", distinct=not items or len(node.elts) == 1 and self.is_new(items[0]))
        self.state.heap[cell] = items
        return cell

    def expr_dict(self, node: Any) -> Any:
        content: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.expr(value)
                if not (isinstance(inner, Cell) and isinstance(self.content(inner), dict)):
                    return self.unknown_expression(node)
                content.update(self.content(inner))
                continue
            name = self.key(self.expr(key))
            if name is None:
                return self.unknown_expression(node)
            content[name.value] = self.expr(value)
        cell = Cell("dict", dict)
        self.state.heap[cell] = content
        return cell

    def expr_joinedstr(self, node: Any) -> Any:
        """A text with values in it: known if they are, and are plain."""
        parts: list[str] = []
        for value in node.values:
            if isinstance(value, gast.Constant):
                parts.append(str(value.value))
                continue
            plain = isinstance(value.value, (gast.Name, gast.Constant)) and value.format_spec is None
            item = self.expr(value.value) if plain and value.conversion == -1 else None
            if not isinstance(item, Const) or type(item.value) not in (str, int):
                return self.unknown_expression(node)
            parts.append(str(item.value))
        return Const("".join(parts))

    def expr_namedexpr(self, node: Any) -> Any:
        item = self.expr(node.value)
        self.bind(node.target.id, item, None)
        return item

    def expr_lambda(self, node: Any) -> Any:
        defaults = tuple(map(self.expr, node.args.defaults))
        extra = tuple(None if d is None else self.expr(d) for d in node.args.kw_defaults)
        return Closure(node, defaults, extra, "<lambda>", self, self.frame)
