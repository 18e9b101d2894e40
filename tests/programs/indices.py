"""Ranges and lists of numbers as indices."""

import numpy as np

from . import by_names


def range_idx2(m):
    n = m.shape[0]
    labels = np.arange(n) % 3
    return np.sum(np.log(m[range(n), labels] ** 2 + 1))


def range_len(m):
    y = [0, 1, 2, 3]
    return -np.sum(np.log(m[range(len(y)), y] ** 2 + 1))


def range_start(x, w):
    n = len(x)
    return np.sum(x[range(1, n)] * w[range(0, n - 1)] ** 2)


def range_neg(x, w):
    n = len(x)
    return np.sum(x[range(n - 1, -1, -1)] * w)


def store_range(x, w):
    y = np.zeros((4, 4))
    y[range(4), range(4)] = x[:4] * w[:4]
    return np.sum(y ** 2)


def idx_listvals(x, w):
    j = int(np.argmax(x))
    return np.sum(x[[j, 0]] * w[[0, j]])


def idx_listvals_rep(x, w):
    j = 0
    for i in range(2):
        j = j + i
    return np.sum(x[[j, 1, j]] * w[[0, j, j]] ** 2)


def store_listvals(x, w):
    j = int(np.argmax(x))
    k = (j + 1) % len(x)
    y = np.zeros(len(x))
    y[[j, k]] = x[:2] * w[:2]
    return np.sum(y ** 2 * w)


def store_listvals_rep(x, w):
    j = int(np.argmax(x))
    k = j
    y = np.zeros(len(x))
    y[[j, k]] = x[:2] * w[:2]
    return np.sum(y ** 2 * w)


def loop_idx(m):
    s = 0.0
    for i in range(3):
        s = s + np.sum(m[[i, i + 1]] ** 2)
    return s


def mixed(m):
    n = m.shape[0]
    return np.sum(m[range(n - 1), 1:3] ** 2)


PROGRAMS = by_names([
    range_idx2, range_len, range_start, range_neg, store_range, idx_listvals, idx_listvals_rep,
    store_listvals, store_listvals_rep, loop_idx, mixed,
])
