"""Labelled arrays: formats are resolved into axes."""

import numpy as np
from dlgrad import crossentropy, dlarray, dlgradient, fullyconnect, softmax

rng = np.random.default_rng(0)


def classify_loss(X, T, W, b):
    Y = softmax(fullyconnect(X, W, b))
    loss = crossentropy(Y, T)
    dW, db = dlgradient(loss, W, b)
    return loss, dW, db


EXAMPLE = (classify_loss, dlarray(rng.random((3, 6)), "CB"), dlarray(np.eye(4)[:, [0, 3, 1, 1, 2, 0]], "CB"),
           rng.random((4, 3)), rng.random(4))
VARIABLES = (2, 3)
