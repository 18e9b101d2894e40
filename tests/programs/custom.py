"""Functions with a backward function of the user's: true gradients, so that differences are the oracle."""

import dlgrad as dl
import numpy as np

from . import Model, Program, differences, numbers, vectors

TABLE = np.array([0.5, -1.0, 2.0])


@dl.custom_gradient
def softplus(x):
    """A stable softplus."""
    return np.logaddexp(0.0, x)


@softplus.backward
def softplus_backward(dy, y, x):
    """By the result."""
    return dy * (1.0 - np.exp(-y))


def affine_backward(dy, y, W, x, b):
    """One gradient for each argument."""
    return np.outer(dy, x), W.T @ dy, dy


@dl.custom_gradient(backward=affine_backward)
def affine(W, x, b=0.0):
    """Three arguments, one with a default."""
    return W @ x + b


@dl.custom_gradient
def split(x):
    """Two results."""
    return np.sin(x), x * x


@split.backward
def split_backward(dy, y, x):
    """The cotangents of both."""
    ds, dq = dy
    return ds * np.cos(x) + 2.0 * dq * x


@dl.custom_gradient
def dense(params, x):
    """A container of parameters."""
    return {"h": np.tanh(params["W"] @ x + params["b"]), "norm": np.sum(x * x)}


@dense.backward
def dense_backward(dy, y, params, x):
    """The same container of gradients."""
    da = dy["h"] * (1 - y["h"] ** 2)
    return {"W": np.outer(da, x), "b": da}, params["W"].T @ da + 2 * dy["norm"] * x


@dl.custom_gradient
def careful(x):
    """What cannot be looked into."""
    try:
        return np.exp(x)
    except FloatingPointError:
        return x


@careful.backward
def careful_backward(dy, y, x):
    """What can."""
    return dy * y


@dl.custom_gradient
def blackbox(x):
    """What can be looked into."""
    return x**3


@blackbox.backward
def blackbox_backward(dy, y, x):
    """What cannot: a store, a try."""
    out = np.empty_like(x)
    try:
        for i in range(len(x)):
            out[i] = 3 * x[i] ** 2 * dy[i]
    except IndexError:
        return out
    return out


@dl.custom_gradient
def number(a, b):
    """Python floats."""
    return a * a * b


@number.backward
def number_backward(dy, y, a, b):
    """Python floats."""
    return 2.0 * a * b * dy, a * a * dy


@dl.custom_gradient
def filled(x):
    """Its backward changes arrays of its own."""
    return np.maximum(x, 0.0) ** 2


@filled.backward
def filled_backward(dy, y, x):
    """Stores into a new array."""
    dx = np.zeros_like(x)
    dx[x > 0] = 2.0 * (dy * x)[x > 0]
    return dx


@dl.custom_gradient
def weighted(x):
    """Reads a global array."""
    return np.sum(x[:3] * TABLE) + 0.0 * np.sum(x)


@weighted.backward
def weighted_backward(dy, y, x):
    """Reads it, too."""
    out = np.zeros(x.shape)
    out[:3] = TABLE * dy
    return out


def made(power):
    """A function with a gradient that is made by another."""

    @dl.custom_gradient
    def raised(x):
        return x**power

    @raised.backward
    def raised_backward(dy, y, x):
        return dy * power * x ** (power - 1)

    return raised


cube = made(3)
square = made(2)


@dl.custom_gradient
def joined(*parts, scale=1.0):
    """Any number of arguments."""
    return scale * sum(np.sum(p * p) for p in parts)


@joined.backward
def joined_backward(dy, y, *parts, scale):
    """As many gradients."""
    return tuple(2.0 * scale * dy * p for p in parts)


@dl.custom_gradient
def first_only(a, b):
    """A result that one argument does not reach."""
    return np.sin(a) + 0.0 * np.round(b)


@first_only.backward
def first_only_backward(dy, y, a, b):
    """None is zero."""
    return dy * np.cos(a), None


def once(x):
    return np.sum(softplus(x) * x)


def chained(W, x):
    h = softplus(affine(W, x, b=x))
    return np.sum(affine(W, h) ** 2)


def both_results(x):
    s, q = split(x)
    return np.sum(s * q)


def one_result(x):
    s, _ = split(x)
    return np.sum(s)


def container(W, x):
    out = dense({"W": W, "b": x}, x)
    return np.sum(out["h"]) * out["norm"]


def container_in_part(W, x):
    out = dense({"W": W, "b": x}, x)
    return np.sum(out["h"] ** 2)


def unknown_forward(x):
    return np.sum(careful(x) * x)


def unknown_backward(x):
    return np.sum(blackbox(x) * np.sin(x))


def on_numbers(a, b):
    return number(number(a, b), b) + a


def in_a_loop(W, x):
    h = x
    for k in range(4):
        h = softplus(affine(W, h, 0.1 * k))
    return np.sum(h)


def in_a_branch(x):
    total = 0.0
    for v in x:
        if v > 0:
            total = total + np.sum(split(v)[0])
        else:
            total = total + number(v, 2.0)
    return total


def helper(W, x):
    return softplus(W @ x) + split(x)[1]


def in_a_helper(W, x):
    return np.sum(helper(W, helper(W, x)))


def stores_within(x):
    return np.sum(filled(x) * x)


def changed_after(x):
    h = x.copy()
    y = softplus(h)
    h[0] = 7.0
    z = y.copy()
    y[1] = 2.0
    return np.sum(y * x) + np.sum(z) + np.sum(h)


def with_a_global(x):
    return weighted(x) * np.sum(x)


def from_a_factory(x):
    return np.sum(cube(x) + square(x) * x)


def of_many(a, b, c):
    return joined(a, b, np.sin(c)) + joined(a, a, scale=2.0)


def with_none(a, b):
    return np.sum(first_only(a, b) * b)


def in_a_comprehension(x):
    return sum(np.sum(softplus(v * x)) for v in (1.0, 2.0))


def the_same_twice(x):
    return np.sum(affine(np.outer(x, x), x, x))


def recursive(x, n):
    return np.sum(x) if n == 0 else recursive(softplus(x), n - 1)


def three_deep(x):
    return recursive(x, 3)


def single(x):
    y = softplus(x)
    return np.sum(y * y)


@dl.custom_gradient
def added(a, b):
    """Both gradients are one array."""
    return a + b


@added.backward
def added_backward(dy, y, a, b):
    """The same object twice."""
    d = dy * 1.0
    return d, d


@dl.custom_gradient
def both(p):
    """A container whose gradient holds one array twice."""
    return p[0] + p[1]


@both.backward
def both_backward(dy, y, p):
    """The same object twice, in a list."""
    d = dy * 1.0
    return [d, d]


def one_array_for_both(a, b):
    return np.sum(added(a, b) * a * both([a, b]))


PROGRAMS = [
    Program(one_array_for_both, vectors(2)),
    Program(once, vectors(1)),
    Program(chained, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)), (0, 1)),
    Program(both_results, vectors(1)),
    Program(one_result, vectors(1)),
    Program(container, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)), (0, 1)),
    Program(container_in_part, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)), (0, 1)),
    Program(unknown_forward, vectors(1)),
    Program(unknown_backward, vectors(1)),
    Program(on_numbers, numbers(2), (0, 1)),
    Program(in_a_loop, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)), (0, 1)),
    Program(in_a_branch, vectors(1)),
    Program(in_a_helper, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)), (0, 1)),
    Program(stores_within, vectors(1)),
    Program(changed_after, vectors(1)),
    Program(with_a_global, vectors(1)),
    Program(from_a_factory, vectors(1)),
    Program(of_many, vectors(3), (0, 1, 2)),
    Program(with_none, vectors(2), (0,)),
    Program(in_a_comprehension, vectors(1)),
    Program(the_same_twice, vectors(1)),
    Program(three_deep, vectors(1)),
    Program(single, lambda rng, n: (rng.normal(size=1),)),
    Program(single, lambda rng, n: (rng.normal(size=()),)),
    Program(single, lambda rng, n: (rng.normal(size=(1, n)).astype(np.float32),), h=2e-2, rtol=1e-2),
    Program(single, lambda rng, n: (rng.normal(size=(0, n)),)),
    Program(single, lambda rng, n: (np.float64(rng.normal()),)),
    Program(single, lambda rng, n: (float(rng.normal()),)),
]


# Straight-through and reversed gradients: what they must be is said in another way.


@dl.custom_gradient
def rounded(x):
    """The gradient passes straight through."""
    return np.round(x)


@rounded.backward
def rounded_backward(dy, y, x):
    """As it comes."""
    return dy


@dl.custom_gradient
def reversed_gradient(x):
    """The identity with the gradient of its negative."""
    return x


@reversed_gradient.backward
def reversed_gradient_backward(dy, y, x):
    """The other way."""
    return -dy


@dl.custom_gradient
def doubled(params):
    """A container whose gradient is passed on as it is."""
    return {"a": 2.0 * params["a"], "b": (np.round(params["b"][0]), 1)}


@doubled.backward
def doubled_backward(dy, y, params):
    """Of the structure of the argument, apart from an integer."""
    return {"a": dy["a"], "b": dy["b"]}


@dl.custom_gradient
def unchanged(params):
    """Returns a container of its own."""
    return {"a": params["a"], "b": params["b"]}


@unchanged.backward
def unchanged_backward(dy, y, params):
    """Gives back what it is given."""
    return dy


def containers_passed_on(x):
    p = unchanged({"a": x, "b": np.sin(x)})
    q = doubled({"a": p["a"], "b": (p["b"], 3)})
    return dl.dlgradient(np.sum(q["a"] * q["b"][0]), x)


def containers_passed_on_expected(x):
    return np.round(np.sin(x)) + 2 * x * np.cos(x)


def straight_through(x):
    loss = np.sum(rounded(3.0 * x) * x)
    return dl.dlgradient(loss, x)


def reversal(x):
    loss = np.sum(reversed_gradient(x) * np.sin(x))
    return dl.dlgradient(loss, x)


def second_order(x):
    dx = dl.dlgradient(np.sum(softplus(x) * x), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx * dx), x)


def second_order_expected(x):
    def penalty(x):
        s = 1 / (1 + np.exp(-x))
        return np.sum((s * x + np.logaddexp(0, x)) ** 2)

    return differences(penalty, x)


def third_order(x):
    dx = dl.dlgradient(np.sum(cube(x) * softplus(x)), x, EnableHigherDerivatives=True)
    ddx = dl.dlgradient(np.sum(dx), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(ddx * ddx), x)


def third_order_expected(x):
    def penalty(x):
        s = 1 / (1 + np.exp(-x))
        y = np.logaddexp(0, x)
        return np.sum((6 * x * y + 6 * x**2 * s + x**3 * s * (1 - s)) ** 2)

    return differences(penalty, x)


def in_a_loop_twice(W, x):
    h = x
    for _ in range(3):
        h = softplus(W @ h)
    dW = dl.dlgradient(np.sum(h), W, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dW * dW), x)


def in_a_loop_twice_expected(W, x):
    def penalty(x):
        saved, h = [], x
        for _ in range(3):
            saved.append(h)
            h = np.logaddexp(0, W @ h)
            saved.append(h)
        dh, dW = np.ones_like(h), 0.0
        for k in (2, 1, 0):
            da = dh * (1 - np.exp(-saved[2 * k + 1]))
            dW, dh = dW + np.outer(da, saved[2 * k]), W.T @ da
        return np.sum(dW**2)

    return differences(penalty, x)


def gradient_in_a_helper(x):
    return inner_gradient(x) * 2.0


def inner_gradient(x):
    return dl.dlgradient(np.sum(rounded(x) ** 2), x)


MODELS = [
    Model(straight_through, vectors(1), lambda x: 3.0 * x + np.round(3.0 * x)),
    Model(containers_passed_on, vectors(1), containers_passed_on_expected),
    Model(reversal, vectors(1), lambda x: -np.sin(x) + x * np.cos(x)),
    Model(second_order, vectors(1), second_order_expected),
    Model(third_order, lambda rng, n: (rng.uniform(0.5, 1.5, n),), third_order_expected),
    Model(in_a_loop_twice, lambda rng, n: (rng.normal(size=(n, n)) / n, rng.normal(size=n)), in_a_loop_twice_expected),
    Model(gradient_in_a_helper, vectors(1), lambda x: 4.0 * np.round(x)),
]


# Refused.


@dl.custom_gradient
def greedy(x):
    """Changes its argument."""
    x *= 2.0
    return x


@greedy.backward
def greedy_backward(dy, y, x):
    """Right if the argument had not been changed."""
    return 2.0 * dy


@dl.custom_gradient
def spoiling(x):
    """Its backward changes its argument."""
    return np.maximum(x, 0.0)


@spoiling.backward
def spoiling_backward(dy, y, x):
    """Stores into the cotangent."""
    dy[x < 0] = 0.0
    return dy


@dl.custom_gradient
def forgotten(x):
    """Without a backward function."""
    return x


@dl.custom_gradient
def miscounted(a, b):
    """One gradient for two arguments."""
    return a * b


@miscounted.backward
def miscounted_backward(dy, y, a, b):
    """One is missing."""
    return (dy * b,)


def changes_its_argument(x):
    y = x * 1.0
    return np.sum(greedy(y))


def changes_its_cotangent(x):
    return np.sum(spoiling(x) ** 2)


def without_backward(x):
    return np.sum(forgotten(x))


def miscounts(x):
    return np.sum(miscounted(x, x))


def twice_through_the_unknown(x):
    dx = dl.dlgradient(np.sum(blackbox(x)), x, EnableHigherDerivatives=True)
    return np.sum(dx * dx)


REFUSED = [
    Program(changes_its_argument, vectors(1), refused="changes an argument in place"),
    Program(changes_its_cotangent, vectors(1), refused="changes an argument in place"),
    Program(without_backward, vectors(1), refused="has no backward function"),
    Program(miscounts, vectors(1), refused="returns 1 gradients for 2 arguments"),
    Program(twice_through_the_unknown, vectors(1), refused="cannot differentiate this"),
]

