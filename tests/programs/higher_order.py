"""Models that differentiate gradients, or use them in what is differentiated."""

import functools

import numpy as np
from dlgrad import dlgradient

from . import Model, differences, numbers, vectors


def descent(x, w):
    for _ in range(4):
        loss = np.sum((x - w) ** 2) + np.sum(x**4)
        g = dlgradient(loss, x)
        x = x - 0.01 * g
    return x


def descent_expected(x, w):
    for _ in range(4):
        x = x - 0.01 * (2 * (x - w) + 4 * x**3)
    return x


def second_derivative(x):
    y = np.sum(np.sin(x) * x**2)
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g), x)


def second_derivative_expected(x):
    return differences(lambda v: np.sum(np.cos(v) * v**2 + 2 * np.sin(v) * v), x)


def third_derivative(a):
    y = a**5
    d1 = dlgradient(y, a, EnableHigherDerivatives=True)
    d2 = dlgradient(d1, a, enable_higher_derivatives=True)
    return d1, d2, dlgradient(d2, a)


def third_derivative_expected(a):
    return 5 * a**4, 20 * a**3, 60 * a**2


def gradient_penalty(w, x):
    h = np.tanh(w @ x)
    d = np.sum(h**2)
    dx = dlgradient(d, x, EnableHigherDerivatives=True)
    penalty = (np.sqrt(np.sum(dx**2)) - 1) ** 2
    loss = d + 10 * penalty
    return loss, dlgradient(loss, w)


def gradient_penalty_expected(w, x):
    def loss(w):
        h = np.tanh(w @ x)
        dx = w.T @ (2 * h * (1 - h**2))
        return np.sum(h**2) + 10 * (np.sqrt(np.sum(dx**2)) - 1) ** 2

    return loss(w), differences(loss, w)


def hessian_vector(x, v):
    y = np.sum(np.exp(x) * np.roll(x, 1))
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g * v), x)


def hessian_vector_expected(x, v):
    return differences(lambda z: np.sum((np.exp(z) * np.roll(z, 1) + np.roll(np.exp(z), -1)) * v), x)


def second_through_loop(x, w):
    h = x
    for i in range(3):
        h = np.tanh(h * w) + h[0]
        if i == 1:
            h = h * h
    y = np.sum(h)
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    return g, dlgradient(np.sum(g * g), w)


def second_through_loop_expected(x, w):
    def loss(x, w):
        h = x
        for i in range(3):
            h = np.tanh(h * w) + h[0]
            if i == 1:
                h = h * h
        return np.sum(h)

    def slope(w, h=1e-3):
        return differences(lambda v: loss(v, w), x, h)

    return slope(w), differences(lambda v: np.sum(slope(v) ** 2), w, 1e-3)


def second_through_branch(a, b):
    if a > 1:
        y = np.sin(a) * b**2
    else:
        y = a**3 * b
    d = dlgradient(y, a, EnableHigherDerivatives=True)
    return dlgradient(d * d, b)


def second_through_branch_expected(a, b):
    if a > 1:
        return 4 * np.cos(a) ** 2 * b**3
    return 18 * a**4 * b


def physics_informed(p, xs):
    def u(t):
        return np.sum(p["v"] * np.tanh(p["w"] * t + p["b"]))

    loss = 0.0
    for t in xs:
        y = u(t)
        dy = dlgradient(y, t, EnableHigherDerivatives=True)
        d2y = dlgradient(dy, t, EnableHigherDerivatives=True)
        loss = loss + (d2y + y) ** 2 + dy**2
    return loss, dlgradient(loss, p)


def physics_informed_expected(p, xs):
    def loss(p):
        total = 0.0
        for t in xs:
            h = np.tanh(p["w"] * t + p["b"])
            s = 1 - h**2
            y, dy = np.sum(p["v"] * h), np.sum(p["v"] * p["w"] * s)
            total += (np.sum(-2 * p["v"] * p["w"] ** 2 * h * s) + y) ** 2 + dy**2
        return total

    return loss(p), {k: differences(lambda v, k=k: loss({**p, k: v}), p[k]) for k in p}


def constant_gradient(x):
    y = np.sum(x**3)
    g = dlgradient(y, x)
    return dlgradient(np.sum(g * x), x)


def constant_gradient_expected(x):
    return 3 * x**2


def inner_descent(w, x):
    z = x
    for _ in range(2):
        inner = np.sum((z * w - 1) ** 2)
        z = z - 0.05 * dlgradient(inner, z, EnableHigherDerivatives=True)
    outer = np.sum(z**2)
    return dlgradient(outer, w)


def inner_descent_expected(w, x):
    def outer(w):
        z = x
        for _ in range(2):
            z = z - 0.05 * 2 * (z * w - 1) * w
        return np.sum(z**2)

    return differences(outer, w)


def gradients_in_comprehension(x, w):
    return [dlgradient(np.sum((x * k) ** 2 * w), w) for k in (1.0, 2.0)]


def gradients_in_comprehension_expected(x, w):
    return [x**2, 4 * x**2]


def newton_step(a):
    for _ in range(3):
        y = np.exp(a) - 3
        slope = dlgradient(y, a)
        a = a - y / slope
    return a


def newton_step_expected(a):
    for _ in range(3):
        a = a - (np.exp(a) - 3) / np.exp(a)
    return a


def hessian_by_rows(x):
    y = np.sum(x**3) * x[0]
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    rows = []
    for i in range(len(x)):
        rows.append(dlgradient(g[i], x))
    return np.stack(rows)


def hessian_by_rows_expected(x):
    g = lambda v: 3 * v**2 * v[0] + np.sum(v**3) * (np.arange(len(v)) == 0)  # noqa: E731
    return np.stack([differences(lambda v, i=i: g(v)[i], x) for i in range(len(x))])


def two_in_one_statement(x):
    a, b = np.sum(np.sin(x) * x), np.sum(x**3 * np.exp(x))
    return dlgradient(a, x), dlgradient(b, x), [dlgradient(a * b, x), 2 * dlgradient(a - b, x)]


def two_in_one_statement_expected(x):
    a, b = np.sum(np.sin(x) * x), np.sum(x**3 * np.exp(x))
    da, db = np.sin(x) + x * np.cos(x), (3 * x**2 + x**3) * np.exp(x)
    return da, db, [da * b + a * db, 2 * (da - db)]


def through_a_loop(x, w):
    h = x
    for _ in range(3):
        h = np.tanh(h * w) + h
    return h


def second_through_helper_with_loop(x, w):
    g = dlgradient(np.sum(through_a_loop(x, w) ** 2), x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(np.sin(g)), w)


def second_through_helper_with_loop_expected(x, w):
    def slope(w):
        return differences(lambda v: np.sum(through_a_loop(v, w) ** 2), x, 1e-3)

    return differences(lambda v: np.sum(np.sin(slope(v))), w, 1e-3)


def rows_of_one_branch(x, w, a):
    v = functools.partial(lambda t, u: u * t + t, u=np.arctan(a))(np.ones(2))
    if v[0] > 1.0:
        rows = np.array([np.sin(t) * v[0] for t in (lambda t, u=x: t * u + t)(w)])
        return np.dot(rows, np.cos(x))
    return np.sum(x**3) * v[0]


def second_of_rows(x, w, a):
    g = dlgradient(rows_of_one_branch(x, w, a), x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g * w), x)


def second_of_rows_expected(x, w, a):
    def slope(u):
        return np.sum(differences(lambda z: rows_of_one_branch(z, w, a), u, 1e-3) * w)

    return differences(slope, x, 1e-3)


def parameters(rng, n):
    return {k: rng.normal(size=n) for k in "wbv"}, rng.normal(size=3)


def matrix_and_vector(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


def vectors_and_number(rng, n):
    return *vectors(2)(rng, n), rng.normal()


MODELS = [
    Model(descent, vectors(2), descent_expected),
    Model(second_derivative, vectors(1), second_derivative_expected),
    Model(third_derivative, numbers(1), third_derivative_expected),
    Model(gradient_penalty, matrix_and_vector, gradient_penalty_expected),
    Model(hessian_vector, vectors(2), hessian_vector_expected),
    Model(second_through_loop, vectors(2), second_through_loop_expected, rtol=1e-5),
    Model(second_through_branch, numbers(2), second_through_branch_expected),
    Model(physics_informed, parameters, physics_informed_expected),
    Model(constant_gradient, vectors(1), constant_gradient_expected),
    Model(inner_descent, vectors(2), inner_descent_expected),
    Model(newton_step, numbers(1), newton_step_expected),
    Model(hessian_by_rows, vectors(1), hessian_by_rows_expected),
    Model(two_in_one_statement, vectors(1), two_in_one_statement_expected),
    Model(second_of_rows, vectors_and_number, second_of_rows_expected, rtol=1e-5),
    Model(second_through_helper_with_loop, vectors(2), second_through_helper_with_loop_expected, rtol=1e-5),
    Model(gradients_in_comprehension, vectors(2), gradients_in_comprehension_expected),
]
