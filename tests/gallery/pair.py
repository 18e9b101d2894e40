"""A function of the user's, called twice: one pair of functions, written once."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def layer(x, W, b):
    y = np.tanh(x @ W + b)
    return y


def network_loss(x, t, W1, b1, W2, b2):
    h = layer(x, W1, b1)
    y = layer(h, W2, b2)
    loss = np.mean((y - t) ** 2)
    dW1, db1, dW2, db2 = dlgradient(loss, W1, b1, W2, b2)
    return loss, dW1, db1, dW2, db2


EXAMPLE = (network_loss, rng.random((5, 3)), rng.random((5, 2)), rng.random((3, 4)), rng.random(4),
           rng.random((4, 2)), rng.random(2))
VARIABLES = (2, 3, 4, 5)
