"""Lists, dicts and iterators that share what they hold, or are walked over more than once."""

import copy
from collections import defaultdict

import numpy as np

from . import by_names, subtleties


def subtle_copy_unknown(x, w):
    h = []
    for v in w:
        h.append(x * v)
    c = list(h)
    c[0] *= 2
    return np.sum(h[0] * w) + np.sum(c[1])


def subtle_copy_unknown2(x, w):
    h = []
    for v in w:
        h.append(x * v)
    c = h.copy()
    c[0] *= w
    return np.sum(h[0] * w) + np.sum(c[0])


def subtle_copy_put(x, w):
    a = x * 2
    h = []
    for v in w:
        h.append(x * v)
    h.append(a)
    c = list(h)
    a *= w
    return np.sum(c[-1] * w)


def subtle_zip_twice(x, w):
    z = zip(x, w)
    s = sum((a * b for a, b in z))
    t = sum((a + b for a, b in z))
    return s + t * 2


def subtle_zip_alias(x, w):
    z = zip(x, w)
    z2 = z
    s = 0.0
    for a, b in z2:
        s = s + a * b
    for a, b in z:
        s = s + a * a
    return s


def subtle_enum_twice(x, w):
    e = enumerate(x)
    s = 0.0
    for i, v in e:
        s = s + v * i
    for i, v in e:
        s = s + v
    return s


def subtle_zip_in_loop(x, w):
    z = zip(x, w)
    s = 0.0
    for t in range(2):
        for a, b in z:
            s = s + a * b
    return s


def subtle_rev(x, w):
    r = reversed([x, w])
    a = [v for v in r]
    b = [v for v in r]
    return np.sum(a[0] * a[1]) + len(b)


def subtle_dict_items_live(x, w):
    p = {'a': x}
    it = p.items()
    p['b'] = w
    return sum((np.sum(v) for k, v in it))


def subtle_dict_keys_live(x, w):
    p = {'a': x}
    ks = p.keys()
    p['b'] = w
    return np.sum(x) * len(ks) + sum((np.sum(p[k]) for k in ks))


def subtle_dd_twice(x, w):

    def f():
        return sum((a * b for a, b in z))
    z = zip(x, w)
    return f() + f() + np.sum(x)


def subtle_mutating_comp(x, w):
    y = np.zeros(4)

    def bump(v):
        y[0] = y[0] + v
        return v * v
    y[0] += sum([bump(v) for v in x])
    return np.sum(y * w)


def subtle_aug_dict(x, w):
    d = {'s': x[0] * 1.0}
    d['s'] += sum([v * v for v in x])
    return d['s'] * w[0]


def subtle_while_gen(x, w):
    s = 0.0
    i = 0
    while i < 3 and sum([v * v for v in x]) > 0:
        s = s + x[i] * w[i]
        i += 1
    return s


def subtle_lambda_late(x, w):
    fs = [lambda: v * 2 for v in x]
    return fs[0]() * w[0]


def subtle_lambda_late2(x, w):
    fs = [lambda t: t * v for v in x]
    return sum((f(2.0) for f in fs)) * w[0]


def subtle_shadow(x, w):
    v = w[0]
    s = sum([v * v for v in x] if v > -9 else [v])
    return s * v


def subtle_comp_in_elif(x, w):
    if x[0] > 99:
        y = 0.0
    elif sum([v * v for v in x]) > 0 and w[0] < 99:
        y = sum([v ** 3 for v in x])
    else:
        y = 1.0
    return y * w[0]


def subtle_comp_in_elif2(x, w):
    if x[0] > 99:
        y = 0.0
    elif (q := sum([v * v for v in x])) > 0 and w[0] < 99:
        y = q * q
    else:
        y = 1.0
    return y * w[0]


def subtle_nested_if(x, w):
    return (sum([v * v for v in x]) if x[0] > 0 else sum([v * w[0] for v in x])) if w[0] > -9 else 0.0 if w[1] > 0 else max([v for v in x])


def subtle_and_or_mix(x, w):
    r = x[0] < 99 and (w[0] > 99 or sum([v * v for v in x]))
    return r * 2


def subtle_dict_comp_order(x, w):
    log = []

    def k(s):
        log.append('k' + s)
        return s

    def v(s):
        log.append('v' + s)
        return x * 2
    q = {k(s): v(s) for s in ('a', 'b')}
    print(log)
    return np.sum(q['a'] * q['b'])


def subtle_dict_dup_keys(x, w):
    q = {k: v * 2 for k, v in (('a', x), ('b', w), ('a', w))}
    return np.sum(q['a']) * len(q)


def subtle_any_lazy(x, w):
    seen = []

    def f(v):
        seen.append(1)
        return v
    found = any((f(v) > -99 for v in (x[0], w[0], 2.0)))
    return np.sum(x) * len(seen) * found


def subtle_defdict_contains(x, w):
    p = defaultdict(float)
    p['a']
    return np.sum(x) * len(p)


def subtle_list_of_zip(x, w):
    c = [zip(x, w)]
    s = sum((a * b for a, b in c[0]))
    return s + sum((a for a, b in c[0]))


def subtle_zip_broken(x, w):
    z = zip(x, w)
    s = 0.0
    for a, b in z:
        s = s + a * b
        if a > -99:
            break
    for a, b in z:
        s = s + a * a * b
    return s


def subtle_zip_next(x, w):
    z = zip(x, w)
    a, b = next(z)
    s = a * b
    for a, b in z:
        s = s + a * a * b
    return s


def subtle_iter_next_list(x, w):
    it = iter([x, w, x * w])
    a = next(it)
    s = np.sum(a)
    for v in it:
        s = s + np.sum(v * v)
    return s


def subtle_iter_next_arr(x, w):
    it = iter(x)
    a = next(it)
    s = a * 1.0
    for v in it:
        s = s + v * v
    return s


def subtle_iter_arr(x, w):
    s = 0.0
    for v in iter(x):
        s = s + v * v
    return s


def subtle_gen_next(x, w):
    a = next((v for v in x if v > -99))
    return a * a


def subtle_next_cond(x, w):
    a = next((v for v in (x, w) if v[0] > 99), w)
    return np.sum(a * a)


def subtle_kept_zip_star(x, w):
    ps = [(x, w), (w, w)]
    z = zip(*ps)
    a, b = z
    return np.sum(a[0] * b[0])


def subtle_deep_shared(x, w):
    a = x * 1.0
    p = {'a': a, 'b': [a, w]}
    q = copy.deepcopy(p)
    q['a'] *= w
    return np.sum(q['b'][0]) + np.sum(p['a'] * a)


def subtle_deep_tuple(x, w):
    p = (x * 1.0, [w])
    q = copy.deepcopy(p)
    q[1].append(x)
    return np.sum(q[0] * q[1][1]) + len(p[1])


def subtle_shallow(x, w):
    p = {'a': x * 1.0}
    q = copy.copy(p)
    q['a'] *= w
    q['b'] = w
    return np.sum(p['a']) + len(p)


def subtle_sorted_dup(x, w):
    its = sorted([('b', x), ('a', w)])
    return np.sum(its[0][1] * x)


def subtle_dd_factory(x, w):
    p = defaultdict(lambda: np.zeros(4))
    p['a'] += x
    p['a'] += w
    p['b'] += x * w
    return np.sum(p['a'] * p['b']) + len(p)


def subtle_dd_loop(x, w):
    p = defaultdict(float)
    for k in ('a', 'b', 'a'):
        p[k] += np.sum(x) * len(p)
    return p['a'] * p['b']


EITHER = by_names(subtleties(globals()))
