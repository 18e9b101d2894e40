"""Loops over the rows of arrays that change while they are walked over."""

import numpy as np

from . import Program, vectors


def bump(r, v):
    r += v


def rows_changed(x):
    m = np.outer(x, x)
    for row in m:
        row *= x[0]
        row[1] = x[2]
    return np.sum(m * m)


def rows_of_two_arrays(x):
    m = np.outer(x, x)
    n = m.copy()
    for a, b in zip(m, n):
        a += b
        b *= x[0]
    return np.sum(m * n)


def rows_with_numbers(x):
    m = np.outer(x, x)
    for i, row in enumerate(m):
        row[i] = x[i] ** 3
    return np.sum(m * m)


def array_changed_under_its_rows(x):
    m = np.outer(x, x)
    for row in m:
        m[0] += row
    return np.sum(m * m)


def columns_and_slices(x):
    m = np.outer(x, x)
    for row in m.T:
        row[:] = np.sin(row) * x
    for row in m[1:]:
        row -= m[0]
    return np.sum(m * m * x)


def entries_of_rows(x):
    m = np.outer(x, x)
    for row in m:
        for k in range(len(row)):
            row[k] = row[k] * x[k] + row[k - 1]
    return np.sum(m * m)


def rows_of_planes(x):
    m = np.multiply.outer(np.outer(x, x), x)
    for plane in m:
        for row in plane:
            row += x
            row *= plane[0]
    return np.sum(m * m)


def rows_changed_by_a_helper(x):
    m = np.outer(x, x)
    for row in m:
        bump(row, x * x)
    return np.sum(m * m)


def name_of_the_array_rebound(x):
    m = np.outer(x, x)
    keep = m
    for row in m:
        m = m * 2
        row *= 2
        row += m[0]
    return np.sum(m * keep)


def rows_with_jumps(x):
    m = np.outer(x, x)
    s = 0.0
    for row, v in zip(m, x):
        if v > 0:
            row[:] = row * v
            continue
        row += 1
        s += row[0]
        if s > 10:
            break
    return np.sum(m * m) + s


def list_of_windows(x):
    parts = [x[:2] * 1.0, x * 2.0]
    for p in parts:
        p *= x[0]
    y = x * 1.0
    ps = [y[:2], y[2:]]
    for p in ps:
        p *= x[1]
    for v in (y, y):
        v[0] = v[0] * x[1]
    for i, v in enumerate((y[:2], y[1:])):
        v[0] = v[0] * x[1] + i
    return np.sum(parts[0]) * np.sum(parts[1]) + np.sum(y * y)


def rows_sorted_meanwhile(x):
    m = np.outer(x, x)
    for row in m:
        m.sort(axis=1)
        row[0] = row[-1] * 2
    return np.sum(m * m)


def rows_until_large(x):
    m = np.outer(x, x)
    while m[0, 0] < 50:
        for row in m:
            row *= 1.5
            row += x**2
    return np.sum(m * m)


def names_like_len_and_range(x):
    m = np.zeros((3, len(x)))
    for len_, row in enumerate(m):
        row[:] = x * len_
    range_ = 3
    for row in m:
        row += range_
    return np.sum(m * m)


def entries_and_their_array(x):
    y = x * 2
    for v in y:
        y[0] += v
    return np.sum(y * y)


PROGRAMS = [Program(f, vectors(1)) for f in (
    rows_changed,
    rows_of_two_arrays,
    rows_with_numbers,
    array_changed_under_its_rows,
    columns_and_slices,
    entries_of_rows,
    rows_of_planes,
    rows_changed_by_a_helper,
    name_of_the_array_rebound,
    rows_with_jumps,
    list_of_windows,
    rows_sorted_meanwhile,
    names_like_len_and_range,
    entries_and_their_array)]  # fmt: skip
PROGRAMS.append(Program(rows_until_large, lambda rng, n: (abs(rng.normal(size=n)) + 1,)))
