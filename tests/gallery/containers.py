"""Parameters in a dict of lists: the gradient is such a dict."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def deep_loss(params, x, t):
    for W, b in zip(params["weights"], params["biases"]):
        x = np.maximum(x @ W + b, 0)
    loss = np.mean((params["scale"] * x - t) ** 2)
    gradients = dlgradient(loss, params)
    return loss, gradients


EXAMPLE = (deep_loss,
           {"weights": [rng.random((3, 4)), rng.random((4, 2))], "biases": [rng.random(4), rng.random(2)], "scale": 0.7},
           rng.random((5, 3)), rng.random((5, 2)))
VARIABLES = (0,)
