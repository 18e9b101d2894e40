"""One function of the generated module: the user's, with its gradients."""

from __future__ import annotations

from typing import Any

import gast

from ..ir import Function, Op, Region, Value, walk
from ..kinds import NOTHING
from ..literals import double_quoted
from ..lower.core import Refuse
from ..lower.scoping import bound_by
from ..polish.simplify import asks_shape
from ..shapes import shape_chain
from .block import Block
from .calls import is_own_enough
from .contents import Contents
from .edits import Edits, Names
from .expressions import Printer, divisors
from .homes import END
from .liveness import Readers
from .memory import Memory
from .naming import Naming
from .origins import chain
from .pieces import Pieces
from .release import released
from .rows import INDENT, Rows, marked
from .signature import header_row, signature
from .splicing import Splicing
from .targets import Targets
from .text import UserText

MAKERS = {"make": ("making", "made"), "after": ("making_after", "made_after")}
"""What makes an object by a generated function in place of `__init__` or `__post_init__`: with a pair, without."""


class UserFunction:
    """Prints a function of the user's: its text, with what gradients need from it."""

    def __init__(self, function: Function, name: str, imports: Any, roots: list[Value], thrifty: bool = True) -> None:
        self.function, self.name, self.imports = function, name, imports
        self.tree = function.source.tree
        self.edits = Edits()
        self.names = Names(self.taken())
        printer, trail = Printer(imports, divisors(function)), function.attrs["lowerer"].trail
        self.memory = Memory(function, trail)
        self.naming = Naming(function, trail, self.names, self.edits, self.memory)
        self.naming.kernel = self.naming.homes.kernel = lambda kernel: imports.kernel(kernel).id
        self.naming.shape_text = printer.shape_text
        self.saved: list[Value] = function.attrs.get("saved", []) if function.attrs.get("has_pair") else []
        self.generated = [op for op in walk(function.region) if not op.user]
        self.readers = Readers([function.region], [*roots, *self.saved])
        block = Block(self.naming, printer, self.names, self.readers, thrifty)
        self.naming.promise = block.registers.promise
        self.splicing = Splicing(Rows(function.source.source.lines, self.tree), self.edits)
        contents = Contents(function, block, imports)
        self.targets = Targets(function, block, contents, self.generated)
        self.pieces = Pieces(function, block, contents, self.targets, self.splicing)
        for node in gast.walk(self.tree):
            if (text := getattr(node, "printed_as", None)) is not None:
                self.edits.texts[node] = text
        self.say_super()

    def say_super(self) -> None:
        """``super()`` means something inside a class only."""
        cell = self.function.source.closure.get("__class__")
        first = next((a.id for a in (*self.tree.args.posonlyargs, *self.tree.args.args)), None)
        if cell is None or first is None:
            return
        for node in gast.walk(self.tree):
            if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "super":
                if not node.args and not node.keywords:
                    self.edits.texts[node] = f"super({self.imports.object(cell.cell_contents)}, {first})"

    def taken(self) -> set[str]:
        """Names that generated code must not use: all that the function's text mentions."""
        read = {n.id for n in gast.walk(self.tree) if isinstance(n, gast.Name)}
        return read | {name for node in gast.walk(self.tree) for name in bound_by(node)} | self.imports.reserved

    # --- what is read, and when ----------------------------------------------------------

    def announce(self) -> None:
        """Tell naming of every read of a forward value."""
        lazy = ("shape", "item", "stop", "hook", "const")  # written where they are read
        own = {r for op in self.generated if op.code not in lazy or "block" in op.attrs and op.code == "stop"
               for r in op.results}  # fmt: skip
        own |= {p for op in self.generated for region in op.regions for p in region.params}
        self.naming.reads.own = own
        for op in walk(self.function.region):
            if op.code == "item" and op.user and self.naming.homes.of(op.result):
                self.naming.reads.twins.setdefault((op.operands[0], op.attrs["key"]), op.result)
        for op in self.generated:
            if op.code in ("shape", "hook"):
                continue  # written where it is read
            clock = self.clock_of(op)
            reads = list(op.operands)
            reads += [v for region in op.regions for v in region.yields]
            announce = self.naming.reads.announce_shape if asks_shape(op) else self.naming.reads.announce
            for value in reads:
                announce(value, clock)
        self.announce_collected(own)
        for value in self.saved:
            self.naming.reads.announce(value, END - 1)
            if value not in own:
                self.naming.reads.bound.update(chain(value))

    def clock_of(self, op: Op) -> int:
        top = op
        while isinstance(top.region, Region) and isinstance(top.region.owner, Op) and not top.region.owner.user:
            top = top.region.owner
        gradient = top.attrs.get("block")
        return int(gradient.attrs["clock"]) if gradient is not None else top.clock

    def announce_collected(self, own: set[Value]) -> None:
        """What user loops save of generated values is read at the end of the turn."""
        for op in walk(self.function.region):
            if op.user and op.code in ("for", "while"):
                for inner in op.attrs.get("collected", {}).values():
                    if inner in own:
                        self.readers.roots.add(inner)

    def demand(self) -> None:
        """Ask for the texts of everything that is read, so that all edits are known."""
        for value in list(self.naming.reads.clocks):
            if value not in self.naming.printed and not self.naming.reads.for_shape(value):
                self.naming.text(value)

    # --- calls of functions that are printed too -----------------------------------------

    def prepare_calls(self) -> None:
        """Calls of the user's functions whose generated version is needed."""
        for op in walk(self.function.region):
            if op.code != "call" or not op.user:
                continue
            if "kept" in op.attrs and "swept" in op.attrs:
                name = self.naming.printed[op.attrs["kept"]] = self.names.fresh(op.attrs["kept"].name)
                self.edits.calls[op.node] = (f"{self.segment(op.node.func)}.evaluate", False, (), name, "")
            elif op.attrs.get("watched"):
                function = f"{self.imports.kernel('watched').id}({self.segment(op.node.func)})"
                self.edits.calls[op.node] = (function, False, (), None, "")
            elif self.imports.is_printed(op.attrs["function"]) and not (
                    "again" in op.attrs and is_own_enough(op.attrs["function"])):
                self.prepare_call(op)

    def segment(self, node: Any) -> str:
        return str(self.function.source.source.segment(node))

    def prepare_call(self, op: Op) -> None:
        node = op.attrs.get("node") or op.node
        function = op.attrs["function"]
        form = op.attrs.get("receiver", "")
        if form == "slots":
            raise Refuse(node, "a dataclass with slots whose __post_init__ computes what the gradient reads", "",
                         "compute it in a function")  # fmt: skip
        if form == "setter":
            raise Refuse(node, "an assignment to a property whose setter computes what the gradient reads",
                         "the assignment cannot be written as a call", "call a method")  # fmt: skip
        if not isinstance(node, gast.Call) and form not in ("parts", "swapped"):
            raise Refuse(node, "a call that is not written as one", "",
                         "call the function by its name")  # fmt: skip
        for variable in sorted(op.attrs.get("brings", ())):
            if self.naming.homes.rebound(variable, op.clock):
                raise Refuse(node, f"a function that reads {variable}, which changes after the function was made",
                             "the function that is written for it has a copy of the variable",
                             f"pass {variable} as an argument")  # fmt: skip
        saved = op.attrs.get("saved") if function.attrs.get("has_pair") else None
        name = None
        if function.attrs.get("has_pair"):
            name = self.names.keeper(f"{function.name}_{op.line}") if saved is not None else ""
            if saved is not None:
                self.naming.printed[saved] = name
        called, closing = self.imports.pair(function), op.attrs.get("way") == "closing"
        if closing:
            called = f"{self.imports.kernel('closing').id}({called}, {{}})"
        if saved is not None and self.memory.changes_after(op):
            called = f"{self.imports.kernel('keeping').id}({called})"
        if (adapter := op.attrs.get("adapter")) is not None:
            called = f"{self.imports.kernel(adapter).id}({called})"
        if form in MAKERS:
            form = f"make {self.imports.kernel(MAKERS[form][name is None]).id}"
        free = () if closing else function.attrs.get("free", ())
        self.edits.calls[node] = (called, closing, free, name, form)

    # --- the text ------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """The whole function.

        Raises:
            Refuse: where generated code cannot read what it needs; it knows the function.
        """
        try:
            return self.written()
        except Refuse as problem:
            problem.function = self.function  # type: ignore[attr-defined]
            raise

    def written(self) -> list[str]:
        self.prepare_calls()
        self.announce()
        self.targets.take_names()
        self.demand()
        head = f"def {self.name}({signature(self.function)}):"
        if isinstance(self.tree, gast.Lambda):
            body = self.lambda_body()
        else:
            returns = self.returned if self.function.attrs.get("has_pair") else None
            opened = self.function.attrs.get("opened", set())
            rungs, hooks = self.function.attrs.get("rungs", {}), self.function.attrs.get("hooks", set())
            text = UserText(self.splicing, self.pieces.of, returns, self.names.fresh, opened, rungs, hooks)
            body = text.body(self.tree.body, 1, header_row(self.tree))
            body += self.falls_through()
        start = [f"{INDENT}{name} = None" for name in dict.fromkeys(self.edits.unbound.get(None, ()))]
        start += [INDENT + line for line, _ in self.edits.start]
        return released([head, *self.after_docstring(body, start)], self.names.keepers)

    def after_docstring(self, body: list[str], start: list[str]) -> list[str]:
        first: Any = self.tree.body[0] if isinstance(self.tree.body, list) else None
        is_doc = isinstance(first, gast.Expr) and isinstance(first.value, gast.Constant) and isinstance(
            first.value.value, str)  # fmt: skip
        if not start or not is_doc:
            return [*start, *body]
        rows = first.end_lineno - first.lineno + 1
        lead = next(i for i, line in enumerate(body) if line.strip())
        return [*body[: lead + rows], *start, *body[lead + rows :]]

    def lambda_body(self) -> list[str]:
        pieces = self.pieces.of(self.tree)
        value = self.splicing.render(self.tree.body)
        result = self.returned(value) if self.function.attrs.get("has_pair") else value
        return [*[INDENT + line if line else "" for line in marked(pieces, INDENT)], f"{INDENT}return {result}"]

    def falls_through(self) -> list[str]:
        last = self.tree.body[-1]
        if (given := getattr(self.tree, "gives", None)) is not None:
            return [f"{INDENT}return {self.returned(given) if self.function.attrs.get('has_pair') else given}"]
        if not self.function.attrs.get("has_pair") or isinstance(last, (gast.Return, gast.Raise)):
            return []
        return [*[INDENT + line for line in self.edits.fallen], f"{INDENT}return {self.returned('None')}"]

    # --- what a forward function returns --------------------------------------------------

    def returned(self, value: str, stmt: Any = None) -> str:
        """What a forward function returns: the value, and what its backward function reads.

        A return inside a loop or branch comes before what is made behind it: nobody will read that.
        """
        missing = self.made_behind(stmt)
        absent = dict.fromkeys(missing[0], "None") | dict.fromkeys(missing[1], "()")
        self.imports.kept[self.function] = [self.naming.text(v) for v in self.saved]
        texts = [absent[v] if v in absent else self.naming.text(v) for v in self.saved]
        tail = f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
        return f"{value}, {double_quoted(tail)}"

    def made_behind(self, stmt: Any) -> tuple[set[Value], set[Value]]:
        """Values that do not exist yet when a loop or branch is left by this return, and the shapes of such.

        A shape is that of a cotangent that is zero then, and that nobody reads.
        """
        ops = self.function.region.ops
        for at, top in enumerate(ops):
            inside = [top] + [op for r in top.regions for op in walk(r)]
            blocks = [op for op in inside if op.user and isinstance(op.node, (gast.If, gast.For, gast.While, gast.Try))]
            if any(stmt in set(gast.walk(s)) for op in blocks for s in _inner(op.node)):
                kept = {*top.attrs.get("collected", ()), *top.attrs.get("exported", ()), *self.naming.followed}
                later = {r for op in ops[at + 1 :] if op.code not in ("shape", "item") for r in op.results
                         if "skipped" not in op.attrs or r not in self.naming.followed}  # fmt: skip
                renamed = {r for r in set(top.results) - kept if self.naming.is_ours(r)}
                shapes = {r for op in ops[at + 1 :] if op.code == "shape" and unbound_at(op.operands[0], stmt)
                          for r in op.results}  # fmt: skip
                return later | renamed, shapes
        return set(), set()


def unbound_at(value: Value, stmt: Any) -> bool:
    """Is there nothing yet that has the shape of a value, where a branch is left by this return?"""
    return any(_on_the_way(candidate, stmt).kind == NOTHING for candidate in shape_chain(value))


def _on_the_way(value: Value, stmt: Any) -> Value:
    """What a value that branches join is on the way to a statement inside them."""
    while (op := value.op) is not None and op.code == "if":
        node, (arm, rest) = op.node, op.attrs.get("consumed", (None, ()))
        sides = [node.body, node.orelse] if isinstance(node, gast.If) else [[], []]
        taken = [i for i, side in enumerate(sides) for s in (*side, *(rest if i == arm else ()))
                 if stmt in set(gast.walk(s))]  # fmt: skip
        if not taken:
            break
        value = op.regions[taken[0]].yields[op.results.index(value)]
    return value


def _inner(node: Any) -> list[Any]:
    """The statements of a branch or of a loop's turns; a loop's else clause stands behind it."""
    if isinstance(node, gast.Try):
        return [*node.body, *(s for h in node.handlers for s in h.body), *node.orelse, *node.finalbody]
    return [*node.body, *(node.orelse if isinstance(node, gast.If) else [])]
