"""with, del, raise, assert and global statements around what is differentiated."""

# ruff: noqa: E701, E722, F841
from __future__ import annotations

import contextlib
import io
import tempfile
import threading

import numpy as np

from programs import Program, given, vectors

CFG = {"k": 2.0}


STATE = [1.0]


@contextlib.contextmanager
def sets_global():
    STATE[0] = 3.0
    yield
    STATE[0] = 1.0


def with_global_state(x):
    with sets_global():
        y = x * STATE[0]
    return np.sum(y * x)


SC = 2.0


@contextlib.contextmanager
def sets_global2():
    global SC
    old = SC
    SC = 5.0
    yield
    SC = old


def readsc(x):
    return x * SC


def with_global_state2(x):
    with sets_global2():
        y = readsc(x)
    return np.sum(y * x)


@contextlib.contextmanager
def scaled(z):
    z *= 2
    yield z
    z /= 2


def with_mutating(x):
    y = x * 1
    with scaled(y):
        z = y * x
    return np.sum(z * y)


def with_mutating_unrelated(x):
    y = np.ones(len(x))
    with scaled(y):
        z = x * x
    return np.sum(z * y)


@contextlib.contextmanager
def swallow():
    try:
        yield
    except ValueError:
        pass


def with_swallow(x):
    y = x
    with swallow():
        y = x * x
        if x[0] > -100:
            raise ValueError
        y = y * 2
    return np.sum(y)


def with_suppress(x):
    y = x
    with contextlib.suppress(ValueError):
        y = x * x
        if x[0] > -100:
            raise ValueError
        y = y * 2
    return np.sum(y)


def with_nullcontext(x):
    with contextlib.nullcontext(x) as y:
        z = y * y
    return np.sum(z)


class Timer:
    def __init__(self, name):
        self.name = name
        self.n = 0
    def __enter__(self):
        self.n += 1
        return self
    def __exit__(self, *error):
        self.n -= 1
        print(self.name, error[0])
        return False


def with_class(x):
    with Timer("t") as t:
        y = x * x
        if y[0] > 100:
            return np.sum(y)
    return np.sum(y * y)


class Swallow(Timer):
    def __exit__(self, *error):
        return True


def with_class_swallow(x):
    y = x
    with Swallow("t"):
        y = y * 2
        raise ValueError
    return np.sum(y * y)


def with_two(x):
    lock = threading.RLock()
    with lock, np.errstate(all="ignore"), tempfile.TemporaryFile() as f:
        with io.StringIO() as s:
            s.write("a")
            f.write(b"abc")
            y = x * f.tell()
    return np.sum(y * y)


def with_loop(x):
    s = 0.0
    lock = threading.Lock()
    for i in range(4):
        with lock:
            if i == 2:
                continue
            s = s + x[i] ** 2
            if s > 50:
                break
    return s


def with_raise_caught(x):
    y = x
    lock = threading.Lock()
    try:
        with lock:
            y = x * x
            if x[0] > -100:
                raise ValueError
    except ValueError:
        y = x * 5
    return np.sum(y) + lock.locked()


def del_alias(x):
    y = x * 2
    items = [y, x * x]
    z = items[0]
    del items[0]
    items[0][0] = 7.0
    z[1] = 3.0
    return np.sum(items[0] * y)


def del_in_loop(x):
    items = [x, x * x, x * 3]
    s = 0.0
    while items:
        s = s + np.sum(items[0] ** 2)
        del items[0]
    return s


def del_unknown(x, n):
    items = [x, x * x, x * 3]
    del items[n]
    return np.sum(items[1] * items[0])


def del_array_entry_dict(x):
    d = {"a": x * 1, "b": x * x}
    e = d
    del e["a"]
    return np.sum(d["b"]) * len(d)


def del_neg(x):
    items = [x, x * x, x * 3, 2 * x]
    del items[-1], items[::2]
    return np.sum(items[0] ** 2)


def del_attr(x):
    class A: pass
    return np.sum(x)


def del_then_use(x):
    y = x * x
    z = y
    del y
    try:
        y
    except NameError:
        z = z * 2
    return np.sum(z * x)


SCALE = 2.0


def global_read(x):
    global SCALE
    def f(u):
        global SCALE
        return u * SCALE
    return np.sum(f(x) * x) * SCALE


def assert_msg(x):
    for i in range(4):
        assert x[i] < 50, f"too big {x[i]}"
    return np.sum(x * x)


def raise_else(x):
    if x[0] < 100:
        y = x * x
    else:
        raise ValueError("no")
    return np.sum(y * y)


def raise_elif(x):
    if x[0] > 100:
        raise ValueError("a")
    elif x[1] < 100:
        y = x * 2
    elif x[2] > 50:
        y = x * 3
    else:
        raise ValueError("b")
    return np.sum(y * y)


def raise_nested_loop(x):
    s = 0.0
    for i in range(4):
        for j in range(4):
            if x[i] > 100:
                raise ValueError
            if j > i:
                break
            s = s + x[i] * x[j]
        else:
            if s > 1e9:
                raise RuntimeError
            s = s * 2
    return s


def raise_store(x):
    y = x * 1
    for i in range(3):
        if y[i] > 100:
            y[i] = 0
            raise ValueError
        y[i + 1] = y[i] * y[i + 1]
    return np.sum(y)


PROGRAMS = [
    Program(with_mutating_unrelated, vectors(1)),
    Program(with_class, vectors(1)),
    Program(with_two, vectors(1)),
    Program(with_loop, vectors(1)),
    Program(with_raise_caught, vectors(1)),
    Program(del_alias, vectors(1)),
    Program(del_array_entry_dict, vectors(1)),
    Program(del_neg, vectors(1)),
    Program(del_attr, vectors(1)),
    Program(del_then_use, vectors(1)),
    Program(global_read, vectors(1)),
    Program(assert_msg, vectors(1)),
    Program(raise_else, vectors(1)),
    Program(raise_elif, vectors(1)),
    Program(raise_nested_loop, vectors(1)),
    Program(raise_store, vectors(1)),
]

EITHER = [
    Program(del_in_loop, vectors(1)),
    Program(del_unknown, given(1)),
    Program(del_unknown, given(2)),
]

REFUSED = [
    Program(with_global_state, vectors(1), refused="is changed in place and read"),
    Program(with_global_state2, vectors(1), refused="is changed in place and read"),
    Program(with_mutating, vectors(1), refused="the end of a with block may change this array"),
    Program(with_swallow, vectors(1), refused="may swallow exceptions"),
    Program(with_suppress, vectors(1), refused="may swallow exceptions"),
    Program(with_nullcontext, vectors(1), refused="what a context manager gives"),
    Program(with_class_swallow, vectors(1), refused="may swallow exceptions"),
]
