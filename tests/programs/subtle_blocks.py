"""Hostile programs for try, match, with, generators and nonlocal: aliases, shadowing, stores halfway."""

# ruff: noqa: E701, E722, F841
from __future__ import annotations

import numpy as np

from programs import Program, given, vectors


def risky(x, k):
    if k > 1:
        raise ValueError("k")
    return x * x * (k + 1)


def view_in_try(x, k):
    y = x * 1
    z = y
    try:
        v = y[1:]
        v[0] = risky(2.0, k)
    except ValueError:
        pass
    return np.sum(z * x)


def view_in_try2(x, k):
    y = x * 1
    z = y[0:2]
    try:
        z[0] = 3.0
        risky(2.0, k)
    except ValueError:
        return np.sum(y * x)
    return np.sum(y * y)


def helper_mutates(x, k):
    y = x * 1
    def h(u):
        u[0] = 9.0
        risky(1.0, k)
        u[1] = 8.0
    try:
        h(y)
    except ValueError:
        pass
    return np.sum(y * x)


def mutated_in_handler(x, k):
    y = x * 1
    z = y
    try:
        w = risky(x, k)
    except ValueError:
        y[0] = 4.0
        w = x
    return np.sum(z * w)


def loop_in_try(x, k):
    s = 0.0
    y = x
    try:
        for i in range(4):
            y = y * 1.5
            s = s + np.sum(risky(y, 0 if i < 2 else k))
    except ValueError:
        s = 7.0 * x[0]
    return s * x[1]


def loop_in_try2(x, k):
    s = 0.0
    for i in range(4):
        try:
            for j in range(2):
                s = s + np.sum(risky(x * j, k if i == 2 else 0))
        except ValueError:
            s = x[0] * i
    return s * x[1]


def list_in_try(x, k):
    items = [x]
    for i in range(3):
        try:
            items.append(risky(x, i if k else 0))
        except ValueError:
            items = [x * 2]
    return np.sum(items[-1] * items[0])


def dict_in_try(x, k):
    d = {"a": x}
    try:
        d["a"] = risky(x, k)
    except ValueError:
        d["a"] = x * 3
    return np.sum(d["a"] ** 2)


def dict_in_try2(x, k):
    d = {"a": x}
    try:
        d["a"] = x * 5
        d["b"] = risky(x, k)
    except ValueError:
        d["b"] = x * 3
    return np.sum(d["a"] ** 2 * d["b"])


def alias_of_err(x, k):
    y = x
    try:
        y = risky(x, k)
    except ValueError as y:
        pass
    try:
        return np.sum(y * y)
    except (NameError, TypeError):
        return np.sum(x) * 3


def walrus_in_try(x, k):
    z = x
    try:
        y = np.sum((z := z * 2)) * risky(x, k)
    except ValueError:
        y = z * x
    return np.sum(y * z)


def aug_in_try(x, k):
    y = x * 1
    try:
        y += risky(x, k)
    except ValueError:
        y = y * 2
    return np.sum(y * x)


def try_after_break(x, k):
    s = 0.0
    for i in range(3):
        t = x * i
        try:
            if i == 1:
                break
            u = risky(t, k)
        except ValueError:
            u = t * 4
        finally:
            s = s + np.sum(t)
        s = s + np.sum(u)
    return s * x[0]


def return_in_loop_try(x, k):
    y = x
    for i in range(3):
        y = y * 1.1
        try:
            return np.sum(risky(y, k + 1 - i))
        except ValueError:
            y = y + x
    return np.sum(y * y)


def match_mutates(x, k):
    y = x * 1
    d = {"kind": k, "y": y}
    match d:
        case {"kind": 0, "y": z}:
            z[0] = 3.0
        case {"kind": 1, **rest}:
            rest["y"][1] = 4.0
            rest["q"] = 1
        case {"y": z} as e:
            e["y"] = z * 2
    return np.sum(y * x) + np.sum(d["y"] * x) * len(d)


def match_rest_list(x, k):
    items = [x * 1, x * 2, x * 3]
    match items:
        case [a, *rest]:
            rest[0][0] = 7.0
            rest.append(a)
            rest[1] = a
    return np.sum(items[1] * x) + np.sum(items[2] * x) * len(rest)


def match_guard_binds(x, t):
    a = x * 5
    match t:
        case (u, v) if v > 0:
            a = x * u
        case (u, _):
            a = a * v * u
    return np.sum(a * x) * v


def match_types(x, t):
    match t:
        case bool():
            y = x * 2
        case int(n):
            y = x * n
        case float(f):
            y = x * f * x
        case _:
            y = x * 9
    return np.sum(y * x)


def gmut(x):
    y = x * 1
    for i in range(3):
        yield y
        y[i] = 2.0


def gen_alias(x):
    s = 0.0
    for q in gmut(x):
        q[0] = q[1] * 2
        s = s + np.sum(q * x)
    return s


def garg(z):
    z = z * 2
    for i in range(2):
        z = z + 1
        yield z


def gen_shadow(x):
    z = x
    i = 5.0
    s = 0.0
    for q in garg(x):
        x = x * i
        s = s + np.sum(q * z * x)
    return s * i


def gen_exc(x):
    s = 0.0
    try:
        for q in garg(x):
            s = s + np.sum(q)
            if s > -1e9:
                raise ValueError
    except ValueError:
        s = np.sum(x * x)
    return s


def nl_array_inplace(x):
    acc = np.zeros(len(x))
    keep = acc
    def add(u):
        nonlocal acc
        acc += u * u
    add(x)
    add(x * 2)
    return np.sum(keep * x)


def nl_two_vars(x):
    a = x
    b = x * 2
    def swap():
        nonlocal a, b
        a, b = b, a * b
    swap()
    swap()
    return np.sum(a * b)


class Mgr:
    def __init__(self, z):
        self.z = z
    def __enter__(self):
        return self.z
    def __exit__(self, *e):
        self.z[0] = 100.0


def mgr_gives(x):
    y = x * 1
    with Mgr(y) as z:
        s = np.sum(z * x)
    return s + np.sum(y)


def mgr_kept(x):
    y = x * 1
    m = Mgr(y)
    with m:
        s = np.sum(y * x)
    return s + np.sum(y)


def mgr_return(x):
    y = x * 1
    with Mgr(y):
        return np.sum(y * x)


def mh(x, y):
    with Mgr(y):
        return y * x


def mgr_helper(x):
    y = x * 1
    return np.sum(mh(x, y) * y)


PROGRAMS = [
    Program(mutated_in_handler, given(0)),
    Program(mutated_in_handler, given(2)),
    Program(loop_in_try, given(0)),
    Program(loop_in_try, given(2)),
    Program(loop_in_try2, given(0)),
    Program(loop_in_try2, given(2)),
    Program(list_in_try, given(0)),
    Program(list_in_try, given(2)),
    Program(alias_of_err, given(0)),
    Program(alias_of_err, given(2)),
    Program(return_in_loop_try, given(0)),
    Program(return_in_loop_try, given(2)),
    Program(match_mutates, given(0)),
    Program(match_mutates, given(1)),
    Program(match_mutates, given(2)),
    Program(match_rest_list, given(0)),
    Program(match_rest_list, given(1)),
    Program(match_guard_binds, given((1.0, 2.0))),
    Program(match_guard_binds, given((1.0, -2.0))),
    Program(match_types, given(np.float64(0.5))),
    Program(match_types, given(0.5)),
    Program(match_types, given(True)),
    Program(match_types, given(3)),
    Program(match_types, given(np.ones(2))),
    Program(gen_alias, vectors(1)),
    Program(gen_shadow, vectors(1)),
    Program(gen_exc, vectors(1)),
    Program(nl_array_inplace, vectors(1)),
    Program(nl_two_vars, vectors(1)),
]

def scaled(v):
    return v * 2.0


def doubled(x):
    for v in x:
        yield scaled(v)


def local_function_of_that_name(x):
    def scaled(v):
        return v * 5.0

    return sum(doubled(x)) + 0.0 * scaled(x[0])


def import_of_that_name(x):
    import math as scaled

    return sum(doubled(x)) + scaled.pi * np.sum(x)


def rest_of_a_pattern(x):
    rest = {"b": 3.0}
    try:
        match {"a": x, "b": np.sum(x)}:
            case {"a": _, **rest}:
                pass
    except* ValueError:
        pass
    return np.sum(x) * rest["b"]


EITHER = [
    Program(view_in_try, given(0)),
    Program(view_in_try, given(2)),
    Program(view_in_try2, given(0)),
    Program(view_in_try2, given(2)),
    Program(helper_mutates, given(0)),
    Program(helper_mutates, given(2)),
    Program(dict_in_try, given(0)),
    Program(dict_in_try, given(2)),
    Program(dict_in_try2, given(0)),
    Program(dict_in_try2, given(2)),
    Program(walrus_in_try, given(0)),
    Program(walrus_in_try, given(2)),
    Program(aug_in_try, given(0)),
    Program(aug_in_try, given(2)),
    Program(try_after_break, given(0)),
    Program(try_after_break, given(2)),
    Program(mgr_gives, vectors(1)),
    Program(mgr_kept, vectors(1)),
    Program(mgr_return, vectors(1)),
    Program(mgr_helper, vectors(1)),
    Program(local_function_of_that_name, vectors(1)),
    Program(import_of_that_name, vectors(1)),
    Program(rest_of_a_pattern, vectors(1)),
]
