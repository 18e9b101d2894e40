# Written by dlgrad from containers.py, line 9.  Edit that file, not this one.
# arguments: params {weights: (f8[2-d], f8[2-d]), biases: (f8[1-d], f8[1-d]), scale: float}, x f8[2-d], t f8[2-d]
import numpy as np
from dlgrad.runtime.kernels import list_pad


def deep_loss(params, x, t):
    x_1_saved = []                                                          # line 10
    W_saved = []                                                            # line 10
    x_saved = []                                                            # line 10
    for W, b in zip(params["weights"], params["biases"]):
        W_saved.append(W)
        x_saved.append(x)
        x_1 = x @ W + b                                                     # line 11
        x = np.maximum(x_1, 0)
        x_1_saved.append(x_1)
    loss_1 = params["scale"] * x - t                                        # line 12
    loss = np.mean(loss_1 ** 2)

    # line 13: gradients = dlgradient(loss, params)
    # line 12: loss = np.mean((params["scale"] * x - t) ** 2)
    dloss_1 = 2.0 / max(x.size, 1) * loss_1
    dparams_scale = float((dloss_1 * x).sum())
    dx = dloss_1 * params["scale"]

    # line 10: for W, b in zip(params["weights"], params["biases"]):
    dW_saved = []
    db_saved = []
    for x_2, W_1, x_3 in zip(reversed(x_1_saved), reversed(W_saved), reversed(x_saved), strict=True):
        # line 11: x = np.maximum(x @ W + b, 0)
        gradients_1 = dx * (x_2 > 0) + dx * (x_2 >= 0)
        dx_1 = 0.5 * gradients_1
        db = 0.5 * gradients_1.sum(axis=0)
        dx = dx_1 @ W_1.T
        dW = x_3.T @ dx_1
        dW_saved.append(dW)
        db_saved.append(db)
    dW_saved.reverse()
    db_saved.reverse()

    # line 10: for W, b in zip(params["weights"], params["biases"]):
    step_1 = list_pad(dW_saved, [params["weights"][0], params["weights"][1]])
    step_2 = list_pad(db_saved, [params["biases"][0], params["biases"][1]])

    gradients = {"weights": [np.copy(step_1[0]), np.copy(step_1[1])],
                 "biases": [np.copy(step_2[0]), np.copy(step_2[1])], "scale": dparams_scale}
    return loss, gradients
