"""grad, value_and_grad, vjp: the conventions of the Python field, over the same transpiler.

Each writes a small model function around the user's (`value = f(x, w); gradient =
entry_gradient(value, w)`) and hands it to `dlfeval`, so there is one way to differentiate.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import weakref
from collections.abc import Callable
from typing import Any

from .api import dlfeval
from .runtime.containers import inner_product
from .runtime.errors import DLError, TraceError
from .specials import special

Argnums = int | tuple[int, ...]

_WRAPPERS: weakref.WeakKeyDictionary[Any, dict[Any, Any]] = weakref.WeakKeyDictionary()
_COUNT = [0]


@special("entry_gradient")
def entry_gradient(y: Any, *x: Any) -> Any:
    """`dlgradient` with respect to arguments as they were given, whatever the function stored into them."""
    raise TraceError("entry_gradient belongs to grad, value_and_grad and vjp")


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns ``(f(*args), gradient)``.

    Args:
        f: a Python function of arrays, numbers and containers of them that returns one real number.
        argnums: the position of the argument to differentiate, or a tuple of positions, for which
            the gradient is a tuple. A container argument gives the same container.

    Raises:
        DLError: (when called) where `f` cannot be differentiated, with the line and the reason.
    """
    positions = _positions(argnums)

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        model = _model(f, len(args), tuple(kwargs), positions, isinstance(argnums, tuple), "value")
        return dlfeval(model, *args, **kwargs)

    return call


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns the gradient of `f`; see `value_and_grad`."""
    both = value_and_grad(f, argnums)

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return call


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """``(f(*args), pull)``: `pull(dy)` gives one cotangent for each argument.

    `dy` has the structure of the result; cotangents of arguments that hold no floating point
    numbers are the arguments themselves. `pull` evaluates `f` again.
    """
    value = f(*args)

    def pull(dy: Any) -> tuple[Any, ...]:
        model = _model(f, len(args), (), tuple(range(len(args))), True, "pull")
        return tuple(dlfeval(model, dy, *args))

    return value, pull


def _positions(argnums: Argnums) -> tuple[int, ...]:
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    if not positions or not all(isinstance(p, int) for p in positions):
        raise TypeError(f"argnums must be a position or a tuple of positions, not {argnums!r}")
    return positions


def _model(f: Any, count: int, keywords: tuple[str, ...], positions: tuple[int, ...], several: bool, kind: str) -> Any:
    """The model function around `f` for calls with so many arguments."""
    if any(not -count <= p < count for p in positions):
        raise DLError(f"argnums={positions} is out of range: the function was called with {count} arguments")
    wanted = tuple(p % count for p in positions)
    try:
        known = _WRAPPERS.setdefault(f, {})
    except TypeError:
        known = {}
    key = (count, keywords, wanted, several, kind)
    if key not in known:
        known[key] = _write(f, count, keywords, wanted, several, kind)
    return known[key]


def _write(f: Any, count: int, keywords: tuple[str, ...], wanted: tuple[int, ...], several: bool, kind: str) -> Any:
    names = _parameters(f, count)
    given = ", ".join([*names, *[f"{k}={k}" for k in keywords]])
    xs = ", ".join(names[p] for p in wanted)
    gradients = f"entry_gradient(value, {xs})"
    if several and len(wanted) == 1:
        gradients = f"({gradients},)"
    body = [f"value = function({given})"]
    head = ", ".join([*names, *([f"*, {', '.join(keywords)}"] if keywords else [])])
    if kind == "pull":
        head = ", ".join(["cotangent", *([head] if head else [])])
        body = [f"result = function({given})", "value = inner_product(cotangent, result)"]
    result = "value, gradient" if kind == "value" else "gradient"
    rows = [f"    def gradient_of({head}):", *[f"        {b}" for b in body],
            f"        gradient = {gradients}", f"        return {result}"]  # fmt: skip
    text = "\n".join(["def make(function, entry_gradient, inner_product):", *rows, "    return gradient_of", ""])
    _COUNT[0] += 1
    filename = f"<dlgrad gradient of {getattr(f, '__name__', 'function')}-{_COUNT[0]}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    space: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), space)
    return space["make"](f, entry_gradient, inner_product)


_OWN = {"function", "value", "result", "gradient", "cotangent", "entry_gradient", "inner_product"}


def _parameters(f: Any, count: int) -> list[str]:
    """The names of the first parameters of `f`, as far as it has names for them."""
    try:
        signature = inspect.signature(f, follow_wrapped=False)
        plain = [p.name for p in signature.parameters.values()
                 if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]  # fmt: skip
    except (TypeError, ValueError):
        plain = []
    names = [n if n not in _OWN else f"{n}_" for n in plain[:count]]
    return names + [f"argument_{i}" for i in range(len(names), count)]
