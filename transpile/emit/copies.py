"""Names of our own for values of the user's: copies made in time, steps taken out of a line, lists of turns."""

from __future__ import annotations

from typing import Any

import gast

from ..front.comprehensions import NeedLoop
from ..ir import Op, Value
from ..kinds import Array
from ..order import evaluated
from ..shapes import shape_chain
from .following import Following, nameless
from .layout import literal
from .origins import chain, escapes, immutable, line_of, outer_loop, step_base, turned_round


class Copies(Following):
    """Binds such names where the value can be read."""

    kernel: Any  # the name under which generated code calls a kernel

    def alias(self, value: Value) -> str:
        """A name of our own, bound where the value can be read."""
        copied = self.homes.clobbered(value) and not immutable(value)
        home = self.homes.first_placed(value, self.reads.clocks[value])
        op = value.op
        is_step = value.node is not None and op is not None and op.user
        if is_step and (home is None or not value.name):
            return self.step(value, copied)
        path = op.attrs.get("paths", {}).get(op.results.index(value)) if op is not None and op.code == "call" else None
        if path and home is None and op is not None and op.user and isinstance(op.node, gast.Call) and not copied:
            if (op.node, False) not in self.edits.steps:
                self.edits.steps[op.node, False] = self.names.fresh(step_base(op.results[0], op))
            return self.edits.steps[op.node, False] + path
        if home is not None:
            name = self.names.fresh(value.name or "step")
            self.edits.at(home.anchor, f"{name} = {self.own_copy(home.text, value) if copied else home.text}",
                          op.line if op is not None else 0)  # fmt: skip
            return name
        if op is not None and op.user and op.code in ("if", "for", "while"):
            return self.follow(value, op)
        if (name := self.carried(value)) is not None:
            return name
        raise nameless(value)

    def own_copy(self, text: str, value: Value) -> str:
        """A copy of what a text reads, if it can change."""
        kind = value.kind
        if immutable(value):
            return text
        if isinstance(kind, Array) and not kind.loose:
            return f"{text}.copy()"
        return f"{self.kernel('copied')}({text})"

    def step(self, value: Value, copied: bool) -> str:
        """An expression inside a line, taken out of it under a name."""
        node = value.node
        if copied:
            self.edits.copies[node] = self.own_copy("{}", value)
            if (node, False) not in self.edits.steps:
                self.edits.steps[node, False] = self.names.fresh(step_base(value))
        if (node, copied) not in self.edits.steps:
            self.edits.steps[node, copied] = self.names.fresh(step_base(value))
        return self.edits.steps[node, copied]

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
        self.edits.unbound[outer_loop(inner)].append(name)
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
            text = self.own_copy(home.text, inner) if self.homes.clobbered(inner) else home.text
            self.edits.at(home.anchor, f"{name} = {text}", op.line if op else 0)
        elif op is not None and op.user and op.code in ("if", "for", "while"):
            self.keep(name, inner, op)
        elif inner.node is not None and op is not None and op.user:
            return self.step(inner, self.homes.clobbered(inner) and not immutable(inner))
        else:
            self.after_making(inner, f"{name} = {text}")
        return name

    def after_making(self, value: Value, line: str) -> None:
        """A line behind the one that makes what a text was derived from: as soon as all of it is there."""
        stmt = value.op.stmt if value.op is not None else None
        sources = self.sources(value)
        steps = {v.node for v in sources if (v.node, False) in self.edits.steps}
        others = [v for v in sources if v.node not in steps]
        if len(sources) == 1 and (home := self.homes.first_placed(sources[0], self.reads.clocks[value])) is not None:
            self.edits.at(home.anchor, line, line_of(value))
        elif steps and (len(sources) == 1 or all(self.held_before(v, stmt) for v in others)):
            self.edits.behind[[n for n in evaluated(stmt) if n in steps][-1]].append(line)
        elif sources and not steps and not isinstance(stmt, gast.While) and (
                all(self.held_before(v, stmt) for v in others)):
            self.edits.before[stmt].append((line, line_of(value)))
        else:
            raise nameless(value)

    def sources(self, value: Value) -> list[Value]:
        """The values whose texts a derived text is made of."""
        op = value.op
        if op is None or self.homes.of(value) or (value.node, False) in self.edits.steps:
            return [value]
        if op.code == "const":
            return []
        if op.code == "shape":
            chain = [v for v in shape_chain(op.operands[0]) if v.op is None or v.op.region is op.region]
            held = [v for v in chain if self.homes.of(v) or (v.node, False) in self.edits.steps]
            return held[:1] or self.sources(op.operands[0])
        if (value.node is None or not op.user) and (op.code in ("stop", "item", "pack") or turned_round(op)):
            return list(dict.fromkeys(v for operand in op.operands for v in self.sources(operand)))
        return [value]

    def held_before(self, value: Value, stmt: Any) -> bool:
        """Does a text of the user's hold a value already when this statement begins?"""
        clock = self.homes.trail.stmt_clock.get(stmt)
        return clock is not None and any(self.homes.valid(h, value, clock) for h in self.homes.of(value))

    def collect(self, loop: Op, inner: Value) -> str:
        """The list of a value's turns."""
        if not isinstance(loop.node, (gast.For, gast.While)):
            raise NeedLoop(loop.node, self.function)
        home = self.reads.early(loop, inner)
        if home is not None and not self.is_ours(inner):
            text = self.own_copy(home.text, inner) if self.homes.clobbered(inner) else home.text
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
