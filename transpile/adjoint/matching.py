"""A cotangent is brought to the shape and dtype of the value it belongs to: here, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...runtime.declare import NAMES, TABLE
from ..builder import Builder
from ..ir import Value
from ..kinds import ANY, MANY, ONE, UNKNOWN, Array, Kind, ListOf, Scalar, TupleOf, is_complex
from ..shapes import same_shape
from ..sym import Sym


def match(builder: Builder, d: Any, value: Value, exact: bool) -> Any:
    """Bring a cotangent to the shape and dtype of the value it belongs to."""
    kind = value.kind
    if isinstance(d, dict) or isinstance(kind, (TupleOf, ListOf)):
        return d
    if isinstance(kind, Scalar):
        return _match_number(builder, d, kind)
    if isinstance(kind, Array):
        d = _match_shape(builder, d, value, kind, exact)
        return _match_dtype(builder, d, kind)
    if isinstance(d, Sym) and not exact:
        return NAMES["sum_to"].fun(d, Sym(builder.shape(value), builder))
    return d


def _match_number(builder: Builder, d: Any, kind: Scalar) -> Any:
    if not isinstance(d, Sym):
        return d
    own = d.value.kind
    if isinstance(own, Scalar) and (own.type is not complex or kind.type is complex):
        return d
    if not (isinstance(own, Array) and own.dims == ()) and not isinstance(own, Scalar):
        firm = isinstance(own, Array) and own.dims is not None and not own.loose
        d = d.sum() if firm else np.sum(d)
    if kind.type is complex:
        return d
    if is_complex(d.value.kind) is not False:
        d = np.real(d)
    return builder.call(TABLE[float], (d,), {})


def _match_shape(builder: Builder, d: Any, value: Value, kind: Array, exact: bool) -> Any:
    if kind.loose and not isinstance(d, Sym):
        d = Sym(builder.const(d), builder)
    shape = Sym(value, builder).shape if kind.dims != () else ()
    if not isinstance(d, Sym):
        return d if kind.dims == () else builder.call(NAMES["broadcast_to"], (d, shape), {})
    own = d.value.kind
    if kind.dims != () and same_shape(d.value, value):
        return d
    if kind.loose or isinstance(own, Array) and own.loose:
        out = NAMES["sum_to"].fun(d, Sym(builder.shape(value), builder))
        if isinstance(own, Array) and not kind.loose and kind.dims is not None:
            out.value.kind = replace(own, dims=kind.dims, loose=False)
        return out
    if isinstance(own, Scalar):
        return d if kind.dims == () else builder.call(NAMES["broadcast_to"], (d, shape), {})
    if not isinstance(own, Array) or own.dims is None or kind.dims is None:
        return d if exact else NAMES["sum_to"].fun(d, Sym(builder.shape(value), builder))
    if len(own.dims) < len(kind.dims):
        return np.broadcast_to(d, shape)
    return _sum_axes(d, own.dims, kind.dims, shape, exact)


def _sum_axes(d: Any, own: tuple[str, ...], dims: tuple[str, ...], shape: Any, exact: bool) -> Any:
    lead = len(own) - len(dims)
    pairs = list(zip(own[lead:], dims, strict=True))
    if any(p == ONE and q == MANY for p, q in pairs):
        return np.broadcast_to(d, shape)
    if not exact and any(q == ANY and p != ONE for p, q in pairs):
        return NAMES["sum_to"].fun(d, shape)
    ones = [i for i, (p, q) in enumerate(pairs) if q == ONE and p != ONE]
    if lead == len(own) and lead:
        return d.sum()
    if ones:
        d = d.sum(axis=_axis([i + lead for i in ones]), keepdims=True)
    if lead:
        d = d.sum(axis=_axis(list(range(lead))))
    return d


def _match_dtype(builder: Builder, d: Any, kind: Array) -> Any:
    if not isinstance(d, Sym) or kind.dtype is None:
        return d
    own = d.value.kind
    if own == Scalar(complex) and kind.dtype.kind != "c":
        return np.real(d)
    if isinstance(own, Scalar) or not isinstance(own, Array) or own.dtype is None:
        return d
    if own.dtype.kind == "c" and kind.dtype.kind != "c":
        d = d.real
        own = d.value.kind
    if isinstance(own, Array) and own.dtype != kind.dtype and own.dtype is not None:
        if kind.dtype.kind == "c" and own.dtype.kind == "f":
            return d
        if kind.dims == () and kind.dtype.name in NAMES:  # what is a NumPy scalar by its kind may be Python's number
            return builder.call(NAMES[kind.dtype.name], (d,), {})
        return d.astype(kind.dtype)
    return d


def _axis(axes: list[int]) -> Any:
    return axes[0] if len(axes) == 1 else tuple(axes)


def settled(d: Any, kind: Kind) -> bool:
    """Is enough known to bring a cotangent to the shape and dtype of an operand of that kind?"""
    if isinstance(kind, Array):
        known = kind.dtype is not None and kind.dims is not None
        own = d.value.kind if isinstance(d, Sym) else None
        return known and (own is None or isinstance(own, Scalar) or isinstance(own, Array)
                          and own.dtype is not None and own.dims is not None)
    return kind != UNKNOWN
