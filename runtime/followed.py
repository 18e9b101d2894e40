"""Python's functions that call what they are given, written in Python.

Where a gradient goes through `map`, `filter`, `sorted`, `functools.reduce`, or `max` and `min` with a key, these are
read in their place, as functions of the user's are. They do what the originals do, except that `mapped` and
`filtered` do it at once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .kernels.picking import place_of_best, places_in_order


def mapped(function: Any, *sequences: Any) -> list[Any]:
    """``list(map(function, *sequences))``."""
    out = []
    if len(sequences) == 1:
        for value in sequences[0]:
            out.append(function(value))
    else:
        for values in zip(*sequences, strict=False):
            out.append(function(*values))
    return out


def filtered(function: Any, values: Any) -> list[Any]:
    """``list(filter(function, values))``."""
    out = []
    for value in values:
        if value if function is None else function(value):
            out.append(value)
    return out


def reduced(function: Any, values: Any, *start: Any) -> Any:
    """``functools.reduce(function, values, *start)`` of a list, tuple or array; with a start, of anything."""
    if start:
        out = start[0]
        for value in values:
            out = function(out, value)
        return out
    if len(values) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    out = values[0]
    for value in values[1:]:
        out = function(out, value)
    return out


def ordered(values: Any, *, key: Any = None, reverse: Any = False) -> list[Any]:
    """``sorted(values, key=key, reverse=reverse)``."""
    entries = []
    for value in values:
        entries.append(value)
    keys = entries
    if key is not None:
        keys = []
        for entry in entries:
            keys.append(key(entry))
    out = []
    for place in places_in_order(keys, reverse):
        out.append(entries[place])
    return out


def largest(*values: Any, key: Any) -> Any:
    """``max(*values, key=key)`` of one list, tuple or array, or of several values."""
    entries = values[0] if len(values) == 1 else values
    keys = []
    for entry in entries:
        keys.append(key(entry))
    return entries[place_of_best(keys, True)]


def smallest(*values: Any, key: Any) -> Any:
    """``min(*values, key=key)`` of one list, tuple or array, or of several values."""
    entries = values[0] if len(values) == 1 else values
    keys = []
    for entry in entries:
        keys.append(key(entry))
    return entries[place_of_best(keys, False)]


IN_PLACE_OF: dict[Any, Callable[..., Any]] = {
    map: mapped, filter: filtered, functools.reduce: reduced, sorted: ordered, max: largest, min: smallest,
}  # fmt: skip
AT_ONCE = (mapped, filtered)
"""These differ from what they stand for: what they give is a list."""
