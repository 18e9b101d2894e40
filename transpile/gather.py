"""Pieces of a standalone module: texts of definitions, and what their global names mean.

A *unit* is one definition: a function, a class, a constant or an import. Its text reads global
names; each name stands for an object, which is a unit of its own. When all units are known they
get names that do not clash, and the texts are rewritten where a name had to change.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MISSING = object()
SORTS = ("import", "constant", "body", "main")


@dataclass(eq=False)
class Unit:
    """A definition.

    Attributes:
        key: what is defined; equal keys are one unit.
        wanted: the name it would like to have.
        sort: import, constant, class, function or main.
        text: Python text that binds `own`; an import's has ``{name}`` for the name.
        own: the name that `text` binds.
        look: what a global name means in the text; MISSING if nothing.
        needs: for each global name of the text, the key of its unit.
    """

    key: Any
    wanted: str
    sort: str
    text: str
    own: str = ""
    look: Callable[[str], Any] = lambda name: MISSING
    fixed: bool = False
    needs: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)  # global names
    inner: set[str] = field(default_factory=set)  # names that are local somewhere inside


class Gathered:
    """Units by key, in the order in which they were finished: what is needed comes first."""

    def __init__(self) -> None:
        self.units: dict[Any, Unit] = {}
        self.order: list[Unit] = []

    def names(self) -> dict[Any, str]:
        """A name for each unit: its own as far as nobody else means something by it."""
        names: dict[Any, str] = {}
        first = [u for u in self.order if u.fixed]
        for unit in [*first, *[u for u in self.order if not u.fixed]]:
            name, n = unit.wanted, 1
            while not unit.fixed and self.is_blocked(name, unit.key, names):
                name, n = f"{unit.wanted}_{n}", n + 1
            names[unit.key] = name
        return names

    def is_blocked(self, name: str, key: Any, names: dict[Any, str]) -> bool:
        """Would some text read another object under this name, or this object in vain?"""
        if name in names.values() or not name.isidentifier():
            return True
        return any(
            name in unit.outer and name not in unit.needs  # built in
            or name in unit.inner and (key in unit.needs.values() or unit.needs.get(name, key) != key)
            for unit in self.order
        )

    def texts(self) -> dict[str, list[str]]:
        """The final texts, in the order of SORTS: plain constants come before all that is computed."""
        names = self.names()
        out: dict[str, list[str]] = {sort: [] for sort in SORTS}
        for unit in self.order:
            name = names[unit.key]
            if unit.sort == "import":
                out[unit.sort].append(as_import(unit.text.format(name=name)))
                continue
            changed = {n: names[k] for n, k in unit.needs.items() if names[k] != n}
            text = renamed(unit.text, changed) if changed else unit.text
            plain = unit.sort == "constant" and all(self.units[k].sort == "import" for k in unit.needs.values())
            sort = unit.sort if plain or unit.sort == "main" else "body"
            out[sort].append(defined_as(text, unit.own, name))
        return out


def as_import(text: str) -> str:
    """An import without ``as`` where that says nothing."""
    return re.sub(r"\b([\w.]+) as \1$", r"\1", text)


def defined_as(text: str, own: str, name: str) -> str:
    """The definition under another name."""
    if own == name:
        return text
    return re.sub(rf"^((?:async )?def |class |){re.escape(own)}\b", rf"\g<1>{name}", text, count=1, flags=re.MULTILINE)


def renamed(text: str, changed: dict[str, str]) -> str:
    """A text whose global names are changed."""
    inside = locals_of(text)
    edits = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in changed:
            if node.id in inside:
                raise ValueError(node.id)
            edits.append((node.lineno, node.col_offset, node.end_col_offset, changed[node.id]))
    return edited(text, edits)


def edited(text: str, edits: list[Any]) -> str:
    """A text with pieces of lines replaced: (line, start, end, new), columns in bytes."""
    lines = [line.encode() for line in text.split("\n")]
    for line, start, end, new in sorted(edits, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:start] + new.encode() + old[end:]
    return "\n".join(line.decode() for line in lines)


def outer_names(text: str) -> set[str]:
    """The names that a definition reads from the module, or from the built-in names."""
    out: set[str] = set()
    table = symtable.symtable(without_annotations(text), "<text>", "exec")
    for symbol in table.get_symbols():
        if symbol.is_referenced():
            out.add(symbol.get_name())
    for inner in tables(table):
        out |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
    return out


def assigned_globals(text: str) -> set[str]:
    """Names that a function declares global and binds."""
    out: set[str] = set()
    for inner in tables(symtable.symtable(without_annotations(text), "<text>", "exec")):
        out |= {s.get_name() for s in inner.get_symbols() if s.is_declared_global() and s.is_assigned()}
    return out


def locals_of(text: str) -> set[str]:
    """Names that are local to some scope of a definition."""
    out: set[str] = set()
    for inner in tables(symtable.symtable(text, "<text>", "exec")):
        out |= {s.get_name() for s in inner.get_symbols() if s.is_local() or s.is_free() or s.is_parameter()}
    return out


def tables(table: symtable.SymbolTable) -> list[symtable.SymbolTable]:
    """The scopes inside a scope."""
    out = []
    for inner in table.get_children():
        out += [inner, *tables(inner)]
    return out


# Annotations


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> Any:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.returns = None
        self.generic_visit(node)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if not isinstance(node.target, ast.Name) or node.value is None:
            return ast.Pass() if node.value is None else node
        return ast.Assign([node.target], self.visit(node.value))


def without_annotations(text: str) -> str:
    """A text for analysis only: the names in the annotations of functions are never read."""
    tree = ast.parse(text)
    if any(isinstance(n, ast.ClassDef) for n in tree.body):
        return text
    return ast.unparse(ast.fix_missing_locations(_Bare().visit(tree)))


def bare_signatures(text: str) -> str:
    """A text whose functions have no annotations in their signatures, else as it is."""
    edits: list[Any] = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        a = node.args
        for arg in [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]:
            if arg.annotation is not None:
                edits.append((arg.lineno, arg.col_offset, arg.end_lineno, arg.end_col_offset, arg.arg))
        if node.returns is not None:
            edits.append(_arrow(text, node))
    for edit in sorted(edits, reverse=True):
        text = _spliced(text, *edit)
    return _tight_defaults(text) if edits else text


def _arrow(text: str, node: Any) -> Any:
    """The edit that removes ``-> annotation``."""
    returns = node.returns
    lines = text.split("\n")
    line = returns.lineno
    head = lines[line - 1].encode()[: returns.col_offset].decode()
    while "->" not in head:
        line -= 1
        head = lines[line - 1]
    start = len(head[: head.rindex("->")].rstrip().encode())
    return line, start, returns.end_lineno, returns.end_col_offset, ""


def _spliced(text: str, line: int, start: int, end_line: int, end: int, new: str) -> str:
    lines = text.split("\n")
    tail = lines[end_line - 1].encode()[end:].decode()
    lines[line - 1 : end_line] = [lines[line - 1].encode()[:start].decode() + new + tail]
    return "\n".join(lines)


def _tight_defaults(text: str) -> str:
    """``x = 1`` in a signature becomes ``x=1`` when the annotation between is gone."""
    edits: list[Any] = []
    rows = [row.encode() for row in text.split("\n")]
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        a = node.args
        plain = [*a.posonlyargs, *a.args]
        pairs = [*zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True),
                 *zip(a.kwonlyargs, a.kw_defaults, strict=True)]  # fmt: skip
        edits += [(p.end_lineno, p.end_col_offset, d.col_offset, "=") for p, d in pairs
                  if d is not None and p.end_lineno == d.lineno
                  and rows[d.lineno - 1][p.end_col_offset : d.col_offset] == b" = "]  # fmt: skip
    return edited(text, edits)
