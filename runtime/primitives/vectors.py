"""Products of vectors along an axis: vdot, vecdot, matvec, vecmat, cross.

Invariant: vectors are moved to the last axis, counted from the end on the way back, because a
cotangent may have more leading axes than its operand until `repair` has summed them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, conjugate, no_gradient, normal, primitive
from ..kernels.linear import crossed, vector_product, vectors_last
from .linear import bilinear, hermitian

# --- products of vectors; the first operand of vdot, vecdot and vecmat is conjugated ----------


def vdot_a(dy: Any, y: Any, a: Any, b: Any) -> Any:
    d = conjugate(dy) * b
    return d if a.ndim == b.ndim <= 1 else np.reshape(d, a.shape)


def vdot_b(dy: Any, y: Any, a: Any, b: Any) -> Any:
    d = dy * a
    return d if a.ndim == b.ndim <= 1 else np.reshape(d, b.shape)


vdot = primitive(
    np.vdot, vdot_a, vdot_b, params="a b", jvp=bilinear(np.vdot, "a", "b"),
    try_on=[case(normal(3), normal(3)), case(normal(2, 3), normal(2, 3)), case(normal(), normal()),
            case(normal(2, 3), normal(6)), case(normal(0), normal(0)),
            case(normal(2, 3, dtype=complex), normal(2, 3, dtype=complex)),
            case(normal(3, dtype=complex), normal(3))],
)  # fmt: skip


def _along_last(x: Any, axis: int) -> Any:
    return x if axis in (-1, x.ndim - 1) else np.moveaxis(x, axis, -1)


def _back(d: Any, axis: int, x: Any) -> Any:
    """Undo `_along_last` on a cotangent that may have more leading axes than `x`."""
    from_end = axis if axis < 0 else axis - x.ndim
    return d if from_end == -1 else np.moveaxis(d, -1, from_end)


def _column(dy: Any, x1: Any, x2: Any) -> Any:
    """`dy` with an axis of size 1 where the vectors were; nothing to do for a scalar."""
    return dy if x1.ndim == x2.ndim == 1 else dy[..., None]


def vecdot_a(dy: Any, y: Any, x1: Any, x2: Any, axis: int = -1) -> Any:
    d = _column(conjugate(dy), x1, x2) * _along_last(x2, axis)
    return _back(d, axis, x1)


def vecdot_b(dy: Any, y: Any, x1: Any, x2: Any, axis: int = -1) -> Any:
    return _back(_column(dy, x1, x2) * _along_last(x1, axis), axis, x2)


_VECTORS = [
    case(normal(3), normal(3)), case(normal(2, 3), normal(2, 3)), case(normal(2, 3), normal(3)),
    case(normal(3), normal(4, 2, 3)), case(normal(2, 3), normal(2, 3), axis=0),
    case(normal(4, 1, 3), normal(2, 3)), case(normal(2, 1), normal(2, 1)),
    case(normal(4, 3, 2), normal(5, 4, 3, 2), axis=-2),
    case(normal(3, dtype=complex), normal(2, 3, dtype=complex)),
]  # fmt: skip

vecdot = primitive(
    np.vecdot, vecdot_a, vecdot_b, jvp=bilinear(np.vecdot, "x1", "x2"), stretches=True, try_on=_VECTORS
)
linalg_vecdot = primitive(
    np.linalg.vecdot, vecdot_a, vecdot_b, params="x1 x2", stretches=True,
    jvp=bilinear(np.linalg.vecdot, "x1", "x2"), try_on=_VECTORS[:3] + _VECTORS[-1:],
)  # fmt: skip


def matvec_a(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return dy[..., None] * conjugate(x2)[..., None, :]


def matvec_b(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return np.matvec(hermitian(x1), dy)


def vecmat_a(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return np.matvec(x2, conjugate(dy))


def vecmat_b(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    return x1[..., None] * dy[..., None, :]


if hasattr(np, "matvec"):
    matvec = primitive(
        np.matvec, matvec_a, matvec_b, jvp=bilinear(np.matvec, "x1", "x2"), stretches=True,
        try_on=[case(normal(2, 3), normal(3)), case(normal(5, 2, 3), normal(3)),
                case(normal(2, 3), normal(5, 3)), case(normal(5, 2, 3), normal(5, 3)),
                case(normal(1, 2, 3), normal(5, 3)), case(normal(2, 1), normal(1)),
                case(normal(2, 3, dtype=complex), normal(5, 3, dtype=complex))],
    )  # fmt: skip
    vecmat = primitive(
        np.vecmat, vecmat_a, vecmat_b, jvp=bilinear(np.vecmat, "x1", "x2"), stretches=True,
        try_on=[case(normal(2), normal(2, 3)), case(normal(5, 2), normal(2, 3)),
                case(normal(2), normal(5, 2, 3)), case(normal(5, 2), normal(5, 2, 3)),
                case(normal(1), normal(1, 3)),
                case(normal(5, 2, dtype=complex), normal(2, 3, dtype=complex))],
    )  # fmt: skip


# --- the cross product ------------------------------------------------------------------------


def cross_a(dy: Any, y: Any, a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1,
            axis: int | None = None) -> Any:  # fmt: skip
    at_a, at_b, at_y = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    w = dy if at_y == -1 else vectors_last(dy, at_y, a, b)
    return _back(crossed(conjugate(_along_last(b, at_b)), w, _along_last(a, at_a)), at_a, a)


def cross_b(dy: Any, y: Any, a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1,
            axis: int | None = None) -> Any:  # fmt: skip
    at_a, at_b, at_y = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    w = dy if at_y == -1 else vectors_last(dy, at_y, a, b)
    return _back(-crossed(conjugate(_along_last(a, at_a)), w, _along_last(b, at_b)), at_b, b)


cross = primitive(
    np.cross, cross_a, cross_b, jvp=bilinear(np.cross, "a", "b"), stretches=True,
    try_on=[case(normal(3), normal(3)), case(normal(5, 3), normal(5, 3)), case(normal(5, 3), normal(3)),
            case(normal(3), normal(4, 5, 3)), case(normal(3, 5), normal(3, 5), axis=0),
            case(normal(3, 5), normal(5, 3), axisa=0), case(normal(5, 3), normal(3, 5), axisb=0, axisc=0),
            case(normal(3, 5), normal(3), axisa=0), case(normal(1, 3), normal(5, 3)),
            case(normal(3, dtype=complex), normal(5, 3, dtype=complex))],
)  # fmt: skip

linalg_cross = primitive(
    np.linalg.cross,
    lambda dy, y, x1, x2, axis=-1: np.linalg.cross(conjugate(x2), dy, axis=axis),
    lambda dy, y, x1, x2, axis=-1: np.linalg.cross(dy, conjugate(x1), axis=axis),
    params="x1 x2", jvp=bilinear(np.linalg.cross, "x1", "x2"), stretches=True,
    try_on=[case(normal(3), normal(3)), case(normal(5, 3), normal(5, 3)),
            case(normal(3, 5), normal(3, 5), axis=0), case(normal(1, 3), normal(5, 3)),
            case(normal(3, dtype=complex), normal(5, 3, dtype=complex))],
)  # fmt: skip

crossed_row = primitive(
    crossed,
    lambda dy, y, u, w, like: -crossed(dy, conjugate(w), u),
    lambda dy, y, u, w, like: vector_product(dy, conjugate(u)),
    no_gradient,
    name="crossed", kernel=True, stretches=True,
    try_on=[case(normal(5, 3), normal(5, 3), np.ones(3)), case(normal(3), normal(5, 3), np.ones(3)),
            case(normal(5, 2), normal(5, 3), np.ones(3)), case(normal(5, 3), normal(5, 3), np.ones(2)),
            case(normal(5, 3, dtype=complex), normal(5, 3, dtype=complex), np.ones(3)),
            case(normal(5, 2, dtype=complex), normal(5, dtype=complex), np.ones(2))],
)  # fmt: skip

vectors_last_row = primitive(
    vectors_last,
    lambda dy, y, w, axis, u, v, back=False: vectors_last(dy, axis, u, v, not back),
    None, no_gradient, no_gradient, name="vectors_last", kernel=True, linear_in="w",
    try_on=[case(normal(3, 5), 0, np.ones((3, 5)), np.ones(3)), case(normal(5), 0, np.ones((2, 5)),
            np.ones((2, 5))),
            case(normal(5, 3), -2, np.ones((3, 5)), np.ones((3, 5)), True)],
)  # fmt: skip

vector_product_row = primitive(
    vector_product,
    lambda dy, y, u, v: crossed(conjugate(v), dy, u),
    lambda dy, y, u, v: -crossed(conjugate(u), dy, v),
    name="vector_product", kernel=True, stretches=True,
    try_on=[case(normal(5, 3), normal(3)), case(normal(5, 2), normal(5, 3)),
            case(normal(5, 2), normal(5, 2)), case(normal(3, dtype=complex), normal(2))],
)  # fmt: skip
