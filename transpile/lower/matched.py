"""Which result of a backward function of the user's belongs to which argument."""

from __future__ import annotations

from typing import Any

from ..ir import Value
from ..kinds import Array, ListOf, Other, TupleOf, is_float
from .callee import Callee
from .core import Refuse
from .passage import Importer, Leaf, Passed
from .values import Cell, Const, Labelled, Tup

RETURNS = "a backward function returns one gradient for each argument, in order, or None"


class Matching:
    """Which result of a backward function belongs to which argument."""

    def __init__(self, lowerer: Any, node: Any, fun: Any, entry: Callee, names: Passed,
                 operands: list[Value]) -> None:  # fmt: skip
        self.lowerer, self.node, self.fun, self.entry = lowerer, node, fun, entry
        self.names, self.operands = names, operands
        self.paths: dict[int, str] = {}
        self.gradients: list[tuple[Value, Any]] = []
        self.count = 0

    def all(self, items: list[Any]) -> None:
        """One entry for each argument.

        Raises:
            Refuse: if what is returned cannot be that.
        """
        template = self.entry.result
        self.count = len(template[2]) if is_sequence(template) else 0
        if len(items) == 1:
            single = is_sequence(template) and len(template[2]) == 1 and not isinstance(items[0], (Tup, Cell)) or (
                is_sequence(template) and len(template[2]) == 1 and self.is_array(items[0]))
            self.one(items[0], template[2][0] if single else template, "[0]" if single else "")
            return
        if not is_sequence(template) or len(template[2]) != len(items):
            what = f"{len(template[2])} gradients" if is_sequence(template) else "something else than a tuple"
            raise self.refusal(f"the backward function of {self.fun.label} returns {what} for {len(items)} arguments")
        for i, (item, part) in enumerate(zip(items, template[2], strict=True)):
            self.one(item, part, f"[{i}]")

    def is_array(self, item: Any) -> bool:
        return isinstance(item, Cell) and isinstance(self.lowerer.content(item), Value)

    def refusal(self, what: str) -> Refuse:
        return Refuse(self.node, what, RETURNS, "return a tuple, such as (dx, dw)")

    def one(self, item: Any, part: Any, path: str) -> None:
        """The gradient of an argument, or of a part of one."""
        part = made(part)
        if not self.lowerer.floats_of(item) or isinstance(part, Const) and part.value is None:
            return
        if isinstance(item, Labelled):
            if isinstance(part, tuple) and part[0] == "dl":
                if part[1] != item.format:
                    raise self.refusal(f"the backward function of {self.fun.label} gives labels {part[1]} for an "
                                       f"argument with the labels {item.format}")  # fmt: skip
                part = part[2]
            self.one(item.array, part, path)
            return
        content = self.lowerer.content(item) if isinstance(item, Cell) else item
        if isinstance(content, Value):
            self.leaf(content, part, path)
            return
        if isinstance(part, tuple) and part[0] == "argument":
            self.given_back(item, self.nth(part[2]), path)
            return
        entries = item.items if isinstance(item, Tup) else content
        inner = part[2] if isinstance(part, tuple) else None
        if isinstance(entries, dict) != isinstance(inner, dict) or inner is None or len(inner) != len(entries) or (
                isinstance(entries, dict) and set(entries) != set(inner)):  # fmt: skip
            raise self.refusal(f"the backward function of {self.fun.label} gives no container like its argument")
        if isinstance(entries, dict):
            for k, v in entries.items():
                self.one(v, inner[k], path + (f".{k}" if item.sort == "object" else f"[{k!r}]"))
        else:
            for i, v in enumerate(entries):
                self.one(v, inner[i], f"{path}[{i}]")

    def given_back(self, item: Any, own: Any, path: str) -> None:
        """A container that the function was given, and returns as it is."""
        parts = [self.lowerer.content(i) if isinstance(i, Cell) else i.items if isinstance(i, Tup) else i
                 for i in (item, own)]  # fmt: skip
        content, given = parts
        if isinstance(content, Value) and isinstance(given, Value):
            if is_float(content.kind):
                self.result(content, self.passed_on(given), path)
        elif isinstance(content, dict) and isinstance(given, dict) and set(content) == set(given):
            for k in content:
                self.given_back(content[k], given[k], path + (f".{k}" if item.sort == "object" else f"[{k!r}]"))
        elif isinstance(content, tuple) and isinstance(given, tuple) and len(content) == len(given):
            for i, (mine, other) in enumerate(zip(content, given, strict=True)):
                self.given_back(mine, other, f"{path}[{i}]")
        elif self.lowerer.floats_of(item):
            raise self.refusal(f"the backward function of {self.fun.label} gives no container like its argument")

    def nth(self, number: int) -> Cell:
        return Importer(self.lowerer, self.names).argument_cells()[number]

    def leaf(self, value: Value, part: Any, path: str) -> None:
        if isinstance(value.kind, (ListOf, TupleOf, Other)):
            raise self.refusal(f"{self.fun.label} takes a list whose length is not known")
        if isinstance(part, tuple) and part[0] == "dl":
            part = made(part[2])
        if isinstance(part, tuple) and part[0] == "array" and isinstance(part[2], Leaf):
            part = part[2]
        if isinstance(part, Leaf):
            self.result(value, part.index, path)
        elif isinstance(part, tuple) and part[0] == "argument" and part[2] in self.entry.changed:
            self.result(value, self.entry.changed[part[2]], path)
        elif isinstance(part, tuple) and part[0] == "argument":
            content = self.lowerer.content(self.nth(part[2]))
            if not isinstance(content, Value):
                raise self.refusal(f"the backward function of {self.fun.label} gives a container for an array")
            self.result(value, self.passed_on(content), path)
        elif isinstance(part, Const) and type(part.value) in (int, float):
            if part.value and isinstance(value.kind, Array) and value.kind.dims != ():
                raise self.refusal(f"the backward function of {self.fun.label} gives a number for an array")
            if part.value:
                self.gradients.append((value, float(part.value)))
        else:
            raise self.refusal(f"the backward function of {self.fun.label} gives no array or number for an argument")

    def result(self, value: Value, index: int, path: str) -> None:
        self.paths[index] = path
        self.gradients.append((value, ("result", index)))

    def passed_on(self, content: Value) -> int:
        """A parameter that is returned as it is becomes a result."""
        region = self.entry.function.region
        param = region.params[self.operands.index(content)]
        if param not in region.yields:
            region.yields.append(param)
        return region.yields.index(param)


def made(part: Any) -> Any:
    """A template, where the object that it stands for is made."""
    return part[2] if isinstance(part, tuple) and part[0] == "again" else part


def is_sequence(template: Any) -> bool:
    return isinstance(template, tuple) and template[0] in ("tuple", "list") and isinstance(template[2], tuple)
