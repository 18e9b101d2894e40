"""Functions whose intermediate values are computed again for the gradient."""

import dlgrad as dl
import numpy as np

from . import Model, Program, differences, numbers, vectors

SHIFT = np.array([0.1, -0.2, 0.3])


@dl.checkpoint
def block(x, W, scale=1.0):
    """Three layers."""
    h = np.tanh(x @ W)
    g = np.sin(h) * h
    return scale * (g @ W)


@dl.checkpoint
def both(params, x):
    """Takes and gives containers."""
    h = np.tanh(params["W"] @ x + params["b"])
    return {"h": h * h, "parts": (np.sum(h), h[0])}


@dl.checkpoint
def walk(x, n):
    """A loop with a branch."""
    total = 0.0
    for k in range(n):
        x = np.sin(x) * (k + 1.0)
        if np.sum(x) > 0:
            total = total + np.sum(x)
        else:
            x = x * x
    return total


@dl.checkpoint
def shifted(x):
    """Reads a global array, stores into an array of its own."""
    y = np.exp(0.1 * x)
    y[:3] = y[:3] * SHIFT
    return y * x


@dl.checkpoint
def power(x, n):
    """Recursive."""
    return x if n == 0 else np.sin(x) * power(x, n - 1)


@dl.checkpoint
def applied(f, x):
    """A function as an argument."""
    return f(x * x) * x


@dl.checkpoint
def number(a, b):
    """Python floats."""
    return a * b + b / a


@dl.checkpoint
def outer(x):
    """A checkpoint in a checkpoint."""
    return np.sum(shifted(x) * shifted(np.sin(x)))


def stacked(x, W):
    for _ in range(3):
        x = block(x, W)
    return np.sum(x)


def keywords(x, W):
    return np.sum(block(W=W, x=x, scale=0.5) ** 2)


def containers(W, x):
    out = both({"W": W, "b": x}, np.sin(x))
    total, first = out["parts"]
    return np.sum(out["h"]) * total + first


def one_part(W, x):
    return both({"W": W, "b": x}, x)["parts"][0]


def loops(x):
    return walk(x, 4) + walk(2.0 * x, 2)


def changed_arguments(x):
    h = np.cos(x)
    y = shifted(h)
    h[1] = 3.0
    y[0] = 0.0
    return np.sum(y * h) + np.sum(shifted(y))


def recursions(x):
    return np.sum(power(x, 3))


def functions(x):
    return np.sum(applied(np.tanh, x))


def floats(a, b):
    return number(number(a, b), a)


def nested(x):
    return outer(x) * 0.5


def local_function(x, W):
    def inner(h, k=2.0):
        a = np.sin(h @ W)
        return a * a * k

    h = dl.checkpoint(inner)(x)
    return np.sum(dl.checkpoint(inner)(h, k=0.5))


def local_lambda(x):
    c = np.sum(x)
    f = dl.checkpoint(lambda v: np.exp(0.1 * v) * c)
    return np.sum(f(x) * f(np.cos(x)))


def in_branches(x):
    total = 0.0
    for v in x:
        if v > 0:
            total = total + number(v, 2.0)
        else:
            total = total - v * v
    return total


def given_back(x):
    f = dl.checkpoint(lambda v: v)
    return np.sum(f(x) * x)


def step(h, k, W):
    """One turn."""
    return np.tanh(h @ W + 0.1 * k) + h


def pair_step(state, k, W):
    """One turn of a pair."""
    a, b = state
    return np.sin(a @ W) + b, 0.5 * (a - b)


def grow(x, k):
    """One turn on Python floats."""
    return x * 1.1 + 0.1 * k * x * x


def long_loop(x, W):
    return np.sum(dl.checkpoint_loop(step, x, 11, W))


def loops_of_any_length(x, W):
    total = 0.0
    for n in (0, 1, 2, 9):
        total = total + np.sum(dl.checkpoint_loop(step, x, n, W) * x)
    return total


def loop_of_pairs(x, W):
    a, b = dl.checkpoint_loop(pair_step, (x, 2.0 * x), 7, W)
    return np.sum(a * b)


def loop_of_floats(a, b):
    return dl.checkpoint_loop(grow, a * b, 5) * b


W_AND_X = (lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=n)))
X_AND_W = (lambda rng, n: (rng.normal(size=(2, n)), rng.normal(size=(n, n))))
PROGRAMS = [
    Program(stacked, X_AND_W, (0, 1)),
    Program(keywords, X_AND_W, (0, 1)),
    Program(containers, W_AND_X, (0, 1)),
    Program(one_part, W_AND_X, (0, 1)),
    Program(loops, vectors(1)),
    Program(changed_arguments, vectors(1)),
    Program(recursions, vectors(1)),
    Program(functions, vectors(1)),
    Program(floats, numbers(2), (0, 1)),
    Program(nested, vectors(1)),
    Program(local_function, X_AND_W, (0, 1)),
    Program(local_lambda, vectors(1)),
    Program(in_branches, vectors(1)),
    Program(given_back, vectors(1)),
    Program(long_loop, X_AND_W, (0, 1)),
    Program(loops_of_any_length, X_AND_W, (0, 1)),
    Program(loop_of_pairs, X_AND_W, (0, 1)),
    Program(loop_of_floats, numbers(2), (0, 1)),
]


def second_order(x, W):
    dW = dl.dlgradient(np.sum(block(x, W) ** 2), W, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dW * dW), x)


def second_order_expected(x, W):
    def penalty(x):
        h = np.tanh(x @ W)
        g = np.sin(h) * h
        dy = 2.0 * (g @ W)
        da = dy @ W.T * (np.sin(h) + np.cos(h) * h) * (1 - h * h)
        return np.sum((g.T @ dy + x.T @ da) ** 2)

    return differences(penalty, x)


MODELS = [Model(second_order, X_AND_W, second_order_expected)]


@dl.checkpoint
def noisy(x):
    """Draws."""
    return x * np.random.rand()


@dl.checkpoint
def chatty(x):
    """Prints."""
    print("again")
    return np.sin(x)


@dl.checkpoint
def greedy(x):
    """Changes its argument."""
    x *= 2.0
    return np.sin(x)


@dl.checkpoint
def leaky(x):
    """Changes what lives outside."""
    SHIFT[0] = 2.0
    return np.sin(x)


@dl.checkpoint
def unknown(x, rng):
    """Draws from a generator."""
    return np.sin(x) * rng.normal()


def draws(x):
    return np.sum(noisy(x))


def prints(x):
    return np.sum(chatty(x))


def stores(x):
    y = x * 1.0
    return np.sum(greedy(y))


def stores_outside(x):
    return np.sum(leaky(x))


def draws_from_a_generator(x):
    return np.sum(unknown(x, np.random.default_rng(1)))


REFUSED = [
    Program(draws, vectors(1), refused="draws random numbers"),
    Program(prints, vectors(1), refused="does what is not looked into"),
    Program(stores, vectors(1), refused="changes an argument in place"),
    Program(stores_outside, vectors(1), refused="changes an array that lives outside"),
    Program(draws_from_a_generator, vectors(1), refused="checkpoint of unknown"),
]
