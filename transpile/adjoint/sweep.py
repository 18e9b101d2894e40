"""The reverse sweep itself: from operation to operation, each by the adjoint of its code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...runtime.declare import NAMES
from ..builder import Builder
from ..ir import Op
from ..kinds import ListOf, TupleOf
from ..sym import Sym
from .branches import BranchAdjoint
from .calls import sweep_call
from .cotangents import Cotangents
from .custom import sweep_rule
from .loops import LoopAdjoint
from .pairs import KEPT, Missing
from .rules import sweep_row

AGAIN = ("the value to differentiate depends on this derivative of an earlier turn of the loop, which depends on "
         "those of the turns before it: each turn would need one order more. Pass EnableHigherDerivatives=False to "
         "make it a constant, or cut the path with dl.stop_gradient(...)")  # fmt: skip


class Sweep(Cotangents):
    """One reverse sweep: it walks back over operations and passes their cotangents on."""

    def child(self) -> Sweep:
        other = self.anew(self.builder, self.active)
        other.cotangents = dict(self.cotangents)
        return other

    def anew(self, builder: Builder, active: set[Any]) -> Sweep:
        """A sweep without cotangents yet, in the same program."""
        return Sweep(builder, active, self.pairs)

    def run(self, ops: Iterable[Op]) -> None:
        """Sweep back over operations."""
        for op in reversed(list(ops)):
            given = [self.cotangents.pop(r, None) for r in op.results]
            if all(d is None for d in given):
                continue
            method = getattr(self, f"op_{op.code}")
            with self.builder.at(line=op.line or self.builder.line):
                method(op, given)

    def op_const(self, op: Op, given: list[Any]) -> None:
        pass

    op_shape = op_stop = op_const

    def op_user(self, op: Op, given: list[Any]) -> None:
        if any(v in self.active for v in op.operands):
            self.pairs.missing.append(Missing(op, op.attrs["why"]))
        elif op in self.active:
            self.pairs.missing.append(Missing(op, KEPT))

    def op_gradient(self, op: Op, given: list[Any]) -> None:
        """A gradient that is not written yet: that of an earlier turn."""
        if not op.attrs.get("constant") and any(v in self.active for v in op.operands):
            self.pairs.missing.append(Missing(op, AGAIN))

    op_derive = op_gradient

    def op_earlier(self, op: Op, given: list[Any]) -> None:
        self.before[op] = given[0]

    def op_so_far(self, op: Op, given: list[Any]) -> None:
        self.accumulate(op.operands[0], given[0], exact=True)

    def op_hook(self, op: Op, given: list[Any]) -> None:
        sweep_rule(self, op, given)

    def op_item(self, op: Op, given: list[Any]) -> None:
        container = op.operands[0]
        if isinstance(container.kind, ListOf):
            zeros = NAMES["list_zeros"].fun(Sym(container, self.builder))
            d = self.complete(op.result, given[0])
            self.accumulate(container, NAMES["list_add_at"].fun(zeros, op.attrs["key"], d))
        else:
            self.accumulate(container, {op.attrs["key"]: given[0]})

    def op_pack(self, op: Op, given: list[Any]) -> None:
        keys = op.result.kind.keys if isinstance(op.result.kind, TupleOf) else None
        for i, slot in enumerate(op.attrs["template"]):
            operand = op.operands[slot.index]
            if not self.follows(operand):
                continue
            key = keys[i] if keys is not None else i
            d = given[0].get(key) if isinstance(given[0], dict) else Sym(
                self.entry(given[0].value, key, operand.kind), self.builder)
            self.accumulate(operand, d, exact=True)

    def op_prim(self, op: Op, given: list[Any]) -> None:
        sweep_row(self, op, given[0])

    def op_if(self, op: Op, given: list[Any]) -> None:
        BranchAdjoint(self, op, given).write()

    def op_for(self, op: Op, given: list[Any]) -> None:
        LoopAdjoint(self, op, given).write()

    op_while = op_for

    def op_call(self, op: Op, given: list[Any]) -> None:
        sweep_call(self, op, given)
