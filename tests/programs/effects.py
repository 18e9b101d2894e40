"""Statements that do not touch the gradient: prints, asserts, raises, logs, counters, files of text."""

import io
import math
import warnings

import numpy as np

from . import Program, numbers, vectors

CALLS = {"count": 0}


def prints(x, w):
    y = x * w
    print("shape", y.shape)
    for i, v in enumerate(y):
        if v > 0:
            print(i, f"{v:.3f}")
    print("done", end="!\n")
    return np.sum(y * y)


def asserts(x, w):
    assert x.shape == w.shape, "shapes differ"
    assert np.all(np.isfinite(x))
    y = x / (1 + w**2)
    assert y.ndim == 1 and len(y) > 0, f"empty {y}"
    return y @ y


def guards(x, w):
    if x.ndim != 1:
        raise ValueError(f"expected a vector, not {x.ndim} axes")
    if not np.isfinite(w).all():
        raise ArithmeticError("not finite")
    return np.sum(x * w)


def counts_calls(x):
    CALLS["count"] += 1
    CALLS["count"] -= 1
    return np.sum(x * x)


def logs(x, log):
    h = x
    for k in range(3):
        h = np.tanh(h)
        log.append(float(np.sum(h)))
        log[0] = k
    return np.sum(h)


def strings(x, name="tanh"):
    label = name.upper() + "_" + str(len(x))
    words = "a b c".split()
    text = ", ".join(f"{w}={len(words)}" for w in words)
    if label.startswith("TANH") and "b=3" in text and text[0] == "a":
        return np.sum(np.tanh(x))
    return np.sum(x)


def formatted(x):
    out = io.StringIO()
    for v in x:
        out.write(f"{v:8.3f} ")
    n = len(out.getvalue().split())
    return np.sum(x**2) / n


def warns(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.log(x * x + 1)
    return np.sum(y)


def errstate(x):
    with np.errstate(all="ignore"):
        y = np.where(x > 0, np.sqrt(np.abs(x) + 1), x)
    return np.sum(y)


def tries(x):
    try:
        scale = float("2.5")
    except ValueError:
        scale = 1.0
    return np.sum(x * x) * scale


def cleans_up(x, log):
    try:
        y = x * x
        s = np.sum(y)
    finally:
        log.append("closed")
    return s


def sets_and_integers(x):
    seen = set()
    for i in [0, 1, 1, 2, 0]:
        seen.add(i)
    chosen = sorted(seen)
    return np.sum(x[chosen] ** 2) * len(seen)


def integer_arrays(x):
    order = np.argsort(x)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(x))
    return np.sum(x[order] * np.arange(len(x))) + np.sum(x * ranks)


def random_numbers(x):
    rng = np.random.default_rng(3)
    y = x
    for _ in range(2):
        y = y + 0.1 * rng.standard_normal(x.shape)
        y = y * rng.uniform()
    return np.sum(y * y)


def diagnostics(x, w, verbose=True):
    residual = x - w
    loss = np.sum(residual**2)
    history = []
    norm = np.linalg.norm(residual)
    history.append({"loss": loss, "norm": norm, "argmax": int(np.argmax(x))})
    if verbose and math.isfinite(loss):
        print(sorted(history[0]), history[0]["argmax"])
    return loss


def nothing_useful(x):
    pass
    ...
    "a string"
    1 + 1
    None
    return np.sum(x * x)


def global_statement(x):
    global LAST
    LAST = 3
    return np.sum(x) * LAST


def stop_early(a, b):
    for k in range(100):
        if a > 5:
            break
        a = a * (1 + b)
    else:
        raise RuntimeError("did not stop")
    return a * k


def types_seen(a, x):
    if isinstance(a, float) and not isinstance(x, float) and type(a) is float:
        return a * np.sum(x)
    return np.sum(x)


def deletes(x):
    y = x * 2
    items = [y, x, 3]
    del items[2], y
    return np.sum(items[0] * items[1])


def shape_arithmetic(m):
    rows, columns = m.shape
    flat = m.reshape(rows * columns)
    half = flat[: flat.size // 2]
    return np.sum(half**2) / max(rows, columns) + m.T.shape[0] * m.sum() / m.size


PROGRAMS = [
    Program(prints, vectors(2), (0, 1)),
    Program(asserts, vectors(2), (0, 1)),
    Program(guards, vectors(2), (0, 1)),
    Program(counts_calls, vectors(1)),
    Program(logs, lambda rng, n: (rng.normal(size=n), ["start"])),
    Program(strings, vectors(1)),
    Program(formatted, vectors(1)),
    Program(warns, vectors(1)),
    Program(errstate, vectors(1)),
    Program(tries, vectors(1)),
    Program(cleans_up, lambda rng, n: (rng.normal(size=n), [])),
    Program(sets_and_integers, vectors(1)),
    Program(integer_arrays, vectors(1)),
    Program(random_numbers, vectors(1)),
    Program(diagnostics, vectors(2), (0, 1)),
    Program(nothing_useful, vectors(1)),
    Program(stop_early, numbers(2), (0, 1)),
    Program(types_seen, lambda rng, n: (0.5, rng.normal(size=n)), (0, 1)),
    Program(shape_arithmetic, lambda rng, n: (rng.normal(size=(n, n + 1)),)),
    Program(deletes, vectors(1)),
]

REFUSED = [
    Program(global_statement, vectors(1), refused="a global statement"),
]
