# Written by dlgrad from own_gradients.py, line 24.  Edit that file, not this one.
# arguments: x f8[2-d], W f8[2-d], limit float
import numpy as np


def block_forward(x, W):
    h = softplus(x @ W)
    result_1 = np.sin(h)                                                    # line 21
    return h * result_1, (result_1, h, W, x)


def dx_27(dx, *, limit):
    dx = np.clip(dx, -limit, limit)
    return dx


def softplus_backward(dy, y, x):
    return dy * (1.0 - np.exp(-y))


def block_backward(dy, saved):
    result_1, h, W, x = saved
    # line 21: return h * np.sin(h)
    dh = dy * result_1
    dh += dy * h * np.cos(h)
    # line 20: h = softplus(x @ W)
    dh_1 = softplus_backward(dh, h, None)
    dx = dh_1 @ W.T
    dW = x.T @ dh_1
    return dx, dW


def own_gradients(x, W, limit):
    x_saved = []                                                            # line 25
    for _ in range(3):
        x_saved.append(x)
        x = block(x, W)
    loss = np.sum(x**2)

    # line 30: dW = dlgradient(loss, W)
    # line 29: loss = np.sum(x**2)
    dx_1 = 2.0 * x

    # line 25: for _ in range(3):
    dW = np.zeros_like(W)
    for x_1 in reversed(x_saved):
        # line 27: with dl.gradient_of(x) as dx:
        dx_2 = dx_27(dx_1, limit=limit)
        # line 26: x = block(x, W)
        _, block_26 = block_forward(x_1, W)
        dx_1, dW_1 = block_backward(dx_2, block_26)
        dW += dW_1

    return loss, dW
