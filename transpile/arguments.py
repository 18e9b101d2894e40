"""The abstract values that lowering starts from, and labels taken off arguments and put on results.

`Arguments.abstract` looks at the same things as `descriptions.describe`, which makes the key of a call.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError
from .descriptions import NUMBERS, OddArray, attributes, is_record, is_static
from .ir import Value
from .kinds import Array, Other, Scalar, kind_of
from .lower.values import Cell, Const, Labelled, Tup

DEEPEST = 200


class Arguments:
    """Turns the arguments of a call into abstract values of a lowering."""

    def __init__(self, lowerer: Any, static: frozenset[str]) -> None:
        self.lowerer, self.static = lowerer, static
        self.depth = 0

    def abstract(self, x: Any, path: str) -> Any:
        """The abstract value of an argument that the model reads as `path`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise DLError(f"{path[:40]}... is nested too deeply, or contains itself")
        try:
            return self._abstract(x, path)
        finally:
            self.depth -= 1

    def _abstract(self, x: Any, path: str) -> Any:
        kind = type(x)
        if kind is dlarray:
            inner = self._abstract(x.data, path)
            return Labelled(inner, x.format)
        if kind is np.ndarray:
            return self.array(self.parameter(x, path))
        if isinstance(x, np.ndarray):
            raise OddArray(x, path)
        if kind in NUMBERS or isinstance(x, np.generic):
            return Const(x) if path in self.static else self.parameter(x, path)
        if isinstance(x, tuple) and (kind is tuple or hasattr(kind, "_fields")):
            return Tup(tuple(self.abstract(v, f"{path}[{i}]") for i, v in enumerate(x)), kind)
        if kind is list:
            return self.container(x, "list", None, path, dict(enumerate(x)))
        if isinstance(x, dict) and kind.__module__ in ("collections", "builtins"):
            return self.container(x, "dict", kind, path, x)
        if is_record(x):
            return self.container(x, "object", kind, path, attributes(x))
        if is_static(x):
            return Const(x)
        return self.lowerer.wrap(self.parameter(x, path))

    def array(self, value: Value) -> Cell:
        cell = Cell("array", outside=True)
        self.lowerer.state.heap[cell] = value
        return cell

    def parameter(self, x: Any, path: str) -> Value:
        region = self.lowerer.function.region
        kind = kind_of(x)
        if not isinstance(kind, (Array, Scalar)):
            kind = Other(type(x))
        value = Value(kind, "", region=region)
        region.params.append(value)
        self.lowerer.function.attrs.setdefault("paths", {})[value] = path
        return value

    def container(self, x: Any, sort: str, cls: Any, path: str, held: dict[Any, Any]) -> Cell:
        cell = Cell(sort, cls, outside=True)
        step = (lambda k: f".{k}") if sort == "object" else (lambda k: f"[{k!r}]")
        entries = {k: self.abstract(v, path + step(k)) for k, v in held.items()}
        self.lowerer.state.heap[cell] = tuple(entries.values()) if sort == "list" else entries
        return cell


def stripped(x: Any) -> Any:
    """An argument without labels: dlarrays give their data, containers of them are rebuilt."""
    kind = type(x)
    if kind is np.ndarray or kind is float or kind is int:  # first, as most are, and every call asks
        return x
    if kind is dlarray:
        return x.data
    if kind is dict or kind is list or kind is tuple:
        values = list(x.values()) if kind is dict else list(x)
        bare = [stripped(v) for v in values]
        if all(a is b for a, b in zip(bare, values, strict=True)):
            return x
        return dict(zip(x, bare, strict=True)) if kind is dict else kind(bare)
    if isinstance(x, tuple) and hasattr(kind, "_fields"):
        return kind(*[stripped(v) for v in x])
    if is_record(x) and any(stripped(v) is not v for v in attributes(x).values()):
        new: Any = object.__new__(kind)
        for name, value in attributes(x).items():
            object.__setattr__(new, name, stripped(value))
        return new
    return x


def has_labels(x: Any) -> bool:
    """Is there a dlarray in an argument?"""
    return stripped(x) is not x


def labelling(item: Any, heap: dict[Cell, Any]) -> Any:
    """How the labels of a result are put back: None where there is nothing to do."""
    if isinstance(item, Labelled):
        return ("label", item.format)
    if isinstance(item, Tup):
        inner = [labelling(i, heap) for i in item.items]
        return ("tuple", item.cls, inner) if any(i is not None for i in inner) else None
    if isinstance(item, Cell):
        content = heap.get(item)
        if isinstance(content, dict):
            entries = {k: labelling(v, heap) for k, v in content.items()}
            return (item.sort, item.cls, entries) if any(v is not None for v in entries.values()) else None
        if isinstance(content, tuple):
            inner = [labelling(i, heap) for i in content]
            return ("list", list, inner) if any(i is not None for i in inner) else None
    return None


def labelled(x: Any, plan: Any) -> Any:
    """A result with its labels."""
    if plan is None:
        return x
    sort, what = plan[0], plan[1]
    if sort == "label":
        return _as_dlarray(x, what)
    if sort == "tuple":
        items = [labelled(v, p) for v, p in zip(x, plan[2], strict=True)]
        return tuple(items) if what is tuple else what(*items)
    if sort == "list":
        return [labelled(v, p) for v, p in zip(x, plan[2], strict=True)]
    if sort == "dict":
        return type(x)((k, labelled(v, plan[2].get(k))) for k, v in x.items())
    for name, inner in plan[2].items():
        object.__setattr__(x, name, labelled(getattr(x, name), inner))
    return x


def _as_dlarray(x: Any, fmt: str | None) -> Any:
    new = object.__new__(dlarray)
    new.data = x if isinstance(x, (np.ndarray, np.generic)) else np.asarray(x)
    new.format = fmt
    return new
