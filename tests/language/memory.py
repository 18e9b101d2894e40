"""Stores, views, and names for one array."""

import operator

import numpy as np

from . import supported


@supported("stores: `y[i] = v`")
def stores(x, m):
    y, z, p = x * 2, m + 1j * m, {"W": [m * 1.0]}
    t = y
    y[0] = x[1] ** 2
    y[1:3] *= x[3]
    y[y > 100] = 0.0
    y[[0, 0]] += x[2]
    y.flat[3] = x[0]
    z.real = m * m
    p["W"][0] *= 2
    return np.sum(t * y) + np.sum(np.abs(z) ** 2) + np.sum(p["W"][0] ** 2)


@supported("stores through views")
def stores_through_views(x, m):
    a = m * 2
    a.T[0] = x
    a[1:, ::-1][0] += x**2
    np.swapaxes(a, 0, 1)[2] *= x[0]
    np.moveaxis(a, 0, 1).transpose()[3, 1] = x[1]
    np.flip(a)[0, 0] *= x[2]
    a[:, None].squeeze()[0] += 1.0
    np.expand_dims(a, 0)[0, 1] += x
    np.rot90(a)[1] = x[3]
    a.view()[2, 2] = x[0] ** 2
    row(a)[1] = x[2]
    return np.sum(a**2)


def row(a):
    return a[0]


@supported("stores through `reshape`")
def stores_through_reshape(x, m):
    a = m * 2
    a.reshape(2, -1)[0, 1] = x[0]
    a.ravel()[2] = x[1] ** 2
    m.T.reshape(-1)[0] = 5.0
    return np.sum(a**2) + np.sum(m**2)


@supported("names that are an alias only sometimes")
def sometimes_an_alias(x):
    y = x * 2
    z = y if x[0] > 0 else y.copy()
    z[1] = x[2] ** 2
    return np.sum(y * y)


@supported("buffers that change places")
def buffers(x, w):
    a, b = x * 1.0, np.zeros(len(x))
    for _ in range(3):
        np.multiply(a, w, out=b)
        np.add(a[1:], b[:-1], out=b[1:], where=np.array([True, False, True]))
        a, b = b, a
    return np.sum(a**2)


@supported("`for row in m: row *= 2`")
def rows(m):
    n = m * 2
    for r in n:
        r *= 2
    for i, r in enumerate(n):
        r[i] = m[i, 0]
    for r, s in zip(n, m):
        r += s
    return np.sum(n**2)


@supported("`np.copyto`")
def other_stores(x, m):
    y, a = x * 2, m * 2
    np.copyto(y, x**2, where=x > 0)
    np.put(y, [1], x[0])
    np.place(y, y > 100, 0.0)
    np.putmask(y, y > 100, 0.0)
    np.fill_diagonal(a, x[2])
    np.put_along_axis(a, np.array([[0], [1], [2], [0]]), x[3], axis=1)
    np.add.at(y, [0, 0], x[1])
    np.subtract.at(y, [2], x[1])
    b, c = np.zeros(3), x[:3] * 1.0
    b.fill(x[0])
    y.sort()
    c.partition(1)
    c.put([0], x[1])
    y = operator.iadd(y, x)
    return np.sum(y**2) + np.sum(a**2) + np.sum(b**2) + c[0] * y[0]
