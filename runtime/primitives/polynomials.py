"""Polynomials with their coefficients in an array, highest power first as NumPy has them.

A coefficient list may be a Python list of numbers and arrays: its cotangent is then a list.
Rules take `dy` and the result by position only: ``polyfit`` calls a parameter ``y``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Unsupported, case, conjugate, normal, primitive, refused
from ..kernels.signal import by_exponents, fit_length, moments
from .linear import as_given, hermitian, stacked

# --- values -----------------------------------------------------------------------------------


def polyval_p(dy: Any, y: Any, p: Any, x: Any) -> Any:
    return as_given(moments(dy, conjugate(x), stacked(p).shape[0]), p)


def polyval_x(dy: Any, y: Any, p: Any, x: Any) -> Any:
    return dy * conjugate(np.polyval(_slope(stacked(p)), x))


def _slope(p: Any) -> Any:
    """The coefficients of the derivative; ``polyder`` leaves single precision."""
    return np.polyder(p).astype(p.dtype)


_VALUES = [case(normal(4), normal(3)), case(normal(4), normal(2, 3)), case(normal(1), normal(3)),
           case(normal(4), normal()), case(normal(3), normal(0)), case(normal(0), normal(3)),
           case(normal(4, dtype=complex), normal(3, dtype=complex)), case(normal(3),
           normal(3, dtype=complex)),
           case(normal(3, dtype=np.float32), normal(4, dtype=np.float32))]  # fmt: skip

polyval = primitive(
    np.polyval, polyval_p, polyval_x, params="p x",
    try_on=[*_VALUES, case([normal(), normal(), normal()], normal(3))],
)  # fmt: skip

moments_row = primitive(
    moments,
    lambda dy, y, d, x, n: np.polyval(dy, conjugate(x)),
    lambda dy, y, d, x, n: conjugate(d) * np.polyval(_slope(dy), conjugate(x)),
    None, name="moments", kernel=True, sizes="any", stretches=True,
    try_on=[case(normal(4), normal(4), 3), case(normal(2, 3), normal(2, 3), 4), case(normal(), normal(3), 2),
            case(normal(4, dtype=complex), normal(4, dtype=complex), 3), case(normal(4), normal(4), 1)],
)  # fmt: skip


def power_series_c(dy: Any, y: Any, x: Any, c: Any, tensor: Any = True) -> Any:
    _require_vector(c)
    return moments(dy, conjugate(x), c.shape[0])[::-1]


def power_series_x(dy: Any, y: Any, x: Any, c: Any, tensor: Any = True) -> Any:
    _require_vector(c)
    return dy * conjugate(np.polyval(_slope(c[::-1]), x))


def _require_vector(c: Any) -> None:
    if np.ndim(c) != 1:
        raise Unsupported(
            "np.polynomial.polynomial.polyval with coefficients of several polynomials has no rule; "
            "write it for one polynomial at a time"
        )


power_series = primitive(
    np.polynomial.polynomial.polyval, power_series_x, power_series_c, wrt="x c",
    try_on=[case(c.args[1], c.args[0]) for c in _VALUES[:5] + _VALUES[6:]],
)  # fmt: skip


# --- arithmetic of coefficients ---------------------------------------------------------------


def polyder_vjp(dy: Any, y: Any, p: Any, m: Any = 1) -> Any:
    """The factors are the derivative of the polynomial whose coefficients are all 1."""
    stack = stacked(p)
    return as_given(fit_length(dy * np.polyder(np.ones_like(stack), m), stack.shape[0]), p)


polyder = primitive(
    np.polyder, polyder_vjp, wrt="p", params="p m", sizes="any",
    try_on=[case(normal(4)), case(normal(4), 2), case(normal(4), 0), case(normal(2), 3), case(normal(1)),
            case(normal(4, dtype=complex))],
)  # fmt: skip


def polyint_vjp(dy: Any, y: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    stack = stacked(p)
    factors = np.polyint(np.ones_like(stack), m)
    return as_given(fit_length(dy * factors, stack.shape[0]), p)


def polyint_k(dy: Any, y: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    """The constants, one for each integration, are the lowest coefficients but for factorials."""
    factors = np.polyint(np.zeros_like(stacked(p)), m, 1.0)
    d = (dy * factors)[y.shape[0] - m :]
    return d.sum() if np.ndim(stacked(k)) == 0 else as_given(d, k)


polyint = primitive(
    np.polyint, polyint_vjp, None, polyint_k, params="p m k", sizes="any",
    try_on=[case(normal(4)), case(normal(4), 2), case(normal(4), 0), case(normal(4), 1, 2.0),
            case(normal(4), 2, np.asarray(2.0)), case(normal(4), 3, normal(3)), case(normal(4),
            2, [normal(), normal()])],
)  # fmt: skip


def _last_of(dy: Any, p: Any) -> Any:
    """The shorter polynomial of a sum was aligned with the last coefficients."""
    return as_given(fit_length(dy, stacked(p).shape[0], -1, True), p)


_PAIRS = [case(normal(4), normal(2)), case(normal(2), normal(4)), case(normal(3), normal(3)),
          case(normal(3, dtype=complex), normal(4))]  # fmt: skip

polyadd = primitive(
    np.polyadd,
    lambda dy, y, a1, a2: _last_of(dy, a1),
    lambda dy, y, a1, a2: _last_of(dy, a2),
    params="a1 a2", sizes="any", try_on=_PAIRS,
)  # fmt: skip
polysub = primitive(
    np.polysub,
    lambda dy, y, a1, a2: _last_of(dy, a1),
    lambda dy, y, a1, a2: _last_of(-dy, a2),
    params="a1 a2", sizes="any", try_on=_PAIRS,
)  # fmt: skip


def _product_pull(dy: Any, mine: Any, other: Any) -> Any:
    """NumPy drops leading zeros of the factors: `dy` may be short of first coefficients."""
    p, q = stacked(mine), stacked(other)
    full = fit_length(dy, p.shape[0] + q.shape[0] - 1, -1, True)
    return as_given(np.correlate(full, q, "valid"), mine)


polymul = primitive(
    np.polymul,
    lambda dy, y, a1, a2: _product_pull(dy, a1, a2),
    lambda dy, y, a1, a2: _product_pull(dy, a2, a1),
    params="a1 a2", sizes="any", try_on=[*_PAIRS, case(np.array([0.0, 0.0, 1.0, 2.0]), normal(3),
                                                  smooth=False)],
)  # fmt: skip


# --- fitting ----------------------------------------------------------------------------------


def _fit_parts(dy: Any, c: Any, x: Any, y: Any, deg: Any, w: Any) -> tuple[Any, Any, Any]:
    """Cotangents of the (weighted) Vandermonde matrix and right side, and that matrix unweighted."""
    plain = np.vander(x, deg + 1)
    right = y if y.ndim == 2 else y[:, None]
    dc, c = (dy, c) if y.ndim == 2 else (dy[:, None], c[:, None])
    v = plain
    if w is not None:
        v, right = plain * w[:, None], right * w[:, None]
    scale = np.linalg.norm(v, axis=0)
    p = np.linalg.pinv(v / scale) / scale[:, None]
    g = hermitian(p) @ dc
    return (right - v @ c) @ hermitian(p @ g) - g @ hermitian(c), g, plain


def _plain_fit(full: Any, cov: Any) -> None:
    if full or cov:
        raise Unsupported("np.polyfit with full or cov has no rule; write it without them")


def polyfit_x(dy: Any, c: Any, /, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False,
              w: Any = None, cov: Any = False) -> Any:  # fmt: skip
    _plain_fit(full, cov)
    dv, _, plain = _fit_parts(dy, c, x, y, deg, w)
    return vander_vjp(dv if w is None else dv * w[:, None], plain, x, deg + 1)


def polyfit_y(dy: Any, c: Any, /, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False,
              w: Any = None, cov: Any = False) -> Any:  # fmt: skip
    _plain_fit(full, cov)
    g = _fit_parts(dy, c, x, y, deg, w)[1]
    g = g if w is None else g * w[:, None]
    return g if y.ndim == 2 else g[:, 0]


def polyfit_w(dy: Any, c: Any, /, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False,
              w: Any = None, cov: Any = False) -> Any:  # fmt: skip
    _plain_fit(full, cov)
    dv, g, plain = _fit_parts(dy, c, x, y, deg, w)
    right = y if y.ndim == 2 else y[:, None]
    return (dv * plain).sum(axis=1) + (g * right).sum(axis=1)


def vander_vjp(dy: Any, y: Any, x: Any, N: Any = None, increasing: bool = False) -> Any:
    """Each power times its exponent, on the power one lower."""
    d = by_exponents(dy, increasing)
    lower, d = (y[:, :-1], d[:, 1:]) if increasing else (y[:, 1:], d[:, :-1])
    return (d * conjugate(lower)).sum(axis=1)


vander = primitive(
    np.vander, vander_vjp, params="x N increasing", sizes="any",
    try_on=[case(normal(4)), case(normal(4), 3), case(normal(4), 5), case(normal(4), 3, True),
            case(normal(3), 1),
            case(normal(4, dtype=complex), 3)],
)  # fmt: skip

by_exponents_row = primitive(
    by_exponents, lambda dy, y, d, increasing=False: by_exponents(dy, increasing),
    name="by_exponents", kernel=True, try_on=[case(normal(3, 4)), case(normal(3, 4), True)],
)  # fmt: skip


_FITS = [case(normal(7), normal(7), 2), case(normal(7), normal(7, 3), 2), case(normal(5), normal(5), 0),
         case(normal(7), normal(7), 3, w=np.linspace(0.5, 2.0, 7))]  # fmt: skip

polyfit = primitive(
    np.polyfit, polyfit_x, polyfit_y, polyfit_w, wrt="x y w", params="x y deg rcond full w cov",
    sizes="any", try_on=_FITS,
)  # fmt: skip

_SERIES = {
    "polyadd": "np.polyadd", "polysub": "np.polysub", "polymul": "np.polymul", "polyder": "np.polyder",
    "polyint": "np.polyint", "polyfit": "np.polyfit", "polyvander": "np.vander(..., increasing=True)",
}  # fmt: skip
for _name in np.polynomial.polynomial.__all__:
    _fun = getattr(np.polynomial.polynomial, _name)
    if _name in _SERIES:
        refused(_fun, f"write {_SERIES[_name]}, with the highest power first where it takes coefficients")
    elif callable(_fun) and not isinstance(_fun, type) and _fun is not power_series.fun:
        refused(_fun, "write the polynomial out, or np.polyval(c[::-1], x)")

roots = refused(np.roots, "write np.linalg.eigvals of the companion matrix, as a complex array")
poly = refused(np.poly, "write the product of the factors with np.polymul")
polydiv = refused(np.polydiv, "write the division of the coefficients as a loop")
piecewise = refused(np.piecewise, "write np.where, or np.select, on the pieces")
apply_along_axis = refused(np.apply_along_axis, "write a loop over the other axes")
apply_over_axes = refused(np.apply_over_axes, "write the reduction with axis=(...)")
vectorize = refused(np.vectorize, "write a loop, or NumPy expressions on the whole array")
