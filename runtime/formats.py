"""The label algebra: what a format such as ``"SSCB"`` means, as pure functions on strings.

A format has one label per dimension: S (spatial), C (channel), B (batch), T (time) and U
(unspecified). S and U may repeat. Canonical order is S..., C, B, T, U...; dimensions with the
same label keep their relative order. Nothing here sees data: sizes never decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from .errors import FormatError

LABELS = "SCBTU"
REPEATABLE = "SU"
MEANING = "S (spatial), C (channel), B (batch), T (time) and U (unspecified)"

Axis = int | str | tuple[int | str, ...] | None
Index = tuple[slice | None, ...]


@lru_cache(1024)
def _checked(fmt: str, name: str) -> str:
    wrong = [c for c in fmt if c not in LABELS]
    if wrong and not set(fmt.upper()) - set(LABELS):
        raise FormatError(f"{name}={fmt!r}: labels are upper-case, write {fmt.upper()!r}")
    if wrong:
        raise FormatError(f"{name}={fmt!r}: {wrong[0]!r} is not a label; the labels are {MEANING}")
    for label in "CBT":
        if fmt.count(label) > 1:
            raise FormatError(
                f"{name}={fmt!r}: {label} may appear once; only S and U repeat, "
                f"so label the other dimension U"
            )
    return fmt


def validate(fmt: Any, name: str = "fmt") -> str:
    """`fmt` itself if it is a format; else a FormatError that says what is wrong with it."""
    if not isinstance(fmt, str):
        what = type(fmt).__name__
        raise FormatError(f'{name} must be a string of labels such as "SSCB", not {what}')
    return _checked(fmt, name)


@lru_cache(1024)
def order(fmt: str) -> tuple[int, ...]:
    """Where each dimension of the canonical layout is found in data laid out as `fmt`.

    >>> order("TSSU")
    (1, 2, 0, 3)
    """
    return tuple(sorted(range(len(fmt)), key=lambda i: LABELS.index(fmt[i])))


@lru_cache(1024)
def canonical(fmt: str) -> str:
    """The same labels in SCBTU order.

    >>> canonical("TSSU")
    'SSTU'
    """
    return "".join(fmt[i] for i in order(fmt))


@lru_cache(1024)
def union(*formats: str) -> str:
    """The labels of a broadcast result: of each label as many as the operand with most of them.

    >>> union("SCB", "SSCT")
    'SSCBT'
    """
    return "".join(c * max(fmt.count(c) for fmt in formats) for c in LABELS)


@lru_cache(1024)
def arrangement(source: str, target: str) -> tuple[tuple[int, ...] | None, Index | None]:
    """How data laid out as `source` is brought to the layout `target`.

    The i-th dimension of a label becomes the i-th dimension of that label; labels that `source`
    lacks become dimensions of size 1. Returns the axes for ``transpose`` and the index that
    inserts the new dimensions, each None where there is nothing to do.

    >>> arrangement("CB", "BTC")
    ((1, 0), (slice(None, None, None), None, slice(None, None, None)))
    """
    places = [_place(source, target, i) for i in range(len(target))]
    axes = tuple(p for p in places if p is not None)
    if len(axes) < len(source):
        lost = next(source[i] for i in range(len(source)) if i not in axes)
        raise FormatError(f"data labelled {source!r} has no place for its {lost} in {target!r}")
    index = tuple(None if p is None else slice(None) for p in places)
    identity = axes == tuple(range(len(source)))
    return None if identity else axes, index if None in index else None


def _place(source: str, target: str, i: int) -> int | None:
    """The dimension of `source` that becomes dimension i of `target`."""
    found = positions(source, target[i])
    nth = target[:i].count(target[i])
    return found[nth] if nth < len(found) else None


@lru_cache(1024)
def insertion(source: str, target: str) -> Index | None:
    """The index that gives canonical `source` the dimensions of canonical `target`.

    New dimensions in front are left to broadcasting; None if the data can stay as it is.

    >>> insertion("C", "CB"), insertion("B", "CB")
    ((slice(None, None, None), None), None)
    """
    _, index = arrangement(source, target)
    while index and index[0] is None:
        index = index[1:]
    return index if index and None in index else None


@lru_cache(1024)
def positions(fmt: str, label: str) -> tuple[int, ...]:
    """The dimensions with that label, in order; empty if there are none."""
    return tuple(i for i, c in enumerate(fmt) if c == label)


def axes_of(fmt: str | None, axis: Axis, name: str = "X") -> tuple[tuple[int, ...] | None, bool]:
    """The axis numbers that `axis` means for `name`, and whether it used labels.

    `axis` is a number, a string of labels ("C", "SC": all dimensions with one of them), a tuple
    of these, or None or "all" for every axis (answered by None).
    """
    if axis is None or axis == "all":
        return None, False
    parts: Iterable[Any] = axis if isinstance(axis, tuple | list) else (axis,)
    axes: list[int] = []
    labels = False
    for part in parts:
        if isinstance(part, str):
            labels = True
            axes += [i for c in part for i in _labelled(fmt, c, name)]
        else:
            axes.append(part)
    return tuple(axes), labels


def _labelled(fmt: str | None, label: str, name: str) -> tuple[int, ...]:
    validate(label, "axis")
    if fmt is None:
        raise FormatError(
            f"axis={label!r}: {name} has no labels; label it with dlarray({name}, fmt) "
            f"or give the number of the axis"
        )
    found = positions(fmt, label)
    if not found:
        raise FormatError(
            f"axis={label!r}: {name} has no dimension labelled {label}, its labels are {fmt!r}"
        )
    return found


def without(fmt: str, axes: Iterable[int]) -> str | None:
    """The labels that are left when these dimensions go; None when none is left."""
    gone = {a % len(fmt) for a in axes}
    return "".join(c for i, c in enumerate(fmt) if i not in gone) or None
