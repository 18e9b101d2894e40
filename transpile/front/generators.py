"""The statements of a generator, with the body of the loop that walks it where it yields.

A generator runs up to its `yield` whenever the loop asks for an item, and goes on when the loop's body has ended: so
the body stands at every `yield`. Where the body jumps or the generator returns, and Python's own jumps do not
lead to the right place, what runs once is a loop of one turn (`once`), and flags lead out of loops of the generator:

    for q in both(x):               for once in (1,):
        if q > 1:                       q = x[0]
            break                       if q > 1:
        s = s + q                           break
    else:                               s = s + q
        s = 0.0                         q = x[1]
                                        ...
                                    else:
                                        s = 0.0
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from .made import at, named
from .once import flagged, jump, jump_if, jumps, once, say_breaks

LOOPS = (gast.For, gast.While)
YIELDS = (gast.Yield, gast.YieldFrom)
MOST = 16
"""Yields at which a loop's body is written."""


def rows(stmt: Any) -> tuple[int, int]:
    """The user's rows on which a statement stands, or the one that it was written for."""
    return getattr(stmt, "rows", (stmt.lineno, stmt.end_lineno))  # type: ignore[no-any-return]


class Walked:
    """A walk over a generator, being written out. `inline.Writer` knows the call and its names.

    Attributes:
        stmt: the loop that walks.
        body: the statements of the generator.
    """

    stmt: Any
    body: list[Any]
    yields: list[Any]

    def refuse(self, why: str, node: Any = None) -> Exception:
        """A problem that says why the call cannot be written out."""
        raise NotImplementedError

    def fresh(self, name: str) -> str:
        """A name that nothing has yet."""
        raise NotImplementedError

    def walked(self) -> list[Any]:
        """The generator's statements, with the loop's body where it yields."""
        self.body = self.each_from(self.body)
        self.yields = [n for s in self.body for n in gast.walk(s) if isinstance(n, YIELDS)]
        returns = [n for s in self.body for n in gast.walk(s) if isinstance(n, gast.Return)]
        self.check_yields(returns)
        self.continues = bool(jumps(self.stmt.body, gast.Continue)) and not self.ends_turns()
        self.breaks = bool(jumps(self.stmt.body, gast.Break))
        around = [n for s in self.body for n in gast.walk(s) if isinstance(n, LOOPS) and self.has_yield(n)]
        plain = not returns and not self.continues and not self.stmt.orelse and (
            not self.breaks or self.leaves_by_itself(around))  # fmt: skip
        self.name = "" if plain and not self.continues else self.fresh("once")
        self.left = "" if plain or not self.breaks or not (around or self.continues) else self.fresh("left")
        deep = [r for r in returns for n in gast.walk(self.stmt_of(r)) if isinstance(n, LOOPS)]
        self.ended = self.fresh("ended") if deep else ""
        out = self.written(self.body, 0)
        if plain or not (self.breaks or returns):
            return [*out, *self.stmt.orelse]
        flags = [flagged(name, False, self.stmt) for name in (self.left, self.ended) if name]
        return [*flags, once(out, self.stmt.orelse, self.stmt, self.name)]

    def stmt_of(self, node: Any) -> Any:
        """The outermost statement of the generator around a node."""
        return next(s for s in self.body if node in set(gast.walk(s)))

    def each_from(self, suite: list[Any]) -> list[Any]:
        """``yield from items`` as a loop that yields each of them."""
        out = []
        for stmt in suite:
            if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.YieldFrom):
                name = self.fresh("item")
                item = at(gast.Expr(at(gast.Yield(named(name, gast.Load(), stmt)), stmt)), stmt)
                out.append(at(gast.For(named(name, gast.Store(), stmt), stmt.value.value, [item], [], None), stmt))
                continue
            for field in ("body", "orelse"):
                if isinstance(inner := getattr(stmt, field, None), list):
                    setattr(stmt, field, self.each_from(inner))
            out.append(stmt)
        return out

    def check_yields(self, returns: list[Any]) -> None:
        if len(self.yields) > MOST:
            raise self.refuse(f"it has more than {MOST} yields", self.yields[-1])
        alone = {n.value for s in self.body for n in gast.walk(s) if isinstance(n, gast.Expr)}
        for node in self.yields:
            if node not in alone or not isinstance(node, gast.Yield) or node.value is None:
                raise self.refuse("its yield is not a statement of its own", node)
        for node in returns:
            if node.value is not None and not isinstance(node.value, gast.Constant):
                raise self.refuse("it returns a value", node)

    def has_yield(self, node: Any) -> bool:
        return any(isinstance(n, gast.Yield) for n in gast.walk(node))

    def ends_turns(self) -> bool:
        """Does nothing of the generator stand behind its one yield, up to the end of a turn of its one loop?"""
        if len(self.yields) != 1:
            return False
        suite, inside = self.body, False
        while True:
            spot = next(i for i, s in enumerate(suite) if self.yields[0] in set(gast.walk(s)))
            stmt = suite[spot]
            if isinstance(stmt, gast.Expr):
                return inside and spot == len(suite) - 1
            if isinstance(stmt, LOOPS):
                if inside or self.yields[0] in {n for s in stmt.orelse for n in gast.walk(s)}:
                    return False
                inside, suite = True, stmt.body
                continue
            if inside and spot != len(suite) - 1:
                return False
            suite = next(s for s in (stmt.body, stmt.orelse) if self.yields[0] in {n for t in s for n in gast.walk(t)})

    def leaves_by_itself(self, around: list[Any]) -> bool:
        """Is leaving the one loop around all yields the end of the generator?"""
        if len(around) != 1 or self.body[-1] is not around[0] or around[0].orelse:
            return False
        return set(self.yields) <= {n for s in around[0].body for n in gast.walk(s)}

    def written(self, suite: list[Any], depth: int) -> list[Any]:
        """A suite of the generator, inside so many of its loops."""
        out: list[Any] = []
        behind = False
        for stmt in suite:
            if behind:
                stmt.rows = (0, rows(stmt)[1])
            behind = False
            if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Yield):
                out += self.item(stmt, depth)
                behind = True
            elif isinstance(stmt, gast.Return):
                out += self.end(stmt, depth)
            elif isinstance(stmt, LOOPS):
                inner = [n for s in stmt.body for n in gast.walk(s)]
                leaves = self.left and any(isinstance(n, gast.Yield) for n in inner)
                ends = self.ended and any(isinstance(n, gast.Return) for n in inner)
                stmt.body, stmt.orelse = self.written(stmt.body, depth + 1), self.written(stmt.orelse, depth)
                out.append(stmt)
                out += [jump_if(self.left, gast.Break, stmt)] if leaves else []
                out += [jump_if(self.ended, gast.Break if depth else gast.Continue, stmt)] if ends else []
            else:
                if isinstance(stmt, gast.If):
                    stmt.body, stmt.orelse = self.written(stmt.body, depth), self.written(stmt.orelse, depth)
                out.append(stmt)
        return out

    def item(self, stmt: Any, depth: int) -> list[Any]:
        """An item is given to the loop's body."""
        made = at(gast.Assign([copy.deepcopy(self.stmt.target)], stmt.value.value), stmt)
        made.end_lineno, made.end_col_offset = stmt.end_lineno, stmt.end_col_offset
        made.spelled = [made.targets[0], " = ", stmt.value.value]
        body = copy.deepcopy(self.stmt.body)
        body[0].rows = (0, rows(body[0])[1])
        if self.left and (depth or self.continues):
            say_breaks(body, self.left)
        if not self.continues:
            return [made, *body]
        after = [jump_if(self.left, gast.Break, stmt)] if self.left else []
        return [made, once(body, [], stmt, self.name), *after]

    def end(self, stmt: Any, depth: int) -> list[Any]:
        """The generator returns."""
        if not depth:
            return [jump(gast.Continue, stmt)]
        return [flagged(self.ended, True, stmt), jump(gast.Break, stmt)]


__all__ = ["YIELDS", "Walked", "rows"]
