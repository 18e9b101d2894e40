"""Comprehensions of every form, in every place, over containers of every kind."""

import functools

import numpy as np

from . import by_names


def ifexp(x, w):
    y = sum([v * v for v in x]) if x[0] > -9 else 0.0
    return y


def ifexp2(x, w):
    y = np.sum(w) if x[0] > 9 else sum((v * v for v in x))
    return y * 2


def boolop(x, w):
    y = x[0] > 9 and 1.0 or sum([v * v for v in x])
    return y


def ifexp_both(x, w):
    ys = [v * v for v in x] if x[0] > 0 else [v * 3 for v in x]
    return sum(ys)


def lambda_in(x, w):
    fs = [(lambda t: t * v)(v) for v in x]
    return sum(fs)


def walrus_in(x, w):
    fs = [y * y for v in x if (y := (v * 2)) > -9]
    return sum(fs)


def walrus_after(x, w):
    fs = [(y := (v * 2)) * y for v in x]
    return sum(fs) * y


def assign_part(x, w):
    y = np.zeros(3)
    for i in range(3):
        y[i] = sum([v * w[i] for v in x])
    return np.sum(y ** 2)


def assign_part_attr(x, w):
    y = np.zeros(3)
    for i in range(3):
        y[i + 0 * len(y)] = sum((v * w[i] for v in x)) * 2
    return np.sum(y ** 2)


def aug_part(x, w):
    y = np.zeros(3)
    for i in range(3):
        y[i] += sum([v * v * w[i] for v in x])
    return np.sum(y ** 2)


def notalike(m, x):
    parts = [p for p in (m, x, 2.0)]
    return np.sum(parts[0] @ parts[1]) * parts[2]


def notalike2(d, m):
    ps = [np.sum(p ** 2) for p in [d['w1'], m, d['c']]]
    return sum(ps)


def notalike3(m, x):
    return sum((np.sum(p * p) for p in (m, x)))


def notalike_zip(lsm, x):
    norms = [np.sum(w ** 2) + np.sum(b) for w, b in lsm]
    return sum(norms)


def dictcomp(d):
    q = {k: v * 2 for k, v in d.items()}
    return np.sum(q['w1'] * q['c'])


def dictcomp_vals(d):
    q = {k: np.tanh(v) for k, v in d.items()}
    return sum((np.sum(v) for v in q.values()))


def dictcomp_dm(dm, x):
    q = {k: v * 2 for k, v in dm.items()}
    return np.sum(q['w'] @ x + q['b']) * q['c']


def dictcomp_names(x, w):
    q = {k: x * i for i, k in enumerate(['a', 'b', 'c'])}
    return np.sum(q['b'] * w) + np.sum(q['c'])


def dictcomp_if(d):
    q = {k: v * 2 for k, v in d.items() if k.startswith('w')}
    return sum((np.sum(v ** 2) for v in q.values()))


def dictcomp_int2(x, w):
    t = {i: x[i] * w[i] for i in range(4)}
    return t[0] * t[3] + t[2]


def dictcomp_zip(x, w):
    t = {k: v * 2 for k, v in zip(('a', 'b'), (x, w))}
    return np.sum(t['a'] * t['b'])


def setcomp(x, w):
    s = {i % 2 for i in range(4)}
    return sum((x[i] for i in s))


def nested_cond(x, w):
    return sum([a * b for a in x if a > 0 for b in w if b > a])


def nested_nest(x, w):
    mm = [[a * b if a > b else a for b in w] for a in x]
    return np.sum(np.array(mm) ** 2)


def gen_sum(x, w):
    return sum((a * b for a, b in zip(x, w)))


def gen_min(x, w):
    return min((a * b for a, b in zip(x, w)))


def gen_max(x, w):
    return max((a * b for a, b in zip(x, w)))


def gen_any(x, w):
    return np.sum(x) if any((a > 0 for a in x)) else np.sum(w)


def gen_all(x, w):
    return np.sum(x) if all((a > 0 for a in x)) else np.sum(w ** 2)


def gen_list(x, w):
    return sum(list((a * b for a, b in zip(x, w))))


def gen_tuple(x, w):
    t = tuple((a * b for a, b in zip(x, w)))
    return t[0] * t[-1] + sum(t)


def gen_tuple_xs(xs):
    t = tuple((a * 2 for a in xs))
    return np.sum(t[0] * t[-1])


def gen_nparray(x, w):
    return np.sum(np.array([a * a for a in x]) * w)


def gen_nparray_l(x, w):
    return np.sum(np.array(list((a * a for a in x))) * w)


def gen_stack(x, w):
    return np.sum(np.stack([x * a for a in w]) ** 2)


def gen_conc(xs):
    return np.sum(np.concatenate([np.sin(a) for a in xs]) ** 2)


def gen_zip(x, w):
    return sum((a * b for a, b in zip((v * v for v in x), (v + 1 for v in w))))


def values_view(d):
    return sum((np.sum(v ** 2) for v in d.values()))


def items_view(d):
    return sum((np.sum(v ** 2) for k, v in d.items() if k != 'c'))


def values_dm(dm):
    return sum((np.sum(v ** 2) for v in dm.values()))


def items_dm(dm):
    return sum((np.sum(v ** 2) for k, v in dm.items() if k != 'c'))


def items_nested(dd):
    return sum((np.sum(left['w'] ** 2) + np.sum(left['b']) for left in dd.values()))


def items_nested2(dd):
    return sum((np.sum(v ** 2) for left in dd.values() for k, v in left.items() if k == 'w'))


def enumerated(xs, w):
    return sum((np.sum(v) * w[i] for i, v in enumerate(xs)))


def ranges(xs, w):
    return sum((np.sum(xs[i]) * w[i] for i in range(len(xs))))


def range_dict(d):
    return sum((np.sum(d[f'w{i}']) for i in range(1, 3)))


def comp_dict_of_lists(x, w):
    q = {k: [v * 2 for v in (x, w)] for k in ('a', 'b')}
    return np.sum(q['a'][0] * q['b'][1])


def comp_call(x, w):

    def f(t):
        return np.tanh(t) * w
    return np.sum(np.array([f(v) for v in x]))


def comp_cond_none(x, w):
    parts = [x, None, w]
    return sum((np.sum(p ** 2) for p in parts if p is not None))


def return_comp_cond(x, w):
    return np.sum(np.stack([v * x for v in w if v > 0] or [x]))


def while_comp(x, w):
    s = 0.0
    while sum([v * v for v in x]) * 0.1 > s:
        s = s + 0.5 * x[0] ** 2 + 0.2
    return s


def assert_comp(x, w):
    assert all((v < 100 for v in x)), [v for v in x]
    return np.sum(x * w)


def comp_tuple_entries(x, w):
    ps = [(a, b) for a, b in zip(x, w)]
    return sum((a * b for a, b in ps))


def reduced_in(x, w):
    k = 2.0
    ys = [functools.reduce(lambda a, b: np.sin(a * k + b), x) for k in w]
    return sum(y * y for y in ys) * k


def sorted_in(x, w):
    ys = [sorted(x, key=lambda v: (v - k) ** 2)[0] * k for k in w]
    return np.sum(np.stack(ys))


def largest_in(x, w):
    return sum([max(x, key=lambda v: v * k) ** 2 for k in w])


PROGRAMS = by_names([
    reduced_in, sorted_in, largest_in, ifexp, ifexp2, boolop, ifexp_both, lambda_in, walrus_in, walrus_after, assign_part, assign_part_attr,
    aug_part, notalike, notalike2, notalike3, notalike_zip, dictcomp, dictcomp_vals, dictcomp_dm,
    dictcomp_names, dictcomp_if, dictcomp_int2, dictcomp_zip, setcomp, nested_cond, nested_nest, gen_sum,
    gen_min, gen_max, gen_any, gen_all, gen_list, gen_tuple, gen_tuple_xs, gen_nparray, gen_nparray_l,
    gen_stack, gen_conc, gen_zip, values_view, items_view, values_dm, items_dm, items_nested, items_nested2,
    enumerated, ranges, range_dict, comp_dict_of_lists, comp_call, comp_cond_none, return_comp_cond,
    while_comp, assert_comp, comp_tuple_entries,
])
