"""A function of the program: its body, lowered once per description of its arguments."""

from __future__ import annotations

from typing import Any

from ..ir import Function, Region, depends, walk
from ..kinds import UNKNOWN, Kind, join
from .core import Refuse
from .passage import Importer
from .results import Results
from .values import Cell, shown


class Callee:
    """One function of the program: what it takes, gives, and does to its arguments."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.function = Function(source.name, Region(), source)
        self.function.region.owner = self.function
        self.results: Results | None = None
        self.kinds: tuple[Kind, ...] = (UNKNOWN,)
        self.failed: str | None = None
        self.problems: list[Refuse] = []
        self.recursive = False
        self.settled = False
        self.mutated: set[int] = set()
        self.calls: list[Any] = []

    @property
    def result(self) -> Any:
        """The template of what is returned; None as long as it is not known."""
        return self.results.value if self.results is not None else None

    def attempt(self, caller: Any, source: Any, names: dict[str, Any], bound: dict[str, Any]) -> None:
        """Lower the body once, with the result's kind as known so far."""
        region = Region(owner=self.function)
        self.function.region = region
        self.function.attrs.clear()
        self.calls.clear()
        self.function.attrs["free"] = tuple(n for n in names if n not in bound)
        self.function.attrs["nested"] = source.nested_in
        child = type(caller)(caller.program, source, self.function)
        child.parent = caller
        made: dict[Cell, Cell] = {}
        importer = Importer(caller)
        for name, item in names.items():
            own = importer.copy_in(item, child, made, name)
            child.locals.add(name)
            child.entry[name] = shown(own, child.state.heap)
            child.bind(name, own, ("start", "start"))
        self.function.attrs["locals"] = child.locals
        before, given = dict(child.state.heap), len(region.params)
        arguments = list(made.values())
        child.run_body()
        self.problems = child.problems
        if child.problems:
            self.failed = child.problems[0].what
            self.function.attrs["problems"] = child.problems
            self.settled = True
            return
        self.function.attrs["lowerer"] = child
        self.mutated = {i for i, c in enumerate(arguments)
                        if child.state.heap.get(c, before[c]) is not before[c]}  # fmt: skip
        try:
            self.take_result(child, arguments, given)
        except Refuse as problem:
            self.failed, self.problems, self.settled = problem.what, [problem], True

    def take_result(self, child: Any, arguments: list[Cell], given: int) -> None:
        """Turn what is returned, and what was changed, into yields and templates for callers."""
        results = Results(child, arguments, given)
        with child.builder.inside(child.function.region):
            results.collect(self.mutated)
        kinds = tuple(v.kind for v in results.yields)
        self.settled = not self.recursive or (kinds == self.kinds and self.results is not None)
        if self.recursive and len(kinds) == len(self.kinds) and self.results is not None:
            kinds = tuple(map(join, kinds, self.kinds))
        self.kinds, self.results = kinds, results
        self.function.region.yields = results.yields

    def gradient_roots(self) -> list[tuple[set[int], set[int]]]:
        """For each gradient inside: positions of parameters that are its x, and that y reads."""
        out = []
        params = self.function.region.params
        for op in walk(self.function.region):
            if op.code == "gradient":
                wrt = {params.index(v) for v in op.operands[1:] if v in params}
                reads = {i for i, p in enumerate(params) if depends(op.operands[0], {p})}
                out.append((wrt, reads))
            elif op.code == "call" and op.attrs["callee"] is not self:
                for inner_wrt, inner_reads in op.attrs["callee"].gradient_roots():
                    wrt = {i for i, p in enumerate(params) for j in inner_wrt
                           if j < len(op.operands) and op.operands[j] is p}
                    reads = {i for i, p in enumerate(params) for j in inner_reads
                             if j < len(op.operands) and depends(op.operands[j], {p})}
                    out.append((wrt, reads))
        return out
