"""Rows of the table: NumPy's functions run on symbolic forms, and what shares memory after that is noted."""

from __future__ import annotations

from typing import Any

import gast

from ...runtime.declare import Primitive, UnknownKind, Unsupported
from ...runtime.errors import DLError
from ..front.comprehensions import can_be_apart
from ..front.needs import NeedLoop, place
from ..ir import Value, fill
from ..kinds import Array, Scalar
from ..order import conditional
from ..sym import Sym
from .core import NotStatic, Refuse
from .layouts import Layouts
from .tables import Tables
from .values import Cell, Labelled, shown

VIEWS = {"getitem", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "flip",
         "matrix_transpose", "broadcast_to", "diagonal", "rollaxis", "rot90",
         "fliplr", "flipud", "real", "imag"}  # fmt: skip
MAYBE_VIEWS = {"reshape", "ravel", "asarray", "astype", "ascontiguousarray", "split",
               "array_split", "hsplit", "vsplit", "dsplit", "atleast_1d", "atleast_2d",
               "atleast_3d", "broadcast_arrays", "meshgrid", "nan_to_num", "array",
               "unstack", "asanyarray", "asfortranarray", "trim_zeros", "ix_",
               "require", "einsum", "float32", "float64", "complex64", "complex128",
               "linalg.matrix_power", "linalg.diagonal", "linalg.matrix_transpose", "diag", "diff",
               "builtins.max", "builtins.min", "asarray_chkfinite", "best_of", "polyder", "polyint"}  # fmt: skip

OF_SETS = {"bitwise_or", "bitwise_and", "bitwise_xor"}
"""Rows that have no derivative as arrays have none there; as operators of dicts and sets they pass values on."""


class Rows(Tables, Layouts):
    """Abstract values go into rows of the table and come out of them."""

    def on_symbols(self, node: Any, run: Any, items: tuple[Any, ...], view: bool = False) -> Any:
        """Run NumPy code on the symbolic forms of `items`."""
        labelled = any(isinstance(i, Labelled) and i.format for i in items)
        try:
            symbols = [self.symbolic(i) for i in items]
        except NotStatic:
            return self.opaque(node, list(items), f"{describe(node)} is not in the table")
        try:
            with self.builder.at(user=not labelled and self.builder.user):
                result = run(*symbols)
        except (UnknownKind, Unsupported, TypeError, AttributeError, KeyError) as error:
            if isinstance(error, (TypeError, AttributeError, KeyError)) and labelled:
                raise
            return self.opaque(node, list(items), str(error))
        if not isinstance(result, (Sym,)) and result is symbols[0]:
            return items[0]
        out = self.abstract(result)
        if labelled:
            self.note_generated(node, out)
        if view and isinstance(out, Cell) and isinstance(items[0], Cell):
            self.make_view(out, items[0])
        return out

    def note_generated(self, node: Any, out: Any) -> None:
        """The user's expression is printed from the IR: its text is not plain NumPy."""
        if node is not None:
            self.need_statement(node)
            self.function.attrs.setdefault("replaced", {})[node] = shown(out, self.state.heap)

    def need_statement(self, node: Any) -> None:
        """What is printed as lines of its own needs a statement that is surely evaluated, once.

        Raises:
            NeedLoop: if what is around it has to be taken apart for this.
        """
        if isinstance(self.stmt, gast.stmt) and node in conditional(self.stmt):
            if can_be_apart(self.program.read(self.source.source.fun).tree, place(node)):
                raise NeedLoop(node, self.function)

    def make_view(self, cell: Cell, base: Cell) -> None:
        """`cell` is a window on `base`, by the operation that just made it."""
        op = self.content(cell).op
        if op is None or op.code != "prim" or op.attrs["prim"].name not in VIEWS:
            cell.is_maybe(base)
            return
        cell.view = (base, op.attrs["prim"], self.template_of(op))

    def template_of(self, op: Any) -> dict[str, Any]:
        """What the row of an operation is given, apart from the array."""
        _, *rest = op.attrs["given"].items()
        return {k: self.template_syms(v, op) for k, v in rest}

    def template_syms(self, template: Any, op: Any) -> Any:
        return fill(template, lambda i: Sym(op.operands[i], self.builder))

    def table(self, node: Any, row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any],
              form: str = "call") -> Any:
        """Apply a row to abstract values, or leave the expression opaque."""
        items = (*args, *kwargs.values())
        if any(isinstance(i, Labelled) for i in items):
            return self.labelled_call(node, row.fun, args, kwargs)
        if row.name in OF_SETS and any(unclear(i, self.state.heap) for i in items):
            return self.opaque(node, list(items), f"{row.name} of what may be dicts or sets")
        try:
            sym_args = [self.symbolic(a) for a in args]
            sym_kwargs = {k: self.symbolic(v) for k, v in kwargs.items()}
            result = self.builder.call(row, tuple(sym_args), sym_kwargs, form)
        except (NotStatic, UnknownKind, Unsupported, TypeError, AttributeError) as error:
            return self.opaque(node, list(items), f"{row.text or row.name}: {error}")
        out = self.abstract(result)
        self.relate(out, row, items, node)
        return out

    def labelled_call(self, node: Any, fun: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        names = list(kwargs)
        count = len(args)

        def run(*symbols: Any) -> Any:
            return fun(*symbols[:count], **dict(zip(names, symbols[count:], strict=True)))

        items = (*args, *kwargs.values())
        return self.on_labelled(node, run, items)

    def on_labelled(self, node: Any, run: Any, items: tuple[Any, ...]) -> Any:
        """Library code on dlarrays: what it does is written out in plain NumPy."""
        try:
            symbols = [self.symbolic(i) for i in items]
        except NotStatic:
            return self.opaque(node, list(items), f"{describe(node)} of a dlarray")
        try:
            with self.builder.at(user=False):
                result = run(*symbols)
        except (UnknownKind, Unsupported) as error:
            return self.opaque(node, list(items), str(error))
        except (DLError, ValueError, TypeError, AttributeError) as error:
            raise Refuse(node, str(error)) from error
        out = self.abstract(result)
        self.note_generated(node, out)
        return out

    def relate(self, out: Any, row: Primitive, items: tuple[Any, ...], node: Any) -> None:
        """Record which results share memory with which arguments."""
        if row.name in VIEWS and isinstance(out, Cell):
            base = next((i for i in items if isinstance(i, Cell) and i.sort == "array"), None)
            if base is not None and base is not out:
                self.make_view(out, base)
        elif (row.name in VIEWS or row.name in MAYBE_VIEWS) and not self.copies(out):
            if not self.is_window(out, items, node):
                for item in items:
                    self.held_by(out, item)

    def copies(self, out: Any) -> bool:
        """Is it surely new memory: what `np.array` and `astype` make, unless they are told not to?"""
        op = self.content(out).op if isinstance(out, Cell) and isinstance(self.content(out), Value) else None
        if op is None or op.code != "prim" or op.attrs["prim"].name not in ("array", "astype"):
            return False
        return op.attrs["given"].get("copy", True) is True and op.attrs["given"].get("subok", False) is False


def unclear(item: Any, heap: dict[Cell, Any]) -> bool:
    """May this be a dict, a set, or an object of a class?"""
    value = heap.get(item) if isinstance(item, Cell) else item
    return isinstance(value, Value) and not isinstance(value.kind, (Array, Scalar))


def describe(node: Any) -> str:
    """A syntax node in ordinary words."""
    words = {
        "JoinedStr": "a format string", "Set": "a set", "SetComp": "a set comprehension",
        "DictComp": "a dict comprehension", "ListComp": "a list comprehension",
        "GeneratorExp": "a generator expression", "Await": "await", "Yield": "yield",
        "YieldFrom": "yield from", "Try": "a try statement", "TryStar": "a try statement",
        "With": "a with statement", "AsyncWith": "an async with statement",
        "AsyncFor": "an async for loop", "Match": "a match statement",
        "ClassDef": "a class definition", "AsyncFunctionDef": "an async function",
        "Global": "a global statement", "Nonlocal": "a nonlocal statement", "Delete": "del",
        "Import": "an import", "ImportFrom": "an import", "Call": "this call",
        "Subscript": "this subscript", "Compare": "a comparison", "BoolOp": "and/or",
    }  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)
