"""Standalone modules: a generated program with all it needs but NumPy.

Kernels and the user's helper functions are copied in as text, literals are frozen, modules are
imported; whatever else the program reads from around it is refused by name.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import os
import platform
import re
import sys
import sysconfig
import textwrap
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import gast
import numpy as np

from ..runtime.dlarray import dlarray
from ..runtime.errors import DLError, UnsupportedSyntax
from . import doors
from .diagnose import Problem, raise_problems
from .gather import MISSING, Gathered, Unit, assigned_globals, bare_signatures, edited, locals_of, outer_names
from .literals import NotLiteral, spelled
from .pipeline import Written, bind_names
from .source import read

PACKAGE = __package__.partition(".")[0]
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
    return Standalone(written, fun, bind_names(fun, args, kwargs), name, of or fun).text()


class Standalone:
    """Collects the units of one module and puts them together."""

    def __init__(self, written: Written, fun: FunctionType, bound: dict[str, Any], name: str | None,
                 of: FunctionType) -> None:
        self.written, self.fun, self.bound, self.of = written, fun, bound, of
        self.name = name or written.module.main
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
                f"the name {clash} is a global variable in one place of {self.fun.__name__} and a local one in another: "
                f"rename one of the two"
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
        text, extra = pieces[label], {}
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
        body = doors.checks(self.bound, self.written.static) or ["pass"]
        said = '    """Raise unless the arguments are of the kinds this module was written for."""'
        door = "\n".join([f"def check_arguments({', '.join(names)}):", said, *[f"    {row}" for row in body]])
        extra = {"check_arguments": Text("check_arguments", door), "check_sharing": doors.check_sharing}
        return "\n".join([*lines[:at], *rows, *lines[at:]]), extra

    def docstring(self) -> list[str]:
        what = "What" if self.of is self.fun else "The value and the gradient of what"
        rows = [f"{what} {self.of.__name__} ({self.origin()}) returns.", "",
                *[row.strip().removeprefix("# ") for row in self.formats()]]  # fmt: skip
        return ['    """' + rows[0], *[f"    {row}" if row else "" for row in rows[1:]], '    """']

    def formats(self) -> list[str]:
        """What the arguments and the results are, one a line."""
        rows = [f"    # {path}: {text}" for name, x in self.bound.items() for path, text in formats(x, name)]
        result = returned(self.written.plan)
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
            return self.simple(("text", found.name), found.name, "function", found.text, found.name, vars(doors))
        found = getattr(found, "__wrapped__", found) if is_kernel(found) else found
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
        if ours and not issubclass(found, BaseException):
            raise NotLiteral(f"{name} is a class of {PACKAGE}")
        if not ours and resolves(found) and (is_installed(home) or not mentions_us(home)):
            return self.imported(key, name, f"from {found.__module__} import {name} as {{name}}")
        text = class_text(found)
        if text is None:
            raise NotLiteral(f"the class {found.__qualname__} cannot be imported, and its text cannot be read")
        unit = Unit(key, name, "class", text, name, lambda n: vars(home).get(n, MISSING))
        return self.finish(unit, None)

    def function_unit(self, found: FunctionType, key: Any, name: str) -> Any:
        home = found.__module__ or ""
        ours = home.partition(".")[0] == PACKAGE
        if ours and not (home.startswith((f"{PACKAGE}.runtime.kernels", f"{PACKAGE}.transpile.doors"))):
            if found.__name__ == "stop_gradient":
                return self.simple(key, name, "function", "def stop_gradient(x):\n    return x", "stop_gradient", {})
            raise NotLiteral(
                f"functions of {PACKAGE} that are called on values without a gradient are not copied"
                if found.__name__ != "cotangent" else "the rank of an array in it is known at run time only"
            )
        if not ours and is_installed(import_module(home)) and resolves(found):
            return self.imported(key, name, f"from {home} import {found.__name__} as {{name}}")
        try:
            source = read(found)
        except DLError as error:
            raise NotLiteral(str(error)) from None
        text = bare_signatures(source.own_text)
        text = REMARKS.sub("", text) if ours else text
        own = found.__name__ if isinstance(source.tree, gast.FunctionDef) else name
        if isinstance(source.tree, gast.Lambda):
            text = f"{own} = {text}" if "\n" not in text else f"{own} = (\n    {text}\n)"
        text, extra = self.with_defaults(text, found)
        wanted = own if own.isidentifier() else name
        unit = Unit(key, wanted, "function", text, own, lambda n: around(found, n), extra=extra)
        return self.finish(unit, None if ours else found)

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

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text


# What names mean


def around(fun: Any, name: str) -> Any:
    """What a free name of a function means: captured, global; MISSING if built in or unbound."""
    cells = dict(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    if name in cells:
        try:
            return cells[name].cell_contents
        except ValueError:
            return MISSING
    return fun.__globals__.get(name, MISSING)


def is_kernel(found: Any) -> bool:
    """A kernel behind its look at the arguments."""
    return isinstance(found, FunctionType) and hasattr(found, "__wrapped__") and str(
        found.__module__).startswith(f"{PACKAGE}.runtime.kernels")  # fmt: skip


def is_installed(module: Any) -> bool:
    """Does a module come with Python, or from where packages are installed?"""
    file = getattr(module, "__file__", None)
    if file is None:
        return module.__name__ != "__main__"
    paths = sysconfig.get_paths()
    return any(file.startswith(paths[p]) for p in ("stdlib", "platstdlib", "purelib", "platlib"))


def mentions_us(module: Any) -> bool:
    """Does importing a module of the user's need dlgrad?"""
    homes = [v.__name__ if isinstance(v, ModuleType) else getattr(v, "__module__", "") for v in vars(module).values()]
    return any(isinstance(h, str) and h.partition(".")[0] == PACKAGE for h in homes)


def resolves(found: Any) -> bool:
    return getattr(import_module(found.__module__), found.__name__, None) is found


def importable(found: Any) -> tuple[str, str] | None:
    """Where a built-in object can be imported from."""
    name = getattr(found, "__name__", None)
    homes = [getattr(found, "__module__", None), "numpy", "scipy.special", "math", "cmath", "operator"]
    for home in [h for h in homes if isinstance(h, str) and h.partition(".")[0] != PACKAGE]:
        try:
            if isinstance(name, str) and getattr(import_module(home), name, None) is found:
                return (home, name) if is_installed(import_module(home)) else None
        except ImportError:
            continue
    return None


def submodules(text: str, name: str, path: str) -> list[str]:
    """Modules inside a package that a text reads as attributes: ``scipy.special``."""
    out = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            sub = f"{path}.{node.attr}"
            if sub in sys.modules and path not in ("numpy", "os"):
                out.add(sub)
    return sorted(out)


# Values


def constant_text(x: Any) -> tuple[str | None, dict[str, Any]]:
    """The text of a value and what the text mentions; no text for functions written in C.

    Raises:
        NotLiteral: for values that cannot be frozen.
    """
    if is_dataclass(x) and not isinstance(x, type):
        cls = type(x)
        if hasattr(cls, "__post_init__") or not all(f.init for f in fields(x)):
            raise NotLiteral(f"it is a {cls.__name__} that computes some of its fields")
        inside = ", ".join(f"{f.name}={spelled(getattr(x, f.name))}" for f in fields(x))
        return f"{cls.__name__}({inside})", {"np": np, cls.__name__: cls}
    if callable(x) and not isinstance(x, np.generic):
        return None, {}
    return spelled(x), {"np": np}


def same_literal(node: ast.expr, value: Any) -> bool:
    try:
        meant = ast.literal_eval(node)
    except (ValueError, SyntaxError):
        return False
    return type(meant) is type(value) and repr(meant) == repr(value)


def simple_text(value: Any) -> str | None:
    """The text of a default that mentions nothing; None if it is more than a literal."""
    try:
        text = spelled(value)
    except NotLiteral:
        return None
    return text if "np." not in text else None


def replaced(text: str, edits: list[tuple[ast.expr, str]]) -> str:
    """A text with other expressions in place of some that stand on one line."""
    for node, new in sorted(edits, key=lambda e: (e[0].lineno, e[0].col_offset), reverse=True):
        if node.end_lineno != node.lineno:
            raise UnsupportedSyntax("a default value of several lines: give it a name")
        text = edited(text, [(node.lineno, node.col_offset, node.end_col_offset, new)])
    return text


def class_text(cls: type) -> str | None:
    try:
        return textwrap.dedent(inspect.getsource(cls)).rstrip()
    except (OSError, TypeError):
        return None


# Formats


def formats(x: Any, path: str) -> list[tuple[str, str]]:
    """The leaves of an argument with what each has to be."""
    if isinstance(x, dlarray):
        labels = f"({', '.join(x.format)})" if x.format else f"{x.ndim} axes"
        return [(path, f"{x.dtype} array, {labels}")]
    if type(x) is np.ndarray:
        axes = ", ".join("1" if n == 1 else "n" for n in x.shape) + ("," if x.ndim == 1 else "")
        return [(path, f"{x.dtype} array, ({axes})")]
    if isinstance(x, dict):
        return [row for k, v in x.items() for row in formats(v, f"{path}[{k!r}]")]
    if isinstance(x, (list, tuple)):
        return [row for i, v in enumerate(x) for row in formats(v, f"{path}[{i}]")]
    if isinstance(x, (bool, str, bytes, type(None))):
        return [(path, repr(x))]
    return [(path, type(x).__name__)]


def returned(plan: Any) -> str:
    """The formats of the results; "" if none has labels."""
    if plan is None:
        return ""
    if plan[0] == "label":
        return f"array ({', '.join(plan[1])})" if plan[1] else "array"
    inner = plan[2].items() if isinstance(plan[2], dict) else enumerate(plan[2])
    texts = [f"{k}: {returned(p) or '-'}" if isinstance(plan[2], dict) else returned(p) or "-" for k, p in inner]
    return f"({', '.join(texts)})"
