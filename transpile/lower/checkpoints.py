"""Calls of functions whose intermediate values are computed again for the gradient."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from ...runtime.custom import Checkpoint
from ..given import Again, Given
from ..ir import Function, Op, walk
from ..kinds import NOTHING, UNKNOWN
from .callee import Callee
from .core import Refuse
from .custom import CustomGradients
from .matched import is_sequence
from .passage import Importer, result_paths
from .values import Closure, Const

TWICE = "a checkpoint runs the function once more for the gradient"


class Checkpoints(CustomGradients):
    """Lowering of calls that are made once more in the backward sweep."""

    def special_checkpoint(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``checkpoint(f)`` in a model."""
        fun = args[0] if len(args) == 1 and not kwargs else None
        if isinstance(fun, Closure):
            return replace(fun, again=True)
        if isinstance(fun, Const) and callable(fun.value):
            return Const(fun.value if isinstance(fun.value, Checkpoint) else Checkpoint(fun.value))
        raise Refuse(node, "checkpoint of something that is not known to be a function", "", "give it a function")

    def special_checkpoint_loop(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A loop in a function of ours, which is a function like others."""
        return self.call_user(node, self.callee_of(node), args, kwargs)

    def special_straight_through(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``straight_through(f)`` in a model."""
        fun = args[0] if len(args) == 1 and not kwargs else None
        if not isinstance(fun, Const) or not callable(fun.value):
            raise Refuse(node, "straight_through of something that is not known to be a function", "",
                         "define the function outside of the model")  # fmt: skip
        return Const(self.callee_of(node)(fun.value))

    def call_checkpoint(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The call, and how it can be made once more."""
        source, scope = self.source_of(fun)
        bound = self.bind_arguments(source.tree, fun, args, kwargs)
        self.function.attrs.setdefault("acts", set()).add(node)
        names = {**bound, **self.captured_names(source, scope, [*bound.values()])}
        entry = self.entry_for(node, source, scope, names, bound)
        if entry.failed is not None:
            return self.call_unknown(node, [*args, *kwargs.values()], source.name, entry)
        self.refuse_acts(node, entry)
        numbers = Importer(self)
        operands = [v for item in names.values() for v in numbers.leaf_values(item)]
        free = {n: i for n, i in names.items() if n not in bound}
        given = Given(tuple(self.template(node, i, operands) for i in args),
                      {k: self.template(node, i, operands) for k, i in {**kwargs, **free}.items()})  # fmt: skip
        out = self.emit_call(node, entry, names)
        template = entry.result
        count = len(template[2]) if is_sequence(template) else 0
        entry.calls[-1][1].attrs["again"] = Again(given, len(operands), result_paths(template), count)
        return out

    def refuse_acts(self, node: Any, entry: Callee) -> None:
        """Refuse a function that would act twice, or not be the same the second time."""
        name = entry.source.name
        if entry.mutated:
            raise Refuse(node, f"a checkpoint of {name}, which changes an argument in place", TWICE,
                         "change a copy in it")  # fmt: skip
        found = act_of(entry.function, set(), self.program.outside)
        if found is not None:
            op, what = found
            raise Refuse(node, f"a checkpoint of {name}, which {what} in line {op.line}", TWICE,
                         "move that out of the function")  # fmt: skip


def act_of(function: Function, seen: set[Function], outside: Any) -> tuple[Op, str] | None:
    """An operation that must not be repeated, and what it does."""
    if function in seen:
        return None
    seen.add(function)
    stores = function.attrs.get("stores", ())
    for op in walk(function.region):
        if any(root in outside for root in stores):
            return op, "changes an array that lives outside"
        if op.code == "prim" and op.attrs["prim"].name.startswith("random."):
            return op, "draws random numbers"
        if op.code == "call" and (found := act_of(op.attrs["function"], seen, outside)) is not None:
            return found
        if op.code == "call" and "opaque" in op.attrs["function"].attrs:
            return op, "calls what is not looked into"
        if op.code == "user" and op.attrs.get("stored"):
            return op, "changes an array that lives outside"
        if op.code == "user" and acts(op):
            return op, "does what is not looked into"
    return None


def acts(op: Op) -> bool:
    """May an expression of the user's do more than give a value?"""
    called = isinstance(op.node, gast.Call) and op.result.kind in (NOTHING, UNKNOWN)
    return bool(op.attrs.get("leaks") or op.attrs.get("mutation") or called)
