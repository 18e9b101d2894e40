"""Lists and tuples that grow, shrink and are read in loops, and lists as indices."""

import numpy as np

from . import by_names


def hs_last(x, w):
    hs = [x]
    for i in range(3):
        hs.append(np.tanh(hs[-1] * w))
    return np.sum(hs[-1] * hs[1])


def hs_t(x, w):
    hs = [x]
    for t in range(1, 4):
        hs.append(np.tanh(hs[t - 1] * w))
    return sum((np.sum(h) for h in hs))


def hs_t0(x, w):
    hs = []
    for t in range(4):
        if t == 0:
            hs.append(x * w)
        else:
            hs.append(np.tanh(hs[t - 1] * w))
    return np.sum(hs[-1])


def hs_two(x, w):
    hs = [x[0], x[1]]
    for t in range(2, 6):
        hs.append(hs[t - 1] * w[0] + hs[t - 2] * w[1])
    return sum(hs)


def hs_sum(x, w):
    hs = [x]
    for t in range(3):
        m = sum((h.mean() for h in hs))
        hs.append(np.tanh(hs[-1] * w + m))
    return np.sum(hs[-1])


def hs_sumlist(x, w):
    hs = [x[0]]
    for t in range(3):
        hs.append(sum(hs) * w[t])
    return hs[-1]


def hs_sumcomp(x, w):
    hs = [x[0]]
    for t in range(3):
        hs.append(sum([h * w[0] for h in hs]))
    return hs[-1]


def hs_stack(x, w):
    hs = [x]
    for t in range(3):
        hs.append(np.mean(np.stack(hs), axis=0) * w)
    return np.sum(hs[-1])


def hs_conc(x, w):
    hs = [x[:2]]
    for t in range(2):
        hs.append(np.concatenate(hs)[:2] * w[:2])
    return np.sum(hs[-1])


def hs_len(x, w):
    hs = []
    while len(hs) < 3:
        hs.append(x * w if not hs else hs[-1] * w)
    return np.sum(hs[-1])


def hs_loopread(x, w):
    hs = [x]
    for t in range(3):
        acc = np.zeros_like(x)
        for h in hs:
            acc = acc + h * w
        hs.append(np.tanh(acc))
    return np.sum(hs[-1])


def stack_pop(x):
    stack = [v for v in x]
    s = 0.0
    while stack:
        v = stack.pop()
        s = s * 0.5 + v * v
    return s


def stack_pop0(x):
    q = [v for v in x]
    s = 0.0
    while q:
        v = q.pop(0)
        s = s * 0.5 + v * v
    return s


def stack_pushpop(x, w):
    q = [x]
    s = 0.0
    n = 0
    while q:
        v = q.pop()
        s = s + np.sum(v * v)
        n += 1
        if n < 5:
            q.append(v * 0.5)
            q.append(v * w)
    return s


def table2(x, w):
    table = []
    for i in range(3):
        row = []
        for j in range(3):
            row.append(x[i] * w[j])
        table.append(row)
    return table[2][2] * table[1][0] + np.sum(np.array(table))


def table_of_arrays(x, w):
    grid = [[x * i + w * j for j in range(2)] for i in range(3)]
    return np.sum(grid[1][1] * grid[2][0])


def tuple_grow(x, w):
    h = ()
    for v in x:
        h = h + (v * w[0],)
    return sum(h[1:]) * h[0]


def tuple_grow2(x, w):
    h = ()
    for v in x:
        h += (v * w[0],)
    return sum(h)


def tuple_grow3(x, w):
    h = (x,)
    for i in range(3):
        h = (*h, np.tanh(h[-1] * w))
    return np.sum(h[-1])


def list_grow_plus(x, w):
    h = []
    for v in x:
        h = h + [v * w[0]]
    return sum(h[1:]) * h[0]


def list_grow_iadd(x, w):
    h = []
    for v in x:
        h += [v * w[0], v]
    return sum(h[1:]) * h[0]


def list_grow_star(x, w):
    h = [x]
    for i in range(3):
        h = [*h, h[-1] * w]
    return np.sum(h[-1])


def list_extend_loop(x, w):
    h = []
    for v in x:
        h.extend([v, v * w[0]])
    return np.sum(np.array(h) ** 2)


def list_extend_comp(x, w):
    h = []
    for v in x:
        h.extend([v * u for u in w])
    return np.sum(np.array(h) ** 2)


def list_slice_after(x, w):
    h = []
    for v in x:
        h.append(v * w[0])
    return sum(h[1:]) * sum(h[:-1]) * h[0]


def list_slice_neg(x, w):
    h = []
    for v in x:
        h.append(v * w[0])
    return sum(h[-2:]) * sum(h[::2])


def list_slice_win(x, w):
    h = []
    for v in x:
        h.append(v * w[0])
    s = 0.0
    for i in range(len(h) - 1):
        s = s + sum(h[i:i + 2]) ** 2
    return s


def list_reverse_after(x, w):
    h = []
    for v in x:
        h.append(v * w[0])
    h.reverse()
    return h[0] * sum((v * i for i, v in enumerate(h)))


def list_insert0(x, w):
    h = []
    for v in x:
        h.insert(0, v * w[0])
    return sum((v * (i + 1) for i, v in enumerate(h)))


def list_del_window(x, w):
    h = []
    s = 0.0
    for v in x:
        h.append(v * w[0])
        if len(h) > 2:
            del h[0]
        s = s + sum(h) ** 2
    return s


def append_tuple(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, a))
    return sum((p * q for p, q in h))


PROGRAMS = by_names([
    hs_last, hs_t, hs_t0, hs_two, hs_sum, hs_sumlist, hs_sumcomp, hs_stack, hs_conc, hs_len, hs_loopread,
    stack_pop, stack_pop0, stack_pushpop, table2, table_of_arrays, tuple_grow, tuple_grow2, tuple_grow3,
    list_grow_plus, list_grow_iadd, list_grow_star, list_extend_loop, list_extend_comp, list_slice_after,
    list_slice_neg, list_slice_win, list_reverse_after, list_insert0, list_del_window, append_tuple,
])
