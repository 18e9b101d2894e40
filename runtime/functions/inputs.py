"""How the functions of the library read their array arguments.

A formatted argument says what its dimensions are. An unformatted one needs ``DataFormat``; then
it stays in the caller's order of dimensions, and so does the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..dlarray import dlarray
from ..errors import FormatError
from ..formats import positions, validate
from ..labelled.core import arrange, is_symbolic, rank


def data_of(x: Any) -> Any:
    """The bare array in a dlarray, an array or a list; Python numbers stay (and float32 too)."""
    if isinstance(x, dlarray):
        return x.data
    known = isinstance(x, np.ndarray | np.generic | int | float | complex)
    return x if known or is_symbolic(x) else np.asarray(x)


def format_of(x: Any) -> str | None:
    """The labels of a formatted dlarray; None for anything else."""
    return x.format if isinstance(x, dlarray) else None


def layout(x: Any, DataFormat: str | None, name: str, function: str) -> str:
    """The labels of the dimensions of `x` as they lie, from `x` itself or from ``DataFormat``."""
    fmt = format_of(x)
    if DataFormat is not None:
        validate(DataFormat, "DataFormat")
    if fmt is None:
        return _given(x, DataFormat, name, function)
    if DataFormat not in (None, fmt):
        raise FormatError(
            f"{function}: {name} is labelled {fmt!r} already; leave DataFormat={DataFormat!r} out"
        )
    return fmt


def _given(x: Any, fmt: str | None, name: str, function: str) -> str:
    if fmt is None:
        raise FormatError(
            f"{function}: {name} has no labels; write {function}(dlarray({name}, fmt), ...) or "
            f'give DataFormat=, as in DataFormat="CB"'
        )
    n = rank(data_of(x))
    if n != len(fmt):
        raise FormatError(
            f"{function}: {name} has {n} dimensions, but DataFormat={fmt!r} has {len(fmt)} labels"
        )
    return fmt


def meeting(target: str, x: Any, fmt: str | None, name: str, option: str | None) -> Any:
    """`x` as a bare array whose dimensions meet those of data laid out as `target`.

    Labels come from `x` or from `fmt`; without any, `x` is a scalar or is taken by position.
    `option` names the keyword that gives labels to this argument.
    """
    data, source = data_of(x), format_of(x)
    if source is None and fmt is not None:
        source = _given(x, validate(fmt, option or "fmt"), name, name)
    if source is not None:
        return data if source == target else _arranged(data, source, target, name)
    if rank(data) not in (0, len(target)):
        how = f'{option}=, as in {option}="C"' if option else "a dlarray with labels"
        raise FormatError(
            f"{name} has {rank(data)} dimensions where {len(target)} are labelled {target!r}: "
            f"give it as many, or say which they are with {how}"
        )
    return data


def _arranged(data: Any, source: str, target: str, name: str) -> Any:
    try:
        return arrange(data, source, target)
    except FormatError as error:
        raise FormatError(f"{name}: {error}") from None


def axis_of(fmt: str, label: str) -> int | None:
    """The axis with that label, or None."""
    found = positions(fmt, label)
    return found[0] if found else None


def wrapped(result: Any, fmt: str | None, *inputs: Any) -> Any:
    """`result` as a dlarray if an input was one: with labels `fmt` if one was formatted."""
    if not any(isinstance(x, dlarray) for x in inputs):
        return result
    labelled = any(format_of(x) for x in inputs)
    return dlarray(result, fmt) if labelled and fmt else dlarray(result)

