"""`options`: warnings as errors, and the first NaN or infinity by the line that made it."""

from __future__ import annotations

import threading
import warnings

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.runtime.settings import NOW


@pytest.fixture(autouse=True)
def quiet():
    """NumPy does not warn, and every test leaves the settings as they were."""
    with np.errstate(all="ignore"):
        yield
    assert (NOW.strict, NOW.check_numerics) == (False, False)


def said(model, *args):
    """The texts of the gradient warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dl.dlfeval(model, *args)
    return [str(w.message) for w in caught if issubclass(w.category, dl.GradientWarning)]


def line_of(model, text):
    """The line of the file that holds a text, in a function."""
    rows = open(model.__code__.co_filename, encoding="utf-8").read().split("\n")
    first = model.__code__.co_firstlineno
    return next(n for n in range(first, len(rows)) if text in rows[n - 1])


# --- warnings -----------------------------------------------------------------------------------


def unconnected(params, x):
    loss = np.sum(params["used"] * x)
    return loss, dl.dlgradient(loss, params, x)


def through_a_constant(x):
    first = dl.dlgradient(np.sum(x**3), x)
    return dl.dlgradient(np.sum(first * first), x)


def of_numbers(params):
    loss = np.sum(params["w"] * params["count"]) + np.sum(params["half"])
    return dl.dlgradient(loss, params)


PARAMS = {"w": np.ones(3), "count": np.arange(3), "half": np.ones(2, np.float16), "name": "a", "k": 2}


def test_what_does_not_move_is_named():
    (text,) = said(unconnected, {"used": np.ones(3), "other": np.ones(2)}, np.ones(3))
    assert "other" in text and f"line {line_of(unconnected, 'dlgradient')}" in text


def test_both_lines_of_a_constant_gradient():
    (text,) = said(through_a_constant, np.ones(3))
    assert f"line {line_of(through_a_constant, 'first = ')}" in text
    assert text.startswith(f"line {line_of(through_a_constant, 'return')}") and "EnableHigherDerivatives" in text


def cubed(x):
    return dl.dlgradient(np.sum(x**3), x)


def through_a_constant_of_a_helper(x):
    first = cubed(x)
    return dl.dlgradient(np.sum(first * first), x)


def through_two_helpers(x):
    return dl.dlgradient(np.sum(x) + np.sum(outer(x)), x)


def outer(x):
    return cubed(x) * 2


def test_both_lines_of_a_constant_gradient_of_a_helper():
    """Where a gradient is taken makes no difference to what it is."""
    for model, expected in ((through_a_constant_of_a_helper, 0.0), (through_two_helpers, 1.0)):
        (text,) = said(model, np.ones(3))
        assert f"line {line_of(cubed, 'return')}" in text and "EnableHigherDerivatives" in text
        assert text.startswith(f"line {line_of(model, 'return')}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            np.testing.assert_array_equal(dl.dlfeval(model, np.ones(3)), np.full(3, expected))
    slopes = dl.dlaccelerate(through_a_constant_of_a_helper)(np.ones(3))
    np.testing.assert_array_equal(slopes, np.full(3, 36.0))


def test_warnings_are_told_where_dlgrad_is_called():
    accelerated, params = dl.dlaccelerate(unconnected), {"used": np.ones(3), "other": np.ones(2)}
    for call in (lambda: dl.dlfeval(unconnected, params, np.ones(3)), lambda: accelerated(params, np.ones(3)),
                 lambda: dl.dlfeval(accelerated, params, np.ones(3)),
                 lambda: dl.grad(lambda a, b: np.sum(a), (0, 1))(np.ones(2), np.ones(2))):  # fmt: skip
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call()
        found = [w for w in caught if issubclass(w.category, dl.GradientWarning)]
        assert found and all(w.filename == __file__ for w in found)


def test_parts_of_containers_are_named_as_they_are_read():
    def model(params, *more):
        loss = np.sum(params["a"][0])
        return dl.dlgradient(loss, params, *more)

    texts = said(model, {"a": (np.ones(2), [np.ones(2)]), "n": np.arange(2)}, np.ones(2))
    start = f"line {line_of(model, 'return')}: "
    assert any(t.startswith(f"{start}params['n'] is an array of integers") for t in texts)
    assert any("does not depend on params['a'][1][0]:" in t for t in texts)
    assert any("does not depend on more[0]:" in t for t in texts)


def test_integers_and_halves():
    texts = said(of_numbers, PARAMS)
    assert len(texts) == 2
    assert any("count" in t and "integers" in t for t in texts)
    assert any("half" in t and "float16" in t for t in texts)


@pytest.mark.parametrize(("model", "args"), [
    (unconnected, ({"used": np.ones(3), "other": np.ones(2)}, np.ones(3))),
    (through_a_constant, (np.ones(3),)), (of_numbers, (PARAMS,)),
])  # fmt: skip
def test_strict(model, args):
    texts = said(model, *args)
    with dl.options(strict=True), pytest.raises(dl.StrictError) as error:
        dl.dlfeval(model, *args)
    assert str(error.value) == "\n".join(texts)
    assert said(model, *args) == texts


def test_strict_raises_before_anything_runs(capsys):
    def talking(x, y):
        print("running")
        loss = np.sum(x)
        return dl.dlgradient(loss, y)

    with dl.options(strict=True), pytest.raises(dl.StrictError):
        dl.dlfeval(talking, np.ones(2), np.ones(2))
    assert capsys.readouterr().out == ""


# --- NaN and infinity ---------------------------------------------------------------------------


def backward_only(w, x):
    h = x @ w
    s = np.sqrt(h * h)
    loss = np.sum(s)
    return loss, dl.dlgradient(loss, w)


def forward(w, x):
    h = x @ w
    p = np.log(h)
    q = p + 1.0
    return dl.dlgradient(np.sum(q), w)


def root(a):
    b = a - a
    return np.sqrt(b)


def in_a_helper(w, x):
    r = root(x @ w)
    return dl.dlgradient(np.sum(r), w)


def in_a_loop(w, x):
    h = x @ w
    for _ in range(5):
        h = h * h * 1e80
    return dl.dlgradient(np.sum(h), w)


def stored(w, x):
    out = np.zeros(3)
    out[0] = 1.0
    out[1] = np.sum(w) / np.sum(w - w)
    out[2] = 2.0
    return dl.dlgradient(np.sum(out), w)


def branch(w, x):
    if np.sum(w) > 0:
        y = np.sum(w)
    else:
        y = np.log(np.sum(w) - 1.0)
    return dl.dlgradient(y, w)


def into(w, x):
    out = np.ones(3)
    np.log(w, out=out)
    return dl.dlgradient(np.sum(w), w), out


ZEROS, ROWS = np.zeros(3), np.ones((2, 3))


@pytest.mark.parametrize(("model", "w", "place", "where", "word"), [
    (backward_only, ZEROS, "s = ", "backward", "NaN (2 of 2)"),
    (forward, ZEROS, "p = ", "at ", "an infinity"),
    (forward, -np.ones(3), "p = ", "at ", "NaN (2 of 2)"),
    (in_a_loop, np.ones(3), "h = h", "at ", "an infinity"),
    (stored, np.ones(3), "out[1]", "at ", "an infinity"),
    (branch, ZEROS, "np.log", "at ", "NaN"),
    (into, ZEROS, "out=out", "at ", "an infinity"),
])  # fmt: skip
def test_the_first_fault_is_named(model, w, place, where, word):
    dl.dlfeval(model, w, ROWS)
    with dl.options(check_numerics=True), pytest.raises(dl.NumericsError) as error:
        dl.dlfeval(model, w, ROWS)
    text = str(error.value)
    assert word in text and where in text
    assert f"test_options.py:{line_of(model, place)}:" in text


def test_in_a_helper():
    with dl.options(check_numerics=True), pytest.raises(dl.NumericsError) as error:
        dl.dlfeval(in_a_helper, np.ones(3), ROWS)
    assert f"test_options.py:{line_of(root, 'np.sqrt')}:" in str(error.value) and "backward" in str(error.value)


def logarithm(v):
    return np.log(v) * 2


def of_a_logarithm(x):
    y = logarithm(x)
    return dl.dlgradient(np.sum(y**2), x)


def test_in_what_a_helper_returns():
    """The line is the one of the return statement, though more is returned than the user wrote."""
    with dl.options(check_numerics=True), pytest.raises(dl.NumericsError) as caught:
        dl.dlfeval(of_a_logarithm, np.array([0.0, 1.0]))
    assert f":{line_of(logarithm, 'return')}: return np.log(v) * 2" in str(caught.value)


def test_settings_hold_in_threads():
    found = []

    def work():
        with np.errstate(all="ignore"):
            try:
                dl.dlfeval(of_a_logarithm, np.array([0.0, 1.0]))
            except dl.NumericsError as error:
                found.append(error)

    with dl.options(check_numerics=True):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 3


def test_an_argument_is_told_apart():
    with dl.options(check_numerics=True), pytest.raises(dl.NumericsError) as error:
        dl.dlfeval(forward, np.array([1.0, np.nan, 2.0]), ROWS)
    assert str(error.value) == "the argument w holds NaN (1 of 3) before anything is computed"


def test_infinities_may_pass():
    with dl.options(check_numerics="nan"):
        assert np.isinf(dl.dlfeval(forward, ZEROS, ROWS)).all()
        with pytest.raises(dl.NumericsError):
            dl.dlfeval(backward_only, ZEROS, ROWS)


def test_the_same_numbers():
    plain = dl.dlfeval(backward_only, np.ones(3), ROWS)
    with dl.options(check_numerics=True):
        checked = dl.dlfeval(backward_only, np.ones(3), ROWS)
    assert plain[0] == checked[0] and np.array_equal(plain[1], checked[1])


def test_it_is_a_floating_point_error():
    assert issubclass(dl.NumericsError, FloatingPointError) and issubclass(dl.NumericsError, dl.DLError)


def test_accelerated_functions_and_grad():
    fast = dl.dlaccelerate(backward_only)
    fast(np.ones(3), ROWS)
    with dl.options(check_numerics=True):
        with pytest.raises(dl.NumericsError):
            fast(ZEROS, ROWS)
        with pytest.raises(dl.NumericsError, match=r"np\.sqrt"):
            dl.grad(lambda w: np.sum(np.sqrt(w * w)))(ZEROS)


# --- settings -----------------------------------------------------------------------------------


def test_nested_and_restored():
    with dl.options(strict=True):
        with dl.options(check_numerics=True):
            assert NOW.strict is True and NOW.check_numerics is True
        assert NOW.strict is True and NOW.check_numerics is False


def test_without_a_block():
    before = dl.options(strict=True)
    try:
        assert NOW.strict is True
    finally:
        before.__exit__(None, None, None)


@pytest.mark.parametrize("wrong", [{"strict": 1}, {"check_numerics": "inf"}])
def test_wrong_values(wrong):
    with pytest.raises(ValueError):
        dl.options(**wrong)
