# Written by dlgrad from laplacian.py, line 9.  Edit that file, not this one.
# arguments: x f8[2-d], f f8[2-d, size 1 at 1], w f8[2-d], v f8[2-d, size 1 at 1]
import numpy as np
from dlgrad.runtime.kernels import axis_basis, axis_ones


def poisson_loss(x, f, w, v):
    u_1 = np.tanh(x @ w)                                                    # line 10
    u = u_1 @ v

    # line 11: bend = dl.dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    du = axis_ones(u, x, axis=1)

    # line 10: u = np.tanh(x @ w) @ v
    step_1 = 1 - u_1 * u_1
    step_2 = w.T

    # line 11: bend = dl.dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    step_3 = axis_basis(u, x, axis=1, of="x")

    # line 10: u = np.tanh(x @ w) @ v
    dbend_1 = step_3 @ step_2.T
    dx = -2 * (dbend_1 * (du @ v.T) * u_1) * step_1 @ step_2

    # line 11: bend = dl.dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    step_4 = dx * step_3
    step_5 = step_4.sum(axis=0)
    bend = step_5.sum(axis=1, keepdims=True)

    loss_1 = bend - f                                                       # line 12
    loss = np.mean(loss_1 ** 2)

    # line 13: dv = dl.dlgradient(loss, v)
    # line 11: bend = dl.dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    dbend_2 = np.broadcast_to(2.0 / max(bend.size, 1) * loss_1, step_5.shape)
    ddx = np.broadcast_to(dbend_2, step_4.shape) * step_3

    # line 10: u = np.tanh(x @ w) @ v
    dbend_2 = du.T @ (ddx @ step_2.T * step_1 * -2 * u_1 * dbend_1).sum(axis=0)
    dv = dbend_2.T

    # line 13: dv = dl.dlgradient(loss, v)
    dv = np.copy(dv)

    return loss, dv
