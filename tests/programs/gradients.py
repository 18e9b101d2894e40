"""Models that call dlgradient: several times, in branches and loops, of slices and intermediates."""

import numpy as np
from dlgrad import dlgradient, stop_gradient

from . import Model, differences, vectors


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


def helper_takes_gradient(x, w):
    def slope(f, z):
        y = f(z)
        return dlgradient(y, z)

    return slope(lambda z: np.sum(z**3), x) + slope(lambda z: np.sum(np.sin(z) * w), x)


def helper_takes_gradient_expected(x, w):
    return 3 * x**2 + np.cos(x) * w


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


def early_return_of_gradient(x):
    y = np.sum(x**2)
    if y > 3:
        return dlgradient(y, x)
    z = y * x[0]
    return dlgradient(z, x)


def early_return_of_gradient_expected(x):
    y = np.sum(x**2)
    return 2 * x if y > 3 else differences(lambda v: np.sum(v**2) * v[0], x)


def nested(rng, n):
    return ({"a": rng.normal(size=n), "layers": [rng.normal(size=n), rng.normal(size=n)], "scale": 0.7},)


def two_in_a_statement(x):
    h = np.sin(x)
    a, b = dlgradient(np.sum(h), x), dlgradient(np.sum(h * h), x)
    return a, b, dlgradient(np.sum(h), h), dlgradient(np.sum(h * h), h)


def two_in_a_statement_expected(x):
    return np.cos(x), 2 * np.sin(x) * np.cos(x), np.ones_like(x), 2 * np.sin(x)


MODELS = [
    Model(two_in_a_statement, vectors(1), two_in_a_statement_expected),
    Model(loss_and_gradients, vectors(2), loss_and_gradients_expected),
    Model(two_losses, vectors(2), two_losses_expected),
    Model(intermediate, vectors(2), intermediate_expected),
    Model(of_slice, vectors(2), of_slice_expected),
    Model(of_element_in_loop, vectors(2), of_element_in_loop_expected),
    Model(in_branch, vectors(2), in_branch_expected),
    Model(after_branch, vectors(2), after_branch_expected),
    Model(through_loop, vectors(2), through_loop_expected),
    Model(helper_takes_gradient, vectors(2), helper_takes_gradient_expected),
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
    Model(early_return_of_gradient, vectors(1), early_return_of_gradient_expected),
]
