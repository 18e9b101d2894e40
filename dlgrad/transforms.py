"""grad, value_and_grad, vjp: the conventions of the Python field, over the same transpiler.

Each writes a small model function around the user's (`value = f(x, w); gradient =
entry_gradient(value, w)`) and runs it as `dlfeval` does, so there is one way to differentiate.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from .runtime.containers import flatten, inner_product, is_float, unflatten
from .runtime.custom import Checkpoint, Custom
from .runtime.dlarray import dlarray
from .runtime.errors import DLError, TraceError
from .specials import SPECIALS, special
from .transpile.descriptions import attributes, is_record
from .transpile.functions import evaluate
from .transpile.source import unwrap

Argnums = int | tuple[int, ...]
Opened = tuple[Any, tuple[Any, ...], dict[str, Any]]

_WRAPPERS: weakref.WeakKeyDictionary[Any, dict[Any, Any]] = weakref.WeakKeyDictionary()
_COUNT = [0]


@special("entry_gradient")
def entry_gradient(y: Any, *x: Any) -> Any:
    """`dlgradient` with respect to arguments as they were given, whatever the function stored into them."""
    raise TraceError("entry_gradient belongs to grad, value_and_grad and vjp")


class GradientFunction:
    """What `grad` and `value_and_grad` return: called like the function, also inside a model."""

    def __init__(self, f: Callable[..., Any], argnums: Argnums, kind: str) -> None:
        if not callable(f):
            raise TypeError(f"{type(f).__name__!r} object is not callable")
        functools.update_wrapper(self, f)
        self.positions = _positions(argnums)
        self.function, self.several, self.kind = f, isinstance(argnums, tuple), kind

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        model, lead, extra = self.model_for(len(args), tuple(kwargs))
        return evaluate(model, (*lead, *args), {**extra, **kwargs}, SPECIALS)

    def model_for(self, count: int, keywords: tuple[str, ...]) -> Opened:
        """The model function for calls with so many arguments, which is what the transpiler looks into,
        and the arguments that it is given first.

        Raises:
            DLError: where `argnums` names an argument that is not given.
        """
        return model_around(self.function, count, keywords, self.positions, self.several, self.kind)

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        """A method, where the function is defined in a class."""
        return self if owner is None else types.MethodType(self, owner)

    def __repr__(self) -> str:
        return f"<{self.kind} of {getattr(self.function, '__name__', 'a function')}>"


@special("grad")
def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> GradientFunction:
    """The function that returns ``(f(*args), gradient)``.

    Args:
        f: a Python function of arrays, numbers and containers of them that returns one real number.
        argnums: the position of the argument to differentiate, or a tuple of positions, for which
            the gradient is a tuple. A container argument gives the same container.

    Raises:
        DLError: (when called) where `f` cannot be differentiated, with the line and the reason.
    """
    return GradientFunction(f, argnums, "value_and_grad")


@special("grad")
def grad(f: Callable[..., Any], argnums: Argnums = 0) -> GradientFunction:
    """The function that returns the gradient of `f`; see `value_and_grad`."""
    return GradientFunction(f, argnums, "grad")


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """``(f(*args), pull)``: `pull(dy)` gives one cotangent for each argument.

    `dy` has the structure and the shapes of the result; cotangents of arguments that hold no floating
    point numbers are the arguments themselves. `pull` evaluates `f` again.
    """
    value = f(*args)
    wanted = tuple(i for i, x in enumerate(args) if holds_floats(x))
    shape = _shapes(value)

    def pull(dy: Any) -> tuple[Any, ...]:
        _check_cotangent(dy, shape)
        if not wanted:
            return args
        model, lead, extra = model_around(f, len(args), (), wanted, True, "pull")
        found = dict(zip(wanted, evaluate(model, (dy, *lead, *args), extra, SPECIALS), strict=True))
        return tuple(found.get(i, x) for i, x in enumerate(args))

    return value, pull


def holds_floats(x: Any) -> bool:
    """Is there a floating point number in an argument, which may be an object with attributes?"""
    leaves = flatten(x)[0]
    return any(is_float(v) or is_record(v) and any(map(holds_floats, attributes(v).values())) for v in leaves)


def _shapes(tree: Any) -> Any:
    """The tree with the shapes of its leaves."""
    leaves, structure = flatten(tree)
    return unflatten(structure, list(map(_shape, leaves)))


def _shape(leaf: Any) -> str:
    """The shape of a number or an array; the class of anything else."""
    numeric = getattr(np.asarray(leaf if not isinstance(leaf, dlarray) else leaf.data).dtype, "kind", "O") in "fciub"
    return str(np.shape(leaf)) if numeric else type(leaf).__name__


def _check_cotangent(dy: Any, expected: Any) -> None:
    """Refuse a cotangent of another structure or shape than the result's.

    Raises:
        DLError: with both shapes.
    """
    given = _shapes(dy)
    if flatten(given) != flatten(expected):
        raise DLError(f"the cotangent is not like the result: the result is {_told(expected)}, "
                      f"the cotangent {_told(given)}")  # fmt: skip


def _told(shapes: Any) -> str:
    return (f"of shape {shapes}" if shapes[:1] == "(" else f"a {shapes}") if isinstance(shapes, str) else (
        f"a {type(shapes).__name__} of the shapes {shapes}".replace("'(", "(").replace(")'", ")"))


def _positions(argnums: Argnums) -> tuple[int, ...]:
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    if not positions or not all(isinstance(p, int) and not isinstance(p, bool) for p in positions):
        raise TypeError(f"argnums must be a position or a tuple of positions, not {argnums!r}")
    return positions


def model_around(f: Any, count: int, keywords: tuple[str, ...], positions: tuple[int, ...], several: bool,
           kind: str) -> Opened:  # fmt: skip
    """The model function around `f` for calls with so many arguments; what is bound to `f` comes first."""
    if any(not -count <= p < count for p in positions):
        raise DLError(f"argnums={positions} is out of range: the function was called with {count} arguments")
    target, lead, extra = _unwrapped(f)
    wanted = tuple(p % count + len(lead) for p in positions)
    try:
        known = _WRAPPERS.setdefault(target, {})
    except TypeError:
        known = {}
    names = tuple(dict.fromkeys([*extra, *keywords]))
    key = (count + len(lead), names, wanted, several, kind)
    if key not in known:
        known[key] = _write(target, count + len(lead), names, wanted, several, kind)
    return known[key], lead, extra


def _unwrapped(f: Any) -> Opened:
    """The Python function behind a callable; what has none is itself."""
    target, lead, extra = unwrap(f)
    plain = isinstance(target, types.FunctionType) and not isinstance(f, (GradientFunction, Custom, Checkpoint))
    return (target, lead, extra) if plain else (f, (), {})


def _write(f: Any, count: int, keywords: tuple[str, ...], wanted: tuple[int, ...], several: bool, kind: str) -> Any:
    _check_call(f, count, keywords)
    names = _parameters(f, count)
    given = ", ".join([*names, *[f"{k}={k}" for k in keywords]])
    lead, body, result = WRITERS[kind](names, given, wanted, several)
    head = ", ".join([*lead, *names, *([f"*, {', '.join(keywords)}"] if keywords else [])])
    rows = [f"    def {TITLES.get(kind, 'gradient_of')}({head}):", *[f"        {b}" for b in body],
            f"        return {result}"]  # fmt: skip
    text = "\n".join([f"def make({', '.join(['function', *HELPERS])}):", *rows,
                      f"    return {TITLES.get(kind, 'gradient_of')}", ""])  # fmt: skip
    _COUNT[0] += 1
    filename = f"<dlgrad gradient of {getattr(f, '__name__', 'function')}-{_COUNT[0]}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    space: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), space)
    return space["make"](f, *HELPERS.values())


Text = tuple[list[str], list[str], str]
"""First parameters, lines, and what is returned."""
HELPERS: dict[str, Any] = {"entry_gradient": entry_gradient, "inner_product": inner_product}
"""What the lines may call."""


def _gradient_text(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
    gradient = _gradients(names, wanted, several)
    return [], [f"value = function({given})", gradient], "gradient"


def _value_text(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
    return [], _gradient_text(names, given, wanted, several)[1], "value, gradient"


def _pull_text(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
    lines = [f"result = function({given})", "value = inner_product(cotangent, result)"]
    return ["cotangent"], [*lines, _gradients(names, wanted, several)], "gradient"


def _gradients(names: list[str], wanted: tuple[int, ...], several: bool) -> str:
    text = f"entry_gradient(value, {', '.join(names[p] for p in wanted)})"
    return f"gradient = ({text},)" if several and len(wanted) == 1 else f"gradient = {text}"


WRITERS: dict[str, Callable[[list[str], str, tuple[int, ...], bool], Text]] = {
    "grad": _gradient_text, "value_and_grad": _value_text, "pull": _pull_text,
}  # fmt: skip
TITLES: dict[str, str] = {}


def _check_call(f: Any, count: int, keywords: tuple[str, ...]) -> None:
    """Raise what Python would raise for a call with so many arguments.

    Raises:
        TypeError: as Python's.
    """
    try:
        signature = inspect.signature(f, follow_wrapped=False)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*[None] * count, **dict.fromkeys(keywords))
    except TypeError as error:
        raise TypeError(f"{getattr(f, '__name__', 'the function')}: {error}") from None


_OWN = {"function", "value", "result", "gradient", "cotangent", "tangent", "product", "second", "jacobian",
        "gradient_of"}  # fmt: skip


def _parameters(f: Any, count: int) -> list[str]:
    """The names of the first parameters of `f`, as far as it has names for them."""
    try:
        signature = inspect.signature(f, follow_wrapped=False)
        plain = [p.name for p in signature.parameters.values()
                 if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]  # fmt: skip
    except (TypeError, ValueError):
        plain = []
    names = [n if n not in _OWN and n not in HELPERS else f"{n}_" for n in plain[:count]]
    return names + [f"argument_{i}" for i in range(len(names), count)]
