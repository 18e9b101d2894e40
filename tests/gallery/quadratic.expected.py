# Written by dlgrad from quadratic.py, line 7.  Edit that file, not this one.
# arguments: x f8[1-d]
import numpy as np
from dlgrad.runtime.kernels import scatter, sum_to


def rosenbrock(x):
    y_4 = x[1:]                                                             # line 8
    y_5 = x[:-1]                                                            # line 8
    y_2 = y_4 - y_5 ** 2                                                    # line 8
    y_1 = 100 * y_2 ** 2 + (y_3 := 1 - x[:-1]) ** 2                         # line 8
    y = np.sum(y_1)

    # line 9: return y, dlgradient(y, x)
    # line 8: y = np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    dy_1 = np.ones_like(y_1)
    dx = scatter(-(2 * sum_to(dy_1, y_3.shape) * y_3), x.shape, np.s_[:-1])
    dy_1 = 200 * sum_to(dy_1, y_2.shape) * y_2
    step_1 = scatter(2 * sum_to(-dy_1, y_5.shape) * y_5, x.shape, np.s_[:-1])
    dx += step_1
    dx[1:] += sum_to(dy_1, y_4.shape)

    return y, dx
