"""The kind of what a row returns: from what is known of its operands, and from probe calls."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..runtime.declare import Primitive
from .fold import PYTHON
from .ir import Slot, Value, fill, slots
from .kinds import (
    ANY,
    INT,
    MANY,
    ONE,
    UNKNOWN,
    Array,
    Ints,
    Kind,
    ListOf,
    Scalar,
    TupleOf,
    from_probes,
    join,
    kind_of,
    narrowed,
    probe,
)  # fmt: skip
from .known import known_kind

UNKNOWABLE = ("ndmin", "axis", "axes", "ord", "keepdims", "indexing", "mode", "optimize")


class NeedStatic(Exception):
    """The text depends on the value of an argument: specialise on it."""

    def __init__(self, value: Value) -> None:
        super().__init__(value.name)
        self.value = value  # where the problem is passed on to a caller: what it gave for the value


def infer(prim: Primitive, template: dict[str, Any], operands: list[Value], operator: bool = False) -> Kind:
    """The kind of the result, from two probe calls, or UNKNOWN.

    `operator`: Python's operator computes it, so numbers stay Python's.
    """
    kind = _infer(prim, template, operands, operator)
    loose = [v for v in operands if isinstance(v.kind, Array) and v.kind.loose]
    return _loosened(prim, kind, operands) if loose else kind


def _loosened(prim: Primitive, kind: Kind, operands: list[Value]) -> Kind:
    """What is left of a promise when an operand may be a number instead of an array."""
    if not isinstance(kind, Array) or kind.dims is None:
        return UNKNOWN
    if kind.dims == ():
        return kind
    firm = [v.kind for v in operands if isinstance(v.kind, Array) and not v.kind.loose and v.kind.dims is not None]
    if prim.broadcasts and any(len(k.dims or ()) == len(kind.dims) and ANY not in k.dims for k in firm):  # type: ignore[operator]
        return kind
    return replace(kind, loose=True) if prim.broadcasts else UNKNOWN


def _infer(prim: Primitive, template: dict[str, Any], operands: list[Value], operator: bool = False) -> Kind:
    if operator and prim.name in PYTHON and all(isinstance(v.kind, Scalar) for v in operands):
        return _python_kind(prim, template, operands)
    shaped = _shape_argument(prim, template, operands)
    dynamic = _dynamic_integers(prim, template, operands)
    if (exact := known_kind(prim.name, template, operands, shape_dims)) is not None:
        return exact
    unsure = any(map(_unsure, operands))
    weak = prim.sizes == "any" or dynamic or unsure
    kind = _probed(prim, template, operands, weak, unsure)
    if kind == UNKNOWN:
        return shaped or UNKNOWN
    if shaped is not None and isinstance(kind, Array):
        return Array(kind.dtype, shaped.dims, kind.generic and shaped.dims == ())
    if weak and prim.broadcasts and not dynamic:
        return _broadcast_kind(kind, template, operands)
    return kind


def _probed(prim: Primitive, template: dict[str, Any], operands: list[Value], weak: bool,
            unsure: bool) -> Kind:  # fmt: skip
    """The kind from probe calls; where axes may have size 1, also from probes in which they do."""
    kinds = []
    for ones in (False, True) if unsure else (False,):
        try:
            small, large = (_probe_call(prim, template, operands, n, ones) for n in (3, 4))
        except Exception:
            continue
        kinds.append(from_probes(small, large, not weak))
    if not kinds:
        return UNKNOWN
    return kinds[0] if len(kinds) == 1 else join(*kinds)


def _unsure(value: Value) -> bool:
    """Is there an axis that may have size 1 in an operand, or in the array whose shape it is?"""
    shaped = value.op is not None and value.op.code == "shape"
    return _weak(value.op.operands[0].kind if shaped and value.op else value.kind)


def _python_kind(prim: Primitive, template: dict[str, Any], operands: list[Value]) -> Kind:
    def make(index: int) -> Any:
        return probe_value(operands[index], 3)

    try:
        python: Any = PYTHON[prim.name]
        return kind_of(python(*fill(list(template.values()), make)))
    except (TypeError, ArithmeticError, ValueError):
        return UNKNOWN


def _broadcast_kind(kind: Kind, template: dict[str, Any], operands: list[Value]) -> Kind:
    """Elementwise rows know more than the probes where an axis is ANY."""
    if not isinstance(kind, Array) or kind.dims is None:
        return kind
    stack = []
    for item in template.values():
        known = operands[item.index].kind if isinstance(item, Slot) else kind_of(item)
        if isinstance(known, Array):
            if known.dims is None:
                return kind
            stack.append(known.dims)
        elif not isinstance(known, Scalar):
            return kind
    rank = max(map(len, stack), default=0)
    padded = [(ONE,) * (rank - len(d)) + d for d in stack]
    dims = tuple(
        MANY if MANY in col else ANY if ANY in col else ONE for col in zip(*padded, strict=True)
    )
    return Array(kind.dtype, dims, kind.generic) if len(dims) == len(kind.dims) else kind


def _weak(kind: Kind) -> bool:
    return isinstance(kind, Array) and kind.dims is not None and ANY in kind.dims or (
        isinstance(kind, (TupleOf,)) and any(map(_weak, kind.items))) or (
        isinstance(kind, ListOf) and _weak(kind.item))  # fmt: skip


def _dynamic_integers(prim: Primitive, template: dict[str, Any], operands: list[Value]) -> bool:
    """Is an integer operand's value part of what the result looks like?"""
    if prim.broadcasts:
        return False
    found = False
    for name, item in template.items():
        for index in slots(item):
            value = operands[index]
            if value.kind in (INT, Scalar(bool)):
                if name in UNKNOWABLE:
                    raise NeedStatic(value)
                found = True
            elif isinstance(value.kind, Ints) and value.op is not None and value.op.code != "shape":
                found = True
    return found


def _shape_argument(prim: Primitive, template: dict[str, Any], operands: list[Value]) -> Any:
    """Rows that are told a shape: the result has it."""
    if prim.name in ("reshape", "broadcast_to", "zeros", "ones", "empty", "full", "resize"):
        shape = template.get("shape")
    else:
        return None
    dims = shape_dims(shape, operands)
    if dims is None:
        return None
    first = template.get("a", template.get("array"))
    source = operands[first.index].kind if isinstance(first, Slot) else None
    dtype = source.dtype if isinstance(source, Array) else None
    return Array(dtype, dims)


def shape_dims(shape: Any, operands: Sequence[Value]) -> tuple[str, ...] | None:
    """What is known of the axes of an array that has this shape."""
    if isinstance(shape, Slot):
        value = operands[shape.index]
        if value.op is not None and value.op.code == "shape":
            source = value.op.operands[0].kind
            return source.dims if isinstance(source, Array) and not source.loose else None
        if value.kind == INT:
            return (ANY,)
        if isinstance(value.kind, Ints) and value.kind.length is not None:
            return (ANY,) * value.kind.length
        if isinstance(value.kind, TupleOf):
            return (ANY,) * len(value.kind.items)
        return None
    if isinstance(shape, (int, np.integer)):
        shape = (shape,)
    if not isinstance(shape, (tuple, list)):
        return None
    return tuple(_dim_of(n) for n in shape)


def _dim_of(n: Any) -> str:
    if isinstance(n, Slot) or n == -1:
        return ANY
    return ONE if n == 1 else MANY


def _probe_call(prim: Primitive, template: dict[str, Any], operands: list[Value], n: int,
                ones: bool = False) -> Any:  # fmt: skip
    def make(index: int) -> Any:
        return probe_value(operands[index], n, ones)

    given = fill(template, make)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fun = getattr(prim.fun, "__wrapped__", prim.fun) if prim.kernel else prim.fun
        return apply(fun, prim, given)


def apply(fun: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """Call `fun` with arguments by name, positionally where they come in order."""
    if prim.varargs:
        rest = {k: v for k, v in given.items() if k != "args"}
        return fun(*given["args"], **rest)
    args, kwargs = positional(prim, given)
    return fun(*args, **kwargs)


def positional(prim: Primitive, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Split arguments by name into a positional prefix and keywords."""
    args: list[Any] = []
    rest = dict(given)
    for name in prim.params:
        if name not in rest:
            break
        args.append(rest.pop(name))
    return args, rest


def probe_value(value: Value, n: int, ones: bool = False) -> Any:
    """A small value for an operand; shapes are those of the probe of their array.

    `ones`: axes that may have size 1 do.
    """
    if value.op is not None and value.op.code == "shape":
        return np.shape(probe_value(value.op.operands[0], n, ones))
    if value.op is not None and value.op.code == "const":
        return value.op.attrs["value"]
    return probe(narrowed(value.kind) if ones else value.kind, n)
