"""A gradient in each turn of a loop, through all the turns before it."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def online_loss(xs, ts, U, h):
    loss, slope = 0.0, np.zeros_like(U)
    for x, t in zip(xs, ts):
        h = np.tanh(x + U @ h)
        error = np.sum((h - t) ** 2)
        dU = dlgradient(error, U)
        loss, slope = loss + error, slope + dU
    return loss, slope


def online_value(xs, ts, U, h):
    loss = 0.0
    for x, t in zip(xs, ts):
        h = np.tanh(x + U @ h)
        loss += np.sum((h - t) ** 2)
    return loss


EXAMPLE = (online_loss, rng.random((5, 3)), rng.random((5, 3)), rng.random((3, 3)), rng.random(3))
VARIABLES = (2,)
PLAIN = online_value
