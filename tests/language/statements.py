"""Statements: assignment, branches, loops, blocks."""

import contextlib
import logging
import tempfile
import threading
import warnings

import numpy as np

from . import supported

log = logging.getLogger(__name__)
lock = threading.Lock()
scale = 1.5


@supported("assignment: plain")
def assignments(x):
    a = b = x[0] * x[1]
    (c, [d, e]), f = (x[0], [x[1], x[2]]), x[3]
    g: float = a * c
    g += d
    h: float
    h = (k := e * f) + k**2
    del b
    return g * h


@supported("assignment: plain")
def augmented_in_place(x, w):
    y = x * 2
    z = y
    y += w
    y *= w
    return np.sum(z * y)


@supported("starred targets")
def starred_targets(x):
    a, *b = x[0], x[1] * 2, x[2]
    *c, d = b
    return a * b[0] * d + c[0]


@supported("`if`, conditional")
def branches(x):
    if 0 < x[0] < 10 and not x[1] > 5:
        y = x[0] ** 2
    elif x[2] > 0 or x[3] > 0:
        y = x[2] * x[3]
    else:
        y = x[1]
    return y * (x[0] if x[1] > x[2] else x[2])


@supported("`for` over range")
def walks(x, m):
    total, ys = 0.0, [x[0], x[1] * 2]
    for i in range(len(x)):
        total += x[i] * i
    for v in x:
        total = total * v
    for row, (k, y) in zip(m, enumerate(ys)):
        total += k * row[0] * y
    for v in reversed(ys):
        total = np.sin(total + v)
    for v in (x[0], x[2]):
        total -= v
    for k, v in {"a": x[1], "b": x[2]}.items():
        total += v * len(k)
    k = 0
    while k < 3:
        total, k = total * x[k], k + 1
    return total


@supported("`for` over range")
def jumps(x):
    total = 0.0
    for i in range(4):
        for j in range(4):
            if x[i] > 0.5:
                continue
            if j > i:
                break
            total += x[i] * x[j]
        else:
            total *= 2
        if total > 100:
            return total
    return total**2


@supported("`for` over range")
def turns_that_change_entries(x, w):
    y, z = x * 2, w * 3
    for a in [y, z]:
        a[0] = a[1] ** 2
    return np.sum(y * z)


@supported("`assert`, `raise`")
def untouched(x):
    import math

    assert len(x) > 2, f"{len(x)} numbers"
    if x[0] > 1e6:
        raise ValueError("too large")
    log.debug("x %s", x)
    print(f"{len(x)} numbers")
    return np.sum(x**2) * math.pi


@supported("`match` with")
def matches(x):
    match {"kind": "sum", "of": (x, 2.0)}:
        case {"kind": "mean", **rest}:
            y = np.mean(rest["of"])
        case {"kind": "sum" | "total", "of": (np.ndarray() as v, float(c))} if c > 1:
            y = np.sum(v * v) * c
        case _:
            y = 0.0
    match [x[0], x[1], x[2]]:
        case [a, *b]:
            y = y * a + b[1]
    return y


@supported("`try` with")
def tries(x):
    y = x[0] ** 2
    for k in range(3):
        try:
            y = y * x[k] / float("1" if k < 2 else "nothing")
        except ValueError:
            y = y + x[3]
        else:
            y = np.sin(y)
        finally:
            z = y * 2
    return z


@contextlib.contextmanager
def doubled():
    yield 2.0


class Timer:
    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return False


@supported("`with` of locks")
def managers(x):
    with lock, np.errstate(all="ignore"), warnings.catch_warnings(), tempfile.TemporaryFile() as file, Timer():
        file.write(b"text")
        with doubled() as factor:
            return np.sum(x**2) * factor


@supported("`del` of names")
def deletions(x):
    ys = [x[0], x[1], x[2], x[3]]
    d = {"a": x[0], "b": x[1]}
    del ys[0], ys[1:], d["a"]
    return ys[0] * d["b"]


@supported("`global` for names")
def reads_a_global(x):
    global scale
    return np.sum(x**2) * scale


@supported("other `with`")
def constants_in_any_block(x):
    n = 1
    with contextlib.suppress(ValueError):
        n = int("3")
    try:
        n = int(str(n))
    except* ValueError:
        n = 4
    return np.sum(x**2) * n


@supported("loops over dicts, over layers")
def loops_over_entries(x, w):
    p, total = {"u": x, "v": w * 2.0, "k": 3.0}, 0.0
    for name, entry in p.items():
        if name == "v" and w[0] > 0.3:
            continue
        total = total + np.sum(entry) * 0.5
        p[name] = entry * 2.0
        if total > 100.0:
            break
    else:
        total = total * 1.5
    for f in (np.sin, np.tanh, lambda z: z**2):
        total = total + f(p["v"][0])
    return total


@supported("arrays that change their shape")
def layers_of_several_sizes(lsm):
    h = np.ones(lsm[0][0].shape[1])
    for w, b in lsm:
        h = np.tanh(w @ h + b)
    return np.sum(h)
