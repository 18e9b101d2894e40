# Written by dlgrad from two_networks.py, line 15.  Edit that file, not this one.
# arguments: x f8[1-d], w f8[1-d], v float, n int
import numpy as np


def features_forward(x, w, n):
    x_saved = []                                                            # line 10
    for _ in range(n):
        x_saved.append(x)
        x = np.tanh(x * w)
    return x, (w.shape, x_saved, x, w)


def features_backward(dx, saved):
    w_shape, x_saved, x, w = saved
    # line 10: for _ in range(n):
    dx_1 = dx
    dw = np.zeros(w_shape, dtype=np.float64)
    for x_1 in reversed(x_saved):
        # line 11: x = np.tanh(x * w)
        dx_2 = dx_1 * (1 - x * x)
        dx_1 = dx_2 * w
        dw += dx_2 * x_1
        x = x_1
    return dw


def two_losses(x, w, v, n):
    loss_1_1, features_16 = features_forward(x, w, n)                       # line 16
    loss_1 = np.sum(loss_1_1 ** 2)

    # line 17: dw = dlgradient(loss_1, w)
    # line 16: loss_1 = np.sum(features(x, w, n) ** 2)
    dloss_1_1 = 2.0 * loss_1_1
    dw = features_backward(dloss_1_1, features_16)
    del features_16

    y = x
    y_1_saved = []                                                          # line 19
    y_saved = []                                                            # line 19
    for _ in range(n):
        y_saved.append(y)
        y_1 = v * y                                                         # line 20
        y = y + 0.1 * np.sin(y_1)
        y_1_saved.append(y_1)
    loss_2 = np.sum(y**2)

    # line 22: dv = dlgradient(loss_2, v)
    # line 21: loss_2 = np.sum(y**2)
    dy = 2.0 * y

    # line 19: for _ in range(n):
    dv = 0.0
    for y_2, y_3 in zip(reversed(y_1_saved), reversed(y_saved), strict=True):
        # line 20: y = y + 0.1 * np.sin(v * y)
        dy_1 = dy * 0.1 * np.cos(y_2)
        dv += float((dy_1 * y_3).sum())
        dy = dy + dy_1 * v

    return loss_1 + loss_2, dw, dv
