"""Python's operators as functions: `operator`, `abs`, `divmod`, `round`, with the rules of NumPy's."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import NAMES, Unsupported, away_from, case, constant, normal, positive, primitive
from .complex import absolute_jvp, absolute_vjp
from .harder import divmod_jvp, divmod_x1, divmod_x2
from .scalars import complex_number, number

Rule = Callable[..., Any]

# --- operator ---------------------------------------------------------------------------------


def _checked(*operands: Any) -> None:
    """Lists have operators too, which join and repeat."""
    for x in operands:
        if isinstance(x, (list, tuple)):
            raise Unsupported("operators on lists have no rule: use arrays")
        np.ndim(x)  # a list of unknown length has no rank: its rule runs later, and ends up above


def of_two(name: str, which: str) -> Rule:
    """The rule of one operand."""

    def rule(dy: Any, y: Any, a: Any, b: Any) -> Any:
        _checked(a, b)
        return NAMES[name].vjps[which](dy, y, x1=a, x2=b)

    return rule


def of_one(name: str) -> Rule:
    """The rule of the only operand."""

    def rule(dy: Any, y: Any, a: Any) -> Any:
        return NAMES[name].vjps["x1"](dy, y, x1=a)

    return rule


_PAIRS = [
    case(positive(3, 4), positive(4)), case(positive(3), positive(2, 1)),
    case(number(0.5, 2.0), number(0.5, 2.0)), case(number(0.5, 2.0), 2), case(positive(3), 1.7),
    case(2.5, positive(3)), case(positive(), positive(3)),
]  # fmt: skip
for _name, _row in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "mod": "remainder",
}.items():  # fmt: skip
    primitive(
        getattr(operator, _name), of_two(_row, "x1"), of_two(_row, "x2"), params="a b",
        name=f"operator.{_name}", text=f"operator.{_name}", broadcasts=True, try_on=_PAIRS,
    )  # fmt: skip
primitive(
    operator.matmul, of_two("matmul", "x1"), of_two("matmul", "x2"), params="a b", name="operator.matmul",
    text="operator.matmul",
    try_on=[case(normal(2, 3), normal(3, 4)), case(normal(3), normal(3)),
            case(normal(5, 2, 3), normal(3, 4))],
)  # fmt: skip
for _name, _row in {"neg": "negative", "pos": "positive", "abs": "absolute"}.items():
    primitive(
        getattr(operator, _name), of_one(_row), params="a", name=f"operator.{_name}",
        text=f"operator.{_name}", broadcasts=True,
        try_on=[case(away_from(0.0, 3)), case(number()), case(complex_number())],
    )  # fmt: skip

_WHOLE = "its result is a truth value or made of integers"
for _name in ("lt", "le", "gt", "ge", "eq", "ne", "and_", "or_", "xor", "floordiv", "lshift", "rshift"):
    constant(
        getattr(operator, _name), _WHOLE, params="a b", name=f"operator.{_name}",
        text=f"operator.{_name}", sizes="same",
    ).broadcasts = True  # fmt: skip
for _name in ("invert", "not_", "truth", "is_", "is_not"):
    constant(getattr(operator, _name), _WHOLE, name=f"operator.{_name}", text=f"operator.{_name}",
             sizes="same")

# --- builtins ---------------------------------------------------------------------------------

def abs_vjp(dy: Any, y: Any, x: Any) -> Any:
    return absolute_vjp(dy, y, x)


primitive(
    abs, abs_vjp, params="x", name="abs", text="abs", broadcasts=True,
    jvp=lambda tangents, y, x: absolute_jvp({"x1": tangents["x"]}, y, x),
    try_on=[case(number()), case(complex_number()), case(normal(3, 4)), case(normal(3, dtype=complex)),
            case(normal()), case(0.0, smooth=False), case(0j, smooth=False),
            case(normal(3, dtype=np.float32))],
)  # fmt: skip
def _renamed(rule: Rule) -> Rule:
    """A rule of ``np.divmod``, for parameters named otherwise."""
    return lambda dy, y, a, b: rule(dy, y, a, b)


def python_divmod_jvp(tangents: dict[str, Any], y: Any, a: Any, b: Any) -> Any:
    ours = {new: tangents[old] for new, old in (("x1", "a"), ("x2", "b")) if old in tangents}
    return divmod_jvp(ours, y, a, b)


primitive(
    divmod, _renamed(divmod_x1), _renamed(divmod_x2), params="a b", name="builtins.divmod", text="divmod",
    broadcasts=True, jvp=python_divmod_jvp,
    try_on=[case(7.3, 2.0), case(-7.3, 2.2), case(7, number(1.8, 2.2)), case(np.array([5.3, -5.3]), 2.2)],
)  # fmt: skip
constant(round, "rounded values stand still and jump", params="number ndigits", name="builtins.round",
         text="round", sizes="same")
