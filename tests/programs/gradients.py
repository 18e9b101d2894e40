"""Models that call dlgradient: several times, in branches and loops, of slices, of intermediates, of gradients."""

import numpy as np
from dlgrad import dlgradient, stop_gradient

from . import Model, numbers, vectors


def differences(f, x, h=1e-4):
    """The gradient of f at an array or float, by central differences of the fourth order."""
    point = np.array(x, dtype=float)
    gradient = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[i] = h
        at = [float(f(point + k * step)) for k in (1, -1, 2, -2)]
        gradient[i] = (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h)
    return gradient


def loss_and_gradients(x, w):
    loss = np.sum(np.tanh(x * w) ** 2)
    dx, dw = dlgradient(loss, x, w)
    return loss, dx, dw


def loss_and_gradients_expected(x, w):
    loss = lambda x, w: np.sum(np.tanh(x * w) ** 2)  # noqa: E731
    return loss(x, w), differences(lambda v: loss(v, w), x), differences(lambda v: loss(x, v), w)


def two_losses(x, w):
    y = np.sin(x) * w
    first = np.sum(y)
    g1 = dlgradient(first, x)
    second = np.sum(y**2) * first
    g2 = dlgradient(second, w)
    return g1, g2


def two_losses_expected(x, w):
    return np.cos(x) * w, differences(lambda v: np.sum((np.sin(x) * v) ** 2) * np.sum(np.sin(x) * v), w)


def intermediate(x, w):
    h = x * w
    y = np.exp(h) + h**2
    return dlgradient(np.sum(y), h)


def intermediate_expected(x, w):
    return np.exp(x * w) + 2 * x * w


def of_slice(x, w):
    part = x[1:3]
    loss = np.sum(part**3) + np.sum(x * w)
    return dlgradient(loss, part)


def of_slice_expected(x, w):
    return 3 * x[1:3] ** 2


def of_element_in_loop(x, w):
    out = []
    for i in range(len(x)):
        v = x[i]
        y = v**2 * w[i] + np.sin(v)
        out.append(dlgradient(y, v))
    return np.array(out)


def of_element_in_loop_expected(x, w):
    return 2 * x * w + np.cos(x)


def in_branch(x, w):
    loss = np.sum(x * x * w)
    if np.sum(x) > 0:
        g = dlgradient(loss, x)
    else:
        loss = loss * 2
        g = dlgradient(loss, w)
    return loss, g


def in_branch_expected(x, w):
    if np.sum(x) > 0:
        return np.sum(x * x * w), 2 * x * w
    return 2 * np.sum(x * x * w), 2 * x * x


def after_branch(x, w):
    if np.sum(x) > 0:
        y = x**3
    else:
        y = np.cos(x) * w
    loss = np.sum(y * w)
    g = dlgradient(loss, w)
    return loss, g


def after_branch_expected(x, w):
    if np.sum(x) > 0:
        return np.sum(x**3 * w), x**3
    return np.sum(np.cos(x) * w * w), 2 * w * np.cos(x)


def through_loop(x, w):
    h = x
    for _ in range(3):
        h = np.tanh(h * w)
    return dlgradient(np.sum(h), w)


def through_loop_expected(x, w):
    def loss(v):
        h = x
        for _ in range(3):
            h = np.tanh(h * v)
        return np.sum(h)

    return differences(loss, w)


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


def helper_takes_gradient(x, w):
    def slope(f, z):
        y = f(z)
        return dlgradient(y, z)

    return slope(lambda z: np.sum(z**3), x) + slope(lambda z: np.sum(np.sin(z) * w), x)


def helper_takes_gradient_expected(x, w):
    return 3 * x**2 + np.cos(x) * w


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


def stopped(x, w):
    target = stop_gradient(np.tanh(x * w))
    return dlgradient(np.sum((x - target) ** 2), x)


def stopped_expected(x, w):
    return 2 * (x - np.tanh(x * w))


def container(p):
    loss = np.sum(p["a"] * p["layers"][0]) + np.sum(p["layers"][1] ** 2) * p["scale"]
    return dlgradient(loss, p)


def container_expected(p):
    return {"a": p["layers"][0], "layers": [p["a"], 2 * p["layers"][1] * p["scale"]],
            "scale": np.sum(p["layers"][1] ** 2)}  # fmt: skip


def container_entries(p, x):
    h = np.tanh(p["w"] @ x)
    loss = np.sum(h)
    dw, dx = dlgradient(loss, p["w"], x)
    return dw, dx


def container_entries_expected(p, x):
    return (differences(lambda w: np.sum(np.tanh(w @ x)), p["w"]),
            differences(lambda v: np.sum(np.tanh(p["w"] @ v)), x))  # fmt: skip


def rebound_variable(x):
    x = x * 2
    y = np.sum(x**2)
    return dlgradient(y, x)


def rebound_variable_expected(x):
    return 4 * x


def adversarial(g, d, z, data):
    fake = np.tanh(g @ z)
    score_fake = np.sum(d * fake)
    score_real = np.sum(d * data)
    loss_d = np.log(1 + np.exp(-score_real)) + np.log(1 + np.exp(score_fake))
    loss_g = np.log(1 + np.exp(-score_fake))
    dg = dlgradient(loss_g, g, RetainData=True)
    dd = dlgradient(loss_d, d)
    return loss_g, loss_d, dg, dd


def adversarial_expected(g, d, z, data):
    def loss_g(g):
        return np.log(1 + np.exp(-np.sum(d * np.tanh(g @ z))))

    def loss_d(d):
        return np.log(1 + np.exp(-np.sum(d * data))) + np.log(1 + np.exp(np.sum(d * np.tanh(g @ z))))

    return loss_g(g), loss_d(d), differences(loss_g, g), differences(loss_d, d)


def alias_as_variable(x, w):
    z = x
    y = np.sum(z * z * w)
    return dlgradient(y, z), dlgradient(y, x)


def alias_as_variable_expected(x, w):
    return 2 * x * w, 2 * x * w


def before_a_store(x, w):
    y = x * w
    loss = np.sum(y**2)
    y[0] = 5.0
    return dlgradient(loss, x), y


def before_a_store_expected(x, w):
    y = x * w
    y[0] = 5.0
    return 2 * x * w * w, y


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


def early_return_of_gradient(x):
    y = np.sum(x**2)
    if y > 3:
        return dlgradient(y, x)
    z = y * x[0]
    return dlgradient(z, x)


def early_return_of_gradient_expected(x):
    y = np.sum(x**2)
    return 2 * x if y > 3 else differences(lambda v: np.sum(v**2) * v[0], x)


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


def parameters(rng, n):
    return {k: rng.normal(size=n) for k in "wbv"}, rng.normal(size=3)


def nested(rng, n):
    return ({"a": rng.normal(size=n), "layers": [rng.normal(size=n), rng.normal(size=n)], "scale": 0.7},)


def matrix_and_vector(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


MODELS = [
    Model(loss_and_gradients, vectors(2), loss_and_gradients_expected),
    Model(two_losses, vectors(2), two_losses_expected),
    Model(intermediate, vectors(2), intermediate_expected),
    Model(of_slice, vectors(2), of_slice_expected),
    Model(of_element_in_loop, vectors(2), of_element_in_loop_expected),
    Model(in_branch, vectors(2), in_branch_expected),
    Model(after_branch, vectors(2), after_branch_expected),
    Model(through_loop, vectors(2), through_loop_expected),
    Model(descent, vectors(2), descent_expected),
    Model(helper_takes_gradient, vectors(2), helper_takes_gradient_expected),
    Model(second_derivative, vectors(1), second_derivative_expected),
    Model(third_derivative, numbers(1), third_derivative_expected),
    Model(gradient_penalty, matrix_and_vector, gradient_penalty_expected),
    Model(hessian_vector, vectors(2), hessian_vector_expected),
    Model(second_through_loop, vectors(2), second_through_loop_expected, rtol=1e-5),
    Model(second_through_branch, numbers(2), second_through_branch_expected),
    Model(physics_informed, parameters, physics_informed_expected),
    Model(constant_gradient, vectors(1), constant_gradient_expected),
    Model(stopped, vectors(2), stopped_expected),
    Model(container, nested, container_expected),
    Model(
        container_entries,
        lambda rng, n: ({"w": rng.normal(size=(n, n))}, rng.normal(size=n)),
        container_entries_expected,
    ),
    Model(rebound_variable, vectors(1), rebound_variable_expected),
    Model(
        adversarial,
        lambda rng, n: (rng.normal(size=(n, 2)), rng.normal(size=n), rng.normal(size=2), rng.normal(size=n)),
        adversarial_expected,
    ),
    Model(alias_as_variable, vectors(2), alias_as_variable_expected),
    Model(before_a_store, vectors(2), before_a_store_expected),
    Model(inner_descent, vectors(2), inner_descent_expected),
    Model(gradients_in_comprehension, vectors(2), gradients_in_comprehension_expected),
    Model(early_return_of_gradient, vectors(1), early_return_of_gradient_expected),
    Model(newton_step, numbers(1), newton_step_expected),
    Model(hessian_by_rows, vectors(1), hessian_by_rows_expected),
]
