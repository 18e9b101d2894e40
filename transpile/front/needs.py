"""What lowering asks for where a part of the user's text has to be rewritten before it can be lowered.

It asks by an exception: the text is rewritten (`rewrites`), and everything is lowered anew.
"""

from __future__ import annotations

from typing import Any

Place = tuple[int, ...]


def place(node: Any) -> Place:
    """Where a node stands in the text: this survives copying."""
    made: Place | None = getattr(node, "placed", None)
    return made or (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


class Need(Exception):
    """A part of the text of a function (a `Lowerer`'s, or an IR function's) has to be rewritten."""

    def __init__(self, node: Any, function: Any) -> None:
        super().__init__(f"{type(self).__name__} at {place(node)}")
        self.node, self.function = node, function

    def asked(self) -> dict[tuple[type[Need], Any], Any]:
        """By who rewrites and what: what else it has to know."""
        return {(type(self), place(self.node)): None}


class NeedLoop(Need):
    """A comprehension, or a loop over `map` or `filter`, has to be written as a plain loop.

    `walks`: how its loops walk, by their depth, for those that have to be written out turn by turn.
    """

    def __init__(self, node: Any, function: Any, walks: dict[int, Any] | None = None) -> None:
        super().__init__(node, function)
        self.walks = walks or {}

    def asked(self) -> dict[tuple[type[Need], Any], Any]:
        """The loop, and its turns."""
        asked: dict[tuple[type[Need], Any], Any] = {(NeedLoop, place(self.node)): None}
        for depth, walk in self.walks.items():
            asked[NeedTurns, (*place(self.node), depth)] = walk
        return asked


class NeedInline(Need):
    """A call has to be written out: `callee` is the tree of what is called."""

    def __init__(self, node: Any, function: Any, callee: Any) -> None:
        super().__init__(node, function)
        self.callee = callee

    def asked(self) -> dict[tuple[type[Need], Any], Any]:
        """The call, and what it calls there."""
        return {(NeedInline, (place(self.node), self.callee)): None}


class NeedTurns(Need):
    """A loop has to be written out turn by turn; `walk` says how it walks."""

    def __init__(self, node: Any, function: Any, walk: Any) -> None:
        super().__init__(node, function)
        self.walk = walk

    def asked(self) -> dict[tuple[type[Need], Any], Any]:
        """The loop and its walk."""
        return {(NeedTurns, place(self.node)): self.walk}


class NeedPlaces(Need):
    """A loop over rows of an array has to take them by their places."""


__all__ = ["Need", "NeedInline", "NeedLoop", "NeedPlaces", "NeedTurns", "Place", "place"]
