"""Values that gradients read and that no name of the user's holds: steps, copies, walked sequences, lost names."""

# ruff: noqa: F821, F841
from __future__ import annotations

import numpy as np

from . import Program

# --- conditional expressions, and, or ----------------------------------------------------------


def conditional_part_of_a_stack(x, m, a):
    if a > 5:
        return a
    rows = np.vstack([np.full((2, len(x)), a) if a > 0 else m[:3] * a, x])
    return float(np.sum(rows * rows))


def conditional_in_conditional(x, m, a):
    if a > -5:
        y = (x * a if a > 0 else (m[0] if x[0] > 9 else m[1]) * x) if a < 9 else x
        z = np.sum((y * y)[: 2 if a > 0 else 1])
    else:
        z = 0.0
    return z * a


def conditional_in_a_slice_of_a_loop(x, m, a):
    s = 0.0
    for k in range(3):
        if k == 2 and a < 0:
            break
        s += np.max((m if a < (a if a > 0.4 else s) else m * s)[:k + 1])
    return s * a


def conditional_behind_a_return(x, m, a):
    for v in x:
        if v > 50:
            return v
    y = a * a if a < 0.2 else np.sum(x) * a
    if y > 100:
        return y * a
    return y * y


def conditional_store(x, m, a):
    y = m * 1.0
    if a > -9:
        k = y < 0.3
        y[k] = (y * a if a > 0 else m)[k]
        y[0] = x if 0 < a < 9 else y[1] * x
    return np.sum(y * m)


def or_of_numbers_behind_a_loop(x, m, a):
    for v in x:
        if v < -50:
            return v * a
    y = (a > 0 and x[0] * a) or (x[1] * a or a)
    z = 0.1 < a < x[0] or a
    return y * y + z * 1.0


def walrus_in_a_test(x, m, a):
    if a > -9:
        if (t := x * a).sum() > -90 and (u := np.sum(t)) < 90:
            a *= np.sum(t * t) + u
        t = t * a
    return np.sum(t)


def condition_behind_two_returns(x, m, a):
    if a > 0.2 and (a < 0.1 or x[0] > 50):
        raise ValueError("too much")
    if a < -0.2 and 0.1 < a < 50:
        return a
    y = x
    for v in x:
        if v > 50:
            return v
        y = y * a
    s = np.sum(y) if a > 0 and all(v < 50 for v in x) else np.sum(y * y)
    return s if np.isfinite(s) else a


def walrus_that_may_not_run(x, m, a):
    if a > 0 and (t := np.sum(x * a)) > -90 and (u := t * a) < 90:
        s = t * u * u
    else:
        s = a * a
    y = (v := x * a) if a > 0 else (v := x * x)
    return s * np.sum(y * v)


def conditions_of_while_that_are_skipped(x, m, a):
    s = 0.0
    n = 0
    while s < 3 and (t := np.sum(x * x) * a * a * 0.1 + s) < 90:
        s = s + t * t * 0.1 + 0.5
    while (n < 2 and a > 0) or (n < 4 and (np.sum(x) * s if n % 2 else np.sum(x * x) * a * s) < 900):
        n += 1
        if n == 2:
            continue
        s = s + a * np.sin(s) + 0.1 * a * a
    return s * a


def bound_by_a_walrus_in_a_loop(x, m, a):
    n = 0
    while True:
        n += 1
        if n > 1 and (a > 0 or n > 2):
            z = y * (k := n + a)
            break
        y = np.sum(x * (k if n > 1 else a))
        k = y * a
    return z * k


def values_in_calls_and_texts(x, m, a):
    def h(u, v=1.0, *r, k=2.0):
        return np.sum(u * u) * v * k + sum(r)

    y = x * 1.0
    print(f"{np.sum(x * a):.6f} {a * a}")
    s = h(y, (y := y * a).sum(), *[np.sum(y), a * a], k=(z := np.sum(y * y)))
    y[0] += s
    s = np.sum(x) if 0 < (t := np.sum(x * x) * a) < (u := t * t * a) else np.sum(y) * t
    return np.sum(y * y) * z + s


# --- walks -------------------------------------------------------------------------------------


def reversed_rows_of_a_step(x, m, a):
    if a > 50:
        return a
    s = a
    for row in reversed(np.sin(m)):
        s = s * 0.5 + np.sum(row * x) * s
    return s


def reversed_argument_that_changes(x, m, a):
    y = x * 1.0
    s = a
    if a > -9:
        for v in reversed(y):
            s = s * v + v
        y[0] = s
        y *= a
    return np.sum(y) + s


def reversed_and_left(x, m, a):
    for k, row in enumerate(reversed(m)):
        if k > 0 and a > 0:
            return np.sum(row * row) * a
        x = x * row
    return np.sum(x)


def display_walked_in_a_branch(x, m, a):
    s = 1.0
    if a > 0:
        for v in [x, np.sin(x), m[0] * a]:
            s = s * np.sum(v * v) * 0.1
            if s > 1e6:
                return s
    else:
        for v, u in zip([x, m[1]], (m[2], x * a)):
            s = s + np.sum(v * u) * s
    return s


def display_of_walrus(x, m, a):
    s = 1.0
    if a > -9:
        for v in [(t := x * a), t * t, t]:
            s = s * np.sum(v) * 0.1
    return s


# --- stores at places that are computed --------------------------------------------------------


def store_at_computed_places(x, m, a):
    y = x * 1.0
    if a > -9:
        y[np.array([1, 0])] *= y[:2] * a
        y[np.array([0, 0])] += a
        y[np.argsort(x)[:2]] **= 2
    return np.sum(y * x)


def store_at_places_of_calls(x, m, a):
    asked = []

    def at(k):
        asked.append(k)
        return k

    y = m * 1.0
    for i in range(2):
        y[at(i) : at(2), at(1)] *= x[i] + a
        y[at(i)][at(1) :] *= x[1] * y[at(0), 0]
    print(asked)
    return np.sum(y * m)


def store_into_entries(x, m, a):
    asked = []

    def at(k):
        asked.append(k)
        return k

    d = {"u": x * 1.0, "l": [x * a, m * 1.0]}
    if a > -9:
        d["u"][at(0)] *= a
        d["l"][at(1)][at(1), at(0) + at(2)] **= 3
    d["l"][at(0)][at(1) - at(1)] *= np.sum(d["u"])
    print(asked)
    return np.sum(d["u"] * d["l"][0]) + np.sum(d["l"][1] * m)


def store_at_a_walrus(x, m, a):
    y = x * 1.0
    y[(i := int(a > 0))] *= m[i, 0]
    y[np.argsort(y)[0]] *= y[np.argmax(y)]
    return np.sum(y * y) * y[i]


def store_through_windows_at_computed_places(x, m, a):
    asked = []

    def at(k):
        asked.append(k)
        return k

    y = m * 1.0
    if a > -9:
        y.flat[at(1)] *= a
        y.T[at(1)][at(0) :] *= y[0, at(0) :]
        (y if a > -9 else m)[at(0), at(2)] *= a
        y[at(0)][...] *= x
        y[..., at(1), None] *= x[:, None]
        y[y > at(0)] *= a
        y[at(0) : at(2)][::-1][at(0)] *= 2.0
    print(asked)
    return np.sum(y * y)


def store_of_what_a_division_gives(x, m, a):
    y = x * 1.0
    i = np.arange(3)
    for k in range(2):
        y[i[::-1]] /= y[:3] + 4 * k + 9
        y[np.array([], dtype=int)] *= x[:0]
        if a > 0:
            y[np.array([0, 2, 0])] /= m[0, :3] + 9
        y[np.array([1, 1])] **= 2
        y[int(a > 0)] /= y[i[1]] * y[int(a > 0)] + 9
    return np.sum(y * x)


def defaults_that_are_computed(x, m, a):
    def make(u):
        def scaled(t, o=(lambda t: t * t)(a), *, k=(lambda q: q + 1)(u * a)):
            # the defaults belong to the call of make
            return t * o * np.sum(u) + k

        return scaled

    f = make(x)
    y = f(a) + f(x, 2.0, k=a)
    if a > 0:
        y = y * f(a)
    return np.sum(y * y)


def store_through_a_nameless_base(x, m, a):
    y = np.repeat(a, len(x))[1:]
    if a > 0:
        y[...] = y * x[1:]
    z = (x * 0.5)[:2]
    if a < 50:
        z[[1, 0]] *= z * y[:2]
    return np.sum(y * y) + np.sum(z)


def window_added_to_in_a_loop(x, m, a):
    v = (m * 2)[0]
    row = m[1]
    kept = [x, v]
    s = 0.0
    for i in range(3):
        v += x * a
        s += np.sum(v) * s + np.sum(kept[1] * kept[0]) + v[i] * row[0]
    return s


def displays_of_what_their_turns_change(x, m, a):
    v = (m * 2)[0]
    s = 0.0
    for i in range(2):
        for e in [x, v]:
            v += e * a + x
        for u, t in zip([v, x], (x, v)):
            v[i] = np.sum(u) * a
            s += np.sum(u * t)
    return np.sum(v) * s


def list_that_may_grow_behind_a_break(x, m, a):
    rows = [x, a]
    if a < -50:
        return a
    for v in x:
        if v > a:
            break
    else:
        rows.append(np.tanh(rows[1]))
    return np.sum(rows[0]) * rows[1] * rows[-1] + np.sum(sum(rows))


# --- names that may not be bound ---------------------------------------------------------------


def bound_in_one_arm(x, m, a):
    if a > 0:
        v = np.sin(x) * a
    s = 1.0
    if a > 0:
        s = np.sum(v * v)
    return s * a


def entry_of_a_list_bound_late(x, m, a):
    y = x
    for v in x:
        if v < -50:
            pass
        elif v > 50:
            kept = [x, y, m]
        else:
            if a > 50:
                return np.sum(kept[0])
            y = y * a
    return np.sum(y)


def changes_places_in_a_loop(x, m, a):
    n = 0
    while True:
        n += 1
        if n > 2:
            b = a
        if n > 3:
            return a * b + np.sum(x)
        other, (late, a) = ((2, 3), (np.diff(x), a * x[0] * n))


def else_of_a_loop_that_may_break(x, m, a):
    for k in (2, 3):
        if k > a + 3:
            break
    else:
        a = 2.0 * a
    n = 0
    while n < 3:
        n += 1
        if n > 2 - a:
            break
    else:
        for v in x:
            pass
        else:
            a += np.var(x)
    if np.sum(x) < -50:
        pass
    else:
        a = np.sin(a)
    return a * a


def list_that_grows_by_another(x, m, a):
    rows = [x * a for v in x]
    rows.append(m[0])
    total = sum(rows)
    rows.append(total)
    return np.sum(total * total) + np.sum(rows[-1])


def signed(sign):
    return lambda rng, n: (rng.normal(size=n), rng.normal(size=(n, n)), sign * float(rng.uniform(0.5, 1.5)))


FUNCTIONS = [
    defaults_that_are_computed, conditional_part_of_a_stack, conditional_in_conditional, conditional_in_a_slice_of_a_loop,
    conditional_behind_a_return, conditional_store, or_of_numbers_behind_a_loop, walrus_in_a_test,
    condition_behind_two_returns, walrus_that_may_not_run, conditions_of_while_that_are_skipped,
    bound_by_a_walrus_in_a_loop, values_in_calls_and_texts, reversed_rows_of_a_step,
    reversed_argument_that_changes, reversed_and_left, display_walked_in_a_branch, display_of_walrus,
    store_at_computed_places, store_at_places_of_calls, store_into_entries, store_at_a_walrus,
    store_through_windows_at_computed_places, store_of_what_a_division_gives, store_through_a_nameless_base,
    window_added_to_in_a_loop, displays_of_what_their_turns_change, list_that_may_grow_behind_a_break,
    bound_in_one_arm, entry_of_a_list_bound_late, changes_places_in_a_loop, else_of_a_loop_that_may_break,
    list_that_grows_by_another,
]  # fmt: skip
PROGRAMS = [Program(f, signed(sign), (0, 1, 2)) for f in FUNCTIONS for sign in (1.0, -1.0)]
