"""Two states of names and memory become one, where two paths meet or a turn of a loop follows another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..ir import Value
from .function_values import NO, Choice, functions_of, is_function, one_function, plain_name
from .values import OUTER, UNDEF, Cell, Compound, Const, Labelled, State, Tup, cells

Leaf = Callable[[Any, Any], Any]


class Merger:
    """Brings two abstract states together; `leaf(a, b)` makes the value both become."""

    def __init__(self, a: State, b: State, leaf: Leaf, cond: Value | None = None) -> None:
        self.a, self.b, self.leaf = a, b, leaf
        self.cond = cond  # true where the first state is the one
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
        if isinstance(a, Compound) and isinstance(b, Compound) and a.like(b, self._alike):
            parts = iter([self.merge(x, y) for x, y in zip(a.parts(), b.parts(), strict=True)])
            return a.mapped(lambda _: next(parts))
        if isinstance(a, Cell) and isinstance(b, Cell) and a.sort == b.sort and a.cls is b.cls:
            return self._cells(a, b)
        if a is UNDEF or b is UNDEF:
            return self._undefined(a, b)
        if is_function(a) and is_function(b):
            return self._choice(a, b)
        return self.joined(a, b)

    def _choice(self, a: Any, b: Any) -> Choice:
        """Two functions become one of both; each has a flag that says whether it is the one."""
        first, second = functions_of(a), list(functions_of(b))
        flags, functions = [], []
        for flag, function in first:
            twin = next((t for t in second if one_function(function, t[1], self._alike)), None)
            if twin is not None:
                second.remove(twin)
            flags.append(self._flag(flag, twin[0] if twin else NO, function))
            functions.append(self.merge(function, twin[1]) if twin else self._undefined(function, UNDEF))
        for flag, function in second:
            flags.append(self._flag(NO, flag, function))
            functions.append(self._undefined(UNDEF, function))
        return Choice(tuple(flags), tuple(functions))

    def _flag(self, a: Any, b: Any, function: Any) -> Any:
        if isinstance(a, Const) and isinstance(b, Const):
            if a.value == b.value:
                return a
            if a.value and self.cond is not None:
                return self.cond
        flag = self.merge(a, b)
        if isinstance(flag, Value) and not flag.name:
            flag.name = f"{plain_name(function)}_chosen"
        return flag

    def _alike(self, a: Any, b: Any) -> bool:
        """Are two frames one, or do they hold the same names?"""
        first, second = self.a.heap.get(a), self.b.heap.get(b)
        if a is b or not (isinstance(first, dict) and isinstance(second, dict)):
            return a is b
        return list(first) == list(second) and self._alike(first.get(OUTER), second.get(OUTER))

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
        for old in (a, b) if cell.sort != "array" else ():
            cell.is_akin(old)
        for side, state in ((a, self.a), (b, self.b)):
            self.escape(cell, state.escaped.get(side.root(), frozenset()))
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
            if isinstance(item, Compound):
                return item.mapped(half)
            if isinstance(item, Cell) and item not in self._shared() and item in heap:  # else the frame at work
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
            self.escape(cell, (self.b if flip else self.a).escaped.get(item.root(), frozenset()))
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
