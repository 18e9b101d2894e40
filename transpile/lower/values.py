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
    """The identity of a mutable object. `sort`: array, list, dict, object.

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
    factory: Any = None  # what a defaultdict calls for an entry that it has not
    distinct: bool = False  # a list whose entries are known to be different objects
    akin: set[Cell] = field(default_factory=set)  # containers that may hold the same objects

    def is_akin(self, other: Cell) -> None:
        """Two containers may hold the same objects."""
        if other is not self:
            self.akin.add(other)
            other.akin.add(self)

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


@dataclass(frozen=True, eq=False)
class Closure:
    """A function or lambda made in the model: its node, and the scope it reads late."""

    node: Any
    defaults: tuple[Any, ...]
    kw_defaults: tuple[Any, ...]
    name: str
    scope: Any = None  # the Lowerer whose variables it captures


@dataclass(frozen=True, eq=False)
class Method:
    """`owner.name`, waiting to be called."""

    owner: Any
    name: str


@dataclass(frozen=True, eq=False)
class Iter:
    """What a for loop walks: `parts` are sequences (abstract values) walked together.

    how: "seq", "zip", "enumerate", "reversed", "items", "keys", "values".
    """

    how: str
    parts: tuple[Any, ...]
    start: Any = None
    spent: bool = False  # it may have been walked over, as far as that can be done once


ONE_SHOT = ("zip", "enumerate", "reversed", "iter", "map", "filter")
"""What can be walked over once."""


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
    if isinstance(item, (Labelled, Shown, Method)):
        return [item.array if isinstance(item, Labelled) else item.content if isinstance(item, Shown) else item.owner]
    return []


Leaf = Callable[[Any, Any], Any]


class Merger:
    """Brings two abstract states together; `leaf(a, b)` makes the value both become."""

    def __init__(self, a: State, b: State, leaf: Leaf) -> None:
        self.a, self.b, self.leaf = a, b, leaf
        self.out = State()
        self.made: dict[tuple[int, int], Any] = {}
        self.derived: dict[tuple[int, Cell], list[Cell]] = {}  # (side, a cell there) -> cells it may be now
        self.halves: set[Cell] = set()  # cells that only one side knows
        self.joint: dict[Cell, tuple[Cell, Cell]] = {}  # cells that stand for one on either side

    def run(self) -> State:
        """The merged state. Cells known to both keep their identity."""
        for cell in self.a.heap:
            if cell in self.b.heap:
                self.out.heap[cell] = self.content(cell, self.a.heap[cell], self.b.heap[cell])
            else:
                self.out.heap[cell] = self.a.heap[cell]
        for cell, content in self.b.heap.items():
            self.out.heap.setdefault(cell, content)
        for name in {**self.a.names, **self.b.names}:
            a, b = self.a.names.get(name, UNDEF), self.b.names.get(name, UNDEF)
            self.out.names[name] = self.merge(a, b)
            if (a is UNDEF) != (b is UNDEF) and not name.startswith("$"):
                self.out.doubtful.add(name)
        self.out.doubtful |= self.a.doubtful | self.b.doubtful
        for cell in {**self.a.escaped, **self.b.escaped}:
            for side in (self.a, self.b):
                self.escape(cell, side.escaped.get(cell, frozenset()))
        return self.out

    def derive(self, side: int, old: Cell, new: Cell) -> None:
        """What is `old` on one side is `new` from here on."""
        self.derived.setdefault((side, old), []).append(new)

    def escape(self, cell: Cell, holders: frozenset[Cell]) -> None:
        self.out.escaped[cell] = self.out.escaped.get(cell, frozenset()) | holders

    def content(self, cell: Cell, a: Any, b: Any, sides: Any = (None, None)) -> Any:
        if a is b:
            return a
        if cell.view is not None and cell in self.a.heap and cell in self.b.heap:
            return None  # a window: read anew from what it looks at
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            return tuple(map(self.merge, a, b))
        if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            return {k: self.merge(a[k], b[k]) for k in a}
        return self.joined(Content(cell.sort, a, sides[0]), Content(cell.sort, b, sides[1]), cell)

    def merge(self, a: Any, b: Any) -> Any:
        if a is b or isinstance(a, Const) and a.same(b):
            return a
        key = (id(a), id(b))
        if key not in self.made:
            self.made[key] = self._merge(a, b)
        return self.made[key]

    def _merge(self, a: Any, b: Any) -> Any:
        if isinstance(a, Tup) and isinstance(b, Tup) and a.cls is b.cls:
            if len(a.items) == len(b.items):
                return Tup(tuple(map(self.merge, a.items, b.items)), a.cls)
        if isinstance(a, Labelled) and isinstance(b, Labelled) and a.format == b.format:
            return Labelled(self.merge(a.array, b.array), a.format)
        if isinstance(a, Closure) and isinstance(b, Closure) and a.node is b.node:
            return a
        if isinstance(a, Cell) and isinstance(b, Cell) and a.sort == b.sort and a.cls is b.cls:
            return self._cells(a, b)
        if a is UNDEF or b is UNDEF:
            return self._undefined(a, b)
        return self.joined(a, b)

    def joined(self, a: Any, b: Any, cell: Cell | None = None) -> Any:
        """The one value that both become, as the content of `cell` if there is one.

        Objects inside lose their identity by this: what was in them may be in the new object.
        """
        out = self.leaf(a, b)
        news = list(cells(out, self.out.heap)) if cell is None else [cell]
        for item, heap in ((a, self.a.heap), (b, self.b.heap)):
            olds = dict.fromkeys(c.root() for c in cells(item.content if isinstance(item, Content) else item, heap))
            for new, old in ((n, o) for n in news for o in olds if n is not o):
                if new.sort == old.sort == "array":
                    new.shares.add(old)
                    old.shares.add(new)
                else:
                    self.escape(old, frozenset({new}) if new.sort != "array" else frozenset())
                    self.escape(new, frozenset({old}) if old.sort != "array" else frozenset())
        return out

    def _cells(self, a: Cell, b: Cell) -> Cell:
        cell = Cell(a.sort, a.cls, distinct=a.distinct and b.distinct)
        self.derive(0, a, cell)
        self.derive(1, b, cell)
        self.joint[cell] = (a, b)
        for side in (a, b) if cell.sort != "array" else ():
            cell.is_akin(side)
        first, second = self.a.heap.get(a), self.b.heap.get(b)
        self.out.heap[cell] = self.content(cell, first, second, (a, b))
        return cell

    def _undefined(self, a: Any, b: Any) -> Any:
        """A name bound on one side only keeps its structure; its leaves exist on that side."""
        present, heap = (b, self.b.heap) if a is UNDEF else (a, self.a.heap)
        flip = a is UNDEF

        def half(item: Any) -> Any:
            if isinstance(item, Value):
                return self.leaf(UNDEF, item) if flip else self.leaf(item, UNDEF)
            if isinstance(item, Tup):
                return Tup(tuple(map(half, item.items)), item.cls)
            if isinstance(item, Labelled):
                return Labelled(half(item.array), item.format)
            if isinstance(item, Cell) and item not in self._shared():
                return self._half_cell(item, heap.get(item), half, flip)
            return item

        return half(present)

    def _half_cell(self, item: Cell, content: Any, half: Any, flip: bool) -> Cell:
        key = (id(item), 0)
        if key not in self.made:
            cell = self.made[key] = Cell(item.sort, item.cls, distinct=item.distinct)
            self.derive(int(flip), item, cell)
            self.halves.add(cell)
            if cell.sort != "array":
                cell.is_akin(item)
            if isinstance(content, tuple):
                self.out.heap[cell] = tuple(map(half, content))
            elif isinstance(content, dict):
                self.out.heap[cell] = {k: half(v) for k, v in content.items()}
            else:
                leaf = Content(item.sort, content, item)
                self.out.heap[cell] = self.leaf(UNDEF, leaf) if flip else self.leaf(leaf, UNDEF)
        return self.made[key]

    def _shared(self) -> set[Cell]:
        return self.a.heap.keys() & self.b.heap.keys()


@dataclass(frozen=True, eq=False)
class Content:
    """The content of a cell, as a leaf to be merged."""

    sort: str
    content: Any
    cell: Any = None  # where it can be read anew, if it is a window on something that has changed


def in_words(item: Any) -> str:
    """What an abstract value is to who wrote the model."""
    cls = getattr(item, "cls", None)
    if isinstance(item, Cell) and item.sort == "object" and isinstance(cls, type):
        return f"an object of the class {cls.__name__}"
    sorts = {"Closure": "a local function", "Method": "a method", "Iter": "an iterator", "SliceOf": "a slice"}
    return sorts.get(type(item).__name__, "something else")
