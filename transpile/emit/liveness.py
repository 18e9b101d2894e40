"""Which generated lines read a value, and which of them is the last one."""

from __future__ import annotations

from collections import defaultdict

from ..ir import Op, Region, Value, all_regions, slots
from .homes import END

CHEAP = ("const", "shape", "stop")
"""Operations that are written wherever they are read."""


class Readers:
    """Who reads a value: operations, and regions that yield it."""

    def __init__(self, regions: list[Region], roots: list[Value]) -> None:
        self.ops: dict[Value, list[Op]] = defaultdict(list)
        self.yielding: dict[Value, list[Region]] = defaultdict(list)
        self.roots = set(roots)
        for region in regions:
            for inner in all_regions(region):
                for value in inner.yields:
                    self.yielding[value].append(inner)
                for op in inner.ops:
                    if not op.user:
                        for value in op.operands:
                            self.ops[value].append(op)

    def once(self, value: Value) -> Op | None:
        """The one operation that reads a value, if there is just one."""
        readers = self.ops.get(value, [])
        if len(readers) == 1 and value not in self.yielding and value not in self.roots:
            if readers[0].operands.count(value) == 1 and _slots_of(readers[0], value) <= 1:
                return readers[0]
        return None

    def is_read(self, value: Value) -> bool:
        return bool(self.ops.get(value)) or value in self.yielding or value in self.roots

    def only_reader(self, value: Value, op: Op) -> bool:
        readers = self.ops.get(value, [])
        return readers == [op] and op.operands.count(value) == 1 and value not in self.yielding and (
            value not in self.roots)


class Liveness:
    """The places of operations of ours in the text, and the last at which a value is read."""

    def __init__(self, readers: Readers, forced: dict[Value, str]) -> None:
        self.readers, self.forced = readers, forced
        self.position: dict[Op, int] = {}
        self.ends: dict[Op, int] = {}
        self.count = 0

    def number(self, ops: list[Op]) -> None:
        for op in ops:
            self.count += 1
            self.position[op] = self.count
            for region in op.regions:
                self.number(region.ops)
            self.count += 1
            self.ends[op] = self.count

    def final(self, op: Op) -> int:
        """Where an operation is evaluated at the latest: what stands for a result, where that is read."""
        if op.code in CHEAP and op.result in self.readers.roots:
            return END
        if op.code == "stop":  # its text is that of what it stops, which may be an expression
            return max(self.ends.get(op, END), self.last_use(op.result))
        if self.may_inline(op):
            reader = self.readers.once(op.result)
            if reader is not None and reader in self.position:
                return self.final(reader)
        return self.ends.get(op, END)

    def may_inline(self, op: Op) -> bool:
        if op.code in CHEAP:
            return True
        if op.code not in ("prim", "item", "pack") or len(op.results) != 1 or op.attrs.get("own_line"):
            return False
        value = op.result
        if value in self.forced or value.name and value.of is not None and op.code == "prim":
            return False
        reader = self.readers.once(value)
        if reader is None or reader.region is not op.region or reader not in self.position:
            return False
        if reader.code == "for":
            return reader.operands.index(value) >= reader.attrs["sequences"]
        if reader.code == "call":
            return "given" in reader.attrs
        return reader.code in ("prim", "item", "pack", "shape", "stop")

    def last_use(self, value: Value) -> int:
        """The last position at which a value is read."""
        if value in self.readers.roots:
            return END
        last = 0
        home = value.op.region if value.op is not None else value.region
        for op in self.readers.ops.get(value, []):
            if op not in self.position:
                return END
            last = max(last, self.reach(op, home))
        for region in self.readers.yielding.get(value, []):
            owner = region.owner
            if not isinstance(owner, Op) or owner not in self.position:
                return END
            last = max(last, self.outermost(owner, home))
        return last

    def reach(self, op: Op, home: Region | None) -> int:
        if op.region is home:
            return self.final(op)
        return max(self.final(op), self.outermost(op, home))

    def outermost(self, op: Op, home: Region | None) -> int:
        """The end of the loop, beside the value's definition, around a reader."""
        end = self.ends.get(op, END)
        region = op.region
        while region is not None and region is not home:
            owner = region.owner
            if not isinstance(owner, Op):
                return end
            if owner not in self.ends and owner.code in ("for", "while"):
                return END  # a loop of the user's: the next turn reads it again
            end = max(end, self.ends.get(owner, 0))
            region = owner.region
        return end

    def last_inside(self, value: Value, body: Region) -> int:
        """The last position in a turn at which a carried value is read."""
        last = 0
        for op in self.readers.ops.get(value, []):
            last = max(last, self.final(op) if op.region is body and not op.regions else self.outermost(op, body))
        plain = [o for o in self.readers.ops.get(value, []) if o.region is body]
        if len(plain) == 1 and plain[0].code == "prim" and len(self.readers.ops[value]) == 1:
            last = self.position[plain[0]] if not self.may_inline(plain[0]) else last
        if any(v is value for v in body.yields):
            last = END
        return last


def _slots_of(op: Op, value: Value) -> int:
    index = op.operands.index(value)
    if op.code == "prim":
        return slots(op.attrs["given"]).count(index)
    if op.code == "pack":
        return slots(op.attrs["template"]).count(index)
    return 1
