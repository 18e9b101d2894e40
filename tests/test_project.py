"""What is packed: every package and file of the house, and what the project file says of them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import dlgrad

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FOLDERS = PROJECT["tool"]["setuptools"]["package-dir"]


def test_every_package_is_listed():
    found = set()
    for package, folder in FOLDERS.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join([package, *init.parent.relative_to(ROOT / folder).parts]))
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found
    assert PROJECT["tool"]["setuptools"]["packages"] == sorted(found)


def test_every_folder_with_modules_is_a_package():
    for folder in FOLDERS.values():
        for file in (ROOT / folder).rglob("*.py"):
            assert (file.parent / "__init__.py").is_file(), file


def test_version():
    assert PROJECT["project"]["version"] == dlgrad.__version__


def test_typed():
    assert (ROOT / "dlgrad" / "py.typed").is_file()


def test_public_names():
    assert len(dlgrad.__all__) == len(set(dlgrad.__all__))
    for name in dlgrad.__all__:
        assert getattr(dlgrad, name) is not None
        assert name == "__version__" or getattr(dlgrad, name).__doc__, f"{name} has no docstring"


def test_runtime_needs_numpy_alone():
    """What generated code imports loads neither the transpiler nor its tools."""
    code = ("import sys, dlgrad.runtime.kernels; "
            "print([m for m in ('gast', 'astor', 'scipy', 'dlgrad.transpile') if m in sys.modules])")  # fmt: skip
    paths = [str(Path(dlgrad.__file__).parent), str(ROOT)]
    stub = ("import sys, types; p = types.ModuleType('dlgrad'); "
            f"p.__path__ = {paths!r}; sys.modules['dlgrad'] = p; ")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", stub + code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
