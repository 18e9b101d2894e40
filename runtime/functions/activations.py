"""Activation functions. Elementwise ones take any array and keep its labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dlarray import dlarray
from ..errors import FormatError
from ..formats import axes_of
from ..kernels import activations as kernels
from ..labelled.core import number
from .inputs import axis_of, data_of, format_of, layout
from .options import choice, dlfunction


def _each(kernel: Callable[..., Any], X: Any, *args: Any) -> Any:
    result = kernel(data_of(X), *args)
    return X.label(result, X.format) if isinstance(X, dlarray) else result


@dlfunction
def relu(X: Any) -> Any:
    """max(X, 0), element by element; the slope at 0 is 0."""
    return _each(kernels.relu, X)


@dlfunction
def leakyrelu(X: Any, scale: Any = 0.01) -> Any:
    """X where it is positive and ``scale * X`` elsewhere; the slope at 0 is `scale`."""
    return _each(kernels.leakyrelu, X, data_of(scale) if isinstance(scale, dlarray) else scale)


@dlfunction
def sigmoid(X: Any) -> Any:
    """1 / (1 + exp(-X)), element by element."""
    return _each(kernels.sigmoid, X)


@dlfunction
def tanh(X: Any) -> Any:
    """The hyperbolic tangent, element by element."""
    return _each(np.tanh, X)


@dlfunction
def gelu(X: Any, *, Approximation: str = "none") -> Any:
    """X / 2 * (1 + erf(X / sqrt(2))), or with ``Approximation="tanh"`` its usual stand-in."""
    exact = choice("Approximation", Approximation, ("none", "tanh")) == "none"
    return _each(kernels.gelu if exact else kernels.gelu_tanh, X)


@dlfunction
def softmax(X: Any, *, DataFormat: str | None = None, axis: Any = None) -> Any:
    """exp(X) / sum(exp(X)), the sum over the C dimension.

    Unformatted data needs ``DataFormat``, or `axis` with axis numbers (or labels, if it has
    some) to sum over instead of C. The result is laid out and labelled as X.

    Raises:
        FormatError: X has no labels and none are given, or no C dimension.
    """
    return _each(kernels.softmax, X, _channels(X, DataFormat, axis, "softmax"))


@dlfunction
def logsoftmax(X: Any, *, DataFormat: str | None = None, axis: Any = None) -> Any:
    """log(softmax(X)), computed without underflow; see `softmax` for the arguments."""
    return _each(kernels.logsoftmax, X, _channels(X, DataFormat, axis, "logsoftmax"))


def _channels(X: Any, fmt: str | None, axis: Any, function: str) -> Any:
    """The axis number of the channels, or the given axis."""
    if axis is not None:
        return number(axes_of(fmt or format_of(X), axis)[0])
    fmt = layout(X, fmt, "X", function)
    found = axis_of(fmt, "C")
    if found is None:
        raise FormatError(f"{function}: X is labelled {fmt!r} and has no C dimension; give axis=")
    return found
