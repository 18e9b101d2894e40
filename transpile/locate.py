"""Finds the function of a text that a code object was compiled from.

A line does not tell two lambdas apart, and the text may have been edited since. So the text is
compiled again, and the code object that is looked for must be among the results, with the same
instructions, constants, names and positions. To which syntax node a compiled code object belongs
is read off a second compilation, in which the line of each function is a number we gave it.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import os
import re
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import gast

from ..runtime.errors import DLError, UnsupportedSyntax

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

# Features that change what a text compiles to. (CO_NESTED is shared with an old feature's flag.)
FEATURES = 0
for _name in __future__.all_feature_names:
    FEATURES |= getattr(__future__, _name).compiler_flag
FEATURES &= ~0x10


@dataclass(frozen=True, eq=False)
class Found:
    """A function in its text: shared by all functions of one code object, never changed."""

    text: Text
    tree: Any
    class_name: str | None
    blurred: frozenset[Any]  # nodes whose own position Python does not tell


class Text:
    """A whole file or cell, parsed and compiled once."""

    def __init__(self, file: str, text: str, flags: int) -> None:
        self.file, self.text = file, text
        self.lines = text.split("\n")
        tree = _parse(file, text, flags)
        self.functions = list(_functions(tree))
        self.codes = self._compiled(tree, flags)
        self._converted: dict[int, Found] = {}

    def _compiled(self, tree: Any, flags: int) -> list[tuple[CodeType, int]]:
        """Every function's code object, with the function's number.

        One function can have several: the body of a `finally` is compiled twice.
        """
        numbered = _parse(self.file, self.text, flags)
        step = len(self.lines) + 1
        for i, (node, _) in enumerate(_functions(numbered)):
            _move(node, (i + 1) * step, step)
        pairs = _pairs(_compile(tree, self.file, flags), _compile(numbered, self.file, flags), step)
        numbers = ((real, other.co_firstlineno // step - 1) for real, other in pairs)
        return [(real, i) for real, i in numbers if i >= 0 and real.co_name == self._name(i)]

    def _name(self, i: int) -> str:
        return getattr(self.functions[i][0], "name", "<lambda>")

    def search(self, wanted: CodeType) -> Found | None:
        """The function that `wanted` was compiled from, if this text still holds it.

        Lines that were added or removed above a function do not matter.

        Raises:
            UnsupportedSyntax: if Python has not kept enough to tell two lambdas apart.
        """
        same = [(c, i) for c, i in self.codes if c.co_name == wanted.co_name and same_code(wanted, c)]
        here = {i for c, i in same if c.co_firstlineno == wanted.co_firstlineno}
        moved = {i for c, i in same if c.co_qualname == wanted.co_qualname and not is_rewritten(wanted)}
        if len(here) > 1:
            raise UnsupportedSyntax(
                f"{self.file}:{wanted.co_firstlineno}: {wanted.co_name} cannot be told apart from another "
                "function on this line; write them on lines of their own")
        chosen = here or (moved if len(moved) == 1 else set())
        return self._convert(chosen.pop()) if chosen else None

    def _convert(self, i: int) -> Found:
        if i not in self._converted:
            node, class_name = self.functions[i]
            try:
                tree = gast.ast_to_gast(node)
            except RecursionError:
                raise UnsupportedSyntax(
                    f"{self.file}:{node.lineno}: an expression of this function is too deeply nested; "
                    "write it as several statements") from None
            _place_handler_names(tree, self.lines)
            self._converted[i] = Found(self, tree, class_name, _blur_fstrings(tree))
        return self._converted[i]


# Compiling


def _parse(file: str, text: str, flags: int) -> Any:
    return compile(text, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)


def _compile(tree: Any, file: str, flags: int) -> CodeType:
    try:
        code: CodeType = compile(tree, file, "exec", flags, dont_inherit=True)
    except SyntaxError:  # a notebook cell may await outside functions
        code = compile(tree, file, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


def _functions(tree: Any) -> Iterator[tuple[Any, str | None]]:
    """All functions of a tree, with the class whose name mangles their private names."""
    stack: list[tuple[Any, str | None]] = [(tree, None)]
    while stack:
        node, owner = stack.pop()
        if isinstance(node, FUNCTIONS):
            yield node, owner
        inner = node.name if isinstance(node, ast.ClassDef) else owner
        stack.extend((child, inner) for child in ast.iter_child_nodes(node))


def _move(node: Any, start: int, step: int) -> None:
    """Have a function's code object begin at or behind line `start`, a multiple of `step`."""
    if not isinstance(node, ast.Lambda):  # the code object begins at the first decorator
        place = {"lineno": start, "end_lineno": start, "col_offset": 0, "end_col_offset": 0}
        node.decorator_list.insert(0, ast.Name("decorator", ast.Load(), **place))
        return
    inner: Any
    for inner in ast.walk(node):
        if hasattr(inner, "lineno"):
            inner.lineno = start + inner.lineno % step
            inner.end_lineno = start + inner.end_lineno % step


def _pairs(real: CodeType, numbered: CodeType, step: int) -> Iterator[tuple[CodeType, CodeType]]:
    """Corresponding code objects of the two compilations.

    Python can merge equal lambdas of one line, but not when they are numbered: the first stays.
    """
    rest, others = _inner(real), _inner(numbered)
    merged = len(rest) < len(others)
    for b in others:
        if rest and (not merged or _alike(rest[0], b, step)):
            a = rest.pop(0)
            yield a, b
            yield from _pairs(a, b, step)


def _alike(real: CodeType, numbered: CodeType, step: int) -> bool:
    if real.co_name != numbered.co_name:
        return False
    if not real.co_name.startswith("<"):  # only what fits in an expression is ever merged
        return True
    here = [(a, c, d) for a, _, c, d in real.co_positions()]
    there = [(a and a % step, c, d) for a, _, c, d in numbered.co_positions()]
    return here == there and _facts(real) == _facts(numbered)


def _inner(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


# Comparing


def is_rewritten(code: CodeType) -> bool:
    """Has pytest rewritten the assertions of this function?"""
    return any(name.startswith("@") for name in (*code.co_varnames, *code.co_names, *code.co_cellvars))


def same_code(wanted: CodeType, code: CodeType) -> bool:
    """Do two code objects have the same meaning and, up to a shift of lines, the same positions?"""
    if _signature(wanted) != _signature(code):
        return False
    if is_rewritten(wanted):
        return set(code.co_names) <= set(wanted.co_names) and set(code.co_varnames) <= set(wanted.co_varnames)
    inner, others = _inner(wanted), _inner(code)
    return (_facts(wanted) == _facts(code) and _same_places(wanted, code) and len(inner) == len(others)
            and all(map(same_code, inner, others)))


def _signature(code: CodeType) -> tuple[Any, ...]:
    count = code.co_argcount + code.co_kwonlyargcount
    parameters = code.co_varnames[:count]
    return (code.co_name, parameters, code.co_posonlyargcount, code.co_kwonlyargcount,
            code.co_freevars, code.co_flags)


def _facts(code: CodeType) -> tuple[Any, ...]:
    plain = [_constant(c) for c in code.co_consts if not isinstance(c, CodeType)]
    return code.co_code, plain, code.co_names, code.co_varnames, code.co_cellvars


def _constant(value: Any) -> Any:
    """A constant, with 1, 1.0 and True, and 0.0 and -0.0, told apart."""
    if isinstance(value, tuple):
        return tuple(map(_constant, value))
    if isinstance(value, frozenset):
        return frozenset(map(_constant, value))
    return type(value), repr(value)


def _same_places(wanted: CodeType, code: CodeType) -> bool:
    mine, theirs = _places(wanted), _places(code)
    if all(place[2] is None for place in mine):  # Python was told not to keep columns
        return [p[0] for p in mine] == [p[0] for p in theirs]
    return mine == theirs


def _places(code: CodeType) -> list[tuple[int | None, ...]]:
    first = code.co_firstlineno
    return [(a and a - first, b and b - first, c, d) for a, b, c, d in code.co_positions()]


# Positions that the parser leaves out


def _place_handler_names(tree: Any, lines: list[str]) -> None:
    """Give the name of `except E as name` the position of its handler."""
    for node in gast.walk(tree):
        if isinstance(node, gast.ExceptHandler) and isinstance(node.name, gast.Name):
            kind = node.type
            behind = lines[kind.end_lineno - 1].encode()[kind.end_col_offset :].decode()
            match = re.match(r"[\s)]*as\s+(\w+)", behind)
            start, end = match.span(1) if match else (0, 0)
            gast.copy_location(node.name, kind)
            node.name.lineno = kind.end_lineno
            node.name.col_offset = kind.end_col_offset + len(behind[:start].encode())
            node.name.end_col_offset = kind.end_col_offset + len(behind[:end].encode())


def _blur_fstrings(tree: Any) -> frozenset[Any]:
    """Nodes within f-strings: before Python 3.12 their positions are guesses."""
    if sys.version_info >= (3, 12):
        return frozenset()
    blurred = set()
    for string in gast.walk(tree):
        if isinstance(string, gast.JoinedStr):
            for node in gast.walk(string):
                if node is not string and hasattr(node, "lineno"):
                    gast.copy_location(node, string)
                    blurred.add(node)
    return frozenset(blurred)


# Getting the text


@lru_cache(maxsize=256)
def _parsed(file: str, text: str, flags: int) -> Text | None:
    try:
        return Text(file, text, flags)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None


_known: dict[int, tuple[weakref.ref[CodeType], Found]] = {}


def locate(fun: FunctionType) -> Found:
    """The text and the syntax tree of a function. A code object is looked for once.

    Raises:
        DLError: if the text cannot be had, or is not the one the function was made from.
    """
    code = fun.__code__
    known = _known.get(id(code))
    if known is not None and known[0]() is code:
        return known[1]
    found = _locate(fun)
    key = id(code)
    _known[key] = weakref.ref(code, lambda _: _known.pop(key, None)), found
    return found


def _locate(fun: FunctionType) -> Found:
    code = fun.__code__
    tried = set()
    for given in _texts(fun):
        text = given.replace("\r\n", "\n").replace("\r", "\n")
        if text and text not in tried:
            tried.add(text)
            parsed = _parsed(code.co_filename, text, code.co_flags & FEATURES)
            found = parsed.search(code) if parsed is not None else None
            if found is not None:
                return found
    string = code.co_filename == "<string>"  # `python -c` keeps its own text under the name that exec gives
    raise _changed(fun) if tried and not string else _missing(fun)


def _texts(fun: FunctionType) -> Iterator[str]:
    """What may be the text that a function was made from, the likeliest first."""
    file, namespace = fun.__code__.co_filename, fun.__globals__
    before = linecache.cache.get(file, ())
    linecache.checkcache(file)
    yield "".join(linecache.getlines(file, namespace))
    if len(before) == 4:
        yield "".join(before[2])
    typed = getattr(linecache, "_getlines_from_code", None)  # the prompt of newer Pythons
    if typed is not None:
        yield "".join(typed(fun.__code__) or ())
    if file.startswith("<"):
        return
    own = namespace.get("__file__")  # the other name may be relative to an earlier folder
    if isinstance(own, str) and os.path.basename(own) == os.path.basename(file):
        yield "".join(linecache.getlines(own, namespace))
    yield _text_of_loader(namespace)


def _text_of_loader(namespace: dict[str, Any]) -> str:
    loader = namespace.get("__loader__") or getattr(namespace.get("__spec__"), "loader", None)
    get_source = getattr(loader, "get_source", None)
    if get_source is None:
        return ""
    try:
        return get_source(namespace.get("__name__")) or ""
    except Exception:  # whatever a loader of someone else's raises: there is no text
        return ""


def _changed(fun: FunctionType) -> DLError:
    file, line = fun.__code__.co_filename, fun.__code__.co_firstlineno
    return DLError(
        f"the text of {fun.__qualname__} in {file} (line {line}) is not what the function was made from: "
        "the file has changed since, or an import hook rewrites it; import it again (importlib.reload) "
        "or restart Python")


def _missing(fun: FunctionType) -> UnsupportedSyntax:
    file = fun.__code__.co_filename
    advice = "save the function in a file and import it, or work in IPython or Jupyter, which keep the text"
    if file.startswith(("<timed ", "<magic-")):
        reason, advice = "a timing magic keeps no text", "define the function in a cell of its own"
    elif file == "<stdin>" or file.startswith("<python-input"):
        reason = "it was typed at the >>> prompt, which keeps no text"
    elif file.startswith("<"):
        reason = f"it was made from a string (by exec or eval, as {file}), and Python keeps no such text"
    else:
        reason = f"the file {file} cannot be read"
    return UnsupportedSyntax(f"the text of {fun.__qualname__} cannot be had: {reason}; {advice}")
