"""Rows of the activation and loss kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import (
    away_from,
    case,
    conjugate,
    elementwise,
    no_gradient,
    normal,
    positive,
    primitive,
    within,
)  # fmt: skip
from ..kernels import activations as act
from ..kernels import losses as loss

Rule = Callable[..., Any]

probability = within(0.05, 0.95)

# Activations, element by element.

elementwise(
    act.sigmoid, lambda y, x: y * (1 - y), name="sigmoid", kernel=True,
    try_on=[case(normal(3, 4)), case(normal(4, dtype=complex)), case(1000 * np.array([-1.0, 1.0]))],
)  # fmt: skip


def relu_vjp(dy: Any, y: Any, x: Any) -> Any:
    """The slope at 0 is 0."""
    return dy * (y > 0)


primitive(
    act.relu, relu_vjp, name="relu", kernel=True, broadcasts=True,
    jvp=lambda tangents, y, x: tangents["x"] * (y > 0),
    try_on=[case(away_from(0.0, 3, 4)), case(np.array([-1.0, 0.0, 2.0]), smooth=False)],
)  # fmt: skip


def leakyrelu_vjp(dy: Any, y: Any, x: Any, scale: Any) -> Any:
    """The slope at 0 is `scale`, as in PyTorch."""
    return dy * (x > 0) + scale * dy * (x <= 0)


def leakyrelu_scale_vjp(dy: Any, y: Any, x: Any, scale: Any) -> Any:
    """`scale` multiplies the negative part."""
    return dy * np.minimum(x, 0)


def leakyrelu_jvp(tangents: dict[str, Any], y: Any, x: Any, scale: Any) -> Any:
    """Linear in x on either side, and in `scale`."""
    terms = [leakyrelu_vjp(tangents["x"], y, x, scale)] if "x" in tangents else []
    terms += [leakyrelu_scale_vjp(tangents["scale"], y, x, scale)] if "scale" in tangents else []
    return sum(terms[1:], terms[0])


primitive(
    act.leakyrelu, leakyrelu_vjp, leakyrelu_scale_vjp, name="leakyrelu", kernel=True,
    broadcasts=True, jvp=leakyrelu_jvp,
    try_on=[case(away_from(0.0, 3, 4), 0.1), case(away_from(0.0, 4), 0.0),
            case(np.array([-1.0, 0.0, 2.0]), 0.1, smooth=False)],
)  # fmt: skip

elementwise(
    act.normal_pdf, lambda y, x: -x * y, name="normal_pdf", kernel=True,
    try_on=[case(normal(3, 4))],
)  # fmt: skip

elementwise(
    act.normal_cdf, lambda y, x: act.normal_pdf(x), name="normal_cdf", kernel=True,
    try_on=[case(normal(3, 4)), case(normal(20, 30)), case(np.array([-9.0, 0.0, 9.0]))],
)  # fmt: skip

elementwise(
    act.gelu, lambda y, x: act.normal_cdf(x) + x * act.normal_pdf(x), name="gelu", kernel=True,
    try_on=[case(normal(3, 4)), case(normal(20, 30))],
)  # fmt: skip


def gelu_tanh_partial(y: Any, x: Any) -> Any:
    """By the product rule; 0.7978... is sqrt(2 / pi)."""
    square = x * x
    t = np.tanh(0.7978845608028654 * x * (1 + 0.044715 * square))
    slope = 0.7978845608028654 * (1 + 0.134145 * square) * (1 - t * t)
    return 0.5 * (1 + t + x * slope)


elementwise(
    act.gelu_tanh, gelu_tanh_partial, name="gelu_tanh", kernel=True,
    try_on=[case(normal(3, 4))],
)  # fmt: skip

# Softmax.


def softmax_vjp(dy: Any, y: Any, x: Any, axis: Any) -> Any:
    """y * (dy - <dy, y>), the product taken over `axis`."""
    y = conjugate(y)
    return y * (dy - (dy * y).sum(axis=axis, keepdims=True))


def softmax_jvp(tangents: dict[str, Any], y: Any, x: Any, axis: Any) -> Any:
    """The Jacobian is symmetric."""
    t = tangents["x"]
    return y * (t - (t * y).sum(axis=axis, keepdims=True))


primitive(
    act.softmax, softmax_vjp, wrt="x", name="softmax", kernel=True, jvp=softmax_jvp,
    try_on=[case(normal(3, 4), 0), case(normal(3, 4), -1), case(normal(2, 3, 4), (0, 1)),
            case(np.array([[0.0, 2000.0], [1.0, 3.0]]), 1)],
)  # fmt: skip


def logsoftmax_vjp(dy: Any, y: Any, x: Any, axis: Any) -> Any:
    """dy - softmax * sum(dy)."""
    return dy - conjugate(np.exp(y)) * dy.sum(axis=axis, keepdims=True)


def logsoftmax_jvp(tangents: dict[str, Any], y: Any, x: Any, axis: Any) -> Any:
    """t - <softmax, t>."""
    t = tangents["x"]
    return t - (np.exp(y) * t).sum(axis=axis, keepdims=True)


primitive(
    act.logsoftmax, logsoftmax_vjp, wrt="x", name="logsoftmax", kernel=True, jvp=logsoftmax_jvp,
    try_on=[case(normal(3, 4), 0), case(normal(2, 3, 4), (0, 1)),
            case(np.array([[0.0, 2000.0], [1.0, 3.0]]), 1)],
)  # fmt: skip

# Losses, element by element.


primitive(
    loss.bounded, lambda dy, y, p: dy * (y == p), name="bounded", kernel=True, broadcasts=True,
    jvp=lambda tangents, y, p: tangents["p"] * (y == p),
    try_on=[case(probability(3, 4)), case(np.array([0.0, 0.5]), smooth=False)],
)  # fmt: skip

elementwise(
    loss.crossentropy_terms,
    lambda y, Y, T: -T / loss.bounded(Y),
    lambda y, Y, T: -np.log(loss.bounded(Y)),
    name="crossentropy_terms", kernel=True, try_on=[case(probability(3, 4), probability(3, 4))],
)  # fmt: skip

elementwise(
    loss.binary_crossentropy_terms,
    lambda y, Y, T: (1 - T) / loss.bounded(1 - Y) - T / loss.bounded(Y),
    lambda y, Y, T: np.log(loss.bounded(1 - Y)) - np.log(loss.bounded(Y)),
    name="binary_crossentropy_terms", kernel=True,
    try_on=[case(probability(3, 4), probability(3, 4))],
)  # fmt: skip

elementwise(
    loss.squared_error, lambda y, Y, T: 2 * (Y - T), lambda y, Y, T: 2 * (T - Y),
    name="squared_error", kernel=True, try_on=[case(normal(3, 4), normal(3, 4))],
)  # fmt: skip


def absolute_error_vjp(dy: Any, y: Any, Y: Any, T: Any) -> Any:
    """sign(0) is 0; for complex values sign(z) is z / abs(z), the direction of ascent."""
    return dy * np.sign(Y - T)


def absolute_error_jvp(tangents: dict[str, Any], y: Any, Y: Any, T: Any) -> Any:
    """The part of the tangent along sign(Y - T)."""
    t = tangents.get("Y", 0) - tangents.get("T", 0)
    return np.real(conjugate(np.sign(Y - T)) * t)


primitive(
    loss.absolute_error, absolute_error_vjp,
    lambda dy, y, Y, T: dy * np.sign(T - Y),
    name="absolute_error", kernel=True, broadcasts=True, jvp=absolute_error_jvp,
    try_on=[case(normal(3, 4), normal(3, 4)), case(np.zeros(3), np.zeros(3), smooth=False)],
)  # fmt: skip

elementwise(
    loss.huber_terms,
    lambda y, Y, T, delta: np.clip(Y - T, -delta, delta),
    lambda y, Y, T, delta: np.clip(T - Y, -delta, delta),
    lambda y, Y, T, delta: np.maximum(np.abs(Y - T) - delta, 0),
    name="huber_terms", kernel=True,
    try_on=[case(normal(3, 4), normal(3, 4), 0.7), case(np.zeros(3), np.ones(3), 2.0)],
)  # fmt: skip


def indexcrossentropy_vjp(
    dy: Any, y: Any, Y: Any, targets: Any, axis: Any, mask_index: Any = None
) -> Any:
    """-1 / Y at the class that was picked."""
    return -dy * loss.class_mask(targets, Y, axis, mask_index) / loss.bounded(Y)


def indexcrossentropy_jvp(
    tangents: dict[str, Any], y: Any, Y: Any, targets: Any, axis: Any, mask_index: Any = None
) -> Any:
    """The tangent at the class that was picked, over -Y."""
    t = tangents["Y"] * loss.class_mask(targets, Y, axis, mask_index) / loss.bounded(Y)
    return -t.sum(axis=axis, keepdims=True)


primitive(
    loss.indexcrossentropy_terms, indexcrossentropy_vjp, no_gradient,
    name="indexcrossentropy_terms", kernel=True, jvp=indexcrossentropy_jvp,
    try_on=[case(probability(3, 4), np.array([[0, 2, 1, 2]]), 0),
            case(probability(3, 4), np.array([[0], [3], [1]]), 1, 3),
            case(probability(3, 2, 4), np.array([[[0], [1]], [[3], [9]], [[1], [1]]]), -1, 9),
            case(probability(3, 4), np.array([[0.0, 2.0, 1.0, 2.0]]), 0, smooth=False)],
)  # fmt: skip

primitive(
    loss.class_mask, name="class_mask", kernel=True,
    try_on=[case(np.array([[0, 2, 1, 2]]), probability(3, 4), 0)],
).because = "a mask does not move with its arguments"  # fmt: skip

# Losses summed, and divided by the number of observations.


def share(dy: Any, Y: Any, batch: Any) -> Any:
    """The cotangent of one observation's loss."""
    return dy if batch is None else dy / Y.shape[batch]


def crossentropy_vjp(dy: Any, y: Any, Y: Any, T: Any, batch: Any = None) -> Any:
    """-T / Y."""
    return -share(dy, Y, batch) * T / loss.bounded(Y)


def crossentropy_target_vjp(dy: Any, y: Any, Y: Any, T: Any, batch: Any = None) -> Any:
    """-log(Y)."""
    return -share(dy, Y, batch) * np.log(loss.bounded(Y))


def mse_vjp(dy: Any, y: Any, Y: Any, T: Any, batch: Any = None) -> Any:
    """Y - T: the half of mse takes the 2."""
    return share(dy, Y, batch) * conjugate(Y - T)


def l2loss_vjp(dy: Any, y: Any, Y: Any, T: Any, batch: Any = None) -> Any:
    """2 * (Y - T)."""
    return 2 * share(dy, Y, batch) * conjugate(Y - T)


def l1loss_vjp(dy: Any, y: Any, Y: Any, T: Any, batch: Any = None) -> Any:
    """sign(Y - T), 0 at 0."""
    return share(dy, Y, batch) * np.sign(Y - T)


def huber_vjp(dy: Any, y: Any, Y: Any, T: Any, delta: Any, batch: Any = None) -> Any:
    """Y - T, at most `delta` either way."""
    return share(dy, Y, batch) * np.clip(Y - T, -delta, delta)


def huber_delta_vjp(dy: Any, y: Any, Y: Any, T: Any, delta: Any, batch: Any = None) -> Any:
    """The length of the straight part."""
    return share(dy, Y, batch) * np.maximum(np.abs(Y - T) - delta, 0).sum()


def mirrored(rule: Rule) -> Rule:
    """The rule of T where the loss depends on Y - T alone."""

    def target_vjp(dy: Any, y: Any, Y: Any, T: Any, *args: Any, **given: Any) -> Any:
        return rule(dy, y, T, Y, *args, **given)

    return target_vjp


def _summed(fun: Any, name: str, rules: dict[str, Rule], try_on: list[Any]) -> None:
    """A row of a real loss: its jvp is the product of its gradients with the tangents."""

    def jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
        terms = [(rules[p](1.0, y, **given) * t).sum() for p, t in tangents.items()]
        return sum(terms[1:], terms[0])

    primitive(fun, *rules.values(), wrt=" ".join(rules), name=name, kernel=True, jvp=jvp,
              try_on=try_on)  # fmt: skip


_two = [case(normal(3, 4), normal(3, 4), 1), case(normal(3, 4), normal(3, 4))]

_summed(
    loss.crossentropy, "crossentropy", {"Y": crossentropy_vjp, "T": crossentropy_target_vjp},
    [case(probability(3, 4), positive(3, 4), 1), case(probability(3, 4), positive(3, 4)),
     case(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]), 0, smooth=False)],
)  # fmt: skip
_summed(loss.mse, "mse", {"Y": mse_vjp, "T": mirrored(mse_vjp)}, _two)
_summed(loss.l2loss, "l2loss", {"Y": l2loss_vjp, "T": mirrored(l2loss_vjp)}, _two)
_summed(loss.l1loss, "l1loss", {"Y": l1loss_vjp, "T": mirrored(l1loss_vjp)}, _two)
_summed(
    loss.huber, "huber",
    {"Y": huber_vjp, "T": mirrored(huber_vjp), "delta": huber_delta_vjp},
    [case(normal(3, 4), normal(3, 4), 0.7, 1), case(normal(3, 4), normal(3, 4), 2.0)],
)  # fmt: skip
