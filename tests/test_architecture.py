"""The plan of the house, held by reading the imports: arrows, cycles, sizes, names."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"dlgrad": "dlgrad", "transpile": "dlgrad.transpile", "runtime": "dlgrad.runtime"}
FILES = sorted(f for room in ROOMS for f in (ROOT / room).rglob("*.py"))
# Which rooms a room may import from, and which other packages.
ARROWS = {
    "dlgrad": {"dlgrad", "dlgrad.transpile", "dlgrad.runtime", "numpy", "gast"},
    "dlgrad.transpile": {"dlgrad.transpile", "dlgrad.runtime", "numpy", "gast", "astor"},
    "dlgrad.runtime": {"dlgrad.runtime", "numpy", "scipy"},
}
STANDARD = frozenset(__import__("sys").stdlib_module_names)
LONGEST = 400
# Imports inside functions that save time or need something optional, never to dodge a cycle.
LATE = {"scipy", "dlgrad.check"}


def module_of(file):
    """The name a file is imported by."""
    room, *inner = file.relative_to(ROOT).with_suffix("").parts
    names = [ROOMS[room], *inner]
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


MODULES = {module_of(f): f for f in FILES}


def imports(file, tree):
    """(module, node) of everything a tree imports, as full names; submodules where there are any."""
    package = module_of(file) if file.name == "__init__.py" else module_of(file).rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                above = ".".join(parts[: len(parts) - node.level + 1])
                base = f"{above}.{base}" if base else above
            inner = [f"{base}.{a.name}" for a in node.names if f"{base}.{a.name}" in MODULES]
            yield from ((name, node) for name in inner)
            if len(inner) < len(node.names):
                yield base, node


@cache
def parsed(file):
    return ast.parse(file.read_text("utf-8"))


def room_of(module):
    return next((r for r in sorted(ARROWS, key=len, reverse=True) if f"{module}.".startswith(f"{r}.")), None)


def late(file):
    """Imports inside functions, those for type checkers aside."""
    for fun in ast.walk(parsed(file)):
        if isinstance(fun, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from imports(file, fun)


def named(file):
    return str(file.relative_to(ROOT))


def test_arrows():
    against = []
    for file in FILES:
        room = room_of(module_of(file))
        for module, node in imports(file, parsed(file)):
            target = room_of(module) or module.split(".")[0]
            if target not in ARROWS[room] | STANDARD:
                against.append(f"{named(file)}:{node.lineno}: {room} imports {module}")
    assert against == []


def test_imports_stand_at_the_top():
    inside = {f"{named(file)}:{node.lineno}: {module}" for file in FILES for module, node in late(file)
              if not {module, module.split(".")[0]} & LATE}  # fmt: skip
    assert sorted(inside) == []


def at_module_level(file):
    """What is imported when a module is: not inside functions, not for type checkers."""
    functions = (n for n in ast.walk(parsed(file)) if isinstance(n, (ast.FunctionDef, ast.Lambda)))
    skipped = {id(n) for fun in functions for n in ast.walk(fun)}
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(id(n) for n in ast.walk(node))
    return {m for m, node in imports(file, parsed(file)) if id(node) not in skipped and m in MODULES}


def test_no_cycles():
    """Packages count through what their __init__ imports."""
    graph = {module: at_module_level(file) - {module} for module, file in MODULES.items()}
    found = []
    for circle in strongly_connected(graph):
        if len(circle) > 1:
            found.append(sorted(circle))
    assert found == []


def strongly_connected(graph):
    """Tarjan's components."""
    number, low, stack, out = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for after in graph[node]:
            if after not in number:
                visit(after)
            if after in stack:
                low[node] = min(low[node], low[after])
        if low[node] == number[node]:
            out.append(set(stack[stack.index(node):]))
            del stack[stack.index(node):]

    for node in graph:
        if node not in number:
            visit(node)
    return out


def test_a_cycle_is_seen():
    assert {"a", "b"} in strongly_connected({"a": {"b"}, "b": {"c", "a"}, "c": set()})


def test_files_are_short():
    lengths = {named(f): len(f.read_text("utf-8").splitlines()) for f in FILES}
    assert {f: n for f, n in lengths.items() if n > LONGEST} == {}


def test_names_and_comments():
    for file in FILES:
        text = file.read_text("utf-8")
        assert not re.search(r"util|helper|misc|common", file.stem), named(file)
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text), named(file)
        assert ast.get_docstring(parsed(file)) or not text.strip(), f"{named(file)} has no docstring"


def test_chapters_of_the_lowering_do_not_clash():
    """A class in chapters: a later chapter replaces a method of an earlier one only where both say so."""
    from dlgrad.transpile.lower.program import Lowerer

    places = {}
    for chapter in Lowerer.__mro__[:-1]:
        for name in vars(chapter):
            if not name.startswith("__"):
                places.setdefault(name, []).append(chapter.__name__)
    meant = {"reached", "opaque", "outside", "template_of", "note_write", "outside_object", "user_subscript",
             "abstract", "home", "symbolic"}  # fmt: skip
    assert {n: where for n, where in places.items() if len(where) > 1 and n not in meant} == {}
