"""What a program is specialised on: the kinds of its arguments, never their sizes.

`describe` makes the key of a call, cheap enough for every call; `abstract` makes the abstract
values that lowering starts from. Both look at the same things.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError
from .ir import Value
from .kinds import Array, Other, Scalar, kind_of
from .lower.core import is_static
from .lower.values import Cell, Const, Labelled, Tup

NUMBERS = {float, int, complex}
DEEPEST = 200


class OddArray(DLError):
    """An argument of a subclass of ndarray."""

    def __init__(self, array: Any, name: str) -> None:
        self.array = array
        super().__init__(f"{name} is a {type(array).__name__}, which does not behave as a NumPy array: pass "
                         f"np.asarray({name if name.isidentifier() else 'x'}) instead")  # fmt: skip


def path_to(wanted: Any, x: Any, path: str, depth: int = 0) -> str | None:
    """How an object inside an argument is read."""
    if x is wanted:
        return path
    record: Any = x
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        held = {f"[{i}]": v for i, v in enumerate(x)}
    elif isinstance(x, dict):
        held = {f"[{k!r}]": v for k, v in x.items()}
    elif isinstance(x, tuple) or is_record(x):
        held = {f".{k}": v for k, v in (record._asdict() if isinstance(x, tuple) else attributes(x)).items()}
    else:
        held = {}
    below = (path_to(wanted, v, path + step, depth + 1) for step, v in held.items() if depth < DEEPEST)
    return next((found for found in below if found is not None), None)


def describe(x: Any) -> Any:
    """The key of one argument: all that the text of a program may depend on.

    Arrays: dtype and which axes have size 1 (their number alone if none has). Numbers: their
    type. Strings, booleans, None, functions: themselves. Containers: class, keys, entries.
    """
    kind = type(x)
    if kind is np.ndarray:
        shape = x.shape
        if 1 in shape or 0 in shape:
            return x.dtype, tuple([n if n < 2 else 2 for n in shape])
        return x.dtype, len(shape)
    if kind in NUMBERS:
        return kind
    if kind is dict:
        return (dict, tuple(x), tuple([describe(v) for v in x.values()]))
    if kind is tuple or kind is list:
        return (kind, tuple([describe(v) for v in x]))
    if kind is dlarray:
        return (dlarray, x.format, describe(x.data))
    if kind in (bool, str, type(None), bytes):
        return (kind, x)
    return _describe_other(x, kind)


def _describe_other(x: Any, kind: type) -> Any:
    if isinstance(x, np.generic):
        return ("generic", x.dtype)
    if isinstance(x, np.ndarray):
        raise OddArray(x, "an argument")
    if isinstance(x, tuple) and hasattr(kind, "_fields"):
        return (kind, tuple([describe(v) for v in x]))
    if is_record(x):
        held = attributes(x)
        return (kind, tuple(held), tuple([describe(v) for v in held.values()]))
    if isinstance(x, dict) and kind.__module__ in ("collections", "builtins"):
        return (kind, tuple(x), tuple([describe(v) for v in x.values()]))
    if is_static(x) and not isinstance(x, tuple):
        return ("static", _hashable(x))
    return ("object", kind)


def _hashable(x: Any) -> Any:
    try:
        hash(x)
    except TypeError:
        return id(x)
    return x


def is_record(x: Any) -> bool:
    """An object of a class of the user's, read and written attribute by attribute."""
    kind = type(x)
    module = (kind.__module__ or "").split(".")[0]
    if isinstance(x, (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType, BaseException)):
        return False
    if isinstance(x, (dict, list, tuple, set, str, int, float)):
        return False
    if module in _FOREIGN or "__getattr__" in kind.__dict__ or kind.__getattribute__ is not _PLAIN_LOOKUP:
        return False
    return hasattr(x, "__dict__") or bool(_slots(kind))


_PLAIN_LOOKUP: Any = object.__getattribute__
_FOREIGN = {"builtins", "numpy", "scipy", "dlgrad", "pandas", "collections", "functools", "threading",
            "io", "_io", "logging", "random", "itertools", "operator", "re", "datetime", "pathlib",
            "decimal", "fractions", "enum", "inspect", "ast", "gast", "torch", "jax", "sklearn"}  # fmt: skip


def attributes(x: Any) -> dict[str, Any]:
    """The attributes of a record that are set: slots first."""
    names = [n for c in type(x).__mro__[::-1] for n in _slots(c)]
    out = {n: getattr(x, n) for n in names if hasattr(x, n)}
    out.update(getattr(x, "__dict__", {}))
    return out


def _slots(cls: type) -> list[str]:
    slots = cls.__dict__.get("__slots__", ())
    return [s for s in ([slots] if isinstance(slots, str) else slots) if s not in ("__dict__", "__weakref__")]


class Arguments:
    """Turns the arguments of a call into abstract values of a lowering."""

    def __init__(self, lowerer: Any, static: frozenset[str]) -> None:
        self.lowerer, self.static = lowerer, static
        self.made: dict[int, Cell] = {}
        self.kept: list[Any] = []
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
        if id(x) in self.made:
            return self.made[id(x)]
        cell = self.made[id(x)] = Cell(sort, cls, outside=True)
        self.kept.append(x)
        step = (lambda k: f".{k}") if sort == "object" else (lambda k: f"[{k!r}]")
        entries = {k: self.abstract(v, path + step(k)) for k, v in held.items()}
        self.lowerer.state.heap[cell] = tuple(entries.values()) if sort == "list" else entries
        return cell


def stripped(x: Any) -> Any:
    """An argument without labels: dlarrays give their data, containers of them are rebuilt."""
    kind = type(x)
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
