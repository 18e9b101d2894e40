"""The adjoint of a loop: a loop over the same turns in reverse.

It carries the cotangents of what the loop carried, and of every outer value that its body reads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...runtime.declare import NAMES
from ..ir import Op, Region, Slot, Value
from ..kinds import Array, Kind, ListOf, TupleOf
from ..saving import defined, export_from_loop
from ..shapes import same_shape
from ..sym import Sym
from .cotangents import NARROW
from .growing import Growing
from .pairs import Missing
from .parts import Each, flat, gradient_kind, nested, part_kind

if TYPE_CHECKING:
    from .sweep import Sweep


NOT_ALIKE = "the entries of this sequence are not alike"


class LoopAdjoint:
    """The loop that walks a loop's turns backwards."""

    def __init__(self, sweep: Sweep, op: Op, given: list[Any]) -> None:
        self.sweep, self.op = sweep, op
        self.body = op.regions[0]
        self.count = op.attrs["sequences"]
        self.params = self.body.params[self.count :]
        self.finals = given[: len(self.params)]
        self.lists = given[len(self.params) :]
        self.local = set(defined(self.body))
        self.carried = [k for k, d in enumerate(self.finals) if d is not None]
        self.numbers: set[int] = set()
        self.outer: list[Value] = []
        self.growing = Growing({})
        self.may_stop = op.attrs["exits"] or self.count > 1 and op.user  # ours walk lists of one length

    def write(self) -> None:
        for _ in range(2 + len(self.params) + 50):
            attempt = self.attempt()
            if attempt is not None:
                self.finish(*attempt)
                return
        raise AssertionError("the adjoint of a loop does not settle")

    def attempt(self) -> Any:
        """Write the body; None if it turned out to carry more than was thought."""
        builder = self.sweep.builder
        mirror = Op("for", [], {}, [], [], None, builder.stmt, self.op.line, False, builder.region)
        region = Region(owner=mirror)
        mirror.regions.append(region)
        sweep = self.sweep.child()
        items: list[tuple[Any, Value]] = []
        with builder.inside(region):
            slots_in, outer_in = ([Value(self.kind_of(v), f"d{v.name}", region=region, unsure=v.unsure)
                                   for v in values] for values in ([self.params[k] for k in self.carried], self.outer))
            for value, param in zip(self.outer, outer_in, strict=True):
                sweep.cotangents[value] = Sym(param, builder)
            for k, param in zip(self.carried, slots_in, strict=True):
                sweep.accumulate(self.body.yields[k], Sym(param, builder), exact=True)
            for j, d in enumerate(self.lists):
                if d is not None:
                    self.enter(sweep, self.body.yields[len(self.params) + j], d, region, items)
            self.growing.enter(sweep, region)
            sweep.run(self.body.ops)
            if not self.settled(sweep, outer_in):
                return None
            self.yields(sweep, region)
        return mirror, region, slots_in, outer_in, items, sweep

    def kind_of(self, value: Value) -> Kind:
        kind = gradient_kind(value.kind)
        number = any(self.params[k] is value for k in self.numbers)
        return replace(kind, loose=True) if number and isinstance(kind, Array) else kind

    def may_change_shape(self, k: int) -> bool:
        """May a turn give a carried array another shape than it had? A zero of the one does not fit the other."""
        kind = self.params[k].kind
        return isinstance(kind, Array) and kind.dims != () and not same_shape(self.params[k], self.body.yields[k])

    def nought(self, k: int) -> Any:
        """A zero of no shape, which takes the shape where the turn before begins."""
        dtype = self.params[k].kind.dtype  # type: ignore[attr-defined]
        return self.sweep.builder.call(NAMES[dtype.name], (0.0,), {}) if dtype in NARROW else 0.0

    def enter(self, sweep: Sweep, value: Value, d: Any, region: Region, items: list[tuple[Any, Value]]) -> None:
        """The cotangents of a value that the loop has collected: one list, or one for each part."""
        builder = sweep.builder
        if not isinstance(d, dict):
            param = Value(gradient_kind(value.kind), f"d{value.name}", region=region, unsure=value.unsure)
            items.append((d, param))
            sweep.accumulate(value, Sym(param, builder), exact=True)
            return
        parts = []
        for key, part in d.items():
            if not isinstance(key, Each):
                why = "single entries of a list that a loop has built of containers"
                sweep.pairs.missing.append(Missing(self.op, why))
                return
            param = Value(part_kind(value.kind, key.path), f"d{value.name}" if value.name else "", region=region)
            items.append((part, param))
            parts.append((key.path, Sym(param, builder)))
        sweep.accumulate(value, nested(parts), exact=True)

    def settled(self, sweep: Sweep, outer_in: list[Value]) -> bool:
        more = [k for k, p in enumerate(self.params)
                if k not in self.carried and sweep.cotangents.get(p) is not None]  # fmt: skip
        known = set(self.outer)
        grown = [v for v, d in sweep.cotangents.items() if v not in self.local and v not in known
                 and d is not self.sweep.cotangents.get(v)]  # fmt: skip
        unread = {k for k in self.carried if sweep.cotangents.get(self.params[k]) is None and self.may_change_shape(k)}
        numbers = unread - self.numbers
        self.numbers |= numbers
        self.carried = sorted([*self.carried, *more])
        self.outer.extend(grown)
        return self.growing.settled(sweep) and not more and not grown and not numbers

    def yields(self, sweep: Sweep, region: Region) -> None:
        for k in self.carried:
            d = sweep.cotangents.get(self.params[k])
            if d is None:
                grows = isinstance(self.params[k].kind, ListOf)  # its length may be another at the turn's start
                like = self.params[k] if grows else self.body.yields[k]
                d = self.nought(k) if k in self.numbers else sweep.zeros(like)
            region.yields.append(sweep.promised(sweep.whole(self.params[k], d), self.params[k]))
        for value in self.outer:
            region.yields.append(sweep.promised(sweep.whole(value, sweep.cotangents[value]), value))
        self.growing.leave(sweep, region)
        self.walked: list[tuple[int, tuple[Any, ...]]] = []
        for i in range(self.count):
            d = sweep.cotangents.get(self.body.params[i])
            for path, part in flat(d) if isinstance(d, dict) else [] if d is None else [((), d)]:
                self.walked.append((i, path))
                region.yields.append(sweep.as_value(part))

    def finish(self, mirror: Op, region: Region, slots_in: Any, outer_in: Any, items: Any, inner: Any) -> None:
        sweep, builder = self.sweep, self.sweep.builder
        inits = [self.initial(self.finals[k], self.params[k], self.op.results[k]) for k in self.carried]
        inits += [self.initial(sweep.cotangents.get(v), v, v) for v in self.outer]
        inits += [self.list_before(op) for op in self.growing.ops]
        sequences = [sweep.as_value(d) for d, _ in items]
        region.params = [*(p for _, p in items), *slots_in, *outer_in, *self.growing.params]
        mirror.operands = [*sequences, *inits]
        mirror.attrs.update(sequences=len(sequences), reverse=not self.op.attrs["reverse"], exits=False)
        builder.region.ops.append(mirror)
        self.results(mirror)
        self.export(mirror, region)

    def export(self, mirror: Op, region: Region) -> None:
        export_from_loop(self.op, mirror, region)

    def initial(self, d: Any, param: Value, final: Value) -> Value:
        sweep = self.sweep
        return sweep.promised(sweep.zeros(final) if d is None else sweep.whole(final, d), final)

    def list_before(self, op: Op) -> Value:
        """The cotangents of all that was collected, of which no turn has read anything yet."""
        return self.sweep.as_value(NAMES["list_zeros"].fun(Sym(op.attrs["list"], self.sweep.builder)))

    def results(self, mirror: Op) -> None:
        sweep, builder = self.sweep, self.sweep.builder
        op = self.op
        carried = len(self.carried)
        values = [Value(p.kind, p.name, op=mirror, unsure=p.unsure)
                  for p in mirror.regions[0].params[mirror.attrs["sequences"] :]]  # fmt: skip
        lists: list[Any] = []
        for i, path in self.walked:
            item = mirror.regions[0].yields[len(values) + len(lists)]
            name = "_".join([f"d{self.body.params[i].name}", *map(str, path)])
            lists.append(Value(ListOf(item.kind), name if name.isidentifier() else "", op=mirror))
        mirror.results = [*values, *lists]
        for value, result in zip(self.outer, values[carried : carried + len(self.outer)], strict=True):
            sweep.cotangents[value] = Sym(result, builder)
        for k, result in zip(self.carried, values[:carried], strict=True):
            sweep.accumulate(op.operands[self.count + k], Sym(result, builder), exact=True)
        for i in dict.fromkeys(i for i, _ in self.walked):
            found = {path: result for (k, path), result in zip(self.walked, lists, strict=True) if k == i}
            if () in found:
                self.sequence(i, found[()])
            else:
                self.sequence_of_containers(op.operands[i], found)

    def sequence_of_containers(self, operand: Value, found: dict[tuple[Any, ...], Value]) -> None:
        """The same, of entries that are containers: for each part of theirs there is a list."""
        sweep, builder = self.sweep, self.sweep.builder
        kind = operand.kind
        if isinstance(kind, TupleOf) and kind.keys is None:
            entries: dict[Any, Any] = {}
            for n in range(len(kind.items)):
                entries[n] = nested([(path, self.nth(operand, rows, path, n)) for path, rows in found.items()])
            sweep.accumulate(operand, entries, exact=True)
        elif isinstance(kind, ListOf) and not self.may_stop:
            sweep.accumulate(operand, {Each(p): Sym(rows, builder) for p, rows in found.items()}, exact=True)
        elif operand in sweep.active:
            why = "a list of containers in a loop that may end before the list does"
            sweep.pairs.missing.append(Missing(self.op, why))

    def nth(self, operand: Value, rows: Value, path: tuple[Any, ...], n: int) -> Any:
        """The cotangent of one part of one entry; the loop may not have come so far."""
        sweep, builder = self.sweep, self.sweep.builder
        d = Sym(rows, builder)
        if self.may_stop:
            like = []
            for k in range(len(operand.kind.items)):  # type: ignore[attr-defined]
                part = builder.item(operand, k)
                for key in path:
                    part = builder.item(part, key)
                like.append(part)
            parts = list(dict.fromkeys(like))
            whole = builder.append("pack", parts, [TupleOf(tuple(v.kind for v in like), list)],
                                   template=[Slot(parts.index(v)) for v in like]).result  # fmt: skip
            d = NAMES["list_pad"].fun(d, Sym(whole, builder))
        item = builder.item(d.value, n)
        return Sym(item, sweep.builder)

    def sequence(self, number: int, rows: Value) -> None:
        """The cotangents of a walked sequence's entries become the sequence's."""
        operand = self.op.operands[number]
        sweep, builder = self.sweep, self.sweep.builder
        d = Sym(rows, builder)
        if isinstance(operand.kind, Array):
            shape = Sym(builder.shape(operand), builder)
            dtype = operand.kind.dtype
            other = (dtype,) if dtype is not None and dtype.kind in "fc" and dtype != np.float64 else ()
            out = NAMES["stack_some" if self.may_stop else "stack_rows"].fun(d, shape, *other)
            out.value.kind = operand.kind
            sweep.accumulate(operand, out, exact=True)
        elif isinstance(operand.kind, (ListOf, TupleOf)):
            if self.may_stop:
                d = NAMES["list_pad"].fun(d, Sym(operand, builder))
            sweep.accumulate(operand, d, exact=True)
        elif operand in sweep.active:
            sweep.pairs.missing.append(Missing(self.op, self.op.attrs.get("not_walked", NOT_ALIKE)))
