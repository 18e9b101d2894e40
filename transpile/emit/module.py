"""The generated module: its head, its imports, its functions in the order of their use."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from typing import Any

import gast

from ...runtime.followed import AT_ONCE
from ..ir import Function, Op, Value, walk
from .backward import BackwardFunction
from .calls import objects_of
from .function import UserFunction
from .imports import Imports
from .layout import narrowed
from .registers import NameClash


@dataclass
class Printed:
    """One function of the generated module."""

    name: str
    function: Function
    main: bool


@dataclass
class Module:
    """The text of a generated module, and what its names mean."""

    text: str
    main: str
    functions: list[Printed]
    bindings: dict[str, Any]


def emit(main: Function, roots: dict[Function, list[Value]], heading: list[str]) -> Module:
    """Print a program. `roots`: the values each user function's own text needs."""
    order = reached(main)
    printed = [f for f in order if f is main or needs_printing(f, roots)]
    scopes = [f.source for f in printed if f.source is not None]
    taken = {n for scope in scopes for n in mentioned(scope.tree)} - own_names(printed)
    draft = Draft(main, printed, roots, Imports(taken, agreed(scopes)))
    spare = draft.spare() - {n for scope in scopes for n in scope.closure}
    if spare:
        plain = Draft(main, printed, roots, Imports(taken - spare, agreed(scopes)))
        draft = plain if plain.means(draft) else draft
    return draft.module(heading)


class Draft:
    """The texts of a program's functions, under one choice of names."""

    def __init__(self, main: Function, printed: list[Function], roots: dict[Function, list[Value]],
                 imports: Imports) -> None:
        self.main, self.imports = main, imports
        imports.printed = set(printed) - {main}
        name = main.name if main.name.isidentifier() else "model"
        imports.pairs[main] = imports.fresh(f"{name}_1") if name in read_names(main.source.tree) else name
        for thing in (t for f in printed for t in objects_of(f)):
            imports.object(thing)  # before any function takes the name for a variable
        self.texts: list[str] = []
        self.entries: list[Printed] = []
        self.seen: dict[Any, str] = {}
        for function in printed:
            self.add(function, roots.get(function, []))

    def add(self, function: Function, roots: list[Value]) -> None:
        """Print a function, unless there is one with the same text already, which then stands for both."""
        label = self.imports.pair(function)
        lines = tidy(lines_of(function, label, self.imports, roots))
        quoted = quoted_source(function)
        theirs = id(quoted.source.fun) if quoted is not None else None
        sort = ("forward" in function.attrs, bool(function.attrs.get("nested")))
        key = (theirs, sort, lines[0].removeprefix(f"def {label}("), *lines[1:])
        if function is not self.main and key in self.seen:
            self.imports.pairs[function] = self.seen[key]
            return
        self.seen[key] = label
        self.texts.append("\n".join(narrowed(lines, their_lines(function))))
        self.entries.append(Printed(label, function, function is self.main))

    def spare(self) -> set[str]:
        """Names of kernels that were left to the user, though the text does not mention them any more."""
        said = {word for text in self.texts for word in words_in(text)}
        return {kernel for kernel, name in self.imports.kernels.items() if kernel != name} - said

    def means(self, other: Draft) -> bool:
        """Are the texts the same, apart from the names of kernels?"""
        ours = {name: kernel for kernel, name in self.imports.kernels.items()}
        others = {name: kernel for kernel, name in other.imports.kernels.items()}
        return [unnamed(t, ours) for t in self.texts] == [unnamed(t, others) for t in other.texts]

    def module(self, heading: list[str]) -> Module:
        head = "\n".join([*heading, *self.imports.lines(names_in(self.texts))])
        text = head + "\n\n\n" + "\n\n\n".join(self.texts) + "\n"
        return Module(text, self.imports.pairs[self.main], self.entries, self.imports.bindings())


def own_names(printed: list[Function]) -> set[str]:
    """The names of backward functions of the user's, where nothing in the module reads them."""
    read = {n for f in printed if f.source is not None for n in read_names(f.source.tree)}
    return {f.name for f in printed if f.attrs.get("rule")} - read


def quoted_source(function: Function) -> Any:
    """The user's function that the comments of a generated one quote."""
    while function.source is None and "forward" in function.attrs:
        function = function.attrs["forward"]
    return function.source


def lines_of(function: Function, label: str, imports: Imports, roots: list[Value]) -> list[str]:
    """The text of one function."""
    try:
        return printed_lines(function, label, imports, roots, True)
    except NameClash:
        return printed_lines(function, label, imports, roots, False)


def their_lines(function: Function) -> set[str]:
    """The lines that the user wrote, without their indentation."""
    return {line.strip() for line in function.source.source.lines} if function.source is not None else set()


def names_in(texts: list[str]) -> set[str]:
    """Every name that the functions mention."""
    return {n.id for text in texts for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}


def words_in(text: str) -> set[str]:
    """Every name that a text mentions in whatever place, strings included."""
    values = [v for node in ast.walk(ast.parse(text)) for _, v in ast.iter_fields(node)]
    return {w for v in values for w in (v if isinstance(v, list) else [v]) if isinstance(w, str)}


def unnamed(text: str, kernels: dict[str, str]) -> str:
    """The syntax tree of a text, with the kernels under names that no text can have."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in kernels:
            node.id = f"<{kernels[node.id]}>"
    return ast.dump(tree)


def agreed(scopes: list[Any]) -> dict[str, Any]:
    """Global names that mean one thing in all functions of the module that mention them."""
    known: dict[str, Any] = {}
    bad: set[str] = set()
    for scope in scopes:
        bad |= scope.local_names() | set(scope.closure)
        for name in mentioned(scope.tree):
            found = scope.module_globals.get(name)
            if known.setdefault(name, found) is not found:
                bad.add(name)
    return {k: v for k, v in known.items() if k not in bad}


def reached(main: Function) -> list[Function]:
    """The functions of a program, callees before their callers, the main one last."""
    order: list[Function] = []
    seen: set[Function] = set()

    def visit(function: Function) -> None:
        if function in seen:
            return
        seen.add(function)
        for op in walk(function.region):
            if op.code == "call":
                visit(op.attrs["function"])
        order.append(function)

    visit(main)
    return order


def needs_printing(function: Function, roots: dict[Function, list[Value]]) -> bool:
    """Is the user's own function not enough?"""
    if "opaque" in function.attrs:
        return False
    if "forward" in function.attrs or any(function.attrs.get(how) for how in ("rule", "has_pair", "replaced", "hooks")):
        return True
    if function.source is not None and function.source.source.fun in AT_ONCE:
        return True
    return any(isinstance(op, Op) and op.code == "call" and op.attrs["function"] is not function
               and needs_printing(op.attrs["function"], roots) for op in walk(function.region))  # fmt: skip


def printed_lines(function: Function, label: str, imports: Imports, roots: list[Value], thrifty: bool) -> list[str]:
    """One function; with names used again for later values, or not."""
    if "forward" in function.attrs:
        return BackwardFunction(function, label, imports, thrifty).lines()
    return UserFunction(function, label, imports, roots, thrifty).lines()


def read_names(tree: Any) -> set[str]:
    """The variables that a function's text reads or binds."""
    return {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}


def mentioned(tree: Any) -> set[str]:
    """Every name that a function's text reads or binds."""
    out = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    for node in gast.walk(tree):
        if isinstance(node, (gast.FunctionDef, gast.ClassDef)):
            out.add(node.name)
        elif isinstance(node, gast.alias):
            out.add((node.asname or node.name).split(".")[0])
    return out


def tidy(lines: list[str]) -> list[str]:
    """No trailing blanks, no two blank lines in a row, none after a header."""
    out: list[str] = []
    for line in lines:
        for row in line.split("\n"):
            text = row.rstrip() if '"' not in row and "'" not in row else row
            if not text and (not out or not out[-1] or out[-1].endswith(":")):
                continue
            out.append(text)
    while out and not out[-1]:
        out.pop()
    return out


def heading(source: Any, what: str) -> list[str]:
    """Where the module comes from, and for which arguments it was written."""
    name = os.path.basename(source.file)
    return [f"# Written by dlgrad from {name}, line {source.first_line}.  Edit that file, not this one.",
            f"# {what}"]  # fmt: skip
