"""Builtins whose answer is known while lowering: `len`, `isinstance`, `getattr`, `sorted`."""

from __future__ import annotations

import copy
from types import FunctionType
from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES
from ...runtime.dlarray import dlarray
from ..ir import Value
from ..kinds import BOOL, INT, Array, Other, Scalar
from ..members import MISSING, is_data, is_slot
from .expressions import Expressions
from .learnables import is_table
from .values import ONE_SHOT, Cell, Const, Iter, Labelled, Tup


class BuiltinCalls(Expressions):
    """Lowering of builtins that look at a value."""

    def known_builtin(self, node: Any, fun: Any, args: list[Any]) -> Any:
        if fun is len and len(args) == 1:
            return self.length_of(node, args[0])
        if fun is isinstance and len(args) == 2:
            return self.is_instance(node, args[0], args[1])
        if fun in (iter, next) and len(args) == (1 if fun is iter else len(args)):
            made = self.make_iterator if fun is iter else self.next_entry  # type: ignore[attr-defined]
            if (found := made(node, *args)) is not None:
                return found
        if fun is iter and len(args) == 1 and self.entries(args[0]) is not None:
            return args[0] if isinstance(args[0], Iter) and args[0].how in ONE_SHOT else Iter("iter", (args[0],))
        if fun in (getattr, hasattr) and len(args) >= 2 and isinstance(args[1], Const):
            return self.attribute_by_name(node, fun, args)
        if fun is setattr and len(args) == 3 and isinstance(args[1], Const):
            return self.put_attribute(node, args[0], args[1].value, args[2])  # type: ignore[attr-defined]
        if fun == dict.fromkeys and 1 <= len(args) <= 2:
            return self.from_keys(args[0], args[1] if len(args) > 1 else Const(None))
        if fun is sorted and len(args) == 1 and (entries := self.entries(args[0])) is not None:
            return self.sorted_entries(entries)
        if fun is next and args:
            return self.first_of(node, args)
        if fun in (copy.copy, copy.deepcopy) and len(args) == 1:
            return self.copied(node, args[0], fun is copy.deepcopy, {})
        return None

    def from_keys(self, keys: Any, item: Any) -> Any:
        """``dict.fromkeys(keys, item)``: one object under all keys."""
        known = [self.key(k) for k in self.entries(keys) or ()]
        if self.entries(keys) is None or any(k is None for k in known):
            return None
        cell = Cell("dict", dict)
        self.state.heap[cell] = {k.value: item for k in known if k is not None}
        return cell

    def known_order(self, entries: tuple[Any, ...]) -> list[int] | None:
        """How known entries are sorted, if constants decide it: numbers and texts, or pairs that begin with them."""
        firsts = [e.items[0] if isinstance(e, Tup) and e.items else e for e in entries]
        if not all(isinstance(f, Const) for f in firsts):
            return None
        keys = [f.value for f in firsts]
        pairs = any(isinstance(e, Tup) for e in entries)
        if pairs and (not all(isinstance(e, Tup) for e in entries) or len({repr(k) for k in keys}) < len(keys)):
            return None
        try:
            return sorted(range(len(keys)), key=keys.__getitem__)
        except TypeError:
            return None

    def sorted_entries(self, entries: tuple[Any, ...]) -> Any:
        """The list that `sorted` makes of known entries, if their order is known."""
        order = self.known_order(entries)
        return None if order is None else self.like(Cell("list"), tuple(entries[i] for i in order))

    def first_of(self, node: Any, args: list[Any]) -> Any:
        """``next(iter(items))``: of an iterator that is made here and now."""
        made = node.args[0] if isinstance(node, gast.Call) and node.args else None
        entries = self.entries(args[0]) if isinstance(args[0], Iter) and isinstance(made, gast.Call) else None
        if entries is None:
            return None
        if entries:
            return entries[0]
        return args[1] if len(args) > 1 else None

    def copied(self, node: Any, item: Any, deep: bool, made: dict[Cell, Any]) -> Any:
        """`copy.copy` and `copy.deepcopy` of what is known; None of what is not."""
        if isinstance(item, (Const, Value)):
            return item
        if isinstance(item, Tup):
            parts = [self.copied(None, i, deep, made) if deep else i for i in item.items]
            return Tup(tuple(parts), item.cls) if all(p is not None for p in parts) else None
        content = self.content(item) if isinstance(item, Cell) else None
        if isinstance(item, Cell) and item not in made and isinstance(content, (tuple, dict)) and item.sort != "object":
            made[item] = cell = Cell(item.sort, item.cls, factory=item.factory)
            keys = list(content) if isinstance(content, dict) else range(len(content))
            parts = [self.copied(None, content[k], deep, made) if deep else content[k] for k in keys]
            if any(p is None for p in parts):
                return None
            self.state.heap[cell] = dict(zip(keys, parts, strict=True)) if isinstance(content, dict) else tuple(parts)
        elif isinstance(item, Cell) and item not in made and item.sort == "array" and isinstance(
                self.value(item).kind, Array):
            with self.builder.at(node=node):
                made[item] = self.table(node, NAMES["copy"], (item,), {})
        return made.get(item)

    def attribute_by_name(self, node: Any, fun: Any, args: list[Any]) -> Any:
        """``getattr(x, "name", default)`` and ``hasattr(x, "name")``."""
        owner, name = args[0], args[1].value
        there = self.has_attribute(owner, name)
        if fun is hasattr:
            return Const(there) if there is not None else None
        if len(args) == 3 and there is not True:
            return args[2] if there is False else None
        cls = self.class_of_owner(owner)
        if cls is not None and isinstance(self.member_of(cls, name), property):
            return self.call_unknown(node, [owner], f"the attribute {name}")  # type: ignore[attr-defined]
        return self.attribute(node, owner, name)

    def has_attribute(self, owner: Any, name: Any) -> bool | None:
        """Does an object have an attribute?  None if that is not known."""
        cls = self.class_of_owner(owner)
        if cls is None or not isinstance(name, str):
            return None
        member = self.member_of(cls, name)
        if isinstance(owner, Tup):
            return member is not MISSING
        content = self.content(owner)
        if not isinstance(content, dict) or is_data(member):
            return name in content if is_slot(member) and isinstance(content, dict) else None
        return name in content or member is not MISSING

    def length_of(self, node: Any, item: Any) -> Any:
        if isinstance(item, Cell) and item.sort == "object":
            if is_table(item) and (rows := self.table_rows(item)) is not None:
                return Const(len(rows))
            method = self.member_of(item.cls, "__len__")
            if isinstance(method, FunctionType):
                return self.call_user(node, method, [item], {})  # type: ignore[attr-defined]
            return self.call_unknown(node, [item], "the length of an object")  # type: ignore[attr-defined]
        entries = self.entries(item) if not isinstance(item, Iter) else None
        if entries is not None:
            return Const(len(entries))
        array = item.array if isinstance(item, Labelled) else item
        if isinstance(array, Cell) and array.sort == "array":
            kind = self.value(array).kind
            if isinstance(kind, Array) and kind.dims:
                return self.length(self.value(array), 0)
        return self.opaque(node, [item], "a length", INT)

    def is_instance(self, node: Any, item: Any, classes: Any) -> Any:
        entries = self.entries(classes)
        options = [e.value for e in entries if isinstance(e, Const)] if entries else (
            [classes.value] if isinstance(classes, Const) else None)
        cls = self.class_of(item)
        if cls is None or options is None or not all(isinstance(o, type) for o in options):
            return self.opaque(node, [item], "a truth value", BOOL)
        return Const(issubclass(cls, tuple(options)))

    def class_of(self, item: Any) -> type | None:
        if isinstance(item, Const):
            return type(item.value)
        if isinstance(item, Tup):
            return item.cls
        if isinstance(item, Labelled):
            return dlarray
        if isinstance(item, Value):
            if isinstance(item.kind, (Scalar, Other)):
                return item.kind.type
            if isinstance(item.kind, Array) and item.kind.generic and item.kind.dtype is not None:
                return item.kind.dtype.type
            return None
        if isinstance(item, Cell):
            if item.sort == "array":
                kind = self.value(item).kind
                sure = isinstance(kind, Array) and kind.dims not in (None, ())
                return np.ndarray if sure else None
            return item.cls or (list if item.sort == "list" else dict)
        return None
