"""Shared and copied lists and dictionaries, bound methods, state of modules and classes.

Each must be differentiated rightly or refused, never be wrong.
"""

import numpy as np

from . import Program, subtleties

SHARED = [0.0]
BUFFER = np.zeros(8)


class Counter:
    """Class attributes and instance attributes of the same name."""

    total = 0.0


def subtle_shared_lists(x):
    table = [[]] * 3
    table[0].append(x[0] * x[0])
    return sum(table[2]) + len(table[1])


def subtle_chained_lists(x):
    a = b = []
    a.append(x[0] * x[0])
    b += [x[1]]
    return sum(a) * sum(b)


def subtle_list_plus_is_new(x):
    a = [x[0]]
    b = a
    a = a + [x[1] * x[1]]
    b.append(x[2])
    return sum(a) * sum(b)


def subtle_list_augmented_is_shared(x):
    a = [x[0]]
    b = a
    a += [x[1] * x[1]]
    a *= 2
    return sum(b)


def subtle_list_slice_is_copy(x):
    a = [x[0], x[1]]
    b = a[:]
    b[0] = x[2] * x[2]
    return a[0] * b[0] + a[1]


def subtle_inner_list_is_shared(x):
    a = [[x[0]], [x[1]]]
    b = list(a)
    b[0][0] = x[2] * x[2]
    b[1] = [x[3]]
    return a[0][0] * a[1][0]


def subtle_tuple_of_arrays_shared(x):
    y = x * 2
    t = (y, y)
    t[0][0] = x[1] * x[1]
    return np.sum(t[1] * t[0])


def subtle_bound_method_kept(x):
    values = []
    add = values.append
    for v in x:
        add(v * v)
    return sum(values)


def subtle_unbound_methods(x):
    values = [x[0]]
    list.append(values, x[1] * x[1])
    y = x * 1.0
    np.ndarray.fill(y, x[2])
    return sum(values) + np.sum(y)


def subtle_module_buffer(x):
    BUFFER[:4] = x * x
    BUFFER[0] *= x[1]
    return np.sum(BUFFER[:4])


def subtle_module_list(x):
    SHARED[0] = x[0] * x[0]
    return SHARED[0] * x[1]


def subtle_class_attribute(x):
    Counter.total = x[0] * x[0]
    return Counter.total * x[1]


def subtle_instance_attribute(x):
    c = Counter()
    c.total += x[0] * x[0]
    return c.total * x[1] + Counter.total


def subtle_dictionary_order(x):
    d = {"a": x[0], "b": x[1]}
    d["a"] = d.pop("a") * 3
    values = list(d.values())
    return values[0] * 2 + values[1]


def subtle_dictionary_alias(x):
    d = {"a": x[0]}
    e = d
    e["b"] = x[1] * x[1]
    f = dict(d)
    f["a"] = x[2]
    return d["a"] * d["b"] + f["a"]


def subtle_dictionary_of_arrays_copy(x):
    d = {"a": x * 1.0}
    e = dict(d)
    e["a"][0] = x[1] * 3
    e["a"] = e["a"] * 2
    return np.sum(d["a"] * x)


def subtle_swap_of_lists(x):
    a, b = [x[0]], [x[1]]
    a[0], b = b[0], a
    b.append(x[2])
    return a[0] * len(b) + sum(b)


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
