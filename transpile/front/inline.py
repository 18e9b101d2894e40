"""Functions written out where they are called: generators in the `for` that walks them, and local
functions that change variables of the function around them.

Needs: the tree of a function, and the calls to be taken apart. Gives: a tree in which the
statements of the callee stand in place of the call, with names of their own.

    for v in squares(x):               ->      for i in range(len(x)):
        s = s + v                                  v = x[i] ** 2
                                                   s = s + v

    total = add(a) * 2                 ->      u = a
                                               count = count + 1
                                               total = (u * u) * 2     # add_1, if more than a name

A generator runs up to its `yield` whenever the loop asks for an item, and goes on when the loop's body
has ended: this is what the rewritten text does, for one `yield` that stands in at most one loop.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import before, conditional, idle
from .comprehensions import HOSTS
from .made import at, fresh, named, own, renamed, replace
from .needs import Place, place

PLAIN = (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr, gast.For, gast.While, gast.If, gast.Assert,
         gast.Raise, gast.Pass, gast.Break, gast.Continue, gast.Return, gast.Nonlocal)  # fmt: skip
"""Statements that names can be changed in."""
YIELDS = (gast.Yield, gast.YieldFrom)
MOST = 100
"""Calls written out in one function."""
CONSUMERS = ("sum", "list", "tuple", "max", "min", "sorted")


def inlined(tree: Any, calls: list[tuple[Place, Any]]) -> Any:
    """This pass writes calls out: (where, the tree of the callee)."""
    if not calls:
        return tree
    tree = copy.deepcopy(tree)
    calls = sorted(calls, key=lambda c: c[0])
    for _ in range(MOST):
        if not any(_once(tree, target, callee) for target, callee in calls):
            return tree
    raise Refuse(calls[0][1], "functions that cannot be written out where they are called", "they call each other",
                 "return values instead")  # fmt: skip


def rows(stmt: Any) -> tuple[int, int]:
    """The user's rows on which a statement stands, or the one that it was written for."""
    return getattr(stmt, "rows", (stmt.lineno, stmt.end_lineno))  # type: ignore[no-any-return]


def _once(tree: Any, target: Place, callee: Any) -> bool:
    kept = {n for f in gast.walk(tree) if isinstance(f, gast.FunctionDef) and f is not tree and any(
        isinstance(n, (*YIELDS, gast.Nonlocal)) for n in gast.walk(f)) for n in gast.walk(f)}  # fmt: skip
    for host in [n for n in gast.walk(tree) if n not in kept]:
        for name in ("body", "orelse", "finalbody"):
            suite = getattr(host, name, None)
            if not isinstance(suite, list):
                continue
            for i, stmt in enumerate(suite):
                for node in own(stmt) if not isinstance(stmt, gast.FunctionDef) else ():
                    if isinstance(node, gast.Call) and place(node) == target:
                        suite[i : i + 1] = Writer(tree, stmt, node, callee).statements()
                        return True
    return False


class Writer:
    """Writes one call out."""

    def __init__(self, tree: Any, stmt: Any, call: Any, callee: Any) -> None:
        self.tree, self.stmt, self.call, self.callee = tree, stmt, call, callee
        self.names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.names |= {a.name for a in gast.walk(tree) if isinstance(a, gast.FunctionDef)}
        self.body = copy.deepcopy(callee.body)
        if isinstance(self.body[0], gast.Expr) and isinstance(self.body[0].value, gast.Constant):
            del self.body[0]
        self.yields = [n for s in self.body for n in gast.walk(s) if isinstance(n, YIELDS)]
        self.shared = {n for s in gast.walk(callee) if isinstance(s, gast.Nonlocal) for n in s.names}

    def refuse(self, why: str, node: Any = None) -> Refuse:
        word = "a generator" if self.yields else "a function that changes variables around it"
        instead = "build a list and return it" if self.yields else "return the value instead"
        return Refuse(node or self.call, f"{word} that cannot be written out here", why, instead)

    def statements(self) -> list[Any]:
        self.check()
        if self.yields and not self.is_walked():
            return self.listed()
        start, end = rows(self.stmt)
        earlier = [] if self.yields else self.earlier()
        lines = self.bind()
        self.body = [s for s in self.body if not isinstance(s, gast.Nonlocal)]
        out = [*earlier, *lines, *(self.walked() if self.yields else self.called())]
        for one in out:
            one.rows = (0, end)
        out[0].rows = (start, end)
        out[0].calls = [*getattr(self.stmt, "calls", ()), self.call.func]
        return out

    def check(self) -> None:
        for node in (n for s in self.body for n in gast.walk(s)):
            other = isinstance(node, gast.stmt) and not isinstance(node, PLAIN)
            if other or isinstance(node, (gast.Lambda, gast.Await)):
                raise self.refuse("its text holds more than assignments, loops and branches", node)
            if isinstance(node, gast.Name) and node.id == self.callee.name:
                raise self.refuse("it calls itself", node)
        if self.call in conditional(self.stmt) or not isinstance(self.stmt, HOSTS):
            raise self.refuse("it is called inside an expression that may not be evaluated")

    # --- parameters and names ------------------------------------------------------------

    def bind(self) -> list[Any]:
        """The parameters as assignments; a parameter that only stands for a name is that name."""
        given = self.arguments()
        stored = {n.id for s in self.body for n in gast.walk(s)
                  if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)} - self.shared  # fmt: skip
        during = {n.id for s in [*self.host_body(), *self.body] for n in gast.walk(s)
                  if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)} | self.shared  # fmt: skip
        texts: dict[str, str] = {}
        lines: list[Any] = []
        for name, value in given.items():
            steady = isinstance(value, gast.Name) and value.id not in during
            if steady and name not in stored:
                texts[name] = value.id
                continue
            texts[name] = self.fresh(name)
            line = at(gast.Assign([named(texts[name], gast.Store(), self.stmt)], value), self.stmt)
            line.spelled = [f"{texts[name]} = ", value]
            lines.append(line)
        for name in sorted(stored - set(given)):
            texts[name] = self.fresh(name)
        self.rename(texts)
        return lines

    def host_body(self) -> list[Any]:
        return [self.stmt.target, *self.stmt.body] if self.is_walked() else []

    def fresh(self, name: str) -> str:
        out = fresh(name, self.names)
        self.names.add(out)
        return out

    def rename(self, texts: dict[str, str]) -> None:
        for node in (n for s in self.body for n in gast.walk(s)):
            if isinstance(node, gast.JoinedStr) and any(
                    isinstance(n, gast.Name) and texts.get(n.id, n.id) != n.id for n in gast.walk(node)):  # fmt: skip
                raise self.refuse("an f-string in it reads a variable whose name is taken here")
            if isinstance(node, gast.Name) and texts.get(node.id, node.id) != node.id:
                node.id = texts[node.id]
                renamed(node, node.id)

    def arguments(self) -> dict[str, Any]:
        """The expression that each parameter is given."""
        args = self.callee.args
        if args.vararg or args.kwarg or any(isinstance(a, gast.Starred) for a in self.call.args) or any(
                k.arg is None for k in self.call.keywords):  # fmt: skip
            raise self.refuse("its arguments are starred")
        positional = [a.id for a in (*args.posonlyargs, *args.args)]
        out = dict(zip(positional, self.call.args, strict=False))
        out.update({k.arg: k.value for k in self.call.keywords})
        lead = positional[len(positional) - len(args.defaults) :]
        defaults = dict(zip(lead, args.defaults, strict=True))
        defaults.update({a.id: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None})
        for name, default in defaults.items():
            if name not in out:
                if not isinstance(default, gast.Constant):
                    raise self.refuse("a default of it is computed")
                out[name] = default
        wanted = {*positional, *(a.id for a in args.kwonlyargs)}
        if set(out) != wanted or len(self.call.args) > len(positional):
            raise self.refuse("its arguments do not fit its parameters")
        return out

    # --- generators ----------------------------------------------------------------------

    def is_walked(self) -> bool:
        return isinstance(self.stmt, gast.For) and self.stmt.iter is self.call and bool(self.yields)

    def listed(self) -> list[Any]:
        """A generator that a call consumes at once: its items in a list first."""
        if not any(isinstance(n, gast.Call) and isinstance(n.func, gast.Name) and n.func.id in CONSUMERS
                   and n.args and n.args[0] is self.call for n in own(self.stmt)):  # fmt: skip
            raise self.refuse("it is not consumed on the spot")
        earlier = self.earlier()
        out, item = self.fresh("items"), self.fresh("item")
        start = at(gast.Assign([named(out, gast.Store(), self.stmt)], at(gast.List([], gast.Load()), self.stmt)),
                    self.stmt)  # fmt: skip
        start.spelled = [f"{out} = []"]
        method = at(gast.Attribute(named(out, gast.Load(), self.stmt), "append", gast.Load()), self.stmt)
        read = renamed(named(item, gast.Load(), self.stmt), item)
        append = at(gast.Expr(at(gast.Call(method, [read], []), self.stmt)), self.stmt)
        append.spelled = [f"{out}.append({item})"]
        target = renamed(named(item, gast.Store(), self.stmt), item)
        loop = at(gast.For(target, copy.copy(self.call), [append], [], None), self.stmt)
        replace(self.stmt, self.call, renamed(named(out, gast.Load(), self.call), out))
        return [*earlier, start, loop, self.stmt]

    def walked(self) -> list[Any]:
        """The generator's statements, with the loop's body where it yields."""
        if len(self.yields) != 1 or not isinstance(self.yields[0], gast.Yield) or self.yields[0].value is None:
            raise self.refuse("it has more than one yield", self.yields[-1])
        if self.stmt.orelse or any(isinstance(n, gast.Return) for s in self.body for n in gast.walk(s)):
            raise self.refuse("it returns, or the loop has an else clause")
        around, suite, spot = self.holders()
        loops = [n for n in around if isinstance(n, (gast.For, gast.While))]
        last = all(self.ends(s) for s in around) and spot == len(suite) - 1
        jumps = _loop_jumps(self.stmt.body)
        if jumps and (len(loops) != 1 or any(n.orelse for n in loops)):
            raise self.refuse("the loop that walks it jumps, and its yield does not stand in one loop", jumps[0])
        if any(isinstance(j, gast.Continue) for j in jumps) and not last:
            raise self.refuse("the loop that walks it continues, and more stands behind its yield", jumps[0])
        if any(isinstance(j, gast.Break) for j in jumps) and self.body[-1] is not loops[0]:
            raise self.refuse("the loop that walks it breaks, and more stands behind its own loop", jumps[0])
        made = at(gast.Assign([self.stmt.target], self.yields[0].value), suite[spot])
        made.end_lineno, made.end_col_offset = suite[spot].end_lineno, suite[spot].end_col_offset
        made.spelled = [self.stmt.target, " = ", self.yields[0].value]
        body = self.stmt.body
        after = suite[spot + 1 :]
        for moved in (body[0], *after[:1]):
            moved.rows = (0, rows(moved)[1])
        suite[spot:] = [made, *body, *after]
        return self.body

    def holders(self) -> tuple[list[Any], list[Any], int]:
        """The statements around the yield, the suite in which it stands, and where."""
        around: list[Any] = []
        suite = self.body
        while True:
            spot = next(i for i, s in enumerate(suite) if self.yields[0] in set(gast.walk(s)))
            stmt = suite[spot]
            if isinstance(stmt, gast.Expr) and stmt.value is self.yields[0]:
                return around, suite, spot
            if not isinstance(stmt, (gast.For, gast.While, gast.If)):
                raise self.refuse("its yield is not a statement of its own", stmt)
            inner = [s for s in (stmt.body, stmt.orelse) if any(self.yields[0] in set(gast.walk(n)) for n in s)]
            if not inner or inner[0] is stmt.orelse or stmt.orelse:
                raise self.refuse("its yield is not a statement of its own", stmt)
            around.append(stmt)
            suite = inner[0]

    def ends(self, stmt: Any) -> bool:
        """Does nothing of the generator's loop stand behind a statement around its yield?"""
        if isinstance(stmt, (gast.For, gast.While)):
            return True
        holders = [n for b in self.body for n in gast.walk(b)]
        suites = [s for n in holders for s in (getattr(n, "body", None), getattr(n, "orelse", None))]
        return any(s[-1] is stmt for s in suites if isinstance(s, list) and s)

    # --- functions -----------------------------------------------------------------------

    def earlier(self) -> list[Any]:
        """What is evaluated before the call, and acts or reads what the call changes, on lines of its own."""
        found = [e for e in before(self.stmt, self.call) if not idle(e) or self.shared & {
            n.id for n in gast.walk(e) if isinstance(n, gast.Name)}]  # fmt: skip
        own = set(gast.walk(self.call))
        out = []
        for expr in found:
            if expr in own:
                continue
            if isinstance(getattr(expr, "ctx", None), gast.Store) or isinstance(self.stmt, gast.AugAssign) and (
                    expr is self.stmt.target):  # fmt: skip
                raise self.refuse("it is called while a place is being assigned to")
            name = self.fresh("part")
            line = at(gast.Assign([named(name, gast.Store(), self.stmt)], expr), self.stmt)
            line.spelled = [f"{name} = ", expr]
            replace(self.stmt, expr, renamed(named(name, gast.Load(), expr), name))
            out.append(line)
        return out

    def called(self) -> list[Any]:
        """The function's statements, and its result in place of the call."""
        returns = [n for s in self.body for n in gast.walk(s) if isinstance(n, gast.Return)]
        last = self.body[-1] if self.body else None
        if returns and (len(returns) > 1 or returns[0] is not last):
            raise self.refuse("it returns before its end", returns[0])
        value = last.value if isinstance(last, gast.Return) else None
        body = self.body[:-1] if isinstance(last, gast.Return) else self.body
        if isinstance(self.stmt, gast.Expr) and self.stmt.value is self.call:
            if value is None:
                return body or [at(gast.Pass(), self.stmt)]
            tail = at(gast.Expr(value), self.stmt)
            tail.spelled = [value]
            return [*body, tail]
        name = self.fresh(f"{self.callee.name}_1")
        if value is None:
            value = at(gast.Constant(None, None), self.call)
            renamed(value, "None")
        made = at(gast.Assign([named(name, gast.Store(), self.stmt)], value), self.stmt)
        made.spelled = [f"{name} = ", value]
        replace(self.stmt, self.call, renamed(named(name, gast.Load(), self.call), name))
        return [*body, made, self.stmt]


def _loop_jumps(stmts: list[Any]) -> list[Any]:
    """The jumps of a loop's body that are the loop's own."""
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, (gast.Break, gast.Continue)):
            out.append(stmt)
        elif isinstance(stmt, (gast.For, gast.While)):
            out += _loop_jumps(stmt.orelse)
        elif not isinstance(stmt, (gast.FunctionDef, gast.ClassDef)):
            for child in gast.iter_child_nodes(stmt):
                out += _loop_jumps([child]) if isinstance(child, gast.stmt) else _loop_jumps(
                    [s for s in getattr(child, "body", ()) if isinstance(s, gast.stmt)] if not isinstance(
                        child, gast.expr) else [])  # fmt: skip
    return out


__all__ = ["inlined"]
