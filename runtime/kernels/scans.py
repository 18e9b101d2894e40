"""Steps of scans: products of neighbours, linear recurrences, and the adjoints of differences.

An `axis` is one axis, a tuple of axes whose entries are taken in order, or None for all of them.
Products are never divided by one of their factors, so a factor may be 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import kernel


def _in_front(x: Any, axis: Any) -> tuple[Any, Callable[[Any], Any]]:
    """`x` as (n, others) with `axis` as its rows, and the way back to the shape of `x`."""
    x = np.asarray(x)
    given = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = [i % x.ndim for i in given] if x.ndim else []
    front = np.moveaxis(x, axes, range(len(axes)))
    count = int(np.prod(front.shape[: len(axes)], dtype=int))
    rows = front.reshape(count, *front.shape[len(axes) :])
    return rows, lambda y: np.moveaxis(y.reshape(front.shape), range(len(axes)), axes)


# --- products ---------------------------------------------------------------------------------


@kernel
def product_before(a: Any, axis: Any = None) -> Any:
    """At each place along `axis`, the product of the entries before it. Shaped as `a`."""
    rows, back = _in_front(a, axis)
    y = np.ones_like(rows)
    np.cumprod(rows[:-1], axis=0, out=y[1:])
    return back(y)


@kernel
def product_after(a: Any, axis: Any = None) -> Any:
    """At each place along `axis`, the product of the entries after it. Shaped as `a`."""
    rows, back = _in_front(a, axis)
    y = np.ones_like(rows)
    np.cumprod(rows[:0:-1], axis=0, out=y[-2::-1])
    return back(y)


@kernel
def product_of_rest(a: Any, axis: Any = None) -> Any:
    """At each place along `axis`, the product of all other entries: the derivative of ``prod``."""
    return product_before(a, axis) * product_after(a, axis)


# --- recurrences ------------------------------------------------------------------------------


@kernel
def shifted(x: Any, places: int, axis: Any = None) -> Any:
    """`x` moved by 1 or -1 places along `axis`; a zero comes in, the entry at the end is lost."""
    rows, back = _in_front(x, axis)
    y = np.zeros_like(rows)
    if places > 0:
        y[1:] = rows[:-1]
    else:
        y[:-1] = rows[1:]
    return back(y)


@kernel
def running(x: Any, factor: Any, axis: Any = None, reverse: bool = False) -> Any:
    """The recurrence ``y[i] = x[i] + factor[i] * y[i - 1]`` along `axis`, started with 0.

    With `reverse` it runs from the end: ``y[i] = x[i] + factor[i] * y[i + 1]``.
    """
    rows, back = _in_front(x, axis)
    factors, _ = _in_front(factor, axis)
    y = np.array(rows, np.result_type(rows, factors))
    walk = y[::-1] if reverse else y
    scale = factors[::-1] if reverse else factors
    for i in range(1, len(walk)):
        walk[i] += scale[i] * walk[i - 1]
    return back(y)


# --- differences ------------------------------------------------------------------------------


@kernel
def diff_back(d: Any, size: int, n: int = 1, axis: int = -1) -> Any:
    """The adjoint of ``np.diff(x, n, axis)`` for `x` with `size` entries along `axis`."""
    rows, _ = _in_front(d, axis)
    others = rows.shape[1:]
    if not len(rows) or not size:
        rows = np.zeros((size, *others), rows.dtype)
        n = 0
    for _ in range(n):
        y = np.zeros((len(rows) + 1, *others), rows.dtype)
        y[1:] = rows
        y[:-1] -= rows
        rows = y
    return np.moveaxis(rows, 0, axis)


@kernel
def pair_spread(d: Any, shape: Any, axis: int = -1) -> Any:
    """Adds each entry of `d` to two neighbours: the adjoint of ``x[1:] + x[:-1]``, `x` of `shape`.

    `d` is stretched to the shape of that sum of pairs.
    """
    axis = axis % len(shape)
    pairs = (*shape[:axis], max(shape[axis] - 1, 0), *shape[axis + 1 :])
    d = np.broadcast_to(d, pairs)
    y = np.zeros(shape, d.dtype)
    lead = (slice(None),) * axis
    y[(*lead, slice(1, None))] += d
    y[(*lead, slice(None, -1))] += d
    return y


def _widths(step: Any, rows: Any) -> Any:
    """The distances of neighbours (n - 1, 1, ...) from a step or from coordinates."""
    real = np.zeros(0, rows.dtype).real.dtype
    if np.ndim(step) == 0:
        widths = np.full(len(rows) - 1, step, real)
    else:
        widths = np.diff(np.asarray(step)).astype(real)
    return widths.reshape(-1, *[1] * (rows.ndim - 1))


@kernel
def gradient_back(d: Any, step: Any, axis: int = -1, edge_order: int = 1) -> Any:
    """The adjoint of ``np.gradient(f, step, axis=axis)``; `step` is a number or coordinates (n,)."""
    rows, back = _in_front(d, axis)
    widths = _widths(step, rows)
    both = widths[:-1] + widths[1:]
    inner = np.array(rows[1:-1])
    if edge_order == 2:  # an end is twice the slope there, less the derivative beside it
        inner[0] -= rows[0]
        inner[-1] -= rows[-1]
    shares = np.zeros((len(rows) - 1, *rows.shape[1:]), rows.dtype)
    shares[0] += edge_order * rows[0]
    shares[-1] += edge_order * rows[-1]
    shares[1:] += inner * (widths[:-1] / both)
    shares[:-1] += inner * (widths[1:] / both)
    shares /= widths
    y = np.zeros_like(rows)
    y[1:] += shares
    y[:-1] -= shares
    return back(y)
