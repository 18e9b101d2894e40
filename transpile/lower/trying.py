"""`try`: the block, and what its handlers find when an exception has stopped it somewhere.

A statement with handlers is a branch on whether the block came to its end. In the one arm stand the
block and its else clause. In the other everything that the block may have changed before it stopped
is not known any more, and one of the handlers runs. Handlers that only raise are no way on: they are
kept in the text, and nothing is lowered for them.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gast

from ..ir import Value
from ..kinds import BOOL, Scalar, join, kind_of
from ..order import idle
from .core import Refuse
from .matching import Matching
from .touched import mutated_names, stored_names
from .values import UNDEF, Cell, Const, cells, leaves

JUMPS = (gast.Return, gast.Break, gast.Continue)
WHY = ("an exception may stop the try block before or after it changes this: leave only the statement that "
       "may raise in the block, or set the variable again in the handler")  # fmt: skip
FINALLY = "the end of the block that this jump leaves may change it: change it before, or return a copy"


class Trying(Matching):
    """Lowering of try statements."""

    @contextmanager
    def before_leaving(self, effect: Callable[[], None] | None) -> Iterator[None]:
        """While a block is lowered: what happens when a jump leaves it (None: jumps inside stay inside)."""
        self.leavers.append(effect)
        try:
            yield
        finally:
            self.leavers.pop()

    def leave(self, everything: bool) -> None:
        """A jump leaves blocks that do something at their end: out of the function, or out of a loop."""
        for effect in reversed(self.leavers):
            if effect is None and not everything:
                return
            if effect is not None:
                effect()

    def statement_try(self, node: Any, rest: list[Any]) -> bool:
        """A try statement; True when the rest of the block went into one of its arms."""
        self.function.attrs.setdefault("opened", set()).add(node)
        last = node.finalbody
        for inner in (n for s in last for n in gast.walk(s)):
            if isinstance(inner, JUMPS):
                raise Refuse(inner, "a jump inside finally", "it would swallow exceptions",
                             "leave the function after the try statement")  # fmt: skip
        if not last:
            return self.tried(node, rest)
        with self.before_leaving(lambda: self.unsure(node, last)):
            self.tried(node, [])
        self.block(last)
        return False

    def tried(self, node: Any, rest: list[Any]) -> bool:
        """The block with its handlers and its else clause."""
        ways = [h for h in node.handlers if not only_raises(h)]
        for handler in node.handlers:
            if handler not in ways:
                for stmt in handler.body:
                    self.check_opaque(stmt)  # type: ignore[attr-defined]
        if not ways:
            self.block(node.body)
            self.block(node.orelse)
            return False
        done = self.value(self.opaque(None, [], "a truth value", BOOL))
        self.function.attrs.setdefault("flags", set()).add(done)
        rungs = self.function.attrs.setdefault("rungs", {}).setdefault(node, {h: rung(h) for h in node.handlers})
        span: list[int] = []

        def body() -> None:
            span.append(self.tick())
            self.block(node.body)
            span.append(self.tick())
            self.block(node.orelse)

        def handlers() -> None:
            with self.builder.at(stmt=node, line=node.lineno, node=None):
                self.within(node, *span)
            self.handled(ways, rungs)

        return self.branch(done, body, handlers, node, rest)

    def handled(self, handlers: list[Any], rungs: dict[Any, Any]) -> None:
        """One of the handlers runs; which one of several is known only to the run."""
        first, *others = handlers
        if not others:
            self.handler(first)
            return
        this = self.value(self.opaque(None, [], "a truth value", BOOL))
        self.function.attrs.setdefault("flags", set()).add(this)
        self.branch(this, lambda: self.handler(first), lambda: self.handled(others, rungs), rungs[first], None)

    def handler(self, node: Any) -> None:
        if node.name is not None:
            read = self.items_read(node)
            self.bind(node.name.id, self.opaque(None, read, "an exception"), None)
        self.block(node.body)
        if node.name is not None:
            self.state.names.pop(node.name.id, None)
            self.trail.rebinds[node.name.id].append(self.tick())

    # --- what a block may have changed ---------------------------------------------------

    def items_read(self, *nodes: Any) -> list[Any]:
        """All that the statements may reach: the objects of their names, and what local functions read."""
        names = sorted({n.id for node in nodes for n in gast.walk(node) if isinstance(n, gast.Name)})
        found = [self.state.names[n] for n in names if self.state.names.get(n, UNDEF) is not UNDEF]
        captured = self.function.attrs.get("captures", {}).values()
        return self.reached([*found, *captured])

    def within(self, node: Any, begin: int, end: int) -> None:
        """The start of a handler: the block has run up to a place that is not known."""
        names = {n for n, clocks in self.trail.rebinds.items() if any(begin <= c <= end for c in clocks)}
        changed = {c for c in self.state.heap
                   if any(begin <= k <= end for k in self.trail.mutations.get(c, ()))}  # fmt: skip
        inner = [t for s in node.body for t in gast.walk(s) if isinstance(t, gast.Try)]
        hidden = [h for t in inner for h in (*t.handlers, *t.finalbody)]  # not lowered where they only raise
        hidden_names = {n for h in hidden for n in stored_names(h)}
        names |= hidden_names
        changed |= self.cells_of({n for h in hidden for n in mutated_names(h)})
        last = next((s for s in reversed(node.body) if not plain_jump(s)), node.body[0])
        if isinstance(last, gast.Assign) and all(isinstance(t, gast.Name) for t in last.targets):
            sure = {t.id for t in last.targets}  # an exception in the last line leaves its names as they were
            others = {n for s in node.body for n in stored_names(s if s is not last else last.value)}
            names -= sure - others
        made: dict[str, list[Any]] = defaultdict(list)
        for clock, name, item in self.bound:
            if begin <= clock <= end:
                made[name].append(item)
        self.unsettle(names, changed, self.items_read(*node.body), WHY,
                      {n: items for n, items in made.items() if n not in hidden_names})  # fmt: skip

    def one_of(self, name: str, made: list[Any], items: list[Any], why: str) -> Any:
        """The object of a name that was bound to one of several; of numbers at least the sort is known."""
        before = self.state.names.get(name, UNDEF)
        found = [*made, *([before] if before is not UNDEF else [])]
        kinds = [number_kind(i) for i in found]
        if not made or None in kinds:
            return self.opaque(None, items, why)
        kind = functools.reduce(join, kinds)
        if not isinstance(kind, Scalar):
            return self.opaque(None, items, why)
        return self.opaque(None, [] if all(isinstance(i, Const) for i in found) else items, why, kind)

    def unsure(self, node: Any, stmts: list[Any]) -> None:
        """Statements run here that are not followed on this way."""
        names = {n for s in stmts for n in stored_names(s)}
        changed = self.cells_of({n for s in stmts for n in mutated_names(s)})
        with self.builder.at(stmt=node, line=node.lineno, node=None):
            self.unsettle(names, changed, self.items_read(*stmts), FINALLY)

    def cells_of(self, names: set[str]) -> set[Cell]:
        items = [self.state.names[n] for n in sorted(names) if self.state.names.get(n, UNDEF) is not UNDEF]
        return {c for i in self.reached(items) for c in cells(i, self.state.heap)}

    def unsettle(self, names: set[str], changed: set[Cell], items: list[Any], why: str,
                 made: dict[str, list[Any]] | None = None) -> None:
        """These names may be bound to anything made of the items, or unbound; these objects may be changed.

        `made`: all that a name may have been bound to, where that is known.
        """
        for cell in [c for c in list(self.state.heap) if c in changed]:
            if cell.sort != "array":
                self.forget(cell, "a try block that is stopped", items)  # type: ignore[attr-defined]
                continue
            old = self.value(cell)
            reads = list(dict.fromkeys([old, *(v for i in items for v in leaves(i, self.state.heap))]))
            op = self.builder.append("user", reads, [old.kind], why=why, mutation=True)
            op.result.node = None
            self.store(cell, op.result)  # type: ignore[attr-defined]
        for name in sorted(n for n in names if not n.startswith("$")):
            surely = self.state.names.get(name, UNDEF) is not UNDEF and name not in self.state.doubtful
            item = self.one_of(name, (made or {}).get(name, []), items, why)
            if surely:
                self.bind(name, item, None)
            else:
                self.state.names[name] = item
                self.trail.rebinds[name].append(self.tick())
                self.state.doubtful.add(name)


def number_kind(item: Any) -> Any:
    """The kind of a Python number."""
    kind = item.kind if isinstance(item, Value) else kind_of(item.value) if isinstance(item, Const) else None
    return kind if isinstance(kind, Scalar) else None


def only_raises(handler: Any) -> bool:
    """Does a handler end in an exception on every way through it?"""
    jumps = any(isinstance(n, JUMPS) for s in handler.body for n in gast.walk(s))
    return not jumps and raises(handler.body)


def raises(stmts: list[Any]) -> bool:
    last = stmts[-1]
    if isinstance(last, gast.If):
        return bool(last.orelse) and raises(last.body) and raises(last.orelse)
    return isinstance(last, gast.Raise)


def plain_jump(stmt: Any) -> bool:
    """A statement that leaves, or does nothing, and cannot raise."""
    if isinstance(stmt, gast.Return):
        return stmt.value is None or idle(stmt.value)
    return isinstance(stmt, (gast.Break, gast.Continue, gast.Pass))


def rung(handler: Any) -> Any:
    """A handler as the `if` that it stands for."""
    test = gast.copy_location(gast.Constant(True, None), handler)
    return gast.copy_location(gast.If(test, handler.body, []), handler)

