"""Powers: of arrays, and of Python numbers.

The exponent decides: a constant takes its cheapest form and touches no logarithm. ``p - (p != 0)``
is p - 1 except for the exponent 0, where a product of 0 with an infinite power would be NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import away_from, case, conjugate, normal, positive, primitive
from .elementwise import pairs
from .scalars import complex_number, named, number

Rule = Callable[..., Any]


def power_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """x2 * x1 ** (x2 - 1), and 0 where x2 is 0; constant exponents in their cheapest form."""
    p = x2.item() if isinstance(x2, np.generic) else x2
    if isinstance(p, (int, float)):
        return _constant_power(dy, y, x1, p)
    return conjugate(p) * dy * conjugate(np.power(x1, p - (p != 0)))


def _constant_power(dy: Any, y: Any, x: Any, p: float) -> Any:
    if p == 0:
        return None
    if p == 0.5:
        return np.divide(0.5 * dy, conjugate(y))
    if p == -1:
        return -dy * conjugate(y * y)
    x = conjugate(x)
    if p in (1, 2, 3):
        return dy if p == 1 else 2 * dy * x if p == 2 else 3 * dy * (x * x)
    return p * dy * (x * x * x if p == 4 else np.power(x, p - 1))


def power_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """y * log(x1), and 0 where x1 is 0."""
    if isinstance(x1, (int, float)) and x1 >= 0 and not isinstance(x1, np.generic):
        return float(np.log(x1 or 1)) * dy * conjugate(y)
    base = x1 + (x1 == 0)
    if np.iscomplexobj(x2) and not np.iscomplexobj(x1):
        base = base + 0j
    return dy * conjugate(y * np.log(base))


def power_jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
    """By the rules: the partial derivatives are the conjugates of what they multiply by."""
    rules = {"x1": power_x1, "x2": power_x2}
    terms = [rules[p](conjugate(t), y, **given) for p, t in tangents.items()]
    return sum((conjugate(t) for t in terms if t is not None), 0 * y)


_exponents = [2, 3, 4, 5, 1, 0.5, -1, -2, 1.7, 2.0, np.float64(2.0), np.float64(1.7)]
_powers = [
    *pairs(positive, normal), *[case(positive(2, 3), p) for p in _exponents],
    case(away_from(0.0, 4), 2), case(away_from(0.0, 4), 3), case(away_from(0.0, 4), 6),
    case(away_from(0.0, 4), -3), case(away_from(0.0, 4), np.array([2, 3, -1, 0])),
    case(normal(4), 0), case(2, normal(3)), case(2.5, normal(3)), case(1, normal(3)),
    case(np.arange(1, 4), normal(3)), case(0.0, positive(3), smooth=False),
    case(np.array([0.0, 0.0, 2.0]), positive(3), smooth=False),
    case(np.array([0.0, 2.0]), np.array([0, 2])), case(np.array([0.0, 2.0]), np.array([1, 2])),
    case(np.zeros(2), 0), case(np.zeros(2), 2), case(np.zeros(2), 1.5, smooth=False),
    case(normal(3, dtype=complex), 2), case(normal(3, dtype=complex), 4),
    case(normal(3, dtype=complex), 7), case(normal(3, dtype=complex), 0.5),
    case(normal(3, dtype=complex), -1), case(normal(3, dtype=complex), normal(3)),
    case(positive(3), normal(3, dtype=complex)), case(away_from(0.0, 3), normal(3, dtype=complex)),
    case(normal(2, dtype=complex), normal(2, dtype=complex)),
]  # fmt: skip

for _fun in (np.power, np.float_power):
    primitive(_fun, power_x1, power_x2, broadcasts=True, jvp=power_jvp, try_on=_powers)

# --- of Python numbers ------------------------------------------------------------------------


def pow_rule(rule: Rule) -> Rule:
    """A rule of ``x1 ** x2`` for parameters named otherwise."""

    def pull(dy: Any, y: Any, base: Any, exp: Any) -> Any:
        return rule(dy, y, base, exp)

    return pull


def pow_jvp(tangents: dict[str, Any], y: Any, base: Any, exp: Any) -> Any:
    ours = {new: tangents[old] for new, old in (("x1", "base"), ("x2", "exp")) if old in tangents}
    return power_jvp(ours, y, x1=base, x2=exp)


_numbers = [
    case(number(0.2, 2.0), number()), case(number(), 2), case(number(), 3), case(number(0.2, 2.0), 0.5),
    case(2.0, number()), case(number(), 0), case(-1.3, -2), case(0.0, 0), case(0.0, 0.5, smooth=False),
    case(0.0, 2.0, smooth=False), case(0.0, 1.7, smooth=False),
]  # fmt: skip
primitive(
    math.pow, pow_rule(power_x1), pow_rule(power_x2), params="base exp", jvp=pow_jvp, broadcasts=True,
    try_on=_numbers, **named(math, "pow"),
)  # fmt: skip
primitive(
    pow, pow_rule(power_x1), pow_rule(power_x2), params="base exp", name="pow", text="pow",
    broadcasts=True, jvp=pow_jvp,
    try_on=[*_numbers, case(normal(3), 2), case(normal(3), 3), case(complex_number(), 2),
            case(complex_number(), 1.5)],
)  # fmt: skip
