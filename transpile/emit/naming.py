"""Under which text can generated code read a value of the user's?

The user's own name, as long as it holds the value where it is read; else a copy of the name made
in time (``h_1 = h``); else a step taken out of the user's line (``loss_1 = y - t``); else a
variable that follows the value through the branches and loops that make it.

Two phases: every read is announced with its clock (`Reads`), then texts are asked for, which
notes the edits that the user's text needs. No text depends on the order of asking.
"""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Function, Op, Value
from ..kinds import RANGE
from ..literals import double_quoted
from ..lower.trail import CAPTURED, Home, Trail
from .copies import Copies
from .derived import pack_text
from .edits import Edits, Names
from .homes import END, Homes
from .layout import literal, literal_text
from .origins import turned_round
from .reads import Reads
from .shadows import Shadows


class Naming(Copies):
    """Texts for the values of one user function that generated code reads."""

    def __init__(self, function: Function, trail: Trail, names: Names, edits: Edits, memory: Any = None) -> None:
        super().__init__(function, Reads(Homes(trail, memory)), names, edits)
        if function.source is not None:
            shadows = Shadows(function.source.tree, names, edits)
            self.homes.text, self.homes.has_shadow = lambda home: self.read(shadows.text(home)), shadows.can_be
        self.printed = self.reads.printed  # texts of values that generated lines define
        self.promise: Any = str  # the name that generated lines will give to a value of theirs
        self.kernel = str

    def read(self, text: str) -> str:
        """The text of a home, with the name of the kernel that reads what a function closes over."""
        return text.replace(CAPTURED, self.kernel("captured")) if CAPTURED in text else text

    def text(self, value: Value) -> str:
        """The text that reads this value, at every place it was announced for."""
        if value in self.printed:
            return self.printed[value]
        if value not in self.texts:
            self.texts[value] = ""  # a value that needs itself: a variable is made for it
            self.texts[value] = self.find(value)
        return self.texts[value]

    def find(self, value: Value) -> str:
        op = value.op
        if value in self.reads.own and not self.homes.of(value):
            return str(self.promise(value))
        if value in self.function.attrs.get("flags", ()):
            return self.flag(value)
        if op is not None and op.code == "const":
            if (text := literal(op.attrs["value"])) is not None:
                return text
        home = self.valid_home(value)
        if home is not None:
            return double_quoted(self.homes.text(home))
        made = value in self.reads.own and op is not None and op.code in ("prim", "call")
        if made and not self.homes.clobbered(value):
            return str(self.promise(value))
        if op is not None:
            text = self.derived(value, op)
            if text is not None:
                return text
        return self.alias(value)

    def valid_home(self, value: Value) -> Home | None:
        reads = self.reads.clocks[value] or [END]
        for home in sorted(self.homes.of(value), key=lambda h: (h.shadow, len(h.text), h.clock)):
            if all(self.homes.valid(home, value, read) for read in reads):
                return home
        return None

    def derived(self, value: Value, op: Op) -> str | None:
        """Texts that follow from another value's text."""
        if op.code == "shape":
            return self.shape_named(op.operands[0])
        if op.code in ("stop", "hook"):
            return self.text(op.operands[0])
        if value.node is None and turned_round(op):
            return f"{self.text(op.operands[0])}[::-1]"
        if op.code == "pack" and value.node is None:
            return pack_text(op, [self.text(v) for v in op.operands])
        twin = self.reads.twins.get((op.operands[0], op.attrs["key"])) if op.code == "item" else None
        if twin not in (None, value):
            return self.text(twin)
        if op.code == "item" and not op.user:
            return f"{self.text(op.operands[0])}[{literal_text(op.attrs['key'])}]"
        if value.kind == RANGE and op.user and value.node is not None and self.range_holds(value, op):
            return self.segment(value.node)
        if op.user and value in op.attrs.get("collected", {}):
            return self.collect(op, op.attrs["collected"][value])
        if op.user and value in op.attrs.get("exported", {}):
            return self.export(op.attrs["exported"][value], value in self.reads.bound)
        return None

    def range_holds(self, value: Value, op: Op) -> bool:
        """Does a range written out again have the same numbers at every read?"""
        names = {n.id for n in gast.walk(value.node) if isinstance(n, gast.Name)}
        plain = (gast.Call, gast.Name, gast.Constant, gast.BinOp, gast.UnaryOp, gast.operator, gast.unaryop,
                 gast.expr_context)  # fmt: skip
        calls = [n for n in gast.walk(value.node) if isinstance(n, gast.Call)]
        if len(calls) != 1 or not all(isinstance(n, plain) for n in gast.walk(value.node)):
            return False
        homes = [Home(n, n, op.clock, None) for n in names]
        return all(self.homes.valid(h, None, read) for h in homes for read in self.reads.clocks[value])

    def segment(self, node: Any) -> str:
        """The text of a node: a made one says it itself."""
        return str(getattr(node, "printed_as", None) or self.function.source.source.segment(node))
