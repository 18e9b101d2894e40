"""Derivatives in a loop with respect to what the model computes, of more than one value, and of higher order."""

from __future__ import annotations

import numpy as np
from dlgrad import dlgradient, dljacobian

from tests.programs import Model, differences, vectors


def of_an_intermediate(x, w):
    h = np.tanh(x)
    y = h
    out = []
    for v in w:
        z = y * h
        out.append(dlgradient(np.sum(z * z), h, x))
        y = np.cos(z) + v * y
    return out


def of_an_intermediate_expected(x, w):
    def value(h, turns):
        y = h
        for v in w[:turns]:
            y = np.cos(y * h) + v * y
        return np.sum((y * h) ** 2)

    found = [differences(lambda h, k=k: value(h, k), np.tanh(x)) for k in range(len(w))]
    return [(d, d * (1 - np.tanh(x) ** 2)) for d in found]


def of_a_part(x, w):
    part = x[1:3]
    y = x * 1.0
    out = []
    for k in range(len(w)):
        y = np.sin(y) * np.tanh(np.sum(part * part))
        out.append(dlgradient(np.sum(y), part))
    return out


def of_a_part_expected(x, w):
    def value(part, turns):
        y = x * 1.0
        for _ in range(turns):
            y = np.sin(y) * np.tanh(np.sum(part * part))
        return np.sum(y)

    return [differences(lambda part, k=k: value(part, k + 1), x[1:3]) for k in range(len(w))]


def of_a_value_of_this_turn(x, w):
    h = x
    out = []
    for k in range(len(w)):
        v = np.sin(h) * w
        out.append(dlgradient(np.sum(v * v * h), v))
        h = h + 0.1 * v
    return out


def of_a_value_of_this_turn_expected(x, w):
    h = x
    out = []
    for _ in w:
        v = np.sin(h) * w
        out.append(2 * v * h)
        h = h + 0.1 * v
    return out


def of_what_is_carried(x, w):
    h = x * 2
    out = []
    for k in range(len(w)):
        out.append(dlgradient(np.sum(h * h), h, x))
        h = np.sin(h) * w
    return out


def of_what_is_carried_expected(x, w):
    h, slope = x * 2, np.full_like(x, 2.0)
    out = []
    for _ in w:
        out.append((2 * h, 2 * h * slope))
        h, slope = np.sin(h) * w, slope * np.cos(h) * w
    return out


def of_entries(x, w):
    p = {"a": x * 1.0, "b": [w * 1.0, x * w]}
    y = x
    for k in range(len(w)):
        y = np.sin(y) * p["a"] + p["b"][0] * p["b"][1][k]
        g = dlgradient(np.sum(y), p)
    return g


def of_entries_expected(x, w):
    def value(a, b, c):
        y = x
        for k in range(len(w)):
            y = np.sin(y) * a + b * c[k]
        return np.sum(y)

    return {"a": differences(lambda v: value(v, w, x * w), x),
            "b": [differences(lambda v: value(x, v, x * w), w), differences(lambda v: value(x, w, v), x * w)]}  # fmt: skip


def jacobian_in_each_turn(x, w):
    y = x * 1.0
    out = []
    for k in range(len(w)):
        y = np.sin(y) * x + w[k] * y[::-1]
        out.append(dljacobian(y, x, 0))
    return out


def jacobian_in_each_turn_expected(x, w):
    def value(x, turns):
        y = x * 1.0
        for k in range(turns):
            y = np.sin(y) * x + w[k] * y[::-1]
        return y

    return [np.stack([differences(lambda x, k=k, i=i: value(x, k + 1)[i], x) for i in range(len(x))])
            for k in range(len(w))]  # fmt: skip


def squares_of_slopes(x, w):
    y = x * 1.0
    total = 0.0
    for k in range(len(w)):
        y = y * np.sin(x) + w[k]
        g = dlgradient(np.sum(y), x, EnableHigherDerivatives=True)
        total = total + np.sum(g * g)
    return dlgradient(total, x, w)


def second_in_each_turn(x, w):
    y = x * 1.0
    out = []
    for k in range(len(w)):
        if w[k] > 0:
            y = y * np.sin(x) + w[k]
        g = dlgradient(np.sum(y * y), x, EnableHigherDerivatives=True)
        out.append(dlgradient(np.sum(g * g), x))
        y = y + 0.1 * x
    return out


def second_through_two_loops(x, w):
    y = x * 1.0
    total = 0.0
    for i in range(2):
        for j in range(2):
            y = np.sin(y) * w + x
            if j > 0:
                g = dlgradient(np.sum(y * y), x, EnableHigherDerivatives=True)
                total = total + np.sum(g * g * w)
        y = y * x
    return dlgradient(total, x, w)


def twice(last):
    """The gradients of what a model computes last, by differences."""
    return lambda x, w: (differences(lambda v: last(v, w), x, 1e-3), differences(lambda v: last(x, v), w, 1e-3))


def _slope(y, x):
    return differences(lambda v: np.sum(y(v)), x, 1e-3)


def squares_of_slopes_value(x, w):
    def y(x, turns):
        y = x * 1.0
        for k in range(turns):
            y = y * np.sin(x) + w[k]
        return y

    return sum(np.sum(_slope(lambda v, k=k: y(v, k + 1), x) ** 2) for k in range(len(w)))


def second_in_each_turn_expected(x, w):
    def value(x, turns):
        y = x * 1.0
        for k in range(turns):
            y = y if k == 0 else y + 0.1 * x
            y = y * np.sin(x) + w[k] if w[k] > 0 else y
        return y * y

    return [differences(lambda v, k=k: np.sum(_slope(lambda u: value(u, k + 1), v) ** 2), x, 1e-3)
            for k in range(len(w))]  # fmt: skip


def second_through_two_loops_value(x, w):
    def value(x, w, turns):
        y = x * 1.0
        for i in range(turns):
            for _ in range(2):
                y = np.sin(y) * w + x
            y = y * x if i < turns - 1 else y
        return y * y

    return sum(np.sum(_slope(lambda v, k=k: value(v, w, k), x) ** 2 * w) for k in (1, 2))


MODELS = [
    Model(of_an_intermediate, vectors(2), of_an_intermediate_expected),
    Model(of_a_part, vectors(2), of_a_part_expected),
    Model(of_a_value_of_this_turn, vectors(2), of_a_value_of_this_turn_expected),
    Model(of_what_is_carried, vectors(2), of_what_is_carried_expected),
    Model(of_entries, vectors(2), of_entries_expected),
    Model(jacobian_in_each_turn, vectors(2), jacobian_in_each_turn_expected),
    Model(squares_of_slopes, vectors(2), twice(squares_of_slopes_value), 1e-5),
    Model(second_in_each_turn, vectors(2), second_in_each_turn_expected, 1e-5),
    Model(second_through_two_loops, vectors(2), twice(second_through_two_loops_value), 1e-5),
]
