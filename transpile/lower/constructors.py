"""Calls of classes: containers, records, and what a loop can walk."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from .unknown_calls import UnknownCalls
from .values import Cell, Const, Iter, Tup


class Constructors(UnknownCalls):
    """Lowering of calls that make an object."""

    def call_class(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls in (list, tuple) and len(args) <= 1 and not kwargs:
            return self.make_sequence(node, cls, args)
        if cls is dict:
            return self.make_dict(node, args, kwargs)
        if cls in (range, zip, enumerate, reversed):
            return self.make_iter(node, cls, args, kwargs)
        if cls is type and len(args) == 1:
            return self.opaque(node, args, "a type")
        if issubclass(cls, tuple) and hasattr(cls, "_fields") and not hasattr(cls, "__init_subclass_hook__"):
            return self.make_record(node, cls, args, kwargs)
        if dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__"):
            return self.make_dataclass(node, cls, args, kwargs)
        if cls is slice or cls is np.dtype:
            if all(isinstance(a, Const) for a in args):
                return Const(cls(*[a.value for a in args]))
        return self.call_opaque(node, cls, args, kwargs)

    def make_sequence(self, node: Any, cls: type, args: list[Any]) -> Any:
        entries: Any = ()
        if args:
            item = args[0]
            entries = self.entries(item)
            if entries is None and isinstance(item, Cell) and item.sort == "list":
                cell = Cell("list")
                self.state.heap[cell] = self.content(item)
                self.copied_entries(cell, item)
                return cell
        if entries is None:
            return self.opaque(node, args, f"{cls.__name__}() of something of unknown length")
        if cls is tuple:
            return Tup(tuple(entries))
        cell = Cell("list")
        self.state.heap[cell] = tuple(entries)
        return cell

    def make_dict(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        content: dict[Any, Any] = {}
        if args:
            entries = self.pairs(args[0])
            if entries is None:
                return self.opaque(node, [*args, *kwargs.values()], "a dict of unknown entries")
            content.update(entries)
        content.update(kwargs)
        cell = Cell("dict", dict)
        self.state.heap[cell] = content
        return cell

    def pairs(self, item: Any) -> dict[Any, Any] | None:
        if isinstance(item, Cell) and item.sort == "dict":
            content = self.content(item)
            return dict(content) if isinstance(content, dict) else None
        known = self.entries(item)
        if known is None:
            return None
        out = {}
        for entry in known:
            two = self.entries(entry)
            if two is None or len(two) != 2 or not isinstance(two[0], Const):
                return None
            out[two[0].value] = two[1]
        return out

    def make_iter(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls is range:
            if all(isinstance(a, Const) for a in args) and args:
                try:
                    return Const(range(*[a.value for a in args]))
                except Exception:
                    return self.opaque(node, args, "a range")
            return Iter("range", tuple(args))
        if cls is zip:
            if kwargs and not all(isinstance(v, Const) for v in kwargs.values()):
                return self.opaque(node, args, "a zip")
            return Iter("zip", tuple(args))
        if cls is enumerate:
            start = kwargs.get("start", args[1] if len(args) > 1 else Const(0))
            return Iter("enumerate", (args[0],), start)
        return Iter("reversed", tuple(args))

    def make_record(self, node: Any, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        fields = cls._fields
        given = dict(zip(fields, args, strict=False)) | kwargs
        defaults = {k: Const(v) for k, v in cls._field_defaults.items()}
        try:
            return Tup(tuple(given.get(f, defaults.get(f)) or given[f] for f in fields), cls)
        except KeyError:
            return self.opaque(node, [*args, *kwargs.values()], "a call that raises")

    def make_dataclass(self, node: Any, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        fields = list(dataclasses.fields(cls))
        if not all(f.init for f in fields) or "__init__" not in cls.__dict__:
            return self.call_opaque(node, cls, args, kwargs)
        names = [f.name for f in fields]
        given = dict(zip([f.name for f in fields if not f.kw_only], args, strict=False)) | kwargs
        for f in fields:
            if f.name not in given:
                if f.default is dataclasses.MISSING:
                    return self.call_opaque(node, cls, args, kwargs)
                given[f.name] = Const(f.default)
        cell = Cell("object", cls)
        self.state.heap[cell] = {n: given[n] for n in names}
        return cell
