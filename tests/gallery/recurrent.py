"""A recurrent cell over time: the adjoint of a loop is a loop."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def rnn_loss(xs, t, W, U, h):
    for x in xs:
        h = np.tanh(x @ W + h @ U)
    loss = np.sum((h - t) ** 2)
    dW, dU = dlgradient(loss, W, U)
    return loss, dW, dU, h


EXAMPLE = (rnn_loss, rng.random((6, 2, 3)), rng.random((2, 4)), rng.random((3, 4)), rng.random((4, 4)),
           rng.random((2, 4)))
VARIABLES = (2, 3)
