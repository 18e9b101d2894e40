"""Calls of rows of the table, and of library functions that are written over them."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES, TABLE
from ...runtime.errors import DLError
from ..infer import NeedStatic
from ..ir import Value
from ..kinds import MANY, Array, Scalar
from .constructors import Constructors
from .core import Refuse
from .trail import Home
from .values import Cell, Const, Iter, Tup

OUT_PLACES = {"dot": 2, "clip": 3, "concatenate": 2}
"""Where NumPy takes `out` by position in rows that do not name it."""


class RowCalls(Constructors):
    """Lowering of calls that have a derivative rule."""

    def call_row(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        args, kwargs = out_by_name(fun, args, kwargs)
        out = kwargs.get("out")
        if out is not None and not (isinstance(out, Const) and out.value is None):
            return self.call_into(node, fun, out, args, {k: v for k, v in kwargs.items() if k != "out"})
        if fun is sum and any(isinstance(a, Cell) and a.sort == "list" for a in [*args[1:], *kwargs.values()]):
            return self.opaque(node, [*args, *kwargs.values()], "a sum of lists")
        if fun in (max, min) and len(args) == 1 and not kwargs:
            return self.best_of(node, fun, args[0])
        kwargs = {k: v for k, v in kwargs.items() if k != "out"}
        row = TABLE[fun]
        if any(isinstance(a, Iter) for a in args):
            args = [self.listed(a) for a in args]
        if getattr(fun, "__module__", "") and row.name.startswith("random."):
            state = np.random.get_state()
            try:
                return self.table(node, row, tuple(args), kwargs)
            finally:
                np.random.set_state(state)
        return self.table(node, row, tuple(args), kwargs)

    def call_into(self, node: Any, fun: Any, out: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``np.add(a, b, out=y)``: a store of the result into y, which is what the call returns."""
        target = out.items[0] if isinstance(out, Tup) and len(out.items) == 1 else out
        if not (isinstance(target, Cell) and target.sort == "array") or "where" in kwargs and not isinstance(
                fun, np.ufunc):
            return self.call_unknown(node, [out, *args, *kwargs.values()], "an out= argument")
        self.function.attrs.setdefault("acts", set()).add(node)
        mask = kwargs.pop("where", None)
        with self.builder.at(node=None):
            if mask is not None:
                args = [self.selected(a, mask, target) for a in args]
            new = self.table(None, TABLE[fun], tuple(args), kwargs)
        if mask is not None:
            new = self.written_where(new, mask, target)
        self.becomes(node, target, new, exact=mask is not None)
        if isinstance(self.stmt, gast.Expr):
            self.readable_behind(out_node(node, fun), target)
        return target

    def written_where(self, new: Any, mask: Any, target: Cell) -> Any:
        """What `out` holds where only a part is written; what was computed is read there, under its name."""
        made, old = self.value(new), self.value(target)
        with self.builder.at(node=None):
            pair = (self.builder.sym(made), self.builder.sym(old))
            out: Value = NAMES["chosen"].fun(pair, self.symbolic(mask), True).value
        out.kind = old.kind
        made.node, self.trail.homes[made] = None, self.trail.homes[out]
        return self.wrap(out)

    def becomes(self, node: Any, target: Cell, new: Any, exact: bool = False) -> None:
        """An array takes new content; `exact`: it surely has the array's shape."""
        value, old = self.value(new), self.value(target)
        if not exact and not (fills(value.kind) and fills(old.kind) and rank(value.kind) == rank(old.kind)):
            self.put_array(node, target, Const(Ellipsis), new)  # type: ignore[attr-defined]
            return
        if value.op is not None and value is not old:
            value.op.attrs.setdefault("like", old)
        self.in_place(target, new)  # type: ignore[attr-defined]

    def readable_behind(self, node: Any, target: Cell) -> None:
        """What was written can be read by the text of `out`, right behind the statement."""
        value = self.state.heap.get(target)
        names = [n.id for n in gast.walk(node) if isinstance(n, gast.Name)] if node is not None else []
        if names and isinstance(value, Value) and not any(isinstance(n, (gast.Call, gast.NamedExpr))
                                                          for n in gast.walk(node)):  # fmt: skip
            text = str(self.source.source.segment(node))
            self.trail.homes[value].append(Home(text, names[0], self.clock, (self.stmt, "after"), passing=True))

    def selected(self, item: Any, mask: Any, out: Cell) -> Any:
        """An operand where it is read: in the program it is the operand itself, under all of its names."""
        if isinstance(item, Const):
            return item
        value, whole = self.value(item), self.value(out)
        made: Value = NAMES["selected"].fun(*(self.builder.sym(self.value(v)) for v in (item, mask, out))).value
        if isinstance(whole.kind, Array) and isinstance(value.kind, (Array, Scalar)) and made.op is not None:
            dtype = value.kind.dtype if isinstance(value.kind, Array) else np.dtype(value.kind.type)
            made.kind = Array(dtype, whole.kind.dims)
            made.op.attrs["like"] = whole
        made.node = value.node
        self.trail.homes[made] = list(self.trail.homes.get(value, ()))
        return made

    def best_of(self, node: Any, fun: Any, item: Any) -> Any:
        """Python's `max` or `min` of the entries of one thing."""
        entries = self.entries(item)
        if entries is not None and len(entries) > 1:
            return self.table(node, TABLE[fun], tuple(entries), {})
        if isinstance(item, Cell) and item.sort in ("list", "array"):
            return self.table(node, NAMES["best_of"], (item, Const(fun is max)), {})
        return self.opaque(node, [item], f"{fun.__name__} of something of unknown length")

    def add_at(self, node: Any, fun: Any, target: Any, index: Any, item: Any) -> Any:
        """``np.add.at(y, i, v)``: repeated places add up."""
        if not (isinstance(target, Cell) and target.sort == "array"):
            return self.call_unknown(node, [target, index, item], "ufunc.at")
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.builder.at(node=None):
            if fun == np.subtract.at:  # a method of a ufunc is made anew whenever it is asked for
                item = self.table(None, NAMES["negative"], (item,), {})
            entries = self.entries(index) if isinstance(index, Cell) and index.sort == "list" else None
            if entries is not None and all(isinstance(e, Const) for e in entries):
                index = Const(np.array([e.value for e in entries]))
            new = self.table(None, NAMES["add_at"], (target, index, item), {})
        value = self.value(new)
        value.kind = self.value(target).kind
        self.store(target, value)  # type: ignore[attr-defined]
        return Const(None)

    def listed(self, item: Any) -> Any:
        entries = self.entries(item) if isinstance(item, Iter) else None
        if entries is None:
            return item
        cell = Cell("list")
        self.state.heap[cell] = entries
        return cell

    def call_library(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A function of dlgrad over arrays and dlarrays: run it, symbolically."""
        count, names = len(args), list(kwargs)

        def run(*symbols: Any) -> Any:
            return fun(*symbols[:count], **dict(zip(names, symbols[count:], strict=True)))

        try:
            return self.on_labelled(node, run, (*args, *kwargs.values()))
        except NeedStatic:
            raise
        except (DLError, ValueError, TypeError) as error:
            raise Refuse(node, str(error)) from error


def fills(kind: Any) -> bool:
    """Has an array of this kind axes of 2 or more, so that it cannot be stretched to another shape?"""
    return isinstance(kind, Array) and bool(kind.dims) and not kind.loose and set(kind.dims or ()) == {MANY}


def rank(kind: Any) -> int:
    return len(kind.dims)


def out_node(node: Any, fun: Any) -> Any:
    """Where a call says where its result goes."""
    named = next((k.value for k in node.keywords if k.arg == "out"), None)
    at = fun.nin if isinstance(fun, np.ufunc) else OUT_PLACES.get(TABLE[fun].name, len(node.args))
    return named if named is not None else node.args[at] if at < len(node.args) else None


def out_by_name(fun: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """A call with its `out` argument, if it has one by position, given by name."""
    if isinstance(fun, np.ufunc):
        at = fun.nin
    elif "out" in TABLE[fun].params:
        at = TABLE[fun].params.index("out")
    else:
        names = OUT_PLACES.get(TABLE[fun].name)
        at = len(args) if names is None else names
    if len(args) <= at or "out" in kwargs:
        return args, kwargs
    after = TABLE[fun].params[at + 1 :] if "out" in TABLE[fun].params else ()
    rest = dict(zip(after, args[at + 1 :], strict=False))
    return args[:at], {**rest, **kwargs, "out": args[at]}
