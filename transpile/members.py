"""What a class has under a name, as Python looks it up for the objects of the class.

The class's own metaclass, `__getattribute__` and `__getattr__` are not asked here: who follows an object
makes sure that there are none.
"""

from __future__ import annotations

import types
from typing import Any

from ..runtime.custom import Accelerated

FOLLOWED = (types.FunctionType, Accelerated)
"""What a class has that becomes a method of its objects, and is looked into."""
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()


def lookup(cls: type, name: str, after: type | None = None) -> Any:
    """What the first class of the resolution order has under a name, of those `after` a class; or MISSING."""
    order = cls.__mro__
    if after is not None:
        order = order[order.index(after) + 1 :] if after in order else ()
    for one in order:
        if name in one.__dict__:
            return one.__dict__[name]
    return MISSING


class Members:
    """The members of a class, as the home of names that a program depends on (see `guards`)."""

    def __init__(self, cls: type, after: type | None = None) -> None:
        self.cls, self.after = cls, after

    def get(self, name: str, default: Any = None) -> Any:
        found = lookup(self.cls, name, self.after)
        return default if found is MISSING else found

    def __contains__(self, name: str) -> bool:
        return True  # what a class has not is not looked for anywhere else


class Within:
    """What an object outside holds somewhere, as the home of a value that a program depends on."""

    def __init__(self, home: Any, name: str, steps: tuple[Any, ...]) -> None:
        self.home, self.name, self.steps = home, name, steps

    def get(self, name: str, default: Any = None) -> Any:
        try:
            found = self.home.cell_contents if isinstance(self.home, types.CellType) else self.home[self.name]
            for attribute, key in self.steps:
                found = getattr(found, key) if attribute else found[key]
        except (LookupError, AttributeError, ValueError, TypeError):
            return default
        return found

    def __contains__(self, name: str) -> bool:
        return True


def is_data(member: Any) -> bool:
    """Does a member of a class come before what the object itself holds under the name?"""
    return hasattr(type(member), "__set__") or hasattr(type(member), "__delete__")


def is_slot(member: Any) -> bool:
    """A place of the object's own, made by `__slots__`."""
    return isinstance(member, types.MemberDescriptorType)


def plainly_made(cls: type) -> bool:
    """Are objects of a class made by `__new__` of `object`, read and written as Python does it by itself?"""
    return plainly_read(cls) and plainly_stored(cls) and lookup(cls, "__new__") is object.__dict__["__new__"] and (
        lookup(type(cls), "__call__") is type.__dict__["__call__"])


def plainly_read(cls: type) -> bool:
    """Are attributes looked up as Python does it by itself?"""
    base = next(b for b in (tuple, types.SimpleNamespace, object) if issubclass(cls, b))
    return lookup(cls, "__getattribute__") is base.__dict__["__getattribute__"] and (
        lookup(cls, "__getattr__") is MISSING)


def plainly_stored(cls: type) -> bool:
    """Are attributes assigned as Python does it by itself?"""
    return lookup(cls, "__setattr__") is object.__dict__["__setattr__"]


READING = ("__getattribute__", "__getattr__")
STORING = ("__setattr__",)
MAKING = ("__new__", *READING, *STORING)


def is_generated(owner: Any) -> bool:
    """Did `dataclass` write the `__init__` of this class?"""
    init = owner.__dict__.get("__init__")
    written = isinstance(init, types.FunctionType) and init.__code__.co_filename == "<string>"
    return written and "__dataclass_fields__" in owner.__dict__
