"""Functions that change an array in place: stores of what the array is afterwards."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ...runtime.declare import NAMES
from ..ir import Value
from .core import Refuse
from .operators import BINARY
from .row_calls import RowCalls
from .values import Cell, Const, Tup

AUGMENTING = {f"__i{fun.__name__.strip('_')}__": (name, fun) for name, fun in BINARY.values()}
"""``y.__iadd__`` and its like, by name: the row of the operation."""
_SIGNATURES: dict[str, tuple[str, ...]] = {
    "copyto": ("dst", "src", "casting", "where"), "put": ("a", "ind", "v", "mode"),
    "place": ("arr", "mask", "vals"), "putmask": ("a", "mask", "values"),
    "fill_diagonal": ("a", "val", "wrap"), "put_along_axis": ("arr", "indices", "values", "axis"),
    "sort": ("a", "axis", "kind", "order", "stable"), "partition": ("a", "kth", "axis", "kind", "order"),
    "setitem": ("a", "b", "c"),
}  # fmt: skip
FUNCTIONS: dict[Any, str] = {
    np.copyto: "copyto", np.put: "put", np.place: "place", np.putmask: "putmask",
    np.fill_diagonal: "fill_diagonal", np.put_along_axis: "put_along_axis", operator.setitem: "setitem",
    np.ndarray.sort: "sort", np.ndarray.partition: "partition", np.ndarray.put: "put",
}  # fmt: skip
OPERATORS = {getattr(operator, name.strip("_")): name for name in AUGMENTING if hasattr(operator, name.strip("_"))}


class InPlace(RowCalls):
    """Lowering of calls that store into one of their arguments."""

    def changes(self, name: str) -> Callable[..., Any] | None:
        """The method here for a function of NumPy's, or a method of arrays, with this name."""
        return getattr(self, f"change_{name}", None) if name in _SIGNATURES else None

    def call_changing(self, node: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``np.put(y, ...)``, ``y.put(...)``: a store into y, if that is an array and all is understood."""
        names = _SIGNATURES[name]
        given = dict(zip(names, args, strict=False))
        target = args[0] if args else kwargs.get(names[0])
        known = len(args) <= len(names) and not given.keys() & kwargs.keys() and not kwargs.keys() - set(names)
        if name == "setitem" and known and len(args) == 3:
            self.acts_at(node)
            self.put_item(node, *args)  # type: ignore[attr-defined]
            return Const(None)
        if known and isinstance(target, Cell) and target.sort == "array":
            given.update(kwargs)
            given.pop(names[0])
            with self.builder.at(node=None):
                new = getattr(self, f"change_{name}")(target, **given)
            if new is not None:
                self.acts_at(node)
                self.becomes(node, target, new, exact=name != "copyto" or given.get("where") is not None)
                return Const(None)
        label = f"np.{name}" if args and name not in ("sort", "partition") else f"the method {name}"
        return self.call_unknown(node, [*args, *kwargs.values()], label)

    def acts_at(self, node: Any) -> None:
        self.function.attrs.setdefault("acts", set()).add(node)

    def call_augmenting(self, node: Any, name: str, target: Any, item: Any) -> Any:
        """``y.__iadd__(x)``, ``operator.iadd(y, x)``: what ``y += x`` does, and y."""
        if not (isinstance(target, Cell) and target.sort == "array" and self.is_really_array(target)):  # type: ignore[attr-defined]
            return self.call_unknown(node, [target, item], name)
        self.acts_at(node)
        with self.builder.at(node=None):
            new = self.table(None, NAMES[AUGMENTING[name][0]], (target, item), {}, form="operator")
        self.in_place(target, new)  # type: ignore[attr-defined]
        return target

    # --- what the array is afterwards: None if that is not known ---------------------------

    def change_copyto(self, dst: Cell, src: Any, casting: Any = None, where: Any = None) -> Any:
        if where is None or isinstance(where, Const) and where.value is True:
            return src
        return self.table(None, NAMES["where"], (where, src, dst), {})

    def change_putmask(self, a: Cell, mask: Any, values: Any) -> Any:
        """Shorter values are used again, each at the place it comes to stand."""
        if not self.is_number(values):
            with self.builder.at(node=None):
                shape = self.builder.shape(self.value(a))
            values = self.table(None, NAMES["resize"], (values, shape), {})
            if isinstance(values, Cell) and isinstance(made := self.content(values), Value) and made.op is not None:
                made.op.attrs["like"] = self.value(a)
        return self.table(None, NAMES["where"], (mask, values, a), {})

    def change_put(self, a: Cell, ind: Any, v: Any, mode: Any = None) -> Any:
        if mode is not None and not (isinstance(mode, Const) and mode.value == "raise"):
            return None
        return self.table(None, NAMES["put_flat"], (a, self.as_index(ind), v), {})

    def change_place(self, arr: Cell, mask: Any, vals: Any) -> Any:
        return self.table(None, NAMES["put_flat"], (arr, self.as_index(mask), self.as_values(vals)), {})

    def change_fill_diagonal(self, a: Cell, val: Any, wrap: Any = None) -> Any:
        extra = () if wrap is None else (wrap,)
        return self.table(None, NAMES["put_diagonal"], (a, self.as_values(val), *extra), {})

    def change_put_along_axis(self, arr: Cell, indices: Any, values: Any, axis: Any = None) -> Any:
        extra = (Const(-1),) if axis is None else (axis,)
        return self.table(None, NAMES["put_along"], (arr, indices, values, *extra), {})

    def change_sort(self, a: Cell, axis: Any = None, kind: Any = None, order: Any = None, stable: Any = None) -> Any:
        return self.table(None, NAMES["sort"], (a, Const(-1) if axis is None else axis), {})

    def change_partition(self, a: Cell, kth: Any, axis: Any = None, kind: Any = None, order: Any = None) -> Any:
        return self.table(None, NAMES["partition"], (a, kth, Const(-1) if axis is None else axis), {})

    def change_setitem(self, *items: Any) -> None:
        raise Refuse(self.stmt, "operator.setitem of this")

    def is_number(self, item: Any) -> bool:
        return not isinstance(item, (Cell, Tup)) and not (isinstance(item, Const) and np.ndim(item.value))

    def as_index(self, item: Any) -> Any:
        """A list of known integers as one."""
        entries = self.entries(item) if isinstance(item, Cell) and item.sort == "list" else None
        if entries is not None and all(isinstance(e, Const) for e in entries):
            return Const(np.array([e.value for e in entries]))
        return item

    def as_values(self, item: Any) -> Any:
        """A list of values as an array."""
        listed = isinstance(item, Tup) or isinstance(item, Cell) and item.sort == "list"
        return self.table(None, NAMES["array"], (item,), {}) if listed else item
