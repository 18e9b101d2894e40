"""Python's binding of arguments to parameters, on abstract values."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from ..kinds import Other, kind_of
from .captures import Captures
from .core import Refuse
from .function_values import Closure
from .values import Cell, Const, Tup

READERS = ("len", "sum", "tuple", "list", "zip", "enumerate", "reversed", "sorted", "min", "max", "range")


class Parameters(Captures):
    """What each parameter of a callee is given."""

    def bind_arguments(self, tree: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Python's binding of arguments to parameters, on abstract values.

        Raises:
            Refuse: where Python would raise.
        """
        signature = tree.args
        defaults, extra = self.defaults_of(fun, tree)
        positional = [a.id for a in (*signature.posonlyargs, *signature.args)]
        out: dict[str, Any] = dict(zip(positional, args, strict=False))
        rest = dict(kwargs)
        for name in positional + [a.id for a in signature.kwonlyargs]:
            if name in rest and name not in out:
                out[name] = rest.pop(name)
        for name, item in {**defaults, **extra}.items():
            out.setdefault(name, item)
        missing = [n for n in positional + [a.id for a in signature.kwonlyargs] if n not in out]
        too_many = len(args) > len(positional) and signature.vararg is None
        if missing or too_many or rest and signature.kwarg is None:
            raise Refuse(tree, f"a call of {getattr(tree, 'name', 'a lambda')} that raises")
        if signature.vararg is not None:
            out[signature.vararg.id] = Tup(tuple(args[len(positional):]))
        if signature.kwarg is not None:
            cell = Cell("dict", dict)
            self.state.heap[cell] = rest
            out[signature.kwarg.id] = cell
        return out

    def defaults_of(self, fun: Any, tree: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The defaults of a function by the names of its parameters: positional ones, keyword-only ones."""
        signature = tree.args
        positional = [a.id for a in (*signature.posonlyargs, *signature.args)]
        keyword = [a.id for a in signature.kwonlyargs]
        if isinstance(fun, Closure):
            values, extra = fun.defaults, dict(zip(keyword, fun.kw_defaults, strict=True))
            extra = {k: v for k, v in extra.items() if v is not None}
        else:
            given = fun.__defaults__ or ()
            names = positional[len(positional) - len(given) :]
            values = tuple(self.default(v, only_read(tree, n)) for n, v in zip(names, given, strict=True))
            extra = {k: self.default(v, only_read(tree, k)) for k, v in (fun.__kwdefaults__ or {}).items()}
        return dict(zip(positional[len(positional) - len(values):], values, strict=True)), extra

    def default(self, found: Any, only_read: bool = True) -> Any:
        """A default value, or what a partial holds: constant if it cannot change.

        A list or dict that may be changed is another one at the next call, and not looked into.
        """
        if isinstance(found, tuple):
            items = tuple(map(self.default, found))
            return Const(found) if all(isinstance(i, Const) for i in items) else Tup(items, type(found))
        if isinstance(found, (int, float, complex, str, bool, type(None), slice, np.dtype)) or callable(found):
            return Const(found)
        changes = isinstance(found, (list, dict, set)) and not (only_read and all(map(is_simple, found)))
        kind = Other(type(found)) if changes else kind_of(found)
        return self.opaque(None, [], "a default value that can change", kind)


def is_simple(entry: Any) -> bool:
    return isinstance(entry, (int, float, complex, str, bool, type(None), np.generic))


def only_read(tree: Any, name: str) -> bool:
    """Does the text of a function only take entries out of what a parameter is, count them, or walk over them?"""
    quiet = set()
    for node in gast.walk(tree):
        if isinstance(node, gast.Subscript) and isinstance(node.ctx, gast.Load):
            quiet.add(node.value)
        elif isinstance(node, (gast.For, gast.comprehension)):
            quiet.add(node.iter)
        elif isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id in READERS:
            quiet.update(node.args)
    return all(node in quiet for node in gast.walk(tree)
               if isinstance(node, gast.Name) and node.id == name and not isinstance(node.ctx, gast.Param))
