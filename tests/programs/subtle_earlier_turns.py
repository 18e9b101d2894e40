"""`dlgradient` through earlier turns, where aliases, jumps or names make it hard to say what a turn had."""

# ruff: noqa: F841
from __future__ import annotations

import numpy as np
from dlgrad import dlgradient

from tests.programs import Model, vectors
from tests.programs.earlier_turns import replayed


def history_of_one_buffer(x, w):
    y = x * 1.0
    seen = []
    out = []
    for k in range(4):
        seen.append(y.copy())
        y *= np.sin(x) + w
        s = np.sum(seen[0] * y)
        out.append(dlgradient(s, x, w))
    return out


def rows_of_one_matrix(x, w):
    m = np.outer(x, w)
    out = []
    for k in range(3):
        v = m[k]
        v *= x
        m[:, k] += np.sin(v)
        out.append(dlgradient(np.sum(m * m), x, w))
    return out


def _scale(y, x):
    y *= x
    return np.sum(y)


def helper_that_stores(x, w):
    y = w * 1.0
    out = []
    for k in range(4):
        s = _scale(y, x)
        out.append(dlgradient(s * s, x, w))
        y[k % 3] = s
    return out


def gradient_changed_in_place(x, w):
    y = w * 1.0
    total = np.zeros_like(x)
    out = []
    for k in range(4):
        y = np.sin(y) * x
        g = dlgradient(np.sum(y), x)
        g *= 2
        total += g
        out.append(g)
        g[0] = 7.0
    return total, out


def variable_steps_in_place(x, w):
    z = x.copy()
    y = w * 1.0
    for k in range(4):
        y = y * np.cos(z) + z
        g = dlgradient(np.sum(y * y), w)
        z -= 0.01 * g
    return z, y


def names_of_ours(x, w):
    y = x * 1.0
    dx, dy, y_saved, y_1, turn_saved = 1.0, 2.0, [], 3.0, []
    for k in range(4):
        y_1 = y * w
        y = np.sin(y_1) * x + dx
        dx = dlgradient(np.sum(y), x)[0]
        y_saved.append(dx)
        turn_saved.append(dx * dy)
    return dx, y_saved, turn_saved


def leaves_two_loops(x, w):
    y = x * 1.0
    out = []
    for i in range(4):
        done = False
        for j in range(3):
            y = np.sin(y) * w + x
            if y[0] > w[1] and j > 0:
                done = True
                break
            out.append(dlgradient(np.sum(y * y), x, w))
        else:
            y = y * 1.5
        if done and i > 1:
            break
    else:
        out.append(dlgradient(np.sum(y), x))
    return out


def for_ever(x, w):
    y = x * 1.0
    out = []
    k = 0
    while True:
        k += 1
        if k == 2:
            continue
        y = np.tanh(y * w) + x
        out.append(dlgradient(np.sum(y), x, w))
        if k > 4:
            break
    return out


def only_in_some_turns(x, w):
    y = x * 1.0
    out = []
    for k in range(6):
        if k % 3 == 1:
            y = y * w
            continue
        if k % 3 == 2:
            z = np.sin(y)
            y = z * z[::-1]
            out.append(dlgradient(np.sum(z), x, w))
        y = y + x
    return out


def gradient_decides(x, w):
    y = x * 1.0
    out = []
    for k in range(5):
        y = np.sin(y) * x + w
        g = dlgradient(np.sum(y), x)
        if g[0] > 0:
            y = y * 0.5
        else:
            y = y + x * x
        out.append(g)
    return out


def in_a_block(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        with np.errstate(all="ignore"):
            y = np.sqrt(y * y + 1.0) * x
            g = dlgradient(np.sum(y), x)
        y = y + w
        out.append(g)
    return out


def loss_in_a_closure(x, w):
    y = x * 1.0
    out = []

    def loss(v):
        return np.sum(v * v * x)

    for k in range(4):
        y = np.sin(y) + w * x
        out.append(dlgradient(loss(y), x, w))
    return out


def comprehension_in_the_turn(x, w):
    y = x * 1.0
    out = []
    for k in range(3):
        rows = [y * v for v in w]
        y = sum(rows) * 0.3 + x
        out.append(dlgradient(np.sum(y * y), x, w))
    return out


def pairs_in_the_turn(x, w):
    state = {"a": (x * 1.0, w * 1.0)}
    out = []
    for k in range(3):
        a, b = state["a"]
        state["a"] = (b * np.sin(a), a + x)
        out.append(dlgradient(np.sum(state["a"][0]), x, w))
    return out


def no_axes(x, w):
    a = np.sum(x)
    y = np.asarray(w[0])
    out = []
    for k in range(4):
        y = np.sin(y * a) + w[k % 3]
        out.append(dlgradient(y * y, x, w))
    return out


def one_entry(x, w):
    y = x[:1] * 1.0
    out = []
    for k in range(3):
        y = (y * w)[:1] + np.sum(x)
        out.append(dlgradient(np.sum(y * x), x, w))
    return out


def no_entries(x, w):
    y = x[:0] * 1.0
    out = []
    for k in range(3):
        y = np.sin(y) * 2.0
        s = np.sum(y) + np.sum(x * w)
        out.append(dlgradient(s, x))
    return out


def one_name_for_loops(x, w):
    y = x * 1.0
    out = []
    for k in range(3):
        y = np.sin(y) * w
    for k in range(3):
        y = np.cos(y) * x
        out.append(dlgradient(np.sum(y), x, w))
        for k in range(2):
            y = y * w[k]
    out.append(k)
    return out


def chain_of_comparisons(x, w):
    y = x * 1.0
    out = []
    k = 0
    while 0 <= k < 5 and np.sum(y * y) < 1e3:
        y = y * (1.0 + w * w) if k % 2 else y + x * w
        k = k + 1
        out.append(dlgradient(np.sum(y * y) * 0.1, x, w))
    return out


def several_gradients_of_one_state(x, w):
    a = x * 1.0
    b = w * 1.0
    out = []
    for k in range(3):
        a = np.sin(a) + b
        b = b * a
        la, lb = np.sum(a), np.sum(b)
        out.append((dlgradient(la, x), dlgradient(lb, x), dlgradient(la * lb, w)))
        if k == 1:
            out.append((dlgradient(la, w), dlgradient(lb, w), dlgradient(la - lb, x)))
    return out


def before_the_first_line(x, w):
    y = x * 1.0
    out = []
    for k in range(4):
        out.append(dlgradient(np.sum(y * y), x))
        y = np.sin(y) * w + x
    return out


def of_the_turn_before(x, w):
    old = new = x * 1.0
    out = []
    for k in range(4):
        old, new = new, np.sin(new) * old + w
        out.append(dlgradient(np.sum(old), x, w))
    return out


def item_of_a_list_of_arrays(x, w):
    parts = [x, w, x * w]
    y = x * 0.0
    out = []
    for p in parts:
        y = np.sin(y) * p + p
        out.append(dlgradient(np.sum(y), x, w))
    return out


def walks_a_slice(x, w):
    s = 1.0
    out = []
    for v in x[1:]:
        s = s * np.sin(v) + v * w[0]
        out.append(dlgradient(s, x, w))
    return out


def walks_what_was_computed(x, w):
    s = 1.0
    out = []
    for v, u in zip(np.exp(x * 0.3), w[::-1]):
        s = s * np.sin(v) + v * u
        if u > 0:
            out.append(dlgradient(s, x, w))
    return out


def copy_that_turns_change(x, w):
    c = np.array(w)
    d = w.astype(float)
    out = []
    for k in range(3):
        c += x
        d *= c
        out.append(dlgradient(np.sum(c * d), x, w))
    return out


def picked_from_a_step(x, w):
    out = []
    s = x[0]
    for e in w:
        v, b, s = (np.array([s, s, e])[[0, 2]], 2, np.sin(s) + x[1])
        v[1:] *= s
        out.append(dlgradient(np.sum(v), x, w))
    return out


def leaves_before_an_inner_loop(x, w):
    a = x[0]
    out = []
    for k in range(3):
        if a > 0.2:
            if k == 7:
                return out
            out.append(dlgradient(a, x, w))
        for e in reversed(w):
            a = np.sin(w[k] + e * a)
    out.append(dlgradient(a, x, w))
    return out


def bound_anew_behind_the_gradient(x, w):
    a = w[1]
    v = a * a
    b = np.sin(a)
    out = []
    for e in x:
        out.append(dlgradient(v * b, w))
        a = np.sum(x)
        b = b * a
    return out


def walks_one_array_twice(x, w):
    s = 1.0
    out = []
    for u, v in zip(x, x):
        s = np.sin(s) * v + u
        out.append(dlgradient(v * v, x, w))
        out.append(dlgradient(s, x))
    return out


MODELS = [Model(f, vectors(2), replayed(f), 1e-5) for f in (
    history_of_one_buffer, rows_of_one_matrix, helper_that_stores, gradient_changed_in_place,
    variable_steps_in_place, names_of_ours, leaves_two_loops, for_ever, only_in_some_turns, gradient_decides,
    in_a_block, loss_in_a_closure, comprehension_in_the_turn, pairs_in_the_turn, no_axes, one_entry, no_entries,
    one_name_for_loops, chain_of_comparisons, several_gradients_of_one_state, before_the_first_line,
    of_the_turn_before, item_of_a_list_of_arrays, walks_a_slice, walks_what_was_computed,
    copy_that_turns_change, picked_from_a_step, leaves_before_an_inner_loop, bound_anew_behind_the_gradient,
    walks_one_array_twice,
)]  # fmt: skip
