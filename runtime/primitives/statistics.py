"""Variance and standard deviation, median and quantiles.

Conventions: where the variance is 0 the gradient of the standard deviation is 0. A quantile hands
its cotangent to the one or two entries it lies between; of entries that tie the first ones count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Unsupported, case, distinct, normal, primitive
from ..kernels.linear import ratio
from ..kernels.lists import sum_to
from ..kernels.ordering import quantile_share, quantile_slope
from .linear import as_given, stacked
from .reductions import (
    KINDS,
    MASK,
    Axis,
    axes_of,
    count_of,
    reductions,
    reinserted,
    selected,
    shared,
    spread,
    tally,
    valid,
    whole,
    with_nan,
)  # fmt: skip

Rule = Callable[..., Any]


# --- var, std ---------------------------------------------------------------------------------


class Deviations:
    """What the variance of `a` is made of: deviations from the mean, and their number less ddof.

    Where entries are skipped (NaN, or not selected by `where`) their deviation is 0.
    """

    def __init__(self, a: Any, axis: Axis, lost: Any, where: Any, mean: Any, skip_nan: bool) -> None:
        self.x, self.axis = whole(a), axis
        self.keep = valid(self.x, where) if skip_nan else where
        options: dict[str, Any] = {} if axis is None else {"axis": axis, "keepdims": True}
        if self.keep is None:
            centre = self.x.mean(**options) if mean is None else mean
            self.deviation, count = self.x - centre, count_of(self.x, axis)
        else:
            kept = np.where(self.keep, self.x, 0.0)
            held = tally(self.keep, self.x, axis) if skip_nan else selected(where, self.x, axis)
            count = np.maximum(held, 1) if skip_nan else held
            centre = kept.sum(**options) / count if mean is None else mean
            self.deviation = np.where(self.keep, kept - centre, 0.0)
        self.freedom = count if isinstance(lost, int) and lost == 0 else count - lost
        if skip_nan and self.freedom is not count:  # where none is left the result is NaN
            self.freedom = np.where(self.freedom > 0, self.freedom, 1.0)

    def pull(self, dy: Any, factor: Any, keepdims: bool) -> Any:
        """The cotangent of every entry: its share of `dy`, times its deviation as `factor` has it."""
        if self.keep is None:
            return spread(dy / self.freedom, self.x, self.axis, keepdims) * factor
        d = spread(dy, self.x, self.axis, keepdims) / self.freedom
        return np.where(self.keep, d * factor, 0.0)


def _rules(root: bool, skip_nan: bool) -> tuple[Rule, Rule, Rule]:
    """The rules of `a` and `mean`, and the tangent, of var or std."""

    def parts(y: Any, a: Any, axis: Axis = None, dtype: Any = None, ddof: Any = 0, keepdims: bool = False,
              where: Any = None, mean: Any = None,
              correction: Any = None) -> tuple[Deviations, Any, bool]:  # fmt: skip
        s = Deviations(a, axis, ddof if correction is None else correction, where, mean, skip_nan)
        if not root:
            return s, s.deviation, keepdims
        y = np.where(np.isnan(y), 1.0, y) if skip_nan else y  # of slices of NaN
        return s, ratio(s.deviation, spread(y, s.x, axis, keepdims)), keepdims

    def pull(dy: Any, y: Any, a: Any, given: dict[str, Any]) -> Any:
        s, factor, keepdims = parts(y, a, **given)
        return s.pull(dy if root else 2 * dy, factor, keepdims)

    def rule_a(dy: Any, y: Any, a: Any, **given: Any) -> Any:
        return shared(pull(dy, y, a, given), a)

    def rule_mean(dy: Any, y: Any, a: Any, **given: Any) -> Any:
        return sum_to(-pull(dy, y, a, given), np.shape(given["mean"]))

    def jvp(tangents: dict[str, Any], y: Any, a: Any, **given: Any) -> Any:
        s, factor, keepdims = parts(y, a, **given)
        t = whole(tangents["a"]) if "a" in tangents else 0.0
        t = t - tangents["mean"] if "mean" in tangents else t
        scaled = np.real(np.conj(factor) * t) * (1 if root else 2) / s.freedom
        kept = scaled if s.keep is None else np.where(s.keep, scaled, 0.0)
        return kept.sum(axis=given.get("axis"), keepdims=keepdims)

    return rule_a, rule_mean, jvp


_FLAT = np.array([[2.0, 2.0, 2.0], [1.0, 2.0, 4.0]])


def _varied(root: bool, skip_nan: bool) -> list[Any]:
    """The square root is not smooth at 0, where one entry alone is left."""
    plain = [
        *reductions(normal, *KINDS, alone=not root), case(normal(3, 4), ddof=1),
        case(normal(3, 4), axis=1, ddof=2),
        case(normal(3, 4), axis=0, correction=1), case(normal(3, 4), axis=1, where=MASK),
        case(normal(3, 4), where=MASK, ddof=1), case(normal(3, 4), axis=(0, 1), ddof=1, keepdims=True),
        case(normal(3, 4), axis=1, mean=normal(3, 1)), case(normal(3, 4), mean=normal(1, 1), ddof=1),
        case(normal(3, 4, dtype=complex), axis=1, mean=normal(3, 1, dtype=complex)),
        case(normal(3, 4), axis=1, mean=normal(3, 1), where=MASK), case(_FLAT, axis=1, smooth=False),
    ]  # fmt: skip
    holed = [
        case(with_nan(3, 4)), case(with_nan(3, 4), axis=0), case(with_nan(3, 4), axis=1, ddof=1),
        case(with_nan(2, 3, 4), axis=(0, 2), keepdims=True), case(with_nan(4, 5, dtype=np.float32), axis=1),
        case(with_nan(4, 6), axis=0, where=np.array([True] * 5 + [False])),
        case(with_nan(3, 4), axis=1, mean=normal(3, 1)),
        case(np.array([[np.nan, np.nan, np.nan], [1.0, np.nan, 3.0]]), axis=1),
    ]  # fmt: skip
    return [*plain, *holed] if skip_nan else plain


_fun: Callable[..., Any]
for _fun, _root, _skip in (
    (np.var, False, False), (np.std, True, False), (np.nanvar, False, True), (np.nanstd, True, True),
):  # fmt: skip
    _rule_a, _rule_mean, _jvp = _rules(_root, _skip)
    primitive(_fun, _rule_a, _rule_mean, wrt="a mean", jvp=_jvp, try_on=_varied(_root, _skip))


# --- median, quantile, percentile -------------------------------------------------------------


def _option(axis: Axis, method: str, skip_nan: bool) -> dict[str, Any]:
    options: dict[str, Any] = {} if axis is None else {"axis": axis}
    if method != "linear":
        options["method"] = method
    return {**options, "skip_nan": True} if skip_nan else options


def _quantile_pull(dy: Any, a: Any, q: Any, axis: Axis, keepdims: bool, method: str, skip_nan: bool) -> Any:
    """`dy` times the weight of each entry, summed over the quantiles asked for."""
    x, lead = whole(a), np.ndim(q)
    share = quantile_share(x, q, **_option(axis, method, skip_nan))
    d = _over_entries(dy, x, lead, axis, keepdims)
    d = np.where(share != 0, d * share, 0.0) if skip_nan else d * share
    return shared(d.sum(axis=0 if lead == 1 else tuple(range(lead))) if lead else d, a)


def _over_entries(dy: Any, x: Any, lead: int, axis: Axis, keepdims: bool) -> Any:
    """A result, with `lead` axes for the quantiles, so that it broadcasts with weights of entries."""
    axes = axes_of(x, axis)
    if lead == 0:
        return spread(dy, x, axis, keepdims)
    return dy if keepdims or not axes else dy[reinserted(axes, np.ndim(x), lead)]


def _median_rule(skip_nan: bool) -> Rule:
    def rule(dy: Any, y: Any, a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        return _quantile_pull(dy, a, 0.5, axis, keepdims, "linear", skip_nan)

    return rule


def _asked(q: Any, of_hundred: bool) -> Any:
    q = stacked(q)
    return q / 100 if of_hundred else q


def _refuse_misplaced(q: Any, axis: Axis, skip_nan: bool) -> None:
    """NumPy puts the axes of the result in another order there than its documentation says."""
    if skip_nan and np.ndim(q) > 1 and isinstance(axis, tuple) and len(axis) > 1:
        raise Unsupported("NaN-skipping quantiles over several axes for q of several axes; make q a vector")


def _quantile_rules(skip_nan: bool, of_hundred: bool) -> tuple[Rule, Rule]:
    """The rules of the entries, and of the quantiles asked for."""

    def rule_a(dy: Any, y: Any, a: Any, q: Any, axis: Axis = None, method: str = "linear",
               keepdims: bool = False) -> Any:  # fmt: skip
        at = _asked(q, of_hundred)
        _refuse_misplaced(at, axis, skip_nan)
        return _quantile_pull(dy, a, at, axis, keepdims, method, skip_nan)

    def rule_q(dy: Any, y: Any, a: Any, q: Any, axis: Axis = None, method: str = "linear",
               keepdims: bool = False) -> Any:  # fmt: skip
        """The gap between two entries, times how fast the quantile moves from one to the other."""
        x, at = whole(a), _asked(q, of_hundred)
        _refuse_misplaced(at, axis, skip_nan)
        lead = np.ndim(at)
        slope = quantile_slope(x, at, **_option(axis, method, skip_nan))
        moved = np.where(slope != 0, x * slope, 0.0)
        d = _over_entries(dy, x, lead, axis, keepdims) * (moved * 0.01 if of_hundred else moved)
        return as_given(d.sum(axis=tuple(range(lead, lead + np.ndim(x)))), q)

    return rule_a, rule_q


def _picking(skip_nan: bool, of_hundred: bool = False) -> Rule:
    """The tangent: the same entries, weighed the same way."""

    def jvp(tangents: dict[str, Any], y: Any, a: Any, q: Any = None, axis: Axis = None,
            method: str = "linear", keepdims: bool = False) -> Any:  # fmt: skip
        x, at = whole(a), np.asarray(0.5 if q is None else q) / (100 if of_hundred else 1)
        share = quantile_share(x, at, axis, method, skip_nan)
        moved = np.where(share != 0, share * whole(tangents["a"]), 0.0) if "a" in tangents else 0.0 * share
        if "q" in tangents:
            speed = np.asarray(whole(tangents["q"])) / (100 if of_hundred else 1)
            slope = quantile_slope(x, at, axis, method, skip_nan)
            speed = np.reshape(speed, at.shape + (1,) * np.ndim(x))
            moved = moved + np.where(slope != 0, slope * x, 0.0) * speed
        axes = tuple(i - np.ndim(x) for i in axes_of(x, axis))
        return moved.sum(axis=axes, keepdims=keepdims)

    return jvp


_SORTED = [
    *[c for c in reductions(distinct) if c.kwargs.get("axis") != ()],
    case(normal(3, 4, dtype=np.float32)), case(normal(3, 4, dtype=np.float32), axis=1),
    case(np.ones(3), smooth=False), case(np.ones(4), smooth=False),
    case(np.array([[3.0, 1.0], [2.0, np.nan]]), axis=0),
]  # fmt: skip
_MEDIANS = [*_SORTED, case(normal(3, 5, dtype=complex), axis=1)]
_GAPS = [
    *[case(with_nan(3, 4), axis=i, keepdims=k) for i in (None, 0, 1, (0, 1)) for k in (False, True)],
    case(np.array([[np.nan, np.nan], [1.0, np.nan]]), axis=1), case(with_nan(2, 3, 4), axis=(0, 2)),
    case(with_nan(3, 4, dtype=np.float32), axis=1),
]  # fmt: skip
_METHODS = [
    "hazen", "weibull", "median_unbiased", "normal_unbiased", "interpolated_inverted_cdf", "lower", "higher",
    "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "closest_observation",
]  # fmt: skip


def _asking(cases: list[Any], scale: float) -> list[Any]:
    """Cases of a median, as cases of quantiles."""
    some = np.array([0.1, 0.55, 0.9]) * scale
    return [
        *[case(c.args[0], 0.3 * scale, smooth=c.smooth, **c.kwargs) for c in cases],
        *[case(distinct(3, 4), some, axis=i, keepdims=k)
          for i in (None, 0, 1, (0, 1)) for k in (False, True)],
        case(distinct(2, 3, 4), some.reshape(3, 1), axis=1), case(distinct(2, 3, 4), some, axis=(0, 2)),
        *[case(distinct(7), 0.4 * scale, method=m) for m in _METHODS],
        *[case(distinct(5), q * scale) for q in (0.02, 0.98, 0.3, np.asarray(0.6))],
        *[case(distinct(5), q * scale, smooth=False) for q in (0.0, 1.0, 0.25)],
        case(distinct(5), [0.2 * scale, 0.7 * scale]),
    ]


for _fun, _skip in ((np.median, False), (np.nanmedian, True)):
    primitive(
        _fun, _median_rule(_skip), wrt="a", jvp=_picking(_skip),
        try_on=[*_SORTED, *_GAPS] if _skip else _MEDIANS,
    )  # fmt: skip
for _fun, _skip, _hundred in (
    (np.quantile, False, False), (np.percentile, False, True),
    (np.nanquantile, True, False), (np.nanpercentile, True, True),
):  # fmt: skip
    primitive(
        _fun, *_quantile_rules(_skip, _hundred), wrt="a q", jvp=_picking(_skip, _hundred),
        try_on=_asking([*_SORTED, *_GAPS] if _skip else _SORTED, 100.0 if _hundred else 1.0),
    )  # fmt: skip


def _locally_constant(dy: Any, y: Any, *args: Any, **given: Any) -> None:
    """The weights jump where entries change places, and are constant in between."""


def _share_q(dy: Any, y: Any, a: Any, q: Any, axis: Axis = None, method: str = "linear",
             skip_nan: bool = False) -> Any:  # fmt: skip
    d = dy * quantile_slope(a, q, **_option(axis, method, skip_nan))
    return d.sum(axis=tuple(range(np.ndim(q), np.ndim(q) + np.ndim(a))))


def _share_jvp(tangents: dict[str, Any], y: Any, a: Any, q: Any, *args: Any, **given: Any) -> Any:
    t = np.reshape(tangents.get("q", 0.0 * np.asarray(q)), np.shape(q) + (1,) * np.ndim(a))
    return quantile_slope(a, q, *args, **given) * t


_SHARES = [
    case(distinct(5), 0.53), case(distinct(3, 4), np.array([0.1, 0.7]), 1), case(distinct(3, 0), 0.5, 0),
    case(np.array([1.0, np.nan]), 0.5, skip_nan=True), case(distinct(5), 0.44, method="hazen"),
    case(distinct(5), 0.44, method="lower"), case(np.array([1.0, np.nan]), 0.5),
]  # fmt: skip
primitive(
    quantile_share, _locally_constant, _share_q, wrt="a q", name="quantile_share", kernel=True,
    jvp=_share_jvp, try_on=_SHARES,
)  # fmt: skip
primitive(
    quantile_slope, _locally_constant, _locally_constant, wrt="a q", name="quantile_slope", kernel=True,
    jvp=lambda tangents, y, *args, **given: np.zeros_like(y), try_on=_SHARES,
)
