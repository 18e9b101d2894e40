"""Views and copies, rows, overlapping and repeated stores.

Each must be differentiated rightly or refused, never be wrong.
"""

import numpy as np

from . import Program, subtleties


def subtle_array_in_list_twice(x):
    y = x * 1.0
    rows = [y] * 2
    rows[0][0] = x[1] * x[1]
    return np.sum(rows[1] * x)


def subtle_list_of_views(x):
    y = x * 1.0
    parts = [y[:2], y[2:]]
    for p in parts:
        p *= x[0]
    return np.sum(y * y)


def subtle_rows_of_loop(x):
    m = np.outer(x, x)
    for row in m:
        row *= x[0]
        row[1] = x[2]
    return np.sum(m * m)


def subtle_rows_in_comprehension(x):
    m = np.outer(x, x)
    rows = [row for row in m]
    rows[0][:] = x
    return np.sum(m * m)


def subtle_unpacked_rows(x):
    m = np.outer(x[:2], x)
    a, b = m
    a[0] = x[1] * 3
    b += a
    return np.sum(m * m)


def subtle_zip_of_rows(x):
    m = np.outer(x, x)
    n = m.copy()
    for a, b in zip(m, n):
        a += b
        b *= x[0]
    return np.sum(m * n)


def subtle_enumerate_of_rows(x):
    m = np.outer(x, x)
    for i, row in enumerate(m):
        row[i] = x[i] ** 3
    return np.sum(m * m)


def subtle_zero_d_element_view(x):
    y = x * 1.0
    v = y[0:1]
    w = y[1, ...]
    v[0] = x[1] * 2
    w[...] = x[0]
    return np.sum(y * y)


def subtle_fancy_is_copy(x):
    y = x * 1.0
    v = y[[0, 1]]
    v[0] = x[2] * x[2]
    w = y[y > -99]
    w *= 3
    return np.sum(y * y) + np.sum(v)


def subtle_fancy_augmented_twice(x):
    y = x * 1.0
    y[[0, 0, 1]] += x[1]
    y[[1, 1]] *= x[2]
    return np.sum(y * y)


def subtle_fancy_store_last_wins(x):
    y = x * 1.0
    y[[0, 0, 1]] = x[1:]
    return np.sum(y * y)


def subtle_chained_index_store(x):
    m = np.outer(x, x)
    m[[0, 1]][0] = 5.0
    m[0][1] = x[2] ** 3
    m[1:][0][:2] *= x[3]
    return np.sum(m * m)


def subtle_overlapping_store(x):
    y = x * 1.0
    y[1:] = y[:-1]
    y[:-1] += y[1:]
    return np.sum(y * y * x)


def subtle_self_store(x):
    y = x * 2
    y[:] = y[::-1] * y
    y += y
    y *= y[0]
    return np.sum(y)


def subtle_right_side_first(x):
    y = x * 1.0
    y[0], y[1] = y[1] * 2, y[0] * 3
    i = 0
    i, y[i] = 1, x[3]
    return np.sum(y * y) * (i + 1)


def subtle_real_store(x):
    z = x + 1j * x
    z.real[0] = x[1] * 3
    return np.sum(np.abs(z) ** 2)


def subtle_imag_attribute_store(x):
    z = x + 1j * x
    z.imag = x * x
    return np.sum(np.abs(z) ** 2)


def subtle_transposed_store(x):
    m = np.outer(x, x)
    m.T[0] = x * 3
    return np.sum(m * m)


def subtle_reshaped_store(x):
    m = np.outer(x, x)
    m.reshape(-1)[3] = x[0] * 3
    m.ravel()[5] = x[1]
    m.flatten()[6] = 99.0
    return np.sum(m * m)


def subtle_reshape_may_copy(x):
    m = np.outer(x, x).T
    m.reshape(-1)[1] = x[0] * 3
    m.ravel()[2] = x[1]
    return np.sum(m * m)


def subtle_newaxis_store(x):
    y = x * 1.0
    y[:, None][0] = x[1] * 3
    np.expand_dims(y, 0)[0, 1] = x[2]
    np.atleast_2d(y)[0, 2] = x[0]
    return np.sum(y * y)


def subtle_swapped_axes_store(x):
    m = np.outer(x, x)
    np.swapaxes(m, 0, 1)[0] = x
    np.moveaxis(m, 0, 1)[1] *= x[0]
    return np.sum(m * m)


def subtle_diagonal_of_view(x):
    m = np.outer(x, x)
    d = np.einsum("ii->i", m)
    d[0] = x[1] * 3
    return np.sum(m * m)


def subtle_split_store(x):
    y = x * 1.0
    a, b = np.split(y, 2)
    a[0] = x[3] * 3
    b *= x[0]
    return np.sum(y * y)


def subtle_squeeze_store(x):
    m = np.outer(x, x[:1])
    m.squeeze()[0] = x[1] * 3
    return np.sum(m * m)


def subtle_broadcast_to_shares(x):
    y = x * 1.0
    b = np.broadcast_to(y, (2, 4))
    y[0] = x[1] * 3
    return np.sum(b * b)


def subtle_asarray_shares(x):
    y = x * 1.0
    a, b, c = np.asarray(y), np.array(y, copy=False) if np.__version__ < "2" else np.asarray(y), np.array(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c)


def subtle_astype_copies(x):
    y = x * 1.0
    a, b = y.astype(float), y.astype(float, copy=False)
    y[0] = x[1] * 3
    return np.sum(a * b)


def subtle_no_op_functions_share(x):
    y = x * 1.0
    a, b = np.ravel(y), y.squeeze()
    c, d = np.atleast_1d(y), np.ascontiguousarray(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c * d)


def subtle_positive_copies(x):
    y = x * 1.0
    a, b, c = +y, np.real(y), np.conj(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c)


def subtle_same_array_twice_in_a_tuple(x):
    y = x * 2
    for v in (y, y):
        v[0] = v[0] * x[1]
    return np.sum(y * y)


def subtle_tuple_of_arrays_changed(x):
    y = x * 2
    z = x * 3
    for v in (y, z):
        v *= x[1]
    return np.sum(y * z)


def subtle_overlapping_views_walked(x):
    y = x * 2
    for i, v in enumerate((y[:2], y[1:])):
        v[0] = v[0] * x[1] + i
    return np.sum(y * y)


def subtle_diag_is_a_view(x):
    m = np.outer(x, x)
    d = np.diag(m)
    m[0, 0] = 5.0
    return np.sum(d * x)


def subtle_diff_of_order_zero(x):
    y = x * 2
    z = np.diff(y, n=0)
    y[0] = x[1] ** 2
    return np.sum(z * x)


def subtle_scalar_type_of_an_array(x):
    y = x * 2
    z = np.float64(y)
    y[0] = x[1] ** 2
    return np.sum(z * x)


def subtle_buffers_change_places(x):
    buffers = np.zeros((2, len(x)))
    now, then = buffers[0], buffers[1]
    now[:] = x
    for _ in range(2):
        then[:] = now * x
        now, then = then, now
    return now.sum() + buffers.sum()


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
