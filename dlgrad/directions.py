"""jvp, jacobian, hessian, hvp: derivatives along directions, of functions outside a model or in one.

Like `grad` they write a small model function around the user's, in which one call asks for the
derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .accelerate import AcceleratedFunction
from .runtime.containers import flatten, is_float, matched, unflatten
from .runtime.dlarray import dlarray
from .runtime.errors import DLError, TraceError
from .specials import SPECIALS, special
from .transforms import HELPERS, TITLES, WRITERS, Argnums, GradientFunction, Opened, Text, model_around
from .transpile.functions import evaluate

MODES = ("auto", "forward", "reverse")


def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """``(f(*primals), tangent)``: how the result moves when the arguments move along `tangents`.

    Args:
        f: a Python function of arrays, numbers and containers of them; its result may be any of these.
        primals: the arguments.
        tangents: one for each argument: of its structure and shapes, or None if it does not move.

    Returns:
        The result, and its tangent: like it; parts that are no floats are those of the result.

    Raises:
        DLError: where `f` cannot be differentiated, with the line and the reason.
        ValueError: where a tangent is not like its argument, naming both.
    """
    return _along("jvp", f, primals, tangents)


def hvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """The Hessian of `f` times a direction: how its gradient moves when the arguments move along `tangents`.

    Two sweeps, whatever the number of parameters.

    Args:
        f: a function that returns one real number.
        primals, tangents: as for `jvp`.

    Returns:
        A tuple with one product for each argument that has a tangent, like the argument.

    Raises:
        DLError, ValueError: as for `jvp`.
    """
    return _along("hvp", f, primals, tangents)


def _along(kind: str, f: Any, primals: Any, tangents: Any) -> Any:
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(f"{kind}: {name} must be a tuple of arguments, not a {type(given).__name__}")
    if len(primals) != len(tangents):
        raise ValueError(f"{kind}: there are {len(primals)} primals and {len(tangents)} tangents")
    wanted = tuple(i for i, v in enumerate(tangents) if v is not None)
    if not wanted:
        raise ValueError(f"{kind}: all tangents are None: no argument moves")
    moves = [_like(kind, i, primals[i], tangents[i]) for i in wanted]
    model, lead, extra = opened(kind, f, len(primals), wanted)
    return evaluate(model, (*moves, *lead, *primals), extra, SPECIALS)


def _like(kind: str, i: int, x: Any, v: Any) -> Any:
    """A tangent in the dtypes of its argument.

    Raises:
        ValueError: where it has another structure or shape.
    """
    structure, (xs, vs) = matched(x, v, names=(f"primals[{i}]", f"tangents[{i}]"))
    if not any(map(is_float, xs)):
        raise DLError(f"{kind}: primals[{i}] holds no floating point number: pass floats, or None as its tangent")
    return unflatten(structure, [_cast(kind, i, a, b) if is_float(a) else a for a, b in zip(xs, vs, strict=True)])


def _cast(kind: str, i: int, x: Any, v: Any) -> Any:
    data, like = (a.data if isinstance(a, dlarray) else a for a in (v, x))
    given, own = np.asarray(data), np.asarray(like)
    if given.dtype.kind not in "fciub":
        raise ValueError(f"{kind}: tangents[{i}] holds a {type(v).__name__}, where numbers are expected")
    if given.shape != own.shape:
        raise ValueError(f"{kind}: tangents[{i}] has shape {given.shape} where primals[{i}] has {own.shape}")
    if given.dtype.kind == "c" and own.dtype.kind != "c":
        raise ValueError(f"{kind}: tangents[{i}] is complex, primals[{i}] is real")
    if isinstance(x, dlarray):
        return dlarray(given.astype(own.dtype, copy=False), x.dims or None)
    if isinstance(x, np.ndarray):
        return given.astype(own.dtype, copy=False)
    return type(x)(given.item()) if not isinstance(x, np.generic) else own.dtype.type(given)


def opened(kind: str, f: Any, count: int, wanted: tuple[int, ...]) -> Opened:
    """The model function around `f` that takes tangents first, and the arguments that are bound already."""
    if not callable(f):
        raise TypeError(f"{type(f).__name__!r} object is not callable")
    return model_around(f, count, (), wanted, True, kind)


for _fun in (jvp, hvp):
    special("along")(_fun)
    vars(_fun)["opened"] = opened


class JacobianFunction(GradientFunction):
    """What `jacobian` returns: called like the function, also inside a model."""

    def __init__(self, f: Callable[..., Any], argnums: Argnums, mode: str) -> None:
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(map(repr, MODES))}, not {mode!r}")
        super().__init__(f, argnums, "jacobian_forward" if mode == "forward" else "jacobian")
        self.chooses = mode == "auto"
        self.chosen: dict[Any, str] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.chooses:
            return super().__call__(*args, **kwargs)
        key = repr(_shapes((args, kwargs)))
        if key not in self.chosen:
            self.chosen[key] = self.choose(args, kwargs)
        model, lead, extra = model_around(self.function, len(args), tuple(kwargs), self.positions, self.several,
                                          self.chosen[key])  # fmt: skip
        return evaluate(model, (*lead, *args), {**extra, **kwargs}, SPECIALS)

    def choose(self, args: Any, kwargs: Any) -> str:
        """Forward where the arguments hold fewer numbers than the result."""
        inputs = sum(_size(args[p]) for p in self.positions if -len(args) <= p < len(args))
        if inputs == 1:
            return "jacobian_forward"
        given, named = _copied((args, kwargs))
        whole = isinstance(self.function, (AcceleratedFunction, GradientFunction))
        value = self.function(*given, **named) if whole else evaluate(self.function, given, named, SPECIALS)
        return "jacobian_forward" if inputs < _size(value) else "jacobian"

    def __repr__(self) -> str:
        return f"<jacobian of {getattr(self.function, '__name__', 'a function')}>"


@special("grad")
def jacobian(f: Callable[..., Any], argnums: Argnums = 0, mode: str = "auto") -> GradientFunction:
    """The function that returns every derivative of every number in the result of `f`.

    Args:
        f: a Python function of arrays, numbers and containers of them; its result may be any of these.
        argnums: the position of the argument to differentiate, or a tuple of positions.
        mode: "reverse" takes one sweep for each number of the result, "forward" one for each number of
            the arguments; "auto" takes the shorter way, and evaluates `f` once more, on copies, for each new
            set of shapes to know it (in a model it is "reverse"). The sweeps are one where all of the
            operations on the way can be done for all directions at once, otherwise a loop.

    Returns:
        (when called) For a result of shape r and an argument of shape s an array of shape ``(*r, *s)``. For
        containers the result's structure, with the argument's in place of each of its floats; for a tuple of
        positions, a tuple of these there.

    Raises:
        DLError: (when called) where `f` cannot be differentiated, with the line and the reason.
    """
    return JacobianFunction(f, argnums, mode)


@special("grad")
def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> GradientFunction:
    """The function that returns the second derivatives of `f`, which returns one real number.

    Args:
        f, argnums: as for `grad`.

    Returns:
        (when called) For an argument of shape s an array of shape ``(*s, *s)``. For a container, the container
        with the container in place of each of its floats; for a tuple of positions, a tuple of tuples.

    Raises:
        DLError: (when called) where `f` cannot be differentiated, with the line and the reason.
    """
    return GradientFunction(f, argnums, "hessian")


def _shapes(tree: Any) -> Any:
    leaves, structure = flatten(tree)
    return structure, [np.shape(a) if is_float(a) else type(a) for a in leaves]


def _size(tree: Any) -> int:
    """How many floats a tree holds."""
    return sum(int(np.prod(np.shape(a), dtype=int)) for a in flatten(tree)[0] if is_float(a))


def _copied(tree: Any) -> Any:
    leaves, structure = flatten(tree)
    return unflatten(structure, [np.copy(a) if isinstance(a, np.ndarray) else a for a in leaves])


# --- what is written around a function -------------------------------------------------------


def _helper(name: str) -> None:
    @special(name)
    def helper(y: Any, *x: Any, several: bool = False) -> Any:
        raise TraceError(f"{name} belongs to jvp, jacobian, hessian and hvp")

    helper.__name__ = helper.__qualname__ = name
    HELPERS[name] = helper


for _name in ("entry_tangent", "entry_product", "entry_jacobian", "entry_jacobian_forward", "entry_hessian"):
    _helper(_name)


def _moved(names: list[str], wanted: tuple[int, ...]) -> tuple[list[str], str]:
    """Names for the tangents, and the arguments of the call that asks for the derivative."""
    own = [names[p] for p in wanted]
    moves: list[str] = []
    for name in own:
        text = f"d{name}"
        while text in names or text in moves:
            text += "_"
        moves.append(text)
    return moves, ", ".join([*own, *moves])


def _jvp_text(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
    moves, along = _moved(names, wanted)
    return moves, [f"value = function({given})", f"tangent = entry_tangent(value, {along})"], "value, tangent"


def _hvp_text(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
    moves, along = _moved(names, wanted)
    return moves, [f"value = function({given})", f"product = entry_product(value, {along}, several=True)"], "product"


def _whole_text(name: str, result: str) -> Callable[[list[str], str, tuple[int, ...], bool], Text]:
    def write(names: list[str], given: str, wanted: tuple[int, ...], several: bool) -> Text:
        xs = ", ".join([*[names[p] for p in wanted], *(["several=True"] if several else [])])
        return [], [f"value = function({given})", f"{result} = {name}(value, {xs})"], result

    return write


WRITERS.update(
    jvp=_jvp_text, hvp=_hvp_text, hessian=_whole_text("entry_hessian", "second"),
    jacobian=_whole_text("entry_jacobian", "jacobian"),
    jacobian_forward=_whole_text("entry_jacobian_forward", "jacobian"),
)  # fmt: skip
TITLES.update(jvp="tangent_of", hvp="product_of", hessian="hessian_of", jacobian="jacobian_of",
              jacobian_forward="jacobian_of")  # fmt: skip
