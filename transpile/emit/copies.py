"""Names of our own for values of the user's: copies made in time, steps taken out of a line, lists of turns."""

from __future__ import annotations

from typing import Any

import gast

from ..front.needs import NeedLoop
from ..ir import Op, Value
from ..kinds import Array
from ..literals import double_quoted
from ..lower.core import Refuse
from ..lower.trail import Home
from ..order import evaluated
from .derived import Derived
from .layout import literal
from .origins import body_statements, chain, escapes, immutable, line_of, nameless, outer_loop, step_base


class Copies(Derived):
    """Binds such names where the value can be read."""

    kernel: Any  # the name under which generated code calls a kernel
    filled: dict[str, Any]  # where in a turn the lists of turns grow, by their names; the others do at its end

    def alias(self, value: Value) -> str:
        """A name of our own, bound where the value can be read."""
        copied = self.homes.clobbered(value) and not immutable(value) and not self.reads.for_shape(value)
        copied = copied or is_truth(value)
        home = self.homes.first_placed(value, self.reads.clocks[value])
        op = value.op
        is_step = value.node is not None and op is not None and op.user
        if is_step and (home is None or not value.name):
            return self.step(value, copied)
        path = op.attrs.get("paths", {}).get(op.results.index(value)) if op is not None and op.code == "call" else None
        written = op is not None and op.user and (isinstance(op.node, gast.Call) or bool(op.attrs.get("receiver")))
        if path is not None and home is None and not copied and op is not None and written:
            if (op.node, False) not in self.edits.steps:
                self.edits.steps[op.node, False] = self.names.fresh(step_base(op.results[0], op))
            return self.edits.steps[op.node, False] + path
        if home is not None:
            return self.placed(value, home, copied, op.line if op is not None else 0)
        if op is not None and "augments" in op.attrs:
            return self.computed_again(op)
        if (target := self.homes.trail.entries.get(value)) is not None:
            return self.entry_before(value, target, copied)
        if op is not None and op.user and op.code in ("if", "for", "while"):
            return self.follow(value, op)
        if op is None and value.region is not None and isinstance(value.region.owner, Op):
            return self.follow_turns(value, value.region.owner)
        raise nameless(value)

    def placed(self, value: Value, home: Home, copied: bool, line: int) -> str:
        """A name of our own, bound where the user's text holds the value."""
        name, text = self.names.fresh(value.name or "step"), self.homes.text(home)
        if text in self.names.optional:
            self.names.optional.add(name)
        self.put(name, value, home, f"{name} = {self.own_copy(text, value) if copied else text}", line)
        return name

    def own_copy(self, text: str, value: Value) -> str:
        """A copy of what a text reads, if it can change."""
        kind = value.kind
        if immutable(value):
            return text
        if isinstance(kind, Array) and not kind.loose and text not in self.names.optional:
            return f"{text}.copy()"
        return f"{self.kernel('copied')}({text})"

    def step(self, value: Value, copied: bool) -> str:
        """An expression inside a line, taken out of it under a name."""
        node = value.node
        if copied:
            self.edits.copies[node] = "bool({})" if is_truth(value) else self.own_copy("{}", value)
            if (node, False) not in self.edits.steps:
                self.edits.steps[node, False] = self.names.fresh(step_base(value))
        if (node, copied) not in self.edits.steps:
            self.edits.steps[node, copied] = self.names.fresh(step_base(value))
        return self.edits.steps[node, copied]

    def entry_before(self, value: Value, target: Any, copied: bool) -> str:
        """What ``y[f(x)] += v`` changes, read once the parts of the target have been evaluated under names of ours."""
        name = self.names.fresh(f"{step_base(value).removesuffix('_1')}_1")
        text = f"{self.part(target.value)}[{self.place(target.slice)}]"
        steps = [n for n in evaluated(target) if (n, False) in self.edits.steps]
        if not steps:
            raise nameless(value)
        self.edits.behind[steps[-1]].append(f"{name} = {self.own_copy(text, value) if copied else text}")
        return name

    def computed_again(self, op: Op) -> str:
        """What an augmented assignment computes and stores: from its two sides, once more behind it."""
        old, item, sign = op.attrs["augments"]
        name = self.names.fresh(step_base(op.result))
        sides = [self.text(v) if v.op is not None and v.op.code == "const" else self.stable(v) for v in (old, item)]
        self.edits.after[op.stmt].append((f"{name} = {sides[0]} {sign} {sides[1]}", op.line))
        return name

    def place(self, node: Any) -> str:
        """A subscript, of parts that can be read again."""
        if isinstance(node, gast.Tuple) and node.elts:
            return ", ".join(map(self.place, node.elts)) + ("," if len(node.elts) == 1 else "")
        if isinstance(node, gast.Slice):
            lower, upper, step = ("" if n is None else self.part(n) for n in (node.lower, node.upper, node.step))
            return f"{lower}:{upper}" + (f":{step}" if step else "")
        return self.part(node)

    def part(self, node: Any) -> str:
        """A part of a target: as it is written if it is a name or a constant, else a step."""
        if isinstance(node, (gast.Name, gast.Constant)):
            return double_quoted(str(self.function.source.source.segment(node)))
        if (node, False) not in self.edits.steps:
            stem = next((n.id for n in gast.walk(node) if isinstance(n, gast.Name)), "step")
            self.edits.steps[node, False] = self.names.fresh(f"{stem}_1")
        return self.edits.steps[node, False]

    def is_ours(self, value: Value) -> bool:
        return value in self.texts and self.names.ours(self.texts[value])

    # --- what branches and turns made -----------------------------------------------------

    def export(self, inner: Value, bound: bool) -> str:
        """What a branch made, read under the same condition later on."""
        last = chain(inner)[-1].op
        known = literal(last.attrs["value"]) if last is not None and last.code == "const" else None
        if known is not None:
            return known
        if not bound:
            return self.text(inner)
        name = self.stable(inner)
        loop = outer_loop(inner)
        if loop is not None and name in self.lasting:
            return name
        if isinstance(loop, gast.While) and inner.op is not None and inner.op.stmt is loop:
            self.edits.before[loop].append((f"{name} = None", 0))  # a turn begins with the condition
        else:
            self.edits.unbound[loop].append(name)
        return name

    def stable(self, inner: Value) -> str:
        """A name of our own for a value, bound once, where it is made."""
        op = inner.op
        if op is not None and op.user and inner in op.attrs.get("exported", {}):
            return self.stable(op.attrs["exported"][inner])
        if op is not None and op.code == "shape" and (maker := op.operands[0].op) is not None and maker.user:
            placed = op.operands[0].node is not None or any(h.anchor for h in self.homes.of(op.operands[0]))
            if escapes(maker) or maker.code in ("if", "for", "while") and not placed:
                return self.followed_shape(op.operands[0], maker)
        text = self.text(inner)
        if text.isidentifier() and self.names.ours(text):
            return text
        home = self.homes.first_placed(inner, self.reads.clocks[inner])
        name = self.names.fresh(inner.name or "step")
        if home is not None:
            text = self.own_copy(self.homes.text(home), inner) if self.homes.clobbered(inner) else self.homes.text(home)
            self.put(name, inner, home, f"{name} = {text}", op.line if op else 0)
        elif op is not None and op.user and op.code in ("if", "for", "while"):
            self.keep(name, inner, op)
        elif inner.node is not None and op is not None and op.user:
            return self.step(inner, self.homes.clobbered(inner) and not immutable(inner))
        else:
            self.after_making(inner, name)
        return name

    def collect(self, loop: Op, inner: Value) -> str:
        """The list of a value's turns."""
        if not isinstance(loop.node, (gast.For, gast.While)):
            raise NeedLoop(loop.node, self.function)
        home = self.reads.early(loop, inner)
        if home is not None and not self.is_ours(inner):
            text = self.own_copy(self.homes.text(home), inner) if self.homes.clobbered(inner) else self.homes.text(home)
            saved = self.names.keeper(f"{inner.name or 'turn'}_saved")
            self.filled[saved] = home.anchor
            self.edits.at(home.anchor, f"{saved}.append({text})", line_of(inner))
        else:
            text = self.text(inner)
            if self.names.ours(text) and inner not in self.followed and inner.op is not None and escapes(inner.op):
                self.edits.unbound[loop.node].append(text)
            saved = self.names.keeper(f"{text if text.isidentifier() else inner.name or 'turn'}_saved")
            if inner in loop.regions[0].params:  # at its end, a turn has the next one's
                self.edits.body_start[loop.node].append((f"{saved}.append({text})", 0))
                self.filled[saved] = loop.node, "body"
            else:
                self.edits.turn_ends[loop.node].append(f"{saved}.append({text})")
        self.edits.lists[loop.node].append((saved, loop.line))
        return saved

    def so_far(self, op: Op) -> str:
        """What the turns before this one have put into a list, read at the statement that an operation belongs to."""
        text = self.text(op.operands[0])
        place = self.filled.get(text)
        if place is None:
            return text
        stmt, where = place
        loop = op.operands[0].op.attrs["list"].op.node  # type: ignore[union-attr]
        body = body_statements(loop)
        if stmt is loop or body.index(stmt) + (where == "after") <= self.turn_place(body, op):
            return f"{text}[:-1]"
        return text

    def turn_place(self, body: list[Any], op: Op) -> int:
        """Which statement of a loop's body an operation stands in."""
        for i, stmt in enumerate(body):
            if any(node is op.stmt for node in gast.walk(stmt)):
                return i
        raise Refuse(op.stmt, "a gradient in the condition of a loop, which goes back over earlier turns of it", "",
                     "take it in the body of the loop")  # fmt: skip


def is_truth(value: Value) -> bool:
    """Is it what a test has decided by, of an object that may be another when the gradient asks?"""
    return value.op is not None and "truth" in value.op.attrs
