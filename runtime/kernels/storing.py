"""What functions that change an array in place leave behind, as new arrays, and the adjoints of that."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel
from .indexing import sum_by_place
from .lists import sum_to


@kernel
def shares_memory(a: Any, b: Any) -> bool:
    """Do two arrays lie in the same memory? Asked of an array and of what may be a window on all of it."""
    return bool(np.may_share_memory(a, b))


# --- one of two -------------------------------------------------------------------------------


@kernel
def chosen(pair: Any, condition: Any, alike: Any = False) -> Any:
    """The first of two where a condition holds, else the second; `alike`: they have one shape, entry by entry."""
    if alike:
        return np.where(condition, *pair)
    return pair[0] if condition else pair[1]


@kernel
def kept_if(d: Any, condition: Any, shape: Any) -> Any:
    """`d` where a condition holds, else zeros of `shape`."""
    return d if condition else np.zeros(shape, np.asarray(d).dtype)


@kernel
def kept_unless(d: Any, condition: Any, shape: Any) -> Any:
    """Zeros of `shape` where a condition holds, else `d`."""
    return np.zeros(shape, np.asarray(d).dtype) if condition else d


@kernel
def selected(a: Any, mask: Any, out: Any) -> Any:
    """`a` in the shape of `out`, of which a function is going to read what a mask picks; zeros elsewhere."""
    return np.where(mask, a, np.zeros(np.shape(out), np.asarray(a).dtype))


# --- parts of complex numbers -----------------------------------------------------------------


@kernel
def with_real(z: Any, part: Any) -> Any:
    """A copy of `z` with ``z.real = part``."""
    y = np.array(z)
    y.real = part
    return y


@kernel
def with_imag(z: Any, part: Any) -> Any:
    """A copy of `z` with ``z.imag = part``; a cotangent without imaginary parts is real."""
    y = np.array(z)
    if not np.iscomplexobj(y):
        if isinstance(part, float) and part == 0.0:
            return y
        y = y + 0j
    y.imag = part
    return y


# --- places of the flattened array ------------------------------------------------------------


def flat_places(size: int, places: Any) -> Any:
    """The places that an index of a flattened array names: integers, a slice, a mask of any shape."""
    if not isinstance(places, slice):
        places = np.ravel(places)
        if places.dtype != bool:
            places = places.astype(int)
    return np.arange(size)[places]


def surviving(places: Any, size: int) -> Any:
    """Which writes to these places, one after the other, are still there at the end."""
    writer = np.empty(size, int)
    writer[places] = np.arange(places.size)
    return writer[places] == np.arange(places.size)


@kernel
def put_flat(a: Any, places: Any, values: Any) -> Any:
    """A copy of `a` with `values`, again and again from the first, at places of the flattened array."""
    y = np.array(a)
    if np.size(values):
        y.flat[flat_places(y.size, places)] = values
    return y


@kernel
def flat_sums(d: Any, places: Any, shape: Any) -> Any:
    """The adjoint of `put_flat` for its values, which have this shape."""
    size = int(np.prod(shape, dtype=int))
    found = flat_places(d.size, places)
    if not size:
        return np.zeros(shape, d.dtype)
    parts = np.where(surviving(found, d.size), d.flat[found], 0)
    return sum_by_place(parts, np.arange(found.size) % size, size).astype(d.dtype).reshape(shape)


@kernel
def diagonal_places(shape: Any, wrap: bool) -> Any:
    """The places of the flattened array that ``np.fill_diagonal`` fills."""
    size = int(np.prod(shape, dtype=int))
    if len(shape) > 2:
        return np.arange(size)[:: 1 + int(np.cumprod(shape[:-1]).sum())]
    end = None if wrap else shape[1] * shape[1]
    return np.arange(size)[: end : shape[1] + 1]


@kernel
def put_diagonal(a: Any, val: Any, wrap: Any = False) -> Any:
    """A copy of `a` after ``np.fill_diagonal(a, val, wrap)``."""
    y = np.array(a)
    np.fill_diagonal(y, val, wrap)
    return y


@kernel
def sums_on_diagonal(d: Any, shape: Any, wrap: Any = False) -> Any:
    """The adjoint of `put_diagonal` for its values, which have this shape."""
    return flat_sums(d, diagonal_places(d.shape, wrap), shape)


@kernel
def put_along(a: Any, indices: Any, values: Any, axis: Any = -1) -> Any:
    """A copy of `a` after ``np.put_along_axis(a, indices, values, axis)``."""
    y = np.array(a)
    np.put_along_axis(y, indices, values, axis)
    return y


@kernel
def sums_along(d: Any, indices: Any, shape: Any, axis: Any = -1) -> Any:
    """The adjoint of `put_along` for its values, which have this shape."""
    numbers = np.arange(d.size).reshape(d.shape)
    places = np.take_along_axis(numbers if axis is not None else numbers.ravel(), indices, axis)
    kept = surviving(places.ravel(), d.size).reshape(places.shape)
    return sum_to(np.where(kept, d.ravel()[places], 0), shape)
