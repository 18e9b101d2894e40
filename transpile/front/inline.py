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

What is written for generators is told in `generators`.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import before, conditional, idle
from .comprehensions import HOSTS
from .generators import YIELDS, Walked, rows
from .made import assigned, at, fresh, named, own, renamed, replace
from .needs import Place, place

PLAIN = (gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr, gast.For, gast.While, gast.If, gast.Assert,
         gast.Raise, gast.Pass, gast.Break, gast.Continue, gast.Return, gast.Nonlocal)  # fmt: skip
"""Statements that names can be changed in."""
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


class Writer(Walked):
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
        if self.yields and self.is_counted():
            return self.counted()
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

    def is_counted(self) -> bool:
        """Is the walk one over ``enumerate(call)``?"""
        walk = self.stmt.iter if isinstance(self.stmt, gast.For) else None
        return isinstance(walk, gast.Call) and isinstance(walk.func, gast.Name) and walk.func.id == "enumerate" and (
            bool(walk.args) and walk.args[0] is self.call and len(walk.args) + len(walk.keywords) <= 2)  # fmt: skip

    def counted(self) -> list[Any]:
        """The same walk with a counter of its own."""
        walk, stmt = self.stmt.iter, self.stmt
        count, item = self.fresh("count"), self.fresh("item")
        given = [*walk.args[1:], *(k.value for k in walk.keywords if k.arg == "start")]
        if len(given) < len(walk.args) - 1 + len(walk.keywords) or not all(map(idle, given)):
            raise self.refuse("the start of its counter is computed")
        zero = renamed(at(gast.Constant(0, None), stmt), "0")
        pair = at(gast.Tuple([named(count, gast.Load(), stmt), named(item, gast.Load(), stmt)], gast.Load()), stmt)
        made = at(gast.Assign([stmt.target], pair), stmt)
        made.spelled = [stmt.target, f" = {count}, {item}"]
        one = renamed(at(gast.Constant(1, None), stmt), "1")
        more = assigned(count, at(gast.BinOp(named(count, gast.Load(), stmt), gast.Add(), one), stmt), stmt)
        more.spelled = [f"{count} = {count} + 1"]
        stmt.target, stmt.iter = named(item, gast.Store(), stmt), self.call
        stmt.body[0].rows = (0, rows(stmt.body[0])[1])
        stmt.body = [made, more, *stmt.body]
        return [assigned(count, given[0] if given else zero, stmt), stmt]

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


__all__ = ["inlined"]
