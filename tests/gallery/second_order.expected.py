# Written by dlgrad from second_order.py, line 9.  Edit that file, not this one.
# arguments: x f8[1-d], t f8[1-d], w f8[1-d]
import numpy as np


def penalised_loss(x, t, w):
    y = np.tanh(x * w)
    slope_1 = np.sum(y)                                                     # line 11

    # line 11: slope = dlgradient(np.sum(y), x, EnableHigherDerivatives=True)
    # line 10: y = np.tanh(x * w)
    dy_1 = 1 - y * y
    slope = dy_1 * w

    loss_1 = y - t                                                          # line 12
    loss = np.mean(loss_1 ** 2) + 0.1 * np.sum(slope ** 2)

    # line 13: dw = dlgradient(loss, w)
    # line 12: loss = np.mean((y - t) ** 2) + 0.1 * np.sum(slope ** 2)
    dslope = 0.2 * slope
    dy = 2.0 / max(y.size, 1) * loss_1

    # line 10: y = np.tanh(x * w)
    dw = dslope * dy_1
    dy_1 = dy + -2 * (dslope * w * y)
    dw += dy_1 * (1 - y * y) * x

    return loss, dw
