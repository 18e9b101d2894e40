"""What dlgrad makes of a case: the generated function alone, and the doors that lead to it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import dlgrad as dl
from dlgrad.specials import SPECIALS
from dlgrad.transpile.functions import family

from .case import Case, plain
from .timing import seconds

Call = Callable[[], Any]


def alone(case: Case, args: tuple[Any, ...]) -> Call:
    """The generated function itself, as it is compiled, on plain arrays."""
    found, arrays = compiled(case.model, args), plain(args)
    return lambda: found(*arrays)


def evaluated(case: Case, args: tuple[Any, ...]) -> Call:
    """The call by `dlfeval`."""
    return lambda: dl.dlfeval(case.model, *args)


def accelerated(case: Case, args: tuple[Any, ...]) -> Call:
    """The call of the accelerated function."""
    fast = dl.dlaccelerate(case.model)
    return lambda: fast(*args)


DOORS = {"generated": alone, "dlfeval": evaluated, "dlaccelerate": accelerated}


def compiled(model: Callable[..., Any], args: tuple[Any, ...]) -> Callable[..., Any]:
    """What runs behind the door that finds it and strips labels."""
    return family(model, SPECIALS).find(model, args, {}).function


def transpile_seconds(model: Callable[..., Any], args: tuple[Any, ...]) -> float:
    """The time that the first call takes beyond the second, with nothing on disk."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("DLGRAD_CACHE_DIR")
        os.environ["DLGRAD_CACHE_DIR"] = folder
        try:
            first = seconds(lambda: dl.dlfeval(model, *args))
        finally:
            if before is None:
                del os.environ["DLGRAD_CACHE_DIR"]
            else:
                os.environ["DLGRAD_CACHE_DIR"] = before
    return first - seconds(lambda: dl.dlfeval(model, *args))
