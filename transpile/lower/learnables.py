"""Tables of learnables: objects whose rows are known when the program is written."""

from __future__ import annotations

from typing import Any

from ...runtime.learnables import Learnables
from ..ir import Value
from .core import plain
from .nodes import Nodes
from .values import Cell, Const, Tup

COLUMNS = ("Layer", "Parameter", "Value")


class LearnablesRows(Nodes):
    """Lowering of tables: their rows, the value of the row with a layer and a parameter, making one."""

    def table_columns(self, table: Cell) -> list[tuple[Any, ...]] | None:
        """The entries of the three columns; None if they are not known."""
        content = self.content(table)
        if not isinstance(content, dict):
            return None
        columns = [self.entries(content.get(name)) for name in COLUMNS]  # type: ignore[attr-defined]
        known = [c for c in columns if c is not None]
        return known if len(known) == 3 and len({*map(len, known)}) == 1 else None

    def table_rows(self, table: Cell) -> tuple[Tup, ...] | None:
        """The rows of a table, as tuples; None if its columns are not known."""
        columns = self.table_columns(table)
        return tuple(map(Tup, zip(*columns, strict=True))) if columns is not None else None

    def table_place(self, table: Cell, index: Any) -> tuple[Any, Const] | None:
        """The list, and the place in it, that ``table[layer, parameter]`` means; None if that is not known."""
        columns, wanted = self.table_columns(table), index.items if isinstance(index, Tup) else ()
        if columns is None or len(wanted) != 2 or not all(isinstance(i, Const) for i in wanted):
            return None
        names = list(zip(columns[0], columns[1], strict=True))
        if not all(isinstance(part, Const) for name in names for part in name):
            return None
        known = [tuple(part.value for part in name) for name in names]
        key = tuple(w.value for w in wanted)
        return (self.content(table)["Value"], Const(known.index(key))) if key in known else None

    def table_item(self, node: Any, table: Cell, index: Any) -> Any:
        """``table[k]`` or ``table[layer, parameter]``."""
        rows, place = self.table_rows(table), self.table_place(table, index)
        if place is not None and (values := self.entries(place[0])) is not None:  # type: ignore[attr-defined]
            return values[place[1].value]
        if rows is not None and isinstance(index, Const) and type(index.value) is int and (
                -len(rows) <= index.value < len(rows)):  # fmt: skip
            return rows[index.value]
        return self.opaque(node, [table, index], "a row of a table that only the run can tell: write t.Value[k]")

    def make_table(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``Learnables(layers, parameters, values)``, of columns that are known."""
        given = {**dict(zip(COLUMNS, args, strict=False)), **kwargs}
        columns = [self.entries(given.get(name)) for name in COLUMNS]  # type: ignore[attr-defined]
        known = [c for c in columns if c is not None]
        names = [e.value for c in known[:2] for e in c if isinstance(e, Const)]
        count = len(known[0]) if known else 0
        sure = len(args) <= 3 and set(given) == set(COLUMNS) and [len(c) for c in known] == [count] * 3
        if not sure or len(names) != 2 * count or len({*zip(names, names[count:], strict=False)}) < count:
            return self.opaque(node, [*args, *kwargs.values()], "a table of learnables whose rows are not known now")
        values, cell = Cell("list"), Cell("object", Learnables)
        self.state.heap[values] = known[2]
        self.state.heap[cell] = {"Layer": Tup(known[0]), "Parameter": Tup(known[1]), "Value": values}
        return cell

    def home(self, item: Any, text: str, name: str, anchor: Any, path: tuple[Cell, ...]) -> None:
        """The values of a table are called by their layer and parameter: ``t_fc_Weights``."""
        rows = self.table_rows(item) if is_table(item) else None
        for layer, parameter, value in (row.items for row in rows or ()):
            leaf = self.state.heap.get(value) if isinstance(value, Cell) else value
            if isinstance(leaf, Value) and not leaf.name and isinstance(layer, Const) and isinstance(parameter, Const):
                leaf.name = plain(f"{text}_{layer.value}_{parameter.value}")
        super().home(item, text, name, anchor, path)

    def symbolic(self, item: Any) -> Any:
        """The form in which library functions take a table: a table."""
        content = self.content(item) if is_table(item) else None
        if not isinstance(content, dict):
            return super().symbolic(item)
        return made(*(self.symbolic(content[name]) for name in COLUMNS))

    def abstract(self, result: Any) -> Any:
        """A table that a library function has made."""
        if type(result) is not Learnables:
            return super().abstract(result)
        cell = Cell("object", Learnables)
        self.state.heap[cell] = {name: self.abstract(getattr(result, name)) for name in COLUMNS}
        return cell


def made(*columns: Any) -> Learnables:
    """A table of symbolic columns, which cannot be asked how long they are."""
    table = object.__new__(Learnables)
    for name, column in zip(COLUMNS, columns, strict=True):
        object.__setattr__(table, name, column)
    return table


def is_table(item: Any) -> bool:
    """Is this a table of learnables?"""
    return isinstance(item, Cell) and item.sort == "object" and item.cls is Learnables
