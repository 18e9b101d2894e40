"""What a loop carries from turn to turn, and what its results replace."""

from __future__ import annotations

from typing import Any

from ..ir import Region, Value
from ..kinds import NOTHING, UNKNOWN, Ints, Kind, TupleOf, join
from .merger import Content, Merger
from .values import UNDEF, Cell, Compound, Labelled, State, Tup


class Carry:
    """What a loop body carries: parameters, where they start, what a turn makes of them."""

    def __init__(self) -> None:
        self.params: list[Value] = []
        self.inits: dict[Value, Any] = {}
        self.yields: dict[Value, Value] = {}
        self.changed = False
        self.next_state = State()
        self.doubtful: set[str] = set()  # names that may be unbound when a turn ends
        self.made: dict[Any, Value] = {}

    def begin(self, merger: Merger) -> None:
        self.changed, self.yields, self.merger, self.made = False, {}, merger, {}

    def leaf(self, lowerer: Any, a: Any, b: Any, state: State, region: Region) -> Any:
        """The parameter that holds `a` at the start of a turn and `b` at its end."""
        plain = a.content if isinstance(a, Content) else a
        if isinstance(a, Cell) and isinstance(state.heap.get(a), Value):
            plain = state.heap[a]
        new = lowerer.leaf_value(b, region, lowerer.state)
        if isinstance(plain, Value) and plain in self.inits:
            param = self.again(plain, new, b is UNDEF)
        else:
            param = self.first(lowerer, a, plain, new, b is UNDEF, state)
        return param if isinstance(a, Content) or isinstance(b, Content) else self.wrapped(lowerer, param)

    def again(self, param: Value, new: Value, undefined: bool) -> Value:
        kind = param.kind if undefined else join(param.kind, new.kind)
        if kind == param.kind:
            self.yields[param] = new
            return param
        if param in self.made:
            return self.made[param]
        wider = Value(kind, param.name or new.name)
        self.params[self.params.index(param)] = wider
        self.inits[wider] = self.inits.pop(param)
        self.changed = True
        self.made[param] = wider
        return wider

    def first(self, lowerer: Any, a: Any, plain: Any, new: Value, undefined: bool, state: State) -> Value:
        key = (id(plain), new)
        if key in self.made:
            return self.made[key]
        init = self.restore(a)
        kind = _leaf_kind(lowerer, a, state)
        kind = new.kind if a is UNDEF else kind if undefined else join(kind, new.kind)
        param = Value(kind, new.name)
        self.params.append(param)
        self.inits[param] = init
        self.changed = True
        self.made[key] = param
        return param

    def restore(self, item: Any) -> Any:
        """The object before the loop that a structure of parameters stands for."""
        if isinstance(item, Value):
            return self.inits.get(item, item)
        if isinstance(item, Content):
            return Content(item.sort, self.restore(item.content), item.cell)
        if isinstance(item, Tup):
            return Tup(tuple(map(self.restore, item.items)), item.cls)
        if isinstance(item, Compound):
            return item.mapped(self.restore)
        if isinstance(item, tuple):
            return tuple(map(self.restore, item))
        if isinstance(item, dict):
            return {k: self.restore(v) for k, v in item.items()}
        return item

    def wrapped(self, lowerer: Any, param: Value) -> Any:
        old, lowerer.state = lowerer.state, self.merger.out
        try:
            if isinstance(param.kind, TupleOf):
                param.kind = UNKNOWN  # what was in it is in it still, under no name of its own
            if isinstance(param.kind, Ints):
                return param
            return lowerer.wrap(param)
        finally:
            lowerer.state = old


def _leaf_kind(lowerer: Any, item: Any, state: State) -> Kind:
    """The kind of a leaf, without leaving operations behind."""
    if isinstance(item, Value):
        return item.kind
    if isinstance(item, Content) and isinstance(item.content, Value):
        return item.content.kind
    if item is UNDEF:
        return NOTHING
    scratch = Region(owner=lowerer.builder.region.owner)
    return lowerer.leaf_value(item, scratch, state.copy()).kind


def replace_values(state: State, mapping: dict[Value, Value]) -> State:
    """A state with loop parameters replaced by the loop's results."""
    made: dict[int, Any] = {}

    def swap(item: Any) -> Any:
        if isinstance(item, Value):
            return mapping.get(item, item)
        if isinstance(item, Tup):
            if id(item) not in made:
                made[id(item)] = (Tup(tuple(map(swap, item.items)), item.cls), item)
            return made[id(item)][0]
        if isinstance(item, Labelled):
            return Labelled(swap(item.array), item.format)
        if isinstance(item, Compound):
            return item.mapped(swap)
        if isinstance(item, tuple):
            return tuple(map(swap, item))
        if isinstance(item, dict):
            return {k: swap(v) for k, v in item.items()}
        return item

    heap = {c: swap(v) for c, v in state.heap.items()}
    return State({n: swap(v) for n, v in state.names.items()}, heap, dict(state.escaped), set(state.doubtful))
