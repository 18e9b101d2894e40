"""Methods, callable objects, decorators, properties: models as classes."""

import functools
from dataclasses import dataclass, field

import numpy as np

from . import Program, vectors


class Dense:
    """A layer that holds what is not differentiated."""

    def __init__(self, gain, activation=np.tanh):
        self.gain = gain
        self.activation = activation

    def __call__(self, w, x):
        return self.activation(w @ x) * self.gain

    def penalty(self, w):
        return 0.1 * self.norm(w)

    @staticmethod
    def norm(w):
        return np.sum(w**2)

    @property
    def doubled(self):
        return 2 * self.gain

    @classmethod
    def plain(cls):
        return cls(1.0)


class Residual(Dense):
    """A layer that adds its input."""

    def __call__(self, w, x):
        return x + super().__call__(w, x)


@dataclass
class Options:
    """How a model is built."""

    depth: int = 2
    scale: float = 0.5
    names: list = field(default_factory=lambda: ["a", "b"])


def logged(f):
    """A decorator that adds nothing."""

    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)

    return inner


@logged
def decorated_helper(x, k=2):
    """A decorated helper."""
    return x**k


LAYER = Dense(0.7)
RESIDUAL = Residual(0.4)


def callable_object(w, x):
    return np.sum(LAYER(w, x) ** 2) + LAYER.penalty(w)


def made_inside(w, x):
    layer = Dense(0.3, np.sin)
    return np.sum(layer(w, x)) * layer.doubled


def inherited(w, x):
    for _ in range(2):
        x = RESIDUAL(w, x)
    return np.sum(x)


def class_and_static_methods(w, x):
    return Dense.norm(w) + np.sum(Dense.plain()(w, x))


def object_parameter(w, x, layer):
    return np.sum(layer(w, x)) + layer.penalty(w)


def options_parameter(x, options):
    for _ in range(options.depth):
        x = np.tanh(x * options.scale)
    return np.sum(x) * len(options.names)


def bound_method(w, x):
    f = LAYER.penalty
    return f(w) * np.sum(x)


def calls_decorated(x):
    return np.sum(decorated_helper(x) + decorated_helper(x, k=3))


@logged
def decorated_model(x):
    """The model itself is decorated."""
    return np.sum(np.sin(x) * x)


class Accumulator:
    """Holds active values while the model runs."""

    def __init__(self):
        self.total = 0.0

    def add(self, v):
        self.total = self.total + v * v


def holds_active_values(x):
    acc = Accumulator()
    for v in x:
        acc.add(v)
    return acc.total


def array_methods(x, w):
    m = np.outer(x, w)
    a = m.sum(axis=1).mean() + m.T.dot(x).std() + m.max() * m.clip(-0.5, 0.5).sum()
    b = m.reshape(-1).take([0, 1]).prod() + m.ravel()[::2].cumsum()[-1] + m.trace() + m.diagonal().sum()
    c = m.repeat(2, axis=0).squeeze().transpose().flatten().astype(float).item(1) + m.swapaxes(0, 1)[0].var()
    return a + b + c


def weights(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


PROGRAMS = [
    Program(options_parameter, lambda rng, n: (rng.normal(size=n), Options(depth=3)), (0,)),
    Program(calls_decorated, vectors(1)),
    Program(decorated_model, vectors(1)),
    Program(array_methods, vectors(2), (0, 1)),
    Program(callable_object, weights, (0, 1)),
    Program(made_inside, weights, (0, 1)),
    Program(inherited, weights, (0, 1)),
    Program(class_and_static_methods, weights, (0, 1)),
    Program(object_parameter, lambda rng, n: (*weights(rng, n), LAYER), (0, 1)),
    Program(bound_method, weights, (0, 1)),
    Program(holds_active_values, vectors(1)),
]
