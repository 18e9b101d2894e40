"""Values as Python text that means the same value, to the bit: for files that others will read.

NumPy is `np` in these texts; whoever uses one sees to the import.
"""

from __future__ import annotations

import io
import math
import tokenize
from typing import Any

import numpy as np

LARGEST = 1000
"""Entries of an array that may still be spelled out."""

CONTAINERS = (tuple, list, dict, set, frozenset)


class NotLiteral(Exception):
    """A value that has no text; the message says why."""


def spelled(x: Any, deep: int = 0) -> str:
    """The text of a value.

    Raises:
        NotLiteral: if it has none.
    """
    kind = type(x)
    if deep > 20:
        raise NotLiteral("it is nested too deeply")
    if x is None or x is Ellipsis or kind in (bool, int, str, bytes, range):
        return "..." if x is Ellipsis else repr(x)
    if kind in (float, complex):
        return number(x)
    if kind is slice:
        return f"slice({', '.join(spelled(v, deep + 1) for v in (x.start, x.stop, x.step))})"
    if isinstance(x, np.dtype):
        return dtype_text(x)
    if isinstance(x, np.generic):
        return f"{dtype_text(x.dtype)}.type({entry(x)})"
    if kind is np.ndarray:
        return array(x)
    if kind in CONTAINERS:
        return container(x, deep)
    raise NotLiteral(f"it is a {kind.__name__}")


def number(x: complex) -> str:
    """A float or complex number; `repr` has no text for what is not finite."""
    if isinstance(x, float):
        return repr(x) if math.isfinite(x) else f'float("{x}")'
    if math.isfinite(x.real) and math.isfinite(x.imag) and complex(repr(x)) == x and not _negative_zero(x):
        return repr(x)
    return f"complex({number(x.real)}, {number(x.imag)})"


def _negative_zero(x: complex) -> bool:
    return any(part == 0 and math.copysign(1, part) < 0 for part in (x.real, x.imag))


def dtype_text(dtype: np.dtype[Any]) -> str:
    """A dtype of numbers, booleans or strings.

    Raises:
        NotLiteral: for other dtypes, and for those wider than Python's numbers.
    """
    if dtype.kind not in "biufcSU" or dtype.kind in "fc" and dtype.itemsize > np.dtype(float).itemsize * (
            1 + (dtype.kind == "c")):  # fmt: skip
        raise NotLiteral(f"its dtype is {dtype}")
    name = dtype.name if dtype.isnative and dtype.kind not in "SU" else dtype.str
    return f'np.dtype("{name}")'


def entry(x: Any) -> str:
    """One entry of an array."""
    value = x.item()
    return number(value) if isinstance(value, (float, complex)) else repr(value)


def array(x: np.ndarray[Any, Any]) -> str:
    """An array, in its memory order, since sums depend on it."""
    if x.size > LARGEST:
        raise NotLiteral(f"it is an array of {x.size} numbers")
    dtype = dtype_text(x.dtype)
    name = dtype[len('np.dtype("') : -len('")')]
    if x.size == 0:
        return f'np.zeros({x.shape}, dtype="{name}")'
    order = ', order="F"' if x.flags.f_contiguous and not x.flags.c_contiguous else ""
    usual = x.dtype in (np.dtype(float), np.dtype(complex), np.dtype(bool)) and order == ""
    kind = "" if usual else f', dtype="{name}"'
    return f"np.array({nested(x)}{kind}{order})"


def nested(x: Any) -> str:
    """The entries of an array as nested lists."""
    if x.ndim == 0:
        return entry(x)
    return f"[{', '.join(nested(row) if x.ndim > 1 else entry(row) for row in x)}]"


def container(x: Any, deep: int) -> str:
    """A tuple, list, dict or set of values that have texts."""
    if isinstance(x, dict):
        return "{" + ", ".join(f"{spelled(k, deep + 1)}: {spelled(v, deep + 1)}" for k, v in x.items()) + "}"
    texts = [spelled(v, deep + 1) for v in x]
    if isinstance(x, list):
        return f"[{', '.join(texts)}]"
    if isinstance(x, tuple):
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
    texts.sort()
    inside = "{" + ", ".join(texts) + "}" if texts else ""
    return f"frozenset({inside})" if isinstance(x, frozenset) else inside or "set()"


def double_quoted(text: str) -> str:
    """An expression on one line, with double quotes around its strings where they need no escape."""
    if "'" not in text:
        return text
    out, at = [], 0
    for token in tokens_of(text):
        if token.type == tokenize.STRING and token.string.startswith("'") and not set('"\\') & set(token.string):
            out += [text[at : token.start[1]], f'"{token.string[1:-1]}"']
            at = token.end[1]
    return "".join([*out, text[at:]])


def tokens_of(text: str) -> list[tokenize.TokenInfo]:
    """The tokens of one line; none if it is not a whole line of Python."""
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
