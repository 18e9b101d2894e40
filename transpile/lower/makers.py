"""Calls of the user's classes: objects, dataclasses and named tuples that a model makes."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

from ..members import MAKING, MISSING, READING, is_generated, lookup, plainly_made, plainly_read
from .callables import is_installed
from .unknown_calls import UnknownCalls
from .values import Cell, Const, Super, Tup


class Makers(UnknownCalls):
    """Lowering of calls that make an object of a class of the user's; each gives None where it is not followed."""

    def make_instance(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls is types.SimpleNamespace and not args:
            cell = Cell("object", cls)
            self.state.heap[cell] = dict(kwargs)
            return cell
        if is_installed(cls) or issubclass(cls, BaseException) or getattr(cls, "__abstractmethods__", None):
            return None
        if issubclass(cls, tuple):
            return self.make_record(cls, args, kwargs)
        if issubclass(cls, (dict, list, set, str, int, float, complex)):
            return None
        owner = next((c for c in cls.__mro__ if "__init__" in c.__dict__), object)
        if is_generated(owner):
            return self.make_dataclass(node, cls, owner, args, kwargs)
        return self.make_object(node, cls, args, kwargs)

    def make_object(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """An object whose `__init__` is followed."""
        init = self.member_of(cls, "__init__")
        if not plainly_made(cls) or not isinstance(init, types.FunctionType) and (args or kwargs):
            return None
        self.guard_all(cls, MAKING)
        cell = Cell("object", cls)
        self.state.heap[cell] = {}
        if isinstance(init, types.FunctionType):
            self.call_user(node, init, [cell, *args], kwargs, "make")  # type: ignore[attr-defined]
        return cell

    def guard_all(self, cls: type, names: tuple[str, ...]) -> None:
        for name in names:
            self.member_of(cls, name)

    # --- dataclasses -----------------------------------------------------------------------

    def make_dataclass(self, node: Any, cls: type, owner: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """An object of a dataclass, as the `__init__` that `owner` was given makes it."""
        fields = [f for f in owner.__dataclass_fields__.values() if sort_of(f) != "_FIELD_CLASSVAR"]
        plain = plainly_read(cls) and lookup(cls, "__new__") is object.__dict__["__new__"]
        if not plain or any(sort_of(f) == "_FIELD_INITVAR" for f in fields):
            return None
        self.guard_all(cls, ("__init__", "__post_init__", "__new__", *READING))
        given = bound_fields(fields, args, kwargs)
        if given is None:
            return None
        cell = Cell("object", cls)
        content = {f.name: given[f.name] if f.name in given else self.default_of(f) for f in fields
                   if f.init or f.default_factory is not dataclasses.MISSING}  # fmt: skip
        self.state.heap[cell] = content
        post = lookup(cls, "__post_init__")
        if isinstance(post, types.FunctionType):
            form = "after" if getattr(cls, "__dictoffset__", 0) else "slots"
            self.call_user(node, post, [cell], {}, form)  # type: ignore[attr-defined]
        elif post is not MISSING:
            return None
        return cell

    def default_of(self, field: Any) -> Any:
        """What a field is that no argument gives."""
        if field.default_factory is dataclasses.MISSING:
            return self.default(field.default)  # type: ignore[attr-defined]
        with self.builder.at(node=None):
            return self.call_static(None, field.default_factory, [], {})  # type: ignore[attr-defined]

    def replaced(self, item: Any, changes: dict[str, Any]) -> Cell | None:
        """``dataclasses.replace(x, ...)``, where `__init__` only stores what it is given."""
        content = self.content(item) if isinstance(item, Cell) and item.sort == "object" else None
        owner: Any = next((c for c in item.cls.__mro__ if "__init__" in c.__dict__), object) if content else object
        if not isinstance(content, dict) or not is_generated(owner) or not plainly_read(item.cls):
            return None
        names = ("__init__", "__post_init__", "__new__", "__replace__", *READING)
        fields = dataclasses.fields(owner)
        plain = all(f.init for f in fields) and all(sort_of(f) == "_FIELD" for f in owner.__dataclass_fields__.values())
        if not plain or lookup(item.cls, "__post_init__") is not MISSING or set(changes) - {f.name for f in fields} or (
                lookup(item.cls, "__new__") is not object.__dict__["__new__"]) or (
                any(f.name not in content for f in fields)):  # fmt: skip
            return None
        self.guard_all(item.cls, names)
        cell = Cell("object", item.cls)
        self.state.heap[cell] = {f.name: changes.get(f.name, content[f.name]) for f in fields}
        return cell

    # --- named tuples ----------------------------------------------------------------------

    def make_record(self, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        owner: Any = next((c for c in cls.__mro__ if "__new__" in c.__dict__), object)
        if "_fields" not in owner.__dict__ or not plainly_read(cls) or (
                lookup(cls, "__init__") is not object.__dict__["__init__"]):  # fmt: skip
            return None
        self.guard_all(cls, ("__new__", "__init__", *READING))
        fields = owner._fields
        given = dict(zip(fields, args, strict=False)) | kwargs
        for name, value in owner._field_defaults.items():
            if name not in given:
                given[name] = self.default(value)  # type: ignore[attr-defined]
        if set(given) != set(fields) or len(args) > len(fields) or set(fields[: len(args)]) & set(kwargs):
            return None
        return Tup(tuple(given[f] for f in fields), cls)

    def record_method(self, node: Any, owner: Tup, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """`_replace` and `_asdict` of a named tuple."""
        fields: Any = getattr(owner.cls, "_fields", ())
        if name == "_replace" and not args and set(kwargs) <= set(fields) and self.is_theirs(owner.cls, name):
            items = zip(fields, owner.items, strict=True)
            return Tup(tuple(kwargs.get(f, item) for f, item in items), owner.cls)
        if name == "_asdict" and not args and not kwargs and self.is_theirs(owner.cls, name):
            cell = Cell("dict", dict)
            self.state.heap[cell] = dict(zip(fields, owner.items, strict=True))
            return cell
        return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}")

    def is_theirs(self, cls: type, name: str) -> bool:
        """Is this the method that `namedtuple` has written?"""
        owner = next((c for c in cls.__mro__ if name in c.__dict__), object)
        self.member_of(cls, name)
        return "_fields" in owner.__dict__ and lookup(cls, "__new__") is owner.__dict__.get("__new__")

    # --- super -----------------------------------------------------------------------------

    def make_super(self, node: Any, args: list[Any]) -> Any:
        if len(args) == 2 and isinstance(args[0], Const) and isinstance(args[0].value, type):
            return Super(args[1], args[0].value)
        cell = self.source.closure.get("__class__")
        first = self.first_parameter()  # type: ignore[attr-defined]
        owner = self.state.names.get(first[0]) if first else None
        if args or cell is None or owner is None or self.source.nested_in:
            return self.opaque(node, args, "super() outside of a method")
        return Super(owner, cell.cell_contents)


def sort_of(field: Any) -> str:
    return str(getattr(field._field_type, "name", ""))


def bound_fields(fields: list[Any], args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """What the arguments give to the fields; None where the call raises."""
    places = [f.name for f in fields if f.init and not f.kw_only]
    twice = set(places[: len(args)]) & set(kwargs)
    if len(args) > len(places) or twice or set(kwargs) - {f.name for f in fields if f.init}:
        return None
    given = dict(zip(places, args, strict=False)) | kwargs
    needed = [f.name for f in fields if f.init and f.default is dataclasses.MISSING
              and f.default_factory is dataclasses.MISSING]  # fmt: skip
    return given if all(n in given for n in needed) else None
