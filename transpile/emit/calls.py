"""Calls of the user's functions in generated lines: what they are given, what their results are called."""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any

from ..given import Built, Fixed
from ..ir import Function, Op, Slot, Value, walk
from ..lower.values import Const

LITERALS = (int, float, complex, str, bytes, bool, type(None))


def call_expression(printer: Any, op: Op, operands: list[ast.expr]) -> ast.expr:
    """The call of a function with templates for its arguments."""
    function, given = op.attrs["function"], op.attrs["given"]
    args = [argument(printer, t, operands) for t in given.args]
    keywords = [ast.keyword(k, argument(printer, t, operands)) for k, t in given.kwargs.items()]
    bound = function.attrs.get("bound")
    called: ast.expr = ast.Name(printer.imports.object(bound) if bound else printer.imports.pair(function), ast.Load())
    if function.attrs.get("watched"):
        called = ast.Call(printer.imports.kernel("watched"), [called], [])
    made = ast.Call(called, args, keywords)
    if function.attrs.get("has_pair") and op.attrs.get("saved") not in op.results:
        return ast.Subscript(made, ast.Constant(0), ast.Load())
    return made


def argument(printer: Any, template: Any, operands: list[ast.expr]) -> ast.expr:
    """A template as an expression."""
    if isinstance(template, Slot):
        return operands[template.index]
    if isinstance(template, Fixed):
        return fixed(printer, template.value)
    assert isinstance(template, Built)
    if isinstance(template.parts, dict):
        return with_keys(printer, template, operands)
    items = [argument(printer, t, operands) for t in template.parts]
    if template.sort == "list":
        return ast.List(items, ast.Load())
    if template.cls is tuple:
        return ast.Tuple(items, ast.Load())
    return ast.Call(ast.Name(printer.imports.object(template.cls), ast.Load()), items, [])


def with_keys(printer: Any, template: Built, operands: list[ast.expr]) -> ast.expr:
    """A dict, or an object of a class."""
    values = {k: argument(printer, t, operands) for k, t in template.parts.items()}
    if template.sort == "dict":
        made = ast.Dict([printer.static(k) for k in values], list(values.values()))
        if template.cls in (dict, None):
            return made
        return ast.Call(ast.Name(printer.imports.object(template.cls), ast.Load()), [made], [])
    keywords = [ast.keyword(k, v) for k, v in values.items()]
    return ast.Call(ast.Name(printer.imports.object(template.cls), ast.Load()), [], keywords)


def fixed(printer: Any, value: Any) -> ast.expr:
    """A literal, or the name of an object."""
    if is_literal(value):
        return printer.static(value)  # type: ignore[no-any-return]
    return ast.Name(printer.imports.object(value), ast.Load())


def objects_of(function: Function) -> list[Any]:
    """The objects that generated calls of a function mention by a name."""
    out: list[Any] = []
    for op in walk(function.region):
        if op.code == "call" and "given" in op.attrs:
            templates = [*op.attrs["given"].args, *op.attrs["given"].kwargs.values()]
            out += [thing for t in templates for thing in named_objects(t)]
            out += [bound] if (bound := op.attrs["function"].attrs.get("bound")) else []
    asked = [flag.value for flag, _ in function.attrs.get("asked", {}).values() if isinstance(flag, Const)]
    return out + [f for f in asked if isinstance(f, FunctionType)]


def named_objects(template: Any) -> list[Any]:
    """The objects in a template that are no literals."""
    if isinstance(template, Fixed):
        return [] if is_literal(template.value) else [template.value]
    if not isinstance(template, Built):
        return []
    parts = template.parts.values() if isinstance(template.parts, dict) else template.parts
    own = [] if template.cls in (None, tuple, list, dict) else [template.cls]
    return own + [thing for t in parts for thing in named_objects(t)]


def is_literal(value: Any) -> bool:
    """Is an object printed as it is?"""
    return type(value) in LITERALS or type(value) is tuple and all(type(v) in LITERALS for v in value)


def call_targets(block: Any, op: Op) -> str:
    """What stands to the left of a call: names for the results, nested as they are returned."""
    at = block.liveness.ends[op]

    def define(value: Value) -> str:
        return str(block.registers.define(value, at)) if block.readers.is_read(value) else "_"

    function, kept = op.attrs["function"], op.attrs.get("saved") in op.results
    if "given" not in op.attrs:
        # the last is what it keeps for a gradient of its own, which nobody takes here
        rest = ["_"] if function.attrs.get("has_pair") and not kept else []
        return ", ".join([*map(define, op.results), *rest])
    paths = op.attrs["paths"]
    results = {r: paths[i] for i, r in enumerate(op.results) if r is not op.attrs.get("saved") and i in paths}
    if list(results.values()) == [""]:
        text = define(next(iter(results)))
    elif results and set(results.values()) <= (entries := {f"[{i}]": None for i in range(op.attrs["count"])}).keys():
        named = {path: define(r) for r, path in results.items()}
        text = ", ".join(named.get(entry, "_") for entry in entries) + ("," if len(entries) == 1 else "")
        text = f"({text})" if kept else text
    elif results:
        text = whole_result(block, op, results)
    else:
        text = "_"
    return f"{text}, {define(op.attrs['saved'])}" if kept else text


def whole_result(block: Any, op: Op, paths: dict[Value, str]) -> str:
    """A name for what a function returns, whose entries are read from it where they are needed."""
    text = str(block.names.fresh(f"{op.attrs['function'].name}_{op.line}"))
    for value, path in paths.items():
        block.naming.printed[value] = text + path
    return text


def is_own_enough(function: Function) -> bool:
    """Does the user's own function do, where nobody reads what a forward function saves?"""
    if function.attrs.get("replaced") or function.attrs.get("hooks"):
        return False
    calls = [op.attrs["function"] for op in walk(function.region) if op.code == "call" and op.user]
    return all(inner is function or is_own_enough(inner) for inner in calls)
