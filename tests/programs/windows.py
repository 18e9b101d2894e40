"""Stores through windows on arrays: views, what may be a view, and names that are an alias only sometimes."""

import numpy as np

from . import Program, vectors


def reshaped(m, x):
    a = m * 2
    flat = a.reshape(-1)
    flat[: len(x)] = x
    t = a.T
    t[0] *= 0.5
    return np.sum(a**2 * np.arange(1.0, a.size + 1).reshape(a.shape))


def reshaped_transposed(m, x):
    a = (m * 2).T
    flat = a.reshape(-1)
    flat[: len(x)] = x
    a[0] *= 0.5
    return np.sum(a**2 * np.arange(1.0, a.size + 1).reshape(a.shape)) + np.sum(flat * 3 * flat)


def ravelled_and_flattened(m, x):
    a = m * 2
    r = a.ravel()
    f = a.flatten()
    r[0] = m[1, 1]
    f[1] = m[0, 0]
    return np.sum(a**2) + np.sum(f * r)


def unnamed_windows(m, x):
    a = m * 2
    a.ravel()[2] = x[0] * x[1]
    a.reshape(-1)[3] *= x[2]
    np.ravel(a)[4:6] += x[0]
    np.reshape(a, (-1,))[0] = 5
    return np.sum(a**2)


def unnamed_windows_of_a_transposed_array(m, x):
    a = m.T * 2
    b = a.T
    b.ravel()[2] = x[0] * x[1]
    a.ravel()[3] *= x[2]
    np.ravel(b)[4:6] += x[0]
    np.reshape(a, (-1,))[0] = 5
    return np.sum(a**2 * np.arange(1.0, a.size + 1).reshape(a.shape))


def windows_on_windows(m, x):
    a = m * 2
    f = a.reshape(-1)
    g = f[1:]
    h = a.T
    g[0] = x[0] * x[1]
    h[1, 1] = x[1] ** 3
    k = g[2:]
    a[0] = np.sin(g[: len(x)])
    k *= x[0]
    f += f
    return np.sum(a * f.reshape(a.shape)) + np.sum(h**2) + np.sum(k) + np.sum(g * g)


def every_view(m, x):
    a = m * 2
    np.swapaxes(a, 0, 1)[0] = x
    np.moveaxis(a, 0, 1)[1] *= x[0]
    a.T[1:][0] += x * 2
    np.flip(a)[0] = x**2
    np.flip(a, 0)[0, 1] = x[0] * x[2]
    np.flipud(a)[1] *= 3
    np.fliplr(a)[1, 2:] -= x[1]
    a[::-1][1][::-1][0] = x[1] * x[2]
    np.rot90(a)[0] *= x
    np.expand_dims(a, 1)[:, 0, 1] = x * x
    a[None, 0][0, 1:] = 5 * x[0]
    np.transpose(a, (1, 0))[2] = x
    np.rollaxis(a, 1)[0] *= 2
    a.mT[0] = np.cos(x)
    np.atleast_2d(a)[1] += x
    np.atleast_3d(a)[1, :, 0] += x
    np.asarray(a)[0] *= 2
    np.squeeze(a[:, :, None])[2] += 1
    return np.sum(a**2 * np.arange(1.0, a.size + 1).reshape(a.shape))


def one_of_two_arrays(x, w):
    y = x * 1.0
    z = y if x[0] > 0 else w * 1.0
    y[1] = w[0]
    return np.sum(z * y)


def stored_into_one_of_two_arrays(x, w):
    y = x * 1.0
    z = y if x[0] > 0 else w * 1.0
    z[1] = w[0] * x[1]
    return np.sum(z * y * y)


def rebound_under_a_condition(x, w):
    y = x * 1.0
    u = w * 2.0
    z = y
    if w[0] > 0:
        z = u
    v = z[1:]
    v *= x[0]
    y[2] = w[2]
    return np.sum(z * y) + np.sum(v * v * u[1:])


def alias_of_some_turns(x, w):
    y = x * 1.0
    for i in range(3):
        z = y if x[i] > 0 else y.copy()
        z[i] = w[i] * y[0]
        y[1] *= z[2]
    return np.sum(z * z) + np.sum(y * y)


def made_by_rows(x, w):
    a = np.ascontiguousarray(np.outer(x[:4], w[:4]))
    a.reshape(-1)[1::3] *= x[0]
    b = np.zeros((4, 4))
    f = b.ravel()
    for i in range(3):
        f[i * 2] = x[i] * w[0]
        b[i, 0] += w[i]
    return np.sum(a * a) + np.sum(b * b * a)


def made_in_a_branch_under_two_names(x):
    c = x[0] > -100
    u = x * 1.0
    z = x * 4.0
    if c:
        u = x * 2
        z = u
    z[0] = x[1] * x[2]
    return np.sum(u * u)


def window_made_in_a_branch(x):
    c = x[0] > -100
    u = x * 1.0
    z = x * 4.0
    if c:
        u = x * 2
        z = u[1:]
    z[0] = x[1] * x[2]
    return np.sum(u * u)


def entry_taken_in_a_branch(x):
    c = x[0] > -100
    u = [x * 1.0]
    z = x * 4.0
    if c:
        u = [x * 2]
        z = u[0]
    z[0] = x[1] * x[2]
    return np.sum(u[0] * u[0])


def window_of_what_is_chosen(x):
    u = x * 2
    w = u[1:]
    z = u if x[0] > -100 else x * 3
    z[1] = x[1] * x[2]
    return np.sum(w * w)


def window_beside_a_reshaped_one(x):
    u = x * 2
    w = u[1:]
    f = u.reshape(-1)
    f[1] = x[1] * x[2]
    return np.sum(w * w)


def window_of_a_reshaped_array(x):
    u = x * 2
    f = u.reshape(-1)
    w = f[1:]
    w[0] = x[1] * x[2]
    return np.sum(u * u)


def window_of_an_entry(x):
    u = x * 2
    p = [u.reshape(-1)]
    w = p[0][1:]
    w[0] = x[1] * x[2]
    return np.sum(u * u)


def conjugate_of_real_numbers(x):
    y = x * 2
    a = y.conj()
    y[0] = x[1] * x[2]
    return np.sum(a * a)


NEGATIVE, POSITIVE = (lambda rng, n: (-abs(rng.normal(size=n)), rng.normal(size=n)),
                      lambda rng, n: (abs(rng.normal(size=n)), -abs(rng.normal(size=n))))  # fmt: skip


def matrix_and_vector(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


PROGRAMS = [
    *[Program(f, matrix_and_vector, (0, 1)) for f in (
        reshaped,
        reshaped_transposed,
        ravelled_and_flattened,
        unnamed_windows,
        unnamed_windows_of_a_transposed_array,
        windows_on_windows,
        every_view)],
    *[Program(f, a, (0, 1)) for f in (
        one_of_two_arrays,
        stored_into_one_of_two_arrays,
        rebound_under_a_condition,
        alias_of_some_turns,
        made_by_rows)
      for a in (vectors(2), NEGATIVE, POSITIVE)],
    *[Program(f, vectors(1)) for f in (
        made_in_a_branch_under_two_names,
        window_made_in_a_branch,
        entry_taken_in_a_branch,
        window_of_what_is_chosen,
        window_beside_a_reshaped_one,
        window_of_a_reshaped_array,
        window_of_an_entry,
        conjugate_of_real_numbers)],
]  # fmt: skip
