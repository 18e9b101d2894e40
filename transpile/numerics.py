"""Generated code that stops at its first NaN or infinity: a check behind every statement.

The checks are put in when the text is compiled, on the lines of the statements, so the text, the
tracebacks and the debugger stay what they are.
"""

from __future__ import annotations

import ast
import math
import sys
from typing import Any

import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import NumericsError
from ..runtime.settings import NOW
from .notes import LEADS, sentence

CHECK = "@check"
"""A name that no Python text can hold."""

DEEPEST = 4
"""How far containers are looked into."""


def with_checks(node: ast.FunctionDef, main: bool) -> ast.FunctionDef:
    """A function with a check behind every statement, and of its arguments if it is the main one."""
    body = checked(node.body)
    if main:
        args = node.args
        names = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        body = [*check(names, node, "the argument "), *body]
    node.body = body
    return node


def checked(stmts: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a suite, each followed by a check of what it has made."""
    out: list[ast.stmt] = []
    for stmt in stmts:
        for part in ("body", "orelse", "finalbody"):
            if getattr(stmt, part, None) and not isinstance(stmt, ast.ClassDef):
                setattr(stmt, part, checked(getattr(stmt, part)))
        for inner in (*getattr(stmt, "handlers", ()), *getattr(stmt, "cases", ())):
            inner.body = checked(inner.body)
        if isinstance(stmt, ast.For):
            stmt.body = [*check(roots(stmt.target), stmt), *stmt.body]
        if isinstance(stmt, ast.Return) and stmt.value is not None:
            stmt.value = checked_result(stmt.value)
        out += [stmt, *check(made(stmt), stmt)]
    return out


def checked_result(value: ast.expr) -> ast.expr:
    """What is returned, checked where it is more than a name."""
    if isinstance(value, (ast.Name, ast.Constant)):
        return value
    if isinstance(value, ast.Tuple) and not any(isinstance(e, ast.Starred) for e in value.elts):
        value.elts = [checked_result(e) for e in value.elts]
        return value
    call = ast.Call(ast.Name(CHECK, ast.Load()), [ast.Constant("the result"), value], [])
    return ast.fix_missing_locations(ast.copy_location(call, value))


def check(names: list[str], where: ast.stmt, what: str = "") -> list[ast.stmt]:
    """The statements that check some names."""
    calls = [ast.Expr(ast.Call(ast.Name(CHECK, ast.Load()), [ast.Constant(what + n), ast.Name(n, ast.Load())], []))
             for n in dict.fromkeys(names) if n != "_"]  # fmt: skip
    return [ast.fix_missing_locations(ast.copy_location(c, where)) for c in calls]


def made(stmt: ast.stmt) -> list[str]:
    """The names of what a statement binds or changes."""
    out: list[str] = []
    if isinstance(stmt, ast.Assign):
        out += [n for t in stmt.targets for n in roots(t)]
    elif isinstance(stmt, ast.AugAssign) or isinstance(stmt, ast.AnnAssign) and stmt.value is not None:
        out += roots(stmt.target)
    elif isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
        call = stmt.value
        given = [*call.args, *[k.value for k in call.keywords]]
        out += [n for a in given if isinstance(a, ast.Name) for n in roots(a)]
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("sort", "fill", "put", "itemset", "partition"):
            out += roots(call.func.value)
    if isinstance(stmt, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
        out += [n.target.id for n in ast.walk(stmt) if isinstance(n, ast.NamedExpr)]
    return out


def roots(target: ast.expr) -> list[str]:
    """The names through which a target is reached."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [n for t in target.elts for n in roots(t)]
    while isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        target = target.value
    return [target.id] if isinstance(target, ast.Name) else []


class Checker:
    """What the checks of one module call."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, name: str, value: Any) -> Any:
        argument = name.startswith("the argument ")
        word = fault(value, DEEPEST, NOW.check_numerics is True and not argument)
        if word:
            raise self.error(name, word, argument)
        return value

    def error(self, name: str, word: str, argument: bool) -> NumericsError:
        """The error, for the statement that is running."""
        if argument:
            return NumericsError(f"{name} holds {word} before anything is computed")
        line = caller_line()
        place = sentence(self.module, line) if line else ""
        place = place.replace(LEADS[1], "at ", 1)
        return NumericsError(f"{name} holds {word}, {place}" if place else f"{name} holds {word}")


def caller_line() -> int:
    """The line of the generated statement that called the check."""
    return sys._getframe(3).f_lineno


def fault(value: Any, deep: int, infinite: bool) -> str:
    """What is not finite in a value: "NaN", "an infinity"; "" if nothing is."""
    if isinstance(value, dlarray):
        value = value.data
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind not in "fc" or np.isfinite(value).all():
            return ""
        count = int(np.isnan(value).sum())
        if count:
            return f"NaN ({count} of {value.size})" if value.size > 1 else "NaN"
        return "an infinity" if infinite else ""
    if isinstance(value, complex):
        return fault(value.real, deep, infinite) or fault(value.imag, deep, infinite)
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else "an infinity" if math.isinf(value) and infinite else ""
    if type(value) in (tuple, list, dict) and deep:
        entries = value.values() if isinstance(value, dict) else value
        return next((word for v in entries if (word := fault(v, deep - 1, infinite))), "")
    return ""
