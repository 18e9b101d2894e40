"""Two networks one after the other: what the first sweep has read is given back before the second keeps more."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def features(x, w, n):
    for _ in range(n):
        x = np.tanh(x * w)
    return x


def two_losses(x, w, v, n):
    loss_1 = np.sum(features(x, w, n) ** 2)
    dw = dlgradient(loss_1, w)
    y = x
    for _ in range(n):
        y = y + 0.1 * np.sin(v * y)
    loss_2 = np.sum(y**2)
    dv = dlgradient(loss_2, v)
    return loss_1 + loss_2, dw, dv


EXAMPLE = (two_losses, rng.standard_normal(4), rng.standard_normal(4), 0.7, 5)
VARIABLES = (1, 2)
