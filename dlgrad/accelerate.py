"""`dlaccelerate`: a function that is transpiled once and called directly."""

from __future__ import annotations

import functools
import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .runtime.containers import flatten
from .runtime.custom import Accelerated
from .runtime.errors import DLError, UnsupportedSyntax
from .specials import SPECIALS
from .transpile.cache import disabled
from .transpile.fence import check_syntax
from .transpile.functions import CAPACITY, Family, opened

MODES = ("none", "tolerance")


class AcceleratedFunction(Accelerated):
    """A model function with the programs written for it; called like the function.

    Attributes:
        Enabled: False runs through the same transpiler, but keeps nothing.
        CacheSize: how many programs (kinds of arguments) are kept.
        HitRate: per cent of the calls answered by a kept program.
        Occupancy: per cent of `CacheSize` in use.
        CheckMode: "tolerance" writes every program anew at each call and compares the results;
            "none" does not.
        CheckTolerance: the largest difference that is accepted (absolute and relative).
    """

    def __init__(self, fun: Callable[..., Any], CacheSize: int = CAPACITY) -> None:
        if hasattr(type(fun), "model_for"):
            raise UnsupportedSyntax(f"{fun!r} keeps its programs already: accelerate a model that calls it, or call it")
        self._given = fun
        self.function, self.lead, self.extra = opened(fun)
        check_syntax(self.function)
        functools.update_wrapper(self, fun)
        self.Enabled = True
        self._mode = "none"
        self.CheckTolerance = 1e-4
        self._family = Family(self.function.__code__, SPECIALS, True, checked_size(CacheSize))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.lead or self.extra:
            args, kwargs = (*self.lead, *args), {**self.extra, **kwargs}
        if self._mode == "none" and self.Enabled:
            return self._family.find(self.function, args, kwargs)(args, kwargs)
        return self._checked(args, kwargs)

    def _checked(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        fresh = Family(self.function.__code__, SPECIALS, True)
        if not self.Enabled:
            return fresh.find(self.function, args, kwargs)(args, kwargs)
        found = self._family.find(self.function, args, kwargs)(args, kwargs)
        with disabled():
            anew = fresh.find(self.function, args, kwargs)(args, kwargs)
        for a, b in zip(flatten(found)[0], flatten(anew)[0], strict=True):
            numbers = getattr(np.asarray(a).dtype, "kind", "O") in "fciub"
            if numbers and not np.allclose(a, b, self.CheckTolerance, self.CheckTolerance, equal_nan=True):
                raise DLError("the accelerated function gave other results than the function written anew")
        return found

    def __reduce__(self) -> Any:
        """By its name, where that is what the function's module has; else by the function."""
        name = getattr(self, "__qualname__", "")
        home: Any = sys.modules.get(self.__module__)
        for part in name.split("."):
            home = getattr(home, part, None)
        state = {name: vars(self)[name] for name in ("Enabled", "_mode", "CheckTolerance")}
        return name if home is self else (AcceleratedFunction, (self._given, self.CacheSize), state)

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        """A method, where the function is defined in a class."""
        return self if owner is None else functools.partial(self, owner)

    @property
    def CheckMode(self) -> str:
        """"none" or "tolerance"."""
        return self._mode

    @CheckMode.setter
    def CheckMode(self, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"CheckMode is one of {', '.join(MODES)}, not {mode!r}")
        self._mode = mode

    @property
    def CacheSize(self) -> int:
        """How many programs are kept."""
        return self._family.capacity

    @CacheSize.setter
    def CacheSize(self, size: int) -> None:
        self._family.capacity = checked_size(size)

    @property
    def HitRate(self) -> float:
        """Per cent of the calls answered by a kept program."""
        return 100.0 * self._family.hits / self._family.calls if self._family.calls else 0.0

    @property
    def Occupancy(self) -> float:
        """Per cent of the capacity in use."""
        return 100.0 * len(self._family.made) / self._family.capacity

    def clearCache(self) -> None:
        """Forget the programs and the counts."""
        self._family.clear()

    def __repr__(self) -> str:
        return f"<AcceleratedFunction {self.function.__qualname__}>"


def checked_size(size: Any) -> int:
    """A number of programs to keep.

    Raises:
        ValueError: for anything but a positive integer.
    """
    try:
        number = 0 if isinstance(size, bool) else operator.index(size)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"CacheSize is a positive integer, not {size!r}")
    return number


def dlaccelerate(fun: Callable[..., Any] | None = None, *, CacheSize: int = CAPACITY) -> Any:
    """An accelerated version of a model function; also a decorator.

    Syntax that the transpiler does not take is reported when the function is decorated; the rest
    at the first call. Gradients inside may be differentiated again (`EnableHigherDerivatives` is
    True unless said otherwise).

    >>> import numpy as np
    >>> @dlaccelerate
    ... def double(x):
    ...     return 2 * x
    >>> double(np.ones(2))
    array([2., 2.])
    """
    if fun is None:
        return functools.partial(dlaccelerate, CacheSize=CacheSize)
    return fun if isinstance(fun, AcceleratedFunction) else AcceleratedFunction(fun, CacheSize)
