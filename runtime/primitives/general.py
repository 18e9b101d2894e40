"""The rule of a row, run at run time: for values whose rank or dtype is not known before."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..declare import NAMES, Rule, kernel, primitive
from ..kernels.lists import fitted
from ..traced import pull


@kernel
def cotangent(name: str, parameter: str | int, dy: Any, y: Any, /, *args: Any, **given: Any) -> Any:
    """The cotangent of one parameter of the row `name`, by its rule on arrays.

    Where it is differentiated, `name` is that of this very row: `y` is what a call of it has given,
    `args` and `given` are those of the call, and a parameter is a position or a keyword.
    """
    if name == "cotangent":
        return again(parameter, dy, args, given)
    row = NAMES[name]
    d = row.vjps[str(parameter)](dy, y, *args, **given)
    return fitted(d, args if row.varargs and parameter == "args" else given[str(parameter)])


def again(parameter: str | int, d: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    """The cotangent of one argument of ``cotangent(*args, **given)``.

    All that may move are operands, whichever is asked for: a number makes a rule take another
    formula, and the derivatives with respect to two arguments have to be those of one.
    """
    rule = cotangent.__wrapped__  # type: ignore[attr-defined]
    row = NAMES[next(args[i] for i in range(0, len(args), 4) if args[i] != "cotangent")]
    moving = {k: v for k, v in given.items() if k in row.vjps}
    fixed = {k: v for k, v in given.items() if k not in moving}
    found, named = pull(lambda x: rule(*args[:2], *x[0], **x[1], **fixed), (args[2:], moving), d)
    return found[parameter - 2] if isinstance(parameter, int) else named[parameter]


def _positional(dd: Any, d: Any, *args: Any, **given: Any) -> list[Any]:
    """The cotangents of the arguments by position: the names of a row and of its parameter have none."""
    return [None, None, *(cotangent("cotangent", i, dd, d, *args, **given) for i in range(2, len(args)))]


class Keywords(dict[str, Rule]):
    """A rule for every keyword that a row may have."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __missing__(self, name: str) -> Rule:
        return partial(cotangent, "cotangent", name)


primitive(cotangent, params="*args", name="cotangent", text="cotangent", sizes="any").vjps = Keywords(args=_positional)
