"""Stores into arrays, with Python's references: views, aliases, masks, copies."""

import numpy as np

from . import Program, matrices, vectors


def element(x, w):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * w[-1 - i]
    return np.sum(y**2)


def overwritten(x, w):
    y = x * w
    y[0] = w[1]
    y[0] = x[0] * x[1]
    return np.sum(y * y)


def slice_store(x, w):
    y = x.copy()
    y[1:3] = w[:2] * 2
    y[::2] *= 3
    return np.sum(y * x)


def mask_store(x, w):
    y = x * w
    y[x > 0] = 0.5
    y[w < 0] *= 2
    y[y > 1] = np.sum(w)
    return np.sum(y * x)


def mask_array_store(x, w):
    y = x * 1.0
    m = w > 0
    y[m] = w[m] ** 2
    y[~m] += x[~m] * 3
    return np.sum(y)


def integer_array_store(x, w):
    y = np.ones_like(x)
    index = np.array([0, 2])
    y[index] = x[index] * w[:2]
    y[[1, 2]] += w[1:3]
    return np.sum(y**2)


def repeated_add(x):
    y = np.zeros(3)
    y[[0, 0, 1]] += x[:3]
    np.add.at(y, [2, 2], x[:2])
    return np.sum(y**2)


def view_then_store(x, w):
    y = x * 2
    v = y[1:]
    v[0] = w[0]
    v *= w[1]
    return np.sum(y * w)


def store_then_view(x, w):
    y = x.copy()
    v = y[::-1]
    y[0] = w[0] * w[1]
    return np.sum(v * x)


def alias_store(x, w):
    y = x + w
    z = y
    z[0] = x[1]
    y[1] = z[0] * z[2]
    return np.sum(y) * np.sum(z * w)


def view_of_view(x, w):
    y = x * 1.0
    u = y[1:]
    v = u[1:]
    v[0] = w[0]
    u[0] *= 3
    return np.sum(y * y)


def row_views(m, x):
    a = m.copy()
    row = a[1]
    row += x
    a[0] = row * 2
    column = a[:, 0]
    column[:] = np.sin(column)
    return np.sum(a * m)


def reshaped_view(m, x):
    a = m * 2
    flat = a.reshape(-1)
    flat[: len(x)] = x
    t = a.T
    t[0] *= 0.5
    return np.sum(a**2)


def copy_is_apart(x, w):
    y = x * w
    z = y.copy()
    z[0] = 10.0
    y[1] = 2 * w[1]
    return np.sum(y * z)


def ravel_and_flatten(m):
    a = m * 2
    r = a.ravel()
    f = a.flatten()
    r[0] = m[1, 1]
    f[1] = m[0, 0]
    return np.sum(a**2) + np.sum(f * r)


def augmented_alias(x, w):
    y = x * w
    z = y
    z += w
    y = y * z
    z -= 1
    return np.sum(y * z)


def plus_is_new(x, w):
    y = x * w
    z = y
    z = z + w
    z[0] = 0.0
    return np.sum(y * z)


def loop_stores(x, w):
    n = len(x)
    y = np.zeros((3, n))
    y[0] = x
    for t in range(1, 3):
        y[t] = np.tanh(y[t - 1] * w)
        y[t, 0] += y[t - 1, 1]
    return np.sum(y)


def matrix_element_loop(m):
    n = m.shape[0]
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                out[i, j] = m[i, j] * m[j, i]
            else:
                out[i, j] += m[i, j] ** 3
    return np.sum(out * m)


def cumulative_in_place(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] += y[i - 1]
        y[i] *= 0.9
    return np.sum(np.sin(y))


def swap_entries(x):
    y = x * 1.0
    y[0], y[1] = y[1], y[0]
    y[[0, 2]] = y[[2, 0]]
    return np.sum(y * np.arange(len(y)) ** 2)


def swap_rows(m):
    a = m * m
    a[[0, 1]] = a[[1, 0]]
    t = a[2].copy()
    a[2] = a[0]
    a[0] = t
    return np.sum(a * m)


def store_into_parameter(x, w):
    x[0] = w[0] * w[1]
    x *= 2
    return np.sum(x * w)


def helper_stores(x, w):
    def fill(y, v):
        y[1:] = v
        y[0] *= 3

    y = x * x
    fill(y, w[1:] * 2)
    return np.sum(y * x)


def helper_returns_view(x, w):
    def tail(y):
        return y[1:]

    y = x * 2
    tail(y)[0] = w[0]
    t = tail(y)
    t *= w[1]
    return np.sum(y * y)


def arrays_in_list(x, w):
    items = [x * 1.0, w * 1.0]
    a = items[0]
    a[0] = w[1]
    items[1][1] = x[2]
    items[0] += items[1]
    return np.sum(a * items[1])


def conditional_store(x, w):
    y = x * 1.0
    z = y if x[0] > 0 else w * 1.0
    y[1] = w[0]
    return np.sum(z * y)


def out_argument(x, w):
    y = np.empty_like(x)
    np.multiply(x, w, out=y)
    np.add(y, x, out=y)
    return np.sum(y * w)


def fill_and_put(x, w):
    y = np.empty(3)
    y.fill(x[0])
    y[1] = w[1]
    y[...] = y * w[2]
    return np.sum(y**2)


def broadcast_store(m, x):
    a = np.zeros_like(m)
    a[:] = x
    a[1:, :2] = m[0, :2]
    a[:, -1] = x[0]
    a[0] -= 1
    return np.sum(a * m)


def diagonal_store(m, x):
    a = m * 1.0
    i = np.arange(len(x))
    a[i, i] = x
    a[i[:-1], i[1:]] *= 2
    return np.sum(a @ a)


def dictionary_of_arrays(x, w):
    p = {"x": x * 1.0, "w": w * 1.0}
    p["x"][0] = p["w"][1]
    p["w"] += p["x"]
    q = p["w"]
    q[1:] *= 0.5
    return np.sum(p["w"] * p["x"])


def float32_store(x):
    y = np.zeros(len(x), dtype=np.float64)
    y[:2] = x[:2] * 2
    return np.sum(y * x)


def matrix_and_vector(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


PROGRAMS = [
    Program(element, vectors(2), (0, 1)),
    Program(overwritten, vectors(2), (0, 1)),
    Program(slice_store, vectors(2), (0, 1)),
    Program(mask_store, vectors(2), (0, 1)),
    Program(mask_array_store, vectors(2), (0, 1)),
    Program(integer_array_store, vectors(2), (0, 1)),
    Program(repeated_add, vectors(1)),
    Program(view_then_store, vectors(2), (0, 1)),
    Program(store_then_view, vectors(2), (0, 1)),
    Program(alias_store, vectors(2), (0, 1)),
    Program(view_of_view, vectors(2), (0, 1)),
    Program(row_views, matrix_and_vector, (0, 1)),
    Program(copy_is_apart, vectors(2), (0, 1)),
    Program(augmented_alias, vectors(2), (0, 1)),
    Program(plus_is_new, vectors(2), (0, 1)),
    Program(loop_stores, vectors(2), (0, 1)),
    Program(matrix_element_loop, matrices(1)),
    Program(cumulative_in_place, vectors(1)),
    Program(swap_entries, vectors(1)),
    Program(swap_rows, matrices(1)),
    Program(store_into_parameter, vectors(2), (1,)),
    Program(helper_stores, vectors(2), (0, 1)),
    Program(arrays_in_list, vectors(2), (0, 1)),
    Program(out_argument, vectors(2), (0, 1)),
    Program(fill_and_put, vectors(2), (0, 1)),
    Program(broadcast_store, matrix_and_vector, (0, 1)),
    Program(diagonal_store, matrix_and_vector, (0, 1)),
    Program(dictionary_of_arrays, vectors(2), (0, 1)),
    Program(float32_store, vectors(1)),
    Program(reshaped_view, matrix_and_vector, (0, 1)),
    Program(ravel_and_flatten, matrices(1)),
    Program(helper_returns_view, vectors(2), (0, 1)),
    Program(conditional_store, vectors(2), (0, 1)),
]
