"""Reading and writing parts of arrays: what an index, a mask or a position picks, and its adjoint."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def scatter(d: Any, shape: Any, index: Any) -> Any:
    """Zeros of `shape` with `d` added at `index`: the adjoint of reading ``x[index]``.

    Places that an integer array names more than once get the sum.
    """
    d = np.asarray(d)
    y = np.zeros(shape, d.dtype)
    if not picks_by_number(index):
        y[index] = d
    elif y.ndim == 1 or d.size < 500 or d.dtype.char not in "efdFD":
        np.add.at(y, index, d)
    else:
        places = np.arange(y.size).reshape(y.shape)[index]
        y = sum_by_place(np.broadcast_to(d, places.shape), places, y.size).reshape(y.shape)
    return y


@kernel
def picks_by_number(index: Any) -> bool:
    """Does an index hold an array of integers, so that it may name a place twice?"""
    for part in index if isinstance(index, tuple) else (index,):
        listed = isinstance(part, (list, tuple, np.ndarray)) and np.ndim(part) > 0
        if listed and np.asarray(part).dtype != bool:
            return True
    return False


@kernel
def sum_by_place(d: Any, places: Any, size: int) -> Any:
    """A vector of `size` with the sums of the entries of `d` that share a place in `places`."""
    flat, weights = places.ravel(), d.ravel()
    if d.dtype.kind == "c":
        y = np.bincount(flat, weights.real, size) + 1j * np.bincount(flat, weights.imag, size)
    else:
        y = np.bincount(flat, weights, size)
    return y.astype(d.dtype, copy=False)


@kernel
def put(a: Any, index: Any, values: Any) -> Any:
    """A copy of `a` with ``a[index] = values``."""
    y = np.array(a)
    y[index] = values
    return y


@kernel
def last_written(d: Any, index: Any) -> Any:
    """``d[index]``, with zeros for what ``a[index] = values`` wrote and then overwrote.

    A place named more than once by an index of integers keeps the last value, so the values
    before it move nothing.
    """
    places = np.arange(d.size).reshape(d.shape)[index]
    writer = np.empty(d.size, int)
    writer[places.ravel()] = np.arange(places.size)
    survives = writer[places.ravel()] == np.arange(places.size)
    return np.where(survives.reshape(places.shape), d[index], 0)


@kernel
def item(a: Any, index: Any = None) -> Any:
    """One entry as a Python number: ``a.item(index)``, or the only one."""
    return np.asarray(a).item() if index is None else np.asarray(a).item(index)


@kernel
def flatten(a: Any, order: Any = "C") -> Any:
    """``a.flatten(order)``: a copy with one axis."""
    return np.asarray(a).flatten(order)


@kernel
def tolist(a: Any) -> Any:
    """``a.tolist()``: nested lists of Python numbers."""
    return np.asarray(a).tolist()


@kernel
def from_list(d: Any, like: Any) -> Any:
    """A nested list of numbers, as ``like.tolist()`` returns it, in the shape and dtype of `like`."""
    return np.asarray(d, np.asarray(like).dtype).reshape(np.shape(like))


@kernel
def keep_where(a: Any, condition: Any, axis: Any = None) -> Any:
    """``a.compress(condition, axis)``: the entries along `axis` where `condition` holds."""
    return np.compress(condition, a, axis=axis)


@kernel
def spread_where(d: Any, shape: Any, condition: Any, axis: Any = None) -> Any:
    """Zeros of `shape` with `d` where `keep_where` found its entries: its adjoint."""
    return spread_along(d, shape, np.flatnonzero(condition), axis)


@kernel
def spread_along(d: Any, shape: Any, positions: Any, axis: Any = None) -> Any:
    """Zeros of `shape` with the entries of `d` along `axis` added at `positions` of that axis.

    Without `axis` the positions are those of the flattened result. `positions` may be a mask.
    """
    positions = np.asarray(positions)
    if positions.dtype == bool:
        positions = np.flatnonzero(positions)
    if axis is None:
        return scatter(d, int(np.prod(shape, dtype=int)), positions).reshape(shape)
    lead = (slice(None),) * (axis % len(shape))
    return scatter(d, shape, (*lead, positions))


@kernel
def undeleted(d: Any, shape: Any, obj: Any, axis: Any = None) -> Any:
    """`d` with zeros put where ``np.delete(x, obj, axis)`` took out what `x` of `shape` had."""
    size = int(np.prod(shape, dtype=int)) if axis is None else shape[axis]
    return spread_along(d, shape, np.delete(np.arange(size), obj), axis)


@kernel
def insert_labels(d: Any, arr: Any, obj: Any, axis: Any = None) -> tuple[Any, int]:
    """Which entry of ``np.insert(arr, obj, values, axis)``, shaped as `d`, each place along the axis holds.

    0, 1, ... are entries of `arr`, and -1, -2, ... entries of the values. Returns the axis too.
    """
    axis = 0 if axis is None else axis % d.ndim
    old = np.arange(np.size(arr) if d.ndim != np.ndim(arr) else np.shape(arr)[axis])
    count = d.shape[axis] - old.size
    return np.insert(old, obj, -1 - np.arange(count)) if count else old, axis


@kernel
def uninserted(d: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """The entries of `d`, shaped as ``np.insert(arr, obj, values, axis)``, that `arr` has made."""
    labels, axis = insert_labels(d, arr, obj, axis)
    return np.take(d, np.flatnonzero(labels >= 0), axis).reshape(np.shape(arr))


@kernel
def inserted(d: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    """The entries of `d`, shaped as ``np.insert(arr, obj, values, axis)``, that `values` has made.

    Summed over the axes along which `values` was stretched.
    """
    labels, axis = insert_labels(d, arr, obj, axis)
    y = np.take(d, np.argsort(labels, kind="stable")[: np.sum(labels < 0)][::-1], axis)
    if np.ndim(obj) == 0 and not isinstance(obj, slice):
        y = np.moveaxis(y, axis, 0)
    lifted = (1,) * (y.ndim - np.ndim(values)) + np.shape(values)
    stretched = tuple(i for i, (m, n) in enumerate(zip(y.shape, lifted, strict=True)) if m != n)
    y = y.sum(axis=stretched, keepdims=True) if stretched else y
    return y.reshape(np.shape(values))


@kernel
def unresized(d: Any, shape: Any) -> Any:
    """Sums of the entries of `d` that ``np.resize(x, d.shape)`` copied from one entry of `x`."""
    size = int(np.prod(shape, dtype=int))
    flat = np.ravel(d)
    if not size:
        return np.zeros(shape, flat.dtype)
    rows = -(-flat.size // size)
    padded = np.concatenate([flat, np.zeros(rows * size - flat.size, flat.dtype)])
    return padded.reshape(rows, size).sum(axis=0).reshape(shape)
