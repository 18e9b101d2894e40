"""Generators with several yields, returns, `yield from`, walked by loops that jump, kept in a name."""

import numpy as np

from . import by_names


def both(x):
    yield x * 2
    yield x * 3


def looped(x):
    yield x[0] ** 2
    for i in range(1, len(x)):
        y = x[i] * 2
        yield np.sin(y)
        if y > 1:
            yield y
    yield x[-1]


def ends_early(x):
    for v in x:
        if v > 0.3:
            return
        yield v * v
    yield x[0]


def ends_in_a_branch(x):
    yield x[0]
    if x[1] > 0:
        return
    yield x[1] ** 2
    for i in range(len(x)):
        for j in range(2):
            if x[i] * j > 0.1:
                return
            yield x[i] * (j + 1)


def one_of_two(x):
    for v in x:
        if v > 0:
            yield v
        else:
            yield -2 * v


def delegates(x):
    yield x[0]
    yield from both(x[1:])
    yield from [x[0], x[1] * 2]


def state(x):
    y = x
    while np.sum(y) < 50:
        y = y * 1.5 + 1
        yield y
        y = np.sin(y) + y


def two(x):
    s = 0.0
    for q in both(x):
        s = s + np.sum(q * q)
    return s


def two_breaks(x, w):
    s = 0.0
    for q in both(x):
        if np.sum(q * w) > 0.5:
            break
        s = s + np.sum(q * q)
    else:
        s = s * 2
    return s + np.sum(x * w)


def two_continues(x, w):
    s = 0.0
    for q in both(x):
        if q[0] > 0.5:
            continue
        s = s + np.sum(q * w)
    return s


def mixed(x, w):
    s = 0.0
    for q in looped(x):
        if q > 0.9:
            break
        if q < -0.5:
            continue
        s = s * q + np.sum(w)
    else:
        s = s * 3
    return s + np.sum(x * w)


def all_of_looped(x):
    s = 1.0
    for q in looped(x):
        s = s * q + q
    return s


def early(x, w):
    s = 0.0
    for q in ends_early(x):
        s = s + q * w[0]
    return s + np.sum(x * w)


def early_with_jumps(x, w):
    s = 0.0
    for q in ends_early(x):
        if q > 0.2:
            continue
        s = s + q * w[0]
        if s > 0.3:
            break
    else:
        s = s * 2
    return s + np.sum(x * w)


def early_branches(x, w):
    s = 0.0
    for q in ends_in_a_branch(x):
        s = s + q * w[0]
        if s < -0.5:
            break
    else:
        s = s * 2
    return s + np.sum(x * w)


def branches(x, w):
    s = 0.0
    for q in one_of_two(x):
        s = s + np.sum(q * w)
        if s > 3:
            break
    return s


def delegated(x, w):
    s = 0.0
    for q in delegates(x):
        s = s + np.sum(q) * w[1]
        if s > 2:
            break
    return s


def listed(x, w):
    qs = list(both(x))
    return np.sum(qs[0] * w) + np.sum(qs[1])


def summed(x, w):
    return sum(looped(x)) + np.sum(w)


def stated(x, w):
    s = 0.0
    for y in state(np.abs(x)):
        s = s + np.sum(y * w)
    return s


def breaks_before_the_last_loop(x, w):
    def gen(v):
        yield v[0]
        for i in range(2):
            yield v[i] * 2

    s = 0.0
    for q in gen(x):
        if s > 0.1:
            break
        s = s + q * w[0]
    return s


def in_a_loop(x, w):
    s = 0.0
    for i in range(3):
        for q in looped(x * w[i]):
            if q > 0.4:
                break
            s = s + q
        else:
            continue
        s = s * 1.1
        if s > 2:
            break
    return s


def returns_from_inside(x, w):
    s = 0.0
    for q in looped(x):
        s = s + q * w[0]
        if s > 0.5:
            return s * np.sum(w)
    return s


def names_clash(x, w):
    y, i, v, once, left = w, 2, w * 2, w * 3, x
    s = 0.0
    for q in looped(x):
        if q > 0.4:
            continue
        if q < -0.5:
            break
        s = s + np.sum(y * q)
    return s + np.sum(v + once + left) * i


def prints(x):
    def gen():
        print('start')
        yield x[0]
        print('middle')
        yield x[1]
        print('end')

    s = 0.0
    for q in gen():
        print('turn')
        s = s + q * q
    return s


def prints_and_breaks(x):
    def gen():
        print('start')
        for i in range(3):
            yield x[i]
            print('middle')
        print('end')

    s = 0.0
    for q in gen():
        print('turn')
        s = s + q * q
        if s > 0.2:
            break
    return s


def changes_under_way(x, w):
    y = x * 1.0

    def gen():
        yield y
        yield y * 2

    s = 0.0
    for q in gen():
        y[0] = w[0]
        s = s + np.sum(q * w)
    return s


def kept(x, w):
    g = looped(x * 2)
    x = x * w
    s = np.sum(x)
    for q in g:
        s = s * 0.5 + q * w[0]
        if s > 2:
            break
    return s


def kept_and_summed(x, w):
    g = looped(np.sin(x))
    k = np.sum(w)
    return sum(g) * k


def kept_and_listed(x, w):
    g = both(x)
    x = w
    qs = list(g)
    return np.sum(qs[0] * qs[1] * x)


def kept_expression(x, w):
    g = (v * w[0] for v in x)
    x = x * 2
    w = np.cos(w)
    return sum(g) * np.sum(x * w)


def kept_expression_walked(x, w):
    g = (v * w for v in x)
    s = 0.0
    for q in g:
        s = s + np.sum(q) * s + q[0]
    return s


def kept_prints(x):
    def gen(v):
        print('start')
        yield v[0]
        print('end')

    def note(v):
        print('made')
        return v

    g = gen(note(x))
    print('kept')
    s = 0.0
    for q in g:
        s = s + q * q
    return s


def kept_until_a_store(x, w):
    y = x * 1.0
    g = both(y)
    y[0] = w[0]
    s = 0.0
    for q in g:
        s = s + np.sum(q * w)
    return s


def kept_in_a_branch(x, w):
    g = both(x)
    if w[0] > 0:
        s = 0.0
        for q in g:
            s = s + np.sum(q * w)
        return s
    return np.sum(x * w)


def over_an_expression(x, w):
    v = x * 2
    s = 0.0
    for q in (np.sin(v) * w for v in x if v > -0.5):
        if s > 2:
            break
        if q[0] > 3:
            continue
        s = s + np.sum(q)
    else:
        s = s * 2
    return s + np.sum(v)


def expression_sees_changes(x, w):
    k = 1.0
    s = 0.0
    for q in (print('item') or v * k for v in w):
        print('turn')
        s = s + q * x[0]
        k = k + s
    return s


def over_two(x, w):
    s = 0.0
    for q in (a * b for a in x for b in w):
        s = s * 0.9 + q
    return s


def walked_twice(x):
    g = looped(x)
    s = 0.0
    for q in g:
        s = s + q
    for q in g:
        s = s * 100 + q
    return s


def walked_in_a_loop(x):
    g = looped(x)
    s = 0.0
    for i in range(2):
        for q in g:
            s = s * 2 + q
    return s


def nexts(x):
    g = looped(x)
    a = next(g)
    b = next(g)
    return a * b


def rebound(x, w):
    f = both
    g = f(x)
    f = looped
    s = 0.0
    for q in g:
        s = s + np.sum(q * w)
    return s


def counted(x, w):
    s = 0.0
    for i, q in enumerate(looped(x)):
        if i == 1:
            continue
        s = s + q * w[0] * i
        if i > 3:
            break
    else:
        s = s * 2
    return s


def counted_from(x, w):
    s = 0.0
    for i, (a, b) in enumerate(pairs(x, w), 2):
        s = s + a * b * i
    return s + i


def counted_with_keyword(x, w):
    s = 0.0
    for i, q in enumerate(both(x), start=3):
        s = s + np.sum(q) * i * w[0]
    return s


def pairs(x, w):
    for i in range(len(x)):
        yield x[i], w[i]


def counted_in_a_comprehension(x, w):
    return sum([q * i for i, q in enumerate(looped(x))]) * np.sum(w)


def zipped(x, w):
    s = 0.0
    for q, v in zip(looped(x), w):
        s = s + q * v
    return s


def value_of_from(x):
    def inner():
        yield x[0]
        return x[1]

    def outer():
        r = yield from inner()
        yield r

    return sum(outer())


PROGRAMS = by_names([
    kept, kept_and_summed, kept_and_listed, kept_expression, kept_prints, kept_until_a_store,
    kept_in_a_branch, kept_expression_walked, over_an_expression, expression_sees_changes, counted, counted_from, counted_with_keyword, counted_in_a_comprehension,

    two, two_breaks, two_continues, mixed, all_of_looped, early, early_with_jumps, early_branches, branches, delegated,
    listed, summed, stated, breaks_before_the_last_loop, in_a_loop, returns_from_inside, names_clash, prints,
    prints_and_breaks, changes_under_way,
])  # fmt: skip
EITHER = by_names([walked_twice, walked_in_a_loop, nexts, rebound, zipped, value_of_from, over_two])
