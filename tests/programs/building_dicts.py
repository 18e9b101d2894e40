"""Dicts, lists and tuples that are built, changed and taken apart, with keys and lengths that are known."""

import numpy as np

from . import by_names


def gets(d):
    return np.sum(d.get('w1') * d.get('zz', 2.0))


def get2(x, w):
    p = {'a': x}
    return np.sum(p.get('a') * p.get('b', w))


def keys_view(d):
    return sum((np.sum(d[k]) for k in d.keys()))


def keys2(d):
    return sum((np.sum(d[k]) for k in list(d)))


def keys3(d):
    return sum((np.sum(d[k]) for k in sorted(d)))


def keys4(dm):
    return sum((np.sum(dm[k]) for k in sorted(dm.keys())))


def updates(x, w):
    p = {'a': x}
    p.update({'b': w})
    p.update(c=x * w)
    return np.sum(p['a'] * p['b'] * p['c'])


def update2(x, w):
    p = {'a': x}
    p.update([('b', w), ('c', x)])
    return np.sum(p['a'] * p['b'] * p['c'])


def update3(x, w):
    p = {'a': x}
    p.update({'b': w}, c=x * w)
    return np.sum(p['a'] * p['b'] * p['c'])


def update_zip(x, w):
    p = dict(zip(('a', 'b'), (x, w)))
    return np.sum(p['a'] * p['b'])


def pops(x, w):
    p = {'a': x, 'b': w}
    q = p.pop('a')
    return np.sum(q * p['b']) * len(p)


def pop_default(x, w):
    p = {'a': x, 'b': w}
    q = p.pop('zz', w)
    return np.sum(q * p['b']) * len(p)


def popitem(x, w):
    p = {'a': x, 'b': w}
    k, q = p.popitem()
    return np.sum(q * p['a'])


def setdefault(x, w):
    p = {'a': x}
    p.setdefault('b', w)
    q = p.setdefault('a', w)
    return np.sum(q * p['b'])


def copies(x, w):
    p = {'a': x}
    q = p.copy()
    q['a'] = w
    return np.sum(p['a'] * q['a'])


def membership(x, w):
    p = {'a': x}
    return np.sum(p['a']) if 'a' in p and 'b' not in p else np.sum(w)


def union(x, w):
    p = {'a': x} | {'b': w, 'a': x * 2}
    return np.sum(p['a'] * p['b'])


def ior(x, w):
    p = {'a': x}
    p |= {'b': w}
    return np.sum(p['a'] * p['b'])


def spread(x, w):
    p = {'a': x}
    q = {**p, 'b': w, **{'c': x * w}}
    return np.sum(q['a'] * q['b'] * q['c'])


def lengths(x, w):
    p = {'a': x}
    p['b'] = w
    return np.sum(p['a']) * len(p)


def deletes(x, w):
    p = {'a': x, 'b': w}
    del p['b']
    return sum((np.sum(v) for v in p.values())) * len(p)


def del_list(x, w):
    p = [x, w, x * w]
    del p[0]
    return np.sum(p[0] * p[1])


def del_slice(x, w):
    p = [x, w, x * w, w * w]
    del p[1:3]
    return np.sum(p[0] * p[1]) * len(p)


def list_ops(x, w):
    p = [x]
    p.append(w)
    p.extend((x * w,))
    p.insert(0, w * w)
    p.insert(-1, x * x)
    q = p.pop()
    r = p.pop(0)
    p.reverse()
    return np.sum(q * r) + np.sum(p[0] * p[1])


def list_slice_assign(x, w):
    p = [x, w, x * w]
    p[1:] = [w * w]
    return np.sum(p[0] * p[1]) * len(p)


def list_slice_assign2(x, w):
    p = [x, w, x * w]
    p[:0] = [w * w, x]
    return np.sum(p[0] * p[1]) * len(p)


def list_remove(x, w):
    names = ['a', 'b', 'c']
    names.remove('b')
    p = {'a': x, 'b': w, 'c': x * w}
    return sum((np.sum(p[n]) for n in names))


def list_index(x, w):
    names = ['a', 'b', 'c']
    p = [x, w, x * w]
    return np.sum(p[names.index('b')] * x)


def list_count(x, w):
    names = ['a', 'b', 'a']
    return np.sum(x) * names.count('a')


def list_sort(x, w):
    idx = [2, 0, 1]
    idx.sort()
    return sum((x[i] * (k + 1) for k, i in enumerate(idx)))


def list_mul(x, w):
    p = [x] * 3 + [w]
    return np.sum(p[0] * p[2] * p[3])


def list_imul(x, w):
    p = [x]
    p *= 2
    return np.sum(p[0] * p[1])


def list_copy(x, w):
    p = [x, w]
    q = p.copy()
    q[0] = w
    r = p[:]
    r.append(x)
    s = list(p)
    return np.sum(p[0] * q[0] * r[2] * s[1])


def list_eq(x, w):
    p = [1, 2]
    return np.sum(x) if p == [1, 2] else np.sum(w)


def tuple_add(x, w):
    t = (x,) + (w,) + (x * w,)
    a, b, c = t
    return np.sum(a * b * c)


def tuple_mul(x, w):
    t = (x, w) * 2
    return np.sum(t[0] * t[3])


def tuple_star(x, w):
    t = (*(x, w), x * w)
    u = [*t, *t[:1]]
    return np.sum(u[0] * u[3] * t[2])


def star_target(xs):
    a, *b = xs
    return np.sum(a * b[0] * b[1])


PROGRAMS = by_names([
    gets, get2, keys_view, keys2, keys3, keys4, updates, update2, update3, update_zip, pops, pop_default,
    popitem, setdefault, copies, membership, union, ior, spread, lengths, deletes, del_list, del_slice,
    list_ops, list_slice_assign, list_slice_assign2, list_remove, list_index, list_count, list_sort,
    list_mul, list_imul, list_copy, list_eq, tuple_add, tuple_mul, tuple_star, star_target,
])
