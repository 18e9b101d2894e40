"""Functions of Python numbers: `math` and `cmath`.

Rules stay among Python floats where they can, which is what makes loops over numbers fast. They
divide with `np.divide` where the divisor may be 0: Python's numbers would raise an exception that
the call itself did not.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..declare import (
    Case,
    Draw,
    Primitive,
    Unsupported,
    case,
    conjugate,
    constant,
    elementwise,
    normal,
    primitive,
)  # fmt: skip
from ..kernels.scans import product_of_rest
from ..kernels.transcendental import polygamma
from .complex import angle_jvp, angle_vjp
from .elementwise import divided
from .harder import fmod_x2, no_gradient, symmetric_jvp
from .linear import as_given, stacked

Rule = Callable[..., Any]


def written(fun: Callable[..., Any]) -> Callable[..., Any]:
    """`fun` for use in rules, where it knows nothing of symbolic values: called on those, it is written."""

    @wraps(fun)
    def call(*args: Any, **kwargs: Any) -> Any:
        for item in args:
            hook = getattr(type(item), "__dl_call__", None)
            if hook is not None:
                return hook(item, fun, args, kwargs)
        return fun(*args, **kwargs)

    return call


exp, sqrt, copysign = written(math.exp), written(math.sqrt), written(math.copysign)
cos, sin, cosh, sinh = written(math.cos), written(math.sin), written(math.cosh), written(math.sinh)

# --- cases ------------------------------------------------------------------------------------


def number(low: float = -2.0, high: float = 2.0) -> Draw:
    """A Python float."""
    return Draw(lambda r: float(r.uniform(low, high)))


def complex_number() -> Draw:
    """A Python complex number."""
    return Draw(lambda r: complex(*r.standard_normal(2)))


_any = [case(number()), case(number()), case(normal())]
_above = [case(number(0.1, 2.0)), case(number(2.0, 5.0))]
_inside = [case(number(-0.9, 0.9)), case(0.0)]
_two = [case(number(), number()), case(number(), 1.5), case(1.5, number())]


def named(module: Any, name: str) -> dict[str, Any]:
    """How a function of a module is called."""
    text = f"{module.__name__}.{name}"
    return {"name": text, "text": text}


def smooth(
    name: str, *partials: Rule, try_on: list[Case], params: str = "x", module: Any = math
) -> Primitive:
    """A row by partial derivatives."""
    fun = getattr(module, name)
    return elementwise(fun, *partials, params=params, try_on=try_on, **named(module, name))


def over(name: str, divisor: Rule, try_on: list[Case], factor: float = 1, module: Any = math) -> Primitive:
    """A row by the reciprocal of its derivative."""
    fun = getattr(module, name)
    return divided(fun, divisor, try_on, factor, params="x", **named(module, name))


def everywhere(row: Primitive) -> None:
    """Let a row be called outside its domain, where it is NaN: what is probed there is still a float."""
    fun = row.fun

    @wraps(fun)
    def call(*args: Any) -> Any:
        try:
            return fun(*args)
        except (ValueError, ArithmeticError):
            return math.nan

    row.fun = call


# --- math: one number -------------------------------------------------------------------------

smooth("exp", lambda y, x: y, try_on=_any)
smooth("expm1", lambda y, x: y + 1, try_on=_any)
smooth("exp2", lambda y, x: 0.6931471805599453 * y, try_on=_any)
over("log1p", lambda y, x: 1 + x, _above)
over("log2", lambda y, x: x, _above, 1.4426950408889634)
over("log10", lambda y, x: x, _above, 0.4342944819032518)
over("sqrt", lambda y, x: y, [*_above, case(0.0, smooth=False)], 0.5)
over("cbrt", lambda y, x: 3 * (y * y), [*_above, case(-1.5)])
smooth("sin", lambda y, x: cos(x), try_on=_any)
smooth("cos", lambda y, x: -sin(x), try_on=_any)
smooth("tan", lambda y, x: 1 + y * y, try_on=[case(number(-1.2, 1.2))])
over("asin", lambda y, x: sqrt(1 - x * x), [*_inside, case(1.0, smooth=False)])
over("acos", lambda y, x: sqrt(1 - x * x), [*_inside, case(-1.0, smooth=False)], -1)
over("atan", lambda y, x: 1 + x * x, _any)
smooth("sinh", lambda y, x: cosh(x), try_on=_any)
smooth("cosh", lambda y, x: sinh(x), try_on=_any)
smooth("tanh", lambda y, x: 1 - y * y, try_on=_any)
over("asinh", lambda y, x: sqrt(1 + x * x), _any)
everywhere(over("acosh", lambda y, x: np.sqrt(x - 1) * np.sqrt(x + 1),
                [case(number(1.1, 3.0)), case(1.0, smooth=False)]))  # fmt: skip
over("atanh", lambda y, x: 1 - x * x, _inside)
smooth("degrees", lambda y, x: 57.29577951308232, try_on=_any)
smooth("radians", lambda y, x: 0.017453292519943295, try_on=_any)
smooth("fabs", lambda y, x: np.sign(x), try_on=[*_any, case(0.0, smooth=False)])
smooth("erf", lambda y, x: 1.1283791670955126 * exp(-x * x), try_on=_any)
smooth("erfc", lambda y, x: -1.1283791670955126 * exp(-x * x), try_on=_any)
smooth("gamma", lambda y, x: y * polygamma(x, 0), try_on=[*_above, case(-1.4)])
smooth("lgamma", lambda y, x: polygamma(x, 0), try_on=[*_above, case(-1.4)])
elementwise(
    polygamma, lambda y, x, order: polygamma(x, order + 1), name="polygamma", kernel=True,
    try_on=[case(number(0.3, 4.0), 0), case(number(0.3, 4.0), 1), case(-1.4, 1), case(40.0, 2)],
)  # fmt: skip

# --- math: two numbers and more ---------------------------------------------------------------


def logarithm(base: Any) -> Any:
    """The logarithm of a base; of a known number as a number."""
    if isinstance(base, (int, float)):
        return math.log(base)
    return cmath.log(base) if isinstance(base, complex) else np.log(base)


def log_x(dy: Any, y: Any, x: Any, base: Any = None) -> Any:
    return dy / conjugate(x) if base is None else dy / conjugate(x * logarithm(base))


def log_base(dy: Any, y: Any, x: Any, base: Any) -> Any:
    return -dy * conjugate(y / (base * logarithm(base)))


def log_jvp(tangents: dict[str, Any], y: Any, x: Any, base: Any = None) -> Any:
    if base is None:
        return tangents["x"] / x
    return (tangents.get("x", 0) / x - tangents.get("base", 0) * y / base) / logarithm(base)


everywhere(primitive(
    math.log, log_x, log_base, params="x base", jvp=log_jvp, broadcasts=True, **named(math, "log"),
    try_on=[*_above, case(number(0.2, 3.0), 2), case(number(0.2, 3.0), number(2.0, 3.0)),
            case(2, number(2.0, 3.0))],
))  # fmt: skip

def _square_sum(a: Any, b: Any) -> Any:
    """a**2 + b**2, and 1 where that is 0."""
    square = a * a + b * b
    return square + (square == 0)


smooth(
    "atan2", lambda y, a, b: b / _square_sum(a, b), lambda y, a, b: -a / _square_sum(a, b), params="a b",
    try_on=[*_two, case(0.0, 0.0, smooth=False)],
)  # fmt: skip
smooth(
    "copysign", lambda y, a, b: np.sign(a) * copysign(1.0, b), lambda y, a, b: 0 * y, params="a b",
    try_on=_two,
)  # fmt: skip


def fmod_second(dy: Any, y: Any, a: Any, b: Any) -> Any:
    return fmod_x2(dy, y, a, b)


_pass: Rule = lambda dy, y, a, b: dy
for _name in ("fmod", "remainder"):
    primitive(
        getattr(math, _name), _pass, fmod_second, params="a b", broadcasts=True,
        jvp=symmetric_jvp(a=_pass, b=fmod_second),
        try_on=[case(7.3, 2.0), case(-7.3, 2.2), case(number(2.1, 2.9), 1.9), case(7, number(1.9, 2.3))],
        **named(math, _name),
    )  # fmt: skip

primitive(
    math.nextafter, _pass, no_gradient, params="a b", broadcasts=True, try_on=_two,
    **named(math, "nextafter"), jvp=lambda tangents, y, a, b: tangents.get("a", 0.0),
)  # fmt: skip
primitive(
    math.ldexp, lambda dy, y, x, i: np.ldexp(dy, i), params="x i", broadcasts=True, **named(math, "ldexp"),
    jvp=lambda tangents, y, x, i: np.ldexp(tangents["x"], i),
    try_on=[case(number(), 3), case(number(), -2)],
)  # fmt: skip
primitive(
    math.modf, lambda dy, y, x: dy[0], params="x", broadcasts=True, **named(math, "modf"),
    jvp=lambda tangents, y, x: (tangents["x"], 0.0), try_on=_any,
)  # fmt: skip
primitive(
    math.frexp, lambda dy, y, x: np.ldexp(dy[0], -y[1]), params="x", broadcasts=True,
    **named(math, "frexp"), jvp=lambda tangents, y, x: (np.ldexp(tangents["x"], -y[1]), y[1]), try_on=_any,
)  # fmt: skip


def hypot_vjp(dy: Any, y: Any, *args: Any) -> list[Any]:
    """0 at the origin."""
    return [dy * x / (y + (y == 0)) for x in args]


primitive(
    math.hypot, hypot_vjp, params="*args", wrt="args", broadcasts=True, **named(math, "hypot"),
    try_on=[case(number(), number()), case(number()), case(number(), number(), 2.0),
            case(0.0, 0.0, smooth=False)],
)  # fmt: skip

# --- math: sequences --------------------------------------------------------------------------


def _vector(items: Any) -> Any:
    """A sequence of numbers as an array. A list of unknown length has no rank: its rule runs later."""
    x = stacked(items)
    if np.ndim(x) != 1:
        raise Unsupported("a sequence of numbers has a rule; nested ones do not")
    return x


def _dist_pull(dy: Any, y: Any, one: Any, other: Any) -> Any:
    ratio = dy / (y + (y == 0))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return [ratio * (a - b) for a, b in zip(one, other, strict=True)]
    return as_given(ratio * (_vector(one) - _vector(other)), one)


def dist_p(dy: Any, y: Any, p: Any, q: Any) -> Any:
    return _dist_pull(dy, y, p, q)


def dist_q(dy: Any, y: Any, p: Any, q: Any) -> Any:
    return _dist_pull(dy, y, q, p)


def _numbers(n: int) -> list[Any]:
    return [number() for _ in range(n)]


primitive(
    math.dist, dist_p, dist_q, params="p q", **named(math, "dist"),
    try_on=[case(_numbers(3), _numbers(3)), case(tuple(_numbers(2)), _numbers(2)),
            case(normal(3), normal(3)), case(normal(2), _numbers(2)),
            case([1.0, 2.0], [1.0, 2.0], smooth=False)],
)  # fmt: skip


def fsum_vjp(dy: Any, y: Any, seq: Any) -> Any:
    if isinstance(seq, (list, tuple)):
        return [dy] * len(seq)
    return np.broadcast_to(dy, np.shape(_vector(seq)))


primitive(
    math.fsum, fsum_vjp, params="seq", linear_in="seq", **named(math, "fsum"),
    try_on=[case(_numbers(4)), case(tuple(_numbers(2))), case(normal(3)), case([])],
)  # fmt: skip


def prod_vjp(dy: Any, y: Any, iterable: Any, start: Any = 1) -> Any:
    """The product of all the others: no quotient, so a factor may be 0."""
    if not isinstance(iterable, (list, tuple)):
        return dy * start * product_of_rest(_vector(iterable))
    before, after = [dy * start], [1]
    for x in iterable[:-1]:
        before.append(before[-1] * x)
    for x in iterable[:0:-1]:
        after.append(x * after[-1])
    return [a * b for a, b in zip(before, reversed(after), strict=False)] if len(iterable) else []


def prod_start(dy: Any, y: Any, iterable: Any, start: Any) -> Any:
    for x in iterable if isinstance(iterable, (list, tuple)) else [np.prod(_vector(iterable))]:
        dy = dy * x
    return dy


primitive(
    math.prod, prod_vjp, prod_start, wrt="iterable start", params="iterable", **named(math, "prod"),
    try_on=[case(_numbers(4)), case([number(), 0.0, number()]), case([0.0, 0.0, 2.0]),
            case(_numbers(2), start=number()), case(normal(3)), case(normal(3), start=2.5),
            case(_numbers(1)), case(tuple(_numbers(3)))],
)  # fmt: skip


def sumprod_p(dy: Any, y: Any, p: Any, q: Any) -> Any:
    if isinstance(p, (list, tuple)) and isinstance(q, (list, tuple)):
        return [dy * b for b in q]
    return as_given(dy * _vector(q), p)


def sumprod_q(dy: Any, y: Any, p: Any, q: Any) -> Any:
    return sumprod_p(dy, y, q, p)


if hasattr(math, "sumprod"):
    primitive(
        math.sumprod, sumprod_p, sumprod_q, params="p q", **named(math, "sumprod"),
        try_on=[case(_numbers(3), _numbers(3)), case(normal(3), normal(3)), case(normal(3), _numbers(3))],
    )  # fmt: skip
if hasattr(math, "fma"):
    smooth("fma", lambda _, x, y, z: y, lambda _, x, y, z: x, lambda _, x, y, z: 1, params="a b c",
           try_on=[case(number(), number(), number()), case(number(), 1.5, number())])  # fmt: skip

_WHOLE = "its result is a whole number or a truth value"
for _name in ("floor", "ceil", "trunc", "isclose", "isfinite", "isinf", "isnan", "comb", "factorial",
              "gcd", "isqrt", "lcm", "perm", "ulp"):  # fmt: skip
    constant(getattr(math, _name), _WHOLE, sizes="same", **named(math, _name))

# --- cmath ------------------------------------------------------------------------------------

_complex = [case(complex_number()), case(complex_number()), case(0.4), case(normal(dtype=complex))]

for _name, _partial in {
    "exp": lambda y, x: y, "sin": lambda y, x: np.cos(x), "cos": lambda y, x: -np.sin(x),
    "tan": lambda y, x: 1 + y * y, "sinh": lambda y, x: np.cosh(x), "cosh": lambda y, x: np.sinh(x),
    "tanh": lambda y, x: 1 - y * y,
}.items():  # fmt: skip
    smooth(_name, _partial, try_on=_complex, module=cmath)
for _name, _divisor, _factor in (
    ("sqrt", lambda y, x: y, 0.5), ("log10", lambda y, x: x, 0.4342944819032518),
    ("asin", lambda y, x: np.sqrt(1 - x * x), 1), ("acos", lambda y, x: np.sqrt(1 - x * x), -1),
    ("atan", lambda y, x: 1 + x * x, 1), ("asinh", lambda y, x: np.sqrt(1 + x * x), 1),
    ("acosh", lambda y, x: np.sqrt(x - (1 + 0j)) * np.sqrt(x + (1 + 0j)), 1),
    ("atanh", lambda y, x: 1 - x * x, 1),
):  # fmt: skip
    over(_name, _divisor, _complex, _factor, module=cmath)

primitive(
    cmath.log, log_x, log_base, params="x base", jvp=log_jvp, broadcasts=True, **named(cmath, "log"),
    try_on=[*_complex, case(complex_number(), 2), case(complex_number(), complex_number()),
            case(2.5, complex_number())],
)  # fmt: skip
primitive(
    cmath.phase, lambda dy, y, z: angle_vjp(dy, y, z), params="z", jvp=angle_jvp, broadcasts=True,
    try_on=[*_complex, case(0j, smooth=False)], **named(cmath, "phase"),
)  # fmt: skip


def polar_vjp(dy: Any, y: Any, z: Any) -> Any:
    """Of the absolute value and of the angle."""
    radial, turning = dy[0] * np.sign(z), angle_vjp(dy[1], y[1], z)
    return radial if turning is None else radial + turning


primitive(cmath.polar, polar_vjp, params="z", broadcasts=True, try_on=_complex, **named(cmath, "polar"))


def _unit(phi: Any) -> Any:
    return np.exp(1j * phi)


smooth(
    "rect", lambda y, r, phi: _unit(phi), lambda y, r, phi: 1j * y, params="r phi", module=cmath,
    try_on=[case(number(), number()), case(2.0, number())],
)  # fmt: skip
for _name in ("isclose", "isfinite", "isinf", "isnan"):
    constant(getattr(cmath, _name), _WHOLE, sizes="same", **named(cmath, _name))
