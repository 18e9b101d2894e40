"""Model programs as people write them, by theme.

A module holds PROGRAMS: functions with one real result, differentiated from outside by
`value_and_grad`; it may hold MODELS: functions that call `dlgradient` themselves, with a function
that says by independent means what they must return; EITHER: programs that may be refused, but never
be wrong; NOT_YET: programs or models that are refused today, with a part of the message; and REFUSED:
programs that will stay refused, with a part of the message. Arguments are made by `arguments(rng, n)`,
for any size n from 3.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = Callable[[np.random.Generator, int], tuple[Any, ...]]


@dataclass(frozen=True)
class Program:
    """A function of one real result, its arguments, and the positions to differentiate."""

    function: Callable[..., Any]
    arguments: Arguments
    argnums: tuple[int, ...] = (0,)
    h: float = 1e-4
    rtol: float = 1e-6
    refused: str = ""


@dataclass(frozen=True)
class Model:
    """A function that calls `dlgradient`, and what it returns, said in another way."""

    function: Callable[..., Any]
    arguments: Arguments
    expected: Callable[..., Any]
    rtol: float = 1e-6
    refused: str = ""


def vectors(count: int) -> Arguments:
    """`count` vectors of normal numbers."""
    return lambda rng, n: tuple(rng.normal(size=n) for _ in range(count))


def given(*extra: Any) -> Arguments:
    """A vector of normal numbers, and what else the program takes."""
    return lambda rng, n: (rng.normal(size=n), *extra)


def matrices(count: int) -> Arguments:
    """`count` square matrices of normal numbers."""
    return lambda rng, n: tuple(rng.normal(size=(n, n)) for _ in range(count))


def numbers(count: int) -> Arguments:
    """`count` Python floats between 0.5 and 1.5."""
    return lambda rng, n: tuple(float(v) for v in rng.uniform(0.5, 1.5, size=count))


def subtleties(space: dict[str, Any]) -> list[Callable[..., Any]]:
    """The functions of a module that are named `subtle_...`."""
    return [f for name, f in space.items() if name.startswith("subtle_")]


def differences(f: Callable[..., Any], x: Any, h: float = 1e-4) -> np.ndarray:
    """The gradient of f at an array or float, by central differences of the fourth order."""
    point = np.array(x, dtype=float)
    gradient = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[i] = h
        at = [float(f(point + k * step)) for k in (1, -1, 2, -2)]
        gradient[i] = (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h)
    return gradient


def by_names(functions: list[Callable[..., Any]]) -> list[Program]:
    """Programs whose arguments are drawn by the names of their parameters (`DRAWN`), all to be differentiated."""
    out = []
    for function in functions:
        names = list(inspect.signature(function).parameters)
        out.append(Program(function, _drawn(names), tuple(range(len(names)))))
    return out


def _drawn(names: list[str]) -> Arguments:
    return lambda rng, n: tuple(DRAWN[name](rng, n) for name in names)


def _layers(*sizes: Any) -> Any:
    return lambda rng, n: [
        (rng.normal(size=(b or n, a or n)), rng.normal(size=b or n)) for a, b in itertools.pairwise(sizes)
    ]


DRAWN: dict[str, Callable[[np.random.Generator, int], Any]] = {
    "x": lambda rng, n: rng.normal(size=n),
    "w": lambda rng, n: rng.normal(size=n),
    "m": lambda rng, n: rng.normal(size=(n, n)),
    "xs": lambda rng, n: [rng.normal(size=n) for _ in range(3)],
    "d": lambda rng, n: {k: rng.normal(size=n) for k in ("w1", "w2", "c")},
    "dd": lambda rng, n: {k: {"w": rng.normal(size=(n, n)), "b": rng.normal(size=n)} for k in ("first", "second")},
    "dm": lambda rng, n: {"w": rng.normal(size=(n, n)), "b": rng.normal(size=n), "c": 0.3},
    "ls": _layers(0, 0, 0, 0),
    "lsm": _layers(0, 5, 1),
}
"""Vectors, a matrix, a list of vectors, dicts of arrays, lists of layers of one size and of several."""
