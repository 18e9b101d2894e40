"""Branches and loops: two states become one, and a body finds what it carries.

Jumps are flags. ``$jump`` says that the rest of the block does not run, ``$ret`` that the
function has returned; where an arm of an `if` always jumps, the rest of the block is lowered
into the other arm and no flag is needed at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from ...runtime.declare import NAMES
from ..ir import Op, Region, Value
from ..kinds import (
    INT,
    NOTHING,
    RANGE,
    UNKNOWN,
    Array,
    Ints,
    Kind,
    ListOf,
    Other,
    TupleOf,
    as_list,
    join,
    kind_of,
)  # fmt: skip
from ..sym import Sym
from .core import Refuse
from .stores import Stores
from .values import UNDEF, Cell, Const, Content, Iter, Labelled, Merger, State, Tup

FLAGS = {"$jump": Const(False), "$ret": Const(False), "$val": UNDEF}
ROUNDS = 12


class Control(Stores):
    """Lowering of blocks, branches, loops and comprehensions."""

    def block(self, stmts: list[Any]) -> None:
        """The statements of a block; jumps cut it short."""
        for i, stmt in enumerate(stmts):
            jumped = self.state.names.get("$jump", FLAGS["$jump"])
            if isinstance(jumped, Const) and jumped.value:
                return
            if isinstance(jumped, Value):
                self.guarded(jumped, stmts[i:])
                return
            if isinstance(stmt, gast.If):
                if self.statement_if(stmt, stmts[i + 1 :]):
                    return
            else:
                self.statement(stmt)  # type: ignore[attr-defined]

    def guarded(self, jumped: Value, rest: list[Any]) -> None:
        """The rest of a block that some path before has jumped over."""
        self.branch(jumped, lambda: self.left(jumped), lambda: self.rest(rest), None, None, rest)

    def left(self, jumped: Value) -> None:
        """The path on which the rest does not run: there, the flag is known."""
        for flag in ("$jump", "$ret"):
            if self.state.names.get(flag) is jumped:
                self.state.names[flag] = Const(True)

    def rest(self, stmts: list[Any]) -> None:
        self.state.names["$jump"] = Const(False)
        self.block(stmts)

    # --- branches ------------------------------------------------------------------------

    def statement_if(self, node: Any, rest: list[Any]) -> bool:
        """An if statement; True when the rest of the block went into one of its arms."""
        with self.at_statement(node):  # type: ignore[attr-defined]
            test = self.expr(node.test)
        known = self.truth(test)
        if known is not None:
            self.block(node.body if known else node.orelse)
            return False
        cond = self.value(test)
        return self.branch(
            cond, lambda: self.block(node.body), lambda: self.block(node.orelse), node, rest
        )

    def branch(self, cond: Value, first: Callable[[], None], second: Callable[[], None],
               node: Any, rest: list[Any] | None, skipped: list[Any] | None = None) -> bool:
        """Lower two arms and join their states.

        `skipped`: the statements of the second arm, where no `if` of the user's guards them.
        """
        with self.builder.at(node=node, stmt=self.stmt if node is None else self.builder.stmt):
            op = self.builder.append("if", [cond], [])
        if skipped is not None:
            op.attrs["skipped"] = skipped
        if isinstance(node, gast.If):
            op.stmt, op.line = node, node.lineno
        start = self.state
        self.tick()
        arms = [self.arm(op, start.copy(), run) for run in (first, second)]
        always = [self.has_jumped(state) for _, state in arms]
        consumed = False
        if rest and always[0] != always[1]:
            region, state = arms[always.index(False)]
            self.state = state
            start_rest = self.tick()
            with self.builder.inside(region):
                self.block(rest)
            self.trail.spans.append((start_rest, self.tick(), region))
            arms[always.index(False)] = (region, self.state)
            op.attrs["consumed"] = (always.index(False), rest)
            consumed = True
        self.state = self.join_arms(op, arms)
        self.after_join(start, None if consumed or any(always) or node is None else (node, "after"))
        return consumed or all(always)

    def arm(self, op: Op, state: State, run: Callable[[], None]) -> tuple[Region, State]:
        region = Region(owner=op)
        op.regions.append(region)
        self.state = state
        begin = self.tick()
        with self.builder.inside(region):
            run()
        self.trail.spans.append((begin, self.tick(), region))
        return region, self.state

    def has_jumped(self, state: State) -> bool:
        flag = state.names.get("$jump", FLAGS["$jump"])
        return isinstance(flag, Const) and bool(flag.value)

    def join_arms(self, op: Op, arms: list[tuple[Region, State]]) -> State:
        (left, a), (right, b) = arms
        made: dict[tuple[Value, Value], Value] = {}

        def leaf(x: Any, y: Any) -> Any:
            pair = (self.leaf_value(x, left, a), self.leaf_value(y, right, b))
            if pair not in made:
                made[pair] = self.phi(op, pair, x is UNDEF, y is UNDEF)
            return made[pair] if isinstance(x, Content) or isinstance(y, Content) else self.wrap_in(made[pair])

        merger = Merger(a, b, leaf)
        self.joining = merger.out
        return merger.run()

    def wrap_in(self, value: Value) -> Any:
        """`wrap`, into the state that is being joined."""
        old, self.state = self.state, self.joining
        try:
            return self.wrap(value)
        finally:
            self.state = old

    def phi(self, op: Op, pair: tuple[Value, Value], left_undefined: bool, right_undefined: bool) -> Value:
        first, second = pair
        if first is second:
            return first
        kind = second.kind if left_undefined else first.kind if right_undefined else join(
            first.kind, second.kind)
        result = Value(kind, op=op, name=first.name or second.name)
        op.results.append(result)
        op.regions[0].yields.append(first)
        op.regions[1].yields.append(second)
        return result

    def leaf_value(self, item: Any, region: Region, state: State) -> Value:
        """A leaf as a value, made at the end of `region`."""
        if isinstance(item, Value):
            return item
        old, self.state = self.state, state
        try:
            with self.builder.inside(region):
                if isinstance(item, Content):
                    return self.content_value(item)
                if item is UNDEF:
                    return self.builder.const(None, NOTHING)
                return self.value(item)
        finally:
            self.state = old

    def content_value(self, item: Content) -> Value:
        content = item.content
        if content is None and item.cell is not None and item.cell.view is not None:
            content = self.content(item.cell)
        if isinstance(content, Value):
            return content
        if content is None:
            return self.builder.const(None, UNKNOWN)
        return self.pack(content, Cell(item.sort, dict if item.sort == "dict" else None))

    def after_join(self, start: State, anchor: Any) -> None:
        """Names whose object changed can be read under their own name from here on."""
        self.tick()
        for name, item in self.state.names.items():
            if item is not start.names.get(name) and not name.startswith("$"):
                self.home(item, name, name, anchor, ())
        old, self.anchor = self.anchor, anchor
        for cell in list(self.state.heap):
            if cell in start.heap and self.state.heap[cell] is not start.heap[cell]:
                if isinstance(self.state.heap[cell], Value):
                    self.rehome(cell.root())
        self.anchor = old

    def choose(self, node: Any, cond: Any, first: Any, second: Any) -> Any:
        """A conditional expression: only one side is evaluated."""
        def keep(run: Any) -> Callable[[], None]:
            def arm() -> None:
                self.state.names["$expr"] = run()
            return arm

        self.branch(self.value(cond), keep(first), keep(second), node, None)
        out = self.state.names.pop("$expr")
        value = self.state.heap.get(out) if isinstance(out, Cell) else out
        if isinstance(value, Value) and value.op is not None and value.op.node is node:
            value.node = node
        return out

    def expr_ifexp(self, node: Any) -> Any:
        test = self.expr(node.test)
        known = self.truth(test)
        if known is not None:
            return self.expr(node.body if known else node.orelse)
        return self.choose(node, test, lambda: self.expr(node.body), lambda: self.expr(node.orelse))

    def expr_boolop(self, node: Any) -> Any:
        return self.short_circuit(node, node.values)

    def short_circuit(self, node: Any, values: list[Any]) -> Any:
        left = self.expr(values[0])
        if len(values) == 1:
            return left
        known, is_and = self.truth(left), isinstance(node.op, gast.And)
        if known is not None:
            return self.short_circuit(node, values[1:]) if known == is_and else left
        go, stay = (lambda: self.short_circuit(node, values[1:])), (lambda: left)
        return self.choose(node, left, *((go, stay) if is_and else (stay, go)))

    # --- loops ---------------------------------------------------------------------------

    def stmt_for(self, node: Any) -> None:
        iterable = self.expr(node.iter)
        plan = self.plan(iterable, node.iter)
        begin = self.clock
        self.loop("for", node, plan, lambda item: self.for_body(node, item))
        for cell in [*walked(iterable), *self.function.attrs.pop("twice", ())]:
            if any(clock > begin for clock in self.trail.mutations.get(cell, ())):
                raise Refuse(node.iter, "this loop changes what it walks over",
                             "a turn would see what turns before it have changed",
                             "walk over a copy: list(values), array.copy()")  # fmt: skip
        self.loop_else(node)

    def for_body(self, node: Any, item: Any) -> None:
        self.anchor = (node, "body")
        self.assign(node.target, item)  # type: ignore[attr-defined]
        self.block(node.body)

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
        self.block(node.body)

    def loop_else(self, node: Any) -> None:
        """The else clause of a loop, skipped after a break."""
        broke = self.state.names.pop("$broke", Const(False))
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
        entry.names.update({"$jump": Const(False), "$broke": Const(False)})
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
            self.enter_body(state, node)
            body(plan.build([self.wrap(i) for i in items], self) if plan else None)
            end = self.state
            self.state = end.copy()
            self.state.names["$jump"] = Const(False)  # a turn that begins has not jumped
            merger = Merger(state, self.state, lambda a, b: carry.leaf(self, a, b, state, region))
            carry.begin(merger)
            carry.next_state = merger.run()
            carry.next_state.names["$jump"] = Const(False)
            self.state = end
        self.anchor = marks[2]
        if not carry.changed:
            region.params = [*items, *carry.params]
            region.yields = [carry.yields.get(p, p) for p in carry.params]
            return op
        del self.problems[marks[0] :]
        self.trail.discarded.append((marks[1], self.clock + 1))
        self.tick()
        return None

    def enter_body(self, state: State, node: Any) -> None:
        """What is carried can be read under its name when a turn starts."""
        self.tick()
        anchor = (node, "body") if isinstance(node, (gast.For, gast.While)) else None
        old, self.anchor = self.anchor, anchor
        for name, item in self.state.names.items():
            if not name.startswith("$"):
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
        op.attrs.update(sequences=len(seqs), reverse=False, exits=_jumps_out(node),
                        clocks=(begin, self.tick()))  # fmt: skip
        op.results = [Value(p.kind, p.name, op=op) for p in carry.params]
        for p in carry.params:
            p.region = op.regions[0]
        self.builder.region.ops.append(op)
        self.trail.loops.append(op.attrs["clocks"])
        self.trail.spans.append((*op.attrs["clocks"], op.regions[0]))
        after = replace_values(carry.next_state, dict(zip(carry.params, op.results, strict=True)))
        ret = after.names.get("$ret", FLAGS["$ret"])
        after.names["$jump"] = ret if start.names.get("$ret") is not ret else Const(False)
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

    # --- what a loop walks ---------------------------------------------------------------

    def plan(self, item: Any, node: Any) -> Plan:
        """The sequences behind an iterable, and how a turn's item is made of their entries."""
        if isinstance(item, Iter):
            return self.plan_iter(item, node)
        if isinstance(item, Const):
            return self.plan_const(item, node)
        if isinstance(item, Labelled):
            raise Refuse(node, "a loop over a labelled array", "it has no first axis to walk",
                         "strip the labels first: dl.stripdims(X)")  # fmt: skip
        if isinstance(item, Cell) and item.sort == "dict" and isinstance(self.content(item), dict):
            return self.plan_const(Const(list(self.content(item))), node)
        if isinstance(item, Cell) and item.sort == "array":
            return self.plan_array(item)
        value = self.value(item)
        if isinstance(item, (Cell, Tup)):
            held = self.held_arrays(item)
            return Plan([value], [item_kind(value.kind)], lambda entries, low: low.linked(entries[0], item, held))
        return Plan([value], [item_kind(value.kind)], lambda entries, _: entries[0])

    def linked(self, entry: Any, owner: Any, held: list[Cell]) -> Any:
        """An entry of a list or tuple that a loop walks: changing it changes the owner's, and what that holds."""
        self.related(entry, held)
        if isinstance(owner, Cell):
            self.held_by(entry, owner)
        arrays = [c.root() for i in self.entries(owner) or () if isinstance(c := i, Cell) and c.sort == "array"]
        if isinstance(entry, Cell) and len(set(arrays)) < len(arrays):
            self.function.attrs.setdefault("twice", []).append(entry)
        return entry

    def plan_array(self, item: Cell) -> Plan:
        value = self.value(item)

        def build(entries: list[Any], lowerer: Any) -> Any:
            row = entries[0]
            if isinstance(row, Cell):
                row.shares.add(item)
                item.shares.add(row)
            return row

        return Plan([value], [item_kind(value.kind)], build)

    def plan_const(self, item: Const, node: Any) -> Plan:
        value = self.builder.const(item.value)
        kinds = [kind_of(v) for v in item.value] if _iterable(item.value) else [UNKNOWN]
        kind = kinds[0] if kinds else INT
        for other in kinds[1:]:
            kind = join(kind, other)
        return Plan([value], [kind], lambda entries, _: entries[0])

    def plan_iter(self, item: Iter, node: Any) -> Plan:
        if item.how == "range":
            value = self.value(self.opaque(node, list(item.parts), "a range", RANGE))
            return Plan([value], [INT], lambda entries, _: entries[0])
        if item.how == "zip":
            plans = [self.plan(p, node) for p in item.parts]
            return joined_plans(plans, lambda parts: Tup(tuple(parts)))
        if item.how == "enumerate":
            inner = self.plan(item.parts[0], node)
            count = self.value(self.opaque(node, [item.start], "a count", Other(enumerate)))
            counter = Plan([count], [INT], lambda entries, _: entries[0])
            return joined_plans([counter, inner], lambda parts: Tup(tuple(parts)))
        if item.how in ("items", "keys", "values"):
            return self.plan_view(item, node)
        return self.plan_reversed(item.parts[0], node)

    def plan_view(self, item: Iter, node: Any) -> Plan:
        content = self.content(item.parts[0])
        keys = self.plan_const(Const(list(content)), node)
        if item.how == "keys":
            return keys
        cell = Cell("list")
        self.state.heap[cell] = tuple(content.values())
        values = self.plan(cell, node)
        return values if item.how == "values" else joined_plans(
            [keys, values], lambda parts: Tup(tuple(parts)))

    def plan_reversed(self, item: Any, node: Any) -> Plan:
        entries = self.entries(item)
        if entries is not None and not isinstance(item, Const):
            cell = Cell("list")
            self.state.heap[cell] = tuple(reversed(entries))
            return self.plan(cell, node)
        if isinstance(item, Const):
            return self.plan_const(Const(list(reversed(item.value))), node)
        if isinstance(item, Cell) and item.sort == "array":
            flipped = self.builder.call(NAMES["flip"], (Sym(self.value(item), self.builder), 0), {})
            cell = Cell("array", shares={item})
            item.shares.add(cell)
            self.state.heap[cell] = flipped.value
            flipped.value.node = None
            return self.plan_array(cell)
        if isinstance(item, Iter) and item.how == "range":
            inner = node.args[0] if isinstance(node, gast.Call) and len(node.args) == 1 else None
            numbers = self.value(self.opaque(inner, list(item.parts), "a range", RANGE))
            back = self.builder.call(NAMES["list_reversed"], (Sym(numbers, self.builder),), {}).value
            back.node, back.kind = None, RANGE
            return Plan([back], [INT], lambda entries, _: entries[0])
        if isinstance(item, Cell) and item.sort == "list":
            back = self.builder.call(NAMES["list_reversed"], (Sym(self.value(item), self.builder),), {})
            back.value.node = None
            return Plan([back.value], [item_kind(back.value.kind)], lambda entries, _: entries[0])
        value = self.value(self.opaque(node, [item], "reversed() of something unknown"))
        return Plan([value], [UNKNOWN], lambda entries, _: entries[0])

    # --- comprehensions ------------------------------------------------------------------

    def expr_listcomp(self, node: Any) -> Any:
        return self.comprehension(node)

    def expr_generatorexp(self, node: Any) -> Any:
        return self.opaque(node, [self.comprehension(node)], "a generator that is kept")

    def comprehension(self, node: Any) -> Any:
        """A list built by a loop that only appends to it."""
        names = dict(self.state.names)
        out = Cell("list")
        self.state.heap[out] = ()
        self.generate(node, node.generators, out)
        bound = {n.id for g in node.generators for n in gast.walk(g.target)
                 if isinstance(n, gast.Name)}  # fmt: skip
        for name in bound:
            self.state.names.pop(name, None)
            if name in names:
                self.state.names[name] = names[name]
        for inner in gast.walk(node):
            if isinstance(inner, gast.NamedExpr) and inner.target.id in self.state.names:
                item = self.state.names[inner.target.id]
                self.bind(inner.target.id, self.opaque(None, [item], "a name assigned inside a comprehension"), None)
        return out

    def generate(self, node: Any, generators: list[Any], out: Cell) -> None:
        if not generators:
            item = self.expr(node.elt)
            if self.list_append(node, out, self.content(out), item) is None:
                self.forget(out, "a comprehension whose entries are not alike", [item])
            return
        head, *rest = generators
        iterable = self.expr(head.iter)
        entries = self.entries(iterable)
        if entries is not None and len(entries) <= 64 and all(_settled(e) for e in entries):
            if self.unrolled(node, head, rest, out, entries):
                return
        plan = self.plan(iterable, head.iter)
        self.loop("for", node, plan, lambda item: self.generate_turn(node, head, rest, out, item))

    def unrolled(self, node: Any, head: Any, rest: list[Any], out: Cell, entries: Any) -> bool:
        """Compute a comprehension of constants now; False (and no trace) if it has others."""
        saved, marks = self.state, (self.clock, len(self.problems))
        self.state = saved.copy()
        scratch = Region(owner=self.builder.region.owner)
        with self.builder.inside(scratch):
            for entry in entries:
                self.generate_turn(node, head, rest, out, entry)
        content = self.state.heap[out]
        if isinstance(content, tuple) and all(isinstance(e, Const) for e in content) and not scratch.ops:
            return True
        self.state = saved
        del self.problems[marks[1] :]
        self.trail.discarded.append((marks[0], self.clock + 1))
        self.tick()
        return False

    def generate_turn(self, node: Any, head: Any, rest: list[Any], out: Cell, item: Any) -> None:
        self.anchor = None
        self.assign(head.target, item)  # type: ignore[attr-defined]
        self.filtered(node, list(head.ifs), rest, out)

    def filtered(self, node: Any, tests: list[Any], rest: list[Any], out: Cell) -> None:
        if not tests:
            self.generate(node, rest, out)
            return
        test = self.expr(tests[0])
        known = self.truth(test)
        if known is not None:
            if known:
                self.filtered(node, tests[1:], rest, out)
            return
        self.branch(self.value(test), lambda: self.filtered(node, tests[1:], rest, out),
                    lambda: None, tests[0], None)  # fmt: skip


def walked(item: Any) -> list[Cell]:
    """The lists and arrays that an iterable walks over while they may change."""
    if isinstance(item, Cell):
        return [item] if item.sort in ("list", "array") else []
    return [c for part in item.parts for c in walked(part)] if isinstance(item, Iter) else []


class Plan:
    """Operands of a loop, the kinds of their entries, and the item a turn sees."""

    def __init__(self, operands: list[Value], kinds: list[Kind], build: Any) -> None:
        self.operands, self.kinds, self.build = operands, kinds, build


def joined_plans(plans: list[Plan], combine: Any) -> Plan:
    """Several sequences walked together."""
    def build(entries: list[Any], lowerer: Any) -> Any:
        parts, at = [], 0
        for plan in plans:
            parts.append(plan.build(entries[at : at + len(plan.kinds)], lowerer))
            at += len(plan.kinds)
        return combine(parts)

    operands = [v for p in plans for v in p.operands]
    return Plan(operands, [k for p in plans for k in p.kinds], build)


class Carry:
    """What a loop body carries: parameters, where they start, what a turn makes of them."""

    def __init__(self) -> None:
        self.params: list[Value] = []
        self.inits: dict[Value, Any] = {}
        self.yields: dict[Value, Value] = {}
        self.changed = False
        self.next_state = State()
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
        if isinstance(item, tuple):
            return tuple(map(self.restore, item))
        if isinstance(item, dict):
            return {k: self.restore(v) for k, v in item.items()}
        return item

    def wrapped(self, lowerer: Any, param: Value) -> Any:
        old, lowerer.state = lowerer.state, self.merger.out
        try:
            if isinstance(param.kind, (TupleOf, Ints)):
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
        if isinstance(item, tuple):
            return tuple(map(swap, item))
        if isinstance(item, dict):
            return {k: swap(v) for k, v in item.items()}
        return item

    heap = {c: swap(v) for c, v in state.heap.items()}
    return State({n: swap(v) for n, v in state.names.items()}, heap, dict(state.escaped), set(state.doubtful))


def item_kind(kind: Kind) -> Kind:
    """The kind of one entry of a sequence."""
    if isinstance(kind, Array) and kind.dims:
        return Array(kind.dtype, kind.dims[1:], len(kind.dims) == 1)
    if isinstance(kind, ListOf):
        return kind.item
    if isinstance(kind, TupleOf) and kind.keys is None:
        return as_list(kind).item
    if isinstance(kind, Ints) or kind == RANGE:
        return INT
    return UNKNOWN


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


def _settled(item: Any) -> bool:
    if isinstance(item, Tup):
        return all(map(_settled, item.items))
    return isinstance(item, Const)


def _iterable(value: Any) -> bool:
    return isinstance(value, (list, tuple, range, str)) and len(value) < 10_000


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
