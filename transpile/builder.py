"""Symbolic values: running NumPy code on them appends operations to the IR.

A `Sym` stands for a value of the program being written. It answers what is known when the
program is written (rank, dtype) and refuses what is not, so a rule cannot take a decision that
would be wrong for other arguments.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from ..runtime.declare import NAMES, TABLE, Primitive, UnknownKind, Unsupported
from ..runtime.labelled.core import Labelled
from ..runtime.primitives.methods import METHODS
from .fold import PYTHON, WHOLE, fold
from .ir import Op, Region, Slot, Value, fill, slots
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

CREATION = {"zeros", "ones", "empty", "full", "eye", "identity", "zeros_like", "ones_like",
            "empty_like", "full_like", "array", "copy", "arange", "linspace"}  # fmt: skip
UNKNOWABLE = ("ndmin", "axis", "axes", "ord", "keepdims", "indexing", "mode", "optimize")


class NeedStatic(Exception):
    """The text depends on the value of an argument: specialise on it."""

    def __init__(self, value: Value) -> None:
        super().__init__(value.name)
        self.value = value


class Builder:
    """Appends operations to the region on top of its stack."""

    def __init__(self, region: Region) -> None:
        self.regions = [region]
        self.shared: list[dict[Any, Value]] = [{}]
        self.stmt: Any = None
        self.node: Any = None
        self.line = 0
        self.user = False
        self.clock = 0

    @property
    def region(self) -> Region:
        return self.regions[-1]

    @contextmanager
    def inside(self, region: Region) -> Iterator[Region]:
        """Operations go into `region` for a while."""
        self.regions.append(region)
        self.shared.append({})
        try:
            yield region
        finally:
            self.regions.pop()
            self.shared.pop()

    @contextmanager
    def at(self, **where: Any) -> Iterator[None]:
        """Set `stmt`, `node`, `line`, `user` for the operations appended meanwhile."""
        old = {k: getattr(self, k) for k in where}
        for k, v in where.items():
            setattr(self, k, v)
        try:
            yield
        finally:
            for k, v in old.items():
                setattr(self, k, v)

    def append(self, code: str, operands: list[Value], kinds: list[Kind], **attrs: Any) -> Op:
        """A new operation at the end of the current region."""
        op = Op(code, list(operands), attrs, [], [], self.node, self.stmt, self.line, self.user,
                self.region, self.clock)  # fmt: skip
        op.results = [Value(k, node=self.node, op=op) for k in kinds]
        self.region.ops.append(op)
        return op

    def const(self, value: Any, kind: Kind | None = None) -> Value:
        return self.append("const", [], [kind or kind_of(value)], value=value).result

    def shape(self, value: Value) -> Value:
        """The shape of an array; asked once per array."""
        dims = value.kind.dims if isinstance(value.kind, Array) else None
        key = ("shape", value)
        found = self.find(key)
        if found is None:
            with self.at(user=False):
                kind = Ints(len(dims) if dims is not None else None)
                found = self.append("shape", [value], [kind]).result
            self.shared[-1][key] = found
        return found

    def find(self, key: Any) -> Value | None:
        for level in reversed(self.shared):
            if key in level:
                return level[key]
        return None

    def item(self, container: Value, key: Any) -> Value:
        """One entry of a container with known entries."""
        kind = UNKNOWN
        if isinstance(container.kind, TupleOf):
            kind = container.kind.at(key)
        elif isinstance(container.kind, Ints):
            kind = INT
        elif isinstance(container.kind, ListOf):
            kind = container.kind.item
        share = ("item", container, key)
        found = None if self.user else self.find(share)
        if found is None:
            found = self.append("item", [container], [kind], key=key).result
            self.shared[-1][share] = found
        return found

    def sym(self, value: Value) -> Sym:
        """A value as rules see it."""
        return Sym(value, self)

    def call(self, prim: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any], form: str = "") -> Any:
        """Apply a row to symbolic and plain values; the result is a Sym (or a plain value)."""
        given = {k: literal(v) for k, v in prim.bind(args, kwargs).items()}
        if not self.user and (folded := fold(self, prim, given)) is not None:
            return folded
        operands: list[Value] = []
        template = {k: self._template(v, operands) for k, v in given.items()}
        key = (prim, _freeze(template), _order(prim, operands))
        share = not self.user and prim.name not in CREATION
        if share and (found := self.find(key)) is not None:
            return Sym(found, self)
        plain = form == "operator" or not self.user and prim.name not in WHOLE
        kind = infer(prim, template, operands, plain)
        op = self.append("prim", operands, [kind], prim=prim, given=template)
        if form:
            op.attrs["form"] = form
        if share:
            self.shared[-1][key] = op.result
        return Sym(op.result, self)

    def _template(self, item: Any, operands: list[Value]) -> Any:
        if isinstance(item, Sym):
            item = item.value
        if isinstance(item, Value):
            if item not in operands:
                operands.append(item)
            return Slot(operands.index(item))
        if isinstance(item, (list, tuple)):
            items = [self._template(i, operands) for i in item]
            return items if isinstance(item, list) else tuple(items)
        if isinstance(item, slice):
            return slice(*(self._template(i, operands) for i in (item.start, item.stop, item.step)))
        if isinstance(item, dict):
            return {k: self._template(v, operands) for k, v in item.items()}
        return item


def _order(prim: Primitive, operands: list[Value]) -> tuple[Value, ...]:
    """The operands, in any fixed order if that makes no difference."""
    if prim.name in ("add", "multiply") and len(operands) == 2:
        return tuple(sorted(operands, key=id))
    return tuple(operands)


def literal(item: Any) -> Any:
    """A symbolic constant number as the number itself."""
    if isinstance(item, Sym) and item.value.op is not None and item.value.op.code == "const":
        value = item.value.op.attrs["value"]
        if type(value) in (int, float) and not item.value.op.user:
            return value
    return item


def _freeze(item: Any) -> Any:
    if isinstance(item, dict):
        return tuple((k, _freeze(v)) for k, v in item.items())
    if isinstance(item, (list, tuple)):
        return (type(item).__name__, *map(_freeze, item))
    if isinstance(item, slice):
        return ("slice", _freeze(item.start), _freeze(item.stop), _freeze(item.step))
    if isinstance(item, np.ndarray):
        return ("array", id(item))
    return (type(item).__name__, repr(item)) if isinstance(item, float) else (
        type(item).__name__, item) if item.__hash__ else ("id", id(item))


# --- inference ---------------------------------------------------------------------------


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


# --- symbolic values ---------------------------------------------------------------------


class Sym:
    """A value of the program being written, usable where a rule expects an array."""

    __slots__ = ("value", "builder")
    __array_priority__ = 1000

    def __init__(self, value: Value, builder: Builder) -> None:
        self.value, self.builder = value, builder

    def __dl_call__(self, fun: Any, args: Any, kwargs: Any) -> Any:
        return self.builder.call(TABLE[fun], args, kwargs)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(a, Labelled) for a in args):
            return NotImplemented
        fun = ufunc if method == "__call__" else getattr(ufunc, method)
        return _table_call(self.builder, fun, args, kwargs)

    def __array_function__(self, fun: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(t, Labelled) for t in types):
            return NotImplemented
        return _table_call(self.builder, fun, args, kwargs)

    @property
    def ndim(self) -> int:
        kind = self.value.kind
        if isinstance(kind, Scalar):
            return 0
        if isinstance(kind, Array) and kind.dims is not None and not kind.loose:
            return len(kind.dims)
        raise UnknownKind("the number of dimensions is not known")

    @property
    def dtype(self) -> np.dtype[Any]:
        kind = self.value.kind
        if isinstance(kind, Scalar):
            return np.dtype(kind.type)
        if isinstance(kind, Array) and kind.dtype is not None:
            return kind.dtype
        raise UnknownKind("the dtype is not known")

    @property
    def shape(self) -> Any:
        kind = self.value.kind
        if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.dims == ():
            return ()
        return Sym(self.builder.shape(self.value), self.builder)

    @property
    def size(self) -> Any:
        if isinstance(self.value.kind, Scalar):
            return 1
        return self.builder.call(NAMES["size"], (self,), {})

    def __len__(self) -> int:
        kind = self.value.kind
        if isinstance(kind, Ints) and kind.length is not None:
            return kind.length
        if isinstance(kind, TupleOf):
            return len(kind.items)
        raise UnknownKind("the length is not known when the gradient is written")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        kind = self.value.kind
        if isinstance(kind, (Ints, TupleOf)):
            return self._entry(index)
        if isinstance(kind, ListOf):
            if not isinstance(index, int):
                raise UnknownKind("a part of a list whose length is not known")
            return Sym(self.builder.item(self.value, index), self.builder)
        return _table_call(self.builder, operator.getitem, (self, index), {})

    def _entry(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        known = isinstance(self.value.kind, TupleOf) or self.value.kind.length is not None  # type: ignore[attr-defined]
        if isinstance(index, Sym):
            raise NeedStatic(index.value)
        if known and isinstance(index, int):
            index = range(len(self))[index]
        return Sym(self.builder.item(self.value, index), self.builder)

    def __getattr__(self, name: str) -> Any:
        if name == "T":
            return self.builder.call(NAMES["transpose"], (self,), {})
        if name == "mT":
            return self.builder.call(NAMES["matrix_transpose"], (self,), {})
        if name in ("real", "imag"):
            return self.builder.call(NAMES[name], (self,), {})
        if name in METHODS:
            return _Method(self, name)
        raise AttributeError(f"a symbolic value has no {name}")

    def astype(self, dtype: Any, **kwargs: Any) -> Any:
        kind = self.value.kind
        if isinstance(kind, Array) and kind.dtype == np.dtype(dtype):
            return self
        return self.builder.call(NAMES["astype"], (self, np.dtype(dtype)), {})

    def __bool__(self) -> bool:
        raise UnknownKind("a rule asked for the truth of a value that exists only at run time")

    def __index__(self) -> int:
        raise UnknownKind("a rule asked for an integer that exists only at run time")

    __float__ = __int__ = __complex__ = __index__  # type: ignore[assignment]
    __hash__ = object.__hash__

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise UnknownKind("a symbolic value has no numbers")

    def __repr__(self) -> str:
        return f"<sym {self.value} {self.value.kind}>"


class _Method:
    """`x.sum` of a symbolic x, waiting for its arguments."""

    def __init__(self, owner: Sym, name: str) -> None:
        self.owner, self.name = owner, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        fun, normalise = METHODS[self.name]
        if normalise is not None:
            args, kwargs = normalise(args, kwargs)
        return _table_call(self.owner.builder, fun, (self.owner, *args), kwargs)


def _table_call(builder: Builder, fun: Any, args: Any, kwargs: Any) -> Any:
    direct = _DIRECT.get(fun)
    if direct is not None and isinstance(args[0], Sym):
        return direct(*args, **kwargs)
    row = TABLE.get(fun)
    if row is None:
        raise Unsupported(f"{getattr(fun, '__name__', fun)} is not in the table")
    return builder.call(row, tuple(args), dict(kwargs))


def _zeros_like(x: Sym, dtype: Any = None, **_: Any) -> Any:
    if isinstance(x.value.kind, Scalar):
        return 0.0
    return x.builder.call(NAMES["zeros"], (x.shape, dtype or x.dtype), {})


def _ones_like(x: Sym, dtype: Any = None, **_: Any) -> Any:
    if isinstance(x.value.kind, Scalar):
        return 1.0
    return x.builder.call(NAMES["ones"], (x.shape, dtype or x.dtype), {})


def _full_like(x: Sym, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
    return x.builder.call(NAMES["full"], (x.shape, fill_value, dtype or x.dtype), {})


def _size(x: Sym, axis: Any = None) -> Any:
    return x.size if axis is None else x.shape[axis]


_DIRECT: dict[Any, Any] = {
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: _size,
    np.iscomplexobj: lambda x: x.dtype.kind == "c",
    np.isrealobj: lambda x: x.dtype.kind != "c",
    np.zeros_like: _zeros_like,
    np.ones_like: _ones_like,
    np.full_like: _full_like,
    np.asarray: lambda x, dtype=None: x if dtype is None else x.astype(dtype),
}


def _operator(fun: Any, swap: bool = False) -> Any:
    def method(self: Sym, other: Any) -> Any:
        if isinstance(other, Labelled):
            return NotImplemented
        args = (other, self) if swap else (self, other)
        return self.builder.call(TABLE[fun], args, {})

    return method


for _name, _fun in {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide,
    "pow": np.power, "matmul": np.matmul, "mod": np.remainder, "floordiv": np.floor_divide,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor,
}.items():  # fmt: skip
    setattr(Sym, f"__{_name}__", _operator(_fun))
    setattr(Sym, f"__r{_name}__", _operator(_fun, swap=True))
for _name, _fun in {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
}.items():  # fmt: skip
    setattr(Sym, f"__{_name}__", _operator(_fun))
Sym.__neg__ = lambda self: self.builder.call(NAMES["negative"], (self,), {})  # type: ignore[attr-defined, operator]
Sym.__pos__ = lambda self: self  # type: ignore[attr-defined, operator]
Sym.__abs__ = lambda self: self.builder.call(NAMES["absolute"], (self,), {})  # type: ignore[attr-defined]
Sym.__invert__ = lambda self: self.builder.call(NAMES["invert"], (self,), {})  # type: ignore[attr-defined, operator]
Sym.__hash__ = object.__hash__  # type: ignore[method-assign, assignment]
