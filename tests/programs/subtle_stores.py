"""Functions and methods that change an array in place.

Each must be differentiated rightly or refused, never be wrong.
"""

import operator

import numpy as np

from . import Program, subtleties


def subtle_methods_by_name(x):
    y = x * 1.0
    y.__setitem__(0, x[1] * x[1])
    y.__iadd__(x)
    return np.sum(y * y)


def subtle_operator_functions(x):
    y = x * 1.0
    operator.setitem(y, 0, x[1] * x[1])
    operator.iadd(y, x)
    return np.sum(y * y)


def subtle_fill_kept(x):
    y = x * 1.0
    f = y.fill
    f(x[0] * x[0])
    return np.sum(y)


def subtle_out_positional(x):
    y = x * 1.0
    np.add(x, x, y)
    return np.sum(y * y)


def subtle_out_of_method(x):
    y = x * 1.0
    x.cumsum(out=y)
    return np.sum(y * y)


def subtle_clip_out(x):
    y = x * 1.0
    y.clip(-0.5, 0.5, out=y)
    return np.sum(y * y)


def subtle_dot_out(x):
    m = np.zeros((4, 4))
    np.outer(x, x, out=m)
    return np.sum(m * m)


def subtle_where_argument(x):
    y = x * 1.0
    np.multiply(y, 3.0, out=y, where=x > 0)
    return np.sum(y * y)


def subtle_fill_diagonal(x):
    m = np.outer(x, x)
    np.fill_diagonal(m, x[0])
    return np.sum(m * m)


def subtle_putmask(x):
    y = x * 1.0
    np.putmask(y, x > 0, x * x)
    return np.sum(y * y)


def subtle_put(x):
    y = x * 1.0
    np.put(y, [0, 1], x[2] * x[2])
    return np.sum(y * y)


def subtle_put_method(x):
    y = x * 1.0
    y.put([0, 1], x[2] * x[2])
    return np.sum(y * y)


def subtle_copyto(x):
    y = x * 1.0
    np.copyto(y, x * x, where=x > 0)
    return np.sum(y * y)


def subtle_place(x):
    y = x * 1.0
    np.place(y, x > 0, [x[0], 2.0])
    return np.sum(y * y)


def subtle_put_along_axis(x):
    y = np.outer(x, x)
    np.put_along_axis(y, np.zeros((4, 1), dtype=int), x[:, None] ** 3, axis=1)
    return np.sum(y * y)


def subtle_sort_in_place(x):
    y = x * x
    y.sort()
    return y @ np.arange(len(y))


def subtle_partition_in_place(x):
    y = x * x
    y.partition(1)
    return y[1]


def subtle_resize_in_place(x):
    y = x * x
    y.resize((2, 2), refcheck=False)
    return np.sum(y[0])


def subtle_shape_store(x):
    y = x * x
    y.shape = (2, -1)
    return np.sum(y[0] * y[1])


def subtle_shuffle(x):
    y = x * x
    np.random.default_rng(0).shuffle(y)
    return y[0] * 2 + y[1]


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
