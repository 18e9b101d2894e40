"""The passage of abstract values between a caller and a callee."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..ir import Value
from .values import Cell, Const, Labelled, Method, Tup


class Leaf:
    """The place of a result in the structure a function returns."""

    def __init__(self, index: int) -> None:
        self.index = index


class Passed:
    """A value that the function was given, by its place among the operands of the call."""

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
    if sort == "argument":
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
            self.numbers[item] = len(self.numbers)
            content = heap.content(item)
            return (item.sort, item.cls, self._content(content))
        if isinstance(item, Method):
            return ("m", item.name, id(item.fun), self.describe(item.owner))
        return ("o", id(item))

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
            return Method(self.copy_in(item.owner, callee, made, path), item.name, item.fun)
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
            if other is not item and (other.root() is item.root() or other in item.shares):
                cell.shares.add(made[other])
                made[other].shares.add(cell)
        if isinstance(content, Value):
            callee.state.heap[cell] = self._param(content, callee, path)
        elif isinstance(content, dict):
            callee.state.heap[cell] = {
                k: self.copy_in(v, callee, made, f"{path}_{k}") for k, v in content.items()}
        else:
            callee.state.heap[cell] = tuple(
                self.copy_in(v, callee, made, f"{path}_{i}") for i, v in enumerate(content))
        return cell

    def export(self, template: Any, call: Call) -> Any:
        """A template of the callee's results in the caller's terms."""
        if template is None:
            return self.lowerer.wrap(call.results[0]) if call.results else Const(None)
        if isinstance(template, Leaf):
            return call.results[template.index]
        if isinstance(template, Passed):
            return call.operands[template.index]
        if not isinstance(template, tuple):
            return template
        sort, cls, content = template
        if sort == "tuple":
            return Tup(tuple(self.export(t, call) for t in content), cls)
        if sort == "dl":
            return Labelled(self.export(content, call), cls)
        return self.export_cell(template, call)

    def export_cell(self, template: tuple[Any, ...], call: Call) -> Cell:
        """The cell of a template: one that was passed, or a new one, the same wherever it is held."""
        sort, cls, content = template
        if sort == "argument":
            return call.cells[content]
        if id(template) not in call.made:
            cell = call.made[id(template)] = Cell(sort, cls)
            self.lowerer.state.heap[cell] = self.export_content(content, call)
        return call.made[id(template)]

    def export_content(self, content: Any, call: Call) -> Any:
        if isinstance(content, Leaf):
            return call.results[content.index]
        if isinstance(content, dict):
            return {k: self.export(t, call) for k, t in content.items()}
        return tuple(self.export(t, call) for t in content)

    def relate(self, results: Any, call: Call) -> None:
        """What may share memory, or hold one another, in the callee does so here."""
        for a, b in results.shares:
            if (one := self.exported(a, call)) is not None and (other := self.exported(b, call)) is not None:
                one.shares.add(other)
                other.shares.add(one)
        escaped = self.lowerer.state.escaped
        for item, holder in results.holders:
            if (one := self.exported(item, call)) is not None and (other := self.exported(holder, call)) is not None:
                escaped[one.root()] = escaped.get(one.root(), frozenset()) | {other}

    def exported(self, template: Any, call: Call) -> Cell | None:
        """The cell that a template became, if it became one."""
        return call.cells[template[2]] if template[0] == "argument" else call.made.get(id(template))

    def argument_cells(self, names: dict[str, Any]) -> list[Cell]:
        inner = Importer(self.lowerer)
        for item in names.values():
            inner.describe(item)
        return list(inner.numbers)


@dataclass
class Call:
    """One call, while its results are carried back: `cells` are those that were passed, in the order of `describe`."""

    operands: list[Value]
    results: list[Value]
    cells: list[Cell]
    made: dict[int, Cell] = field(default_factory=dict)  # by the identity of their templates
