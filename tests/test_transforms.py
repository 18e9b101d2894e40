"""grad, value_and_grad and vjp: of each other, inside models, and what they say to what they cannot do."""

from __future__ import annotations

import functools

import dlgrad as dl
import numpy as np
import pytest

x = np.array([1.0, 2.0, 3.0])


def cubes(x):
    return np.sum(x**3)


def cube(x):
    return x**3


def scaled(a, x, k=1.0):
    return a * k * np.sum(x**3)


class Model:
    def __init__(self, factor):
        self.factor = factor

    def loss(self, x):
        return self.factor * np.sum(x**3)

    __call__ = loss


gradient = dl.grad(cubes)
both = dl.value_and_grad(cubes)


def penalty(x):
    return np.sum(gradient(x) ** 2)


def penalty_in_place(x):
    return np.sum(dl.grad(cubes)(x) ** 2)


def step(x):
    value, slope = both(x)
    return value + np.sum(slope * slope)


def test_of_each_other():
    second = dl.grad(dl.grad(cube))
    third = dl.grad(second)
    assert (second(2.0), third(2.0)) == (12.0, 6.0)


@pytest.mark.parametrize("function", [penalty, penalty_in_place])
def test_inside_a_function(function):
    np.testing.assert_allclose(dl.grad(function)(x), 36 * x**3)


def test_value_and_grad_inside_a_function():
    value, slope = dl.value_and_grad(step)(x)
    np.testing.assert_allclose(value, cubes(x) + np.sum(9 * x**4))
    np.testing.assert_allclose(slope, 3 * x**2 + 36 * x**3)


@pytest.mark.parametrize(("function", "factor"), [
    (Model(2.0), 2), (Model(2.0).loss, 2), (functools.partial(scaled, 2.0, k=3.0), 6), (dl.dlaccelerate(cubes), 1)],
    ids=["object", "method", "partial", "accelerated"])  # fmt: skip
def test_callables(function, factor):
    np.testing.assert_allclose(dl.grad(function)(x), 3 * factor * x**2)
    np.testing.assert_allclose(dl.vjp(function, x)[1](1.0)[0], 3 * factor * x**2)


def local(x):
    def inner(z):
        return np.sum(z**3)

    return np.sum(dl.grad(inner)(x) ** 2)


def test_of_a_local_function():
    with pytest.raises(dl.NotDifferentiable, match=r"made in the model is not followed: define it outside"):
        dl.grad(local)(x)


@pytest.mark.parametrize(("function", "given", "message"), [
    (lambda x: x * x, x, r"returns an array of shape \(n,\)(.|\n)*sum it, or use vjp"),
    (lambda x: (np.sum(x), x), x, "returns a tuple"),
    (lambda x: None, x, "returns None"),
    (lambda x: np.sum(x * 1j), x, r"returns a complex number(.|\n)*np.real"),
    (lambda x: x * x, 3, r"the argument x of <lambda> is a Python int(.|\n)*float\(x\)"),
    (lambda x: np.sum(x), np.arange(3), r"holds integers(.|\n)*x.astype\(float\)"),
    (lambda x: np.sum(x), np.array(["2020-01-01"], "M8[D]"), "holds dates"),
    (lambda x: 1.0, "abc", "is 'abc'"),
])  # fmt: skip
def test_said_of_the_function(function, given, message):
    with pytest.raises(dl.DLError, match=message) as caught:
        dl.grad(function)(given)
    line = function.__code__.co_firstlineno
    assert str(caught.value).startswith(f"{__file__}:{line}:")


def test_cotangents_are_like_the_result():
    pull = dl.vjp(lambda x: x * x, x)[1]
    for wrong in (np.ones(4), np.ones(1), 1.0, "a", None, (x, x)):
        with pytest.raises(dl.DLError, match="the cotangent is not like the result"):
            pull(wrong)
    slope, count = dl.vjp(lambda a, k: a * k, x, 3)[1](np.ones(3))
    np.testing.assert_array_equal(slope, [3.0, 3.0, 3.0])
    assert count == 3


def test_arguments_that_are_no_plain_arrays_are_named():
    with pytest.raises(dl.DLError, match=r"x\['a'\]\[0\] is a matrix"):
        dl.dlfeval(lambda x: x, {"a": [np.matrix([[1.0]])]})


def cut(x):
    slope = dl.dlgradient(np.sum(x**3), x)
    loss = np.sum(x) + np.sum(slope * slope)
    return dl.dlgradient(loss, x)


def of_a_part(x):
    return dl.dlgradient(np.sum(x), x[0:2])


def test_warnings_name_lines_and_texts():
    first = cut.__code__.co_firstlineno
    with pytest.warns(dl.GradientWarning, match=rf"line {first + 3}: .* line {first + 1}, .*EnableHigherDerivatives"):
        dl.dlfeval(cut, x)
    with pytest.warns(dl.GradientWarning, match=r"does not depend on x\[0:2\]"):
        dl.dlfeval(of_a_part, x)
