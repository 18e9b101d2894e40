"""What all label rules share: the pair of data and format, alignment of operands, the registry.

The data of an operand may be an array or a symbolic value; decisions rest on formats, ranks
and static arguments alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Self

import numpy as np

from ..errors import FormatError
from ..formats import arrangement, insertion, union

Rule = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]

RULES: dict[Callable[..., Any], Rule] = {}


class Labelled:
    """Bare data in canonical order, and its format (None: unformatted)."""

    __slots__ = ("data", "format")

    data: Any
    format: str | None

    def label(self, data: Any, fmt: str | None) -> Self:
        """An array of this class over `data` as it is, without any check."""
        new = object.__new__(type(self))
        new.data = data
        new.format = fmt
        return new

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.data, dtype, copy=copy)


def rule(*functions: Callable[..., Any]) -> Callable[[Rule], Rule]:
    """Register a rule for NumPy functions."""

    def register(handler: Rule) -> Rule:
        RULES.update(dict.fromkeys(functions, handler))
        return handler

    return register


def is_symbolic(x: Any) -> bool:
    """Whether `x` stands for an array of a program that is being written."""
    return hasattr(type(x), "__dl_call__")


def bare(x: Any) -> Any:
    """The data of a labelled array; lists, tuples and dicts are looked through."""
    if isinstance(x, Labelled):
        return x.data
    if type(x) in (list, tuple):
        return type(x)(bare(i) for i in x)
    if type(x) is dict:
        return {k: bare(v) for k, v in x.items()}
    return x


def labelled_in(x: Any) -> list[Labelled]:
    """The labelled arrays in arguments, in order."""
    if isinstance(x, Labelled):
        return [x]
    if isinstance(x, dict):
        x = list(x.values())
    return [found for i in x for found in labelled_in(i)] if isinstance(x, list | tuple) else []


def rank(x: Any) -> int:
    """The number of dimensions of anything NumPy takes for an array."""
    n = getattr(x, "ndim", None)
    return np.ndim(x) if n is None else n


def align(*operands: Any) -> tuple[list[Any], str | None]:
    """Bare operands that broadcast as their labels say, and the labels of the result.

    Formatted operands meet label by label. An unformatted one is taken by position and has
    the same rank as the result, or is a scalar.
    """
    formats = {x.format for x in operands if isinstance(x, Labelled) and x.format}
    if not formats:
        return [bare(x) for x in operands], None
    fmt = union(*sorted(formats)) if len(formats) > 1 else next(iter(formats))
    return [_fit(x, fmt) for x in operands], fmt


def _fit(x: Any, fmt: str) -> Any:
    if isinstance(x, Labelled) and x.format:
        index = None if x.format == fmt else insertion(x.format, fmt)
        return x.data if index is None else x.data[index]
    data = bare(x)
    if rank(data) not in (0, len(fmt)):
        raise FormatError(
            f"an unformatted array with {rank(data)} dimensions meets labels {fmt!r}: give it "
            f"the same number of dimensions, or label it, as in dlarray(b, {fmt[0]!r})"
        )
    return data


def arrange(data: Any, source: str, target: str) -> Any:
    """`data` laid out as `source`, as a view laid out as `target` (`formats.arrangement`)."""
    axes, index = arrangement(source, target)
    if axes is not None:
        data = data.T if axes == (1, 0) else data.transpose(axes)
    return data if index is None else data[index]


def relabel(like: Labelled, result: Any, fmt: str | None) -> Any:
    """Label what a NumPy call returned: arrays alone, tuples and lists item by item."""
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return type(result)(*[relabel(like, r, fmt) for r in result])
    if isinstance(result, tuple | list):
        return type(result)([relabel(like, r, fmt) for r in result])
    if isinstance(result, np.ndarray | np.generic) or is_symbolic(result):
        return like.label(result, fmt)
    return result


def plain(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Call a function that knows nothing of labels; formatted operands are refused."""
    operands = labelled_in([args, kwargs])
    for x in operands:
        if x.format:
            name = _written(func)
            raise FormatError(
                f"{name} has no rule for labels ({x.format!r}): call it on stripdims(X) and "
                f"label the result with dlarray(Y, fmt)"
            )
    return relabel(operands[0], func(*bare(tuple(args)), **bare(kwargs)), None)


def _written(func: Callable[..., Any]) -> str:
    module = (getattr(func, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module.split('._')[0]}.{getattr(func, '__name__', func)}"


@lru_cache(1024)
def _parameters(func: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(func).parameters)


def bind(func: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a NumPy call by name, only those given."""
    return {**dict(zip(_parameters(func), args, strict=False)), **kwargs}


def first(func: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Take the first argument out of bound arguments."""
    return given.pop(_parameters(func)[0])


def number(axes: tuple[int, ...] | None) -> Any:
    """Axes as one writes them: a single one without its tuple."""
    return axes[0] if axes is not None and len(axes) == 1 else axes
