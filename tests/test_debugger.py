"""pdb steps through the generated text: lines are shown, values are printed, steps go forward and backward."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
import pdb
import sys

import numpy as np

import dlgrad as dl


def helper(x):
    return np.sin(x) * x


def model(w):
    h = helper(w)
    {stop}
    loss = np.sum(h * h)
    dw = dl.dlgradient(loss, w)
    return loss, dw


{call}
"""


def debugged(tmp_path, stop, call, commands, arguments=()):
    """What pdb prints when it is given commands."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(stop=stop, call=call))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DLGRAD_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, *arguments, str(script)], input="\n".join([*commands, ""]), text=True,
                          env=environment, cwd=tmp_path, capture_output=True, timeout=120)  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("twice", [False, True])
def test_breakpoint_in_a_model(tmp_path, twice):
    """`breakpoint()` stops in the generated function; from there every line of the backward half is seen."""
    call = "print(dl.dlfeval(model, np.ones(2)))"
    commands = ["next", "next", "list 1, 40", "p 'seen', dh.shape", "continue"]
    if twice:  # the second process runs the file of the cache
        debugged(tmp_path, "breakpoint()", call, ["continue"])
    out = debugged(tmp_path, "breakpoint()", call, commands)
    assert "-> loss = np.sum(h * h)" in out
    assert "-> dh = 2 * h" in out and "-> dw = helper_backward(dh, helper_15)" in out
    assert "# line 17: loss = np.sum(h * h)" in out
    assert "('seen', (2,))" in out
    assert "Error" not in out


def test_steps_into_backward_functions(tmp_path):
    commands = ["next", "next", "step", "step", "list 1, 40", "where", "continue"]
    out = debugged(tmp_path, "breakpoint()", "print(dl.dlfeval(model, np.ones(2)))", commands)
    assert "--Call--" in out and "helper_backward" in out
    assert "# line 11: return np.sin(x) * x" in out


def test_post_mortem(tmp_path):
    """After an exception in the backward half the debugger stands on the generated line."""
    call = """
try:
    with dl.options(check_numerics=True):
        dl.dlfeval(model, np.array([np.inf, 1.0]))
except dl.NumericsError:
    pdb.post_mortem()
"""
    out = debugged(tmp_path, "pass", call, ["up", "list", "p x", "quit"])
    assert "helper_forward" in out and "array([inf" in out


def test_breakpoints_by_function(tmp_path):
    """A breakpoint set in the generated file by its line, as an editor sets it."""
    call = """
program = dl.transpile.functions.family(model, dl.specials.SPECIALS).find(model, (np.ones(2),), {})
text = program.written.module.text.split("\\\\n")
line = next(n for n, row in enumerate(text, 1) if "helper_backward(" in row and "def " not in row)
debugger = pdb.Pdb()
debugger.set_break(program.function.__code__.co_filename, line)
debugger.runcall(dl.dlfeval, model, np.ones(2))
""".replace("\\\\n", "\\n")
    out = debugged(tmp_path, "pass", call, ["continue", "p 'h' in locals(), dh.shape", "continue"])
    assert "-> dw = helper_backward(dh, helper_15)" in out
    assert "(True, (2,))" in out
