"""What local functions read of the model functions around them."""

from __future__ import annotations

from typing import Any

from .core import Refuse
from .statements import Statements
from .values import ONE_SHOT, UNDEF, Cell, Closure, Iter, everything


class Captures(Statements):
    """The variables that come with a local function, to a callee or to unknown code."""

    def captured_names(self, source: Any, scope: Any, given: list[Any]) -> dict[str, Any]:
        """The variables of enclosing model functions that a callee reads, as they are now.

        Those of a local function itself, and of every local function that is passed to it or that
        it reads: they become parameters of the callee, so none may have a name of its own.
        """
        out: dict[str, Any] = {}
        todo = [(scope, source)] if scope is not None else []
        todo += [(c, c.scope.source.nested(c.node, c.name)) for item in given for c in closures(item, self.state.heap)]
        seen: set[Any] = set()
        while todo:
            closure, inner = todo.pop()
            if closure in seen:
                continue
            seen.add(closure)
            for name in sorted(inner.free_names()):
                item = self.enclosing(closure, name)
                if item is None:
                    continue
                if isinstance(item, Iter) and item.how in ONE_SHOT:
                    raise Refuse(closure.node, f"a local function that walks over {name}",
                                 "how far an iterator has come when it is called is not followed",
                                 "make a list of it")  # fmt: skip
                if closure is not scope and name in source.local_names():
                    raise Refuse(closure.node, f"a local function that reads {name}",
                                 f"{source.name}, which calls it, has a variable {name} of its own",
                                 "rename one of the two")  # fmt: skip
                out[name] = item
                todo += [(c, c.scope.source.nested(c.node, c.name)) for c in closures(item, self.state.heap)]
        return dict(sorted(out.items()))

    def reached(self, items: list[Any]) -> list[Any]:
        """Items, and the variables that local functions among them read, directly or not."""
        out = list(items)
        seen: set[Any] = set()
        todo = [c for i in items for c in closures(i, self.state.heap)]
        while todo:
            closure = todo.pop()
            if closure in seen:
                continue
            seen.add(closure)
            found = [d for d in (*closure.defaults, *closure.kw_defaults) if d is not None]
            for name in closure.scope.source.nested(closure.node, closure.name).every_name():
                item = self.state.names.get(name, UNDEF)
                if item is not UNDEF:
                    found.append(item)
            out += found
            todo += [c for i in found for c in closures(i, self.state.heap)]
        return out

    def enclosing(self, closure: Any, name: str) -> Any:
        """A variable of the model function in which a local function was made; None if it has none."""
        known = closure.scope.locals if closure.scope is not self else self.locals
        if name not in known and name not in closure.scope.state.names:
            return None
        found = self.state.names.get(name, UNDEF)
        if found is UNDEF:
            raise Refuse(closure.node, f"a local function that reads {name}, which may be unbound here", "",
                         "pass it as an argument")  # fmt: skip
        return found


def closures(item: Any, heap: dict[Cell, Any]) -> list[Closure]:
    """The local functions that an abstract value holds."""
    return [top for top in everything(item, heap) if isinstance(top, Closure)]
