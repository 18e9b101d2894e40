"""A Laplacian in a loss: the second derivatives of a small network, for all coordinates at once."""

import dlgrad as dl
import numpy as np

rng = np.random.default_rng(0)


def poisson_loss(x, f, w, v):
    u = np.tanh(x @ w) @ v
    bend = dl.dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    loss = np.mean((bend - f) ** 2)
    dv = dl.dlgradient(loss, v)
    return loss, dv


def by_hand(x, f, w, v):
    y = np.tanh(x @ w)
    bend = (-2 * y * (1 - y ** 2) * np.sum(w ** 2, axis=0)) @ v
    return np.mean((bend - f) ** 2)


EXAMPLE = (poisson_loss, rng.normal(size=(5, 2)), rng.random((5, 1)), rng.normal(size=(2, 4)), rng.normal(size=(4, 1)))
VARIABLES = (3,)
PLAIN = by_hand
