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

from .emit.module import Module, Printed


def load(module: Module, filename: str, user: FunctionType) -> FunctionType:
    """The main function of a module, for this function object of the user's."""
    cells = {name: CellType(found) for name, found in module.bindings.items()}
    cells.update({p.name: CellType() for p in module.functions})
    nodes = {n.name: n for n in ast.parse(module.text, filename).body if isinstance(n, ast.FunctionDef)}
    main: FunctionType | None = None
    for printed in module.functions:
        fun = user if printed.main else theirs(printed)
        made = rebuilt(printed, nodes[printed.name], cells, fun, filename)
        cells[printed.name].cell_contents = made
        main = made if printed.main else main
    assert main is not None
    return main


def theirs(printed: Printed) -> FunctionType | None:
    """The user's function that a generated one stands for; none for a backward function."""
    source = printed.function.source
    return source.source.fun if source is not None else None


def rebuilt(printed: Printed, node: ast.FunctionDef, ours: dict[str, CellType], fun: FunctionType | None,
            filename: str) -> FunctionType:
    """A function over our cells, with the user's globals, cells and defaults."""
    cells = dict(ours)
    if fun is not None:
        cells.update(zip(fun.__code__.co_freevars, fun.__closure__ or (), strict=True))
    code = factory_code(node, sorted(cells), filename)
    scope = fun.__globals__ if fun is not None else {"__builtins__": builtins}
    closure = tuple(cells[n] for n in code.co_freevars)
    own = fun is not None and not printed.function.attrs.get("nested")
    made = FunctionType(code, scope, printed.name, fun.__defaults__ if fun is not None and own else None, closure)
    if fun is not None and own:
        made.__kwdefaults__ = fun.__kwdefaults__
    return made


def factory_code(node: ast.FunctionDef, free: list[str], filename: str) -> CodeType:
    """The code of a function whose free names are closure cells."""
    own = node.name
    node.name = f"_{own}"  # so that its own name, too, is a cell of ours
    node.args.defaults = [ast.copy_location(ast.Constant(None), d) for d in node.args.defaults]
    node.args.kw_defaults = [d and ast.copy_location(ast.Constant(None), d) for d in node.args.kw_defaults]
    parameters = ast.arguments([], [ast.arg(n, None) for n in free], None, [], [], None, [])
    factory = ast.FunctionDef("_factory", parameters, [node], [], None)
    if hasattr(node, "type_params"):
        factory.type_params = []  # type: ignore[attr-defined]
    ast.copy_location(factory, node)
    code = compile(ast.fix_missing_locations(ast.Module([factory], [])), filename, "exec", dont_inherit=True)
    outer = next(c for c in code.co_consts if isinstance(c, CodeType))
    found = next(c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == node.name)
    node.name = own
    return found.replace(co_name=own, co_qualname=own)


__all__ = ["Any", "load"]
