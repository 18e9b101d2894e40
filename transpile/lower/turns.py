"""Loops over containers of known entries that have to be written out turn by turn.

A loop stays a loop where its turns are alike. It is written out where a turn's key says which entry of a
container is meant, where it walks over functions or puts functions into a list, and where it could not be
lowered as a loop.
"""

from __future__ import annotations

from typing import Any

import gast

from ..front.needs import NeedTurns, place
from ..front.turns import Walk, writable
from .core import Refuse
from .learnables import is_table
from .values import Cell, Compound, Const, Iter, Tup, everything
from .walks import Walks

SIMPLE = (int, float, str, bytes, bool, type(None), tuple)
KEYS = (str, bytes, tuple)
METHODS = {"keys": "keys", "items": "items", "values": "values"}


class Turns(Walks):
    """Which loops are written out."""

    def walk_of(self, item: Any, node: Any) -> Walk | None:
        """How a loop over this walks, if its turns are known."""
        if isinstance(item, Iter):
            return self.walk_of_iter(item, node)
        if isinstance(item, Const):
            known = isinstance(item.value, (tuple, str, range)) and len(item.value) < 1000
            return Walk("constants", tuple(item.value)) if known and all(map(_simple, item.value)) else None
        if isinstance(item, Cell) and item.sort == "dict":
            content = self.content(item)
            return Walk("names", tuple(content)) if isinstance(content, dict) and all(map(_simple, content)) else None
        listed = isinstance(item, Tup) or isinstance(item, Cell) and item.sort == "list" or is_table(item)
        entries = self.entries(item) if listed else None
        if entries is None:
            return None
        if isinstance(node, (gast.Tuple, gast.List)) and all(isinstance(e, gast.Constant) for e in node.elts):
            return Walk("constants", tuple(e.value for e in node.elts))
        keys = is_table(item) or any(isinstance(e, Const) and isinstance(e.value, KEYS) for e in entries)
        named = keys or self.has_functions(entries)
        return Walk("places", tuple(range(len(entries))), named=named)

    def walk_of_iter(self, item: Iter, node: Any) -> Walk | None:
        if item.how in METHODS:
            content = self.content(item.parts[0]) if isinstance(item.parts[0], Cell) else None
            if not isinstance(content, dict) or not all(map(_simple, content)):
                return None
            named = item.how != "keys" and self.has_functions(content)
            return Walk(item.how, tuple(content), named=named)
        if item.spent or item.how not in ("zip", "enumerate", "reversed") or not isinstance(node, gast.Call):
            return None
        if item.how == "enumerate" and not (isinstance(item.start, Const) and isinstance(item.start.value, int)):
            return None
        parts = [self.walk_of(i, n) for i, n in zip(item.parts, node.args, strict=False)]
        if not parts or any(p is None for p in parts):
            return None
        start = item.start.value if item.how == "enumerate" else 0
        return Walk(item.how, (), tuple(p for p in parts if p is not None), start)

    def seen_walk(self, node: Any, iterable: Any) -> Walk | None:
        """The walk of a loop that could be written out.

        Raises:
            NeedTurns: if it has to be.
        """
        walk = self.walk_of(iterable, node.iter)
        if walk is None or not writable(node, walk):
            return None
        if _names_of_keys(node.target, walk) & _used(node.body):
            raise NeedTurns(node, self.function, walk)
        self.program.walks[node] = (self.function, walk)
        return walk

    def has_functions(self, content: Any) -> bool:
        """Are there functions in the content of a container?"""
        return any(isinstance(top, Compound) or isinstance(top, Const) and callable(top.value)
                   for top in everything(content, self.state.heap))

    def check_kept(self, node: Any, walk: Walk | None, before: dict[Cell, Any]) -> None:
        """A turn that puts functions into a list, or takes them out, is written out: else none has a known place.

        Raises:
            NeedTurns: if this turn did.
        """
        if walk is None:
            return
        for cell, old in before.items():
            new = self.state.heap.get(cell)
            changed = isinstance(old, tuple) and new is not old and (not isinstance(new, tuple) or len(new) != len(old))
            if changed and (self.has_functions(old) or self.has_functions(new)):
                raise NeedTurns(node, self.function, walk)

    def check_walked(self, stmt: Any) -> None:
        """What a loop that is written out walks over has the entries it had."""
        for name, walk in getattr(stmt, "walked", ()):
            item = self.lookup(name, stmt)
            content = self.content(item) if isinstance(item, Cell) and item.sort == "dict" else self.entries(item)
            keys = tuple(content) if isinstance(content, dict) else range(len(content)) if content is not None else None
            if keys is None or tuple(keys) != walk.keys:
                raise Refuse(stmt, "this loop changes what it walks over", f"{name} gets or loses entries",
                             f"walk over a copy: list({name})")  # fmt: skip


def written_out(program: Any, nodes: list[Any]) -> None:
    """Have a loop around a problem written out, if it can be: its turns may be told apart then.

    Raises:
        NeedTurns: for the innermost such loop.
    """
    found = [(len(list(gast.walk(loop))), loop) for loop in program.walks
             if any(n is not None and n in set(gast.walk(loop)) for n in nodes)]  # fmt: skip
    if found:
        _, loop = min(found, key=lambda pair: pair[0])
        function, walk = program.walks[loop]
        raise NeedTurns(loop, function, walk)


def _simple(value: Any) -> bool:
    return type(value) in SIMPLE and (type(value) is not tuple or all(map(_simple, value)))


def _names_of_keys(target: Any, walk: Walk) -> set[str]:
    """The names that hold a key in a turn, as far as keys are no numbers."""
    if walk.sort in ("zip", "enumerate") or walk.sort == "items" and not walk.named:
        count = {"zip": len(walk.parts), "enumerate": 2, "items": 2}[walk.sort]
        if not isinstance(target, (gast.Tuple, gast.List)) or len(target.elts) != count:
            return {n.id for n in gast.walk(target) if isinstance(n, gast.Name)}
        if walk.sort == "items":
            return _names_of_keys(target.elts[0], Walk("names", walk.keys))
        inner = target.elts[1:] if walk.sort == "enumerate" else target.elts
        return set().union(*(_names_of_keys(t, p) for t, p in zip(inner, walk.parts, strict=True)))
    if walk.sort == "reversed":
        return _names_of_keys(target, walk.parts[0])
    if walk.named or walk.sort in ("constants", "names", "keys") and any(isinstance(k, KEYS) for k in walk.keys):
        return {n.id for n in gast.walk(target) if isinstance(n, gast.Name)}
    return set()


def _used(body: list[Any]) -> set[str]:
    """The names that a body reads, other than to print them."""
    out: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Load):
            out.add(node.id)
        shown = isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "print"
        if not shown and not isinstance(node, gast.JoinedStr):
            stack.extend(gast.iter_child_nodes(node))
    return out


__all__ = ["Turns", "place", "written_out"]
