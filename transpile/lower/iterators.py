"""Iterators over what is known: `iter` and `next`, and the walks of `itertools`.

An iterator is a cell with the entries that are still to come. It is trusted only as long as the list it
walks is the one it was made of.
"""

from __future__ import annotations

import itertools
from typing import Any

import gast

from ..front.needs import NeedLoop
from ..ir import Region
from .core import Core
from .inlining import own_nodes
from .values import Cell, Const, Tup

WALKS = {itertools.chain, itertools.product, itertools.combinations, itertools.permutations,
         itertools.combinations_with_replacement, itertools.zip_longest, itertools.islice,
         itertools.pairwise}  # fmt: skip
MOST = 64
"""Entries that a walk may have to be written down."""


class Iterators(Core):
    """Lowering of iterators."""

    def walked_item(self, node: Any) -> Any:
        """What a loop walks; a call of `itertools` on known entries is the list of what it gives."""
        self.write_out_generator(node)  # type: ignore[attr-defined]
        if isinstance(node, gast.GeneratorExp) and len(node.generators) == 1 and isinstance(self.stmt, gast.For) and (
                self.stmt.iter is node):  # fmt: skip
            raise NeedLoop(node, self.function)
        if (walk := self.walk_called(node)) is not None:
            return self.written_down(node, walk)
        item = self.expr(node)  # type: ignore[attr-defined]
        return self.used_up(item) if isinstance(item, Cell) and item.sort == "iterator" else item

    def walk_called(self, node: Any) -> Any:
        """The walk of `itertools` that a node is a call of, with options that are understood; None if it is none."""
        if not isinstance(node, gast.Call) or any(isinstance(a, gast.Starred) for a in node.args):
            return None
        with self.builder.inside(Region(owner=self.builder.region.owner)):
            found = self.expr(node.func)  # type: ignore[attr-defined]
        walk = found.value if isinstance(found, Const) and isinstance(found.value, type) else None
        known = {"fillvalue"} if walk is itertools.zip_longest else set()
        return walk if walk in WALKS and {k.arg for k in node.keywords} <= known else None

    def written_down(self, node: Any, walk: Any) -> Any:
        inner = [self.walk_called(a) for a in node.args]
        items = [self.written_down(a, w) if w is not None else self.expr(a)  # type: ignore[attr-defined]
                 for a, w in zip(node.args, inner, strict=True)]  # fmt: skip
        options = {k.arg: self.expr(k.value) for k in node.keywords}  # type: ignore[attr-defined]
        given: list[Any] = []
        for item in items:
            plain = isinstance(item, Const) and isinstance(item.value, (int, type(None)))
            entries = None if plain else self.entries(item)  # type: ignore[attr-defined]
            if not plain and entries is None:
                return self.left_alone(node, walk, items, options)
            given.append(item.value if plain else entries)
        if all(isinstance(e, Const) for g in given if isinstance(g, tuple) for e in g):
            return self.left_alone(node, walk, items, options)
        try:
            out = list(itertools.islice(walk(*given, **options), MOST + 1))
        except (TypeError, ValueError):
            return self.left_alone(node, walk, items, options)
        if len(out) > MOST or any(e is None for e in out):
            return self.left_alone(node, walk, items, options)
        cell = Cell("list")
        self.state.heap[cell] = tuple(
            Tup(tuple(Const(None) if p is None else p for p in e)) if isinstance(e, tuple) else e for e in out)
        return cell

    def left_alone(self, node: Any, walk: Any, items: list[Any], options: dict[str, Any]) -> Any:
        """A walk that is not written down, of arguments that have been evaluated."""
        with self.builder.at(node=node):
            out = self.call_static(node, walk, items, options)  # type: ignore[attr-defined]
        self.own_node(node, out, [])  # type: ignore[attr-defined]
        return out

    def make_iterator(self, node: Any, item: Any) -> Any:
        """``iter(xs)`` of a list or tuple of known entries; None if it is of something else."""
        if not self.only_asked(node):
            return None
        known = isinstance(item, Tup) or isinstance(item, Cell) and item.sort == "list"
        entries = self.entries(item) if known else None  # type: ignore[attr-defined]
        if entries is None:
            return None
        cell = Cell("iterator", type(iter([])))
        self.state.heap[cell] = entries
        self.iterating[cell] = (item, entries)
        return cell

    def only_asked(self, node: Any) -> bool:
        """Is an iterator kept in a name that nothing but `next` and loops of this function read?"""
        stmt = self.stmt
        if not isinstance(stmt, gast.Assign) or stmt.value is not node or len(stmt.targets) != 1 or (
                not isinstance(stmt.targets[0], gast.Name)):  # fmt: skip
            return False
        name, own = stmt.targets[0].id, own_nodes(self.source.tree)
        asked = [n.args[0] for n in own if isinstance(n, gast.Call) and isinstance(n.func, gast.Name)
                 and n.func.id == "next" and n.args]  # fmt: skip
        asked += [n.iter for n in own if isinstance(n, gast.For)]
        reads = [n for n in gast.walk(self.source.tree)
                 if isinstance(n, gast.Name) and n.id == name and isinstance(n.ctx, gast.Load)]  # fmt: skip
        return all(any(r is a for a in asked) for r in reads)

    def next_entry(self, node: Any, item: Any, default: Any = None) -> Any:
        """``next(it)``; None if it is not known what comes."""
        left = self.remaining(item)
        if left is None or not left and default is None:
            return None
        if not left:
            return default
        self.change(item, left[1:])  # type: ignore[attr-defined]
        return left[0]

    def remaining(self, item: Any) -> tuple[Any, ...] | None:
        """The entries that an iterator has still to give."""
        if not isinstance(item, Cell) or item not in self.iterating:
            return None
        source, entries = self.iterating[item]
        if isinstance(source, Cell) and self.state.heap.get(source) is not entries:
            return None
        content = self.state.heap.get(item)
        return content if isinstance(content, tuple) else None

    def used_up(self, item: Cell) -> Any:
        """What is left in an iterator, for a loop that walks it: nothing is known of it afterwards."""
        left = self.remaining(item)
        if left is None:
            return item
        cell = Cell("list")
        self.state.heap[cell] = left
        self.forget(item, "a loop that walks an iterator", [])  # type: ignore[attr-defined]
        return cell
