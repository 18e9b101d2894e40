"""What must be added to the user's text, and the names that are still free."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..ir import Op

Line = tuple[str, int]
"""A line of code and the user's line it belongs to (0: none)."""


def _lines() -> defaultdict[Any, list[Any]]:
    return defaultdict(list)


@dataclass
class Edits:
    """Lines to add around the user's statements, and changes of expressions inside them.

    Attributes:
        start: lines before the first statement.
        fallen: lines where a function reaches its end without a return.
        before, after: lines around a statement.
        body_start: lines at the start of a loop's turns.
        lists: the lists a loop fills: (name, line).
        turn_ends: lines at the end of a loop's turns, also before a jump out of the turn.
        arm_ends: lines at the end of an arm of an if, by (node, 0 or 1), and before every jump out of it.
        arm_jumps: lines before the jumps out of an arm only: the rest of the block behind the if ends it.
        rest_ends: the same for the rest of a suite, by its first statement.
        behind: lines behind the one that evaluates a step, by its node: assignments.
        unbound: names that must exist (as None) when a turn, or the function, begins.
        steps: (expression node, copied) -> the name it is taken out under.
        copies: expression node -> how a step is copied, with {} for its name.
        texts: expression node -> the text printed instead of it.
        calls: expression node -> (function, closing, free names, name for what is saved or None, whose method it is
            (see `receivers`)): the generated function called instead; if `closing`, it has {} where the text of the
            user's function goes.
    """

    start: list[Line] = field(default_factory=list)
    fallen: list[str] = field(default_factory=list)
    before: dict[Any, list[Line]] = field(default_factory=_lines)
    after: dict[Any, list[Line]] = field(default_factory=_lines)
    body_start: dict[Any, list[Line]] = field(default_factory=_lines)
    lists: dict[Any, list[Line]] = field(default_factory=_lines)
    turn_ends: dict[Any, list[str]] = field(default_factory=_lines)
    behind: dict[Any, list[str]] = field(default_factory=_lines)
    arm_ends: dict[tuple[Any, int], list[str]] = field(default_factory=_lines)
    arm_jumps: dict[tuple[Any, int], list[str]] = field(default_factory=_lines)
    rest_ends: dict[Any, list[str]] = field(default_factory=_lines)
    unbound: dict[Any, list[str]] = field(default_factory=_lines)
    steps: dict[tuple[Any, bool], str] = field(default_factory=dict)
    copies: dict[Any, str] = field(default_factory=dict)
    texts: dict[Any, str] = field(default_factory=dict)
    calls: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    def at(self, anchor: Any, line: str, number: int) -> None:
        """A line at an anchor of the lowering: (statement, "after"), (loop, "body"), start."""
        stmt, where = anchor
        if where == "start":
            self.start.append((line, 0))
        else:
            place = {"after": self.after, "body": self.body_start, "before": self.before}[where]
            place[stmt].append((line, number))

    def leave_arm(self, op: Op, index: int, line: str) -> None:
        """A line at the end of an arm, which may go on in the rest of the block behind its `if`."""
        at, rest = op.attrs.get("consumed", (None, None))
        if at == index:
            self.rest_ends[rest[0]].append(line)
            self.arm_jumps[op.node, index].append(line)
        else:
            self.arm_ends[op.node, index].append(line)


class Names:
    """Fresh names of one function: readable, and never one of the user's."""

    def __init__(self, taken: set[str]) -> None:
        self.users = frozenset(taken)
        self.taken = set(taken)
        self.keepers: set[str] = set()  # those of what is kept for a sweep
        self.optional: set[str] = set()  # those that hold None until a turn of a loop gives them a value

    def fresh(self, base: str) -> str:
        """`base`, or `base` with a number."""
        base = base if base.isidentifier() else "step"
        if base not in self.taken:
            self.taken.add(base)
            return base
        stem, n = base, 1
        head, _, tail = base.rpartition("_")
        if head and tail.isdigit():
            stem, n = head, int(tail)
        while f"{stem}_{n}" in self.taken:
            n += 1
        self.taken.add(f"{stem}_{n}")
        return f"{stem}_{n}"

    def keeper(self, base: str) -> str:
        """A fresh name for what holds values for a sweep."""
        name = self.fresh(base)
        self.keepers.add(name)
        return name

    def ours(self, name: str) -> bool:
        """Is this a name that we made?"""
        return name.isidentifier() and name in self.taken and name not in self.users
