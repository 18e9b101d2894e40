"""``with gradient_of(x) as dx:``: a block that acts on the gradient of x, in the backward sweep.

The block becomes a function of dx, which the sweep calls where it comes to this line. In the program x is
the same value once more, so that all later uses of x pass the block and none before it does.
"""

from __future__ import annotations

from typing import Any

import gast

from ..given import Given, Rule
from ..ir import Region, Value
from ..kinds import ListOf, Other, TupleOf, is_float
from .checkpoints import Checkpoints
from .core import Refuse
from .custom import NAMED
from .function_values import Closure
from .matched import Matching
from .passage import Importer, Passed
from .touched import stored_names
from .values import Cell, Const, Labelled, Tup

JUMPS = (gast.Return, gast.Yield, gast.YieldFrom, gast.Await, gast.Global, gast.Nonlocal)
APART = "it runs in the backward sweep, apart from the statements around it"


class Hooks(Checkpoints):
    """Lowering of blocks for the backward sweep."""

    def is_hook(self, node: Any) -> bool:
        """Is a with statement one of gradient_of?"""
        return any(isinstance(i.context_expr, gast.Call) and self.is_gradient_of(i.context_expr.func)
                   for i in node.items)  # fmt: skip

    def is_gradient_of(self, func: Any) -> bool:
        if not isinstance(func, (gast.Name, gast.Attribute)):
            return False
        with self.builder.inside(Region(owner=self.builder.region.owner)):
            found = self.expr(func)
        return isinstance(found, Const) and self.special(found.value) == self.special_gradient_of

    def special_gradient_of(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        raise Refuse(node, "gradient_of outside of a with statement", "", "write with gradient_of(x) as dx:")

    def hook(self, node: Any) -> None:
        """The block as a rule of the value that it is about."""
        call, target = node.items[0].context_expr, node.items[0].optional_vars
        if len(node.items) > 1 or len(call.args) != 1 or call.keywords or not isinstance(target, gast.Name):
            raise Refuse(node, "gradient_of with something else than one value and one name", "",
                         "write with gradient_of(x) as dx:, one for each value")  # fmt: skip
        self.check_block(node, target.id)
        self.function.attrs.setdefault("hooks", set()).add(node)
        item = self.expr(call.args[0])
        array = item.array if isinstance(item, Labelled) else item
        value = self.content(array) if isinstance(array, Cell) else array
        text = self.source.source.segment(call.args[0])
        if not isinstance(value, Value) or isinstance(value.kind, (ListOf, TupleOf, Other)) or not is_float(value.kind):
            raise Refuse(call.args[0], f"gradient_of({text}), which is no array or number of floats", "",
                         "one block for each array")  # fmt: skip
        if isinstance(array, Cell) and array.view is not None:
            raise Refuse(call.args[0], f"gradient_of({text}), which is a part of another array",
                         "the block would not see what goes through the whole", "copy it first, or take the whole")
        self.replace_value(array, value, self.hooked(node, item, value, target.id, text))
        for name in stored_names(node) - self.bound_outside(node):
            self.state.names.pop(name, None)

    def bound_outside(self, node: Any) -> set[str]:
        """Names that the rest of the function binds, too."""
        inside = set(gast.walk(node))
        return {n.id for n in gast.walk(self.source.tree) if isinstance(n, gast.Name) and n not in inside
                and not isinstance(n.ctx, gast.Load)}  # fmt: skip

    def check_block(self, node: Any, target: str) -> None:
        """Refuse what has no meaning apart from the statements around it."""
        inside = set(gast.walk(node))
        for inner in (n for s in node.body for n in gast.walk(s)):
            jump = isinstance(inner, (gast.Break, gast.Continue)) and not self.stays(node, inner)
            if isinstance(inner, JUMPS) or jump:
                raise Refuse(inner, "a jump in a block of gradient_of", APART)
            if isinstance(inner, gast.Call) and self.is_gradient(inner):
                raise Refuse(inner, "a gradient in a block of gradient_of", APART)
        around = {n.id for n in gast.walk(self.source.tree) if isinstance(n, gast.Name) and n not in inside}
        shared = sorted((set().union(*map(stored_names, node.body)) - {target}) & around)
        if shared:
            raise Refuse(node, f"a block of gradient_of that binds {shared[0]}, which is used outside of it", APART,
                         "use another name in the block")  # fmt: skip

    def stays(self, node: Any, jump: Any) -> bool:
        loops = [n for s in node.body for n in gast.walk(s) if isinstance(n, (gast.For, gast.While))]
        return any(jump in set(gast.walk(loop)) for loop in loops)

    def hooked(self, node: Any, item: Any, value: Value, target: str, text: str) -> Value:
        """The value once more, with the block as its rule."""
        closure = Closure(block_function(node, target), (), (), f"{target}_{node.lineno}", self, self.frame)
        with self.packed_frame([closure]):
            return self.with_block(node, item, value, closure, target, text)

    def with_block(self, node: Any, item: Any, value: Value, closure: Closure, target: str, text: str) -> Value:
        """The value once more; the block is a function of the gradient."""
        found: dict[Value, Value] = {}
        dx = self.cotangent_of(item, found)
        names = self.passed(closure.source(), closure, {target: dx}, "closing")
        captured = {n: i for n, i in names.items() if n != target}
        entry = self.entry_of(node, closure.source(), names, "rule")
        if entry.failed is not None:
            problem = entry.problems[0] if entry.problems else Refuse(node, entry.failed)
            raise Refuse(problem.node, problem.what, problem.why or APART, problem.instead)
        numbers = Importer(self, names)
        operands = numbers.operands()
        cells = numbers.argument_cells()
        own = {n for n in entry.mutated if isinstance(v := self.content(cells[n]), Value) and v in found}
        if entry.mutated - own:
            raise Refuse(node, "a block of gradient_of that changes a variable of the model in place",
                         "the statements after it would not see it", "change the gradient, or a global list")
        given = Given((self.template(node, dx, operands),),
                      {k: self.template(node, i, operands) for k, i in captured.items()})  # fmt: skip
        reads = [v for v in dict.fromkeys(operands) if v not in found and v is not value]
        op = self.builder.append("hook", [value, *reads], [value.kind], text=text)
        op.user = False
        op.result.node = None
        op.result.name, op.result.unsure = value.name, value.unsure
        for stand_in in found:
            found[stand_in] = op.result
        match = BlockMatching(self, node, entry, names, operands)
        match.one(item, entry.result, "")
        entry.function.attrs["rule"] = True
        captures = [self.capture(k, v.found) for k, v in entry.function.attrs.get("captures", {}).items()]
        gradients = [(value, source) for _, source in match.gradients]
        op.attrs["rule"] = Rule(entry.function, operands, found, given, [v.kind for v in entry.function.region.yields],
                                match.paths, gradients, captures, 0, [], NAMED, list(op.operands),
                                set(found) if own else set())  # fmt: skip
        return op.result

    def replace_value(self, array: Any, old: Value, new: Value) -> None:
        """All that held the value holds it once more."""
        if isinstance(array, Cell):
            self.state.heap[array] = new
            return

        def replaced(item: Any) -> Any:
            if item is old:
                return new
            if isinstance(item, Tup):
                return Tup(tuple(map(replaced, item.items)), item.cls)
            if isinstance(item, Labelled):
                return Labelled(replaced(item.array), item.format)
            if isinstance(item, tuple):
                return tuple(map(replaced, item))
            return {k: replaced(v) for k, v in item.items()} if isinstance(item, dict) else item

        names, heap = self.state.names, self.state.heap
        names.update({n: r for n, i in names.items() if (r := replaced(i)) is not i and holds(i, old)})
        heap.update({c: r for c, i in heap.items() if (r := replaced(i)) is not i and holds(i, old)})


def holds(item: Any, value: Value) -> bool:
    """Does an abstract value hold a value, apart from what its cells hold?"""
    if isinstance(item, Tup):
        return any(holds(i, value) for i in item.items)
    if isinstance(item, Labelled):
        return holds(item.array, value)
    if isinstance(item, (tuple, dict)):
        return any(holds(i, value) for i in (item.values() if isinstance(item, dict) else item))
    return item is value


class BlockMatching(Matching):
    """The gradient that a block leaves behind."""

    def __init__(self, lowerer: Any, node: Any, entry: Any, names: Passed, operands: list[Value]) -> None:
        super().__init__(lowerer, node, None, entry, names, operands)

    def refusal(self, what: str) -> Refuse:
        return Refuse(self.node, "a block of gradient_of that leaves something else than an array or number behind")


def block_function(node: Any, target: str) -> Any:
    """The block as a function of the gradient; made once for each statement."""
    if not hasattr(node, "as_function"):
        param = gast.Name(target, gast.Param(), None, None)
        args = gast.arguments([param], [], None, [], [], None, [])
        rest: list[Any] = [[]] if "type_params" in gast.FunctionDef._fields else []
        made: Any = gast.FunctionDef(f"{target}_{node.lineno}", args, node.body, [], None, None, *rest)
        made.gives = target
        last = node.items[-1].optional_vars
        made.lineno, made.col_offset = last.end_lineno, node.col_offset
        made.end_lineno, made.end_col_offset = node.end_lineno, node.end_col_offset
        param.lineno = param.end_lineno = last.end_lineno
        param.col_offset = param.end_col_offset = last.end_col_offset
        node.as_function = made
    return node.as_function
