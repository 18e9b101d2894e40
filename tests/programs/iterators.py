"""Iterators over what is known, asked by next and by loops; itertools over arrays."""

from __future__ import annotations

import itertools

import numpy as np

from programs import Program, vectors


def iter_next(x):
    it = iter([x, x * x, x * 3])
    a = next(it)
    b = next(it)
    return np.sum(a * b)


def iter_loop(x):
    it = iter([x, x * x, x * 3])
    a = next(it)
    for b in it:
        a = a * b
    return np.sum(a)


def iter_loop_twice(x):
    it = iter((x, x * x, x * 3))
    a = x
    for b in it:
        a = a * b
    for b in it:
        a = a * b
    return np.sum(a)


def iter_changed(x):
    items = [x, x * x, x * 3]
    it = iter(items)
    a = next(it)
    items[1] = x * 5
    return np.sum(a * next(it))


def iter_same(x):
    it = iter([x, x * 2])
    jt = iter(it)
    return np.sum(next(it) * next(jt))


def iter_default(x):
    it = iter([x])
    a = next(it, None)
    b = next(it, x * x)
    return np.sum(a * b)


def iter_helper(x):
    def take(it):
        return next(it)
    it = iter([x, x * x])
    return np.sum(take(it) * next(it))


def iter_branch(x):
    it = iter([x, x * x, x * 3])
    if x[0] > 0:
        next(it)
    return np.sum(next(it))


def iter_in_loop(x):
    it = iter([x, x * x, x * 3])
    s = 0.0
    for i in range(3):
        s = s + np.sum(next(it) ** 2)
    return s


def iter_store(x):
    y = x * 1
    it = iter([y, x * x])
    z = next(it)
    z[0] = 5.0
    return np.sum(y * next(it))


def iter_stop(x):
    it = iter([x])
    s = next(it)
    try:
        s = s + next(it)
    except StopIteration:
        s = s * 2
    return np.sum(s * x)


def it_chain_arr(x):
    s = 0.0
    for i in itertools.chain([x, x * x], [x * 3]):
        s = s + np.sum(i)
    return s


def it_comb_list(x):
    parts = [x, x * x, np.sin(x)]
    s = 0.0
    for p, q in itertools.combinations(parts, 2):
        s = s + np.sum(p * q)
    return s


def it_product_mixed(x):
    s = 0.0
    for p, k in itertools.product([x, x * x], [1, 2]):
        s = s + np.sum(p) ** k
    return s


def it_pairwise_list(x):
    s = 0.0
    for p, q in itertools.pairwise([x, x * x, x * 3]):
        s = s + np.sum(p * q)
    return s


def it_comp(x):
    return sum([np.sum(p * q) for p, q in itertools.combinations([x, x * x, x * 3], 2)])


def it_store(x):
    y = x * 2
    for p in itertools.chain([y], [x * x]):
        p[0] = 3.0
    return np.sum(y * y)


def it_twice(x):
    c = itertools.chain([x, x * x], [x * 3])
    s = 0.0
    for i in c:
        s = s + np.sum(i)
    for i in c:
        s = s + np.sum(i)
    return s


def iter_list_then_next(x):
    it = iter([x, x * x])
    a = list(it)
    b = next(it, x * 3)
    return np.sum(a[0] * b)


def iter_unpacked(x):
    it = iter([x, x * x, x * 3])
    a = next(it)
    b, c = it
    return np.sum(a * b * c) + len(list(it))


def iter_closure(x):
    it = iter([x, x * x, x * 3])
    def f():
        return next(it)
    a = f()
    return np.sum(a * next(it))


def iter_any(x):
    it = iter([x[0], x[1], x[2]])
    a = any(v > -100 for v in it)
    return next(it) * a


def iter_alias(x):
    it = iter([x, x * x])
    jt = it
    return np.sum(next(it) * next(jt))


def iter_break(x):
    it = iter([x, x * x, x * 3])
    for a in it:
        if a[0] < 100:
            break
    return np.sum(a * next(it))


def iter_del(x):
    items = [x, x * x, x * 3]
    it = iter(items)
    a = next(it)
    del items[0]
    return np.sum(a * next(it))


def iter_mut_alias(x):
    y = x * 2
    items = [y, x * x]
    it = iter(items)
    y[0] = 3.0
    return np.sum(next(it) * x)


PROGRAMS = [
    Program(iter_next, vectors(1)),
    Program(iter_loop, vectors(1)),
    Program(iter_default, vectors(1)),
    Program(iter_in_loop, vectors(1)),
    Program(iter_store, vectors(1)),
    Program(iter_stop, vectors(1)),
    Program(it_chain_arr, vectors(1)),
    Program(it_comb_list, vectors(1)),
    Program(it_product_mixed, vectors(1)),
    Program(it_pairwise_list, vectors(1)),
    Program(it_comp, vectors(1)),
    Program(iter_mut_alias, vectors(1)),
]

EITHER = [
    Program(iter_loop_twice, vectors(1)),
    Program(iter_changed, vectors(1)),
    Program(iter_same, vectors(1)),
    Program(iter_helper, vectors(1)),
    Program(iter_branch, vectors(1)),
    Program(it_store, vectors(1)),
    Program(it_twice, vectors(1)),
    Program(iter_list_then_next, vectors(1)),
    Program(iter_unpacked, vectors(1)),
    Program(iter_closure, vectors(1)),
    Program(iter_any, vectors(1)),
    Program(iter_alias, vectors(1)),
    Program(iter_break, vectors(1)),
    Program(iter_del, vectors(1)),
]
