"""Texts that follow from other values' texts: shapes, entries, containers, sequences walked from their end."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Op, Value
from ..order import evaluated
from ..shapes import shape_chain
from .following import Following
from .layout import literal, literal_text
from .origins import line_of, nameless, turn_nodes, turned_round


class Derived(Following):
    """Binds a name of ours to such a value, as soon as all that it is made of is there."""

    def after_making(self, value: Value, name: str) -> None:
        """A line that binds `name` to a value whose text is derived from others."""
        stmt = value.op.stmt if value.op is not None else None
        sources = self.sources(value)
        steps = {v: self.edits.steps[v.node, False] for v in sources if (v.node, False) in self.edits.steps}
        texts: dict[Value, str | None] = {**steps}
        if len(sources) == 1 and not steps:
            home = self.homes.first_placed(sources[0], self.reads.clocks[value])
            if home is not None:
                line = self.made_of(value, {sources[0]: self.homes.text(home)})
                self.put(name, value, home, f"{name} = {line}", line_of(value))
                if home.anchor is not None and home.anchor[0] not in turn_nodes(value):
                    self.lasting.add(name)
                return
        texts.update({v: self.held_before(v, stmt) for v in sources if v not in steps})
        known = {v: text for v, text in texts.items() if text is not None}
        if len(known) < len(sources) or not sources or not steps and isinstance(stmt, gast.While):
            raise nameless(value)
        line = f"{name} = {self.made_of(value, known)}"
        if steps:
            nodes = {v.node for v in steps}
            self.edits.behind[[n for n in evaluated(stmt) if n in nodes][-1]].append(line)
        else:
            self.edits.before[stmt].append((line, line_of(value)))

    def sources(self, value: Value) -> list[Value]:
        """The values whose texts a derived text is made of."""
        op = value.op
        if op is None or self.homes.of(value) or (value.node, False) in self.edits.steps:
            return [value]
        if op.code == "const":
            return []
        if op.code == "shape":
            return [self.same_shape(op)] if self.same_shape(op) is not None else self.sources(op.operands[0])
        if op.code == "hook":
            return self.sources(op.operands[0])
        if (value.node is None or not op.user) and (op.code in ("stop", "item", "pack") or turned_round(op)):
            return list(dict.fromkeys(v for operand in op.operands for v in self.sources(operand)))
        return [value]

    def same_shape(self, op: Op) -> Any:
        """An array of the shape that is asked for, which has a text where its operation stands."""
        for value in shape_chain(op.operands[0]):
            if value.op is not None and value.op.region is not op.region:
                return None
            if self.homes.of(value) or (value.node, False) in self.edits.steps:
                return value
        return None

    def held_before(self, value: Value, stmt: Any) -> str | None:
        """A text of the user's that holds a value already when this statement begins."""
        clock = self.homes.trail.stmt_clock.get(stmt)
        found = [h for h in self.homes.of(value) if clock is not None and self.homes.valid(h, value, clock)]
        return self.homes.text(found[0]) if found else None

    def made_of(self, value: Value, texts: dict[Value, str]) -> str:
        """The text of a value, from the texts of its sources."""
        if value in texts:
            return texts[value]
        op = value.op
        if op is not None and op.code == "hook":
            return self.made_of(op.operands[0], texts)
        if op is None or op.code not in ("const", "shape", "item", "stop", "pack") and not turned_round(op):
            raise nameless(value)
        if op.code == "const":
            if (known := literal(op.attrs["value"])) is None:
                raise nameless(value)
            return known
        if op.code == "shape" and (same := self.same_shape(op)) is not None:
            return self.guarded_shape(texts[same], same.kind)
        parts = [self.made_of(v, texts) for v in op.operands]
        if op.code == "pack":
            return pack_text(op, parts)
        if op.code == "shape":
            return self.guarded_shape(parts[0], op.operands[0].kind)
        if op.code == "item":
            return f"{parts[0]}[{literal_text(op.attrs['key'])}]"
        return parts[0] if op.code == "stop" else f"{parts[0]}[::-1]"


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
