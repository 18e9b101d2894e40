"""Generated functions in the place of function objects that are made while the program runs."""

from __future__ import annotations

import functools
import types
from typing import Any

from ..declare import kernel


@kernel
def closing(forward: Any, own: Any) -> Any:
    """`forward` with all that the user's function object `own` brings to a call.

    These are the variables it closes over, as they are now, its defaults, and the arguments that a
    partial or a bound method holds. A variable that is not bound yet is an object that nothing can be done with.
    """
    if isinstance(own, functools.partial):
        return functools.partial(closing(forward, own.func), *own.args, **own.keywords)
    if isinstance(own, types.MethodType):
        return functools.partial(closing(forward, own.__func__), own.__self__)
    if (calls := getattr(own, "dlgrad_calls", None)) is not None:  # by name: alone in a module, this knows no dlgrad
        return closing(forward, calls)
    if not isinstance(own, types.FunctionType):
        return forward  # what `grad` made: it brings nothing
    made = types.FunctionType(forward.__code__, forward.__globals__, forward.__name__, own.__defaults__,
                              forward.__closure__)  # fmt: skip
    cells = dict(zip(own.__code__.co_freevars, own.__closure__ or (), strict=True))
    captured = [name for name in _keywords(forward) if name not in _keywords(own)]
    made.__kwdefaults__ = {name: _found(name, cells[name]) for name in captured}
    made.__kwdefaults__.update(own.__kwdefaults__ or {})
    return made


@kernel
def captured(function: Any, name: str) -> Any:
    """What a variable holds that a function closes over.

    Raises:
        ValueError: if it is not bound.
    """
    return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents


def _keywords(function: Any) -> tuple[str, ...]:
    """The keyword-only parameters of a function."""
    code = function.__code__
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])


def _found(name: str, cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return Unbound(name)


class Unbound:
    """A variable that a function closes over and that is not bound."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{self.name}, which is not bound"
