"""Analytic functions, element by element: arithmetic, exponentials, trigonometry.

Constants: 0.693... is log(2), 1.442... is 1 / log(2), 0.434... is 1 / log(10); 0.0174... and
57.29... turn degrees and radians into each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import (
    Case,
    Draw,
    Primitive,
    away_from,
    case,
    conjugate,
    elementwise,
    normal,
    positive,
    primitive,
    within,
)  # fmt: skip

Rule = Callable[..., Any]
Drawer = Callable[..., Draw]


def divided(
    fun: Callable[..., Any],
    divisor: Rule,
    try_on: Sequence[Case],
    factor: float = 1,
    params: str = "x1",
    **declared: Any,
) -> Primitive:
    """Declare a function of one number whose derivative is ``factor / divisor(y, x)``.

    As `elementwise`, but it writes one quotient where that would write a product with one.
    """

    def vjp(dy: Any, y: Any, **given: Any) -> Any:
        return np.divide(_times(factor, dy), conjugate(divisor(y, _only(given, params))))

    def jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
        return np.divide(_times(factor, tangents[params]), divisor(y, _only(given, params)))

    return primitive(fun, vjp, params=params, broadcasts=True, jvp=jvp, try_on=try_on, **declared)


def _only(given: dict[str, Any], name: str) -> Any:
    """The one argument of a call."""
    for other in given:
        if other != name:
            raise TypeError(f"unexpected keyword argument '{other}'")
    return given[name]


def _times(factor: float, d: Any) -> Any:
    return d if factor == 1 else -d if factor == -1 else factor * d


# --- cases ------------------------------------------------------------------------------------


def tried(draw: Drawer, *more: Case) -> list[Case]:
    """The shapes that every function of one number is tried on."""
    return [case(draw(3, 4)), case(draw()), case(draw(1)), case(draw(2, 0)), case(0.6), *more]


def pairs(first: Drawer, second: Drawer, *more: Case) -> list[Case]:
    """The shapes that every function of two numbers is tried on: stretched both ways, 0-d, empty."""
    shapes: list[Any] = [
        ((3, 4), (3, 4)), ((3, 4), (4,)), ((4,), (3, 4)), ((3, 1), (1, 4)), ((), (3,)), ((3,), ()),
        ((), ()), ((1,), (3,)), ((3,), (1,)), ((2, 0), (0,)), ((2, 1, 3), (4, 1)),
    ]  # fmt: skip
    numbers = [case(0.6, second(3)), case(first(3), 0.7), case(0.6, 0.7)]
    return [*[case(first(*p), second(*q)) for p, q in shapes], *numbers, *more]


_single = case(normal(3, dtype=np.float32))
_complex = case(normal(3, dtype=complex))
_smooth = tried(normal, _single, _complex)
_above = tried(positive, case(positive(3)), _complex)
_inside = tried(within(-0.9, 0.9), _complex)

# --- arithmetic -------------------------------------------------------------------------------

_mixed = [
    case(normal(3, dtype=complex), normal(2, 3)), case(normal(3), normal(3, dtype=complex)),
    case(normal(3, dtype=np.float32), normal(3, dtype=np.float32)), case(np.arange(3), normal(3)),
    case(normal(2, 3, dtype=np.complex64), normal(3, dtype=np.float32)), case(normal(3), 2),
    case(2j, normal(3)),
]  # fmt: skip
_two = pairs(normal, normal, *_mixed)

elementwise(np.add, lambda y, a, b: 1, lambda y, a, b: 1, linear_in="x1 x2", try_on=_two)
elementwise(np.subtract, lambda y, a, b: 1, lambda y, a, b: -1, linear_in="x1 x2", try_on=_two)
elementwise(np.multiply, lambda y, a, b: b, lambda y, a, b: a, try_on=_two)


def divide_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return dy / conjugate(x2)


def divide_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """y / x2 and not x1 / x2**2, which overflows."""
    return -dy * conjugate(y / x2)


def divide_jvp(tangents: dict[str, Any], y: Any, x1: Any, x2: Any) -> Any:
    return (tangents.get("x1", 0) - y * tangents.get("x2", 0)) / x2


primitive(
    np.divide, divide_x1, divide_x2, broadcasts=True, jvp=divide_jvp,
    try_on=pairs(normal, positive, case(normal(3), 2.0), case(1, positive(3)),
                 case(normal(3), np.arange(1, 4)),
                 case(normal(3, dtype=complex), normal(3, dtype=complex)),
                 case(normal(2), normal(2, dtype=complex))),
)  # fmt: skip

elementwise(np.negative, lambda y, x: -1, linear_in="x1", try_on=_smooth)
elementwise(np.positive, lambda y, x: 1, linear_in="x1", try_on=_smooth)
elementwise(np.square, lambda y, x: 2 * x, try_on=_smooth)
elementwise(np.reciprocal, lambda y, x: -y * y, try_on=tried(lambda *s: away_from(0.0, *s), _complex))

_real = _smooth[:-1]
elementwise(np.deg2rad, lambda y, x: 0.017453292519943295, linear_in="x1", try_on=_real)
elementwise(np.radians, lambda y, x: 0.017453292519943295, linear_in="x1", try_on=_real)
elementwise(np.rad2deg, lambda y, x: 57.29577951308232, linear_in="x1", try_on=_real)
elementwise(np.degrees, lambda y, x: 57.29577951308232, linear_in="x1", try_on=_real)

# --- roots, exponentials, logarithms ----------------------------------------------------------

divided(np.sqrt, lambda y, x: y, factor=0.5, try_on=[*_above, case(np.array([0.0, 1.0]), smooth=False)])
divided(np.cbrt, lambda y, x: 3 * (y * y), try_on=tried(lambda *s: away_from(0.0, *s)))

elementwise(np.exp, lambda y, x: y, try_on=_smooth)
elementwise(np.exp2, lambda y, x: 0.6931471805599453 * y, try_on=_smooth)
elementwise(np.expm1, lambda y, x: y + 1, try_on=_smooth)
divided(np.log, lambda y, x: x, try_on=[*_above, case(np.array([0.0, 1.0]), smooth=False)])
divided(np.log2, lambda y, x: x, factor=1.4426950408889634, try_on=_above)
divided(np.log10, lambda y, x: x, factor=0.4342944819032518, try_on=_above)
divided(np.log1p, lambda y, x: 1 + x, try_on=_above)

# --- trigonometry -----------------------------------------------------------------------------

elementwise(np.sin, lambda y, x: np.cos(x), try_on=_smooth)
elementwise(np.cos, lambda y, x: -np.sin(x), try_on=_smooth)
elementwise(np.tan, lambda y, x: 1 + y * y, try_on=_inside)
divided(np.arcsin, lambda y, x: np.sqrt(1 - x * x), try_on=_inside)
divided(np.arccos, lambda y, x: np.sqrt(1 - x * x), factor=-1, try_on=_inside)
divided(np.arctan, lambda y, x: 1 + x * x, try_on=_smooth)

elementwise(np.sinh, lambda y, x: np.cosh(x), try_on=_smooth)
elementwise(np.cosh, lambda y, x: np.sinh(x), try_on=_smooth)
elementwise(np.tanh, lambda y, x: 1 - y * y, try_on=_smooth)
divided(np.arcsinh, lambda y, x: np.sqrt(1 + x * x), try_on=_smooth)


def _arccosh_divisor(y: Any, x: Any) -> Any:
    """Two roots: that of x**2 - 1 is on the wrong branch for complex x with a negative real part."""
    return np.sqrt(x - 1) * np.sqrt(x + 1)


divided(
    np.arccosh, _arccosh_divisor,
    try_on=[case(positive(3, 4, low=1.2, high=3.0)), case(positive(low=1.2, high=3.0)), case(2.5),
            _complex],
)  # fmt: skip
divided(np.arctanh, lambda y, x: 1 - x * x, try_on=_inside)
