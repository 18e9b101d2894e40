# Written by dlgrad from every_turn.py, line 9.  Edit that file, not this one.
# arguments: xs f8[2-d], ts f8[2-d], U f8[2-d], h f8[1-d]
import numpy as np


def online_loss(xs, ts, U, h):
    loss, slope = 0.0, np.zeros_like(U)
    h_1_saved = []                                                          # line 11
    for x, t in zip(xs, ts):
        h_1 = h
        h_1_saved.append(h_1)
        h = np.tanh(x + U @ h)
        error_1 = h - t                                                     # line 13
        error = np.sum(error_1 ** 2)

        # line 14: dU = dlgradient(error, U)
        # line 13: error = np.sum((h - t) ** 2)
        dh = 2.0 * error_1

        # line 12: h = np.tanh(x + U @ h)
        dh_1 = dh * (1 - h * h)
        dU_1 = dh_1[..., None] * h_1
        dh = U.T @ dh_1

        # line 11: for x, t in zip(xs, ts):
        dU = dU_1
        h_2 = h_1
        for h_3 in reversed(h_1_saved[:-1]):
            # line 12: h = np.tanh(x + U @ h)
            dh_1 = dh * (1 - h_2 * h_2)
            dU += dh_1[..., None] * h_3
            dh = U.T @ dh_1
            h_2 = h_3

        loss, slope = loss + error, slope + dU
    return loss, slope
