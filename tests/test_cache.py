"""Programs on disk are found by other processes, and only where everything means the same."""

import compileall
import json
import os
import shutil
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dlgrad
import numpy as np
import pytest
from dlgrad.transpile import cache
from dlgrad.transpile.portable import NotPortable, decoded, encoded, fingerprint
from dlgrad.transpile.storage import Store
from usermodules import run_python

USER = """
import numpy as np
from dlgrad import dlgradient
from helpers import layer, OPTIONS
import helpers

SCALE = 0.5
POWER = 2

def shift(x, by=1.0):
    return x + by

def model(x, w, axis=0, mode="plain"):
    h = layer(x, w)
    h = shift(h)
    loss = np.sum(np.sum(h, axis=axis) ** 2) * SCALE + helpers.WEIGHT * np.sum(w)
    if mode == "plain":
        loss = loss * 2.0
    dw = dlgradient(loss, w)
    return loss, dw
"""
HELPERS = """
import numpy as np
OPTIONS = {"a": 1}
WEIGHT = 0.25
def layer(x, w):
    return np.tanh(x @ w)
"""
MAIN = """
import json
import numpy as np
import dlgrad as dl
from dlgrad.transpile import cache
count = []
write = cache.write
cache.write = lambda *a: (count.append(1), write(*a))[1]
cache.STARTED += 1e6  # as if the files of dlgrad were old
{before}
import user
{after}
x, w = np.arange(6.0).reshape(2, 3) / 7, np.arange(12.0).reshape(3, 4) / 5
loss, dw = {call}
print(json.dumps([len(count), float(loss), dw.tolist()]))
"""


@pytest.fixture(name="place")
def place_fixture(tmp_path, monkeypatch):
    """A folder with a user's modules and an empty cache."""
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "user.py").write_text(USER)
    (tmp_path / "helpers.py").write_text(HELPERS)
    return tmp_path


@pytest.fixture(name="snapshot", scope="module", autouse=True)
def snapshot_fixture(tmp_path_factory):
    """A copy of dlgrad for the processes: a file edited while the tests run would, rightly, be other rules."""
    copy, source = tmp_path_factory.mktemp("snapshot"), Path(dlgrad.__file__).parents[1]
    for room in ("dlgrad", "transpile", "runtime"):
        if (source / room).is_dir():
            shutil.copytree(source / room, copy / room)
    compileall.compile_dir(copy, quiet=2)
    if (source / "pyproject.toml").is_file():  # by which a checkout is known
        shutil.copy(source / "pyproject.toml", copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dlgrad, "__file__", str(copy / "dlgrad" / "__init__.py"))  # `run_python` looks there
        yield copy


def run(place, before="", after="", call="user.model, x, w"):
    """(programs written, loss, gradient) of a new process."""
    call = call if "(" in call.split(",")[0] else f"dl.dlfeval({call})"
    done = run_python(place, "-B", "-c", MAIN.format(before=before, after=after, call=call))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def change(place, file, old, new):
    path = place / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_second_process_writes_nothing(place):
    first, second = run(place), run(place)
    assert (first[0], second[0]) == (1, 0) and first[1:] == second[1:]
    assert len(Store().entries()) == 1


def test_other_kinds_are_other_programs(place):
    run(place)
    assert run(place, call="user.model, x.astype('f4'), w.astype('f4')")[0] == 1
    assert run(place, call="user.model, x, w[:, :1]")[0] == 1
    assert run(place, call="user.model, x, w, mode='other'")[0] == 1
    assert run(place, call="user.model, x, w, mode='other'")[0] == 0
    assert run(place, call="user.model, x[:, [0, 1, 2]], w[:, :2]")[0] == 0


def test_static_numbers(place):
    a, b = run(place, call="user.model, x, w, 0"), run(place, call="user.model, x, w, 1")
    assert a[0] == b[0] == 1 and a[1] != b[1]
    assert run(place, call="user.model, x, w, 0") == [0, *a[1:]]
    assert run(place, call="user.model, x, w, 1") == [0, *b[1:]]


CHANGES = {
    "the model's text": ("user.py", "loss * 2.0", "loss * 3.0"),
    "a helper's text": ("helpers.py", "np.tanh(x @ w)", "np.sin(x @ w)"),
    "a helper of the same file": ("user.py", "return x + by", "return x - by"),
    "a default value": ("user.py", "by=1.0", "by=2.0"),
    "a kind of a global": ("user.py", "SCALE = 0.5", "SCALE = np.float32(0.5)"),
    "a line number": ("user.py", "SCALE = 0.5", "\nSCALE = 0.5"),
    "what a name is imported from": ("user.py", "from helpers import layer,",
                                   "from numpy import multiply as layer\nfrom helpers import"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_invalidated_by(place, what):
    run(place)
    change(place, *CHANGES[what])
    if "imported" in what:
        change(place, "user.py", "layer(x, w)", "layer(x @ w, w[:2] * 0.1)")
    now = run(place)
    assert now[0] == 1
    fresh = run_fresh(place)
    assert now[1:] == fresh[1:]


def run_fresh(place):
    for entry in Store().entries():
        entry.path.unlink()
    return run(place)


def test_numbers_are_read_at_call_time(place):
    first = run(place)
    change(place, "user.py", "SCALE = 0.5", "SCALE = 1.5")
    change(place, "helpers.py", "WEIGHT = 0.25", "WEIGHT = 1.25")
    second = run(place)
    assert second[0] == 0 and first[1] != second[1]
    assert second[1:] == run_fresh(place)[1:]


def test_a_rebound_global_function(place):
    (place / "other.py").write_text("import numpy as np\ndef shift(x):\n    return x * 3.0\n"
                                    "def layer(x, w):\n    return np.cos(x @ w)\n")  # fmt: skip
    first = run(place)
    rebound = run(place, after="import other; user.shift = other.shift")
    assert rebound[0] == 1 and rebound[1] != first[1]
    assert run(place)[0] == 0 and run(place, after="import other; user.shift = other.shift") == [0, *rebound[1:]]
    assert run(place, after="import other; user.layer = other.layer")[0] == 1


def test_other_versions(place):
    run(place)
    assert run(place, before="np.__version__ = '2.99.0'")[0] == 1
    assert run(place, before="cache.rules_digest = lambda: 'other rules'")[0] == 1
    assert run(place, before="cache.platform.python_version_tuple = lambda: ('3', '99', '0')")[0] == 1


def test_other_rules(place, snapshot):
    run(place)
    (file,) = snapshot.rglob("sweep.py")
    text = file.read_text()
    try:
        file.write_text(text + "# edited\n")
        assert [run(place)[0], run(place)[0]] == [1, 0]
    finally:
        file.write_text(text)
    assert run(place)[0] == 0


def test_files_that_are_newer_than_the_process_are_not_trusted(place):
    assert run(place, before="cache.STARTED = 0.0")[0] == 1
    assert run(place, before="cache.STARTED = 0.0")[0] == 1
    assert not Store().entries()


def test_damage_is_repaired(place):
    first = run(place)
    (entry,) = Store().entries()
    good = entry.path.read_bytes()
    for bad in (b"", good[:-30], good.replace(b"np.tanh", b"np.sinh"), good + b"import os\n"):
        entry.path.write_bytes(bad)
        assert run(place) == first
        assert entry.path.read_bytes() == good
        assert run(place)[0] == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes anywhere")
def test_read_only(place):
    run(place)
    os.chmod(place / "cache", 0o500)
    try:
        assert run(place)[0] == 0
        assert run(place, call="user.model, x, w, mode='other'")[0] == 1
    finally:
        os.chmod(place / "cache", 0o700)


def test_unusable_is_no_error(place, monkeypatch):
    (place / "cache").write_text("a file")
    assert run(place)[0] == 1 and run(place)[0] == 1


def test_many_processes_at_once(place):
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: run(place), range(8)))
    assert len({json.dumps(r[1:]) for r in results}) == 1
    assert len(Store().entries()) == 1
    assert run(place)[0] == 0
    assert not [p for p in (place / "cache").iterdir() if p.suffix == ".tmp"]


def test_closures_and_transforms(place):
    (place / "user.py").write_text(USER + textwrap.dedent("""
        def made(rate, inner):
            def model(x, w):
                loss = np.sum(inner(x @ w)) * rate
                return loss, dlgradient(loss, w)
            return model

        def square(x):
            return x * x

        def cube(x):
            return x * x * x

        def plain(w, x):
            return np.sum(layer(x, w) ** 2)
    """))
    square = run(place, call="dl.dlfeval(user.made(0.5, user.square), x, w)")
    assert run(place, call="dl.dlfeval(user.made(0.5, user.square), x, w)") == [0, *square[1:]]
    assert run(place, call="dl.dlfeval(user.made(2.5, user.square), x, w)")[0] == 0
    assert run(place, call="dl.dlfeval(user.made(0.5, user.cube), x, w)")[0] == 1
    assert run(place, call="dl.dlfeval(user.made(0.5, np.exp), x, w)")[0] == 1
    wrapped = "dl.value_and_grad(user.plain)(w, x)"
    first = run(place, call=wrapped)
    assert first[0] == 1
    assert run(place, call=wrapped) == [0, *first[1:]]


def test_labels_and_containers(place):
    (place / "user.py").write_text(textwrap.dedent("""
        import numpy as np, dlgrad as dl
        from typing import NamedTuple

        class Params(NamedTuple):
            W: object
            b: object

        def model(X, p):
            Y = dl.softmax(dl.fullyconnect(X, p.W, p.b))
            loss = dl.extractdata(dl.mse(Y, Y * 0.5))
            g = dl.dlgradient(loss, p)
            return {"loss": loss, "g": g, "Y": Y}

        def run(x, w):
            out = dl.dlfeval(model, dl.dlarray(x, "BC"), Params(w.T, np.ones(4)))
            assert out["Y"].format == "CB" and type(out["g"]) is Params
            return out["loss"], out["g"].W
    """))
    first, second = run(place, call="user.run(x, w)"), run(place, call="user.run(x, w)")
    assert first[1:] == second[1:]
    assert (first[0], second[0]) == (1, 0)


def test_tracebacks_name_the_file(place):
    done = run_python(place, "-B", "-c", MAIN.format(before="", after="", call="dl.dlfeval(user.model, x, w[:2])"))
    assert str(place / "cache") in done.stderr and "in the generated code of" in done.stderr


def test_disabled(place):
    run(place, before="cache._STATE.enabled = False")
    assert not Store().entries()
    with cache.disabled():
        assert not cache._STATE.enabled
    assert cache._STATE.enabled


def test_fingerprints():
    class Local:
        rate = 0.5

        def method(self):
            return 1

    assert fingerprint(np.tanh) == ["named", "numpy", "tanh"]
    assert fingerprint(np.mean)[0] == "named" and fingerprint(np.float32)[0] == "class"
    assert fingerprint(1) != fingerprint(1.0) != fingerprint(True)
    before = fingerprint(Local)
    Local.rate = 0.75
    assert fingerprint(Local) != before
    for bad in (object(), np.random.default_rng(0), {1}.pop):
        with pytest.raises(NotPortable):
            fingerprint(bad)
    plan = ("dict", dict, {"a": ("label", "CB"), "b": None, 3: ("tuple", tuple, [("label", None)])})
    assert decoded(json.loads(json.dumps(encoded(plan)))) == plan


