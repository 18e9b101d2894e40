"""What a program is specialised on: the kinds of its arguments, never their sizes.

`describe` makes the key of a call, cheap enough for every call. Objects of the user's classes are told by
their class and, attribute by attribute, by what they hold (*records*).
"""

from __future__ import annotations

from enum import Enum
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from ..runtime.custom import Custom
from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError
from ..runtime.learnables import Learnables
from .members import MISSING, lookup

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
    if isinstance(x, (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType, BaseException, Custom)):
        return False
    if isinstance(x, (dict, list, tuple, set, str, int, float, Enum)):
        return False
    if kind is Learnables:
        return True
    if module in _FOREIGN or kind.__getattribute__ not in _PLAIN_LOOKUPS or lookup(kind, "__getattr__") is not MISSING:
        return False
    return hasattr(x, "__dict__") or bool(_slots(kind))


def size_of(x: Any, most: int) -> int:
    """How many things an argument holds, itself included; counting stops above `most`."""
    count, stack = 0, [x]
    while stack and count <= most:
        top: Any = stack.pop()
        count += 1
        if isinstance(top, dict):
            stack.extend(top.values())
        elif isinstance(top, (list, tuple)):
            stack.extend(top)
        elif is_record(top):
            stack.extend(attributes(top).values())
    return count


_PLAIN_LOOKUPS: Any = (object.__getattribute__, SimpleNamespace.__getattribute__)
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


def is_static(found: Any) -> bool:
    """Does the text of the program depend on this object itself, not only on its kind?"""
    if found is None or isinstance(found, (bool, str, bytes, type, ModuleType, FunctionType, Enum)):
        return True
    if isinstance(found, (np.ndarray, np.generic, int, float, complex)):
        return False
    if isinstance(found, (list, dict, set, tuple)):
        return isinstance(found, tuple) and all(map(is_static, found))
    return callable(found) or isinstance(found, (np.dtype, slice, type(Ellipsis)))


# --- for people ----------------------------------------------------------------------------------


def described(bound: dict[str, Any]) -> str:
    """The second line of a generated module: the kinds of the arguments."""
    parts = []
    for name, x in bound.items():
        parts.append(f"{name} {kind_text(x)}")
    return "arguments: " + ", ".join(parts) if parts else "no arguments"


def kind_text(x: Any) -> str:
    """The kind of an argument, for people."""
    if isinstance(x, dlarray):
        labels = ", ".join(x.format) if x.format else f"{x.ndim}-d"
        return f"{x.dtype.str[1:]}[{labels}]"
    if isinstance(x, np.ndarray):
        ones = [str(i) for i, n in enumerate(x.shape) if n == 1]
        note = f", size 1 at {' '.join(ones)}" if ones else ""
        return f"{x.dtype.str[1:]}[{x.ndim}-d{note}]" if x.ndim else x.dtype.str[1:]
    if isinstance(x, dict):
        return "{" + ", ".join(f"{k}: {kind_text(v)}" for k, v in x.items()) + "}"
    if isinstance(x, (list, tuple)):
        return "(" + ", ".join(map(kind_text, x)) + ")"
    if isinstance(x, (bool, str, type(None))):
        return repr(x)
    return getattr(x, "__name__", None) or type(x).__name__
