"""Running what was written: a generated function with what stands around it, and the name of its text."""

from __future__ import annotations

import linecache
import sys
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any

from ..runtime.errors import GradientWarning, StrictError
from ..runtime.settings import NOW
from .arguments import labelled, stripped
from .load import Loader
from .notes import note
from .overlap import check_apart, outside_objects


class Specialised:
    """One generated function, ready to be called."""

    def __init__(self, written: Any, fun: FunctionType, loader: Loader) -> None:
        self.written, self.fun, self.loader = written, fun, loader
        self.function: Callable[..., Any] = loader.load(fun)
        self.checked: Callable[..., Any] | None = None  # the function with a check behind every statement
        self.plain = not (written.strips or written.plan is not None or written.warns or written.checks_sharing)

    def rebuilt(self, fun: FunctionType) -> Specialised:
        """The same program for another function object of the same code."""
        return Specialised(self.written, fun, self.loader)

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        function = self.with_checks() if NOW.check_numerics else self.function
        if self.plain:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                note(error, self.written.module, self.loader.filename)
                raise
        written = self.written
        if written.strips:
            args = tuple([stripped(a) for a in args])
            kwargs = {k: stripped(v) for k, v in kwargs.items()}
        if written.checks_sharing:
            check_apart([*args, *kwargs.values(), *outside_objects(written.guards)])
        if NOW.strict and written.warns:
            raise StrictError("\n".join(written.warns))
        try:
            out = function(*args, **kwargs)
        except Exception as error:
            note(error, written.module, self.loader.filename)
            raise
        for text in written.warns:
            warnings.warn(text, GradientWarning, stacklevel=levels_up())
        return labelled(out, written.plan)

    def with_checks(self) -> Callable[..., Any]:
        """The function that stops at its first NaN or infinity."""
        if self.checked is None:
            self.checked = Loader(self.written.module, self.loader.filename, True).load(self.fun)
        return self.checked


PACKAGE = __package__.partition(".")[0]


def levels_up() -> int:
    """How far up from the caller, as `warnings` counts, the code stands that called dlgrad."""
    frame, levels = sys._getframe(1), 1
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == PACKAGE:
        frame, levels = frame.f_back, levels + 1
    return levels


_COUNT = [0]


def register(written: Any) -> str:
    """Give the text a file name under which tracebacks and debuggers find it."""
    _COUNT[0] += 1
    filename = f"<dlgrad {written.module.main}-{_COUNT[0]}>"
    text = written.module.text
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    return filename
