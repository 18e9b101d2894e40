"""Dicts, lists and tuples that are built, changed and taken apart, with keys and lengths that are known."""

import copy
from collections import OrderedDict, defaultdict

import numpy as np

from . import by_names


def star_target2(xs):
    *a, b = xs
    return np.sum(a[0] * b)


def next_iter(xs):
    return np.sum(next(iter(xs)) ** 2)


def next_iter_d(d):
    return np.sum(next(iter(d.values())) ** 2)


def next_iter_k(d):
    return np.sum(d[next(iter(d))] ** 2)


def zip_star(x, w):
    pairs = [(x, w), (w, x * w), (x, x)]
    left, r = zip(*pairs)
    return np.sum(left[0] * r[1] * left[2])


def zip_star2(x, w):
    pairs = [(a, b) for a, b in zip(x, w)]
    left, r = zip(*pairs)
    return sum(left) * sum(r)


def zip_star_ls(ls, x):
    ws, bs = zip(*ls)
    h = x
    for w, b in zip(ws, bs):
        h = np.tanh(w @ h + b)
    return np.sum(h)


def filters(xs):
    ys = list(filter(None, [1, 0, 2]))
    return np.sum(xs[0]) * len(ys)


def sorted_items(d):
    return sum((np.sum(v) * i for i, (k, v) in enumerate(sorted(d.items()))))


def reversed_list(xs):
    ys = list(reversed(xs))
    return np.sum(ys[0] * ys[1])


def default_floats(x, w):
    p = defaultdict(float)
    p['a'] += np.sum(x)
    p['b'] += np.sum(w)
    p['a'] += np.sum(x * w)
    return p['a'] * p['b']


def default_lists(x, w):
    p = defaultdict(list)
    p['a'].append(x)
    p['a'].append(w)
    return np.sum(p['a'][0] * p['a'][1])


def ordered(x, w):
    p = OrderedDict()
    p['a'] = x
    p['b'] = w
    return np.sum(p['a'] * p['b'])


def ordered_pairs(x, w):
    p = OrderedDict([('a', x), ('b', w)])
    return np.sum(p['a'] * p['b'])


def fromkeys(x, w):
    p = dict.fromkeys(['a', 'b'], x)
    return np.sum(p['a'] * p['b'])


def dict_kw(x, w):
    p = dict(a=x, b=w)
    q = dict(p, c=x)
    return np.sum(q['a'] * q['b'] * q['c'])


def dict_aug(x, w):
    p = {'a': x.copy(), 's': 0.0}
    p['a'] *= w
    p['s'] += np.sum(p['a'])
    return p['s'] * np.sum(p['a'])


def dict_aug_loop(x, w):
    p = {'s': 0.0, 'n': 0}
    for v in x:
        p['s'] += v * v
        p['n'] += 1
    return p['s'] / p['n']


def dict_state(x, w):
    st = {'h': x, 'c': w}
    for i in range(3):
        st['h'], st['c'] = (np.tanh(st['h'] + st['c']), st['c'] * 0.9)
    return np.sum(st['h'] * st['c'])


def set_ops(x, w):
    s = set()
    s.add(1)
    s.add(2)
    s.add(1)
    return np.sum(x) * len(s)


def set_membership(d):
    skip = {'c'}
    return sum((np.sum(v) for k, v in d.items() if k not in skip))


def set_literal(x, w):
    s = {1, 2}
    return np.sum(x) * len(s) if 1 in s else np.sum(w)


def copycopy(x, w):
    p = {'a': x}
    q = copy.copy(p)
    q['a'] = w
    return np.sum(q['a'] * p['a'])


def deepcopy(x, w):
    p = {'a': x}
    q = copy.deepcopy(p)
    q['a'] *= w
    return np.sum(q['a'] * p['a'])


def nested_dict(x, w):
    p = {'l': {'w': x}, 'm': [w, {'z': x * w}]}
    p['l']['v'] = w
    p['m'][1]['z'] = p['m'][1]['z'] * 2
    p['m'].append(x)
    return np.sum(p['l']['w'] * p['l']['v'] * p['m'][1]['z'] * p['m'][2])


def tuple_entries(x, w):
    t = (x, w)
    return np.sum(t[-1] * t[0]) * len(t) * (1 if t.count(3) == 0 else 2) if False else np.sum(t[-1] * t[0])


def tuple_eq(x, w):
    return np.sum(x) if x.shape == w.shape else np.sum(w)


def tuple_keys(x, w):
    p = {}
    p[0, 1] = x
    p[1, 2] = w
    return np.sum(p[0, 1] * p[1, 2])


def tuple_keys_loop(x, w):
    p = {(i, j): x[i] * w[j] for i in range(2) for j in range(2)}
    return p[0, 1] * p[1, 0] + p[1, 1]


def list_membership(x, w):
    return np.sum(x) if 2 in [1, 2, 3] else np.sum(w)


def clear(x, w):
    p = [x]
    p.clear()
    p.append(w)
    q = {'a': x}
    q.clear()
    q['b'] = w
    return np.sum(p[0] * q['b'])


def unpack_values(d):
    a, b, c = d.values()
    return np.sum(a * b * c)


def starcall(x, w):

    def f(a, b):
        return np.sum(a * b)
    args = (x, w)
    kw = {'a': x, 'b': w}
    return f(*args) * f(**kw)


def sum_start(xs):
    return np.sum(sum(xs, np.zeros_like(xs[0])))


def enumerate_list(xs):
    for i, v in list(enumerate(xs)):
        pass
    return np.sum(v * i)


def list_of_items(d):
    its = list(d.items())
    return np.sum(its[0][1] * its[1][1])


def dict_list_values(d):
    vs = list(d.values())
    return np.sum(vs[0] * vs[2])


def print_dict(x, w):
    p = {'a': x}
    print(list(p))
    return np.sum(p['a'])


PROGRAMS = by_names([
    star_target2, next_iter, next_iter_d, next_iter_k, zip_star, zip_star2, zip_star_ls, filters,
    sorted_items, reversed_list, default_floats, default_lists, ordered, ordered_pairs, fromkeys, dict_kw,
    dict_aug, dict_aug_loop, dict_state, set_ops, set_membership, set_literal, copycopy, deepcopy,
    nested_dict, tuple_entries, tuple_eq, tuple_keys, tuple_keys_loop, list_membership, clear, unpack_values,
    starcall, sum_start, enumerate_list, list_of_items, dict_list_values, print_dict,
])
