"""Windows: what a store through one does to what it looks at.

A row that only arranges an array's entries anew is undone by its own adjoint: what the whole is
after a store into the part is the adjoint's result for the part.
"""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES, UnknownKind, Unsupported
from ..builder import Builder
from ..ir import Region, Value
from ..kinds import Array, Kind
from ..sym import Sym
from .values import Link

ARRANGING = {"transpose", "swapaxes", "moveaxis", "rollaxis", "expand_dims", "squeeze", "flip", "fliplr",
             "flipud", "rot90", "matrix_transpose", "linalg.matrix_transpose", "reshape", "ravel", "atleast_1d",
             "atleast_2d", "atleast_3d"}  # fmt: skip
"""Rows whose result has all entries of their argument, in other places."""
WHOLE = {"asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "asarray_chkfinite", "conjugate"}
"""Rows whose result, where it is a window, is the array itself."""


def put_through(builder: Builder, base: Value, row: Any, given: dict[str, Any], part: Value) -> Value:
    """What `base` is after `part` was stored into its window by `row`."""
    whole, new = Sym(base, builder), Sym(part, builder)
    try:
        out = written(whole, row, given, new)
    except (UnknownKind, Unsupported, TypeError):
        out = None
    if out is None:
        why = f"a store through {row.text or row.name} is not followed"
        return builder.append("user", [base, part], [base.kind], why=why).result
    return alike(out.value, base)


def in_sight(value: Value, region: Region) -> bool:
    """Is this a value of a region, or of one around it? (What a loop in the making carries has no region yet.)"""
    home = value.op.region if value.op is not None else value.region
    return home is None or home.encloses(region)


def alike(new: Value, old: Value) -> Value:
    """New content of the memory of an old one: of one kind and shape."""
    if isinstance(old.kind, Array):
        new.kind = old.kind
    if new.op is not None and new is not old:
        new.op.attrs.setdefault("like", old)
    return new


def written(whole: Any, row: Any, given: dict[str, Any], part: Any) -> Any:
    if row.name == "getitem":
        return NAMES["put"].fun(whole, given[row.params[1]], part)
    if row.name in WHOLE or row.name in ("real", "imag") and is_real(whole.value.kind):
        return part
    if row.name in ("real", "imag"):
        return NAMES[f"with_{row.name}"].fun(whole, part)
    if row.name in ARRANGING:
        return next(iter(row.vjps.values()))(part, part, **{row.params[0]: whole, **given})
    return None


def is_real(kind: Kind) -> bool:
    return isinstance(kind, Array) and kind.dtype is not None and kind.dtype.kind == "f"


def read_through(builder: Builder, base: Value, row: Any, given: dict[str, Any]) -> Value:
    """The window on `base` by `row`."""
    found: Value = builder.call(row, (), {**given, row.params[0]: Sym(base, builder)}).value
    found.node = None
    return found


def chosen(builder: Builder, link: Link, new: Value, old: Value) -> Value:
    """`new` where the condition of a link holds, else `old`."""
    pair = (new, old) if link.when else (old, new)
    given = (tuple(Sym(v, builder) for v in pair), Sym(link.cond, builder), *([True] if link.window else []))
    return alike(NAMES["chosen"].fun(*given).value, old)
