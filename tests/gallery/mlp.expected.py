# Written by dlgrad from mlp.py, line 9.  Edit that file, not this one.
# arguments: x f8[2-d], t f8[2-d], W1 f8[2-d], b1 f8[1-d], W2 f8[2-d], b2 f8[1-d]
import numpy as np


def mlp_loss(x, t, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    y = h @ W2 + b2
    loss_1 = y - t                                                          # line 12
    loss = np.mean(loss_1 ** 2) + 1e-4 * np.sum(W1 ** 2)  # a little weight decay

    # line 13: dW1, db1, dW2, db2 = dlgradient(loss, W1, b1, W2, b2)
    # line 12: loss = np.mean((y - t) ** 2) + 1e-4 * np.sum(W1 ** 2)  # a little weight decay
    dW1 = 0.0002 * W1
    dy = 2.0 / max(y.size, 1) * loss_1

    # line 11: y = h @ W2 + b2
    db2 = dy.sum(axis=0)
    dh = dy @ W2.T
    dW2 = h.T @ dy

    # line 10: h = np.tanh(x @ W1 + b1)
    dh_1 = dh * (1 - h * h)
    db1 = dh_1.sum(axis=0)
    dW1 += x.T @ dh_1

    return loss, dW1, db1, dW2, db2
