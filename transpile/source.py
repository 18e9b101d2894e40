"""From a function to its text and syntax tree, and from a callable to the function behind it.

Positions are absolute in the whole text, as Python gives them: lines from 1, columns in bytes of
UTF-8. What the text cannot be shown to belong to is refused (see `locate`).
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import textwrap
from functools import cached_property
from types import CellType, FunctionType, MethodType
from typing import Any

import gast

from ..runtime.custom import Accelerated, Checkpoint, Custom
from ..runtime.errors import UnsupportedSyntax
from .locate import FEATURES, Found, locate

STRINGS = (str, bytes)

Span = tuple[int, int, int, int]


class Source:
    """A function with its text.

    `tree` is a gast FunctionDef, AsyncFunctionDef or Lambda, shared by every function of the same
    code object: it must not be changed. `text` is the whole file or cell, `lines` its lines,
    `first_line` the line of `def` or `lambda`. `class_name` is the class whose body the function
    stands in, at whatever depth: it mangles private names.
    """

    def __init__(self, fun: FunctionType, found: Found) -> None:
        code = fun.__code__
        self.fun = fun
        self.name: str = code.co_name
        self.file: str = code.co_filename
        self.text: str = found.text.text
        self.lines: list[str] = found.text.lines
        self.tree: Any = found.tree
        self.first_line: int = found.tree.lineno
        self.class_name: str | None = found.class_name
        self.module_globals: dict[str, Any] = fun.__globals__
        self.closure: dict[str, CellType] = dict(zip(code.co_freevars, fun.__closure__ or (), strict=True))
        self._blurred = found.blurred

    def segment(self, node: Any) -> str:
        """The exact text of a node, without parentheses around it; "" if it has none.

        Inside f-strings before Python 3.12 it is the node as Python would print it.
        """
        if node in self._blurred:
            return str(gast.unparse(node)).strip()
        place = span(node)
        return "" if place is None else cut(self.lines, place)

    def statement_text(self, stmt: Any) -> str:
        """The text of a statement as it would stand at the left margin; strings keep their lines.

        Decorators belong to it.
        """
        place = span(stmt)
        if place is None:
            return ""
        start = min([place[0], *(d.lineno for d in getattr(stmt, "decorator_list", ()))])
        line = self.lines[start - 1]
        margin = line[: len(line) - len(line.lstrip())]
        column = place[1] if start == place[0] else len(margin)
        first, *rest = cut(self.lines, (start, column, *place[2:])).split("\n")
        kept = string_lines(stmt)
        out = [first]
        for number, text in enumerate(rest, start + 1):
            out.append(text if number in kept else without_margin(text, margin))
        return "\n".join(out)

    @cached_property
    def parents(self) -> dict[Any, Any]:
        """The parent of each node of the tree, the tree itself excepted."""
        return {child: node for node in gast.walk(self.tree) for child in gast.iter_child_nodes(node)}

    @cached_property
    def own_text(self) -> str:
        """The function without its decorators, at the left margin as far as strings allow."""
        line, column = self.lines[self.first_line - 1], self.tree.col_offset
        margin = line[: char_column(line, column)]
        return textwrap.dedent((margin if margin.isspace() else "") + self.segment(self.tree))

    @cached_property
    def digest(self) -> str:
        """A hash of the function's own text: independent of its place, margin and decorators."""
        nodes = [n for n in gast.walk(self.tree) if isinstance(n, gast.Constant)]
        # Taking the margin away may have changed strings of several lines: they count as they are.
        strings = [n.value for n in nodes if isinstance(n.value, STRINGS) and n.end_lineno > n.lineno]
        return hashlib.sha256(repr((self.own_text, strings)).encode()).hexdigest()


def read(fun: FunctionType) -> Source:
    """The text and the tree of a function that is written in Python.

    Raises:
        DLError: if the text cannot be had, or is not the one the function was made from.
    """
    if not isinstance(fun, FunctionType):
        name = getattr(fun, "__qualname__", None) or repr(fun)
        raise UnsupportedSyntax(f"{name} is not a function written in Python: it has no text to read")
    return Source(fun, locate(fun))


def code_key(fun: FunctionType) -> str:
    """A hash of what a function does as far as its own text tells: the same in every process.

    It holds the text, the captured names, the class that mangles private names and the
    `__future__` features; it does not hold file, line, or what captured and global names mean.
    """
    source, code = read(fun), fun.__code__
    facts = (source.digest, code.co_freevars, source.class_name, code.co_flags & FEATURES)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


# Places in a text


def span(node: Any) -> Span | None:
    """(line, column, end line, end column) of a node; of its parts if it has no place of its own."""
    if getattr(node, "lineno", None) is not None:
        return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
    parts = [s for s in map(span, gast.iter_child_nodes(node)) if s is not None]
    if not parts:
        return None
    return (*min(s[:2] for s in parts), *max(s[2:] for s in parts))


def char_column(line: str, column: int) -> int:
    """A column in bytes as a column in characters."""
    return column if line.isascii() else len(line.encode()[:column].decode(errors="ignore"))


def cut(lines: list[str], place: Span) -> str:
    """The text between two positions."""
    line, column, end_line, end_column = place
    out = lines[line - 1 : end_line]
    out[-1] = out[-1][: char_column(out[-1], end_column)]
    out[0] = out[0][char_column(lines[line - 1], column) :]
    return "\n".join(out)


def string_lines(stmt: Any) -> set[int]:
    """The lines that begin inside a string."""
    out: set[int] = set()
    for node in gast.walk(stmt):
        constant = isinstance(node, gast.Constant) and isinstance(node.value, STRINGS)
        if constant or isinstance(node, gast.JoinedStr):
            out.update(range(node.lineno + 1, node.end_lineno + 1))
    return out


def without_margin(text: str, margin: str) -> str:
    """A line without the margin of its statement, or without what it has of it."""
    common = 0
    while common < min(len(text), len(margin)) and text[common] == margin[common]:
        common += 1
    return text[common:]


# Callables

Unwrapped = tuple[Any, tuple[Any, ...], dict[str, Any]]


def unwrap(fun: Any) -> Unwrapped:
    """The function behind a callable, and the arguments that are bound already.

    ``fun(*args, **kwargs)`` is ``target(*bound, *args, **{**keywords, **kwargs})``. The target is a
    plain function where there is one; classes and what is written in C are their own target.
    `__wrapped__` is not followed: a decorator is a part of the function it makes.

    Raises:
        TypeError: if `fun` cannot be called.
    """
    if isinstance(fun, (FunctionType, type)):
        return fun, (), {}
    if isinstance(fun, MethodType):
        target, bound, keywords = unwrap(fun.__func__)
        return target, (*bound, fun.__self__), keywords
    if isinstance(fun, functools.partial) and type(fun).__call__ is functools.partial.__call__:
        return _unwrap_partial(fun)
    if isinstance(fun, staticmethod):
        return unwrap(fun.__func__)
    if not callable(fun):
        raise TypeError(f"{type(fun).__name__!r} object is not callable")
    return _unwrap_object(fun)


def _unwrap_partial(fun: functools.partial[Any]) -> Unwrapped:
    holes = getattr(functools, "Placeholder", None)
    if holes is not None and any(a is holes for a in fun.args):
        return fun, (), {}
    target, bound, keywords = unwrap(fun.func)
    return target, (*bound, *fun.args), {**keywords, **fun.keywords}


def _unwrap_object(fun: Any) -> Unwrapped:
    """An object of a class with `__call__`: looked up in the class, as Python does."""
    if isinstance(fun, (Custom, Checkpoint, Accelerated)):
        target, bound, keywords = unwrap(fun.function)
        return target, (*bound, *getattr(fun, "lead", ())), {**keywords, **getattr(fun, "extra", {})}
    call = inspect.getattr_static(type(fun), "__call__", None)
    bind = getattr(type(call), "__get__", None)
    method = call if bind is None else bind(call, fun, type(fun))
    if isinstance(method, (FunctionType, MethodType, functools.partial)) or bind is None:
        return unwrap(method)
    return fun, (), {}
