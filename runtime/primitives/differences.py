"""Differences, numerical derivatives and integrals.

Rules take `dy` and the result by position only: ``np.trapezoid`` calls a parameter ``y``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Unsupported, case, conjugate, distinct, normal, primitive
from ..kernels.lists import sum_to
from ..kernels.scans import diff_back, gradient_back, pair_spread
from .linear import as_given
from .reductions import KINDS, Axis, other_axes, spread, total, whole

Rule = Callable[..., Any]


def along(axis: int, rank: int, part: slice) -> Any:
    """The index that takes `part` of one axis of `rank`."""
    lead = axis % rank
    return (*[slice(None)] * lead, part) if lead else part


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
    return _differences_back(dy, size, n, axis), start, stop


def _differences_back(d: Any, size: Any, n: int, axis: int) -> Any:
    return diff_back(d, size, axis=axis) if n == 1 else diff_back(d, size, n, axis)


def diff_a(dy: Any, y: Any, /, a: Any, n: int = 1, axis: int = -1, prepend: Any = None,
           append: Any = None) -> Any:  # fmt: skip
    if n == 0:
        return dy
    d, start, stop = _diff_back(dy, whole(a), n, axis, prepend, append)
    alone = prepend is None and append is None
    return as_given(d if alone else cut(d, axis, start, stop), a)


def _prolonging(first: bool) -> Rule:
    def rule(dy: Any, y: Any, /, a: Any, n: int = 1, axis: int = -1, prepend: Any = None,
             append: Any = None) -> Any:  # fmt: skip
        if n == 0:
            return None
        d, start, stop = _diff_back(dy, whole(a), n, axis, prepend, append)
        part = cut(d, axis, None, start) if first else cut(d, axis, stop)
        return total(part) if np.ndim(prepend if first else append) == 0 else part

    return rule


primitive(
    np.diff, diff_a, _prolonging(True), _prolonging(False), wrt="a prepend append", sizes="any",
    linear_in="a prepend append",
    try_on=[case(normal(5)), case(normal(5), 2), case(normal(5), 4), case(normal(5), 0), case(normal(3, 4)),
            case(normal(3, 4), axis=0), case(normal(2, 3, 4), axis=1, n=2), case(normal(1)),
            case(normal(0)),
            case(normal(3), 5), case(normal(3, 1)), case(normal(5), prepend=normal()),
            case(normal(5), append=0.0),
            case(normal(5), prepend=normal(2), append=normal(3), n=3),
            case(normal(3, 4), axis=0, prepend=normal()),
            case(normal(3, 4), prepend=normal(3, 2)),
            case(normal(3, 4), append=normal(3, 1), prepend=normal()),
            case([normal(), normal(), normal()]), case([normal(3), normal(3)], axis=0),
            *[case(normal(3, 4, dtype=t), axis=0) for t in KINDS]],
)  # fmt: skip

primitive(
    diff_back, lambda dy, y, d, size, n=1, axis=-1: np.diff(dy, n, axis=axis), wrt="d", name="diff_back",
    kernel=True, sizes="any", linear_in="d",
    try_on=[case(normal(4), 5), case(normal(3), 5, 2), case(normal(2, 4), 3, 1, 0), case(normal(0), 1),
            case(normal(5), 5, 0)],
)  # fmt: skip


def ediff1d_ary(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = whole(ary)
    size = np.size(x)
    if to_begin is not None:
        dy = dy[np.size(whole(to_begin)) :]
    if to_end is not None:
        dy = dy[: size - 1]
    d = diff_back(dy, size)
    return as_given(d if np.ndim(x) == 1 else np.reshape(d, np.shape(x)), ary)


def ediff1d_end(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = whole(to_end)
    return as_given(np.reshape(dy[np.size(y) - np.size(x) :], np.shape(x)), to_end)


def ediff1d_begin(dy: Any, y: Any, /, ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = whole(to_begin)
    return as_given(np.reshape(dy[: np.size(x)], np.shape(x)), to_begin)


primitive(
    np.ediff1d, ediff1d_ary, ediff1d_end, ediff1d_begin, sizes="any", linear_in="ary to_end to_begin",
    try_on=[case(normal(5)), case(normal(3, 4)), case(normal(1)), case(normal(0)), case(normal(), normal()),
            case(normal(5), to_end=normal(2)), case(normal(5), to_begin=normal(), to_end=normal(2, 2)),
            case(normal(4), [normal(), normal()]), case(normal(4, dtype=np.complex64))],
)  # fmt: skip


# --- gradient ---------------------------------------------------------------------------------


def _gradient_axes(f: Any, axis: Axis) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(np.ndim(f)))
    return tuple(i % np.ndim(f) for i in (axis if isinstance(axis, tuple) else (axis,)))


def _steps(spacing: tuple[Any, ...], count: int) -> list[Any]:
    """The spacing of each axis: one number is that of all."""
    if not spacing:
        return [1.0] * count
    return list(spacing) * count if len(spacing) == 1 and np.ndim(spacing[0]) == 0 else list(spacing)


def gradient_vjp(dy: Any, y: Any, /, *args: Any, axis: Any = None, edge_order: int = 1) -> list[Any]:
    """The cotangents of the samples and of every spacing."""
    f, spacing = whole(args[0]), args[1:]
    axes = _gradient_axes(f, axis)
    steps = _steps(spacing, len(axes))
    parts, results = (([dy], [y]) if len(axes) == 1 else (list(dy), [y[i] for i in range(len(axes))]))
    d_f, d_steps = None, []
    for d, result, step, i in zip(parts, results, steps, axes, strict=True):
        back = gradient_back(d, step, i) if edge_order == 1 else gradient_back(d, step, i, edge_order)
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
    return _coordinates_vjp(d, y, f, step, axis, edge_order)


def _lined_up(x: Any, rank: int, axis: int) -> Any:
    """A vector `x` along `axis` of `rank`."""
    behind = rank - 1 - axis % rank
    return x[(slice(None), *[None] * behind)] if behind else x


def _joined(*parts: Any, axis: int) -> Any:
    return np.concatenate(list(parts), axis=axis)


def _coordinates_vjp(d: Any, y: Any, f: Any, x: Any, axis: int, edge_order: int) -> Any:
    """The cotangent of coordinates `x`, by way of the widths between them and the slopes.

    Inside, the derivative is a mean of the slopes on both sides, each weighed with the width of the
    other side. At the ends it is the slope there, or (`edge_order` 2) twice that less the derivative
    beside it.
    """
    rank = np.ndim(f)
    widths = _lined_up(np.diff(x), rank, axis)
    slopes = np.diff(f, axis=axis) / widths
    near, far = cut(widths, _own(axis, widths, rank), None, -1), cut(widths, _own(axis, widths, rank), 1)
    first, inner, last = cut(d, axis, None, 1), cut(d, axis, 1, -1), cut(d, axis, -1)
    if edge_order == 2:
        inner = inner - _joined(first, np.zeros_like(cut(inner, axis, 1)), axis=axis)
        inner = inner - _joined(np.zeros_like(cut(inner, axis, 1)), last, axis=axis)
        first, last = 2 * first, 2 * last
    part, inside = inner / (near + far), cut(y, axis, 1, -1)
    shares = _joined(first, part * near, axis=axis) + _joined(part * far, last, axis=axis)
    on_near = part * conjugate(cut(slopes, axis, 1) - inside)
    on_far = part * conjugate(cut(slopes, axis, None, -1) - inside)
    nothing = np.zeros_like(first)
    d_widths = _joined(on_near, nothing, axis=axis) + _joined(nothing, on_far, axis=axis)
    d_widths = d_widths - shares * conjugate(slopes) / widths
    if rank > 1:
        d_widths = d_widths.sum(axis=other_axes(rank, (axis % rank,)))
    return diff_back(d_widths, np.shape(x)[0])


def _own(axis: int, widths: Any, rank: int) -> int:
    """The axis of lined up `widths` that runs along `axis` of `rank`."""
    return axis % rank - (rank - np.ndim(widths))


def gradient_jvp(tangents: dict[str, Any], y: Any, *args: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    """Linear in the samples; the spacing of each axis adds to its derivative."""
    f, moves = whole(args[0]), tangents["args"]
    axes = _gradient_axes(f, axis)
    t = np.gradient(whole(moves[0]), *args[1:], axis=axis, edge_order=edge_order)
    parts = list(t) if isinstance(t, tuple) else [t]
    if len(args) > 1:
        spacing = zip(_steps(args[1:], len(axes)), _steps(tuple(moves[1:]), len(axes)), axes, strict=True)
        parts = [p + _step_jvp(f, *s, edge_order) for p, s in zip(parts, spacing, strict=True)]
    return tuple(parts) if isinstance(t, tuple) else parts[0]


def _step_jvp(f: Any, step: Any, move: Any, axis: int, edge_order: Any) -> Any:
    """The tangent of ``np.gradient(f, step, axis=axis)`` when the spacing goes along `move`."""
    y = np.moveaxis(np.gradient(f, step, axis=axis, edge_order=edge_order), axis, -1)
    if np.ndim(step) == 0:
        return np.moveaxis(-y * move / step, -1, axis)
    widths, moves = np.diff(step), np.diff(move)
    slopes = np.diff(np.moveaxis(f, axis, -1)) / widths
    turns, inside = -slopes * moves / widths, y[..., 1:-1]
    t = widths[:-1] * turns[..., 1:] + widths[1:] * turns[..., :-1]
    t = t + (slopes[..., 1:] - inside) * moves[:-1] + (slopes[..., :-1] - inside) * moves[1:]
    t = t / (widths[:-1] + widths[1:])
    first, last = turns[..., :1], turns[..., -1:]
    if edge_order == 2:
        first, last = 2 * first - t[..., :1], 2 * last - t[..., -1:]
    return np.moveaxis(np.concatenate([first, t, last], axis=-1), -1, axis)


_UNEVEN = np.array([0.0, 0.4, 1.5, 1.9, 3.0])

primitive(
    np.gradient, gradient_vjp, params="*args", jvp=gradient_jvp,
    try_on=[case(normal(5)), case(normal(2)), case(normal(5), 0.5), case(normal(5), np.asarray(0.5)),
            case(normal(5), _UNEVEN), case(normal(5), _UNEVEN, edge_order=2),
            case(normal(5), 2.0, edge_order=2),
            case(normal(3), edge_order=2), case(normal(3, 4)), case(normal(3, 4), 0.5),
            case(normal(3, 4), 0.5, 2.0),
            case(normal(3, 4), axis=0), case(normal(3, 5), _UNEVEN, axis=-1),
            case(normal(5, 3), _UNEVEN, 0.5),
            case(normal(2, 3, 4), axis=(0, 2)), case(normal(2, 3, 4), 0.5, 0.2, axis=(-1, 0)),
            case(normal(4, 5), 0.3, _UNEVEN, edge_order=2), case(normal(5, dtype=complex), _UNEVEN),
            case(normal(5, dtype=complex), 0.5), case(normal(5, dtype=np.float32), 0.5),
            case([normal(3), normal(3)], axis=0), case([normal(), normal(), normal()])],
)  # fmt: skip


def _gradient_back_step(dy: Any, y: Any, /, d: Any, step: Any, axis: int = -1, edge_order: Any = 1) -> Any:
    """Transposed, it is ``<gradient(dy), d>``."""
    if np.ndim(step) == 0:
        return -(conjugate(y) * dy).sum() / step
    pushed = np.gradient(dy, step, axis=axis, edge_order=edge_order)
    return _coordinates_vjp(d, pushed, dy, step, axis, edge_order)


primitive(
    gradient_back,
    lambda dy, y, /, d, step, axis=-1, edge_order=1: np.gradient(dy, step, axis=axis, edge_order=edge_order),
    _gradient_back_step, wrt="d step", name="gradient_back", kernel=True,
    try_on=[case(normal(5), 0.5), case(normal(2), 1.0), case(normal(5), _UNEVEN),
            case(normal(3, 5), _UNEVEN, 1, 2),
            case(normal(5, 3), 2.0, 0, 2), case(normal(4, dtype=np.float32), 0.5)],
)  # fmt: skip


# --- trapezoid --------------------------------------------------------------------------------


def _gaps(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """The widths of the intervals, so that they broadcast with pairs of `y`."""
    if x is None:
        return dx
    if np.ndim(x) == 1:
        return _lined_up(np.diff(x), np.ndim(y), axis)
    if np.ndim(x) != np.ndim(y):
        raise Unsupported("np.trapezoid with x of another rank than y and 1; give x the shape of y")
    return np.diff(x, axis=axis)


def trapezoid_y(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Half the width of each interval to both of its ends."""
    samples, at = whole(y), None if x is None else whole(x)
    gaps = _gaps(samples, at, dx, axis)
    d = 0.5 * spread(dy, samples, axis, False)
    d = d if isinstance(gaps, float) and gaps == 1 else d * gaps
    if np.ndim(gaps) == np.ndim(samples) > 1:
        d = sum_to(d, np.shape(cut(samples, axis, 1)))
    return as_given(pair_spread(d, np.shape(samples), axis), y)


def _pairs(y: Any, axis: int) -> Any:
    return cut(y, axis, 1) + cut(y, axis, None, -1)


def trapezoid_x(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    if x is None:
        return None
    samples, at = whole(y), whole(x)
    d = 0.5 * spread(dy, samples, axis, False) * conjugate(_pairs(samples, axis))
    rank = np.ndim(samples)
    if np.ndim(at) == rank:
        return as_given(sum_to(diff_back(d, np.shape(at)[axis], axis=axis), np.shape(at)), x)
    d = d.sum(axis=other_axes(rank, (axis % rank,))) if rank > 1 else d
    return as_given(diff_back(d, np.shape(at)[0]), x)


def trapezoid_dx(dy: Any, out: Any, /, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    if x is not None:
        return None
    samples = whole(y)
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
    try_on=[case(normal(5)), case(normal(1)), case(normal(2)), case(normal(0)), case(normal(3, 4)),
            case(normal(5), None, 0.5),
            case(normal(3, 4), axis=0, dx=np.asarray(0.5)), case(normal(2, 3, 4), axis=1),
            case(normal(5), distinct(5)),
            case(normal(3, 4), distinct(4)), case(normal(3, 4), distinct(3), axis=0),
            case(normal(2, 3, 4), normal(3), axis=1),
            case(normal(3, 4), normal(3, 4)), case(normal(3, 4), normal(1, 4)),
            case(normal(1, 4), normal(3, 4)),
            case(normal(3, 4), normal(3, 4), axis=0), case(normal(3, 4), None, normal(3)),
            case([normal(), normal()]),
            case(normal(4), [0.0, 1.0, 3.0, 3.5]), case(normal(4, dtype=complex), normal(4)),
            case(normal(4, dtype=np.float32), normal(4, dtype=np.float32))],
)  # fmt: skip


def _pair_sums(dy: Any, y: Any, /, d: Any, shape: Any, axis: int = -1) -> Any:
    return sum_to(_pairs(dy, axis), np.shape(d))


primitive(
    pair_spread, _pair_sums, wrt="d", name="pair_spread", kernel=True, linear_in="d", sizes="any",
    try_on=[case(normal(4), (5,)), case(normal(), (5,)), case(normal(3, 1), (3, 4)),
            case(normal(2, 4), (3, 4), 0),
            case(normal(), (1,)), case(normal(3, dtype=np.float32), (4,))],
)  # fmt: skip
