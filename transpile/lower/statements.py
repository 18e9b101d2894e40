"""Statements: names are bound, memory is changed, or the text is left alone."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import gast

from ...runtime.declare import NAMES
from ..ir import Region
from ..kinds import Array, ListOf
from ..sym import Sym
from .callables import MUTATORS
from .comprehensions import Comprehensions
from .core import Refuse
from .rows import describe
from .values import Cell, Closure, Const, Labelled, cells, leaves

FORBIDDEN = (gast.AsyncFunctionDef, gast.AsyncFor, gast.AsyncWith)


class Statements(Comprehensions):
    """Lowering of statements."""

    @contextmanager
    def at_statement(self, stmt: Any) -> Iterator[None]:
        old = (self.stmt, self.anchor)
        self.stmt, self.anchor = stmt, (stmt, "after")
        self.trail.stmt_clock[stmt] = self.tick()
        with self.builder.at(stmt=stmt, line=stmt.lineno, node=None):
            yield
            self.place_questions()
        self.trail.stmt_end[stmt] = self.clock
        self.stmt, self.anchor = old

    def statement(self, stmt: Any) -> None:
        """Lower one statement; its problems are noted, and the next one is looked at."""
        with self.at_statement(stmt):
            try:
                self.check_walked(stmt)
                method = getattr(self, f"stmt_{type(stmt).__name__.lower()}", None)
                if method is None:
                    self.opaque_statement(stmt)
                else:
                    method(stmt)
            except Refuse as problem:
                self.problems.append(problem)
                for name in stored_names(stmt):
                    self.bind(name, self.opaque(None, [], "refused above"))

    # --- assignment ----------------------------------------------------------------------

    def stmt_assign(self, node: Any) -> None:
        item = self.expr(node.value)
        for target in node.targets:
            self.assign(target, item)

    def stmt_annassign(self, node: Any) -> None:
        if node.value is not None:
            self.assign(node.target, self.expr(node.value))

    def assign(self, target: Any, item: Any) -> None:
        if isinstance(target, gast.Name):
            self.bind(target.id, item)
        elif isinstance(target, (gast.Tuple, gast.List)):
            self.assign_many(target, item)
        elif isinstance(target, gast.Subscript):
            self.assign_subscript(target, item)
        elif isinstance(target, gast.Attribute):
            self.assign_attribute(target, item)
        else:
            raise Refuse(target, f"assignment to {describe(target)}")

    def assign_many(self, target: Any, item: Any) -> None:
        entries = self.entries(item)
        if entries is None and any(isinstance(t, gast.Starred) for t in target.elts):
            self.assign_starred(target, item)
            return
        if entries is None:
            entries = self.unpacked(target, item)
        star = [i for i, t in enumerate(target.elts) if isinstance(t, gast.Starred)]
        if not star and len(entries) != len(target.elts):
            for inner in target.elts:
                self.assign(inner, self.opaque(None, [item], "an unpacking that raises"))
            return
        if not star:
            for inner, entry in zip(target.elts, entries, strict=True):
                self.assign(inner, entry)
            return
        at, after = star[0], len(target.elts) - star[0] - 1
        middle = Cell("list")
        self.state.heap[middle] = entries[at : len(entries) - after]
        parts = [*entries[:at], middle, *entries[len(entries) - after :]]
        for inner, entry in zip(target.elts, parts, strict=True):
            self.assign(inner.value if isinstance(inner, gast.Starred) else inner, entry)

    def assign_starred(self, target: Any, item: Any) -> None:
        """``first, *rest, last = x`` for an array, or a list of unknown length."""
        at = next(i for i, t in enumerate(target.elts) if isinstance(t, gast.Starred))
        after = len(target.elts) - at - 1
        array = item.array if isinstance(item, Labelled) else item
        kind = self.value(array).kind if isinstance(array, Cell) else None
        if isinstance(kind, Array) and kind.dims and not isinstance(item, Labelled):
            row, pick = NAMES["rows_between"], self.array_item
        elif isinstance(kind, ListOf):
            row, pick = NAMES["entries_between"], self.dynamic_item
        else:
            raise Refuse(target, "cannot tell how many entries this has",
                         "a starred target takes as many as there are at run time",
                         "index or slice instead")  # fmt: skip
        for i, inner in enumerate(target.elts):
            if i == at:
                with self.builder.at(node=None):
                    whole = Sym(self.value(array), self.builder)
                    middle = self.abstract(self.builder.call(row, (whole, at, after), {}))
                if isinstance(middle, Cell):
                    self.held_by(middle, array)
                self.assign(inner.value, middle)
            else:
                self.assign(inner, pick(None, item, Const(i if i < at else i - len(target.elts))))

    def unpacked(self, target: Any, item: Any) -> tuple[Any, ...]:
        """The entries of something unpacked whose length the targets tell."""
        array = item.array if isinstance(item, Labelled) else item
        if isinstance(array, Cell) and array.sort == "array":
            kind = self.value(array).kind
            if isinstance(kind, Array) and kind.dims:
                return tuple(self.array_item(None, item, Const(i)) for i in range(len(target.elts)))
        if isinstance(array, Cell) and array.sort == "list":
            return tuple(self.dynamic_item(None, item, Const(i)) for i in range(len(target.elts)))
        return tuple(self.opaque(None, [item], "an entry of an unknown object") for _ in target.elts)

    def stmt_delete(self, node: Any) -> None:
        for target in node.targets:
            if isinstance(target, gast.Name):
                self.state.names.pop(target.id, None)
                self.trail.rebinds[target.id].append(self.tick())
            elif isinstance(target, gast.Subscript):
                self.delete_entry(target)
            else:
                raise Refuse(target, "del of an attribute", "", "assign None instead")

    # --- jumps ---------------------------------------------------------------------------

    def stmt_return(self, node: Any) -> None:
        value = Const(None) if node.value is None else self.expr(node.value)
        self.state.names.update({"$val": value, "$ret": Const(True), "$jump": Const(True)})
        self.function.attrs.setdefault("returns", {})[node] = None

    def stmt_break(self, node: Any) -> None:
        self.state.names.update({"$jump": Const(True), "$broke": Const(True)})

    def stmt_continue(self, node: Any) -> None:
        self.state.names["$jump"] = Const(True)

    def stmt_pass(self, node: Any) -> None:
        pass

    def stmt_expr(self, node: Any) -> None:
        if not isinstance(node.value, gast.Constant):
            self.expr(node.value)

    def stmt_assert(self, node: Any) -> None:
        self.expr(node.test)
        if node.msg is not None and any(isinstance(n, gast.Call) for n in gast.walk(node.msg)):
            names = [n.id for n in gast.walk(node.msg) if isinstance(n, gast.Name)]
            self.opaque(node.msg, [self.state.names[n] for n in names if n in self.state.names], "")

    def stmt_raise(self, node: Any) -> None:
        for part in (node.exc, node.cause):
            if part is not None:
                self.expr(part)
        self.state.names["$jump"] = Const(True)

    def stmt_functiondef(self, node: Any) -> None:
        for inner in gast.walk(node):
            if isinstance(inner, (gast.Nonlocal, gast.Global)):
                raise Refuse(inner, f"{describe(inner)} in a local function",
                             "the function would change a variable of the one around it",
                             "return the value instead")  # fmt: skip
        if node.decorator_list:
            read = sorted({n.id for n in gast.walk(node) if isinstance(n, gast.Name)} & set(self.state.names))
            items = [self.state.names[n] for n in read]
            self.bind(node.name, self.opaque(None, items, "a local function with decorators"))
            return
        defaults = tuple(map(self.expr, node.args.defaults))
        extra = tuple(None if d is None else self.expr(d) for d in node.args.kw_defaults)
        self.bind(node.name, Closure(node, defaults, extra, node.name, self))

    def stmt_import(self, node: Any) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            try:
                module = importlib.import_module(alias.name)
            except ImportError:
                self.bind(name, self.opaque(None, [], "a module that is not installed"))
                continue
            top = importlib.import_module(alias.name.split(".")[0])
            self.bind(name, Const(module if alias.asname else top))

    def stmt_importfrom(self, node: Any) -> None:
        for alias in node.names:
            if alias.name == "*":
                raise Refuse(node, "a star import in a model function", "", "name what you import")
            try:
                module = importlib.import_module("." * (node.level or 0) + (node.module or ""),
                                                 self.source.module_globals.get("__package__"))
                found = getattr(module, alias.name)
            except (ImportError, AttributeError, TypeError):
                self.bind(alias.asname or alias.name, self.opaque(None, [], "an import that fails"))
                continue
            item = Const(found) if not isinstance(found, (list, dict)) else self.opaque(None, [], "")
            self.bind(alias.asname or alias.name, item)

    def stmt_with(self, node: Any) -> None:
        """A block under a context manager that only sets something while it runs."""
        if not all(self.only_sets(item.context_expr) for item in node.items):
            self.opaque_statement(node)
            return
        for item in node.items:
            self.expr(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.opaque(None, [], "what a context manager gives"))
        self.function.attrs.setdefault("opened", set()).add(node)
        self.block(node.body)

    def only_sets(self, node: Any) -> bool:
        """A context manager that neither swallows exceptions nor touches what the body reads."""
        if not isinstance(node, gast.Call):
            return False
        with self.builder.inside(Region(owner=self.builder.region.owner)):
            found = self.expr(node.func)
        return isinstance(found, Const) and getattr(found.value, "__name__", "") in (
            "errstate", "printoptions", "catch_warnings", "nullcontext", "redirect_stdout", "localcontext")

    def stmt_try(self, node: Any) -> None:
        """``try: ... finally: ...`` is its two parts one after the other, unless the first may jump."""
        jumps = (gast.Return, gast.Break, gast.Continue)
        if node.handlers or any(isinstance(n, jumps) for s in node.body for n in gast.walk(s)):
            self.opaque_statement(node)
            return
        self.function.attrs.setdefault("opened", set()).add(node)
        self.block([*node.body, *node.orelse, *node.finalbody])

    # --- what is left alone --------------------------------------------------------------

    def opaque_statement(self, node: Any) -> None:
        """A statement that is not looked into: nothing it touches is trusted afterwards."""
        self.check_opaque(node)
        read = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
        items = [self.state.names[n] for n in sorted(read) if n in self.state.names]
        why = f"{describe(node)} is not differentiated"
        touched = sorted(stored_names(node))
        changed = mutated_names(node)
        if changed & bound_names(node):  # what is changed may be any of the objects that are read
            changed |= read
        for name in sorted(changed):
            item = self.state.names.get(name)
            for cell in list(cells(item, self.state.heap)) if item is not None else []:
                if cell.sort == "array":
                    old = self.value(cell)
                    reads = list(dict.fromkeys([old, *(v for i in items for v in leaves(i, self.state.heap))]))
                    op = self.builder.append("user", reads, [old.kind], why=why, mutation=True)
                    op.result.node = None
                    self.store(cell, op.result)
                else:
                    self.forget(cell, describe(node), items)
        for name in touched:
            self.bind(name, self.opaque(None, items, why))

    def check_opaque(self, node: Any) -> None:
        if isinstance(node, FORBIDDEN):
            raise Refuse(node, f"{describe(node)} in a model function",
                         "a model function runs from its start to its return")  # fmt: skip
        for inner in gast.walk(node):
            if isinstance(inner, (gast.Return, gast.Yield, gast.YieldFrom, gast.Global,
                                  gast.Nonlocal, gast.Await)):  # fmt: skip
                raise Refuse(inner, f"{describe(inner)} inside {describe(node)}",
                             f"{describe(node)} is not looked into",
                             "move it out of the model function")  # fmt: skip
            if isinstance(inner, (gast.Break, gast.Continue)) and self.leaves_node(node, inner):
                raise Refuse(inner, f"a jump inside {describe(node)}")
            if isinstance(inner, gast.Call) and self.is_gradient(inner):
                raise Refuse(inner, f"dlgradient inside {describe(node)}",
                             f"{describe(node)} is not looked into")  # fmt: skip

    def leaves_node(self, node: Any, jump: Any) -> bool:
        loops = [n for n in gast.walk(node) if isinstance(n, (gast.For, gast.While)) and n is not node]
        return not any(jump in set(gast.walk(loop)) for loop in loops)

    def is_gradient(self, node: Any) -> bool:
        func = node.func
        name = func.attr if isinstance(func, gast.Attribute) else getattr(func, "id", "")
        return name == "dlgradient"

    def stmt_global(self, node: Any) -> None:
        raise Refuse(node, "a global statement", "the model would change the module around it",
                     "return the value instead")  # fmt: skip

    def stmt_nonlocal(self, node: Any) -> None:
        raise Refuse(node, "a nonlocal statement", "the model would change the function around it",
                     "return the value instead")  # fmt: skip


def stored_names(node: Any, apart: Collection[Any] = ()) -> set[str]:
    """The names a statement may bind, `apart` from those at some nodes."""
    out: set[str] = set()
    for inner in gast.walk(node):
        if inner in apart:
            continue
        if isinstance(inner, gast.Name) and isinstance(inner.ctx, (gast.Store, gast.Del)):
            out.add(inner.id)
        elif isinstance(inner, (gast.FunctionDef, gast.ClassDef, gast.AsyncFunctionDef)):
            out.add(inner.name)
        elif isinstance(inner, gast.alias):
            out.add((inner.asname or inner.name).split(".")[0])
        elif isinstance(inner, gast.ExceptHandler) and inner.name is not None:
            out.add(inner.name.id if isinstance(inner.name, gast.Name) else inner.name)
        elif isinstance(inner, (gast.MatchAs, gast.MatchStar)) and inner.name:
            out.add(inner.name)
    return out


def bound_names(node: Any) -> set[str]:
    """The names a statement may bind to an object that it reads: not those of exceptions, or only augmented."""
    apart = [i.target if isinstance(i, gast.AugAssign) else i.name for i in gast.walk(node)
             if isinstance(i, (gast.AugAssign, gast.ExceptHandler))]  # fmt: skip
    handlers = [i for i in gast.walk(node) if isinstance(i, gast.ExceptHandler)]
    return stored_names(node, {*apart, *handlers})


def mutated_names(node: Any) -> set[str]:
    """Names through which a statement that is not looked into might change memory."""
    out: set[str] = set()
    for inner in gast.walk(node):
        if isinstance(inner, gast.AugAssign) and isinstance(inner.target, gast.Name):
            out.add(inner.target.id)
        elif isinstance(inner, (gast.Subscript, gast.Attribute)) and not isinstance(inner.ctx, gast.Load):
            out |= {n.id for n in gast.walk(inner.value) if isinstance(n, gast.Name)}
        elif isinstance(inner, gast.Call) and not _is_print(inner):
            out |= {n.id for n in gast.walk(inner) if isinstance(n, gast.Name)}
    return out


def _is_print(call: Any) -> bool:
    """A call that surely changes nothing it is given."""
    func = call.func
    if isinstance(func, gast.Name):
        return func.id in ("print", "len", "str", "repr", "float", "int", "isinstance")
    if not (isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name)):
        return False
    if func.value.id == "math":
        return True
    stores = func.attr in MUTATORS or call.keywords or len(call.args) > 2  # the third may be `out`
    return func.value.id in ("np", "numpy") and not stores
