"""`DifferentiableFunction`: forward and backward as methods; and `straight_through`."""

import dlgrad as dl
import numpy as np

from . import Model, Program, differences, vectors


class Softplus(dl.DifferentiableFunction):
    """By its output."""

    def __init__(self):
        super().__init__(1, SaveOutputsForBackward=True)

    def forward(self, x):
        return np.logaddexp(0.0, x)

    def backward(self, dz, z):
        return dz * (1.0 - np.exp(-z))


class Leaky(dl.DifferentiableFunction):
    """With an attribute, by its input."""

    def __init__(self, slope):
        super().__init__(SaveInputsForBackward=True)
        self.slope = slope

    def forward(self, x):
        return np.where(x > 0, x, self.slope * x)

    def backward(self, dz, x):
        return np.where(x > 0, dz, self.slope * dz)


class Affine(dl.DifferentiableFunction):
    """Two outputs, three inputs, both saved."""

    def __init__(self):
        super().__init__(2, SaveInputsForBackward=True, SaveOutputsForBackward=True)

    def forward(self, w, x, b):
        return w * x + b, np.sum(x * x)

    def backward(self, dy, dn, w, x, b, y, n):
        return dy * x, dy * w + 2.0 * dn * x, dy


class Remembering(dl.DifferentiableFunction):
    """Memory values: one is new, one is the input itself."""

    def __init__(self):
        super().__init__(1, NumMemoryValues=2)

    def forward(self, x):
        e = np.exp(-(x**2))
        return e * x, e, x

    def backward(self, dz, e, x):
        return dz * e * (1 - 2 * x * x)


class Unreadable(dl.DifferentiableFunction):
    """Neither method is looked into."""

    def __init__(self):
        super().__init__(1, SaveInputsForBackward=True)

    def forward(self, a, b):
        try:
            return a * np.sin(b)
        except ValueError:
            return a

    def backward(self, dz, a, b):
        try:
            return dz * np.sin(b), dz * a * np.cos(b)
        except ValueError:
            return None, None


softplus, leaky, affine, remembering, unreadable = Softplus(), Leaky(0.1), Affine(), Remembering(), Unreadable()
rounded = dl.straight_through(np.round)


def by_output(x):
    return np.sum(softplus(x) ** 2)


def by_attribute(x):
    return np.sum(leaky(x) * leaky(x * x))


def several(w, x, b):
    y, n = affine(w, x, b)
    z, _ = affine(y, w, x)
    return np.sum(z * y) * n


def with_memory(x):
    h = remembering(x)
    return np.sum(remembering(h) * h)


def memory_in_a_loop(x):
    for k in range(3):
        x = remembering(x) * (k + 1.0) + x
    return np.sum(x)


def memory_and_stores(x):
    h = np.sin(x)
    y = remembering(h)
    h[0] = 5.0
    y[1] = 2.0
    return np.sum(y * y) + np.sum(h)


def memory_in_a_branch(x):
    total = 0.0
    if np.sum(x) > 0:
        total = np.sum(remembering(x))
    return total + np.sum(remembering(x) ** 2)


def helper(x):
    return remembering(x) * softplus(x)


def in_a_helper(x):
    return np.sum(helper(helper(x)))


def not_looked_into(a, b):
    return np.sum(unreadable(a, unreadable(b, a)))


PROGRAMS = [
    Program(by_output, vectors(1)),
    Program(by_attribute, vectors(1)),
    Program(several, vectors(3), (0, 1, 2)),
    Program(with_memory, vectors(1)),
    Program(memory_in_a_loop, vectors(1)),
    Program(memory_and_stores, vectors(1)),
    Program(memory_in_a_branch, vectors(1)),
    Program(in_a_helper, vectors(1)),
    Program(not_looked_into, vectors(2), (0, 1)),
]


def rounding(x):
    return dl.dlgradient(np.sum(rounded(3.0 * x) * x), x)


def rounding_here(x):
    y = dl.straight_through(np.sign)(x)
    return dl.dlgradient(np.sum(y * y * x), x)


def second_order(x):
    dx = dl.dlgradient(np.sum(softplus(x)), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx * dx), x)


def second_order_with_memory(x):
    dx = dl.dlgradient(np.sum(remembering(x)), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx * dx), x)


MODELS = [
    Model(rounding, vectors(1), lambda x: 3.0 * x + np.round(3.0 * x)),
    Model(rounding_here, vectors(1), lambda x: np.sign(x) ** 2 + 2 * np.sign(x) * x),
    Model(second_order, vectors(1), lambda x: differences(lambda v: np.sum((1 / (1 + np.exp(-v))) ** 2), x)),
]


class Miscounted(dl.DifferentiableFunction):
    """One gradient too many."""

    def forward(self, x):
        return x * x

    def backward(self, dz):
        return dz, dz


miscounted = Miscounted()


def miscounts(x):
    return np.sum(miscounted(x))


def through_the_memory(x):
    return np.sum(second_order_with_memory(x))


REFUSED = [
    Program(miscounts, vectors(1), refused="the backward function of miscounted"),
    Program(through_the_memory, vectors(1), refused="memory values depend on its inputs"),
]
