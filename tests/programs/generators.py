"""Generators walked on the spot, and local functions that change variables around them."""

from __future__ import annotations

import numpy as np

from programs import Program, vectors

TRACE = []


def pairs(x, n=3):
    """Pairs."""
    # comment in gen
    for i in range(n):
        a = x[i]
        # before yield
        yield a, a * i  # yielding


def gen_pairs(x):
    s = 0.0
    a = 2.0
    # walk
    for u, w in pairs(x):
        # in the loop
        s = s + u * w * a
        if s > 100:
            break
    # after
    return s * a


def cond_gen(x, t):
    k = 0
    while k < len(x):
        if x[k] > t:
            yield x[k] * x[k]
        k += 1


def gen_cond(x):
    s = 0.0
    for q in cond_gen(x, -0.5):
        s = s + q
    return s


def gen_cond_continue(x):
    s = 0.0
    for q in cond_gen(x, -0.5):
        if q > 1:
            continue
        s = s + q
    return s


def gen_return(x):
    s = 0.0
    for q in cond_gen(x, -0.5):
        s = s + q
        if s > 0.1:
            return s * 2
    return s


def teardown(x):
    for i in range(3):
        yield x[i] ** 2
    print("done")


def gen_teardown(x):
    s = 0.0
    for q in teardown(x):
        s = s + q
    return s


def gen_teardown_break(x):
    s = 0.0
    for q in teardown(x):
        s = s + q
        break
    return s


def gen_teardown_return(x):
    for q in teardown(x):
        if q > 0:
            return q * x[1]
    return x[0]


def two(x):
    yield x * 2
    yield x * 3


def gen_two(x):
    s = 0.0
    for q in two(x):
        s = s + np.sum(q * q)
    return s


def nested(x):
    for p in pairs(x, 2):
        yield p[0] * p[1]


def gen_nested(x):
    s = 0.0
    for q in nested(x):
        s = s + q
    return s


def gen_in_comp(x):
    return sum([q * q for q in cond_gen(x, -9)])


def gen_in_genexp(x):
    return sum(q * q for q in cond_gen(x, -9))


def gen_local(x):
    w = 3.0
    def g(k):
        for i in range(k):
            yield x[i] * w
    s = 0.0
    w = 4.0
    for q in g(4):
        s = s + q * q
        w = w + 1
    return s


def steps(x, n):
    y = x
    for k in range(n):
        y = np.sin(y) + x
        yield y


def gen_state(x):
    s = 0.0
    for k, y in enumerate(steps(x, 3)):
        s = s + np.sum(y * y) * k
    return s


def gen_state2(x):
    out = list(steps(x, 3))
    return np.sum(out[0] * out[2]) + sum(np.sum(q) for q in out)


def gen_arg_effect(x):
    def f(z):
        TRACE.append(1)
        return z
    s = 0.0
    for y in steps(x * 2, len("ab")):
        x = y * 0.1
        s = s + np.sum(x * y)
    return s


def mutating(x):
    b = np.zeros(len(x))
    for i in range(4):
        b[i] = x[i] * 2
        yield b


def gen_mutating(x):
    s = 0.0
    for b in mutating(x):
        s = s + np.sum(b * b)
    return s


def gen_mutating_list(x):
    bs = list(mutating(x))
    return np.sum(bs[0] * bs[3])


def gen_stored(x):
    g = cond_gen(x, -5)
    s = 0.0
    for q in g:
        s = s + q
    return s


def gen_helper_unused(x):
    names = ",".join(str(i) for i in pairs([1, 2, 3]))
    return np.sum(x * x) + len(names)


def gen_twice(x):
    s = 0.0
    for q in cond_gen(x, -5):
        s = s + q
    for q in cond_gen(x, -0.2):
        s = s * q
    return s


def in_helper(x):
    s = 0.0
    for q in cond_gen(x, -5):
        s = s + q
    return s * s


def gen_in_helper(x):
    return in_helper(x) + in_helper(x * 2)


def nl_return_mid(x):
    n = 0.0
    def f(u):
        nonlocal n
        if u[0] > 0:
            return u
        n += 1
        return u * 2
    return np.sum(f(x)) + n


def nl_passed(x):
    n = 0.0
    def f(u):
        nonlocal n
        n = n + u
        return n
    return sum(map(f, x))


def nl_order(x):
    total = x[0]
    def f(u):
        nonlocal total
        total = total * u
        return total
    y = total + f(x[1]) + total * f(x[2])
    return y * total


def nl_aug(x):
    total = x[0]
    def f(u):
        nonlocal total
        total = total * u
        return total
    total += f(x[1])
    return total


def nl_aug_other(x):
    total = x[0]
    s = x[3]
    def f(u):
        nonlocal total
        v = u * 2
        total = total * v
        return total
    s += f(x[1])
    return total * s


def nl_branch(x):
    total = 0.0
    def add(u):
        nonlocal total
        if u > 0:
            total = total + u * u
        else:
            total = total - u
    for i in range(4):
        add(x[i])
        if total > 50:
            add(total)
    return total


def nl_loop_in(x):
    y = x
    u = 3.0
    def step(k):
        nonlocal y
        for i in range(k):
            y = np.sin(y) * u
        return np.sum(y)
    a = step(2)
    u = 2.0
    b = step(1)
    return a * b


def nl_cond(x):
    n = 0.0
    def f(u):
        nonlocal n
        n = n + 1
        return u * u
    y = f(x[0]) if x[1] > 0 else f(x[2])
    return y * n


def nl_comp(x):
    n = 0.0
    def f(u):
        nonlocal n
        n = n + 1
        return u * u
    return sum([f(q) for q in x]) * n


def nl_nested_call(x):
    n = 1.0
    def f(u):
        nonlocal n
        n = n * 2
        return u * n
    return np.sum(f(f(x)) * n)


def nl_if_test(x):
    n = 1.0
    def f(u):
        nonlocal n
        n = n * 2
        return u * n
    if f(x[0]) > 0:
        return np.sum(x * x) * n
    return np.sum(x) * n


def nl_in_other(x):
    n = 1.0
    def f(u):
        nonlocal n
        n = n * 2
        return u * n
    def g(u):
        return f(u) + 1
    return np.sum(g(x)) * n


def nl_unused(x):
    n = 1.0
    def f(u):
        nonlocal n
        n = n * 2
        return u * n
    return np.sum(x * x) * n


def nl_recursive(x):
    n = 0.0
    def f(u, k):
        nonlocal n
        n = n + 1
        if k > 0:
            f(u, k - 1)
    f(x, 3)
    return np.sum(x * x) * n


def nl_while(x):
    n = 0
    def more():
        nonlocal n
        n = n + 1
        return n < 3
    y = x
    while more():
        y = y * x
    return np.sum(y)


def nl_try(x):
    n = 1.0
    def f(u):
        nonlocal n
        n = 5.0
        if u[0] > -100:
            raise ValueError
        return u
    try:
        y = f(x)
    except ValueError:
        y = x * 2
    return np.sum(y * n)


def nl_fstring(x):
    n = 1.0
    u = 2.0
    def f(u):
        nonlocal n
        n = n + 1
        print(f"{u[0]:.2f} {n}")
        return u * u
    return np.sum(f(x)) * n * u


def generator_function(x):
    def squares():
        for v in x:
            yield v * v

    return sum(squares())


PROGRAMS = [
    Program(generator_function, vectors(1)),
    Program(gen_pairs, vectors(1)),
    Program(gen_cond, vectors(1)),
    Program(gen_return, vectors(1)),
    Program(gen_teardown, vectors(1)),
    Program(gen_teardown_return, vectors(1)),
    Program(gen_nested, vectors(1)),
    Program(gen_in_comp, vectors(1)),
    Program(gen_in_genexp, vectors(1)),
    Program(gen_local, vectors(1)),
    Program(gen_state2, vectors(1)),
    Program(gen_arg_effect, vectors(1)),
    Program(gen_mutating, vectors(1)),
    Program(gen_helper_unused, vectors(1)),
    Program(gen_twice, vectors(1)),
    Program(gen_in_helper, vectors(1)),
    Program(nl_order, vectors(1)),
    Program(nl_aug_other, vectors(1)),
    Program(nl_branch, vectors(1)),
    Program(nl_loop_in, vectors(1)),
    Program(nl_nested_call, vectors(1)),
    Program(nl_if_test, vectors(1)),
    Program(nl_unused, vectors(1)),
    Program(nl_try, vectors(1)),
    Program(gen_cond_continue, vectors(1)),
    Program(gen_teardown_break, vectors(1)),
    Program(gen_two, vectors(1)),
    Program(gen_state, vectors(1)),
    Program(gen_stored, vectors(1)),
]

EITHER = [
    Program(gen_mutating_list, vectors(1)),
]

REFUSED = [
    Program(nl_return_mid, vectors(1), refused="it returns before its end"),
    Program(nl_passed, vectors(1), refused="is passed on"),
    Program(nl_aug, vectors(1), refused="while a place is being assigned to"),
    Program(nl_cond, vectors(1), refused="may not be evaluated"),
    Program(nl_comp, vectors(1), refused="is passed on"),
    Program(nl_in_other, vectors(1), refused="is passed on"),
    Program(nl_recursive, vectors(1), refused="it calls itself"),
    Program(nl_while, vectors(1), refused="may not be evaluated"),
    Program(nl_fstring, vectors(1), refused="an f-string"),
]
