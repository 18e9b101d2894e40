"""The fully connected operation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import FormatError
from ..formats import LABELS
from ..labelled.core import arrange, is_symbolic, rank
from .inputs import data_of, format_of, layout, wrapped
from .options import dlfunction


@dlfunction
def fullyconnect(X: Any, W: Any, b: Any = None, *, DataFormat: str | None = None) -> Any:
    """``W * X + b``, summing over the S, C and U dimensions of X.

    Args:
        X: formatted data, or unformatted with ``DataFormat``.
        W: unformatted weights, n x features (features: the S, C and U dimensions of X flattened
            in C order, S first), or n x the size of each of these dimensions.
        b: bias of size n or n x 1, a scalar, or None.
        DataFormat: the labels of unformatted X.

    Returns:
        n channels (C) for every observation (B) and time step (T), labelled in SCBTU order;
        for unformatted X unformatted, in the caller's order of dimensions.

    Raises:
        FormatError: X has no labels, W has, or W does not fit.
    """
    fmt = layout(X, DataFormat, "X", "fullyconnect")
    weights, bias = _plain(W, "W", ""), _plain(b, "b", "C")
    _check(data_of(X), fmt, weights)
    target = _result_format(fmt)
    if fmt == "BC" and rank(weights) == 2:
        return wrapped(_add(data_of(X) @ weights.T, bias, last=True), None, X, W, b)
    Y = _add(_contracted(data_of(X), fmt, weights), bias)
    laid = "C" + "".join(c for c in fmt if c in "BT")
    out = target if format_of(X) else None
    return wrapped(arrange(Y, laid, target), out, X, W, b)


def _plain(x: Any, name: str, allowed: str) -> Any:
    fmt = format_of(x)
    if fmt and fmt != allowed:
        raise FormatError(f"fullyconnect: {name} takes no labels; write stripdims({name})")
    return None if x is None else data_of(x)


def _result_format(fmt: str) -> str:
    """The labels left, C standing where it stood, else where the first summed dimension was."""
    summed = [c for c in fmt if c in "SU"]
    if "C" not in fmt:
        fmt = fmt.replace(summed[0], "C", 1) if summed else "C" + fmt
    return "".join(c for c in fmt if c in "CBT")


def _check(x: Any, fmt: str, W: Any) -> None:
    """Refuse weights of a wrong rank, and of wrong sizes where sizes are known."""
    n = sum(c in "SCU" for c in fmt)
    if rank(W) not in (2, n + 1):
        raise FormatError(
            f"fullyconnect: W has {rank(W)} dimensions; for X labelled {fmt!r} it needs 2 "
            f"(n x features)" + (f" or {n + 1}" if n > 1 else "")
        )
    if is_symbolic(x) or is_symbolic(W):
        return
    sizes = tuple(x.shape[i] for i in _features(fmt))
    if W.shape[1:] not in (sizes, (math.prod(sizes),)):
        raise ValueError(
            f"fullyconnect: W of size {W.shape} has {math.prod(W.shape[1:])} inputs, but X has "
            f"{math.prod(sizes)} features, sizes {sizes} of its S, C and U dimensions"
        )


def _features(fmt: str) -> list[int]:
    """The dimensions that are summed, in canonical order of their labels."""
    return sorted((i for i, c in enumerate(fmt) if c in "SCU"), key=lambda i: LABELS.index(fmt[i]))


def _contracted(x: Any, fmt: str, W: Any) -> Any:
    """The product, laid out as channels and then the other dimensions in their order."""
    features = _features(fmt)
    axes = (*features, *(i for i, c in enumerate(fmt) if c in "BT"))
    if axes != tuple(range(len(fmt))):
        x = x.T if axes == (1, 0) else x.transpose(axes)
    n = len(features)
    if rank(W) != n + 1:
        x, n = x.reshape(W.shape[1], *[x.shape[i] for i in range(n, len(fmt))]), 1
    return W @ x if n == 1 and x.ndim <= 2 else np.tensordot(W, x, axes=n)


def _add(y: Any, b: Any, last: bool = False) -> Any:
    """Add a bias of size n or n x 1 to the channels, the first dimension (or the last)."""
    if b is None:
        return y
    n = rank(b)
    if n > 2:
        raise FormatError(f"fullyconnect: b has {n} dimensions; it is a vector of n values")
    if n == 0 or y.ndim == n == 1:
        return y + b
    if last:
        return y + (b if n == 1 else b.T)
    return y + (b[:, 0] if y.ndim == 1 else b if y.ndim == n else b[(..., *[None] * (y.ndim - n))])
