"""Which entries an order statistic reads, and permutations undone."""

from __future__ import annotations

from collections.abc import Sequence
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


@kernel
def quantile_share(a: Any, q: Any, axis: Any = None, method: str = "linear",
                   skip_nan: bool = False) -> Any:  # fmt: skip
    """The weight of each entry of `a` in ``np.quantile(a, q, axis, method=method)``.

    Shaped as `q` followed by the shape of `a`. Of equal entries the first ones are taken. Of a
    slice that holds NaN, the result is its first NaN; with `skip_nan` NaN entries have weight 0.
    """
    a, q = np.asarray(a), np.asarray(q)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % a.ndim for i in axes) if a.ndim else ()
    real = a.real.dtype if a.dtype.kind in "fc" else np.dtype(float)
    shares = np.zeros((*q.shape, *a.shape), real)
    if not a.size:
        return shares
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    lines = moved.reshape(*moved.shape[: a.ndim - len(axes)], -1)
    sizes = (~np.isnan(lines)).sum(axis=-1)
    order = np.argsort(lines, axis=-1, kind="stable")
    for place in np.ndindex(*q.shape):
        weights = _rank_weights(float(q[place]), sizes, lines.shape[-1], method, skip_nan)
        line = unsorted(weights.astype(real), order, -1).reshape(moved.shape)
        shares[place] = np.moveaxis(line, range(-len(axes), 0), axes)
    return shares


def _rank_weights(q: float, sizes: Any, length: int, method: str, skip_nan: bool) -> Any:
    """For slices with `sizes` valid entries among `length`: the weight of each rank."""
    weights = np.zeros((*np.shape(sizes), length))
    for size in np.unique(sizes):
        if size < length and not skip_nan:
            weights[sizes == size, size] = 1
        if not size or size < length and not skip_nan:
            continue
        rank = float(np.quantile(np.arange(size, dtype=float), q, method=method))  # type: ignore[call-overload]
        low = int(rank)
        chosen = np.zeros(length)
        chosen[low] = 1 - (rank - low)
        chosen[min(low + 1, size - 1)] += rank - low
        weights[sizes == size] = chosen
    return weights


@kernel
def first_best(values: Sequence[Any], largest: bool) -> tuple[float, ...]:
    """1.0 for the value that Python's ``max`` (or ``min``) returns, 0.0 for the others."""
    best = 0
    for i, value in enumerate(values):
        if value > values[best] if largest else value < values[best]:
            best = i
    return tuple(float(i == best) for i in range(len(values)))
