"""``with gradient_of(x) as dx:``: what a block in the backward sweep must give is said in another way."""

import dlgrad as dl
import numpy as np
from dlgrad import gradient_of

from . import Model, Program, numbers, vectors

SEEN = []


def clipped(x):
    h = np.sin(x)
    with gradient_of(h) as dh:
        dh = np.clip(dh, -0.5, 0.5)
    return dl.dlgradient(np.sum(h**3), x)


def clipped_expected(x):
    return np.clip(3 * np.sin(x) ** 2, -0.5, 0.5) * np.cos(x)


def in_place(x):
    h = x * 2.0
    with gradient_of(h) as dh:
        dh *= 0.5
        dh[0] = 0.0
    return dl.dlgradient(np.sum(h * h), x)


def in_place_expected(x):
    g = 4.0 * x
    g[0] = 0.0
    return g


def shared(x):
    """The cotangent of a sum is passed on as it is: a block may not change it for the other part."""
    a, b = np.sin(x), np.cos(x)
    with gradient_of(a) as da:
        da *= 0.0
    return dl.dlgradient(np.sum((a + b) * x), x)


def shared_expected(x):
    return np.sin(x) + np.cos(x) - x * np.sin(x)


def uses_before(x):
    """Only later uses pass the block."""
    h = np.sin(x)
    before = np.sum(h)
    with gradient_of(h) as dh:
        dh = -dh
    return dl.dlgradient(before + np.sum(h * h), x)


def uses_before_expected(x):
    return np.cos(x) - 2 * np.sin(x) * np.cos(x)


def through_aliases(x):
    h = np.sin(x)
    same, kept = h, [h]
    with gradient_of(h) as dh:
        dh = 3.0 * dh
    return dl.dlgradient(np.sum(same * kept[0]), x)


def through_aliases_expected(x):
    return 3.0 * 2 * np.sin(x) * np.cos(x)


def of_numbers(a, b):
    c = a * b
    d = (c, 1.0)
    with gradient_of(c) as dc:
        dc = dc * 10.0 * b
    return dl.dlgradient(d[0] + c * c, a)


def in_a_loop(x, limit):
    h = x
    for k in range(3):
        h = np.sin(h) * 2.0
        with gradient_of(h) as dh:
            dh = np.clip(dh, -limit * (k + 1), limit * (k + 1))
    return dl.dlgradient(np.sum(h), x)


def in_a_loop_expected(x, limit):
    saved, h = [], x
    for _ in range(3):
        saved.append(h)
        h = np.sin(h) * 2.0
    d = np.ones_like(h)
    for k in (2, 1, 0):
        d = np.clip(d, -limit * (k + 1), limit * (k + 1)) * 2.0 * np.cos(saved[k])
    return d


def in_a_branch(x):
    y = np.sin(x)
    if np.sum(x) > 0:
        with gradient_of(y) as dy:
            dy = 2.0 * dy
    return dl.dlgradient(np.sum(y * y), x)


def in_a_branch_expected(x):
    return (2.0 if np.sum(x) > 0 else 1.0) * 2 * np.sin(x) * np.cos(x)


def helper(h, factor):
    with gradient_of(h) as dh:
        dh = factor * dh
    return h * h


def in_a_helper(x):
    y = helper(x, 2.0)
    return dl.dlgradient(np.sum(y * helper(y, 0.5)) + np.sum(x), x)


def in_a_helper_expected(x):
    # L = sum(y * y**2) with y = x**2; the second helper halves what flows back through it.
    y = x * x
    dy = y * y + 0.5 * (2 * y) * y
    return 2.0 * (2 * x * dy) + 1.0


def of_the_variable(x):
    with gradient_of(x) as dx:
        dx = dx / np.maximum(np.linalg.norm(dx), 1.0)
    return dl.dlgradient(np.sum(x**2), x)


def of_the_variable_expected(x):
    return 2 * x / max(np.linalg.norm(2 * x), 1.0)


def reads_and_logs(x, w):
    """Reads variables of the model, a local of its own, a global list."""
    h = x * w
    scale = np.mean(w)
    with gradient_of(h) as dh:
        size = np.max(np.abs(dh))
        SEEN.append(float(size))
        dh = dh * scale
        if size > 1.0:
            dh = dh / 2.0
    scale = 7.0
    return dl.dlgradient(np.sum(h * h) * scale, x)


def reads_and_logs_expected(x, w):
    g = 7.0 * 2 * x * w
    g = g * np.mean(w) / (2.0 if np.max(np.abs(g)) > 1 else 1.0)
    return g * w


def just_looks(x):
    h = np.sin(x)
    with gradient_of(h) as dh:
        SEEN.append(dh.shape)
    return dl.dlgradient(np.sum(h), x)


def twice(x):
    """A block is differentiated, too."""
    h = np.sin(x)
    with gradient_of(h) as dh:
        dh = dh * dh
    dx = dl.dlgradient(np.sum(h * h), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx), x)


def twice_expected(x):
    s, c = np.sin(x), np.cos(x)
    return 64 * s * s * c**3 - 4 * s**3  # the block acts on what flows through its own line, too


def second_gradient(x):
    """Each gradient that is taken passes the block."""
    h = np.sin(x)
    with gradient_of(h) as dh:
        dh = 2.0 * dh
    return dl.dlgradient(np.sum(h), x), dl.dlgradient(np.sum(h * h), x)


MODELS = [
    Model(clipped, vectors(1), clipped_expected),
    Model(in_place, vectors(1), in_place_expected),
    Model(shared, vectors(1), shared_expected),
    Model(uses_before, vectors(1), uses_before_expected),
    Model(through_aliases, vectors(1), through_aliases_expected),
    Model(of_numbers, numbers(2), lambda a, b: (1 + 2 * a * b) * 10 * b * b),
    Model(in_a_loop, lambda rng, n: (rng.normal(size=n), 0.3), in_a_loop_expected),
    Model(in_a_branch, vectors(1), in_a_branch_expected),
    Model(in_a_helper, vectors(1), in_a_helper_expected),
    Model(of_the_variable, vectors(1), of_the_variable_expected),
    Model(reads_and_logs, vectors(2), reads_and_logs_expected),
    Model(just_looks, vectors(1), np.cos),
    Model(twice, vectors(1), twice_expected),
    Model(second_gradient, vectors(1), lambda x: (2 * np.cos(x), 4 * np.sin(x) * np.cos(x))),
]


def returns_from_it(x):
    with gradient_of(x) as dx:
        return dx
    return np.sum(x)


def binds_what_is_used(x):
    count = 0
    with gradient_of(x) as dx:
        count = count + 1
        dx = dx * 2.0
    return np.sum(x) * count


def of_a_container(x):
    p = {"a": x, "b": x * 2}
    with gradient_of(p) as dp:
        dp = dp
    return np.sum(p["a"])


def of_a_part(x):
    y = x * 1.0
    part = y[1:]
    with gradient_of(part) as dpart:
        dpart = dpart * 2.0
    return np.sum(part)


def changes_the_model(x):
    seen = []
    with gradient_of(x) as dx:
        seen.append(np.max(dx))
    return np.sum(x) + len(seen)


def gradient_inside(x):
    with gradient_of(x) as dx:
        dx = dl.dlgradient(np.sum(dx), dx)
    return np.sum(x)


def without_a_name(x):
    with gradient_of(x):
        pass
    return np.sum(x)


def as_a_call(x):
    return np.sum(gradient_of(x))


REFUSED = [
    Program(returns_from_it, vectors(1), refused="a jump in a block of gradient_of"),
    Program(binds_what_is_used, vectors(1), refused="binds count, which is used outside of it"),
    Program(of_a_container, vectors(1), refused="which is no array or number of floats"),
    Program(of_a_part, vectors(1), refused="which is a part of another array"),
    Program(changes_the_model, vectors(1), refused="changes a variable of the model in place"),
    Program(gradient_inside, vectors(1), refused="a gradient in a block of gradient_of"),
    Program(without_a_name, vectors(1), refused="gradient_of with something else than one value and one name"),
    Program(as_a_call, vectors(1), refused="gradient_of outside of a with statement"),
]
