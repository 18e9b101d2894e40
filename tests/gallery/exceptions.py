"""match, try and a generator keep their form; only the way that was taken is noted."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def solved(A, b):
    try:
        x = np.linalg.solve(A, b)
    except np.linalg.LinAlgError:
        x = A.T @ b
    return x


def windows(y, width):
    for k in range(0, len(y), width):
        yield y[k:k + width]


def fit_loss(A, b, penalty):
    x = solved(A, b)
    loss = 0.0
    for part in windows(x - b, 2):
        loss = loss + np.sum(part ** 2)
    match penalty:
        case ("ridge", weight):
            loss = loss + weight * np.sum(x ** 2)
        case ("lasso", weight) if weight > 0:
            loss = loss + weight * np.sum(np.abs(x))
    db = dlgradient(loss, b)
    return loss, db


EXAMPLE = (fit_loss, np.eye(4) + 0.1 * rng.random((4, 4)), 1 + rng.random(4), ("lasso", 0.5))
VARIABLES = (1,)
