"""`dlfeval`, `dlgradient` and what else a model function is made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .accelerate import AcceleratedFunction
from .runtime.errors import TraceError
from .source_text import GradientSource
from .specials import SPECIALS, special
from .transforms import GradientFunction
from .transpile.functions import evaluate, opened
from .transpile.pipeline import write


@special("dlgradient")
def dlgradient(y: Any, *x: Any, RetainData: bool = False, EnableHigherDerivatives: bool = False,
               AllowComplex: bool = True, **options: bool) -> Any:  # fmt: skip
    """The gradient of a real scalar `y` with respect to each `x`, inside a function that `dlfeval` runs.

    Args:
        y: one real number computed in the model (any array of size 1).
        x: arrays, numbers, or containers of them (dict, list, tuple, namedtuple, dataclass, nested):
            parameters, slices or intermediate values. One gradient for each, of its structure and
            shape; what is not a floating point number in a container is copied unchanged.
        RetainData: a memory hint; results never depend on it.
        EnableHigherDerivatives: a later `dlgradient` may differentiate this gradient; otherwise it
            is a constant to it.
        AllowComplex: False keeps gradients real.
        options: the same options in snake case.

    For complex x = a + ib the gradient is ``dL/da + i dL/db``. Where `y` does not depend on `x` it is
    zero, with a `GradientWarning`.

    Raises:
        TraceError: always, when it is called outside `dlfeval`.
    """
    raise TraceError(
        "dlgradient was called outside dlfeval: put it into a model function, as in\n"
        "    def model(params, x):\n"
        "        loss = ...\n"
        "        return loss, dl.dlgradient(loss, params)\n"
        "and call loss, gradients = dl.dlfeval(model, params, x)"
    )


@special("stop_gradient")
def stop_gradient(x: Any) -> Any:
    """`x` itself, as a constant: no gradient flows through it. Outside `dlfeval` it does nothing."""
    return x


def dlfeval(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run a model function with the gradients that its `dlgradient` calls ask for.

    The function is transpiled to plain NumPy for the kinds of these arguments (dtypes, ranks, which
    axes have size 1, labels), once; later calls run what was written.

    Args:
        fun: a Python function, lambda, method, `functools.partial`, callable object, or the result
            of `dlaccelerate`.
        args, kwargs: its arguments: arrays, dlarrays, numbers, containers, anything else as it is.

    Returns:
        What `fun` returns.

    Raises:
        DLError: before anything runs, with all problems of the function, their lines and reasons.
    """
    if isinstance(fun, (AcceleratedFunction, GradientFunction)):
        return fun(*args, **kwargs)
    return evaluate(fun, args, kwargs, SPECIALS)


def gradient_source(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> GradientSource:
    """The text of the module that `dlfeval(fun, *args, **kwargs)` would run: a str with `save`."""
    if isinstance(fun, GradientFunction):
        fun, first, named = fun.model_for(len(args), tuple(kwargs))
        args, kwargs = (*first, *args), {**named, **kwargs}
    target, lead, extra = opened(fun)
    return GradientSource.of(write(target, (*lead, *args), {**extra, **kwargs}, SPECIALS))
