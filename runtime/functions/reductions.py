"""Sum, mean, max and min over labels, as functions of `dl`.

``dl.sum(X, "C")`` keeps the dimension at size 1; ``dl.sum(X)`` is an unformatted scalar. They
are `numpy`'s functions, for people who look for MATLAB's names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..formats import axes_of
from .inputs import format_of
from .options import dlfunction


def _over(function: Callable[..., Any], X: Any, axis: Any, keepdims: bool) -> Any:
    axes_of(format_of(X), axis)  # labels are refused for plain arrays, by name
    options: dict[str, Any] = {} if axis in (None, "all") else {"axis": axis}
    if keepdims:
        options["keepdims"] = True
    return function(X, **options)


@dlfunction
def sum(X: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``np.sum``: over everything, axis numbers, or labels ("C", "SC")."""
    return _over(np.sum, X, axis, keepdims)


@dlfunction
def mean(X: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``np.mean``: over everything, axis numbers, or labels."""
    return _over(np.mean, X, axis, keepdims)


@dlfunction
def max(X: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``np.max``: over everything, axis numbers, or labels; ties share the gradient."""
    return _over(np.max, X, axis, keepdims)


@dlfunction
def min(X: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``np.min``: over everything, axis numbers, or labels; ties share the gradient."""
    return _over(np.min, X, axis, keepdims)
