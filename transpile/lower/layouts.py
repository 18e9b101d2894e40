"""Windows that depend on the layout: what `reshape` makes is a view of an array that lies in memory row by row.

Where that is known when the program is written, the result is a window like others. Where it is not, the
program asks at run time, behind the line that makes the result: the answer is the condition of a link.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES
from ..ir import Op, Slot, Value
from ..kinds import BOOL, Array
from .sharing import Sharing
from .trail import Home
from .values import Cell, Link

SIMPLE = (gast.Assign, gast.AnnAssign, gast.AugAssign, gast.Expr)
PLAIN = (gast.Name, gast.Attribute, gast.Constant, gast.Tuple, gast.UnaryOp, gast.unaryop, gast.expr_context,
         gast.keyword, gast.Call)  # fmt: skip
BY_ROWS = {"zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace", "matmul", "outer", "flatten"}
"""Rows that make a new array, row by row."""
SAME_MEMORY = {"put", "put_flat", "put_diagonal", "put_along", "add_at", "with_real", "with_imag"}
ASKED = {"reshape", "ravel", "ascontiguousarray", "asfortranarray"}
ALWAYS = {"asarray", "asanyarray", "asarray_chkfinite", "atleast_1d", "atleast_2d", "atleast_3d"}


class Layouts(Sharing):
    """Windows that are known to be ones, or known at run time."""

    def is_window(self, out: Any, items: tuple[Any, ...], node: Any) -> bool:
        """Is what a row made of one array surely a window on it, or is that asked at run time?"""
        arrays = [i for i in items if isinstance(i, Cell)]
        op = self.state.heap[out].op if isinstance(out, Cell) and out.sort == "array" else None
        if len(arrays) != 1 or arrays[0].sort != "array" or op is None or op.code != "prim":
            return False
        base, row, given = arrays[0], op.attrs["prim"], self.template_of(op)
        kind = self.value(base).kind
        firm = isinstance(kind, Array) and kind.dims and not kind.loose and kind.dtype is not None
        if out is base or out.view is not None or not firm or given.keys() - {"shape"}:
            return False
        if row.name in ALWAYS or row.name in ("reshape", "ravel", "ascontiguousarray") and self.by_rows(base):
            if row.varargs:
                row, given = NAMES["reshape"], {"shape": self.builder.sym(self.builder.shape(op.result))}
            out.view = (base, row, given)
            return True
        return row.name in ASKED and self.ask(out, base, (row, given), node)

    def template_of(self, op: Op) -> dict[str, Any]:
        raise NotImplementedError

    def by_rows(self, cell: Cell) -> bool:
        """Was this array made by rows? It stays like that, whatever is stored into it."""
        return cell.made is not None and lies_by_rows(cell.made)

    # --- asked at run time -----------------------------------------------------------------

    def ask(self, out: Cell, base: Cell, window: Any, node: Any) -> bool:
        """A condition for the program to work out: has the window the memory of its base?"""
        if not isinstance(self.stmt, SIMPLE) or not repeatable(node):
            return False
        with self.builder.at(node=None):
            op = self.builder.append("user", [], [BOOL], why="where arrays lie in memory")
        Link(op.result, True, out, base, window).tie()
        self.questions.append((op.result, out, base, node))
        return True

    def place_questions(self) -> None:
        """Where this statement's questions are asked: behind it, if its arrays have names there."""
        questions, self.questions = self.questions, []
        for answer, out, base, node in questions:
            names = [next((n for n, i in self.state.names.items() if i is c and not n.startswith("$")), None)
                     for c in (out, base)]  # fmt: skip
            if None not in names:
                self.trail.homes[answer].append(Home(", ".join(map(str, names)), "", self.clock, (self.stmt, "after"),
                                                     passing=True, kernel="shares_memory"))  # fmt: skip
                answer.name = f"{names[0]}_is_view"
                continue
            whole = node.func.value if not node.args or window_is_method(node, self) else node.args[0]
            text = f"{self.source.source.segment(node)}, {self.source.source.segment(whole)}"
            self.trail.homes[answer].append(Home(text, "", self.clock, (self.stmt, "before"), passing=True,
                                                 kernel="shares_memory"))  # fmt: skip
            answer.name = "is_view_1"


def window_is_method(node: Any, lowerer: Any) -> bool:
    """``a.reshape(...)``, not ``np.reshape(a, ...)``."""
    names = {n.id for n in gast.walk(node.func) if isinstance(n, gast.Name)}
    return bool(names & set(lowerer.state.names))


def repeatable(node: Any) -> bool:
    """A call that can be made once more, and acts on nothing: of names, attributes and constants."""
    return isinstance(node, gast.Call) and all(isinstance(n, PLAIN) for n in gast.walk(node)) and not any(
        isinstance(n, gast.Call) for n in gast.walk(node) if n is not node)


def lies_by_rows(value: Value) -> bool:
    """Is it known that this array was made in one piece, row by row?"""
    op, kind = value.op, value.kind
    if op is None or op.code != "prim" or not isinstance(kind, Array) or kind.dims is None:
        return False
    row, given = op.attrs["prim"], op.attrs["given"]
    first = next(iter(given.values()), None)
    base = op.operands[first.index] if isinstance(first, Slot) else None
    if "order" in given or "out" in given or "like" in given:
        return False
    if row.name in SAME_MEMORY or row.name in ("reshape", "ravel", "expand_dims", "squeeze"):
        return base is not None and lies_by_rows(base)
    if row.name in BY_ROWS:
        return True
    if not makes_new(row):
        return False
    return len(kind.dims) == 1 or isinstance(row.fun, np.ufunc) and all(
        isinstance(v.kind, Array) and (v.kind.generic or lies_by_rows(v)) for v in op.operands)


def makes_new(row: Any) -> bool:
    """Does a row surely make a new array?"""
    return isinstance(row.fun, np.ufunc) or row.name in ("copy", "concatenate", "stack", "where", "zeros_like",
                                                         "ones_like", "empty_like", "full_like", "cumsum")  # fmt: skip
