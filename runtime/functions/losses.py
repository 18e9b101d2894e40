"""Loss functions: sums over all dimensions, divided by the number of observations (B) alone.

Predictions Y are formatted, or unformatted with ``DataFormat``; targets T have the size of Y and
are taken by label or by position. The result is an unformatted scalar.

Options of all but `mse`:
    W: weights that multiply the losses: labelled, or with ``WeightsFormat`` (a vector with
        ``WeightsFormat="C"``: one weight per class), else by position.
    Mask: multiplies the losses as well.
    Reduction: "sum", or "none" for the single losses, laid out and labelled as Y.
    NormalizationFactor: what divides the sum: "batch-size", "all-elements", "mask-included"
        (the sum of the mask) or "none".
    DataFormat: the labels of unformatted Y (and T, Mask, which then are laid out alike).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..errors import FormatError
from ..kernels import losses as kernels
from .inputs import axis_of, data_of, format_of, layout, meeting, wrapped
from .options import choice, dlfunction, sharing

FACTORS = ("batch-size", "all-elements", "mask-included", "none")


@dataclass(frozen=True)
class _Loss:
    """One call: bare predictions and targets, what multiplies and what divides."""

    Y: Any
    T: Any
    fmt: str
    labels: str | None
    given: tuple[Any, ...]
    weights: Any
    mask: Any
    reduction: str
    factor: str

    @property
    def batch(self) -> int | None:
        """The axis of the observations if the loss is divided by their number."""
        return axis_of(self.fmt, "B") if self.factor == "batch-size" else None

    @property
    def simple(self) -> bool:
        """Whether nothing multiplies the terms, and they are summed."""
        return self.weights is None and self.mask is None and self.reduction == "sum"

    def summed(self, total: Callable[..., Any], terms: Callable[..., Any]) -> Any:
        """The loss by one kernel if it is simple, else by its terms."""
        if not self.simple:
            return self.reduced(terms(self.Y, self.T))
        if self.batch is None:
            return wrapped(self._divided(total(self.Y, self.T)), None, *self.given)
        return wrapped(total(self.Y, self.T, batch=self.batch), None, *self.given)

    def reduced(self, terms: Any) -> Any:
        """Weighted, masked, summed and divided as the options say."""
        for factor in (self.weights, self.mask):
            terms = terms if factor is None else terms * factor
        if self.reduction == "none":
            return wrapped(terms, self.labels, *self.given)
        return wrapped(self._divided(terms.sum()), None, *self.given)

    def _divided(self, value: Any) -> Any:
        if self.factor == "mask-included" and self.mask is not None:
            return value / _total(self.mask, self.Y.dtype)
        if self.factor in ("all-elements", "mask-included"):
            return value / self.Y.size
        return value if self.batch is None else value / self.Y.shape[self.batch]


def _total(mask: Any, dtype: Any) -> Any:
    """The sum of a mask; not as an integer, which would turn a float32 loss into float64."""
    exact = getattr(mask, "dtype", dtype).kind == "f"
    return np.sum(mask) if exact else np.sum(mask, dtype=dtype)


def _opened(
    function: str,
    Y: Any,
    T: Any,
    W: Any = None,
    *,
    Mask: Any = None,
    Reduction: str = "sum",
    NormalizationFactor: str = "batch-size",
    DataFormat: str | None = None,
    WeightsFormat: str | None = None,
) -> _Loss:
    choice("Reduction", Reduction, ("sum", "none"))
    choice("NormalizationFactor", NormalizationFactor, FACTORS)
    fmt, labels = _layout(function, Y, T, DataFormat)
    meet = partial(meeting, fmt)
    weights = None if W is None else meet(W, WeightsFormat, "W", "WeightsFormat")
    mask = None if Mask is None else meet(Mask, None, "Mask", None)
    return _Loss(data_of(Y), meet(T, None, "T", None), fmt, labels, (Y, T), weights, mask,
                 Reduction, NormalizationFactor)  # fmt: skip


def _layout(function: str, Y: Any, T: Any, fmt: str | None) -> tuple[str, str | None]:
    """How Y lies, and the labels of a result like Y (None: the caller's own order)."""
    if format_of(Y):
        fmt = layout(Y, fmt, "Y", function)
        return fmt, fmt
    if fmt is None and format_of(T):
        fmt = layout(T, None, "T", function)
        meeting(fmt, Y, None, "Y", "DataFormat")
        return fmt, fmt
    return layout(Y, fmt, "Y", function), None


@sharing(_opened)
def crossentropy(
    Y: Any,
    T: Any,
    W: Any = None,
    *,
    ClassificationMode: str = "single-label",
    TargetCategories: str | None = None,
    **options: Any,
) -> Any:
    """``-sum(W * T * log(Y)) / N`` for probabilities Y, as `softmax` gives them.

    With ``ClassificationMode="multilabel"`` every class is a question of its own:
    ``-sum(W * (T * log(Y) + (1 - T) * log(1 - Y))) / N``. ``TargetCategories`` "exclusive" and
    "independent" are its older names. The other options are those of the module.
    """
    mode = choice("ClassificationMode", ClassificationMode, ("single-label", "multilabel"))
    if TargetCategories is not None:
        mode = choice("TargetCategories", TargetCategories, ("exclusive", "independent"))
    call = _opened("crossentropy", Y, T, W, **options)
    if mode in ("multilabel", "independent"):
        return call.reduced(kernels.binary_crossentropy_terms(call.Y, call.T))
    return call.summed(kernels.crossentropy, kernels.crossentropy_terms)


@dlfunction
def mse(Y: Any, T: Any, *, DataFormat: str | None = None) -> Any:
    """Half the squared error, ``sum((Y - T) ** 2) / (2 * N)``."""
    call = _opened("mse", Y, T, DataFormat=DataFormat)
    return call.summed(kernels.mse, kernels.squared_error)


@sharing(_opened)
def l2loss(Y: Any, T: Any, W: Any = None, **options: Any) -> Any:
    """The squared error, ``sum(W * (Y - T) ** 2) / N``; options of the module."""
    call = _opened("l2loss", Y, T, W, **options)
    return call.summed(kernels.l2loss, kernels.squared_error)


@sharing(_opened)
def l1loss(Y: Any, T: Any, W: Any = None, **options: Any) -> Any:
    """The absolute error, ``sum(W * abs(Y - T)) / N``; options of the module."""
    call = _opened("l1loss", Y, T, W, **options)
    return call.summed(kernels.l1loss, kernels.absolute_error)


@sharing(_opened)
def huber(Y: Any, T: Any, W: Any = None, *, TransitionPoint: Any = 1, **options: Any) -> Any:
    """``sum(W * h(abs(Y - T))) / N`` with h(d) = d ** 2 / 2 up to ``TransitionPoint``.

    Beyond it h goes on as a straight line. Other options of the module.
    """
    call = _opened("huber", Y, T, W, **options)

    def total(Y: Any, T: Any, **batch: Any) -> Any:
        return kernels.huber(Y, T, TransitionPoint, **batch)

    return call.summed(total, lambda Y, T: kernels.huber_terms(Y, T, TransitionPoint))


@dlfunction
def indexcrossentropy(
    Y: Any,
    targets: Any,
    W: Any = None,
    *,
    MaskIndex: int | None = None,
    Reduction: str = "sum",
    NormalizationFactor: str = "batch-size",
    DataFormat: str | None = None,
    WeightsFormat: str | None = None,
) -> Any:
    """``-sum(W[k] * log(Y[k])) / N``, where k is the class that `targets` names, from 0.

    Args:
        Y: probabilities, formatted or with ``DataFormat``.
        targets: class numbers, laid out as Y with C of size 1 (or labelled, without C).
        W: weights of the classes; see the module.
        MaskIndex: targets with this number are ignored; N stays the number of observations.
        Reduction: "sum", or "none" for the losses of the targets.
        NormalizationFactor: "batch-size", "all-elements" (the number of targets),
            "target-included" (of those that are not ignored) or "none".
    """
    factors = ("batch-size", "all-elements", "target-included", "none")
    factor = choice("NormalizationFactor", NormalizationFactor, factors)
    call = _opened("indexcrossentropy", Y, targets, W, Reduction=Reduction, DataFormat=DataFormat,
                   WeightsFormat=WeightsFormat)  # fmt: skip
    axis = axis_of(call.fmt, "C")
    if axis is None:
        raise FormatError(f"indexcrossentropy: Y is labelled {call.fmt!r} and has no C dimension")
    ignored = () if MaskIndex is None else (MaskIndex,)
    terms = kernels.indexcrossentropy_terms(call.Y, call.T, axis, *ignored)
    if call.weights is not None:
        of_class = kernels.class_mask(call.T, call.Y, axis) * call.weights
        terms = terms * of_class.sum(axis=axis, keepdims=True)
    if Reduction == "none":
        return wrapped(terms, call.labels, Y, targets)
    return wrapped(_averaged(terms.sum(), call, factor, MaskIndex), None, Y, targets)


def _averaged(total: Any, call: _Loss, factor: str, ignored: int | None) -> Any:
    targets = call.T
    if factor == "target-included" and ignored is not None:
        return total / (targets != ignored).sum(dtype=call.Y.dtype)
    if factor in ("all-elements", "target-included"):
        return total / targets.size
    return total / call.Y.shape[call.batch] if factor == "batch-size" and "B" in call.fmt else total
