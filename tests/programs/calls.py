"""Calls to the user's own functions: keywords, defaults, stars, recursion, closures, lambdas."""

import functools
import math

import numpy as np

from . import Program, numbers, vectors

RATE = 0.3
TABLE = np.array([0.5, -1.0, 2.0])


def scaled(x, scale=2.0, *, shift=0.0):
    """A helper with a default and a keyword-only parameter."""
    return x * scale + shift


def power(x, n):
    """x ** n, by recursion."""
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def fibonacci(a, b, n):
    """The n-th of a sequence that starts with a, b."""
    return a if n == 0 else fibonacci(b, np.sin(a) + b, n - 1)


def is_even(x, n):
    """Mutual recursion."""
    return x if n == 0 else is_odd(x * x, n - 1)


def is_odd(x, n):
    """Mutual recursion."""
    return -x if n == 0 else is_even(np.cos(x), n - 1)


def total(*parts, weight=1.0, **named):
    """Star parameters."""
    s = 0.0
    for p in parts:
        s = s + np.sum(p * p)
    for name in named:
        s = s * np.sum(named[name])
    return s * weight


def halves(values):
    """Sum by divide and conquer."""
    if len(values) == 1:
        return values[0] ** 2
    middle = len(values) // 2
    return halves(values[:middle]) + np.sin(halves(values[middle:]))


def activation(name):
    """A function that returns a function."""
    if name == "tanh":
        return np.tanh
    return lambda z: z / (1 + np.abs(z))


def keywords_and_defaults(x, w):
    a = scaled(x)
    b = scaled(x=w, scale=3.0)
    c = scaled(x * w, shift=np.sum(x), scale=w[0])
    return np.sum(a * b) + np.sum(c)


def star_arguments(x, w):
    pair = (x, 0.5)
    options = {"shift": w[0], "scale": w[1]}
    return np.sum(scaled(*pair) * scaled(w, **options))


def star_parameters(x, w):
    return total(x, w, x * w) + total(x, weight=w[0]) * total(x, w, bias=w, scale=x)


def recursion(x, w):
    return power(x[0], 3) + power(w[1] * x[1], 2)


def recursion_of_pairs(a, b):
    return fibonacci(a, b, 5)


def mutual_recursion(x):
    return is_even(x[0], 3) + np.sum(is_odd(x, 2))


def divide_and_conquer(x):
    return halves(x)


def local_functions(x, w):
    def layer(z, gain=1.0):
        return np.tanh(z * w) * gain

    def twice(f, z):
        return f(f(z))

    return np.sum(twice(layer, x)) + np.sum(layer(x, gain=x[0]))


def lambdas(x, w):
    f = lambda t: t * w  # noqa: E731
    g = lambda t, k=2: np.sum(f(t) ** k)  # noqa: E731
    return g(x) + g(x, k=3) + (lambda u: u * u)(x[0])


def captured_loop_value(x, w):
    functions = []
    for k in range(3):
        functions.append(lambda z, k=k: z ** (k + 1))
    s = 0.0
    for f in functions:
        s = s + np.sum(f(x * w))
    return s


def captured_rebound_later(x, w):
    scale = 1.0

    def f(z):
        return z * scale * w

    a = f(x)
    scale = x[0]
    return np.sum(a) + np.sum(f(x))


def nonlocal_counter(x):
    s = 0.0

    def add(v):
        nonlocal s
        s = s + v * v

    for v in x:
        add(v)
    return s


def higher_order(x, w):
    def compose(f, g):
        return lambda z: f(g(z))

    h = compose(np.sin, lambda z: z * w)
    return np.sum(h(x)) + np.sum(compose(h, h)(x))


def returned_function(x, w):
    return np.sum(activation("tanh")(x * w)) + np.sum(activation("other")(w))


def partials(x, w):
    f = functools.partial(scaled, scale=w[0])
    g = functools.partial(f, shift=1.0)
    return np.sum(f(x) * g(w))


def reduced(x):
    s = functools.reduce(lambda a, b: a * 0.5 + b * b, x)
    return s * s


def mapped(x, w):
    values = list(map(lambda a, b: a * b, x, w))
    return sum(values) + max(values) * min(values)


def sorted_and_key(x, w):
    pairs = sorted(zip(x, w), key=lambda p: p[0])
    s = 0.0
    for k, (a, b) in enumerate(pairs):
        s = s + (k + 1) * a * b
    return s


def several_results(x, w):
    def step(state, u):
        position, velocity = state
        force = -position * w
        return (position + 0.1 * velocity, velocity + 0.1 * force), np.sum(u * position)

    state, s = (x, w), 0.0
    for _ in range(3):
        state, cost = step(state, w)
        s += cost
    return s + np.sum(state[0] * state[1])


def globals_read(x):
    return np.sum(x[:3] * TABLE) * RATE


def module_functions(a, b):
    return math.sin(a) * math.exp(-b) + math.sqrt(a * b) + math.atan2(a, b) + math.hypot(a, b)


def only_called_in_branch(x, w):
    def expensive(z):
        return np.exp(z)

    y = x * w
    if y[0] > 0:
        y = expensive(y)
    return np.sum(y)


def results_ignored(x, log=None):
    def note(z):
        entries.append(float(np.sum(z)))

    entries = []
    note(x)
    y = x * 2
    note(y)
    return np.sum(y * y)


def early_return_in_helper(x, w):
    def clipped(v, low, high):
        if v < low:
            return low
        if v > high:
            return high
        return v * v

    s = 0.0
    for v in x:
        s = s + clipped(v, w[0], w[0] + 1)
    return s


def documented(x, /, w, *, k=3):
    """Positional-only and keyword-only parameters; a docstring."""
    return np.sum(x * w) * k


PROGRAMS = [
    Program(nonlocal_counter, vectors(1)),
    Program(keywords_and_defaults, vectors(2), (0, 1)),
    Program(star_arguments, vectors(2), (0, 1)),
    Program(recursion, vectors(2), (0, 1)),
    Program(recursion_of_pairs, numbers(2), (0, 1)),
    Program(mutual_recursion, vectors(1)),
    Program(divide_and_conquer, vectors(1)),
    Program(local_functions, vectors(2), (0, 1)),
    Program(lambdas, vectors(2), (0, 1)),
    Program(captured_rebound_later, vectors(2), (0, 1)),
    Program(several_results, vectors(2), (0, 1)),
    Program(globals_read, vectors(1)),
    Program(module_functions, numbers(2), (0, 1)),
    Program(only_called_in_branch, vectors(2), (0, 1)),
    Program(results_ignored, vectors(1)),
    Program(early_return_in_helper, vectors(2), (0, 1)),
    Program(documented, vectors(2), (0, 1)),
    Program(higher_order, vectors(2), (0, 1)),
    Program(returned_function, vectors(2), (0, 1)),
    Program(partials, vectors(2), (0, 1)),
    Program(reduced, vectors(1)),
    Program(mapped, vectors(2), (0, 1)),
    Program(captured_loop_value, vectors(2), (0, 1)),
]

NOT_YET = [
    Program(star_parameters, vectors(2), (0, 1), refused="named[name]"),
    Program(sorted_and_key, vectors(2), (0, 1), refused="an entry of an unknown object"),
]
