"""Statements: names are bound, memory is changed, or the text is left alone."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gast

from ...runtime.declare import NAMES
from ..kinds import Array, ListOf
from ..sym import Sym
from .callables import name_of
from .core import Refuse
from .function_values import Closure
from .inlining import Inlining, changes_others
from .iterators import Iterators
from .managers import Managers
from .rows import describe
from .touched import bound_names, mutated_names, stored_names
from .values import Cell, Const, Labelled, SliceOf, cells, leaves

FORBIDDEN = (gast.AsyncFunctionDef, gast.AsyncFor, gast.AsyncWith)


class Statements(Managers, Inlining, Iterators):
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
                owner, index = self.expr(target.value), self.index(target.slice)
                if not self.delete_entry(owner, index):
                    self.call_unknown(target, [owner, index], "del")
            else:
                raise Refuse(target, "del of an attribute", "", "assign None instead")

    def delete_entry(self, owner: Any, index: Any) -> bool:
        """``del d[key]``, ``del items[2]``, ``del items[1:3]`` where the container and the place are known."""
        content = self.content(owner) if isinstance(owner, Cell) and owner.sort in ("dict", "list") else None
        if isinstance(content, dict) and isinstance(index, Const) and index.value in content:
            self.change(owner, {k: v for k, v in content.items() if k != index.value})
            return True
        parts = index.parts if isinstance(index, SliceOf) else (index,)
        if not isinstance(content, tuple) or not all(isinstance(p, Const) for p in parts):
            return False
        places = [p.value for p in parts]
        entries = list(content)
        try:
            del entries[slice(*places) if isinstance(index, SliceOf) else places[0]]
        except (IndexError, TypeError, ValueError):
            return False
        self.change(owner, tuple(entries))
        return True

    # --- jumps ---------------------------------------------------------------------------

    def stmt_return(self, node: Any) -> None:
        value = Const(None) if node.value is None else self.expr(node.value)
        self.leave(everything=True)
        self.state.names.update({"$val": value, "$ret": Const(True), "$jump": Const(True)})
        self.function.attrs.setdefault("returns", {})[node] = None

    def stmt_break(self, node: Any) -> None:
        self.leave(everything=False)
        self.state.names.update({"$jump": Const(True), "$broke": Const(True)})

    def stmt_continue(self, node: Any) -> None:
        self.leave(everything=False)
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
        self.state.names.update({"$jump": Const(True), "$raised": Const(True)})

    def stmt_functiondef(self, node: Any) -> None:
        for inner in gast.walk(node):
            if isinstance(inner, gast.Global) and {*inner.names} & {n for s in node.body for n in stored_names(s)}:
                raise Refuse(inner, "a global statement in a local function",
                             "the function would change the module around it",
                             "return the value instead")  # fmt: skip
        if changes_others(node):
            self.check_direct_calls(node)
        decorators = [self.callee(d) for d in node.decorator_list]  # type: ignore[attr-defined]
        defaults = tuple(map(self.expr, node.args.defaults))
        extra = tuple(None if d is None else self.expr(d) for d in node.args.kw_defaults)
        made: Any = Closure(node, defaults, extra, node.name, self, self.frame)
        for decorator in reversed(decorators):
            with self.builder.at(node=None):
                made = self.dispatch(None, decorator, [made], {})  # type: ignore[attr-defined]
        self.bind(node.name, made)

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

    # --- what is left alone --------------------------------------------------------------

    def opaque_statement(self, node: Any, why: str = "") -> None:
        """A statement that is not looked into: nothing it touches is trusted afterwards."""
        self.check_opaque(node)
        read = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
        items = [self.state.names[n] for n in sorted(read) if n in self.state.names]
        why = why or f"{describe(node)} is not differentiated"
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
                raise Refuse(inner, f"{name_of(inner)} inside {describe(node)}",
                             f"{describe(node)} is not looked into")  # fmt: skip

    def leaves_node(self, node: Any, jump: Any) -> bool:
        loops = [n for n in gast.walk(node) if isinstance(n, (gast.For, gast.While)) and n is not node]
        return not any(jump in set(gast.walk(loop)) for loop in loops)

    def is_gradient(self, node: Any) -> bool:
        func = node.func
        name = func.attr if isinstance(func, gast.Attribute) else getattr(func, "id", "")
        return name in ("dlgradient", "gradient_of")

    def stmt_global(self, node: Any) -> None:
        if not {*node.names} & self.source.local_names():
            return
        raise Refuse(node, "a global statement", "the model would change the module around it",
                     "return the value instead")  # fmt: skip

    def stmt_nonlocal(self, node: Any) -> None:
        raise Refuse(node, "a nonlocal statement", "the model would change the function around it",
                     "return the value instead")  # fmt: skip
