"""Functions and methods that change an array in place."""

import operator

import numpy as np

from . import Program, vectors


def out_is_a_slice(x, w):
    y = np.zeros(len(x) + 1)
    np.multiply(x, w, out=y[1:])
    np.add(y[:-1], x, out=y[:-1])
    np.sin(y[1:], y[1:])
    np.negative(w, out=y[::-1][: len(w)])
    return np.sum(y * y * np.arange(1.0, len(y) + 1))


def out_is_a_column(x, w):
    m = np.zeros((len(x), 3))
    np.multiply(x, w, out=m[:, 1])
    np.cumsum(x, out=m[:, 0])
    np.add(m[0, :2], x[:2], out=m.T[2, :2])
    return np.sum(m**2) + m[1, 2] * m[0, 2]


def out_where(x, w):
    b = np.where(x > 0, x + 0.5, 0.0)
    r = np.divide(w, b, out=np.zeros_like(w), where=b != 0)
    logs = np.zeros(len(x))
    np.log(b, out=logs, where=b > 0)
    return np.sum(r * x) + np.sum(logs * w)


def out_where_of_a_matrix(x, w):
    m = np.outer(w, np.where(x > 0, x + 0.5, 0.0))
    y = m * 2
    np.divide(w, m, out=y, where=m != 0)
    np.multiply(y, 3.0, out=y, where=x > 0)
    k = w[0] > 0
    np.add(y, 1.5 * w[1], out=y, where=k)
    return np.sum(np.tanh(y))


def stores_into_flat(x, w):
    m = np.outer(x, w)
    m.flat[3] = x[0] * w[1]
    m.flat[5] *= w[0]
    m.flat[::4] = x[:1] * 2
    m.flat[[1, 2]] += w[:2]
    m.T.copy().flat[0] = 3
    return np.sum(m * m) + m.flat[7] * m.flat[-1]


def parts_of_complex_numbers(x, w):
    z = x + 1j * w
    z.real[0] = x[1] * w[2]
    z.imag = w * w
    z.real += x
    z.imag[1:] *= x[1:]
    z.real[:] = z.imag * 2 + z.real
    v = z[1:]
    v.imag[0] = x[0]
    u = v.real
    u *= w[0]
    z[0] *= 1j
    return np.sum(np.abs(z) ** 2 * np.arange(1.0, len(z) + 1)) + np.sum(u * x[1:])


def real_part_of_real_numbers(x, w):
    y = x * w
    y.real[0] = x[1] * 2
    np.real(y)[1] *= 3
    y.real = y.real * w
    return np.sum(y * y)


def sorted_in_place(x, w):
    y = x * w
    y.sort()
    m = np.outer(x, w)
    m.sort(axis=0)
    m[1].sort()
    m.T[0].sort()
    z = w * x
    z[1:].sort()
    z.partition(2)
    np.ndarray.sort(z)
    return (
        np.sum(y * np.arange(len(y))) + np.sum(m * m * np.arange(1.0, m.size + 1).reshape(m.shape)) + np.sum(z * z * x)
    )


def copied_into(x, w):
    y = x * 2
    np.copyto(y, w, where=x > 0)
    np.copyto(y[1:3], x[0] * w[0])
    m = np.outer(x, w)
    np.copyto(m.T, m**2)
    np.copyto(m, w, where=m > 0)
    np.copyto(dst=m[0], src=5.0 * x[1])
    return np.sum(y * y) + np.sum(m * m * x)


def put_and_place(x, w):
    y = x * 2
    np.putmask(y, x > 0, w)
    np.putmask(y, w > 0, w[:2] * x[:2])
    np.putmask(y, w > 1, 3.0 * x[0])
    np.place(y, w < 0, x[:2] * x[1])
    np.put(y, [0, -1], w[:2])
    np.put(y, [0, 1, 0], w[:2] * 5)
    np.put(y, 1, w[0] * x[0])
    y.put([2], x[1] * w[2])
    m = np.outer(x, w)
    np.put(m, [1, 5, 6], w)
    np.fill_diagonal(m, x * x)
    np.fill_diagonal(m[1:], w[0])
    np.put_along_axis(m, np.argmax(m, axis=1)[:, None], x[:, None] * 2, axis=1)
    return np.sum(y * y * x) + np.sum(m * m * w)


def operators_by_name(x, w):
    y = x * w
    operator.setitem(y, 0, x[1] * x[1])
    operator.iadd(y, x)
    y.__imul__(w)
    y.__setitem__(slice(1, 3), w[:2] ** 2)
    z = operator.isub(y, 2 * x)
    z[0] *= 3
    m = np.outer(x, w)
    m @= np.outer(w, x)
    m[1] @= m
    v = y.view()
    v[1] = x[0] * 2
    return np.sum(y * y) + np.sum(m * m) * 1e-2


def cast_in_place(x, w):
    y = (x * w).astype(np.float32)
    np.copyto(y, w, casting="unsafe")
    y[:2] = x[:2]
    return float(np.sum(y.astype(float) * x))


PROGRAMS = [Program(f, vectors(2), (0, 1)) for f in (
    out_is_a_slice,
    out_is_a_column,
    out_where,
    out_where_of_a_matrix,
    stores_into_flat,
    parts_of_complex_numbers,
    real_part_of_real_numbers,
    sorted_in_place,
    copied_into,
    put_and_place,
    operators_by_name)]  # fmt: skip
PROGRAMS.append(Program(cast_in_place, vectors(2), (0, 1), h=1e-2, rtol=1e-3))
