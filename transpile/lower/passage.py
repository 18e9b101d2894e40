"""The passage of abstract values between a caller and a callee."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..ir import Value
from .values import Cell, Const, Iter, Labelled, Method, Tup


class Leaf:
    """The place of a result in the structure a function returns."""

    def __init__(self, index: int) -> None:
        self.index = index


def is_leaf(template: Any) -> bool:
    """Is what a function returns one result, an array or a number?"""
    return isinstance(template, Leaf) or isinstance(template, tuple) and template[0] == "array"


def result_paths(template: Any, path: str = "") -> dict[int, str]:
    """How each result is read from what the function returns: ``[0]['a']``."""
    if isinstance(template, Leaf):
        return {template.index: path}
    if not isinstance(template, tuple):
        return {}
    sort, _, content = template
    if sort in ("argument", "again"):
        return {}
    if isinstance(content, (Leaf, tuple)) and sort == "dl" or isinstance(content, Leaf):
        return result_paths(content, path)
    if isinstance(content, dict):
        steps = {k: f".{k}" if sort == "object" else f"[{k!r}]" for k in content}
        return {i: p for k, t in content.items() for i, p in result_paths(t, path + steps[k]).items()}
    return {i: p for n, t in enumerate(content) for i, p in result_paths(t, f"{path}[{n}]").items()}


class Importer:
    """Carries abstract values between a caller and a callee."""

    def __init__(self, lowerer: Any) -> None:
        self.lowerer = lowerer
        self.numbers: dict[Cell, int] = {}
        self.exported: dict[int, Cell] = {}  # the cells made for the templates of a result

    def describe(self, item: Any) -> Any:
        """A hashable description: kinds, constants by identity or value, aliasing."""
        heap = self.lowerer
        if isinstance(item, Value):
            return ("v", item.kind)
        if isinstance(item, Const):
            value = item.value
            simple = isinstance(value, (int, float, complex, str, bytes, bool, type(None)))
            return ("c", type(value), repr(value)) if simple else ("i", id(value))
        if isinstance(item, Tup):
            return ("t", item.cls, tuple(map(self.describe, item.items)))
        if isinstance(item, Labelled):
            return ("dl", item.format, self.describe(item.array))
        if isinstance(item, Cell):
            if item in self.numbers:
                return ("same", self.numbers[item])
            partners = tuple(n for other, n in self.numbers.items() if self.may_share(item, other))
            self.numbers[item] = len(self.numbers)
            content = heap.content(item)
            return (item.sort, item.cls, self._content(content), partners)
        if isinstance(item, Method):
            return ("m", item.name, self.describe(item.owner))
        if isinstance(item, Iter):
            return ("iter", item.how, item.spent, tuple(map(self.describe, item.parts)), self.describe(item.start))
        return ("o", id(item))

    def may_share(self, one: Cell, other: Cell) -> bool:
        """May two arguments share memory? A function that is given both is another one if they do."""
        return one.sort == other.sort == "array" and other.root() in self.lowerer.kin([one])

    def _content(self, content: Any) -> Any:
        if isinstance(content, Value):
            return content.kind
        if isinstance(content, tuple):
            return tuple(map(self.describe, content))
        return tuple((repr(k), self.describe(v)) for k, v in content.items())

    def leaf_values(self, item: Any) -> list[Value]:
        """The values that are passed, in a fixed order; a shared cell is passed once."""
        if isinstance(item, Value):
            return [item]
        if isinstance(item, Labelled):
            return self.leaf_values(item.array)
        if isinstance(item, Tup):
            return [v for i in item.items for v in self.leaf_values(i)]
        if isinstance(item, Method):
            return self.leaf_values(item.owner)
        if isinstance(item, Iter):
            return [v for i in (*item.parts, item.start) for v in self.leaf_values(i)]
        if isinstance(item, Cell):
            if item in self.numbers:
                return []
            self.numbers[item] = len(self.numbers)
            content = self.lowerer.content(item)
            if isinstance(content, Value):
                return [content]
            entries = content.values() if isinstance(content, dict) else content
            return [v for i in entries for v in self.leaf_values(i)]
        return []

    def copy_in(self, item: Any, callee: Any, made: dict[Cell, Cell], path: str) -> Any:
        """The callee's own version of an argument: fresh parameters, fresh cells."""
        if isinstance(item, Value):
            return self._param(item, callee, path)
        if isinstance(item, Labelled):
            return Labelled(self.copy_in(item.array, callee, made, path), item.format)
        if isinstance(item, Tup):
            items = [self.copy_in(v, callee, made, f"{path}_{i}") for i, v in enumerate(item.items)]
            return Tup(tuple(items), item.cls)
        if isinstance(item, Method):
            return Method(self.copy_in(item.owner, callee, made, path), item.name)
        if isinstance(item, Iter):
            parts = [self.copy_in(p, callee, made, f"{path}_{i}") for i, p in enumerate(item.parts)]
            return replace(item, parts=tuple(parts), start=self.copy_in(item.start, callee, made, f"{path}_start"))
        if isinstance(item, Cell):
            return self._cell_in(item, callee, made, path)
        return item

    def _param(self, value: Value, callee: Any, path: str) -> Value:
        region = callee.function.region
        param = Value(value.kind, path, region=region)
        region.params.append(param)
        return param

    def _cell_in(self, item: Cell, callee: Any, made: dict[Cell, Cell], path: str) -> Cell:
        if item in made:
            return made[item]
        cell = made[item] = Cell(item.sort, item.cls, outside=True)
        content = self.lowerer.content(item)
        for other in list(made):
            if other is not item and self.may_share(item, other):
                cell.is_maybe(made[other])
        if isinstance(content, Value):
            callee.state.heap[cell] = self._param(content, callee, path)
        elif isinstance(content, dict):
            callee.state.heap[cell] = {
                k: self.copy_in(v, callee, made, f"{path}_{k}") for k, v in content.items()}
        else:
            callee.state.heap[cell] = tuple(
                self.copy_in(v, callee, made, f"{path}_{i}") for i, v in enumerate(content))
        return cell

    def export(self, template: Any, results: list[Value], names: dict[str, Any], entry: Any) -> Any:
        """The callee's result in the caller's terms."""
        if template is None:
            return self.lowerer.wrap(results[0]) if results else Const(None)
        if isinstance(template, Leaf):
            return results[template.index]
        if isinstance(template, tuple):
            return self._export_container(template, results, names, entry)
        return template

    def _export_container(self, template: tuple[Any, ...], results: Any, names: Any, entry: Any) -> Any:
        sort, cls, content = template
        if sort == "argument":
            return self.nth_cell(names, content)
        if sort == "tuple":
            return Tup(tuple(self.export(t, results, names, entry) for t in content), cls)
        if sort == "dl":
            return Labelled(self.export(content, results, names, entry), cls)
        if sort == "again":
            return self.exported[id(content)]
        cell = self.exported[id(template)] = Cell(sort, cls)
        heap = self.lowerer.state.heap
        if isinstance(content, Leaf):
            heap[cell] = results[content.index]
        elif isinstance(content, dict):
            heap[cell] = {k: self.export(t, results, names, entry) for k, t in content.items()}
        else:
            heap[cell] = tuple(self.export(t, results, names, entry) for t in content)
        return cell

    def nth_cell(self, names: dict[str, Any], number: int) -> Cell:
        """The argument cell with this number in the order of `describe`."""
        return self.argument_cells(names)[number]

    def argument_cells(self, names: dict[str, Any]) -> list[Cell]:
        inner = Importer(self.lowerer)
        for item in names.values():
            inner.describe(item)
        return list(inner.numbers)
