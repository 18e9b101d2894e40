"""Abstract values: what lowering knows of a Python object, and where its contents live.

Python's reference semantics are kept by *cells*: a name holds a cell, the heap holds the cell's
present content, and two names that hold one cell see each other's stores. Contents are
immutable (values, tuples, dicts never changed in place), so a state is copied by two shallow
copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..ir import Value


@dataclass(frozen=True, eq=False)
class Const:
    """A Python object that is known when the program is written."""

    value: Any

    def same(self, other: Any) -> bool:
        if not isinstance(other, Const):
            return False
        a, b = self.value, other.value
        if a is b:
            return True
        simple = (int, float, complex, str, bytes, bool)
        return type(a) is type(b) and isinstance(a, simple) and repr(a) == repr(b)


@dataclass(frozen=True, eq=False)
class Tup:
    """A tuple of known length; `cls` is its class (a namedtuple's for namedtuples)."""

    items: tuple[Any, ...]
    cls: type = tuple


@dataclass(eq=False)
class Cell:
    """The identity of a mutable object. `sort`: array, list, dict, object, frame.

    A frame holds the variables of one call of a function that functions made in it read.

    Attributes:
        cls: the class of an object cell.
        view: (base cell, row, given): definitely a window on `base`, recomputable from it.
        shares: cells that may or may not share its memory.
        links: conditions under which it is another cell, or a window on it.
        apart: cells that surely share nothing with it, whatever the others say.
        outside: the caller holds it too (a parameter's).
        made: what an array was when it was made.
    """

    sort: str
    cls: Any = None
    view: tuple[Cell, Any, dict[str, Any]] | None = None
    shares: set[Cell] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    apart: set[Cell] = field(default_factory=set)
    outside: bool = False
    made: Value | None = None

    def root(self) -> Cell:
        cell = self
        while cell.view is not None:
            cell = cell.view[0]
        return cell

    def near(self) -> set[Cell]:
        """The cells that may be this one, or have to do with it under a condition."""
        return self.shares | {end for link in self.links for end in (link.cell, link.base) if end is not self}

    def is_maybe(self, other: Cell) -> None:
        """This cell may be another one, which only a part of the program knows, or a window on the same."""
        for one in {other, other.root()}:
            self.shares.add(one)
            one.shares.add(self)


@dataclass(eq=False)
class Link:
    """`cell` is `base`, or a window on it by a row, if the truth of `cond` is `when`; else it is not."""

    cond: Value
    when: bool
    cell: Cell
    base: Cell
    window: tuple[Any, dict[str, Any]] | None = None

    def tie(self) -> None:
        """Let both cells know."""
        for end in {self.cell, self.base, self.base.root()}:
            end.links.append(self)


@dataclass(frozen=True, eq=False)
class Labelled:
    """A dlarray: an array (Value or Cell) with a format; None for an unformatted one."""

    array: Any
    format: str | None


class Compound:
    """An object that is called, made of others: `mapped` gives the same of other parts, in their order."""

    def mapped(self, part: Callable[[Any], Any]) -> Any:
        raise NotImplementedError

    def parts(self) -> list[Any]:
        """What it is made of."""
        found: list[Any] = []
        self.mapped(found.append)
        return found

    def like(self, other: Any, alike: Callable[[Any, Any], bool]) -> bool:
        """May the two become one, part by part?  `alike` compares frames."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Method:
    """`owner.name`, waiting to be called; `fun` is the function behind it, where the owner's class has one."""

    owner: Any
    name: str
    fun: Any = None


@dataclass(frozen=True, eq=False)
class Super:
    """``super()``: an object (or a class), looked at from behind a class of its resolution order."""

    owner: Any
    after: type


@dataclass(frozen=True, eq=False)
class Iter:
    """What a for loop walks: `parts` are sequences (abstract values) walked together.

    how: "seq", "zip", "enumerate", "reversed", "items", "keys", "values".
    """

    how: str
    parts: tuple[Any, ...]
    start: Any = None


@dataclass(frozen=True, eq=False)
class SliceOf:
    """A slice of abstract values: lower, upper, step."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """A container as it was when an expression was evaluated: its entries, shown themselves."""

    sort: str
    cls: Any
    content: Any


def shown(item: Any, heap: dict[Cell, Any]) -> Any:
    """An abstract value with the present contents of its cells in place of the cells."""
    if isinstance(item, Cell):
        content = heap.get(item)
        if isinstance(content, dict):
            content = {k: shown(v, heap) for k, v in content.items()}
        elif isinstance(content, tuple):
            content = tuple(shown(v, heap) for v in content)
        return Shown(item.sort, item.cls, content)
    if isinstance(item, Tup):
        return Tup(tuple(shown(v, heap) for v in item.items), item.cls)
    if isinstance(item, Labelled):
        return Labelled(shown(item.array, heap), item.format)
    return item


class _Undefined:
    def __repr__(self) -> str:
        return "UNDEF"


UNDEF = _Undefined()
OUTER = ""  # under this name a frame holds the one around it


@dataclass
class State:
    """Names and memory at one point of the program."""

    names: dict[str, Any] = field(default_factory=dict)
    heap: dict[Cell, Any] = field(default_factory=dict)
    escaped: dict[Cell, frozenset[Cell]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)  # names that may be unbound

    def copy(self) -> State:
        return State(dict(self.names), dict(self.heap), dict(self.escaped), set(self.doubtful))


def leaves(item: Any, heap: dict[Cell, Any]) -> Iterator[Value]:
    """Every Value an abstract value reaches."""
    return (top for top in everything(item, heap) if isinstance(top, Value))


def cells(item: Any, heap: dict[Cell, Any]) -> Iterator[Cell]:
    """Every cell an abstract value reaches, also those it is a window on."""
    return (top for top in everything(item, heap, bases=True) if isinstance(top, Cell))


def everything(item: Any, heap: dict[Cell, Any], bases: bool = False) -> Iterator[Any]:
    """An abstract value and all it holds, each cell once, from left to right."""
    seen: set[Cell] = set()
    stack = [item]
    while stack:
        top = stack.pop()
        if isinstance(top, Cell):
            if top in seen:
                continue
            seen.add(top)
        yield top
        stack.extend(reversed(held(top, heap, bases)))


def held(item: Any, heap: dict[Cell, Any], bases: bool) -> list[Any]:
    """What an abstract value holds itself."""
    if isinstance(item, Cell):
        return [heap.get(item), *([item.view[0]] if bases and item.view is not None else ())]
    if isinstance(item, (Tup, tuple)):
        return list(item.items if isinstance(item, Tup) else item)
    if isinstance(item, dict):
        return list(item.values())
    if isinstance(item, (Iter, SliceOf)):
        return list(item.parts)
    if isinstance(item, Compound):
        return item.parts()
    if isinstance(item, (Labelled, Shown, Method, Super)):
        return [item.array if isinstance(item, Labelled) else item.content if isinstance(item, Shown) else item.owner]
    return []


def in_words(item: Any) -> str:
    """What an abstract value is to who wrote the model."""
    cls = getattr(item, "cls", None)
    if isinstance(item, Cell) and item.sort == "object" and isinstance(cls, type):
        return f"an object of the class {cls.__name__}"
    if isinstance(item, Cell):
        return f"a {item.sort}" if item.sort != "array" else "an array"
    sorts = {"Closure": "a local function", "Method": "a method", "Iter": "an iterator", "SliceOf": "a slice"}
    return sorts.get(type(item).__name__, "something else")
