"""Parameter updates: functions of parameters, gradients and state that return new ones.

Parameters may be any container (dict, list, tuple, dataclass, nested) of arrays or dlarrays;
gradients and states are containers of the same structure; None is the empty state. Leaves that
are not floating point stay as they are. Nothing is changed in place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..containers import is_float, map_leaves, matched, unflatten
from .options import dlfunction


@dlfunction
def dlupdate(fun: Callable[..., Any], params: Any, *others: Any) -> Any:
    """``fun(leaf, ...)`` for each floating point leaf of `params` and the like `others`."""
    names = ("params", *[f"argument {i}" for i in range(3, 3 + len(others))])
    return map_leaves(fun, params, *others, names=names)


@dlfunction
def sgdmupdate(
    params: Any, grad: Any, vel: Any = None, learn_rate: Any = 0.01, momentum: Any = 0.9
) -> tuple[Any, Any]:
    """Gradient descent with momentum: ``vel = momentum * vel - learn_rate * grad``.

    Returns:
        ``(params + vel, vel)``.
    """

    def step(p: Any, g: Any, v: Any) -> tuple[Any, ...]:
        v = -learn_rate * g if v is None else momentum * v - learn_rate * g
        return p + v, v

    return _updated(step, params, grad, (vel,), ("vel",))


@dlfunction
def adamupdate(
    params: Any,
    grad: Any,
    avg: Any,
    avg_sq: Any,
    iteration: int,
    learn_rate: Any = 0.001,
    grad_decay: float = 0.9,
    sq_grad_decay: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Any, Any, Any]:
    """Adam (Kingma and Ba, 2015), in the form whose epsilon is not corrected for bias.

    Args:
        iteration: number of this step, from 1.

    Returns:
        ``(params, avg, avg_sq)``.
    """
    if iteration < 1:
        raise ValueError(f"adamupdate: iteration counts from 1, not {iteration}")
    a, b = grad_decay, sq_grad_decay
    rate = learn_rate * math.sqrt(1 - b**iteration) / (1 - a**iteration)

    def step(p: Any, g: Any, m: Any, v: Any) -> tuple[Any, ...]:
        m = (1 - a) * g if m is None else a * m + (1 - a) * g
        v = (1 - b) * _square(g) if v is None else b * v + (1 - b) * _square(g)
        return p - rate * m / (np.sqrt(v) + epsilon), m, v

    return _updated(step, params, grad, (avg, avg_sq), ("avg", "avg_sq"))


@dlfunction
def rmspropupdate(
    params: Any,
    grad: Any,
    avg_sq: Any = None,
    learn_rate: Any = 0.001,
    sq_grad_decay: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[Any, Any]:
    """Gradients divided by the root of their mean square (Hinton, 2012).

    Returns:
        ``(params, avg_sq)``.
    """
    d = sq_grad_decay

    def step(p: Any, g: Any, v: Any) -> tuple[Any, ...]:
        v = (1 - d) * _square(g) if v is None else d * v + (1 - d) * _square(g)
        return p - learn_rate * g / (np.sqrt(v) + epsilon), v

    return _updated(step, params, grad, (avg_sq,), ("avg_sq",))


def _square(g: Any) -> Any:
    """g * conj(g), so that complex parameters get a real scale."""
    return (g * np.conj(g)).real if np.iscomplexobj(g) else g * g


def _updated(
    step: Callable[..., tuple[Any, ...]],
    params: Any,
    grad: Any,
    states: tuple[Any, ...],
    names: tuple[str, ...],
) -> Any:
    """Apply `step` leaf by leaf; its results become as many trees like `params`."""
    held = [(s, n) for s, n in zip(states, names, strict=True) if s is not None]
    trees, called = [s for s, _ in held], [n for _, n in held]
    structure, columns = matched(params, grad, *trees, names=("params", "grad", *called))
    named = dict(zip(called, columns[2:], strict=True))
    nothing = [None] * len(columns[0])
    rows = zip(*columns[:2], *[named.get(n, nothing) for n in names], strict=True)
    new = [_leaf(step, *row) for row in rows]
    return tuple(unflatten(structure, [r[i] for r in new]) for i in range(1 + len(names)))


def _leaf(step: Callable[..., tuple[Any, ...]], p: Any, g: Any, *states: Any) -> tuple[Any, ...]:
    """One step; a Python number stays one, a leaf that is not floating point stays as it is."""
    if not is_float(p):
        return (p, *[p] * len(states))
    new, *kept = step(p, g, *states)
    return (type(p)(new) if type(p) in (float, complex) else new, *kept)
