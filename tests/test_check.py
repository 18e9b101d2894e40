"""check_gradients: agrees with right gradients, and finds wrong ones."""

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.check import check_gradients
from dlgrad.models import loss_of
from dlgrad.runtime.errors import DLError

RNG = np.random.default_rng(0)
PARAMS = {"W": RNG.normal(size=(3, 2)), "b": RNG.normal(size=2)}
X = RNG.normal(size=(4, 3))


def loss(params, x):
    return np.sum(np.tanh(x @ params["W"] + params["b"]) ** 2)


def test_paths_and_rows():
    report = check_gradients(loss, PARAMS, X)
    assert report and report.worst.error < 1e-6
    names = [row.path for row in report.rows]
    assert "params['W'](2, 1)" in names and "params['b'](0)" in names and "x(3, 2)" in names
    assert "23 comparisons agree" in str(report) and "params['W']" in str(report)


def test_single_precision():
    single = {k: v.astype(np.float32) for k, v in PARAMS.items()}
    report = check_gradients(loss, single, X.astype(np.float32))
    assert report and report.rtol == 2e-2


def test_complex_arguments_are_compared_in_both_parts():
    def f(z):
        return np.sum(np.real(np.sin(z) * np.conj(z)))

    report = check_gradients(f, RNG.normal(size=3) + 1j)
    assert report and {row.path for row in report.rows} >= {"z(0) real", "z(0) imag"}


def test_any_structure_of_results():
    def f(x, y):
        return np.sin(x) * y, {"a": [x @ y, 3, None]}

    assert check_gradients(f, RNG.normal(size=3), RNG.normal(size=3))


def test_labelled():
    x = dl.dlarray(RNG.normal(size=(3, 2)), "CB")
    assert check_gradients(lambda x: dl.softmax(x), x)


def test_numbers_and_large_arrays():
    assert check_gradients(lambda a: a * a, 2.0)
    report = check_gradients(lambda a: np.sum(a**3), RNG.normal(size=(50, 40)))
    assert report and len(report.rows) == 43


def wrong(x):
    """Its gradient misses a part."""
    return np.sum(dl.stop_gradient(x) * x)


def test_wrong_gradients_are_found():
    report = check_gradients(wrong, np.array([1.0, -2.0]))
    assert not report and "5 of 5 comparisons differ" in str(report)
    assert report.rows[0].ours == 1.0 and abs(report.rows[0].differences - 2.0) < 1e-6
    with pytest.raises(DLError, match=r"x\(0\)"):
        check_gradients(wrong, np.ones(2), raise_errors=True)


def test_kinks():
    def f(x):
        return np.sum(np.maximum(x, 0)) + np.sum(np.abs(x))

    assert check_gradients(f, np.array([0.0, 1.0, -1.0]))
    report = check_gradients(lambda x: np.sum(dl.relu(x)), np.array([0.0, 1.0]))
    assert report and "a kink" in report.rows[0].note


def test_arguments_are_not_changed():
    def f(x):
        x[0] = x[1] * 2.0
        return np.sum(x * x)

    x = np.array([1.0, 2.0])
    assert check_gradients(f, x)
    assert x.tolist() == [1.0, 2.0]


def test_argnums():
    report = check_gradients(loss, PARAMS, X, argnums=1)
    assert not any(row.path.startswith("params") for row in report.rows)
    for bad, text in ((2, "out of range"), ((0, -3), "out of range")):
        with pytest.raises(DLError, match=text):
            check_gradients(loss, PARAMS, X, argnums=bad)
    with pytest.raises(DLError, match=r"argument 1 of .* holds no floating"):
        check_gradients(lambda x, n: x * n, 1.0, 2, argnums=1)


def test_what_cannot_be_checked():
    rng = np.random.default_rng(0)
    with pytest.raises(DLError, match="no argument with floating"):
        check_gradients(lambda n: n, 3)
    with pytest.raises(DLError, match="no floating point number"):
        check_gradients(lambda x: None, 3.0)
    with pytest.raises(DLError, match="for the same arguments"):
        check_gradients(lambda x: np.sum(x * rng.normal()), np.ones(2))
    with pytest.raises(DLError, match="calls dlgradient itself"):
        check_gradients(model, np.ones(2), np.ones(2))


def model(x, w, scale=0.5):
    h = np.tanh(x * w)
    value = np.sum(h) * scale
    dw = dl.dlgradient(value, w)
    return value, dw


def looped(x, w):
    for _ in range(3):
        value = np.sum(x * w)
        w = w - dl.dlgradient(value, w)
    return w


def test_the_loss_of_a_model():
    fun, positions = loss_of(model)
    assert positions == (1,)
    x, w = np.arange(3.0), np.ones(3)
    assert fun(x, w) == np.sum(np.tanh(x * w)) * 0.5
    assert check_gradients(fun, x, w, argnums=positions)
    with pytest.raises(DLError, match="cannot be taken apart"):
        loss_of(looped)
