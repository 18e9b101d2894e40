"""Differences, numerical derivatives and integrals.

Rules take `dy` and the result by position only: ``np.trapezoid`` calls a parameter ``y``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import NAMES, Unsupported, case, conjugate, distinct, normal, primitive
from ..kernels.lists import sum_to
from ..kernels.scans import diff_back, gradient_back, gradient_back_coordinates, pair_spread
from .linear import as_given, stacked
from .reductions import KINDS, Axis, spread, total

Rule = Callable[..., Any]


def along(axis: int, rank: int, part: slice) -> tuple[Any, ...]:
    """The index that takes `part` of one axis of `rank`."""
    return (slice(None),) * (axis % rank) + (part,)


def cut(x: Any, axis: int, start: Any = None, stop: Any = None) -> Any:
    """``x[start:stop]`` along `axis`."""
    return x[along(axis, np.ndim(x), slice(start, stop))]


# --- differences ------------------------------------------------------------------------------


def _extent(x: Any, axis: int) -> Any:
    """How far an argument of ``np.diff`` prolongs the axis."""
    return 0 if x is None else 1 if np.ndim(x) == 0 else np.shape(x)[axis]


def _diff_back(dy: Any, a: Any, n: int, axis: int, prepend: Any, append: Any) -> tuple[Any, Any, Any]:
    """The cotangent of the prolonged axis, and the places where `a` starts and ends in it."""
    start = _extent(prepend, axis)
    stop = np.shape(a)[axis] if prepend is None else start + np.shape(a)[axis]
    size = stop if append is None else stop + _extent(append, axis)
    return diff_back(dy, size, n, axis), start, stop


def diff_a(dy: Any, y: Any, /, a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    if n == 0:
        return dy
    d, start, stop = _diff_back(dy, stacked(a), n, axis, prepend, append)
    whole = prepend is None and append is None
    return as_given(d if whole else cut(d, axis, start, stop), a)


def _prolonging(first: bool) -> Rule:
    def rule(dy: Any, y: Any, /, a: Any, n: int = 1, axis: int = -1, prepend: Any = None,
             append: Any = None) -> Any:  # fmt: skip
        if n == 0:
            return None
        d, start, stop = _diff_back(dy, stacked(a), n, axis, prepend, append)
        part = cut(d, axis, None, start) if first else cut(d, axis, stop)
        return total(part) if np.ndim(prepend if first else append) == 0 else part

    return rule


primitive(
    np.diff, diff_a, _prolonging(True), _prolonging(False), wrt="a prepend append", sizes="any",
    linear_in="a prepend append",
    try_on=[case(normal(5)), case(normal(5), 2), case(normal(5), 4), case(normal(5), 0), case(normal(3, 4)),
            case(normal(3, 4), axis=0), case(normal(2, 3, 4), axis=1, n=2), case(normal(1)), case(normal(0)),
            case(normal(3), 5), case(normal(3, 1)), case(normal(5), prepend=normal()), case(normal(5), append=0.0),
            case(normal(5), prepend=normal(2), append=normal(3), n=3), case(normal(3, 4), axis=0, prepend=normal()),
            case(normal(3, 4), prepend=normal(3, 2)), case(normal(3, 4), append=normal(3, 1), prepend=normal()),
            case([normal(), normal(), normal()]), case([normal(3), normal(3)], axis=0),
            *[case(normal(3, 4, dtype=t), axis=0) for t in KINDS]],
)  # fmt: skip

primitive(
    diff_back, lambda dy, y, d, size, n=1, axis=-1: np.diff(dy, n, axis=axis), wrt="d", name="diff_back",
    kernel=True, sizes="any", linear_in="d",
    try_on=[case(normal(4), 5), case(normal(3), 5, 2), case(normal(2, 4), 3, 1, 0), case(normal(0), 1), case(normal(5), 5, 0)],
)  # fmt: skip


def ediff1d_ary(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = stacked(ary)
    size = np.size(x)
    if to_begin is not None:
        dy = dy[np.size(stacked(to_begin)) :]
    if to_end is not None:
        dy = dy[: size - 1]
    d = diff_back(dy, size)
    return as_given(d if np.ndim(x) == 1 else np.reshape(d, np.shape(x)), ary)


def ediff1d_end(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = stacked(to_end)
    return as_given(np.reshape(dy[np.size(y) - np.size(x) :], np.shape(x)), to_end)


def ediff1d_begin(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = stacked(to_begin)
    return as_given(np.reshape(dy[: np.size(x)], np.shape(x)), to_begin)


primitive(
    np.ediff1d, ediff1d_ary, ediff1d_end, ediff1d_begin, sizes="any", linear_in="ary to_end to_begin",
    try_on=[case(normal(5)), case(normal(3, 4)), case(normal(1)), case(normal(0)), case(normal(), normal()),
            case(normal(5), to_end=normal(2)), case(normal(5), to_begin=normal(), to_end=normal(2, 2)),
            case(normal(4), [normal(), normal()]), case(normal(4, dtype=np.complex64))],
)  # fmt: skip


# --- gradient ---------------------------------------------------------------------------------


def _gradient_axes(f: Any, axis: Axis) -> tuple[int, ...]:
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(range(np.ndim(f))) if axis is None else tuple(i % np.ndim(f) for i in given)  # type: ignore[operator]


def _steps(spacing: tuple[Any, ...], count: int) -> list[Any]:
    """The spacing of each axis: one number is that of all."""
    if not spacing:
        return [1.0] * count
    return list(spacing) * count if len(spacing) == 1 and np.ndim(spacing[0]) == 0 else list(spacing)


def gradient_vjp(dy: Any, y: Any, /, *args: Any, axis: Any = None, edge_order: int = 1) -> list[Any]:
    """The cotangents of the samples and of every spacing."""
    f, spacing = stacked(args[0]), args[1:]
    axes = _gradient_axes(f, axis)
    steps = _steps(spacing, len(axes))
    parts, results = (([dy], [y]) if len(axes) == 1 else (list(dy), [y[i] for i in range(len(axes))]))
    d_f, d_steps = None, []
    for d, result, step, i in zip(parts, results, steps, axes, strict=True):
        back = gradient_back(d, step, i, edge_order)
        d_f = back if d_f is None else d_f + back
        if spacing:
            d_steps.append(_step_vjp(d, result, f, step, i, edge_order))
    if len(spacing) < len(d_steps):
        d_steps = [sum(d_steps[1:], d_steps[0])]
    return [None if d_f is None else as_given(d_f, args[0]), *d_steps]


def _step_vjp(d: Any, y: Any, f: Any, step: Any, axis: int, edge_order: int) -> Any:
    """Derivatives go as 1 / step; coordinates have weights of their own."""
    if np.ndim(step) == 0:
        return -(d * conjugate(y)).sum() / step
    return gradient_back_coordinates(d, f, step, axis, edge_order)


def gradient_jvp(tangents: dict[str, Any], y: Any, /, *args: Any, **options: Any) -> Any:
    """Linear in the samples; the tangents of spacings are all 0."""
    return np.gradient(tangents["args"][0], *args[1:], **options)


_UNEVEN = np.array([0.0, 0.4, 1.5, 1.9, 3.0])

primitive(
    np.gradient, gradient_vjp, params="*args", jvp=gradient_jvp,
    try_on=[case(normal(5)), case(normal(2)), case(normal(5), 0.5), case(normal(5), np.asarray(0.5)),
            case(normal(5), _UNEVEN), case(normal(5), _UNEVEN, edge_order=2), case(normal(5), 2.0, edge_order=2),
            case(normal(3), edge_order=2), case(normal(3, 4)), case(normal(3, 4), 0.5), case(normal(3, 4), 0.5, 2.0),
            case(normal(3, 4), axis=0), case(normal(3, 5), _UNEVEN, axis=-1), case(normal(5, 3), _UNEVEN, 0.5),
            case(normal(2, 3, 4), axis=(0, 2)), case(normal(2, 3, 4), 0.5, 0.2, axis=(-1, 0)),
            case(normal(4, 5), 0.3, _UNEVEN, edge_order=2), case(normal(5, dtype=complex), _UNEVEN),
            case(normal(5, dtype=complex), 0.5), case(normal(5, dtype=np.float32), 0.5),
            case([normal(3), normal(3)], axis=0), case([normal(), normal(), normal()])],
)  # fmt: skip

primitive(
    gradient_back,
    lambda dy, y, /, d, step, axis=-1, edge_order=1: np.gradient(dy, step, axis=axis, edge_order=edge_order),
    lambda dy, y, /, d, step, axis=-1, edge_order=1: -total(conjugate(y) * dy) / step if np.ndim(step) == 0 else
    gradient_back_coordinates(d, dy, step, axis, edge_order),
    wrt="d step", name="gradient_back", kernel=True,
    try_on=[case(normal(5), 0.5), case(normal(2), 1.0), case(normal(5), _UNEVEN), case(normal(3, 5), _UNEVEN, 1, 2),
            case(normal(5, 3), 2.0, 0, 2), case(normal(4, dtype=np.float32), 0.5)],
)  # fmt: skip

primitive(gradient_back_coordinates, name="gradient_back_coordinates", kernel=True)
NAMES["gradient_back_coordinates"].raises = (
    "np.gradient can be differentiated only once with respect to coordinates"
)


# --- trapezoid --------------------------------------------------------------------------------


def _gaps(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The widths of the intervals, so that they broadcast with pairs of `y`."""
    if x is None:
        return dx
    rank = np.ndim(y)
    if np.ndim(x) not in (1, rank):
        raise Unsupported("np.trapezoid with x of another rank than y and 1; give x the shape of y")
    widths = np.diff(x, axis=axis if np.ndim(x) > 1 else -1)
    behind = rank - 1 - axis % rank
    return widths[(slice(None), *[None] * behind)] if np.ndim(x) == 1 and behind else widths


def trapezoid_y(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Half the width of each interval to both of its ends."""
    samples = stacked(y)
    gaps = _gaps(samples, stacked(x), dx, axis)
    half = 0.5 * spread(dy, samples, axis, False)
    return as_given(pair_spread(half if isinstance(gaps, float) and gaps == 1 else half * gaps,
                                np.shape(samples), axis), y)  # fmt: skip


def _pairs(y: Any, axis: int) -> Any:
    return cut(y, axis, 1) + cut(y, axis, None, -1)


def trapezoid_x(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    if x is None:
        return None
    samples, at = stacked(y), stacked(x)
    d = 0.5 * spread(dy, samples, axis, False) * conjugate(_pairs(samples, axis))
    rank = np.ndim(samples)
    if np.ndim(at) == rank:
        return as_given(sum_to(diff_back(d, np.shape(at)[axis], 1, axis), np.shape(at)), x)
    d = d.sum(axis=tuple(i for i in range(rank) if i != axis % rank))
    return as_given(diff_back(d, np.shape(at)[0]), x)


def trapezoid_dx(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    if x is not None:
        return None
    samples = stacked(y)
    d = 0.5 * spread(dy, samples, axis, False) * conjugate(_pairs(samples, axis))
    return total(d) if np.ndim(dx) == 0 else sum_to(d, np.shape(dx))


def trapezoid_jvp(tangents: dict[str, Any], out: Any, /, y: Any, x: Any = None, dx: Any = 1.0,
                  axis: int = -1) -> Any:  # fmt: skip
    """Linear in the samples, and in the widths."""
    t = np.trapezoid(tangents["y"], x, dx, axis) if "y" in tangents else 0.0
    if "x" in tangents and x is not None:
        t = t + np.trapezoid(y, tangents["x"], axis=axis)
    return t + np.trapezoid(y, None, tangents["dx"], axis) if "dx" in tangents and x is None else t


primitive(
    np.trapezoid, trapezoid_y, trapezoid_x, trapezoid_dx, wrt="y x dx", jvp=trapezoid_jvp,
    try_on=[case(normal(5)), case(normal(1)), case(normal(2)), case(normal(0)), case(normal(3, 4)), case(normal(5), None, 0.5),
            case(normal(3, 4), axis=0, dx=np.asarray(0.5)), case(normal(2, 3, 4), axis=1), case(normal(5), distinct(5)),
            case(normal(3, 4), distinct(4)), case(normal(3, 4), distinct(3), axis=0), case(normal(2, 3, 4), normal(3), axis=1),
            case(normal(3, 4), normal(3, 4)), case(normal(3, 4), normal(1, 4)), case(normal(1, 4), normal(3, 4)),
            case(normal(3, 4), normal(3, 4), axis=0), case(normal(3, 4), None, normal(3)), case([normal(), normal()]),
            case(normal(4), [0.0, 1.0, 3.0, 3.5]), case(normal(4, dtype=complex), normal(4)),
            case(normal(4, dtype=np.float32), normal(4, dtype=np.float32))],
)  # fmt: skip


def _pair_sums(dy: Any, y: Any, /, d: Any, shape: Any, axis: int = -1) -> Any:
    return sum_to(_pairs(dy, axis), np.shape(d))


primitive(
    pair_spread, _pair_sums, wrt="d", name="pair_spread", kernel=True, linear_in="d", sizes="any",
    try_on=[case(normal(4), (5,)), case(normal(), (5,)), case(normal(3, 1), (3, 4)), case(normal(2, 4), (3, 4), 0),
            case(normal(3, 3), (1, 4)), case(normal(), (1,)), case(normal(3, dtype=np.float32), (4,))],
)  # fmt: skip
