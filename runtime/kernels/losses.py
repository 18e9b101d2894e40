"""Loss functions on bare arrays, predictions Y and targets T of one size.

`batch` is the axis of the observations, whose number divides the sum; None divides by nothing.
The `..._terms` are the losses of single elements, for weights and masks. Logarithms are taken of
values bounded away from 0, so that a probability that underflowed costs much, not infinity.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def check_sizes(Y: Any, T: Any) -> None:
    """Refuse predictions and targets that would only meet by broadcasting."""
    if np.shape(Y) != np.shape(T):
        raise ValueError(
            f"targets of size {np.shape(T)} do not match predictions of size {np.shape(Y)}"
        )


@kernel
def bounded(p: Any) -> Any:
    """Values p >= 0 kept so far from 0 that log(p) and weighted 1 / p stay finite."""
    return np.maximum(p, np.finfo(np.result_type(p, np.float16)).tiny ** 0.9)


@kernel
def mean_over(total: Any, Y: Any, batch: Any) -> Any:
    """A sum of losses divided by the number of observations in Y."""
    return total if batch is None else total / Y.shape[batch]


@kernel
def crossentropy(Y: Any, T: Any, batch: Any = None) -> Any:
    """-sum(T * log(Y)), Y being probabilities."""
    return mean_over(crossentropy_terms(Y, T).sum(), Y, batch)


@kernel
def crossentropy_terms(Y: Any, T: Any) -> Any:
    """-T * log(Y)."""
    check_sizes(Y, T)
    return -T * np.log(bounded(Y))


@kernel
def binary_crossentropy_terms(Y: Any, T: Any) -> Any:
    """-(T * log(Y) + (1 - T) * log(1 - Y))."""
    check_sizes(Y, T)
    return -(T * np.log(bounded(Y)) + (1 - T) * np.log(bounded(1 - Y)))


@kernel
def indexcrossentropy_terms(Y: Any, targets: Any, axis: Any, mask_index: Any = None) -> Any:
    """-log of the probability of the class in `targets`, which have size 1 along `axis`.

    0 where a target is `mask_index`, NaN where it is no whole number.
    """
    ignored = targets == mask_index if mask_index is not None else np.zeros(targets.shape, bool)
    whole = np.floor(targets) == targets
    index = np.where(whole & ~ignored, targets, 0).astype(int)
    if tuple(np.delete(index.shape, axis)) != tuple(np.delete(Y.shape, axis)):
        raise ValueError(f"targets of size {index.shape} do not match size {Y.shape}")
    if np.any(index < 0) or np.any(index >= Y.shape[axis]):
        raise ValueError(f"a target class is outside 0 to {Y.shape[axis] - 1}")
    loss = -np.log(bounded(np.take_along_axis(Y, index, axis)))
    return np.where(ignored, 0, np.where(whole, loss, np.nan))


@kernel
def class_mask(targets: Any, Y: Any, axis: Any, mask_index: Any = None) -> Any:
    """Where Y holds the probability of the class that `targets` names; nowhere if ignored."""
    classes = np.arange(Y.shape[axis]).reshape([-1] + [1] * (Y.ndim - 1 - axis % Y.ndim))
    hit = classes == targets
    return hit if mask_index is None else hit & (targets != mask_index)


@kernel
def squared_error(Y: Any, T: Any) -> Any:
    """(Y - T) ** 2."""
    check_sizes(Y, T)
    d = Y - T
    return d * d


@kernel
def absolute_error(Y: Any, T: Any) -> Any:
    """abs(Y - T)."""
    check_sizes(Y, T)
    return np.abs(Y - T)


@kernel
def huber_terms(Y: Any, T: Any, delta: Any) -> Any:
    """d ** 2 / 2 for d = abs(Y - T) up to `delta`, continued as a straight line."""
    check_sizes(Y, T)
    d = np.abs(Y - T)
    c = np.minimum(d, delta)
    return c * (d - 0.5 * c)


@kernel
def mse(Y: Any, T: Any, batch: Any = None) -> Any:
    """sum((Y - T) ** 2) / 2: half the squared error."""
    return mean_over(0.5 * squared_error(Y, T).sum(), Y, batch)


@kernel
def l2loss(Y: Any, T: Any, batch: Any = None) -> Any:
    """sum((Y - T) ** 2)."""
    return mean_over(squared_error(Y, T).sum(), Y, batch)


@kernel
def l1loss(Y: Any, T: Any, batch: Any = None) -> Any:
    """sum(abs(Y - T))."""
    return mean_over(absolute_error(Y, T).sum(), Y, batch)


@kernel
def huber(Y: Any, T: Any, delta: Any, batch: Any = None) -> Any:
    """sum(huber_terms)."""
    return mean_over(huber_terms(Y, T, delta).sum(), Y, batch)
