"""Objects: programs belong to classes as they are, gradients have the structure of what they belong to."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from types import SimpleNamespace

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.runtime.errors import DLError
from usermodules import module_fixture  # noqa: F401

X = np.array([0.5, -0.3, 0.8])


class Base:
    """What layers have in common."""

    def shift(self, x):
        return x + 1.0


class Double(Base):
    """Twice."""

    factor = 2.0

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return np.sum(self.w * self.shift(x)) * self.factor


class Triple(Base):
    """The same attributes, another meaning."""

    factor = 3.0

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return np.sum(self.w**3 * x) * self.factor


class Normal:
    """Its text depends on what an attribute is."""

    def __init__(self, axis, weight):
        self.axis, self.weight = axis, weight

    def forward(self, x):
        return np.sum(x, axis=self.axis) * self.weight


class Summed:
    """Its text depends on what its class holds."""

    axis = 0

    def forward(self, x):
        return np.sum(np.sum(x, axis=self.axis) ** 2)


def value(layer, x):
    """The model of most tests."""
    return layer(x)


def test_classes_are_told_apart():
    f = dl.grad(value)
    for _ in range(2):
        assert np.allclose(f(Double(X), X)["w"], 2 * (X + 1))
        assert np.allclose(f(Triple(X), X)["w"], 9 * X**3)


def test_class_that_changes(monkeypatch):
    f = dl.grad(value)
    assert np.allclose(f(Double(X), X)["w"], 2 * (X + 1))
    monkeypatch.setattr(Double, "factor", 5.0)
    assert np.allclose(f(Double(X), X)["w"], 5 * (X + 1))
    monkeypatch.setattr(Base, "shift", lambda self, x: x * x)
    assert np.allclose(f(Double(X), X)["w"], 5 * X**2)
    monkeypatch.setattr(Double, "shift", lambda self, x: x**3, raising=False)
    assert np.allclose(f(Double(X), X)["w"], 5 * X**3)
    monkeypatch.setattr(Double, "__call__", lambda self, x: np.sum(self.w))
    assert np.allclose(f(Double(X), X)["w"], 1)
    monkeypatch.undo()
    assert np.allclose(f(Double(X), X)["w"], 2 * (X + 1))


def test_attribute_becomes_a_property(monkeypatch):
    f = dl.grad(value)
    layer = Double(X)
    f(layer, X)
    monkeypatch.setattr(Double, "factor", property(lambda self: np.sum(self.w)))
    expected = np.sum(X) * (X + 1) + np.sum(X * (X + 1))
    assert np.allclose(f(layer, X)["w"], expected)


def test_bases_that_change():
    class Other:
        def shift(self, x):
            return x * 7

    class Child(Double):
        pass

    f = dl.grad(value)
    before = f(Child(X), X)["w"]
    Child.__bases__ = (Other, Double)
    assert np.allclose(before, 2 * (X + 1)) and np.allclose(f(Child(X), X)["w"], 14 * X)


def test_methods_of_the_object_itself():
    f = dl.grad(value)
    layer = Double(X)
    f(layer, X)
    layer.shift = lambda x: x * 4
    assert np.allclose(f(layer, X)["w"], 8 * X)
    del layer.shift
    assert np.allclose(f(layer, X)["w"], 2 * (X + 1))


def test_object_outside_that_changes():
    layer = Double(X)

    def model(x):
        return layer(x) * np.sum(layer.w)

    f = dl.grad(model)
    assert np.allclose(f(X), 2 * X * np.sum(X))
    layer.w = 2 * X
    assert np.allclose(f(X), 8 * X * np.sum(X))
    layer.w = np.float32(3.0)
    assert np.allclose(f(X), 18)
    layer = Triple(X)
    assert np.allclose(f(X), 3 * X**3 * np.sum(X))


def test_values_that_the_text_depends_on():
    def model(layer, x):
        return np.sum(layer.forward(x) ** 2)

    x = np.arange(6.0).reshape(2, 3)
    for axis in (0, 1, 0):
        layer = Normal(axis, np.ones(3 - axis))
        gradient = dl.grad(model, 1)(layer, x)
        assert np.allclose(gradient, 2 * np.sum(x, axis=axis, keepdims=True) * np.ones((2, 3)))


def test_values_outside_that_the_text_depends_on(monkeypatch):
    layer, summed = Normal(0, 1.0), Summed()

    def model(x):
        return np.sum(layer.forward(x) ** 2) + summed.forward(x)

    x = np.arange(6.0).reshape(2, 3)
    f = dl.grad(model)
    for axis in (0, 1, 0):
        layer.axis = axis
        monkeypatch.setattr(Summed, "axis", 1 - axis)
        assert np.allclose(f(x), 2 * (np.sum(x, axis=0, keepdims=True) + np.sum(x, axis=1, keepdims=True)))


def test_gradients_have_the_structure():
    @dataclass
    class Pair:
        a: np.ndarray
        b: object
        name: str = "pair"

    class Holder:
        def __init__(self):
            self.pair = Pair(X, [X, SimpleNamespace(c=2.0)])
            self.name, self.count, self.flag, self.f = "x", 3, True, np.sin

    def model(h):
        return np.sum(h.pair.a * h.pair.b[0]) * h.pair.b[1].c

    gradient = dl.grad(model)(Holder())
    assert list(gradient) == ["pair"]
    assert type(gradient["pair"]) is Pair and gradient["pair"].name == "pair"
    assert np.allclose(gradient["pair"].b[0], 2 * X) and gradient["pair"].b[1] == SimpleNamespace(c=np.sum(X * X))


def test_vjp_of_an_object():
    y, pull = dl.vjp(value, Double(X), X)
    layer, x = pull(1.0)
    assert y == Double(X)(X) and np.allclose(layer["w"], 2 * (X + 1)) and np.allclose(x, 2 * X)


def test_object_in_two_places():
    def apart(a, b):
        a.w = a.w * 2
        return np.sum(b.w * a.w)

    def alike(a, b):
        return np.sum(b.w * a.w)

    one, other = Double(X), Double(2 * X)
    assert np.allclose(dl.grad(apart)(copy.copy(one), other)["w"], 4 * X)
    with pytest.raises(DLError, match="two places"):
        dl.grad(apart)(one, one)
    assert np.allclose(dl.grad(alike)(one, one)["w"], X)


def test_changed_objects_stay_changed():
    class Counter:
        def __init__(self):
            self.total = 0.0

        def add(self, v):
            self.total = self.total + v

    def model(counter, x):
        for v in x:
            counter.add(v * v)
        return counter.total

    counter = Counter()
    for turn in (1, 2):
        y, dx = dl.value_and_grad(model, 1)(counter, X)
        assert y == counter.total and np.isclose(y, turn * np.sum(X * X)) and np.allclose(dx, 2 * X)


def test_objects_that_hold_themselves():
    layer = Double(X)
    layer.me = layer
    with pytest.raises(DLError, match="contains itself"):
        dl.grad(value)(layer, X)


def test_labelled_attributes():
    def model(layer, x):
        layer.last = x
        return np.sum(layer.w.data * x)

    layer = Double(dl.dlarray(X, "C"))
    with pytest.raises(DLError, match="labelled"):
        dl.grad(model, 1)(layer, X)


def test_methods_as_models():
    class Net:
        def __init__(self, w):
            self.w = w

        def loss(self, x):
            return np.sum(self.w * x**2)

        @classmethod
        def made(cls, w, x):
            return cls(w).loss(x)

        @staticmethod
        def plain(w, x):
            return np.sum(w * x)

        @dl.dlaccelerate
        def step(self, x):
            loss = self.loss(x)
            return dl.dlgradient(loss, self.w)

    net = Net(X)
    assert np.allclose(dl.grad(net.loss)(X), 2 * X * X)
    assert np.allclose(dl.grad(Net.loss)(net, X)["w"], X * X)
    assert np.allclose(dl.grad(Net.made)(X, X), X * X)
    assert np.allclose(dl.grad(net.plain)(X, X), X)


def test_wrong_calls_raise_what_python_raises():
    def model(x):
        return np.sum(Double(x, x).w)

    with pytest.raises((DLError, TypeError)):
        dl.grad(model)(X)


def test_forward_text_is_the_users(module):
    user = module("""
        import numpy as np

        class Layer:
            def __init__(self, w):
                self.__w = w

            def __call__(self, x):
                return np.tanh(self.__w * x)

        def model(w, x):
            layer = Layer(w)
            h = layer(x)  # called
            return np.sum(h)
    """)
    text = str(dl.gradient_source(dl.grad(user.model), X, X))
    assert "    layer = Layer(w)\n" in text and "Layer_call_forward(layer, x)  # called" in text
    assert "self._Layer__w" in text
    assert np.allclose(dl.grad(user.model)(X, X), X * (1 - np.tanh(X * X) ** 2))
