"""The cotangents of containers by their parts, and the kinds that cotangents have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..kinds import UNKNOWN, Array, Kind, ListOf, TupleOf


@dataclass(frozen=True)
class Each:
    """A key of a list's cotangent: one list, of the cotangents of the same part of every entry."""

    path: tuple[Any, ...]

    @property
    def keys(self) -> tuple[Any, ...]:
        """The path as kernels take it: ``...`` for every entry of a list in it."""
        return tuple(k for key in self.path for k in ((..., *key.keys) if isinstance(key, Each) else (key,)))


def flat(d: dict[Any, Any], path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """The parts of a container's cotangent by their paths."""
    out: list[tuple[tuple[Any, ...], Any]] = []
    for key, part in d.items():
        if isinstance(part, dict):
            out += flat(part, (*path, key))
        elif part is not None:
            out.append(((*path, key), part))
    return out


def nested(parts: list[tuple[tuple[Any, ...], Any]]) -> dict[Any, Any]:
    """A container's cotangent from its parts."""
    out: dict[Any, Any] = {}
    for path, part in parts:
        inner = out
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = part
    return out


def gradient_kind(kind: Kind) -> Kind:
    if isinstance(kind, Array) and kind.dims == ():
        return Array(kind.dtype, (), True)
    if isinstance(kind, TupleOf):
        return TupleOf(tuple(map(gradient_kind, kind.items)), tuple, kind.keys)
    return kind


def part_kind(kind: Kind, path: tuple[Any, ...]) -> Kind:
    """The kind of a part of a container."""
    for key in path:
        if isinstance(key, Each):
            return ListOf(part_kind(kind.item, key.path) if isinstance(kind, ListOf) else UNKNOWN)
        kind = kind.at(key) if isinstance(kind, TupleOf) else UNKNOWN
    return gradient_kind(kind)
