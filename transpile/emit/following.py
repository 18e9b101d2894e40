"""Variables of ours that follow a value of the user's through the branches and loops that make it."""

from __future__ import annotations

from typing import Any

import gast

from ..front.needs import NeedLoop
from ..ir import Function, Op, Value, walk
from ..kinds import Array
from ..lower.core import Refuse
from ..shapes import shape_chain
from .edits import Edits, Names
from .homes import END, Homes
from .layout import literal
from .origins import escapes, flag_name, outer_loop
from .reads import Reads


class Following:
    """The lines that keep such variables up to date, on every way through. `Naming` knows the texts.

    Attributes:
        texts: the texts that were found for values of the user's.
        followed: values that a variable follows.
        shape_names: variables that follow a shape.
    """

    def __init__(self, function: Function, reads: Reads, names: Names, edits: Edits) -> None:
        self.function, self.names, self.edits = function, names, edits
        self.reads = reads
        self.homes: Homes = reads.homes
        self.texts: dict[Value, str] = {}
        self.followed: set[Value] = set()
        self.shape_names: dict[Value, str] = {}
        self.shape_text: Any = lambda owner, kind: f"{owner}.shape"

    def text(self, value: Value) -> str:
        """The text that reads this value, at every place it was announced for."""
        raise NotImplementedError

    def step(self, value: Value, copied: bool) -> str:
        """An expression inside a line, taken out of it under a name."""
        raise NotImplementedError

    def follow(self, value: Value, op: Op) -> str:
        """A variable of our own that takes the value in each arm, or at the end of each turn."""
        if op.code != "if" and not isinstance(op.node, (gast.For, gast.While)):
            raise NeedLoop(op.node, self.function)
        name = self.texts[value] = self.names.fresh(value.name or flag_name(op))
        self.names.optional.add(name)
        self.followed.add(value)
        self.keep(name, value, op)
        return name

    def follow_turns(self, value: Value, loop: Op) -> str:
        """A variable of our own that holds what a turn starts with, where the user's name may not exist yet."""
        body, count = loop.regions[0], loop.attrs["sequences"]
        if value not in body.params[count:] or not isinstance(loop.node, (gast.For, gast.While)):
            raise nameless(value)
        index = body.params.index(value)
        init, last = loop.operands[index], body.yields[index - count]
        name = self.texts[value] = self.names.fresh(value.name or "turn")
        self.names.optional.add(name)
        self.followed.add(value)
        start, end = loop.attrs["clocks"]
        self.edits.before[loop.node].append((f"{name} = {self.kept(init, start, False)}", loop.line))
        text = self.kept(last, end, False)
        if last in self.followed and last in body.params[count:] and last is not value:
            raise nameless(value)  # two variables that change places would be read too late
        self.edits.turn_ends[loop.node].append(f"{name} = {text}")
        return name

    def keep(self, name: str, value: Value, op: Op, shape: bool = False) -> None:
        """Lines that give a variable of ours the value (or its shape), on every way through what makes it."""
        index = op.results.index(value)
        if op.code == "if" and op.node is None:
            self.keep_skipped(name, op, index, shape)
        elif op.code == "if":
            if not isinstance(op.node, (gast.If, gast.Try)):
                raise nameless(value)
            for arm, region in enumerate(op.regions):
                source = region.yields[index]
                self.edits.leave_arm(op, arm, f"{name} = {self.kept(source, END, shape)}")
        else:
            if not isinstance(op.node, (gast.For, gast.While)):
                raise NeedLoop(op.node, self.function)
            init, last = op.operands[op.attrs["sequences"] + index], op.regions[0].yields[index]
            start, end = op.attrs["clocks"]
            self.edits.before[op.node].append((f"{name} = {self.kept(init, start, shape)}", op.line))
            self.edits.turn_ends[op.node].append(f"{name} = {self.kept(last, end, shape)}")

    def flag(self, value: Value) -> str:
        """A variable that says which arm was taken, where no expression of the text does."""
        op = next(op for op in walk(self.function.region) if op.user and op.code == "if" and op.operands[0] is value)
        name = self.names.fresh(f"cond_{op.line}")
        for arm in (0, 1):
            self.edits.leave_arm(op, arm, f"{name} = {not arm}")
        return name

    def keep_skipped(self, name: str, op: Op, index: int, shape: bool) -> None:
        """The rest of a block, after a jump: what the value is if it is jumped over, and if not."""
        jumped, ran = (r.yields[index] for r in op.regions)
        first = "True" if jumped is op.operands[0] else None
        maker = jumped.op
        if maker is not None and maker.code == "const" and (not shape or maker.attrs["value"] is None):
            first = "()" if shape else literal(maker.attrs["value"])
        if first is not None:
            loop = outer_loop(op.results[index])
            (self.edits.start if loop is None else self.edits.body_start[loop]).append((f"{name} = {first}", 0))
        elif maker is not None and maker.user and maker.code in ("if", "for", "while") and maker.region is op.region:
            self.keep(name, jumped, maker, shape)  # the jump leaves from inside of it
        else:
            self.keep_from_before(name, jumped, op, shape)
        text = f"{name} = {self.kept(ran, END, shape)}"
        rest = op.attrs["skipped"]
        if rest:
            self.edits.rest_ends[rest[0]].append(text)
        else:
            self.edits.fallen.append(text)

    def keep_from_before(self, name: str, value: Value, op: Op, shape: bool) -> None:
        """What is jumped over leaves a value as it was before the statement that jumps."""
        jumping = op.operands[0].op
        while jumping is not None and jumping.code == "if" and jumping.node is None:
            jumping = jumping.operands[0].op
        if jumping is None or not isinstance(jumping.node, (gast.If, gast.For, gast.While, gast.Try)) or (
                jumping.region is not op.region or not self.made_before(value, jumping, shape)):
            raise nameless(value)
        self.edits.before[jumping.node].append((f"{name} = {self.kept(value, started(jumping), shape)}", 0))

    def made_before(self, value: Value, jumping: Op, shape: bool) -> bool:
        """Is all that a value's text is made of there, to stay, when a statement begins?"""
        return all(
            (shape or not self.homes.clobbered(v)) and (
                v.op is None or v.op.stmt is not jumping.node and ended(v.op) < started(jumping))
            for v in self.sources(value)
        )  # fmt: skip

    def sources(self, value: Value) -> list[Value]:
        """The values whose texts a derived text is made of."""
        raise NotImplementedError

    def kept(self, value: Value, clock: int, shape: bool) -> str:
        """The text of a value, or of its shape, at a time."""
        if value.op is not None and value.op.code == "const" and value.op.attrs["value"] is None:
            return "()" if shape else "None"
        if shape:
            self.reads.announce_shape(value, clock)
            return self.shape_named(value)
        self.reads.announce(value, clock)
        text, op = self.text(value), value.op
        if op is not None and op.user and escapes(op) and value not in self.followed and self.names.ours(text):
            self.edits.unbound[outer_loop(value)].append(text)  # bound behind it: who leaves early has no use for it
        return text

    # --- shapes --------------------------------------------------------------------------

    def shape_named(self, value: Value) -> str:
        """A text for the shape of a value."""
        owner = self.reads.shape_owner(value)
        op = value.op
        if owner is None and op is not None and op.user and escapes(op):
            return self.followed_shape(value, op)
        if owner is None:
            for candidate in shape_chain(value):
                passing = next((h for h in self.homes.of(candidate) if h.passing), None)
                if passing is not None and candidate not in self.texts:
                    name = self.names.fresh(f"{passing.name}_shape")
                    shape = self.shape_text(self.homes.text(passing), candidate.kind)
                    self.edits.at(passing.anchor, f"{name} = {shape}", 0)
                    return name
                if candidate in self.followed or any(h.shadow for h in self.homes.of(candidate)):
                    return self.shape_if_made(candidate)
                if candidate in self.texts or candidate.node is not None and candidate.op is not None:
                    return self.guarded_shape(self.shape_source(candidate), candidate.kind, candidate.unsure)
        return self.shape_text(owner, value.kind) if owner is not None else self.shape_if_made(value)

    def shape_source(self, value: Value) -> str:
        """A text that reads an array for its shape only: whatever is stored into it."""
        if self.reads.for_shape(value):
            return self.step(value, False)
        return self.text(value)

    def shape_if_made(self, value: Value) -> str:
        """The shape of what a variable holds, if it does not hold None."""
        return self.guarded_shape(self.text(value), value.kind, value.unsure)

    def guarded_shape(self, name: str, kind: Any, unsure: bool = False) -> str:
        """The shape of what a text reads; of a variable that may hold None yet, then one of zeros."""
        shape = self.shape_text(name, kind)
        axes = len(kind.dims or ()) if isinstance(kind, Array) else 0
        exists = not unsure and name not in self.names.optional
        return shape if exists else f"({(0,) * axes} if {name} is None else {shape})"

    def followed_shape(self, value: Value, op: Op) -> str:
        """A variable for a shape, bound on every way out of what makes its array: who leaves early needs it, too."""
        if value not in self.shape_names:
            self.shape_names[value] = self.names.fresh(f"{value.name or 'step'}_shape")
            self.keep(self.shape_names[value], value, op, True)
        return self.shape_names[value]


def started(op: Op) -> int:
    """When an operation began."""
    return int(op.attrs["clocks"][0]) if "clocks" in op.attrs else op.clock


def ended(op: Op) -> int:
    """When its results were there."""
    return int(op.attrs["clocks"][1]) if "clocks" in op.attrs else op.clock


def nameless(value: Value) -> Refuse:
    """What is said of a value that no text reads and no line of ours can name."""
    op = value.op
    node = value.node
    if node is None and op is not None:
        node = op.node if op.node is not None else op.stmt
    return Refuse(node, "a value that the gradient reads has no name here",
                  "it is changed in place, or made inside an expression that is not taken apart",
                  "give it a name of its own: an assignment on a line before")  # fmt: skip
