"""The derivative of a rule while it runs: for values whose rank is not known when a gradient is written.

Where a rule runs at run time, no text of it was written that could be differentiated. It is run once
more, on operands that note each call of a row, and the notes are walked back by the rows' rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .declare import Primitive
from .errors import NotDifferentiable
from .kernels.lists import fitted, list_add, list_zeros
from .operand import Operand


@dataclass(eq=False)
class Note:
    """One call of a row: what it was given, and what came out."""

    row: Primitive
    given: dict[str, Any]
    plain: dict[str, Any]
    result: Any
    out: Any


class Notes:
    """The calls made of one rule, in order; those of a rule within a rule come on top."""

    depth = 0

    def __init__(self) -> None:
        self.all: list[Note] = []
        self.level = Notes.depth

    def __enter__(self) -> Notes:
        Notes.depth += 1
        return self

    def __exit__(self, *_: Any) -> None:
        Notes.depth -= 1


class Traced(Operand):
    """A value on the way through a rule; `value` may be one of a rule around this one."""

    __slots__ = ("value", "notes")

    def __init__(self, value: Any, notes: Notes) -> None:
        self.value, self.notes = value, notes

    def applied(self, row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return apply(row, args, kwargs)

    @property
    def ndim(self) -> int:
        return int(np.ndim(plain_of(self)))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.asarray(plain_of(self)).dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(np.shape(plain_of(self)))

    @property
    def size(self) -> int:
        return int(np.size(plain_of(self)))

    def __len__(self) -> int:
        return len(plain_of(self))

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(plain_of(self))


def plain_of(x: Any) -> Any:
    """The array that an operand stands for."""
    while isinstance(x, Traced):
        x = x.value
    return x


def leaves(item: Any) -> list[Traced]:
    """The operands in an argument."""
    if isinstance(item, Traced):
        return [item]
    if isinstance(item, dict):
        item = item.values()
    elif isinstance(item, slice):
        item = (item.start, item.stop, item.step)
    elif not isinstance(item, (list, tuple)):
        return []
    return [leaf for entry in item for leaf in leaves(entry)]


def mapped(fun: Callable[[Any], Any], item: Any) -> Any:
    """An argument with `fun(leaf)` in place of what is no container."""
    if isinstance(item, dict):
        return {k: mapped(fun, v) for k, v in item.items()}
    if isinstance(item, slice):
        return slice(*(mapped(fun, i) for i in (item.start, item.stop, item.step)))
    if isinstance(item, (list, tuple)):
        entries = [mapped(fun, i) for i in item]
        return entries if isinstance(item, list) else tuple(entries)
    return fun(item)


def apply(row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a row, and note it with whichever rule is innermost."""
    found = leaves((args, kwargs))
    if not found:
        return row.fun(*args, **kwargs)
    notes = max((leaf.notes for leaf in found), key=lambda n: n.level)

    def lowered(item: Any) -> Any:
        return item.value if isinstance(item, Traced) and item.notes is notes else item

    result = apply(row, mapped(lowered, args), mapped(lowered, kwargs))
    if row.because is not None:
        return result
    out = mapped(lambda y: Traced(y, notes) if moves(y) else y, result)
    given = row.bind(args, kwargs)
    notes.all.append(Note(row, given, mapped(lowered, given), result, out))
    return out


def moves(y: Any) -> bool:
    """Can a derivative flow through a value?"""
    return np.asarray(plain_of(y)).dtype.kind in "fc"


def pull(function: Callable[[Any], Any], x: Any, d: Any) -> Any:
    """The cotangent of `x` in ``function(x)``, whose result has the cotangent `d`.

    Raises:
        NotDifferentiable: where the function calls what has no rule.
    """
    with Notes() as notes:
        start = mapped(lambda leaf: Traced(leaf, notes) if moves(leaf) else leaf, x)
        cotangents: dict[Traced, Any] = {}
        add(cotangents, function(start), d)
        for note in reversed(notes.all):
            back(note, cotangents)
        return fitted(mapped(lambda leaf: cotangents.get(leaf) if isinstance(leaf, Traced) else None, start), x)


def add(cotangents: dict[Traced, Any], item: Any, d: Any) -> None:
    """Add a cotangent to those of the operands in an argument."""
    if d is None:
        return
    if isinstance(item, Traced):
        cotangents[item] = list_add(cotangents.get(item), fitted(d, item.value))
    elif isinstance(item, dict):
        for key, entry in item.items():
            add(cotangents, entry, d[key])
    elif isinstance(item, (list, tuple)) and leaves(item):
        for i, entry in enumerate(item):
            add(cotangents, entry, d[i])


def back(note: Note, cotangents: dict[Traced, Any]) -> None:
    """Walk back over one call."""
    if all(cotangents.get(leaf) is None for leaf in leaves(note.out)):
        return
    dy = mapped(lambda y: cotangents.get(y, list_zeros(plain_of(y))) if isinstance(y, Traced) else 0.0, note.out)
    row, rest = note.row, dict(note.plain)
    args = rest.pop("args", ()) if row.varargs else ()
    for name, item in note.given.items():
        if not any(leaf.notes is note_of(note) for leaf in leaves(item)):
            continue
        if name not in row.vjps:
            raise NotDifferentiable(f"a second derivative of {row.text or row.name}, which has no rule of order two")
        add(cotangents, item, row.vjps[name](dy, note.result, *args, **rest))


def note_of(note: Note) -> Notes:
    """The notes that a note belongs to."""
    return leaves(note.out)[0].notes
