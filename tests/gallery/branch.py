"""A branch on data: the backward half branches as the user's did."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def huber_loss(x, t, w, delta):
    r = x @ w - t
    # all small: quadratic, otherwise linear
    if np.max(np.abs(r)) < delta:
        loss = 0.5 * np.sum(r ** 2)
    else:
        loss = delta * np.sum(np.abs(r)) - 0.5 * delta ** 2 * r.size
    dw = dlgradient(loss, w)
    return loss, dw


EXAMPLE = (huber_loss, rng.random((5, 3)), rng.random(5), rng.random(3), 0.25)
VARIABLES = (2,)
