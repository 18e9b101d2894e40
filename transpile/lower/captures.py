"""What functions made in the model read of the functions around them.

A variable lives in the frame of the call that binds it, and is read late. While that call is lowered its
frame is `state.names`; when functions that it made leave it, as arguments or as its result, the frame goes
with them as a cell that holds what they read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gast

from ..order import path
from .core import Refuse
from .function_values import Closure
from .passage import Passed
from .statements import Statements
from .trail import CAPTURED
from .values import ONE_SHOT, OUTER, UNDEF, Cell, Iter, everything


class Captures(Statements):
    """The variables that come with a function made in the model, to a callee or to unknown code."""

    def captured(self, closure: Closure, strict: bool = False) -> dict[str, Any]:
        """What a function reads of the frames around it, as it is now, by name.

        Raises:
            Refuse: if `strict`, where a variable of this call may be unbound.
        """
        out = {}
        for name in sorted(closure.source().free_names()):
            item = self.variable_of(closure.frame, name)
            if item is UNDEF and strict:
                raise Refuse(closure.node, f"a local function that reads {name}, which may be unbound here", "",
                             "pass it as an argument")  # fmt: skip
            if strict and isinstance(item, Iter) and item.how in ONE_SHOT:
                raise Refuse(closure.node, f"a local function that walks over {name}",
                             "how far an iterator has come when it is called is not followed",
                             "make a list of it")  # fmt: skip
            if item is not None and item is not UNDEF:
                out[name] = item
        return out

    def home_captured(self, item: Any, text: str, name: str, anchor: Any, path: tuple[Cell, ...]) -> None:
        """What a function that a call has made brings with it can be read from its object."""
        if not isinstance(item, Closure) or item.frame is self.frame or item.frame in path:
            return
        inner = (*path, item.frame)
        for i, default in enumerate(item.defaults):
            self.home(default, f"{text}.__defaults__[{i}]", name, anchor, inner)
        for arg, default in zip(item.node.args.kwonlyargs, item.kw_defaults, strict=True):
            if default is not None:
                self.home(default, f"{text}.__kwdefaults__[{arg.id!r}]", name, anchor, inner)
        for variable, held in self.captured(item).items():
            if self.sees(item.frame, variable):
                continue  # it has its own name here, and what the function sees changes with it
            self.home(held, f"{CAPTURED}({text}, {variable!r})", name, anchor, inner)

    def variable_of(self, frame: Cell | None, name: str) -> Any:
        """A variable of a frame or of those around it; None if they have none, UNDEF if it is not bound."""
        while frame is not None:
            if frame is self.frame:
                if self.is_own(name):
                    return self.state.names.get(name, UNDEF)
                frame = self.outer
                continue
            content = self.state.heap.get(frame)
            if not isinstance(content, dict):
                return None
            if name in content:
                return content[name]
            frame = content.get(OUTER)
        return None

    def brought(self, item: Any) -> set[str]:
        """The variables of this call that functions read which another call has made."""
        made = [c for c in closures(item, self.state.heap) if c.frame is not self.frame]
        read = {(c, name) for c in made for name in c.source().free_names() if self.is_own(name)}
        return {name for c, name in read if self.sees(c.frame, name)}

    def sees(self, frame: Cell | None, name: str) -> bool:
        """Is the variable that a frame sees under a name this call's?"""
        while frame is not None and frame is not self.frame:
            content = self.state.heap.get(frame)
            if not isinstance(content, dict) or name in content:
                return False
            frame = content.get(OUTER)
        return frame is not None

    def is_own(self, name: str) -> bool:
        """Does this call bind the variable itself?"""
        return name in self.source.local_names() or name in self.turn_names

    @contextmanager
    def packed_frame(self, items: list[Any], leaving: bool = False) -> Iterator[None]:
        """While it lasts, the frame of this call is a cell like others, for the functions among the items.

        If these are `leaving` the call, all goes with them that functions of inner frames read of this one.
        """
        nested = self.frame in self.state.heap
        if not nested:
            self.state.heap[self.frame] = self.frame_content(items, leaving)
        try:
            yield
        finally:
            if not nested:
                self.state.heap.pop(self.frame, None)

    def frame_content(self, items: list[Any], leaving: bool = False) -> dict[str, Any]:
        """The variables of this call that functions read which the items hold, or which these read."""
        out: dict[str, Any] = {}
        todo = [c for i in items for c in closures(i, self.state.heap)]
        seen: set[Any] = set()
        while todo:
            closure = todo.pop()
            if closure in seen:
                continue
            seen.add(closure)
            for name, item in self.captured(closure).items():
                todo += closures(item, self.state.heap)
                mine = self.sees(closure.frame, name) if leaving else closure.frame is self.frame
                if mine and self.is_own(name):
                    out[name] = item
        return {**dict(sorted(out.items())), **({OUTER: self.outer} if self.outer is not None else {})}

    def passed(self, source: Any, closure: Closure | None, bound: dict[str, Any], way: str) -> Passed:
        """What a callee is given: arguments, captured variables by name, frames for those that have no name.

        Variables that functions among these read are passed by name as well, where the name means the
        same to caller and callee: so that the callee can call them by name.
        """
        names = dict(bound)
        if closure is not None:
            names.update(self.captured(closure, strict=closure.frame is self.frame))
        todo = [c for item in names.values() for c in closures(item, self.state.heap)] if not way else []
        mentioned = set(source.every_name()) | source.local_names()
        seen: set[Any] = set()
        while todo:
            inner = todo.pop()
            if inner in seen:
                continue
            seen.add(inner)
            read = self.captured(inner)
            if self.is_near(read) and all(names.get(n) is i if n in names else n not in mentioned
                                          for n, i in read.items()):  # fmt: skip
                names.update(read)
                todo += [c for item in read.values() for c in closures(item, self.state.heap)]
        extra = {n: i for n, i in sorted(names.items()) if n not in bound}
        return Passed({**bound, **extra}, closure.frame if closure is not None else None)

    def is_near(self, read: dict[str, Any]) -> bool:
        """Can what a function captures be read under the same names here?"""
        return all(self.state.names.get(n) is i and n not in self.state.doubtful for n, i in read.items())

    def way_of(self, node: Any, closure: Closure | None) -> str:
        """How the generated version of a callee is called: by its name (""), or as "closing"."""
        func = getattr(node, "func", None)
        if node in self.function.attrs.get("bound before", ()) or func is None:
            return "closing"
        if closure is None:
            return "" if path(func) else "closing"
        plain = path(func) or isinstance(func, gast.Lambda)
        return "" if plain and literal_defaults(closure.node) and self.is_near(self.captured(closure)) else "closing"

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
            for name in closure.source().every_name():
                item = self.variable_of(closure.frame, name)
                if item is not UNDEF and item is not None:
                    found.append(item)
            out += found
            todo += [c for i in found for c in closures(i, self.state.heap)]
        return out


def closures(item: Any, heap: dict[Cell, Any]) -> list[Closure]:
    """The local functions that an abstract value holds."""
    return [top for top in everything(item, heap) if isinstance(top, Closure)]


def literal_defaults(node: Any) -> bool:
    """Are the defaults of a function the same whenever it is made?"""
    return all(d is None or is_literal(d) for d in (*node.args.defaults, *node.args.kw_defaults))


def is_literal(node: Any) -> bool:
    """A number, a string, or a tuple of such."""
    if isinstance(node, gast.UnaryOp):
        node = node.operand
    if isinstance(node, gast.Tuple):
        return all(map(is_literal, node.elts))
    return isinstance(node, gast.Constant)
