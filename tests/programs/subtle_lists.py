"""Lists, dicts and iterators that share what they hold, or are walked over more than once."""

import numpy as np

from . import by_names, subtleties


def subtle_twice_unknown(x, w):
    a = x * 1.0
    h = []
    for i in range(2):
        h.append(a)
    s = 0.0
    for v in h:
        v *= 2
        s = s + np.sum(v * v * w)
    return s


def subtle_twice_once(x, w):
    h = []
    for i in range(2):
        h.append(x * w[i])
    s = 0.0
    for v in h:
        v *= 2
        s = s + np.sum(v * v * w)
    return s


def subtle_put_alias(x, w):
    a = x * 2
    b = w * 3
    hs = [a, b]
    for i in range(2):
        hs[i] = hs[i] * 2
    a *= w
    return np.sum(hs[0] * hs[1]) + np.sum(a)


def subtle_put_alias2(x, w):
    a = x * 2
    b = w * 3
    hs = [a, b]
    j = int(abs(x[0]) * 0)
    hs[j] = w * 2
    b *= x
    return np.sum(hs[1] * w)


def subtle_put_alias3(x, w):
    a = x * 2
    b = w * 3
    hs = [a, b]
    j = int(abs(x[0]) * 0)
    hs[j] = w * 2
    hs[1] *= x
    return np.sum(b * w)


def subtle_pop_alias(x, w):
    a = x * 2
    hs = []
    for i in range(2):
        hs.append(w * i)
    hs.append(a)
    v = hs.pop()
    v *= w
    return np.sum(a * w)


def subtle_pop_alias2(x, w):
    a = x * 2
    hs = []
    for i in range(2):
        hs.append(w * i)
    hs.append(a)
    v = hs.pop()
    a *= w
    return np.sum(v * w)


def subtle_ext_alias(x, w):
    a = x * 2
    hs = []
    for i in range(2):
        hs.append(w * i)
    gs = []
    for i in range(2):
        gs.append(a)
    hs.extend(gs)
    a *= w
    return np.sum(hs[-1] * w)


def subtle_ext_alias2(x, w):
    hs = []
    for i in range(2):
        hs.append(w * i)
    gs = []
    for i in range(2):
        gs.append(x * w)
    hs.extend(gs)
    hs[-1] *= 2
    return np.sum(gs[-1] * w)


def subtle_add_alias(x, w):
    hs = []
    for i in range(2):
        hs.append(w * i)
    gs = []
    for i in range(2):
        gs.append(x * w)
    ks = hs + gs
    gs[1] *= 2
    return np.sum(ks[-1] * w)


def subtle_slice_alias(x, w):
    hs = []
    for i in range(3):
        hs.append(w * x)
    ks = hs[1:]
    ks[0] *= 2
    return np.sum(hs[1] * w)


def subtle_slice_alias2(x, w):
    a = x * 2
    hs = []
    for i in range(3):
        hs.append(w * x)
    hs.append(a)
    ks = hs[1:]
    a *= w
    return np.sum(ks[-1])


def subtle_mul_alias(x, w):
    hs = []
    for i in range(3):
        hs.append(w * x)
    ks = hs * 2
    ks[0] *= 2
    return np.sum(ks[3] * w)


def subtle_rep_alias(x, w):
    a = x * 2
    n = len(x)
    ks = [a] * n
    a *= w
    return np.sum(ks[1])


def subtle_rep_alias2(x, w):
    a = x * 2
    n = len(x)
    ks = [a] * n
    ks[0] *= w
    return np.sum(ks[1] * a)


def subtle_insert_alias(x, w):
    a = x * 2
    hs = []
    for i in range(3):
        hs.insert(0, w * x)
    hs.insert(0, a)
    a *= w
    return np.sum(hs[0])


def subtle_tuple_alias(x, w):
    a = x * 2
    t = ()
    for i in range(3):
        t = t + (a,)
    a *= w
    return np.sum(t[1])


def subtle_tuple_iadd_alias(x, w):
    t = ()
    u = t
    for i in range(3):
        u = t
        t += (x * w[i],)
    return sum((np.sum(v) for v in u)) * len(t)


def subtle_list_iadd_alias(x, w):
    t = []
    u = t
    for i in range(3):
        t += [x * w[i]]
    return sum((np.sum(v) for v in u)) * len(u)


def subtle_list_plus_alias(x, w):
    t = []
    u = t
    for i in range(3):
        t = t + [x * w[i]]
    return sum((np.sum(v) for v in t)) * (len(u) + 1)


def subtle_reverse_alias(x, w):
    t = []
    u = t
    for i in range(3):
        t.append(x * w[i])
    t.reverse()
    return np.sum(u[0] * w)


def subtle_del_alias(x, w):
    t = []
    u = t
    for i in range(3):
        t.append(x * w[i])
    del t[0]
    return np.sum(u[0] * w)


def subtle_pop_both(x, w):
    t = []
    for i in range(4):
        t.append(x * w[i])
    a = t.pop()
    b = t.pop(0)
    return np.sum(a * b * t[0]) + len(t) * np.sum(t[-1])


def subtle_pop_while_idx(x, w):
    t = []
    for i in range(4):
        t.append(x * w[i])
    s = 0.0
    i = 0
    while len(t) > 1:
        v = t.pop(i)
        s = s + np.sum(v * t[0])
    return s


def subtle_empty_ops(x, w):
    t = []
    for v in x:
        if v > 99:
            t.append(v)
    return sum(t) + sum(t[1:]) + sum(t + t) + np.sum(w)


def subtle_dict_alias(x, w):
    p = {'a': x * 1.0}
    q = p
    r = p.copy()
    p |= {'b': w}
    r['a'] *= 2
    return np.sum(q['b']) + np.sum(p['a'] * w)


def subtle_dict_or_new(x, w):
    p = {'a': x * 1.0}
    q = p | {'b': w}
    q['a'] *= 2
    return np.sum(p['a'] * w) + len(p) * np.sum(q['b'])


def subtle_mixed_scalar(x, w):
    h = [0.5]
    for i in range(3):
        h.append(x[i] * w[i])
    return sum(h[1:]) * h[0] + h[2]


def subtle_mixed_scalar_insert(x, w):
    h = []
    for i in range(3):
        h.insert(0, x[i] * w[i])
    h.append(1.0)
    return sum(h) * h[0] + h[2]


def subtle_shapes_differ(x, w):
    h = []
    for i in range(3):
        h.append(x[:i + 1] * w[0])
    return np.sum(np.concatenate(h[1:])) * np.sum(h[0])


def subtle_scalar_0d(x, w):
    h = [np.array(1.0)]
    for i in range(3):
        h.append(np.sum(x) * h[-1])
    return h[-1] * h[1]


def subtle_size1(x, w):
    h = [x[:1]]
    for i in range(3):
        h.append(h[-1] * w)
    return np.sum(h[-1] * h[0])


def subtle_two_stores(x, w):
    y = x * 1.0

    def f(t):
        t *= 2
        return np.sum(t)
    z = f(y) * np.sum(y * y * w) + f(y)
    return z + np.sum(y)


def subtle_two_stores2(x, w):
    y = x * 1.0
    z = np.add(y, w, out=y) * w + np.sum(np.multiply(y, x, out=y) ** 2)
    return np.sum(z) + np.sum(y)


EITHER = by_names(subtleties(globals()))
