"""Generated operations as lines of Python: names, inlining, loops and branches of our own.

A value read once is put into the expression that reads it; a cotangent that belongs to a name of
the user's gets a line of its own. A name is used again for the next value of the same base when
nobody reads the first any more, so accumulation reads ``dW = dW + ...``.
"""

from __future__ import annotations

import ast
from collections import defaultdict

import numpy as np

from ..fresh import SHARING
from ..ir import Op, Region, Slot, Value, all_regions, slots
from ..kinds import Array, Scalar
from ..order import target_name
from ..polish.simplify import asks_shape
from ..shapes import same_shape
from ..thrift import SAVES_WORK
from .calls import call_targets
from .edits import Names
from .expressions import Printer, name, source
from .naming import END, Naming

WIDE = 60
Row = tuple[int, str, int]
"""Depth, text, and the user's line that the statement belongs to."""
CHEAP = ("const", "shape", "stop")
NEW = ("zeros", "ones", "full", "copy", "add", "subtract", "multiply", "divide", "matmul", "scatter", "sum",
       "power", "negative")  # fmt: skip


class NameClash(Exception):
    """A name does not hold what a line reads: the block is printed again without using names twice."""


class Readers:
    """Who reads a value: operations, and regions that yield it."""

    def __init__(self, regions: list[Region], roots: list[Value]) -> None:
        self.ops: dict[Value, list[Op]] = defaultdict(list)
        self.yielding: dict[Value, list[Region]] = defaultdict(list)
        self.roots = set(roots)
        for region in regions:
            for inner in all_regions(region):
                for value in inner.yields:
                    self.yielding[value].append(inner)
                for op in inner.ops:
                    if not op.user:
                        for value in op.operands:
                            self.ops[value].append(op)

    def once(self, value: Value) -> Op | None:
        """The one operation that reads a value, if there is just one."""
        readers = self.ops.get(value, [])
        if len(readers) == 1 and value not in self.yielding and value not in self.roots:
            if readers[0].operands.count(value) == 1 and _slots_of(readers[0], value) <= 1:
                return readers[0]
        return None


class Block:
    """Prints runs of generated operations of one function."""

    def __init__(self, naming: Naming, printer: Printer, names: Names, readers: Readers, thrifty: bool = True) -> None:
        self.thrifty = thrifty  # use a name again when its value is not read any more
        self.gathered: set[tuple[str, Value]] = set()
        self.uses: dict[Value, set[tuple[str, Value]]] = {}
        self.turns: list[set[tuple[str, Value]]] = []
        self.naming, self.printer, self.names, self.readers = naming, printer, names, readers
        self.exprs: dict[Value, ast.expr] = {}
        self.holder: dict[str, Value] = {}
        self.position: dict[Op, int] = {}
        self.ends: dict[Op, int] = {}
        self.count = 0
        self.last: dict[Value, int] = {}
        self.forced: dict[Value, str] = {}
        self.theirs: dict[Value, str] = {}  # the names that the user gives to gradients
        self.rows: list[Row] = []
        self.depth = 0
        self.inside: set[Op] = set()
        self.added: dict[Op, tuple[str, Value]] = {}
        self.grown: set[Value] = set()

    # --- a run of operations -------------------------------------------------------------

    def lines_of(self, ops: list[Op], forced: dict[Value, str]) -> list[Row]:
        """The statements of operations that stand together in the program."""
        self.rows = []
        self.forced.update(forced)
        self.theirs.update(forced)
        self.number([op for op in ops if op not in self.position])
        for op in self.walk(ops):
            for value in op.operands:
                self.last[value] = max(self.last.get(value, 0), self.final(op))
        self.print_ops(ops)
        return self.rows

    def number(self, ops: list[Op]) -> None:
        for op in ops:
            self.count += 1
            self.position[op] = self.count
            for region in op.regions:
                self.number(region.ops)
            self.count += 1
            self.ends[op] = self.count
            self.inside.add(op)

    def walk(self, ops: list[Op]) -> list[Op]:
        out = []
        for op in ops:
            out.append(op)
            for region in op.regions:
                out += self.walk(region.ops)
        return out

    def final(self, op: Op) -> int:
        """Where an operation is evaluated at the latest."""
        if self.may_inline(op):
            reader = self.readers.once(op.result)
            if reader is not None and reader in self.position:
                return self.final(reader)
        return self.ends.get(op, END)

    def last_use(self, value: Value) -> int:
        """The last position at which a value is read."""
        if value in self.readers.roots:
            return END
        last = 0
        home = value.op.region if value.op is not None else value.region
        for op in self.readers.ops.get(value, []):
            if op not in self.inside:
                return END
            last = max(last, self.last_use(op.result) if op.code == "stop" else 0, self.reach(op, home))
        for region in self.readers.yielding.get(value, []):
            owner = region.owner
            if not isinstance(owner, Op) or owner not in self.inside:
                return END
            last = max(last, self.outermost(owner, home))
        return last

    def reach(self, op: Op, home: Region | None) -> int:
        if op.region is home:
            return self.final(op)
        return max(self.final(op), self.outermost(op, home))

    def outermost(self, op: Op, home: Region | None) -> int:
        """The end of the loop, beside the value's definition, around a reader."""
        end = self.ends.get(op, END)
        region = op.region
        while region is not None and region is not home:
            owner = region.owner
            if not isinstance(owner, Op):
                return end
            if owner not in self.ends and owner.code in ("for", "while"):
                return END  # a loop of the user's: the next turn reads it again
            end = max(end, self.ends.get(owner, 0))
            region = owner.region
        return end

    def promise(self, value: Value) -> str:
        """A name under which a value will be defined, for those who must know it before."""
        text = self.forced[value] = self.names.fresh(self.base(value))
        self.readers.roots.add(value)
        return text

    # --- names ---------------------------------------------------------------------------

    def base(self, value: Value) -> str:
        of = value.of
        if of is not None and of in self.theirs and value.name == f"d{of.name}":
            return f"d{self.theirs[of]}"
        if value.name:
            return value.name
        if of is not None:
            if of.name:
                return f"d{of.name}"
            target = target_name(of.op.stmt) if of.op is not None else None
            if target is not None:
                return f"d{target}_1"
        target = target_name(value.op.stmt) if value.op is not None and value.op.stmt is not None and (
            "block" not in value.op.attrs) else None
        return f"{target}_1" if target is not None else "step_1"

    def define(self, value: Value, at: int) -> str:
        """A name for a value that a line of ours defines."""
        text = self.forced.get(value) or self.reusable(self.base(value), value, at)
        self.holder[text] = value
        self.naming.printed[value] = text
        return text

    def reusable(self, base: str, new: Value, at: int) -> str:
        """A name with this base that nobody reads any more, or a fresh one."""
        if not self.thrifty:
            return self.names.fresh(base)
        stem = base[:-2] if base.endswith("_1") else base
        finals = [v for v, text in self.forced.items() if text == base]
        if finals and all(self.free_until(base, v, new, at) for v in finals):
            return base
        for text, value in self.holder.items():
            if text == base or text.startswith(stem + "_") and text[len(stem) + 1 :].isdigit():
                if text not in self.forced.values() and self.dead(value, at):
                    return text
        return self.names.fresh(base)

    def free_until(self, base: str, final: Value, new: Value, at: int) -> bool:
        """May a value on the way to a gradient have the gradient's name already?"""
        if final.op not in self.position:
            return False
        start, end = self.position[final.op], self.ends[final.op]
        around = bool(final.op.regions) and start < at < end
        if not around and self.last_use(new) > (start if final.op.regions else end):
            return False
        holder = self.holder.get(base)
        return holder is None or holder is not final and self.dead(holder, at)

    def dead(self, value: Value, at: int) -> bool:
        return self.last_use(value) <= at

    # --- expressions ---------------------------------------------------------------------

    def operand(self, value: Value) -> ast.expr:
        if value in self.exprs:
            self.gathered |= self.uses.get(value, set())
            return self.exprs[value]
        op = value.op
        if value in self.naming.printed:
            self.gathered.add((self.naming.printed[value], self.source_of(value)))
        if value not in self.naming.printed and op is not None and not op.user and op in self.inside:
            twin = self.naming.twins.get((op.operands[0], op.attrs["key"])) if op.code == "item" else None
            if twin is not None:
                return name(self.naming.text(twin))
            if op.code in CHEAP or op.code == "item":
                return self.expression(op)
        return name(self.naming.text(value))

    def expression(self, op: Op) -> ast.expr:
        if asks_shape(op) and op.operands[0] not in self.naming.printed and op.operands[0] not in self.exprs:
            owner = self.naming.shape_owner(op.operands[0])
            if owner is not None:
                return self.printer.expression(op, [name(owner)])
        return self.printer.expression(op, [self.operand(v) for v in op.operands])

    def may_inline(self, op: Op) -> bool:
        if op.code in CHEAP:
            return True
        if op.code not in ("prim", "item", "pack") or len(op.results) != 1:
            return False
        value = op.result
        if value in self.forced or value.name and value.of is not None and op.code == "prim":
            return False
        reader = self.readers.once(value)
        if reader is None or reader.region is not op.region or reader not in self.position:
            return False
        if reader.code == "for":
            return reader.operands.index(value) >= reader.attrs["sequences"]
        if reader.code == "call":
            return "given" in reader.attrs
        return reader.code in ("prim", "item", "pack", "shape", "stop")

    # --- statements ----------------------------------------------------------------------

    def source_of(self, value: Value) -> Value:
        while value.op is not None and value.op.code == "stop" and not value.op.user:
            value = value.op.operands[0]
        return value

    def confirm(self) -> None:
        """Does every name that the line at hand reads still hold what it should?

        Raises:
            NameClash: if one does not.
        """
        for text, value in self.gathered:
            held = self.holder.get(text)
            if held is not None and self.source_of(held) is not value:
                raise NameClash(text)
        for turn in self.turns:
            turn |= self.gathered
        self.gathered = set()

    def turn_confirmed(self, body: Region) -> None:
        """Do the names of outer values hold them still when the next turn begins?"""
        for text, value in self.turns.pop():
            region = value.op.region if value.op is not None else value.region
            held = self.holder.get(text)
            if not body.encloses(region) and held is not None and self.source_of(held) is not value:
                raise NameClash(text)

    def say(self, text: str, line: int) -> None:
        self.confirm()
        self.rows.append((self.depth, text, line))

    def print_ops(self, ops: list[Op]) -> None:
        for op in ops:
            getattr(self, f"print_{op.code}", self.print_plain)(op)

    def print_plain(self, op: Op) -> None:
        if op.code == "stop" and op.result not in self.forced:
            self.naming.printed[op.result] = self.naming.text(op.operands[0]) if (
                op.operands[0] not in self.exprs) else source(self.exprs[op.operands[0]])  # fmt: skip
            return
        if op.code in CHEAP and op.result not in self.forced and self.stable(op):
            self.exprs[op.result] = self.expression(op)
            return
        if op in self.added:
            self.say_added(op)
            return
        self.gathered = set()
        expr = self.expression(op)
        text = source(expr)
        if self.may_inline(op) and len(text) <= WIDE:
            self.uses[op.result], self.gathered = self.gathered, set()
        else:
            self.confirm()
        if self.may_inline(op) and len(text) <= WIDE:
            self.exprs[op.result] = expr
            return
        at = self.ends[op]
        before = self.naming.printed.get(op.operands[0]) if op.operands else None
        target = self.define(op.result, at)
        if target == before and self.takes_in_place(op):
            self.grown.add(op.result)
            self.added[op] = (target, op.operands[1])
            self.say_added(op)
            return
        self.say(f"{target} = {text}", op.line)

    def takes_in_place(self, op: Op) -> bool:
        """May ``d = d + e`` be ``d += e``?  A number, or an array that we made and nobody else sees.

        The name decides that the old value is not read later; here it is asked whether its memory is.
        """
        if op.code != "prim" or op.attrs["prim"].name not in ("add", "subtract") or len(op.operands) != 2:
            return False
        if not SAVES_WORK:
            return False
        old = op.operands[0]
        if list(op.attrs["given"].values()) != [Slot(0), Slot(1)] or old in self.exprs:
            return False
        kind, made = old.kind, op.result.kind
        if isinstance(kind, Scalar):
            return kind == made
        if not isinstance(kind, Array) or not isinstance(made, Array) or not kind.dims or kind.dtype is None:
            return False
        if kind.dtype != made.dtype or kind.loose or made.loose or not same_shape(op.result, old):
            return False
        readers = self.readers.ops.get(old, [])
        plain = all(r.code == "prim" and r.attrs["prim"].name not in SHARING for r in readers)
        if old in self.readers.yielding or old in self.readers.roots:
            return False
        return plain and self.made_here(old, op)

    def made_here(self, value: Value, reader: Op) -> bool:
        """Did a generated line of this very block make the array as new memory?"""
        made = value.op
        if made is None or made.user or made.code != "prim" or made.region is not reader.region:
            return False
        return value in self.grown or made.attrs["prim"].name in NEW or is_elementwise(made)

    def stable(self, op: Op) -> bool:
        """Does a cheap expression read the same thing wherever it is put?"""
        if op.code != "shape":
            return True
        source_value = op.operands[0]
        return source_value not in self.naming.printed or self.last_use(op.result) <= self.last_use(source_value)

    def print_call(self, op: Op) -> None:
        called = self.printer.called(op, [self.operand(v) for v in op.operands])
        self.confirm()
        self.say(f"{call_targets(self, op)} = {called}", op.line)

    def is_read(self, value: Value) -> bool:
        return bool(self.readers.ops.get(value)) or value in self.readers.yielding or value in self.readers.roots

    def assign(self, pairs: list[tuple[str, str]], line: int) -> None:
        """Assignments that take place at once, on lines of their own where that is the same."""
        pairs = [(n, t) for n, t in pairs if n != t]
        for i, (_, text) in enumerate(pairs):
            written = {n for n, _ in pairs[:i]}
            if written & _names_in(text):
                self.say(f"{', '.join(n for n, _ in pairs)} = {', '.join(t for _, t in pairs)}", line)
                return
        for target, text in pairs:
            self.say(f"{target} = {text}", line)

    # --- branches ------------------------------------------------------------------------

    def print_if(self, op: Op) -> None:
        test = source(self.operand(op.operands[0]))
        self.confirm()
        names: list[str] = []
        for i in range(len(op.results)):
            names.append(self.branch_name(op, i, names))
        arms = []
        for region in op.regions:
            rows, self.rows = self.rows, []
            self.depth += 1
            held = dict(self.holder)
            if self.thrifty:
                self.coalesce(region, names)
            self.print_ops(region.ops)
            pairs = [(n, source(self.operand(v))) for n, v in zip(names, region.yields, strict=True)]
            self.confirm()
            self.assign(pairs, 0)
            self.depth -= 1
            arms.append(self.rows)
            self.rows, self.holder = rows, held
        for value, text in zip(op.results, names, strict=True):
            self.naming.printed[value] = text
            self.holder[text] = value
        self.say_arms(op, test, arms)

    def say_arms(self, op: Op, test: str, arms: list[list[Row]]) -> None:
        first, second = arms
        if not first and not second:
            return
        if not first:
            word, first, second = f"if not {_bracketed(test)}:", second, []
        else:
            word = f"if {test}:"
        self.say(word, op.line)
        self.rows += first
        if second:
            self.say("else:", 0)
            self.rows += second

    def branch_name(self, op: Op, i: int, used: list[str]) -> str:
        """The result's name: that of a value which an arm passes on, where it is free."""
        value = op.results[i]
        if value in self.forced:
            return self.forced[value]
        for region in op.regions if self.thrifty else []:
            passed = region.yields[i]
            text = self.naming.printed.get(passed)
            if text and text not in used and self.holder.get(text) is passed and (
                    self.last_use(passed) <= self.ends[op]):
                if text not in self.forced.values() and passed.region is None and self.only_passed(passed, op):
                    return text
        return self.names.fresh(self.base(value))

    def only_passed(self, value: Value, op: Op) -> bool:
        return value not in self.readers.roots and not any(
            r.yields.count(value) > 1 for r in op.regions)

    def coalesce(self, region: Region, names: list[str]) -> None:
        """A value made in an arm just for its result is made under the result's name."""
        for text, value in zip(names, region.yields, strict=True):
            op = value.op
            own = op is not None and op.region is region and op.code in ("prim", "call", "if", "pack")
            if own and not self.readers.ops.get(value) and self.readers.yielding[value] == [region]:
                if text not in self.read_names(region, value):
                    self.forced[value] = text

    def read_names(self, region: Region, value: Value) -> set[str]:
        """Names that the region reads after it has made a value."""
        found: set[str] = set()
        at = region.ops.index(value.op) if value.op in region.ops else 0
        for op in self.walk(region.ops[at + 1 :]):
            for v in op.operands:
                text = self.naming.printed.get(v)
                if text:
                    found.add(text)
        for v in region.yields:
            if v is not value and (text := self.naming.printed.get(v)):
                found.add(text)
        return found

    # --- loops ---------------------------------------------------------------------------

    def print_for(self, op: Op) -> None:
        body, count = op.regions[0], op.attrs["sequences"]
        params, carried = body.params[:count], body.params[count:]
        names = [self.slot_name(op, k) for k in range(len(carried))]
        inits = [(n, source(self.operand(op.operands[count + k]))) for k, n in enumerate(names)]
        self.confirm()
        self.assign(inits, op.line)
        lists = [self.list_name(r) for r in op.results[len(carried) :]]
        for text in lists:
            self.say(f"{text} = []", op.line)
        for value, text in zip(carried, names, strict=True):
            self.naming.printed[value] = text
            self.holder[text] = value
        self.say(self.loop_header(op, params), op.line)
        self.depth += 1
        start = len(self.rows)
        self.turns.append(set())
        if self.thrifty:
            self.slots(op, body, carried, names)
        self.print_ops(body.ops)
        self.turn_end(op, body, carried, names, lists)
        for value, text in zip(carried, names, strict=True):
            self.holder[text] = value
        self.turn_confirmed(body)
        if len(self.rows) == start:
            self.say("pass", 0)
        self.depth -= 1
        self.close(op, carried, names, lists)

    def slot_name(self, op: Op, k: int) -> str:
        count = op.attrs["sequences"]
        init, param, result = op.operands[count + k], op.regions[0].params[count + k], op.results[k]
        if result in self.forced:
            return self.forced[result]
        text = self.naming.printed.get(init)
        mine = text is not None and self.holder.get(text) is init and text not in self.forced.values()
        if not self.thrifty:
            mine = False
        if mine and self.last_use(init) <= self.position[op] + 0 or mine and self.only_reader(init, op):
            if _same_stem(text or "", param.name or result.name or text or ""):
                return str(text)
        return self.names.fresh(self.base(param) if param.name else self.base(result))

    def only_reader(self, value: Value, op: Op) -> bool:
        readers = self.readers.ops.get(value, [])
        return readers == [op] and op.operands.count(value) == 1 and value not in self.readers.yielding and (
            value not in self.readers.roots)

    def list_name(self, value: Value) -> str:
        text = self.names.fresh(f"{value.name or 'turn'}_saved")
        self.naming.printed[value] = text
        self.holder[text] = value
        return text

    def loop_header(self, op: Op, params: list[Value]) -> str:
        count = op.attrs["sequences"]
        walked = [source(self.operand(v)) for v in op.operands[:count]]
        if op.attrs["reverse"]:
            walked = [f"reversed({w})" for w in walked]
        names = []
        for param, walked_value in zip(params, op.operands[:count], strict=True):
            text = self.names.fresh(self.item_base(param, source(self.operand(walked_value)))) if (
                self.is_read(param)) else "_"  # fmt: skip
            self.naming.printed[param] = text
            self.holder[text] = param
            names.append(text)
        joined = walked[0] if len(walked) == 1 else f"zip({', '.join(walked)}, strict=True)"
        return f"for {', '.join(names)} in {joined}:"

    def item_base(self, param: Value, walked: str) -> str:
        """An entry of ``h_saved`` is an ``h``."""
        stem = walked.removesuffix("_saved")
        return stem if stem != walked and stem.isidentifier() else param.name or "item"

    def slots(self, op: Op, body: Region, carried: list[Value], names: list[str]) -> None:
        """What a turn makes of a carried value is made under the same name, if that is free."""
        for k, (param, text) in enumerate(zip(carried, names, strict=True)):
            made = body.yields[k]
            inner = made.op
            if inner is None or inner.region is not body or inner.user or made in self.forced:
                continue
            if self.readers.yielding[made].count(body) != 1 or inner.code not in ("prim", "if", "for", "call"):
                continue
            if self.last_inside(param, body) <= self.position[inner] and inner.code != "for":
                self.forced[made] = text
                self.accumulate(op, body, k, text)
            elif inner.code in ("for", "if") and self.last_inside(param, body) <= self.ends[inner]:
                self.forced[made] = text

    def last_inside(self, value: Value, body: Region) -> int:
        """The last position in a turn at which a carried value is read."""
        last = 0
        for op in self.readers.ops.get(value, []):
            last = max(last, self.final(op) if op.region is body and not op.regions else self.outermost(op, body))
        plain = [o for o in self.readers.ops.get(value, []) if o.region is body]
        if len(plain) == 1 and plain[0].code == "prim" and len(self.readers.ops[value]) == 1:
            last = self.position[plain[0]] if not self.may_inline(plain[0]) else last
        if any(v is value for v in body.yields):
            last = END
        return last

    def turn_end(self, op: Op, body: Region, carried: list[Value], names: list[str], lists: list[str]) -> None:
        for text, value in zip(lists, body.yields[len(carried) :], strict=True):
            self.say(f"{text}.append({source(self.operand(value))})", 0)
        pairs = [(n, source(self.operand(body.yields[k]))) for k, n in enumerate(names)]
        self.confirm()
        self.assign(pairs, 0)

    def close(self, op: Op, carried: list[Value], names: list[str], lists: list[str]) -> None:
        for k, text in enumerate(names):
            self.naming.printed[op.results[k]] = text
            self.holder[text] = op.results[k]
        if op.attrs["reverse"]:
            for text in lists:
                self.say(f"{text}.reverse()", 0)

    # --- accumulation in place -----------------------------------------------------------

    def accumulate(self, op: Op, body: Region, k: int, text: str) -> None:
        """``dW += ...`` for a carried array that started as a new one of our own."""
        count = op.attrs["sequences"]
        init, param, last = op.operands[count + k], body.params[count + k], body.yields[k]
        links = self.links(param, last, body) if SAVES_WORK else []
        if not links or param in body.yields or self.readers.ops.get(last):
            return
        kind = param.kind
        if not isinstance(kind, Scalar) and not (isinstance(kind, Array) and kind.dims and self.is_new(init, op)):
            return
        for made in links:
            self.added[made] = (text, made.operands[1])

    def links(self, param: Value, last: Value, body: Region) -> list[Op]:
        """The additions of a turn that lead from a carried value to the next, each read by the next alone."""
        out: list[Op] = []
        value = last
        while value is not param:
            made = value.op
            if made is None or made.code != "prim" or made.attrs["prim"].name not in ("add", "subtract"):
                return []
            if made.user or made.region is not body or len(made.operands) != 2:
                return []
            if list(made.attrs["given"].values()) != [Slot(0), Slot(1)]:
                return []
            value = made.operands[0]
            if self.readers.ops.get(value) != [made] or value in self.readers.yielding or value in self.readers.roots:
                return []
            out.append(made)
        return out

    def is_new(self, value: Value, loop: Op) -> bool:
        """An array that a generated operation made for this loop alone."""
        op = value.op
        if not self.only_reader(value, loop):
            return False
        if op is None:
            return self.is_new_parameter(value)
        if op.user:
            return False
        if op.code == "prim":
            return op.attrs["prim"].name in NEW
        if op.code == "for" and op in self.position:
            k = op.results.index(value)
            made = op.regions[0].yields[k].op if k < len(op.regions[0].yields) else None
            return made in self.added
        return False

    def is_new_parameter(self, param: Value) -> bool:
        """What a loop of ours carries is new if it was at first and a loop inside grows it."""
        owner = param.region.owner if param.region is not None else None
        if not isinstance(owner, Op) or owner.user or owner.code != "for" or owner not in self.position:
            return False
        count, body = owner.attrs["sequences"], owner.regions[0]
        k = body.params.index(param) - count
        if k < 0 or not self.is_new(owner.operands[count + k], owner):
            return False
        inner = body.yields[k].op
        if inner is None or inner.user or inner.code != "for" or inner.region is not body:
            return False
        at = inner.attrs["sequences"] + inner.results.index(body.yields[k])
        return at < len(inner.operands) and inner.operands[at] is param and not self.readers.ops.get(body.yields[k])

    def say_added(self, op: Op) -> None:
        text, other = self.added[op]
        minus = op.attrs["prim"].name == "subtract"
        made = other.op
        inline = other in self.exprs
        if made is not None and inline and made.code == "prim" and made.attrs["prim"].name == "negative":
            minus, other = not minus, made.operands[0]
        sign = "-=" if minus else "+="
        if inline and made is not None and made.code == "prim" and made.attrs["prim"].name == "scatter":
            if (place := self.printer.basic_place(made, [self.operand(v) for v in made.operands])) is not None:
                index, d = place
                self.say(f"{text}[{index}] {sign} {d}", op.line)
                self.naming.printed[op.result] = text
                self.holder[text] = op.result
                return
        self.say(f"{text} {sign} {source(self.operand(other))}", op.line)
        self.naming.printed[op.result] = text
        self.holder[text] = op.result


def is_elementwise(op: Op) -> bool:
    """A ufunc on an array with axes gives a new array."""
    return isinstance(op.attrs["prim"].fun, np.ufunc) and op.attrs["prim"].name not in SHARING


def _slots_of(op: Op, value: Value) -> int:
    index = op.operands.index(value)
    if op.code == "prim":
        return slots(op.attrs["given"]).count(index)
    if op.code == "pack":
        return slots(op.attrs["template"]).count(index)
    return 1


def _names_in(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)}


def _bracketed(test: str) -> str:
    return test if test.isidentifier() else f"({test})"


def _same_stem(text: str, other: str) -> bool:
    return text.rstrip("0123456789").rstrip("_") == other.rstrip("0123456789").rstrip("_")


__all__ = ["Array", "Block", "Readers", "Scalar"]
