# Written by dlgrad from recurrent.py, line 9.  Edit that file, not this one.
# arguments: xs f8[3-d], t f8[2-d], W f8[2-d], U f8[2-d], h f8[2-d]
import numpy as np


def rnn_loss(xs, t, W, U, h):
    h_saved = []                                                            # line 10
    for x in xs:
        h_saved.append(h)
        h = np.tanh(x @ W + h @ U)
    loss_1 = h - t                                                          # line 12
    loss = np.sum(loss_1 ** 2)

    # line 13: dW, dU = dlgradient(loss, W, U)
    # line 12: loss = np.sum((h - t) ** 2)
    dh = 2.0 * loss_1

    # line 10: for x in xs:
    dU = np.zeros_like(U)
    dW = np.zeros_like(W)
    h_1 = h
    for h_2, x_1 in zip(reversed(h_saved), reversed(xs), strict=True):
        # line 11: h = np.tanh(x @ W + h @ U)
        dh_1 = dh * (1 - h_1 * h_1)
        dh = dh_1 @ U.T
        dU += h_2.T @ dh_1
        dW += x_1.T @ dh_1
        h_1 = h_2

    return loss, dW, dU, h
