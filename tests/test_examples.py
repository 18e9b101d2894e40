"""Every example runs, from another folder, and says what it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    "digits": [r"accuracy on 359 held-out digits: (9\d|8[5-9])\.", r"# line \d+: .*crossentropy"],
    "least_squares": [r"largest distance \d\.\de-(0[789]|1\d)", r"for .*reversed\("],
    "recurrent": [r"step  40  loss 0\.", "h_saved", r"reversed\("],
    "newton": [r"0\.9 +2\.0 .* \d\.\de-(09|1\d)$|0\.9 +2\.0 .* 0\.0e\+00$", r"math\.cos"],
    "stencil": [r"conductivity: left 0\.3\d+ ", r"u\[1:-1\] = "],
    "ship_offline": [r"compiled to shipped\.py", r"here: (0\.0e\+00|\d\.\de-1\d)"],
}


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "DLGRAD_CACHE_DIR": str(folder / "cache"), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    return subprocess.run([sys.executable, *command], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=120)  # fmt: skip


def test_all_are_listed():
    assert {p.stem for p in (ROOT / "examples").glob("*.py")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, tmp_path):
    if name == "digits":
        pytest.importorskip("sklearn")
    done = run("-W", "error::UserWarning", str(ROOT / "examples" / f"{name}.py"), "--quick",
               folder=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for pattern in EXAMPLES[name]:
        assert re.search(pattern, done.stdout, re.M), (pattern, done.stdout)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_short_and_teaches(name):
    text = (ROOT / "examples" / f"{name}.py").read_text("utf-8")
    assert len(text.splitlines()) < 100
    assert text.startswith('"""') and "--quick" in text.split('"""')[1]
