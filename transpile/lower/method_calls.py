"""Calls of methods: what the owner is decides what the name means."""

from __future__ import annotations

import logging
from typing import Any

import gast
import numpy as np

from ...runtime.methods import METHODS, MUTATING
from ..ir import Value
from ..kinds import BOOL, UNKNOWN, Array, Kind, Other, Scalar
from .in_place import AUGMENTING, InPlace
from .values import Cell, Const, Labelled, Tup
from .windows import is_real

TEXT_LISTS = ("split", "rsplit", "splitlines", "partition", "rpartition", "find", "index", "count", "encode")


READERS = (logging.Logger, logging.RootLogger)
"""Classes whose methods only read what they are given."""


class MethodCalls(InPlace):
    """Lowering of calls of methods."""

    def call_method(self, node: Any, owner: Any, name: str, args: list[Any],
                    kwargs: dict[str, Any]) -> Any:
        items = [owner, *args, *kwargs.values()]
        if isinstance(owner, Cell) and owner.sort in ("list", "dict"):
            return self.container_method(node, owner, name, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(owner, Tup) and owner.cls is not tuple:
            return self.record_method(node, owner, name, args, kwargs)
        if isinstance(owner, Labelled):
            return self.labelled_method(node, owner, name, args, kwargs)
        if isinstance(owner, Cell) or isinstance(owner, Value) and isinstance(
                owner.kind, (Array, Scalar)) or isinstance(owner, Value) and owner.kind == UNKNOWN:
            return self.array_method(node, owner, name, args, kwargs)
        if isinstance(owner, Const) and isinstance(owner.value, (str, bytes)):
            return self.text_method(node, owner.value, name, args, kwargs)
        if isinstance(owner, Const) and isinstance(owner.value, type):
            return self.call_opaque(node, getattr(owner.value, name, None), args, kwargs)
        if isinstance(owner, Value) and isinstance(owner.kind, Other) and owner.kind.type in READERS and not (
                self.calls_back(items)):  # type: ignore[attr-defined]
            return self.opaque(node, items, f"the method {name} has no derivative rule", UNKNOWN)
        return self.call_unknown(node, items, f"the method {name}")

    def text_method(self, node: Any, text: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A method of a text that is known: so is what it gives, if that is simple."""
        if not kwargs and all(isinstance(a, Const) and isinstance(a.value, (str, bytes, int)) for a in args):
            try:
                found = getattr(text, name)(*[a.value for a in args])
            except Exception:
                found = None
            if isinstance(found, (str, bytes, bool, int)):
                return Const(found)
        kind: Kind = BOOL if name.startswith(("is", "startswith", "endswith")) else Other(str)
        kind = UNKNOWN if name in TEXT_LISTS else kind
        return self.opaque(node, [*args, *kwargs.values()], "a string", kind)

    def array_method(self, node: Any, owner: Any, name: str, args: list[Any], kwargs: Any) -> Any:
        if name in MUTATING:
            if name == "fill" and len(args) == 1 and isinstance(owner, Cell):
                return self.fill_array(node, owner, args[0])  # type: ignore[attr-defined]
            if name in ("sort", "partition", "put"):
                return self.call_changing(node, name, [owner, *args], kwargs)
            return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}")
        if name == "view" and not args and not kwargs and isinstance(owner, Cell):
            return self.on_symbols(node, lambda x: x[...], (owner,), view=True)
        if name in AUGMENTING and len(args) == 1:
            return self.call_augmenting(node, name, owner, args[0])
        if name == "__setitem__" and len(args) == 2:
            return self.call_changing(node, "setitem", [owner, *args], kwargs)
        known = not isinstance(owner, Value) or owner.kind != UNKNOWN
        if name not in METHODS or not known:
            content = self.content(owner) if isinstance(owner, Cell) else None
            array = isinstance(content, Value) and isinstance(content.kind, Array) and not hasattr(np.ndarray, name)
            return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}",
                                     because=f"an array has no method {name}" if array else "")  # fmt: skip
        if name in ("conj", "conjugate") and isinstance(owner, Cell):
            if is_real(self.value(owner).kind):
                return owner  # a real array is given back as it is
            out = self.call_row(node, np.conjugate, [owner, *args], kwargs)
            self.held_by(out, owner)
            return out
        fun, normalise = METHODS[name]
        arguments: Any = tuple(args)
        if normalise is not None:
            raw = tuple(Wrapped(a) if not isinstance(a, Const) else a.value for a in arguments)
            options = {k: Wrapped(v) if not isinstance(v, Const) else v.value for k, v in kwargs.items()}
            arguments, kwargs = normalise(raw, options)
            arguments = [self.unwrapped(a) for a in arguments]
            kwargs = {k: self.unwrapped(v) for k, v in kwargs.items()}
        return self.call_row(node, fun, [owner, *arguments], dict(kwargs))

    def unwrapped(self, item: Any) -> Any:
        if isinstance(item, Wrapped):
            return item.item
        if isinstance(item, (tuple, list)) and any(isinstance(i, Wrapped) for i in item):
            return Tup(tuple(map(self.unwrapped, item)))
        return Const(item)

    def labelled_method(self, node: Any, owner: Labelled, name: str, args: list[Any],
                        kwargs: dict[str, Any]) -> Any:
        names, count = list(kwargs), len(args)

        def run(x: Any, *symbols: Any) -> Any:
            rest = dict(zip(names, symbols[count:], strict=True))
            return getattr(x, name)(*symbols[:count], **rest)

        return self.on_labelled(node, run, (owner, *args, *kwargs.values()))

    def call_bound(self, node: Any, method: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call of a method: of a function with the object before the arguments."""
        if method.fun is object.__dict__["__init__"]:
            return Const(None)
        form = self.receiver(node, method)
        if not form:
            self.bound_before(node)  # type: ignore[attr-defined]
        return self.call_user(node, method.fun, [method.owner, *args], kwargs, form)  # type: ignore[attr-defined]

    def receiver(self, node: Any, method: Any) -> str:
        """How the text of a call says whose method it is (see `emit.receivers`); empty if a bound method is called."""
        func = getattr(node, "func", None)
        if not isinstance(func, gast.Attribute) or func.attr != method.name or isinstance(method.owner, Const):
            return ""
        if self.is_bound_before(node):  # type: ignore[attr-defined]
            return ""
        if is_super(func.value):
            first = next((n for n in self.first_parameter() if self.state.names.get(n) is method.owner), None)
            return f"name {first}" if first is not None else ""
        return "value"

    def first_parameter(self) -> list[str]:
        """The name of the first parameter of the function at hand, if it has one."""
        signature = self.source.tree.args
        return [a.id for a in (*signature.posonlyargs, *signature.args)][:1]


def is_super(node: Any) -> bool:
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "super"


class Wrapped:
    """An abstract value, on its way through a function that sorts arguments."""

    def __init__(self, item: Any) -> None:
        self.item = item
