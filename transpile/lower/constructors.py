"""Calls of classes: containers, records, and what a loop can walk."""

from __future__ import annotations

from typing import Any

import numpy as np

from .makers import Makers
from .values import Cell, Const, Iter, Tup


class Constructors(Makers):
    """Lowering of calls that make an object."""

    def call_class(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls in (list, tuple) and len(args) <= 1 and not kwargs:
            return self.make_sequence(node, cls, args)
        if cls is dict:
            return self.make_dict(node, args, kwargs)
        if cls in (range, zip, enumerate, reversed):
            return self.make_iter(node, cls, args, kwargs)
        if cls is type and len(args) == 1:
            if (known := self.class_of_owner(args[0])) is not None:
                return Const(known)
            return self.opaque(node, args, "a type")
        if cls is super:
            return self.make_super(node, args)
        if (made := self.make_instance(node, cls, args, kwargs)) is not None:
            return made
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
