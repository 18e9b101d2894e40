# Written by dlgrad from pair.py, line 14.  Edit that file, not this one.
# arguments: x f8[2-d], t f8[2-d], W1 f8[2-d], b1 f8[1-d], W2 f8[2-d], b2 f8[1-d]
import numpy as np


def layer_forward(x, W, b):
    y = np.tanh(x @ W + b)
    return y, (y, W, x)


def layer_backward(dy, saved):
    y, W, x = saved
    # line 10: y = np.tanh(x @ W + b)
    dy_1 = dy * (1 - y * y)
    db = dy_1.sum(axis=0)
    dx = dy_1 @ W.T
    dW = x.T @ dy_1
    return dx, dW, db


def layer_backward_2(dy, saved):
    y, _, x = saved
    # line 10: y = np.tanh(x @ W + b)
    dy_1 = dy * (1 - y * y)
    db = dy_1.sum(axis=0)
    dW = x.T @ dy_1
    return dW, db


def network_loss(x, t, W1, b1, W2, b2):
    h, layer_15 = layer_forward(x, W1, b1)
    y, layer_16 = layer_forward(h, W2, b2)
    loss_1 = y - t                                                          # line 17
    loss = np.mean(loss_1 ** 2)

    # line 18: dW1, db1, dW2, db2 = dlgradient(loss, W1, b1, W2, b2)
    # line 17: loss = np.mean((y - t) ** 2)
    dy = 2.0 / max(y.size, 1) * loss_1

    # line 16: y = layer(h, W2, b2)
    dh, dW2, db2 = layer_backward(dy, layer_16)

    # line 15: h = layer(x, W1, b1)
    dW1, db1 = layer_backward_2(dh, layer_15)

    return loss, dW1, db1, dW2, db2
