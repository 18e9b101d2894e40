"""Whole programs, interpreted: the adjoint is right (differences say so) and printed as it is."""

import ast

import gast
import numpy as np
import pytest
from dlgrad.api import SPECIALS, dlfeval, dlgradient
from dlgrad.transpile.pipeline import write
from interpreter import Interpreter, disagreement


def straight(x, w):
    y = np.sum(np.tanh(x @ w) ** 2)
    return y, dlgradient(y, w)


def branch(x, w):
    if np.sum(x) > 0:
        z = x * w
    else:
        z = np.sin(w)
    y = np.sum(z * z)
    return y, dlgradient(y, w)


def rows(x, w):
    h = np.zeros(3)
    for row in x:
        h = np.tanh(h * w + row)
    y = np.sum(h)
    return y, dlgradient(y, w)


def counted(x, w):
    h = w
    for i in range(len(x)):
        if i % 2:
            h = h * x[i]
        else:
            h = np.sin(h)
    y = np.sum(h)
    return y, dlgradient(y, w)


def collected(x, w):
    out = []
    for row in x:
        out.append(np.sum(row * w) ** 2)
    y = sum(out)
    return y, dlgradient(y, w)


def as_long_as(x, w):
    h = w
    while np.sum(h * h) > 0.01:
        h = h * 0.5 + 0.01 * x[0] * h
    y = np.sum(h)
    return y, dlgradient(y, w)


def helper(a, b):
    return np.exp(0.1 * a * b), a + b


def calls(x, w):
    p, q = helper(x, w)
    r, s = helper(q, w)
    y = np.sum(p * r * s)
    return y, dlgradient(y, w)


def shared(x, w):
    parts = {"a": w * x[0], "b": (w[0], w[1:])}
    y = np.sum(parts["a"] ** 2) * parts["b"][0] + np.sum(parts["b"][1])
    return y, dlgradient(y, w)


def in_each_turn(x, w):
    h, g = w, w
    for row in x:
        h = np.tanh(h * w + row)
        y = np.sum(h * h)
        g = dlgradient(y, w)
    return y, g


MODELS = [straight, branch, rows, counted, collected, as_long_as, calls, shared, in_each_turn]


def arguments():
    rng = np.random.default_rng(3)
    return rng.standard_normal((4, 3)), rng.standard_normal(3)


def evaluated(fun):
    """What an expression of the user's gives, from the names in sight."""

    def user(op, scope):
        node = ast.Expression(gast.gast_to_ast(op.node))
        names = {v.name: x for v, x in scope.items() if v.name}
        return eval(compile(ast.fix_missing_locations(node), "<model>", "eval"), fun.__globals__, names)

    return user


def interpreted(fun, *args):
    """The gradient that the program of a model computes, and the broken promises of kinds."""
    function = write(fun, args, {}, SPECIALS).function
    given = dict(zip(("x", "w"), args, strict=True))
    scope = {p: given[p.name] for p in function.region.params}
    broken = []
    seen = {}

    def watch(op, results):
        seen.update(zip(op.results, results, strict=True))
        kept = op.attrs.get("exported", op.attrs.get("collected", {}))  # None where it did not run
        pairs = [p for p in zip(op.results, results, strict=True) if p[0] not in kept]
        told = [disagreement(r.kind, v) for r, v in pairs]
        broken.extend(f"{op}: {t}" for t in told if t)

    Interpreter(watch, evaluated(fun)).region(function.region, scope)
    (gradient,) = function.attrs["expanded"].values()
    return seen[gradient], broken


def differences(fun, x, w, h=1e-6):
    def value(v):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(fun.__globals__, "dlgradient", lambda *_: None)
            return float(fun(x, v)[0])

    return [(value(w + h * e) - value(w - h * e)) / (2 * h) for e in np.eye(w.size)]


@pytest.mark.parametrize("fun", MODELS, ids=lambda f: f.__name__)
def test_the_program_is_what_is_printed_and_right(fun):
    x, w = arguments()
    gradient, broken = interpreted(fun, x, w)
    assert not broken, "\n".join(broken)
    np.testing.assert_allclose(gradient, differences(fun, x, w), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(dlfeval(fun, x, w)[1], gradient, rtol=1e-13)


def test_an_early_exit_is_refused():
    def model(x, w):
        h = w
        for row in x:
            h = h * row
            if np.sum(h) < 0:
                break
        return dlgradient(np.sum(h), w)

    with pytest.raises(NotImplementedError, match="early"):
        interpreted(model, *arguments())


