"""What is known of a value before it exists: its dtype, its rank, which axes have size 1.

Invariant: a kind is a promise about every run with arguments of the same description. What
cannot be promised is None (or `UNKNOWN`), and everything downstream stays correct without it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

ONE, MANY, ANY = "1", "n", "?"


@dataclass(frozen=True)
class Kind:
    """Nothing is known (`UNKNOWN`), or one of the subclasses."""


@dataclass(frozen=True)
class Array(Kind):
    """An ndarray or NumPy scalar: `dims` holds ONE, MANY (never 1) or ANY for each axis."""

    dtype: np.dtype[Any] | None = None
    dims: tuple[str, ...] | None = None
    generic: bool = False  # an immutable NumPy scalar (or number), not a 0-d ndarray
    loose: bool = False  # this array, or a Python number in its place

    def __str__(self) -> str:
        name = self.dtype.str[1:] if self.dtype is not None else "array"
        return name if self.dims == () else f"{name}[{', '.join(self.dims or ('...',))}]"


@dataclass(frozen=True)
class Scalar(Kind):
    """A Python number."""

    type: type

    def __str__(self) -> str:
        return self.type.__name__


@dataclass(frozen=True)
class ListOf(Kind):
    """A list (or other re-iterable sequence) whose length is not known; `item` is joined."""

    item: Kind
    array_like: bool = False

    def __str__(self) -> str:
        return f"list of {self.item}"


@dataclass(frozen=True)
class TupleOf(Kind):
    """A container with known entries: `keys` for a dict, or the fields of a class."""

    items: tuple[Kind, ...]
    sequence: type = tuple
    keys: tuple[Any, ...] | None = None

    def at(self, key: Any) -> Kind:
        """The kind of one entry; UNKNOWN where there is none of that name."""
        if self.keys is not None:
            return self.items[self.keys.index(key)] if key in self.keys else UNKNOWN
        return self.items[key] if -len(self.items) <= key < len(self.items) else UNKNOWN

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.items))})"


@dataclass(frozen=True)
class Ints(Kind):
    """A shape: a tuple of Python ints, of known length or not."""

    length: int | None = None

    def __str__(self) -> str:
        return "shape"


@dataclass(frozen=True)
class Other(Kind):
    """A Python object of a known type that holds no number: a string, None, a range, a dict."""

    type: type

    def __str__(self) -> str:
        return self.type.__name__


UNKNOWN = Kind()
FLOAT, INT, BOOL, COMPLEX = Scalar(float), Scalar(int), Scalar(bool), Scalar(complex)
NOTHING = Other(type(None))
RANGE = Other(range)
_RANKS = {bool: 0, int: 1, float: 2, complex: 3}


PLAIN_ARRAYS = (np.ndarray, np.memmap)  # what other subclasses do at `*` and `sum` is their own


def kind_of(value: Any) -> Kind:
    """The kind of a Python object that exists."""
    if type(value) in _RANKS:
        return Scalar(type(value))
    if type(value) in PLAIN_ARRAYS or isinstance(value, np.generic):
        dims = tuple(ONE if n == 1 else MANY if n else ANY for n in value.shape)
        return Array(value.dtype, dims, isinstance(value, np.generic))
    if isinstance(value, tuple) and type(value) is tuple:
        return TupleOf(tuple(map(kind_of, value)))
    if isinstance(value, list):
        return TupleOf(tuple(map(kind_of, value)), list)
    return Other(type(value))


def is_float(kind: Kind) -> bool:
    """Can a derivative flow through a value of this kind?  Unknown kinds can."""
    if isinstance(kind, Scalar):
        return kind.type in (float, complex)
    if isinstance(kind, Array):
        return kind.dtype is None or kind.dtype.kind in "fcO"
    if isinstance(kind, ListOf):
        return is_float(kind.item)
    if isinstance(kind, TupleOf):
        return any(map(is_float, kind.items))
    return not isinstance(kind, (Ints, Other))


def is_complex(kind: Kind) -> bool | None:
    """Complex, real, or (None) not known."""
    if isinstance(kind, Scalar):
        return kind.type is complex
    if isinstance(kind, Array) and kind.dtype is not None:
        return kind.dtype.kind == "c"
    return None


def join(a: Kind, b: Kind) -> Kind:
    """The strongest promise that both kinds keep."""
    if a == b:
        return a
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return a if _RANKS[a.type] >= _RANKS[b.type] else b
    if isinstance(a, Array) and isinstance(b, Array):
        return _join_arrays(a, b)
    if isinstance(a, Array) and isinstance(b, Scalar):
        return _join_scalar(a, b)
    if isinstance(a, Scalar) and isinstance(b, Array):
        return _join_scalar(b, a)
    if isinstance(a, ListOf) and isinstance(b, ListOf):
        return ListOf(join_item(a.item, b.item))
    if isinstance(a, TupleOf) and isinstance(b, TupleOf) and a.sequence is b.sequence:
        if len(a.items) == len(b.items) and a.keys == b.keys:
            return TupleOf(tuple(map(join, a.items, b.items)), a.sequence, a.keys)
        if a.sequence is list:
            return ListOf(join_item(as_list(a).item, as_list(b).item))
    if isinstance(a, ListOf) and isinstance(b, TupleOf) and b.sequence is list:
        return join(a, as_list(b))
    if isinstance(b, ListOf) and isinstance(a, TupleOf) and a.sequence is list:
        return join(as_list(a), b)
    if isinstance(a, Ints) and isinstance(b, Ints):
        return Ints()
    return UNKNOWN


def as_list(kind: TupleOf) -> ListOf:
    """A list of known length, as one of unknown length."""
    if not kind.items:
        return ListOf(NEVER)
    item = kind.items[0]
    for other in kind.items[1:]:
        item = join(item, other)
    return ListOf(item)


def _join_arrays(a: Array, b: Array) -> Array:
    dtype = a.dtype if a.dtype == b.dtype else None
    dims = None
    if a.dims is not None and b.dims is not None and len(a.dims) == len(b.dims):
        dims = tuple(p if p == q else ANY for p, q in zip(a.dims, b.dims, strict=True))
    return Array(dtype, dims, a.generic and b.generic, a.loose or b.loose)


def _join_scalar(a: Array, b: Scalar) -> Array:
    """That array, or a number: its shape is repaired where the two meet, never inside."""
    wider = a.dtype is not None and (a.dtype.kind == "c" or a.dtype.kind == "f" and b.type is not complex)
    return Array(a.dtype if wider else None, a.dims, a.generic, a.dims != () or a.loose)


NEVER = Other(type(NotImplemented))  # the item kind of an empty list: joins to the other


def join_item(a: Kind, b: Kind) -> Kind:
    """`join`, where NEVER is the neutral element."""
    return b if a == NEVER else a if b == NEVER else join(a, b)


# --- probes: a kind as a small value, and back -------------------------------------------


@lru_cache(maxsize=4096)
def probe(kind: Kind, n: int) -> Any:
    """A small value of this kind, with size `n` for every axis that is not 1.

    Raises:
        ValueError: where no value can stand for the kind.
    """
    if isinstance(kind, Scalar):
        return {bool: True, int: 1, float: 0.7, complex: 0.7 + 0.3j}[kind.type]
    if isinstance(kind, Array):
        return _probe_array(kind, n)
    if isinstance(kind, TupleOf) and kind.keys is None:
        return kind.sequence(probe(item, n) for item in kind.items)
    if isinstance(kind, ListOf):
        return [probe(kind.item, n) for _ in range(n)]
    if isinstance(kind, Ints) and kind.length is not None:
        return (n,) * kind.length
    if kind == NOTHING:
        return None
    raise ValueError(f"no probe for {kind}")


def _probe_array(kind: Array, n: int) -> Any:
    if kind.dtype is None or kind.dims is None:
        raise ValueError("no probe for an array of unknown rank or dtype")
    shape = tuple(1 if d == ONE else n for d in kind.dims)
    if kind.dtype.kind == "b":
        data = np.ones(shape, kind.dtype)
    elif kind.dtype.kind in "iu":
        data = np.ones(shape, kind.dtype)
    elif kind.dtype.kind in "fc":
        data = np.full(shape, 0.1, kind.dtype)
        if len(shape) >= 2 and shape[-1] == shape[-2]:
            data = data + np.eye(shape[-1], dtype=kind.dtype)
        elif len(shape) == 1:
            data = data + np.linspace(0.1, 0.8, shape[0]).astype(kind.dtype)
        data = data.astype(kind.dtype)
    else:
        raise ValueError(f"no probe for dtype {kind.dtype}")
    return data[()] if kind.generic else data


def from_probes(small: Any, large: Any, sizes_known: bool) -> Kind:
    """The kind of a result, from what two probe calls gave."""
    if type(small) is not type(large):
        return UNKNOWN
    kind = kind_of(small)
    if isinstance(small, (np.ndarray, np.generic)):
        return _array_from_probes(small, large, sizes_known)
    if isinstance(small, (tuple, list)) and len(small) == len(large):
        items = tuple(from_probes(s, b, sizes_known) for s, b in zip(small, large, strict=True))
        return TupleOf(items, list if isinstance(small, list) else tuple)
    if isinstance(small, (tuple, list)):
        both = [from_probes(small[0], large[0], sizes_known)] if small and large else []
        return ListOf(both[0]) if both else UNKNOWN
    return kind


def _array_from_probes(small: Any, large: Any, sizes_known: bool) -> Kind:
    dtype = small.dtype if small.dtype == large.dtype else None
    if small.ndim != large.ndim:
        return Array(dtype)
    dims = tuple(_dim(a, b, sizes_known) for a, b in zip(small.shape, large.shape, strict=True))
    return Array(dtype, dims, isinstance(small, np.generic))


def _dim(small: int, large: int, sizes_known: bool) -> str:
    if not sizes_known or (small == 1) != (large == 1):
        return ANY
    return ONE if small == 1 else MANY


def weaken(kind: Kind) -> Kind:
    """Forget which axes have size 1."""
    if isinstance(kind, Array) and kind.dims is not None:
        return replace(kind, dims=tuple(ANY for _ in kind.dims))
    return kind


def narrowed(kind: Kind) -> Kind:
    """The kind with size 1 for every axis that may have it."""
    if isinstance(kind, Array) and kind.dims is not None:
        return replace(kind, dims=tuple(ONE if d == ANY else d for d in kind.dims))
    if isinstance(kind, TupleOf):
        return replace(kind, items=tuple(map(narrowed, kind.items)))
    return replace(kind, item=narrowed(kind.item)) if isinstance(kind, ListOf) else kind


def has_any(kind: Kind) -> bool:
    """Is there an axis that may or may not have size 1?"""
    if isinstance(kind, Array):
        return kind.dims is None or ANY in kind.dims
    if isinstance(kind, (TupleOf,)):
        return any(map(has_any, kind.items))
    return isinstance(kind, ListOf) and has_any(kind.item)


def may_vary(kind: Any) -> bool:
    """May a value of this kind hold a floating point number?"""
    if isinstance(kind, Scalar):
        return kind.type in (float, complex)
    if isinstance(kind, Array):
        return kind.dtype is None or kind.dtype.kind in "fc"
    if isinstance(kind, TupleOf):
        return any(map(may_vary, kind.items))
    return may_vary(kind.item) if isinstance(kind, ListOf) else True
