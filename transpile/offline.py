"""Standalone modules: a generated program with all it needs but NumPy.

Kernels and the user's helper functions are copied in as text, literals are frozen, modules are
imported; whatever else the program reads from around it is refused by name.
"""

from __future__ import annotations

import ast
import builtins
import os
import platform
import re
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import gast
import numpy as np

from ..runtime.custom import Wrapper
from ..runtime.declare import NAMES
from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError, UnsupportedSyntax
from ..runtime.kernels.lists import fitted
from ..runtime.primitives.general import cotangent
from . import doors
from .diagnose import Problem, raise_problems
from .gather import MISSING, Gathered, Unit, assigned_globals, bare_signatures, edited, locals_of, outer_names
from .literals import NotLiteral
from .pipeline import Written, bind_names
from .source import read
from .surroundings import (
    PACKAGE,
    STAND_INS,
    around,
    class_text,
    constant_text,
    importable,
    is_copied,
    is_installed,
    is_kernel,
    mentions_us,
    resolves,
    same_literal,
    simple_text,
    submodules,
)  # fmt: skip

REMARKS = re.compile(r"  # (fmt|noqa|type): ?.*$", re.MULTILINE)
"""Comments that mean something to our own tools only."""


def standalone(written: Written, fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any],
               name: str | None = None, of: FunctionType | None = None) -> str:
    """The text of a module that computes what the program computes, on plain arrays.

    Args:
        written: the program, written for `fun`, `args` and `kwargs`.
        name: what the main function is to be called; the name of `fun` if None.
        of: the function that the user wrote, if `fun` is a model function around it.

    Raises:
        DLError: for globals and captured variables that cannot be put into a file, by name.
    """
    bound = bind_names(fun, args, kwargs)
    made = Standalone(written, fun, bound, name, of or fun, {})
    text = made.text()
    given = {cls for _, x in doors.everything(bound) for cls in type(x).__mro__}
    own = {cls: f"own_{i}_{cls.__name__}" for i, cls in enumerate(made.copied) if cls in given}
    return Standalone(written, fun, bound, name, of or fun, own).text() if own else text


class Standalone:
    """Collects the units of one module and puts them together."""

    def __init__(self, written: Written, fun: FunctionType, bound: dict[str, Any], name: str | None,
                 of: FunctionType, own: dict[type, str]) -> None:
        self.written, self.fun, self.bound, self.of = written, fun, bound, of
        self.own = own  # classes of arguments that stand in the module, by the names that its door has for them
        self.copied: list[type] = []  # classes that stand in the module
        self.name = name or (of.__name__ if of.__name__.isidentifier() else written.module.main)
        self.gathered = Gathered()
        self.keep: list[Any] = []  # objects whose ids are keys

    def text(self) -> str:
        pieces = self.pieces()
        printed = {p.name: p for p in self.written.module.functions}
        for label in printed:
            self.printed_unit(label, printed, pieces)
        try:
            texts = self.gathered.texts()
        except ValueError as clash:
            raise DLError(
                f"the name {clash} is a global variable in one place of {self.fun.__name__} and a local one "
                f"in another: rename one of the two"
            ) from None
        head = "\n".join([*self.heading(), *sorted(set(texts["import"]))])
        parts = [f"{head}\n\n__all__ = [\"{self.name}\"]"]
        if texts["constant"]:
            parts[0] += "\n\n# As they were when this file was written:\n" + "\n".join(texts["constant"])
        parts += [*texts["body"], *texts["main"]]
        return "\n\n\n".join(parts) + "\n"

    def heading(self) -> list[str]:
        """Comments: where the module comes from, what it is for, what it needs."""
        rows = [f"# Written by dlgrad from {self.origin()}.  Edit that file, not this one."]
        rows += [row for row in self.written.module.text.split("\n") if row.startswith("# ")][1:2]
        version = f"{platform.python_version_tuple()[0]}.{platform.python_version_tuple()[1]}"
        rows.append(f"# Written with NumPy {np.__version__}, Python {version}.")
        return [*rows, *[f"# Warning: {text}" for text in self.written.warns]]

    def origin(self) -> str:
        """Where the user's function is."""
        return f"{os.path.basename(self.of.__code__.co_filename)}, line {read(self.of).first_line}"

    def pieces(self) -> dict[str, str]:
        """The text of each function of the generated module."""
        text = self.written.module.text
        lines = text.split("\n")
        nodes = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        ends = [*[n.lineno - 1 for n in nodes[1:]], len(lines)]
        return {n.name: "\n".join(lines[n.lineno - 1 : end]).rstrip() for n, end in zip(nodes, ends, strict=True)}

    # --- the functions of the generated module --------------------------------------------

    def printed_unit(self, label: str, printed: dict[str, Any], pieces: dict[str, str]) -> Any:
        one = printed[label]
        key = ("printed", label)
        if key in self.gathered.units:
            return key
        source = one.function.source
        theirs = source.source.fun if source is not None else None
        text = pieces[label]
        extra: dict[str, Any] = {}
        if theirs is not None and not one.function.attrs.get("nested"):
            text, extra = self.with_defaults(text, self.fun if one.main else theirs)
        if one.main:
            text, more = self.with_door(text)
            extra |= more
        bindings = self.written.module.bindings

        def look(name: str) -> Any:
            if name in printed:
                return ("printed", name)
            if name in bindings:
                return bindings[name]
            return around(theirs, name) if theirs is not None else MISSING

        unit = Unit(key, self.name if one.main else label, "main", text, label, look, fixed=True, extra=extra)
        return self.finish(unit, self.fun if one.main else theirs, printed=printed, pieces=pieces)

    def with_defaults(self, text: str, fun: Any) -> tuple[str, dict[str, Any]]:
        """A definition whose parameter defaults are the values that they have now."""
        tree = ast.parse(text)
        node: Any = next(n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda)))
        args = node.args
        plain = [*args.posonlyargs, *args.args]
        values = fun.__defaults__ or ()
        pairs = [*zip(plain[len(plain) - len(values) :], args.defaults, values, strict=True)]
        named = fun.__kwdefaults__ or {}
        pairs += [(a, d, named[a.arg]) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
                  if d is not None and a.arg in named]  # fmt: skip
        edits: list[Any] = []
        extra: dict[str, Any] = {}
        for arg, default, value in pairs:
            if not same_literal(default, value):
                new = simple_text(value)
                if new is None:
                    new = f"{getattr(node, 'name', 'default')}_{arg.arg}"
                    extra[new] = value
                edits.append((default, new))
        return replaced(text, edits), extra

    def with_door(self, text: str) -> tuple[str, dict[str, Any]]:
        """The main function with its docstring and the check of its arguments."""
        node: Any = ast.parse(text).body[0]
        lines = text.split("\n")
        first = node.body[0]
        has_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(
            first.value.value, str)  # fmt: skip
        at = first.end_lineno if has_doc else first.lineno - 1
        while not has_doc and at > 0 and lines[at - 1].strip().startswith("#"):
            at -= 1
        names = list(self.bound)
        rows = [] if has_doc else self.docstring()
        rows.append(f"    check_arguments({', '.join(names)})")
        if self.written.checks_sharing:
            rows.append(f"    check_sharing([{', '.join(names)}])")
        if has_doc:
            rows = [*self.formats(), *rows]
        body = doors.checks(self.bound, self.written.static, self.own, self.written.guards) or ["pass"]
        said = '    """Raise unless the arguments are of the kinds this module was written for."""'
        door = "\n".join([f"def check_arguments({', '.join(names)}):", said, *[f"    {row}" for row in body]])
        checking = Text("check_arguments", door, {name: cls for cls, name in self.own.items()})
        extra = {"check_arguments": checking, "check_sharing": doors.check_sharing}
        return "\n".join([*lines[:at], *rows, *lines[at:]]), extra

    def docstring(self) -> list[str]:
        what = "What" if self.of is self.fun else "The value and the gradient of what"
        rows = [f"{what} {self.of.__name__} ({self.origin()}) returns.", "",
                *[row.strip().removeprefix("# ") for row in self.formats()]]  # fmt: skip
        return ['    """' + rows[0], *[f"    {row}" if row else "" for row in rows[1:]], '    """']

    def formats(self) -> list[str]:
        """What the arguments and the results are, one a line."""
        rows = [f"    # {path}: {text}" for name, x in self.bound.items() for path, text in doors.formats(x, name)]
        result = doors.returned(self.written.plan)
        return rows + ([f"    # returns: {result}"] if result else [])

    # --- everything else -----------------------------------------------------------------

    def finish(self, unit: Unit, theirs: Any, **printed: Any) -> Any:
        """Register a unit and gather what it needs, first."""
        self.gathered.units[unit.key] = unit
        unit.outer, unit.inner = outer_names(unit.text), locals_of(unit.text)
        bound = assigned_globals(unit.text)
        for name in sorted(unit.outer):
            found = unit.extra.get(name, MISSING)
            found = unit.look(name) if found is MISSING else found
            if found is MISSING:
                if not hasattr(builtins, name) and theirs is not None:
                    self.refuse(theirs, name, "it has no value yet")
                continue
            if name in bound:
                self.refuse(theirs, name, "the function changes it")
            if isinstance(found, tuple) and len(found) == 2 and found[0] == "printed":
                unit.needs[name] = self.printed_unit(found[1], printed["printed"], printed["pieces"])
                continue
            if getattr(builtins, name, MISSING) is found:
                continue
            try:
                unit.needs[name] = self.needed(found, name, unit)
            except NotLiteral as why:
                self.refuse(theirs, name, str(why))
        self.gathered.order.append(unit)
        return unit.key

    def refuse(self, theirs: Any, name: str, why: str) -> None:
        """Raise, at the first place where the user's function mentions the name."""
        advice = f"pass {name} as an argument, or make it a number, a string, a small array or a function"
        if theirs is None:
            raise UnsupportedSyntax(f"{name} cannot be put into a standalone module: {why}")
        source = read(theirs)
        node = next((n for n in gast.walk(source.tree) if isinstance(n, gast.Name) and n.id == name), None)
        raise_problems([Problem(source, node, f"{name} cannot be put into a standalone module", why, advice)],
                       UnsupportedSyntax)  # fmt: skip

    def needed(self, found: Any, name: str, asker: Unit) -> Any:
        """The key of the unit of an object that is read under a name.

        Raises:
            NotLiteral: if it cannot be put into a file.
        """
        if isinstance(found, Text):
            scope = {**vars(doors), **found.scope}
            return self.simple(("text", found.name), found.name, "function", found.text, found.name, scope)
        found = getattr(found, "__wrapped__", found) if is_kernel(found) else found
        found = found.dlgrad_calls if isinstance(found, Wrapper) else found
        key = (type(found).__name__, id(found))
        if key in self.gathered.units:
            return key
        self.keep.append(found)
        if isinstance(found, ModuleType):
            return self.module(found, name, asker)
        if isinstance(found, type):
            return self.class_unit(found, key)
        if isinstance(found, FunctionType):
            return self.function_unit(found, key, name)
        return self.constant(found, key, name, asker)

    def simple(self, key: Any, wanted: str, sort: str, text: str, own: str, scope: dict[str, Any]) -> Any:
        if key in self.gathered.units:
            return key
        return self.finish(Unit(key, wanted, sort, text, own, lambda n: scope.get(n, MISSING)), None)

    def imported(self, key: Any, wanted: str, text: str) -> Any:
        if key not in self.gathered.units:
            unit = self.gathered.units[key] = Unit(key, wanted, "import", text)
            self.gathered.order.append(unit)
        return key

    def module(self, found: ModuleType, name: str, asker: Unit) -> Any:
        path = found.__name__
        if path == "__main__" or not is_installed(found) and mentions_us(found):
            raise NotLiteral(f"the module {path} needs {PACKAGE} itself: import the functions from it by their names")
        if path.partition(".")[0] == PACKAGE:
            raise NotLiteral(f"functions of {PACKAGE} that are called on values without a gradient are not copied")
        for sub in submodules(asker.text, name, path):
            self.imported(("submodule", sub), sub.partition(".")[0] + "_", f"import {sub}")
        parent, _, last = path.rpartition(".")
        plain = f"import {path} as {{name}}" if not parent else f"from {parent} import {last} as {{name}}"
        return self.imported(("module", path), name, plain)

    def class_unit(self, found: type, key: Any) -> Any:
        name = found.__name__
        home = import_module(found.__module__)
        if found.__module__ == "builtins":
            raise NotLiteral(f"the class {name} has another name than {name}")
        ours = found.__module__.partition(".")[0] == PACKAGE
        if ours and not issubclass(found, BaseException) and not is_copied(found.__module__):
            raise NotLiteral(f"{name} is a class of {PACKAGE}")
        if not ours and resolves(found) and (is_installed(home) or not mentions_us(home)):
            return self.imported(key, name, f"from {found.__module__} import {name} as {{name}}")
        text = class_text(found)
        if text is None:
            raise NotLiteral(f"the class {found.__qualname__} cannot be imported, and its text cannot be read")
        self.copied.append(found)
        unit = Unit(key, name, "class", text, name, lambda n: vars(home).get(n, MISSING))
        return self.finish(unit, None)

    def function_unit(self, found: FunctionType, key: Any, name: str) -> Any:
        home = found.__module__ or ""
        ours = home.partition(".")[0] == PACKAGE
        if found is cotangent:
            return self.cotangent_unit(key, name)
        if ours and not is_copied(home):
            if (said := STAND_INS.get(found.__name__)) is not None:
                return self.simple(key, name, "function", said, found.__name__, {})
            raise NotLiteral(f"functions of {PACKAGE} that are called on values without a gradient are not copied")
        if not ours and is_installed(import_module(home)) and resolves(found):
            return self.imported(key, name, f"from {home} import {found.__name__} as {{name}}")
        try:
            source = read(found)
        except DLError as error:
            raise NotLiteral(str(error)) from None
        text = bare_signatures(source.own_text)
        text = REMARKS.sub("", text) if ours else text
        own = source.tree.name if isinstance(source.tree, gast.FunctionDef) else name
        if isinstance(source.tree, gast.Lambda):
            text = f"{own} = {text}" if "\n" not in text else f"{own} = (\n    {text}\n)"
        text, extra = self.with_defaults(text, found)
        wanted = found.__name__ if found.__name__.isidentifier() else name  # a wrapper goes by what it wraps
        unit = Unit(key, wanted, "function", text, own, lambda n: around(found, n), extra=extra)
        return self.finish(unit, None if ours else found)

    def cotangent_unit(self, key: Any, name: str) -> Any:
        """`cotangent`, with the rules that the program asks it for in place of the whole table.

        Raises:
            NotLiteral: if a rule cannot be copied.
        """
        calls: list[Any] = list(calls_of(name, self.written.module.text))
        asked = sorted({(call.args[0].value, call.args[1].value) for call in calls})
        scope: dict[str, Any] = {"fitted": fitted}
        rows = []
        for row, parameter in asked:
            rule = re.sub(r"\W", "_", f"rule_{row}_{parameter}")
            scope[rule] = NAMES[row].vjps[parameter]
            like = "args" if NAMES[row].varargs and parameter == "args" else "given[parameter]"
            rows += [f"    if (name, parameter) == ({row!r}, {parameter!r}):",
                     f"        return fitted({rule}(dy, y, *args, **given), {like})"]
        said = '    """The cotangent of one operand of a function whose rank was not known when this was written."""'
        text = "\n".join(["def cotangent(name, parameter, dy, y, *args, **given):", said, *rows,
                          "    raise KeyError(name)"])  # fmt: skip
        return self.simple(key, "cotangent", "function", text, "cotangent", scope)

    def constant(self, found: Any, key: Any, name: str, asker: Unit) -> Any:
        if isinstance(found, dlarray):
            found = found.data
        text, scope = constant_text(found)
        if text is None:
            path = importable(found)
            if path is None:
                raise NotLiteral(f"it is a {type(found).__name__}")
            return self.imported(key, name, f"from {path[0]} import {path[1]} as {{name}}")
        if not isinstance(found, (np.ndarray, list, dict, set)):
            key = ("literal", name, text)
        if key in self.gathered.units:
            return key
        return self.simple(key, name, "constant", f"{name} = {text}", name, scope)


class Text:
    """A definition of our own."""

    def __init__(self, name: str, text: str, scope: dict[str, Any]) -> None:
        self.name, self.text, self.scope = name, text, scope


def calls_of(name: str, text: str) -> list[ast.Call]:
    """The calls of a function by its name."""
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
    return [n for n in nodes if isinstance(n.func, ast.Name) and n.func.id == name]


def replaced(text: str, edits: list[tuple[ast.expr, str]]) -> str:
    """A text with other expressions in place of some that stand on one line."""
    for node, new in sorted(edits, key=lambda e: (e[0].lineno, e[0].col_offset), reverse=True):
        if node.end_lineno != node.lineno:
            raise UnsupportedSyntax("a default value of several lines: give it a name")
        text = edited(text, [(node.lineno, node.col_offset, node.end_col_offset, new)])
    return text
