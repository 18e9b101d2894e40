"""Stores that truncate, types of numbers, powers, truth values in arithmetic.

Each must be differentiated rightly or refused, never be wrong.
"""

import numpy as np

from . import Program, subtleties


def subtle_integer_buffer(x):
    y = np.zeros(3, dtype=int)
    y[0] = x[0] * 10
    y[1] += 1
    return np.sum(y) * x[1]


def subtle_integer_buffer_from_arange(x):
    y = np.arange(4)
    y[1:3] = x[1:3] * 7
    return y @ x


def subtle_integer_full(x):
    y = np.full(3, 2)
    y[0] = x[0] * 5
    return np.sum(y * x[0])


def subtle_integer_array_of_list(x):
    y = np.array([1, 2, 3])
    y[x[:3] > 0] = x[0] * 3
    return np.sum(y) * x[0]


def subtle_float32_buffer(x):
    y = np.zeros(4, dtype=np.float32)
    y[:] = x
    return float(np.sum(y.astype(float) * 2))


def subtle_bool_buffer(x):
    y = np.zeros(4, dtype=bool)
    y[0] = x[0]
    return np.sum(y * x)


def subtle_integer_power(x):
    n = 3
    return x[0] ** n + (-abs(x[1])) ** 2 + x[2] ** -2 + 2.0 ** x[3]


def subtle_negative_base(x):
    return (-(x[0] ** 2) - 1) ** 3 + np.sum((-np.abs(x)) ** 2) + np.sum(np.power(x, 3))


def subtle_boolean_arithmetic(x):
    hits = (x > 0).sum()
    return hits * x[0] + True * x[1] + (x[0] > x[1]) * x[2]


def subtle_is_and_equal(x):
    y = x
    z = x + 0
    s = 1.0 if y is x else 2.0
    s *= 3.0 if z is x else 5.0
    return s * np.sum(x * x)


def subtle_types(x):
    v, w = x[0], float(x[1])
    k = 2.0 if isinstance(v, float) else 3.0
    k *= 5.0 if type(v) is float else 7.0
    k *= 11.0 if type(w) is float else 13.0
    k *= 17.0 if isinstance(x, np.ndarray) and isinstance(x.shape, tuple) else 19.0
    return k * v * w


def subtle_sum_of_mixed(x):
    total = 0
    total += 1
    total += x[0]
    total += x
    total = total + np.ones((2, 1))
    return np.sum(total * x)


def subtle_empty_pieces(x):
    e = x[4:]
    return np.sum(e * 3) + np.sum(np.concatenate([e, x])) + np.sum(x[[]]) + np.sum(x[x > 99]) + sum([])


def subtle_float_augmented_is_new(x):
    a = b = x[0] * 2
    a += x[1]
    return a * b


def subtle_scalar_of_array_is_copy(x):
    y = x * 1.0
    v = y[0]
    y[0] = x[1] * 5
    v += 1.0
    return v * y[0]


def subtle_sum_into_zero_d(x):
    s = np.zeros(())
    t = s
    s += x[0] * x[0]
    s[...] = s * x[1]
    return t * 2


COARSE = {"h": 1e-2, "rtol": 1e-3}
EITHER = [
    Program(f, lambda rng, n: (rng.normal(size=4),), **(COARSE if f is subtle_float32_buffer else {}))
    for f in subtleties(globals())
]
