"""Functions with gradients of their own, beside the programs of `tests/programs`: outside of models, on disk, alone."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from types import FunctionType, SimpleNamespace

import dlgrad as dl
import numpy as np
import pytest
from agreement import apart, flat, slopes
from peaks import peak
from programs.subtle_own_gradients import BLOCKS
from test_offline import agrees

ROOT = Path(__file__).resolve().parent.parent


@dl.custom_gradient
def softplus(x):
    """What it computes."""
    return np.logaddexp(0.0, x)


@softplus.backward
def softplus_backward(dy, y, x):
    return dy * (1.0 - np.exp(-y))


@dl.custom_gradient
def broadcasting(x):
    return x * 2.0


@broadcasting.backward
def broadcasting_backward(dy, y, x):
    return np.sum(dy)


@dl.custom_gradient
def hidden(x):
    try:
        return x * 2.0
    except ValueError:
        return x


@hidden.backward
def hidden_backward(dy, y, x):
    exec("x *= 2.0", {}, {"x": x})
    return dy


@dl.custom_gradient
def spoiling(x):
    exec("x *= 2.0", {}, {"x": x})
    return x


@spoiling.backward
def spoiling_backward(dy, y, x):
    return 2.0 * dy


@dl.checkpoint
def block(x, W):
    h = np.sin(x @ W)
    return h * np.cos(h)


rounded = dl.straight_through(np.round)


def model(x, W, limit):
    h = softplus(block(x, W))
    with dl.gradient_of(h) as dh:
        dh = np.clip(dh, -limit, limit)
    loss = np.mean(h**2) + np.sum(rounded(W) * W)
    return loss, dl.dlgradient(loss, W)


def unreadable(x):
    h = safe(x)
    return dl.dlgradient(np.sum(h), x)


@dl.custom_gradient
def safe(x):
    try:
        return x**2
    except ValueError:
        return x


@safe.backward
def safe_backward(dy, y, x):
    try:
        return dy * 2 * x
    except ValueError:
        return dy


ARGUMENTS = (np.linspace(-1.0, 1.0, 6).reshape(2, 3), np.linspace(0.2, 0.9, 9).reshape(3, 3), 0.01)


def test_outside_of_a_model():
    assert softplus(0.0) == np.log(2.0) and softplus.__name__ == "softplus" and "computes" in softplus.__doc__
    assert block(np.ones((1, 2)), np.eye(2)).shape == (1, 2)
    assert np.array_equal(rounded(np.array([0.4, 1.6])), [0.0, 2.0])
    with pytest.raises(dl.TraceError, match="outside dlfeval"), dl.gradient_of(1.0) as _:
        pass
    assert dl.checkpoint(block) is block


def test_given_directly():
    """As the function to differentiate, not only inside of one."""
    x = np.linspace(-1, 1, 4)
    np.testing.assert_allclose(dl.grad(lambda v: np.sum(softplus(v)))(x), 1 / (1 + np.exp(-x)), rtol=1e-12)
    assert dl.grad(softplus)(0.5) == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert dl.dlfeval(softplus, 0.5) == softplus(0.5)
    assert dl.dlfeval(block, np.ones((1, 2)), np.eye(2)).shape == (1, 2)


def test_one_backward_function_each():
    with pytest.raises(TypeError, match="has a backward function already"):
        softplus.backward(softplus_backward)


def test_a_gradient_of_the_wrong_shape():
    with pytest.raises(ValueError, match=r"shape \(\) for an argument of shape \(3,\)") as error:
        dl.grad(lambda x: np.sum(broadcasting(x)))(np.ones(3))
    assert "test_custom.py" in error.value.__notes__[0]


@pytest.mark.parametrize("fun", [hidden, spoiling])
def test_what_is_not_looked_into_is_watched(fun):
    with pytest.raises(ValueError, match="changed its arguments in place"):
        dl.grad(lambda x: np.sum(fun(x * 1.0)))(np.ones(3))


def test_the_text_calls_the_users_function():
    text = dl.gradient_source(lambda x: dl.dlgradient(np.sum(softplus(x)), x), np.ones(3))
    assert "= softplus_backward(" in text and "return dy * (1.0 - np.exp(-y))" in text
    assert "shaped" not in text


def test_labels():
    def labelled(x):
        y = softplus(x)
        return dl.dlgradient(np.sum(dl.stripdims(y * y)), x)

    x = np.linspace(-1, 1, 6).reshape(2, 3)
    found = dl.dlfeval(labelled, dl.dlarray(x, "CB"))
    assert found.dims == "CB"
    np.testing.assert_allclose(found.data, 2 * softplus(x) / (1 + np.exp(-x)), rtol=1e-12)


def test_unused_block():
    def idle(x):
        h = np.sin(x)
        with dl.gradient_of(h) as dh:
            dh = 2 * dh
        return dl.dlgradient(np.sum(x), x)

    with pytest.warns(dl.GradientWarning, match=r"gradient_of\(h\) is not used"):
        dl.dlfeval(idle, np.ones(2))
    with dl.options(strict=True), pytest.raises(dl.StrictError, match="is not used"):
        dl.dlfeval(idle, np.ones(2))


def test_no_warning_for_a_block_that_acts():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dl.dlfeval(model, *ARGUMENTS)


@pytest.mark.parametrize("fun", [model, unreadable])
def test_alone(tmp_path, fun):
    """As a standalone module."""
    agrees(tmp_path, fun, *(ARGUMENTS if fun is model else (np.ones(3),)))


def test_classes_cannot_stand_alone():
    class Double(dl.DifferentiableFunction):
        def forward(self, x):
            return 2.0 * x

        def backward(self, dz):
            return 2.0 * dz

    double = Double()

    def uses(x):
        return dl.dlgradient(np.sum(double(x)), x)

    assert np.array_equal(dl.dlfeval(uses, np.ones(2)), [2.0, 2.0])
    with pytest.raises(dl.DLError, match="double cannot be put into a standalone module"):
        agrees(ROOT, uses, np.ones(2))


USER = """
import numpy as np
import dlgrad as dl

@dl.custom_gradient
def twice(x):
    return 2.0 * x

@twice.backward
def twice_backward(dy, y, x):
    return {factor} * dy

@dl.checkpoint
def block(x):
    return np.sin(x) * x

def model(x):
    return dl.dlgradient(np.sum(twice(block(x))), x)
"""
RUN = """
import json, numpy as np, dlgrad as dl, usermodel_disk as u
print(json.dumps(dl.dlfeval(u.model, np.ones(2)).tolist()))
"""


def test_on_disk(tmp_path):
    """Found again by another process; written anew when the backward function has changed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
                                "DLGRAD_CACHE_DIR": str(tmp_path / "cache")}  # fmt: skip
    slope = np.sin(1.0) + np.cos(1.0)
    for factor in (2.0, 2.0, 3.0):
        (tmp_path / "usermodel_disk.py").write_text(USER.format(factor=factor))
        done = subprocess.run([sys.executable, "-B", "-c", RUN], env=environment, capture_output=True, text=True,
                              timeout=120)  # fmt: skip
        assert done.returncode == 0, done.stderr
        np.testing.assert_allclose(json.loads(done.stdout), [factor * slope] * 2, rtol=1e-12)


# --- memory ---------------------------------------------------------------------------------------


def deep(x):
    for _ in range(20):
        x = np.sin(x) * 1.01
    return x


deep_again = dl.checkpoint(deep)


def sum_of_kept(x):
    y = x
    for _ in range(10):
        y = deep(y)
    return dl.dlgradient(np.sum(y), x)


def sum_of_again(x):
    y = x
    for _ in range(10):
        y = deep_again(y)
    return dl.dlgradient(np.sum(y), x)


def test_a_checkpoint_takes_less_memory():
    x = np.linspace(-1.0, 1.0, 20_000)
    assert np.array_equal(dl.dlfeval(sum_of_kept, x), dl.dlfeval(sum_of_again, x))
    assert peak(sum_of_kept, x) > 190
    assert peak(sum_of_again, x) < 60


def turn(x, k):
    return np.sin(x) + 0.001 * k


def looped(x):
    y = x
    for k in range(400):
        y = turn(y, k)
    return dl.dlgradient(np.sum(y), x)


def looped_again(x):
    return dl.dlgradient(np.sum(dl.checkpoint_loop(turn, x, 400)), x)


def test_a_loop_in_the_square_root_of_its_memory():
    x = np.linspace(-1.0, 1.0, 5_000)
    assert np.array_equal(dl.dlfeval(looped, x), dl.dlfeval(looped_again, x))
    assert peak(looped, x) > 400
    assert peak(looped_again, x) < 80


def without_blocks(fun):
    """A function whose blocks of gradient_of run in the forward half, on a number that nobody reads."""
    outside = SimpleNamespace(gradient_of=lambda x: contextlib.nullcontext(0.0))
    return FunctionType(fun.__code__, {**fun.__globals__, "dl": outside}, fun.__name__)


@pytest.mark.parametrize("fun", BLOCKS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(4,), (4, 3)])
def test_blocks_among_stores_and_views(fun, shape):
    """Right, or refused before anything runs."""
    x = np.random.default_rng(4).normal(size=shape)
    try:
        value, gradient = dl.value_and_grad(fun)(x.copy())
    except dl.DLError:
        return
    plain = without_blocks(fun)
    assert value == plain(x.copy())
    assert not apart(flat(gradient), slopes(plain, (x,), 0, 1e-4), 1e-6, 1e-9)


PAGE = (ROOT / "docs" / "own_gradients.md").read_text("utf-8").split("```python\n")[1:]


@pytest.mark.parametrize("number", range(len(PAGE)))
def test_the_page_runs(number, tmp_path):
    (tmp_path / "page.py").write_text(PAGE[number].split("```")[0])
    done = subprocess.run([sys.executable, "-W", "error", str(tmp_path / "page.py")], capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
