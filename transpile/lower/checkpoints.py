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
from .captures import literal_defaults
from .core import Refuse
from .custom import CustomGradients
from .function_values import Closure
from .matched import is_sequence
from .passage import Importer, Passed, result_paths
from .values import Const

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
        source, closure = self.source_of(fun)
        bound = self.bind_arguments(source.tree, fun, args, kwargs)
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.packed_frame([*bound.values(), *([closure] if closure is not None else [])]):
            way = self.way_of(node, closure)
            names = self.passed(source, closure, bound, way)
            entry = self.entry_of(node, source, names)
            if entry.failed is None:
                self.refuse_acts(node, entry)
                named = {**kwargs, **unsaid_defaults(closure, bound, len(args))}
                again = self.made_again(node, entry, names, args, {**named, **free_of(names, bound)})
                out = self.emit_call(node, entry, names, way)
                entry.calls[-1][1].attrs["again"] = again
                return out
        return self.call_unknown(node, [*args, *kwargs.values()], source.name, entry)

    def made_again(self, node: Any, entry: Callee, names: Passed, args: list[Any], kwargs: dict[str, Any]) -> Again:
        """How generated code makes the call once more."""
        operands = Importer(self, names).operands()
        given = Given(tuple(self.template(node, i, operands) for i in args),
                      {k: self.template(node, i, operands) for k, i in kwargs.items()})  # fmt: skip
        count = len(entry.result[2]) if is_sequence(entry.result) else 0
        return Again(given, len(operands), result_paths(entry.result), count)

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


def free_of(names: Passed, bound: dict[str, Any]) -> dict[str, Any]:
    """The variables that come with a function, by name."""
    return {n: i for n, i in names.items() if n not in bound}


def unsaid_defaults(closure: Closure | None, bound: dict[str, Any], count: int) -> dict[str, Any]:
    """The parameters for which a call takes a default that only the function object has.

    Raises:
        Refuse: if one of them cannot be given by its name.
    """
    if closure is None or literal_defaults(closure.node):
        return {}
    signature = closure.node.args
    if len(signature.posonlyargs) > count:
        raise Refuse(closure.node, "a checkpoint of a local function with defaults for positional-only parameters", "",
                     "give all arguments, or drop the /")  # fmt: skip
    behind = [*signature.posonlyargs, *signature.args][count:]
    return {a.id: bound[a.id] for a in (*behind, *signature.kwonlyargs)}


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
