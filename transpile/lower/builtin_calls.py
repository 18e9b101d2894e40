"""Builtins whose answer is known while lowering: `len`, `isinstance`, `getattr`, `sorted`."""

from __future__ import annotations

import copy
from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES
from ...runtime.dlarray import dlarray
from ..ir import Value
from ..kinds import BOOL, INT, Array, Other, Scalar
from .expressions import Expressions
from .values import Cell, Const, Iter, Labelled, Tup


class BuiltinCalls(Expressions):
    """Lowering of builtins that look at a value."""

    def known_builtin(self, node: Any, fun: Any, args: list[Any]) -> Any:
        if fun is len and len(args) == 1:
            return self.length_of(node, args[0])
        if fun is isinstance and len(args) == 2:
            return self.is_instance(node, args[0], args[1])
        if fun is getattr and len(args) >= 2 and isinstance(args[1], Const):
            return self.attribute(node, args[0], args[1].value)
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

    def sorted_entries(self, entries: tuple[Any, ...]) -> Any:
        """Known entries in order, if constants decide it: numbers and texts, or pairs that begin with them."""
        firsts = [e.items[0] if isinstance(e, Tup) and e.items else e for e in entries]
        if not all(isinstance(f, Const) for f in firsts):
            return None
        keys = [f.value for f in firsts]
        pairs = any(isinstance(e, Tup) for e in entries)
        if pairs and (not all(isinstance(e, Tup) for e in entries) or len({repr(k) for k in keys}) < len(keys)):
            return None
        try:
            order = sorted(range(len(keys)), key=keys.__getitem__)
        except TypeError:
            return None
        return self.like(Cell("list"), tuple(entries[i] for i in order))

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

    def length_of(self, node: Any, item: Any) -> Any:
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
            return {"list": item.cls or list, "dict": item.cls or dict, "object": item.cls}[item.sort]
        return None
