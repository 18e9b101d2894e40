"""Calls: what is called decides how; what is not known stays opaque."""

from __future__ import annotations

import dataclasses
import functools
import types
from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES, TABLE
from ...runtime.dlarray import dlarray
from ...runtime.errors import DLError
from ...runtime.primitives.methods import METHODS, MUTATING
from ..infer import NeedStatic
from ..ir import Value
from ..kinds import BOOL, INT, UNKNOWN, Array, Kind, Other, Scalar
from .core import Refuse
from .expressions import Expressions
from .values import Cell, Closure, Const, Iter, Labelled, Method, Tup, cells, leaves

HARMLESS_MODULES = ("math", "cmath", "time", "logging", "warnings", "json", "os", "sys", "datetime",
                    "pprint", "matplotlib", "builtins", "_io", "typing", "operator", "tqdm",
                    "scipy", "copy", "textwrap", "string", "re")  # fmt: skip
MUTATORS = {"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal", "shuffle", "at", "setattr",
            "delattr", "exec", "eval", "setitem", "delitem", "memoryview", "frombuffer", "as_strided", "nditer",
            "ndarray", "iadd", "isub", "imul", "itruediv", "ipow", "imatmul", "imod", "ifloordiv", "iand", "ior",
            "ixor", "ilshift", "irshift", "iconcat"}  # fmt: skip
"""By name: what changes its arguments, or gives others a way to."""
KINDS_OF_BUILTINS: dict[Any, Kind] = {
    int: INT, bool: BOOL, str: Other(str), len: INT, isinstance: BOOL, hasattr: BOOL,
    callable: BOOL, repr: Other(str), id: INT, hash: INT, print: Other(type(None)), any: BOOL,
    all: BOOL, format: Other(str), ord: INT, chr: Other(str), issubclass: BOOL,
}  # fmt: skip


UNFOLLOWED = "the gradient of a function that is made in the model is not followed"


class Calls(Expressions):
    """Lowering of calls."""

    def expr_call(self, node: Any) -> Any:
        callee = self.callee(node.func)
        args, kwargs = self.arguments(node)
        if args is None:
            return self.unknown_expression(node)
        with self.builder.at(node=node):
            return self.dispatch(node, callee, args, kwargs)

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

    def arguments(self, node: Any) -> tuple[Any, dict[str, Any]]:
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for arg in node.args:
            if isinstance(arg, gast.Starred):
                known = self.entries(self.expr(arg.value))
                if known is None:
                    return None, {}
                args.extend(known)
            elif isinstance(arg, (gast.GeneratorExp,)):
                args.append(self.comprehension(arg))  # type: ignore[attr-defined]
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
            return self.call_static(node, callee.value, args, kwargs)
        if isinstance(callee, Method):
            return self.call_method(node, callee.owner, callee.name, args, kwargs)
        if isinstance(callee, Closure):
            return self.call_user(node, callee, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(callee, Cell) and callee.sort == "object":
            return self.call_method(node, callee, "__call__", args, kwargs)
        value = self.content(callee) if isinstance(callee, Cell) else callee
        made = value.op if isinstance(value, Value) else None
        if made is not None and str(made.attrs.get("why", "")).startswith(UNFOLLOWED):
            return self.opaque(node, [callee, *args, *kwargs.values()], made.attrs["why"])
        return self.call_unknown(node, [callee, *args, *kwargs.values()], name_of(node))

    def call_static(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        special = self.special(fun)
        if special is not None:
            return special(node, args, kwargs)
        if fun in (eval, exec, vars, locals, globals):
            everything = [i for n, i in self.state.names.items() if not n.startswith("$")]
            return self.call_unknown(node, [*args, *kwargs.values(), *everything], fun.__name__)
        if isinstance(fun, (types.MethodDescriptorType, types.WrapperDescriptorType)) and args:
            return self.call_method(node, args[0], fun.__name__, args[1:], kwargs)
        if fun in (np.add.at, np.subtract.at) and len(args) == 3:
            return self.add_at(node, fun, *args)
        if _hashable(fun) and fun in TABLE:
            return self.call_row(node, fun, args, kwargs)
        if is_library(fun):
            return self.call_library(node, fun, args, kwargs)
        if hasattr(type(fun), "model_for"):
            return self.call_gradient(node, fun, args, kwargs)
        if isinstance(fun, functools.partial):
            return self.call_static(node, fun.func, [*map(Const, fun.args), *args],
                                    {**{k: Const(v) for k, v in fun.keywords.items()}, **kwargs})
        if isinstance(fun, types.MethodType) and isinstance(fun.__func__, types.FunctionType):
            return self.call_user(node, fun.__func__, [Const(fun.__self__), *args], kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, types.FunctionType) and not is_installed(fun):
            return self.call_user(node, fun, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(fun, type):
            return self.call_class(node, fun, args, kwargs)
        return self.call_opaque(node, fun, args, kwargs)

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
        name = self.program.specials.get(fun) if _hashable(fun) else None
        return getattr(self, f"special_{name}") if name else None

    # --- rows and library ----------------------------------------------------------------

    def call_row(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        args, kwargs = out_by_name(fun, args, kwargs)
        out = kwargs.get("out")
        if out is not None and not (isinstance(out, Const) and out.value is None):
            return self.call_into(node, fun, out, args, {k: v for k, v in kwargs.items() if k != "out"})
        if fun is sum and any(isinstance(a, Cell) and a.sort == "list" for a in [*args[1:], *kwargs.values()]):
            return self.opaque(node, [*args, *kwargs.values()], "a sum of lists")
        if fun in (max, min) and len(args) == 1 and not kwargs:
            return self.best_of(node, fun, args[0])
        kwargs = {k: v for k, v in kwargs.items() if k != "out"}
        row = TABLE[fun]
        if any(isinstance(a, Iter) for a in args):
            args = [self.listed(a) for a in args]
        if getattr(fun, "__module__", "") and row.name.startswith("random."):
            state = np.random.get_state()
            try:
                return self.table(node, row, tuple(args), kwargs)
            finally:
                np.random.set_state(state)
        return self.table(node, row, tuple(args), kwargs)

    def call_into(self, node: Any, fun: Any, out: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``np.add(a, b, out=y)``: a store of the result into y, which is what the call returns."""
        target = out.items[0] if isinstance(out, Tup) and len(out.items) == 1 else out
        if not (isinstance(target, Cell) and target.sort == "array") or "where" in kwargs:
            return self.call_unknown(node, [out, *args, *kwargs.values()], "an out= argument")
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.builder.at(node=None):
            new = self.table(None, TABLE[fun], tuple(args), kwargs)
        self.put_array(node, target, Const(Ellipsis), new)  # type: ignore[attr-defined]
        return target

    def best_of(self, node: Any, fun: Any, item: Any) -> Any:
        """Python's `max` or `min` of the entries of one thing."""
        entries = self.entries(item)
        if entries is not None and len(entries) > 1:
            return self.table(node, TABLE[fun], tuple(entries), {})
        if isinstance(item, Cell) and item.sort in ("list", "array"):
            return self.table(node, NAMES["best_of"], (item, Const(fun is max)), {})
        return self.opaque(node, [item], f"{fun.__name__} of something of unknown length")

    def add_at(self, node: Any, fun: Any, target: Any, index: Any, item: Any) -> Any:
        """``np.add.at(y, i, v)``: repeated places add up."""
        if not (isinstance(target, Cell) and target.sort == "array"):
            return self.call_unknown(node, [target, index, item], "ufunc.at")
        self.function.attrs.setdefault("acts", set()).add(node)
        with self.builder.at(node=None):
            if fun is np.subtract.at:
                item = self.table(None, NAMES["negative"], (item,), {})
            entries = self.entries(index) if isinstance(index, Cell) and index.sort == "list" else None
            if entries is not None and all(isinstance(e, Const) for e in entries):
                index = Const(np.array([e.value for e in entries]))
            new = self.table(None, NAMES["add_at"], (target, index, item), {})
        value = self.value(new)
        value.kind = self.value(target).kind
        self.store(target, value)  # type: ignore[attr-defined]
        return Const(None)

    def listed(self, item: Any) -> Any:
        entries = self.entries(item) if isinstance(item, Iter) else None
        if entries is None:
            return item
        cell = Cell("list")
        self.state.heap[cell] = entries
        return cell

    def call_library(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A function of dlgrad over arrays and dlarrays: run it, symbolically."""
        count, names = len(args), list(kwargs)

        def run(*symbols: Any) -> Any:
            return fun(*symbols[:count], **dict(zip(names, symbols[count:], strict=True)))

        try:
            return self.on_labelled(node, run, (*args, *kwargs.values()))
        except NeedStatic:
            raise
        except (DLError, ValueError, TypeError) as error:
            raise Refuse(node, str(error)) from error

    # --- builtins ------------------------------------------------------------------------

    def call_class(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls in (list, tuple) and len(args) <= 1 and not kwargs:
            return self.make_sequence(node, cls, args)
        if cls is dict:
            return self.make_dict(node, args, kwargs)
        if cls in (range, zip, enumerate, reversed):
            return self.make_iter(node, cls, args, kwargs)
        if cls is type and len(args) == 1:
            return self.opaque(node, args, "a type")
        if issubclass(cls, tuple) and hasattr(cls, "_fields") and not hasattr(cls, "__init_subclass_hook__"):
            return self.make_record(node, cls, args, kwargs)
        if dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__"):
            return self.make_dataclass(node, cls, args, kwargs)
        if cls is slice or cls is np.dtype:
            if all(isinstance(a, Const) for a in args):
                return Const(cls(*[a.value for a in args]))
        return self.call_opaque(node, cls, args, kwargs)

    def make_sequence(self, node: Any, cls: type, args: list[Any]) -> Any:
        entries: Any = ()
        if args:
            item = args[0]
            entries = self.entries(item)
            if entries is None and isinstance(item, Cell) and item.sort == "list":
                cell = Cell("list")
                self.state.heap[cell] = self.content(item)
                return cell
        if entries is None:
            return self.opaque(node, args, f"{cls.__name__}() of something of unknown length")
        if cls is tuple:
            return Tup(tuple(entries))
        cell = Cell("list")
        self.state.heap[cell] = tuple(entries)
        return cell

    def make_dict(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        content: dict[Any, Any] = {}
        if args:
            entries = self.pairs(args[0])
            if entries is None:
                return self.opaque(node, [*args, *kwargs.values()], "a dict of unknown entries")
            content.update(entries)
        content.update(kwargs)
        cell = Cell("dict", dict)
        self.state.heap[cell] = content
        return cell

    def pairs(self, item: Any) -> dict[Any, Any] | None:
        if isinstance(item, Cell) and item.sort == "dict":
            content = self.content(item)
            return dict(content) if isinstance(content, dict) else None
        out = {}
        for entry in self.entries(item) or ():
            two = self.entries(entry)
            if two is None or len(two) != 2 or not isinstance(two[0], Const):
                return None
            out[two[0].value] = two[1]
        return out

    def make_iter(self, node: Any, cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if cls is range:
            if all(isinstance(a, Const) for a in args) and args:
                try:
                    return Const(range(*[a.value for a in args]))
                except Exception:
                    return self.opaque(node, args, "a range")
            return Iter("range", tuple(args))
        if cls is zip:
            if kwargs and not all(isinstance(v, Const) for v in kwargs.values()):
                return self.opaque(node, args, "a zip")
            return Iter("zip", tuple(args))
        if cls is enumerate:
            start = kwargs.get("start", args[1] if len(args) > 1 else Const(0))
            return Iter("enumerate", (args[0],), start)
        return Iter("reversed", tuple(args))

    def make_record(self, node: Any, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        fields = cls._fields
        given = dict(zip(fields, args, strict=False)) | kwargs
        defaults = {k: Const(v) for k, v in cls._field_defaults.items()}
        try:
            return Tup(tuple(given.get(f, defaults.get(f)) or given[f] for f in fields), cls)
        except KeyError:
            return self.opaque(node, [*args, *kwargs.values()], "a call that raises")

    def make_dataclass(self, node: Any, cls: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        fields = list(dataclasses.fields(cls))
        if not all(f.init for f in fields) or "__init__" not in cls.__dict__:
            return self.call_opaque(node, cls, args, kwargs)
        names = [f.name for f in fields]
        given = dict(zip([f.name for f in fields if not f.kw_only], args, strict=False)) | kwargs
        for f in fields:
            if f.name not in given:
                if f.default is dataclasses.MISSING:
                    return self.call_opaque(node, cls, args, kwargs)
                given[f.name] = Const(f.default)
        cell = Cell("object", cls)
        self.state.heap[cell] = {n: given[n] for n in names}
        return cell

    def call_opaque(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        items = [*args, *kwargs.values()]
        known = self.known_builtin(node, fun, args)
        if known is not None:
            return known
        label = getattr(fun, "__qualname__", None) or name_of(node)
        kind = KINDS_OF_BUILTINS.get(fun, UNKNOWN) if _hashable(fun) else UNKNOWN
        if isinstance(fun, type) and issubclass(fun, BaseException):
            return self.opaque(node, items, "an exception")
        changing = any(k == "out" or k.startswith("overwrite") for k in kwargs)
        if is_harmless(fun) and not changing and not self.calls_back(items):
            why = f"{label} has no derivative rule"
            return self.opaque(node, items, why, kind)
        return self.call_unknown(node, items, label)

    def calls_back(self, items: list[Any]) -> bool:
        """Is a local function among the arguments, which may change what it reads when it is called?"""
        return len(self.reached(items)) > len(items)

    def known_builtin(self, node: Any, fun: Any, args: list[Any]) -> Any:
        if fun is len and len(args) == 1:
            return self.length_of(node, args[0])
        if fun is isinstance and len(args) == 2:
            return self.is_instance(node, args[0], args[1])
        if fun is dict.fromkeys or fun is getattr and len(args) >= 2 and isinstance(args[1], Const):
            return self.attribute(node, args[0], args[1].value) if fun is getattr else None
        if fun is sorted and args and (entries := self.entries(args[0])) is not None:
            if all(isinstance(e, Const) for e in entries) and len(args) == 1:
                try:
                    return self.like(Cell("list"), tuple(map(Const, sorted(e.value for e in entries))))
                except TypeError:
                    return None
        return None

    def length_of(self, node: Any, item: Any) -> Any:
        entries = self.entries(item) if not isinstance(item, Iter) else None
        if entries is not None:
            return Const(len(entries))
        array = item.array if isinstance(item, Labelled) else item
        if isinstance(array, Cell) and array.sort == "array":
            kind = self.value(array).kind
            if isinstance(kind, Array) and kind.dims:
                return self.length(self.value(array), 0)
        return self.opaque(node, [item], "a length", INT)

    def is_instance(self, node: Any, item: Any, classes: Any) -> Any:
        entries = self.entries(classes)
        options = [e.value for e in entries if isinstance(e, Const)] if entries else (
            [classes.value] if isinstance(classes, Const) else None)
        cls = self.class_of(item)
        if cls is None or options is None or not all(isinstance(o, type) for o in options):
            return self.opaque(node, [item], "a truth value", BOOL)
        return Const(issubclass(cls, tuple(options)))

    def class_of(self, item: Any) -> type | None:
        if isinstance(item, Const):
            return type(item.value)
        if isinstance(item, Tup):
            return item.cls
        if isinstance(item, Labelled):
            return dlarray
        if isinstance(item, Value):
            if isinstance(item.kind, (Scalar, Other)):
                return item.kind.type
            if isinstance(item.kind, Array) and item.kind.generic and item.kind.dtype is not None:
                return item.kind.dtype.type
            return None
        if isinstance(item, Cell):
            if item.sort == "array":
                kind = self.value(item).kind
                sure = isinstance(kind, Array) and kind.dims not in (None, ())
                return np.ndarray if sure else None
            return {"list": list, "dict": item.cls or dict, "object": item.cls}[item.sort]
        return None

    def call_unknown(self, node: Any, items: list[Any], label: str, inside: Any = None) -> Any:
        """Something that may change what it is given: nothing of that is trusted afterwards.

        `inside`: the callee (a Callee) whose own problems explain why it is not known.
        """
        self.function.attrs.setdefault("acts", set()).add(node)
        items = self.reached(items)
        out = self.opaque(node, items, f"{label} has no derivative rule", UNKNOWN, inside)
        self.builder.region.ops[-1].attrs["leaks"] = True
        touched = [c for i in items for c in cells(i, self.state.heap)]
        for cell in dict.fromkeys(c.root() for c in touched if c.sort == "array"):
            why = f"{label} may change this array in place"
            content = self.content(cell)
            kind = content.kind if isinstance(content, Value) else UNKNOWN
            reads = list(dict.fromkeys(v for i in items for v in leaves(i, self.state.heap)))
            if isinstance(content, Value) and content not in reads:
                reads.append(content)
            op = self.builder.append("user", reads, [kind], why=why, mutation=True, inside=inside, call=node)
            op.result.node = None
            self.store(cell, op.result)  # type: ignore[attr-defined]
        for cell in dict.fromkeys(touched):
            if cell.sort != "array":
                self.forget(cell, label, items)
        return out

    def forget(self, cell: Cell, label: str, given: list[Any]) -> None:
        """A container that may have been changed, with `given` in it now; nothing of it is known."""
        self.note_write(cell)
        content = self.content(cell)
        self.trail.mutations[cell].append(self.tick())
        items = list(content.values()) if isinstance(content, dict) else (
            list(content) if isinstance(content, tuple) else [content])
        reads = list(dict.fromkeys(v for i in [*items, *given] for v in leaves(i, self.state.heap)))
        op = self.builder.append("user", reads, [UNKNOWN], why=f"{label} may change this container", mutation=True)
        op.result.node = None
        self.state.heap[cell] = op.result

    # --- methods -------------------------------------------------------------------------

    def call_method(self, node: Any, owner: Any, name: str, args: list[Any],
                    kwargs: dict[str, Any]) -> Any:
        items = [owner, *args, *kwargs.values()]
        if isinstance(owner, Cell) and owner.sort in ("list", "dict"):
            return self.container_method(node, owner, name, args, kwargs)  # type: ignore[attr-defined]
        if isinstance(owner, Cell) and owner.sort == "object":
            return self.object_method(node, owner, name, args, kwargs)
        if isinstance(owner, Labelled):
            return self.labelled_method(node, owner, name, args, kwargs)
        if isinstance(owner, Cell) or isinstance(owner, Value) and isinstance(
                owner.kind, (Array, Scalar)) or isinstance(owner, Value) and owner.kind == UNKNOWN:
            return self.array_method(node, owner, name, args, kwargs)
        if isinstance(owner, Const) and isinstance(owner.value, (str, bytes)):
            return self.opaque(node, items, "a string", Other(str))
        if isinstance(owner, Const) and isinstance(owner.value, type):
            return self.call_opaque(node, getattr(owner.value, name, None), args, kwargs)
        return self.call_unknown(node, items, f"the method {name}")

    def array_method(self, node: Any, owner: Any, name: str, args: list[Any], kwargs: Any) -> Any:
        if name in MUTATING:
            if name == "fill" and len(args) == 1 and isinstance(owner, Cell):
                return self.fill_array(node, owner, args[0])  # type: ignore[attr-defined]
            return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}")
        known = not isinstance(owner, Value) or owner.kind != UNKNOWN
        if name not in METHODS or not known:
            return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}")
        fun, normalise = METHODS[name]
        arguments: Any = tuple(args)
        if normalise is not None:
            raw = tuple(Wrapped(a) if not isinstance(a, Const) else a.value for a in arguments)
            options = {k: Wrapped(v) if not isinstance(v, Const) else v.value for k, v in kwargs.items()}
            arguments, kwargs = normalise(raw, options)
            arguments = [self.unwrapped(a) for a in arguments]
            kwargs = {k: self.unwrapped(v) for k, v in kwargs.items()}
        return self.call_row(node, fun, [owner, *arguments], dict(kwargs))

    def unwrapped(self, item: Any) -> Any:
        if isinstance(item, Wrapped):
            return item.item
        if isinstance(item, (tuple, list)) and any(isinstance(i, Wrapped) for i in item):
            return Tup(tuple(map(self.unwrapped, item)))
        return Const(item)

    def labelled_method(self, node: Any, owner: Labelled, name: str, args: list[Any],
                        kwargs: dict[str, Any]) -> Any:
        names, count = list(kwargs), len(args)

        def run(x: Any, *symbols: Any) -> Any:
            rest = dict(zip(names, symbols[count:], strict=True))
            return getattr(x, name)(*symbols[:count], **rest)

        return self.on_labelled(node, run, (owner, *args, *kwargs.values()))

    def object_method(self, node: Any, owner: Cell, name: str, args: list[Any],
                      kwargs: dict[str, Any]) -> Any:
        found = getattr(owner.cls, name, None)
        if isinstance(found, types.FunctionType):
            return self.call_user(node, found, [owner, *args], kwargs)  # type: ignore[attr-defined]
        return self.call_unknown(node, [owner, *args, *kwargs.values()], f"the method {name}")


def out_by_name(fun: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """A call with its `out` argument, if it has one by position, given by name."""
    if isinstance(fun, np.ufunc):
        at = fun.nin
    elif "out" in TABLE[fun].params:
        at = TABLE[fun].params.index("out")
    else:
        names = OUT_PLACES.get(TABLE[fun].name)
        at = len(args) if names is None else names
    if len(args) <= at or "out" in kwargs:
        return args, kwargs
    after = TABLE[fun].params[at + 1 :] if "out" in TABLE[fun].params else ()
    rest = dict(zip(after, args[at + 1 :], strict=False))
    return args[:at], {**rest, **kwargs, "out": args[at]}


OUT_PLACES = {"dot": 2, "clip": 3, "concatenate": 2}
"""Where NumPy takes `out` by position in rows that do not name it."""


class Wrapped:
    """An abstract value, on its way through a function that sorts arguments."""

    def __init__(self, item: Any) -> None:
        self.item = item


def name_of(node: Any) -> str:
    """What the user calls the callee."""
    func = node.func if isinstance(node, gast.Call) else node
    if isinstance(func, gast.Name):
        return func.id
    if isinstance(func, gast.Attribute):
        return f"{name_of(func.value)}.{func.attr}"
    return "this call"


def is_library(fun: Any) -> bool:
    """A function of dlgrad's runtime that is written over primitives."""
    module = getattr(fun, "__module__", "") or ""
    return callable(fun) and module.startswith("dlgrad.runtime")


def is_installed(fun: Any) -> bool:
    """A function of NumPy, SciPy or the standard library: never looked into."""
    module = (getattr(fun, "__module__", "") or "").split(".")[0]
    return module in ("numpy", "scipy", "builtins", "dlgrad") or module in _STANDARD


def is_harmless(fun: Any) -> bool:
    """Known not to change its arguments."""
    module = (getattr(fun, "__module__", "") or "builtins").split(".")[0]
    name = getattr(fun, "__name__", "")
    if name in MUTATORS:
        return False
    return module in HARMLESS_MODULES or module == "numpy"


def _hashable(fun: Any) -> bool:
    try:
        hash(fun)
    except TypeError:
        return False
    return True


def _is_array(item: Any) -> bool:
    return isinstance(item, (Value, Labelled)) or isinstance(item, Cell) and item.sort == "array"


import sys  # noqa: E402

_STANDARD = frozenset(sys.stdlib_module_names) - {"__main__", "this", "test"}
