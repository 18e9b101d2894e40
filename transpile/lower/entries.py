"""What cannot be differentiated, or with respect to what, told in the words of who wrote the model.

`grad`, `value_and_grad` and `vjp` write a small function around the user's; what is wrong there is
said of the user's function, at its own line.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np

from ...runtime.errors import DLError
from ..ir import Value
from ..kinds import UNKNOWN, Array, Ints, Kind, ListOf, Other, Scalar, TupleOf, is_complex, is_float
from ..source import unwrap
from .core import Refuse
from .values import Cell, Const, Labelled, Shown, Tup

SORTS = {"i": "integers", "u": "integers", "b": "booleans", "U": "texts", "S": "texts", "M": "dates",
         "m": "time spans", "V": "records"}  # fmt: skip
ADVICE = {"i": "pass {name}.astype(float)", "u": "pass {name}.astype(float)", "b": "pass {name}.astype(float)"}


def without_floats(lowerer: Any, item: Any, name: str) -> tuple[str, str] | None:
    """Why nothing in an x can move, and advice; None if something can, or if it holds no number at all.

    A container of texts and switches alone has no parameters, and that is its gradient.
    """
    found = list(kinds_in(lowerer, item))
    if any(isinstance(k, Kind) and (k == UNKNOWN or is_float(k)) for k in found):
        return None
    bare = isinstance(item, (Value, Const, Labelled)) or isinstance(lowerer_content(lowerer, item), Value)
    if bare:
        return told(found[0], name) if found else None
    if any(isinstance(k, Scalar) and k.type is not bool or isinstance(k, Array) for k in found):
        return "holds no float", f"make the numbers in {name} floats"
    return None


def lowerer_content(lowerer: Any, item: Any) -> Any:
    """What is in a cell, or was in it."""
    if isinstance(item, Shown):
        return item.content
    return lowerer.content(item) if isinstance(item, Cell) else None


def kinds_in(lowerer: Any, item: Any) -> Iterator[Any]:
    """The kinds of the values in an abstract value, and its constants."""
    if isinstance(item, Labelled):
        yield from kinds_in(lowerer, item.array)
    elif isinstance(item, Value):
        yield item.kind
    elif isinstance(item, Const):
        number = type(item.value) in (int, float, complex)
        yield Scalar(type(item.value)) if number else item
    elif isinstance(item, Tup):
        for entry in item.items:
            yield from kinds_in(lowerer, entry)
    else:
        content = lowerer_content(lowerer, item)
        if isinstance(content, Value):
            yield content.kind
        elif isinstance(content, (dict, tuple)):
            for entry in content.values() if isinstance(content, dict) else content:
                yield from kinds_in(lowerer, entry)


def told(kind: Any, name: str) -> tuple[str, str]:
    """What a bare x without floats is, and what to pass instead."""
    if isinstance(kind, Const):
        plain = isinstance(kind.value, (bool, str, bytes, type(None))) and len(repr(kind.value)) < 40
        return f"is {kind.value!r}" if plain else f"is a {type(kind.value).__name__}", PASS
    if isinstance(kind, Scalar):
        return f"is a Python {kind.type.__name__}", f"pass float({name})"
    if isinstance(kind, Array) and kind.dtype is not None:
        sort = kind.dtype.kind
        return f"holds {SORTS.get(sort, 'no numbers')} ({kind})", ADVICE.get(sort, PASS).format(name=name)
    if isinstance(kind, Other):
        return f"is an object of the class {kind.type.__name__}", PASS
    return "holds no floating point number", PASS


PASS = "pass a float, an array of floats, or a container of them"


def check_entry(lowerer: Any, y: Any, xs: dict[str, Any]) -> str:
    """Refuse what `grad` and its kin cannot differentiate; the name of the function.

    Raises:
        Refuse: at the user's function.
    """
    name = check_arguments(lowerer, xs)
    if "cotangent" not in lowerer.state.names:
        check_result(lowerer, y)
    return name


def check_arguments(lowerer: Any, xs: dict[str, Any]) -> str:
    """Refuse arguments without floats; the name of the function.

    Raises:
        Refuse: at the user's function.
    """
    name, source = wrapped(lowerer)
    for x, item in xs.items():
        if (found := without_floats(lowerer, item, x)) is not None:
            raise Refuse(None, f"the argument {x} of {name} {found[0]}", "a gradient belongs to floats",
                         found[1], source=source)  # fmt: skip
    return name


def check_result(lowerer: Any, y: Any) -> None:
    """Refuse a result that is not one real number.

    Raises:
        Refuse: at the user's function.
    """
    if (result := no_scalar(lowerer, y)) is not None:
        name, source = wrapped(lowerer)
        raise Refuse(None, f"{name} returns {result[0]}", "a gradient belongs to one real number",
                     result[1], source=source)  # fmt: skip


def wrapped(lowerer: Any) -> tuple[str, Any]:
    """The name of the function that is differentiated, and its text if it can be had."""
    fun = lowerer.source.closure["function"].cell_contents
    name: str = getattr(fun, "__name__", "")
    while hasattr(type(fun), "model_for"):
        fun = fun.function
    target: Any = unwrap(fun)[0]
    name = name or getattr(target, "__name__", "the function")
    try:
        return name, lowerer.program.read(target).source if isinstance(target, FunctionType) else None
    except (DLError, Refuse):
        return name, None


def no_scalar(lowerer: Any, item: Any) -> tuple[str, str] | None:
    """What a result is that has no gradient, and advice; None if it may be one real number."""
    if isinstance(item, Labelled):
        return no_scalar(lowerer, item.array)
    if isinstance(item, Const):
        plain = isinstance(item.value, (int, float, np.number)) and not isinstance(item.value, bool)
        return None if plain else (repr(item.value)[:40], "return the loss")
    if isinstance(item, Cell) and not isinstance(lowerer.content(item), Value) or isinstance(item, Tup):
        cls = item.cls or {"list": list, "dict": dict}.get(getattr(item, "sort", ""), object)
        return f"a {cls.__name__}", "return the loss alone, or use vjp, which takes a cotangent for each result"
    if not isinstance(item, (Value, Cell)):
        return "a function", "return the loss"
    return no_scalar_kind(lowerer.value(item).kind)


def no_scalar_kind(kind: Kind) -> tuple[str, str] | None:
    if is_complex(kind):
        return "a complex number", "return its np.real(...) or np.abs(...)"
    if isinstance(kind, (TupleOf, ListOf, Ints)):
        return "a container", "return the loss alone, or use vjp, which takes a cotangent for each result"
    if not is_float(kind):
        return f"no float ({kind})", "the loss must be computed from floats"
    if isinstance(kind, Array) and kind.dims and any(d == "n" for d in kind.dims):
        shape = "(" + ", ".join(kind.dims) + ("," if len(kind.dims) == 1 else "") + ")"
        return f"an array of shape {shape}", "sum it, or use vjp"
    return None
