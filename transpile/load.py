"""From the text of a generated module to functions.

Each function is compiled inside a factory whose parameters are the module's own names, and
rebuilt with the globals, defaults and closure cells of the user's function it stands for. So the
user's names mean what they mean to the user, at the time of the call, and ours cannot be seen.
"""

from __future__ import annotations

import ast
import builtins
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np

from .emit.module import Module, Printed
from .fast import FORMS, cheaper
from .numerics import CHECK, Checker, with_checks


class Loader:
    """The compiled functions of a module, to be built for any function object of the user's code."""

    def __init__(self, module: Module, filename: str, checks: bool = False) -> None:
        self.module, self.filename = module, filename
        self.forms = {**FORMS, CHECK: Checker(module)} if checks else FORMS
        nodes = {n.name: n for n in ast.parse(module.text, filename).body if isinstance(n, ast.FunctionDef)}
        self.nodes = nodes
        names = {*module.bindings, *self.forms, *(p.name for p in module.functions)}
        self.codes: dict[str, CodeType] = {}
        for printed in module.functions:
            fun = theirs(printed)
            free = names | set(fun.__code__.co_freevars if fun is not None else ())
            node = cheaper(nodes[printed.name], self.numpy_names(fun))
            node = with_checks(node, printed.main) if checks else node
            self.codes[printed.name] = factory_code(node, sorted(free), filename)

    def numpy_names(self, fun: FunctionType | None) -> set[str]:
        """What a function's text calls NumPy."""
        scopes = [self.module.bindings, fun.__globals__ if fun is not None else {}]
        return {name for scope in scopes for name, found in scope.items() if found is np}

    def load(self, user: FunctionType) -> FunctionType:
        """The main function, for this function object of the user's."""
        cells = {name: CellType(found) for name, found in {**self.module.bindings, **self.forms}.items()}
        cells.update({p.name: CellType() for p in self.module.functions})
        main: FunctionType | None = None
        for printed in self.module.functions:
            fun = user if printed.main else theirs(printed)
            made = rebuilt(printed, self.nodes[printed.name], self.codes[printed.name], cells, fun)
            cells[printed.name].cell_contents = made
            main = made if printed.main else main
        assert main is not None
        return main


def theirs(printed: Printed) -> FunctionType | None:
    """The user's function that a generated one stands for; none for a backward function."""
    source = printed.function.source
    return source.source.fun if source is not None else None


def rebuilt(printed: Printed, node: ast.FunctionDef, code: CodeType, ours: dict[str, CellType],
            fun: FunctionType | None) -> FunctionType:
    """A function over our cells, with the user's globals, cells and defaults."""
    cells = dict(ours)
    if fun is not None:
        cells.update(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    scope = fun.__globals__ if fun is not None else {"__builtins__": builtins}
    closure = tuple(cells[n] for n in code.co_freevars)
    own = fun is not None and not printed.function.attrs.get("nested")
    made = FunctionType(code, scope, printed.name, None, closure)
    if fun is not None and own:
        made.__defaults__, made.__kwdefaults__ = fun.__defaults__, fun.__kwdefaults__
    elif fun is not None:
        made.__defaults__, made.__kwdefaults__ = literal_defaults(node)
    return made


def literal_defaults(node: ast.FunctionDef) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The defaults of a local function, which are literals."""
    plain = tuple(ast.literal_eval(d) for d in node.args.defaults)
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return plain, {a.arg: ast.literal_eval(d) for a, d in pairs if d is not None}


def factory_code(node: ast.FunctionDef, free: list[str], filename: str) -> CodeType:
    """The code of a function whose free names are closure cells."""
    own = node.name
    node.name = f"_{own}"  # so that its own name, too, is a cell of ours
    args, bare = node.args, ast.Constant(None)
    node.args = ast.arguments(args.posonlyargs, args.args, args.vararg, args.kwonlyargs,
                              [d and bare for d in args.kw_defaults], args.kwarg, [bare for _ in args.defaults])
    parameters = ast.arguments([], [ast.arg(n, None) for n in free], None, [], [], None, [])
    factory = ast.FunctionDef("_factory", parameters, [node], [], None)
    if hasattr(node, "type_params"):
        factory.type_params = []  # type: ignore[attr-defined]
    ast.copy_location(factory, node)
    code = compile(ast.fix_missing_locations(ast.Module([factory], [])), filename, "exec", dont_inherit=True)
    outer = next(c for c in code.co_consts if isinstance(c, CodeType))
    found = next(c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == node.name)
    node.name, node.args = own, args
    return found.replace(co_name=own, co_qualname=own)

