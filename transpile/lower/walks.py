"""What a loop walks over: the sequences behind an iterable, and the item a turn sees."""

from __future__ import annotations

from typing import Any

import gast

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import INT, RANGE, UNKNOWN, Array, Ints, Kind, ListOf, Other, TupleOf, as_list, join, kind_of
from ..sym import Sym
from .branches import Branches
from .core import Refuse
from .learnables import is_table
from .values import Cell, Const, Iter, Labelled, Tup


class Walked:
    """What a loop has taken out of what it walks over.

    Attributes:
        rows: the rows of arrays.
        twice: the entries of containers that hold one array more than once.
    """

    def __init__(self) -> None:
        self.rows: list[Cell] = []
        self.twice: list[Cell] = []


class Walks(Branches):
    """Plans of how iterables are walked."""

    walked: Walked

    def plan(self, item: Any, node: Any) -> Plan:
        """The sequences behind an iterable, and how a turn's item is made of their entries."""
        if isinstance(item, Iter):
            return self.plan_iter(item, node)
        if isinstance(item, Const):
            return self.plan_const(item, node)
        if isinstance(item, Labelled):
            raise Refuse(node, "a loop over a labelled array", "it has no first axis to walk",
                         "strip the labels first: dl.stripdims(X)")  # fmt: skip
        if isinstance(item, Cell) and item.sort == "dict" and isinstance(self.content(item), dict):
            return self.plan_const(Const(list(self.content(item))), node)
        if isinstance(item, Cell) and item.sort == "array":
            return self.plan_array(item)
        if is_table(item) and (rows := self.table_rows(item)) is not None:
            return self.plan(Tup(rows), node)
        if isinstance(item, Cell) and item.sort == "object" or isinstance(item, Tup) and self.entries(item) is None:
            item = self.call_unknown(node, [item], "a loop over an object")
        value = self.value(item)
        if isinstance(item, (Cell, Tup)):
            held = self.held_arrays(item)
            return Plan([value], [item_kind(value.kind)], lambda entries, low: low.linked(entries[0], item, held))
        return Plan([value], [item_kind(value.kind)], lambda entries, _: entries[0])

    def held_where(self, item: Any) -> list[Cell]:
        """The arrays that the containers walked over hold."""
        if isinstance(item, Iter):
            return [c for part in item.parts for c in self.held_where(part)]
        listed = isinstance(item, Tup) or isinstance(item, Cell) and item.sort in ("list", "dict")
        return self.held_arrays(item) if listed else []

    def linked(self, entry: Any, owner: Any, held: list[Cell]) -> Any:
        """An entry of a list or tuple that a loop walks: changing it changes the owner's, and what that holds."""
        self.related(entry, held)
        if isinstance(owner, Cell):
            self.held_by(entry, owner)
        arrays = [c.root() for i in self.entries(owner) or () if isinstance(c := i, Cell) and c.sort == "array"]
        apart = self.entries(owner) is not None or owner.distinct
        if isinstance(entry, Cell) and (len(set(arrays)) < len(arrays) or not apart):
            self.walked.twice.append(entry)
        return entry

    def plan_array(self, item: Cell) -> Plan:
        value = self.value(item)

        def build(entries: list[Any], lowerer: Any) -> Any:
            row = entries[0]
            if isinstance(row, Cell):
                row.is_maybe(item)
                lowerer.walked.rows.append(row)
            return row

        return Plan([value], [item_kind(value.kind)], build)

    def plan_const(self, item: Const, node: Any) -> Plan:
        value = self.builder.const(item.value)
        kinds = [kind_of(v) for v in item.value] if _iterable(item.value) else [UNKNOWN]
        kind = kinds[0] if kinds else INT
        for other in kinds[1:]:
            kind = join(kind, other)
        return Plan([value], [kind], lambda entries, _: entries[0])

    def plan_iter(self, item: Iter, node: Any) -> Plan:
        if item.how == "range":
            value = self.value(self.opaque(node, list(item.parts), "a range", RANGE))
            return Plan([value], [INT], lambda entries, _: entries[0])
        if item.how == "iter" and not item.spent:
            return self.plan(item.parts[0], node)
        if item.spent:
            value = self.value(self.opaque(node, list(item.parts), "an iterator that has been walked over before"))
            return Plan([value], [UNKNOWN], lambda entries, _: entries[0])
        if item.how == "zip":
            plans = [self.plan(p, node) for p in item.parts]
            return joined_plans(plans, lambda parts: Tup(tuple(parts)))
        if item.how == "enumerate":
            inner = self.plan(item.parts[0], node)
            count = self.value(self.opaque(node, [item.start], "a count", Other(enumerate)))
            counter = Plan([count], [INT], lambda entries, _: entries[0])
            return joined_plans([counter, inner], lambda parts: Tup(tuple(parts)))
        if item.how in ("items", "keys", "values"):
            return self.plan_view(item, node)
        return self.plan_reversed(item.parts[0], node)

    def plan_view(self, item: Iter, node: Any) -> Plan:
        content = self.content(item.parts[0])
        keys = self.plan_const(Const(list(content)), node)
        if item.how == "keys":
            return keys
        cell = Cell("list")
        self.state.heap[cell] = tuple(content.values())
        values = self.plan(cell, node)
        return values if item.how == "values" else joined_plans(
            [keys, values], lambda parts: Tup(tuple(parts)))

    def plan_reversed(self, item: Any, node: Any) -> Plan:
        entries = self.entries(item)
        if entries is not None and not isinstance(item, Const):
            cell = Cell("list")
            self.state.heap[cell] = tuple(reversed(entries))
            return self.plan(cell, node)
        if isinstance(item, Const):
            return self.plan_const(Const(list(reversed(item.value))), node)
        if isinstance(item, Cell) and item.sort == "array":
            flipped = self.builder.call(NAMES["flip"], (Sym(self.value(item), self.builder), 0), {})
            cell = Cell("array")
            cell.is_maybe(item)
            self.state.heap[cell] = flipped.value
            flipped.value.node = None
            return self.plan_array(cell)
        if isinstance(item, Iter) and item.how == "range":
            inner = node.args[0] if isinstance(node, gast.Call) and len(node.args) == 1 else None
            numbers = self.value(self.opaque(inner, list(item.parts), "a range", RANGE))
            back = self.builder.call(NAMES["list_reversed"], (Sym(numbers, self.builder),), {}).value
            back.node, back.kind = None, RANGE
            return Plan([back], [INT], lambda entries, _: entries[0])
        if isinstance(item, Cell) and item.sort == "list":
            back = self.builder.call(NAMES["list_reversed"], (Sym(self.value(item), self.builder),), {})
            back.value.node = None
            return Plan([back.value], [item_kind(back.value.kind)], lambda entries, _: entries[0])
        value = self.value(self.opaque(node, [item], "reversed() of something unknown"))
        return Plan([value], [UNKNOWN], lambda entries, _: entries[0])


class Plan:
    """Operands of a loop, the kinds of their entries, and the item a turn sees."""

    def __init__(self, operands: list[Value], kinds: list[Kind], build: Any) -> None:
        self.operands, self.kinds, self.build = operands, kinds, build


def joined_plans(plans: list[Plan], combine: Any) -> Plan:
    """Several sequences walked together."""
    def build(entries: list[Any], lowerer: Any) -> Any:
        parts, at = [], 0
        for plan in plans:
            parts.append(plan.build(entries[at : at + len(plan.kinds)], lowerer))
            at += len(plan.kinds)
        return combine(parts)

    operands = [v for p in plans for v in p.operands]
    return Plan(operands, [k for p in plans for k in p.kinds], build)


def walked(item: Any) -> list[Cell]:
    """The lists and arrays that an iterable walks over while they may change."""
    if isinstance(item, Cell):
        return [item] if item.sort in ("list", "array") else []
    return [c for part in item.parts for c in walked(part)] if isinstance(item, Iter) else []


def item_kind(kind: Kind) -> Kind:
    """The kind of one entry of a sequence."""
    if isinstance(kind, Array) and kind.dims:
        return Array(kind.dtype, kind.dims[1:], len(kind.dims) == 1)
    if isinstance(kind, ListOf):
        return kind.item
    if isinstance(kind, TupleOf) and kind.keys is None:
        return as_list(kind).item
    if isinstance(kind, Ints) or kind == RANGE:
        return INT
    return UNKNOWN


def _iterable(value: Any) -> bool:
    return isinstance(value, (list, tuple, range, str)) and len(value) < 10_000
