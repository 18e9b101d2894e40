"""Model programs as people write them, by theme.

A module holds PROGRAMS: functions with one real result, differentiated from outside by
`value_and_grad`; it may hold MODELS: functions that call `dlgradient` themselves, with a function
that says by independent means what they must return; EITHER: programs that may be refused, but never
be wrong; and REFUSED: programs with a part of the message of the refusal. Arguments are made by `arguments(rng, n)`, for any size n from 3.
"""

from __future__ import annotations

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


def vectors(count: int) -> Arguments:
    """`count` vectors of normal numbers."""
    return lambda rng, n: tuple(rng.normal(size=n) for _ in range(count))


def matrices(count: int) -> Arguments:
    """`count` square matrices of normal numbers."""
    return lambda rng, n: tuple(rng.normal(size=(n, n)) for _ in range(count))


def numbers(count: int) -> Arguments:
    """`count` Python floats between 0.5 and 1.5."""
    return lambda rng, n: tuple(float(v) for v in rng.uniform(0.5, 1.5, size=count))
