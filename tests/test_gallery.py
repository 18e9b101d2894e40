"""The gallery: model functions and the gradients written for them, byte for byte.

`tests/gallery/NAME.py` holds a model function and EXAMPLE, the function with its arguments;
`NAME.expected.py` what is written for it. `pytest --accept` writes the expected files anew: read
the difference as a reviewer. VARIABLES are the positions of the arguments whose gradients the model
returns after its value, in order; PLAIN, where the value needs a gradient itself, computes the value.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import dlgrad as dl
import numpy as np
import pytest
from agreement import apart, difference, flat, run, slopes

FOLDER = Path(__file__).resolve().parent / "gallery"
NAMES = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.endswith(".expected"))
WIDEST = 120


@cache
def entry(name):
    """The module of a pair, imported from its file."""
    spec = importlib.util.spec_from_file_location(f"gallery_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected_file(name):
    return FOLDER / f"{name}.expected.py"


def written():
    """What is written now, for every pair."""
    return {name: str(dl.gradient_source(*entry(name).EXAMPLE)) for name in NAMES}


def test_every_text_has_its_function():
    assert {p.name.removesuffix(".expected.py") for p in FOLDER.glob("*.expected.py")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_text(name, accept):
    text = str(dl.gradient_source(*entry(name).EXAMPLE))
    if accept:
        expected_file(name).write_text(text, "utf-8")
    assert text == expected_file(name).read_text("utf-8")


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_in_another_process(seed, tmp_path):
    paths = os.pathsep.join([str(FOLDER.parent), str(FOLDER.parents[1])])
    environment = os.environ | {"PYTHONHASHSEED": seed, "DLGRAD_CACHE_DIR": str(tmp_path), "PYTHONPATH": paths}
    code = "import json, test_gallery; print(json.dumps(test_gallery.written()))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path,
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == written()


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name, monkeypatch):
    """Value as CPython computes it, gradients as differences of that."""
    module = entry(name)
    model, *arguments = module.EXAMPLE
    done = run(lambda *given: dl.dlfeval(model, *given), tuple(arguments))
    if done.raised is not None:
        raise done.raised
    value, *gradients = bare(done.value)
    plain = getattr(module, "PLAIN", None)
    python = run(plain or python_value(monkeypatch, module, model), tuple(arguments))
    assert python.raised is None, python.raised
    if plain is None:
        assert difference(value, python.value, "value") is None
        plain = python_value(monkeypatch, module, model)
    np.testing.assert_allclose(value, python.value, rtol=1e-14)
    assert difference(bare(done.arguments), bare(python.arguments), "arguments") is None
    for position, gradient in zip(module.VARIABLES, gradients, strict=False):
        expected = slopes(plain, tuple(arguments), position, 1e-4)
        assert not apart(flat(gradient), expected, 1e-6, 1e-9), (position, gradient, expected)


def bare(values):
    """Arguments or results without labels."""
    return [dl.extractdata(v)[()] if dl.isdlarray(v) else v for v in values]


def python_value(monkeypatch, module, model):
    """The value of a model as CPython computes it; the gradients, which it does not read, are zero."""
    monkeypatch.setattr(module, "dlgradient", lambda y, *x, **_: (0.0,) * len(x) if len(x) > 1 else 0.0)

    def value(*arguments):
        return bare(model(*arguments))[0]

    return value


@pytest.mark.parametrize("name", NAMES)
def test_text_is_plain(name):
    """What holds of every generated text, whatever it computes."""
    text = expected_file(name).read_text("utf-8")
    ast.parse(text)
    assert text.endswith("\n") and "\t" not in text
    assert [row for row in text.splitlines() if row != row.rstrip()] == []
    assert [row for row in text.splitlines() if len(row) > WIDEST] == []
