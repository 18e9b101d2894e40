"""The methods and attributes of NumPy's arrays, on labelled ones.

`axis` is a number or labels everywhere; see `reductions` for what happens to the labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .core import Labelled, bare, relabel
from .products import product
from .reductions import method
from .shaping import check_order, squeezed


class Methods(Labelled):
    """What ``x.name(...)`` does."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes, in canonical order of the labels."""
        return self.data.shape

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the data."""
        return self.data.dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.data.size

    @property
    def nbytes(self) -> int:
        """The bytes of the elements."""
        return self.data.nbytes

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.data.itemsize

    @property
    def real(self) -> Any:
        """The real part, as a view."""
        return self.label(self.data.real, self.format)

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return self.label(self.data.imag, self.format)

    @property
    def T(self) -> Any:
        """The transpose; labelled data must allow it (equal labels), else strip first."""
        return self.transpose()

    @property
    def mT(self) -> Any:
        """The last two dimensions swapped; labels must allow it."""
        return np.matrix_transpose(self)  # type: ignore[call-overload]

    def sum(self, axis: Any = None, **options: Any) -> Any:
        """``np.sum``."""
        return method(self, "sum", {"axis": axis, **options})

    def mean(self, axis: Any = None, **options: Any) -> Any:
        """``np.mean``."""
        return method(self, "mean", {"axis": axis, **options})

    def prod(self, axis: Any = None, **options: Any) -> Any:
        """``np.prod``."""
        return method(self, "prod", {"axis": axis, **options})

    def max(self, axis: Any = None, **options: Any) -> Any:
        """``np.max``."""
        return method(self, "max", {"axis": axis, **options})

    def min(self, axis: Any = None, **options: Any) -> Any:
        """``np.min``."""
        return method(self, "min", {"axis": axis, **options})

    def var(self, axis: Any = None, **options: Any) -> Any:
        """``np.var``."""
        return method(self, "var", {"axis": axis, **options})

    def std(self, axis: Any = None, **options: Any) -> Any:
        """``np.std``."""
        return method(self, "std", {"axis": axis, **options})

    def any(self, axis: Any = None, **options: Any) -> Any:
        """``np.any``."""
        return method(self, "any", {"axis": axis, **options})

    def all(self, axis: Any = None, **options: Any) -> Any:
        """``np.all``."""
        return method(self, "all", {"axis": axis, **options})

    def argmax(self, axis: Any = None, **options: Any) -> Any:
        """``np.argmax``."""
        return method(self, "argmax", {"axis": axis, **options})

    def argmin(self, axis: Any = None, **options: Any) -> Any:
        """``np.argmin``."""
        return method(self, "argmin", {"axis": axis, **options})

    def cumsum(self, axis: Any = None, **options: Any) -> Any:
        """``np.cumsum``."""
        return np.cumsum(self, axis=axis, **options)

    def cumprod(self, axis: Any = None, **options: Any) -> Any:
        """``np.cumprod``."""
        return np.cumprod(self, axis=axis, **options)

    def take(self, indices: Any, axis: Any = None, **options: Any) -> Any:
        """``np.take``."""
        return np.take(self, indices, axis=axis, **options)

    def repeat(self, repeats: Any, axis: Any = None) -> Any:
        """``np.repeat``."""
        return np.repeat(self, repeats, axis=axis)

    def clip(self, *args: Any, **options: Any) -> Any:
        """``np.clip``."""
        return np.clip(self, *args, **options)

    def round(self, decimals: int = 0) -> Any:
        """``np.round``."""
        return np.round(self, decimals)

    def squeeze(self, axis: Any = None) -> Any:
        """Dimensions of size 1 go with their labels."""
        return squeezed(self, axis)

    def reshape(self, *shape: Any, **options: Any) -> Any:
        """The same elements in C order in another shape, without labels."""
        return self.label(self.data.reshape(*bare(shape), **options), None)

    def ravel(self) -> Any:
        """The elements in C order, without labels."""
        return self.label(self.data.ravel(), None)

    def flatten(self) -> Any:
        """A copy of the elements in C order, without labels."""
        return self.label(self.data.flatten(), None)

    def transpose(self, *axes: Any) -> Any:
        """Dimensions in another order; labelled data may only swap equal labels."""
        if self.format:
            order = axes[0] if len(axes) == 1 and axes[0] is not None else axes
            check_order(self.format, tuple(order) or range(self.ndim)[::-1])
        return self.label(self.data.transpose(*axes) if axes else self.data.T, self.format)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """``np.swapaxes``."""
        return np.swapaxes(self, axis1, axis2)

    def astype(self, dtype: Any, **options: Any) -> Any:
        """The data as another dtype, labels kept."""
        return self.label(self.data.astype(dtype, **options), self.format)

    def copy(self) -> Any:
        """An array of its own, labels kept."""
        return self.label(self.data.copy(), self.format)

    def conj(self) -> Any:
        """The complex conjugate."""
        return self.label(self.data.conj(), self.format)

    conjugate = conj

    def dot(self, other: Any) -> Any:
        """``self @ other`` for matrices and vectors; scaling for a scalar."""
        if self.format:
            return product(self, self, other)
        return relabel(self, self.data.dot(bare(other)), None)

    def trace(self) -> Any:
        """``np.trace``."""
        return np.trace(self)

    def diagonal(self) -> Any:
        """``np.diagonal``."""
        return np.diagonal(self)

    def nonzero(self) -> Any:
        """``np.nonzero``: index arrays, without labels."""
        return np.nonzero(self)

    def item(self, *args: Any) -> Any:
        """One element as a Python scalar."""
        return self.data.item(*args)

    def tolist(self) -> Any:
        """The elements as nested lists."""
        return self.data.tolist()

    def fill(self, value: Any) -> None:
        """Set all elements."""
        self.data.fill(bare(value))
