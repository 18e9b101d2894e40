"""Derivatives of any order of functions that NumPy and `math` have without their derivatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of ``sin(pi x) / (pi x)`` of some order, for real or complex `x`.

    Near 0 from the Taylor series; elsewhere from ``x f_n = pi^(n-1) sin(pi x + n pi/2) - n f_(n-1)``,
    which loses all digits near 0.
    """
    x = np.asarray(x)
    wide = x.astype(complex if np.iscomplexobj(x) else float)
    near = abs(wide) < 2
    away = np.where(near, 2, wide)
    y = np.sin(np.pi * away) / (np.pi * away)
    for n in range(1, order + 1):
        y = (np.pi ** (n - 1) * np.sin(np.pi * (away + n / 2)) - n * y) / away
    y = np.where(near, _sinc_series(np.where(near, wide, 0), order), y)
    return y.astype(x.dtype) if x.dtype.kind in "fc" else y


def _sinc_series(x: Any, order: int) -> Any:
    """The sum of ``(-1)^k pi^(2k) / (2k + 1)! * (2k)! / (2k - n)! * x^(2k - n)``."""
    y = np.zeros_like(x)
    for k in range((order + 1) // 2, order + 24):
        rest = 2 * k - order
        y = y + (-1) ** k * np.pi ** (2 * k) / ((2 * k + 1) * math.factorial(rest)) * x**rest
    return y


@kernel
def bessel_i(x: Any, order: int) -> Any:
    """The modified Bessel function of the first kind, of an order 0, 1, 2, ..., for real `x`.

    The mean of ``exp(x cos t) cos(n t)`` over half a turn, by the trapezoidal rule, which for a
    periodic function errs by Bessel functions of the order 2 * 128 only. The part of the
    exponential that has the parity of the order suffices, and keeps small values exact.
    """
    x = np.asarray(x)
    t = (np.arange(128) + 0.5) * (np.pi / 128)
    odd_or_even = np.sinh if order % 2 else np.cosh
    y = odd_or_even(x.astype(float)[..., None] * np.cos(t)) @ (np.cos(order * t) / 128)
    return y.astype(x.dtype) if x.dtype.kind == "f" else y


@kernel
def polygamma(x: float, order: int) -> float:
    """The derivative of some order of ``digamma(x) = d log(gamma(x)) / dx``, for one number.

    By the asymptotic series at a place above 15 that the recurrence leads to.
    """
    x = float(x)
    if x <= 0 and x == math.floor(x):
        return math.nan
    if x < 0 and order == 0:
        return float(polygamma(1 - x, 0)) - math.pi / math.tan(math.pi * (x % 1))
    steps = max(0, math.ceil(15 + order - x))
    passed = (x + np.arange(steps)) ** -(order + 1.0)
    if order == 0:
        return _digamma_tail(x + steps) - math.fsum(passed)
    sign = 1.0 if order % 2 else -1.0
    return sign * (_polygamma_tail(x + steps, order) + math.factorial(order) * math.fsum(passed))


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def _digamma_tail(x: float) -> float:
    series = (b / (2 * k * x ** (2 * k)) for k, b in enumerate(_BERNOULLI, 1))
    return math.log(x) - 0.5 / x - math.fsum(series)


def _polygamma_tail(x: float, n: int) -> float:
    """The absolute value, for x above 15."""
    terms = [math.factorial(n - 1) / x**n, 0.5 * math.factorial(n) / x ** (n + 1)]
    for k, b in enumerate(_BERNOULLI, 1):
        terms.append(b * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n)))
    return math.fsum(terms)
