"""What is kept for a sweep is kept until its last reader, and no longer, whatever RetainData says."""

from __future__ import annotations

import dlgrad as dl
import numpy as np
import pytest
from peaks import peak

TURNS = 100


def features(x, w):
    for _ in range(TURNS):
        x = np.tanh(x * w)
    return x


def one(x, w):
    return dl.dlgradient(np.sum(features(x, w)), w)


def one_after_the_other(x, w, keep):
    a = x
    for _ in range(TURNS):
        a = np.tanh(a * w)
    first = dl.dlgradient(np.sum(a), w, RetainData=keep)
    second = dl.dlgradient(np.sum(features(x, first)), first)
    b = x
    for _ in range(TURNS):
        b = np.tanh(b * w)
    return first, second, dl.dlgradient(np.sum(b**2), w)


def read_again(x, w):
    a = x
    for _ in range(TURNS):
        a = np.tanh(a * w)
    first = dl.dlgradient(np.sum(a), w)
    b = x
    for _ in range(TURNS):
        b = np.tanh(b * w)
    return first, dl.dlgradient(np.sum(b * a), w)


@pytest.fixture
def x():
    return np.linspace(-1.0, 1.0, 10_000)


@pytest.mark.parametrize(("model", "options"), [(one, ()), (one_after_the_other, (False,)),
                                                (one_after_the_other, (True,))])  # fmt: skip
def test_three_sweeps_take_the_memory_of_one(model, options, x):
    assert TURNS <= peak(model, x, 0.9, *options) < 1.2 * TURNS


def test_what_is_read_again_stays(x):
    assert peak(read_again, x, 0.9) > 2 * TURNS


def test_retaining_changes_no_result(x):
    assert dl.dlfeval(one_after_the_other, x, 0.9, False) == dl.dlfeval(one_after_the_other, x, 0.9, True)


def test_a_sweep_that_reads_again_reads_the_same(x):
    first, second = dl.dlfeval(read_again, x, 0.9)
    assert first == pytest.approx(dl.grad(lambda w: np.sum(features(x, w)))(0.9), rel=1e-14)
    assert second == pytest.approx(dl.grad(lambda w: np.sum(features(x, w) ** 2))(0.9), rel=1e-12)
