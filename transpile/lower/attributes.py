"""Attributes: of modules and classes, of arrays, of the user's objects."""

from __future__ import annotations

from enum import Enum
from types import ModuleType
from typing import Any

import numpy as np

from ...runtime.declare import UnknownKind
from ...runtime.primitives.methods import METHODS
from ..descriptions import is_static
from ..ir import Value
from ..kinds import INT, UNKNOWN, Array, Ints, Kind, Other, kind_of
from ..members import FOLLOWED, MISSING
from ..sym import Sym
from .callables import is_installed
from .core import guard_kind
from .function_values import Closure
from .objects import Objects
from .values import Cell, Const, Labelled, Method, Super, Tup

METADATA = {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags"}


class Attributes(Objects):
    """Lowering of attributes."""

    def expr_attribute(self, node: Any) -> Any:
        owner = self.expr(node.value)
        return self.attribute(node, owner, node.attr)

    def attribute(self, node: Any, owner: Any, name: str) -> Any:
        if isinstance(owner, Const):
            return self.static_attribute(node, owner.value, name)
        if isinstance(owner, Labelled):
            if name == "data":
                self.note_generated(node, owner.array)
                return owner.array
            if name in ("format", "dims"):
                found = Const(owner.format or "" if name == "dims" else owner.format)
                self.note_generated(node, found)
                return found
            return self.array_attribute(node, owner, name)
        if isinstance(owner, Super):
            return self.super_attribute(node, owner, name)
        if self.class_of_owner(owner) is not None:
            return self.object_attribute(node, owner, name)
        if isinstance(owner, Cell) and owner.sort == "array" or isinstance(owner, Value):
            return self.array_attribute(node, owner, name)
        if isinstance(owner, Closure):
            return self.opaque(node, [owner], f"the attribute {name} of a function")
        return Method(owner, name)

    def static_attribute(self, node: Any, owner: Any, name: str) -> Any:
        """An attribute of something static: modules are looked through, by identity."""
        missing = object()
        if isinstance(owner, type) and not is_installed(owner) and name not in ("__name__", "__qualname__"):
            return self.class_member(node, owner, name)
        looked = isinstance(owner, (ModuleType, type, np.ufunc))
        found = getattr(owner, name, missing) if looked else missing
        if found is missing:
            if isinstance(owner, (np.dtype, str, bytes, tuple)) or callable(owner):
                return Method(Const(owner), name) if callable(getattr(owner, name, None)) else (
                    Const(getattr(owner, name)) if hasattr(owner, name) and
                    is_static(getattr(owner, name)) else self.opaque(node, [], "an attribute"))
            return self.opaque(node, [], f"the attribute {name}")
        if is_static(found) or isinstance(found, (float, int)) and is_installed(owner):
            self.guard_attribute(owner, name, found)
            return Const(found)
        return self.captured_attribute(node, owner, name, found)

    def class_member(self, node: Any, cls: type, name: str) -> Any:
        """``Class.name``: a function, what a class method is bound to, or a value."""
        if issubclass(cls, Enum) and isinstance(getattr(cls, name, None), cls):
            return Const(getattr(cls, name))
        member = self.member_of(cls, name)
        if isinstance(member, (*FOLLOWED, staticmethod)):
            return Const(member.__func__ if isinstance(member, staticmethod) else member)
        if isinstance(member, classmethod) and isinstance(member.__func__, FOLLOWED):
            return Method(Const(cls), name, member.__func__)
        if member is MISSING or hasattr(type(member), "__get__"):
            return Method(Const(cls), name) if callable(getattr(cls, name, None)) else self.opaque(
                node, [], f"the attribute {name}")
        return self.class_value(node, Const(cls), cls, name, member)

    def guard_attribute(self, owner: Any, name: str, found: Any) -> None:
        """An attribute of a module of the user's may be bound anew."""
        if isinstance(owner, ModuleType) and not is_installed(owner):
            self.program.guards[id(owner.__dict__), name] = (owner.__dict__, name, "is", found)

    def captured_attribute(self, node: Any, owner: Any, name: str, found: Any) -> Any:
        """A number or an array kept in a module: read at call time."""
        if isinstance(owner, ModuleType) and isinstance(found, (float, int, complex, np.ndarray, np.generic)):
            kind = guard_kind(found)
            self.program.guards[id(owner.__dict__), name] = (owner.__dict__, name, "kind", kind)
            return self.opaque(node, [], f"the attribute {name}", kind_of(found))
        return self.opaque(node, [], f"the attribute {name}")

    def array_attribute(self, node: Any, owner: Any, name: str) -> Any:
        value = owner if isinstance(owner, Labelled) else self.value(owner)
        if isinstance(value, Value) and isinstance(value.kind, (Other, Kind)):
            if value.kind == UNKNOWN and name not in (*METADATA, "T", "mT", "real", "imag"):
                if name in METHODS:
                    return Method(owner, name)
                return self.opaque(node, [owner], f"the attribute {name} of an unknown object")
            if isinstance(value.kind, Other):
                return self.object_value(node, value, owner, name)
        if name in ("flat", "data", "base", "ctypes", "__array_interface__"):
            return self.call_unknown(node, [owner], f"the attribute {name}")  # type: ignore[attr-defined]
        if name in ("T", "mT", "real", "imag"):
            return self.on_symbols(node, lambda x: getattr(x, name), (owner,), view=True)
        if name in METADATA:
            return self.metadata(node, owner, name)
        return Method(owner, name)

    def object_value(self, node: Any, value: Value, owner: Any, name: str) -> Any:
        """An attribute of an object that is not looked into; what is seen of one outside is checked at each call."""
        held = getattr(value.found, "__dict__", {}) if value.found is not None else {}
        if name in held and isinstance(held[name], (bool, int, float, complex, np.ndarray, np.generic)):
            found = held[name]
            self.program.guards[id(value.found), ""] = (*self.home_of(value), "is", value.found)
            self.program.guards[id(held), name] = (held, name, "kind", guard_kind(found))
            return self.opaque(node, [owner], f"the attribute {name}", kind_of(found))
        return self.opaque(node, [owner], f"the attribute {name} of an unknown object")

    def metadata(self, node: Any, owner: Any, name: str) -> Any:
        if isinstance(owner, Labelled):
            owner = owner.array
        value = self.value(owner)
        sym = Sym(value, self.builder)
        try:
            if name == "shape" and isinstance(value.kind, Array) and value.kind.dims is not None:
                return Tup(tuple(self.length(value, i) for i in range(len(value.kind.dims))))
            if name == "ndim":
                return Const(sym.ndim)
            if name == "dtype":
                return Const(sym.dtype)
            if name == "size":
                return self.opaque(node, [owner], "a size", INT)
        except UnknownKind:
            pass
        kind = INT if name in ("ndim", "size", "itemsize", "nbytes") else (
            Ints() if name in ("shape", "strides") else Other(object))
        with self.builder.at(node=node):
            op = self.builder.append("user", [value], [kind], why="a fact about an array")
        return op.result

    def length(self, value: Value, axis: int) -> Any:
        kind = value.kind
        if isinstance(kind, Array) and kind.dims is not None and kind.dims[axis] == "1":
            return Const(1)
        shape = self.builder.shape(value)
        with self.builder.at(user=False):
            return self.builder.item(shape, axis)
