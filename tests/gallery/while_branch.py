"""A while loop with a branch inside."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def walk_loss(x, w, steps):
    n = 0
    while n < steps:
        if np.sum(x) > 0:
            x = np.sin(w * x)
        else:
            x = x - w
        n = n + 1
    loss = np.sum(x)
    dw = dlgradient(loss, w)
    return loss, dw


EXAMPLE = (walk_loss, rng.standard_normal(4), rng.standard_normal(4), 5)
VARIABLES = (1,)
