"""Lists of tuples and dicts that a loop builds."""

import numpy as np

from . import by_names


def append_tuple(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, a))
    return sum((p * q for p, q in h))


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


def comp_tuple(x, w):
    ps = [(a, b) for a, b in zip(x, w)]
    return sum((a * b for a, b in ps))


def comp_tuple_for(x, w):
    ps = [(a * b, b) for a, b in zip(x, w)]
    s = 0.0
    for a, b in ps:
        s = s + a * b
    return s


def zip_star2(x, w):
    pairs = [(a, b) for a, b in zip(x, w)]
    left, r = zip(*pairs)
    return sum(left) * sum(r)


def append_nested(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, {'u': a, 'v': (b, x)}))
    return sum((e[0] * e[1]['u'] + np.sum(e[1]['v'][1]) * e[1]['v'][0] for e in h))


def append_nested2(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, {'u': a, 'v': (b, x)}))
    return h[1][0] * h[2][1]['u'] * np.sum(h[0][1]['v'][1])


def mixed_reads(x, w):
    h = []
    for a, b in zip(x, w):
        h.append((a * b, a))
    s = sum((p * q for p, q in h))
    return s * h[0][1]


def zip_star3(x, w):
    ps = []
    for a, b in zip(x, w):
        ps.append((a * w, b, a * b))
    u, v, t = zip(*ps)
    return np.sum(np.stack(u)) * v[0] * sum(t) + len(u)


def int_in_tuple(x, w):
    ps = []
    for i, a in enumerate(x):
        ps.append((i, a * a))
    return sum((v * i for i, v in ps)) * w[0]


def best(x, w):
    ps = []
    for i, a in enumerate(x):
        ps.append((i, a * a))
    i, v = ps[2]
    return v * w[i]


PROGRAMS = by_names([
    append_tuple, append_tuple2, append_dict, append_dict2, append_read_dict, comp_tuple, comp_tuple_for,
    zip_star2, append_nested, append_nested2, mixed_reads, zip_star3, int_in_tuple, best,
])
