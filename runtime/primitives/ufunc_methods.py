"""Methods of NumPy's binary functions: reduce, accumulate, outer.

A reduction has the rule of the function it is another name for, along axis 0 where none is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import NAMES, Case, case, conjugate, constant, distinct, normal, positive, primitive
from .constants import denied
from .linear import bilinear, contraction_a, contraction_b, stacked
from .reductions import spread

Rule = Callable[..., Any]

_ufunc: Any


def named(ufunc: Any, method: str) -> dict[str, Any]:
    """How a method is called."""
    name = f"{ufunc.__name__}.{method}"
    return {"name": name, "text": f"np.{name}"}


# --- reduce and accumulate --------------------------------------------------------------------


def _as(name: str) -> Rule:
    """The rule of another row, whose parameters are those of a reduction."""

    def rule(dy: Any, y: Any, array: Any, axis: Any = 0, dtype: Any = None, **given: Any) -> Any:
        return NAMES[name].vjps["a"](dy, y, a=array, axis=axis, **given)

    return rule


def _along(draw: Callable[..., Any]) -> list[Case]:
    shapes: list[Any] = [(3,), (3, 4), (1, 3)]
    return [*[case(draw(*s)) for s in shapes], case(draw(2, 3, 4), axis=1), case(draw(2, 3), -1)]


def _over(draw: Callable[..., Any]) -> list[Case]:
    return [
        *_along(draw), case(draw(3, 4), axis=None), case(draw(2, 3, 4), axis=(0, 2)),
        case(draw(3, 4), axis=1, keepdims=True), case(draw(3, 4), keepdims=True),
    ]  # fmt: skip


for _ufunc, _name, _draw in (
    (np.add, "sum", normal), (np.multiply, "prod", normal), (np.maximum, "max", distinct),
    (np.minimum, "min", distinct),
):  # fmt: skip
    primitive(
        _ufunc.reduce, _as(_name), wrt="array", params="array axis dtype", try_on=_over(_draw),
        linear_in="array" if _ufunc is np.add else "", **named(_ufunc, "reduce"),
    )  # fmt: skip
for _ufunc, _name in ((np.add, "cumsum"), (np.multiply, "cumprod")):
    primitive(
        _ufunc.accumulate, _as(_name), wrt="array", params="array axis dtype", try_on=_along(normal),
        linear_in="array" if _ufunc is np.add else "", **named(_ufunc, "accumulate"),
    )  # fmt: skip


def _log_sum(exp: Rule) -> Rule:
    """Each entry's share in the sum; entries of -inf have none."""

    def rule(dy: Any, y: Any, array: Any, axis: Any = 0, keepdims: bool = False) -> Any:
        x = stacked(array)
        y = np.maximum(y, float(np.finfo(y.dtype).min))
        return spread(dy, x, axis, keepdims) * exp(x - spread(y, x, axis, keepdims))

    return rule


_impossible = np.array([[-np.inf, 1.0, 0.5], [-np.inf, -np.inf, 2.0]])
for _ufunc, _exp in ((np.logaddexp, np.exp), (np.logaddexp2, np.exp2)):
    primitive(
        _ufunc.reduce, _log_sum(_exp), wrt="array", params="array axis", **named(_ufunc, "reduce"),
        try_on=[*_along(normal), case(normal(3, 4), axis=1, keepdims=True),
                case(normal(3, 4), keepdims=True),
                case(_impossible), case(_impossible, axis=1)],
    )  # fmt: skip

_WHOLE = "its result is a truth value, or made of integers"
for _ufunc in (np.logical_and, np.logical_or, np.logical_xor, np.bitwise_and, np.bitwise_or,
               np.bitwise_xor):
    for _method in ("reduce", "accumulate", "outer"):
        _params = "A B" if _method == "outer" else "array axis"
        constant(getattr(_ufunc, _method), _WHOLE, params=_params, sizes="same", **named(_ufunc, _method))
for _ufunc in (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal):
    constant(_ufunc.outer, _WHOLE, params="A B", sizes="same", **named(_ufunc, "outer"))

# --- outer ------------------------------------------------------------------------------------


def _lifted(A: Any, B: Any) -> tuple[Any, Any]:
    """Operands whose broadcasting is the outer product: new axes at the end of the first."""
    a, b = stacked(A), stacked(B)
    return np.reshape(a, (*np.shape(a), *(1,) * np.ndim(b))) if np.ndim(b) else a, b


def _outer(ufunc: Any) -> tuple[Rule, Rule]:
    """By the rules of the function itself, summed over the axes of the other operand."""
    row = NAMES[ufunc.__name__]

    def first(dy: Any, y: Any, A: Any, B: Any) -> Any:
        a, b = _lifted(A, B)
        d = row.vjps["x1"](dy, y, x1=a, x2=b)
        axes = tuple(range(np.ndim(A), np.ndim(dy)))
        return d.sum(axis=axes) if axes else d

    def second(dy: Any, y: Any, A: Any, B: Any) -> Any:
        a, b = _lifted(A, B)
        d = row.vjps["x2"](dy, y, x1=a, x2=b)
        axes = tuple(range(np.ndim(A)))
        return d.sum(axis=axes) if axes else d

    return first, second


def product_first(dy: Any, y: Any, A: Any, B: Any) -> Any:
    if np.ndim(A) == 0:
        return (dy * conjugate(B)).sum()
    return dy * conjugate(B) if np.ndim(B) == 0 else contraction_a(dy, stacked(A), stacked(B), [], [])


def product_second(dy: Any, y: Any, A: Any, B: Any) -> Any:
    if np.ndim(B) == 0:
        return (dy * conjugate(A)).sum()
    return dy * conjugate(A) if np.ndim(A) == 0 else contraction_b(dy, stacked(A), stacked(B), [], [])


def _pairs(first: Callable[..., Any], second: Callable[..., Any]) -> list[Case]:
    shapes: list[Any] = [((3,), (4,)), ((2, 3), (4,)), ((3,), (2, 4)), ((2, 1), (1, 3)), ((), (3,)),
                         ((3,), ()), ((0,), (3,))]
    return [case(first(*p), second(*q)) for p, q in shapes]


_both = [*_pairs(normal, normal), case(normal(2, dtype=complex), normal(3, dtype=complex)),
         case(1.5, normal(3))]
primitive(
    np.multiply.outer, product_first, product_second, params="A B",
    jvp=bilinear(np.multiply.outer, "A", "B"), try_on=_both, **named(np.multiply, "outer"),
)  # fmt: skip
for _ufunc in (np.add, np.subtract):
    primitive(
        _ufunc.outer, *_outer(_ufunc), params="A B", linear_in="A B", try_on=_both,
        **named(_ufunc, "outer"),
    )  # fmt: skip
for _ufunc, _cases in (
    (np.divide, _pairs(normal, positive)), (np.power, _pairs(positive, normal)),
    (np.maximum, _pairs(normal, normal)), (np.minimum, _pairs(normal, normal)),
    (np.arctan2, _pairs(normal, normal)), (np.hypot, _pairs(normal, normal)),
    (np.logaddexp, _pairs(normal, normal)),
):  # fmt: skip
    primitive(_ufunc.outer, *_outer(_ufunc), params="A B", try_on=_cases, **named(_ufunc, "outer"))

# --- refused ----------------------------------------------------------------------------------

for _ufunc in (np.add, np.multiply, np.maximum, np.minimum):
    denied(_ufunc.reduceat, "reductions of slices have no rule: sum slices, or use np.cumsum",
           **named(_ufunc, "reduceat"))
for _ufunc, _method in (
    (np.subtract, "reduce"), (np.divide, "reduce"), (np.power, "reduce"), (np.hypot, "reduce"),
    (np.maximum, "accumulate"), (np.minimum, "accumulate"), (np.subtract, "accumulate"),
    (np.divide, "accumulate"), (np.logaddexp, "accumulate"),
):  # fmt: skip
    denied(getattr(_ufunc, _method), "this method has no rule: write it as a loop",
           **named(_ufunc, _method))
