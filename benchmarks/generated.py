"""What dlgrad makes of a case: the generated function alone, and the doors that lead to it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import dlgrad as dl

from .case import Case, plain
from .timing import seconds

Call = Callable[[], Any]


def alone(case: Case, args: tuple[Any, ...]) -> Call:
    """The generated function itself, on plain arrays."""
    bare, arrays = bare_function(case.model, args), plain(args)
    return lambda: bare(*arrays)


def evaluated(case: Case, args: tuple[Any, ...]) -> Call:
    """The call by `dlfeval`."""
    return lambda: dl.dlfeval(case.model, *args)


def accelerated(case: Case, args: tuple[Any, ...]) -> Call:
    """The call of the accelerated function."""
    fast = dl.dlaccelerate(case.model)
    return lambda: fast(*args)


DOORS = {"generated": alone, "dlfeval": evaluated, "dlaccelerate": accelerated}


def bare_function(model: Callable[..., Any], args: tuple[Any, ...]) -> Callable[..., Any]:
    """The function of the generated module, without the door that strips and puts on labels."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{model.__name__}_generated.py")
        dl.gradient_source(model, *args).save(path)
        spec = spec_from_file_location(path.stem, path)
        assert spec and spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    return getattr(module, model.__name__)  # type: ignore[no-any-return]


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
