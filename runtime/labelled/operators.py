"""The operators of a labelled array: operands meet by label, results are labelled again."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import FormatError
from .core import Labelled, align
from .indexing import get, put
from .products import product


def _binary(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(self: Labelled, other: Any) -> Any:
        if _foreign(other):
            return NotImplemented
        (a, b), fmt = align(self, other)
        return self.label(op(a, b), fmt)

    return call


def _reflected(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(self: Labelled, other: Any) -> Any:
        if _foreign(other):
            return NotImplemented
        (b, a), fmt = align(self, other)
        return self.label(op(a, b), fmt)

    return call


def _in_place(op: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """As ndarrays do: arrays change in place, scalars give a new object."""

    def call(self: Labelled, other: Any) -> Any:
        (a, b), fmt = align(self, other)
        if fmt != self.format:
            raise FormatError(
                f"in-place arithmetic on data labelled {self.format!r} would need labels {fmt!r}; "
                f"write x = x + y instead"
            )
        result = op(a, b)
        return self if result is self.data else self.label(result, fmt)

    return call


def _unary(op: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def call(self: Labelled) -> Any:
        return self.label(op(self.data), self.format)

    return call


def _foreign(other: Any) -> bool:
    """Whether the other operand asks NumPy's classes to leave the operator to it."""
    return getattr(type(other), "__array_ufunc__", True) is None


class Operators(Labelled):
    """Arithmetic, comparison, subscripts, conversion."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    __add__, __radd__ = _binary(operator.add), _reflected(operator.add)
    __sub__, __rsub__ = _binary(operator.sub), _reflected(operator.sub)
    __mul__, __rmul__ = _binary(operator.mul), _reflected(operator.mul)
    __truediv__, __rtruediv__ = _binary(operator.truediv), _reflected(operator.truediv)
    __floordiv__, __rfloordiv__ = _binary(operator.floordiv), _reflected(operator.floordiv)
    __mod__, __rmod__ = _binary(operator.mod), _reflected(operator.mod)
    __pow__, __rpow__ = _binary(operator.pow), _reflected(operator.pow)
    __and__, __rand__ = _binary(operator.and_), _reflected(operator.and_)
    __or__, __ror__ = _binary(operator.or_), _reflected(operator.or_)
    __xor__, __rxor__ = _binary(operator.xor), _reflected(operator.xor)
    __lt__, __le__ = _binary(operator.lt), _binary(operator.le)
    __gt__, __ge__ = _binary(operator.gt), _binary(operator.ge)
    __eq__, __ne__ = _binary(operator.eq), _binary(operator.ne)

    __iadd__, __isub__ = _in_place(operator.iadd), _in_place(operator.isub)
    __imul__, __itruediv__ = _in_place(operator.imul), _in_place(operator.itruediv)
    __ifloordiv__, __imod__ = _in_place(operator.ifloordiv), _in_place(operator.imod)
    __ipow__, __iand__ = _in_place(operator.ipow), _in_place(operator.iand)
    __ior__, __ixor__ = _in_place(operator.ior), _in_place(operator.ixor)

    __neg__, __pos__ = _unary(operator.neg), _unary(np.positive)
    __abs__, __invert__ = _unary(np.abs), _unary(np.invert)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __matmul__(self, other: Any) -> Any:
        return product(self, self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return product(self, other, self)

    def __getitem__(self, key: Any) -> Any:
        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        put(self, key, value)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.data)

    def __float__(self) -> float:
        return float(self.data)

    def __int__(self) -> int:
        return int(self.data)

    def __complex__(self) -> complex:
        return complex(self.data)

    def __index__(self) -> int:
        return operator.index(self.data)

    def __contains__(self, item: Any) -> bool:
        return item in self.data
