"""What a rule may ask about the operation that it rewrites."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir import Op, Slot, slots
from ..kinds import INT, Array, Ints
from ..known import subscript_kind
from ..sym import Sym
from .rules import NoBatch


class Place:
    """One operation of a loop, and the arrays that its operands have become."""

    def __init__(self, batch: Any, op: Op) -> None:
        self.batch, self.op = batch, op
        self.given = op.attrs["given"]

    @property
    def size(self) -> Any:
        """The length of the new axis."""
        return self.batch.size

    @property
    def result_rank(self) -> int:
        """The number of axes that one turn's result has."""
        return len(self.batch.widened(self.op.result.kind).dims) - 1

    def row(self, **given: Any) -> Any:
        """The same row on other arguments."""
        return self.batch.builder.call(self.op.attrs["prim"], (), given)

    def batched(self, name: str) -> bool:
        """Has an argument the new axis, or anything in it?"""
        return any(self.op.operands[i] in self.batch.wide for i in slots(self.given.get(name)))

    def rank(self, name: str) -> int:
        """The number of axes of an argument without the new one."""
        item = self.given[name]
        if not isinstance(item, Slot):
            return np.ndim(item)
        return len(self.batch.widened(self.op.operands[item.index].kind).dims) - 1

    def rank_at(self, name: str, index: Any) -> int:
        """The number of axes of an entry of an argument."""
        item = self.given[name]
        kind = self.op.operands[item.index].kind if isinstance(item, Slot) else None
        found = subscript_kind(kind, self.given["index"], self.op.operands) if kind is not None else None
        if not isinstance(found, Array) or found.dims is None:
            raise NoBatch("an entry that is not known")
        return len(found.dims)

    def has_axis(self, a: Any) -> bool:
        """Has an array among the new arguments the new axis?"""
        return isinstance(a, Sym) and a.value in self.batch.made

    def all_batched(self, arrays: Any) -> list[Any]:
        """Arrays that all have the new axis: those that had not are the same for all directions."""
        if not all(isinstance(a, Sym) and isinstance(a.value.kind, Array) and a.value.kind.dims for a in arrays):
            raise NoBatch("numbers among arrays")
        return [a if self.has_axis(a) else np.broadcast_to(a, (self.size, *a.shape)) for a in arrays]

    def shape_of(self, shape: Any) -> tuple[Any, ...]:
        """A shape argument as its entries.

        Raises:
            NoBatch: if it is not known how many there are.
        """
        if isinstance(shape, Sym):
            if shape.value.kind == INT:
                return (shape,)
            if not isinstance(shape.value.kind, Ints) or shape.value.kind.length is None:
                raise NoBatch("a shape of unknown length")
            return tuple(shape)
        return tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
