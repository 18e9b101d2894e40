"""Sums that grow in place: ``dW += ...`` where ``dW = dW + ...`` would make a new array each time."""

from __future__ import annotations

import numpy as np

from ..fresh import SHARING
from ..ir import Op, Region, Slot, Value
from ..kinds import Array, Scalar
from ..shapes import same_shape
from ..thrift import SAVES_WORK
from .liveness import Liveness, Readers

NEW = ("zeros", "ones", "full", "copy", "add", "subtract", "multiply", "divide", "matmul", "scatter", "sum",
       "power", "negative")  # fmt: skip


class InPlace:
    """Finds the additions whose old value nobody else sees.

    Attributes:
        added: addition -> the name that grows, and what is added to it.
        grown: results of additions made in place.
    """

    def __init__(self, readers: Readers, liveness: Liveness) -> None:
        self.readers, self.liveness = readers, liveness
        self.added: dict[Op, tuple[str, Value]] = {}
        self.grown: set[Value] = set()

    # --- one statement -------------------------------------------------------------------

    def takes_in_place(self, op: Op) -> bool:
        """May ``d = d + e`` be ``d += e``?  A number, or an array that we made and nobody else sees.

        The name decides that the old value is not read later; here it is asked whether its memory is.
        """
        if op.code != "prim" or op.attrs["prim"].name not in ("add", "subtract") or len(op.operands) != 2:
            return False
        if not SAVES_WORK:
            return False
        old = op.operands[0]
        if list(op.attrs["given"].values()) != [Slot(0), Slot(1)]:
            return False
        kind, made = old.kind, op.result.kind
        if isinstance(kind, Scalar):
            return kind == made
        if not isinstance(kind, Array) or not isinstance(made, Array) or not kind.dims or kind.dtype is None:
            return False
        if kind.dtype != made.dtype or kind.loose or made.loose or not same_shape(op.result, old):
            return False
        readers = self.readers.ops.get(old, [])
        plain = all(r.code == "prim" and r.attrs["prim"].name not in SHARING for r in readers)
        if old in self.readers.yielding or old in self.readers.roots:
            return False
        return plain and self.made_here(old, op)

    def made_here(self, value: Value, reader: Op) -> bool:
        """Did a generated line of this very block make the array as new memory?"""
        made = value.op
        if made is None or made.user or made.code != "prim" or made.region is not reader.region:
            return False
        return value in self.grown or made.attrs["prim"].name in NEW or is_elementwise(made)

    # --- what a loop carries -------------------------------------------------------------

    def accumulate(self, op: Op, body: Region, k: int, text: str) -> None:
        """``dW += ...`` for a carried array that started as a new one of our own."""
        count = op.attrs["sequences"]
        init, param, last = op.operands[count + k], body.params[count + k], body.yields[k]
        links = self.links(param, last, body) if SAVES_WORK else []
        if not links or param in body.yields or self.readers.ops.get(last):
            return
        kind = param.kind
        if not isinstance(kind, Scalar) and not (isinstance(kind, Array) and kind.dims and self.is_new(init, op)):
            return
        for made in links:
            self.added[made] = (text, made.operands[1])

    def links(self, param: Value, last: Value, body: Region) -> list[Op]:
        """The additions of a turn that lead from a carried value to the next, each read by the next alone."""
        out: list[Op] = []
        value = last
        while value is not param:
            made = value.op
            if made is None or made.code != "prim" or made.attrs["prim"].name not in ("add", "subtract"):
                return []
            if made.user or made.region is not body or len(made.operands) != 2:
                return []
            if list(made.attrs["given"].values()) != [Slot(0), Slot(1)]:
                return []
            value = made.operands[0]
            if self.readers.ops.get(value) != [made] or value in self.readers.yielding or value in self.readers.roots:
                return []
            out.append(made)
        return out

    def is_new(self, value: Value, loop: Op) -> bool:
        """An array that a generated operation made for this loop alone."""
        op = value.op
        if not self.readers.only_reader(value, loop):
            return False
        if op is None:
            return self.is_new_parameter(value)
        if op.user:
            return False
        if op.code == "prim":
            return op.attrs["prim"].name in NEW
        if op.code == "for" and op in self.liveness.position:
            k = op.results.index(value)
            made = op.regions[0].yields[k].op if k < len(op.regions[0].yields) else None
            return made in self.added
        return False

    def is_new_parameter(self, param: Value) -> bool:
        """What a loop of ours carries is new if it was at first and a loop inside grows it."""
        owner = param.region.owner if param.region is not None else None
        if not isinstance(owner, Op) or owner.user or owner.code != "for" or owner not in self.liveness.position:
            return False
        count, body = owner.attrs["sequences"], owner.regions[0]
        k = body.params.index(param) - count
        if k < 0 or not self.is_new(owner.operands[count + k], owner):
            return False
        inner = body.yields[k].op
        if inner is None or inner.user or inner.code != "for" or inner.region is not body:
            return False
        at = inner.attrs["sequences"] + inner.results.index(body.yields[k])
        return at < len(inner.operands) and inner.operands[at] is param and not self.readers.ops.get(body.yields[k])


def is_elementwise(op: Op) -> bool:
    """A ufunc on an array with axes gives a new array."""
    return isinstance(op.attrs["prim"].fun, np.ufunc) and op.attrs["prim"].name not in SHARING
