"""The smallest: one line, one gradient, and the gradient of grad()."""

import numpy as np
from dlgrad import dlgradient


def rosenbrock(x):
    y = np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    return y, dlgradient(y, x)


EXAMPLE = (rosenbrock, np.array([1.3, 0.7, 0.8, 1.9]))
VARIABLES = (0,)
