"""Derivatives of higher order where a rank, a length, or which lists there are is known only at run time."""

import functools

import numpy as np
from dlgrad import dlgradient

from . import Model, differences, vectors


def twice(program):
    """A model that differentiates a program of two vectors twice, along w, and what it must return."""

    def model(x, w):
        g = dlgradient(program(x, w), x, EnableHigherDerivatives=True)
        s = np.sum(g * w)
        return dlgradient(s, x), dlgradient(s, w)

    def expected(x, w):
        def slope(u, v):
            return np.sum(differences(lambda z: program(z, v), u, 1e-3) * v)

        return differences(lambda u: slope(u, w), x, 1e-3), differences(lambda v: slope(x, v), w, 1e-3)

    model.__name__ = f"twice_{program.__name__}"
    return Model(model, vectors(2), expected, rtol=1e-5)


def sum_of_list(x, w):
    terms = []
    for t in x:
        if t > -1.0:
            terms.append(np.sin(t) * w[0])
    return sum(terms) + sum(np.tanh(t) * t for t in w)


def sum_of_vectors(x, w):
    rows = []
    for i in range(len(x)):
        rows.append(x**2 * w[i])
    total = sum(rows)
    return np.sum(np.sin(total))


def mean_of_list(x, w):
    losses = []
    while len(losses) < len(x):
        losses.append(np.sum((x - w) ** 3) * x[len(losses)])
    return np.mean(losses) + np.max(losses) * np.prod(losses)


def sum_of_nothing(x, w):
    return np.sum(np.tanh(np.sum(x * w) + sum([])) * x)


def vector_or_number(x, w):
    v = x * w if np.sum(x) > 0.1 else np.prod(x) * w[0]
    return np.sum(v**2) + np.mean(np.sin(v))


def matrix_or_vector(x, w):
    m = np.outer(x, w) if x[0] > w[0] else w * x
    return np.sum((m @ np.cos(x)) ** 2) + np.var(m) + np.max(m)


def rank_by_a_loop(x, w):
    v = x
    for _ in range(2):
        v = np.outer(v, w) if v.ndim == 1 else v @ np.tanh(x)
    return np.sum(v * v) + np.sqrt(1 + np.sum(v) ** 2)


def pairs_of_one_branch(x, w):
    out = 0.0
    if np.sum(x) > -100.0:
        pairs = []
        for a, b in zip(x, w, strict=True):
            pairs.append((np.sin(a), {"k": a * b}))
        for s, d in pairs:
            out = out + s * d["k"]
    return out * np.sum(w)


def reduce_of_one_branch(x, w):
    a = x[0]
    if w[0] > 0:
        a = functools.reduce(lambda t, u: np.sin(t) * u, [a, w[1], np.prod(x)])
    return np.sum(x) * a


def lists_in_lists(x, w):
    total = 0.0
    if x[0] + w[0] > -100.0:
        for i in range(2):
            for j in range(2):
                rows = [np.cos(t) * w[j] for t in x if t > -50.0]
                total = total + sum(r * x[i] for r in rows)
    return total


def helper_of_one_branch(x, w):
    if w[1] > 0.0:
        return sum_of_pairs(x, w) * np.sum(w**3)
    return np.sum(x**3) * w[2]


def sum_of_pairs(x, w):
    total = 0.0
    for a, b in zip(x, w, strict=True):
        if a > b:
            square, _ = square_and_sine(a, b)
            total = total + square * b
        else:
            total = total - square_and_sine(b, a)[1]
    return total


def square_and_sine(a, b):
    return a * a * b, np.sin(a * b)


def list_of_dicts(x, w):
    h = [{"p": x, "q": w}]
    for _ in range(3):
        h.append({"p": h[-1]["p"] * h[-1]["q"], "q": np.sin(h[-1]["q"]) * 0.5})
    return np.sum(h[-1]["p"] ** 2) + np.sum(h[0]["q"] * h[1]["p"])


def value_of_a_try(x, w):
    try:
        if x[0] * w[0] > 0:
            raise ValueError("on purpose")
        y = np.sum(np.sin(x) * w**2)
    except ValueError:
        y = np.sum(x**3) * w[0]
    return y * np.sum(x)


def tries_in_a_loop(x, w):
    s = 0.0
    for i in range(len(x)):
        try:
            if x[i] > 0:
                raise ZeroDivisionError
            t = np.sin(x[i]) * w[i]
            s = s + t * t
        except ZeroDivisionError:
            s = s * x[i] ** 2 + w[i]
    return s * np.sum(x)


def third_of_unknown_rank(x, w):
    v = x * w if np.sum(x) > 0.1 else np.prod(x)
    y = np.sum(v**3) + np.var(v)
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    h = dlgradient(np.sum(g * w), x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(h * h), x)


def third_of_unknown_rank_expected(x, w):
    def value(z):
        v = z * w if np.sum(x) > 0.1 else np.prod(z)
        return np.sum(v**3) + np.var(v)

    def curvature(u):
        def second(z):
            return differences(lambda t: differences(lambda s: value(z + s * w + t), 0.0, 1e-2), np.zeros_like(u), 1e-2)

        return np.sum(second(u) ** 2)

    return differences(curvature, x, 1e-2)


def made_in_a_loop(x, w):
    for i in range(2):
        v = w * (i + x[0])
        y = np.sum(v**2)
    return dlgradient(y, v)


def made_in_a_loop_expected(x, w):
    return 2 * w * (1 + x[0])


def stored_in_a_loop(x, w):
    w = w.copy()
    for i in range(2):
        w[i] = x[i]
        y = np.sum(w**3)
    return dlgradient(y, w)


def stored_in_a_loop_expected(x, w):
    return 3 * np.concatenate([x[:2], w[2:]]) ** 2


def stored_in_a_helper(x, w):
    y = stores(x, w)
    return dlgradient(y, w)


def stores(x, w):
    w[:2] = x[:2]
    return np.sum(w**2)


def made_in_a_helper(x, w):
    y, v = square_and_sine(x, w)
    return dlgradient(np.sum(y), v), dlgradient(np.sum(y) + np.sum(v), v)


def made_in_a_helper_expected(x, w):
    return np.zeros_like(x), np.ones_like(x)


def handed_out_with_y(x, w):
    y, v = loss_and_product(x, w)
    return dlgradient(y, v)


def handed_out_in_a_dict(x, w):
    out = product_in_a_dict(x, w)
    return dlgradient(out["y"], out["v"])


def product_in_a_dict(x, w):
    v = x * w
    return {"y": np.sum(v**2), "v": v}


def loss_and_product(x, w):
    v = x * w
    return np.sum(v**2), v


def made_in_a_branch(x, w):
    if x[0] > 0:
        v = w * 2
        y = np.sum(v**2)
    else:
        v = w
        y = np.sum(v)
    return dlgradient(y, v)


def nothing(x, w):
    """What is refused has no value."""


MODELS = [
    *map(twice, [
        sum_of_list, sum_of_vectors, mean_of_list, sum_of_nothing, vector_or_number, matrix_or_vector, rank_by_a_loop,
        pairs_of_one_branch, reduce_of_one_branch, lists_in_lists, helper_of_one_branch, list_of_dicts, value_of_a_try,
        tries_in_a_loop,
    ]),
    Model(third_of_unknown_rank, vectors(2), third_of_unknown_rank_expected, rtol=1e-3),
    Model(made_in_a_loop, vectors(2), made_in_a_loop_expected),
    Model(stored_in_a_loop, vectors(2), stored_in_a_loop_expected),
    Model(made_in_a_helper, vectors(2), made_in_a_helper_expected),
]  # fmt: skip

NOT_YET = [
    Model(function, vectors(2), nothing, refused="come out of one")
    for function in (stored_in_a_helper, handed_out_with_y, handed_out_in_a_dict, made_in_a_branch)
]
