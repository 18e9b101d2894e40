"""A loop over a container of known entries, turn by turn, where the turns are not alike.

Needs: the tree of a function, the places of the loops to be written out, and how each walks (`Walk`).
Gives: a tree in which each is its body as often as it has turns, the target assigned before each. Entries
are read when their turn comes, as Python does; the name walked over is looked up once, before the first turn.

    for k in p:              k = "a"
        p[k] = f(p[k])       p[k] = f(p[k])
                             k = "b"
                             p[k] = f(p[k])
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gast

from ..literals import NotLiteral, double_quoted, spelled
from .made import at, fresh, named
from .needs import Place, place

MOST = 64
"""Turns that are still written out."""


@dataclass(frozen=True)
class Walk:
    """How a loop walks.

    sort: "constants" (`keys` are they), "places" (of a list or tuple: `keys` are the numbers), "names" (a dict
        itself), "keys", "items", "values" (of a dict, by these methods), "zip", "enumerate" (`start`), "reversed".
    parts: the walks of the arguments of zip, enumerate and reversed.
    """

    sort: str
    keys: tuple[Any, ...] = ()
    parts: tuple[Walk, ...] = ()
    start: int = 0
    named: bool = False  # the entries are keys, as in list(p), or functions

    def count(self) -> int:
        return min((p.count() for p in self.parts), default=len(self.keys))


def in_turns(tree: Any, walks: Mapping[Place, Walk]) -> Any:
    """This pass writes some loops out, outer loops first."""
    if not walks:
        return tree
    tree = copy.deepcopy(tree)
    queue = [tree]
    while queue:
        host = queue.pop(0)
        for name in ("body", "orelse", "finalbody"):
            suite = getattr(host, name, None)
            if isinstance(suite, list):
                _rewrite(tree, suite, walks)
        queue.extend(gast.iter_child_nodes(host))
    return tree


def _rewrite(tree: Any, suite: list[Any], walks: Mapping[Place, Walk]) -> None:
    i = 0
    while i < len(suite):
        stmt = suite[i]
        if isinstance(stmt, gast.For) and (walk := walks.get(place(stmt))) is not None:
            suite[i : i + 1] = _Turns(tree, stmt, walk).written() or [at(gast.Pass(), stmt)]
        else:
            i += 1


def writable(loop: Any, walk: Walk) -> bool:
    """Can this loop be written out?"""
    if not isinstance(loop, gast.For) or walk.count() > MOST or jumps(loop.body):
        return False
    return _matches(loop.iter, walk)


def jumps(body: list[Any]) -> bool:
    """Is there a break or continue of this loop's in its body?"""
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, (gast.Break, gast.Continue)):
            return True
        if isinstance(node, (gast.For, gast.While)):
            stack.extend(node.orelse)
        elif not isinstance(node, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
            stack.extend(gast.iter_child_nodes(node))
    return False


def _matches(node: Any, walk: Walk) -> bool:
    """Does the text of an iterable say what is known of it?"""
    try:
        spelled(walk.keys)
    except NotLiteral:
        return False
    if walk.sort == "constants":
        return all(isinstance(n, QUIET) or _counts(n) for n in gast.walk(node) if isinstance(n, gast.expr))
    if walk.parts:
        plain = _called(node) == walk.sort and not any(isinstance(a, gast.Starred) for a in node.args)
        return plain and len(node.args) >= len(walk.parts) and all(
            _matches(a, w) for a, w in zip(node.args, walk.parts, strict=False))
    if walk.sort in VIEWS:
        return isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == walk.sort
    return True


QUIET = (gast.Name, gast.Constant, gast.Tuple, gast.List, gast.UnaryOp, gast.BinOp, gast.Attribute)
VIEWS = ("keys", "items", "values")


def _called(node: Any) -> str:
    """The name that is called, if a name is."""
    return str(node.func.id) if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) else ""


def _counts(node: Any) -> bool:
    return _called(node) in ("range", "len")


def _first_name(target: Any) -> str:
    return next((str(n.id) for n in gast.walk(target) if isinstance(n, gast.Name)), "turn")


class _Turns:
    """One loop, being written out."""

    def __init__(self, tree: Any, loop: Any, walk: Walk) -> None:
        self.tree, self.loop, self.walk = tree, loop, walk
        self.names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.before: list[Any] = []
        self.bases: dict[int, str] = {}

    def written(self) -> list[Any]:
        self.prepare(self.loop.iter, self.walk)
        out = list(self.before)
        for turn in range(self.walk.count()):
            out += [self.target(turn), *copy.deepcopy(self.loop.body)]
        last = at(gast.Pass(), self.loop)
        last.lineno, last.col_offset = last.end_lineno, last.end_col_offset = (
            self.loop.body[-1].end_lineno, self.loop.body[-1].end_col_offset)
        last.spelled, last.walked = [], self.checks()
        return [*out, last, *self.loop.orelse]

    def checks(self) -> list[tuple[str, Walk]]:
        """The containers walked over, which must have kept their entries' places when the last turn is over."""
        return [(name, walk) for walk in _leaves(self.walk) if (name := self.bases.get(id(walk))) is not None]

    def prepare(self, node: Any, walk: Walk) -> None:
        """The containers that turns read from get names which the loop's body does not change."""
        if walk.parts:
            for argument, part in zip(node.args, walk.parts, strict=False):
                self.prepare(argument, part)
            return
        if walk.sort == "constants":
            return
        base = node.func.value if walk.sort in VIEWS else node
        bound = {n.id for s in (self.loop.target, *self.loop.body) for n in gast.walk(s)
                 if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}  # fmt: skip
        if isinstance(base, gast.Name) and base.id not in bound:
            self.bases[id(walk)] = base.id
            return
        name = fresh(f"{_first_name(self.loop.target)}_walked", self.names)
        self.names.add(name)
        made = at(gast.Assign([named(name, gast.Store(), self.loop)], base), self.loop)
        made.spelled = [f"{name} = ", base]
        self.before.append(made)
        self.bases[id(walk)] = name

    def target(self, turn: int) -> Any:
        """The assignment that begins a turn."""
        value = self.value(self.walk, turn)
        made = at(gast.Assign([copy.deepcopy(self.loop.target)], value), self.loop)
        made.spelled = [made.targets[0], " = ", *_pieces(value, bare=True)]
        made.walked = self.checks()
        return made

    def value(self, walk: Walk, turn: int) -> Any:
        """What the target is given in a turn, as an expression."""
        if walk.sort in ("zip", "enumerate"):
            counter = [self.constant(walk.start + turn)] if walk.sort == "enumerate" else []
            items = [*counter, *(self.value(p, turn) for p in walk.parts)]
            return at(gast.Tuple(items, gast.Load()), self.loop)
        if walk.sort == "reversed":
            return self.value(walk.parts[0], walk.count() - 1 - turn)
        key = self.constant(walk.keys[turn])
        if walk.sort in ("constants", "names", "keys"):
            return key
        entry = at(gast.Subscript(named(self.bases[id(walk)], gast.Load(), self.loop), key, gast.Load()),
                   self.loop)  # fmt: skip
        entry.printed_as = f"{self.bases[id(walk)]}[{key.printed_as}]"
        if walk.sort == "items":
            return at(gast.Tuple([key, entry], gast.Load()), self.loop)
        return entry

    def constant(self, value: Any) -> Any:
        made = at(gast.Constant(value, None), self.loop)
        made.printed_as = double_quoted(spelled(value))
        return made


def _leaves(walk: Walk) -> list[Walk]:
    return [leaf for part in walk.parts for leaf in _leaves(part)] if walk.parts else [walk]


def _pieces(value: Any, bare: bool = False) -> list[Any]:
    """An expression made here as text and nodes with a text."""
    if not isinstance(value, gast.Tuple):
        return [value]
    out: list[Any] = []
    for item in value.elts:
        out += [*_pieces(item), ", "]
    out = out[:-1] if len(value.elts) > 1 else [*out[:-1], ","]
    return out if bare else ["(", *out, ")"]
