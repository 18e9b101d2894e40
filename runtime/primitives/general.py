"""The rule of a row, run at run time: for values whose rank or dtype is not known before."""

from __future__ import annotations

from typing import Any

from ..declare import NAMES, primitive
from ..kernels.lists import fitted


def cotangent(name: str, parameter: str, dy: Any, y: Any, /, *args: Any, **given: Any) -> Any:
    """The cotangent of one parameter of the row `name`, by its rule on arrays."""
    row = NAMES[name]
    d = row.vjps[parameter](dy, y, *args, **given)
    like = args if row.varargs and parameter == "args" else given[parameter]
    return fitted(d, like)


primitive(cotangent, params="*args", name="cotangent", text="cotangent", sizes="any")
NAMES["cotangent"].raises = "its rank is known only at run time, so it is differentiated once only"
