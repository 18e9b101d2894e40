"""README.md is true: its Python runs and prints what it says, and the code it shows is what is written now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import util
from pathlib import Path

import dlgrad as dl
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TEXT = README.read_text("utf-8")
GENERATED = re.compile(r"(<!-- generated: digits -->\n```python\n)(.*?)(```\n)", re.S)
# A block of Python, and what it prints where that is shown.
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)
BLOCKS = [m.groups() for m in BLOCK.finditer(GENERATED.sub("", TEXT))]


@pytest.mark.parametrize("number", range(1, len(BLOCKS) + 1))
def test_python(number, tmp_path):
    code, expected = BLOCKS[number - 1]
    file = tmp_path / "example.py"
    file.write_text(code, "utf-8")
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    strict = ["-W", "error::RuntimeWarning", "-W", "error::UserWarning"]
    done = subprocess.run([sys.executable, *strict, str(file)], capture_output=True, text=True, cwd=tmp_path,
                          env=os.environ | {"PYTHONPATH": paths}, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert expected in (None, done.stdout.replace(f"{tmp_path}{os.sep}", ""))


def test_offline_commands(tmp_path):
    """The commands work on the file that stands above them, and what is compiled needs NumPy alone."""
    section = TEXT.split("### Offline")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.S)
    (commands,) = re.findall(r"```sh\n(.*?)```", section, re.S)
    (tmp_path / "model.py").write_text(code, "utf-8")
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    given = os.environ | {"PYTHONPATH": paths, "DLGRAD_CACHE_DIR": str(tmp_path / "cache")}
    for command in commands.splitlines():
        name, *words = command.split("  #")[0].split()
        assert name == "dlgrad"
        done = subprocess.run([sys.executable, "-m", "dlgrad", *words], capture_output=True, text=True, cwd=tmp_path,
                              env=given, timeout=120)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "<!DOCTYPE html>" in (tmp_path / "out.html").read_text("utf-8")
    check = "import out, numpy as np, sys; print(out.loss(np.ones(3), np.ones((5, 3)), np.ones(5))[1].shape)"
    check += "; assert 'dlgrad' not in sys.modules"
    alone = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, cwd=tmp_path, env=alone,
                          timeout=120)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "(3,)\n"), done.stderr


def digits_source():
    """What examples/digits.py prints at its end."""
    spec = util.spec_from_file_location("digits", ROOT / "examples" / "digits.py")
    digits = util.module_from_spec(spec)
    spec.loader.exec_module(digits)
    X = dl.dlarray(np.zeros((64, 8), np.float32), "CB")
    T = dl.dlarray(np.zeros((10, 8), np.float32), "CB")
    params = digits.initial_parameters(np.random.default_rng(0))
    return str(dl.gradient_source(digits.loss_and_gradients, params, X, T))


def test_generated_code(accept):
    pytest.importorskip("sklearn")
    source = digits_source()
    if accept:
        README.write_text(GENERATED.sub(lambda m: m[1] + source + m[3], TEXT), "utf-8")
    assert GENERATED.search(README.read_text("utf-8"))[2] == source


def test_two_commands():
    """The set-up section holds two commands, one a line; .ci/run takes the second from here."""
    section = TEXT.split("## Set up")[1].split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)\n```", section, re.S)
    assert len(commands) == 2
    assert all("\n" not in c and ".venv/bin/pip install -q '.[" in c for c in commands)
    assert "examples/digits.py" in commands[0] and "pytest" in commands[1]


def test_links():
    """Every link within the project leads to a file."""
    for document in [README, *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!\w+:)([^)#]+)", re.sub(r"`[^`]*`", "", document.read_text("utf-8"))):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_public_names_exist():
    """Every `dl.name` that the documents mention."""
    for document in [README, *sorted((ROOT / "docs").glob("*.md"))]:
        text = document.read_text("utf-8")
        for name in set(re.findall(r"\bdl\.(\w+)\b", text)) - {"py"}:
            assert hasattr(dl, name), f"{document.name}: dl.{name}"
