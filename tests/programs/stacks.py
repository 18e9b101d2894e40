"""Lists and tuples that grow, shrink and are read in loops, and lists as indices."""

import numpy as np

from . import by_names


def append_tuple2(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, a))
    return h[0][0] * h[-1][1]


def append_dict(x, w):
    h = []
    for a, b in zip(x, w):
        h.append({'p': a * b, 'q': a})
    return sum((e['p'] * e['q'] for e in h))


def append_dict2(x, w):
    h = []
    for a, b in zip(x, w):
        h.append({'p': a * b, 'q': a})
    return h[0]['p'] * h[-1]['q']


def append_read_dict(x, w):
    h = [{'p': x, 'q': w}]
    for i in range(3):
        h.append({'p': h[-1]['p'] * h[-1]['q'], 'q': h[-1]['q'] * 0.5})
    return np.sum(h[-1]['p'])


def state_list(x, w):
    st = [x, w]
    for i in range(3):
        st[0] = np.tanh(st[0] + st[1])
        st[1] = st[1] * st[0]
    return np.sum(st[0] * st[1])


def state_list_new(x, w):
    st = [x, w]
    for i in range(3):
        st = [np.tanh(st[0] + st[1]), st[1] * st[0]]
    return np.sum(st[0] * st[1])


def list_comp_update(xs):
    hs = [v for v in xs]
    for i in range(2):
        hs = [np.tanh(h * 2) for h in hs]
    return sum((np.sum(h) for h in hs))


def list_comp_neighbours(xs):
    hs = xs
    for i in range(2):
        hs = [np.tanh(hs[j] + hs[j - 1]) for j in range(len(hs))]
    return sum((np.sum(h) for h in hs))


def gram(m):
    basis = []
    for i in range(m.shape[0]):
        v = m[i].copy()
        for u in basis:
            v = v - np.dot(v, u) * u
        basis.append(v / np.linalg.norm(v))
    return np.sum(np.stack(basis) ** 3)


def gram2(m):
    basis = []
    for v in m:
        for u in basis:
            v = v - np.dot(v, u) * u
        basis.append(v / np.linalg.norm(v))
    return sum((np.sum(b ** 3) for b in basis))


def memo_loop(x):
    memo = {0: x[0], 1: x[1]}
    for i in range(2, 6):
        memo[i] = memo[i - 1] * memo[i - 2] + 0.1
    return memo[5]


def none_list(x, w):
    hs = [None] * 4
    for i in range(4):
        hs[i] = x[i] * w
    return sum((np.sum(h) for h in hs))


def none_list2(x, w):
    hs = [None] * 4
    hs[0] = x
    for i in range(1, 4):
        hs[i] = np.tanh(hs[i - 1] * w)
    return np.sum(hs[3])


def none_list3(x, w):
    hs = [None] * len(x)
    hs[0] = x[0]
    for i in range(1, len(x)):
        hs[i] = np.tanh(hs[i - 1] * w[i])
    return hs[-1]


def zeros_len(x, w):
    hs = [0.0] * len(x)
    for i in range(len(x)):
        hs[i] = x[i] * w[i]
    return sum(hs)


def dict_of_lists(x, w):
    log = {'a': [], 'b': []}
    for v in x:
        log['a'].append(v * w[0])
        log['b'].append(v * v)
    return sum(log['a']) * sum(log['b'])


def swap(x, w):
    a = [v for v in x]
    for i in range(2):
        a[i], a[-1 - i] = (a[-1 - i], a[i])
    return sum((v * u for v, u in zip(a, w)))


def bubble(x, w):
    a = [v for v in x]
    for i in range(len(a)):
        for j in range(len(a) - 1):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = (a[j + 1], a[j])
    return sum((v * u for v, u in zip(a, w)))


def list_idx(x, w):
    idx = [0, 2]
    return np.sum(x[idx] * w[[1, 3]])


def list_idx_dyn(x, w):
    idx = [i for i in range(len(x)) if i % 2 == 0]
    return np.sum(x[idx])


def list_idx_dyn2(x, w):
    idx = [i for i, v in enumerate(x) if v > 0]
    return np.sum(x[idx] ** 2)


def range_arr(x, w):
    return np.sum(x[range(2)] * w[range(1, 3)])


def list_range(x, w):
    return np.sum(x[list(range(2))])


def tuple_idx(m):
    ij = (1, 2)
    return m[ij] * m[tuple([0, 1])]


def list_pair(m):
    return np.sum(m[[0, 1], [1, 2]])


def store_list(x, w):
    y = np.zeros(4)
    y[[0, 2]] = x[:2] * w[:2]
    return np.sum(y ** 2)


def boolmask_list(x, w):
    return np.sum(x[:4][[True, False, True, False]])


def idx_listvals(x, w):
    j = int(np.argmax(x))
    return np.sum(x[[j, 0]] * w[[0, j]])


def idx_mixed(m):
    return np.sum(m[[0, 1], :]) + np.sum(m[:, [1, 2]])


def idx_len_range(m):
    y = [0, 1, 2, 3]
    return -np.sum(m[range(len(y)), y])


def idx_arange_list(m):
    y = [0, 1, 2, 3]
    return -np.sum(m[np.arange(len(y)), y])


PROGRAMS = by_names([
    append_tuple2, append_dict, append_dict2, append_read_dict, state_list, state_list_new, list_comp_update,
    list_comp_neighbours, gram, gram2, memo_loop, none_list, none_list2, none_list3, zeros_len,
    dict_of_lists, swap, bubble, list_idx, list_idx_dyn, list_idx_dyn2, range_arr, list_range, tuple_idx,
    list_pair, store_list, boolmask_list, idx_listvals, idx_mixed, idx_len_range, idx_arange_list,
])
