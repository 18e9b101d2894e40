"""`dlgradient` in a loop, of a y that reaches x through earlier turns of it."""

# ruff: noqa: F821, F841
from __future__ import annotations

import types

import numpy as np
from dlgrad import dlgradient

from tests.programs import Model, differences, vectors


class _Reached(Exception):
    """The gradient that is asked for has been reached."""


def replayed(function):
    """What a model must return: each of its gradients by differences, in the order of their calls.

    The gradients are with respect to arguments, and constants to whatever is computed from them.
    """

    def expected(*args):
        known: list = []
        while True:
            try:
                return _run(function, args, known, None)
            except _Reached as reached:
                numbers = reached.args[1]
                known.append([differences(_value(function, args, known, k), args[k]) for k in numbers])

    return expected


def _value(function, args, known, k):
    def value(x):
        given = [*args]
        given[k] = x if isinstance(args[k], np.ndarray) else float(x)
        try:
            _run(function, given, known, k)
        except _Reached as reached:
            return reached.args[0]
        raise AssertionError("the run has ended before")

    return value


def _run(function, args, known, k):
    """Run a model with the gradients that are known; stop at the next one."""
    given = [np.array(a, dtype=float) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in args]
    count = iter(range(1 << 30))

    def gradient(y, *xs, **options):
        i = next(count)
        if i == len(known):
            raise _Reached(y, [next(j for j, a in enumerate(given) if a is x) for x in xs])
        found = [d.copy() if isinstance(x, np.ndarray) else float(d) for d, x in zip(known[i], xs, strict=True)]
        return found[0] if len(found) == 1 else tuple(found)

    space = {**function.__globals__, "dlgradient": gradient}
    own = {n: v for n, v in space.items() if getattr(v, "__module__", "") == function.__module__}
    for name, helper in own.items():
        if isinstance(helper, types.FunctionType):
            space[name] = types.FunctionType(helper.__code__, space, name, helper.__defaults__, helper.__closure__)
    return types.FunctionType(function.__code__, space, function.__name__, function.__defaults__)(*given)


def every_turn(x, w):
    y = x * 0.5
    total = np.zeros_like(x)
    for k in range(len(w)):
        y = y * np.sin(x) + w[k]
        g = dlgradient(np.sum(y), x)
        total = total + g
    return total


def counted_at_run_time(x, w):
    y = x * 1.0
    k = 0
    total = 0.0
    while np.sum(y * y) < 50 and k < 2 * len(w):
        y = y * (1.5 + np.sin(x)) + w[k % len(w)]
        k += 1
        g = dlgradient(np.sum(y * y), x)
        total = total + np.sum(g) * k
    return total, k


def breaks_and_continues(x, w):
    y = x * 1.0
    out = []
    for k in range(2 * len(w)):
        if k == 1:
            continue
        y = y * np.cos(x) + w[k % len(w)]
        if k == 2:
            y = y * 2
            continue
        if np.sum(y) > 30 or k > 5:
            break
        out.append(dlgradient(np.sum(y * y), x))
    return out


def in_an_arm(x, w):
    y = x * 1.0
    out = []
    for k in range(len(w)):
        if k % 2 == 0:
            z = y * x
            y = np.tanh(z) + w[k]
            out.append(dlgradient(np.sum(z), x))
        else:
            y = y * np.sin(w) * x
        if y[0] > 0:
            out.append(dlgradient(np.sum(y * y), x, w))
    return out


def of_rows(m):
    s = 0.0
    out = []
    for row in m:
        s = s * 1.1 + np.sum(row * row * row) * (1 + s)
        out.append(dlgradient(s, m))
    return out


def of_this_row_only(m):
    out = []
    for row in m:
        out.append(dlgradient(np.sum(row**3), m))
    return out


def of_rows_in_pairs(m, w):
    s = 0.0
    out = []
    for i, (row, v) in enumerate(zip(m, w)):
        s = np.sin(s) + np.sum(row * row) * v
        if i > 0:
            out.append(dlgradient(s, m, w))
    return out


def of_rows_backwards(m, w):
    s = 0.0
    out = []
    for row in reversed(m):
        s = np.sin(s) + np.sum(row * w) ** 2
        out.append(dlgradient(s, m, w))
    return out


def in_the_inner_loop(x, w):
    y = x * 1.0
    out = []
    for i in range(3):
        y = y * np.sin(x) + w[i]
        for j in range(i + 1):
            y = np.cos(y) * x
            out.append(dlgradient(np.sum(y * y), x, w))
        y = y + 0.1 * w
    return out


def behind_the_inner_loop(x, w):
    y = x * 1.0
    out = []
    for i in range(3):
        z = y
        for v in w:
            z = z * np.cos(v) + x
            if z[0] > 4:
                break
        y = np.tanh(z) + y
        out.append(dlgradient(np.sum(y * y), x, w))
    return out


def in_three_loops(x, w):
    y = x * 1.0
    out = []
    for i in range(2):
        for j in range(2):
            k = 0
            while k < 2:
                y = np.sin(y * x) + w
                k += 1
                if k == 2 and j > 0:
                    out.append(dlgradient(np.sum(y), x))
            y = y * w
        y = y + x
    return out


def two_in_a_turn(x, w):
    y = x * 1.0
    z = w * 1.0
    out = []
    for k in range(4):
        y = np.sin(y) * x
        a = dlgradient(np.sum(y * z), x)
        z = np.cos(z) + y
        b = dlgradient(np.sum(y * z), x, w)
        out.append((a, b))
    return out


def in_the_turns_and_behind(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        y = np.sin(y) * x + w
        out.append(dlgradient(np.sum(y * y), x))
    out.append(dlgradient(np.sum(y * y * y), x, w))
    return out


def feeds_the_state(x, w):
    y = w * 1.0
    for k in range(5):
        y = y * np.cos(x)
        g = dlgradient(np.sum(y * y), x, EnableHigherDerivatives=False)
        y = y - 0.1 * g
    return y


def in_place(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        y *= np.sin(x)
        y += w
        out.append(dlgradient(np.sum(y * y), x, w))
        y[k % 3] = y[0] * y[1]
    return out


def stores_of_turns(x, w):
    h = np.zeros((5, len(x)))
    h[0] = x
    out = []
    for k in range(4):
        h[k + 1] = np.tanh(h[k] * w) + h[0] * 0.1
        out.append(dlgradient(np.sum(h[k + 1] ** 2), x, w))
    return out


def two_names_of_one_buffer(x, w):
    y = x * 1.0
    z = y
    out = []
    for k in range(4):
        z *= w
        s = np.sum(y * y * x)
        out.append(dlgradient(s, x, w))
        y += np.sin(x)
    return out


def buffers_that_change_places(x, w):
    a, b = x * 1.0, w * 1.0
    out = []
    for k in range(4):
        b[:] = np.sin(a) * w
        a, b = b, a
        out.append(dlgradient(np.sum(a * b), x, w))
    return out


def grows(x, w):
    hs = [x * 1.0]
    out = []
    for k in range(4):
        hs.append(np.tanh(hs[-1] * w) + hs[0])
        out.append(dlgradient(np.sum(hs[-1] * hs[k]), x, w))
    return out


def longer_each_turn(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        y = np.append(y * np.sin(y), w[k % 3] * x[0])
        out.append(dlgradient(np.sum(y * y), x, w))
    return out


def shorter_each_turn(x, w):
    y = np.concatenate([x, w])
    out = []
    while len(y) > 1:
        y = np.sin(y[:-1]) * y[1:] * x[0]
        out.append(dlgradient(np.sum(y), x, w))
    return out


def state_in_a_dict(x, w):
    p = {"y": x * 1.0, "n": 0}
    out = []
    while p["n"] < 4:
        p["y"] = np.sin(p["y"]) * w
        p["n"] += 1
        out.append(dlgradient(np.sum(p["y"] ** 2), x, w))
    return out


def state_in_a_tuple(x, w):
    state = (x * 1.0, w * 1.0)
    out = []
    for k in range(4):
        a, b = state
        state = (np.sin(a) * b, b + a)
        out.append(dlgradient(np.sum(state[0] * state[1]), x, w))
    return out


def previous(x, w):
    out = []
    s = 0.0
    for k in range(5):
        if k > 0:
            s = s + np.sum(old * old)
            out.append(dlgradient(s, x))
        old = np.sin(x * w[k % 3] + s)
    return out


def no_turn(x, w):
    y = x * 1.0
    g = np.zeros_like(x)
    for k in range(len(w) - len(x)):
        y = np.sin(y) * x
        g = g + dlgradient(np.sum(y), x)
    return g


def returns_halfway(x, w):
    y = x * 1.0
    for k in range(5):
        y = np.sin(y) * x + w
        if k == 3:
            return dlgradient(np.sum(y), x)
    return y


def _step(y, x, k):
    for j in range(k + 1):
        y = np.sin(y) * x
    return y


def calls_a_helper(x, w):
    y = w * 1.0
    out = []
    for k in range(3):
        y = _step(y, x, k) + w
        out.append(dlgradient(np.sum(y * y), x, w))
    return out


def _slopes(x, w):
    y = x * 1.0
    total = np.zeros_like(x)
    for v in w:
        y = np.sin(y) * v + x
        total = total + dlgradient(np.sum(y * y), x)
    return total


def helper_has_the_loop(x, w):
    return _slopes(x, w)


def stretched(x, w):
    y = np.ones((3, 1)) * x[:1]
    out = []
    for k in range(3):
        y = y * w + x
        out.append(dlgradient(np.sum(y * y), x, w))
    return out


def numbers_only(a, b):
    y = a
    out = []
    for k in range(6):
        y = y * a + b / (k + 1.0)
        out.append(dlgradient(y * y, a, b))
    return out


def catches(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        try:
            if k == 2:
                raise ValueError
            z = y * np.sin(x)
        except ValueError:
            z = y * 0.5
        y = z + w
        out.append(dlgradient(np.sum(y * y), x))
    return out


def condition_on_the_state(x, w):
    y = x * 1.0
    out = []
    while (s := np.sum(y * y)) < 60:
        y = y * (1.3 + np.cos(x) ** 2) + 0.1
        out.append(dlgradient(np.sum(y) * 0.5, x))
    return out


FUNCTIONS = [
    every_turn, counted_at_run_time, breaks_and_continues, in_an_arm, in_the_inner_loop, behind_the_inner_loop,
    in_three_loops, two_in_a_turn, in_the_turns_and_behind, feeds_the_state, in_place, stores_of_turns,
    two_names_of_one_buffer, buffers_that_change_places, grows, longer_each_turn, shorter_each_turn, state_in_a_dict,
    state_in_a_tuple, previous, no_turn, returns_halfway, calls_a_helper, helper_has_the_loop, stretched,
    catches, condition_on_the_state,
]  # fmt: skip

MODELS = [
    *(Model(f, vectors(2), replayed(f), 1e-5) for f in FUNCTIONS),
    *(Model(f, lambda rng, n: (rng.normal(size=(n, 2)),), replayed(f), 1e-5) for f in (of_rows, of_this_row_only)),
    *(Model(f, lambda rng, n: (rng.normal(size=(n, 4)), rng.normal(size=k or n)), replayed(f), 1e-5)
      for f, k in ((of_rows_in_pairs, 0), (of_rows_backwards, 4))),
    Model(numbers_only, lambda rng, n: (0.7, 1.3), replayed(numbers_only), 1e-5),
]  # fmt: skip
