"""Programs on disk: found again by other processes, where everything means the same there.

The key of an entry holds the model function's text, the kinds of the arguments and the versions of
all that writes programs. The entry holds the module and, as *routes* from the model function, all
else that the text depends on: ``["global", 0, "layer"]`` is what the name layer means to function
0. On loading each route is followed in this process, and what it leads to must have the
fingerprint that was noted. What cannot be told in this way stays in memory.
"""

from __future__ import annotations

import builtins
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import CellType, FunctionType, MemberDescriptorType, ModuleType, SimpleNamespace, WrapperDescriptorType
from typing import Any

import numpy as np

from ..runtime.custom import Wrapper
from ..runtime.errors import DLError
from .descriptions import describe
from .emit.imports import kernel_object
from .emit.module import Module, Printed
from .guards import contents
from .ir import Function, Region
from .load import Loader
from .lower.core import guard_kind
from .members import MISSING, Members
from .pipeline import Written, bind_names, write
from .portable import NotPortable, decoded, encoded, fingerprint, found_in, importable, key_print, member_print
from .running import Specialised, register
from .source import read
from .storage import Entry, Store, file_of
from .thrift import SAVES_WORK

MOST = 32
"""Variants under one key: a model whose text depends on a number may have any number of them."""

STARTED = time.time()
MISMATCH = (NotPortable, DLError, ImportError, AttributeError, LookupError, TypeError, ValueError)
_STORE = Store()
_STATE = SimpleNamespace(enabled=True, digest=None)


@contextmanager
def disabled() -> Iterator[None]:
    """Nothing is read from disk or written to it."""
    before, _STATE.enabled = _STATE.enabled, False
    try:
        yield
    finally:
        _STATE.enabled = before


def specialise(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], specials: dict[Any, str],
               higher: bool = False, static: frozenset[str] = frozenset()) -> Specialised:
    """A program for arguments like these: from disk, else written, loaded and kept. Raises as `pipeline.write`."""
    key = key_of(fun, args, kwargs, specials, higher) if _STATE.enabled else None
    if key is not None:
        bound = bind_names(fun, args, kwargs)
        entries = _STORE.read(key)
        for entry in entries:
            if (found := revived(entry, fun, bound, static)) is not None:
                return Specialised(found, fun, Loader(found.module, name_of(found, entry.path)))
    written = write(fun, args, kwargs, specials, static, higher)
    path = keep(written, fun, bound, key) if key is not None and len(entries) < MOST else None
    return Specialised(written, fun, Loader(written.module, name_of(written, path)))


def name_of(written: Written, path: Path | None) -> str:
    """The file name under which Python knows a module."""
    return (path and file_of(path, written.module.text)) or register(written)


# Keys


def key_of(fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], specials: dict[Any, str],
           higher: bool) -> str | None:
    """The key of a call; None if it cannot be kept on disk."""
    rules = rules_digest()
    if rules is None:
        return None
    try:
        given = [key_print(describe(a)) for a in args], [[k, key_print(describe(v))] for k, v in kwargs.items()]
        facts = [fingerprint(fun), given, higher, sorted(specials.values()), np.__version__,
                 platform.python_version_tuple()[:2], platform.python_implementation(), rules]  # fmt: skip
    except NotPortable:
        return None
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def rules_digest() -> str | None:
    """A hash of the transpiler and the table, computed once; None if their files are too new to be
    those that this process runs."""
    if _STATE.digest is None:
        _STATE.digest = _digest() or ""
    return _STATE.digest or None


def _digest() -> str | None:
    total = hashlib.sha256(str(SAVES_WORK).encode())
    for package in ("runtime", "transpile"):
        home = sys.modules[f"{__package__.rpartition('.')[0]}.{package}"].__file__
        if home is None:
            return None
        folder = Path(home).parent
        try:
            for path in sorted(folder.rglob("*.py")):
                if path.stat().st_mtime > STARTED - 1:
                    return None
                total.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
        except OSError:
            return None
    return total.hexdigest()


# Keeping


def keep(written: Written, fun: FunctionType, bound: dict[str, Any], key: str) -> Path | None:
    """Write a program to disk; None if it cannot be told to another process, or not be written."""
    try:
        meta = Portrait(written, fun, bound).meta()
    except MISMATCH:
        return None
    meta["file"] = fun.__code__.co_filename
    return _STORE.write(key, fun.__name__, written.module.text, meta)


class Portrait:
    """A program in terms of the model function.

    Attributes:
        table: the functions that the text depends on, each with its route; the model is number 0.
    """

    def __init__(self, written: Written, fun: FunctionType, bound: dict[str, Any]) -> None:
        self.written, self.bound = written, bound
        self.table: list[tuple[FunctionType, list[Any]]] = []
        self.numbers: dict[int, int] = {}
        self.homes: dict[int, list[Any]] = {}
        self.add(fun, ["main"])
        for name, x in bound.items():
            if isinstance(x, FunctionType):
                self.add(x, ["argument", name])
        for _, _, how, found in written.guards:
            if how == "is" and isinstance(found, ModuleType):
                self.homes.setdefault(id(vars(found)), ["module", found.__name__])

    def add(self, fun: FunctionType, route: list[Any]) -> None:
        if id(fun) in self.numbers:
            return
        number = self.numbers[id(fun)] = len(self.table)
        self.table.append((fun, route))
        self.homes.setdefault(id(fun.__globals__), ["globals", number])
        for name, cell in zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True):
            self.homes.setdefault(id(cell), ["cell", number, name])

    def meta(self) -> dict[str, Any]:
        """All that a process needs to know before it runs the module."""
        written = self.written
        program = written.function.attrs["lowerer"].program
        self.follow_guards(program.scopes)
        for fun in program.scopes:
            self.number(fun)
        functions = [self.printed(p) for p in written.module.functions]
        guards = [self.guard(*record) for record in written.guards]
        return {
            "main": written.module.main,
            "table": [[route, fingerprint(fun), place(fun)] for fun, route in self.table],
            "functions": functions,
            "bindings": {name: binding(x) for name, x in written.module.bindings.items()},
            "guards": guards,
            "plan": encoded(written.plan),
            "static": [[path, fingerprint(eval(path, {}, self.bound))] for path in sorted(written.static)],
            "warns": written.warns, "strips": written.strips, "checks_sharing": written.checks_sharing,
            "higher": written.higher,
        }  # fmt: skip

    def follow_guards(self, wanted: Container[FunctionType]) -> None:
        """Functions that are known by names of functions that are known, of those that were read."""
        todo = list(self.written.guards)
        while todo:
            rest = []
            for record in todo:
                home, name, how, found = record
                found = behind(found)
                wrapped = isinstance(found, Wrapper)
                if how != "is" or not wrapped and not (isinstance(found, FunctionType) and found in wanted):
                    continue
                route = self.home(home, strict=False)
                if route is None:
                    rest.append(record)
                elif wrapped:
                    for part in ("function", "rule"):
                        if isinstance(fun := getattr(found, part, None), FunctionType):
                            self.add(fun, ["held", route, name, part])
                else:
                    self.add(found, ["name", route, name])
            if len(rest) == len(todo):
                return
            todo = rest

    def home(self, home: Any, strict: bool = True) -> list[Any] | None:
        """The route to the dict or cell that holds a name."""
        route = self.homes.get(id(home))
        if isinstance(home, Members):
            return ["members", *class_route(home.cls), *(class_route(home.after) if home.after is not None else ())]
        if route is None and isinstance(home, dict):
            module = sys.modules.get(home.get("__name__", ""))
            route = ["module", module.__name__] if module is not None and vars(module) is home else None
        if route is None and strict:
            raise NotPortable("a name in a place without a route")
        return route

    def number(self, fun: FunctionType) -> int:
        """The number of a function in the table; those that can be imported are added."""
        if id(fun) not in self.numbers:
            if found_in(fun.__module__, fun.__qualname__) is not fun:
                raise NotPortable(f"the function {fun.__qualname__}")
            self.add(fun, ["import", fun.__module__, fun.__qualname__])
        return self.numbers[id(fun)]

    def printed(self, one: Printed) -> list[Any]:
        """[name, number of the user's function or None, nested, main, function whose lines it quotes]"""
        source = one.function.source
        number = self.number(source.source.fun) if source is not None else None
        origin: Any = one.function
        while origin.source is None and "forward" in origin.attrs:
            origin = origin.attrs["forward"]
        quoted = self.number(origin.source.source.fun) if origin.source is not None else None
        return [one.name, number, bool(one.function.attrs.get("nested")), one.main, quoted]

    def guard(self, home: Any, name: str, how: str, found: Any) -> list[Any]:
        test = key_print(found) if how == "like" else guard_print(found, home)
        return [self.home(home), name, how, test]


def place(fun: FunctionType) -> list[Any]:
    """Where a function stands, as far as the comments of a generated text say it."""
    name = os.path.basename(fun.__code__.co_filename)
    return ["" if name.startswith("<") else name, fun.__code__.co_firstlineno]


def binding(x: Any) -> list[str]:
    """An object of our own that a module's text names."""
    if isinstance(x, ModuleType):
        return ["module", x.__name__]
    if isinstance(x, (type, FunctionType)) and found_in(x.__module__, x.__qualname__) is x:
        return ["class", x.__module__, x.__qualname__]
    name = getattr(x, "__name__", "")
    try:
        if kernel_object(name) is x:
            return ["kernel", name]
    except AttributeError:
        pass
    raise NotPortable(f"the name {name}")


# Finding


def revived(entry: Entry, fun: FunctionType, bound: dict[str, Any], static: frozenset[str]) -> Written | None:
    """The program of an entry, if all that its text depends on is here what it was."""
    try:
        return Revival(entry, fun, bound, static).written()
    except MISMATCH:
        return None


class Revival:
    """Follows the routes of an entry in this process. Any exception is a mismatch."""

    def __init__(self, entry: Entry, fun: FunctionType, bound: dict[str, Any], static: frozenset[str]) -> None:
        self.entry, self.meta, self.fun, self.bound, self.static = entry, entry.meta, fun, bound, static
        self.functions: list[FunctionType] = []

    def written(self) -> Written:
        meta = self.meta
        for path, noted in meta["static"]:
            same(fingerprint(eval(path, {}, self.bound)), noted)
        paths = frozenset(path for path, _ in meta["static"])
        if not self.static <= paths:
            raise NotPortable("another value is depended on")
        for route, noted, where in meta["table"]:
            self.functions.append(self.function(route))
            same(fingerprint(self.functions[-1]), noted)
            same(place(self.functions[-1]), where)
        guards = [self.guard(*record) for record in meta["guards"]]
        printed = [self.printed(*one) for one in meta["functions"]]
        main = next(p.function for p in printed if p.main)
        bindings = {name: self.bound_object(*how) for name, how in meta["bindings"].items()}
        module = Module(self.entry.text, meta["main"], printed, bindings)
        return Written(module, main, main.source.source, decoded(meta["plan"]), meta["warns"], guards, paths,
                       meta["strips"], meta["checks_sharing"], meta["higher"])  # fmt: skip

    def function(self, route: list[Any]) -> FunctionType:
        sort = route[0]
        if sort == "main":
            return self.fun
        if sort == "argument":
            found = self.bound[route[1]]
        elif sort == "import":
            found = found_in(route[1], route[2])
        elif sort == "held":
            found = getattr(value_at(self.home(route[1]), route[2]), route[3])
        else:
            found = behind(value_at(self.home(route[1]), route[2]))
        if not isinstance(found, FunctionType):
            raise NotPortable("not a function")
        return found

    def home(self, route: list[Any]) -> Any:
        if route[0] == "module":
            return vars(sys.modules[route[1]])
        if route[0] == "members":
            classes = [found_in(route[i], route[i + 1]) for i in range(1, len(route), 2)]
            return Members(*classes)
        fun = self.functions[route[1]]
        if route[0] == "globals":
            return fun.__globals__
        return dict(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))[route[2]]

    def guard(self, route: list[Any], name: str, how: str, noted: Any) -> tuple[Any, str, str, Any]:
        home = self.home(route)
        found = value_at(home, name)
        test = guard_kind(found) if how == "kind" else describe(found) if how == "like" else found
        same(key_print(test) if how == "like" else guard_print(test, home), noted)
        return home, name, how, test

    def printed(self, name: str, number: int | None, nested: bool, main: bool, quoted: int | None) -> Printed:
        function = Function(name, Region(), None, {"nested": True} if nested else {})
        if number is not None:
            function.source = scope_of(self.functions[number])
        elif quoted is not None:
            function.attrs["forward"] = Function(name, Region(), scope_of(self.functions[quoted]))
        return Printed(name, function, main)

    def bound_object(self, sort: str, *names: str) -> Any:
        if sort == "module":
            return import_module(names[0])
        return kernel_object(names[0]) if sort == "kernel" else importable(*names)


def scope_of(fun: FunctionType) -> Any:
    """As much of a lowered function's scope as loading and notes need."""
    return SimpleNamespace(source=read(fun))


def behind(member: Any) -> Any:
    """The function that a member of a class is made of; other things are themselves."""
    if isinstance(member, property):
        return member.fget
    return member.__func__ if isinstance(member, (staticmethod, classmethod)) else member


def class_route(cls: type) -> list[str]:
    """Where another process finds a class.

    Raises:
        NotPortable: if it cannot be imported.
    """
    if found_in(cls.__module__, cls.__qualname__) is not cls:
        raise NotPortable(f"the class {cls.__qualname__}")
    return [cls.__module__, cls.__qualname__]


def guard_print(x: Any, home: Any) -> Any:
    """The fingerprint of what a name or a member of a class means."""
    if x is MISSING:
        return ["missing"]
    if isinstance(x, (WrapperDescriptorType, MemberDescriptorType)):
        return ["slot", *class_route(x.__objclass__), x.__name__]
    return member_print(x, 0) if isinstance(home, Members) else fingerprint(x)


def value_at(home: Any, name: str) -> Any:
    """What a name means now."""
    if isinstance(home, CellType):
        return contents(home)
    found = home.get(name, MISSING)
    if isinstance(home, Members):
        return found
    return getattr(builtins, name, MISSING) if found is MISSING else found


def same(now: Any, noted: Any) -> None:
    """Raise unless a fingerprint is the one that was noted."""
    if json.loads(json.dumps(now)) != noted:
        raise NotPortable("something else by now")
