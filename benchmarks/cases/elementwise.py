"""A chain of elementwise functions of a million elements: memory traffic decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from dlgrad import dlgradient

from ..case import Case, rng


def elementwise(x, a, b):
    u = np.tanh(a * x + b)
    v = np.exp(-u * u) * np.sqrt(1.0 + x * x)
    loss = np.mean(v * u - 0.5 * x)
    dx, da, db = dlgradient(loss, x, a, b)
    return loss, dx, da, db


def by_hand(x, a, b):
    u = np.tanh(a * x + b)
    e = np.exp(-u * u)
    s = np.sqrt(1.0 + x * x)
    v = e * s
    loss = np.mean(v * u - 0.5 * x)
    d = 1.0 / x.size
    du = d * (v - 2.0 * u * u * v)
    dz = du * (1.0 - u * u)
    dx = dz * a + d * (u * e * x / s - 0.5)
    return loss, dx, dz * x, dz


def arguments(quick: bool) -> tuple[Any, ...]:
    return tuple(rng().standard_normal((3, 1_000 if quick else 1_000_000)))


def loss(np: Any) -> Any:
    def elementwise_loss(x, a, b):
        u = np.tanh(a * x + b)
        v = np.exp(-u * u) * np.sqrt(1.0 + x * x)
        return np.mean(v * u - 0.5 * x)

    return elementwise_loss


def torch_loss(torch: Any) -> Any:
    return loss(torch)


CASE = Case("elementwise", elementwise, by_hand, arguments, (0, 1, 2), loss, torch_loss)
