"""A classifier of the size of MNIST's, labelled arrays in single precision: BLAS decides."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import dlgrad as dl
import numpy as np

from ..case import Case, rng


def large_mlp(X, T, W1, b1, W2, b2, W3, b3):
    Y = dl.relu(dl.fullyconnect(X, W1, b1))
    Y = dl.relu(dl.fullyconnect(Y, W2, b2))
    Y = dl.softmax(dl.fullyconnect(Y, W3, b3))
    loss = dl.crossentropy(Y, T)
    dW1, db1, dW2, db2, dW3, db3 = dl.dlgradient(loss, W1, b1, W2, b2, W3, b3)
    return loss, dW1, db1, dW2, db2, dW3, db3


def by_hand(X, T, W1, b1, W2, b2, W3, b3):
    h1 = np.maximum(W1 @ X + b1[:, None], 0)
    h2 = np.maximum(W2 @ h1 + b2[:, None], 0)
    z = W3 @ h2 + b3[:, None]
    e = np.exp(z - z.max(axis=0))
    Y = e / e.sum(axis=0)
    batch = X.shape[1]
    loss = -np.sum(T * np.log(Y)) / batch
    dz3 = (Y - T) / batch
    dz2 = W3.T @ dz3 * (h2 > 0)
    dz1 = W2.T @ dz2 * (h1 > 0)
    return (
        loss,
        dz1 @ X.T, dz1.sum(axis=1),
        dz2 @ h1.T, dz2.sum(axis=1),
        dz3 @ h2.T, dz3.sum(axis=1),
    )  # fmt: skip


def arguments(quick: bool) -> tuple[Any, ...]:
    sizes = (64, 32, 32, 10) if quick else (784, 512, 256, 10)
    random, batch = rng(), 128
    X = random.standard_normal((sizes[0], batch), dtype=np.float32)
    T = np.eye(sizes[-1], dtype=np.float32)[:, random.integers(0, sizes[-1], batch)]
    layers: list[Any] = []
    for n, m in pairwise(sizes):
        layers.append(random.standard_normal((m, n), dtype=np.float32) * np.float32((2 / n) ** 0.5))
        layers.append(random.standard_normal(m, dtype=np.float32))
    return dl.dlarray(X, "CB"), dl.dlarray(T, "CB"), *layers


def loss(np: Any) -> Any:
    def large_mlp_loss(X, T, W1, b1, W2, b2, W3, b3):
        Y = np.maximum(W1 @ X + b1[:, None], 0)
        Y = np.maximum(W2 @ Y + b2[:, None], 0)
        z = W3 @ Y + b3[:, None]
        z = z - np.max(z, axis=0)
        return -np.sum(T * (z - np.log(np.sum(np.exp(z), axis=0)))) / X.shape[1]

    return large_mlp_loss


def torch_loss(torch: Any) -> Any:
    def large_mlp_loss(X, T, W1, b1, W2, b2, W3, b3):
        Y = torch.relu(W1 @ X + b1[:, None])
        Y = torch.relu(W2 @ Y + b2[:, None])
        z = W3 @ Y + b3[:, None]
        return -(T * torch.log_softmax(z, 0)).sum() / X.shape[1]

    return large_mlp_loss


CASE = Case("large_mlp", large_mlp, by_hand, arguments, (2, 3, 4, 5, 6, 7), loss, torch_loss)
