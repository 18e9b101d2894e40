"""Running sums and products.

Products are differentiated without dividing, so that zeros are no special case: the adjoint of
``cumprod`` is a linear recurrence, `running`, whose adjoint is again one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Draw, case, conjugate, normal, primitive
from ..kernels.scans import product_after, product_before, product_of_rest, running, shifted
from .differences import along, cut
from .linear import as_given
from .reductions import KINDS, ONE_ZERO, ZEROS, Axis, whole, with_nan

Rule = Callable[..., Any]


# --- products of the entries before, after, and around ----------------------------------------


def _before_vjp(dy: Any, y: Any, a: Any, axis: Axis = None) -> Any:
    d = running(shifted(dy, -1, axis), conjugate(shifted(a, -1, axis)), axis, reverse=True)
    return d * conjugate(y)


def _after_vjp(dy: Any, y: Any, a: Any, axis: Axis = None) -> Any:
    return running(shifted(dy, 1, axis), conjugate(shifted(a, 1, axis)), axis) * conjugate(y)


def _before_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None) -> Any:
    return running(shifted(y * tangents["a"], 1, axis), shifted(a, 1, axis), axis)


def _after_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None) -> Any:
    return running(shifted(y * tangents["a"], -1, axis), shifted(a, -1, axis), axis, reverse=True)


def _rest_vjp(dy: Any, y: Any, a: Any, axis: Axis = None) -> Any:
    before, after = product_before(a, axis), product_after(a, axis)
    left = _before_vjp(dy * conjugate(after), before, a, axis)
    return left + _after_vjp(dy * conjugate(before), after, a, axis)


def _rest_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None) -> Any:
    before, after = product_before(a, axis), product_after(a, axis)
    return _before_jvp(tangents, before, a, axis) * after + before * _after_jvp(tangents, after, a, axis)


_LINES = [
    case(normal(5)), case(normal(3, 4)), case(normal(3, 4), 0), case(normal(3, 4), -1), case(normal(1)),
    case(normal(2, 3, 4), (2, 0)), case(normal(0)), case(normal()), case(ONE_ZERO, 1), case(ZEROS, 1),
    case(normal(3, 4, dtype=complex), 1), case(normal(3, 4, dtype=np.float32), 1),
]  # fmt: skip

for _fun, _vjp, _jvp in (
    (product_before, _before_vjp, _before_jvp), (product_after, _after_vjp, _after_jvp),
    (product_of_rest, _rest_vjp, _rest_jvp),
):  # fmt: skip
    primitive(_fun, _vjp, name=_fun.__name__, kernel=True, jvp=_jvp, try_on=_LINES)

primitive(
    shifted, lambda dy, y, x, places, axis=None: shifted(dy, -places, axis), wrt="x", name="shifted",
    kernel=True, linear_in="x",
    try_on=[case(normal(5), 1), case(normal(5), -1), case(normal(3, 4), 1, 0),
            case(normal(2, 3, 4), -1, (0, 2)),
            case(normal(0), 1), case(normal(), 1), case(normal(1), -1),
            case(normal(3, dtype=np.complex64), 1)],
)  # fmt: skip


def _running_x(dy: Any, y: Any, x: Any, factor: Any, axis: Axis = None, reverse: bool = False) -> Any:
    """The same recurrence from the other end."""
    backward = conjugate(shifted(factor, 1 if reverse else -1, axis))
    return running(dy, backward, axis) if reverse else running(dy, backward, axis, reverse=True)


def _running_factor(dy: Any, y: Any, x: Any, factor: Any, axis: Axis = None, reverse: bool = False) -> Any:
    d = _running_x(dy, y, x, factor, axis, reverse)
    return d * conjugate(shifted(y, -1 if reverse else 1, axis))


def _running_jvp(tangents: dict[str, Any], y: Any, x: Any, factor: Any, axis: Axis = None,
                 reverse: bool = False) -> Any:  # fmt: skip
    t = tangents["factor"] * shifted(y, -1 if reverse else 1, axis) if "factor" in tangents else 0.0
    return running(tangents.get("x", np.zeros_like(y)) + t, factor, axis, reverse)


primitive(
    running, _running_x, _running_factor, wrt="x factor", name="running", kernel=True, jvp=_running_jvp,
    try_on=[case(normal(5), normal(5)), case(normal(5), normal(5), reverse=True),
            case(normal(3, 4), normal(3, 4), 1),
            case(normal(2, 3, 4), normal(2, 3, 4), (2, 0), True), case(normal(), normal()),
            case(normal(0), normal(0)),
            case(normal(4, dtype=complex), normal(4, dtype=complex)), case(ZEROS, ONE_ZERO, 0),
            case(normal(4, dtype=np.float32), normal(4, dtype=np.float32))],
)  # fmt: skip


# --- cumsum, cumprod --------------------------------------------------------------------------


def _flat(x: Any, axis: Any) -> tuple[Any, int]:
    """What a scan runs over: without `axis`, the entries in one row."""
    if axis is not None:
        return x, axis
    return (x if np.ndim(x) == 1 else np.reshape(x, -1)), 0


def _unflat(d: Any, a: Any, axis: Any) -> Any:
    x = whole(a)
    return as_given(d if axis is not None or np.ndim(x) == 1 else np.reshape(d, np.shape(x)), a)


def _sums_back(dy: Any, axis: int) -> Any:
    """Sums from each place to the end."""
    backward = along(axis, np.ndim(dy), slice(None, None, -1))
    return np.cumsum(dy[backward], axis=axis)[backward]


def _products_back(dy: Any, x: Any, axis: int) -> Any:
    """What is before times the sum over the places after, of `dy` times what is between."""
    between = conjugate(shifted(x, -1, axis))
    return conjugate(product_before(x, axis)) * running(dy, between, axis, reverse=True)


def _product_tangent(t: Any, x: Any, axis: int) -> Any:
    return running(t * product_before(x, axis), x, axis)


def _after_initial(dy: Any, axis: int, include_initial: bool) -> Any:
    return cut(dy, axis, 1) if include_initial else dy


def _with_initial(t: Any, axis: int, include_initial: bool) -> Any:
    """A tangent with the 0 of the initial value in front."""
    if not include_initial:
        return t
    return np.concatenate([np.zeros_like(cut(np.sum(t, axis=axis, keepdims=True), axis)), t], axis=axis)


def cumsum_vjp(dy: Any, y: Any, /, a: Any, axis: Any = None, dtype: Any = None,
               include_initial: bool = False) -> Any:  # fmt: skip
    dy = _after_initial(dy, 0 if axis is None else axis, include_initial)
    return _unflat(_sums_back(dy, 0 if axis is None else axis), a, axis)


def nancumsum_vjp(dy: Any, y: Any, /, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    x, _ = _flat(whole(a), axis)
    return _unflat(np.where(np.isnan(x), 0.0, _sums_back(dy, 0 if axis is None else axis)), a, axis)


def cumprod_vjp(dy: Any, y: Any, /, a: Any, axis: Any = None, dtype: Any = None,
                include_initial: bool = False) -> Any:  # fmt: skip
    x, line = _flat(whole(a), axis)
    return _unflat(_products_back(_after_initial(dy, line, include_initial), x, line), a, axis)


def nancumprod_vjp(dy: Any, y: Any, /, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """NaN counts as 1."""
    x, line = _flat(whole(a), axis)
    gone = np.isnan(x)
    return _unflat(np.where(gone, 0.0, _products_back(dy, np.where(gone, 1.0, x), line)), a, axis)


def cumprod_jvp(tangents: dict[str, Any], y: Any, /, a: Any, axis: Any = None, dtype: Any = None,
                include_initial: bool = False) -> Any:  # fmt: skip
    x, line = _flat(whole(a), axis)
    gone = np.isnan(x)
    t = np.where(gone, 0.0, _flat(whole(tangents["a"]), axis)[0])
    return _with_initial(_product_tangent(t, np.where(gone, 1.0, x), line), line, include_initial)


def nancumsum_jvp(tangents: dict[str, Any], y: Any, /, a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(whole(a)), 0.0, whole(tangents["a"])), axis=axis)


def _scans(draw: Callable[..., Draw]) -> list[Any]:
    return [
        case(draw(5)), case(draw(3, 4)), *[case(draw(3, 4), axis=i) for i in (0, 1, -1)],
        *[case(draw(2, 3, 4), axis=i) for i in (0, 1, -1)], case(draw(1)), case(draw(3, 1), axis=1),
        case(draw(3, 1), axis=0), case(draw()), case([draw(3), draw(3)], axis=0), case([draw(), draw()]),
    ]  # fmt: skip


_SCANS = [
    *_scans(normal), case(normal(0)), case(normal(0, 3), axis=0), case(normal(0, 3), axis=1),
    *[case(normal(3, 4, dtype=t), axis=1) for t in KINDS], case(normal(3, 4, dtype=np.complex64)),
    case(normal(3, dtype=np.float32), dtype=np.float64),
]  # fmt: skip
_ZEROED = [case(x, axis=i) for x in (ONE_ZERO, ZEROS) for i in (None, 0, 1)]
_NAN_SCANS = [*_SCANS, *_scans(with_nan), case(with_nan(3, 4, dtype=np.float32), axis=0)]

primitive(np.cumsum, cumsum_vjp, wrt="a", linear_in="a", try_on=_SCANS)
primitive(np.cumprod, cumprod_vjp, wrt="a", jvp=cumprod_jvp, try_on=[*_SCANS, *_ZEROED])
primitive(np.nancumsum, nancumsum_vjp, wrt="a", jvp=nancumsum_jvp, try_on=_NAN_SCANS)
primitive(np.nancumprod, nancumprod_vjp, wrt="a", jvp=cumprod_jvp, try_on=[*_NAN_SCANS, *_ZEROED])


def _renamed(rule: Rule) -> Rule:
    """A rule of a function that calls its operand ``x``."""

    def renamed(dy: Any, y: Any, /, x: Any, **given: Any) -> Any:
        return rule(dy, y, x, **given)

    return renamed


def _renamed_jvp(rule: Rule) -> Rule:
    def jvp(tangents: dict[str, Any], y: Any, /, x: Any, **given: Any) -> Any:
        return rule({"a": tangents["x"]}, y, x, **given)

    return jvp


_CUMULATIVE = [
    *[c for c in _SCANS if c.kwargs.get("axis") is not None], case(normal(5)),
    case(normal(5), include_initial=True),
    *[case(normal(2, 3, 4), axis=i, include_initial=True) for i in (0, 1, -1)],
    case(normal(0), include_initial=True),
]  # fmt: skip

if hasattr(np, "cumulative_sum"):
    primitive(
        np.cumulative_sum, _renamed(cumsum_vjp), params="x", linear_in="x", sizes="any", try_on=_CUMULATIVE
    )
    primitive(
        np.cumulative_prod, _renamed(cumprod_vjp), params="x", jvp=_renamed_jvp(cumprod_jvp), sizes="any",
        try_on=[*_CUMULATIVE, *[c for c in _ZEROED if c.kwargs["axis"] is not None]],
    )  # fmt: skip
