"""What stands for an array where a rule runs, and passes every operation on to the table.

Rules are NumPy code. An operand answers NumPy's protocols and Python's operators with rows of the
table, so that a rule can be run to write a program, or to be differentiated while it runs.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .declare import NAMES, TABLE, Primitive, Unsupported
from .labelled.core import Labelled
from .methods import METHODS


class Operand:
    """The base of such values: `applied` says what becomes of a call of a row."""

    __slots__ = ()
    __array_priority__ = 1000
    __hash__ = object.__hash__

    def applied(self, row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result of a row on arguments of which this is one."""
        raise NotImplementedError

    def called(self, fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The same of a function, if it is in the table."""
        row = TABLE.get(fun)
        if row is None:
            raise Unsupported(f"{getattr(fun, '__name__', fun)} is not in the table")
        return self.applied(row, tuple(args), dict(kwargs))

    def __dl_call__(self, fun: Any, args: Any, kwargs: Any) -> Any:
        return self.applied(TABLE[fun], args, kwargs)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(a, Labelled) for a in args):
            return NotImplemented
        return self.called(ufunc if method == "__call__" else getattr(ufunc, method), args, kwargs)

    def __array_function__(self, fun: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(t, Labelled) for t in types):
            return NotImplemented
        return self.called(fun, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in _ATTRIBUTES:
            return self.applied(NAMES[_ATTRIBUTES[name]], (self,), {})
        if name in METHODS:
            return _Method(self, name)
        raise AttributeError(f"a value in a rule has no {name}")

    def __neg__(self) -> Any:
        return self.applied(NAMES["negative"], (self,), {})

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.applied(NAMES["absolute"], (self,), {})

    def __invert__(self) -> Any:
        return self.applied(NAMES["invert"], (self,), {})

    def __getitem__(self, index: Any) -> Any:
        return self.called(operator.getitem, (self, index), {})


_ATTRIBUTES = {"T": "transpose", "mT": "matrix_transpose", "real": "real", "imag": "imag"}


class _Method:
    """`x.sum` of an operand, waiting for its arguments."""

    def __init__(self, owner: Operand, name: str) -> None:
        self.owner, self.name = owner, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        fun, normalise = METHODS[self.name]
        if normalise is not None:
            args, kwargs = normalise(args, kwargs)
        return self.owner.called(fun, (self.owner, *args), kwargs)


def _operator(fun: Any, swap: bool = False) -> Any:
    def method(self: Operand, other: Any) -> Any:
        if isinstance(other, Labelled):
            return NotImplemented
        return self.applied(TABLE[fun], (other, self) if swap else (self, other), {})

    return method


for _name, _fun in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide,
    "pow": np.power, "matmul": np.matmul, "mod": np.remainder, "floordiv": np.floor_divide,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor,
}.items():  # fmt: skip
    setattr(Operand, f"__{_name}__", _operator(_fun))
    setattr(Operand, f"__r{_name}__", _operator(_fun, swap=True))
for _name, _fun in {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
}.items():  # fmt: skip
    setattr(Operand, f"__{_name}__", _operator(_fun))
Operand.__hash__ = object.__hash__  # type: ignore[method-assign, assignment]
