"""The rule of ``np.pad``: constant borders are cut off, copied ones are added where they came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import UnknownKind, Unsupported, case, normal, primitive
from ..kernels.lists import sum_to
from ..kernels.padding import border_fill, border_sums, unpad
from .indexing import holds_floats, is_number
from .shaping import as_nested

COPYING = ("edge", "reflect", "symmetric", "wrap")


def pad_array(dy: Any, y: Any, array: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = 0,
              reflect_type: Any = "even") -> Any:  # fmt: skip
    _refuse_mode(mode, reflect_type)
    if is_number(dy) or not _moves(array, y):
        return dy if is_number(dy) else None
    if mode != "constant":
        return unpad(dy, np.shape(array), pad_width, mode)
    return dy[_inside(pad_width, array)]


def pad_constants(dy: Any, y: Any, array: Any, pad_width: Any, mode: Any = "constant",
                  constant_values: Any = 0, reflect_type: Any = "even") -> Any:  # fmt: skip
    _refuse_mode(mode, reflect_type)
    if not _moves(array, y):
        return None
    d = sum_to(border_sums(dy, np.shape(array), pad_width), _shape(constant_values))
    return as_nested(d, constant_values)


def _moves(array: Any, y: Any) -> bool:
    return holds_floats(y if isinstance(array, (list, tuple)) else array)


def _refuse_mode(mode: Any, reflect_type: Any) -> None:
    if not isinstance(mode, str) or mode not in ("constant", *COPYING) or reflect_type != "even":
        what = f'mode="{mode}"' if reflect_type == "even" else f'reflect_type="{reflect_type}"'
        raise Unsupported(f"np.pad with {what} has no rule; constant, {', '.join(COPYING)} have one")


def _shape(item: Any) -> Any:
    return (len(item), *_shape(item[0])) if isinstance(item, (list, tuple)) else np.shape(item)


def _inside(pad_width: Any, array: Any) -> Any:
    """The index of the original in the padded array."""
    index = [_range(before, after, array, i) for i,
             (before, after) in enumerate(_pairs(pad_width, np.ndim(array)))]
    return index[0] if len(index) == 1 else tuple(index)


def _range(before: Any, after: Any, array: Any, axis: int) -> slice:
    if isinstance(after, (int, np.integer)):
        begin = None if isinstance(before, (int, np.integer)) and before == 0 else before
        return slice(begin, -int(after) if after else None)
    return slice(before, before + np.shape(array)[axis])


def _pairs(pad_width: Any, rank: int) -> list[tuple[Any, Any]]:
    """The widths before and after, one pair an axis, from any form that ``np.pad`` takes."""
    if isinstance(pad_width, dict):
        known = {axis % rank: width for axis, width in pad_width.items()}
        return [_pair(known.get(i, 0)) for i in range(rank)]
    if isinstance(pad_width, np.ndarray):
        pad_width = pad_width.tolist()
    if not isinstance(pad_width, (list, tuple)):
        return [_pair(pad_width)] * rank
    if not isinstance(pad_width[0], (list, tuple, np.ndarray)):
        return [_pair(pad_width)] * rank
    widths = [_pair(w) for w in pad_width]
    return widths * rank if len(widths) == 1 else widths


def _pair(width: Any) -> tuple[Any, Any]:
    if not isinstance(width, (list, tuple, np.ndarray)):
        if np.ndim(width):
            raise UnknownKind("the form of a pad_width that is computed is known at run time only")
        return width, width
    return (width[0], width[0]) if len(width) == 1 else (width[0], width[1])


_WIDTHS: list[Any] = [2, (1, 2), ((0, 2), (1, 0)), ((1, 2),), ((0, 0), (1, 1))]
primitive(
    np.pad, pad_array, pad_constants, wrt="array constant_values", params="array pad_width mode",
    linear_in="array constant_values",
    try_on=[case(normal(3, 4), w) for w in _WIDTHS]
    + [case(normal(3, 4), w, mode) for w in _WIDTHS for mode in COPYING]
    + [case(normal(3), w, mode) for w in (7, (5, 0)) for mode in COPYING]
    + [case(normal(3, 4), w, constant_values=c) for w in _WIDTHS
       for c in (normal(), 2.5, (1.5, normal()), normal(2), normal(1, 2), ((1.5, 2.5), (normal(), 0.5)),
                 normal(2, 1))]
    + [case(normal(1), 3, mode) for mode in COPYING]
    + [case(normal(), 0), case(normal(0), 2), case(normal(3), [1]), case(normal(2, 2), [[1, 0], [0, 2]]),
       case(normal(3, dtype=np.float32), 1), case(normal(2, 3, dtype=complex), 1, "wrap"),
       case(normal(3, dtype=np.complex64), (1, 2)), case(normal(2, 3, 2), ((1, 0), (0, 0), (2, 2)),
                                                         "reflect")],
)  # fmt: skip

primitive(
    unpad, lambda dy, y, d, shape, pad_width, mode: np.pad(dy, pad_width, mode), wrt="d", name="unpad",
    kernel=True,
    linear_in="d", try_on=[case(normal(5), (3,), 1, mode) for mode in COPYING],
)  # fmt: skip
primitive(
    border_sums, lambda dy, y, d, shape, pad_width: border_fill(dy, shape, pad_width), wrt="d",
    name="border_sums",
    kernel=True, linear_in="d", try_on=[case(normal(5), (3,), 1),
                                        case(normal(5, 4), (3, 4), ((1, 1), (0, 0)))],
)  # fmt: skip
primitive(
    border_fill, lambda dy, y, values, shape, pad_width: border_sums(dy, shape, pad_width), wrt="values",
    name="border_fill", kernel=True, linear_in="values",
    try_on=[case(normal(1, 2), (3,), 1), case(normal(2, 2), (3, 4), ((1, 1), (0, 2)))],
)  # fmt: skip
