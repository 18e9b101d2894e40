"""Helpers that store into what they are given, and give back arrays that share memory."""

import numpy as np

from . import Program, vectors


def pair(x):
    y = x * 2
    return y, y[1:]


def same(x):
    y = x * 2
    return y, y


def listed(x):
    y = x * 2
    return [y, x * 3], y


def dicted(x):
    y = x * 2
    return {"a": y, "b": y.reshape(-1)}


def tail(y):
    return y[1:]


def at(y, k):
    return y[k:].T


def ident(y):
    y[0] = y[1] * 2
    return y


def store_view(v, x):
    v[0] = x[1] * x[2]
    v *= 2


def rows(y):
    return y[0], y[1]


def rec(y, k):
    if k == 0:
        return y
    y[k] *= y[0]
    return rec(y, k - 1)


def swap(a, b):
    return b, a


def fill(out, v):
    for i in range(len(v)):
        out[i] = v[i] * v[i]
    return out


def array_and_window(x):
    a, b = pair(x)
    b[0] = x[1] * x[2]
    return np.sum(a * a)


def array_and_window_the_other_way(x):
    a, b = pair(x)
    a[1] = x[1] * x[2]
    return np.sum(b * b)


def one_array_twice(x):
    a, b = same(x)
    a[1] = x[1] * x[2]
    return np.sum(b * b)


def array_in_a_list_and_alone(x):
    items, b = listed(x)
    b[1] = x[1] * x[2]
    return np.sum(items[0] * items[1])


def array_alone_and_in_a_list(x):
    items, b = listed(x)
    items[0][1] = x[1] * x[2]
    return np.sum(b * b)


def array_and_its_reshaped_self(x):
    d = dicted(x)
    d["b"][1] = x[1] * x[2]
    return np.sum(d["a"] ** 2)


def windows_from_helpers(x):
    y = x * 2
    tail(y)[0] = x[0] * x[1]
    t = tail(y)
    t *= x[1]
    u = tail(tail(y))
    u[0] += x[0]
    return np.sum(y * y) + np.sum(t)


def windows_at_a_place(x):
    y = np.outer(x, x)
    at(y, 1)[0] = x[1:] * x[1]
    t = at(y, len(x) - 2)
    t *= x[1]
    y[2] = 0.5
    return np.sum(y * y) + np.sum(t)


def argument_given_back(x):
    y = x * 2
    z = ident(y)
    z[1] = x[1] * x[2]
    return np.sum(y * y)


def windows_as_arguments(x):
    y = np.outer(x, x)
    store_view(y[1], x)
    store_view(y.T[2], x)
    store_view(y[1:, 1], x)
    store_view(y.reshape(-1), x)
    store_view(y.ravel()[3:], x)
    return np.sum(y * y)


def rows_given_back(x):
    y = np.outer(x, x)
    a, b = rows(y)
    a[0] = x[1] * x[2]
    b += a
    return np.sum(y * y)


def recursion_gives_its_argument(x):
    y = x * 1.0
    z = rec(y, 3)
    z[0] = x[1]
    return np.sum(y * y)


def swapped_by_a_helper(x):
    a, b = x * 2, x * 3
    a, b = swap(a, b)
    a[0] = x[1] * x[1]
    b[1] = a[0]
    a, b = swap(a, b)
    return np.sum(a * a * b)


def rows_filled_by_a_helper(x):
    m = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        fill(m[i], x * (i + 1))
    return np.sum(m * m * x)


def entries_of_containers(x):
    p = {"W": np.outer(x, x), "b": [x * 1.0, x * 2.0]}
    p["W"][0] *= 2
    p["b"][1][1:] += p["W"][1, 1:]
    q = p["W"].T
    q[0] = p["b"][1]
    p["b"][0] = p["b"][1]
    p["b"][0][2] = x[0] * x[1]
    return np.sum(p["W"] ** 2) + np.sum(p["b"][1] * x)


PROGRAMS = [Program(f, vectors(1)) for f in (
    array_and_window,
    array_and_window_the_other_way,
    one_array_twice,
    array_in_a_list_and_alone,
    array_alone_and_in_a_list,
    array_and_its_reshaped_self,
    windows_from_helpers,
    windows_at_a_place,
    argument_given_back,
    windows_as_arguments,
    rows_given_back,
    recursion_gives_its_argument,
    swapped_by_a_helper,
    rows_filled_by_a_helper,
    entries_of_containers)]  # fmt: skip
