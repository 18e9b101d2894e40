"""Assignment in all its forms."""

import numpy as np

from . import Program, matrices, numbers, vectors


def tuple_swap(x, w):
    a, b = x, w
    for _ in range(4):
        a, b = b, np.sin(a) + 0.5 * b
    return np.sum(a * b)


def starred(x, w):
    first, *middle, last = x
    head, *rest = w
    total = first * last + head
    for m in middle:
        total = total + m * m
    for k, r in enumerate(rest):
        total = total - r * r * r / (k + 1)
    return total


def nested_targets(x, w):
    (a, b), [c, (d, e)] = (x[0], x[1]), [w[0], (w[1], x * w)]
    return a * b + c * d + np.sum(e)


def chained(x):
    a = b = np.tanh(x)
    c = d = a * 2
    a = a + c
    return np.sum(a * b * d)


def chained_alias(x):
    a = b = x * 2
    a += 1
    b[0] = b[1] * b[2]
    return np.sum(a * b)


def augmented(x, w):
    s = np.sum(x)
    s += x[0]
    s -= w[1] * s
    s *= w[0]
    s /= 1 + w[2] ** 2
    s **= 2
    y = x * 1.5
    y += w
    y *= w
    y -= 0.3
    y /= 2 + w**2
    return s + np.sum(y**2)


def annotated(x, w):
    scale: float = 2.0
    y: np.ndarray = x * scale
    unset: int
    z: "np.ndarray" = y @ w
    unset = 3
    return z * unset


def walrus(x, w):
    total = 0.0
    if (n := np.sum(x**2)) > 0.1:
        total = total + n
    while (n := n * 0.5) > 0.1:
        total += n * w[0]
    return total + (y := np.sum(w * x)) * y


def walrus_in_call(x):
    return np.dot(y := np.tanh(x), y * 2) + np.sum(y)


def rebound_parameter(x, w):
    x = x - w
    w = w * x
    x = x * w
    del w
    return np.sum(x)


def unpacked_rows(m):
    a, b, *_ = m
    (p, *_), q = a, b
    return p * np.sum(q) + np.sum(a * b)


def unpacked_result(x, w):
    def both(u, v):
        return u * v, (u + v, u[0])

    p, (s, first) = both(x, w)
    (t, _), q = both(s, p)[::-1]
    return np.sum(p * s) * first + np.sum(t + q)


def target_subscripts(x, w):
    y = np.zeros(3)
    y[0], y[1] = x[0] * w[0], x[1]
    z = y[2] = y[0] * y[1]
    y[0], y[1] = y[1], y[0] * 2
    return np.sum(y) * z


def index_then_store(x, w):
    y = np.zeros(4)
    i = 0
    i, y[i] = 2, x[0] * w[1]
    y[i] = x[1] ** 2
    i = y[i + 1] = 1
    return np.sum(y * np.arange(4)) * i


def scalar_chain(a, b):
    u = v = a * b
    u += 1.0
    v *= u
    u, v = v, u - v
    w: float = u * v
    return w


def constants_between(x):
    name, count, flag, nothing = "tanh", 3, True, None
    if flag and nothing is None and name == "tanh":
        x = np.tanh(x) * count
    return np.sum(x)


def same_name_many_kinds(x):
    v = 0
    v = v + 1.5
    v = v * x
    v = np.sum(v)
    v = (v, x)
    v = v[0] * v[1][0]
    return v


def discarded(x):
    _ = x * 3
    _, y = x, x * x
    x[0] * 2
    return np.sum(y)


def list_targets(x):
    parts = [0.0, 0.0, x]
    parts[0], parts[1] = x[0] * x[1], np.sum(parts[2])
    parts[2] = parts[2] * parts[1]
    return parts[0] + np.sum(parts[2])


def unpack_string_and_range(x):
    a, b, c = range(3)
    p, q = "ab"
    names = {p: x[a], q: x[b] * x[c]}
    return names["a"] * names["b"]


PROGRAMS = [
    Program(tuple_swap, vectors(2), (0, 1)),
    Program(starred, vectors(2), (0, 1)),
    Program(nested_targets, vectors(2), (0, 1)),
    Program(chained, vectors(1)),
    Program(chained_alias, vectors(1)),
    Program(augmented, vectors(2), (0, 1)),
    Program(annotated, vectors(2), (0, 1)),
    Program(walrus, vectors(2), (0, 1)),
    Program(walrus_in_call, vectors(1)),
    Program(rebound_parameter, vectors(2), (0, 1)),
    Program(unpacked_rows, matrices(1)),
    Program(unpacked_result, vectors(2), (0, 1)),
    Program(target_subscripts, vectors(2), (0, 1)),
    Program(index_then_store, vectors(2), (0, 1)),
    Program(scalar_chain, numbers(2), (0, 1)),
    Program(constants_between, vectors(1)),
    Program(same_name_many_kinds, vectors(1)),
    Program(discarded, vectors(1)),
    Program(list_targets, vectors(1)),
    Program(unpack_string_and_range, vectors(1)),
]
