"""Functions that move, join and repeat dimensions, and what becomes of the labels.

Labels stay in canonical order, so a formatted array may only swap dimensions with equal labels.
``reshape`` and its kin drop the labels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import FormatError
from ..formats import axes_of, without
from .core import Labelled, bare, bind, first, is_symbolic, labelled_in, number, rank, relabel, rule

Func = Callable[..., Any]


def _opened(func: Func, args: Any, kwargs: Any) -> tuple[Any, dict[str, Any], str | None]:
    """The first argument, the others bare and by name, and the first one's format."""
    given = bind(func, args, kwargs)
    x = first(func, given)
    return x, bare(given), getattr(x, "format", None)


def _like(args: Any, kwargs: dict[str, Any]) -> Labelled:
    return labelled_in([args, kwargs])[0]


@rule(np.reshape, np.ravel, np.trim_zeros, np.unique, np.nonzero, np.flatnonzero, np.argwhere)
def without_labels(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """The result's dimensions are new ones: it has no labels."""
    return relabel(_like(args, kwargs), func(*bare(tuple(args)), **bare(kwargs)), None)


@rule(np.transpose, np.permute_dims, np.swapaxes, np.moveaxis, np.matrix_transpose,
      np.linalg.matrix_transpose)  # fmt: skip
def permutation(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Refuse orders that the labels do not allow."""
    x, options, fmt = _opened(func, args, kwargs)
    if fmt:
        check_order(fmt, func(np.empty(range(len(fmt))), **options).shape)
    return relabel(_like(args, kwargs), func(bare(x), **options), fmt)


def check_order(fmt: str, axes: Any) -> None:
    """Refuse a transposition to `axes` unless it only swaps equal labels."""
    moved = "".join(fmt[a] for a in axes)
    if moved != fmt:
        raise FormatError(
            f"transposing data labelled {fmt!r} to {moved!r} would break the order of its labels; "
            f"write stripdims(X, {moved!r})"
        )


@rule(np.squeeze)
def squeeze(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Drop dimensions of size 1 with their labels; by label too."""
    x, options, fmt = _opened(func, args, kwargs)
    if fmt is None:
        return relabel(_like(args, kwargs), func(bare(x), **options), None)
    return squeezed(x, options.get("axis"))


def squeezed(x: Labelled, axis: Any) -> Any:
    """A formatted array without these dimensions; None means all of size 1."""
    if axis is None and is_symbolic(x.data):
        raise FormatError("squeeze of labelled data needs axis= here, as in squeeze(X, axis='S')")
    fmt = x.format or ""
    axes = _ones(x.data) if axis is None else axes_of(fmt, axis)[0] or ()
    data = x.data.squeeze(axis=number(axes)) if axes else x.data
    return x.label(data, without(fmt, axes) if fmt else None)


def _ones(data: Any) -> tuple[int, ...]:
    return tuple(i for i, n in enumerate(data.shape) if n == 1)


@rule(np.concatenate)
def concatenate(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Join along an axis or label; formats are equal, or missing on some arrays."""
    given = {"axis": 0, **dict(zip(("axis", "out"), args[1:], strict=False)), **kwargs}
    arrays = given.pop("arrays", None) or args[0]
    fmt = common_format(arrays, "concatenate")
    axes, by_label = axes_of(fmt, given["axis"])
    if by_label:
        given["axis"] = number(axes)
    result = func(bare(arrays), **bare(given))
    return relabel(_like(args, kwargs), result, fmt if given["axis"] is not None else None)


def common_format(arrays: Any, name: str) -> str | None:
    """The one format of several arrays; unformatted ones must have as many dimensions."""
    formats = {a.format for a in arrays if isinstance(a, Labelled) and a.format}
    if len(formats) > 1:
        raise FormatError(f"{name} of different labels: {sorted(formats)}; label all alike")
    fmt = next(iter(formats), None)
    if fmt and any(rank(a) != len(fmt) for a in arrays):
        raise FormatError(f"{name}: every array needs {len(fmt)} dimensions, as {fmt!r} has")
    return fmt


@rule(np.tile, np.broadcast_to, np.pad, np.tril, np.triu)
def same_rank(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Labels stay as long as no dimension is added."""
    x, options, fmt = _opened(func, args, kwargs)
    result = func(bare(x), **options)
    if fmt and rank(result) != len(fmt):
        raise FormatError(
            f"np.{func.__name__} adds dimensions without labels to data labelled {fmt!r}; "
            f"call it on stripdims(X) and label the result"
        )
    return relabel(_like(args, kwargs), result, fmt)


@rule(np.fliplr, np.flipud)
def flips(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """All labels stay."""
    x, options, fmt = _opened(func, args, kwargs)
    return relabel(_like(args, kwargs), func(bare(x), **options), fmt)


@rule(np.repeat, np.split, np.array_split, np.take, np.take_along_axis, np.delete)
def chosen(func: Func, args: Any, kwargs: dict[str, Any]) -> Any:
    """Entries along one axis or label; without axis, of the flattened data."""
    given = bind(func, args, kwargs)
    x = first(func, given)
    fmt = getattr(x, "format", None)
    axes, by_label = axes_of(fmt, given.get("axis"))
    if by_label:
        given["axis"] = number(axes)
    return relabel(_like(args, kwargs), func(bare(x), **bare(given)), _left(func, fmt, given))


def _left(func: Func, fmt: str | None, given: dict[str, Any]) -> str | None:
    """The labels after choosing: one index drops its label, several keep it."""
    axis = given.get("axis", 0 if func in (np.split, np.array_split) else None)
    if fmt is None or axis is None:
        return None
    if func is np.take:
        n = rank(bare(given["indices"]))
        if n > 1:
            raise FormatError("np.take of labelled data: indices must be a list or one number")
        return fmt if n else without(fmt, (axis,))
    return fmt

