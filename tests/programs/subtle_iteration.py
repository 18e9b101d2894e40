"""Exhausted and lazy iterators, loops over what changes, late binding, order of evaluation.

Each must be differentiated rightly or refused, never be wrong.
"""

import itertools

import numpy as np

from . import Program, subtleties


def subtle_zip_exhausted(x):
    pairs = zip(x, x[1:])
    a = sum(p * q for p, q in pairs)
    b = sum(p + q for p, q in pairs)
    return a + b * 5


def subtle_generator_exhausted(x):
    squares = (v * v for v in x)
    return sum(squares) + 3 * sum(squares)


def subtle_generator_is_lazy(x):
    k = 2.0
    values = (v * k for v in x)
    k = x[0]
    return sum(values)


def subtle_map_exhausted(x):
    m = map(np.sin, x)
    first = list(m)
    return sum(first) + sum(m) * 7


def subtle_reversed_exhausted(x):
    r = reversed(list(x))
    a = sum(r)
    return a * 2 + sum(r)


def subtle_late_binding(x):
    fs = [lambda v: v * k for k in (1.0, 2.0, 3.0)]
    return fs[0](x[0]) * fs[1](x[1])


def subtle_late_binding_of_loop(x):
    fs = []
    for v in x:
        fs.append(lambda: v * v)
    return sum(f() for f in fs)


def subtle_closure_sees_rebinding(x):
    s = x[0]

    def f():
        return s * s

    s = x[1]
    return f() + s


def subtle_closure_sees_store(x):
    y = x * 1.0

    def f():
        return np.sum(y * y)

    a = f()
    y[0] = x[1] * x[1]
    return a * f()


def subtle_default_is_early(x):
    s = x[0]

    def f(v, scale=s):
        return v * scale

    s = x[1]
    return f(s)


def subtle_default_array_is_shared(x):
    y = x * 1.0

    def f(v=y):
        return np.sum(v * v)

    y[0] = x[1]
    y = x * 5
    return f()


def subtle_loop_list_grows(x):
    values = [x[0], x[1]]
    for v in values:
        if len(values) < 5:
            values.append(v * x[2])
    return sum(values)


def subtle_range_is_evaluated_once(x):
    n = 2
    s = 0.0
    for i in range(n):
        n = 4
        s = s + x[i] * n
    return s


def subtle_loop_over_rebound(x):
    s = 0.0
    for v in x:
        x = x * 2
        s = s + v * x[0]
    return s


def subtle_loop_over_stored(x):
    y = x * 1.0
    s = 0.0
    for i, v in enumerate(y):
        y[-1] = x[0] * x[i]
        s = s + v * v
    return s


def subtle_loop_over_stored_view(x):
    m = np.outer(x, x)
    s = 0.0
    for row in m:
        m[-1] = x
        s = s + np.sum(row * row)
    return s


def subtle_augmented_index_once(x):
    y = x * 1.0
    order = iter([0, 1, 2])
    y[next(order)] += x[1]
    y[next(order)] *= x[2]
    return np.sum(y * y)


def subtle_walrus_leaks(x):
    if any((last := v) > 0.0 for v in x):
        return last * last
    return last


def subtle_walrus_order(x):
    return (y := x[0]) * y + (y := x[1]) * y


def subtle_condition_with_effect(x):
    seen = []

    def note(v):
        seen.append(v * v)
        return v > -9

    if note(x[0]) or note(x[1]):
        pass
    if note(x[1]) and not note(x[2]):
        pass
    return sum(seen) * len(seen)


def subtle_cycle(x):
    turns = itertools.cycle([1.0, x[0]])
    s = 0.0
    for v, k in zip(x, turns):
        s = s + v * k
    return s


def subtle_islice(x):
    it = iter(list(x))
    a = list(itertools.islice(it, 2))
    return a[0] * a[1] + sum(it)


def subtle_nested_loop_break(x):
    s = 0.0
    for i in range(3):
        for v in x:
            if v * i > 0.3:
                break
            s = s + v * (i + 1)
        else:
            continue
        s = s * 2
    return s


def subtle_return_in_finally_order(x):
    order = []
    for v in x:
        try:
            if v < 0:
                continue
            s = v * v
        finally:
            order.append(1.0)
    return s * len(order)


def subtle_conditional_lambda(x):
    f = (lambda v: v * v) if x[0] > 0 else (lambda v: v * 3)
    g = np.sin if x[1] > 0 else np.cos
    return f(x[0]) + g(x[1])


def subtle_function_rebound(x):
    def f(v):
        return v * v

    a = f(x[0])

    def f(v):  # noqa: F811
        return v * 5

    return a + f(x[1])


def subtle_shadowed_builtin(x):
    sum = lambda v: np.max(v) * 2  # noqa: A001, E731
    len = 3.0  # noqa: A001
    return sum(x) * len


def subtle_shadowed_module(x):
    class np:  # noqa: N801
        @staticmethod
        def sum(v):
            return v[0] * v[1]

    return np.sum(x)


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
