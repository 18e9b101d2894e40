"""Numbers turned into numbers of another type: Python's types and NumPy's, called as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, constant, normal, primitive
from .scalars import complex_number, number

# --- Python's types ---------------------------------------------------------------------------

primitive(
    float, lambda dy, y, x: dy, params="x", name="float", text="float", linear_in="x", broadcasts=True,
    try_on=[case(number()), case(normal()), case(normal(dtype=np.float32)), case(3.5)],
)  # fmt: skip


def complex_imag(dy: Any, y: Any, real: Any, imag: Any) -> Any:
    """y = real + 1j * imag, also for complex arguments."""
    return -1j * dy


def complex_jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
    return tangents.get("real", 0) + 1j * tangents.get("imag", 0)


primitive(
    complex, lambda dy, y, real=0, imag=0: dy, complex_imag, params="real imag", name="complex",
    text="complex", broadcasts=True, jvp=complex_jvp,
    try_on=[case(number(), number()), case(number()), case(complex_number()), case(1.0, number()),
            case(normal(), normal()), case(complex_number(), complex_number()),
            case(real=number(), imag=number())],
)  # fmt: skip

_WHOLE = "its result is a whole number or a truth value"
for _fun in (int, bool):
    constant(_fun, _WHOLE, params="x base", name=_fun.__name__, text=_fun.__name__, sizes="same")

# --- NumPy's types ----------------------------------------------------------------------------

_ARRAYS = [case(normal()), case(normal(3)), case(normal(3, dtype=np.float32))]
_CASTS: dict[Any, list[Any]] = {
    np.float16: [], np.float32: _ARRAYS, np.float64: _ARRAYS, np.longdouble: [],
    np.complex64: [*_ARRAYS, case(normal(3, dtype=complex))], np.clongdouble: [],
    np.complex128: [*_ARRAYS, case(normal(3, dtype=complex)), case(complex_number())],
}  # fmt: skip
for _type, _cases in _CASTS.items():
    primitive(
        _type, lambda dy, y, value: dy, params="value", name=_type.__name__, linear_in="value",
        broadcasts=True, try_on=[case(number(), smooth=_type is not np.float16), *_cases],
    )  # fmt: skip
for _type in (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64):
    _name = {"bool": "bool_"}.get(_type.__name__, _type.__name__)
    constant(_type, _WHOLE, params="value", name=_name, sizes="same")
