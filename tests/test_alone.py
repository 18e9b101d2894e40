"""Every program of `tests/programs`, alone in a standalone module, gives what dlfeval gives."""

import builtins
import enum
import importlib
import importlib.util
import pkgutil

import agreement
import dlgrad as dl
import numpy as np
import programs
import pytest
from agreement import run
from dlgrad.runtime.errors import DLError
from dlgrad.transforms import model_around
from programs import Program
from test_offline import bare, text_of

MODULES = [importlib.import_module(f"programs.{m.name}") for m in pkgutil.iter_modules(programs.__path__)]


class Alone:
    """Imports as they are where dlgrad is not installed, for modules of one folder."""

    def __init__(self, folder):
        self.folder, self.real = str(folder), builtins.__import__

    def __call__(self, name, space=None, *rest):
        if name.partition(".")[0] == "dlgrad" and str((space or {}).get("__file__", "")).startswith(self.folder):
            raise ImportError("a standalone module imports dlgrad")
        return self.real(name, space, *rest)


def models_of(module):
    """What the programs and models of a module run as, with arguments."""
    for program in [*getattr(module, "PROGRAMS", ()), *getattr(module, "MODELS", ())]:
        arguments = program.arguments(np.random.default_rng(4), 4)
        if isinstance(program, Program):
            model, lead, _ = model_around(program.function, len(arguments), (), program.argnums, True, "value_and_grad")
            yield model, (*lead, *arguments)
        else:
            yield program.function, arguments


def verdict(model, arguments, folder, name):
    """Whether a program, alone in a module, gives what dlfeval gives; or what it says of itself."""
    try:
        text = text_of(model, *arguments)
    except DLError:
        return "refused"
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    mine = run(getattr(module, *module.__all__), arguments)
    if isinstance(mine.raised, TypeError) and "of its own" in str(mine.raised):
        return "refused"
    there = run(lambda *given: dl.dlfeval(model, *given), arguments)
    if mine.raised is not None or there.raised is not None:
        return "agrees" if repr(mine.raised) == repr(there.raised) else f"{mine.raised!r}, not {there.raised!r}"
    a, b = (agreement.flat(bare(one.value)) for one in (mine, there))
    same = a.shape == b.shape and np.allclose(a, b, rtol=1e-12, equal_nan=True)
    return "agrees" if same else f"{mine.value}, not {there.value}"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.removeprefix("programs."))
def test_programs_alone(module, tmp_path, monkeypatch):
    monkeypatch.setattr(builtins, "__import__", Alone(tmp_path))
    found = {f"{i}_{model.__name__}": verdict(model, arguments, tmp_path, f"alone_{i}")
             for i, (model, arguments) in enumerate(models_of(module))}  # fmt: skip
    assert {name: word for name, word in found.items() if word not in ("agrees", "refused")} == {}
    assert module.__name__ in FULL_OF_OBJECTS or list(found.values()).count("refused") <= max(2, len(found) // 3)


FULL_OF_OBJECTS = {f"programs.{name}" for name in ("calculus", "checkpoints", "classes_with_gradients", "objects",
                                                     "tables")}  # fmt: skip
"""Programs that read objects of the module, or dlgrad itself: these are refused."""


class Mode(enum.Enum):
    """How a network bends."""

    TANH = 1
    SQUARE = 2


class Net:
    """A network with a setting of its class and one of its own."""

    doubled = True

    def __init__(self, w, mode):
        self.w, self.mode = w, mode


def bent(net, x):
    y = np.tanh(net.w * x) if net.mode is Mode.TANH else (net.w * x) ** 2
    y = 2 * y if net.doubled else y
    loss = np.sum(y)
    return loss, dl.dlgradient(loss, x)


def test_settings_of_classes(tmp_path, monkeypatch):
    """The text depends on them, and refuses others; members of the enumeration are the module's own."""
    x, w = np.array([0.3, -0.5]), np.array([1.5, 0.7])
    (tmp_path / "bent.py").write_text(text_of(bent, Net(w, Mode.TANH), x), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("bent", tmp_path / "bent.py")
    alone = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(alone)
    loss, gradient = alone.bent(Net(w, alone.Mode.TANH), x)
    np.testing.assert_allclose(loss, 2 * np.sum(np.tanh(w * x)))
    np.testing.assert_allclose(gradient, 2 * w * (1 - np.tanh(w * x) ** 2))
    with pytest.raises(TypeError, match=r"net\.mode: this module has a class Mode of its own"):
        alone.bent(Net(w, Mode.TANH), x)
    with pytest.raises(ValueError, match=r"net\.mode: this module is for Mode\.TANH"):
        alone.bent(Net(w, alone.Mode.SQUARE), x)
    monkeypatch.setattr(Net, "doubled", False)
    with pytest.raises(ValueError, match=r"type\(net\)\.doubled: this module is for the value True"):
        alone.bent(Net(w, alone.Mode.TANH), x)
