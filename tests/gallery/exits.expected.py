# Written by dlgrad from exits.py, line 20.  Edit that file, not this one.
# arguments: x f8[1-d], w f8[1-d], tolerance float
import numpy as np


def relaxed_forward(x, w, tolerance):
    cond_12_saved = []                                                      # line 10
    step_1_saved = []                                                       # line 10
    x_saved = []                                                            # line 10
    for k in range(50):
        x_saved.append(x)
        step_1 = np.tanh(w * x)                                             # line 11
        step = step_1 - 0.5 * x
        cond_12 = k % 2                                                     # line 12
        if cond_12:
            cond_12_saved.append(cond_12)
            step_1_saved.append(step_1)
            continue
        x = x + step
        if np.max(np.abs(step)) < tolerance:
            cond_12_saved.append(cond_12)
            step_1_saved.append(step_1)
            break
        cond_12_saved.append(cond_12)
        step_1_saved.append(step_1)
    return x, (w.shape, cond_12_saved, step_1_saved, x_saved, w)


def relaxed_backward(dx, saved):
    w_shape, cond_12_saved, step_1_saved, x_saved, w = saved
    # line 10: for k in range(50):
    dx_1 = dx
    dw = np.zeros(w_shape, dtype=np.float64)
    for cond_12, step_1, x in zip(reversed(cond_12_saved), reversed(step_1_saved), reversed(x_saved), strict=True):
        # line 12: if k % 2:
        if cond_12:
            dstep = np.zeros(w_shape, dtype=np.float64)
            dx_2 = dx_1
        else:
            dx_2 = dx_1
            dstep = dx_1
        # line 11: step = np.tanh(w * x) - 0.5 * x
        dx_2 = dx_2 + -0.5 * dstep
        dstep_1 = dstep * (1 - step_1 * step_1)
        dw += dstep_1 * x
        dx_1 = dx_2 + dstep_1 * w
    return dw


def fixed_point_loss(x, w, tolerance):
    x, relaxed_21 = relaxed_forward(x, w, tolerance)
    loss = np.sum(x ** 2)

    # line 23: dw = dlgradient(loss, w)
    # line 22: loss = np.sum(x ** 2)
    dx = 2.0 * x

    # line 21: x = relaxed(x, w, tolerance)
    dw = relaxed_backward(dx, relaxed_21)

    return loss, dw
