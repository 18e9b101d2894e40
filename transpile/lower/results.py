"""What a called function gives back: its result, and what it has put into what it was given.

Templates are structures of `Leaf` (a result of the call), `Passed` (a value that the call was given) and
tuples ``(sort, cls, content)``; ``("argument", None, number)`` is a cell that the caller passed.
One object in several places is one template in several places.
"""

from __future__ import annotations

from typing import Any

from ..ir import Value
from .core import Refuse
from .passage import Leaf, Passed
from .values import Cell, Closure, Const, Iter, Labelled, Method, Tup


class Results:
    """The results of one function, collected while its body's last region is open.

    Attributes:
        value: the template of what is returned.
        changed: by the number of an argument's cell, the index of its new content: arrays.
        contents: the same for lists, dicts and objects, as templates.
        shares: pairs of templates that may share memory; holders: (template, that of who may hold it).
    """

    def __init__(self, child: Any, arguments: list[Cell], given: int) -> None:
        self.child, self.arguments = child, arguments
        self.params = {v: i for i, v in enumerate(child.function.region.params[:given])}
        self.yields: list[Value] = []
        self.made: dict[Cell, Any] = {}
        self.shares: list[tuple[Any, Any]] = []
        self.holders: list[tuple[Any, Any]] = []
        self.changed: dict[int, int] = {}
        self.contents: dict[int, Any] = {}
        self.value: Any = None

    def collect(self, mutated: set[int]) -> None:
        self.value = self.template(self.child.state.names.get("$val", Const(None)))
        for number in sorted(mutated):
            cell = self.arguments[number]
            content = self.child.state.heap.get(cell)
            if cell.sort != "array":
                self.contents[number] = self.content(self.child.content(cell), passing=True)
            elif isinstance(content, Value):
                self.changed[number] = self.leaf(content).index
        self.relate()

    def leaf(self, value: Value) -> Leaf:
        self.yields.append(value)
        return Leaf(len(self.yields) - 1)

    def template(self, item: Any, passing: bool = False) -> Any:
        if isinstance(item, Value):
            return Passed(self.params[item]) if passing and item in self.params else self.leaf(item)
        if isinstance(item, Tup):
            return ("tuple", item.cls, tuple(self.template(i, passing) for i in item.items))
        if isinstance(item, Labelled):
            return ("dl", item.format, self.template(item.array, passing))
        if isinstance(item, Cell):
            return self.cell(item, passing)
        if isinstance(item, (Closure, Method, Iter)):
            return self.leaf(self.child.value(self.child.opaque(None, [item], "a function that is returned")))
        return item

    def cell(self, item: Cell, passing: bool) -> Any:
        if item in self.arguments:
            return ("argument", None, self.arguments.index(item))
        if item in self.made:
            if self.made[item] is None:
                raise Refuse(None, "an object that contains itself", "its parts cannot be told apart",
                             "take the inner reference out")  # fmt: skip
            return self.made[item]
        self.made[item] = None
        self.made[item] = (item.sort, item.cls, self.content(self.child.content(item), passing))
        return self.made[item]

    def content(self, content: Any, passing: bool) -> Any:
        if isinstance(content, Value):
            return self.leaf(content)
        if isinstance(content, dict):
            return {k: self.template(v, passing) for k, v in content.items()}
        return tuple(self.template(v, passing) for v in content)

    def relate(self) -> None:
        """What may share memory, or hold one another, does so for the caller too."""
        places: dict[Cell, Any] = {c: ("argument", None, i) for i, c in enumerate(self.arguments)}
        places.update(self.made)
        escaped = self.child.state.escaped
        for cell, made in self.made.items():
            partners = {cell.root()} | cell.shares | cell.root().shares
            for other, place in places.items():
                if other is not cell and (other in partners or other.root() is cell.root() or other.root() in partners):
                    self.shares.append((made, place))
        for cell, place in places.items():
            for holder in escaped.get(cell.root(), ()):
                if holder in places and holder is not cell:
                    self.holders.append((place, places[holder]))
