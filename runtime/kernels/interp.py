"""Piecewise linear interpolation: slopes between knots, and shares of a value among knots.

Convention: at a knot the interval to its right counts, at the last knot the one to its left; a
single knot has no slope. Outside the knots the interpolant is constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def knot_before(x: Any, xp: Any) -> tuple[Any, Any]:
    """For each x the numbers of the knots at the left and the right end of its interval."""
    last = len(xp) - 1
    left = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(last - 1, 0))
    return left, np.minimum(left + 1, last)


@kernel
def interp_slope(x: Any, xp: Any, fp: Any) -> Any:
    """The derivative of ``interp(x, xp, fp)`` in `x`; 0 outside the knots. Shaped as `x`."""
    xp, fp = np.asarray(xp), np.asarray(fp)
    left, right = knot_before(x, xp)
    width = xp[right] - xp[left]
    inside = (x >= xp[0]) & (x <= xp[-1])
    return (fp[right] - fp[left]) * inside / (width + (width == 0))


@kernel
def interp_spread(d: Any, x: Any, xp: Any) -> Any:
    """Shares `d` (shaped as `x`) among the knots as ``interp(x, xp, .)`` weighs them: its adjoint.

    Returns an array as long as `xp`.
    """
    xp = np.asarray(xp)
    left, right = knot_before(x, xp)
    width = xp[right] - xp[left]
    share = (np.clip(x, xp[0], xp[-1]) - xp[left]) / (width + (width == 0))
    y = np.zeros(len(xp), np.result_type(d, share))
    np.add.at(y, left, d * (1 - share))
    np.add.at(y, right, d * share)
    return y


@kernel
def interp_slope_spread(d: Any, x: Any, xp: Any) -> Any:
    """The adjoint of ``interp_slope(x, xp, .)``: plus at the right knot, minus at the left one."""
    xp = np.asarray(xp)
    left, right = knot_before(x, xp)
    width = xp[right] - xp[left]
    weight = d * ((x >= xp[0]) & (x <= xp[-1])) / (width + (width == 0))
    y = np.zeros(len(xp), np.result_type(weight))
    np.add.at(y, right, weight)
    np.add.at(y, left, -weight)
    return y
