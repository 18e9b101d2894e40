"""A list where a rule wants an array: NumPy made an array of it, and so does the adjoint.

Rows that take lists as they are (`np.stack`, `np.sum`) say so by trying one. The rules of all others are
written for arrays: `2 * a` of a list would be the list twice.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ...runtime.declare import NAMES, Draw, Primitive
from ..builder import Builder
from ..kinds import Array, Kind, ListOf, TupleOf, is_float
from ..sym import Sym
from .matching import match


class Listed:
    """The arrays that stand for the lists among the arguments of one call."""

    def __init__(self, builder: Builder, row: Primitive, arguments: dict[str, Any]) -> None:
        self.builder = builder
        self.given = arguments
        self.arrays: dict[str, Any] = {}
        if row.kernel or row.text.split(".")[0] not in ("np", "scipy"):
            return
        for name in row.vjps.keys() - takes_lists(row):
            item: Any = arguments.get(name)
            if row.varargs and name == "args":
                if any(map(is_list, item or ())):
                    self.arrays[name] = tuple(self.made(i) if is_list(i) else i for i in item)
            elif is_list(item):
                self.arrays[name] = self.made(item)

    def made(self, item: Any) -> Any:
        return self.builder.call(NAMES["asarray"], (item,), {})

    def arguments(self) -> dict[str, Any]:
        return {**self.given, **self.arrays}

    def back(self, name: str, d: Any) -> Any:
        """The cotangents of the entries, from that of the array."""
        made, given = self.arrays[name], self.given[name]
        if isinstance(made, tuple):
            return [self.entries(e, m, g) if m is not g else e for e, m, g in zip(d, made, given, strict=True)]
        return self.entries(d, made, given)

    def entries(self, d: Any, made: Any, given: Any) -> Any:
        if d is None:
            return None
        if isinstance(made.value.kind, Array):
            d = match(self.builder, d, made.value, exact=False)
        elif not isinstance(d, (dict, tuple)):
            d = NAMES["sum_to"].fun(d, Sym(self.builder.shape(made.value), self.builder))
        return NAMES["asarray"].vjps["a"](d, made, a=given)


@cache
def takes_lists(row: Primitive) -> frozenset[str]:
    """The parameters whose rules know lists: those that a trial of the row gives one."""
    return frozenset(name for tried in row.try_on for name, item in row.bind(tried.args, tried.kwargs).items()
                     for i in (item if row.varargs and name == "args" else (item,))
                     if isinstance(i, (list, tuple)) and _draws(i))  # fmt: skip


def _draws(items: Any) -> bool:
    return any(isinstance(i, Draw) or isinstance(i, (list, tuple)) and _draws(i) for i in items)


def is_list(item: Any) -> bool:
    """A list (or tuple) of variables, known entry by entry or only as a whole."""
    if isinstance(item, Sym):
        kind: Kind = item.value.kind
        return isinstance(kind, ListOf) and is_float(kind.item) or (
            isinstance(kind, TupleOf) and kind.sequence in (list, tuple) and kind.keys is None and is_float(kind))
    return type(item) in (list, tuple) and any(
        is_list(i) or isinstance(i, Sym) and is_float(i.value.kind) for i in item)


__all__ = ["Listed", "is_list", "takes_lists"]
