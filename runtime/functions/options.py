"""How the functions of the library take options, and turn bad ones away.

MATLAB's name-value options are keyword arguments. Every function decorated with `dlfunction`
takes each in both spellings, ``DataFormat=`` and ``data_format=``; a misspelt one is answered
with the nearest that exists.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def dlfunction(fun: F) -> F:
    """Mark a library function: options in both spellings; it runs on symbolic values as well."""
    return _taking(fun, list(inspect.signature(fun).parameters.values()))


def sharing(options: Callable[..., Any]) -> Callable[[F], F]:
    """`dlfunction` for a function whose ``**options`` are the keywords of another one."""
    shared = [p for p in inspect.signature(options).parameters.values() if p.kind is p.KEYWORD_ONLY]

    def decorate(fun: F) -> F:
        own = inspect.signature(fun).parameters.values()
        return _taking(fun, [p for p in own if p.kind is not p.VAR_KEYWORD] + shared)

    return decorate


def _taking(fun: F, parameters: list[inspect.Parameter]) -> F:
    names = {_plain(p.name): p.name for p in parameters}

    @wraps(fun)
    def call(*args: Any, **options: Any) -> Any:
        return fun(*args, **(_spelled(fun, names, options) if options else options))

    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__dl_function__ = True  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _spelled(fun: Any, names: dict[str, str], options: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given, value in options.items():
        name = names.get(_plain(given))
        if name is None:
            raise TypeError(_unknown(f"{fun.__name__} has no option", given, list(names.values())))
        if name in found:
            raise TypeError(f"{fun.__name__} got {name} twice, in two spellings")
        found[name] = value
    return found


def _unknown(what: str, given: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(_plain(given), [_plain(a) for a in allowed], 1)
    nearest = [a for a in allowed if near and _plain(a) == near[0]]
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"{what} {given!r}; {hint}Allowed: {', '.join(map(repr, allowed))}"


def choice(name: str, value: Any, allowed: Sequence[str]) -> str:
    """`value` if it is one of the allowed words of option `name`; else a ValueError."""
    if not isinstance(value, str):
        words = ", ".join(map(repr, allowed))
        raise TypeError(f"{name} must be one of {words}, not a {type(value).__name__}")
    if value not in allowed:
        raise ValueError(_unknown(f"{name} cannot be", value, allowed))
    return value
