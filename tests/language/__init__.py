"""A program for every line of `docs/language.md`: the first words of the line, and a function that does what it says.

`supported` programs are functions of one real result that Python itself can run, or, with `expected`, models that
call `dlgradient`. `refused` programs get a message at a line of their own before anything runs. Arguments are drawn
by the names of parameters (`programs.DRAWN`), or given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from programs import Model, Program, by_names

Function = Callable[..., Any]


@dataclass(frozen=True)
class Line:
    """A program and the beginning of the line of the page that it belongs to."""

    start: str
    program: Program | Model


SUPPORTED: list[Line] = []
REFUSED: list[Line] = []


def drawn(function: Function) -> Callable[[np.random.Generator, int], tuple[Any, ...]]:
    return by_names([function])[0].arguments


def supported(start: str, expected: Function | None = None, *arguments: Any) -> Callable[[Function], Function]:
    """Register a program that works; `arguments` instead of drawn ones, of which the first is differentiated."""

    def register(function: Function) -> Function:
        make = (lambda rng, n: arguments) if arguments else drawn(function)
        program: Program | Model
        if expected is not None:
            program = Model(function, make, expected)
        else:
            count = 1 if arguments else len(make(np.random.default_rng(0), 4))
            program = Program(function, make, tuple(range(count)))
        SUPPORTED.append(Line(start, program))
        return function

    return register


def refused(start: str, message: str, *arguments: Any) -> Callable[[Function], Function]:
    """Register a program that is refused with this part of a message."""

    def register(function: Function) -> Function:
        make = (lambda rng, n: arguments) if arguments else drawn(function)
        REFUSED.append(Line(start, Program(function, make, (0,), refused=message)))
        return function

    return register
