"""Comprehensions: loops that only append to a list of their own."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Region
from .core import Refuse
from .function_values import Closure
from .loops import Loops
from .values import Cell, Const, Tup, everything


class Comprehensions(Loops):
    """Lowering of comprehensions."""

    def expr_listcomp(self, node: Any) -> Any:
        return self.comprehension(node)

    def expr_generatorexp(self, node: Any) -> Any:
        return self.opaque(node, [self.comprehension(node)], "a generator that is kept")

    def comprehension(self, node: Any) -> Any:
        """A list built by a loop that only appends to it."""
        self.write_out_walk(node)  # type: ignore[attr-defined]
        names = dict(self.state.names)
        out = Cell("list")
        self.state.heap[out] = ()
        bound = {n.id for g in node.generators for n in gast.walk(g.target)
                 if isinstance(n, gast.Name)}  # fmt: skip
        outer, self.turn_names = self.turn_names, self.turn_names | bound
        self.generate(node, node.generators, out)
        self.turn_names = outer
        self.refuse_kept(node, bound)
        for name in bound:
            self.state.names.pop(name, None)
            if name in names:
                self.state.names[name] = names[name]
        for inner in gast.walk(node):
            if isinstance(inner, gast.NamedExpr) and inner.target.id in self.state.names:
                item = self.state.names[inner.target.id]
                self.bind(inner.target.id, self.opaque(None, [item], "a name assigned inside a comprehension"), None)
        return out

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
            item = self.expr(node.elt)
            if self.list_append(node, out, self.content(out), item) is None:
                self.forget(out, "a comprehension whose entries are not alike", [item])
            return
        head, *rest = generators
        iterable = self.walked_item(head.iter)  # type: ignore[attr-defined]
        self.draw(node, head.iter, iterable)
        entries = self.entries(iterable)
        if entries is not None and len(entries) <= 64 and all(_settled(e) for e in entries):
            if self.unrolled(node, head, rest, out, entries):
                return
        plan, held, begin = self.plan(iterable, head.iter), self.held_where(iterable), self.clock
        self.loop("for", node, plan, lambda item: self.generate_turn(node, head, rest, out, item))
        self.walks_unchanged(head.iter, held, begin)

    def unrolled(self, node: Any, head: Any, rest: list[Any], out: Cell, entries: Any) -> bool:
        """Compute a comprehension of constants now; False (and no trace) if it has others."""
        saved, marks = self.state, (self.clock, len(self.problems))
        self.state = saved.copy()
        scratch = Region(owner=self.builder.region.owner)
        with self.builder.inside(scratch):
            for entry in entries:
                self.generate_turn(node, head, rest, out, entry)
        content = self.state.heap[out]
        if isinstance(content, tuple) and all(isinstance(e, Const) for e in content) and not scratch.ops:
            return True
        self.state = saved
        del self.problems[marks[1] :]
        self.trail.discarded.append((marks[0], self.clock + 1))
        self.tick()
        return False

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
        self.branch(self.value(test), lambda: self.filtered(node, tests[1:], rest, out),
                    lambda: None, tests[0], None)  # fmt: skip


def _settled(item: Any) -> bool:
    if isinstance(item, Tup):
        return all(map(_settled, item.items))
    return isinstance(item, Const)
