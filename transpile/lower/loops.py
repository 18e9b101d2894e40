"""Loops: a body is lowered until what it carries from turn to turn is stable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from ..front.needs import NeedLoop, NeedPlaces, NeedTurns
from ..front.places import walked_parts
from ..front.turns import Walk
from ..ir import Op, Region, Value
from ..kinds import may_vary
from .branches import FLAGS
from .carry import Carry, replace_values
from .core import Refuse
from .identities import Identities
from .merger import Merger
from .turns import Turns
from .values import UNDEF, Cell, Const, Iter, Labelled, State, Tup, cells, leaves
from .walks import Walked, walked

ROUNDS = 12


class Loops(Turns):
    """Lowering of loops."""

    def stmt_for(self, node: Any) -> None:
        iterable = self.walked_item(node.iter)  # type: ignore[attr-defined]
        if self.entries(iterable) == ():
            self.loop_else(node)  # there is no turn, as far as is known when what is carried is worked out
            return
        self.draw(node, node.iter, iterable)
        walk = self.seen_walk(node, iterable)
        held, begin = self.held_where(iterable), self.clock
        outer, self.walked = self.walked, Walked()
        try:
            plan = self.plan(iterable, node.iter)
            self.loop("for", node, plan, lambda item: self.for_body(node, item, walk))
        except Refuse:
            if walk is not None:
                raise NeedTurns(node, self.function, walk) from None
            raise
        finally:
            mine, self.walked = self.walked, outer
        changed = [c for c in walked(iterable) if self.changed_since(c, begin)]
        if any(self.changed_since(c, begin) for c in mine.rows) or any(c.sort == "array" for c in changed):
            self.need_places(node, iterable)
        over = [*changed, *mine.twice, *held]
        if walk is not None and any(self.changed_since(c, begin) for c in over):
            raise NeedTurns(node, self.function, walk)
        self.walks_unchanged(node.iter, over, begin)
        self.loop_else(node)

    def walks_unchanged(self, node: Any, walked_over: list[Cell], begin: int) -> None:
        """A loop sees what it walks over as it was when it began.

        Raises:
            Refuse: if its turns change it.
        """
        if any(self.changed_since(cell, begin) for cell in walked_over):
            raise Refuse(node, "this loop changes what it walks over",
                         "a turn would see what turns before it have changed",
                         "walk over a copy: list(values), array.copy()")  # fmt: skip

    def draw(self, node: Any, call: Any, iterable: Any) -> None:
        """A loop over `map` or `filter` calls the function itself.

        Raises:
            NeedLoop: so that it is written so.
        """
        value = self.state.heap.get(iterable) if isinstance(iterable, Cell) else iterable
        if isinstance(call, gast.Call) and isinstance(value, Value) and value.op is not None:
            with self.builder.inside(Region(owner=self.builder.region.owner)):
                found = self.expr(call.func)
            lazy = isinstance(found, Const) and found.value in (map, filter)
            need = NeedLoop(node, self.function)
            if lazy and not self.program.rewrites.has(need) and any(may_vary(v.kind) for v in value.op.operands):
                raise need

    def changed_since(self, cell: Cell, begin: int) -> bool:
        return any(clock > begin for clock in self.trail.mutations.get(cell, ()))

    def need_places(self, node: Any, iterable: Any) -> None:
        """A loop over rows that change is written as one over their places, where that is the same.

        Raises:
            NeedPlaces: if so.
        """
        if isinstance(iterable, Iter) and iterable.how not in ("zip", "enumerate") or not isinstance(node, gast.For):
            return
        parts = iterable.parts if isinstance(iterable, Iter) else (iterable,)
        plain = all(self.truly(n, f) for n, f in (("range", range), ("len", len), ("min", min)))
        listed = all(isinstance(p, Cell) and p.sort in ("array", "list") or isinstance(p, Tup) for p in parts)
        nodes = walked_parts(node)
        if plain and listed and nodes is not None and len(nodes) == len(parts):
            raise NeedPlaces(node, self.function)

    def truly(self, name: str, fun: Any) -> bool:
        """Does a name of Python's own mean here what it always does?"""
        found = self.state.names.get(name)
        if found is not None or name in self.locals:
            return False
        return self.source.module_globals.get(name, fun) is fun and name not in (self.source.closure or {})

    def for_body(self, node: Any, item: Any, walk: Walk | None) -> None:
        self.anchor = (node, "body")
        before = dict(self.state.heap)
        self.assign(node.target, item)  # type: ignore[attr-defined]
        with self.before_leaving(None):  # type: ignore[attr-defined]
            self.block(node.body)
        self.check_kept(node, walk, before)

    def stmt_while(self, node: Any) -> None:
        self.loop("while", node, None, lambda item: self.while_body(node))
        for inner in gast.walk(node.test):
            if isinstance(inner, gast.NamedExpr):
                self.bind(inner.target.id, self.opaque(
                    None, [self.state.names[inner.target.id]],
                    "a name assigned in the condition of a while loop"), None)  # fmt: skip
        self.loop_else(node)

    def while_body(self, node: Any) -> None:
        with self.at_statement(node):  # type: ignore[attr-defined]
            self.expr(node.test)
        with self.before_leaving(None):  # type: ignore[attr-defined]
            self.block(node.body)

    def loop_else(self, node: Any) -> None:
        """The else clause of a loop, skipped after a break; a loop around it has not been left."""
        broke = self.state.names.get("$broke", Const(False))
        self.state.names["$broke"] = Const(False)
        if not node.orelse:
            return
        if isinstance(broke, Value):
            self.branch(broke, lambda: None, lambda: self.block(node.orelse), None, None, node.orelse)
        elif not broke.value:
            self.block(node.orelse)

    def loop(self, code: str, node: Any, plan: Any, body: Callable[[Any], None]) -> None:
        """Lower a loop body until what it carries from turn to turn is stable."""
        start = self.state
        entry = start.copy()
        entry.names.update({**FLAGS, "$broke": Const(False)})  # whoever is here has not left
        carry = Carry()
        begin, state = self.tick(), entry
        for _ in range(ROUNDS):
            attempt = self.turn(code, node, plan, body, state, carry)
            if attempt is not None:
                break
            state = carry.next_state
        else:
            raise Refuse(node, "cannot tell what this loop carries from turn to turn",
                         "the kinds of its variables keep changing",
                         "give each variable one kind before the loop")  # fmt: skip
        self.finish_loop(code, node, plan, attempt, carry, start, begin)

    def turn(self, code: str, node: Any, plan: Any, body: Any, state: State, carry: Carry) -> Any:
        """One attempt at the body; None if what it carries was not stable."""
        op = Op(code, [], {}, [], [], node, self.builder.stmt, self.builder.line,
                self.builder.user, self.builder.region)  # fmt: skip
        region = Region(owner=op)
        op.regions.append(region)
        marks = (len(self.problems), self.clock, self.anchor)
        self.state = state.copy()
        self.state.names.update({**FLAGS, "$broke": Const(False)})  # whoever is here has not left
        with self.builder.inside(region):
            items = [Value(k, region=region) for k in plan.kinds] if plan else []
            self.enter_body(node, carry)
            body(plan.build([self.wrap(i) for i in items], self) if plan else None)
            end = self.state
            end.names.pop("$raised", None)
            self.state = end.copy()
            self.state.names["$jump"] = Const(False)  # a turn that begins has not jumped
            self.with_kept(state, self.state)
            merger = Merger(state, self.state, lambda a, b: carry.leaf(self, a, b, state, region))
            carry.begin(merger)
            carry.next_state = without_temporaries(merger.run(), state)
            carry.changed |= Identities(merger).note()
            carry.next_state.names["$jump"] = Const(False)
            self.state = end
            carry.doubtful = set(end.doubtful)
        self.anchor = marks[2]
        if not carry.changed:
            region.params = [*items, *carry.params]
            region.yields = [carry.yields.get(p, p) for p in carry.params]
            return op
        del self.problems[marks[0] :]
        self.trail.discarded.append((marks[1], self.clock + 1))
        self.tick()
        return None

    def enter_body(self, node: Any, carry: Carry) -> None:
        """What is carried can be read under its name when a turn starts, if the name was bound before the loop."""
        self.tick()
        anchor = (node, "body") if isinstance(node, (gast.For, gast.While)) else None
        old, self.anchor = self.anchor, anchor
        bound = gast.walk(node.target) if isinstance(node, gast.For) else ()
        targets = {n.id for n in bound if isinstance(n, gast.Name)}  # they have been given the turn's item by then
        for param, init in carry.inits.items():
            param.unsure = param.unsure or init is UNDEF or any(v.unsure for v in leaves(init, self.state.heap))
        for name, item in self.state.names.items():
            if not name.startswith("$") and name not in targets:
                for value in _direct(item, self.state.heap):
                    if value.op is None and value.region is None:
                        self.home(item, name, name, anchor, ())
                        break
        self.anchor = old

    def finish_loop(self, code: str, node: Any, plan: Any, op: Op, carry: Carry, start: State,
                    begin: int) -> None:
        """Put the loop into the program, its results into the state."""
        self.state = start
        inits = [self.leaf_value(carry.inits[p], self.builder.region, start) for p in carry.params]
        seqs = plan.operands if plan else []
        op.operands = [*seqs, *inits]
        why = self.function.attrs.get("not_walked", {}).get(getattr(node, "iter", None))
        if why is not None:
            op.attrs["not_walked"] = why
        op.attrs.update(sequences=len(seqs), reverse=False, exits=_jumps_out(node),
                        clocks=(begin, self.tick()))  # fmt: skip
        op.results = [Value(p.kind, p.name, op=op) for p in carry.params]
        turns = runs(code, plan)
        for p, y, result in zip(carry.params, op.regions[0].yields, op.results, strict=True):
            result.unsure = y.unsure or p.unsure and not turns
        for p in carry.params:
            p.region = op.regions[0]
        self.builder.region.ops.append(op)
        self.trail.loops.append(op.attrs["clocks"])
        self.trail.spans.append((*op.attrs["clocks"], op.regions[0]))
        after = replace_values(carry.next_state, dict(zip(carry.params, op.results, strict=True)))
        after.doubtful = carry.doubtful if turns else after.doubtful
        ret = after.names["$jump"] = after.names.get("$ret", FLAGS["$ret"])
        if isinstance(ret, Const) and not ret.value:
            after.names.update({flag: start.names[flag] for flag in ("$ret", "$val") if flag in start.names})
        self.state = after
        self.after_join(start, self.behind_loop(node))

    def behind_loop(self, node: Any) -> Any:
        """Where lines can stand that read what a loop leaves behind: before its else clause, if there is one."""
        if not isinstance(node, (gast.For, gast.While)):
            return None
        if not node.orelse:
            return (node, "after")
        broke = self.state.names.get("$broke", Const(False))
        return (node.orelse[0], "before") if isinstance(broke, Const) and not broke.value else None


def runs(code: str, plan: Any) -> bool:
    """Does a loop surely have a turn?"""
    known = [v.op.attrs["value"] if v.op is not None and v.op.code == "const" else None
             for v in (plan.operands if code == "for" else ())]  # fmt: skip
    return bool(known) and all(isinstance(k, (list, tuple, range, str)) and len(k) for k in known)


def without_temporaries(state: State, before: State) -> State:
    """The memory of a turn that a later one can reach: what no name holds any more is nobody's."""
    reached = {c for item in state.names.values() for c in cells(item, state.heap)}
    state.heap = {c: content for c, content in state.heap.items() if c in reached or c in before.heap}
    return state


def _direct(item: Any, heap: dict[Cell, Any]) -> list[Value]:
    if isinstance(item, Labelled):
        item = item.array
    if isinstance(item, Cell):
        item = heap.get(item)
    if isinstance(item, Value):
        return [item]
    if isinstance(item, Tup):
        return [v for i in item.items for v in _direct(i, heap)]
    if isinstance(item, tuple):
        return [v for i in item for v in _direct(i, heap)]
    return []


def _jumps_out(node: Any) -> bool:
    """May this loop end before its sequence does?"""
    if isinstance(node, (gast.ListComp, gast.GeneratorExp)):
        return False
    stack = list(node.body)
    while stack:
        inner = stack.pop()
        if isinstance(inner, (gast.Break, gast.Return)):
            return True
        if isinstance(inner, (gast.For, gast.While)):
            if any(isinstance(n, gast.Return) for n in gast.walk(inner)):
                return True
            stack.extend(inner.orelse)
        elif not isinstance(inner, (gast.FunctionDef, gast.Lambda)):
            stack.extend(gast.iter_child_nodes(inner))
    return False
