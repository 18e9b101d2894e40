"""A multilayer perceptron: straight code, weight decay, four gradients."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def mlp_loss(x, t, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    y = h @ W2 + b2
    loss = np.mean((y - t) ** 2) + 1e-4 * np.sum(W1 ** 2)  # a little weight decay
    dW1, db1, dW2, db2 = dlgradient(loss, W1, b1, W2, b2)
    return loss, dW1, db1, dW2, db2


EXAMPLE = (mlp_loss, rng.random((5, 3)), rng.random((5, 2)), rng.random((3, 4)), rng.random(4), rng.random((4, 2)),
           rng.random(2))
VARIABLES = (2, 3, 4, 5)
