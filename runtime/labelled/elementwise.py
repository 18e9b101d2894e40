"""Functions that act element by element: ufuncs, and the NumPy functions that are like them.

Operands meet by label (`core.align`); the result has the union of their labels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import FormatError
from .core import Labelled, align, bare, bind, first, is_symbolic, labelled_in, plain, relabel, rule
from .products import matmul
from .reductions import reduction


def call_ufunc(ufunc: np.ufunc, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """What ``__array_ufunc__`` answers: calls and ``reduce``; the rest needs no labels."""
    if method == "reduce":
        return reduction(ufunc.reduce, inputs, {"axis": 0, **kwargs})
    if ufunc is np.matmul and method == "__call__":
        return matmul(ufunc, inputs, kwargs)
    if ufunc.signature is not None or method != "__call__":
        return plain(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)
    if kwargs.get("out") is not None:
        return _into(ufunc, inputs, kwargs)
    return aligned(ufunc, inputs, kwargs)


def _into(ufunc: np.ufunc, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """A call with ``out=``: the labels of the result must be those of its target."""
    targets = kwargs["out"]
    arrays, fmt = align(*inputs)
    for target in targets:
        if isinstance(target, Labelled) and fmt and target.format != fmt:
            raise FormatError(f"out= is labelled {target.format!r}, but the result is {fmt!r}")
    ufunc(*arrays, **bare(kwargs))
    return targets[0] if len(targets) == 1 else targets


def aligned(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Call `func` on bare operands that meet by label; keyword arrays meet them too."""
    arrays = [k for k, v in kwargs.items() if _is_array(v)]
    operands, fmt = align(*args, *[kwargs[k] for k in arrays])
    named = {**kwargs, **dict(zip(arrays, operands[len(args) :], strict=True))}
    like = labelled_in([args, kwargs])[0]
    return relabel(like, func(*operands[: len(args)], **named), fmt)


def _is_array(x: Any) -> bool:
    return isinstance(x, Labelled | np.ndarray) or is_symbolic(x)


@rule(np.clip, np.nan_to_num, np.round, np.around, np.real, np.imag, np.angle, np.sinc, np.fix,
      np.i0, np.isclose, np.isreal, np.iscomplex, np.real_if_close, np.isposinf, np.isneginf,
      np.copy, np.astype)  # fmt: skip
def like_a_ufunc(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Every operand by label."""
    return aligned(func, args, kwargs)


@rule(np.where)
def where(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Three operands by label; with the condition alone, index arrays without labels."""
    if len(args) == 1:
        return plain(func, [labelled_in(args)[0].label(bare(args[0]), None)], kwargs)
    return aligned(func, args, kwargs)


@rule(np.interp)
def interp(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Elementwise in its first argument; the table has no labels."""
    given = bind(func, args, kwargs)
    x = first(func, given)
    like = labelled_in([args, kwargs])[0]
    return relabel(like, func(bare(x), **bare(given)), getattr(x, "format", None))


@rule(np.zeros_like, np.ones_like, np.empty_like, np.full_like)
def like_another(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """An array made like a labelled one has its labels, unless it gets another shape."""
    given = bind(func, args, kwargs)
    x = first(func, given)
    like = labelled_in([args, kwargs])[0]
    fmt = None if given.get("shape") is not None else getattr(x, "format", None)
    return relabel(like, func(bare(x), **bare(given)), fmt)


@rule(np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast,
      np.min_scalar_type, np.shares_memory, np.may_share_memory, np.common_type, np.save,
      np.array_str, np.array2string, np.array_repr)  # fmt: skip
def question(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Questions about the data, answered without labels."""
    return func(*bare(tuple(args)), **bare(kwargs))


@rule(np.allclose, np.array_equal, np.array_equiv)
def comparison(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """One answer about two arrays, compared label by label."""
    (a, b, *rest), _ = align(*args)
    return func(a, b, *rest, **kwargs)
