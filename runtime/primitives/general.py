"""The rule of a row, run at run time: for values whose rank or dtype is not known before."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import NAMES, primitive, repair
from ..kernels.lists import list_zeros


def cotangent(name: str, parameter: str, dy: Any, y: Any, *args: Any, **given: Any) -> Any:
    """The cotangent of one parameter of the row `name`, by its rule on arrays."""
    row = NAMES[name]
    d = row.vjps[parameter](dy, y, *args, **given)
    like = args if row.varargs and parameter == "args" else given[parameter]
    return fitted(d, like)


def fitted(d: Any, like: Any) -> Any:
    """A cotangent with the shape, dtype and type (array, NumPy scalar, number) of its operand."""
    if d is None:
        return list_zeros(like)
    if isinstance(like, (list, tuple)):
        return [fitted(e, entry) for e, entry in zip(d, like, strict=True)]
    if not isinstance(like, (np.ndarray, np.generic, float, complex)):
        return d
    d = repair(d, like)
    if isinstance(like, np.ndarray):
        return d
    return d[()] if isinstance(like, np.generic) else d.item()


primitive(cotangent, params="*args", name="cotangent", text="cotangent", sizes="any")
NAMES["cotangent"].raises = "its rank is known only at run time, so it is differentiated once only"
