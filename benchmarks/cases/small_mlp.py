"""Two layers on a handful of observations: the cost of calls decides."""

from __future__ import annotations

from typing import Any

import numpy as np
from dlgrad import dlgradient

from ..case import Case, rng


def small_mlp(x, t, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    y = h @ W2 + b2
    loss = np.mean((y - t) ** 2) + 1e-4 * np.sum(W1**2)
    dW1, db1, dW2, db2 = dlgradient(loss, W1, b1, W2, b2)
    return loss, dW1, db1, dW2, db2


def by_hand(x, t, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    y = h @ W2 + b2
    r = y - t
    loss = np.mean(r**2) + 1e-4 * np.sum(W1**2)
    dy = 2 / r.size * r
    dW2 = h.T @ dy
    db2 = dy.sum(axis=0)
    dz = dy @ W2.T * (1 - h**2)
    dW1 = x.T @ dz + 2e-4 * W1
    db1 = dz.sum(axis=0)
    return loss, dW1, db1, dW2, db2


def arguments(quick: bool) -> tuple[Any, ...]:
    normal = rng().standard_normal
    return (
        normal((8, 10)), normal((8, 5)),
        normal((10, 20)) / 3, normal(20) / 3, normal((20, 5)) / 4, normal(5) / 4,
    )  # fmt: skip


def loss(np: Any) -> Any:
    def small_mlp_loss(x, t, W1, b1, W2, b2):
        y = np.tanh(x @ W1 + b1) @ W2 + b2
        return np.mean((y - t) ** 2) + 1e-4 * np.sum(W1**2)

    return small_mlp_loss


def torch_loss(torch: Any) -> Any:
    def small_mlp_loss(x, t, W1, b1, W2, b2):
        y = torch.tanh(x @ W1 + b1) @ W2 + b2
        return ((y - t) ** 2).mean() + 1e-4 * (W1**2).sum()

    return small_mlp_loss


CASE = Case("small_mlp", small_mlp, by_hand, arguments, (2, 3, 4, 5), loss, torch_loss)
