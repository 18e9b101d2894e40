"""The cotangents of the lists that the turns of a loop have read while they grew.

A gradient in the body reads what the turns before have saved. Differentiated once more it gives each of
them a cotangent, and these turns come later when the loop is walked backwards. So the adjoint carries a
list of them, and each turn takes the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime.declare import NAMES
from ..ir import Op, Region, Value, all_regions, listed, substitute
from ..kinds import ListOf
from ..sym import Sym
from .pairs import Missing
from .parts import gradient_kind

if TYPE_CHECKING:
    from .sweep import Sweep

CONTAINERS = "a second derivative through a gradient that goes back over earlier turns, which have saved containers"


class Growing:
    """The part of a loop's adjoint that carries these lists."""

    def __init__(self, given: dict[Op, Any]) -> None:
        self.given = given
        self.ops: list[Op] = list(given)
        self.params: list[Value] = []
        self.rests: list[Any] = []

    def enter(self, sweep: Sweep, region: Region) -> None:
        """A turn takes its own cotangents from the ends of the lists."""
        builder = sweep.builder
        self.params, self.rests = [], []
        for op in self.ops:
            value = listed(op)
            kind = gradient_kind(value.kind)
            param = Value(ListOf(kind), f"d{op.result.name}" if op.result.name else "", region=region)
            d, rest = (NAMES[name].fun(Sym(param, builder), *more)
                       for name, more in (("list_item", (-1,)), ("list_init", ())))  # fmt: skip
            d.value.kind, d.value.unsure, rest.value.kind = kind, value.unsure, param.kind
            sweep.accumulate(value, d, exact=True)
            self.params.append(param)
            self.rests.append(rest)

    def settled(self, sweep: Sweep) -> bool:
        """Have no others turned up?"""
        more = [op for op in sweep.before if op not in self.ops]
        self.ops += more
        return not more

    def leave(self, sweep: Sweep, region: Region) -> None:
        """What the turn has read goes to the turns before."""
        for op, rest in zip(self.ops, self.rests, strict=True):
            d = sweep.before.get(op)
            if isinstance(d, dict):
                sweep.pairs.missing.append(Missing(op, CONTAINERS))
                d = None
            region.yields.append((rest if d is None else NAMES["list_add"].fun(rest, d)).value)
        self.answer(region)

    def answer(self, region: Region) -> None:
        """Whoever asks what a list was like in the turn, for its zeros, is told what the list carried is like."""
        known = {op.result: rest.value for op, rest in zip(self.ops, self.rests, strict=True)}
        found: dict[Value, Value] = {}
        for inner in all_regions(region):
            for op in [o for o in inner.ops if o.code == "so_far" and o.operands[0] in known]:
                found[op.result] = known[op.operands[0]]
                inner.ops.remove(op)
        substitute(region, found)
