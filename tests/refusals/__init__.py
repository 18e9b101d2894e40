"""Wrong programs, with the message written on the line that it is about.

`@example(*arguments)` on a model function makes it a program. Each line with a problem ends in
`#! part of the message` (several parts: `#! one | another`); lines from the end of the program
before belong to it, so helpers stand above their program. All problems are in one report, and there
are no others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """A model function, and the arguments for which it is refused."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]


PROGRAMS: list[Program] = []


def example(*arguments: Any) -> Callable[[Any], Any]:
    """Register a program; the function stays what it is."""

    def register(fun: Any) -> Any:
        PROGRAMS.append(Program(fun, arguments))
        return fun

    return register
