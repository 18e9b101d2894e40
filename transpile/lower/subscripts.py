"""Subscripts: entries of containers, known now or at run time, and parts of arrays."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import INT, UNKNOWN, Array, Ints, Other
from ..known_lists import listed
from ..sym import Sym
from .attributes import Attributes
from .core import NotStatic
from .values import Cell, Const, Iter, SliceOf, Tup


class Subscripts(Attributes):
    """Lowering of subscripts."""

    def expr_subscript(self, node: Any) -> Any:
        flat = self.flattened(node.value)
        if flat is not None:
            return self.flat_item(node, flat, self.index(node.slice))
        owner = self.expr(node.value)
        index = self.index(node.slice)
        return self.note_functions(node, owner, index, self.subscript(node, owner, index))  # type: ignore[attr-defined]

    def flattened(self, node: Any) -> Cell | None:
        """The array y where a node is ``y.flat``."""
        if not (isinstance(node, gast.Attribute) and node.attr == "flat" and isinstance(node.value, gast.Name)):
            return None
        owner = self.expr(node.value)
        return owner if isinstance(owner, Cell) and owner.sort == "array" else None

    def flat_index(self, index: Any) -> Any:
        """An index of the flattened array, with a list of known integers as one."""
        if isinstance(index, SliceOf):
            return Const(self.raw_index(index)) if all(isinstance(p, Const) for p in index.parts) else index
        entries = self.entries(index) if isinstance(index, Cell) and index.sort == "list" else None
        if entries is not None and all(isinstance(e, Const) for e in entries):
            return Const(np.array([e.value for e in entries]))
        return index

    def flat_item(self, node: Any, owner: Cell, index: Any) -> Any:
        """``y.flat[index]``: a copy."""
        try:
            key = self.symbolic_index(self.flat_index(index))
        except NotStatic:
            return self.opaque(node, [owner, index], "an index that is not understood")
        if isinstance(key, slice):
            return self.on_symbols(node, lambda x: np.ravel(x)[key], (owner,))
        return self.on_symbols(node, lambda x: np.take(x, key), (owner,))

    def index(self, node: Any) -> Any:
        """An index as an abstract value; slices become Const or Tup-like slices of values."""
        if isinstance(node, gast.Slice):
            parts = tuple(Const(None) if p is None else self.expr(p)
                          for p in (node.lower, node.upper, node.step))  # fmt: skip
            return SliceOf(parts)
        if isinstance(node, gast.Tuple):
            items: list[Any] = []
            for e in node.elts:
                items.extend(self.spread(self.expr(e.value), e) if isinstance(e, gast.Starred) else [self.index(e)])
            return Tup(tuple(items))
        return self.numbers(node, self.expr(node))

    def numbers(self, node: Any, item: Any) -> Any:
        """A range or a list of whole numbers, which an array takes as an index like an array of them."""
        if isinstance(item, Iter) and item.how == "range":
            return self.as_array(node, "arange", item.parts)
        content = self.state.heap.get(item) if isinstance(item, Cell) and item.sort == "list" else None
        if not isinstance(content, tuple) or not any(isinstance(e, Value) for e in content):
            return item
        whole = all(isinstance(e, Const) and type(e.value) is int or isinstance(e, Value) and e.kind == INT
                    for e in content)  # fmt: skip
        return self.as_array(node, "array", (item,)) if whole else item

    def as_array(self, node: Any, name: str, items: tuple[Any, ...]) -> Any:
        """An expression of the user's, taken for the array that stands for it."""
        with self.builder.at(node=node):
            out = self.table(node, NAMES[name], items, {})
        self.own_node(node, out, [])
        return out

    def subscript(self, node: Any, owner: Any, index: Any) -> Any:
        if (found := self.user_subscript(node, owner, index)) is not None:
            return found
        if isinstance(owner, Tup) or isinstance(owner, Cell) and owner.sort == "list":
            return self.list_item(node, owner, index)
        if isinstance(owner, Cell) and owner.sort == "dict":
            return self.dict_item(node, owner, index)
        if isinstance(owner, Const):
            return self.static_item(node, owner, index)
        if isinstance(owner, Value) and not isinstance(owner.kind, (Array,)):
            if owner.kind == UNKNOWN or isinstance(owner.kind, Other):
                return self.opaque(node, [owner, index], "an entry of an unknown object")
            if isinstance(owner.kind, Ints) and isinstance(index, Const):
                return self.builder.item(owner, index.value)
            return self.opaque(node, [owner, index], "an entry of a number")
        return self.array_item(node, owner, index)

    def dict_item(self, node: Any, owner: Cell, index: Any) -> Any:
        """An entry of a dict; one that a defaultdict has not is made and stored."""
        content, key = self.content(owner), self.key(index)
        if isinstance(content, dict) and key is not None:
            if key.value in content:
                return content[key.value]
            if owner.factory is not None:
                made = self.dispatch(node, owner.factory, [], {})  # type: ignore[attr-defined]
                self.change(owner, {**content, key.value: made})  # type: ignore[attr-defined]
                return made
        if hasattr(owner.cls, "__missing__"):
            return self.call_unknown(node, [owner, index], "an entry that is made when it is missed")  # type: ignore[attr-defined]
        if isinstance(content, dict) and key is not None:
            keys = ", ".join(map(repr, content)) or "none"
            return self.opaque(node, [owner, index], f"there is no entry {key.value!r}: its keys are {keys}")
        return self.opaque(node, [owner, index], "an entry that is not known now")

    def user_subscript(self, node: Any, owner: Any, index: Any) -> Any:
        """What an object of the user's gives; a later chapter knows."""
        return None

    def static_item(self, node: Any, owner: Const, index: Any) -> Any:
        try:
            key = self.raw_index(index)
            return Const(owner.value[key])
        except Exception:
            return self.opaque(node, [owner, index], "an entry that is not known now")

    def list_item(self, node: Any, owner: Any, index: Any) -> Any:
        entries = self.entries(owner)
        if entries is not None:
            try:
                key = self.raw_index(index)
                if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
                    return entries[key]
                if isinstance(key, slice):
                    picked = entries[key]
                    return self.like(owner, picked) if isinstance(owner, Cell) else Tup(picked)
            except (NotStatic, IndexError, TypeError):
                pass
        return self.dynamic_item(node, owner, index)

    def dynamic_item(self, node: Any, owner: Any, index: Any) -> Any:
        """An entry of a list at a position known only at run time."""
        if isinstance(index, SliceOf):
            return self.list_slice(node, owner, index)
        position = index if isinstance(index, (Value, Const)) else None
        if position is None or isinstance(position, Value) and position.kind != INT:
            return self.opaque(node, [owner, index], "a slice of a list of unknown length")
        from_list = self.list_value(owner)
        if from_list is None:
            return self.opaque(node, [owner, index], "an entry of a list of different things")
        key = position.value if isinstance(position, Const) else Sym(position, self.builder)
        item = self.abstract(self.builder.call(NAMES["list_item"], (Sym(from_list, self.builder), key), {}))
        self.held_by(item, owner)
        return item

    def list_slice(self, node: Any, owner: Any, index: SliceOf) -> Any:
        """A part of a list: a new list of the same objects."""
        numbers = all(isinstance(p, Const) and type(p.value) in (int, type(None)) or isinstance(
            p, Value) and p.kind == INT for p in index.parts)  # fmt: skip
        if not numbers or listed(self.value(owner).kind) is None:
            return self.opaque(node, [owner, index], "a slice of a list of unknown length")
        parts = [p.value if isinstance(p, Const) else Sym(p, self.builder) for p in index.parts]
        whole = Sym(self.value(owner), self.builder)
        out = self.abstract(self.builder.call(NAMES["list_part"], (whole, *parts), {}))
        self.held_by(out, owner)
        self.entwined(out, owner)
        return out

    def list_value(self, owner: Any) -> Value | None:
        """A list as one value whose entries are alike, or None."""
        value = self.value(owner)
        return value

    def raw_index(self, index: Any) -> Any:
        """A static index as Python would see it."""
        if isinstance(index, SliceOf):
            return slice(*(self.raw_index(p) for p in index.parts))
        if isinstance(index, Const):
            return index.value
        raise NotStatic(index)

    def array_item(self, node: Any, owner: Any, index: Any) -> Any:
        try:
            key = self.symbolic_index(index)
        except NotStatic:
            return self.opaque(node, [owner, index], "an index that is not understood")
        if isinstance(key, list):
            key = key if all(isinstance(k, (int, bool)) for k in key) else np.asarray
        if key is np.asarray:
            return self.opaque(node, [owner, index], "an index that is a list of values")
        out = self.on_symbols(node, lambda x: x[key], (owner,), view=basic_index(key, self))
        if isinstance(out, Cell) and out.view is None and not isinstance(self.value(owner).kind, Array):
            self.held_by(out, owner)  # an entry of a container that is not known
        return out

    def symbolic_index(self, index: Any) -> Any:
        if isinstance(index, SliceOf):
            return slice(*(self.symbolic_index(p) for p in index.parts))
        if isinstance(index, Tup):
            return tuple(self.symbolic_index(i) for i in index.items)
        return self.symbolic(index)


def basic_index(key: Any, lowerer: Any = None) -> bool:
    """Does this index make a view?"""
    items = key if isinstance(key, tuple) else (key,)
    for item in items:
        if isinstance(item, Sym):
            if item.value.kind != INT:
                return False
        elif not isinstance(item, (int, slice, type(None), type(Ellipsis), np.integer)):
            return False
        elif isinstance(item, bool):
            return False
    return True

