"""Do the arguments of a call overlap?  Asked before a program runs that changes something it was given."""

from __future__ import annotations

from collections.abc import Iterator
from types import CellType
from typing import Any

import numpy as np

from ..runtime.errors import UnsupportedSyntax
from .descriptions import attributes, is_record
from .guards import contents
from .members import MISSING


def check_apart(items: list[Any]) -> None:
    """Refuse arguments that share memory, or hold one changeable object in two places.

    Raises:
        UnsupportedSyntax: if they do.
    """
    arrays: list[Any] = []
    seen: dict[int, Any] = {}
    for item in held(items):
        if isinstance(item, np.ndarray):
            if any(np.shares_memory(item, other) for other in arrays):
                raise UnsupportedSyntax("two arguments share memory, and the function changes arrays in place: "
                                        "pass copies")  # fmt: skip
            arrays.append(item)
        elif id(item) in seen:
            raise UnsupportedSyntax(f"a {type(item).__name__} is held in two places of the arguments, and the function "
                                    "changes what it is given: pass a copy in one of them")  # fmt: skip
        else:
            seen[id(item)] = item


def held(items: list[Any]) -> Iterator[Any]:
    """The arrays, and the lists, dicts and objects, that some things hold; each as often as it is held."""
    stack = list(reversed(items))
    while stack:
        top: Any = stack.pop()
        if isinstance(top, np.ndarray):
            yield top
        elif isinstance(top, tuple):
            stack.extend(reversed(top))
        elif isinstance(top, dict):
            yield top
            stack.extend(reversed(top.values()))
        elif isinstance(top, list):
            yield top
            stack.extend(reversed(top))
        elif is_record(top):
            yield top
            stack.extend(reversed(attributes(top).values()))


def outside_objects(guards: list[Any]) -> list[Any]:
    """The objects of the surroundings that a program looks at attribute by attribute."""
    found = [contents(home) if isinstance(home, CellType) else home.get(name, MISSING)
             for home, name, how, _ in guards if how == "like"]  # fmt: skip
    return [x for i, x in enumerate(found) if all(x is not y for y in found[:i])]
