"""Comprehensions: loops that only append to a list of their own.

One whose entries are not alike, or that makes a dict, is written out as a loop, turn by turn.
"""

from __future__ import annotations

from typing import Any

import gast

from ..front.needs import NeedLoop
from ..front.turns import Walk, writable
from ..ir import Region, walk
from ..kinds import is_float
from .core import Refuse
from .function_values import Closure
from .loops import Loops
from .values import Cell, Const, Tup, everything, leaves

MOST = 64
"""Entries of a comprehension that are looked at one by one."""
LAZY = ("any", "all", "next")
"""Functions that may leave a generator before its end: its turns have no lines of their own."""


class Comprehensions(Loops):
    """Lowering of comprehensions."""

    turn_by_turn = False  # nested comprehensions are looked at one turn at a time, too

    def expr_listcomp(self, node: Any) -> Any:
        return self.comprehension(node)

    def expr_generatorexp(self, node: Any) -> Any:
        return self.opaque(node, [self.comprehension(node)], "a generator that is kept")

    def expr_dictcomp(self, node: Any) -> Any:
        """A dict whose keys are known; what its entries are made of needs lines of its own."""
        names, out = dict(self.state.names), Cell("dict", dict)
        self.state.heap[out] = {}
        entries = self.few(self.expr(node.generators[0].iter))
        if entries is None:
            return self.unknown_expression(node)
        if self.unrolled(node, out, entries):
            self.scoped(node, names)
            return out
        walks = self.walks_of(node)
        if 0 not in walks:
            return self.unknown_expression(node)
        raise NeedLoop(node, self.function, walks)

    def comprehension(self, node: Any, lazy: bool = False) -> Any:
        """A list built by a loop that only appends to it; `lazy`: its last turns may never come."""
        self.write_out_walk(node)  # type: ignore[attr-defined]
        names = dict(self.state.names)
        out = Cell("list", distinct=True)
        self.state.heap[out] = ()
        bound = bound_names(node)
        outer, self.turn_names = self.turn_names, self.turn_names | bound
        self.generate(node, node.generators, out)
        self.turn_names = outer
        self.refuse_kept(node, bound)
        if not lazy:
            self.written_out_if_better(node, out)
        self.scoped(node, names)
        for inner in gast.walk(node):
            if isinstance(inner, gast.NamedExpr) and inner.target.id in self.state.names:
                self.leaves_name(node, inner.target.id, lazy)
        return out

    def scoped(self, node: Any, names: dict[str, Any]) -> None:
        """The names of a comprehension are its own."""
        for name in bound_names(node):
            self.state.names.pop(name, None)
            if name in names:
                self.state.names[name] = names[name]

    def leaves_name(self, node: Any, name: str, lazy: bool) -> None:
        """A name that a comprehension assigns to, in the function around it."""
        item = self.state.names[name]
        if not lazy and any(is_float(v.kind) for v in leaves(item, self.state.heap)):
            raise NeedLoop(node, self.function)
        self.bind(name, self.opaque(None, [item], "a name assigned inside a comprehension"), None)

    def refuse_kept(self, node: Any, bound: set[str]) -> None:
        """A function that reads a variable of the comprehension around it reads its last value, forever."""
        inside = set(gast.walk(node))
        held = [top for i in [*self.state.names.values(), *self.state.heap.values()]
                for top in everything(i, self.state.heap) if isinstance(top, Closure)]  # fmt: skip
        for closure in held:
            if closure.node in inside and closure.frame is self.frame and closure.source().free_names() & bound:
                raise Refuse(closure.node, "a function made in a comprehension that reads its variable, and is kept",
                             "by then the variable has its last value",
                             "give it the value as a default: lambda z, k=k: ...")  # fmt: skip

    def generate(self, node: Any, generators: list[Any], out: Cell) -> None:
        if not generators:
            self.add_entry(node, out)
            return
        head, *rest = generators
        iterable = self.walked_item(head.iter)  # type: ignore[attr-defined]
        self.draw(node, head.iter, iterable)
        entries = self.few(iterable)
        if entries is not None and self.turn_by_turn:
            for entry in entries:
                self.generate_turn(node, head, rest, out, entry)
            return
        if entries is not None and all(_settled(e) for e in entries) and self.unrolled(node, out, entries, generators):
            return
        plan, held, begin = self.plan(iterable, head.iter), self.held_where(iterable), self.clock
        self.loop("for", node, plan, lambda item: self.generate_turn(node, head, rest, out, item))
        self.walks_unchanged(head.iter, held, begin)

    def add_entry(self, node: Any, out: Cell) -> None:
        """One turn's entry goes into the list or dict."""
        if isinstance(node, gast.DictComp):
            key = self.expr(node.key)
            item = self.expr(node.value)
            content = self.state.heap[out]
            if isinstance(content, dict) and isinstance(key, Const):
                self.state.heap[out] = {**content, key.value: item}
            else:
                self.forget(out, "a dict comprehension whose keys are not known now", [key, item])
            return
        item = self.expr(node.elt)
        if self.list_append(node, out, self.content(out), item) is None:
            self.forget(out, "a comprehension whose entries are not alike", [item])

    # --- turn by turn --------------------------------------------------------------------

    def few(self, iterable: Any) -> Any:
        """The entries of an iterable that are known and not many."""
        entries = self.entries(iterable)
        return entries if entries is not None and len(entries) <= MOST else None

    def unrolled(self, node: Any, out: Cell, entries: Any, generators: Any = None) -> bool:
        """Compute a comprehension of constants now; False (and no trace) if it has others."""
        done, region = self.each_turn(node, out, entries, generators or node.generators)
        content = done.heap[out]
        items = content.values() if isinstance(content, dict) else content
        known = isinstance(content, (tuple, dict)) and all(isinstance(e, Const) for e in items)
        if not known or region.ops:
            return False
        self.state = done
        return True

    def each_turn(self, node: Any, out: Cell, entries: Any, generators: list[Any]) -> tuple[Any, Region]:
        """The state, and the operations, if each turn were lowered by itself; nothing of it is kept."""
        head, *rest = generators
        saved, marks = self.state, (self.tick(), len(self.problems))
        self.state = saved.copy()
        scratch = Region(owner=self.builder.region.owner)
        outer, self.turn_by_turn = self.turn_by_turn, True
        with self.builder.inside(scratch):
            for entry in entries:
                self.generate_turn(node, head, rest, out, entry)
        done, self.state, self.turn_by_turn = self.state, saved, outer
        del self.problems[marks[1] :]
        self.trail.discarded.append((marks[0], self.clock + 1))
        self.tick()
        return done, scratch

    def written_out_if_better(self, node: Any, out: Cell) -> None:
        """A comprehension that is not followed as a loop, and is if its turns are told apart.

        Raises:
            NeedLoop: for such a one.
        """
        made = self.state.heap[out]
        if isinstance(made, tuple) or made.op is None or (made.op.code == "for" and not opaque(made.op.regions[0])):
            return
        entries = self.few(self.expr(node.generators[0].iter))
        if entries is None or not is_float(made.kind):
            return
        scratch = Cell("list")
        self.state.heap[scratch] = ()
        done, region = self.each_turn(node, scratch, entries, node.generators)
        if isinstance(done.heap[scratch], tuple) and not opaque(region):
            walks = self.walks_of(node)
            if 0 in walks:
                raise NeedLoop(node, self.function, walks)

    def walks_of(self, node: Any) -> dict[int, Walk]:
        """How the loops of a comprehension walk, by their depth, as far as that is known and the same each time."""
        names, found = dict(self.state.names), {}
        turns: list[Any] = [None]
        for depth, generator in enumerate(node.generators):
            seen, after = set(), []
            for binding in turns:
                with self.builder.inside(Region(owner=self.builder.region.owner)):
                    for target, item in binding or ():
                        self.assign(target, item)  # type: ignore[attr-defined]
                    iterable = self.expr(generator.iter)
                    seen.add(self.walk_of(iterable, generator.iter))
                    entries = self.few(iterable) or ()
                after += [[*(binding or ()), (generator.target, entry)] for entry in entries]
            turns = after
            known = seen.pop() if len(seen) == 1 else None
            loop = gast.For(generator.target, generator.iter, [], [], None)
            if known is None or not writable(loop, known):
                break
            found[depth] = known
        self.scoped(node, names)
        return found

    # --- a turn --------------------------------------------------------------------------

    def generate_turn(self, node: Any, head: Any, rest: list[Any], out: Cell, item: Any) -> None:
        self.anchor = None
        self.assign(head.target, item)  # type: ignore[attr-defined]
        self.filtered(node, list(head.ifs), rest, out)

    def filtered(self, node: Any, tests: list[Any], rest: list[Any], out: Cell) -> None:
        if not tests:
            self.generate(node, rest, out)
            return
        test = self.expr(tests[0])
        known = self.truth(test)
        if known is not None:
            if known:
                self.filtered(node, tests[1:], rest, out)
            return
        self.branch(self.decided(tests[0], test), lambda: self.filtered(node, tests[1:], rest, out),
                    lambda: None, tests[0], None)  # fmt: skip


def bound_names(node: Any) -> set[str]:
    """The names that the loops of a comprehension bind."""
    return {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}


def opaque(region: Region) -> bool:
    """Is there something in it that is not looked into, and that may hold floats?"""
    return any(op.code == "user" and any(is_float(r.kind) for r in op.results) for op in walk(region))


def _settled(item: Any) -> bool:
    if isinstance(item, Tup):
        return all(map(_settled, item.items))
    return isinstance(item, Const)
