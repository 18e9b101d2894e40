"""Models that call functions which `dlaccelerate` made: they are functions like others."""

import functools

import dlgrad as dl
import numpy as np
from dlgrad import dlaccelerate, dlgradient

from . import Model, Program, by_names, differences, vectors


@dlaccelerate
def activation(z, slope=1.0):
    return np.tanh(slope * z)


@dlaccelerate
def power(x, n):
    return x if n == 0 else power(x, n - 1) * np.sin(x)


@dlaccelerate
def gradient_inside(x):
    return dlgradient(np.sum(x**3), x)


def gradient_in_a_helper(x):
    return dlgradient(np.sum(x**3), x, EnableHigherDerivatives=True)


def constant_in_a_helper(x):
    return dlgradient(np.sum(x**3), x)


steep = functools.partial(activation, slope=2.0)
again = dlaccelerate(functools.partial(activation, slope=0.5))


class Layer:
    """A layer with accelerated methods."""

    scale = 0.5

    def __init__(self, w):
        self.w = w

    @dlaccelerate
    def apply(self, x):
        return activation(self.w * x)

    @classmethod
    @dlaccelerate
    def scaled(cls, x):
        return cls.scale * x

    @staticmethod
    @dlaccelerate
    def shifted(x):
        return x + 1.0

    def __call__(self, x):
        return self.shifted(self.scaled(self.apply(x)))


def called(x, w):
    return np.sum(activation(x * w, slope=0.7) + activation(w))


def recursive(x):
    return np.sum(power(x, 3))


def bound_before(x, w):
    return np.sum(steep(x) * again(w))


def given_as_an_argument(x, w):
    def apply(f, z):
        return f(f(z))

    return np.sum(apply(activation, x) * list(map(steep, [w]))[0])


def methods(x, w):
    return np.sum(Layer(w)(x) + Layer.shifted(x) + Layer.scaled(w))


def bound_method(x, w):
    apply = Layer(w).apply
    return np.sum(apply(apply(x)))


def in_a_loop(x, w):
    for _ in range(3):
        x = activation(x * w)
    return np.sum(x)


def differentiated_again(x, w):
    return dlgradient(np.sum(gradient_inside(x) * w), x)


def differentiated_again_expected(x, w):
    return 6 * x * w


def asked_for(x, w):
    return dlgradient(np.sum(gradient_in_a_helper(x) * w), x)


def not_asked_for(x, w):
    return dlgradient(np.sum(constant_in_a_helper(x) * w), x, w)


def not_asked_for_expected(x, w):
    return np.zeros_like(x), 3 * x**2


def of_an_object(layer, x):
    loss = np.sum(layer.apply(x))
    return loss, dlgradient(loss, layer, x)


def of_an_object_expected(layer, x):
    def loss(w, z):
        return np.sum(np.tanh(w * z))

    slopes = {"w": differences(lambda w: loss(w, x), layer.w)}, differences(lambda z: loss(layer.w, z), x)
    return loss(layer.w, x), slopes


def layer_and_vector(rng, n):
    w, x = vectors(2)(rng, n)
    return Layer(w), x


PROGRAMS = [
    *by_names([called, recursive, bound_before, methods, bound_method, in_a_loop]),
    Program(given_as_an_argument, vectors(2), (0, 1)),
    Program(dl.dlaccelerate(called), vectors(2), (0, 1)),
]
MODELS = [
    Model(differentiated_again, vectors(2), differentiated_again_expected),
    Model(asked_for, vectors(2), differentiated_again_expected),
    Model(not_asked_for, vectors(2), not_asked_for_expected),
    Model(of_an_object, layer_and_vector, of_an_object_expected),
]
