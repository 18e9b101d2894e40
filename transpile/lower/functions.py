"""Calls of the user's own functions: each is lowered once per description of its arguments."""

from __future__ import annotations

from typing import Any

from ...runtime.custom import Accelerated
from ..infer import NeedStatic
from ..ir import Op, Value, depends
from .callee import Callee
from .core import Refuse
from .function_values import Closure
from .inlining import changes_others
from .parameters import Parameters
from .passage import Importer, Leaf, Passed, is_leaf, result_paths

DEEPEST = 40


class Functions(Parameters):
    """Lowering of calls to Python functions."""

    def call_user(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any], receiver: str = "") -> Any:
        """A call of a Python function: its body becomes a Function of the program.

        `receiver` says how the text of the node gives the first argument (see `emit.receivers`).
        """
        if isinstance(fun, Accelerated):
            before, self.higher = self.higher, True
            try:
                return self.call_user(node, fun.function, args, kwargs, receiver)
            finally:
                self.higher = before
        items = [*args, *kwargs.values()]
        if isinstance(fun, Closure) and changes_others(fun.node):
            self.write_out(node, fun)
        try:
            source, scope = self.source_of(fun)
            bound = self.bind_arguments(source.tree, fun, args, kwargs)
        except Refuse as problem:
            return self.call_unknown(node, items, problem.what)
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.packed_frame([*bound.values(), *([scope] if scope is not None else [])]):
            try:
                way = self.way_of(node, scope) if not receiver else ""
                names = self.passed(source, scope, bound, way)
            except Refuse as problem:
                self.problems.append(problem)
                entry, why = None, problem.what
            else:
                entry, why = self.entry_of(node, source, names), source.name
                if entry.failed is None:
                    return self.emit_call(node, entry, names, way, receiver)
        return self.call_unknown(node, items, why, entry)

    def entry_of(self, node: Any, source: Any, names: Passed, sort: str = "") -> Callee:
        """The function of the program for what is given; another one for every `sort` of use."""
        key = (source.key, self.higher, Importer(self, names).description(), *([sort] if sort else []))
        entry = self.program.functions.get(key)
        return entry if entry is not None else self.lower_callee(key, source, names)

    def source_of(self, fun: Any) -> tuple[Any, Any]:
        if isinstance(fun, Closure):
            return fun.source(), fun
        return self.program.read(fun), None

    def lower_callee(self, key: Any, source: Any, names: Passed) -> Callee:
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
                    entry.attempt(self, source, names)
                except NeedStatic as need:
                    raise NeedStatic(self.given_for(need.value, entry, names)) from None
                if not entry.recursive or entry.settled:
                    break
            else:
                entry.failed = "a recursion whose result keeps changing"
        finally:
            self.program.depth -= 1
        return entry

    def given_for(self, value: Value, entry: Callee, names: Passed) -> Value:
        """What the caller gives for a parameter of a callee; other values are themselves."""
        given = Importer(self, names).operands()
        params = entry.function.region.params
        at = params.index(value) if value in params else len(given)
        return given[at] if at < len(given) else value

    def emit_call(self, node: Any, entry: Callee, names: Passed, way: str, receiver: str = "") -> Any:
        """The call operation, and its results as abstract values."""
        entry.recursive = True
        importer = Importer(self, names)
        operands = importer.operands()
        template = entry.result
        kinds = list(entry.kinds)
        with self.builder.at(node=node):
            op = self.builder.append("call", operands, kinds, function=entry.function, callee=entry)
        op.attrs.update(captures=[], way=way, receiver=receiver)
        entry.calls.append((self, op))
        for result in op.results:
            result.node = None
        if op.results and isinstance(template, (Leaf, tuple)) and is_leaf(template):
            op.results[0].node = node
        op.attrs["paths"] = result_paths(template)
        if receiver in ("make", "after") and 0 in entry.contents:
            op.attrs["paths"] = result_paths(("object", None, entry.contents[0]))
        out = importer.export(template, op.results)
        op.attrs["brings"] = self.brought(out)  # type: ignore[attr-defined]
        kept = {number: importer.export_content(t, op.results) for number, t in entry.contents.items()}
        entry.gives.relate(self, importer, operands)
        self.add_captures(op, entry)
        if entry.mutated:
            self.mutated_arguments(node, op, entry, names, operands, kept)
        self.check_gradients(node, op, entry)
        return out

    def add_captures(self, op: Op, entry: Callee) -> None:
        """Values the callee reads from outside the program are read here, too."""
        for key, value in entry.function.attrs.get("captures", {}).items():
            mine = self.capture(key, value.found)
            op.operands.append(mine)
            op.attrs["captures"].append(key)

    def mutated_arguments(self, node: Any, op: Op, entry: Callee, names: Passed, operands: list[Value],
                          kept: dict[int, Any]) -> None:
        """What a call has changed in what it was given; `kept`: what containers hold now."""
        why = f"{entry.function.name} changes its argument in place"
        found = Importer(self, names).argument_cells()
        for number in sorted(entry.mutated):
            cell = found[number]
            if number in entry.changed:
                result = op.results[entry.changed[number]]
                op.attrs.setdefault("alike", {})[result] = self.value(cell)
                self.store(cell, result)
            elif cell.sort == "array":
                old = self.value(cell)
                made = self.builder.append("user", list(dict.fromkeys([*operands, old])), [old.kind], why=why,
                                           mutation=True, inside=entry, call=node)  # fmt: skip
                made.result.node = None
                self.store(cell, made.result)
            elif number not in kept:
                self.forget(cell, entry.function.name, list(operands))
        for number, content in kept.items():
            self.change(found[number], content)
            self.readable(found[number])

    def check_gradients(self, node: Any, op: Op, entry: Callee) -> None:
        """A gradient inside the callee sees only the callee: paths around it are refused."""
        for wrt, others in entry.gradient_roots():
            mine = {op.operands[i] for i in wrt}
            for i in others:
                if i not in wrt and depends(op.operands[i], mine):
                    raise Refuse(node, "a gradient inside a called function that would miss a path",
                                 "another argument of the call also depends on its x",
                                 "take the gradient here, in the calling function")  # fmt: skip
