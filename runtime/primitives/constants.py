"""Functions whose results do not move with their arguments, and the few near them that do.

Comparisons, roundings, positions, questions about shapes, new arrays, random draws. What depends
on a float all the same (`linspace`, `arange`, `full`, weighted counts) has a rule, or is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..declare import (
    Primitive,
    Unsupported,
    away_from,
    case,
    conjugate,
    constant,
    normal,
    positive,
    primitive,
)  # fmt: skip
from ..kernels.lists import sum_to
from ..kernels.ranges import range_share
from .harder import no_gradient
from .scalars import logarithm

Fun = Callable[..., Any]


def denied(fun: Fun, because: str, name: str, text: str | None = None) -> Primitive:
    """Declare a function that is fine on constants and refused where an argument moves."""
    row = constant(fun, because, name=name, text=text)
    row.raises, row.because = because, None
    return row


def each(funs: Iterable[Fun], because: str, sizes: str = "same", broadcasts: bool = False) -> None:
    """Declare constants that have one reason. `broadcasts`: they work element by element."""
    for fun in funs:
        constant(fun, because, sizes=sizes).broadcasts = broadcasts


# --- element by element -----------------------------------------------------------------------

each(
    (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal, np.isnan, np.isinf,
     np.isfinite, np.isnat, np.isposinf, np.isneginf, np.signbit, np.isclose, np.logical_and,
     np.logical_or, np.logical_xor, np.logical_not),
    "its result is true or false", broadcasts=True,
)  # fmt: skip
each(
    (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
     np.bitwise_count, np.gcd, np.lcm),
    "it works on integers", broadcasts=True,
)  # fmt: skip
each(
    (np.floor, np.ceil, np.rint, np.trunc, np.fix, np.floor_divide),
    "rounded values stand still and jump", broadcasts=True,
)  # fmt: skip
each((np.round, np.around), "rounded values stand still and jump")
each((np.spacing,), "the distance of neighbouring floats stands still and jumps", broadcasts=True)

# --- questions and positions ------------------------------------------------------------------

each(
    (np.any, np.all, np.allclose, np.array_equal, np.array_equiv, np.isin, np.isscalar, np.iterable),
    "its result is true or false",
)  # fmt: skip
each(
    (np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort,
     np.searchsorted, np.digitize, np.count_nonzero),
    "its result is made of integers",
)  # fmt: skip
each(
    (np.nonzero, np.flatnonzero, np.argwhere, np.unravel_index, np.ravel_multi_index, np.indices,
     np.triu_indices, np.tril_indices, np.triu_indices_from, np.tril_indices_from, np.diag_indices,
     np.diag_indices_from, np.mask_indices, np.ix_),
    "its result is made of integers", sizes="any",
)  # fmt: skip
each(
    (np.shape, np.ndim, np.size, np.broadcast_shapes, np.result_type, np.promote_types, np.min_scalar_type,
     np.can_cast, np.common_type, np.issubdtype, np.isdtype, np.finfo, np.iinfo, np.shares_memory,
     np.may_share_memory),
    "it tells of shapes and types",
)  # fmt: skip

_VALUES = "its values are entries of its argument: index with the positions that it returns"
denied(np.unique, _VALUES + " (return_index=True)", "unique").sizes = "any"
for _name in ("unique_values", "unique_all", "unique_counts", "unique_inverse"):
    if hasattr(np, _name):
        denied(getattr(np, _name), _VALUES + " (np.unique, return_index=True)", _name).sizes = "any"


def bincount_weights(dy: Any, y: Any, x: Any, weights: Any, minlength: Any = 0) -> Any:
    """Every weight was added to one bin."""
    return dy[x]


primitive(
    np.bincount, bincount_weights, wrt="weights", params="x weights minlength", linear_in="weights",
    sizes="any",
    try_on=[case(np.array([0, 2, 2, 1]), normal(4)),
            case(np.array([0, 2, 2, 5]), weights=normal(4), minlength=9), case(np.array([3]), normal(1)),
            case(np.array([1, 1]), normal(2, dtype=np.float32))],
)  # fmt: skip

# --- new arrays -------------------------------------------------------------------------------

_NEW = "a new array does not move"
for _name in ("zeros", "ones", "empty"):
    constant(getattr(np, _name), _NEW, params="shape dtype order", sizes="same")
    constant(getattr(np, f"{_name}_like"), _NEW, params="a dtype order subok shape", sizes="same")
each((np.eye, np.identity, np.tri), _NEW)
each((np.hanning, np.hamming, np.blackman, np.bartlett), "a window of a given length does not move")
denied(np.kaiser, "the window moves with beta: write it with np.i0", "kaiser")


def full_value(dy: Any, y: Any, shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C") -> Any:
    return _filled(dy, fill_value)


def full_like_value(dy: Any, y: Any, a: Any, fill_value: Any, dtype: Any = None, order: Any = "K",
                    subok: Any = True, shape: Any = None) -> Any:  # fmt: skip
    return _filled(dy, fill_value)


def _filled(dy: Any, fill_value: Any) -> Any:
    """The sum over all places that a value was spread to."""
    return dy.sum() if np.ndim(fill_value) == 0 else sum_to(dy, np.shape(fill_value))


primitive(
    np.full, full_value, wrt="fill_value", params="shape fill_value dtype order", linear_in="fill_value",
    try_on=[case((2, 3), normal()), case((2, 3), normal(3)), case((2, 3), normal(2, 1)), case(4, 1.5),
            case((), normal()), case((2, 0), normal()), case((2, 3), normal(), dtype=np.float64),
            case(3, normal(), complex)],
)  # fmt: skip
primitive(
    np.full_like, no_gradient, full_like_value, wrt="a fill_value",
    params="a fill_value dtype order subok shape",
    try_on=[case(normal(2, 3), normal()), case(normal(2, 3), normal(3)), case(normal(2, 3), 1.5),
            case(normal(3), normal(), shape=(2, 2)), case(normal(3), normal(dtype=complex), dtype=complex),
            case(normal(3, dtype=np.float32), normal())],
)  # fmt: skip

# --- ranges of numbers ------------------------------------------------------------------------

def arange_vjp(dy: Any, y: Any, *args: Any, dtype: Any = None) -> list[Any]:
    """start + i * step: both move the numbers, the end does not."""
    if len(args) == 1:
        return [None]
    start = args[0]
    d = [None if isinstance(start, int) else dy.sum(), None]
    if len(args) == 3:
        step = args[2]
        d.append(None if isinstance(step, int) else (dy * (y - start)).sum() / step)
    return d


_LIMITS = [(0.3, 3.9, 0.5), (0.3, 3.8), (3.8,), (2.0, -1.3, -0.7), (1, 5.7, 0.5), (0.3, 3.8, 1)]
primitive(
    np.arange, arange_vjp, wrt="args", params="*args", sizes="any",
    try_on=[*[case(*limits, dtype=float) for limits in _LIMITS],
            *[case(*limits, smooth=False) for limits in _LIMITS]],
)  # fmt: skip


def _fitted(d: Any, like: Any, other: Any) -> Any:
    """A sum over the axes along which one end was stretched to the other."""
    if np.ndim(other) == 0:
        return d
    return d.sum() if np.ndim(like) == 0 else sum_to(d, np.shape(like))


def _ends(dy: Any, which: int, start: Any, stop: Any, num: Any = 50, endpoint: Any = True,
          retstep: Any = False, dtype: Any = None, axis: Any = 0) -> Any:  # fmt: skip
    """The cotangent of one end of evenly spaced numbers."""
    if retstep:
        raise Unsupported("linspace(retstep=True) has no rule: compute the step from the result")
    ends = (start, stop)
    return _fitted(range_share(dy, which, endpoint, axis), ends[which], ends[1 - which])


def linspace_start(dy: Any, y: Any, **given: Any) -> Any:
    return _ends(dy, 0, **given)


def linspace_stop(dy: Any, y: Any, **given: Any) -> Any:
    return _ends(dy, 1, **given)


_SPACES = [
    case(0.3, 2.0), case(0.3, 2.0, 5), case(normal(), positive(), 4), case(0.3, 2.0, 5, endpoint=False),
    case(0.3, 2.0, 1), case(0.3, 2.0, 0), case(normal(3), normal(3), 4), case(normal(3), 1.5, 4),
    case(0.5, normal(3), 4, axis=-1), case(normal(2, 1), normal(3), 4, axis=1),
    case(normal(1), normal(3), 2), case(0.3, 2.0, 5, dtype=np.float64),
]  # fmt: skip
def range_share_d(dy: Any, y: Any, d: Any, end: int, endpoint: Any = True, axis: Any = 0) -> Any:
    """What was a sum is spread along a range again."""
    start, stop = (0.0, dy) if end else (dy, 0.0)
    return np.linspace(start, stop, d.shape[axis], endpoint=endpoint, axis=axis)


primitive(
    range_share, range_share_d, wrt="d", name="range_share", kernel=True, linear_in="d",
    try_on=[case(normal(4), 0), case(normal(4), 1), case(normal(4), 1, False), case(normal(4, 3), 0),
            case(normal(2, 4), 1, True, -1), case(normal(1), 1), case(normal(0), 0),
            case(normal(3, dtype=complex), 0), case(normal(3, dtype=np.float32), 1)],
)  # fmt: skip
primitive(
    np.linspace, linspace_start, linspace_stop, wrt="start stop",
    params="start stop num endpoint retstep dtype axis", linear_in="start stop",
    try_on=[*_SPACES, case(normal(dtype=complex), 1.0, 3)],
)  # fmt: skip


def logspace_end(which: int) -> Any:
    """The rule of one end of ``base ** linspace(start, stop)``."""

    def rule(dy: Any, y: Any, base: Any = 10.0, **given: Any) -> Any:
        return _ends(dy * conjugate(y * logarithm(base)), which, **given)

    return rule


def logspace_base(dy: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True,
                  base: Any = 10.0, dtype: Any = None, axis: Any = 0) -> Any:  # fmt: skip
    """exponent * y / base, where each end has its share in the exponents."""
    if np.ndim(base) > 0:
        raise Unsupported("logspace with an array of bases has no rule")
    d = dy * conjugate(y)
    shares = [range_share(d, end, endpoint, axis) for end in (0, 1)]
    return (conjugate(start) * shares[0] + conjugate(stop) * shares[1]).sum() / conjugate(base)


primitive(
    np.logspace, logspace_end(0), logspace_end(1), logspace_base, wrt="start stop base",
    params="start stop num endpoint base dtype axis",
    try_on=[*_SPACES[1:-1], case(0.3, 2.0, 4, base=1.7), case(normal(3), 2.0, 4, True, 2.5)],
)  # fmt: skip


def geomspace_start(dy: Any, y: Any, start: Any, **given: Any) -> Any:
    """The logarithms are evenly spaced."""
    return _ends(dy * conjugate(y), 0, start, **given) / conjugate(start)


def geomspace_stop(dy: Any, y: Any, stop: Any, **given: Any) -> Any:
    return _ends(dy * conjugate(y), 1, stop=stop, **given) / conjugate(stop)


primitive(
    np.geomspace, geomspace_start, geomspace_stop, wrt="start stop",
    params="start stop num endpoint dtype axis",
    try_on=[case(0.3, 2.0, 5), case(positive(3), positive(3), 4), case(positive(3), 1.5, 4),
            case(0.5, positive(3), 4, axis=-1), case(-0.3, -2.0, 4), case(0.3, 2.0, 5, endpoint=False),
            case(away_from(0.0, 2, 1), 3.0 + 1.0j, 3)],
)  # fmt: skip

# --- random draws -----------------------------------------------------------------------------

_DRAWN = "what is drawn does not move"
for _name in ("seed", "rand", "randn", "random", "random_sample", "ranf", "sample", "randint",
              "standard_normal", "standard_exponential", "standard_cauchy", "bytes"):  # fmt: skip
    constant(getattr(np.random, _name), _DRAWN, name=f"random.{_name}")

_MOVES = {
    "normal": "write loc + scale * np.random.standard_normal(size)",
    "uniform": "write low + (high - low) * np.random.random_sample(size)",
    "exponential": "write scale * np.random.standard_exponential(size)",
    "laplace": "write it from np.random.random_sample(size)",
    "logistic": "write it from np.random.random_sample(size)",
    "gumbel": "write it from np.random.random_sample(size)",
    "lognormal": "write np.exp(mean + sigma * np.random.standard_normal(size))",
    "multivariate_normal": "write mean + np.linalg.cholesky(cov) @ np.random.standard_normal(n)",
    "choice": "draw positions with np.random.randint and index with them",
    "permutation": "draw positions with np.random.permutation(len(x)) and index with them",
}
for _name, _advice in _MOVES.items():
    denied(getattr(np.random, _name), f"the numbers drawn move with its arguments: {_advice}",
           f"random.{_name}")
_OTHERS = ("beta", "binomial", "chisquare", "dirichlet", "f", "gamma", "geometric", "hypergeometric",
           "logseries", "multinomial", "negative_binomial", "noncentral_chisquare", "noncentral_f",
           "pareto", "poisson", "power", "rayleigh", "standard_gamma", "standard_t", "triangular",
           "vonmises", "wald", "weibull", "zipf")  # fmt: skip
for _name in _OTHERS:
    denied(getattr(np.random, _name), "how its numbers move with its arguments has no rule",
           f"random.{_name}")
