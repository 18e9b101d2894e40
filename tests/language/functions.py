"""Functions: calls, functions as values, generators."""

import functools
import itertools

import dlgrad as dl
import numpy as np

from . import supported


def layer(x, w, *more, gain=1.0, **named):
    return np.tanh(x * w + sum(more)) * gain * named.get("factor", 1.0)


def power(x, n):
    return x if n == 1 else x * power(x, n - 1)


@supported("calls of your own functions")
def calls(x, w):
    def shifted(v, by=x[0] * 2):
        return v + by * factor

    factor = 2.0
    square = lambda v: v * v
    args, named = (x, w), {"gain": w[0]}
    factor = x[1]
    return np.sum(square(layer(*args, **named)) + shifted(layer(x, w, x[0], factor=2.0))) + power(x[0], 3)


def counted(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*args) * len(args)

    return inner


@counted
def product(a, b):
    return np.sum(a * b)


def scaled_by(c):
    return lambda v: v * c


MODE = "sine"
ACTS = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh}


@supported("functions as values")
def function_values(x, w):
    act = ACTS["relu"]
    fs = [np.sin, scaled_by(w[0])]
    f = fs[0] if MODE == "sine" else fs[1]
    return np.sum(act(x)) * fs[1](f(x[1])) + product(x, w) + np.sum(apply(np.cos, x))


def apply(f, x):
    return f(x)


halved = functools.partial(np.multiply, 0.5)


@dl.dlaccelerate
def accelerated(x, w):
    return np.tanh(x * w)


@supported("functions and methods that `dlaccelerate` made")
def calls_what_is_accelerated(x, w):
    return np.sum(accelerated(x, w) ** 2)


@supported("`functools.partial`")
def partials(x, w):
    near = functools.partial(layer, w=w, gain=2.0)
    return np.sum(near(x) * halved(x))


@supported("`map`, `filter`")
def maps(x, w):
    a = list(map(lambda v: v**2, [x[0], x[1]]))
    b, c = map(np.sin, (x[2], w[0]))
    total = sum(filter(lambda v: v > 0, [x[0], w[1]])) + max(map(np.cos, [x[1], w[2]]))
    for v in map(np.exp, a):
        total += v
    return total * b * c


@supported("`functools.reduce`")
def reductions(x):
    ys = [x[0], x[1], x[2]]
    ordered = sorted(ys, key=lambda v: -v)
    return functools.reduce(lambda a, b: a * b + 1, ys) * ordered[0] + max(ys, key=abs) * min(ys, key=lambda v: v**2)


@supported("local functions with `nonlocal`")
def changes_a_variable_around(x):
    total, count = x[0], 0

    def add(v):
        nonlocal total, count
        total = total + v**2
        count += 1

    add(x[1])
    for v in (x[2], x[3]):
        add(v)
    return total * count


def halves(x, n):
    for _ in range(n):
        x = x / 2
        yield x**2


def both_ways(x):
    for v in x:
        if v > 1.5:
            return
        yield v
        yield -0.5 * v
    yield from (x[0], x[1])


@supported("generators walked by")
def generators(x):
    total = 0.0
    for y in halves(x, 3):
        total += np.sum(y)
    for k, v in enumerate(both_ways(x)):
        if k == 5:
            break
        total += k * v**2
    return total + sum(v[0] for v in halves(x, 2)) + max(v[1] for v in halves(x, 2)) + len(list(halves(x, 2)))


@supported("generators and generator expressions kept")
def generator_in_a_name(x):
    squares = (v**2 for v in x)
    more = halves(x, 2)
    total = sum(squares)
    for v in more:
        total += v[0]
    return total


@supported("loops over generator expressions")
def loop_over_an_expression(x):
    total = 0.0
    for v in (u**2 for u in x):
        total = total * 0.5 + v
    return total


@supported("a function of which only the run")
def chosen_at_run_time(x):
    f = np.sin if x[0] > 0 else (lambda v: v**2)
    fs = [np.cos, np.tanh, f]
    return f(x[1]) + fs[int(x[2] > 0) + int(x[3] > 0)](x[0])


@supported("`iter` and `next`")
def iterators(x):
    it = iter([x[0], x[1], x[2]])
    y = next(it) * next(it)
    for a, b in itertools.pairwise((x[0], x[1], x[2])):
        y += a * b
    for a, b in itertools.product([x[0], x[1]], [x[2], x[3]]):
        y = y * 0.5 + a * b
    for a in itertools.islice(itertools.chain([x[0]], [x[1], x[3]]), 2):
        y -= a**2
    for a, b in itertools.combinations([x[0], x[1], x[2]], 2):
        y += a * b
    for a, b in itertools.permutations([x[2], x[3]], 2):
        y += a * b**2
    for a, b in itertools.zip_longest([x[0], x[1]], [x[2]], fillvalue=2.0):
        y *= a + b
    return y


@supported("NumPy functions")
def numpy_functions(x, m):
    y = np.linalg.solve(m @ m.T + np.eye(len(m)), x)
    return (np.einsum("i,ij,j->", y, m, y) + np.fft.fft(x).real[1] + x.reshape(2, -1).sum(axis=0)[0] + x.dot(y)
            + np.cumsum(x)[2] + np.convolve(x, y)[3] + m.T.mean(axis=1)[0])  # fmt: skip


@supported("`scipy.special`")
def scipy_functions(x, m):
    from scipy import linalg, special

    return np.sum(special.erf(x) * special.gamma(np.abs(x) + 1)) + linalg.det(m) + np.sum(linalg.expm(m * 0.1))


@dl.custom_gradient
def softplus(x):
    return np.logaddexp(0.0, x)


@softplus.backward
def softplus_backward(dy, y, x):
    return dy * (1 - np.exp(-y))


class Squares(dl.DifferentiableFunction):
    def __init__(self):
        super().__init__(1, SaveInputsForBackward=True)

    def forward(self, x):
        return x**2

    def backward(self, dy, x):
        return 2 * x * dy


squares = Squares()
rounded = dl.straight_through(np.round)


def with_rules_expected(x):
    return np.exp(x) / (1 + np.exp(x)) + 2 * x + np.round(x) + x


@supported("`custom_gradient`", with_rules_expected)
def with_rules(x):
    loss = np.sum(softplus(x)) + np.sum(squares(x)) + np.sum(x * rounded(x))
    return dl.dlgradient(loss, x)


@dl.checkpoint
def block(x, w):
    return np.tanh(x * w)


def step(h, k, w):
    return np.sin(h * w) + 0.1 * k


@supported("`checkpoint(f)`")
def checkpoints(x, w):
    return np.sum(dl.checkpoint_loop(step, block(x, w), 9, w))


@supported("`with gradient_of(x) as dx:`", lambda x: np.clip(3 * np.sin(x) ** 2, -0.1, 0.1) * np.cos(x))
def blocks(x):
    y = np.sin(x)
    with dl.gradient_of(y) as dy:
        dy = np.clip(dy, -0.1, 0.1)
    return dl.dlgradient(np.sum(y**3), x)


@supported("`dljacobian`", lambda m: (2 * m, np.sum(2 * m, axis=1, keepdims=True), 2 * np.ones((len(m), 1))))
def along_an_axis(m):
    u = m * m
    jacobian = dl.dljacobian(u, m, 1)
    diagonal = np.stack([jacobian[:, k, k] for k in range(m.shape[1])], axis=1)
    return (diagonal, dl.dldivergence(u, m, 1), dl.dllaplacian(u[:, :1], m, 1))


def cubes(x):
    return np.sum(x**3)


@supported("`jacobian(f)(x)`", lambda x, w: (np.diag(np.cos(x)), np.diag(6 * x), 3 * np.sum(x**2 * w), 6 * x * w))
def of_functions(x, w):
    return (dl.jacobian(np.sin)(x), dl.hessian(cubes)(x), dl.jvp(cubes, (x,), (w,))[1], dl.hvp(cubes, (x,), (w,)))


class Model:
    def __init__(self, w):
        self.w = w

    def energy(self, x):
        return np.sum(x**2 * self.w)


def scaled(x, by):
    return np.sum(x**2) * by


@supported("`jacobian(f)(x)`", lambda x, w: (2 * np.sum(x * w * w), 4 * np.sum(x * w)))
def of_methods_and_partials(x, w):
    model = Model(w)
    return dl.jvp(model.energy, (x,), (w,))[1], dl.jvp(functools.partial(scaled, by=2.0), (x,), (w,))[1]


def slope(x):
    loss = np.sum(x**2)
    return dl.dlgradient(loss, x)


def anywhere_expected(x):
    down = x
    for _ in range(2):
        down = down - 0.1 * 2 * down
    return 2 * x + 3 * x**2, down, 6 * x, 2 * x


def every_turn_expected(x):
    y, total = np.ones_like(x), np.zeros_like(x)
    slope = np.zeros_like(x)
    for _ in range(3):
        slope = slope * np.sin(x) + y * np.cos(x)
        y = y * np.sin(x)
        total = total + slope
    return total


@supported("`dlgradient` in a loop, of a y that", every_turn_expected)
def gradient_in_every_turn(x):
    y, total = np.ones_like(x), np.zeros_like(x)
    n = len(x) - 1
    for _ in range(n):
        y = y * np.sin(x)
        total = total + dl.dlgradient(np.sum(y), x)
    return total


@supported("`dlgradient` anywhere", anywhere_expected)
def anywhere(x):
    both = dl.dlgradient(np.sum(x**2), x) + dl.dlgradient(np.sum(x**3), x)
    down = x
    for _ in range(2):
        if down[0] > -1e6:
            down = down - 0.1 * dl.dlgradient(np.sum(down**2), down)
    first = dl.dlgradient(np.sum(x**3), x, EnableHigherDerivatives=True)
    return both, down, dl.dlgradient(np.sum(first), x), slope(x)
