# Written by dlgrad from while_branch.py, line 9.  Edit that file, not this one.
# arguments: x f8[1-d], w f8[1-d], steps int
import numpy as np


def walk_loss(x, w, steps):
    n = 0
    cond_12_saved = []                                                      # line 11
    x_1_saved = []                                                          # line 11
    x_saved = []                                                            # line 11
    while n < steps:
        x_1 = None
        x_saved.append(x)
        cond_12 = np.sum(x) > 0                                             # line 12
        if cond_12:
            x_1 = w * x                                                     # line 13
            x = np.sin(x_1)
        else:
            x = x - w
        n = n + 1
        cond_12_saved.append(cond_12)
        x_1_saved.append(x_1)
    loss = np.sum(x)

    # line 18: dw = dlgradient(loss, w)
    # line 17: loss = np.sum(x)
    dx = np.ones_like(x)

    # line 11: while n < steps:
    dw = np.zeros_like(w)
    for cond_13, x_2, x_3 in zip(reversed(cond_12_saved), reversed(x_1_saved), reversed(x_saved), strict=True):
        # line 12: if np.sum(x) > 0:
        if cond_13:
            # line 13: x = np.sin(w * x)
            dx_1 = dx * np.cos(x_2)
            dw = dw + dx_1 * x_3
            dx = dx_1 * w
        else:
            # line 15: x = x - w
            dw = dw - dx

    return loss, dw
