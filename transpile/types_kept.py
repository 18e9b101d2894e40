"""A gradient leaves with the type of its variable: float32 stays float32, complex complex, NumPy's number NumPy's.

Within a sweep a cotangent without axes may be Python's number, whatever its kind says (a sweep starts from
1.0), and that of a complex value may be real. Only what leaves is repaired.
"""

from __future__ import annotations

from typing import Any

from ..runtime.declare import NAMES
from .ir import Function, Value
from .kinds import Array, Kind

ARITHMETIC = {"add", "subtract", "multiply", "divide", "negative", "positive", "power", "reciprocal"}
"""Rows that are printed as Python's operators: of Python's numbers they make one."""


def of_its_type(d: Any, kind: Kind) -> Any:
    """The gradient `d` of a variable of a kind, with its dtype where it may be of another."""
    dtype = kind.dtype if isinstance(kind, Array) else None
    if dtype is None or dtype.name not in NAMES or dtype.kind not in "fc":
        return d
    made = maker(d.value)
    same = isinstance(made.kind, Array) and (made.kind.dtype is None or made.kind.dtype == dtype)
    if isinstance(kind, Array) and kind.dims == ():
        return d if same and is_numpys(made) else d.builder.call(NAMES[dtype.name], (d,), {})
    return d if same or not isinstance(made.kind, Array) else d.astype(dtype)


def maker(value: Value) -> Value:
    """The value itself, or what a function of ours returns for it."""
    while value.op is not None and value.op.code == "call":
        function, index = value.op.attrs["function"], value.op.results.index(value)
        if not isinstance(function, Function) or "forward" not in function.attrs:
            break
        if index >= len(function.region.yields) or function.region.yields[index] is value:
            break
        value = function.region.yields[index]
    return value


def is_numpys(value: Value) -> bool:
    """Is a value without axes surely a NumPy scalar or array, never Python's number?"""
    op = value.op
    if op is None or op.user:
        return op is not None and isinstance(value.kind, Array) and not value.kind.loose
    if op.code != "prim":
        return False
    return op.attrs["prim"].name not in ARITHMETIC or any(map(is_numpys, op.operands))


__all__ = ["is_numpys", "maker", "of_its_type"]
