"""What the names around a user's function mean, and how a file of its own can mean the same."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import sysconfig
import textwrap
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from .gather import MISSING
from .literals import NotLiteral, spelled

PACKAGE = __package__.partition(".")[0]


# What names mean


def around(fun: Any, name: str) -> Any:
    """What a free name of a function means: captured, global; MISSING if built in or unbound."""
    cells = dict(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    if name in cells:
        try:
            return cells[name].cell_contents
        except ValueError:
            return MISSING
    return fun.__globals__.get(name, MISSING)


def is_kernel(found: Any) -> bool:
    """A kernel behind its look at the arguments."""
    return isinstance(found, FunctionType) and hasattr(found, "__wrapped__") and str(
        found.__module__).startswith(f"{PACKAGE}.runtime.kernels")  # fmt: skip


def is_installed(module: Any) -> bool:
    """Does a module come with Python, or from where packages are installed?"""
    file = getattr(module, "__file__", None)
    if file is None:
        return module.__name__ != "__main__"
    paths = sysconfig.get_paths()
    return any(file.startswith(paths[p]) for p in ("stdlib", "platstdlib", "purelib", "platlib"))


def mentions_us(module: Any) -> bool:
    """Does importing a module of the user's need dlgrad?"""
    homes = [v.__name__ if isinstance(v, ModuleType) else getattr(v, "__module__", "") for v in vars(module).values()]
    return any(isinstance(h, str) and h.partition(".")[0] == PACKAGE for h in homes)


def resolves(found: Any) -> bool:
    """Can an object be imported under its own name?"""
    return bool(getattr(import_module(found.__module__), found.__name__, None) is found)


def importable(found: Any) -> tuple[str, str] | None:
    """Where a built-in object can be imported from."""
    name = getattr(found, "__name__", None)
    homes = [getattr(found, "__module__", None), "numpy", "scipy.special", "math", "cmath", "operator"]
    for home in [h for h in homes if isinstance(h, str) and h.partition(".")[0] != PACKAGE]:
        try:
            if isinstance(name, str) and getattr(import_module(home), name, None) is found:
                return (home, name) if is_installed(import_module(home)) else None
        except ImportError:
            continue
    return None


def submodules(text: str, name: str, path: str) -> list[str]:
    """Modules inside a package that a text reads as attributes: ``scipy.special``."""
    out = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            sub = f"{path}.{node.attr}"
            if sub in sys.modules and path not in ("numpy", "os"):
                out.add(sub)
    return sorted(out)


COPIED = ("runtime.kernels", "runtime.primitives", "runtime.declare", "transpile.doors", "custom")
"""Modules of ours whose functions are copied as text."""


def is_copied(module: str) -> bool:
    """Is what stands in a module of dlgrad put into standalone modules?"""
    return module.startswith(tuple(f"{PACKAGE}.{part}" for part in COPIED))


# Values


def constant_text(x: Any) -> tuple[str | None, dict[str, Any]]:
    """The text of a value and what the text mentions; no text for functions written in C.

    Raises:
        NotLiteral: for values that cannot be frozen.
    """
    if is_dataclass(x) and not isinstance(x, type):
        cls = type(x)
        if hasattr(cls, "__post_init__") or not all(f.init for f in fields(x)):
            raise NotLiteral(f"it is a {cls.__name__} that computes some of its fields")
        inside = ", ".join(f"{f.name}={spelled(getattr(x, f.name))}" for f in fields(x))
        return f"{cls.__name__}({inside})", {"np": np, cls.__name__: cls}
    if type(x) is functools.partial:
        given = {f"given_{i}": v for i, v in enumerate((*x.args, *x.keywords.values()))}
        words = [*given][: len(x.args)] + [f"{k}={g}" for k, g in zip(x.keywords, [*given][len(x.args) :], strict=True)]
        text = f"functools.partial({', '.join(['function', *words])})"
        return text, {"functools": functools, "function": x.func, **given}
    if callable(x) and not isinstance(x, np.generic):
        return None, {}
    return spelled(x), {"np": np}


STAND_INS = {
    "stop_gradient": "def stop_gradient(x):\n    return x",
    "checkpoint": "def checkpoint(function):\n    return function",
    "dlaccelerate": "def dlaccelerate(fun=None, **options):\n"
                    "    return fun if fun is not None else lambda given: given",
}  # fmt: skip
"""Functions of ours that mean nothing more, where the gradient is written already."""


def same_literal(node: ast.expr, value: Any) -> bool:
    try:
        meant = ast.literal_eval(node)
    except (ValueError, SyntaxError):
        return False
    return type(meant) is type(value) and repr(meant) == repr(value)


def simple_text(value: Any) -> str | None:
    """The text of a default that mentions nothing; None if it is more than a literal."""
    try:
        text = spelled(value)
    except NotLiteral:
        return None
    return text if "np." not in text else None


def class_text(cls: type) -> str | None:
    try:
        return textwrap.dedent(inspect.getsource(cls)).rstrip()
    except (OSError, TypeError):
        return None
