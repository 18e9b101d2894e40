"""Builtins whose answer is known while lowering: `len`, `isinstance`, `getattr`, `sorted`."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from ...runtime.dlarray import dlarray
from ..ir import Value
from ..kinds import BOOL, INT, Array, Other, Scalar
from ..members import MISSING, is_data, is_slot
from .expressions import Expressions
from .values import Cell, Const, Iter, Labelled, Tup


class BuiltinCalls(Expressions):
    """Lowering of builtins that look at a value."""

    def known_builtin(self, node: Any, fun: Any, args: list[Any]) -> Any:
        if fun is len and len(args) == 1:
            return self.length_of(node, args[0])
        if fun is isinstance and len(args) == 2:
            return self.is_instance(node, args[0], args[1])
        if fun in (iter, next) and len(args) == (1 if fun is iter else len(args)):
            made = self.make_iterator if fun is iter else self.next_entry  # type: ignore[attr-defined]
            return made(node, *args)
        if fun in (getattr, hasattr) and len(args) >= 2 and isinstance(args[1], Const):
            return self.attribute_by_name(node, fun, args)
        if fun is setattr and len(args) == 3 and isinstance(args[1], Const):
            return self.put_attribute(node, args[0], args[1].value, args[2])  # type: ignore[attr-defined]
        if fun is sorted and args and (entries := self.entries(args[0])) is not None:
            if all(isinstance(e, Const) for e in entries) and len(args) == 1:
                try:
                    return self.like(Cell("list"), tuple(map(Const, sorted(e.value for e in entries))))
                except TypeError:
                    return None
        return None

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
            return list if item.sort == "list" else dict if item.cls is None else item.cls
        return None
