"""Every program agrees with CPython to the bit, and its gradient with central differences."""

from __future__ import annotations

import importlib
import pkgutil

import dlgrad as dl
import numpy as np
import programs
import pytest
from agreement import apart, difference, effects, flat, gradients_of, run, slopes
from dlgrad.runtime.errors import DLError
from programs import Model

MODULES = [importlib.import_module(f"programs.{m.name}") for m in pkgutil.iter_modules(programs.__path__)]


def listed(kind):
    """All entries of the lists of that name, with ids like `stores-view_of_view`."""
    return [pytest.param(entry, id=f"{module.__name__.split('.')[-1]}-{entry.function.__name__}")
            for module in MODULES for entry in getattr(module, kind, [])]  # fmt: skip


def check(program, size, mine):
    """The value, type, effects and gradients of a call equal Python's and differences."""
    arguments = program.arguments(np.random.default_rng(size), size)
    python = run(program.function, arguments)
    assert python.raised is None, python.raised
    if mine.raised is not None:
        raise mine.raised
    value, gradients = mine.value
    assert difference(value, python.value, "value") is None
    assert effects(mine, python) is None
    for position, gradient in zip(program.argnums, gradients, strict=True):
        expected = slopes(program.function, arguments, position, program.h)
        assert not apart(flat(gradient), expected, program.rtol, 1e-9), (position, gradient, expected)


@pytest.mark.parametrize("program", listed("PROGRAMS"))
def test_program(program):
    transpiled = gradients_of(program.function, program.argnums)
    for size in (4, 6):
        arguments = program.arguments(np.random.default_rng(size), size)
        mine = run(transpiled, arguments)
        check(program, size, mine)
        assert difference(run(transpiled, arguments).value, mine.value, "second call") is None


@pytest.mark.parametrize("program", listed("EITHER"))
def test_right_or_refused(program):
    """Where values are hard to follow: the gradient is right, or there is none and a reason."""
    transpiled = gradients_of(program.function, program.argnums)
    mine = run(transpiled, program.arguments(np.random.default_rng(4), 4))
    if isinstance(mine.raised, DLError):
        assert not mine.printed
    else:
        check(program, 4, mine)


def evaluated(model, arguments):
    return run(lambda *given: dl.dlfeval(model.function, *given), arguments)


def check_model(model, arguments, mine):
    """A call repeats itself, leaves its arguments alone and returns what is expected."""
    if mine.raised is not None:
        raise mine.raised
    expected = model.expected(*arguments)
    assert difference(mine.value, evaluated(model, arguments).value, "second call") is None
    assert difference(mine.arguments, arguments, "arguments") is None
    assert not apart(flat(mine.value), flat(expected), model.rtol, 1e-9), (mine.value, expected)


@pytest.mark.parametrize("model", listed("MODELS"))
def test_model(model):
    for size in (4, 6):
        arguments = model.arguments(np.random.default_rng(size), size)
        check_model(model, arguments, evaluated(model, arguments))


@pytest.mark.parametrize("program", listed("NOT_YET"))
def test_not_yet(program):
    """Ordinary Python that is refused today, in these words and before anything runs.

    When one starts to work it must be right, and belongs back in PROGRAMS or MODELS: move it.
    """
    arguments = program.arguments(np.random.default_rng(4), 4)
    if isinstance(program, Model):
        mine = evaluated(program, arguments)
    else:
        mine = run(gradients_of(program.function, program.argnums), arguments)
    if isinstance(mine.raised, DLError):
        assert program.refused and program.refused in str(mine.raised)
        assert not mine.printed and difference(mine.arguments, arguments, "arguments") is None
    elif isinstance(program, Model):
        check_model(program, arguments, mine)
    else:
        check(program, 4, mine)


@pytest.mark.parametrize("program", listed("REFUSED"))
def test_refused(program):
    arguments = program.arguments(np.random.default_rng(4), 4)
    done = run(gradients_of(program.function, program.argnums), arguments)
    assert isinstance(done.raised, DLError), done
    assert program.refused in str(done.raised)
    assert not done.printed
