"""Modules of users, made of texts: real files that are imported."""

import importlib
import itertools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import dlgrad
import pytest
from dlgrad.transpile.source import read

NUMBERS = itertools.count()


class Maker:
    """Writes modules into a folder that Python imports from."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def __call__(self, text, encoding="utf-8"):
        name = f"user_module_{next(NUMBERS)}"
        self.folder.joinpath(name + ".py").write_bytes(textwrap.dedent(text).encode(encoding))
        importlib.invalidate_caches()
        return importlib.import_module(name)


@pytest.fixture(name="module")
def module_fixture(tmp_path, monkeypatch):
    """A function that makes a module of a text."""
    return Maker(tmp_path, monkeypatch)


def body_of(fun):
    """The text of a lambda's body, or of a function's first statement."""
    source = read(fun)
    body = source.tree.body
    return source.segment(body[0] if isinstance(body, list) else body)


def run_python(folder, *arguments, **options):
    """A process of Python that finds this dlgrad wherever it runs."""
    paths = [str(Path(dlgrad.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    options = {"cwd": folder, "env": env, "capture_output": True, "text": True, **options}
    return subprocess.run([sys.executable, *arguments], check=False, **options)
