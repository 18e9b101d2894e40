"""Calls: what is called decides how; what is not known stays opaque."""

from __future__ import annotations

import dataclasses
import functools
import types
from typing import Any

import gast
import numpy as np

from ...runtime.custom import Accelerated, Checkpoint, Custom
from ...runtime.declare import NAMES, TABLE
from ...runtime.errors import DLError
from ...runtime.learnables import Learnables
from ..descriptions import describe
from ..ir import Value
from ..kinds import UNKNOWN, Array, ListOf, Other, TupleOf
from ..sym import Sym
from .callables import hashable, is_installed, is_library, missing_name, name_of
from .chosen import ChosenCalls
from .core import Refuse
from .function_values import Choice, Closure, Partial
from .in_place import FUNCTIONS, OPERATORS
from .values import Cell, Const, Iter, Method, Tup

UNFOLLOWED = "the gradient of a function that is made in the model is not followed"


class Calls(ChosenCalls):
    """Lowering of calls."""

    def expr_call(self, node: Any) -> Any:
        callee = self.callee(node.func)
        if isinstance(callee, Const) and callee.value in (sum, list, tuple, max, min, sorted) and node.args:
            self.write_out_generator(node.args[0])  # type: ignore[attr-defined]
        if isinstance(callee, Const) and callee.value is zip and (columns := self.columns(node)) is not None:
            return columns
        if isinstance(callee, Choice) or hasattr(node, "picks"):
            callee = self.picked(node, callee)
        args, kwargs = self.arguments(node, callee)
        if args is None:
            return self.unknown_expression(node)
        self.need_choice(node, callee, [*args, *kwargs.values()])
        with self.builder.at(node=node):
            return self.dispatch(node, callee, args, kwargs)

    def columns(self, node: Any) -> Any:
        """``zip(*rows)`` of a list of unknown length whose entries are tuples: known columns of unknown length."""
        star = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if not isinstance(star, gast.Starred) or not isinstance(star.value, gast.Name):
            return None
        rows = self.expr(star.value)
        content = self.content(rows) if isinstance(rows, Cell) and rows.sort == "list" else None
        kind = content.kind if isinstance(content, Value) else UNKNOWN
        if not isinstance(content, Value) or not isinstance(kind, ListOf):
            return None
        if not isinstance(kind.item, TupleOf) or kind.item.keys is not None:
            return None
        made = []
        for i in range(len(kind.item.items)):
            with self.builder.at(node=None):
                column = self.builder.call(NAMES["list_column"], (Sym(content, self.builder), (i,)), {}).value
            cell = Cell("list", tuple)
            self.state.heap[cell] = column
            self.held_by(cell, rows)
            self.entwined(cell, rows)
            made.append(cell)
        return Iter("iter", (Tup(tuple(made)),))

    def callee(self, node: Any) -> Any:
        """What is called; a method of an unknown object keeps the object, which the call may change."""
        if not isinstance(node, gast.Attribute):
            return self.expr(node)
        owner = self.expr(node.value)
        value = self.state.heap.get(owner) if isinstance(owner, Cell) else owner
        if isinstance(value, Value) and (value.kind == UNKNOWN or isinstance(value.kind, Other)):
            return Method(owner, node.attr)
        with self.builder.at(node=node, line=node.lineno):
            return self.attribute(node, owner, node.attr)

    def handed_over(self, node: Any) -> Any:
        """A generator expression that a function walks when it wants, as often as it wants, or asks what it is."""
        if any(isinstance(n, gast.Call) and self.is_gradient(n) for n in gast.walk(node)):  # type: ignore[attr-defined]
            raise Refuse(node, "a gradient in a generator expression that a function is given",
                         "it is taken when the function asks for it", "a list: [...]")  # fmt: skip
        return self.unknown_expression(node)

    def uses_up(self, callee: Any) -> bool:
        """Does a call take all items of a generator, at once, without a look at what gives them?"""
        if isinstance(callee, Const):
            return is_installed(callee.value)
        owner = callee.owner if isinstance(callee, Method) and callee.fun is None else None
        content = self.content(owner) if isinstance(owner, Cell) else owner
        return isinstance(owner, Cell) and owner.sort in ("list", "dict") or isinstance(content, Value) and (
            isinstance(content.kind, Array))  # fmt: skip

    def arguments(self, node: Any, callee: Any) -> tuple[Any, dict[str, Any]]:
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for arg in node.args:
            if isinstance(arg, gast.Starred):
                known = self.entries(self.expr(arg.value))
                if known is None:
                    return None, {}
                args.extend(known)
            elif isinstance(arg, gast.GeneratorExp) and not self.uses_up(callee):
                args.append(self.handed_over(arg))
            elif isinstance(arg, gast.GeneratorExp):
                lazy = isinstance(node.func, gast.Name) and node.func.id in ("any", "all", "next")
                args.append(self.comprehension(arg, lazy))  # type: ignore[attr-defined]
            else:
                args.append(self.expr(arg))
        for keyword in node.keywords:
            item = self.expr(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = item
                continue
            content = self.content(item) if isinstance(item, Cell) else None
            if not isinstance(content, dict):
                return None, {}
            kwargs.update(content)
        return args, kwargs

    def dispatch(self, node: Any, callee: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if isinstance(callee, Const):
            return self.made_by(callee.value, self.call_static(node, callee.value, args, kwargs))
        if isinstance(callee, Method) and callee.fun is not None:
            return self.call_bound(node, callee, args, kwargs)
        if isinstance(callee, Method):
            return self.call_method(node, callee.owner, callee.name, args, kwargs)
        if isinstance(callee, Closure) and callee.again:
            return self.call_checkpoint(node, callee, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(callee, Closure):
            return self.call_user(node, callee, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(callee, Partial):
            self.bound_before(node)
            return self.dispatch(node, callee.function, [*callee.args, *args], {**callee.kwargs, **kwargs})
        if isinstance(callee, Choice):
            label = f"{name_of(node)}, of which only the run can tell which function it is, and which is called here,"
            return self.call_unknown(node, [callee, *args, *kwargs.values()], label)
        if (cls := self.class_of_owner(callee)) is not None:
            member = self.member_of(cls, "__call__")
            if isinstance(member, types.FunctionType) and not self.is_bound_before(node):
                return self.call_user(node, member, [callee, *args], kwargs, "func")  # type: ignore[attr-defined]
            return self.call_unknown(node, [callee, *args, *kwargs.values()], name_of(node))
        value = self.content(callee) if isinstance(callee, Cell) else callee
        made = value.op if isinstance(value, Value) else None
        if made is not None and str(made.attrs.get("why", "")).startswith(UNFOLLOWED):
            return self.opaque(node, [callee, *args, *kwargs.values()], made.attrs["why"])
        return self.call_unknown(node, [callee, *args, *kwargs.values()], name_of(node), because=missing_name(made))

    def made_by(self, fun: Any, out: Any) -> Any:
        """A result that is not looked into remembers what it came from: a `with` statement asks."""
        value = self.state.heap.get(out) if isinstance(out, Cell) else out
        if isinstance(value, Value) and value.op is not None and value.op.code == "user":
            value.op.attrs.setdefault("made_by", fun)
        return out

    def call_static(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        special = self.special(fun)
        if special is not None:
            return special(node, args, kwargs)
        if fun is Learnables:
            return self.make_table(node, args, kwargs)
        if fun in (eval, exec, vars, locals, globals):
            everything = [i for n, i in self.state.names.items() if not n.startswith("$")]
            return self.call_unknown(node, [*args, *kwargs.values(), *everything], fun.__name__)
        if fun is dataclasses.replace and len(args) == 1 and (made := self.replaced(args[0], kwargs)) is not None:
            return made
        if fun is object.__dict__["__setattr__"] and len(args) == 3 and isinstance(args[1], Const):
            return self.put_attribute(node, args[0], args[1].value, args[2], True)  # type: ignore[attr-defined]
        if isinstance(fun, (types.MethodDescriptorType, types.WrapperDescriptorType)) and args:
            return self.call_method(node, args[0], fun.__name__, args[1:], kwargs)
        if hashable(fun) and fun in FUNCTIONS:
            return self.call_changing(node, FUNCTIONS[fun], args, kwargs)
        if hashable(fun) and fun in OPERATORS and len(args) == 2:
            return self.call_augmenting(node, OPERATORS[fun], *args)
        if fun in (np.add.at, np.subtract.at) and len(args) == 3:
            return self.add_at(node, fun, *args)
        if (followed := self.call_caller(node, fun, args, kwargs)) is not None:
            return followed
        if hashable(fun) and fun in TABLE:
            return self.call_row(node, fun, args, kwargs)
        if is_library(fun):
            return self.call_library(node, fun, args, kwargs)
        if isinstance(fun, Custom):
            return self.call_custom(node, fun, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, Checkpoint):
            return self.call_checkpoint(node, fun.function, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, Accelerated):
            return self.call_accelerated(node, fun, args, kwargs)
        if hasattr(type(fun), "model_for"):
            return self.call_gradient(node, fun, args, kwargs)
        if fun in (functools.partial, functools.wraps, functools.update_wrapper) and args:
            return self.bound_function(fun, args, kwargs)
        if isinstance(fun, functools.partial):
            self.bound_before(node)
            named = {k: self.default(v) for k, v in fun.keywords.items()}  # type: ignore[attr-defined]
            return self.call_static(node, fun.func, [*map(self.default, fun.args), *args],  # type: ignore[attr-defined]
                                    {**named, **kwargs})
        if isinstance(fun, types.MethodType) and isinstance(fun.__func__, types.FunctionType):
            self.bound_before(node)
            owner = self.known_owner(fun.__self__, node)
            return self.call_user(node, fun.__func__, [owner, *args], kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, types.FunctionType) and not is_installed(fun):
            return self.call_user(node, fun, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, type):
            return self.call_class(node, fun, args, kwargs)
        return self.call_opaque(node, fun, args, kwargs)

    def call_accelerated(self, node: Any, fun: Accelerated, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """What `dlaccelerate` made is the function, with other defaults for its gradients."""
        if fun.lead or fun.extra:
            self.bound_before(node)
        lead = map(self.default, fun.lead)  # type: ignore[attr-defined]
        named = {k: self.default(v) for k, v in fun.extra.items()}  # type: ignore[attr-defined]
        return self.call_user(node, fun, [*lead, *args], {**named, **kwargs})  # type: ignore[attr-defined]

    def known_owner(self, found: Any, node: Any) -> Any:
        """The object of a method that is known itself."""
        if not self.looked_into(found):
            return Const(found)
        holder = self.program.holders.setdefault(id(found), {"": found})
        self.program.guards[id(holder), ""] = (holder, "", "like", describe(found))
        return self.record(("holder", id(holder), ""), "", found, node)

    def bound_before(self, node: Any) -> None:
        """What this call calls brings arguments of its own."""
        self.function.attrs.setdefault("bound before", set()).add(node)

    def bound_function(self, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``functools.partial(f, ...)``, and ``wraps``, which gives the function that it is applied to."""
        if fun is functools.partial:
            return Partial(args[0], tuple(args[1:]), kwargs)
        return args[0] if fun is functools.update_wrapper else Partial(
            Const(functools.update_wrapper), (), {"wrapped": args[0]})

    def is_bound_before(self, node: Any) -> bool:
        return node in self.function.attrs.get("bound before", ())

    def call_gradient(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call of what `grad` made: its model function is a function like others."""
        try:
            model, lead, extra = fun.model_for(len(args), tuple(kwargs))
        except DLError as error:
            raise Refuse(node, str(error)) from error
        named = {**{k: Const(v) for k, v in extra.items()}, **kwargs}
        return self.call_user(node, model, [*map(Const, lead), *args], named)  # type: ignore[attr-defined]

    def special_grad(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``grad(f)`` in a model: known where f is."""
        items = [*args, *kwargs.values()]
        if not all(isinstance(i, Const) for i in items):
            return self.opaque(node, items, f"{UNFOLLOWED}: define it outside, or use dlgradient")
        try:
            return Const(self.callee_of(node)(*[a.value for a in args], **{k: v.value for k, v in kwargs.items()}))
        except (DLError, TypeError) as error:
            raise Refuse(node, str(error)) from error

    def callee_of(self, node: Any) -> Any:
        return self.callee(node.func).value

    def special(self, fun: Any) -> Any:
        """Functions that mean something to the transpiler itself."""
        name = self.program.specials.get(fun) if hashable(fun) else None
        return getattr(self, f"special_{name}") if name else None
