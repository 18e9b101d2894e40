"""break, continue and an early return keep their form."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def relaxed(x, w, tolerance):
    for k in range(50):
        step = np.tanh(w * x) - 0.5 * x
        if k % 2:
            continue
        x = x + step
        if np.max(np.abs(step)) < tolerance:
            break
    return x


def fixed_point_loss(x, w, tolerance):
    x = relaxed(x, w, tolerance)
    loss = np.sum(x ** 2)
    dw = dlgradient(loss, w)
    return loss, dw


EXAMPLE = (fixed_point_loss, 1 + rng.random(4), 1 + rng.random(4), 1e-6)
VARIABLES = (1,)
