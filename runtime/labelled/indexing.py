"""Subscripts of labelled arrays: which labels the result keeps.

NumPy's own rules: a slice keeps its dimension and label, an integer drops both, a list or mask
along one dimension keeps it. Where an index mixes dimensions (a mask or index array over several,
two index arrays) the result has no labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import FormatError
from ..formats import insertion, union
from .core import Labelled, bare, rank


def get(x: Labelled, key: Any) -> Any:
    """``x[key]``."""
    key = bare(key)
    return x.label(x.data[key], index_format(x.format, key) if x.format else None)


def put(x: Labelled, key: Any, value: Any) -> None:
    """``x[key] = value``; a formatted value meets the labels of the place it goes to."""
    key = bare(key)
    fmt = index_format(x.format, key) if x.format else None
    x.data[key] = _fitted(value, fmt)


def _fitted(value: Any, fmt: str | None) -> Any:
    source = getattr(value, "format", None)
    if source is None or fmt is None or source == fmt:
        return bare(value)
    if union(source, fmt) != fmt:
        raise FormatError(f"the place is labelled {fmt!r}, the value assigned to it {source!r}")
    index = insertion(source, fmt)
    return value.data if index is None else value.data[index]


def index_format(fmt: str, key: Any) -> str | None:
    """The labels of ``x[key]`` for data labelled `fmt`; None if it has none.

    >>> index_format("SCB", (0, slice(None))), index_format("CB", [0, 2])
    ('CB', 'CB')
    """
    kinds = _expanded(len(fmt), key if isinstance(key, tuple) else (key,))
    arrays = [i for i, kind in enumerate(kinds) if kind == "array"]
    if "mixed" in kinds or len(arrays) > 1:
        return None
    if arrays and not _adjacent([i for i, kind in enumerate(kinds) if kind != "slice"]):
        raise FormatError(
            f"data labelled {fmt!r}: an integer and a list of indices around a slice move the "
            f"list's dimension to the front; index in two steps, X[...][...]"
        )
    return "".join(c for c, kind in zip(fmt, kinds, strict=True) if kind != "integer") or None


def _adjacent(places: list[int]) -> bool:
    return places[-1] - places[0] == len(places) - 1


def _expanded(ndim: int, key: tuple[Any, ...]) -> list[str]:
    """One word per dimension: slice, integer, array, or mixed."""
    spans = [_words(item) for item in key]
    used = sum(len(words) for words in spans if words != ["..."])
    if used > ndim:
        raise IndexError(f"too many indices: {used} for labelled data with {ndim} dimensions")
    fill = ["slice"] * (ndim - used)
    if ["..."] not in spans:
        spans.append(["..."])
    at = spans.index(["..."])
    return [word for i, words in enumerate(spans) for word in (fill if i == at else words)]


def _words(item: Any) -> list[str]:
    if item is Ellipsis:
        return ["..."]
    if item is None or isinstance(item, bool | np.bool_):
        raise FormatError(
            "newaxis (or a lone boolean) would add a dimension without a label: index "
            "stripdims(X), and label the result with dlarray(Y, fmt)"
        )
    if isinstance(item, slice):
        return ["slice"]
    n = rank(item)
    dtype = getattr(item, "dtype", None)
    if dtype == np.bool_ or (dtype is None and n and _all_bool(item)):
        return ["array"] if n == 1 else ["mixed"] * n
    return ["integer"] if n == 0 else ["array"] if n == 1 else ["mixed"]


def _all_bool(item: Any) -> bool:
    return np.asarray(item).dtype == bool
