"""Runs of generated operations as lines of Python."""

from __future__ import annotations

from ..ir import Op, Value
from .branches import Branches
from .loops import Loops
from .statements import Row


class Block(Branches, Loops):
    """Prints runs of generated operations of one function."""

    def lines_of(self, ops: list[Op], forced: dict[Value, str]) -> list[Row]:
        """The statements of operations that stand together in the program."""
        self.rows = []
        self.registers.forced.update(forced)
        self.registers.theirs.update(forced)
        self.liveness.number([op for op in ops if op not in self.liveness.position])
        self.print_ops(ops)
        return self.rows
