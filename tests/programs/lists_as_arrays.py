"""Lists where NumPy makes arrays, arrays where Python walks rows, and arrays that change their shape from turn to turn."""

import numpy as np

from . import Program, by_names


def grown(x):
    hs = []
    for i in range(3):
        hs.append(np.tanh(x * (i + 1)))
    return hs


def numbers(x):
    hs = []
    for v in x:
        hs.append(v * v + 0.1)
    return hs


def elementwise(x):
    hs = grown(x)
    return np.sum(np.square(hs)) + np.sum(np.maximum(hs, 0.1)) + np.sum(np.arctan2(hs, 2.0)) + np.sum(np.clip(hs, -0.5, 0.5))


def stretched(x, m):
    hs = numbers(x)
    return np.sum(np.sin(np.multiply(hs, m))) + np.sum(np.power(np.add(m, hs), 2))


def times_itself(x):
    hs = [x, x * 2]
    return np.sum(np.multiply(hs, hs) * np.array([[1.0], [3.0]]))


def one_entry(x):
    hs = [np.sum(x)]
    return np.sum(np.square(hs) * 3.0)


def norms(x):
    hs = numbers(x)
    return np.linalg.norm(hs) + np.linalg.norm(grown(x), axis=-1) @ np.arange(3.0) + np.linalg.norm([x[0], x[1]])


def products(x, w):
    hs = grown(x)
    return np.sum(np.dot(hs, w)) + np.sum(np.sin(np.matmul(hs, w))) + np.dot([x[0], x[1]], [w[0], 2.0]) + np.sum(np.inner(hs, hs))


def einsums(x):
    hs = grown(x)
    return np.sum(np.einsum("ij,ik->jk", hs, hs) ** 2) + np.tensordot(hs, hs, ([0, 1], [0, 1]))


def shapes(x, w):
    hs = grown(x)
    return np.sum(np.reshape(hs, -1) ** 2) + np.sum(np.ravel(hs) ** 3) + np.sum(np.atleast_2d(numbers(x)) * w) + np.sum(np.expand_dims(hs, 0))


def python_sum_of_rows(m, x):
    return np.sum(np.sin(sum(m)) * x) + np.sum(np.tanh(sum(m, m[0])))


def python_sum_from_more_axes(m):
    return np.sum(np.sin(sum(m, m[:2])))


def sorted_entry(x):
    return sorted(x)[1] * 2


def subtracted_at(m, x):
    y = np.zeros(len(x))
    np.subtract.at(y, [0, 0, 1], m[:3, 0] * 2)
    y[1:] += x[1:]
    return np.sum(np.sin(y))


def added_at_places_of_two_axes(x, m):
    y = x.copy()
    np.add.at(y, np.array([[0, 1], [0, 0]]), m[:2, :2])
    return np.sum(np.sin(y * x))


def fortran_order(m):
    y = m.reshape(2, -1, order="F")
    return np.sum(np.sin(y)[0]) + np.sum(m.ravel("F")[:3]) + np.sum(np.reshape(m, (-1, 2), "F")[0] ** 2) + m.flatten("F")[2]


def layers_of_several_sizes(lsm, m):
    h = m
    for w, b in lsm:
        out = h @ w.T + b
        h = np.tanh(out)
    return np.sum(out**2)


def shrinks(x, n):
    y = x
    for k in range(n):
        last = y * (k + 1)
        y = last[1:]
    return np.sum(np.sin(last))


PROGRAMS = [
    *by_names([elementwise, stretched, times_itself, one_entry, norms, products, einsums, shapes, python_sum_of_rows,
               python_sum_from_more_axes, sorted_entry, subtracted_at, added_at_places_of_two_axes, fortran_order,
               layers_of_several_sizes]),
    Program(shrinks, lambda rng, n: (rng.normal(size=5), 3), (0,)),
    Program(shrinks, lambda rng, n: (rng.normal(size=5), 1), (0,)),
]  # fmt: skip
