# Written by dlgrad from stores.py, line 9.  Edit that file, not this one.
# arguments: u0 f8[1-d], k float, target f8[1-d], steps int
import numpy as np
from dlgrad.runtime.kernels import put, scatter, sum_to


def diffusion_loss(u0, k, target, steps):
    u = u0.copy()
    u[0] = k * k
    turn_saved = []                                                         # line 12
    turn_saved_1 = []                                                       # line 12
    turn_saved_2 = []                                                       # line 12
    u_5_saved = []                                                          # line 12
    turn_saved_3 = []                                                       # line 12
    turn_saved_4 = []                                                       # line 12
    turn_saved_5 = []                                                       # line 12
    turn_saved_6 = []                                                       # line 12
    for _ in range(steps):
        u_3 = u[1:-1]                                                       # line 13
        u_8 = u[2:]                                                         # line 13
        u_9 = 2 * u[1:-1]                                                   # line 13
        u_6 = u_8 - u_9                                                     # line 13
        u_7 = u[:-2]                                                        # line 13
        u_5 = u_6 + u_7                                                     # line 13
        u_4 = k * u_5                                                       # line 13
        u_2 = u_3 + u_4                                                     # line 13
        u[1:-1] = u_2
        turn_saved.append(u_2.shape)
        turn_saved_1.append(u_3.shape)
        turn_saved_2.append(u_4.shape)
        u_5_saved.append(u_5)
        turn_saved_3.append(u_6.shape)
        turn_saved_4.append(u_7.shape)
        turn_saved_5.append(u_8.shape)
        turn_saved_6.append(u_9.shape)
    u_1 = u < 0.2                                                           # line 14
    u[u_1] = 0.2
    u[-1] += np.sum(u0)
    loss_1 = u - target                                                     # line 16
    loss = np.sum(loss_1 ** 2)

    # line 17: du0, dk = dlgradient(loss, u0, k)
    # line 16: loss = np.sum((u - target) ** 2)
    du = 2.0 * loss_1

    # line 15: u[-1] += np.sum(u0)
    du_1 = put(du, -1, 0.0)
    du_2 = du[-1]
    du = du_1 + scatter(du_2, u.shape, -1)

    # line 14: u[u < 0.2] = 0.2
    du = put(du, u_1, 0.0)

    # line 12: for _ in range(steps):
    dk_1 = 0.0
    for turn, item, item_1, u_10, item_2, item_3, item_4, item_5 in zip(
            reversed(turn_saved), reversed(turn_saved_1), reversed(turn_saved_2), reversed(u_5_saved),
            reversed(turn_saved_3), reversed(turn_saved_4), reversed(turn_saved_5), reversed(turn_saved_6),
            strict=True):
        # line 13: u[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])
        du0_1 = np.copy(du[1:-1])
        du[1:-1] = 0.0
        du_1 = sum_to(du0_1, turn)
        du_3 = sum_to(du_1, item_1)
        dk_1 += float((du_3 * u_10).sum())
        du_3 = du_3 * k
        du_4 = sum_to(du_3, item_2)
        du[:-2] += sum_to(du_3, item_3)
        du[1:-1] += sum_to(-du_4, item_5) * 2
        du[2:] += sum_to(du_4, item_4)
        du[1:-1] += sum_to(du_1, item)

    # line 11: u[0] = k * k
    du_1 = put(du, 0, 0.0)
    dk = dk_1 + 2 * (float(du[0]) * k)

    # line 10: u = u0.copy()
    du0 = du_1 + du_2

    return loss, du0, dk
