"""What stands at the door of a standalone module: its arguments are of the kinds it was written for.

A generated text is right for the dtypes, ranks and size-1 axes of its example, and for no others:
`dlfeval` would write another text. A standalone module cannot, so it refuses. The functions
`check_*` are copied into the modules as they are; they use NumPy alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import UnsupportedSyntax
from .descriptions import attributes, is_record
from .literals import NotLiteral, spelled
from .members import Members

NUMBERS = (float, int, complex)


def checks(bound: dict[str, Any], static: frozenset[str], copied: dict[type, str], guards: list[Any]) -> list[str]:
    """The calls that check the arguments of a model function, by parameter.

    `copied`: the classes that stand in the module itself, with their names there. Objects of the classes
    that they were copied from are of other classes to the module. `guards`: what else the text depends on.

    Raises:
        UnsupportedSyntax: for arguments that cannot be told apart from others, as functions.
    """
    out: list[str] = []
    for name, x in bound.items():
        describe(x, name, static, copied, out)
    return [*out, *class_checks(bound, guards)]


def describe(x: Any, path: str, static: frozenset[str], copied: dict[type, str], out: list[str]) -> None:
    kind = type(x)
    out += [f"check_own({path!r}, {path}, {copied[cls]})" for cls in kind.__mro__ if cls in copied]
    if kind is dlarray:
        describe(x.data, path, static, copied, out)
    elif isinstance(x, Enum):
        member = f"{kind.__name__}.{x.name}"
        out.append(f"check_member({path!r}, {path}, {member!r})")
    elif path in static or x is None or isinstance(x, (bool, str, bytes, np.dtype, slice, type(Ellipsis))):
        out.append(f"check_value({path!r}, {path}, {value_text(x, path)})")
    elif kind is np.ndarray:
        out.append(f"check_array({path!r}, {path}, {x.dtype.name!r}, {dims(x)!r})")
    elif kind in NUMBERS or isinstance(x, np.generic):
        out.append(f"check_type({path!r}, {path}, {kind.__name__!r})")
    elif isinstance(x, dict):
        out.append(f"check_keys({path!r}, {path}, {list(x)!r})")
        for key, value in x.items():
            describe(value, f"{path}[{key!r}]", static, copied, out)
    elif kind in (list, tuple):
        out.append(f"check_length({path!r}, {path}, {kind.__name__!r}, {len(x)})")
        for i, value in enumerate(x):
            describe(value, f"{path}[{i}]", static, copied, out)
    elif hasattr(kind, "_fields") or is_record(x):
        held = x._asdict() if hasattr(kind, "_fields") else attributes(x)
        out.append(f"check_type({path!r}, {path}, {kind.__name__!r})")
        for name, value in held.items():
            describe(value, f"{path}.{name}", static, copied, out)
    elif callable(x):
        raise UnsupportedSyntax(
            f"the argument {path} is {getattr(x, '__name__', kind.__name__)}: a standalone module is written for one "
            f"function. Write a model function that names it, as in def model(x): return train({path}, x)"
        )
    else:
        out.append(f"check_type({path!r}, {path}, {kind.__name__!r})")


def value_text(x: Any, path: str) -> str:
    """The text of a value that the module depends on.

    Raises:
        UnsupportedSyntax: if it has none.
    """
    try:
        return spelled(x)
    except NotLiteral as why:
        raise UnsupportedSyntax(f"the text depends on the argument {path}, which has no text: {why}") from None


def everything(bound: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """All that the arguments hold, by the texts that read it."""
    todo = list(bound.items())
    while todo:
        path, x = todo.pop(0)
        yield path, x
        if isinstance(x, dict):
            todo += [(f"{path}[{key!r}]", value) for key, value in x.items()]
        elif type(x) in (list, tuple):
            todo += [(f"{path}[{i}]", value) for i, value in enumerate(x)]
        elif hasattr(type(x), "_fields") or is_record(x):
            held: dict[str, Any] = x._asdict() if hasattr(type(x), "_fields") else attributes(x)
            todo += [(f"{path}.{name}", value) for name, value in held.items()]


def class_checks(bound: dict[str, Any], guards: list[Any]) -> list[str]:
    """The calls that check what the classes of the arguments have, as far as the text depends on its value."""
    paths: dict[type, str] = {}
    own: dict[type, set[str]] = {}
    for path, x in everything(bound):
        paths.setdefault(type(x), path)
        own.setdefault(type(x), set()).update(attributes(x) if is_record(x) else ())
    out = []
    for home, name, how, found in guards:
        known = isinstance(home, Members) and home.after is None and home.cls in paths and how in ("is", "equal")
        if known and name not in own[home.cls] and (found is None or isinstance(found, (bool, int, float, str, bytes))):
            path = f"type({paths[home.cls]}).{name}"
            out.append(f"check_value({path!r}, {path}, {value_text(found, path)})")
    return list(dict.fromkeys(out))


def dims(x: np.ndarray[Any, Any]) -> str:
    """One letter an axis: 1, n (not 1), or ? (anything) where the example was empty."""
    return "".join("1" if n == 1 else "n" if n else "?" for n in x.shape)


def formats(x: Any, path: str) -> list[tuple[str, str]]:
    """The leaves of an argument with what each has to be."""
    if isinstance(x, dlarray):
        labels = f"({', '.join(x.format)})" if x.format else f"{x.ndim} axes"
        return [(path, f"{x.dtype} array, {labels}")]
    if type(x) is np.ndarray:
        axes = ", ".join("1" if n == 1 else "n" for n in x.shape) + ("," if x.ndim == 1 else "")
        return [(path, f"{x.dtype} array, ({axes})")]
    if isinstance(x, dict):
        return [row for k, v in x.items() for row in formats(v, f"{path}[{k!r}]")]
    if isinstance(x, (list, tuple)):
        return [row for i, v in enumerate(x) for row in formats(v, f"{path}[{i}]")]
    if isinstance(x, (bool, str, bytes, type(None))):
        return [(path, repr(x))]
    return [(path, type(x).__name__)]


def returned(plan: Any) -> str:
    """The formats of the results; "" if none has labels."""
    if plan is None:
        return ""
    if plan[0] == "label":
        return f"array ({', '.join(plan[1])})" if plan[1] else "array"
    inner = plan[2].items() if isinstance(plan[2], dict) else enumerate(plan[2])
    texts = [f"{k}: {returned(p) or '-'}" if isinstance(plan[2], dict) else returned(p) or "-" for k, p in inner]
    return f"({', '.join(texts)})"


# Copied into standalone modules


def check_array(name: str, x: Any, dtype: str, axes: str) -> None:
    """Refuse anything but an array of that dtype; `axes` has 1, n (not 1) or ? for each axis."""
    if type(x) is not np.ndarray or x.dtype.name != dtype or x.ndim != len(axes) or any(
            a != "?" and (a == "1") != (n == 1) for a, n in zip(axes, x.shape, strict=True)):  # fmt: skip
        given = f"{x.dtype} of shape {x.shape}" if isinstance(x, np.ndarray) else f"a {type(x).__name__}"
        shape = ", ".join(axes)
        raise TypeError(f"{name}: this module is for a {dtype} array of shape ({shape}), n not 1; given: {given}")


def check_type(name: str, x: Any, expected: str) -> None:
    """Refuse objects of another type."""
    if type(x).__name__ != expected:
        raise TypeError(f"{name}: this module is for a {expected}; given: a {type(x).__name__}")


def check_own(name: str, x: Any, cls: type) -> None:
    """Refuse objects of the class that one of this module was copied from: they are of another class."""
    if not isinstance(x, cls):
        raise TypeError(f"{name}: this module has a class {cls.__name__} of its own: make the object of that")


def check_member(name: str, x: Any, expected: str) -> None:
    """Refuse another member of an enumeration: the text of this module depends on it."""
    if not hasattr(x, "name") or f"{type(x).__name__}.{x.name}" != expected:
        raise ValueError(f"{name}: this module is for {expected}; given: {x!r}")


def check_value(name: str, x: Any, expected: Any) -> None:
    """Refuse another value: the text of this module depends on it."""
    if type(x) is not type(expected) or x != expected:
        raise ValueError(f"{name}: this module is for the value {expected!r}; given: {x!r}")


def check_keys(name: str, x: Any, expected: Any) -> None:
    """Refuse dicts with other keys, or with the keys in another order."""
    if not isinstance(x, dict) or list(x) != expected:
        given = list(x) if isinstance(x, dict) else type(x).__name__
        raise TypeError(f"{name}: this module is for a dict with the keys {expected}; given: {given}")


def check_length(name: str, x: Any, expected: str, length: int) -> None:
    """Refuse lists and tuples of another length."""
    if type(x).__name__ != expected or len(x) != length:
        given = f"a {type(x).__name__}" + (f" of {len(x)}" if isinstance(x, (list, tuple)) else "")
        raise TypeError(f"{name}: this module is for a {expected} of {length} entries; given: {given}")


def check_sharing(given: Any) -> None:
    """Refuse arguments that share memory: this module changes arrays in place."""
    arrays: list[Any] = []
    todo = [given]
    while todo:
        top = todo.pop()
        if isinstance(top, np.ndarray):
            arrays.append(top)
        elif isinstance(top, (list, tuple, dict)):
            todo += list(top.values()) if isinstance(top, dict) else list(top)
    for i, a in enumerate(arrays):
        if any(np.shares_memory(a, b) for b in arrays[:i]):
            raise ValueError("two arguments share memory, and this module changes arrays in place: pass copies")
