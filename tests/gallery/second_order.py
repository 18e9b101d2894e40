"""A gradient inside a loss: the penalty on a slope is differentiated again."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def penalised_loss(x, t, w):
    y = np.tanh(x * w)
    slope = dlgradient(np.sum(y), x, EnableHigherDerivatives=True)
    loss = np.mean((y - t) ** 2) + 0.1 * np.sum(slope ** 2)
    dw = dlgradient(loss, w)
    return loss, dw


def by_hand(x, t, w):
    y = np.tanh(x * w)
    return np.mean((y - t) ** 2) + 0.1 * np.sum((w * (1 - y ** 2)) ** 2)


EXAMPLE = (penalised_loss, rng.random(5), rng.random(5), rng.random(5))
VARIABLES = (2,)
PLAIN = by_hand
