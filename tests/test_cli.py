"""Every command, and every error: exit code 2, one message with the offending word, no traceback."""

import subprocess
import sys

import numpy as np
import pytest
from dlgrad.cli import main
from usermodules import run_python

USER = '''
import numpy as np
import dlgrad as dl
from dlgrad import dlgradient

print("imported")
SCALE = 0.5

def model(x, w):
    loss = np.sum(np.tanh(x @ w) ** 2) * SCALE
    dw = dlgradient(loss, w)
    return loss, dw

def plain(x, w=2.0, n=3):
    return np.sum(x * w) ** 2

def wrong(x):
    return np.sum(dl.stop_gradient(x) * x)

def noisy(x):
    print("in the model")
    return np.sum(x * x)

def classify(X, W):
    loss = dl.extractdata(dl.mse(dl.fullyconnect(X, W, np.zeros(4)), dl.dlarray(np.ones((4, 1)), "CB")))
    return loss, dlgradient(loss, W)

def refused(x):
    return dlgradient(np.sum(x) + np.abs(np.roots(x)[0]), x)

def generator(x):
    yield dlgradient(x, x)

def looped(x):
    for _ in range(2):
        loss = np.sum(x * x)
        x = x - 0.1 * dlgradient(loss, x)
    return x

@dl.dlaccelerate
def fast(x):
    loss = np.sum(x ** 3)
    return loss, dlgradient(loss, x)

class Net:
    def model(self, x):
        loss = np.sum(x)
        return loss, dlgradient(loss, x)

def example():
    print("in the example")
    return np.ones((2, 3)), np.ones((3, 2)) / 3

def vector():
    return (np.array([1.0, 2.0]),)

def two():
    return np.array([1.0, 2.0]), 2.0

def raising():
    raise LookupError("no data")

def array():
    return np.ones(3)

NUMBER = 3
'''


@pytest.fixture(name="place")
def place_fixture(tmp_path, monkeypatch):
    monkeypatch.setenv("DLGRAD_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "user.py").write_text(USER)
    (folder / "broken.py").write_text("def f(:\n")
    (folder / "raising.py").write_text("import nothing_of_that_name\n")
    (folder / "leaving.py").write_text("raise SystemExit(3)\n")
    (folder / "examples.py").write_text("import numpy as np\ndef vector():\n    return (np.ones(2),)\n")
    return folder


def command(place, *arguments):
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    done = run_python(place, "-m", "dlgrad", *arguments)
    assert "Traceback" not in done.stderr
    done.changed = {p.relative_to(place).as_posix() for p in place.rglob("*")
                    if p.is_file() and before.get(p) != p.read_bytes()}  # fmt: skip
    assert not (place.parent / "cache").exists()
    return done


def test_inspect(place):
    done = command(place, "inspect", "user.py:model", "--example", "example")
    assert (done.returncode, done.changed) == (0, set())
    assert done.stdout.startswith("# Written by dlgrad from user.py, line 9.") and "# line 11:" in done.stdout
    assert "imported" in done.stderr and "in the example" in done.stderr
    compile(done.stdout, "out", "exec")


def test_inspect_is_deterministic(place):
    runs = {command(place, "inspect", "user.py:model", "--example", "example").stdout for _ in range(3)}
    assert len(runs) == 1


def test_inspect_other_callables(place):
    for name in ("fast",):
        done = command(place, "inspect", f"user.py:{name}", "--example", "vector")
        assert done.returncode == 0 and "def fast(x):" in done.stdout
    done = command(place, "inspect", "user.py:plain", "--example", "two", "--wrt", "w")
    assert done.returncode == 0 and "plain_backward" in done.stdout


def alone(place, text):
    text = "import sys; sys.modules['dlgrad'] = None; sys.path.insert(0, '.')\n" + text
    arguments = [sys.executable, "-I", "-B", "-c", text]
    return subprocess.run(arguments, cwd=place, capture_output=True, text=True, check=True)


def test_compile(place):
    done = command(place, "compile", "user.py:model", "--example", "example", "-o", "out.py")
    assert (done.returncode, done.stdout, done.changed) == (0, "", {"out.py"})
    ran = alone(place, "import numpy as np, out\nl, d = out.model(np.ones((5, 3)), np.ones((3, 2)) / 3)\n"
                       "print(float(l), d.shape)")  # fmt: skip
    x, w = np.ones((5, 3)), np.ones((3, 2)) / 3
    assert ran.stdout.split(" ")[0] == repr(float(np.sum(np.tanh(x @ w) ** 2) * 0.5))
    again = command(place, "compile", "user.py:model", "--example", "example", "-o", "out.py")
    assert (again.returncode, again.changed) == (0, set())


@pytest.mark.parametrize("which", [("--wrt", "w,x"), ("--argnums", "1,0"), ("--argnums=-1,0",)])
def test_compile_a_plain_function(place, which):
    done = command(place, "compile", "user.py:plain", "--example", "two", *which, "-o", "out.py")
    assert done.returncode == 0, done.stderr
    ran = alone(place, "import numpy as np, out\nprint(out.plain_and_gradient(np.array([1.0, 2.0]), 2.0)[1])")
    assert ran.stdout.startswith(("(36.0, array([24., 24.])", "(np.float64(36.0), array([24., 24.])"))
    assert "from user.py, line 14." in (place / "out.py").read_text()


def test_an_example_of_another_file(place):
    assert command(place, "inspect", "user.py:fast", "--example", "examples.py:vector").returncode == 0


def test_check(place):
    done = command(place, "check", "user.py:model", "--example", "example")
    assert done.returncode == 0 and "comparisons agree" in done.stdout and "imported" not in done.stdout
    assert command(place, "check", "user.py:plain", "--example", "two").returncode == 0
    assert command(place, "check", "user.py:fast", "--example", "vector").returncode == 0
    noisy = command(place, "check", "user.py:noisy", "--example", "vector")
    assert noisy.returncode == 0 and "in the model" not in noisy.stdout
    done = command(place, "check", "user.py:wrong", "--example", "vector")
    assert done.returncode == 1 and "comparisons differ" in done.stdout and "x(0)" in done.stdout
    assert command(place, "check", "user.py:wrong", "--example", "vector", "--rtol", "0.9").returncode == 0


def test_check_of_a_text(place):
    done = command(place, "check", "user.py")
    assert done.returncode == 1 and done.changed == set()
    assert "model: nothing is refused" in done.stdout and "Net.model: nothing is refused" in done.stdout
    assert "generator: refused" in done.stdout and "yield in a model function" in done.stdout
    assert "plain" not in done.stdout
    assert command(place, "check", "user.py:model").returncode == 0
    assert command(place, "check", "user.py:generator").returncode == 1
    done = command(place, "check", "examples.py")
    assert done.returncode == 0 and "no function" in done.stdout


ERRORS = {
    "no command": ([], "COMMAND"),
    "another command": (["explain"], "explain"),
    "an unknown option": (["inspect", "user.py:model", "--sample", "example"], "--example"),
    "no example": (["inspect", "user.py:model"], "--example"),
    "no function": (["inspect", "user.py", "--example", "example"], "FILE:FUNCTION"),
    "an empty name": (["inspect", "user.py:", "--example", "example"], "user.py:"),
    "no such file": (["inspect", "usr.py:model", "--example", "example"], "did you mean user.py"),
    "a folder": (["inspect", ".:model", "--example", "example"], "folder"),
    "another kind of file": (["inspect", "data.txt:model", "--example", "example"], "data.txt"),
    "no such function": (["inspect", "user.py:modle", "--example", "example"], "did you mean model"),
    "not a function": (["inspect", "user.py:NUMBER", "--example", "example"], "NUMBER"),
    "no such example": (["inspect", "user.py:model", "--example", "exmple"], "did you mean example"),
    "a raising example": (["inspect", "user.py:model", "--example", "raising"], "LookupError: no data"),
    "not a tuple": (["inspect", "user.py:model", "--example", "array"], "ndarray"),
    "too few arguments": (["inspect", "user.py:model", "--example", "vector"], "model(x, w)"),
    "broken text": (["inspect", "broken.py:f", "--example", "f"], "broken.py:1"),
    "an import that fails": (["inspect", "raising.py:f", "--example", "f"], "nothing_of_that_name"),
    "an import that exits": (["inspect", "leaving.py:f", "--example", "f"], "SystemExit"),
    "a refusal": (["inspect", "user.py:refused", "--example", "vector"], "roots"),
    "a plain function": (["inspect", "user.py:plain", "--example", "two"], "--wrt x,w"),
    "an unknown parameter": (["inspect", "user.py:plain", "--example", "two", "--wrt", "x,v"], "'v'"),
    "no number": (["inspect", "user.py:plain", "--example", "two", "--argnums", "x"], "'x'"),
    "out of range": (["inspect", "user.py:plain", "--example", "two", "--argnums", "2"], "2 is out of range"),
    "both": (["inspect", "user.py:plain", "--example", "two", "--argnums", "1", "--wrt", "x"], "--wrt"),
    "no output": (["compile", "user.py:model", "--example", "example"], "--output"),
    "the input": (["compile", "user.py:model", "--example", "example", "-o", "user.py"], "user.py"),
    "the example's file": (["compile", "user.py:fast", "--example", "examples.py:vector", "-o", "examples.py"],
                           "examples.py"),
    "no such folder": (["compile", "user.py:model", "--example", "example", "-o", "no/out.py"], "no/out.py"),
    "a folder as output": (["compile", "user.py:model", "--example", "example", "-o", "."], "folder"),
    "a gradient in a loop": (["check", "user.py:looped", "--example", "vector"], "looped"),
    "wrt without example": (["check", "user.py:plain", "--wrt", "x"], "--example"),
    "nothing to do": (["cache"], "list|clear"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(place, case, monkeypatch, capsys):
    (place / "data.txt").write_text("data")
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    arguments, word = ERRORS[case]
    code = main(arguments)
    out, err = capsys.readouterr()
    assert (code, out) == (2, ""), err
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before
    message = err.replace("imported\n", "").replace("in the example\n", "")
    assert message.startswith("dlgrad: ") and word in message and "Traceback" not in err
    assert message.count("dlgrad: ") == 1 and message.endswith("\n")


def test_an_error_as_a_process(place):
    done = command(place, "compile", "user.py:modle", "--example", "example", "-o", "out.py")
    assert (done.returncode, done.stdout, done.changed) == (2, "", set())
    assert done.stderr.endswith("has no function modle; did you mean model?\n")


def test_cache(place, monkeypatch, capsys):
    from dlgrad.transpile.storage import Store

    assert main(["cache", "list"]) == 0 and "is empty" in capsys.readouterr().out
    Store().write("a" * 64, "some_model", "x = 1\n", {"file": "/there/user.py"})
    assert main(["cache", "list"]) == 0
    out = capsys.readouterr().out
    assert "some_model" in out and "/there/user.py" in out and "1 module" in out
    assert main(["cache", "clear"]) == 0 and "removed 1" in capsys.readouterr().out
    assert not Store().entries()


def test_help(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0 and "inspect FILE:FUNCTION" in capsys.readouterr().out
