"""Which value each name of ours holds: a name is used again once nobody reads its value any more."""

from __future__ import annotations

from ..ir import Region, Value
from ..order import target_name
from .edits import Names
from .liveness import Liveness, Readers
from .naming import Naming


class NameClash(Exception):
    """A name does not hold what a line reads: the block is printed again without using names twice."""


class Registers:
    """The names of one function's generated values.

    Attributes:
        forced: names that values must be made under.
        theirs: those of them that the user gives to gradients.
        holder: what each name holds where the text is at.
        gathered: the names that the line at hand reads, and what they should hold.
    """

    def __init__(self, naming: Naming, names: Names, readers: Readers, thrifty: bool) -> None:
        self.naming, self.names, self.readers = naming, names, readers
        self.thrifty = thrifty  # use a name again when its value is not read any more
        self.forced: dict[Value, str] = {}
        self.theirs: dict[Value, str] = {}
        self.holder: dict[str, Value] = {}
        self.gathered: set[tuple[str, Value]] = set()
        self.turns: list[set[tuple[str, Value]]] = []
        self.liveness = Liveness(readers, self.forced)

    def hold(self, text: str, value: Value) -> None:
        """A name holds a value from here on."""
        self.holder[text] = value
        self.naming.printed[value] = text

    def promise(self, value: Value) -> str:
        """A name under which a value will be defined, for those who must know it before."""
        text = self.forced[value] = self.names.fresh(self.base(value))
        self.readers.roots.add(value)
        return text

    def base(self, value: Value) -> str:
        of, op = value.of, value.op
        if op is not None and op.code == "for" and op.results.index(value) >= len(op.operands) - op.attrs["sequences"]:
            return f"{value.name or 'turn'}_saved"
        if of is not None and of in self.theirs and value.name == f"d{of.name}":
            return f"d{self.theirs[of]}"
        if value.name:
            return value.name
        if of is not None:
            if of.name:
                return f"d{of.name}"
            target = target_name(of.op.stmt) if of.op is not None else None
            if target is not None:
                return f"d{target}_1"
        target = target_name(value.op.stmt) if value.op is not None and value.op.stmt is not None and (
            "block" not in value.op.attrs) else None
        return f"{target}_1" if target is not None else "step_1"

    def define(self, value: Value, at: int) -> str:
        """A name for a value that a line of ours defines."""
        text = self.forced.get(value) or self.reusable(self.base(value), value, at)
        self.hold(text, value)
        return text

    def reusable(self, base: str, new: Value, at: int) -> str:
        """A name with this base that nobody reads any more, or a fresh one."""
        if not self.thrifty:
            return self.names.fresh(base)
        stem = base[:-2] if base.endswith("_1") else base
        finals = [v for v, text in self.forced.items() if text == base]
        if finals and all(self.free_until(base, v, new, at) for v in finals):
            return base
        for text, value in self.holder.items():
            if text == base or text.startswith(stem + "_") and text[len(stem) + 1 :].isdigit():
                if text not in self.forced.values() and self.dead(value, at):
                    return text
        return self.names.fresh(base)

    def free_until(self, base: str, final: Value, new: Value, at: int) -> bool:
        """May a value on the way to a gradient have the gradient's name already?"""
        if final.op not in self.liveness.position:
            return False
        start, end = self.liveness.position[final.op], self.liveness.ends[final.op]
        around = bool(final.op.regions) and start < at < end
        if not around and self.liveness.last_use(new) > (start if final.op.regions else end):
            return False
        holder = self.holder.get(base)
        return holder is None or holder is not final and self.dead(holder, at)

    def dead(self, value: Value, at: int) -> bool:
        return self.liveness.last_use(value) <= at

    # --- is what a line reads still there? ------------------------------------------------

    def source_of(self, value: Value) -> Value:
        while value.op is not None and value.op.code == "stop" and not value.op.user:
            value = value.op.operands[0]
        return value

    def confirm(self) -> None:
        """Does every name that the line at hand reads still hold what it should?

        Raises:
            NameClash: if one does not.
        """
        for text, value in self.gathered:
            held = self.holder.get(text)
            if held is not None and self.source_of(held) is not value:
                raise NameClash(text)
        for turn in self.turns:
            turn |= self.gathered
        self.gathered = set()

    def turn_confirmed(self, body: Region) -> None:
        """Do the names of outer values hold them still when the next turn begins?"""
        for text, value in self.turns.pop():
            region = value.op.region if value.op is not None else value.region
            held = self.holder.get(text)
            if not body.encloses(region) and held is not None and self.source_of(held) is not value:
                raise NameClash(text)
