"""Elementwise functions with kinks, jumps, branches or a point that needs care.

Where two operands tie for a maximum they share the cotangent. A term like ``+ (y == 0)`` moves a
formula off the one point where it would be 0 / 0, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import (
    Unsupported,
    away_from,
    case,
    distinct,
    elementwise,
    normal,
    positive,
    primitive,
    within,
)  # fmt: skip
from ..kernels.transcendental import bessel_i, sinc_derivative
from .elementwise import pairs, tried

Rule = Callable[..., Any]


def no_gradient(dy: Any, y: Any, **given: Any) -> None:
    """The result does not move with this argument."""


def symmetric_jvp(**rules: Rule) -> Rule:
    """The tangent where every rule multiplies by a real number, entry by entry."""

    def jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
        terms = [rules[p](t, y, **given) for p, t in tangents.items()]
        return sum(terms[1:], terms[0])

    return jvp


_TIES = [case(np.array([1.0, -2.0, 3.0]), np.array([1.0, -2.0, 0.0]), smooth=False)]

# --- of two numbers ---------------------------------------------------------------------------


def _square_sum(a: Any, b: Any) -> Any:
    """a**2 + b**2, and 1 where both are 0."""
    return a * a + b * b + ((a == 0) & (b == 0))


elementwise(
    np.arctan2,
    lambda y, a, b: b / _square_sum(a, b),
    lambda y, a, b: -a / _square_sum(a, b),
    try_on=pairs(normal, normal, case(np.zeros(2), np.array([0.0, 1.0]), smooth=False)),
)
elementwise(
    np.hypot,
    lambda y, a, b: a / (y + (y == 0)),
    lambda y, a, b: b / (y + (y == 0)),
    try_on=pairs(normal, normal, case(np.zeros(2), np.array([0.0, 1.0]), smooth=False)),
)


def _finite(y: Any) -> Any:
    """`y`, with the lowest number for -inf: what is impossible has no share, not an undefined one."""
    return np.maximum(y, float(np.finfo(y.dtype).min))


_log_sums = pairs(normal, normal,
                  case(np.array([-np.inf, 1.0, -np.inf]), np.array([-np.inf, -np.inf, 2.0])))
elementwise(
    np.logaddexp,
    lambda y, a, b: np.exp(a - _finite(y)),
    lambda y, a, b: np.exp(b - _finite(y)),
    try_on=_log_sums,
)
elementwise(
    np.logaddexp2,
    lambda y, a, b: np.exp2(a - _finite(y)),
    lambda y, a, b: np.exp2(b - _finite(y)),
    try_on=_log_sums,
)

elementwise(
    np.copysign, lambda y, a, b: np.sign(a) * np.sign(y), lambda y, a, b: 0 * y,
    try_on=pairs(lambda *s: away_from(0.0, *s), lambda *s: away_from(0.0, *s),
                 case(np.zeros(2), np.array([-1.0, 1.0]), smooth=False)),
)  # fmt: skip


def ldexp_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return np.ldexp(dy, x2)


primitive(
    np.ldexp, ldexp_x1, wrt="x1", broadcasts=True, jvp=symmetric_jvp(x1=ldexp_x1),
    try_on=[case(normal(3), np.array([1, -2, 0])), case(normal(3), 2), case(normal(), np.array([1, 2])),
            case(normal(3, 1), np.array([1, 2])), case(0.7, 3),
            case(normal(3, dtype=np.float32), np.array([1, -2, 0]))],
)  # fmt: skip
primitive(
    np.nextafter, lambda dy, y, x1, x2: dy, no_gradient, broadcasts=True,
    jvp=lambda tangents, y, x1, x2: tangents.get("x1", 0 * y), try_on=pairs(normal, normal),
)  # fmt: skip


def heaviside_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return dy * (x1 == 0)


primitive(
    np.heaviside, no_gradient, heaviside_x2, broadcasts=True,
    try_on=pairs(lambda *s: away_from(0.0, *s), normal,
                 case(np.array([0.0, -1.0, 2.0]), normal(3), smooth=False)),
)  # fmt: skip

# --- the larger and the smaller ---------------------------------------------------------------


def maximum_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return 0.5 * (dy * (x1 > x2) + dy * (x1 >= x2))


def minimum_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return 0.5 * (dy * (x1 < x2) + dy * (x1 <= x2))


def fmax_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """A number beats NaN."""
    alone = np.isnan(x2)
    return 0.5 * (dy * ((x1 > x2) | alone) + dy * ((x1 >= x2) | alone))


def fmin_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    alone = np.isnan(x2)
    return 0.5 * (dy * ((x1 < x2) | alone) + dy * ((x1 <= x2) | alone))


def _mirrored(rule: Rule) -> Rule:
    """The rule of the second operand of a symmetric function."""
    return lambda dy, y, x1, x2: rule(dy, y, x2, x1)


_HALVES = [case(distinct(3, 4), 0.02), case(0.02, distinct(3)), case(distinct(3), 0),
           case(distinct(3), np.inf), case(np.array([0.0, 1.0]), 0.0, smooth=False),
           case(normal(3, dtype=complex), normal(3, dtype=complex)),
           case(np.array([1.0, np.inf]), np.array([2.0, np.inf]), smooth=False)]  # fmt: skip
_HOLES = [case(np.array([np.nan, 1.0, 2.0]), np.array([1.0, np.nan, 3.0]))]

for _fun, _rule, _more in (
    (np.maximum, maximum_x1, []), (np.minimum, minimum_x1, []), (np.fmax, fmax_x1, _HOLES),
    (np.fmin, fmin_x1, _HOLES),
):  # fmt: skip
    primitive(
        _fun, _rule, _mirrored(_rule), broadcasts=True,
        jvp=symmetric_jvp(x1=_rule, x2=_mirrored(_rule)),
        try_on=pairs(normal, normal, *_TIES, *_HALVES, *_more),
    )  # fmt: skip


def _limits(a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> tuple[Any, Any]:
    return a_min if min is None else min, a_max if max is None else max


def clip_a(dy: Any, y: Any, a: Any, **limits: Any) -> Any:
    """A limit that is just reached lets the cotangent through."""
    low, high = _limits(**limits)
    if low is None or high is None:
        return dy if low is high else dy * (a >= low) if high is None else dy * (a <= high)
    return dy * ((a >= low) & (a <= high))


def clip_low(dy: Any, y: Any, a: Any, **limits: Any) -> Any:
    """The upper limit is the stronger one."""
    low, high = _limits(**limits)
    return None if low is None else dy * (a < low) if high is None else dy * ((a < low) & (low <= high))


def clip_high(dy: Any, y: Any, a: Any, **limits: Any) -> Any:
    low, high = _limits(**limits)
    return None if high is None else dy * (a > high) if low is None else dy * ((a > high) | (low > high))


_CLIP = {"a": clip_a, "a_min": clip_low, "a_max": clip_high}
_names = bool(np.lib.NumpyVersion(np.__version__) >= "2.1.0")  # from then on, clip has min and max
if _names:
    _CLIP |= {"min": clip_low, "max": clip_high}
_clipped = [
    case(normal(3, 4), -0.5, 0.5), case(normal(3, 4), -0.5, None), case(normal(3, 4), None, 0.5),
    case(normal(), -0.1, 0.1), case(normal(3, 4), normal(4), 0.7), case(normal(4), -0.3, positive(3, 1)),
    case(normal(3, 4), normal(3, 1), normal(4)), case(normal(0), -0.5, 0.5), case(0.3, -0.5, normal(3)),
    case(normal(3, dtype=np.float32), -0.5, 0.5), case(normal(4), 0.5, -0.5),
    case(np.array([-1.0, 0.0, 1.0]), -1.0, 1.0, smooth=False), case(np.array([1.0, np.nan]), 0.0, 2.0),
]  # fmt: skip
_named = [case(normal(5), min=-0.5), case(normal(5), max=normal()), case(normal(5), min=normal(5), max=0.9)]

primitive(
    np.clip, *_CLIP.values(), wrt=" ".join(_CLIP), params="a a_min a_max", broadcasts=True,
    jvp=symmetric_jvp(**_CLIP), try_on=[*_clipped, *(_named if _names else [])],
)  # fmt: skip

# --- choices ----------------------------------------------------------------------------------


def where_a(dy: Any, y: Any, condition: Any, a: Any, b: Any) -> Any:
    """Selected, not multiplied: what belongs to the other branch may be infinite."""
    return np.where(condition, dy, 0)


def where_b(dy: Any, y: Any, condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, 0, dy)


def where_jvp(tangents: dict[str, Any], y: Any, condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, tangents.get("a", 0), tangents.get("b", 0))


_mask = np.array([[True, False, True], [False, False, True]])
primitive(
    np.where, no_gradient, where_a, where_b, params="condition a b", broadcasts=True, sizes="any",
    jvp=where_jvp,
    try_on=[case(_mask, normal(2, 3), normal(2, 3)), case(_mask, normal(3), normal(2, 1)),
            case(_mask, normal(), 0.0), case(_mask[:, :1], normal(2, 3), normal(3)),
            case(_mask[0], normal(2, 1, 3), normal(2, 3)), case(True, normal(3), 2.0),
            case(_mask, 1.5, normal(2, 3)), case(_mask[:, :0], normal(1), normal()),
            case(away_from(0.0, 3), normal(3), normal(3)),
            case(_mask[0], normal(3, dtype=complex), normal(3)),
            case(_mask[0], np.array([1.0, np.nan, 2.0]), np.array([np.inf, 1.0, np.nan])),
            case(_mask[0], normal(3, dtype=np.float32), 0.0)],
)  # fmt: skip


def select_choices(dy: Any, y: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Each choice gets what the ones before it left."""
    parts, rest = [], dy
    for condition in condlist:
        parts.append(np.where(condition, rest, 0))
        rest = np.where(condition, 0, rest)
    return parts


def select_default(dy: Any, y: Any, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    for condition in condlist:
        dy = np.where(condition, 0, dy)
    return dy


primitive(
    np.select, select_choices, select_default, wrt="choicelist default", broadcasts=True, sizes="any",
    try_on=[case([_mask, ~_mask], [normal(2, 3), normal(2, 3)]),
            case([_mask, ~_mask], [normal(3), normal()], 1.5), case([_mask[0]], [normal(3)], normal()),
            case([_mask[0], _mask[1]], [normal(3), normal(2, 3)], default=normal(3)),
            case([_mask[0]], [np.array([1.0, np.nan, 2.0])], 7.0)],
)  # fmt: skip


def nan_to_num_x(
    dy: Any, y: Any, x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """What was replaced does not move; the parts of a complex number are replaced one by one."""
    if copy is not True:
        raise Unsupported("nan_to_num(copy=False) overwrites its argument: assign its result instead")
    if not np.iscomplexobj(x):
        return dy * np.isfinite(x)
    return np.real(dy) * np.isfinite(np.real(x)) + 1j * (np.imag(dy) * np.isfinite(np.imag(x)))


_bad = np.array([np.nan, 1.0, np.inf, -np.inf, 2.0])
primitive(
    np.nan_to_num, nan_to_num_x, wrt="x", broadcasts=True, jvp=symmetric_jvp(x=nan_to_num_x),
    try_on=[*tried(normal, case(normal(3, dtype=complex))), case(_bad),
            case(_bad, nan=3.0, posinf=1.0, neginf=-1.0),
            case(np.array([complex(np.nan, 1.0), complex(2.0, np.inf)]), smooth=False)],
)  # fmt: skip

# --- quotients and remainders -----------------------------------------------------------------


def remainder_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return dy


def remainder_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """y = x1 - n * x2, where the whole number n does not move."""
    return -dy * (x1 // x2)


def fmod_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    """As in `remainder_x2`, where n is rounded towards 0."""
    return dy * np.rint((y - x1) / x2)


def divmod_x1(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return dy[1]


def divmod_x2(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return -dy[1] * y[0]


def divmod_jvp(tangents: dict[str, Any], y: Any, x1: Any, x2: Any) -> Any:
    return 0 * y[0], tangents.get("x1", 0) - y[0] * tangents.get("x2", 0)


_apart = within(0.2, 0.8)
_quotients = [
    case(np.array([5.3, -5.3, 5.3, -5.3]), np.array([2.0, 2.0, -2.0, -2.0])), case(normal(3, 4), 0.7),
    case(normal(2, 3), positive(3)), case(normal(3), positive(2, 1)), case(7.3, positive(3)),
    case(7.3, 2.0), case(normal(), positive()), case(normal(0), positive(1)),
    case(np.array([7, -7]), _apart(2)),
    case(np.array([5.3, -5.3], np.float32), np.array([2.0, -2.0], np.float32)),
]  # fmt: skip

primitive(
    np.remainder, remainder_x1, remainder_x2, broadcasts=True, try_on=_quotients,
    jvp=symmetric_jvp(x1=remainder_x1, x2=remainder_x2),
)  # fmt: skip
primitive(
    np.fmod, remainder_x1, fmod_x2, broadcasts=True, try_on=_quotients,
    jvp=symmetric_jvp(x1=remainder_x1, x2=fmod_x2),
)  # fmt: skip
primitive(np.divmod, divmod_x1, divmod_x2, broadcasts=True, jvp=divmod_jvp, try_on=_quotients)

primitive(
    np.modf, lambda dy, y, x1: dy[0], broadcasts=True,
    jvp=lambda tangents, y, x1: (tangents["x1"], 0 * y[1]),
    try_on=tried(normal, case(np.array([-1.5, 2.25]))),
)  # fmt: skip
primitive(
    np.frexp, lambda dy, y, x1: np.ldexp(dy[0], -y[1]), broadcasts=True,
    jvp=lambda tangents, y, x1: (np.ldexp(tangents["x1"], -y[1]), y[1]), try_on=tried(normal),
)  # fmt: skip

# --- special functions ------------------------------------------------------------------------

elementwise(
    np.sinc, lambda y, x: sinc_derivative(x, 1),
    try_on=tried(normal, case(np.array([0.0, 1e-9, 1e-5, 0.01, 2.5, -7.3])),
                 case(normal(3, dtype=complex))),
)  # fmt: skip
elementwise(
    sinc_derivative, lambda y, x, order: sinc_derivative(x, order + 1), name="sinc_derivative", kernel=True,
    try_on=[case(normal(3, 4), 1), case(np.array([0.0, 1e-9, 0.01, 2.5]), 2),
            case(normal(2, dtype=complex), 1)],
)  # fmt: skip

elementwise(
    np.i0, lambda y, x: bessel_i(x, 1), try_on=tried(normal, case(np.array([0.0, 1e-9, 30.0, -9.0]))),
)  # fmt: skip


def _bessel_slope(y: Any, x: Any, order: int) -> Any:
    """The mean of the two neighbours; those of order 0 are equal."""
    return bessel_i(x, 1) if order == 0 else 0.5 * (bessel_i(x, order - 1) + bessel_i(x, order + 1))


elementwise(
    bessel_i, _bessel_slope, name="bessel_i", kernel=True,
    try_on=[case(normal(3, 4), 1), case(normal(3), 0), case(np.array([0.0, 20.0, -9.0]), 2)],
)  # fmt: skip
