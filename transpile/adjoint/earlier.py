"""The adjoint of the turns of a loop that lie before a gradient in its body.

The sweep of such a gradient has come to the start of its turn. From there a loop goes back over the
turns before, with what they have saved so far; it starts from the cotangents of what the turn was given.
Of a loop whose gradient is taken in each turn this costs a number of turns that grows with the square.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime.declare import NAMES
from ..ir import Op, Region, Value
from ..kinds import ListOf
from ..saving import collect, export_from_loop, standing
from ..sym import Sym
from .growing import Growing
from .loops import LoopAdjoint
from .pairs import Missing

if TYPE_CHECKING:
    from .sweep import Sweep

CONTAINERS = "a loop over containers: take the gradient after the loop, or keep a list for each of their parts"


class EarlierTurns(LoopAdjoint):
    """The loop that walks the turns before this one backwards."""

    def __init__(self, sweep: Sweep, op: Op, given: dict[Value, Any], read: dict[Op, Any]) -> None:
        body, count = op.regions[0], op.attrs["sequences"]
        super().__init__(sweep, op, [given.get(p) for p in body.params[count:]])
        self.items = [given.get(p) for p in body.params[:count]]
        self.local = set(standing(body))
        self.growing = Growing(read)
        self.may_stop = True  # the turns to come have no part in it

    def write(self) -> None:
        builder = self.sweep.builder
        with builder.anew(), builder.at(line=self.op.line):
            super().write()

    def initial(self, d: Any, param: Value, final: Value) -> Value:
        return super().initial(d, param, param if param in self.local else final)

    def list_before(self, op: Op) -> Value:
        d = self.growing.given.get(op)
        return self.sweep.as_value(self.sweep.zeros(op.result) if d is None else d)

    def export(self, mirror: Op, region: Region) -> None:
        ops = self.sweep.builder.region.ops
        at = len(ops)
        export_from_loop(self.op, mirror, region, self.so_far)
        lists, ops[at:] = ops[at:], []
        ops[ops.index(mirror) : ops.index(mirror)] = lists  # what it walks is read before it

    def results(self, mirror: Op) -> None:
        if any(path for _, path in self.walked) or any(isinstance(d, dict) for d in self.items):
            self.sweep.pairs.missing.append(Missing(self.op, CONTAINERS))
            return
        super().results(mirror)
        walked = {i for i, _ in self.walked}
        for i, d in enumerate(self.items):
            if d is not None and i not in walked:
                self.append_item(i, None)

    def sequence(self, number: int, rows: Value) -> None:
        self.append_item(number, rows)

    def append_item(self, number: int, rows: Value | None) -> None:
        """The cotangents of the entries of the turns before, and of this turn's."""
        builder = self.sweep.builder
        param, d = self.body.params[number], self.items[number]
        before = Sym(rows, builder) if rows is not None else NAMES["list_zeros"].fun(
            Sym(self.so_far(listing(self.op, param)), builder))
        d = self.sweep.zeros(param) if d is None else d
        whole = NAMES["list_append"].fun(before, d)
        whole.value.kind = ListOf(param.kind)
        super().sequence(number, whole.value)


    def so_far(self, collected: Value) -> Value:
        """A list as the turns before have left it."""
        begin = earlier(self.op, collected)
        result = self.sweep.builder.append("so_far", [begin], [begin.kind]).result
        result.name = collected.name
        return result


def listing(loop: Op, value: Value) -> Value:
    """The list of a value's turns."""
    known = loop.attrs.setdefault("lists", {})
    if value not in known:
        known[value] = collect(loop, value)
    return known[value]  # type: ignore[no-any-return]


def earlier(loop: Op, collected: Value) -> Value:
    """What there is of a list when a turn begins."""
    body = loop.regions[0]
    for op in body.ops:
        if op.code == "earlier" and op.attrs["list"] is collected:
            return op.result
    op = Op("earlier", [], {"list": collected}, [], [], None, loop.stmt, loop.line, False, body)
    op.results = [Value(collected.kind, collected.name, op=op)]
    body.ops.insert(0, op)
    return op.result
