"""Arrays that share memory in ways that are easily forgotten: differentiated rightly or refused, never dropped."""

import numpy as np

from . import Program, subtleties, vectors


def first_changed(a, b):
    a[0] = 5.0
    return np.sum(b * b)


def entry_changed(p, b):
    p[0][0] = 5.0
    return np.sum(b * b)


def subtle_both_ways_two_names(x):
    if x[0] > -100:
        u = x * 2
        z = u
    else:
        z = x * 3
        u = z
    z[0] = x[1] * x[2]
    return np.sum(u * u)


def subtle_second_name_of_one_way(x):
    c = x[0] > -100
    if c:
        u = x * 2
        z = u
    else:
        z = x * 3
    z[0] = x[1] * x[2]
    if c:
        return np.sum(u * u)
    return 0.0 * x[0]


def subtle_two_names_after_a_loop(x):
    u = x * 1.0
    z = x * 4.0
    for i in range(len(x) - 2):
        u = x * 2
        z = u
    z[0] = x[1] * x[2]
    return np.sum(u * u)


def subtle_second_name_from_turn_to_turn(x):
    u = x * 1.0
    z = x * 4.0
    for i in range(len(x) - 2):
        z[0] = x[1] * x[2]
        u = x * 2
        z = u
    return np.sum(u * u) + np.sum(z * z)


def subtle_read_by_the_first_name(x):
    u = x * 1.0
    z = x * 4.0
    for i in range(len(x) - 1):
        z[0] = x[1] * x[2]
        s = np.sum(u * u)
        u = x * 2
        z = u
    return s


def subtle_argument_twice(x):
    r = first_changed(x * 1.0, x * 2.0)
    y = x * 3
    r += first_changed(y, y[:])
    return r


def subtle_window_and_array_as_arguments(x):
    r = first_changed(x * 1.0, x * 2.0)
    y = x * 3
    v = y[1:]
    r += first_changed(v, y)
    return r


def subtle_array_and_container_of_it(x):
    r = entry_changed([x * 1.0], x * 2.0)
    y = x * 3
    r += entry_changed([y[:2]], y)
    return r


def subtle_conjugate_copies(x):
    y = x * 2
    a = np.conj(y)
    y[0] = x[1] * x[2]
    return np.sum(a * a)


def subtle_fortran_order_shares(x):
    y = x * 2
    a = np.asfortranarray(y)
    y[0] = x[1] * x[2]
    return np.sum(a * a)


def subtle_trimmed_zeros_share(x):
    y = x * 2
    a = np.trim_zeros(y)
    y[0] = x[1] * x[2]
    return np.sum(a * a)


def subtle_window_of_a_reshaped_window(x):
    u = x * 2
    f = u.reshape(-1)
    w = f[1:]
    u[1] = x[1] * x[2]
    return np.sum(w * w)


def subtle_next_of_an_iterator(x):
    y = x * 2
    it = iter([y])
    a = next(it)
    y[0] = x[1] * x[2]
    return np.sum(a * a)


def subtle_best_of_one(x):
    y = x * 2
    a = max([y], key=len)
    y[0] = x[1] * x[2]
    return np.sum(a * a)


def maybe(y, k):
    if k > 0:
        return y
    return y.copy()


def subtle_argument_or_copy(x):
    y = x * 2
    z = maybe(y, x[0])
    z[1] = x[1] * x[2]
    return np.sum(y * y)


class Layer:
    def __init__(self, n):
        self.buf = np.zeros(n)

    def run(self, x):
        self.buf[:] = x * 2
        return self.buf


def subtle_buffer_of_an_object(x):
    layer = Layer(len(x))
    a = layer.run(x)
    s = np.sum(a * a)
    b = layer.run(x * x)
    return s + np.sum(a * b)


def subtle_array_or_window(x):
    y = x * 1.0
    z = y if x[0] > 0 else y[1:]
    z[1] = x[0] * x[1]
    y[2] *= x[3]
    return np.sum(z) * np.sum(z * z) + np.sum(y * y)


EITHER = [Program(f, vectors(1)) for f in subtleties(globals())]
