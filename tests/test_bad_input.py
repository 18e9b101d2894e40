"""Bad input from outside a model: one clear error, of the right type, that names what is wrong."""

from __future__ import annotations

import collections
import decimal
import functools
import warnings

import dlgrad as dl
import numpy as np
import pytest

x = np.array([1.0, 2.0, 3.0])


def model(x):
    y = np.sum(x * x)
    return y, dl.dlgradient(y, x)


def square(x):
    return np.sum(x * x)


class Number(float):
    """A float that could mean anything."""


class Series:
    """Like a column of a data frame: an array inside an object of a foreign kind."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __mul__(self, other):
        return Series(self.values * np.asarray(other))


def containing_itself():
    out = [x]
    out.append(out)
    return out


REFUSED = {
    "matrix": np.matrix([[1.0, 2.0]]),
    "masked": np.ma.array(x, mask=[0, 1, 0]),
    "subclass": x.view(type("Sub", (np.ndarray,), {})),
    "record array": np.rec.array([(1.0, 2.0)], dtype=[("a", float), ("b", float)]),
    "series": Series(x),
    "structured": np.array([(1.0, 2.0)], dtype=[("a", float), ("b", float)]),
    "texts": np.array(["a", "b"]),
    "dates": np.array(["2020-01-01"], "M8[D]"),
    "integers": np.array([1, 2]),
    "booleans": np.array([True, False]),
    "integer": 3,
    "bool": True,
    "float subclass": Number(2.0),
    "decimal": decimal.Decimal("1.5"),
    "text": "abc",
    "list": [1.0, 2.0],
    "dict": {"a": x},
    "ordered dict": collections.OrderedDict(a=x),
    "a function": np.sum,
    "itself": containing_itself(),
    "deep": functools.reduce(lambda inner, _: [inner], range(300), x),
    "complex": 2j,
    "objects": np.array([1.0, 2.0], object),
}


@pytest.mark.parametrize("sort", REFUSED)
def test_not_an_array(sort):
    with pytest.raises(dl.DLError) as caught:
        dl.dlfeval(model, REFUSED[sort])
    message = str(caught.value)
    assert "Cell(" not in message and "object at 0x" not in message, message
    assert len(message.splitlines()) < 15


@pytest.mark.parametrize("given", [x.astype(np.float16), x.astype(np.longdouble), x.astype(">f8"), x[::-1],
                                   np.zeros(0), np.array(2.0), np.float32(2), np.broadcast_to(x, (2, 3)),
                                   np.asfortranarray(np.ones((2, 3)))],
                         ids=lambda a: f"{a.dtype}{a.shape}")  # fmt: skip
def test_odd_but_an_array(given):
    value, gradient = dl.dlfeval(model, given)
    np.testing.assert_array_equal(gradient, 2 * given)
    assert value == np.sum(given * given)


def test_arguments_are_left_alone():
    frozen = x.copy()
    frozen.flags.writeable = False
    dl.dlfeval(model, frozen)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dl.dlfeval(model, x[::2])


def test_dlgradient_outside():
    for call in (lambda: dl.dlgradient(1.0, x), lambda: model(x)):
        with pytest.raises(dl.TraceError, match=r"dlgradient was called outside dlfeval(.|\n)*dlfeval\(model"):
            call()


@pytest.mark.parametrize("function", [3, None, "model", np], ids=["int", "None", "str", "module"])
def test_not_a_function(function):
    for door in (dl.dlfeval, dl.gradient_source, dl.check_gradients):
        with pytest.raises(TypeError, match="not callable"):
            door(function, x)
    if function is not None:
        with pytest.raises(TypeError, match="not callable"):
            dl.dlaccelerate(function)


@pytest.mark.parametrize("function", [np.sum, len, np.exp, Series, functools.lru_cache(square)],
                         ids=["np.sum", "len", "np.exp", "class", "lru_cache"])  # fmt: skip
def test_no_python_function(function):
    with pytest.raises(dl.UnsupportedSyntax, match=r"is not a Python function.*wrap it in one"):
        dl.dlfeval(function, x)


def test_text_that_cannot_be_had():
    space = {"np": np, "dl": dl}
    exec(compile("def made(x):\n    return dl.dlgradient(np.sum(x), x)", "<made>", "exec"), space)
    with pytest.raises(dl.UnsupportedSyntax, match=r"text of made cannot be had.*in a file"):
        dl.dlfeval(space["made"], x)


def test_arguments_as_python_binds_them():
    for call in (lambda: dl.dlfeval(model), lambda: dl.dlfeval(model, x, x), lambda: dl.dlfeval(model, z=x)):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("argnums", ["x", 1.0, None, [0], ()])
def test_argnums_of_a_wrong_type(argnums):
    with pytest.raises(TypeError, match="argnums must be a position or a tuple of positions"):
        dl.grad(square, argnums)


@pytest.mark.parametrize("argnums", [1, -2, (0, 1)])
def test_argnums_out_of_range(argnums):
    with pytest.raises(dl.DLError, match="out of range"):
        dl.grad(square, argnums)(x)


def test_results_that_are_no_number():
    for function in (lambda x: x * x, lambda x: None, lambda x: (np.sum(x), x), lambda x: "loss"):
        with pytest.raises(dl.DLError):
            dl.grad(function)(x)


def test_cotangents_that_do_not_fit():
    pull = dl.vjp(lambda x: x * x, x)[1]
    for wrong in (np.ones(4), "a", None, (x, x)):
        with pytest.raises((dl.DLError, ValueError, TypeError)):
            pull(wrong)


def test_options_of_dlaccelerate():
    accelerated = dl.dlaccelerate(model)
    with pytest.raises(ValueError, match="CheckMode is one of"):
        accelerated.CheckMode = "x"
    with pytest.raises(ValueError, match="CacheSize"):
        accelerated.CacheSize = 0
    with pytest.raises(ValueError, match="CacheSize"):
        dl.dlaccelerate(model, CacheSize=0)
    with pytest.raises(TypeError):
        dl.dlaccelerate(model, Foo=1)


def raising(x):
    y = np.sum(x)
    if y > 0:
        raise ValueError("positive")
    return dl.dlgradient(y, x)


def mismatched(x, w):
    y = np.sum(x @ w)
    return dl.dlgradient(y, w)


def in_the_backward(x):
    y = np.sum(np.linalg.inv(x))
    return dl.dlgradient(y, x)


@pytest.mark.parametrize(("function", "arguments", "error", "line"), [
    (raising, (x,), ValueError, 'raise ValueError("positive")'),
    (mismatched, (np.ones((2, 3)), np.ones((2, 3))), ValueError, "y = np.sum(x @ w)"),
    (in_the_backward, (np.zeros((2, 2)),), np.linalg.LinAlgError, "y = np.sum(np.linalg.inv(x))"),
])  # fmt: skip
def test_errors_while_running_name_the_line(function, arguments, error, line):
    """Type and message are Python's; one note names the file and the user's line."""
    with pytest.raises(error) as caught:
        dl.dlfeval(function, *arguments)
    (note,) = caught.value.__notes__
    assert line in note
    number = int(note.split(__file__ + ":")[1].split(":")[0])
    with open(__file__, encoding="utf-8") as file:
        assert line in file.read().splitlines()[number - 1]


def unconnected(x, w):
    y = np.sum(w)
    return dl.dlgradient(y, x)


def cut_off(x):
    g = dl.dlgradient(np.sum(x**3), x)
    return dl.dlgradient(np.sum(g), x)


@pytest.mark.parametrize(("function", "arguments"), [(unconnected, (x, x)), (cut_off, (x,))])
def test_zero_gradients_warn(function, arguments):
    for _ in range(2):
        with pytest.warns(dl.GradientWarning, match=r"line \d+.*\bx\b"):
            gradient = dl.dlfeval(function, *arguments)
        np.testing.assert_array_equal(gradient, np.zeros(3))


def misspelt(x):
    return np.sum(undefined_name(x))  # noqa: F821


def no_such_function(x):
    return np.sum(np.sine(x))


def no_such_method(x):
    return np.sum(x.summed())


def no_such_key(p):
    return np.sum(p["W2"])


twice_each = np.vectorize(lambda v: 2 * v)


@functools.cache
def kept_result(x):
    return 2 * x


def vectorized(x):
    return np.sum(twice_each(x))


def cached(x):
    return kept_result(x[0])


@pytest.mark.parametrize(("function", "given", "reason"), [
    (misspelt, x, "undefined_name is not defined"), (no_such_function, x, "numpy has no attribute sine"),
    (no_such_method, x, "an array has no method summed"),
    (no_such_key, {"W": x}, "there is no entry 'W2': its keys are 'W'"),
    (vectorized, x, "np.vectorize"), (cached, x, "functools.cache"),
])  # fmt: skip
def test_mistakes_are_named(function, given, reason):
    with pytest.raises(dl.NotDifferentiable, match=reason):
        dl.grad(function)(given)


def test_refusals_come_without_frames_of_ours():
    with pytest.raises(dl.NotDifferentiable) as caught:
        dl.dlfeval(lambda x: dl.dlgradient(np.sum(np.sine(x)), x), x)
    assert len(caught.traceback) <= 4
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(dl.NotDifferentiable) as caught:
        dl.gradient_source(dl.grad(vectorized), x)
    assert len(caught.traceback) <= 4


def test_wrong_arguments_name_the_function():
    with pytest.raises(TypeError, match=r"square\(\): missing a required argument: 'x'"):
        dl.dlfeval(square)
