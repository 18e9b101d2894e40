"""Functions with an ``axis``: reductions, and those that act along an axis.

An axis is a number or labels. Reduced by label, a dimension stays with size 1; reduced by
number, it goes with its label as in NumPy (``keepdims=True`` keeps both); without axis the
result is an unformatted scalar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import FormatError
from ..formats import axes_of, without
from .core import Labelled, bare, bind, first, labelled_in, number, rank, relabel, rule

Func = Callable[..., Any]


@rule(np.sum, np.mean, np.prod, np.max, np.min, np.amax, np.amin, np.var, np.std, np.median,
      np.ptp, np.any, np.all, np.argmax, np.argmin, np.count_nonzero, np.average,
      np.nansum, np.nanmean, np.nanprod, np.nanmax, np.nanmin, np.nanvar, np.nanstd,
      np.nanmedian, np.nanargmax, np.nanargmin, np.linalg.norm, np.linalg.vector_norm,
      np.quantile, np.percentile, np.nanquantile, np.nanpercentile)  # fmt: skip
def reduction(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Reduce over labels, over axis numbers or over everything."""
    if isinstance(getattr(func, "__self__", None), np.ufunc):
        given, x = {**kwargs}, args[0]
    else:
        given = bind(func, args, kwargs)
        x = first(func, given)
    if rank(given.get("q", 0)) and getattr(x, "format", None):
        raise FormatError("several quantiles of labelled data have no format: ask one at a time")
    like = x if isinstance(x, Labelled) else labelled_in(given)[0]
    options, fmt = _over(x, given)
    return relabel(like, func(bare(x), **options), fmt)


def method(x: Labelled, name: str, options: dict[str, Any]) -> Any:
    """The reducing method `name` of the data of `x`, by labels or axis numbers."""
    given = {k: v for k, v in options.items() if k != "axis" or v is not None}
    options, fmt = _over(x, given)
    return relabel(x, getattr(x.data, name)(**options), fmt)


def _over(x: Any, given: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Bare options with axis numbers for the labels, and the format of the result."""
    fmt = getattr(x, "format", None)
    options = {k: bare(v) for k, v in given.items() if k != "axis"}
    axes, by_label = axes_of(fmt, given.get("axis"))
    if axes is not None or "axis" in given:
        options["axis"] = number(axes) if by_label else _same(given["axis"])
    if by_label:
        options["keepdims"] = True
    if fmt is None or options.get("keepdims") is True:
        return options, fmt
    return options, None if axes is None else without(fmt, axes)


def _same(axis: Any) -> Any:
    return None if axis == "all" else axis


@rule(np.cumsum, np.cumprod, np.nancumsum, np.nancumprod, np.cumulative_sum, np.cumulative_prod,
      np.sort, np.argsort, np.diff, np.flip, np.roll, np.gradient, np.unwrap,
      np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft,
      np.fft.fftshift, np.fft.ifftshift)  # fmt: skip
def along(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Act along an axis and keep all labels."""
    given = bind(func, args, kwargs)
    return _along(func, first(func, given), given, by_name="axis")


@rule(np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn, np.fft.rfft2, np.fft.irfft2,
      np.fft.rfftn, np.fft.irfftn)  # fmt: skip
def along_several(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Transforms over several axes, which ``axes`` always names as a tuple."""
    given = bind(func, args, kwargs)
    x = first(func, given)
    if given.get("axes") is not None:
        given["axes"], _ = axes_of(getattr(x, "format", None), given["axes"])
    return _along(func, x, given, by_name="axes")


_WHOLE = (np.flip, np.roll, np.fft.fftshift, np.fft.ifftshift, np.gradient)
"""Functions that need no axis: they act on every axis, and keep the shape."""


def _along(func: Func, x: Any, given: dict[str, Any], by_name: str) -> Any:
    fmt = getattr(x, "format", None)
    if fmt and len(fmt) > 1 and given.get(by_name) is None and func not in _WHOLE:
        raise FormatError(
            f"np.{func.__name__} of data labelled {fmt!r} needs {by_name}=, as in "
            f"{by_name}={fmt[0]!r}"
        )
    axes, by_label = axes_of(fmt, given.get(by_name))
    if by_label:
        given[by_name] = number(axes)
    like = x if isinstance(x, Labelled) else labelled_in(given)[0]
    return relabel(like, func(bare(x), **bare(given)), fmt)

