# Written by dlgrad from branch.py, line 9.  Edit that file, not this one.
# arguments: x f8[2-d], t f8[1-d], w f8[1-d], delta float
import numpy as np


def huber_loss(x, t, w, delta):
    r = x @ w - t
    # all small: quadratic, otherwise linear
    cond_12 = np.max(np.abs(r)) < delta                                     # line 12
    if cond_12:
        loss = 0.5 * np.sum(r ** 2)
    else:
        loss = delta * np.sum(np.abs(r)) - 0.5 * delta ** 2 * r.size

    # line 16: dw = dlgradient(loss, w)
    # line 12: if np.max(np.abs(r)) < delta:
    if cond_12:
        dr = r
    else:
        # line 15: loss = delta * np.sum(np.abs(r)) - 0.5 * delta ** 2 * r.size
        dr = delta * np.sign(r)

    # line 10: r = x @ w - t
    dw = x.T @ dr

    return loss, dw
