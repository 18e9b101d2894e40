"""Interpolation, convolution, unwrap, and the covariance of samples.

Rules take `dy` and the result by position only: some of these functions call a parameter ``y``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Unsupported, case, conjugate, no_gradient, normal, primitive, within
from ..kernels.interp import interp_slope, interp_slope_spread, interp_spread
from ..kernels.signal import full_overlap, part_overlap
from .linear import as_given, hermitian, stacked

# --- interp -----------------------------------------------------------------------------------


def _refuse_period(period: Any) -> None:
    if period is not None:
        raise Unsupported(
            "np.interp with period has no rule; write x % period yourself and repeat the first and "
            "the last knot one period further"
        )


def interp_x(dy: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
             period: Any = None) -> Any:  # fmt: skip
    _refuse_period(period)
    return dy * conjugate(interp_slope(x, xp, fp))


def interp_xp(dy: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
              period: Any = None) -> Any:  # fmt: skip
    _refuse_period(period)
    return -interp_spread(dy * conjugate(interp_slope(x, xp, fp)), x, xp)


def interp_fp(dy: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
              period: Any = None) -> Any:  # fmt: skip
    _refuse_period(period)
    if left is not None:
        dy = dy * (x >= xp[0])
    if right is not None:
        dy = dy * (x <= xp[-1])
    return interp_spread(dy, x, xp)


def interp_left(dy: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
                period: Any = None) -> Any:  # fmt: skip
    _refuse_period(period)
    return (dy * (x < xp[0])).sum()


def interp_right(dy: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None,
                 period: Any = None) -> Any:  # fmt: skip
    _refuse_period(period)
    return (dy * (x > xp[-1])).sum()


_KNOTS = np.array([-1.0, -0.2, 0.5, 2.0])

interp = primitive(
    np.interp, interp_x, interp_xp, interp_fp, interp_left, interp_right,
    try_on=[case(within(-0.9, 1.9)(6), _KNOTS, normal(4)), case(within(-3, 4)(3, 5), _KNOTS, normal(4)),
            case(within(-3, 4)(9), _KNOTS, normal(4), np.asarray(0.3), np.asarray(-2.0)),
            case(within(-0.9, 1.9)(), _KNOTS, normal(4)), case(normal(4), np.array([0.5]), normal(1)),
            case(within(-3, 4)(0), _KNOTS, normal(4)), case(_KNOTS, _KNOTS, normal(4), smooth=False),
            case(within(-3, 4)(7), _KNOTS, normal(4, dtype=complex))],
)  # fmt: skip

interp_slope_row = primitive(
    interp_slope,
    no_gradient,
    lambda dy, y, x, xp, fp: -interp_slope_spread(dy * conjugate(y), x, xp),
    lambda dy, y, x, xp, fp: interp_slope_spread(dy, x, xp),
    name="interp_slope", kernel=True,
    try_on=[case(within(-3, 4)(7), _KNOTS, normal(4)), case(normal(3), np.array([0.5]), normal(1))],
)  # fmt: skip

interp_spread_row = primitive(
    interp_spread,
    lambda dy, y, d, x, xp: np.interp(x, xp, dy).astype(dy.dtype),
    lambda dy, y, d, x, xp: conjugate(d) * interp_slope(x, xp, dy),
    lambda dy, y, d, x, xp: -interp_spread((conjugate(d) * interp_slope(x, xp, dy)).real, x, xp),
    name="interp_spread", kernel=True,
    try_on=[case(normal(7), within(-3, 4)(7), _KNOTS), case(normal(7, dtype=complex), within(-3, 4)(7),
            _KNOTS)],
)  # fmt: skip

interp_slope_spread_row = primitive(
    interp_slope_spread,
    lambda dy, y, d, x, xp: interp_slope(x, xp, dy),
    no_gradient,
    lambda dy, y, d, x, xp: -interp_slope_spread((conjugate(d) * interp_slope(x, xp, dy)), x, xp).real,
    name="interp_slope_spread", kernel=True,
    try_on=[case(normal(7), within(-3, 4)(7), _KNOTS)],
)  # fmt: skip


# --- convolution ------------------------------------------------------------------------------


def _mode(mode: Any) -> str:
    name = {0: "valid", 1: "same", 2: "full"}.get(mode, mode) if isinstance(mode, int) else mode
    if name not in ("valid", "same", "full"):
        raise Unsupported(f'mode {mode!r}; write "full", "same" or "valid"')
    return str(name)


def _whole(dy: Any, a: Any, v: Any, mode: Any, flipped: bool = False) -> Any:
    """`dy` at its place in the full convolution."""
    name = _mode(mode)
    return dy if name == "full" else full_overlap(dy, a, v, name, flipped)


def _row(a: Any) -> Any:
    return a if np.ndim(a) else np.reshape(a, 1)


convolve = primitive(
    np.convolve,
    lambda dy, y, a, v, mode="full": np.correlate(_whole(dy, a, v, mode), _row(v), "valid"),
    lambda dy, y, a, v, mode="full": np.correlate(_whole(dy, a, v, mode), _row(a), "valid"),
    sizes="any",
    try_on=[case(normal(*m, dtype=t), normal(*n, dtype=t), mode=mode)
            for mode in ("full", "same", "valid") for t in (float, complex)
            for m, n in (((5,), (3,)), ((3,), (5,)), ((4,), (4,)), ((6,), (2,)), ((2,), (5,)), ((1,), (3,)))]
    + [case(normal(5), normal(3)), case(normal(), normal(3)), case(normal(5, dtype=complex), normal(3)),
       case(normal(5, dtype=np.float32), normal(3, dtype=np.float32))],
)  # fmt: skip

correlate = primitive(
    np.correlate,
    lambda dy, y, a, v, mode="valid": np.convolve(_whole(dy, a, v, mode, True), v, "valid"),
    lambda dy, y, a, v, mode="valid": conjugate(
        np.correlate(_whole(dy, a, v, mode, True), a, "valid"))[::-1],
    sizes="any", params="a v mode", try_on=convolve.try_on[:37],
)  # fmt: skip

full_overlap_row = primitive(
    full_overlap,
    lambda dy, y, d, a, v, mode, flipped=False: part_overlap(dy, a, v, mode, flipped),
    no_gradient, no_gradient, name="full_overlap", kernel=True, sizes="any",
    try_on=[case(normal(5), np.ones(5), np.ones(3), "same"), case(normal(3), np.ones(5), np.ones(3), "valid"),
            case(normal(5), np.ones(2), np.ones(5), "same", True)],
)  # fmt: skip

part_overlap_row = primitive(
    part_overlap,
    lambda dy, y, g, a, v, mode, flipped=False: full_overlap(dy, a, v, mode, flipped),
    no_gradient, no_gradient, name="part_overlap", kernel=True, sizes="any",
    try_on=[case(normal(7), np.ones(5), np.ones(3), "same"), case(normal(7), np.ones(5), np.ones(3), "valid"),
            case(normal(6), np.ones(2), np.ones(5), "same", True)],
)  # fmt: skip


# --- unwrap, covariance -----------------------------------------------------------------------


def unwrap_vjp(dy: Any, y: Any, p: Any, discont: Any = None, axis: int = -1, *,
               period: Any = None) -> Any:  # fmt: skip
    """Whole periods are added: the derivative is 1."""
    return dy


unwrap = primitive(
    np.unwrap, unwrap_vjp, params="p discont axis",
    try_on=[case(normal(6)), case(np.array([0.0, 3.0, -3.0, 0.5])), case(normal(3, 4), axis=0),
            case(normal(6), period=2.0)],
)  # fmt: skip


def _samples(m: Any, y: Any, rowvar: Any) -> tuple[Any, Any]:
    """Variables in rows, samples in columns; and the number of rows that come from `m`."""
    rows = [_rows(m, rowvar)] + ([] if y is None else [_rows(y, rowvar)])
    return (rows[0] if y is None else np.concatenate(rows, axis=0)), rows[0].shape[0]


def _rows(m: Any, rowvar: Any) -> Any:
    m = stacked(m)
    return m[None, :] if m.ndim == 1 else m if rowvar else m.T


def _unrows(d: Any, m: Any, rowvar: Any) -> Any:
    return as_given(d[0] if stacked(m).ndim == 1 else d if rowvar else d.T, m)


def _square(d: Any, x: Any) -> Any:
    """The cotangent as a matrix: NumPy drops axes of size 1."""
    return np.reshape(d, (x.shape[0], x.shape[0]))


def _share_of(d: Any, first: bool, m: Any, y: Any, rowvar: Any, count: Any) -> Any:
    mine = d if y is None else d[:count] if first else d[count:]
    return _unrows(mine, m if first else y, rowvar)


def _cov_rule(first: bool) -> Any:
    def rule(dy: Any, result: Any, /, m: Any, y: Any = None, rowvar: Any = True, bias: Any = False,
             ddof: Any = None) -> Any:  # fmt: skip
        x, count = _samples(m, y, rowvar)
        dc = _square(dy, x)
        centred = x - x.mean(axis=1, keepdims=True)
        lost = (0 if bias else 1) if ddof is None else ddof
        d = (dc + hermitian(dc)) @ centred / (x.shape[1] - lost)
        return _share_of(d, first, m, y, rowvar, count)

    return rule


_SAMPLES = [
    case(normal(3, 6)), case(normal(6)), case(normal(1, 6)), case(normal(6, 3), rowvar=False),
    case(normal(2, 6), normal(3, 6)), case(normal(6), normal(6)), case(normal(6, 2), normal(6, 3),
    rowvar=False),
    case(normal(2, 6), normal(6)), case(normal(3, 6, dtype=complex)), case([normal(6), normal(6)]),
]  # fmt: skip

cov = primitive(
    np.cov, _cov_rule(True), _cov_rule(False), wrt="m y", params="m y rowvar bias ddof",
    try_on=[*_SAMPLES, case(normal(3, 6), bias=True), case(normal(3, 6), ddof=2)],
)  # fmt: skip


def _corrcoef_rule(first: bool) -> Any:
    def rule(dy: Any, result: Any, /, x: Any, y: Any = None, rowvar: Any = True) -> Any:
        """Correlations are products of the centred rows scaled to length 1."""
        data, count = _samples(x, y, rowvar)
        dc = _square(dy, data)
        centred = data - data.mean(axis=1, keepdims=True)
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        unit = centred / length
        du = (dc + hermitian(dc)) @ unit
        along = (du * conjugate(unit)).real.sum(axis=1, keepdims=True)
        return _share_of((du - unit * along) / length, first, x, y, rowvar, count)

    return rule


corrcoef = primitive(
    np.corrcoef, _corrcoef_rule(True), _corrcoef_rule(False), wrt="x y", params="x y rowvar",
    try_on=_SAMPLES,
)  # fmt: skip
