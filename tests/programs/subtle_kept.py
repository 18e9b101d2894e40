"""What a helper has kept for the gradient is changed by its caller before the gradient reads it.

Each must be differentiated rightly or refused, never be wrong.
"""

import operator

import numpy as np

from . import Program, subtleties


def energy(y):
    """A helper that keeps its argument."""
    return np.sum(y * y)


def layer(y):
    """A helper that keeps its result."""
    return np.tanh(y)


def scaled(p):
    """A helper that keeps an entry of a container."""
    return np.sum(p["w"] ** 2) * p["w"][0]


def walked(rows, x):
    """A helper that keeps the entries of a list."""
    s = 0.0
    for r in rows:
        s = s + np.sum(r * r * x)
    return s


def nested(y, n):
    """A helper that changes what the helpers below it have kept."""
    if n == 0:
        return np.sum(y**3)
    y = y * 2
    s = nested(y, n - 1)
    y += 1.0
    return s + np.sum(y * y)


def subtle_argument_changes(x):
    y = x * 1.0
    a = energy(y)
    y[0] = x[1] * x[1]
    return a * energy(y)


def subtle_result_changes(x):
    h = layer(x)
    h *= 2.0
    k = layer(h)
    k[0] = 1.5
    return np.sum(h) + np.sum(k * h)


def subtle_entry_changes(x):
    w = x * 1.0
    p = {"w": w}
    a = scaled(p)
    w[1] = w[0] * 3
    p["w"] *= w
    return a * scaled(p)


def subtle_row_changes(x):
    rows = []
    for i in range(3):
        rows.append(x * (i + 1.0))
    a = walked(rows, x)
    rows[1][0] = 7.0
    return a


def subtle_next_turn_changes(x):
    s = 0.0
    u = x.copy()
    for i in range(3):
        s = s + scaled({"w": u})
        u[i] = u[i] * x[0]
    return s


def subtle_nested_changes(x):
    return nested(x, 3)


def subtle_view_changes(x):
    y = x * 2.0
    a = energy(y[1:])
    y += x
    return a * energy(y[:2])


def subtle_argument_is_the_callers(x):
    a = energy(x)
    z = x
    z = z * 2
    return a * energy(z)


def subtle_operator_in_place(x):
    y = x * 1.0
    operator.iadd(y, x)
    return np.sum(y * y)


def subtle_nan_to_num_in_place(x):
    y = x * 1.0
    y[0] = np.inf
    np.nan_to_num(y, copy=False, posinf=1.0)
    return np.sum(y * x)


def subtle_clip_into(x):
    y = x * 1.0
    np.clip(y, -0.5, 0.5, y)
    return np.sum(y * x)


def subtle_sum_into(x):
    m = np.outer(x, x)
    out = np.zeros(len(x))
    np.sum(m, 0, None, out)
    return np.sum(out * x)


def subtle_dot_into(x):
    m = np.outer(x, x)
    out = np.zeros_like(m)
    np.dot(m, m, out)
    return np.sum(out)


def subtle_cumsum_into(x):
    y = x * 1.0
    np.cumsum(x * x, 0, None, y)
    return np.sum(y * x)


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
