"""Diagonals: read, summed, and laid out as a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, normal, primitive
from ..kernels.linear import place_diagonal


def _onto_diagonal(d: Any, a: Any, offset: Any, axis1: Any, axis2: Any) -> Any:
    """Zeros shaped as `a` with `d` (..., k) on the diagonal of two of its axes."""
    if {axis1 % a.ndim, axis2 % a.ndim} == {a.ndim - 2, a.ndim - 1} and axis1 % a.ndim < axis2 % a.ndim:
        return place_diagonal(d, a, offset) if offset else place_diagonal(d, a)
    like = np.moveaxis(a, (axis1, axis2), (-2, -1))
    return np.moveaxis(place_diagonal(d, like, offset), (-2, -1), (axis1, axis2))


def diagonal_vjp(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    return _onto_diagonal(dy, a, offset, axis1, axis2)


def trace_vjp(dy: Any, y: Any, a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1,
              dtype: Any = None) -> Any:
    return _onto_diagonal(dy if a.ndim == 2 else dy[..., None], a, offset, axis1, axis2)


def diag_vjp(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    return np.diagonal(dy, k) if np.ndim(v) == 1 else place_diagonal(dy, v, k)


def diagflat_vjp(dy: Any, y: Any, v: Any, k: Any = 0) -> Any:
    d = np.diagonal(dy, k)
    return d if np.ndim(v) == 1 else np.reshape(d, np.shape(v))


_CUBE = normal(3, 4, 3)
_MATRICES = [
    case(normal(3, 3)), case(normal(2, 4)), case(normal(3, 4), 1), case(normal(3, 4), offset=-2), case(_CUBE),
    case(_CUBE, axis1=0, axis2=2), case(_CUBE, 1, 2, 0), case(_CUBE, -1, -1, -2), case(normal(1, 3)),
    case(_CUBE, 0, 1, 2), case(normal(2, 2, dtype=np.complex64)), case(normal(2, 3, 2, 3), 0, 1, 3),
]  # fmt: skip

primitive(
    np.diagonal, diagonal_vjp, wrt="a", params="a offset axis1 axis2", linear_in="a", sizes="any",
    try_on=[*_MATRICES, case(normal(3, 3), 3), case(normal(0, 0))],
)  # fmt: skip
primitive(
    np.trace, trace_vjp, wrt="a", params="a offset axis1 axis2 dtype", linear_in="a",
    try_on=[*_MATRICES, case(normal(3, 3), 3)],
)  # fmt: skip
primitive(
    np.diag, diag_vjp, wrt="v", params="v k", linear_in="v", sizes="any",
    try_on=[case(normal(3)), case(normal(3), 1), case(normal(3), k=-2), case(normal(1)), case(normal(3, 3)),
            case(normal(2, 4), 1), case(normal(4, 2), -1), case(normal(3, dtype=complex))],
)  # fmt: skip
primitive(
    np.diagflat, diagflat_vjp, wrt="v", params="v k", linear_in="v", sizes="any",
    try_on=[case(normal(3)), case(normal(2, 2)), case(normal(3), -1), case(normal())],
)  # fmt: skip
