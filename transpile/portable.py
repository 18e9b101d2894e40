"""What another process can recognise: fingerprints of objects, and plans as JSON.

A fingerprint tells whether a name means there what it meant here. It holds all that the text of a
program may depend on, so two objects with equal fingerprints are the same to the transpiler; what
has none makes a program stay in memory.
"""

from __future__ import annotations

import hashlib
import sys
from importlib import import_module
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from ..runtime.custom import Wrapper
from ..runtime.errors import DLError
from .kinds import Kind
from .source import code_key

PACKAGE = __package__.partition(".")[0]
SIMPLE = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
INSTALLED = frozenset(sys.stdlib_module_names) - {"__main__"} | {"numpy", "scipy", PACKAGE, "builtins"}
UNTOLD = {"__dict__", "__weakref__", "__doc__", "__module__", "__firstlineno__", "__static_attributes__",
          "__annotations__", "__annotate_func__", "__annotations_cache__", "__dataclass_fields__",
          "__abstractmethods__", "_abc_impl", "__dataclass_params__", "__qualname__", "__hash__"}  # fmt: skip
DEEPEST = 12
DEEPEST_KEY = 60  # a level of an argument takes two of its key


class NotPortable(Exception):
    """Something that another process could not recognise."""


def fingerprint(x: Any, deep: int = 0) -> Any:
    """What an object is, as JSON.

    Raises:
        NotPortable: if that cannot be told.
    """
    if deep > DEEPEST:
        raise NotPortable("nested too deeply")
    if type(x) in SIMPLE:
        return [type(x).__name__, repr(x)]
    if isinstance(x, ModuleType):
        return ["module", x.__name__, str(getattr(x, "__version__", ""))]
    if isinstance(x, np.dtype):
        return ["dtype", x.str if x.names is None else repr(x)]
    if type(x) in (tuple, list):
        return [type(x).__name__, [fingerprint(v, deep + 1) for v in x]]
    if type(x) is slice:
        return ["slice", [fingerprint(v, deep + 1) for v in (x.start, x.stop, x.step)]]
    if isinstance(x, Kind):
        return [type(x).__name__, {k: fingerprint(v, deep + 1) for k, v in sorted(vars(x).items())}]
    if isinstance(x, type):
        return class_print(x, deep)
    if isinstance(x, Wrapper):
        return wrapper_print(x, deep)
    if isinstance(x, FunctionType) and (not is_installed(x.__module__) or "<locals>" in x.__qualname__):
        return function_print(x, deep)
    return named(x)


def wrapper_print(x: Any, deep: int) -> Any:
    """What calls a function of the user's: the function, and what it has beside it."""
    beside = [getattr(x, "rule", None), getattr(x, "lead", ()), sorted(getattr(x, "extra", {}).items())]
    return [type(x).__name__, fingerprint(x.function, deep + 1), fingerprint(beside, deep + 1)]


def is_installed(module: str | None) -> bool:
    """A module whose contents follow from versions that are in the key."""
    return (module or "").partition(".")[0] in INSTALLED


def named(x: Any) -> Any:
    """A function of NumPy, SciPy, the standard library or dlgrad, by its name."""
    name: Any = getattr(x, "__qualname__", None) or getattr(x, "__name__", None)
    plain = isinstance(x, (FunctionType, BuiltinFunctionType, np.ufunc)) or type(x).__module__.startswith("numpy")
    homes = [getattr(x, "__module__", None), "builtins", "numpy", "scipy.special"]
    for home in homes if plain and isinstance(name, str) else ():
        if isinstance(home, str) and is_installed(home) and home in sys.modules and found_in(home, name) is x:
            return ["named", home, name]
    raise NotPortable(f"a {type(x).__name__}")


def found_in(module: str, qualname: str) -> Any:
    """What a dotted name leads to; None if to nothing."""
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def function_print(fun: FunctionType, deep: int = 0) -> Any:
    """A function of the user's: its text, and the values that its defaults and attributes have."""
    values = [default_print(v, deep) for v in fun.__defaults__ or ()]
    named = {k: default_print(v, deep) for k, v in sorted((fun.__kwdefaults__ or {}).items())}
    held = {k: default_print(v, deep) for k, v in sorted(vars(fun).items()) if k != "__wrapped__"}
    return ["function", fun.__module__, fun.__qualname__, text_key(fun), values, named, held]


def default_print(x: Any, deep: int) -> Any:
    if isinstance(x, (np.ndarray, np.generic)):
        return ["array", x.dtype.str, [int(n) for n in x.shape]]
    return fingerprint(x, deep + 1)


_KEYS: dict[int, tuple[CodeType, str]] = {}


def text_key(fun: FunctionType) -> str:
    """`code_key`, remembered by code object.

    Raises:
        NotPortable: for functions whose text cannot be had.
    """
    known = _KEYS.get(id(fun.__code__))
    if known is None:
        try:
            known = fun.__code__, code_key(fun)
        except DLError as error:
            raise NotPortable(str(error)) from None
        if len(_KEYS) > 4096:
            _KEYS.clear()
        _KEYS[id(fun.__code__)] = known
    return known[1]


def class_print(cls: type, deep: int = 0) -> Any:
    """A class: its name, and for one of the user's what its body and its bases hold."""
    if is_installed(cls.__module__):
        return ["class", cls.__module__, cls.__qualname__]
    held = {k: member_print(v, deep + 1) for k, v in sorted(vars(cls).items()) if k not in UNTOLD}
    bases = [class_print(b, deep + 1) for b in cls.__bases__]
    return ["class", cls.__module__, cls.__qualname__, held, bases]


def member_print(x: Any, deep: int) -> Any:
    if isinstance(x, (staticmethod, classmethod)):
        return [type(x).__name__, member_print(x.__func__, deep + 1)]
    if isinstance(x, property):
        return ["property", [member_print(f, deep + 1) for f in (x.fget, x.fset) if f is not None]]
    if isinstance(x, Wrapper):
        return wrapper_print(x, deep)
    if isinstance(x, FunctionType) and (not is_installed(x.__module__) or "<locals>" in x.__qualname__):
        try:
            return function_print(x, deep)
        except NotPortable:  # written by dataclass or namedtuple: there is no text
            return ["code", hashlib.sha256(x.__code__.co_code + repr(x.__code__.co_names).encode()).hexdigest()]
    try:
        return fingerprint(x, deep + 1)
    except NotPortable:
        return ["instance", type(x).__module__, type(x).__qualname__]


def key_print(key: Any, deep: int = 0) -> Any:
    """The key that `arguments.describe` makes of an argument."""
    if deep > DEEPEST_KEY:
        raise NotPortable("nested too deeply")
    if type(key) is tuple:
        if len(key) == 2 and key[0] == "static" and type(key[1]) is int:
            raise NotPortable("an object known by its address")
        return [key_print(k, deep + 1) for k in key]
    return fingerprint(key)


# Plans


def encoded(x: Any) -> Any:
    """A labelling plan as JSON.

    Raises:
        NotPortable: for classes that cannot be imported.
    """
    if x is None or type(x) in (str, int, bool):
        return x
    if type(x) is tuple or type(x) is list:
        return [type(x).__name__, [encoded(v) for v in x]]
    if type(x) is dict:
        return ["dict", [[encoded(k), encoded(v)] for k, v in x.items()]]
    if isinstance(x, type) and found_in(x.__module__, x.__qualname__) is x:
        return ["class", x.__module__, x.__qualname__]
    raise NotPortable(f"a {type(x).__name__} in a plan")


def decoded(x: Any) -> Any:
    """What `encoded` was given."""
    if not isinstance(x, list):
        return x
    sort, what = x[0], x[1]
    if sort == "dict":
        return {decoded(k): decoded(v) for k, v in what}
    if sort == "class":
        return importable(what, x[2])
    items = [decoded(v) for v in what]
    return tuple(items) if sort == "tuple" else items


def importable(module: str, qualname: str) -> Any:
    """An object by its names.

    Raises:
        NotPortable: if it is not there.
    """
    import_module(module)
    found = found_in(module, qualname)
    if found is None:
        raise NotPortable(f"{module}.{qualname}")
    return found
