"""Operations that need not be written: what a rule asks for is answered by something cheaper.

Only generated operations are touched, and only where the value stays the same (to rounding, where
factors of a product change their order). `0 * x` and `x ** 0` are never folded: shape and NaN.
"""

from __future__ import annotations

import operator
from typing import Any

from ..runtime.declare import NAMES, Primitive
from .ir import Slot, Value
from .kinds import Array, Kind, Scalar, is_complex, kind_of
from .shapes import is_number_kind, same_shape
from .thrift import SAVES_WORK

PYTHON = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "power": operator.pow, "remainder": operator.mod, "floor_divide": operator.floordiv,
    "bitwise_and": operator.and_, "bitwise_or": operator.or_, "bitwise_xor": operator.xor,
    "left_shift": operator.lshift, "right_shift": operator.rshift, "negative": operator.neg,
    "positive": operator.pos, "invert": operator.invert, "less": operator.lt, "less_equal": operator.le,
    "greater": operator.gt, "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne,
}  # fmt: skip
WHOLE = ("remainder", "floor_divide")
"""Left to NumPy for Python's numbers, too; division and powers go through kernels that never raise."""


ALWAYS = ("float", "getitem")
"""Folds that bring Python numbers and arrays without axes together, and do not only save work."""


def fold(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """What a generated call comes to without being made, or None."""
    method = _FOLDS.get(prim.name) if SAVES_WORK or prim.name in ALWAYS else None
    return method(builder, prim, given) if method is not None else None


def _multiply(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    a, b = given["x1"], given["x2"]
    for x, y in ((a, b), (b, a)):
        if is_one(x) and keeps(y):
            return y
        if is_one(x, -1) and keeps(y):
            return -y
    if plain(a) and plain(b):
        return a * b
    for x, y in ((a, b), (b, a)):
        if (inner := negated(builder, x)) is not None:
            return (-y) * inner if plain(y) else -(inner * y)
    for x, y in ((a, b), (b, a)):
        found = spread_times(builder, x, y)
        if found is None and number(x):
            found = spread_scaled(builder, x, y)
        if found is None and number(x):
            found = factors_joined(x, y)
        if found is None and plain(x):
            found = cancelled(builder, x, y)
        if found is not None:
            return found
    return None


def negated(builder: Any, x: Any) -> Any:
    """What ``-u`` negates, whoever wrote it."""
    if not is_symbolic(x) or x.value.op is None or x.value.op.code != "prim":
        return None
    return builder.sym(x.value.op.operands[0]) if x.value.op.attrs["prim"].name == "negative" else None


def spread_times(builder: Any, x: Any, y: Any) -> Any:
    """A number spread over a shape, times an array of that shape: the number times the array."""
    made = made_by(x, "broadcast_to", "full", "ones")
    if made is not None and is_array(y):
        source, shape = spread_of(builder, made)
        if shape is not None and same_shape(shape, y.value):
            return source * y
        if (source := spread_array(builder, made, y)) is not None:
            return source * y
    made = made_by(x, "divide")
    if made is not None and is_array(y):
        top, bottom = operands(builder, made)
        inner = made_by(top, "broadcast_to", "full", "ones")
        if inner is not None and number(bottom):
            source, shape = spread_of(builder, inner)
            if shape is not None and same_shape(shape, y.value):
                return (source * y) / bottom
    return None


def spread_scaled(builder: Any, x: Any, y: Any) -> Any:
    """A number times a spread number: spread once."""
    made = made_by(y, "broadcast_to", "full", "ones")
    if made is None:
        return None
    source, like = spread_of(builder, made)
    if like is not None:
        return spread(builder, x * source, like)
    given = made.attrs["given"]
    if made.attrs["prim"].name != "broadcast_to" or not all(isinstance(i, Slot) for i in given.values()):
        return None
    source, shape = operands(builder, made)
    if not is_array(source) or not plain(x) or shape.value.op is None or shape.value.op.code != "shape":
        return None
    return spread(builder, x * source, shape.value.op.operands[0])


def spread_of(builder: Any, op: Any) -> tuple[Any, Value | None]:
    """The number that an operation spreads, and the array over whose shape."""
    given = op.attrs["given"]
    shape = given.get("shape")
    if not isinstance(shape, Slot):
        return None, None
    owner = op.operands[shape.index].op
    if owner is None or owner.code != "shape":
        return None, None
    if op.attrs["prim"].name == "ones":
        return 1.0, owner.operands[0]
    item = given.get("array", given.get("fill_value"))
    source = builder.sym(op.operands[item.index]) if isinstance(item, Slot) else item
    return (source, owner.operands[0]) if number(source) else (None, None)


def spread_array(builder: Any, op: Any, y: Any) -> Any:
    """The array that ``broadcast_to`` repeats over the shape of `y`, where arithmetic does that itself."""
    given = op.attrs["given"]
    if op.attrs["prim"].name != "broadcast_to" or not isinstance(given.get("shape"), Slot):
        return None
    asked = op.operands[given["shape"].index].op
    if asked is None or asked.code != "shape" or not same_shape(asked.operands[0], y.value):
        return None
    source = builder.sym(op.operands[given["array"].index]) if isinstance(given["array"], Slot) else None
    return source if is_array(source) else None


def factors_joined(x: Any, y: Any) -> Any:
    """``2.0 * (3.0 * y)`` as ``6.0 * y``, and ``2.0 * (1.0 / n)`` as ``2.0 / n``."""
    quotient = made_by(y, "divide")
    if quotient is not None and plain(x) and number(y):
        top, bottom = operands(y.builder, quotient)
        return (x * top) / bottom if plain(top) else None
    made = made_by(y, "multiply")
    if made is None or not is_array(y):
        return None
    for name, other in (("x1", "x2"), ("x2", "x1")):
        item, rest = made.attrs["given"][name], made.attrs["given"][other]
        if type(item) in (int, float) and isinstance(rest, Slot):
            return (x * item) * y.builder.sym(made.operands[rest.index])
    return None


def cancelled(builder: Any, x: Any, y: Any, depth: int = 3) -> Any:
    """``2 * (0.5 * u / v * w)`` as ``u / v * w``: a factor further in that the number cancels."""
    made = made_by(y, "multiply", "divide") if depth and is_array(y) else None
    if made is None:
        return None
    a, b = operands(builder, made)
    if made.attrs["prim"].name == "multiply":
        for k, rest in ((a, b), (b, a)):
            if plain(k) and abs(x * k) == 1 and keeps(rest):
                return rest if x * k == 1 else -rest
        if (inner := cancelled(builder, x, b, depth - 1)) is not None:
            return a * inner
    inner = cancelled(builder, x, a, depth - 1)
    if inner is None:
        return None
    return inner * b if made.attrs["prim"].name == "multiply" else inner / b


def _divide(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    if is_one(given["x2"]) and keeps(given["x1"]):
        return given["x1"]
    a, b = given["x1"], given["x2"]
    if plain(a) and plain(b) and b != 0 and type(b) is float:
        return a / b
    if number(b) and (made := made_by(a, "broadcast_to", "full", "ones")) is not None and is_array(a):
        source, like = spread_of(builder, made)
        if like is not None:
            return spread(builder, source / b, like)
    return None


def spread(builder: Any, number: Any, like: Value) -> Any:
    """A number over the shape of an array."""
    return builder.call(NAMES["broadcast_to"], (number, builder.sym(builder.shape(like))), {})


def _add(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    a, b = given["x1"], given["x2"]
    if plain(a) and plain(b):
        return a + b
    if is_symbolic(a) and is_symbolic(b) and a.value is b.value and (is_array(a) or number(a)):
        return 2 * a
    if (found := repeated(builder, a, b, "add")) is not None:
        return found
    for x, y in ((a, b), (b, a)):
        if made_by(y, "negative") is not None and (is_array(x) or number(x)):
            return x - operands(builder, y.value.op)[0]
        made = made_by(x, "broadcast_to", "full", "ones")
        if made is not None and is_array(y) and is_array(x):
            source, like = spread_of(builder, made)
            if like is not None and same_shape(like, y.value):
                return spread(builder, source + _number_of(builder, y), like) if _is_spread(builder, y) else y + source
            if (array := spread_array(builder, made, y)) is not None:
                return y + array
    return None


def _is_spread(builder: Any, y: Any) -> bool:
    made = made_by(y, "broadcast_to", "full", "ones")
    return made is not None and spread_of(builder, made)[1] is not None


def _number_of(builder: Any, y: Any) -> Any:
    return spread_of(builder, made_by(y, "broadcast_to", "full", "ones"))[0]


def _subtract(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    a, b = given["x1"], given["x2"]
    if plain(a) and plain(b):
        return a - b
    return repeated(builder, a, b, "subtract")


def repeated(builder: Any, a: Any, b: Any, name: str) -> Any:
    """``(p - b) - b`` as ``p - 2 * b``, and so for sums."""
    made = made_by(a, name)
    if made is None or not is_symbolic(b) or not (is_array(b) or number(b)):
        return None
    first, second = operands(builder, made)
    if not is_symbolic(second) or second.value is not b.value:
        return None
    return first - 2 * b if name == "subtract" else first + 2 * b


def _conjugate(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    item = next(iter(given.values()))
    return item if is_complex(known(item)) is False else None


def _negative(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    x = given["x1"]
    if plain(x):
        return -x
    made = made_by(x, "negative")
    if made is not None:
        return builder.sym(made.operands[0])
    made = made_by(x, "multiply")
    if made is not None:
        for k, rest in (operands(builder, made), operands(builder, made)[::-1]):
            if plain(k):
                return (-k) * rest
    made = made_by(x, "broadcast_to", "full", "ones")
    if made is not None and is_array(x):
        source, like = spread_of(builder, made)
        return None if like is None else spread(builder, -source, like)
    return None


def _sum(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """The sum of ``-x`` or ``2.0 * x`` is cheaper the other way round."""
    rest = {k: v for k, v in given.items() if k in ("axis", "keepdims")}
    if len(rest) + 1 != len(given):
        return None
    if (made := made_by(given["a"], "negative")) is not None:
        return -builder.call(prim, (operands(builder, made)[0],), rest)
    if (made := made_by(given["a"], "multiply")) is not None:
        for k, array in (operands(builder, made), operands(builder, made)[::-1]):
            if plain(k) and is_array(array):
                return k * builder.call(prim, (array,), rest)
    return None


def _scatter(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """The adjoint of ``b[:, None]``: the axis goes again."""
    d = given["d"]
    axes = new_axes(given["index"], d)
    if not axes:
        return None
    made = made_by(d, "sum")
    if made is not None and made.attrs["given"].get("keepdims") is True:
        axis, source = made.attrs["given"].get("axis"), made.attrs["given"].get("a")
        if isinstance(source, Slot) and _axes(axis, d) == axes:
            return builder.call(made.attrs["prim"], (builder.sym(made.operands[source.index]),), {"axis": axis})
    rank = len(d.value.kind.dims)
    index = tuple(0 if i in axes else slice(None) for i in range(rank))
    return d[..., 0] if axes == [rank - 1] else d[index]


def _axes(axis: Any, d: Any) -> list[int] | None:
    rank = len(d.value.kind.dims)
    given = axis if isinstance(axis, tuple) else (axis,)
    return sorted(a % rank for a in given) if all(type(a) is int for a in given) else None


def new_axes(index: Any, d: Any) -> list[int]:
    """The axes of `d` that an index of whole slices and None has added; none if the index does more."""
    if not is_array(d) or not isinstance(index, tuple):
        return []
    whole = [i == slice(None) if isinstance(i, slice) else i is None or i is Ellipsis for i in index]
    if not all(whole) or sum(i is Ellipsis for i in index) > 1:
        return []
    rest = len(d.value.kind.dims) - sum(i is not Ellipsis for i in index)
    if rest < 0:
        return []
    at = next((k for k, i in enumerate(index) if i is Ellipsis), len(index))
    full = [*index[:at], *[slice(None)] * rest, *index[at + 1 :]]
    return [k for k, i in enumerate(full) if i is None]


def _broadcast_to(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """A Python number spread over an array's shape takes the array's dtype."""
    item: Any = given.get("array")
    shape: Any = given.get("shape")
    if not is_symbolic(shape) or shape.value.op is None or shape.value.op.code != "shape":
        return None
    like = shape.value.op.operands[0]
    if is_symbolic(item) and same_shape(item.value, like) and is_array(item):
        return item
    dtype = like.kind.dtype if isinstance(like.kind, Array) else None
    if plain(item) and dtype is not None and dtype.kind in "fc":
        if item == 1:
            return builder.call(NAMES["ones"], (shape, dtype), {})
        return builder.call(NAMES["full"], (shape, item, dtype), {})
    return None


def _getitem(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    """``d[...]`` of a number, which may be Python's where an array without axes is meant."""
    a: Any = given.get("a")
    index = given.get("index")
    if is_symbolic(a) and is_number_kind(a.value.kind) and (index is Ellipsis or index == ()):
        return a
    return None


def _float(builder: Any, prim: Primitive, given: dict[str, Any]) -> Any:
    item = next(iter(given.values()))
    if plain(item):
        return float(item)
    return item if is_symbolic(item) and item.value.kind == Scalar(float) else None


_FOLDS: dict[str, Any] = {
    "multiply": _multiply, "divide": _divide, "add": _add, "subtract": _subtract, "conj": _conjugate,
    "conjugate": _conjugate, "negative": _negative, "scatter": _scatter, "sum": _sum, "broadcast_to": _broadcast_to,
    "float": _float, "getitem": _getitem,
}  # fmt: skip


# --- small questions ------------------------------------------------------------------------


def is_symbolic(item: Any) -> bool:
    return hasattr(item, "value") and hasattr(item, "builder")


def known(item: Any) -> Kind:
    return item.value.kind if is_symbolic(item) else kind_of(item)


def plain(item: Any) -> bool:
    """A Python number that is known now."""
    return type(item) in (int, float)


def number(item: Any) -> bool:
    """A number, known now or not, or an array without axes."""
    return plain(item) or is_symbolic(item) and is_number_kind(item.value.kind)


def is_array(item: Any) -> bool:
    return is_symbolic(item) and isinstance(item.value.kind, Array) and bool(item.value.kind.dims)


def is_one(item: Any, one: int = 1) -> bool:
    return type(item) in (int, float) and item == one


def keeps(item: Any) -> bool:
    """Would a product with the Python number 1 be the very same value?"""
    kind = known(item)
    if isinstance(kind, Array):
        return kind.dtype is not None and kind.dtype.kind in "fc"
    return isinstance(kind, Scalar) and kind.type in (float, complex)


def made_by(item: Any, *names: str) -> Any:
    """The generated operation that made a symbolic value, if it is one of these rows."""
    if not is_symbolic(item) or item.value.op is None:
        return None
    op = item.value.op
    return op if op.code == "prim" and not op.user and op.attrs["prim"].name in names else None


def operands(builder: Any, op: Any) -> list[Any]:
    """The arguments of an operation in order."""
    return [builder.sym(op.operands[i.index]) if isinstance(i, Slot) else i for i in op.attrs["given"].values()]
