"""Largest and smallest entries, and Python's own sum, max and min.

Convention: in NumPy's reductions entries that tie share the cotangent evenly. Python's `max` and
`min` return one of their arguments, and that one gets it all.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import TABLE, Draw, Unsupported, case, distinct, is_sequence, normal, primitive
from ..kernels.lists import list_each, sum_to
from ..kernels.ordering import first_best
from .reductions import MASK, Axis, reductions, shared, spread, stretch, tally, total, whole

# --- max, min ---------------------------------------------------------------------------------


def _winners(y: Any, x: Any, axis: Axis, keepdims: bool, where: Any) -> Any:
    best = x == spread(y, x, axis, keepdims)
    return best if where is None else best & where


def _ties(y: Any, x: Any, best: Any, axis: Axis, keepdims: bool, initial: Any) -> Any:
    """How many share the cotangent: entries, and perhaps the initial value."""
    ties = tally(best, x, axis)
    return ties if initial is None else ties + (spread(y, x, axis, keepdims) == initial)


def extreme_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None,
                where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    best = _winners(y, x, axis, keepdims, where)
    return shared(spread(dy, x, axis, keepdims) / _ties(y, x, best, axis, keepdims, initial) * best, a)


def extreme_initial(dy: Any, y: Any, a: Any, axis: Axis = None, keepdims: bool = False,
                    initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    best = _winners(y, x, axis, keepdims, where)
    share = spread(dy, x, axis, keepdims) / _ties(y, x, best, axis, keepdims, initial)
    return total(share * (spread(y, x, axis, keepdims) == initial))


def extreme_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None, keepdims: bool = False,
                initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    """The mean of the tangents of those that tie."""
    x = whole(a)
    best = _winners(y, x, axis, keepdims, where)
    ties = np.reshape(_ties(y, x, best, axis, keepdims, initial), np.shape(y))
    t: Any = 0.0
    if "a" in tangents:
        t = np.where(best, whole(tangents["a"]), 0.0).sum(axis=axis, keepdims=keepdims)
    return (t + tangents["initial"] * (y == initial)) / ties if "initial" in tangents else t / ties


def _tied(*shape: int) -> Draw:
    """Few different values, so that most slices have ties."""
    return Draw(lambda r: np.asarray(r.integers(0, 2, shape), float))


_EXTREMES = [
    *reductions(distinct),
    *[case(normal(3, 4, dtype=t), axis=i) for t in (np.float32, complex) for i in (None, 1)],
    *[case(_tied(3, 4), axis=i, smooth=False) for i in (None, 0, 1, (0, 1))],
    case(np.ones(3), smooth=False),
]  # fmt: skip
_BOUNDED = [
    case(distinct(3, 4), axis=1, initial=0.3, where=MASK), case(distinct(3, 4), axis=1, initial=0.0),
    case(distinct(3, 4), initial=normal()), case(np.ones(3), initial=1.0, smooth=False),
    case(np.array([[np.nan, 1.0], [2.0, 3.0]]), axis=1, initial=-9.0, where=np.array([[False, True]] * 2)),
]  # fmt: skip

for _fun, _other in ((np.max, np.amax), (np.min, np.amin)):
    _row = primitive(
        _fun, extreme_vjp, extreme_initial, wrt="a initial", jvp=extreme_jvp, try_on=[*_EXTREMES, *_BOUNDED]
    )
    TABLE[_other] = _row


# --- nanmax, nanmin ---------------------------------------------------------------------------


def nan_extreme_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, keepdims: bool = False,
                    where: Any = None) -> Any:  # fmt: skip
    """NaN equals nothing, so it never wins; a slice of NaN gets zeros."""
    x = whole(a)
    best = _winners(y, x, axis, keepdims, where)
    ties = np.maximum(tally(best, x, axis), 1)
    return shared(np.where(best, spread(dy, x, axis, keepdims) / ties, 0.0), a)


_HOLES = np.array([[1.0, np.nan, -2.0, 0.5], [np.nan, np.nan, 3.0, 4.0], [-1.0, 2.5, np.nan, 0.0]])
_NAN_EXTREMES = [
    *_EXTREMES, *[case(_HOLES, axis=i, keepdims=k) for i in (None, 0, 1, (0, 1)) for k in (False, True)],
    case(_HOLES.astype(np.float32), axis=1), case(np.array([[np.nan, np.nan], [1.0, np.nan]]), axis=1),
    case(np.array([2.0, np.nan, 2.0]), smooth=False),
]  # fmt: skip

for _fun in (np.nanmax, np.nanmin):
    primitive(_fun, nan_extreme_vjp, wrt="a", jvp=extreme_jvp, try_on=_NAN_EXTREMES)


# --- ptp --------------------------------------------------------------------------------------


def _ends(x: Any, axis: Axis) -> tuple[Any, Any]:
    """Where `x` is largest and where it is smallest over `axis`."""
    options: dict[str, Any] = {} if axis is None else {"axis": axis, "keepdims": True}
    return x == np.max(x, **options), x == np.min(x, **options)


def ptp_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    x = whole(a)
    d = spread(dy, x, axis, keepdims)
    top, bottom = _ends(x, axis)
    return shared(d / tally(top, x, axis) * top - d / tally(bottom, x, axis) * bottom, a)


def ptp_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    given: dict[str, Any] = {"axis": axis, "keepdims": keepdims}
    top = extreme_jvp(tangents, np.max(a, **given), a, **given)
    return top - extreme_jvp(tangents, np.min(a, **given), a, **given)


ptp = primitive(np.ptp, ptp_vjp, wrt="a", jvp=ptp_jvp, try_on=_EXTREMES)


# --- Python's sum, max, min -------------------------------------------------------------------


def python_sum_items(dy: Any, y: Any, items: Any, start: Any = 0) -> Any:
    """Every item's cotangent is `dy`; an array is the list of its rows."""
    if isinstance(items, (list, tuple)):
        return [dy] * len(items)
    if is_sequence(items):
        return list_each(dy, items)
    row = dy if isinstance(start, (int, float)) else sum_to(dy, np.shape(items)[1:])
    return stretch(row, whole(items))


python_sum = primitive(
    builtins.sum, python_sum_items, lambda dy, y, items, start=0: dy, wrt="items start",
    params="items start", name="builtins.sum", text="sum", linear_in="items start", stretches=True,
    try_on=[case([normal(3), normal(3), normal()]), case([normal(), normal()], normal()),
            case([normal(3, 1), normal(4)]), case(normal(3, 4)), case([normal(3)], normal(2, 3)),
            case(normal(3, 4), normal(2, 4)), case(normal(3, 1), normal(4)), case(normal(3, 4), normal(4))],
)  # fmt: skip


def _weights(args: tuple[Any, ...], largest: bool) -> list[Any]:
    """Which argument is returned, as 1 or true: of equal ones the first."""
    if len(args) < 2:
        raise Unsupported("max and min of one array or list; write np.max or np.min")
    if len(args) == 2:
        a, b = args
        second = b > a if largest else b < a
        return [np.logical_not(second), second]
    chosen = first_best(list(args), largest)
    return [chosen[i] for i in range(len(args))]


def _one_of(fun: Callable[..., Any], largest: bool) -> None:
    """The row of Python's max or min of several numbers."""

    def vjp(dy: Any, y: Any, *args: Any) -> list[Any]:
        return [dy * weight for weight in _weights(args, largest)]

    def jvp(tangents: dict[str, Any], y: Any, *args: Any) -> Any:
        return builtins.sum(w * t for w, t in zip(_weights(args, largest), tangents["args"], strict=True))

    primitive(
        fun, vjp, params="*args", name=f"builtins.{fun.__name__}", text=fun.__name__, jvp=jvp,
        try_on=[case(normal(), normal()), case(normal(), normal(), normal()),
                case(2.0, 2.0, smooth=False), case(1.0, 2.0, 2.0, smooth=False)],
    )  # fmt: skip


_one_of(builtins.max, largest=True)
_one_of(builtins.min, largest=False)

primitive(
    first_best, lambda dy, y, values, largest: None, wrt="values", name="first_best", kernel=True,
    try_on=[case([normal(), normal(), normal()], True)],
)  # fmt: skip

