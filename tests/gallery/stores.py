"""Stores: a boundary value, a stencil in place, a mask, and an accumulating store."""

import numpy as np
from dlgrad import dlgradient

rng = np.random.default_rng(0)


def diffusion_loss(u0, k, target, steps):
    u = u0.copy()
    u[0] = k * k
    for _ in range(steps):
        u[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
    u[u < 0.2] = 0.2
    u[-1] += np.sum(u0)
    loss = np.sum((u - target) ** 2)
    du0, dk = dlgradient(loss, u0, k)
    return loss, du0, dk


EXAMPLE = (diffusion_loss, rng.random(8), 0.3, rng.random(8), 4)
VARIABLES = (0, 1)
