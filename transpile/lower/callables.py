"""What is known of a callable by itself: whose it is, what it may change, what it gives."""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any

import gast
import numpy as np

from ..kinds import BOOL, INT, Kind, Other

HARMLESS_MODULES = ("math", "cmath", "time", "logging", "warnings", "json", "os", "sys", "datetime",
                    "pprint", "matplotlib", "builtins", "_io", "typing", "operator", "tqdm",
                    "scipy", "copy", "textwrap", "string", "re")  # fmt: skip
MUTATORS = {"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal", "shuffle", "at", "setattr",
            "delattr", "exec", "eval", "setitem", "delitem", "memoryview", "frombuffer", "as_strided", "nditer",
            "ndarray", "iadd", "isub", "imul", "itruediv", "ipow", "imatmul", "imod", "ifloordiv", "iand", "ior",
            "ixor", "ilshift", "irshift", "iconcat"}  # fmt: skip
"""By name: what changes its arguments, or gives others a way to."""
KEEPERS = {"save", "savez", "savez_compressed", "savetxt"}
"""By name: functions of NumPy's that keep what they are given where a later call may find it."""
KINDS_OF_BUILTINS: dict[Any, Kind] = {
    int: INT, bool: BOOL, str: Other(str), len: INT, isinstance: BOOL, hasattr: BOOL,
    callable: BOOL, repr: Other(str), id: INT, hash: INT, print: Other(type(None)), any: BOOL,
    all: BOOL, format: Other(str), ord: INT, chr: Other(str), issubclass: BOOL,
}  # fmt: skip
_STANDARD = frozenset(sys.stdlib_module_names) - {"__main__", "this", "test"}


def name_of(node: Any) -> str:
    """What the user calls the callee."""
    func = node.func if isinstance(node, gast.Call) else node
    if isinstance(func, gast.Name):
        return func.id
    if isinstance(func, gast.Attribute):
        return f"{name_of(func.value)}.{func.attr}"
    return "this call"


def is_library(fun: Any) -> bool:
    """A function of dlgrad's runtime that is written over primitives."""
    module = getattr(fun, "__module__", "") or ""
    return callable(fun) and module.startswith("dlgrad.runtime")


def is_installed(owner: Any) -> bool:
    """A function, class or module of NumPy, SciPy, dlgrad or the standard library: never looked into."""
    home = owner.__name__ if isinstance(owner, ModuleType) else getattr(owner, "__module__", None)
    module = (home or "").split(".")[0]
    return module in ("numpy", "scipy", "builtins", "dlgrad") or module in _STANDARD


def is_harmless(fun: Any) -> bool:
    """Known not to change its arguments."""
    module = (getattr(fun, "__module__", "") or "builtins").split(".")[0]
    name = getattr(fun, "__name__", "")
    if name in MUTATORS:
        return False
    return module in HARMLESS_MODULES or module == "numpy"


def without_rule(fun: Any, label: str) -> str:
    """Why a callable that is not looked into has no derivative."""
    if isinstance(fun, functools._lru_cache_wrapper):
        return f"{label} keeps its results (functools.cache), for which variables are no keys: call the plain function"
    if isinstance(fun, np.vectorize):
        return f"{label} is made by np.vectorize, a loop in disguise: write it with arrays, or a loop"
    if isinstance(fun, np.ufunc) and getattr(np, fun.__name__, None) is not fun and "vectorized" in fun.__name__:
        return f"{label} is made by np.frompyfunc: write it with arrays, or a loop"
    return f"{label} has no derivative rule"


def missing_name(made: Any) -> str:
    """What the run will complain of, if a callee is a name or an attribute that is not there."""
    why = str(made.attrs.get("why", "")) if made is not None and not made.operands else ""
    return why if "is not defined" in why or "has no attribute" in why else ""


def hashable(fun: Any) -> bool:
    """Can this callable be looked up in a table?"""
    try:
        hash(fun)
    except TypeError:
        return False
    return True
