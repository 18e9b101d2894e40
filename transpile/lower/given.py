"""What the objects that a function gives back have to do with each other, with its arguments, and with the outside."""

from __future__ import annotations

from typing import Any

from ..ir import Value
from ..sym import Sym
from .values import Cell, cells


class Given:
    """Facts about the objects in a result, by the templates that callers make them from; arguments have numbers.

    Attributes:
        windows: (template, what it is a window on, the steps that lead there).
        pairs: two that may share memory; or one, and a container that may hold it or what is in it.
        kept: (one, a container made later, or given, that may hold it).
        outside: (template, what of the surrounding program it may be).
    """

    def __init__(self, child: Any = None, arguments: Any = (), made: Any = None) -> None:
        self.windows: list[tuple[Any, Any, list[Any]]] = []
        self.pairs: list[tuple[Any, Any]] = []
        self.kept: list[tuple[Any, Any]] = []
        self.outside: list[tuple[Any, Any]] = []
        known: dict[Cell, Any] = {cell: number for number, cell in enumerate(arguments)}
        roots = {**known, **(made or {})}
        for cell, template in (made or {}).items():
            kin = child.kin([cell]) if cell.sort == "array" else set()
            steps = self.steps(child, cell) if cell.view is not None and cell.root() in roots else None
            if steps is not None:
                self.windows.append((template, roots[cell.root()], steps))
                kin = set()
            self.pairs += [(template, known[one]) for one in known if one.sort == "array" and one.root() in kin]
            holders = {h for c in cells(cell, child.state.heap) for h in child.state.escaped.get(c.root(), ())}
            self.pairs += [(template, known[h]) for h in holders if h in known]
            self.outside += [(template, key) for key in child.outside_keys(cell)]
            known[cell] = template
        self.note_arguments(child, arguments, known)

    def note_arguments(self, child: Any, arguments: Any, known: dict[Cell, Any]) -> None:
        """What an argument shares with another one, and which containers may hold it now."""
        for number, cell in enumerate(arguments):
            kin = child.kin([cell]) if cell.sort == "array" else {cell.root()}
            self.pairs += [(number, n) for n, one in enumerate(arguments[:number])
                           if one.sort == "array" and one.root() in kin]  # fmt: skip
            holders = {h for root in kin for h in child.state.escaped.get(root, ())}
            self.kept += [(number, known[h]) for h in holders if h in known and h is not cell]

    def steps(self, child: Any, cell: Cell) -> list[Any] | None:
        """The windows from the outermost array to a cell; None if one depends on what only the function knows."""
        out: list[Any] = []
        captured = child.function.attrs.get("captures", {}).values()
        params = [v for v in child.function.region.params if v not in captured]
        while cell.view is not None:
            base, row, given = cell.view
            if any(v not in params for v in values_of(given)):
                return None
            out.append((row, given, params))
            cell = base
        return out[::-1]

    def as_apart(self, renamed: dict[int, Any], shared: list[tuple[Any, Any]]) -> Given:
        """The same of other templates, where no result is known as a window: each is an array of its own."""
        def new(template: Any) -> Any:
            return template if isinstance(template, int) else renamed[id(template)]

        out = Given()
        pairs = [*self.pairs, *((template, root) for template, root, _ in self.windows)]
        out.pairs = [(new(one), new(other)) for one, other in pairs] + shared
        out.outside = [(new(template), key) for template, key in self.outside]
        return out

    def relate(self, caller: Any, importer: Any, operands: list[Value]) -> None:
        """Note the facts of the cells that a caller has made for a call."""
        arguments = importer.argument_cells()

        def cell_of(template: Any) -> Cell:
            return arguments[template] if isinstance(template, int) else importer.exported[id(template)]

        for template, root, steps in self.windows:
            base = cell_of(root)
            for row, given, params in steps[:-1]:
                inner = Cell("array", view=(base, row, carried(given, params, operands, caller.builder)))
                caller.state.heap[inner] = None
                base = inner
            row, given, params = steps[-1]
            cell_of(template).view = (base, row, carried(given, params, operands, caller.builder))
        for template, other in self.pairs:
            one, two = cell_of(template), cell_of(other)
            if one.sort == two.sort == "array":
                one.is_maybe(two)
            else:
                caller.held_by(one, two)
        for template, holder in self.kept:
            root, one = cell_of(template).root(), cell_of(holder)
            caller.state.escaped[root] = caller.state.escaped.get(root, frozenset()) | ({one} - {root})
        for template, key in self.outside:
            caller.program.outside[cell_of(template)] = key
            caller.program.lookups.setdefault(key, set()).add(caller.source.key)


def values_of(given: Any) -> list[Value]:
    """The values that a row is given."""
    if isinstance(given, Sym):
        return [given.value]
    if isinstance(given, dict):
        return [v for g in given.values() for v in values_of(g)]
    if isinstance(given, (tuple, list)):
        return [v for g in given for v in values_of(g)]
    return values_of((given.start, given.stop, given.step)) if isinstance(given, slice) else []


def carried(given: Any, params: list[Value], operands: list[Value], builder: Any) -> Any:
    """What a row is given, with the caller's values for the function's parameters."""
    if isinstance(given, Sym):
        return Sym(operands[params.index(given.value)], builder)
    if isinstance(given, dict):
        return {k: carried(g, params, operands, builder) for k, g in given.items()}
    if isinstance(given, (tuple, list)):
        items = [carried(g, params, operands, builder) for g in given]
        return items if type(given) is list else tuple(items)
    if isinstance(given, slice):
        return slice(*(carried(g, params, operands, builder) for g in (given.start, given.stop, given.step)))
    return given
