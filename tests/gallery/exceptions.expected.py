# Written by dlgrad from exceptions.py, line 22.  Edit that file, not this one.
# arguments: A f8[2-d], b f8[1-d], penalty ('lasso', float)
import numpy as np


def solved_forward(A, b):
    x_1 = None
    x_2 = None
    try:
        x = np.linalg.solve(A, b)
        x_1 = x                                                             # line 11
        cond_10 = True
    except np.linalg.LinAlgError:
        x_2 = A.T                                                           # line 13
        x = x_2 @ b
        cond_10 = False
    return x, (cond_10, A, x_1, x_2)


def solved_backward(dx, saved):
    cond_10, A, _, x_2 = saved
    # line 10: try:
    if cond_10:
        # line 11: x = np.linalg.solve(A, b)
        db = np.linalg.solve(A.T, dx)
    else:
        # line 13: x = A.T @ b
        db = x_2.T @ dx
    return db


def fit_loss(A, b, penalty):
    x, solved_23 = solved_forward(A, b)
    loss = 0.0
    y = x - b
    width = 2
    turn_saved = []                                                         # line 18
    part_saved = []                                                         # line 18
    step_1 = range(0, len(y), width)                                        # line 18
    for k in step_1:
        part = y[k:k + width]
        part_saved.append(part)                                             # line 19
        loss = loss + np.sum(part ** 2)
        turn_saved.append(part.shape)
    match penalty:
        case ("ridge", weight):
            loss = loss + weight * np.sum(x ** 2)
        case ("lasso", weight) if weight > 0:
            loss = loss + weight * np.sum(np.abs(x))
            cond_30 = True
        case _:
            cond_30 = False

    # line 32: db = dlgradient(loss, b)
    # line 30: case ("lasso", weight) if weight > 0:
    if cond_30:
        # line 31: loss = loss + weight * np.sum(np.abs(x))
        dx = penalty[1] * np.sign(x)
        dloss = 1.0
    else:
        # line 30: case ("lasso", weight) if weight > 0:
        dx = np.zeros_like(x)
        dloss = 1.0

    # line 18: for k in range(0, len(y), width):
    dy = np.zeros_like(x)
    for _, part_1, k_1 in zip(reversed(turn_saved), reversed(part_saved), reversed(step_1), strict=True):
        # line 26: loss = loss + np.sum(part ** 2)
        dpart = 2 * dloss * part_1
        # line 19: yield y[k:k + width]
        dy[k_1:k_1 + 2] += dpart

    # line 25: for part in windows(x - b, 2):
    dx_1 = dx + dy

    # line 23: x = solved(A, b)
    step_2 = solved_backward(dx_1, solved_23)
    db = step_2 - dy

    return loss, db
