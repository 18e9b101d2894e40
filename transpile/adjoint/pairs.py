"""What the sweeps of a program keep in common: backward functions made, derivatives missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..ir import Function, Op

KEPT = "it may read a value that was kept outside the model function: pass the value on as an argument"


@dataclass
class Missing:
    """Something on the active path that has no derivative."""

    op: Op
    why: str


@dataclass
class Pairs:
    """Backward functions made so far, by (function, cotangents given, arguments asked for)."""

    made: dict[Any, Function] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
