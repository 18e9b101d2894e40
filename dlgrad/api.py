"""The public functions: dlfeval and what is called inside it."""

from __future__ import annotations

from typing import Any

from .runtime.errors import TraceError
from .transpile.functions import evaluate
from .transpile.pipeline import write


def dlgradient(y: Any, *x: Any, **options: Any) -> Any:
    raise TraceError("dlgradient works inside a model function that dlfeval runs")


def stop_gradient(x: Any) -> Any:
    return x


SPECIALS = {dlgradient: "dlgradient", stop_gradient: "stop_gradient"}


def dlfeval(fun: Any, *args: Any, **kwargs: Any) -> Any:
    return evaluate(fun, args, kwargs, SPECIALS)


def gradient_source(fun: Any, *args: Any, **kwargs: Any) -> str:
    return write(fun, args, kwargs, SPECIALS).module.text
