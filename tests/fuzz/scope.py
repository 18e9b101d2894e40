"""What a program under construction knows of its names: their shapes, and what may be stored into."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Name:
    """A variable: an array or number of some shape, a list of those, an integer below a bound.

    `shared` says that it may be memory of the caller, which programs here do not store into; `captured`
    that it belongs to the function around, so that an assignment would make another variable.
    """

    text: str
    shape: Shape
    sort: str = "value"
    shared: bool = False
    bound: int = 0
    captured: bool = False


@dataclass
class Helper:
    """A function of the program: the shapes of its parameters and of its result."""

    text: str
    parameters: tuple[Shape, ...]
    result: Shape
    keywords: tuple[str, ...] = ()


@dataclass
class Scope:
    """The names that are bound for certain at a point of the program."""

    rng: random.Random
    names: dict[str, Name] = field(default_factory=dict)
    helpers: list[Helper] = field(default_factory=list)
    loops: int = 0
    depth: int = 0
    counter: list[int] = field(default_factory=lambda: [0])
    rich: bool = False
    classes: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    def inner(self, loops: int = 0) -> Scope:
        """The scope of a block, in so many more loops: what is bound in it is not bound after it."""
        scope = replace(self, names=dict(self.names), helpers=list(self.helpers), objects=list(self.objects),
                        depth=self.depth + 1)  # fmt: skip
        scope.loops += loops
        return scope

    def fresh(self, stem: str = "v") -> str:
        """A name that the program does not have yet."""
        self.counter[0] += 1
        return f"{stem}{self.counter[0]}"

    def bind(self, text: str, shape: Shape, **facts: object) -> None:
        """Say that a name is bound from here on."""
        self.names[text] = Name(text, shape, **facts)  # type: ignore[arg-type]

    def known(self, sort: str = "value", shape: Shape | None = None, own: bool = False) -> list[Name]:
        """The names of a sort, of a shape, that may be stored into."""
        return [n for n in self.names.values()
                if n.sort == sort and (shape is None or n.shape == shape) and not (own and n.shared)]  # fmt: skip

    def rebindable(self, shape: Shape | None = None, own: bool = False) -> list[Name]:
        """The variables that an assignment may rebind."""
        return [n for n in self.known(shape=shape, own=own) if not n.captured]

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.rng.random() < share
