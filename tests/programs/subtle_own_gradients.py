"""Aliases, stores and odd shapes around functions with gradients of their own: right or refused, never wrong."""

import dlgrad as dl
import numpy as np

from . import Program, subtleties, vectors


@dl.custom_gradient
def identity(x):
    """Gives back what it was given."""
    return x


@identity.backward
def identity_backward(dy, y, x):
    """The same."""
    return dy


@dl.custom_gradient
def first_rows(x):
    """A view."""
    return x[:2]


@first_rows.backward
def first_rows_backward(dy, y, x):
    """A new array."""
    dx = np.zeros_like(x)
    dx[:2] = dy
    return dx


@dl.custom_gradient
def pair(x):
    """The same array twice."""
    return x, x


@pair.backward
def pair_backward(dy, y, x):
    """Both."""
    return dy[0] + dy[1]


@dl.custom_gradient
def scaled(x, c):
    """A number and an array."""
    return x * c


@scaled.backward
def scaled_backward(dy, y, x, c):
    """The second is a sum."""
    return dy * c, np.sum(dy * x)


@dl.checkpoint
def view(x):
    """A view."""
    return x[::-1]


@dl.checkpoint
def same(x):
    """The argument itself."""
    return x


def subtle_store_into_what_was_given_back(x):
    h = np.sin(x)
    y = identity(h)
    y[0] = 3.0
    return np.sum(h * h) + np.sum(y)


def subtle_store_into_the_argument_later(x):
    h = np.sin(x)
    y = identity(h)
    h[0] = 3.0
    return np.sum(y * y)


def subtle_store_into_a_view(x):
    h = np.sin(x)
    y = first_rows(h)
    y[0] = 2.0
    return np.sum(h * h) + np.sum(y * y)


def subtle_store_below_a_view(x):
    h = np.sin(x)
    y = first_rows(h)
    h[1] = 2.0
    return np.sum(y * y)


def subtle_the_same_twice(x):
    a, b = pair(np.cos(x))
    return np.sum(a * b * x)


def subtle_the_same_twice_and_a_store(x):
    a, b = pair(np.cos(x))
    a[0] = 5.0
    return np.sum(b * x)


def subtle_view_of_a_checkpoint(x):
    h = np.sin(x)
    y = view(h)
    y[0] = 2.0
    return np.sum(h * x)


def subtle_result_of_a_checkpoint_is_the_argument(x):
    h = np.sin(x)
    y = same(h)
    y *= 2.0
    return np.sum(h * y)


def subtle_buffers(x):
    a, b = np.sin(x), np.cos(x)
    for _ in range(3):
        b[:] = identity(a) * 0.5
        a, b = b, a
    return np.sum(a * x) + np.sum(b)


def subtle_augmented_result(x):
    y = scaled(x, np.sum(x))
    y += x
    y *= scaled(y, 2.0)
    return np.sum(y)


def subtle_number_from_an_array(x):
    return np.sum(scaled(x, x[0])) + scaled(x[1], x[2])


def block_and_store(x):
    h = np.sin(x)
    with dl.gradient_of(h) as dh:
        dh = dh * 1.0
    h[0] = 2.0
    return np.sum(h * h)


def block_and_view(x):
    h = np.sin(x)
    part = h[1:]
    with dl.gradient_of(h) as dh:
        dh = dh * 1.0
    part[0] = 2.0
    return np.sum(h * h) + np.sum(part)


def block_in_a_loop_with_a_store(x):
    h = np.sin(x)
    for k in range(3):
        with dl.gradient_of(h) as dh:
            dh = dh + 0.0
        h[k % len(h)] = h[0] * x[1]
        h = h * 1.5
    return np.sum(h)


def block_on_an_alias(x):
    h = np.sin(x)
    alias = h
    with dl.gradient_of(alias) as da:
        da = 1.0 * da
    alias *= 2.0
    return np.sum(h * alias)


def block_on_an_entry(x):
    p = {"a": np.sin(x), "b": x}
    with dl.gradient_of(p["a"]) as da:
        da = da * 1.0
    p["a"] = p["a"] * p["b"]
    return np.sum(p["a"])


def block_then_branch(x):
    h = np.sin(x)
    with dl.gradient_of(h) as dh:
        dh = dh * 1.0
    if np.sum(x) > 0:
        h = h * 2.0
    else:
        h = h + x
    return np.sum(h * h)


def subtle_early_return(x):
    h = identity(np.sin(x))
    if h[0] > 0:
        return np.sum(scaled(h, 2.0))
    for v in h:
        if v > 0.5:
            return scaled(v, v)
        h = scaled(h, v)
    return np.sum(h)


def subtle_break_with_a_checkpoint(x):
    h = x
    for k in range(5):
        h = view(np.sin(h) * 1.3)
        if np.sum(h) > 1.0:
            break
        h = same(h) + 0.1 * k
    return np.sum(h * x)


def subtle_captured_and_rebound(x):
    c = np.sum(x)
    f = dl.checkpoint(lambda v: v * c)
    y = f(x)
    c = 2.0 * c
    return np.sum(y * f(x))


def subtle_one_element(x):
    return scaled(x[:1], x[1])[0] + np.sum(identity(x[:1]) * x[:1])


EITHER = [Program(fun, vectors(1)) for fun in subtleties(globals())]
EITHER += [Program(fun, lambda rng, n: (rng.normal(size=(n, 3)),)) for fun in (
    subtle_store_into_what_was_given_back, subtle_store_into_a_view, subtle_the_same_twice, subtle_buffers,
    subtle_view_of_a_checkpoint)]  # fmt: skip
BLOCKS = [f for name, f in globals().items() if name.startswith("block_")]
"""Whose blocks change nothing, so that differences are the oracle, of the function without them."""
