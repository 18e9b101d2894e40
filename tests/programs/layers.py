"""Models as classes: modules with a forward method, containers of layers, estimators, layers with a state."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import dlgrad as dl
import numpy as np

from . import Model, Program, differences


class Module:
    """What a layer is called by."""

    training = True
    scale = 1.0

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def parameters(self):
        return [v for v in vars(self).values() if isinstance(v, np.ndarray)]


class Linear(Module):
    """An affine layer."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        return x @ self.w + self.b

    @property
    def norm(self):
        return np.sum(self.w**2)


class Activation(Module):
    """An elementwise layer."""

    def __init__(self, function):
        self.function = function

    def forward(self, x):
        return self.function(x)


class Scaled(Linear):
    """An affine layer with a gain that is a private name."""

    def __init__(self, w, b, gain):
        super().__init__(w, b)
        self.__gain = gain

    def forward(self, x):
        return self.__gain * super().forward(x) * self.scale


class Sequential(Module):
    """Layers one after the other."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def __getitem__(self, i):
        return self.layers[i]

    def __len__(self):
        return len(self.layers)


class Network(Module):
    """Layers by name."""

    def __init__(self, first, second):
        self.layers = {"first": first, "second": second}
        self.decay = 0.1

    def forward(self, x):
        return self.layers["second"](np.tanh(self.layers["first"](x)))

    def loss(self, x, t):
        error = self(x) - t
        return np.mean(error**2) + self.penalty()

    def penalty(self):
        return self.decay * sum(layer.norm for layer in self.layers.values())


class Cell(Module):
    """A recurrent layer that keeps its state."""

    def __init__(self, w, u):
        self.w, self.u = w, u
        self.h = np.zeros(u.shape[0])
        self.count = 0

    def forward(self, x):
        self.h = np.tanh(x @ self.w + self.h @ self.u)
        self.count += 1
        return self.h

    def reset(self):
        self.h = np.zeros(self.u.shape[0])


class Ridge:
    """An estimator in the manner of scikit-learn."""

    def __init__(self, alpha=0.1, steps=3):
        self.alpha = alpha
        self.steps = steps

    def fit(self, x, y):
        self.coef_ = np.zeros(x.shape[1])
        for _ in range(self.steps):
            self.coef_ = self.coef_ - 0.1 * (x.T @ (self.predict(x) - y) / len(y) + self.alpha * self.coef_)
        return self

    def predict(self, x):
        return x @ self.coef_

    def score(self, x, y):
        return np.mean((self.predict(x) - y) ** 2)


@dataclass
class Gaussian:
    """Parameters with a computed field."""

    mean: np.ndarray
    log_std: np.ndarray
    name: str = "gaussian"
    shifts: list = field(default_factory=lambda: [1.0, 2.0])

    def __post_init__(self):
        self.std = np.exp(self.log_std)

    def log_density(self, x):
        z = (x - self.mean) / self.std
        return -0.5 * np.sum(z**2) - np.sum(self.log_std) + self.shifts[0]


@dataclass(frozen=True)
class Point:
    """A frozen dataclass with operators."""

    x: float
    y: float

    def __add__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        return Point(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Point(self.x * k, self.y * k)

    def __rmul__(self, k):
        return self * k

    def __neg__(self):
        return Point(-self.x, -self.y)

    @property
    def length(self):
        return (self.x**2 + self.y**2) ** 0.5

    @classmethod
    def of(cls, values):
        return cls(values[0], values[1])


class State(NamedTuple):
    """A state with methods."""

    position: np.ndarray
    velocity: np.ndarray
    mass: float = 2.0

    @property
    def energy(self):
        return 0.5 * self.mass * np.sum(self.velocity**2)

    def step(self, dt):
        return self._replace(position=self.position + dt * self.velocity, velocity=self.velocity - dt * self.position)


class Slotted:
    """Parameters in slots."""

    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def value(self, x):
        return np.sum(self.a * x) * self.b


class Polynomial:
    """A callable object whose methods call each other."""

    def __init__(self, coefficients):
        self.coefficients = coefficients

    def __call__(self, x):
        out = 0.0
        for c in self.coefficients:
            out = self.horner(out, x, c)
        return out

    @staticmethod
    def horner(out, x, c):
        return out * x + c


class Mode(enum.Enum):
    """Kinds of activation."""

    TANH = "tanh"
    SQUARE = 2


class Chosen(Module):
    """What it does depends on constants of several sorts."""

    def __init__(self, w, mode, name="plain", rate=0.5):
        self.w, self.mode, self.name = w, mode, name
        self.seed = 3
        self.rate = rate

    def forward(self, x):
        h = np.tanh(x @ self.w) if self.mode is Mode.TANH else (x @ self.w) ** 2
        if self.training and self.name == "plain":
            keep = np.random.default_rng(self.seed).random(h.shape) > self.rate
            h = h * keep / (1 - self.rate)
        return h


@dataclass
class Params:
    """Parameters that are not changed but replaced."""

    w: np.ndarray
    b: float = 0.5

    def moved(self, g, rate):
        return replace(self, w=self.w - rate * g)


class Temperature:
    """A property with a setter that only stores."""

    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def celsius(self):
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        self._celsius = value

    @classmethod
    def warm(cls, value):
        return cls(value * 2.0)


def logged(method):
    """A decorator of methods."""

    @functools.wraps(method)
    def inner(self, *args):
        self.calls += 1
        return method(self, *args)

    return inner


class Logged(Module):
    """A layer with a decorated method."""

    def __init__(self, w):
        self.w, self.calls = w, 0

    @logged
    def forward(self, x):
        return np.sum(self.w * x**2)


LAYER = Linear(np.array([[0.5, -0.3], [0.2, 0.8], [0.1, -0.4]]), np.array([0.1, -0.2]))


def module_parameter(model, x):
    return np.sum(np.sin(model(x)))


def network_loss(model, x, t):
    return model.loss(x, t)


def module_from_outside(x):
    return np.sum(LAYER(x[:3]) ** 2) + LAYER.norm * np.sum(x)


def module_made(w, b, x):
    layer = Linear(w, b)
    return np.sum(np.tanh(layer(x))) + 0.1 * layer.norm


def module_made_in_steps(w, b, x):
    net = Sequential(Linear(w, b), Activation(np.tanh))
    net.layers.append(Scaled(w.T, b[0] * np.ones(w.shape[0]), 0.5))
    return np.sum(net(x) ** 2) * len(net.layers)


def indexed_container(model, x):
    return np.sum(model[0](x)) + np.sum(model[1](x) ** 2)


def recurrent_state(cell, xs):
    total = 0.0
    for x in xs:
        total = total + np.sum(cell(x) ** 2)
    return total * cell.count


def recurrent_made(w, u, xs):
    cell = Cell(w, u)
    for x in xs:
        cell(x)
    last = cell.h
    cell.reset()
    return np.sum(last) + np.sum(cell(xs[0]) ** 2)


def estimator(x, y):
    return Ridge(0.2).fit(x, y).score(x, y)


def estimator_kept(model, x, y):
    model.fit(x, y)
    return model.score(x, y) + np.sum(model.coef_**2)


def dataclass_made(m, s, x):
    g = Gaussian(m, s)
    return g.log_density(x)


def dataclass_parameter(g, x):
    return g.log_density(x) * np.sum(g.std)


def operators(a, b):
    p, q = Point(a, b), Point.of([b, a * a])
    r = p + q * 2.0 + 3 * p + -q
    return r.length + (p + q).x * r.y


def record_methods(s):
    for _ in range(3):
        s = s.step(0.1)
    return s.energy + np.sum(s._asdict()["position"] ** 2)


def slotted(s, x):
    s.b = s.b * 2.0
    return s.value(x) + np.sum(s.a**2)


def polynomial(p, x):
    return p(x) + p(2 * x)


def bound_method_kept(model, x):
    f = model.forward
    g = model.layers[0].forward
    return np.sum(f(x)) + np.sum(g(x) ** 2)


def attributes_by_name(model, x):
    if hasattr(model, "dropout"):
        x = x * 0
    bias = getattr(model, "bias", None)
    y = model(x) if bias is None else model(x) + bias
    setattr(model, "last", y)
    return np.sum(model.last**2) * getattr(model, "scale")


def shared_layer(layer, x):
    net = Sequential(layer, Activation(np.tanh), layer)
    return np.sum(net(x) ** 2)


def layers_in_a_comprehension(model, x):
    return sum([np.sum(layer(x)) for layer in model.layers]) + np.sum(x)


def updates_attribute_arrays(layer, x):
    layer.b += np.sum(x)
    layer.w[0] = layer.w[0] * 2
    return np.sum(layer(x) ** 2)


def chosen_class(w, b, x):
    kind = Linear if np.sum(x) > 1e9 else Linear
    return np.sum(kind(w, b)(x) ** 2)


def chosen_by_constants(model, x):
    return np.sum(model(x)) + np.sum(model(2 * x))


def replaced_parameters(p, x):
    for _ in range(2):
        p = p.moved(np.cos(x), 0.1)
    return np.sum(p.w**2 * x) + p.b


def property_assigned(x):
    t = Temperature.warm(x)
    t.celsius = t.celsius * x
    return np.sum(t.celsius)


def decorated_method(layer, x):
    return layer(x) * layer(2 * x) + layer.calls


def length_of_a_container(model, x):
    return np.sum(model(x)) / len(model)


def layers_in_sequence(model, x):
    return np.mean(model(x) ** 2)


class Trainer:
    """An object that takes gradients itself."""

    def __init__(self, w, rate):
        self.w, self.rate = w, rate

    def loss(self, x, t):
        return np.mean((x @ self.w - t) ** 2)

    def step(self, x, t):
        loss = self.loss(x, t)
        dw = dl.dlgradient(loss, self.w)
        return loss, self.w - self.rate * dw


def train(trainer, x, t):
    return trainer.step(x, t)


def train_expected(trainer, x, t):
    def loss(w):
        return np.mean((x @ w - t) ** 2)

    return loss(trainer.w), trainer.w - trainer.rate * differences(loss, trainer.w)


def gradient_of_model(layer, x, t):
    loss = np.mean((layer(x) - t) ** 2)
    return dl.dlgradient(loss, layer)


def gradient_of_model_expected(layer, x, t):
    return {"w": differences(lambda w: np.mean((x @ w + layer.b - t) ** 2), layer.w),
            "b": differences(lambda b: np.mean((x @ layer.w + b - t) ** 2), layer.b)}  # fmt: skip


def gradient_of_dataclass(g, x):
    loss = g.log_density(x)
    return dl.dlgradient(loss, g)


def gradient_of_dataclass_expected(g, x):
    def at(**changed):
        new = object.__new__(Gaussian)
        new.__dict__.update({**vars(g), **changed})
        return new.log_density(x)

    out = object.__new__(Gaussian)
    out.__dict__.update(
        mean=differences(lambda v: at(mean=v), g.mean), log_std=differences(lambda v: at(log_std=v), g.log_std),
        name=g.name, shifts=[1.0, 0.0], std=differences(lambda v: at(std=v), g.std))  # fmt: skip
    return out


def gradient_of_record(s):
    loss = s.energy * np.sum(s.position**2)
    return dl.dlgradient(loss, s)


def gradient_of_record_expected(s):
    def at(*v):
        s = State(*v)
        return s.energy * np.sum(s.position**2)

    p, v, m = s
    return State(differences(lambda q: at(q, v, m), p), differences(lambda q: at(p, q, m), v),
                 float(differences(lambda q: at(p, v, q), m)))  # fmt: skip


def linear(rng, i, o):
    return Linear(rng.normal(size=(i, o)), rng.normal(size=o))


def network(rng, n):
    return Network(linear(rng, n, 3), linear(rng, 3, 2)), rng.normal(size=(5, n)), rng.normal(size=(5, 2))


def sequential(rng, n):
    return Sequential(linear(rng, n, 3), Activation(np.tanh), Scaled(*vars(linear(rng, 3, 2)).values(), 0.7),
                      Activation(functools.partial(np.clip, a_min=-9, a_max=9))), rng.normal(size=(4, n))  # fmt: skip


def square(rng, n):
    return Sequential(linear(rng, n, n), linear(rng, n, n)), rng.normal(size=(2, n))


def cell(rng, n):
    return Cell(rng.normal(size=(n, 3)), rng.normal(size=(3, 3))), rng.normal(size=(4, n))


def table(rng, n):
    return rng.normal(size=(6, n)), rng.normal(size=6)


def wb(rng, n):
    return rng.normal(size=(n, 3)), rng.normal(size=3), rng.normal(size=(2, n))


PROGRAMS = [
    Program(module_parameter, square, (0, 1)),
    Program(layers_in_sequence, sequential, (0, 1)),
    Program(network_loss, network, (0, 1)),
    Program(module_from_outside, lambda rng, n: (rng.normal(size=n),)),
    Program(module_made, wb, (0, 1, 2)),
    Program(module_made_in_steps, wb, (0, 1, 2)),
    Program(indexed_container, square, (0, 1)),
    Program(recurrent_state, cell, (0, 1)),
    Program(recurrent_made, lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(3, 3)), rng.normal(size=(4, n))),
            (0, 1, 2)),  # fmt: skip
    Program(estimator, table, (0, 1)),
    Program(estimator_kept, lambda rng, n: (Ridge(0.3), *table(rng, n)), (1, 2)),
    Program(dataclass_made, lambda rng, n: tuple(rng.normal(size=(3, n))), (0, 1, 2)),
    Program(dataclass_parameter, lambda rng, n: (Gaussian(rng.normal(size=n), rng.normal(size=n)), rng.normal(size=n)),
            (1,)),  # fmt: skip
    Program(operators, lambda rng, n: (1.3, 0.4), (0, 1)),
    Program(record_methods, lambda rng, n: (State(rng.normal(size=n), rng.normal(size=n)),)),
    Program(slotted, lambda rng, n: (Slotted(rng.normal(size=n), 1.5), rng.normal(size=n)), (0, 1)),
    Program(polynomial, lambda rng, n: (Polynomial([0.3, -0.2, 1.1]), 0.7), (0, 1)),
    Program(bound_method_kept, square, (0, 1)),
    Program(attributes_by_name, lambda rng, n: (linear(rng, n, 2), rng.normal(size=(3, n))), (0, 1)),
    Program(shared_layer, lambda rng, n: (linear(rng, n, n), rng.normal(size=(2, n))), (0, 1)),
    Program(layers_in_a_comprehension, square, (0, 1)),
    Program(updates_attribute_arrays, lambda rng, n: (linear(rng, n, 2), rng.normal(size=(3, n))), (0, 1)),
    Program(chosen_class, wb, (0, 1, 2)),
    Program(chosen_by_constants, lambda rng, n: (Chosen(rng.normal(size=(n, 3)), Mode.TANH), rng.normal(size=(2, n))),
            (0, 1)),  # fmt: skip
    Program(chosen_by_constants, lambda rng, n: (Chosen(rng.normal(size=(n, 3)), Mode.SQUARE, "other"),
                                                 rng.normal(size=(2, n))), (0, 1)),  # fmt: skip
    Program(replaced_parameters, lambda rng, n: (Params(rng.normal(size=n)), rng.normal(size=n)), (0, 1)),
    Program(property_assigned, lambda rng, n: (rng.normal(size=n),)),
    Program(decorated_method, lambda rng, n: (Logged(rng.normal(size=n)), rng.normal(size=n)), (0, 1)),
    Program(length_of_a_container, square, (0, 1)),
]

MODELS = [
    Model(train, lambda rng, n: (Trainer(rng.normal(size=n), 0.1), rng.normal(size=(5, n)), rng.normal(size=5)),
          train_expected),  # fmt: skip
    Model(gradient_of_model, lambda rng, n: (linear(rng, n, 2), rng.normal(size=(3, n)), rng.normal(size=(3, 2))),
          gradient_of_model_expected),  # fmt: skip
    Model(gradient_of_dataclass, lambda rng, n: (Gaussian(rng.normal(size=n), rng.normal(size=n)), rng.normal(size=n)),
          gradient_of_dataclass_expected),  # fmt: skip
    Model(gradient_of_record, lambda rng, n: (State(rng.normal(size=n), rng.normal(size=n), 1.5),),
          gradient_of_record_expected),  # fmt: skip
]
