"""Functions as abstract values: those made in the model, and partials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .values import Compound, Const


@dataclass(frozen=True, eq=False)
class Closure(Compound):
    """A function or lambda made in the model: its node, and the frame whose variables it reads late.

    `frame` is a cell: that of the Lowerer at work if the function is made there, so that its names mean what
    they mean now; else one with the content that the frame had when its function returned or called on.
    """

    node: Any
    defaults: tuple[Any, ...]
    kw_defaults: tuple[Any, ...]
    name: str
    scope: Any  # the Lowerer that made it
    frame: Any
    again: bool = False  # its values are computed again for the gradient

    def source(self) -> Any:
        """Its text, and the names that are read in it."""
        return self.scope.source.nested(self.node, self.name)

    def mapped(self, part: Callable[[Any], Any]) -> Closure:
        defaults = tuple(map(part, self.defaults))
        extra = tuple(None if d is None else part(d) for d in self.kw_defaults)
        return Closure(self.node, defaults, extra, self.name, self.scope, part(self.frame), self.again)

    def like(self, other: Any, alike: Callable[[Any, Any], bool]) -> bool:
        same = isinstance(other, Closure) and self.node is other.node and self.again is other.again
        return same and alike(self.frame, other.frame)


@dataclass(frozen=True, eq=False)
class Partial(Compound):
    """``functools.partial(function, *args, **kwargs)``."""

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def mapped(self, part: Callable[[Any], Any]) -> Partial:
        function, args = part(self.function), tuple(map(part, self.args))
        return Partial(function, args, {k: part(v) for k, v in self.kwargs.items()})

    def like(self, other: Any, alike: Callable[[Any, Any], bool]) -> bool:
        return isinstance(other, Partial) and len(self.args) == len(other.args) and (
            list(self.kwargs) == list(other.kwargs))  # fmt: skip


@dataclass(frozen=True, eq=False)
class Choice(Compound):
    """One of several functions: which one, only the run can tell.

    `flags` says of each whether it is the one: truth values, or constants.
    """

    flags: tuple[Any, ...]
    functions: tuple[Any, ...]

    def mapped(self, part: Callable[[Any], Any]) -> Choice:
        return Choice(tuple(map(part, self.flags)), tuple(map(part, self.functions)))

    def like(self, other: Any, alike: Callable[[Any, Any], bool]) -> bool:
        return isinstance(other, Choice) and len(self.functions) == len(other.functions) and all(
            one_function(a, b, alike) for a, b in zip(self.functions, other.functions, strict=True))  # fmt: skip


def one_function(a: Any, b: Any, alike: Callable[[Any, Any], bool]) -> bool:
    """Are two functions one, up to what they hold?"""
    if isinstance(a, Const) or isinstance(b, Const):
        return isinstance(a, Const) and a.same(b)
    return isinstance(a, Compound) and a.like(b, alike)


def is_function(item: Any) -> bool:
    """Is this surely a function, which can be one of a choice?"""
    return isinstance(item, Compound) or isinstance(item, Const) and callable(item.value)


YES, NO = Const(True), Const(False)


def functions_of(item: Any) -> tuple[tuple[Any, Any], ...]:
    """The functions that something may be, each with its flag."""
    if isinstance(item, Choice):
        return tuple(zip(item.flags, item.functions, strict=True))
    return ((YES, item),)


def plain_name(item: Any) -> str:
    """What a function is called, for the name of a flag."""
    name = getattr(item.value, "__name__", "") if isinstance(item, Const) else getattr(item, "name", "")
    return name if name.isidentifier() else "first"
