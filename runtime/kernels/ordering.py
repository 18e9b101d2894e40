"""Which entries an order statistic reads, and permutations undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def unsorted(d: Any, order: Any, axis: int = -1) -> Any:
    """Puts the entries of `d` back where `order` took them from along `axis`.

    The inverse of ``np.take_along_axis(x, order, axis)`` for a permutation `order`.
    """
    y = np.empty_like(d)
    np.put_along_axis(y, order, d, axis)
    return y


@kernel
def order_of(y: Any, a: Any, axis: int = -1) -> Any:
    """A permutation with ``y == take_along_axis(a, order, axis)``, for `y` a rearrangement of `a`.

    Equal entries keep their order.
    """
    order = np.empty(np.shape(y), np.intp)
    places, sources = (np.argsort(x, axis=axis, kind="stable") for x in (y, a))
    np.put_along_axis(order, places, sources, axis)
    return order


OFFSETS = {
    "interpolated_inverted_cdf": (0.0, 1.0), "hazen": (0.5, 0.5), "weibull": (0.0, 0.0), "linear": (1.0, 1.0),
    "median_unbiased": (1 / 3, 1 / 3), "normal_unbiased": (3 / 8, 3 / 8),
}  # fmt: skip
"""alpha and beta of the methods that move continuously from entry to entry."""


@kernel
def quantile_share(a: Any, q: Any, axis: Any = None, method: str = "linear",
                   skip_nan: bool = False) -> Any:  # fmt: skip
    """The weight of each entry of `a` in ``np.quantile(a, q, axis, method=method)``.

    Shaped as `q` followed by the shape of `a`. Of equal entries the first ones are taken. Of a
    slice that holds NaN, the result is its first NaN; with `skip_nan` NaN entries have weight 0.
    """
    return _by_rank(a, q, axis, None if skip_nan else 1.0, lambda size, q: _weights(size, q, method))


@kernel
def quantile_slope(a: Any, q: Any, axis: Any = None, method: str = "linear",
                   skip_nan: bool = False) -> Any:  # fmt: skip
    """The derivative of ``quantile_share(a, q, ...)`` in `q`, at a kink that to the right."""
    return _by_rank(a, q, axis, None if skip_nan else 0.0, lambda size, q: _slopes(size, q, method))


def _weights(size: int, q: float, method: str) -> tuple[int, float, float]:
    """Of `size` entries in order: a rank, its weight, and the weight of the next one."""
    rank = float(np.quantile(np.arange(size, dtype=float), q, method=method))  # type: ignore[call-overload]
    low = int(rank)
    return low, 1 - (rank - low), rank - low


def _slopes(size: int, q: float, method: str) -> tuple[int, float, float]:
    """The derivatives of `_weights`: 0 beyond the outermost entries, and where ranks are rounded."""
    alpha, beta = OFFSETS.get(method, (0.0, size + 1.0))
    speed = size + 1 - alpha - beta
    rank = alpha + q * speed - 1
    moves = speed if 0 <= rank < size - 1 else 0.0
    return _weights(size, q, method)[0], -moves, moves


def _by_rank(a: Any, q: Any, axis: Any, of_nan: float | None,
             rule: Callable[[int, float], tuple[int, float, float]]) -> Any:  # fmt: skip
    """What `rule` says of the ranks in every slice of `a`, put where the entries of these ranks are.

    `of_nan` is what the first NaN of a slice gets, instead; None where NaN is skipped.
    """
    a, q = np.asarray(a), np.asarray(q)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % a.ndim for i in axes) if a.ndim else ()
    y = np.zeros((*q.shape, *a.shape), a.real.dtype if a.dtype.kind in "fc" else float)
    if not a.size:
        return y
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    lines = moved.reshape(*moved.shape[: a.ndim - len(axes)], -1)
    sizes = (~np.isnan(lines)).sum(axis=-1)
    order = np.argsort(lines, axis=-1, kind="stable")
    for place in np.ndindex(*q.shape):
        by_rank = np.zeros(lines.shape, y.dtype)
        for size in np.unique(sizes):
            by_rank[sizes == size] = _line(int(size), lines.shape[-1], float(q[place]), of_nan, rule)
        line = unsorted(by_rank, order, -1).reshape(moved.shape)
        y[place] = np.moveaxis(line, range(-len(axes), 0), axes)
    return y


def _line(size: int, length: int, q: float, of_nan: float | None,
          rule: Callable[[int, float], tuple[int, float, float]]) -> Any:  # fmt: skip
    """What `rule` says of every rank, in a slice of `length` entries of which `size` are not NaN."""
    line = np.zeros(length)
    if size < length and of_nan is not None:
        line[size] = of_nan
    elif size:
        low, here, above = rule(size, q)
        line[low] = here
        if low + 1 < size:
            line[low + 1] = above
    return line


@kernel
def first_best(values: Sequence[Any], largest: bool) -> tuple[float, ...]:
    """1.0 for the value that Python's ``max`` (or ``min``) returns, 0.0 for the others."""
    best = 0
    for i, value in enumerate(values):
        if value > values[best] if largest else value < values[best]:
            best = i
    return tuple(float(i == best) for i in range(len(values)))
