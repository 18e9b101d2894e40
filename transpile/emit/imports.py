"""What generated code refers to: NumPy, kernels, functions of the same file, classes."""

from __future__ import annotations

import ast
import sys
import textwrap
from importlib import import_module
from types import ModuleType
from typing import Any

from ..ir import Function

KERNELS = "dlgrad.runtime.kernels"


class Imports:
    """Names of the generated module, none of which any user function of it mentions.

    Args:
        taken: every name that a user's function in the module reads or binds.
        known: global names that the user has for modules, such as ``np`` for NumPy.
    """

    def __init__(self, taken: set[str], known: dict[str, Any]) -> None:
        self.taken = set(taken)
        self.known = known
        self.modules: dict[str, str] = {}  # dotted module -> name
        self.kernels: dict[str, str] = {}  # kernel -> name
        self.objects: dict[str, Any] = {}  # name -> class
        self.pairs: dict[Function, str] = {}
        self.printed: set[Function] = set()
        self.kept: dict[Function, list[str]] = {}  # what a forward function returns for its backward one

    @property
    def reserved(self) -> set[str]:
        """Names that are used already."""
        return {*self.modules.values(), *self.kernels.values(), *self.objects, *self.pairs.values(), "np"}

    def fresh(self, base: str) -> str:
        name, n = base, 1
        while name in self.taken or name in self.reserved - {"np"}:
            name, n = f"{base}_{n}", n + 1
        return name

    def module(self, path: str, base: str) -> str:
        """The name of a module; the user's own where there is one."""
        if path not in self.modules:
            module = import_module(path)
            if self.known.get(base) is module:
                self.modules[path] = base
            else:
                self.modules[path] = self.fresh(base if base not in self.taken else path.split(".")[-1])
        return self.modules[path]

    def np(self, path: str) -> ast.expr:
        """``np.path``."""
        node: ast.expr = ast.Name(self.module("numpy", "np"), ast.Load())
        for part in path.split("."):
            node = ast.Attribute(node, part, ast.Load())
        return node

    def function(self, row: Any) -> ast.expr:
        """How a row is called."""
        if row.kernel or row.name == "cotangent":
            return self.kernel(row.fun.__name__)
        if row.text.startswith("np."):
            return self.np(row.text[3:])
        if "." in row.text:
            return self.dotted(row.text)
        return ast.Name(row.text, ast.Load())

    def kernel(self, name: str) -> ast.expr:
        """A kernel by its name."""
        if name not in self.kernels:
            self.kernels[name] = self.fresh(name)
        return ast.Name(self.kernels[name], ast.Load())

    def dotted(self, text: str) -> ast.expr:
        """``math.sin`` or ``scipy.special.erf``."""
        module, _, attribute = text.rpartition(".")
        node: ast.expr = ast.Name(self.module(module, module.split(".")[-1]), ast.Load())
        return ast.Attribute(node, attribute, ast.Load())

    def pair(self, function: Function) -> str:
        """The name under which a function of the module is printed."""
        if function not in self.pairs:
            base = function.name if function.name.isidentifier() else "model"
            plain = function.attrs.get("rule") and not function.attrs.get("has_pair")
            if "forward" not in function.attrs and not plain:
                base = f"{base}_forward"
            self.pairs[function] = self.fresh(base)
        return self.pairs[function]

    def is_printed(self, function: Any) -> bool:
        """Is there a generated version of this function of the user's?"""
        return function in self.printed

    def object(self, thing: Any) -> str:
        """The name of a class or function, or of another object of the user's."""
        for name, found in self.objects.items():
            if found is thing:
                return name
        base: str = getattr(thing, "__name__", None) or type(thing).__name__.lower()
        name = self.fresh(base if base.isidentifier() else "given")
        self.objects[name] = thing
        return name

    def lines(self, used: set[str]) -> list[str]:
        """The import statements, of what the text uses."""
        theirs = {v.__name__: k for k, v in self.known.items() if isinstance(v, ModuleType) and k in used}
        out = [module_line(path, name) for path, name in sorted({**theirs, **self.modules}.items()) if name in used]
        kernels = {k: n for k, n in self.kernels.items() if n in used}
        rest = sorted(f"{k} as {n}" if k != n else k for k, n in kernels.items() if k != "cotangent")
        out += kernel_lines(rest)
        if (name := kernels.get("cotangent")) is not None:
            alias = f" as {name}" if name != "cotangent" else ""
            out.append(f"from dlgrad.runtime.primitives.general import cotangent{alias}")
        return out + [object_line(name, thing) for name, thing in sorted(self.objects.items())]

    def bindings(self) -> dict[str, Any]:
        """The objects behind the names, apart from the functions of the module."""
        out: dict[str, Any] = {name: import_module(path) for path, name in self.modules.items()}
        out.update(self.objects)
        for kernel, name in self.kernels.items():
            out[name] = kernel_object(kernel)
        return out


def module_line(path: str, name: str) -> str:
    """The import of a module under a name."""
    if path == name:
        return f"import {path}"
    if "." not in path:
        return f"import {path} as {name}"
    parent, _, last = path.rpartition(".")
    return f"from {parent} import {last}" + (f" as {name}" if last != name else "")


def object_line(name: str, thing: Any) -> str:
    """The import of an object; a remark if it can only be had from the running program."""
    path = str(getattr(thing, "__qualname__", None) or getattr(thing, "__name__", ""))
    home = sys.modules.get(getattr(thing, "__module__", None) or "")
    if isinstance(thing, type) and not path.isidentifier():
        return f"# in a function: from {thing.__module__} import {path} as {name}"
    if isinstance(thing, type) or path.isidentifier() and getattr(home, path, None) is thing:
        return f"from {thing.__module__} import {path}" + (f" as {name}" if path != name else "")
    return f"# {name}: the {type(thing).__name__} that the model function uses"


def kernel_lines(names: list[str]) -> list[str]:
    """The import of the kernels, on as many lines as it needs."""
    line = f"from {KERNELS} import {', '.join(names)}"
    if len(line) <= 100:
        return [line] if names else []
    rows = textwrap.wrap(", ".join(names) + ",", 96, initial_indent="    ", subsequent_indent="    ",
                         break_long_words=False)  # fmt: skip
    return [f"from {KERNELS} import (", *rows, ")"]


def kernel_object(name: str) -> Any:
    """A kernel as generated code calls it: without the look at its arguments."""
    if name == "cotangent":
        return import_module("..runtime.primitives.general", __package__.rpartition(".")[0]).cotangent
    kernels = import_module(KERNELS)
    return getattr(kernels, name)


__all__ = ["Imports", "kernel_object"]
