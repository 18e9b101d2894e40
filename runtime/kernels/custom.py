"""What stands around calls of the user's own forward and backward functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import kernel
from .copies import kept


@kernel
def shaped(d: Any, like: Any) -> Any:
    """The cotangent that a backward function of the user's gave, if it has the shape of its argument.

    Raises:
        ValueError: naming both shapes.
    """
    if np.shape(d) != np.shape(like):
        raise ValueError(
            f"a backward function gave a gradient of shape {np.shape(d)} for an argument of shape {np.shape(like)}"
        )
    return d


@kernel
def watched(fun: Any) -> Callable[..., Any]:
    """A function that cannot be looked into, and must not change what it is given."""

    def unchanging(*args: Any, **kwargs: Any) -> Any:
        before = kept((args, kwargs))
        out = fun(*args, **kwargs)
        if not is_same(before, (args, kwargs)):
            name = getattr(fun, "__name__", "this function")
            raise ValueError(f"{name} changed its arguments in place: a function with a gradient of its own must not")
        return out

    return unchanging


@kernel
def is_same(a: Any, b: Any) -> bool:
    """Do two structures hold arrays of the same bytes?"""
    if isinstance(a, np.ndarray):
        plain = a.dtype.kind == "O"
        return isinstance(b, np.ndarray) and a.shape == b.shape and (plain or a.tobytes() == b.tobytes())
    if type(a) in (tuple, list):
        return len(a) == len(b) and all(is_same(p, q) for p, q in zip(a, b, strict=True))
    if type(a) is dict:
        return list(a) == list(b) and all(is_same(v, b[k]) for k, v in a.items())
    return True
