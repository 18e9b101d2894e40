"""How generated code calls a function of the user's: what it is given, and where its results are.

The program passes leaves, arrays and numbers; the user's function takes the objects they were parts
of. A template says how an argument is made of the leaves: a `Slot` is one of them, `Fixed` an object
that is known, `Built` a container of templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .ir import Function, Value


@dataclass(frozen=True)
class Fixed:
    """An object that is known when the program is written."""

    value: Any


@dataclass(frozen=True)
class Built:
    """A tuple, list, dict or object of templates; `parts` is a tuple, or a dict by key."""

    sort: str
    cls: Any
    parts: Any


@dataclass(frozen=True)
class Given:
    """The arguments of a call, as templates."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Again:
    """A call that can be made once more: of the first `own` operands, as `given`; see `Rule` for the rest."""

    given: Given
    own: int
    paths: dict[int, str]
    count: int


@dataclass(eq=False)
class Rule:
    """The backward function of one call, which is the user's.

    Attributes:
        function: it.
        operands: what it is passed; of a place in `cotangents`, the cotangent of that result.
        cotangents: the operands that stand for cotangents, with the results of the call they belong to.
        given: how its arguments are made of the operands.
        kinds: the kinds of its results.
        paths: how they are read from what it returns.
        gradients: for each argument with a gradient: the value, and the number of the result or the number itself.
        refused: the arguments for which it gives none.
        before: the operands of the call when the rule was made; they may have been replaced since.
        copies: which operands it changes in place, so that it is passed copies.
        captures: what it reads from outside.
        count: how many entries the tuple has that it returns; 0 if it returns no tuple.
    """

    function: Function
    operands: list[Value]
    cotangents: dict[Value, Value]
    given: Given
    kinds: list[Any]
    paths: dict[int, str]
    gradients: list[tuple[Value, Any]]
    captures: list[Value]
    count: int
    refused: list[Value]
    refused_why: str = ""
    before: list[Value] = field(default_factory=list)
    copies: set[Value] = field(default_factory=set)
