"""Methods of ndarrays, as the functions of the table that they are.

`normalise` rewrites the arguments of a method to those of its function. An argument may be an
opaque stand-in for a value of the program being written, so only plain Python objects are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .kernels.indexing import flatten, item, keep_where, tolist

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Normalise = Callable[[tuple[Any, ...], dict[str, Any]], Arguments]

MUTATING = {
    "fill", "sort", "partition", "put", "resize", "itemset", "setfield", "setflags", "byteswap",
}  # fmt: skip


def _gathered(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """``x.reshape(2, 3)`` as ``reshape(x, (2, 3))``."""
    return (args if len(args) == 1 else (args,)), kwargs


def _axes(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """``x.transpose(1, 0)`` as ``transpose(x, (1, 0))``; None means no argument."""
    if not args or args == (None,) and args[0] is None:
        return (), kwargs
    return _gathered(args, kwargs)


def _position(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """``x.item(1, 2)`` as ``item(x, (1, 2))``."""
    return _gathered(args, kwargs) if args else ((), kwargs)


def _bounds(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """``x.clip(max=1)`` as ``clip(x, None, 1)``."""
    rest = {k: v for k, v in kwargs.items() if k not in ("min", "max")}
    low = args[0] if args else kwargs.get("min")
    high = args[1] if len(args) > 1 else kwargs.get("max")
    return (low, high, *args[2:]), rest


def _cast(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """``x.astype(dtype, order, casting, subok, copy)``: all but `dtype` and `copy` change no value."""
    given = dict(zip(("dtype", "order", "casting", "subok", "copy"), args, strict=False)) | kwargs
    dtype = given.pop("dtype")
    if isinstance(dtype, (type, str)):
        dtype = np.dtype(dtype)
    return (dtype,), {"copy": given["copy"]} if "copy" in given else {}


METHODS: dict[str, tuple[Callable[..., Any], Normalise | None]] = {
    "all": (np.all, None),
    "any": (np.any, None),
    "argmax": (np.argmax, None),
    "argmin": (np.argmin, None),
    "argpartition": (np.argpartition, None),
    "argsort": (np.argsort, None),
    "astype": (np.astype, _cast),
    "choose": (np.choose, None),
    "clip": (np.clip, _bounds),
    "compress": (keep_where, None),
    "conj": (np.conjugate, None),
    "conjugate": (np.conjugate, None),
    "copy": (np.copy, None),
    "cumprod": (np.cumprod, None),
    "cumsum": (np.cumsum, None),
    "diagonal": (np.diagonal, None),
    "dot": (np.dot, None),
    "flatten": (flatten, None),
    "item": (item, _position),
    "max": (np.max, None),
    "mean": (np.mean, None),
    "min": (np.min, None),
    "nonzero": (np.nonzero, None),
    "prod": (np.prod, None),
    "ravel": (np.ravel, None),
    "repeat": (np.repeat, None),
    "reshape": (np.reshape, _gathered),
    "round": (np.round, None),
    "searchsorted": (np.searchsorted, None),
    "squeeze": (np.squeeze, None),
    "std": (np.std, None),
    "sum": (np.sum, None),
    "swapaxes": (np.swapaxes, None),
    "take": (np.take, None),
    "tolist": (tolist, None),
    "trace": (np.trace, None),
    "transpose": (np.transpose, _axes),
    "var": (np.var, None),
}
