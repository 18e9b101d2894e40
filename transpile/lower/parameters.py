"""Python's binding of arguments to parameters, on abstract values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kinds import kind_of
from .captures import Captures
from .core import Refuse
from .function_values import Closure
from .values import Cell, Const, Tup


class Parameters(Captures):
    """What each parameter of a callee is given."""

    def bind_arguments(self, tree: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Python's binding of arguments to parameters, on abstract values.

        Raises:
            Refuse: where Python would raise.
        """
        signature = tree.args
        defaults, extra = self.defaults_of(fun, signature)
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

    def defaults_of(self, fun: Any, signature: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        positional = [a.id for a in (*signature.posonlyargs, *signature.args)]
        keyword = [a.id for a in signature.kwonlyargs]
        if isinstance(fun, Closure):
            values, extra = fun.defaults, dict(zip(keyword, fun.kw_defaults, strict=True))
            extra = {k: v for k, v in extra.items() if v is not None}
        else:
            values = tuple(map(self.default, fun.__defaults__ or ()))
            extra = {k: self.default(v) for k, v in (fun.__kwdefaults__ or {}).items()}
        return dict(zip(positional[len(positional) - len(values):], values, strict=True)), extra

    def default(self, found: Any) -> Any:
        """A default value, or what a partial holds: constant if it cannot change."""
        if isinstance(found, tuple):
            items = tuple(map(self.default, found))
            return Const(found) if all(isinstance(i, Const) for i in items) else Tup(items, type(found))
        if isinstance(found, (int, float, complex, str, bool, type(None), slice, np.dtype)) or callable(found):
            return Const(found)
        return self.opaque(None, [], "a default value that can change", kind_of(found))
