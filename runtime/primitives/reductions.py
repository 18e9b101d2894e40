"""Sums, means, products and weighted averages over axes, and their versions that skip NaN.

A cotangent of a reduction is stretched over the reduced axes: `spread` puts those axes back, so
that it broadcasts with the operand, and `stretch` gives it the operand's shape where no factor of
that shape follows. Where NaN is skipped nothing flows into the NaN entries, whatever `dy` is.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Draw, Unsupported, case, conjugate, is_sequence, normal, positive, primitive
from ..kernels.lists import list_each
from ..kernels.scans import product_of_rest
from .linear import as_given, stacked

Axis = int | tuple[int, ...] | None


# --- operands and axes ------------------------------------------------------------------------


def whole(a: Any) -> Any:
    """The operand as one array; what may be a list of unknown length has no rank, and says so."""
    x = stacked(a)
    np.ndim(x)
    return x


def is_number(d: Any) -> bool:
    """A Python number as cotangent: of a result that is one number."""
    return type(d) in (int, float, complex)


def axes_of(x: Any, axis: Axis) -> tuple[int, ...]:
    """The axes that a reduction of `x` over `axis` takes away, in order."""
    rank = np.ndim(x)
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(i % rank for i in given)) if rank else ()


def other_axes(rank: int, axes: tuple[int, ...]) -> Any:
    """All axes but some, as one number where it is one."""
    rest = tuple(i for i in range(rank) if i not in axes)
    return rest[0] if len(rest) == 1 else rest


def reinserted(axes: tuple[int, ...], rank: int, lead: int = 0) -> tuple[Any, ...]:
    """The index that puts `axes` of size 1 into an array which lacks these of `rank` axes.

    The array may have `lead` more axes in front.
    """
    whole: list[Any] = [None if i in axes else slice(None) for i in range(rank)]
    front = [slice(None)] * lead + whole[: axes[-1] + 1]
    back = [Ellipsis, *whole[axes[0] :]]
    return tuple(front if len(front) <= len(back) else back)


def spread(dy: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """A result of reducing `x` over `axis`, with the reduced axes back so that it broadcasts."""
    if axis is None or keepdims or is_number(dy):
        return dy
    axes = axes_of(x, axis)
    if axes == tuple(range(len(axes))):
        return dy
    return dy[reinserted(axes, np.ndim(x))]


def stretch(d: Any, x: Any) -> Any:
    """`d` with the shape of `x`; the caller stretches Python numbers."""
    if is_number(d):
        return d
    shape = np.shape(x)
    return d if isinstance(shape, tuple) and shape == () else np.broadcast_to(d, shape)


def shared(d: Any, a: Any) -> Any:
    """The cotangent of an operand that may be a list of arrays."""
    if not is_number(d) or not is_sequence(a):
        return as_given(d, a)
    return [d] * len(a) if isinstance(a, (list, tuple)) else list_each(d, a)


def count_of(x: Any, axis: Axis) -> Any:
    """How many entries of `x` make one entry of the result."""
    if axis is None or len(axes_of(x, axis)) == np.ndim(x):
        return np.size(x)
    sizes = [np.shape(x)[i] for i in axes_of(x, axis)]
    return functools.reduce(operator.mul, sizes) if sizes else 1


def tally(mask: Any, like: Any, axis: Axis) -> Any:
    """How often `mask` holds over `axis`, which stays; in the precision of `like`."""
    options: dict[str, Any] = {} if axis is None else {"axis": axis, "keepdims": True}
    precision = np.dtype(getattr(like, "dtype", float))
    if precision in (np.float16, np.float32, np.complex64):
        options["dtype"] = np.dtype(np.float16 if precision == np.float16 else np.float32)
    return mask.sum(**options)


def selected(where: Any, x: Any, axis: Axis) -> Any:
    """How many entries of `x` the mask `where` selects, over `axis`, which stays."""
    options: dict[str, Any] = {} if axis is None else {"axis": axis, "keepdims": True}
    return np.ones_like(x).sum(where=where, **options)


def valid(x: Any, where: Any = None) -> Any:
    """Where `x` is not NaN, and selected."""
    keep = ~np.isnan(x)
    return keep if where is None else keep & where


def total(d: Any) -> Any:
    """The sum of all entries."""
    return d if is_number(d) else d.sum()


def reductions(draw: Callable[..., Any] = normal, *kinds: Any, alone: bool = True) -> list[Any]:
    """Cases over axes: one, several, none, negative, of size 1, kept, of 0-d arrays and lists.

    `alone` says whether a function is smooth where it reduces one entry alone.
    """
    plain = [
        case(draw(3, 4)), case(draw(3, 4), axis=0), case(draw(3, 4), axis=1), case(draw(3, 4), axis=-1),
        case(draw(3, 4), axis=(0, 1)), case(draw(3, 4), axis=1, keepdims=True),
        case(draw(3, 4), keepdims=True),
        case(draw(2, 3, 4), axis=1), case(draw(2, 3, 4), axis=-1), case(draw(2, 3, 4), axis=(0, -1)),
        case(draw(2, 3, 4), axis=(-1, 0), keepdims=True), case(draw(2, 3, 4), axis=(1, 2)),
        case(draw(2, 3, 4), axis=(0, 1)), case(draw(2, 3, 2, 2), axis=(1, 3)), case(draw(5)),
        case(draw(5), axis=0),
        case(draw(3, 1), axis=0), case([draw(3), normal(3)]),
        case([draw(3), normal(3)], axis=0), case([draw(), normal(), normal()]),
    ]  # fmt: skip
    single = [
        case(draw(3, 4), axis=(), smooth=alone), case(draw(), smooth=alone), case(draw(1), smooth=alone),
        case(draw(3, 1), axis=1, smooth=alone),
        case(draw(1, 4), axis=0, keepdims=True, smooth=alone),
    ]  # fmt: skip
    typed = [c for t in kinds for c in (case(draw(3, 4, dtype=t)), case(draw(3, 4, dtype=t), axis=1))]
    return plain + single + typed


KINDS = (np.float32, complex, np.complex64)
MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])


def with_nan(*shape: int, dtype: Any = float) -> Draw:
    """Normal values, every third of them NaN, from the second on."""

    def make(r: np.random.Generator) -> Any:
        x = np.asarray(r.standard_normal(shape)).astype(dtype)
        x.ravel()[1::3] = np.nan
        return x

    return Draw(make)


# --- sum, mean --------------------------------------------------------------------------------


def sum_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
            initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    d = spread(dy, x, axis, keepdims)
    return shared(stretch(d, x) if where is None else np.where(where, d, np.zeros_like(x)), a)


def sum_initial(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
                initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    return total(dy)


_SUMS = [
    *reductions(normal, *KINDS), case(normal(3, 0), axis=0), case(normal(0, 4), axis=1),
    case(normal(3, 4), where=MASK), case(normal(3, 4), axis=1, where=MASK[0]),
    case(normal(3, 4, dtype=np.float32), axis=1, where=MASK),
    case(normal(3, 4, dtype=np.float32), dtype=np.float64),
]  # fmt: skip

_EMPTY = [case(normal(0)), case(normal(0, 4)), case(normal(), axis=0)]

sum_row = primitive(
    np.sum, sum_vjp, sum_initial, wrt="a initial", linear_in="a initial",
    try_on=[*_SUMS, *_EMPTY, case(normal(3, 4), axis=1, initial=1.5, where=MASK),
            case(normal(3, 4), initial=normal())],
)  # fmt: skip


def mean_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
             where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    if where is None:
        return shared(stretch(spread(dy / count_of(x, axis), x, axis, keepdims), x), a)
    d = spread(dy, x, axis, keepdims) / selected(where, x, axis)
    return shared(np.where(where, d, np.zeros_like(x)), a)


mean = primitive(np.mean, mean_vjp, wrt="a", linear_in="a", try_on=_SUMS)


# --- prod -------------------------------------------------------------------------------------


def prod_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
             initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    """The product of all other entries, which knows of no zeros."""
    x = whole(a)
    kept = x if where is None else np.where(where, x, 1.0)
    d = spread(dy, x, axis, keepdims) * conjugate(_rest(kept, axis))
    d = d if initial is None else d * conjugate(initial)
    return shared(d if where is None else np.where(where, d, 0.0), a)


def prod_initial(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
                 initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    options = {} if where is None else {"where": where}
    return total(dy * conjugate(np.prod(whole(a), axis=axis, keepdims=keepdims, **options)))


def _rest(x: Any, axis: Axis) -> Any:
    return product_of_rest(x) if axis is None else product_of_rest(x, axis)


def prod_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None, keepdims: bool = False,
             where: Any = True, initial: Any = 1.0, **_: Any) -> Any:  # fmt: skip
    """The sum of the products in which one factor is its tangent."""
    options = {"axis": axis, "keepdims": keepdims, "where": where}
    kept = np.where(where, whole(a), 1.0)
    t = np.sum(whole(tangents["a"]) * _rest(kept, axis), **options) * initial if "a" in tangents else 0.0
    return t + tangents["initial"] * np.prod(kept, **options) if "initial" in tangents else t


ONE_ZERO = np.array([[1.5, 0.0, -2.0], [0.5, 3.0, -1.0]])
ZEROS = np.array([[0.0, 0.0, -2.0], [0.5, 3.0, 0.0]])
_PRODUCTS = [
    *_SUMS, *_EMPTY, *[case(ONE_ZERO, axis=i) for i in (None, 0, 1, (0, 1))], case(ZEROS, axis=0),
    case(ZEROS, axis=1),
    case(ZEROS, smooth=False),
]  # fmt: skip

prod = primitive(
    np.prod, prod_vjp, prod_initial, wrt="a initial", jvp=prod_jvp,
    try_on=[*_PRODUCTS, case(normal(3, 4), axis=1, initial=1.5, where=MASK),
            case(normal(3, 4), axis=0, initial=normal())],
)  # fmt: skip


# --- skipping NaN -----------------------------------------------------------------------------


def nansum_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
               initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    return shared(np.where(valid(x, where), spread(dy, x, axis, keepdims), 0.0), a)


def nanmean_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
                where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    keep = valid(x, where)
    count = np.maximum(tally(keep, x, axis), 1)
    return shared(np.where(keep, spread(dy, x, axis, keepdims) / count, 0.0), a)


def nanprod_vjp(dy: Any, y: Any, a: Any, axis: Axis = None, dtype: Any = None, keepdims: bool = False,
                initial: Any = None, where: Any = None) -> Any:  # fmt: skip
    x = whole(a)
    keep = valid(x, where)
    d = spread(dy, x, axis, keepdims) * conjugate(_rest(np.where(keep, x, 1.0), axis))
    return shared(np.where(keep, d if initial is None else d * conjugate(initial), 0.0), a)


def _skipping(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The tangent of `fun` over the entries that are not NaN: `fun` of their tangents."""

    def jvp(tangents: dict[str, Any], y: Any, a: Any, initial: Any = None, **given: Any) -> Any:
        return fun(np.where(np.isnan(whole(a)), np.nan, whole(tangents["a"])), **given)

    return jvp


def nanprod_jvp(tangents: dict[str, Any], y: Any, a: Any, where: Any = None, **given: Any) -> Any:
    keep = valid(whole(a), where)
    t = {"a": np.where(keep, whole(tangents["a"]), 0.0)}
    return prod_jvp(t, y, np.where(keep, whole(a), 1.0), **given)


_NAN_SUMS = [
    *reductions(with_nan, np.float32, complex), *reductions(normal, np.float32, np.complex64),
    case(with_nan(3, 4), axis=1, where=MASK), case(np.array([[np.nan, np.nan], [1.0, np.nan]]), axis=1),
]  # fmt: skip

nansum = primitive(np.nansum, nansum_vjp, wrt="a", jvp=_skipping(np.nansum), try_on=_NAN_SUMS)
nanmean = primitive(np.nanmean, nanmean_vjp, wrt="a", jvp=_skipping(np.nanmean), try_on=_NAN_SUMS)
nanprod = primitive(
    np.nanprod, nanprod_vjp, wrt="a", jvp=nanprod_jvp,
    try_on=[*_NAN_SUMS, case(np.array([[0.0, np.nan, 2.0], [0.0, 0.0, np.nan]]), axis=1)],
)  # fmt: skip


# --- average ----------------------------------------------------------------------------------


def _aligned(weights: Any, a: Any, axis: Axis) -> Any:
    """`weights` along `axis` of `a`, so that they broadcast with it."""
    if np.ndim(weights) == np.ndim(a) or axis is None:
        return weights
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = [i % np.ndim(a) for i in given]
    if axes != sorted(axes):
        raise Unsupported("np.average over axes out of order; write them in increasing order")
    index = [slice(None) if i in axes else None for i in range(np.ndim(a))]
    while index[0] is None:
        index = index[1:]
    return weights[tuple(index)] if None in index else weights


def _parts(dy: Any, returned: bool) -> tuple[Any, Any]:
    return (dy[0], dy[1]) if returned else (dy, None)


def average_a(dy: Any, y: Any, a: Any, axis: Axis = None, weights: Any = None, returned: bool = False,
              keepdims: bool = False) -> Any:  # fmt: skip
    dy, _ = _parts(dy, returned)
    if weights is None:
        return mean_vjp(dy, y, a, axis, keepdims=keepdims)
    x = whole(a)
    w = _aligned(whole(weights), x, axis)
    d = spread(dy, x, axis, keepdims) / conjugate(_weight(w, x, axis)) * conjugate(w)
    return shared(d if np.ndim(w) == np.ndim(x) else stretch(d, x), a)


def _weight(w: Any, x: Any, axis: Axis) -> Any:
    """The sum of the weights, over axes that stay."""
    if axis is None:
        return w.sum()
    dropped = np.ndim(x) - np.ndim(w)
    return w.sum(axis=tuple(i - dropped for i in axes_of(x, axis)), keepdims=True)


def average_weights(dy: Any, y: Any, a: Any, axis: Axis = None, weights: Any = None,
                    returned: bool = False, keepdims: bool = False) -> Any:  # fmt: skip
    dy, d_sum = _parts(dy, returned)
    x, given = whole(a), whole(weights)
    w = _aligned(given, x, axis)
    mean_kept = spread(y[0] if returned else y, x, axis, keepdims)
    d = spread(dy, x, axis, keepdims) / conjugate(_weight(w, x, axis)) * conjugate(x - mean_kept)
    if d_sum is not None:
        d = d + spread(d_sum, x, axis, keepdims)
    if np.ndim(given) < np.ndim(x):
        d = d.sum(axis=other_axes(np.ndim(x), axes_of(x, axis)))
    return shared(d, weights)


def average_jvp(tangents: dict[str, Any], y: Any, a: Any, axis: Axis = None, weights: Any = None,
                returned: bool = False, keepdims: bool = False) -> Any:  # fmt: skip
    x = whole(a)
    options: dict[str, Any] = {"axis": axis, "keepdims": keepdims}
    t = np.average(whole(tangents["a"]), weights=weights, **options) if "a" in tangents else 0.0
    if "weights" not in tangents:
        return (t, np.zeros_like(y[1])) if returned else t
    full = np.broadcast_to(_aligned(whole(tangents["weights"]), x, axis), x.shape)
    w = np.broadcast_to(_aligned(whole(weights), x, axis), x.shape)
    mean_kept = spread(y[0] if returned else y, x, axis, keepdims)
    t = t + (full * (x - mean_kept)).sum(**options) / w.sum(**options)
    return (t, full.sum(**options)) if returned else t


average = primitive(
    np.average, average_a, average_weights, wrt="a weights", params="a axis weights returned",
    jvp=average_jvp,
    try_on=[*reductions(normal, *KINDS),
            case(normal(3, 4), weights=positive(3, 4)), case(normal(3, 4), axis=1, weights=positive(3, 4)),
            case(normal(3, 4), axis=1, weights=positive(4)),
            case(normal(3, 4), axis=0, weights=positive(3)),
            case(normal(2, 3, 4), axis=1, weights=positive(3), keepdims=True),
            case(normal(2, 3, 4), axis=(0, 2), weights=positive(2, 4)),
            case(normal(5), weights=positive(5)),
            case(normal(3, 4), axis=1, weights=positive(4), returned=True),
            case(normal(3, 4), returned=True),
            case(normal(3, 4), axis=0, weights=positive(3, 4), returned=True),
            case(normal(3, 4, dtype=complex), axis=0, weights=positive(3)),
            case(normal(3, dtype=complex), weights=normal(3, dtype=complex)),
            case(normal(3, 4, dtype=np.float32), axis=1, weights=positive(4))],
)  # fmt: skip
