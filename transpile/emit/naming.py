"""Under which text can generated code read a value of the user's?

The user's own name, as long as it holds the value where it is read; else a copy of the name made
in time (``h_1 = h``); else a step taken out of the user's line (``loss_1 = y - t``); else a
variable that follows the value through the branches and loops that make it.

Two phases: every read is announced with its clock (`Reads`), then texts are asked for, which
notes the edits that the user's text needs. No text depends on the order of asking.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import gast

from ..front.comprehensions import NeedLoop
from ..ir import Function, Op, Region, Value
from ..kinds import NOTHING, RANGE, Array, Scalar
from ..lower.core import Home, Refuse, Trail
from ..order import target_name
from ..shapes import shape_chain
from .edits import Edits, Names
from .layout import double_quoted, literal_text

END = 1 << 60


class Naming:
    """Texts for the values of one user function that generated code reads."""

    def __init__(self, function: Function, trail: Trail, names: Names, edits: Edits) -> None:
        self.function, self.trail, self.names, self.edits = function, trail, names, edits
        self.memory: Any = None  # `Memory`, for functions of the user's
        self.texts: dict[Value, str] = {}
        self.reads: dict[Value, list[int]] = defaultdict(list)
        self.promise: Any = str  # the name that generated lines will give to a value of theirs
        self.kernel: Any = str  # the name under which generated code calls a kernel
        self.shape_text: Any = lambda owner, kind: f"{owner}.shape"
        self.twins: dict[Any, Any] = {}  # entries of tuples that the user has unpacked
        self.own: set[Value] = set()  # what generated lines define
        self.shapes: dict[Value, list[int]] = defaultdict(list)
        self.shape_names: dict[Value, str] = {}  # variables of ours that follow a shape
        self.followed: set[Value] = set()
        self.bound: set[Value] = set()  # exports that must be bound wherever their turn ends
        self.loops = [span for span in trail.loops if trail.counts(span[0])]
        self.printed: dict[Value, str] = {}  # texts of values that generated lines define

    # --- announcing ----------------------------------------------------------------------

    def announce(self, value: Value, clock: int) -> None:
        """A value will be read at this time."""
        if self.is_generated(value) or clock in self.reads[value]:
            return
        self.reads[value].append(clock)
        op = value.op
        if op is None or value in self.printed:
            return
        if op.code == "shape":
            self.announce_shape(op.operands[0], clock)
        elif op.code == "prim" and value.node is None and op.attrs["prim"].name in ("flip", "list_reversed"):
            self.announce(op.operands[0], clock)
        elif op.code == "pack" and value.node is None:
            for operand in op.operands:
                self.announce(operand, clock)
        elif op.code == "item" and (twin := self.twins.get((op.operands[0], op.attrs["key"]))) not in (None, value):
            self.announce(twin, clock)
        elif op.code in ("item", "stop", "hook") and not op.user:
            self.announce(op.operands[0], clock)
        elif (inner := op.attrs.get("collected", {}).get(value)) is not None and op.user:
            self.announce_turns(op, inner)
        elif (inner := op.attrs.get("exported", {}).get(value)) is not None and op.user:
            self.announce(inner, clock)

    def is_generated(self, value: Value) -> bool:
        """Made by generated lines, which give it a name when they are printed."""
        if value in self.own:
            return not self.homes(value)
        op = value.op
        if op is not None and op.code in ("shape", "item", "stop", "hook") and not op.user:
            return self.is_generated(op.operands[0])
        return False

    def announce_shape(self, value: Value, clock: int) -> None:
        """The shape of an array will be read: stores into the array do not matter."""
        if clock not in self.shapes[value]:
            self.shapes[value].append(clock)
        if self.shape_owner(value) is None:
            found = next((c for c in shape_chain(value) if c.node is not None or any(
                h.passing for h in self.homes(c))), value)  # fmt: skip
            if not any(h.passing for h in self.homes(found)):
                self.announce(found, clock)

    def shape_owner(self, value: Value) -> str | None:
        """A text that reads an array of the value's shape at all these times."""
        for candidate in shape_chain(value):
            if candidate in self.printed:
                return self.printed[candidate]
            for home in self.homes(candidate):
                reads = self.shapes[value]
                if all(not self.left_behind(home, candidate, read) and self.holds(home, read) for read in reads):
                    return home.text
        return None

    def announce_turns(self, loop: Op, inner: Value) -> None:
        """A value of each turn: read where it is made, or at the end of the turn."""
        home = self.early(loop, inner)
        if home is not None:
            self.announce(inner, home.clock)
            return
        self.bound.update(chain(inner))
        self.announce(inner, loop.attrs["clocks"][1] - 1)

    def early(self, loop: Op, inner: Value) -> Home | None:
        """Where, in the body itself, a value of the turn can be saved as soon as it is there."""
        owner = inner.op.region if inner.op is not None else inner.region
        if owner is not loop.regions[0]:
            return None
        if inner.op is not None and inner.op.user and escapes(inner.op):
            return None  # the turn may end before
        body = set(body_statements(loop.node))
        for home in self.homes(inner):
            if home.anchor is not None and (home.anchor[0] in body or home.anchor == (loop.node, "body")):
                return home
        return None

    def homes(self, value: Value) -> list[Home]:
        return [h for h in self.trail.homes.get(value, []) if self.trail.counts(h.clock)]

    # --- texts ---------------------------------------------------------------------------

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
        if value in self.own and not self.homes(value):
            return str(self.promise(value))
        if op is not None and op.code == "const":
            if (text := literal(op.attrs["value"])) is not None:
                return text
        home = self.valid_home(value)
        if home is not None:
            return double_quoted(home.text)
        if value in self.own and op is not None and op.code in ("prim", "call") and not self.clobbered(value):
            return str(self.promise(value))
        if op is not None:
            text = self.derived(value, op)
            if text is not None:
                return text
        return self.alias(value)

    def derived(self, value: Value, op: Op) -> str | None:
        """Texts that follow from another value's text."""
        if op.code == "shape":
            return self.shape_named(op.operands[0])
        if op.code in ("stop", "hook"):
            return self.text(op.operands[0])
        if op.code == "prim" and value.node is None and op.attrs["prim"].name in ("flip", "list_reversed") and op.user:
            return f"{self.text(op.operands[0])}[::-1]"
        if op.code == "pack" and value.node is None:
            return pack_text(op, [self.text(v) for v in op.operands])
        twin = self.twins.get((op.operands[0], op.attrs["key"])) if op.code == "item" else None
        if twin not in (None, value):
            return self.text(twin)
        if op.code == "item" and not op.user:
            return f"{self.text(op.operands[0])}[{literal_text(op.attrs['key'])}]"
        if value.kind == RANGE and op.user and value.node is not None and self.range_holds(value, op):
            return self.segment(value.node)
        if op.user and value in op.attrs.get("collected", {}):
            return self.collect(op, op.attrs["collected"][value])
        if op.user and value in op.attrs.get("exported", {}):
            return self.export(op.attrs["exported"][value], value in self.bound)
        return None

    def shape_named(self, value: Value) -> str:
        """A text for the shape of a value."""
        owner = self.shape_owner(value)
        op = value.op
        if owner is None and op is not None and op.user and escapes(op):
            return self.followed_shape(value, op)
        if owner is None:
            for candidate in shape_chain(value):
                passing = next((h for h in self.homes(candidate) if h.passing), None)
                if passing is not None and candidate not in self.texts:
                    name = self.names.fresh(f"{passing.name}_shape")
                    self.edits.at(passing.anchor, f"{name} = {self.shape_text(passing.text, candidate.kind)}", 0)
                    return name
                if candidate in self.texts or candidate.node is not None and candidate.op is not None:
                    return self.shape_text(self.text(candidate), candidate.kind)
        return self.shape_text(owner or self.text(value), value.kind)

    def followed_shape(self, value: Value, op: Op) -> str:
        """A variable for a shape, bound on every way out of what makes its array: who leaves early needs it, too."""
        if value not in self.shape_names:
            self.shape_names[value] = self.names.fresh(f"{value.name or 'step'}_shape")
            self.keep(self.shape_names[value], value, op, True)
        return self.shape_names[value]

    def range_holds(self, value: Value, op: Op) -> bool:
        """Does a range written out again have the same numbers at every read?"""
        names = {n.id for n in gast.walk(value.node) if isinstance(n, gast.Name)}
        plain = (gast.Call, gast.Name, gast.Constant, gast.BinOp, gast.UnaryOp, gast.operator, gast.unaryop,
                 gast.expr_context)  # fmt: skip
        calls = [n for n in gast.walk(value.node) if isinstance(n, gast.Call)]
        if len(calls) != 1 or not all(isinstance(n, plain) for n in gast.walk(value.node)):
            return False
        homes = [Home(n, n, op.clock, None) for n in names]
        return all(self.valid(h, None, read) for h in homes for read in self.reads[value])

    def segment(self, node: Any) -> str:
        return str(self.function.source.source.segment(node))

    def valid_home(self, value: Value) -> Home | None:
        reads = self.reads[value] or [END]
        for home in sorted(self.homes(value), key=lambda h: (len(h.text), h.clock)):
            if all(self.valid(home, value, read) for read in reads):
                return home
        return None

    def holds(self, home: Home, read: int) -> bool:
        """Does the home's text still read the same object, whatever was stored into it?"""
        return self.valid(home, None, read)

    def valid(self, home: Home, value: Value | None, read: int) -> bool:
        """Does the home's text still read the value at this time?"""
        if home.passing or read < home.clock or value is not None and self.left_behind(home, value, read):
            return False
        end = read
        for start, stop in self.loops:
            if start < read <= stop and home.clock <= start:
                end = max(end, stop)
        events = list(self.trail.rebinds.get(home.name, ()))
        if value is not None:
            events.extend(self.memory.writes(value))
        for cell in home.cells:
            if value is None and cell.sort == "array":
                continue  # a store leaves the shape alone
            events.extend(self.trail.mutations.get(cell, ()))
        return not any(home.clock < e <= end and self.trail.counts(e) for e in events)

    def left_behind(self, home: Home, value: Value | None, read: int) -> bool:
        """Was the name bound in an arm or loop that may not have run, for a value from outside of it?"""
        for start, stop, region in self.trail.spans:
            if start < home.clock <= stop < read:
                made = None if value is None else value.op.region if value.op is not None else value.region
                if value is None or not region.encloses(made):
                    return True
        return False

    def clobbered(self, value: Value) -> bool:
        """Is the memory of a value written to after it was made?"""
        made = [h.clock for h in self.homes(value)]
        start = min(made) if made else value.op.clock if value.op is not None else 0
        return any(e > start for e in self.memory.writes(value))

    # --- names of our own ----------------------------------------------------------------

    def alias(self, value: Value) -> str:
        """A name of our own, bound where the value can be read."""
        copied = self.clobbered(value) and not _immutable(value)
        placed = [h for h in self.homes(value) if h.anchor is not None]
        op = value.op
        is_step = value.node is not None and op is not None and op.user
        if is_step and (not placed or not value.name):
            return self.step(value, copied)
        path = op.attrs.get("paths", {}).get(op.results.index(value)) if op is not None and op.code == "call" else None
        if path and not placed and op is not None and op.user and isinstance(op.node, gast.Call) and not copied:
            if (op.node, False) not in self.edits.steps:
                self.edits.steps[op.node, False] = self.names.fresh(step_base(op.results[0], op))
            return self.edits.steps[op.node, False] + path
        if placed:
            home = min(placed, key=lambda h: h.clock)
            name = self.names.fresh(value.name or "step")
            self.edits.at(home.anchor, f"{name} = {self.own_copy(home.text, value) if copied else home.text}",
                          op.line if op is not None else 0)  # fmt: skip
            return name
        if op is not None and op.user and op.code in ("if", "for", "while"):
            return self.follow(value, op)
        raise self.nameless(value)

    def nameless(self, value: Value) -> Refuse:
        op = value.op
        node = value.node
        if node is None and op is not None:
            node = op.node if op.node is not None else op.stmt
        return Refuse(node, "a value that the gradient reads has no name here",
                      "it is changed in place, or made inside an expression that is not taken apart",
                      "give it a name of its own: an assignment on a line before")  # fmt: skip

    def own_copy(self, text: str, value: Value) -> str:
        """A copy of what a text reads, if it can change."""
        kind = value.kind
        if _immutable(value):
            return text
        if isinstance(kind, Array) and not kind.loose:
            return f"{text}.copy()"
        return f"{self.kernel('copied')}({text})"

    def step(self, value: Value, copied: bool) -> str:
        """An expression inside a line, taken out of it under a name."""
        node = value.node
        if copied and (node, False) not in self.edits.steps:
            self.edits.steps[node, False] = self.names.fresh(step_base(value))
            self.edits.copies[node] = self.own_copy("{}", value)
        if (node, copied) not in self.edits.steps:
            self.edits.steps[node, copied] = self.names.fresh(step_base(value))
        return self.edits.steps[node, copied]

    def export(self, inner: Value, bound: bool) -> str:
        """What a branch made, read under the same condition later on."""
        last = chain(inner)[-1].op
        known = literal(last.attrs["value"]) if last is not None and last.code == "const" else None
        if known is not None:
            return known
        if not bound:
            return self.text(inner)
        name = self.stable(inner)
        self.edits.unbound[outer_loop(inner)].append(name)
        return name

    def stable(self, inner: Value) -> str:
        """A name of our own for a value, bound once, where it is made."""
        op = inner.op
        if op is not None and op.user and inner in op.attrs.get("exported", {}):
            return self.stable(op.attrs["exported"][inner])
        if op is not None and op.code == "shape" and (maker := op.operands[0].op) is not None and maker.user:
            nowhere = maker.code in ("if", "for", "while") and not any(h.anchor for h in self.homes(op.operands[0]))
            if escapes(maker) or nowhere:
                return self.followed_shape(op.operands[0], maker)
        text = self.text(inner)
        if text.isidentifier() and self.names.ours(text):
            return text
        placed = [h for h in self.homes(inner) if h.anchor is not None]
        name = self.names.fresh(inner.name or "step")
        if placed:
            home = min(placed, key=lambda h: h.clock)
            text = self.own_copy(home.text, inner) if self.clobbered(inner) else home.text
            self.edits.at(home.anchor, f"{name} = {text}", op.line if op else 0)
        elif op is not None and op.user and op.code in ("if", "for", "while"):
            self.keep(name, inner, op)
        else:
            self.after_making(inner, f"{name} = {text}")
        return name

    def after_making(self, value: Value, line: str) -> None:
        """A line behind the one that makes what a text was derived from."""
        op = value.op
        if op is not None and op.code in ("shape", "stop", "item"):
            for source in shape_chain(op.operands[0]) if op.code == "shape" else op.operands[:1]:
                if source.op is not None and source.op.region is not op.region and op.code == "shape":
                    break
                placed = [h for h in self.homes(source) if h.anchor is not None]
                if placed:
                    self.edits.at(min(placed, key=lambda h: h.clock).anchor, line, op.line)
                    return
                if (source.node, False) in self.edits.steps:
                    self.edits.behind[source.node].append(line)
                    return
            source = op.operands[0]
            if source.op is not None and not source.op.user:
                self.after_making(source, line)
                return
        raise self.nameless(value)

    def collect(self, loop: Op, inner: Value) -> str:
        """The list of a value's turns."""
        if not isinstance(loop.node, (gast.For, gast.While)):
            raise NeedLoop(loop.node, self.function)
        home = self.early(loop, inner)
        if home is not None and not self.is_ours(inner):
            text = self.own_copy(home.text, inner) if self.clobbered(inner) else home.text
            saved = self.names.fresh(f"{inner.name or 'turn'}_saved")
            self.edits.at(home.anchor, f"{saved}.append({text})", line_of(inner))
        else:
            text = self.text(inner)
            if self.names.ours(text) and inner not in self.followed and inner.op is not None and escapes(inner.op):
                self.edits.unbound[loop.node].append(text)
            saved = self.names.fresh(f"{text if text.isidentifier() else inner.name or 'turn'}_saved")
            self.edits.turn_ends[loop.node].append(f"{saved}.append({text})")
        self.edits.lists[loop.node].append((saved, loop.line))
        return saved

    def is_ours(self, value: Value) -> bool:
        return value in self.texts and self.names.ours(self.texts[value])

    def follow(self, value: Value, op: Op) -> str:
        """A variable of our own that takes the value in each arm, or at the end of each turn."""
        if op.code != "if" and not isinstance(op.node, (gast.For, gast.While)):
            raise NeedLoop(op.node, self.function)
        name = self.texts[value] = self.names.fresh(value.name or flag_name(op))
        self.followed.add(value)
        self.keep(name, value, op)
        return name

    def keep(self, name: str, value: Value, op: Op, shape: bool = False) -> None:
        """Lines that give a variable of ours the value (or its shape), on every way through what makes it."""
        index = op.results.index(value)
        if op.code == "if" and op.node is None:
            self.keep_skipped(name, op, index, shape)
        elif op.code == "if":
            if not isinstance(op.node, gast.If):
                raise self.nameless(value)
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

    def keep_from_before(self, name: str, value: Value, op: Op, shape: bool) -> None:
        """What is jumped over leaves a value as it was before the statement that jumps."""
        jumping = op.operands[0].op
        while jumping is not None and jumping.code == "if" and jumping.node is None:
            jumping = jumping.operands[0].op
        if jumping is None or not isinstance(jumping.node, (gast.If, gast.For, gast.While)) or (
                jumping.region is not op.region or self.clobbered(value) and not shape
                or value.op is not None and (value.op.stmt is jumping.node or value.op.clock >= jumping.clock)):
            raise self.nameless(value)
        self.edits.before[jumping.node].append((f"{name} = {self.kept(value, jumping.clock, shape)}", 0))

    def kept(self, value: Value, clock: int, shape: bool) -> str:
        """The text of a value, or of its shape, at a time."""
        if value.op is not None and value.op.code == "const" and value.op.attrs["value"] is None:
            return "()" if shape else "None"
        if shape:
            self.announce_shape(value, clock)
            return self.shape_named(value)
        self.announce(value, clock)
        text, op = self.text(value), value.op
        if op is not None and op.user and escapes(op) and value not in self.followed and self.names.ours(text):
            self.edits.unbound[outer_loop(value)].append(text)  # bound behind it: who leaves early has no use for it
        return text

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


def pack_text(op: Op, texts: list[str]) -> str:
    """A container of values that have texts."""
    items = [texts[s.index] for s in op.attrs["template"]]
    kind = op.result.kind
    keys = getattr(kind, "keys", None)
    if keys is not None:
        return "{" + ", ".join(f"{literal_text(k)}: {t}" for k, t in zip(keys, items, strict=True)) + "}"
    if getattr(kind, "sequence", tuple) is list:
        return f"[{', '.join(items)}]"
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def chain(value: Value) -> list[Value]:
    """A value, and what it was exported from, branch by branch."""
    out = [value]
    while value.op is not None and value in value.op.attrs.get("exported", {}):
        value = value.op.attrs["exported"][value]
        out.append(value)
    return out


def outer_loop(value: Value) -> Any:
    """The innermost loop around a value, by its node; None at the level of the function."""
    region = value.op.region if value.op is not None else value.region
    while region is not None:
        owner = region.owner
        if not isinstance(owner, Op):
            return None
        if owner.code in ("for", "while"):
            return owner.node
        region = owner.region
    return None


def escapes(op: Op) -> bool:
    """May a branch or loop of the user's be left for more than what stands right behind it?"""
    if not isinstance(op.node, (gast.If, gast.For, gast.While)) or op.code not in ("if", "for", "while"):
        return False
    jumps = (gast.Return, gast.Break, gast.Continue) if op.code == "if" else gast.Return
    return any(isinstance(n, jumps) for n in gast.walk(op.node))


def body_statements(node: Any) -> list[Any]:
    return list(node.body) if isinstance(node, (gast.For, gast.While)) else []


def line_of(value: Value) -> int:
    return value.op.line if value.op is not None else 0


def flag_name(op: Op) -> str:
    return f"jumped_{op.line}" if op.line else "jumped"


def literal(value: Any) -> str | None:
    """A constant as text, where that is short and exact."""
    if value is None or isinstance(value, (bool, int, str)) or value is Ellipsis:
        return literal_text(value) if value is not Ellipsis else "..."
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    if isinstance(value, range):
        return f"range({value.stop})" if (value.start, value.step) == (0, 1) else repr(value)
    return None


def step_base(value: Value, op: Op | None = None) -> str:
    """A step is named after the target of its line, a condition after its line."""
    op = op or value.op
    assert op is not None
    stmt = op.stmt
    if isinstance(stmt, (gast.If, gast.While)) and value.node is stmt.test:
        return f"cond_{stmt.lineno}"
    if isinstance(value.node, gast.Call) and op.code == "call":
        return f"{op.attrs['function'].name}_{op.line}"
    name = target_name(stmt)
    if name is not None:
        return f"{name}_1"
    return "result_1" if isinstance(stmt, gast.Return) else "step_1"


def _immutable(value: Value) -> bool:
    kind = value.kind
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic or kind == NOTHING


__all__ = ["END", "Naming", "Region", "step_base"]
