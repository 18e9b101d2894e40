"""Functions chosen at run time, generators and early turns where objects are shared and change: right, or refused."""

import functools

import numpy as np

from . import by_names, subtleties


def square(v):
    return v * v


def subtle_result_is_argument(x, w):
    y = x * 2
    f = (lambda z: z) if x[0] > 0 else (lambda z: z * 1)
    z = f(y)
    y[0] = w[0] ** 2
    z[1] = w[1]
    return np.sum(y * w) + np.sum(z * x)


def subtle_result_is_captured(x, w):
    y = x * 2
    f = (lambda: y) if x[0] > 0 else (lambda: w)
    z = f()
    z = z * 1
    y[0] = np.sum(z)
    return np.sum(f() * z)


def subtle_views(x, w):
    y = x * 2
    f = (lambda z: z[::-1]) if x[0] > 0 else np.negative
    v = f(y)
    v[0] = w[0]
    return np.sum(y * w * v)


def subtle_reshape_or_copy(x, w):
    y = x * 2
    f = np.ravel if x[0] > 0 else np.copy
    v = f(y)
    v[0] = w[0]
    return np.sum(y * w)


def subtle_appends(x, w):
    seen = [x]
    f = (lambda z: seen.append(z)) if x[0] > 0 else (lambda z: None)
    f(w * 2)
    return np.sum(seen[-1] ** 2) + len(seen)


def subtle_counter(x, w):
    count = [0.0]

    def up(z):
        count[0] = count[0] + np.sum(z)
        return z

    f = up if x[0] > 0 else square
    y = f(x) + f(w)
    return np.sum(y) * count[0] + np.sum(w)


def subtle_rebinding_in_the_arguments(x, w):
    f = np.sin if x[0] > 0 else square
    return np.sum(f((f := np.cos)(x)) * f(w))


def subtle_chosen_then_shadowed(x, w):
    sin = w
    f = np.sin if x[0] > 0 else square
    return np.sum(f(x) * sin)


def subtle_shadowed_class(x, w):
    float = x
    f = type(1.5) if x[0] > 0 else np.sin
    return f(w[0]) * np.sum(float * w)


def subtle_flags_in_a_loop(x, w):
    f, g = np.sin, (lambda z: z * w[0])
    s = x[0]
    for i in range(len(x)):
        s = f(s) + x[i]
        if s > 0:
            f, g = g, f
        s = g(s)
    return f(s)


def subtle_defaults(x, w):
    fs = [lambda z, k=k: z * k for k in (x[0], w[0])]
    return fs[int(x[1] > 0)](x[2]) * fs[int(w[1] > 0)](w[2])


def subtle_index_changes(x, w):
    fs = [np.sin, square]
    i = int(x[0] > 0)
    y = fs[i](x) if w[0] > 0 else fs[1 - i](w)
    i = 1 - i
    return np.sum(y * fs[i](w))


def subtle_list_changes(x, w):
    fs = [np.sin, square]
    y = fs[int(x[0] > 0)](x)
    fs.reverse()
    return np.sum(y * fs[int(x[0] > 0)](w))


def subtle_list_changes_in_arguments(x, w):
    fs = [np.sin, square]

    def turn(z):
        fs.reverse()
        return z

    return np.sum(fs[int(x[0] > 0)](turn(x)) * w)


def subtle_same_function_twice(x, w):
    fs = [np.sin, np.sin, square]
    return np.sum(fs[int(x[0] > 0) + int(w[0] > 0)](x * w))


def subtle_partial_of_a_choice(x, w):
    f = np.multiply if x[0] > 0 else np.maximum
    g = functools.partial(f, w)
    return np.sum(g(x))


def subtle_choice_of_choices(x, w):
    f = np.sin if x[0] > 0 else square
    g = f if w[0] > 0 else np.cos
    h = g if x[1] > 0 else f
    return np.sum(h(x) * g(w))


def subtle_generator_of_a_buffer(x, w):
    def gen(v):
        b = v * 1
        yield b
        b[0] = v[1] ** 2
        yield b

    bs = []
    for b in gen(x):
        bs.append(b)
        b[2] = w[0]
    return np.sum(bs[0] * bs[1] * w)


def subtle_generator_stores_argument(x, w):
    def gen(v):
        yield v * 1
        v[0] = w[0]
        yield v * 2

    y = x * 1
    s = 0.0
    for q in gen(y):
        if q[0] > 5:
            break
        s = s + np.sum(q * y)
    return s + np.sum(y)


def subtle_generator_rebinds_parameter(x, w):
    def gen(v):
        for _ in range(2):
            v = v * w
            yield v
            if v[0] > 0.5:
                return

    v = x
    s = 0.0
    for q in gen(v):
        v = v + q
        if v[1] > 1:
            continue
        s = s + np.sum(q * v)
    return s + np.sum(v)


def subtle_kept_argument_changes(x, w):
    def gen(v):
        yield v[0] ** 2
        yield v[1] ** 2

    y = x * 1
    g = gen(y)
    y[0] = w[0]
    y = w
    s = 0.0
    for q in g:
        s = s + q * y[1]
    return s


def subtle_kept_first_iterable(x, w):
    xs = [x, w]
    g = (np.sum(v * xs[0]) for v in xs)
    xs = [w, x]
    return sum(g) + np.sum(xs[0])


def subtle_kept_in_other_order(x, w):
    def gen(v, name):
        print(name)
        yield v[0]
        print(name)

    a = gen(x, 'a')
    b = gen(w, 'b')
    s = 0.0
    for q in b:
        s = s + q ** 2
    for q in a:
        s = s * 2 + q
    return s


def subtle_turns_alias(d, x):
    ys = []
    y = x * 1
    for k in d:
        if k == 'w2':
            y = y * 1
            continue
        y[0] = np.sum(d[k])
        ys.append(y)
        if y[0] > 3:
            break
    y[1] = 2.0
    return sum(np.sum(v * x) for v in ys)


def subtle_turns_change_the_dict(d, x):
    for k in d:
        if d[k][0] > 0:
            d[k] = d[k] * x
            continue
        d[k][0] = x[0]
        if x[1] > 0:
            break
    return sum(np.sum(v ** 2) for v in d.values())


def subtle_turns_in_a_helper(d, x):
    def helper(p, v):
        for k in p:
            if p[k][0] > 0:
                continue
            v[0] = np.sum(p[k])
            if v[0] < -1:
                return v
        return v * 2

    y = x * 1
    z = helper(d, y)
    z[1] = 1.0
    return np.sum(y * z)


EITHER = by_names(subtleties(globals()))
