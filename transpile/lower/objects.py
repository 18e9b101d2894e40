"""Objects of the user's classes: what an attribute means, and what a method is.

Python's order holds: a data descriptor of the class (property, slot), then what the object itself holds, then
the class. What a class has under a name is a guard of the program, so a method that is replaced later is seen.
"""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from ..descriptions import attributes, describe, is_record, is_static, size_of
from ..ir import Value
from ..kinds import UNKNOWN, kind_of
from ..members import FOLLOWED, MISSING, Members, Within, is_data, is_slot, lookup
from .core import guard_kind
from .sequences import Sequences
from .values import Cell, Const, Method, Super, Tup, cells

BIGGEST = 2000
"""Values in an object of the surroundings that are still looked at one by one."""


class Objects(Sequences):
    """Lowering of attributes of objects and named tuples."""

    # --- what a class has ------------------------------------------------------------------

    def member_of(self, cls: type, name: str, after: type | None = None) -> Any:
        """What a class has under a name, now and whenever the program runs; MISSING if nothing."""
        found = lookup(cls, name, after)
        self.guard_member(cls, name, ("is", found), after)
        return found

    def guard_member(self, cls: type, name: str, test: Any, after: type | None = None) -> None:
        homes = self.program.members
        home = homes.setdefault((cls, after), Members(cls, after))
        self.program.guards[id(home), name] = (home, name, *test)

    def class_of_owner(self, owner: Any) -> type | None:
        """The class of an object whose members are looked at."""
        if isinstance(owner, Cell) and owner.sort == "object" or isinstance(owner, Tup) and owner.cls is not tuple:
            return owner.cls  # type: ignore[no-any-return]
        return None

    # --- attributes ------------------------------------------------------------------------

    def object_attribute(self, node: Any, owner: Any, name: str) -> Any:
        """An attribute of an object or a named tuple."""
        cls: Any = self.class_of_owner(owner)
        if name == "__class__":
            return Const(cls)
        if name == "__dict__":
            return self.call_unknown(node, [owner], "the dict of an object")  # type: ignore[attr-defined]
        member = self.member_of(cls, name)
        if isinstance(member, property):
            return self.call_property(node, owner, name, member)
        if isinstance(owner, Tup):
            if name in getattr(cls, "_fields", ()) and not isinstance(member, types.FunctionType):
                return owner.items[cls._fields.index(name)]
            if isinstance(member, types.FunctionType) and member.__module__ == "collections":
                return Method(owner, name)
            return self.class_attribute(node, owner, cls, name, member)
        content = self.content(owner)
        if is_data(member) and not is_slot(member):
            return self.opaque(node, [owner], f"the attribute {name} is computed by the class")
        if isinstance(content, dict) and name in content:
            return content[name]
        if not isinstance(content, dict):
            return self.opaque(node, [owner], f"the attribute {name} of an object that may have been changed")
        return self.class_attribute(node, owner, cls, name, member)

    def call_property(self, node: Any, owner: Any, name: str, member: property) -> Any:
        if not isinstance(member.fget, types.FunctionType) or node is None:
            return self.opaque(node, [owner], f"the attribute {name} is computed by the class")
        node.computed = True  # `order.idle`: reading it runs code
        return self.call_user(node, member.fget, [owner], {}, "parts")  # type: ignore[attr-defined]

    def class_attribute(self, node: Any, owner: Any, cls: type, name: str, member: Any) -> Any:
        """What an object has from its class: a method, or a value that all objects of the class share."""
        if isinstance(member, FOLLOWED):
            return Method(owner, name, member)
        if isinstance(member, staticmethod):
            return Const(member.__func__)
        if isinstance(member, classmethod) and isinstance(member.__func__, FOLLOWED):
            return Method(Const(cls), name, member.__func__)
        if isinstance(owner, Tup) and (member is MISSING or hasattr(type(member), "__get__")):
            return Method(owner, name)
        if member is MISSING:
            return self.opaque(node, [owner], f"{cls.__name__} has no attribute {name} here")
        if hasattr(type(member), "__get__"):
            return self.opaque(node, [owner], f"the attribute {name} is computed by the class")
        return self.class_value(node, owner, cls, name, member)

    def class_value(self, node: Any, owner: Any, cls: type, name: str, member: Any) -> Any:
        """A value kept in a class: looked up at each call."""
        if is_static(member) and not is_record(member):
            return Const(member)
        if isinstance(member, (int, float, complex, np.generic)):
            if class_key(name) in self.program.fixed:
                self.guard_member(cls, name, ("equal", member))
                return Const(member)
            self.guard_member(cls, name, ("kind", guard_kind(member)))
            value = self.unrelated(node, [], f"the attribute {name}, which the class holds", kind_of(member))
            self.program.keys[value] = class_key(name)
            return value
        text = self.path_text(node)
        if text is None or isinstance(member, (list, dict, set)) or is_record(member):
            return self.opaque(node, [owner], f"the attribute {name}, which the class holds")
        self.guard_member(cls, name, ("kind", guard_kind(member)))
        path = (owner,) if isinstance(owner, Cell) else ()
        return self.captured_value(class_key(name), member, text, path)

    def path_text(self, node: Any) -> tuple[str, str] | None:
        """The text of a path of names and attributes, and its first name; None for anything else."""
        base = node
        while type(base).__name__ == "Attribute":
            base = base.value
        if type(base).__name__ != "Name" or type(node).__name__ != "Attribute":
            return None
        return str(self.source.source.segment(node)), base.id

    def super_attribute(self, node: Any, owner: Super, name: str) -> Any:
        """``super().name``: a method of a class further on in the resolution order."""
        cls = owner.owner.value if isinstance(owner.owner, Const) else self.class_of_owner(owner.owner)
        if not isinstance(cls, type) or owner.after not in cls.__mro__:
            return self.opaque(node, [owner.owner], "super() of something else")
        member = self.member_of(cls, name, owner.after)
        if isinstance(member, classmethod):
            return Method(Const(cls), name, member.__func__)
        if isinstance(member, FOLLOWED):
            return Method(owner.owner, name, member)
        if isinstance(member, staticmethod):
            return Const(member.__func__)
        if name == "__init__" and member is object.__dict__["__init__"]:
            return Method(owner.owner, name, member)
        return self.opaque(node, [owner.owner], f"the attribute {name} of super()")

    # --- objects of the surroundings ---------------------------------------------------------

    def outside_object(self, name: str, where: str, found: Any, node: Any) -> Any:
        """An object that lives outside the model, attribute by attribute; None if it is not looked into."""
        home = self.source.closure[name] if where == "closure" else self.source.module_globals
        key = (where, id(home), name)
        if key in self.program.blind or not self.looked_into(found):
            return None
        self.guard(where, name, ("like", describe(found)))
        return self.record(key, name, found, node)

    def looked_into(self, found: Any) -> bool:
        """Is this an object, not too large, whose parts are told apart by their kinds?"""
        try:
            return is_record(found) and size_of(found, BIGGEST) <= BIGGEST and describe(found) is not None
        except (RecursionError, ValueError, AttributeError):
            return False

    def record(self, key: Any, name: str, found: Any, node: Any) -> Cell:
        """The one cell of an object of the surroundings in this function."""
        self.program.lookups.setdefault(key, set()).add(self.source.key)
        self.program.records.add(key)
        if key not in self.records:
            cell = self.records[key] = self.taken_apart(found, key, (name, name), (), ())
            for inner in cells(cell, self.state.heap):
                self.program.outside[inner] = key
                self.kept[inner] = self.state.heap[inner]
        for inner in cells(self.records[key], self.kept):
            self.state.heap.setdefault(inner, self.kept[inner])
        if self.program.wary:
            self.doubt_record(self.records[key], (name, name), ())
        return self.records[key]  # type: ignore[no-any-return]

    def doubt_record(self, item: Any, text: tuple[str, str], path: tuple[Cell, ...]) -> Any:
        """`doubted`, for all that an object holds."""
        content = self.state.heap.get(item) if isinstance(item, Cell) else None
        if isinstance(item, Tup):
            return Tup(tuple(self.doubt_record(v, (f"{text[0]}[{i}]", text[1]), path)
                             for i, v in enumerate(item.items)), item.cls)  # fmt: skip
        if isinstance(content, dict):
            steps = {k: f".{k}" if item.sort == "object" else f"[{k!r}]" for k in content}
            self.state.heap[item] = {k: self.doubt_record(v, (text[0] + steps[k], text[1]), (*path, item))
                                     for k, v in content.items()}  # fmt: skip
        elif isinstance(content, tuple):
            self.state.heap[item] = tuple(self.doubt_record(v, (f"{text[0]}[{i}]", text[1]), (*path, item))
                                          for i, v in enumerate(content))  # fmt: skip
        else:
            return self.doubted(item, text, path)
        return item

    def taken_apart(self, x: Any, key: Any, text: tuple[str, str], path: tuple[Cell, ...], steps: Any) -> Any:
        """The abstract value of something that lives outside: its numbers and arrays are read by their texts."""
        kind = type(x)
        if isinstance(x, tuple) and (kind is tuple or hasattr(kind, "_fields")):
            return Tup(tuple(self.part(v, key, text, (False, i), path, steps) for i, v in enumerate(x)), kind)
        if kind is list or kind is dict or is_record(x):
            sort = "object" if kind not in (list, dict) else kind.__name__
            cell = Cell(sort, kind if sort != "list" else None, outside=True)
            held = dict(enumerate(x)) if sort == "list" else x if sort == "dict" else attributes(x)
            parts = {k: self.part(v, key, text, (sort == "object", k), (*path, cell), steps) for k, v in held.items()}
            self.state.heap[cell] = tuple(parts.values()) if sort == "list" else parts
            return cell
        if is_static(x) and not isinstance(x, tuple):
            return Const(x)
        if (whole := (*key[:2], text[0])) in self.program.fixed:
            home = Within(self.home_of_key(key), key[2], steps)
            self.program.guards[whole] = (home, text[0], "equal", x)
            return Const(x)
        value = self.capture(whole, x)
        self.trail.homes[value].append(self.outside_home(text, path))
        return self.wrap(value)

    def part(self, x: Any, key: Any, text: tuple[str, str], step: Any, path: tuple[Cell, ...], steps: Any) -> Any:
        more = f".{step[1]}" if step[0] else f"[{step[1]!r}]"
        return self.taken_apart(x, key, (text[0] + more, text[1]), path, (*steps, step))

    def home_of_key(self, key: Any) -> Any:
        """The dict or cell that an object outside is found in."""
        if key[0] == "holder":
            return next(h for h in self.program.holders.values() if id(h) == key[1])
        return self.source.closure[key[2]] if key[0] == "closure" else self.source.module_globals


def class_key(name: str) -> tuple[str, int, str]:
    """What stands for a value that classes hold under a name, of whatever class."""
    return "class", 0, name


__all__ = ["UNKNOWN", "Objects", "Value"]
