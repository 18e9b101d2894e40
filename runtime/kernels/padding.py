"""Borders: folding a padded array back, and collecting what belongs to constant borders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel
from .indexing import sum_by_place


@kernel
def unpad(d: Any, shape: Any, pad_width: Any, mode: Any) -> Any:
    """The adjoint of ``pad(x, pad_width, mode)`` for modes that copy entries of `x` of `shape`.

    Each copy is added to the entry it came from. Where that is, ``pad`` itself tells from the
    numbers of the entries.
    """
    size = int(np.prod(shape, dtype=int))
    places = np.pad(np.arange(size).reshape(shape), pad_width, mode)
    return sum_by_place(d, places, size).reshape(shape)


@kernel
def border_sums(d: Any, shape: Any, pad_width: Any) -> Any:
    """Sums of `d` over the constant borders of an array of `shape`: (axes, 2), before and after.

    A corner belongs to the last axis that reaches it.
    """
    count = 2 * len(shape)
    labels = np.arange(count).reshape(-1, 2)
    places = np.pad(np.full(shape, count), pad_width, constant_values=labels)
    return sum_by_place(d, places, count + 1)[:count].reshape(-1, 2)


@kernel
def border_fill(values: Any, shape: Any, pad_width: Any) -> Any:
    """Zeros of `shape` inside constant borders with the `values` (axes, 2): the adjoint of `border_sums`."""
    return np.pad(np.zeros(shape, np.asarray(values).dtype), pad_width, constant_values=values)
