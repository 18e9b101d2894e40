"""Symbolic values: running NumPy code on them appends operations to the IR.

A `Sym` stands for a value of the program being written. It answers what is known when the
program is written (rank, dtype) and refuses what is not, so a rule cannot take a decision that
would be wrong for other arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..runtime.declare import NAMES, TABLE, Primitive, UnknownKind
from ..runtime.operand import Operand
from .infer import NeedStatic
from .ir import Value
from .kinds import Array, Ints, ListOf, Scalar, TupleOf

if TYPE_CHECKING:
    from .builder import Builder


class Sym(Operand):
    """A value of the program being written, usable where a rule expects an array."""

    __slots__ = ("value", "builder")

    def __init__(self, value: Value, builder: Builder) -> None:
        self.value, self.builder = value, builder

    def applied(self, row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.builder.call(row, args, kwargs)

    def called(self, fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        direct = _DIRECT.get(fun)
        if direct is not None and isinstance(args[0], Sym):
            return direct(*args, **kwargs)
        return super().called(fun, args, kwargs)

    @property
    def ndim(self) -> int:
        kind = self.value.kind
        if isinstance(kind, Scalar):
            return 0
        if isinstance(kind, Array) and kind.dims is not None and not kind.loose:
            return len(kind.dims)
        raise UnknownKind("the number of dimensions is not known")

    @property
    def dtype(self) -> np.dtype[Any]:
        kind = self.value.kind
        if isinstance(kind, Scalar):
            return np.dtype(kind.type)
        if isinstance(kind, Array) and kind.dtype is not None:
            return kind.dtype
        raise UnknownKind("the dtype is not known")

    @property
    def shape(self) -> Any:
        kind = self.value.kind
        if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ():
            return ()
        return Sym(self.builder.shape(self.value), self.builder)

    @property
    def is_sequence(self) -> bool:
        """Is it surely a list or a tuple?"""
        kind = self.value.kind
        return isinstance(kind, ListOf) or isinstance(kind, TupleOf) and kind.keys is None

    def stacked(self) -> Any:
        """A list as an array."""
        return self.builder.call(TABLE[np.array], (self,), {})

    @property
    def size(self) -> Any:
        if isinstance(self.value.kind, Scalar):
            return 1
        return self.builder.call(NAMES["size"], (self,), {})

    def __len__(self) -> int:
        kind = self.value.kind
        if isinstance(kind, Ints) and kind.length is not None:
            return kind.length
        if isinstance(kind, TupleOf):
            return len(kind.items)
        raise UnknownKind("the length is not known when the gradient is written")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        kind = self.value.kind
        if isinstance(kind, (Ints, TupleOf)):
            return self._entry(index)
        if isinstance(kind, ListOf):
            if not isinstance(index, int):
                raise UnknownKind("a part of a list whose length is not known")
            return Sym(self.builder.item(self.value, index), self.builder)
        return super().__getitem__(index)

    def _entry(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        known = isinstance(self.value.kind, TupleOf) or self.value.kind.length is not None  # type: ignore[attr-defined]
        if isinstance(index, Sym):
            raise NeedStatic(index.value)
        if known and isinstance(index, int):
            index = range(len(self))[index]
        return Sym(self.builder.item(self.value, index), self.builder)

    def astype(self, dtype: Any, **kwargs: Any) -> Any:
        kind = self.value.kind
        if isinstance(kind, Array) and kind.dtype == np.dtype(dtype):
            return self
        return self.builder.call(NAMES["astype"], (self, np.dtype(dtype)), {})

    def __bool__(self) -> bool:
        raise UnknownKind("a rule asked for the truth of a value that exists only at run time")

    def __index__(self) -> int:
        raise UnknownKind("a rule asked for an integer that exists only at run time")

    __float__ = __int__ = __complex__ = __index__  # type: ignore[assignment]

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise UnknownKind("a symbolic value has no numbers")

    def __repr__(self) -> str:
        return f"<sym {self.value} {self.value.kind}>"


def _zeros_like(x: Sym, dtype: Any = None, **_: Any) -> Any:
    if isinstance(x.value.kind, Scalar):
        return 0.0
    return x.builder.call(NAMES["zeros"], (x.shape, dtype or x.dtype), {})


def _ones_like(x: Sym, dtype: Any = None, **_: Any) -> Any:
    if isinstance(x.value.kind, Scalar):
        return 1.0
    return x.builder.call(NAMES["ones"], (x.shape, dtype or x.dtype), {})


def _full_like(x: Sym, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
    return x.builder.call(NAMES["full"], (x.shape, fill_value, dtype or x.dtype), {})


def _size(x: Sym, axis: Any = None) -> Any:
    return x.size if axis is None else x.shape[axis]


_DIRECT: dict[Any, Any] = {
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: _size,
    np.iscomplexobj: lambda x: x.dtype.kind == "c",
    np.isrealobj: lambda x: x.dtype.kind != "c",
    np.zeros_like: _zeros_like,
    np.ones_like: _ones_like,
    np.full_like: _full_like,
    np.asarray: lambda x, dtype=None: x if dtype is None else x.astype(dtype),
}
