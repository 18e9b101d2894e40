"""Rows of ``scipy.special``; nothing is declared where scipy is not installed.

Constants: 1.128... is 2 / sqrt(pi), 0.886... is sqrt(pi) / 2, 0.398... is 1 / sqrt(2 pi) and
2.506... is sqrt(2 pi).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import (
    Case,
    Unsupported,
    away_from,
    case,
    conjugate,
    elementwise,
    normal,
    positive,
    primitive,
    refused,
    within,
)  # fmt: skip
from ..kernels.linear import ratio
from .indexing import takes_symbols

try:
    import scipy.special as sps
except ImportError:
    sps = None

Rule = Callable[..., Any]
Partial = Rule | None


def _named(name: str) -> dict[str, Any]:
    return {"name": f"scipy.special.{name}", "text": f"scipy.special.{name}"}


def _all(partials: dict[str, tuple[Partial, ...]], *cases: Case) -> None:
    """Rows of elementwise functions that are tried on the same arguments."""
    for name, given in partials.items():
        fun = getattr(sps, name)
        params = {"polygamma": "n x", "zeta": "x q"}.get(name)
        elementwise(fun, *given, params=params, try_on=cases, **_named(name))


def _real(partial: Rule) -> Rule:
    """A partial derivative that holds for real arguments only."""

    def checked(y: Any, *operands: Any) -> Any:
        if np.iscomplexobj(y):
            raise Unsupported("this function of scipy.special is not analytic in a complex argument")
        return partial(y, *operands)

    return checked


_ANY = (case(normal(3, 4)), case(normal()), case(normal(3, dtype=np.float32)), case(normal(0)))
_COMPLEX = (*_ANY, case(within(-0.7, 0.7)(3)), case(normal(3, dtype=complex)))
_ABOVE = (case(positive(3, 4)), case(positive()), case(positive(2, 1)))
_NONZERO = (case(away_from(0.0, 3, 4)), *_ABOVE)
_UNIT = (case(within(0.1, 0.9)(3, 4)), case(within(0.3, 0.7)()))
_TWO = (case(positive(3, 4), positive(4)), case(positive(3, 1), positive(3, 4)), case(1.5, positive(3)),
        case(positive(3), 0.7))  # fmt: skip


def _error_functions() -> None:
    _all({
        "erf": (lambda y, x: 1.1283791670955126 * np.exp(-x * x),),
        "erfc": (lambda y, x: -1.1283791670955126 * np.exp(-x * x),),
        "erfcx": (lambda y, x: 2 * x * y - 1.1283791670955126,),
        "erfi": (lambda y, x: 1.1283791670955126 * np.exp(x * x),),
        "dawsn": (lambda y, x: 1 - 2 * x * y,),
        "ndtr": (lambda y, x: 0.3989422804014327 * np.exp(-0.5 * (x * x)),),
        "log_ndtr": (lambda y, x: 0.3989422804014327 * np.exp(-0.5 * (x * x) - y),),
    }, *_COMPLEX)  # fmt: skip
    _all({"erfinv": (lambda y, x: 0.886226925452758 * np.exp(y * y),)}, case(within(-0.9, 0.9)(3, 4)),
         case(0.25))
    _all({"erfcinv": (lambda y, x: -0.886226925452758 * np.exp(y * y),)}, case(within(0.1, 1.9)(3, 4)))
    _all({"ndtri": (lambda y, x: 2.5066282746310002 * np.exp(0.5 * (y * y)),)}, *_UNIT)


def _logistic_functions() -> None:
    _all({"expit": (lambda y, x: y * (1 - y),), "log_expit": (lambda y, x: sps.expit(-x),)}, *_ANY)
    _all({"logit": (lambda y, x: 1 / (x * (1 - x)),)}, *_UNIT)


def _exponential_functions() -> None:
    _all({
        "expm1": (lambda y, x: np.exp(x),), "log1p": (lambda y, x: 1 / (1 + x),),
    }, *_ABOVE, case(normal(3, dtype=complex)))  # fmt: skip
    _all({
        "exp2": (lambda y, x: 0.6931471805599453 * y,), "exp10": (lambda y, x: 2.302585092994046 * y,),
        "cosm1": (lambda y, x: -np.sin(x),), "exprel": (lambda y, x: 0.5 * sps.hyp1f1(2.0, 3.0, x),),
    }, *_ANY)  # fmt: skip
    _all({"exp1": (lambda y, x: -np.exp(-x) / x,)}, *_ABOVE)
    _all({"expi": (lambda y, x: np.exp(x) / x,), "cbrt": (lambda y, x: 1 / (3 * y * y),)}, *_NONZERO)
    _all({"expn": (None, lambda y, n, x: -sps.expn(n - 1, x))}, case(2, positive(3, 4)), case(3, positive(3)))
    _all({"hyp1f1": (None, None, lambda y, a, b, x: a / b * sps.hyp1f1(a + 1, b + 1, x))},
         case(2.0, 3.0, normal(3, 4)), case(0.5, 1.5, normal()))  # fmt: skip
    _all({
        "boxcox": (lambda y, x, p: x ** (p - 1.0), lambda y, x, p: _boxcox_power(np.log(x), p)),
        "boxcox1p": (lambda y, x, p: (1 + x) ** (p - 1.0), lambda y, x, p: _boxcox_power(np.log1p(x), p)),
    }, *_TWO[:2], case(positive(3), 0.7), case(positive(3), 0.0))  # fmt: skip


def _boxcox_power(log: Any, p: Any) -> Any:
    """The derivative of ``log * exprel(p * log)`` in p, which needs no division by p."""
    return 0.5 * log * log * sps.hyp1f1(2.0, 3.0, p * log)


def _entropies() -> None:
    _all({"entr": (lambda y, x: -np.log(x) - 1,)}, *_ABOVE)
    _all({
        "xlogy": (lambda y, x1, x2: np.log(x2), lambda y, x1, x2: ratio(x1, x2)),
        "xlog1py": (lambda y, x1, x2: np.log1p(x2), lambda y, x1, x2: ratio(x1, 1 + x2)),
        "rel_entr": (lambda y, x1, x2: np.log(x1 / x2) + 1, lambda y, x1, x2: -ratio(x1, x2)),
        "kl_div": (lambda y, x1, x2: np.log(x1 / x2), lambda y, x1, x2: 1 - ratio(x1, x2)),
    }, *_TWO)  # fmt: skip


def _gamma_functions() -> None:
    digamma = sps.digamma
    _all({"loggamma": (lambda y, x: digamma(x),)}, *_ABOVE)
    _all({"gammaln": (lambda y, x: digamma(x),), "gamma": (lambda y, x: y * digamma(x),),
          "rgamma": (lambda y, x: -y * digamma(x),),
          "digamma": (_real(lambda y, x: takes_symbols(sps.zeta)(2.0, x)),)},
         *_ABOVE, case(within(-1.9, -1.1)(3)))  # fmt: skip
    _all({"polygamma": (None, lambda y, n, x: takes_symbols(sps.polygamma)(n + 1, x))},
         case(1, positive(3, 4)), case(2, positive(3)), case(0, positive()))  # fmt: skip
    _all({"zeta": (None, lambda y, x, q: -x * takes_symbols(sps.zeta)(x + 1, q))}, case(2.5, positive(3, 4)))
    _all({
        "beta": (lambda y, a, b: y * (digamma(a) - digamma(a + b)), lambda y, a,
                 b: y * (digamma(b) - digamma(a + b))),
        "betaln": (lambda y, a, b: digamma(a) - digamma(a + b), lambda y, a, b: digamma(b) - digamma(a + b)),
        "poch": (lambda y, z, m: y * (digamma(z + m) - digamma(z)), lambda y, z, m: y * digamma(z + m)),
        "binom": (lambda y, n, k: y * (digamma(n + 1) - digamma(n - k + 1)),
                  lambda y, n, k: y * (digamma(n - k + 1) - digamma(k + 1))),
    }, *_TWO)  # fmt: skip
    _all({"gammainc": (None, _gamma_density), "gammaincc": (None, lambda y, a, x: -_gamma_density(y, a, x))},
         case(1.5, positive(3, 4)), case(positive(3), positive(2, 3)))  # fmt: skip
    _all({"betainc": (None, None, _beta_density)}, case(positive(3), positive(2, 1), within(0.1, 0.9)(2, 3)))


def _gamma_density(y: Any, a: Any, x: Any) -> Any:
    return np.exp((a - 1) * np.log(x) - x - sps.gammaln(a))


def _beta_density(y: Any, a: Any, b: Any, x: Any) -> Any:
    return np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - sps.betaln(a, b))


def _bessel_functions() -> None:
    _all({
        "j0": (lambda y, x: -sps.j1(x),), "j1": (lambda y, x: 0.5 * (sps.j0(x) - sps.jv(2.0, x)),),
        "i0": (lambda y, x: sps.i1(x),), "i1": (lambda y, x: 0.5 * (sps.i0(x) + sps.iv(2.0, x)),),
        "i0e": (lambda y, x: sps.i1e(x) - np.sign(x) * y,),
        "i1e": (lambda y, x: 0.5 * (sps.i0e(x) + sps.ive(2.0, x)) - np.sign(x) * y,),
    }, *_ANY[:3])  # fmt: skip
    _all({
        "y0": (lambda y, x: -sps.y1(x),), "y1": (lambda y, x: 0.5 * (sps.y0(x) - sps.yv(2.0, x)),),
        "k0": (lambda y, x: -sps.k1(x),), "k1": (lambda y, x: -0.5 * (sps.k0(x) + sps.kv(2.0, x)),),
        "k0e": (lambda y, x: y - sps.k1e(x),),
        "k1e": (lambda y, x: y - 0.5 * (sps.k0e(x) + sps.kve(2.0, x)),),
    }, *_ABOVE)  # fmt: skip
    orders = (case(1.0, positive(3, 4)), case(0.5, positive(3)), case(2, positive()),
              case(np.array([0, 2]), positive(3, 2)))
    _all({
        "jv": (None, lambda y, v, x: 0.5 * (sps.jv(v - 1, x) - sps.jv(v + 1, x))),
        "yv": (None, lambda y, v, x: 0.5 * (sps.yv(v - 1, x) - sps.yv(v + 1, x))),
        "iv": (None, lambda y, v, x: 0.5 * (sps.iv(v - 1, x) + sps.iv(v + 1, x))),
        "kv": (None, lambda y, v, x: -0.5 * (sps.kv(v - 1, x) + sps.kv(v + 1, x))),
        "kve": (None, lambda y, v, x: y - 0.5 * (sps.kve(v - 1, x) + sps.kve(v + 1, x))),
    }, *orders, case(1.5, normal(3, dtype=complex)))  # fmt: skip
    _all({"ive": (None, _real(lambda y, v,
                              x: 0.5 * (sps.ive(v - 1, x) + sps.ive(v + 1, x)) - np.sign(x) * y))}, *orders)


def _robust_losses() -> None:
    _all({
        "huber": (lambda y, delta, r: np.maximum(np.abs(r) - delta, 0), lambda y, delta,
                  r: np.clip(r, -delta, delta)),
        "pseudo_huber": (_pseudo_huber_delta, lambda y, delta, r: r / np.sqrt(1 + (r / delta) ** 2)),
    }, case(0.7, normal(3, 4)), case(positive(3), normal(2, 3)))  # fmt: skip


def _pseudo_huber_delta(y: Any, delta: Any, r: Any) -> Any:
    stretch = np.sqrt(1 + (r / delta) ** 2)
    return (2 * y - r * r / stretch) / delta


# --- softmax and logsumexp --------------------------------------------------------------------


def _along(d: Any, axis: Any, keepdims: Any = False) -> Any:
    """A reduced value with its axes of size 1 back."""
    return d if axis is None or keepdims else np.expand_dims(d, axis)


def _refuse_weights(b: Any, return_sign: Any) -> None:
    if b is not None or return_sign:
        raise Unsupported(
            "scipy.special.logsumexp with b or return_sign has no rule; add np.log(b) to its argument"
        )


def logsumexp_vjp(dy: Any, y: Any, a: Any, axis: Any = None, b: Any = None, keepdims: Any = False,
                  return_sign: Any = False) -> Any:  # fmt: skip
    """dy times the softmax of `a`."""
    _refuse_weights(b, return_sign)
    return _along(dy, axis, keepdims) * conjugate(np.exp(a - _along(y, axis, keepdims)))


def logsumexp_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The mean of the tangent by the softmax of `a`."""
    weights = np.exp(a - _along(y, axis, keepdims))
    return (tangents["a"] * weights).sum(axis=axis, keepdims=keepdims)


def softmax_vjp(dy: Any, y: Any, x: Any, axis: Any = None) -> Any:
    """y * (dy - <dy, y>), the product taken over `axis`."""
    y = conjugate(y)
    inner = (dy * y).sum() if axis is None else (dy * y).sum(axis=axis, keepdims=True)
    return y * (dy - inner)


def log_softmax_vjp(dy: Any, y: Any, x: Any, axis: Any = None) -> Any:
    """dy - softmax * sum(dy)."""
    total = dy.sum() if axis is None else dy.sum(axis=axis, keepdims=True)
    return dy - conjugate(np.exp(y)) * total


def softmax_jvp(tangents: dict[str, Any], y: Any, x: Any, axis: Any = None) -> Any:
    """y * (t - <t, y>)."""
    t = tangents["x"]
    return y * (t - (t * y).sum(axis=axis, keepdims=True))


def log_softmax_jvp(tangents: dict[str, Any], y: Any, x: Any, axis: Any = None) -> Any:
    """t - <softmax, t>."""
    t = tangents["x"]
    return t - (np.exp(y) * t).sum(axis=axis, keepdims=True)


def _sums_of_exponentials() -> None:
    rows = [case(normal(3, 4)), case(normal(3, 4), axis=0), case(normal(3, 4), axis=-1),
            case(normal(2, 3, 4), axis=(0, 2)),
            case(normal(1, 3), axis=0), case(normal(3, dtype=np.float32)),
            case(np.array([0.0, 2000.0, 3.0]))]  # fmt: skip
    primitive(sps.logsumexp, logsumexp_vjp, wrt="a", params="a axis b keepdims return_sign",
              jvp=logsumexp_jvp,
              try_on=[*rows, case(normal(3, 4), axis=1, keepdims=True), case(normal())],
              **_named("logsumexp"))  # fmt: skip
    primitive(sps.softmax, softmax_vjp, wrt="x", params="x axis", jvp=softmax_jvp, try_on=rows,
              **_named("softmax"))
    primitive(sps.log_softmax, log_softmax_vjp, wrt="x", params="x axis", jvp=log_softmax_jvp, try_on=rows,
              **_named("log_softmax"))  # fmt: skip


def _refuse() -> None:
    for name in ("comb", "perm", "factorial"):
        fun = getattr(sps, name)
        row = refused(fun, f"scipy.special.{name} has no rule; write it with scipy.special.gammaln")
        row.text = f"scipy.special.{name}"


def _declare() -> None:
    _error_functions()
    _logistic_functions()
    _exponential_functions()
    _entropies()
    _gamma_functions()
    _bessel_functions()
    _robust_losses()
    _sums_of_exponentials()
    _refuse()


if sps is not None:
    _declare()
