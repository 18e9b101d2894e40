"""Nodes of the user's AST: each is given to the method of its class, and owns the value that comes out."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Value
from ..kinds import UNKNOWN, ListOf, Other, TupleOf
from .rows import Rows, describe
from .values import Cell, Labelled, Tup


class Nodes(Rows):
    """From a node to its abstract value."""

    def expr(self, node: Any) -> Any:
        """The abstract value of an expression."""
        method = getattr(self, f"expr_{type(node).__name__.lower()}", self.unknown_expression)
        region, start = self.builder.region, len(self.builder.region.ops)
        with self.builder.at(node=node, line=getattr(node, "lineno", self.builder.line)):
            item = method(node)
        self.own_node(node, item, region.ops[start:])
        self.name_part(node, item)
        return item

    def name_part(self, node: Any, item: Any) -> None:
        """A part of a container that the statement has made, or read, is what this expression gives."""
        part = self.state.heap.get(item) if isinstance(item, Cell) else item
        if not isinstance(part, Value) or part.node is not None:
            return
        op = part.op
        if op is not None and op.code == "item" and op.user and op.stmt is self.stmt and (
                op.region is self.builder.region and part not in self.trail.homes):
            part.node = node

    def own_node(self, node: Any, item: Any, ops: list[Any]) -> None:
        """Only the value of an expression belongs to its node, not the steps on the way to it."""
        array = item.array if isinstance(item, Labelled) else item
        final = self.state.heap.get(array) if isinstance(array, Cell) else array
        several = isinstance(item, Tup) or isinstance(item, Cell) and isinstance(final, (tuple, dict))
        for op in ops:
            for result in op.results:
                whole = several and op.code in ("prim", "user") and isinstance(result.kind, (TupleOf, ListOf))
                if result.node is node and result is not final and not whole:
                    result.node = None

    def unknown_expression(self, node: Any) -> Any:
        """Left alone: an opaque value of all names it reads."""
        kind = Other(str) if isinstance(node, gast.JoinedStr) else UNKNOWN
        names = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
        bound = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)
                 and not isinstance(n.ctx, gast.Load)}  # fmt: skip
        items = [self.lookup(n, node) for n in sorted(names - bound)
                 if n in self.state.names or n in self.locals]  # fmt: skip
        return self.opaque(node, items, f"{describe(node)} is not differentiated", kind)
