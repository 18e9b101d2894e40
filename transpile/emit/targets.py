"""Results made under the names that the user gives them."""

from __future__ import annotations

import re
from typing import Any

import gast

from ..ir import Function, Op, Value
from ..lower.values import Tup
from .block import Block
from .contents import Contents


class Targets:
    """Finds the names that generated values of one function can have from the start."""

    def __init__(self, function: Function, block: Block, contents: Contents, generated: list[Op]) -> None:
        self.tree = function.source.tree
        self.replaced: dict[Any, Any] = function.attrs.get("replaced", {})
        self.block, self.contents, self.generated = block, contents, generated
        self.naming, self.forced = block.naming, block.registers.forced

    def of(self, stmt: Any, node: Any) -> dict[Value, str]:
        """The names that the user gives the gradients."""
        if not isinstance(stmt, gast.Assign) or stmt.value is not node or len(stmt.targets) != 1:
            return {}
        target, item = stmt.targets[0], self.replaced[node]
        pairs = zip(target.elts, item.items, strict=False) if isinstance(target, (gast.Tuple, gast.List)) and (
            isinstance(item, Tup)) else [(target, item)]  # fmt: skip
        out: dict[Value, str] = {}
        for t, i in pairs:
            leaf = self.contents.leaf(i)
            if isinstance(t, gast.Name) and leaf is not None and leaf not in out:
                source = self.behind(leaf)
                if leaf.op is not None and not leaf.op.user and self.is_free(t.id, stmt):
                    if source not in self.forced and leaf not in self.forced:
                        out[source] = t.id
        return out

    def is_free(self, name: str, stmt: Any) -> bool:
        """Does nothing in the statement's lines read the name's old value?"""
        return not any(name in _words(t) for v, t in self.naming.texts.items())

    def behind(self, value: Value) -> Value:
        while value.op is not None and value.op.code == "stop":
            value = value.op.operands[0]
        return value

    # --- replaced calls ------------------------------------------------------------------

    def take_names(self) -> None:
        """Replaced calls make their results under the user's names: ``Y = softmax(...)``.

        Where no later statement binds the name, a name of our own would always hold the same object.
        """
        body = self.tree.body if isinstance(self.tree.body, list) else []
        for stmt in body:
            if not isinstance(stmt, gast.Assign) or stmt.value not in self.replaced or len(stmt.targets) != 1:
                continue
            target, leaf = stmt.targets[0], self.contents.leaf(self.replaced[stmt.value])
            if leaf is None or not self.made_by(leaf, stmt) or not isinstance(target, gast.Name):
                continue
            if leaf not in self.forced and self.bound_last(target.id, leaf, stmt) and (
                    not self.naming.homes.clobbered(leaf)):  # fmt: skip
                self.forced[leaf] = self.naming.printed[leaf] = target.id
                self.block.readers.roots.add(leaf)

    def made_by(self, value: Value, stmt: Any) -> bool:
        """Does the last line of a statement's replaced call make the value?"""
        op = value.op
        return op is not None and op in self.generated and op.code == "prim" and "block" not in op.attrs and (
            op.stmt is stmt and op.node is stmt.value)  # fmt: skip

    def bound_last(self, name: str, value: Value, stmt: Any) -> bool:
        """Does a name hold a value from this statement on, and nothing generated use the name before?"""
        if times_bound(self.tree, name) == 1:
            return True
        homes = self.naming.homes.of(value)
        clocks = [h.clock for h in homes if h.name == h.text == name and h.anchor == (stmt, "after")]
        alike = [v for op in self.generated if op.stmt is stmt for v in op.results if v.name == name]
        later = [e for e in self.naming.homes.trail.rebinds.get(name, ()) if not clocks or e > clocks[0]]
        return bool(clocks) and not later and alike == [value]


def times_bound(tree: Any, name: str) -> int:
    """How often a function's text may bind a name, or take it away."""
    count = 0
    for node in gast.walk(tree):
        if isinstance(node, gast.Name):
            count += node.id == name and not isinstance(node.ctx, gast.Load)
        else:
            words = [v for field, v in gast.iter_fields(node) if field in ("name", "asname", "names", "rest", "value")]
            words = [w.split(".")[0] if isinstance(w, str) else w for w in words]
            count += any(w == name or isinstance(w, list) and name in w for w in words if isinstance(w, (str, list)))
    return count


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", text))
