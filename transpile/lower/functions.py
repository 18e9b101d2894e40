"""Calls of the user's own functions: each is lowered once per description of its arguments."""

from __future__ import annotations

from typing import Any

from ..infer import NeedStatic
from ..ir import Op, Value, depends
from .callee import Callee
from .core import Refuse
from .parameters import Parameters
from .passage import Call, Importer, Leaf, is_leaf, result_paths
from .values import Cell, Closure

DEEPEST = 40


class Functions(Parameters):
    """Lowering of calls to Python functions."""

    def call_user(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any], receiver: str = "") -> Any:
        """A call of a Python function: its body becomes a Function of the program.

        `receiver` says how the text of the node gives the first argument (see `emit.receivers`).
        """
        items = [*args, *kwargs.values()]
        try:
            source, scope = self.source_of(fun)
            bound = self.bind_arguments(source.tree, fun, args, kwargs)
        except Refuse as problem:
            return self.call_unknown(node, items, problem.what)
        self.function.attrs.setdefault("acts", set()).add(node)
        try:
            captured = self.captured_names(source, scope, [*bound.values()])
        except Refuse as problem:
            self.problems.append(problem)
            return self.call_unknown(node, items, problem.what)
        importer = Importer(self)
        names = {**bound, **captured}
        key = (source.key, tuple((n, importer.describe(a)) for n, a in names.items()))
        entry = self.program.functions.get(key)
        if entry is None:
            entry = self.lower_callee(key, source, scope, names, bound, node)
        if entry.failed is not None:
            return self.call_unknown(node, items, source.name, entry)
        return self.emit_call(node, entry, names, receiver)

    def source_of(self, fun: Any) -> tuple[Any, Any]:
        if isinstance(fun, Closure):
            return fun.scope.source.nested(fun.node, fun.name), fun
        return self.program.read(fun), None

    def lower_callee(self, key: Any, source: Any, scope: Any, names: dict[str, Any],
                     bound: dict[str, Any], node: Any) -> Callee:
        """Lower the body, again if a recursive call inside did not know the result's kind."""
        entry = self.program.functions[key] = Callee(source)
        if self.program.depth > DEEPEST:
            entry.failed = "a recursion whose arguments keep changing"
            return entry
        self.program.depth += 1
        try:
            for _ in range(6):
                entry.recursive = False
                try:
                    entry.attempt(self, source, names, bound)
                except NeedStatic as need:
                    raise NeedStatic(self.given_for(need.value, entry, names)) from None
                if not entry.recursive or entry.settled:
                    break
            else:
                entry.failed = "a recursion whose result keeps changing"
        finally:
            self.program.depth -= 1
        return entry

    def given_for(self, value: Value, entry: Callee, names: dict[str, Any]) -> Value:
        """What the caller gives for a parameter of a callee; other values are themselves."""
        importer = Importer(self)
        given = [v for item in names.values() for v in importer.leaf_values(item)]
        params = entry.function.region.params
        at = params.index(value) if value in params else len(given)
        return given[at] if at < len(given) else value

    def emit_call(self, node: Any, entry: Callee, names: dict[str, Any], receiver: str = "") -> Any:
        """The call operation, and its results as abstract values."""
        entry.recursive = True
        importer = Importer(self)
        operands = [v for item in names.values() for v in importer.leaf_values(item)]
        template = entry.result
        kinds = list(entry.kinds)
        with self.builder.at(node=node):
            op = self.builder.append("call", operands, kinds, function=entry.function, callee=entry)
        op.attrs["captures"], op.attrs["receiver"] = [], receiver
        entry.calls.append((self, op))
        for result in op.results:
            result.node = None
        if op.results and isinstance(template, (Leaf, tuple)) and is_leaf(template):
            op.results[0].node = node
        op.attrs["paths"] = result_paths(template)
        if receiver in ("make", "after") and entry.results is not None and 0 in entry.results.contents:
            op.attrs["paths"] = result_paths(("object", None, entry.results.contents[0]))
        call = Call(list(operands), op.results, self.argument_cells(names))
        out = importer.export(template, call)
        self.add_captures(op, entry)
        if entry.mutated and entry.results is not None:
            self.mutated_arguments(node, op, entry, call, importer)
        if entry.results is not None:
            importer.relate(entry.results, call)
        self.check_gradients(node, op, entry)
        return out

    def add_captures(self, op: Op, entry: Callee) -> None:
        """Values the callee reads from outside the program are read here, too."""
        for key, value in entry.function.attrs.get("captures", {}).items():
            mine = self.capture(key, value.found)
            op.operands.append(mine)
            op.attrs["captures"].append(key)

    def mutated_arguments(self, node: Any, op: Op, entry: Callee, call: Call, importer: Importer) -> None:
        """What a call has changed in what it was given."""
        why, operands = f"{entry.function.name} changes its argument in place", call.operands
        for number in sorted(entry.mutated):
            cell = call.cells[number]
            if number in entry.results.changed:  # type: ignore[union-attr]
                self.store(cell, op.results[entry.results.changed[number]])  # type: ignore[union-attr]
            elif cell.sort == "array":
                old = self.value(cell)
                made = self.builder.append("user", list(dict.fromkeys([*operands, old])), [old.kind], why=why,
                                           mutation=True, inside=entry, call=node)  # fmt: skip
                made.result.node = None
                self.store(cell, made.result)
        for number, content in entry.results.contents.items():  # type: ignore[union-attr]
            self.change(call.cells[number], importer.export_content(content, call))
            self.readable(call.cells[number])

    def argument_cells(self, names: dict[str, Any]) -> list[Cell]:
        return Importer(self).argument_cells(names)

    def check_gradients(self, node: Any, op: Op, entry: Callee) -> None:
        """A gradient inside the callee sees only the callee: paths around it are refused."""
        for wrt, others in entry.gradient_roots():
            mine = {op.operands[i] for i in wrt}
            for i in others:
                if i not in wrt and depends(op.operands[i], mine):
                    raise Refuse(node, "a gradient inside a called function that would miss a path",
                                 "another argument of the call also depends on its x",
                                 "take the gradient here, in the calling function")  # fmt: skip
