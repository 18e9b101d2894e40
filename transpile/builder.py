"""The builder: every operation of the IR is appended here, once each where it may be shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..runtime.declare import Primitive
from .fold import WHOLE, fold
from .infer import infer
from .ir import Op, Region, Slot, Value
from .kinds import INT, UNKNOWN, Array, Ints, Kind, ListOf, TupleOf, kind_of
from .sym import Sym

CREATION = {"zeros", "ones", "empty", "full", "eye", "identity", "zeros_like", "ones_like",
            "empty_like", "full_like", "array", "copy", "arange", "linspace"}  # fmt: skip


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
    def anew(self) -> Iterator[None]:
        """Nothing made so far is shared for a while: the same values of a loop's body are another turn's."""
        old, self.shared = self.shared, [{} for _ in self.shared]
        try:
            yield
        finally:
            self.shared = old

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
            found.unsure = container.unsure
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
