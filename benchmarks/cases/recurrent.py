"""A recurrent cell over fifty time steps, in single precision."""

from __future__ import annotations

from typing import Any

import numpy as np
from dlgrad import dlgradient

from ..case import Case, rng


def recurrent(xs, t, W, U, h0):
    h = h0
    for x in xs:
        h = np.tanh(x @ W + h @ U)
    loss = np.sum((h - t) ** 2)
    dW, dU, dh0 = dlgradient(loss, W, U, h0)
    return loss, dW, dU, dh0


def by_hand(xs, t, W, U, h0):
    states = [h0]
    for x in xs:
        states.append(np.tanh(x @ W + states[-1] @ U))
    r = states[-1] - t
    dh = 2 * r
    dW, dU = np.zeros_like(W), np.zeros_like(U)
    for i in range(len(xs) - 1, -1, -1):
        h = states[i + 1]
        dz = dh * (1 - h * h)
        dW += xs[i].T @ dz
        dU += states[i].T @ dz
        dh = dz @ U.T
    return np.sum(r**2), dW, dU, dh


def arguments(quick: bool) -> tuple[Any, ...]:
    steps, batch, inputs, hidden = (5, 4, 8, 16) if quick else (50, 32, 32, 128)
    shapes = (steps, batch, inputs), (batch, hidden), (inputs, hidden), (hidden, hidden)
    xs, t, W, U = (rng(i).standard_normal(s, dtype=np.float32) for i, s in enumerate(shapes))
    scale = np.float32(hidden**-0.5)
    return xs, t, W * scale, U * scale, np.zeros((batch, hidden), np.float32)


def loss(np: Any) -> Any:
    def recurrent_loss(xs, t, W, U, h):
        for x in xs:
            h = np.tanh(x @ W + h @ U)
        return np.sum((h - t) ** 2)

    return recurrent_loss


def torch_loss(torch: Any) -> Any:
    return loss(torch)


def jax_loss(jax: Any) -> Any:
    def recurrent_loss(xs, t, W, U, h):
        h, _ = jax.lax.scan(lambda h, x: (jax.numpy.tanh(x @ W + h @ U), None), h, xs)
        return jax.numpy.sum((h - t) ** 2)

    return recurrent_loss


CASE = Case("recurrent", recurrent, by_hand, arguments, (2, 3, 4), loss, torch_loss, jax_loss)
