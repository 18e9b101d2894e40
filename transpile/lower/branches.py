"""Blocks and branches: which statements run, and what does not run after a jump.

Jumps are flags. ``$jump`` says that the rest of the block does not run, ``$ret`` that the
function has returned; where an arm of an `if` always jumps, the rest of the block is lowered
into the other arm and no flag is needed at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from ..ir import Op, Region, Value
from ..kinds import BOOL, Array, Kind, Other, Scalar, TupleOf
from .joins import Joins
from .values import UNDEF, Cell, Const, State

FLAGS = {"$jump": Const(False), "$ret": Const(False), "$val": UNDEF}


class Branches(Joins):
    """Lowering of blocks, branches and conditional expressions."""

    def block(self, stmts: list[Any]) -> None:
        """The statements of a block; jumps cut it short."""
        for i, stmt in enumerate(stmts):
            jumped = self.state.names.get("$jump", FLAGS["$jump"])
            if isinstance(jumped, Const) and jumped.value:
                return
            if isinstance(jumped, Value):
                self.guarded(jumped, stmts[i:])
                return
            for written_out in getattr(stmt, "calls", ()):
                with self.builder.inside(Region(owner=self.builder.region.owner)):
                    self.expr(written_out)  # the text depends on what this name means
            if isinstance(stmt, gast.If):
                if self.statement_if(stmt, stmts[i + 1 :]):
                    return
            elif isinstance(stmt, gast.Try):
                if self.statement_try(stmt, stmts[i + 1 :]):  # type: ignore[attr-defined]
                    return
            elif isinstance(stmt, gast.Match):
                if self.statement_match(stmt, stmts[i + 1 :]):  # type: ignore[attr-defined]
                    return
            else:
                self.statement(stmt)  # type: ignore[attr-defined]

    def guarded(self, jumped: Value, rest: list[Any]) -> None:
        """The rest of a block that some path before has jumped over."""
        before = {flag: self.state.names.get(flag, FLAGS[flag]) for flag in ("$jump", "$ret")}
        left: list[str] = []
        self.branch(jumped, lambda: self.left(jumped), lambda: left.extend(self.rest(rest)), None, None, rest)
        self.state.names.update({flag: before[flag] for flag in before if flag not in left})

    def left(self, jumped: Value) -> None:
        """The path on which the rest does not run: there, the flag is known."""
        for flag in ("$jump", "$ret"):
            if self.state.names.get(flag) is jumped:
                self.state.names[flag] = Const(True)

    def rest(self, stmts: list[Any]) -> list[str]:
        """Statements that run where nothing has jumped over them, nor returned before: the flags they may raise."""
        flags = ("$jump", "$ret")
        self.state.names.update({flag: Const(False) for flag in flags})
        self.block(stmts)
        ends = {flag: self.state.names[flag] for flag in flags}
        return [flag for flag, end in ends.items() if not isinstance(end, Const) or end.value]

    def statement_if(self, node: Any, rest: list[Any]) -> bool:
        """An if statement; True when the rest of the block went into one of its arms."""
        with self.at_statement(node):  # type: ignore[attr-defined]
            test = self.expr(node.test)
        known = self.truth(test)
        if known is not None:
            self.block(node.body if known else node.orelse)
            return False
        return self.branch(
            self.decided(node.test, test), lambda: self.block(node.body), lambda: self.block(node.orelse), node, rest
        )

    def decided(self, node: Any, item: Any) -> Value:
        """What a test decides by: of an object that may change, its truth at this place."""
        value = self.value(item)
        if is_steady(value.kind):
            return value
        with self.builder.at(node=node):
            return self.builder.append("user", [value], [BOOL], why="a truth value", truth=True).result

    def branch(self, cond: Value, first: Callable[[], None], second: Callable[[], None],
               node: Any, rest: list[Any] | None, skipped: list[Any] | None = None) -> bool:
        """Lower two arms and join their states.

        `skipped`: the statements of the second arm, where no `if` of the user's guards them.
        """
        with self.builder.at(node=node, stmt=self.stmt if node is None else self.builder.stmt):
            op = self.builder.append("if", [cond], [])
        if skipped is not None:
            op.attrs["skipped"] = skipped
        if isinstance(node, (gast.If, gast.Try)):
            op.stmt, op.line = node, node.lineno
        start = self.state
        self.tick()
        arms = [self.arm(op, start.copy(), run) for run in (first, second)]
        raised = [self.has_raised(state) for _, state in arms]
        always = [self.has_jumped(state) for _, state in arms]
        if raised[0] != raised[1] and self.goes_on(*arms[raised.index(False)]):
            self.after_join(start, None)
            return False
        consumed = False
        if rest and always[0] != always[1]:
            region, state = arms[always.index(False)]
            self.state = state
            start_rest = self.tick()
            with self.builder.inside(region):
                self.block(rest)
            self.trail.spans.append((start_rest, self.tick(), region))
            arms[always.index(False)] = (region, self.state)
            raised[always.index(False)] = self.has_raised(self.state)
            op.attrs["consumed"] = (always.index(False), rest)
            consumed = True
        self.state = self.join_arms(op, arms, raised)
        if all(raised):
            self.state.names["$raised"] = Const(True)
        behind = node is None or getattr(node, "finalbody", None)  # lines behind it would come after its finally
        self.after_join(start, None if consumed or any(always) or behind else (node, "after"))
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

    def has_raised(self, state: State) -> bool:
        """Does an arm end in an exception on every way through it?  Nothing of it is left behind it."""
        return state.names.pop("$raised", None) is not None

    def goes_on(self, region: Region, state: State) -> bool:
        """Where the other arm raises: the state is this one's, if nothing was made in it."""
        if region.ops or self.has_jumped(state):
            return False
        self.state = state
        return True

    def has_jumped(self, state: State) -> bool:
        flag = state.names.get("$jump", FLAGS["$jump"])
        return isinstance(flag, Const) and bool(flag.value)

    def choose(self, node: Any, cond: Value, first: Any, second: Any) -> Any:
        """A conditional expression: only one side is evaluated."""
        def keep(run: Any) -> Callable[[], None]:
            def arm() -> None:
                self.state.names["$expr"] = run()
            return arm

        self.branch(cond, keep(first), keep(second), node, None)
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
        return self.choose(node, self.decided(node.test, test), lambda: self.expr(node.body),
                           lambda: self.expr(node.orelse))  # fmt: skip

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
        return self.choose(node, self.decided(values[0], left), *((go, stay) if is_and else (stay, go)))


def is_steady(kind: Kind) -> bool:
    """Does an object of this kind stay as true as it is, whatever is done with it later?"""
    if isinstance(kind, TupleOf):
        return issubclass(kind.sequence, tuple)
    return isinstance(kind, (Scalar, Array)) or isinstance(kind, Other) and kind.type in (str, bytes, type(None), bool)
