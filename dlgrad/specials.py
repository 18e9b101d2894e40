"""The functions that mean something to the transpiler itself, by the object the user calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

SPECIALS: dict[Any, str] = {}


def special(name: str) -> Callable[[F], F]:
    """Register a function under the name that lowering knows."""

    def register(fun: F) -> F:
        SPECIALS[fun] = name
        return fun

    return register
