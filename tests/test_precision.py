"""A gradient has the dtype of its variable through whole programs: single stays single, complex stays complex."""

import dlgrad as dl
import numpy as np
import pytest


def entry(x):
    return x[0, 0]


def spread(x):
    return np.sum(x) + 0 * x[1, 1]


def parts(x):
    return np.sum(np.sin(np.real(x)) + np.cos(np.imag(x)))


def real_part(x):
    return np.sum(np.sort(x.real))


def rows(x):
    total = 0.0
    for i, row in enumerate(x):
        if i > 0:
            total = total + np.sum(np.abs(row) ** 2)
    return total


def branches(x):
    y = np.mean(np.abs(x))
    return y * 2 if y > 0 else np.sum(np.real(x))


def helper(x):
    return np.max(np.abs(x))


def called(x):
    return helper(x) + helper(x * 2)


def loops(x):
    y = np.abs(x[0, 0])
    for _ in range(3):
        y = y * 0.5 + np.sum(np.abs(x))
    return y


def first_row_alone(x):
    return sorted(np.abs(x[0]))[1]


def changing_shape(x):
    y = np.abs(x[0])
    for _ in range(2):
        last = y * 2
        y = last[1:]
    return np.sum(last)


PROGRAMS = [entry, spread, parts, real_part, rows, branches, called, loops, first_row_alone, changing_shape]


REAL, COMPLEX = [np.float32, np.float64], [np.complex64, np.complex128]
CASES = [(f, dtype) for f in PROGRAMS for dtype in (REAL if f in (entry, spread) else [*REAL, *COMPLEX])]
"""The result of the first two is as complex as their argument, and has no gradient then."""


@pytest.mark.parametrize(("f", "dtype"), CASES)
def test_dtype_stays(f, dtype):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(3, 4)).astype(dtype)
    if np.dtype(dtype).kind == "c":
        x = (x + 1j * rng.normal(size=(3, 4))).astype(dtype)
    wide = x.astype(complex if x.dtype.kind == "c" else float)
    g, expected = dl.grad(f)(x), dl.grad(f)(wide)
    assert (g.dtype, g.shape) == (x.dtype, x.shape)
    np.testing.assert_allclose(g, expected, rtol=1e-3, atol=1e-4)


def doubled(x, y):
    return np.sum(y * 2)


def itself(x, y):
    return y


def with_floor(x, y):
    return np.floor(y) + np.sin(y)


@pytest.mark.parametrize("f", [doubled, itself, with_floor])
@pytest.mark.parametrize("make", [np.float32, np.float64, lambda v: np.array(v, np.float32), np.array])
def test_numbers_of_numpy_stay_numpys(f, make):
    x, y = make(0.7), make(0.5)
    for g in dl.grad(f, (0, 1))(x, y):
        assert isinstance(g, np.generic | np.ndarray)
        assert g.dtype == x.dtype


def test_numbers_of_python_stay_pythons():
    assert [type(g) for g in dl.grad(lambda x, y: np.sum(y * 2), (0, 1))(0.7, 0.5)] == [float, float]


def test_an_unread_scalar_of_complex_keeps_its_dtype():
    g = dl.grad(lambda x, y: np.abs(y), (0, 1))(np.complex64(1 + 2j), np.complex64(3 + 4j))
    assert [v.dtype for v in g] == [np.complex64, np.complex64]
