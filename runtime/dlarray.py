"""`dlarray`: an array whose dimensions have labels, and MATLAB's helpers around it.

A dlarray holds `data`, laid out in SCBTU order, and `format`, its labels or None. Labels never
touch values: every operation turns them into axis numbers (`labelled`) and leaves the rest to
NumPy. So the same code serves arrays and the symbolic values of a program being written.

Labels belong to the data: labelling, relabelling and stripping make views, never copies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import FormatError
from .formats import canonical, order, positions, validate
from .labelled import RULES
from .labelled.core import arrange, is_symbolic, plain
from .labelled.elementwise import call_ufunc
from .labelled.methods import Methods
from .labelled.operators import Operators

_CLASS = {"float64": "", "complex128": "", "float32": "single ", "complex64": "single ",
          "bool": "logical "}  # fmt: skip


class dlarray(Operators, Methods):
    """An array with labelled dimensions: ``dlarray(data, fmt=None)``.

    Args:
        data: numbers (array, list, scalar) or a dlarray, whose labels `fmt` replaces.
        fmt: one label per dimension of `data`, from S (spatial), C (channel), B (batch),
            T (time), U (unspecified); C, B and T at most once. The data is permuted to SCBTU
            order, as a view. More labels than dimensions add dimensions of size 1; trailing U
            dimensions of size 1 beyond the second are dropped. A single label makes a vector a
            1-D array. None: unformatted (or the labels that `data` has).

    Subscripts follow NumPy: slices keep a dimension and its label, integers drop both.
    In-place operations and item assignment change `data` itself, as with ndarrays.

    Raises:
        FormatError: bad labels, or fewer labels than dimensions.

    >>> dlarray(np.zeros((5, 4, 3, 2)), "TSSU").dims
    'SSTU'
    """

    __slots__ = ()

    def __init__(self, data: Any, fmt: str | None = None) -> None:
        if isinstance(data, dlarray):
            data, fmt = data.data, data.format if fmt is None else fmt
        self.data = data if is_symbolic(data) else _numeric(data)
        self.format = None
        if fmt is not None and validate(fmt):
            self.data, self.format = _labelled(self.data, fmt)

    @property
    def dims(self) -> str:
        """The labels, or ``""`` if there are none."""
        return self.format or ""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return RULES.get(func, plain)(func, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and hasattr(np.ndarray, name):
            raise AttributeError(f"dlarray has no {name}; use extractdata(x).{name}")
        raise AttributeError(f"dlarray has no attribute {name!r}")

    def __reduce__(self) -> Any:
        return _restored, (self.data, self.format)

    def __copy__(self) -> dlarray:
        return self.copy()

    def __repr__(self) -> str:
        return f"{_header(self)}\n\n{self.data}"


def _restored(data: Any, fmt: str | None) -> dlarray:
    new = object.__new__(dlarray)
    new.data, new.format = data, fmt
    return new


def _numeric(data: Any) -> Any:
    bare = type(data) is np.ndarray or isinstance(data, np.generic)
    array = data if bare else np.asarray(data)
    if array.dtype.kind not in "fcbiu":
        raise TypeError(f"dlarray holds numbers, not {array.dtype.name} data")
    return array


def _labelled(data: Any, fmt: str) -> tuple[Any, str]:
    """The data in canonical order with one dimension per label."""
    ndim = data.ndim
    if ndim == 2 and len(fmt) == 1 and 1 in _known(data):
        data, ndim = data.reshape(-1), 1
    if ndim > len(fmt):
        raise FormatError(
            f"fmt={fmt!r} has {len(fmt)} labels for data with {ndim} dimensions: "
            f"write one label per dimension, U where none fits"
        )
    if ndim < len(fmt):
        data = data[(..., *[None] * (len(fmt) - ndim))]
    data = arrange(data, fmt, canonical(fmt)) if order(fmt) != tuple(range(len(fmt))) else data
    return _trimmed(data, canonical(fmt))


def _trimmed(data: Any, fmt: str) -> tuple[Any, str]:
    """Without trailing U dimensions of size 1 beyond the second."""
    n = len(fmt)
    if n < 3 or fmt[-1] != "U":
        return data, fmt
    sizes = _known(data)
    while n > 2 and fmt[n - 1] == "U" and sizes[n - 1] == 1:
        n -= 1
    return (data, fmt) if n == len(fmt) else (data.squeeze(tuple(range(n, len(fmt)))), fmt[:n])


def _known(data: Any) -> tuple[int | None, ...]:
    """The sizes that are plain integers; None where a program is being written for any size."""
    return tuple(n if isinstance(n, int) else None for n in data.shape)


def _header(x: dlarray) -> str:
    name = _CLASS.get(x.dtype.name, f"{x.dtype.name} ") + "dlarray"
    if x.format:
        sizes = " x ".join(f"{n}({c})" for n, c in zip(x.shape, x.format, strict=True))
    else:
        sizes = "x".join(map(str, x.shape or (1, 1)))
    return f"{sizes} {name}"


def isdlarray(x: Any) -> bool:
    """Whether `x` is a dlarray."""
    return isinstance(x, dlarray)


def dims(x: Any) -> str:
    """The labels of `x`; ``""`` if it has none."""
    return getattr(x, "dims", "") if isinstance(x, dlarray) else ""


def finddim(x: Any, label: str) -> tuple[int, ...]:
    """The axis numbers with that label, in order; ``()`` if there are none."""
    return tuple(i for c in validate(label, "label") for i in positions(dims(x), c))


def stripdims(x: Any, fmt: str | None = None) -> Any:
    """The same data without labels, as a view.

    With `fmt`, dimensions come in the order of `fmt`, which must hold every label of `x`;
    labels that `x` lacks become dimensions of size 1. Unformatted `x`, or an empty `fmt`,
    returns `x` unchanged.
    """
    if not isinstance(x, dlarray) or x.format is None or fmt == "":
        return x
    return x.label(x.data if fmt is None else arrange(x.data, x.format, validate(fmt)), None)


def extractdata(x: Any) -> Any:
    """The bare data of a dlarray, in canonical order; anything else as it is."""
    return x.data if isinstance(x, dlarray) else x


def size(x: Any, dim: str | int | None = None) -> Any:
    """The shape of `x`, or its size along a label or axis number.

    A label that `x` lacks has size 1; several labels ("SC", or S twice) give a tuple.
    """
    shape = np.shape(x)
    if dim is None:
        return shape
    if not isinstance(dim, str):
        return shape[dim]
    labels = validate(dim, "dim")
    axes = [finddim(x, c) or (None,) for c in labels]
    sizes = tuple(1 if a is None else shape[a] for group in axes for a in group)
    return sizes[0] if len(sizes) == 1 else sizes
