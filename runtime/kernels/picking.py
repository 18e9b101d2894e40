"""Python's `max` and `min` of a list, rows of an array as a list, and addition at places."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel
from .lists import dtype_of


@kernel
def place_of_best(items: Any, largest: bool) -> int:
    """The position of the entry that `max` (or `min`) returns: the first of the best."""
    best = 0
    for i in range(1, len(items)):
        if (items[i] > items[best]) if largest else (items[i] < items[best]):
            best = i
    return best


@kernel
def places_in_order(items: Any, reverse: bool) -> list[int]:
    """The positions of the entries in the order that `sorted` gives them."""
    return sorted(range(len(items)), key=items.__getitem__, reverse=reverse)


@kernel
def best_of(items: Any, largest: bool) -> Any:
    """``max(items)`` or ``min(items)``."""
    return max(items) if largest else min(items)


@kernel
def rows_between(a: Any, head: int, tail: int) -> Any:
    """The rows of an array as a list, without the first `head` and the last `tail`."""
    return list(a[head : len(a) - tail])


@kernel
def rows_put_back(rows: Any, shape: Any, head: int) -> Any:
    """Zeros of `shape` with the rows at their places: the adjoint of `rows_between`."""
    out = np.zeros(shape, dtype_of(rows))
    for i, row in enumerate(rows, head):
        out[i] = row
    return out


@kernel
def add_at(a: Any, index: Any, values: Any) -> Any:
    """A copy of `a` after ``np.add.at(a, index, values)``."""
    out = np.array(a)
    np.add.at(out, index, values)
    return out


@kernel
def entries_between(items: Any, head: int, tail: int) -> Any:
    """A part of a list."""
    return list(items)[head : len(items) - tail]


@kernel
def entries_put_back(part: Any, items: Any, head: int) -> Any:
    """Zeros for the entries of `items`, with `part` at its place."""
    out = list(items)
    zeros = [0.0 if isinstance(v, (int, float)) else np.zeros_like(v) for v in out]
    return [*zeros[:head], *part, *zeros[head + len(part) :]]


@kernel
def quotient(a: Any, b: Any) -> float:
    """``a / b`` of Python numbers as NumPy divides: inf and nan instead of an exception."""
    try:
        return a / b
    except ZeroDivisionError:
        with np.errstate(all="ignore"):
            return np.divide(a, b).item()  # type: ignore[no-any-return]


@kernel
def raised(a: Any, b: Any) -> Any:
    """``a ** b`` of Python numbers as NumPy computes it: inf and nan instead of an exception."""
    with np.errstate(all="ignore"):
        return np.power(float(a) if isinstance(a, int) else a, b).item()
