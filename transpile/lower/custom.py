"""Calls of functions whose backward function is the user's own.

The forward function is a function of the program like others, or, where it cannot be looked into, one
of unknown results; the sweep never looks into it. The backward function is lowered here, for cotangents
of the kinds that the results have, so that a later gradient can be taken through it.
"""

from __future__ import annotations

from typing import Any

import gast

from ...runtime.custom import Custom, DifferentiableFunction
from ..adjoint.parts import gradient_kind
from ..given import Built, Fixed, Given, Rule
from ..ir import Op, Slot, Value
from ..kinds import UNKNOWN, Array, ListOf, TupleOf, is_float
from .callee import Callee
from .core import Refuse
from .functions import Functions
from .matched import Matching
from .passage import Importer, Leaf, Passed
from .values import Cell, Const, Labelled, Tup


class CustomGradients(Functions):
    """Lowering of calls with a backward function of the user's."""

    def call_custom(self, node: Any, fun: Custom, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The call, with its rule for the sweep."""
        source, _ = self.source_of(fun.function)
        bound = self.bind_arguments(source.tree, fun.function, [*map(Const, fun.lead), *args], kwargs)
        if fun.rule is None:
            raise Refuse(node, f"{fun.label} has no backward function", "",
                         f"give it one: @{fun.label}.backward above def {fun.label}_backward(dy, y, ...)")
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.packed_frame([*bound.values()]):
            return self.with_rule(node, fun, source, Passed(bound))

    def with_rule(self, node: Any, fun: Custom, source: Any, bound: Passed) -> Any:
        """The call with its rule, while what functions among the arguments read can be had."""
        entry = self.entry_of(node, source, bound, "custom")
        if fun.lead:
            entry.function.name = fun.label
        if entry.failed is None and not entry.mutated:
            self.own_results(node, entry, bound, fun.label)
            out = self.emit_call(node, entry, bound, self.way_of(node, None))
            op = entry.calls[-1][1]
        else:
            self.refuse_stores(node, entry, fun.label)
            out, op = self.opaque_forward(node, entry, bound)
        op.attrs["own"] = len(op.operands) - len(op.attrs["captures"])
        results, memory = self.parted(node, fun, out, op)
        rule = op.attrs["rule"] = self.rule_for(node, fun, source, bound, results, memory)
        rule.before = list(op.operands)
        return packed(results)

    def parted(self, node: Any, fun: Custom, out: Any, op: Op) -> tuple[list[Any], list[Any]]:
        """The results, and what is for the backward function only."""
        if not fun.memory:
            return list(out.items) if isinstance(fun, DifferentiableFunction) and isinstance(out, Tup) else [out], []
        if not isinstance(out, Tup) or len(out.items) <= fun.memory:
            raise Refuse(node, f"{fun.label}, which does not return {fun.memory} memory values behind its outputs")
        results, memory = list(out.items[: -fun.memory]), list(out.items[-fun.memory :])
        leaves = [v for m in memory for v in self.leaves_of(m)]
        if len(leaves) != len(memory) or not all(v in op.results for v in leaves):
            raise Refuse(node, f"{fun.label}, whose memory values are not all arrays or numbers")
        kept = Value(TupleOf(tuple(v.kind for v in leaves)), f"{fun.label}_{op.line}", op=op)
        op.results.append(kept)
        op.attrs.update(memory=leaves, kept=kept)
        paths = op.attrs["paths"]
        if len(results) == 1:  # the object returns it alone
            paths = op.attrs["paths"] = {i: p.removeprefix("[0]") for i, p in paths.items() if p.startswith("[0]")}
        for i, path in paths.items():
            if not path:
                op.results[i].node = node
        return results, memory

    def own_results(self, node: Any, entry: Callee, bound: Passed, label: str) -> None:
        """An argument that is returned as it is becomes a result: the sweep must not pass the function by."""
        numbers = Importer(self, bound)
        operands = numbers.operands()
        found = numbers.argument_cells()
        renamed: dict[int, Any] = {}  # by the identity of a template: what stands for it
        shared: list[tuple[Any, Any]] = []

        def owned(template: Any) -> Any:
            if not isinstance(template, tuple):
                return template
            sort, cls, content = template
            if sort in ("function", "frame"):
                raise Refuse(node, f"{label} returns a function", "its gradient belongs to what it returns",
                             "return arrays or numbers")  # fmt: skip
            if sort == "again":
                return (sort, cls, renamed[id(content)])
            if sort == "argument":
                value = self.content(found[content])
                if not isinstance(value, Value):
                    raise Refuse(node, f"{label} returns a container that it was given", "", "return a new one")
                entry.function.region.yields.append(entry.function.region.params[operands.index(value)])
                entry.kinds = (*entry.kinds, value.kind)
                out: Any = (found[content].sort, found[content].cls, Leaf(len(entry.kinds) - 1))
                shared.append((out, content))
                return out
            if isinstance(content, dict):
                out = (sort, cls, {k: owned(t) for k, t in content.items()})
            elif isinstance(content, tuple) and sort != "dl" and not is_template(content):
                out = (sort, cls, tuple(map(owned, content)))
            else:
                out = (sort, cls, owned(content))
            renamed[id(template)] = out
            return out

        entry.result = owned(entry.result)
        entry.gives = entry.gives.as_apart(renamed, shared)

    def refuse_stores(self, node: Any, entry: Callee, label: str) -> None:
        """Refuse a function that surely changes its arguments; what cannot be known is watched when it runs."""
        if entry.failed is None and not all(number in entry.changed and is_doubt(
                entry.function.region.yields[entry.changed[number]]) for number in entry.mutated):
            raise Refuse(node, f"{label} changes an argument in place",
                         "a function with a gradient of its own must leave its arguments alone",
                         "change a copy: x = x.copy()")  # fmt: skip

    def opaque_forward(self, node: Any, entry: Callee, bound: Passed) -> tuple[Any, Op]:
        """A function that is not looked into: one array or number, of which nothing is known."""
        stub = stub_of(entry, f"{entry.source.name} is not looked into")
        stub.function.attrs["holds"] = {"leaks": True, "outside": True}
        operands = [v for item in bound.values() for v in self.leaves_of(item)]
        op = self.builder.append("call", operands, [UNKNOWN], function=stub.function, callee=stub, captures=[],
                                 watched=True)  # fmt: skip
        out = self.wrap(op.result)
        for item in bound.values():
            if isinstance(item, Cell):
                self.held_by(out, item)
        return out, op

    # --- the backward function -------------------------------------------------------------

    def rule_for(self, node: Any, fun: Custom, source: Any, bound: dict[str, Any], results: list[Any],
                 memory: list[Any]) -> Rule:  # fmt: skip
        """The backward function, for a call with these arguments and this result."""
        items, named = ordered(source.tree, bound)
        items = items[len(fun.lead) :]
        rule_source, _ = self.source_of(fun.rule)
        cotangents: dict[Value, Value] = {}
        dy = [self.cotangent_of(r, cotangents) for r in results]
        given = [*map(Const, fun.lead), *fun.arranged(dy, results, items, memory, packed)]
        taken = self.bind_arguments(rule_source.tree, fun.rule, given, named)
        used = mentioned_names(rule_source.tree)
        names = Passed({n: i if n in used else Const(None) for n, i in taken.items()})
        positional = [a.id for a in (*rule_source.tree.args.posonlyargs, *rule_source.tree.args.args)]
        given = [names[n] for n, _ in zip(positional, given, strict=False)] + given[len(positional) :]
        entry = self.entry_of(node, rule_source, names, "rule")
        operands = Importer(self, names).operands()
        spelled = Given(tuple(self.template(node, i, operands) for i in given),
                        {k: self.template(node, i, operands) for k, i in named.items()})  # fmt: skip
        refused = [v for i in named.values() for v in self.floats_of(i)]
        if entry.failed is not None or entry.mutated:
            self.refuse_stores(node, entry, f"the backward function {rule_source.name}")
            return self.opaque_rule(node, fun, entry, items, operands, cotangents, spelled, refused)
        if len(items) > 1 and is_unknown(entry):
            return self.opaque_rule(node, fun, entry, items, operands, cotangents, spelled, refused)
        captures = [self.capture(k, v.found) for k, v in entry.function.attrs.get("captures", {}).items()]
        match = Matching(self, node, fun, entry, names, operands)
        match.all(items)
        if fun.lead:
            entry.function.name = f"{fun.label}_backward"
        entry.function.attrs["rule"] = True
        return Rule(entry.function, operands, cotangents, spelled, [v.kind for v in entry.function.region.yields],
                    match.paths, match.gradients, captures, match.count, refused, NAMED)  # fmt: skip

    def opaque_rule(self, node: Any, fun: Custom, entry: Callee, items: list[Any], operands: list[Value],
                    cotangents: dict[Value, Value], spelled: Given, refused: list[Value]) -> Rule:  # fmt: skip
        """A backward function that is not looked into: it gives one array or number for each argument."""
        why = entry.failed or ("it may change what it is given" if entry.mutated else "what it returns is not known")
        stub = stub_of(entry, f"the backward function {entry.source.name} is not looked into, so it is differentiated "
                       f"once only ({why})")  # fmt: skip
        stub.function.attrs.update(bound=fun.rule, watched=True)
        gradients: list[tuple[Value, Any]] = []
        paths: dict[int, str] = {}
        kinds: list[Any] = []
        for i, item in enumerate(items):
            array = item.array if isinstance(item, Labelled) else item
            leaf = self.content(array) if isinstance(array, Cell) else array
            if not isinstance(leaf, Value):
                if any(self.floats_of(item)):
                    raise Refuse(node, f"{fun.label} takes a container, and its backward function is not looked into",
                                 why, "pass the arrays as arguments")  # fmt: skip
                continue
            paths[len(kinds)] = f"[{i}]" if len(items) > 1 else ""
            if is_float(leaf.kind):
                gradients.append((leaf, ("result", len(kinds))))
            kinds.append(UNKNOWN)
        return Rule(stub.function, operands, cotangents, spelled, kinds, paths, gradients, [],
                    len(items) if len(items) > 1 else 0, refused, NAMED)

    def leaves_of(self, item: Any) -> list[Value]:
        """The values in an argument."""
        return Importer(self, Passed({})).leaf_values(item)

    def floats_of(self, item: Any) -> list[Value]:
        """The floating point numbers of an argument."""
        return [v for v in self.leaves_of(item) if is_float(v.kind)]

    def cotangent_of(self, item: Any, found: dict[Value, Value]) -> Any:
        """A stand-in for the cotangent of a result; `found` gets its values with those they belong to."""
        if isinstance(item, Value):
            if not is_float(item.kind):
                return Const(None)
            value = Value(gradient_kind(item.kind), f"d{item.name or 'y'}")
            found[value] = item
            return value
        if isinstance(item, Labelled):
            return Labelled(self.cotangent_of(item.array, found), item.format)
        if isinstance(item, Tup):
            return Tup(tuple(self.cotangent_of(i, found) for i in item.items), item.cls)
        if isinstance(item, Cell):
            content = self.content(item)
            if isinstance(content, Value) and not isinstance(content.kind, (ListOf, TupleOf)):
                inner = self.cotangent_of(content, found)
                if isinstance(inner, Const) or isinstance(inner.kind, Array) and inner.kind.generic:
                    return inner
            elif isinstance(content, Value):
                inner = self.cotangent_of(content, found)
            elif isinstance(content, dict):
                inner = {k: self.cotangent_of(v, found) for k, v in content.items()}
            else:
                inner = tuple(self.cotangent_of(v, found) for v in content)
            cell = Cell(item.sort, item.cls)
            self.state.heap[cell] = inner
            return cell
        return Const(None)

    def template(self, node: Any, item: Any, operands: list[Value]) -> Any:
        """How generated code makes an argument of the operands."""
        if isinstance(item, Value):
            return Slot(operands.index(item))
        if isinstance(item, Const):
            return Fixed(item.value)
        if isinstance(item, Labelled):
            return self.template(node, item.array, operands)
        if isinstance(item, Tup):
            return Built("tuple", item.cls, tuple(self.template(node, i, operands) for i in item.items))
        if isinstance(item, Cell):
            content = self.content(item)
            if isinstance(content, Value):
                return self.template(node, content, operands)
            if isinstance(content, dict):
                return Built(item.sort, item.cls, {k: self.template(node, v, operands) for k, v in content.items()})
            return Built(item.sort, item.cls, tuple(self.template(node, v, operands) for v in content))
        raise Refuse(node, "a local function, a method or an iterator as an argument here",
                     "generated code has to pass it on", "define the function outside of the model")  # fmt: skip


NAMED = "a keyword-only argument of a function with a gradient of its own has no place in what the backward gives"


def packed(items: list[Any]) -> Any:
    """Several results as one."""
    return items[0] if len(items) == 1 else Tup(tuple(items))


def mentioned_names(tree: Any) -> set[str]:
    """The names that a function's body mentions."""
    return {n.id for n in gast.walk(tree) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Param)}


def is_unknown(entry: Callee) -> bool:
    """Is nothing known of what a function returns?"""
    template = entry.result
    leaf = template[2] if isinstance(template, tuple) and template[0] in ("array", "list") else template
    kind = entry.kinds[leaf.index] if isinstance(leaf, Leaf) else None
    return kind == UNKNOWN or isinstance(kind, ListOf)


def is_template(content: Any) -> bool:
    """Is it one template, and no tuple of them?"""
    return len(content) == 3 and isinstance(content[0], str)


def is_doubt(value: Value) -> bool:
    """Is it the content of an array that an unknown call may have changed?"""
    return value.op is not None and value.op.code == "user" and bool(value.op.attrs.get("mutation"))


def stub_of(entry: Callee, why: str) -> Callee:
    """A function of the program of which nothing is known."""
    stub = Callee(entry.source)
    stub.function.attrs["opaque"] = why
    stub.failed = why
    return stub


def ordered(tree: Any, bound: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call in the order of the parameters, and the keyword-only ones."""
    positional = [a.id for a in (*tree.args.posonlyargs, *tree.args.args)]
    items = [bound[n] for n in positional]
    if tree.args.vararg is not None:
        items += bound[tree.args.vararg.id].items
    return items, {a.id: bound[a.id] for a in tree.args.kwonlyargs}
