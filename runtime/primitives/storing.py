"""Rows for what is changed in place: each says what an array is after the change.

Nothing of this is called in a forward function, where NumPy changes the array itself; the rules
tell what comes back through the change, and are called in backward functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, normal, primitive
from ..kernels.storing import (
    chosen,
    flat_sums,
    kept_if,
    kept_unless,
    put_along,
    put_diagonal,
    put_flat,
    selected,
    sums_along,
    sums_on_diagonal,
    with_imag,
    with_real,
)
from .indexing import holds_floats, no_gradient

# --- one of two -------------------------------------------------------------------------------


def chosen_pair(dy: Any, y: Any, pair: Any, condition: Any, alike: Any = False) -> list[Any]:
    first, second = pair
    if alike:
        return [np.where(condition, dy, 0), np.where(condition, 0, dy)]
    return [kept_if(dy, condition, np.shape(first)), kept_unless(dy, condition, np.shape(second))]


primitive(
    chosen, chosen_pair, wrt="pair", kernel=True, linear_in="pair",
    try_on=[case([normal(3), normal(3)], True), case([normal(3), normal(3)], False),
            case([normal(2, 3), normal(2, 3)], np.bool_(True), True),
            case([normal(3), normal(3)], np.array([True, False, True]), True), case([normal(), normal()], 0)],
)  # fmt: skip
primitive(
    kept_if, lambda dy, y, d, condition, shape: kept_if(dy, condition, np.shape(d)), wrt="d", kernel=True,
    linear_in="d", try_on=[case(normal(3), True, (3,)), case(normal(3), False, (3,))],
)  # fmt: skip
primitive(
    kept_unless, lambda dy, y, d, condition, shape: kept_unless(dy, condition, np.shape(d)), wrt="d", kernel=True,
    linear_in="d", try_on=[case(normal(3), True, (3,)), case(normal(3), False, (3,))],
)  # fmt: skip


def selected_a(dy: Any, y: Any, a: Any, mask: Any, out: Any) -> Any:
    """Nothing comes back from where nothing was computed, not even NaN."""
    return np.where(mask, dy, 0)


primitive(
    selected, selected_a, no_gradient, wrt="a out", kernel=True, linear_in="a", stretches=True,
    try_on=[case(normal(3), np.array([True, False, True]), np.zeros(3)),
            case(normal(3), np.array([[True, False, True]] * 2), np.zeros((2, 3))), case(normal(), True, np.zeros(2)),
            case(normal(3), np.array([True, False, True]), normal(3))],
)  # fmt: skip


# --- parts of complex numbers -----------------------------------------------------------------

primitive(
    with_real, lambda dy, y, z, part: with_real(dy, 0.0), lambda dy, y, z, part: np.real(dy), kernel=True,
    linear_in="z part", try_on=[case(normal(3, dtype=complex), normal(3)), case(normal(3, dtype=np.complex64),
                                                                             normal(3, dtype=np.float32))],
)  # fmt: skip
primitive(
    with_imag, lambda dy, y, z, part: with_imag(dy, 0.0), lambda dy, y, z, part: np.imag(dy), kernel=True,
    linear_in="z part", try_on=[case(normal(3, dtype=complex), normal(3)), case(normal(3, dtype=np.complex64),
                                                                             normal(3, dtype=np.float32))],
)  # fmt: skip


# --- places of the flattened array ------------------------------------------------------------

_TWICE = np.array([0, 2, 0, -1, 3])
_MASK = np.array([[True, False, True], [False, True, True]])


def flat_a(dy: Any, y: Any, a: Any, places: Any, values: Any) -> Any:
    """Nothing is written where there are no values."""
    zero = 0.0 if isinstance(values, (int, float, complex)) or np.ndim(values) == 0 else np.zeros_like(values)
    return put_flat(dy, places, zero) if holds_floats(a) else None


def flat_values(dy: Any, y: Any, a: Any, places: Any, values: Any) -> Any:
    return flat_sums(dy, places, np.shape(values)) if holds_floats(a) else None


primitive(
    put_flat, flat_a, flat_values, wrt="a values", kernel=True, linear_in="a values",
    try_on=[case(normal(5), 1, normal()), case(normal(5), [0, 2], normal(2)), case(normal(5), _TWICE, normal(5)),
            case(normal(2, 3), _TWICE, normal(2)), case(normal(2, 3), _MASK, normal(2)),
            case(normal(2, 3), _MASK, normal(7)), case(normal(2, 3), slice(None, None, 2), normal(3)),
            case(normal(2, 3), _TWICE, 2.5), case(normal(5), [], normal(2)), case(normal(5), [0], normal(0)),
            case(normal(2, 3, dtype=complex), _TWICE, normal(2, dtype=complex)), case(normal(2, 3), -1, normal()),
            case(normal(5), _TWICE, normal(5, dtype=np.float32))],
)  # fmt: skip
primitive(
    flat_sums, lambda dy, y, d, places, shape: put_flat(np.zeros_like(d), places, dy), wrt="d", kernel=True,
    linear_in="d", try_on=[case(normal(5), _TWICE, (5,)), case(normal(2, 3), _MASK, (2,)),
                           case(normal(2, 3), _MASK, (7,)), case(normal(2, 3), slice(1, 4), ())],
)  # fmt: skip


def diagonal_a(dy: Any, y: Any, a: Any, val: Any, wrap: Any = False) -> Any:
    return put_diagonal(dy, 0.0, wrap) if holds_floats(a) else None


def diagonal_val(dy: Any, y: Any, a: Any, val: Any, wrap: Any = False) -> Any:
    return sums_on_diagonal(dy, np.shape(val), wrap) if holds_floats(a) else None


primitive(
    put_diagonal, diagonal_a, diagonal_val, wrt="a val", kernel=True, linear_in="a val",
    try_on=[case(normal(3, 3), normal()), case(normal(3, 3), normal(3)), case(normal(3, 3), normal(2)),
            case(normal(5, 2), normal(2)), case(normal(7, 2), normal(3), True), case(normal(2, 5), 2.5),
            case(normal(3, 3, 3), normal(3)), case(normal(3, 3, dtype=complex), normal(3, dtype=complex))],
)  # fmt: skip
primitive(
    sums_on_diagonal, lambda dy, y, d, shape, wrap=False: put_diagonal(np.zeros_like(d), dy, wrap), wrt="d",
    kernel=True, linear_in="d", try_on=[case(normal(3, 3), (3,)), case(normal(7, 2), (2,), True)],
)  # fmt: skip


# --- along an axis ----------------------------------------------------------------------------

_ALONG = np.array([[0, 2], [1, 1], [2, 0]])


def along_a(dy: Any, y: Any, a: Any, indices: Any, values: Any, axis: Any = -1) -> Any:
    return put_along(dy, indices, 0.0, axis) if holds_floats(a) else None


def along_values(dy: Any, y: Any, a: Any, indices: Any, values: Any, axis: Any = -1) -> Any:
    return sums_along(dy, indices, np.shape(values), axis) if holds_floats(a) else None


primitive(
    put_along, along_a, along_values, wrt="a values", kernel=True, linear_in="a values",
    try_on=[case(normal(3, 3), _ALONG, normal(3, 2), 1), case(normal(3, 3), _ALONG, normal(), 1),
            case(normal(3, 3), _ALONG.T, normal(2, 3), 0), case(normal(3, 3), _ALONG[:1], normal(1, 2), 1),
            case(normal(6), np.array([1, 4, 1]), normal(3), 0), case(normal(3, 3), _ALONG, normal(1, 2), -1)],
)  # fmt: skip
primitive(
    sums_along, lambda dy, y, d, indices, shape, axis=-1: put_along(np.zeros_like(d), indices, dy, axis), wrt="d",
    kernel=True, linear_in="d",
    try_on=[case(normal(3, 3), _ALONG, (3, 2), 1), case(normal(3, 3), _ALONG, (), 1)],
)  # fmt: skip
