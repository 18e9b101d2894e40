"""What a benchmark case is: one loss, written once for each contestant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import dlgrad as dl
import numpy as np


@dataclass(frozen=True)
class Case:
    """A loss and its gradient.

    Attributes:
        model: as a user writes it, with `dlgradient` inside; returns ``(loss, *gradients)``.
        by_hand: the same in plain NumPy, the gradient derived on paper; plain arrays in and out.
        arguments: from ``quick`` to the arguments of `model`.
        wrt: the numbers of the arguments that are differentiated.
        loss: from a NumPy-like module (autograd's, JAX's) to the loss alone.
        torch: from the module ``torch`` to the loss alone.
        jax: from the module ``jax`` to the loss alone, where JAX has a better form than NumPy's.
    """

    name: str
    model: Callable[..., Any]
    by_hand: Callable[..., Any]
    arguments: Callable[[bool], tuple[Any, ...]]
    wrt: tuple[int, ...]
    loss: Callable[[Any], Callable[..., Any]]
    torch: Callable[[Any], Callable[..., Any]]
    jax: Callable[[ModuleType], Callable[..., Any]] | None = None


def plain(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments without labels."""
    return tuple(dl.extractdata(a) for a in arguments)


def rng(seed: int = 7) -> np.random.Generator:
    """The source of all arguments."""
    return np.random.default_rng(seed)
