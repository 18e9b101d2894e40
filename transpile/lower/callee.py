"""A function of the program: its body, lowered once per description of its arguments."""

from __future__ import annotations

from typing import Any

from ..ir import Function, Region, Value, depends, same_data, targets, walk
from ..kinds import UNKNOWN, Kind, join
from .core import Refuse
from .given import Given
from .passage import Importer, Leaf, Passed
from .values import Cell, Compound, Const, Iter, Labelled, Method, Tup, shown


class Callee:
    """One function of the program: what it takes, gives, and does to its arguments."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.function = Function(source.name, Region(), source)
        self.function.region.owner = self.function
        self.result: Any = None
        self.kinds: tuple[Kind, ...] = (UNKNOWN,)
        self.failed: str | None = None
        self.problems: list[Refuse] = []
        self.recursive = False
        self.settled = False
        self.mutated: set[int] = set()
        self.changed: dict[int, int] = {}
        self.contents: dict[int, Any] = {}  # templates of what lists, dicts and objects that were given hold now
        self.gives = Given()
        self.calls: list[Any] = []
        self.count = 0  # how many of its parameters are arguments

    def attempt(self, caller: Any, source: Any, names: Passed) -> None:
        """Lower the body once, with the result's kind as known so far."""
        region = Region(owner=self.function)
        self.function.region = region
        self.function.attrs.clear()
        self.calls.clear()
        self.function.attrs["free"] = tuple(n for n in names if n not in source.parameters())
        self.function.attrs["nested"] = source.nested_in
        child = type(caller)(caller.program, source, self.function)
        child.parent = caller
        child.higher = self.function.attrs["higher"] = caller.higher
        made: dict[Cell, Cell] = {}
        importer = Importer(caller, names)
        for name, item in names.items():
            own = importer.copy_in(item, child, made, name)
            child.locals.add(name)
            child.entry[name] = shown(own, child.state.heap)
            child.bind(name, own, ("start", "start"))
        if names.frame is not None:
            child.outer = importer.copy_in(names.frame, child, made, "")
        importer.fill_frames(child)
        self.function.attrs["locals"] = child.locals
        before = dict(child.state.heap)
        arguments = list(made.values())
        self.count = len(region.params)
        child.run_body()
        self.problems = child.problems
        if child.problems:
            self.failed = child.problems[0].what
            self.function.attrs["problems"] = child.problems
            self.settled = True
            return
        self.function.attrs["lowerer"] = child
        self.mutated = {i for i, c in enumerate(arguments)
                        if unhooked(child.state.heap.get(c, before[c])) is not before[c]}  # fmt: skip
        result = child.state.names.get("$val", Const(None))
        with child.packed_frame([result, *(arguments[i] for i in sorted(self.mutated))], leaving=True):
            self.take_result(child, arguments, result)

    def take_result(self, child: Any, arguments: list[Cell], item: Any) -> None:
        """Turn what is returned into yields and a template for callers."""
        yields: list[Value] = []
        cells: dict[Cell, Any] = {}  # those in the result, and their templates
        params = list(self.function.region.params[: self.count])
        passing = False  # what is kept in an argument is what was given, where it is that

        def leaf(value: Value) -> Leaf:
            yields.append(value)
            return Leaf(len(yields) - 1)

        def template(item: Any) -> Any:
            if isinstance(item, Value):
                return ("operand", None, params.index(item)) if passing and item in params else leaf(item)
            if isinstance(item, Tup):
                return ("tuple", item.cls, tuple(map(template, item.items)))
            if isinstance(item, Labelled):
                return ("dl", item.format, template(item.array))
            if isinstance(item, Cell):
                return cell_template(item)
            if isinstance(item, Compound):
                return ("function", item, tuple(captured(part) for part in item.parts()))
            if isinstance(item, (Method, Iter)):
                return leaf(child.value(child.opaque(None, [item], "a function that is returned")))
            return item

        def captured(item: Any) -> Any:
            """A variable of a function that is returned: an argument goes back as what it was."""
            return ("operand", None, params.index(item)) if item in params else template(item)

        def frame_template(item: Cell) -> Any:
            content: dict[str, Any] = {}
            out = cells[item] = ("frame", None, content)
            content.update({n: captured(v) for n, v in child.state.heap.get(item, {}).items()})
            return out

        def cell_template(item: Cell) -> Any:
            content: Any = child.content(item) if item.sort != "frame" else None
            if item in arguments:
                return ("argument", None, arguments.index(item))
            if item in cells:
                return ("again", None, cells[item])
            if item.sort == "frame":
                return frame_template(item)
            out = cells[item] = (item.sort, item.cls, content_template(content))
            return out

        def content_template(content: Any) -> Any:
            if isinstance(content, Value):
                return leaf(content)
            return {k: template(v) for k, v in content.items()} if isinstance(content, dict) else (
                tuple(map(template, content)))

        with child.builder.inside(child.function.region):
            result = template(item)
            self.changed, self.contents, passing = {}, {}, True
            for number in sorted(self.mutated):
                content = child.state.heap.get(arguments[number])
                if isinstance(content, Value) and arguments[number].sort == "array":
                    self.changed[number] = leaf(content).index
                elif arguments[number].sort in ("list", "dict", "object"):
                    self.contents[number] = content_template(child.content(arguments[number]))
        kinds = tuple(v.kind for v in yields)
        self.settled = not self.recursive or (kinds == self.kinds and self.result is not None)
        if self.recursive and len(kinds) == len(self.kinds) and self.result is not None:
            kinds = tuple(map(join, kinds, self.kinds))
        self.kinds, self.result = kinds, result
        self.gives = Given(child, arguments, cells)
        self.function.region.yields = yields

    def gradient_roots(self) -> list[tuple[set[int], set[int]]]:
        """For each gradient inside: positions of parameters that are its x, and that y reads."""
        out = []
        params = self.function.region.params
        for op in walk(self.function.region):
            if op.code in ("gradient", "derive"):
                ys, xs = targets(op)
                wrt = {params.index(v) for v in xs if v in params}
                reads = {i for i, p in enumerate(params) if any(depends(y, {p}) for y in ys)}
                out.append((wrt, reads))
            elif op.code == "call" and op.attrs["callee"] is not self:
                for inner_wrt, inner_reads in op.attrs["callee"].gradient_roots():
                    wrt = {i for i, p in enumerate(params) for j in inner_wrt
                           if j < len(op.operands) and op.operands[j] is p}
                    reads = {i for i, p in enumerate(params) for j in inner_reads
                             if j < len(op.operands) and depends(op.operands[j], {p})}
                    out.append((wrt, reads))
        return out


def unhooked(content: Any) -> Any:
    """What a cell holds, apart from blocks that act on its gradient."""
    return same_data(content) if isinstance(content, Value) else content
