"""What happened when, while a function was lowered: all that naming needs to know about the user's text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..ir import Region, Value
from .values import Cell

CAPTURED = "\0"
"""In the text of a home, before its arguments: the kernel that reads what a function closes over."""


@dataclass(frozen=True)
class Home:
    """A text under which a value can be read: valid from `clock` until `name` changes."""

    text: str
    name: str
    clock: int
    anchor: tuple[Any, str] | None
    cells: tuple[Cell, ...] = ()
    passing: bool = False  # true only where the anchor is
    kernel: str = ""  # a kernel that is called on what the text says
    shadow: bool = False  # the name may not exist there: what is read is its shadow (`emit.shadows`)


@dataclass
class Trail:
    """What happened when: everything that naming needs to know about the user's text."""

    homes: dict[Value, list[Home]] = field(default_factory=lambda: defaultdict(list))
    rebinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    clobbers: dict[Value, list[int]] = field(default_factory=lambda: defaultdict(list))
    mutations: dict[Cell, list[int]] = field(default_factory=lambda: defaultdict(list))
    loops: list[tuple[int, int]] = field(default_factory=list)
    discarded: list[tuple[int, int]] = field(default_factory=list)
    stmt_clock: dict[Any, int] = field(default_factory=dict)
    stmt_end: dict[Any, int] = field(default_factory=dict)  # when the last event of a statement was over
    spans: list[tuple[int, int, Region]] = field(default_factory=list)  # of arms and loops: start, end, region

    within: list[tuple[Value, Value]] = field(default_factory=list)  # contents of windows, and of what is behind them
    entries: dict[Value, Any] = field(default_factory=dict)  # read by targets that cannot be evaluated twice

    def counts(self, clock: int) -> bool:
        """Did this event happen in the program that was kept?"""
        return not any(a <= clock < b for a, b in self.discarded)
