"""Sequences: what the entries of a container are, and `+` and `*` of lists and tuples."""

from __future__ import annotations

from typing import Any

import gast

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import INT, UNKNOWN
from ..known_lists import listed
from ..members import lookup
from ..sym import Sym
from .core import Refuse
from .learnables import LearnablesRows, is_table
from .values import Cell, Const, Iter, Tup

CONTAINERS = "+ and * of lists, tuples and dicts are not those of arrays: make an array first, np.array([...])"


class Sequences(LearnablesRows):
    """Containers whose entries are looked at one by one."""

    def sequence(self, elements: list[Any], node: Any) -> tuple[Any, ...]:
        items: list[Any] = []
        for element in elements:
            if isinstance(element, gast.Starred):
                items.extend(self.spread(self.expr(element.value), element))
            else:
                items.append(self.expr(element))
        return tuple(items)

    def spread(self, item: Any, node: Any) -> tuple[Any, ...]:
        """The entries of something that is unpacked here and now."""
        known = self.entries(item)
        if known is None:
            raise Refuse(node, "cannot tell how many entries this has",
                         "the number of entries is not known when the gradient is written",
                         "index the entries, or loop over them")  # fmt: skip
        return known

    def key(self, item: Any) -> Const | None:
        """The key of a dict that an abstract value is; None if it is not known, or can be none."""
        if isinstance(item, Tup) and item.cls is tuple:
            parts = [self.key(i) for i in item.items]
            return Const(tuple(p.value for p in parts)) if all(p is not None for p in parts) else None  # type: ignore[union-attr]
        if not isinstance(item, Const):
            return None
        try:
            hash(item.value)
        except TypeError:
            return None
        return item

    def entries(self, item: Any) -> tuple[Any, ...] | None:
        """The entries of a container of known length, or None."""
        if isinstance(item, Tup):
            own = item.cls is not tuple and (lookup(item.cls, "__iter__") is not tuple.__dict__["__iter__"] or
                                             lookup(item.cls, "__len__") is not tuple.__dict__["__len__"])  # fmt: skip
            return None if own else item.items
        if isinstance(item, Cell) and item.sort == "list":
            content = self.content(item)
            return content if isinstance(content, tuple) else None
        if isinstance(item, Cell) and item.sort == "dict":
            keys = self.content(item)
            return tuple(map(Const, keys)) if isinstance(keys, dict) else None
        if is_table(item):
            return self.table_rows(item)
        if isinstance(item, Const) and isinstance(item.value, (tuple, list, str, range)):
            return tuple(map(Const, item.value)) if len(item.value) < 1000 else None
        if isinstance(item, Iter):
            return self.iter_entries(item)
        return None

    def iter_entries(self, item: Iter) -> tuple[Any, ...] | None:
        if item.spent:
            return None
        columns: list[Any] = [self.entries(p) for p in item.parts]
        if any(c is None for c in columns):
            return None
        if item.how in ("items", "values", "keys") and isinstance(item.parts[0], Cell):
            content = self.content(item.parts[0])
            return {"items": tuple(Tup((Const(k), v)) for k, v in content.items()),
                    "keys": tuple(map(Const, content)),
                    "values": tuple(content.values())}[item.how]  # fmt: skip
        if item.how == "zip":
            return tuple(Tup(t) for t in zip(*columns, strict=False))
        if item.how == "enumerate" and isinstance(item.start, Const):
            start = item.start.value
            return tuple(Tup((Const(start + i), v)) for i, v in enumerate(columns[0]))
        if item.how == "reversed":
            return tuple(reversed(columns[0]))
        return columns[0] if item.how in ("seq", "iter") else None

    def container_arithmetic(self, node: Any, name: str, left: Any, right: Any) -> Any:
        """`+` and `*` of tuples and lists."""
        sides = [self.entries(i) if _is_sequence(i) else None for i in (left, right)]
        unknown = any(isinstance(i, Value) and i.kind == UNKNOWN or isinstance(i, Cell) and isinstance(
            v := self.state.heap.get(i), Value) and v.kind == UNKNOWN for i in (left, right))  # fmt: skip
        if name == "bitwise_or" and (union := self.dict_union(left, right)) is not None:  # type: ignore[attr-defined]
            return union
        if name == "add" and unknown and (_is_sequence(left) or _is_sequence(right)):
            return self.opaque(node, [left, right], "a sum of lists or tuples that are not known now")
        if name == "add" and _is_sequence(left) and _is_sequence(right):
            if sides[0] is not None and sides[1] is not None:
                return self.like(left, sides[0] + sides[1])
            return self.joined_lists(node, left, right)
        if name == "multiply" and (_is_sequence(left) or _is_sequence(right)):
            entries, times = (sides[0], right) if _is_sequence(left) else (sides[1], left)
            if entries is not None and isinstance(times, Const):
                return self.like(left if _is_sequence(left) else right, entries * times.value)
            whole = left if _is_sequence(left) else right
            number = isinstance(times, Const) and type(times.value) is int
            number = number or isinstance(times, Value) and times.kind == INT
            if number and listed(self.value(whole).kind) is not None:
                return self.new_list(node, "list_repeated", whole, times)
            if entries is not None and not isinstance(times, (Value,)) and self.is_numeric(times):
                return None
            why = "a list of unknown length" if self.is_numeric(times) else CONTAINERS
            return self.opaque(node, [left, right], why)
        if not (self.is_numeric(left) or self.is_numeric(right)):
            return self.opaque(node, [left, right], CONTAINERS)
        return None

    def joined_lists(self, node: Any, left: Any, right: Any) -> Any:
        """``a + b`` of lists of unknown length."""
        if all(listed(self.value(i).kind) is not None for i in (left, right)):
            return self.new_list(node, "list_joined", left, right)
        return self.opaque(node, [left, right], "a sum of lists of unknown length")

    def new_list(self, node: Any, name: str, *items: Any) -> Any:
        """A row for lists whose result is a new list, or tuple, of the same objects."""
        given = [i.value if isinstance(i, Const) and type(i.value) is int else Sym(self.value(i), self.builder)
                 for i in items]  # fmt: skip
        out = self.abstract(self.builder.call(NAMES[name], tuple(given), {}))
        for item in items:
            self.held_by(out, item)
            self.entwined(out, item)
        return out

    def is_numeric(self, item: Any) -> bool:
        """May this be an array or a number? Without one, arithmetic is no matter of NumPy's."""
        if isinstance(item, (Tup, Iter)) or isinstance(item, Cell) and item.sort in ("dict", "list"):
            return isinstance(item, Cell) and isinstance(self.content(item), Value)
        return not (isinstance(item, Const) and isinstance(item.value, (list, tuple, dict, str)))

    def like(self, item: Any, entries: tuple[Any, ...]) -> Any:
        if isinstance(item, Cell) or isinstance(item, Const) and isinstance(item.value, list):
            cell = Cell("list")
            self.state.heap[cell] = entries
            return cell
        return Tup(entries)


def _is_sequence(item: Any) -> bool:
    if isinstance(item, Tup) or isinstance(item, Cell) and item.sort == "list":
        return True
    return isinstance(item, Const) and isinstance(item.value, (list, tuple))
