"""Loops in loops, over indices, with a scalar accumulator."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def energy_loss(points, charges):
    energy = 0.0
    for i in range(len(points)):
        for j in range(i):
            gap = points[i] - points[j]
            distance = np.sqrt(np.sum(gap * gap))
            energy = energy + charges[i] * charges[j] / distance
    forces, dcharges = dlgradient(energy, points, charges)
    return energy, forces, dcharges


EXAMPLE = (energy_loss, rng.random((4, 3)), rng.random(4))
VARIABLES = (0, 1)
