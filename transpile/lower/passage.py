"""The passage of abstract values between a caller and a callee."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..ir import Value
from .function_values import Closure, Partial
from .values import Cell, Compound, Const, Iter, Labelled, Method, Tup


class Passed(dict[str, Any]):
    """What a callee is given, by parameter; `frame` is the one in which it was made, if a model function made it.

    Variables of frames that are given by name are not given once more with their frame.
    """

    def __init__(self, names: dict[str, Any], frame: Cell | None = None) -> None:
        super().__init__(names)
        self.frame = frame

    def everything(self) -> list[Any]:
        """All that goes to the callee, in a fixed order."""
        return [*self.values(), *([self.frame] if self.frame is not None else ())]

    def named(self, name: str, item: Any) -> bool:
        """Is this variable of a frame given by its name?"""
        return name in self and self[name] is item


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
    if sort in ("argument", "again", "operand", "function", "frame"):
        return {}
    if isinstance(content, (Leaf, tuple)) and sort == "dl" or isinstance(content, Leaf):
        return result_paths(content, path)
    if isinstance(content, dict):
        steps = {k: f".{k}" if sort == "object" else f"[{k!r}]" for k in content}
        return {i: p for k, t in content.items() for i, p in result_paths(t, path + steps[k]).items()}
    return {i: p for n, t in enumerate(content) for i, p in result_paths(t, f"{path}[{n}]").items()}


class Importer:
    """Carries abstract values between a caller and a callee."""

    def __init__(self, lowerer: Any, names: Passed) -> None:
        self.lowerer, self.names = lowerer, names
        self.numbers: dict[Cell, int] = {}
        self.exported: dict[int, Cell] = {}  # the cells made for the templates of a result
        self.frames: list[tuple[Cell, Cell]] = []

    def description(self) -> Any:
        """A hashable description of all that is given."""
        return tuple(self.names), tuple(map(self.describe, self.names.everything()))

    def operands(self) -> list[Value]:
        """The values that are passed, in a fixed order."""
        return [v for item in self.names.everything() for v in self.leaf_values(item)]

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
            if item.sort == "frame":
                named = tuple(n for n in self.frame_content(item) if n not in self.unnamed(item))
                return ("frame", named, tuple((n, self.describe(v)) for n, v in self.unnamed(item).items()))
            content = heap.content(item)
            return (item.sort, item.cls, self._content(content), partners)
        if isinstance(item, Method):
            return ("m", item.name, id(item.fun), self.describe(item.owner))
        if isinstance(item, Iter):
            return ("iter", item.how, item.spent, tuple(map(self.describe, item.parts)), self.describe(item.start))
        if isinstance(item, Compound):
            parts = tuple(map(self.describe, item.parts()))
            if isinstance(item, Closure):
                return ("f", id(item.node), item.again, tuple(d is None for d in item.kw_defaults), parts)
            head: tuple[Any, ...] = (len(item.args), *item.kwargs) if isinstance(item, Partial) else ()
            return (type(item).__name__, *head, parts)
        return ("o", id(item))

    def may_share(self, one: Cell, other: Cell) -> bool:
        """May two arguments share memory? A function that is given both is another one if they do."""
        return one.sort == other.sort == "array" and other.root() in self.lowerer.kin([one])

    def frame_content(self, frame: Cell) -> dict[str, Any]:
        content = self.lowerer.state.heap.get(frame)
        return content if isinstance(content, dict) else {}

    def unnamed(self, frame: Cell) -> dict[str, Any]:
        """The variables of a frame that are not given by name."""
        return {n: v for n, v in self.frame_content(frame).items() if not self.names.named(n, v)}

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
        if isinstance(item, Compound):
            return [v for part in item.parts() for v in self.leaf_values(part)]
        if isinstance(item, Cell):
            if item in self.numbers:
                return []
            self.numbers[item] = len(self.numbers)
            if item.sort == "frame":
                return [v for i in self.unnamed(item).values() for v in self.leaf_values(i)]
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
        if isinstance(item, Iter):
            parts = [self.copy_in(p, callee, made, f"{path}_{i}") for i, p in enumerate(item.parts)]
            return replace(item, parts=tuple(parts), start=self.copy_in(item.start, callee, made, f"{path}_start"))
        if isinstance(item, Compound):
            return item.mapped(lambda part: self.copy_in(part, callee, made, path))
        if isinstance(item, Cell) and item.sort == "frame":
            return self._frame_in(item, callee, made)
        if isinstance(item, Cell):
            return self._cell_in(item, callee, made, path)
        return item

    def _frame_in(self, item: Cell, callee: Any, made: dict[Cell, Cell]) -> Cell:
        """The callee's own version of a frame; the variables that are given by name are put in at the end."""
        if item not in made:
            cell = made[item] = Cell("frame", outside=True)
            self.frames.append((item, cell))
            content = {n: self.copy_in(v, callee, made, n or "outer") for n, v in self.unnamed(item).items()}
            callee.state.heap[cell] = content
        return made[item]

    def fill_frames(self, callee: Any) -> None:
        """The variables of frames that were given by name are the callee's own."""
        for theirs, cell in self.frames:
            own = callee.state.heap[cell]
            callee.state.heap[cell] = {n: own[n] if n in own else callee.state.names[n]
                                       for n in self.frame_content(theirs)}  # fmt: skip

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

    def export(self, template: Any, results: list[Value]) -> Any:
        """The callee's result in the caller's terms."""
        if template is None:
            return self.lowerer.wrap(results[0]) if results else Const(None)
        if isinstance(template, Leaf):
            return results[template.index]
        if isinstance(template, tuple):
            return self._export_container(template, results)
        return template

    def _export_container(self, template: tuple[Any, ...], results: Any) -> Any:
        sort, cls, content = template
        if sort == "argument":
            return self.argument_cells()[content]
        if sort == "operand":
            return Importer(self.lowerer, self.names).operands()[content]
        if sort == "function":
            parts = iter([self.export(t, results) for t in content])
            return cls.mapped(lambda _: next(parts))
        if sort == "tuple":
            return Tup(tuple(self.export(t, results) for t in content), cls)
        if sort == "dl":
            return Labelled(self.export(content, results), cls)
        if sort == "again":
            return self.exported[id(content)]
        cell = self.exported[id(template)] = Cell(sort, cls)
        self.lowerer.state.heap[cell] = self.export_content(content, results)
        return cell

    def export_content(self, content: Any, results: list[Value]) -> Any:
        """What a container of the result holds."""
        if isinstance(content, Leaf):
            return results[content.index]
        if isinstance(content, dict):
            return {k: self.export(t, results) for k, t in content.items()}
        return tuple(self.export(t, results) for t in content)

    def argument_cells(self) -> list[Cell]:
        """The cells that are given, each at its number in the order of `describe`."""
        inner = Importer(self.lowerer, self.names)
        inner.description()
        return list(inner.numbers)
