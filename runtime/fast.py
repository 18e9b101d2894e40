"""Cheaper forms of NumPy calls that cost more than their work on small arrays.

Each gives what the call it stands for gives, bit for bit but for the order in which BLAS adds; where
it is not sure of that, it makes the very call. What a function is called for is looked up when it is
called, as Python does, so a NumPy with functions replaced keeps its replacements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_ndarray = np.ndarray
_mean, _sum, _add = np.mean, np.sum, np.add.reduce
_DOUBLE = np.dtype(np.float64)


def mean(called: Any, a: Any) -> Any:
    """``np.mean(a)``: NumPy's own steps for float64, without its questions."""
    if called is _mean and type(a) is _ndarray and a.dtype is _DOUBLE and a.ndim and a.size:
        return _add(a, None) / a.size
    return called(a)


def total(called: Any, a: Any) -> Any:
    """``np.sum(a)``."""
    if called is _sum and type(a) is _ndarray:
        return _add(a, None)
    return called(a)


def product(a: Any, b: Any) -> Any:
    """``a @ b``: of matrices through `dot`, which asks less. What `dot` raises, `@` raises in its own words."""
    if type(a) is _ndarray and type(b) is _ndarray and a.ndim == 2 == b.ndim:
        try:
            return a.dot(b)
        except (ValueError, FloatingPointError, RuntimeWarning):
            pass
    return a @ b
