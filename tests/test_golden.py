"""Numbers printed in MATLAB's documentation, recomputed.

MATLAB's default generator is NumPy's ``RandomState(5489)``; its arrays fill in Fortran order.
"""

import numpy as np
import pytest
from dlgrad.runtime import functions as dl
from dlgrad.runtime.dlarray import dlarray


@pytest.fixture
def rand():
    state = np.random.RandomState(5489)
    return lambda *shape: state.rand(int(np.prod(shape))).reshape(shape, order="F")


def printed(value, digits):
    """What MATLAB's short format shows."""
    return f"{float(np.ravel(value)[0]):.{digits}f}"


@pytest.mark.parametrize(("loss", "number"), [(dl.l2loss, "1.4748"), (dl.l1loss, "3.1679")])
def test_l1_and_l2_loss(rand, loss, number):
    Y, T = dlarray(rand(10, 12), "CB"), rand(10, 12)
    assert printed(loss(Y, T), 4) == number


def test_huber_within_the_transition(rand):
    Y, T = rand(10, 12), rand(10, 12)
    expected = np.sum((Y - T) ** 2) / 2 / 12
    assert float(dl.huber(dlarray(Y, "CB"), T)) == pytest.approx(expected, rel=1e-14)


def test_mse_is_half_and_divides_by_observations(rand):
    assert printed(dl.mse(dlarray(rand(6, 6, 1, 1), "SSCB"), np.ones((6, 6, 1, 1))), 4) == "5.2061"


def test_crossentropy(rand):
    Y = dl.softmax(dlarray(rand(10, 12), "CB"))
    classes = np.floor(10 * rand(1, 12)).astype(int)
    T = np.eye(10)[:, classes[0]]
    assert printed(dl.crossentropy(Y, T), 4) == "2.3343"
    assert printed(dl.indexcrossentropy(Y, classes), 4) == "2.3343"


def test_fullyconnect(rand):
    X = dlarray(rand(12, 12, 32, 1), "SSCB")
    Y = dl.fullyconnect(X, np.ones((10, 12, 12, 32)), np.ones((10, 1)))
    assert Y.dims == "CB" and Y.shape == (10, 1)
    assert printed(Y.data / 1e3, 4) == "2.3266"
    flat = dl.fullyconnect(X, np.ones((10, 12 * 12 * 32)), np.ones(10))
    np.testing.assert_allclose(flat, Y, rtol=1e-13)


def test_format_of_a_permuted_array():
    x = dlarray(np.zeros((5, 4, 3, 2)), "TSSU")
    assert repr(x).startswith("4(S) x 3(S) x 5(T) x 2(U) dlarray")


def test_lone_label():
    assert dlarray(np.arange(1, 4), "C").dims == "C"
