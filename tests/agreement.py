"""Does a transpiled function agree with CPython's run of it, and its gradient with differences?

The oracles are Python itself and central differences of the fourth order; nothing that the
transpiler wrote is ever compared with itself, except that a second call must repeat the first.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import dlgrad as dl
import numpy as np

Function = Callable[..., Any]


# --- trees of numbers -------------------------------------------------------------------------


def is_variable(leaf: Any) -> bool:
    """Floating point, real or complex: a number that can be moved a little."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf.dtype.kind in "fc"
    return type(leaf) in (float, complex)


def entries(tree: Any) -> list[tuple[Any, Any]] | None:
    """The children of a container with their names; None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.items())
    if isinstance(tree, (list, tuple)):
        return list(enumerate(tree))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [(f.name, getattr(tree, f.name)) for f in dataclasses.fields(tree)]
    if is_object(tree):
        slots = [n for c in type(tree).__mro__ for n in getattr(c, "__slots__", ()) if hasattr(tree, n)]
        return [*((n, getattr(tree, n)) for n in slots), *getattr(tree, "__dict__", {}).items()]
    return None


def is_object(tree: Any) -> bool:
    """An object of a class that a module of the tests defines."""
    return type(tree).__module__.startswith(("programs.", "language.")) and not callable(getattr(tree, "__get__", None))


def rebuilt(tree: Any, children: list[Any]) -> Any:
    """A container like `tree` with other children."""
    if isinstance(tree, dict):
        return dict(zip(tree, children, strict=True))
    if isinstance(tree, tuple):
        return type(tree)(*children) if hasattr(tree, "_fields") else tuple(children)
    if isinstance(tree, list):
        return children
    new = copy.copy(tree)
    for (name, _), child in zip(entries(tree) or (), children, strict=True):
        object.__setattr__(new, name, child)
    return new


def variables(tree: Any) -> list[np.ndarray]:
    """The variables of a tree, flat, in order."""
    below = entries(tree)
    if below is not None:
        return [leaf for _, child in below for leaf in variables(child)]
    return [np.ravel(np.asarray(tree))] if is_variable(tree) else []


def flat(tree: Any) -> np.ndarray:
    """All the numbers of a tree as one vector; complex ones as real and imaginary part."""
    parts = [np.concatenate([leaf.real, leaf.imag]) if leaf.dtype.kind == "c" else leaf
             for leaf in variables(tree)]  # fmt: skip
    return np.concatenate([np.zeros(0), *[np.asarray(p, dtype=float) for p in parts]])


def moved(tree: Any, direction: Iterator[float]) -> Any:
    """A copy of a tree with each number moved by the next of `direction`, in the order of `flat`."""
    below = entries(tree)
    if below is not None:
        return rebuilt(tree, [moved(child, direction) for _, child in below])
    if not is_variable(tree):
        return copy.deepcopy(tree)
    value = np.asarray(tree)
    steps = np.array([next(direction) for _ in range(value.size)]).reshape(value.shape)
    if value.dtype.kind == "c":
        steps = steps + 1j * np.array([next(direction) for _ in range(value.size)]).reshape(value.shape)
    value = (value + steps).astype(value.dtype)
    return value if isinstance(tree, np.ndarray) else type(tree)(value[()])


# --- the same, to the bit ---------------------------------------------------------------------


def difference(a: Any, b: Any, where: str = "") -> str | None:
    """How `a` differs from `b` in type, structure or any bit; None where it does not."""
    if type(a) is not type(b):
        return f"{where}: {type(a).__name__} is not {type(b).__name__} ({a!r}, {b!r})"
    below, other = entries(a), entries(b)
    if below is not None and other is not None:
        if [k for k, _ in below] != [k for k, _ in other]:
            return f"{where}: the entries {[k for k, _ in below]} are not {[k for k, _ in other]}"
        found = (difference(x, y, f"{where}[{k!r}]")
                 for (k, x), (_, y) in zip(below, other, strict=True))  # fmt: skip
        return next((d for d in found if d), None)
    if isinstance(a, (np.ndarray, np.generic)):
        if a.dtype != b.dtype or a.shape != b.shape:
            return f"{where}: {a.dtype}{a.shape} is not {b.dtype}{b.shape}"
        same = a.tobytes() == b.tobytes() or np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    else:
        same = a == b or (a != a and b != b) or callable(a)
    return None if same else f"{where}: {a!r} is not {b!r}"


# --- running ----------------------------------------------------------------------------------


@dataclasses.dataclass
class Run:
    """What a call did: its value or exception, what it printed, its arguments afterwards."""

    value: Any = None
    raised: BaseException | None = None
    printed: str = ""
    arguments: tuple[Any, ...] = ()


def run(fun: Function, arguments: tuple[Any, ...]) -> Run:
    """Call on a copy of the arguments (one copy of all, so that shared arrays stay shared)."""
    done = Run(arguments=copy.deepcopy(arguments))
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done.value = fun(*done.arguments)
    except Exception as problem:
        done.raised = problem
    done.printed = out.getvalue()
    return done


def effects(mine: Run, python: Run) -> str | None:
    """How the side effects differ."""
    if mine.printed != python.printed:
        return f"printed {mine.printed!r}, not {python.printed!r}"
    return difference(mine.arguments, python.arguments, "arguments")


# --- differences ------------------------------------------------------------------------------


def slopes(fun: Function, arguments: tuple[Any, ...], position: int, h: float) -> np.ndarray:
    """dL/dx of each number of an argument by central differences of the fourth order."""
    count = flat(arguments[position]).size

    def at(j: int, step: float) -> float:
        steps = iter([step if i == j else 0.0 for i in range(count)])
        given = copy.deepcopy(arguments)
        given = (*given[:position], moved(given[position], steps), *given[position + 1 :])
        done = run(fun, given)
        if done.raised is not None:
            return float("nan")
        return float(np.real(done.value))

    return np.array([(8 * (at(j, h) - at(j, -h)) - (at(j, 2 * h) - at(j, -2 * h))) / (12 * h)
                     for j in range(count)])  # fmt: skip


def apart(gradient: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> bool:
    """Whether two gradients differ by more than rounding."""
    if gradient.shape != expected.shape:
        return True
    scale = np.max(np.abs(expected), initial=0.0)
    return not np.allclose(gradient, expected, rtol=rtol, atol=atol + 0.01 * rtol * scale, equal_nan=True)


def gradients_of(fun: Function, argnums: tuple[int, ...]) -> Function:
    """`fun` transpiled: a function that returns its value and a gradient for each of `argnums`."""
    return dl.value_and_grad(fun, argnums)
