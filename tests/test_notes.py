"""Exceptions inside generated code keep their type and get one note."""

import traceback

import dlgrad as dl
import numpy as np
import pytest
from dlgrad.runtime.errors import DLError
from usermodules import module_fixture  # noqa: F401

HEAD = "import numpy as np\nimport dlgrad as dl\nfrom dlgrad import dlgradient\n"


@pytest.fixture(name="cached", params=["memory", "disk"], autouse=True)
def cached_fixture(request, tmp_path, monkeypatch):
    place = tmp_path / "cache"
    if request.param == "memory":
        place.write_text("a file, not a folder")
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(place))
    return request.param


def notes_of(fun, *args, error=Exception):
    with pytest.raises(error) as caught:
        dl.dlfeval(fun, *args)
    return getattr(caught.value, "__notes__", []), caught.value


def test_a_forward_line_as_it_was(module):
    user = module(HEAD + """
def model(x, w):
    h = np.tanh(x)
    y = h @ w
    loss = np.sum(y)
    return loss, dlgradient(loss, w)
""")
    (note,), error = notes_of(user.model, np.ones((2, 3)), np.ones((4, 2)), error=ValueError)
    assert note == f"in the generated code of {user.__file__}:7: y = h @ w"
    frames = traceback.extract_tb(error.__traceback__)
    assert "h @ w" in frames[-1].line


def test_cheaper_forms_are_not_seen(module):
    user = module(HEAD + """
def broken(a):
    raise LookupError("mine")

def means(x):
    loss = np.mean(x * x)
    return loss, dlgradient(loss, x)

def again(x, w):
    try:
        y = x @ w
    except ValueError as first:
        raise KeyError("second") from first
    return dlgradient(np.sum(x * x), x)

def stiff(x, w):
    with np.errstate(all="raise"):
        loss = np.sum(x @ w)
    return loss, dlgradient(loss, x)
""")
    fast = dl.runtime.fast.__file__
    dl.dlfeval(user.means, np.ones(3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "mean", user.broken)
        _, error = notes_of(user.means, np.ones(3), error=LookupError)
    lines = [f.line for f in traceback.extract_tb(error.__traceback__)]
    assert "np.mean(" in lines[-2] and lines[-1] == 'raise LookupError("mine")'
    _, error = notes_of(user.again, np.ones((2, 2)), np.ones((3, 3)), error=KeyError)
    assert fast not in "".join(traceback.format_exception(error))
    assert "x @ w" in traceback.extract_tb(error.__cause__.__traceback__)[-1].line
    _, error = notes_of(user.stiff, np.full((2, 2), 1e200), np.full((2, 2), 1e200), error=FloatingPointError)
    assert "matmul" in str(error) and "@ w" in traceback.extract_tb(error.__traceback__)[-1].line


def test_a_forward_line_that_was_changed(module):
    user = module(HEAD + """
def model(x, t):
    loss = np.sum(np.exp(x - t) ** 2)
    return loss, dlgradient(loss, x)
""")
    (note,), _ = notes_of(user.model, np.ones(3), np.ones(4))
    assert note == f"in the generated code of {user.__file__}:6: loss = np.sum(np.exp(x - t) ** 2)"


def test_a_backward_line(module):
    user = module(HEAD + """
class Grumpy(dict):
    def __missing__(self, key):
        raise KeyError(key)

def model(x, w):
    y = np.sin(x) * w
    loss = np.sum(y)
    dx = dlgradient(loss, x)
    return loss, dx
""")
    written = dl.gradient_source(user.model, np.ones(3), np.ones(3))
    line = next(i for i, row in enumerate(written.split("\n"), 1) if row.strip().startswith("dx ="))
    from dlgrad.specials import SPECIALS
    from dlgrad.transpile.notes import sentence
    from dlgrad.transpile.pipeline import write

    module = write(user.model, (np.ones(3), np.ones(3)), {}, SPECIALS).module
    assert sentence(module, line) == f"in the backward of {user.__file__}:10: y = np.sin(x) * w"
    last = len(written.rstrip().split("\n"))
    assert sentence(module, last) == f"in the generated code of {user.__file__}:13: return loss, dx"


def test_a_backward_error_at_run_time(module):
    user = module(HEAD + """
def model(x):
    y = x * 2.0
    loss = y[:2]
    dx = dlgradient(loss, x)
    return dx
""")
    notes, error = notes_of(user.model, np.ones(3))
    assert isinstance(error, ValueError | DLError)
    if notes:
        assert notes[0].startswith("in the backward of ") and len(notes) == 1


def test_helper_functions(module):
    user = module(HEAD + """
def layer(x, w):
    y = x @ w
    return np.tanh(y)

def model(x, w):
    h = layer(x, w)
    loss = np.sum(h)
    return loss, dlgradient(loss, w)
""")
    (note,), _ = notes_of(user.model, np.ones((2, 3)), np.ones((4, 2)))
    assert note == f"in the generated code of {user.__file__}:6: y = x @ w"


def test_one_note_and_only_for_generated_code(module):
    user = module(HEAD + """
def check(x):
    if x.shape[0] > 2:
        raise LookupError("too long")

def model(x):
    check(x)
    loss = np.sum(x)
    return loss, dlgradient(loss, x)
""")
    dl.dlfeval(user.model, np.ones(2))
    notes, _ = notes_of(user.model, np.ones(3), error=LookupError)
    assert notes == [f"in the generated code of {user.__file__}:10: check(x)"]
    with pytest.raises(TypeError) as caught:
        dl.dlfeval(user.model)
    assert not getattr(caught.value, "__notes__", [])


def test_a_line_that_stands_twice(module):
    user = module(HEAD + """
def model(x, w):
    loss = np.sum(x)
    dw = dlgradient(np.sum(x * w), w)
    x = x[0]
    x = x[0]
    x = x[0]
    return loss, dw
""")
    notes, _ = notes_of(user.model, np.ones((2, 2)), np.ones(2), error=IndexError)
    assert notes[0].endswith(": x = x[0]")
