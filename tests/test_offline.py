"""Standalone modules compute what dlfeval computes, in a Python that has no dlgrad."""

import pickle
import re
import subprocess
import sys
from dataclasses import replace

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.runtime.errors import DLError
from dlgrad.specials import SPECIALS
from dlgrad.transpile.offline import standalone
from dlgrad.transpile.pipeline import write
from usermodules import module_fixture  # noqa: F401

RUNNER = """
import importlib.util, json, pickle, sys
sys.modules["dlgrad"] = None
path, name, data = sys.argv[1:]
spec = importlib.util.spec_from_file_location("shipped", path)
shipped = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shipped)
assert shipped.__all__ == [name], shipped.__all__
with open(data, "rb") as file:
    args = pickle.load(file)
def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    return tuple(map(plain, x)) if isinstance(x, (list, tuple)) else x
result = plain(getattr(shipped, name)(*args))
with open(data, "wb") as file:
    pickle.dump(result, file)
assert not any(m.partition(".")[0] in ("gast", "astor", "beniget") for m in sys.modules)
"""


def bare(x):
    """Results and arguments without labels."""
    if isinstance(x, dl.dlarray):
        return x.data
    if isinstance(x, dict):
        return {k: bare(v) for k, v in x.items()}
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return tuple(bare(v) for v in x)
    return type(x)(bare(v) for v in x) if isinstance(x, (list, tuple)) else x


def flat(x):
    if isinstance(x, dict):
        return [leaf for v in x.values() for leaf in flat(v)]
    if isinstance(x, (list, tuple)):
        return [leaf for v in x for leaf in flat(v)]
    return [np.asarray(x)]


def text_of(fun, *args):
    return standalone(write(fun, args, {}, SPECIALS), fun, args, {})


def run_alone(tmp_path, text, name, args):
    """What a standalone module gives, in an isolated process."""
    path, data = tmp_path / "shipped.py", tmp_path / "data.pickle"
    path.write_text(text, encoding="utf-8")
    data.write_bytes(pickle.dumps(bare(args)))
    done = subprocess.run([sys.executable, "-I", "-c", RUNNER, str(path), name, str(data)], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, f"{done.stderr}\n{text}"
    return pickle.loads(data.read_bytes())


def agrees(tmp_path, fun, *args):
    """The text, after a comparison of its results with dlfeval's."""
    text = text_of(fun, *args)
    assert "dlgrad" not in re.sub(r"#.*|\"\"\"[\s\S]*?\"\"\"|\"[^\"]*\"|'[^']*'", "", text)
    assert text == text_of(fun, *args)
    name = fun.__name__ if fun.__name__.isidentifier() else "model"
    there, here = run_alone(tmp_path, text, name, args), bare(dl.dlfeval(fun, *args))
    for a, b in zip(flat(there), flat(here), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype
    return text


RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=2)

HEAD = """
import math
import numpy as np
import dlgrad as dl
from dlgrad import dlgradient
"""


def test_helpers_constants_and_loops(module, tmp_path):
    user = module(HEAD + """
SCALE, MASK, OPTIONS = 0.5, np.array([1.0, 0.0, 1.0]), {"rate": 0.25, "kind": ("a", None, True)}

def offset(x: np.ndarray, k: float = SCALE) -> "np.ndarray":
    return k * x

def shown(x: np.ndarray,
          digits: int = 3) -> str:
    return rounded(x, digits) + str(math.floor(2.5))

def rounded(x, digits):
    return str(np.round(x, digits).shape)

def model(x, w, b, note="é"):
    '''A docstring of the user's.'''
    shown(x)
    h = np.tanh(x @ w + b)  # ünïcode
    for i in range(3):
        h = offset(np.sin(h)) + i
    loss = np.sum(h ** 2) * SCALE + OPTIONS["rate"] * np.sum(MASK[:, None] * w)
    dw, db = dlgradient(loss, w, b)
    return loss, dw, db
""")
    text = agrees(tmp_path, user.model, X, W, B)
    assert "SCALE = 0.5" in text and "MASK = np.array([1.0, 0.0, 1.0])" in text
    assert "k=0.5" in text and "import math" in text and "A docstring of the user's." in text
    assert np.__version__ in text.split("import")[0]


@pytest.mark.parametrize("call", ["matched(x, ('add', 2.0))", "matched(x, {'k': 2.0, 'z': 1})", "tried(x, 0)",
                                  "tried(x, 2)", "walked(x, 3)", "counted(x, 3)", "timed(x, 2)"])  # fmt: skip
def test_statements_with_blocks(module, tmp_path, call):
    """match, try, generators, nonlocal and with go into a standalone module, decorated managers too."""
    user = module(HEAD + """
import contextlib

def squares(x, n):
    for i in range(n):
        yield x[i] ** 2

def risky(x, k):
    if k > 1:
        raise ValueError("k")
    return x * x

def matched(x, op):
    match op:
        case ("add", c):
            y = x + c
        case {"k": k, **rest} if k > 0:
            y = x * k + len(rest)
    return dlgradient(np.sum(y * y), x)

def tried(x, k):
    try:
        y = risky(x, k)
    except (ValueError, KeyError):
        y = x ** 3
    else:
        y = y * 2
    return dlgradient(np.sum(y), x)

def walked(x, n):
    s = 0.0
    for q in squares(x, n):
        s = s + q * q
    return dlgradient(s, x)

def counted(x, n):
    total = 0.0
    def add(u):
        nonlocal total
        total = total + u * u
    for i in range(n):
        add(x[i])
    return dlgradient(total, x)

@contextlib.contextmanager
def clock(name):
    yield len(name)

def timed(x, n):
    with clock("a"), np.errstate(all="ignore"):
        y = x / (x * x + n)
    return dlgradient(np.sum(y), x)
""")
    name, _, given = call.partition("(")
    arguments = eval(f"({given}", {"x": X[0]})
    agrees(tmp_path, getattr(user, name), *arguments)


def test_labelled_with_kernels(module, tmp_path):
    user = module(HEAD + """
from dlgrad import softmax, fullyconnect, crossentropy

def classify(X, T, params):
    Y = softmax(fullyconnect(X, params["W"], params["b"]))
    loss = crossentropy(Y, T)
    return loss, dlgradient(loss, params), Y
""")
    data = dl.dlarray(RNG.normal(size=(3, 7)), "CB")
    targets = dl.dlarray(np.eye(4)[:, RNG.integers(0, 4, 7)], "CB")
    text = agrees(tmp_path, user.classify, data, targets, {"W": RNG.normal(size=(4, 3)), "b": RNG.normal(size=4)})
    assert "X: float64 array, (C, B)" in text and "def softmax(x, axis):" in text
    assert "@kernel" not in text and ": Any" not in text


def test_names_that_mean_two_things(module, tmp_path):
    other = module("""
import numpy as np
SCALE = 3.0
def twice(x):
    return np.sum(SCALE * np.round(x))
""")
    user = module(HEAD + f"""
from {other.__name__} import twice
SCALE = 0.5
def softmax(x):
    return SCALE * twice(x)
def model(x):
    y = dl.softmax(dl.dlarray(x, "CB"))
    loss = np.sum(dl.extractdata(y) * x) * SCALE + softmax(np.ones(2))
    return loss, dlgradient(loss, x)
""")
    agrees(tmp_path, user.model, X)


def test_captured_values(module, tmp_path):
    user = module(HEAD + """
def made(rate, weights, inner):
    def model(x, order=inner):
        loss = rate * np.sum(weights * x ** 2) + np.sum(inner(x))
        return loss, dlgradient(loss, x)
    return model
""")
    made = user.made(0.125, np.array([[1.0], [np.inf]])[:1], np.cos)
    with pytest.raises(DLError):  # a function as an argument
        text_of(made, X)
    user = module(HEAD + """
def made(rate, weights, inner):
    def model(x):
        loss = rate * np.sum(weights * x ** 2) + np.sum(inner(x))
        return loss, dlgradient(loss, x)
    return model
""")
    text = agrees(tmp_path, user.made(0.125, np.array([1.0, -0.0, 2.0]), np.cos), X)
    assert "rate = 0.125" in text and "-0.0" in text


def test_classes(module, tmp_path):
    user = module(HEAD + """
from dataclasses import dataclass
from typing import NamedTuple

class Pair(NamedTuple):
    a: np.ndarray
    b: np.ndarray

@dataclass
class Settings:
    rate: float
    steps: int = 3

SETTINGS = Settings(0.5)

def model(x, w):
    both = Pair(x, w)
    print(SETTINGS.rate)
    loss = np.sum(x @ w)
    dx, dw = dlgradient(loss, x, w)
    return loss, Pair(dx, dw)
""")
    text = agrees(tmp_path, user.model, X, W)
    assert "class Pair(NamedTuple):" in text and "SETTINGS = Settings(rate=0.5, steps=3)" in text


def test_other_kinds_are_refused(module):
    user = module(HEAD + """
def model(x, p, rate, kind):
    loss = np.sum(x @ p["W"][0]) * rate
    return loss, dlgradient(loss, p)
""")
    args = (X, {"W": [W]}, 2.0, "a")
    space = {}
    exec(text_of(user.model, *args), space)
    model = space["model"]
    model(*args)
    model(X[:2], *args[1:])
    for bad in [(X.astype(np.float32), *args[1:]), (X[:1], *args[1:]), (X, {"V": [W]}, 2.0, "a"),
                (X, {"W": [W, W]}, 2.0, "a"), (X, {"W": (W,)}, 2.0, "a"), (*args[:2], 2, "a"), (*args[:3], "b"),
                (X.tolist(), *args[1:])]:  # fmt: skip
        with pytest.raises((TypeError, ValueError), match="this module is for"):
            model(*bad)


def test_shared_memory_is_refused(module):
    user = module(HEAD + """
def model(x, y):
    y[0] = x[1] * 2.0
    loss = np.sum(y * x)
    return loss, dlgradient(loss, x)
""")
    space = {}
    exec(text_of(user.model, np.arange(3.0), np.ones(3)), space)
    x = np.arange(3.0)
    with pytest.raises(ValueError, match="share memory"):
        space["model"](x, x)


REFUSED = {
    "a generator": ("GENERATOR = np.random.default_rng(0)", "GENERATOR.normal(size=x.shape)", "GENERATOR"),
    "a large array": ("TABLE = np.ones(5000)", "TABLE[:3]", "TABLE"),
    "an object": ("class Thing:\n    def __getitem__(self, i): return 2.0\nTHING = Thing()", "THING[0]", "THING"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_by_name(module, case):
    setup, expression, name = REFUSED[case]
    user = module(HEAD + f"""
{setup}

def model(x):
    loss = np.sum(x * {expression})
    return loss, dlgradient(loss, x)
""")
    with pytest.raises(DLError) as caught:
        text_of(user.model, X)
    message = str(caught.value)
    assert f"{name} cannot be put into a standalone module" in message
    assert f"loss = np.sum(x * {expression})" in message and user.__file__ in message


def test_warnings_become_comments(module):
    user = module(HEAD + """
def model(x, w):
    loss = np.sum(x)
    return loss, dlgradient(loss, w)
""")
    written = write(user.model, (X, W), {}, SPECIALS)
    text = standalone(replace(written, warns=["line 9: the gradient is zero"]), user.model, (X, W), {})
    assert "\n# Warning: line 9: the gradient is zero\n" in text


@pytest.mark.parametrize("value", [
    0.1, -0.0, float("inf"), complex(-0.0, 1), (1,), (), [], {1: {2.0}}, set(), frozenset({"b", "a"}), np.float32(0.1),
    np.arange(6.0).reshape(2, 3).T, np.array(2.5), np.zeros((0, 3), np.float32), np.array([1 + 2j, np.nan]), b"\\x00",
    np.array(["a", "bc"]), np.array([True]), np.int8(3), slice(1, None), ..., range(3), np.dtype("float32"), 10**30,
])  # fmt: skip
def test_literals_mean_the_same(value):
    from dlgrad.transpile.literals import spelled

    found = eval(spelled(value), {"np": np})
    assert type(found) is type(value)
    if isinstance(value, (np.ndarray, np.generic)):
        assert found.dtype == value.dtype and found.shape == value.shape and found.tobytes() == value.tobytes()
        assert np.asarray(found).flags.f_contiguous == np.asarray(value).flags.f_contiguous
    else:
        assert repr(found) == repr(value) or found == value


def test_installed_submodules(module, tmp_path):
    user = module(HEAD + """
import os.path
import json as store
def model(x):
    store.dumps(os.path.join("a", "b"))
    loss = np.sum(x)
    return loss, dlgradient(loss, x)
""")
    text = agrees(tmp_path, user.model, X)
    assert "import json as store" in text


def test_a_rank_that_is_known_at_run_time(module, tmp_path):
    user = module(HEAD + """
def grows(x, n):
    total = 0
    for i in range(n):
        total = total + x if i else x[0] * 2.0
    loss = np.sum(total ** 2)
    return loss, dlgradient(loss, x)
""")
    text = agrees(tmp_path, user.grows, np.arange(3.0) + 1, 3)
    assert "def grows(x, n):" in text and "def cotangent(" in text


def test_a_second_derivative_of_a_rank_that_is_known_at_run_time(module, tmp_path):
    user = module(HEAD + """
def grows(x, n):
    total = 0
    for i in range(n):
        total = total + x if i else x[0] * 2.0
    g = dlgradient(np.sum(total ** 2), x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g ** 2), x)
""")
    with pytest.raises(DLError, match="asks for a rank"):
        agrees(tmp_path, user.grows, np.arange(3.0) + 1, 3)
