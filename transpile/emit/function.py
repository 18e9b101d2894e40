"""One function of the generated module: the user's, with its gradients."""

from __future__ import annotations

import re
from typing import Any

import gast

from ..ir import Function, Op, Region, Value, all_regions, walk
from ..lower.core import Refuse
from ..lower.values import Const, Labelled, Shown, Tup
from ..order import before, conditional, evaluated, idle, target_name
from ..polish.simplify import asks_shape
from .block import Block, Readers
from .calls import is_own_enough
from .edits import Edits, Line, Names
from .expressions import Printer, divisors, source
from .layout import double_quoted, literal_text
from .memory import Memory
from .naming import END, Naming
from .text import INDENT, UserText, mark


class UserFunction:
    """Prints a function of the user's: its text, with what gradients need from it."""

    def __init__(self, function: Function, name: str, imports: Any, roots: list[Value], thrifty: bool = True) -> None:
        self.function, self.name, self.imports = function, name, imports
        self.lowerer = function.attrs["lowerer"]
        self.scope = function.source
        self.tree = self.scope.tree
        self.edits = Edits()
        self.names = Names(self.taken())
        self.printer = Printer(imports, divisors(function))
        self.naming = Naming(function, self.lowerer.trail, self.names, self.edits)
        self.naming.memory = Memory(function, self.lowerer.trail)
        self.naming.kernel = lambda kernel: imports.kernel(kernel).id  # type: ignore[attr-defined]
        self.naming.shape_text = self.printer.shape_text
        self.saved: list[Value] = function.attrs.get("saved", []) if function.attrs.get("has_pair") else []
        self.generated = [op for op in walk(function.region) if not op.user]
        readers = Readers([function.region], [*roots, *self.saved])
        self.block = Block(self.naming, self.printer, self.names, readers, thrifty)
        self.naming.promise = self.block.promise
        self.roots = set(roots)
        self.replaced: dict[Any, Any] = function.attrs.get("replaced", {})
        self.memo: dict[Any, list[Line]] = {}
        for node in gast.walk(self.tree):
            if (text := getattr(node, "printed_as", None)) is not None:
                self.edits.texts[node] = text

    def taken(self) -> set[str]:
        """Names that generated code must not use: all that the function's text mentions."""
        names = {n.id for n in gast.walk(self.tree) if isinstance(n, gast.Name)}
        for node in gast.walk(self.tree):
            if isinstance(node, (gast.FunctionDef, gast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, gast.alias):
                names.add((node.asname or node.name).split(".")[0])
            elif isinstance(node, gast.ExceptHandler) and isinstance(node.name, str):
                names.add(node.name)
        return names | self.imports.reserved

    # --- what is read, and when ----------------------------------------------------------

    def announce(self) -> None:
        """Tell naming of every read of a forward value."""
        lazy = ("shape", "item", "stop", "hook", "const")  # written where they are read
        own = {r for op in self.generated if op.code not in lazy or "block" in op.attrs and op.code == "stop"
               for r in op.results}  # fmt: skip
        own |= {p for op in self.generated for region in op.regions for p in region.params}
        self.naming.own = own
        for op in walk(self.function.region):
            if op.code == "item" and op.user and self.naming.homes(op.result):
                self.naming.twins.setdefault((op.operands[0], op.attrs["key"]), op.result)
        for op in self.generated:
            if op.code in ("shape", "hook"):
                continue  # written where it is read
            clock = self.clock_of(op)
            reads = list(op.operands)
            reads += [v for region in op.regions for v in region.yields]
            announce = self.naming.announce_shape if asks_shape(op) else self.naming.announce
            for value in reads:
                announce(value, clock)
        self.announce_collected(own)
        for value in self.saved:
            self.naming.announce(value, END - 1)
            if value not in own:
                self.naming.bound.update(_exports(value))

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
                        self.block.readers.roots.add(inner)

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
        self.take_names()
        self.demand()
        text = UserText(self.scope.source, self.tree, self.edits, self.pieces,
                        self.returned if self.function.attrs.get("has_pair") else None)  # fmt: skip
        text.fresh = self.names.fresh
        text.opened = self.function.attrs.get("opened", set())
        text.hooks = self.function.attrs.get("hooks", set())
        self.text = text
        head = f"def {self.name}({self.signature()}):"
        if isinstance(self.tree, gast.Lambda):
            body = self.lambda_body(text)
        else:
            body = text.body(self.tree.body, 1, header_row(self.tree))
            body += self.falls_through()
        start = [f"{INDENT}{name} = None" for name in dict.fromkeys(self.edits.unbound.get(None, ()))]
        start += [INDENT + line for line, _ in self.edits.start]
        return [head, *self.after_docstring(body, start)]

    def after_docstring(self, body: list[str], start: list[str]) -> list[str]:
        first: Any = self.tree.body[0] if isinstance(self.tree.body, list) else None
        is_doc = isinstance(first, gast.Expr) and isinstance(first.value, gast.Constant) and isinstance(
            first.value.value, str)  # fmt: skip
        if not start or not is_doc:
            return [*start, *body]
        rows = first.end_lineno - first.lineno + 1
        lead = next(i for i, line in enumerate(body) if line.strip())
        return [*body[: lead + rows], *start, *body[lead + rows :]]

    def demand(self) -> None:
        """Ask for the texts of everything that is read, so that all edits are known."""
        for value in list(self.naming.reads):
            if value not in self.naming.printed:
                self.naming.text(value)

    def signature(self) -> str:
        args = self.tree.args
        segment = self.scope.source.segment
        parts: list[str] = []
        plain = [*args.posonlyargs, *args.args]
        lead = len(plain) - len(args.defaults)
        for node in [*args.defaults, *[d for d in args.kw_defaults if d is not None]]:
            if self.function.attrs.get("nested") and not _is_literal(node):
                raise Refuse(node, "a local function with a default that is computed", "",
                             "pass the value as an argument")  # fmt: skip
        for i, arg in enumerate(plain):
            default = f"={segment(args.defaults[i - lead])}" if i >= lead else ""
            parts.append(arg.id + default)
            if args.posonlyargs and i == len(args.posonlyargs) - 1:
                parts.append("/")
        extra = self.function.attrs.get("free", ())
        if args.vararg is not None:
            parts.append(f"*{args.vararg.id}")
        elif args.kwonlyargs or extra:
            parts.append("*")
        for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            parts.append(arg.id + (f"={segment(value)}" if value is not None else ""))
        parts += list(extra)
        if args.kwarg is not None:
            parts.append(f"**{args.kwarg.id}")
        return ", ".join(parts)

    def lambda_body(self, text: UserText) -> list[str]:
        pieces = self.pieces(self.tree, text)
        value = text.render(self.tree.body)
        result = self.returned(value) if self.function.attrs.get("has_pair") else value
        return [*_spelled(pieces, INDENT), f"{INDENT}return {result}"]

    def falls_through(self) -> list[str]:
        last = self.tree.body[-1]
        if (given := getattr(self.tree, "gives", None)) is not None:
            return [f"{INDENT}return {self.returned(given) if self.function.attrs.get('has_pair') else given}"]
        if not self.function.attrs.get("has_pair") or isinstance(last, (gast.Return, gast.Raise)):
            return []
        return [*[INDENT + line for line in self.edits.fallen], f"{INDENT}return {self.returned('None')}"]

    def returned(self, value: str, stmt: Any = None) -> str:
        """What a forward function returns: the value, and what its backward function reads.

        A return inside a loop or branch comes before what is made behind it: nobody will read that.
        """
        missing = self.made_behind(stmt)
        self.imports.kept[self.function] = [self.naming.text(v) for v in self.saved]
        texts = ["None" if v in missing else self.naming.text(v) for v in self.saved]
        tail = f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
        return f"{value}, {double_quoted(tail)}"

    def made_behind(self, stmt: Any) -> set[Value]:
        """Values that do not exist yet when a loop or branch is left by this return."""
        ops = self.function.region.ops
        for at, top in enumerate(ops):
            inside = [top] + [op for r in top.regions for op in walk(r)]
            blocks = [op for op in inside if op.user and isinstance(op.node, (gast.If, gast.For, gast.While))]
            if any(stmt in set(gast.walk(s)) for op in blocks for s in _inner(op.node)):
                kept = {*top.attrs.get("collected", ()), *top.attrs.get("exported", ()), *self.naming.followed}
                later = {r for op in ops[at + 1 :] if op.code not in ("shape", "item") for r in op.results
                         if "skipped" not in op.attrs or r not in self.naming.followed}  # fmt: skip
                renamed = {r for r in set(top.results) - kept if self.naming.is_ours(r)}
                return later | renamed
        return set()

    # --- lines before a statement --------------------------------------------------------

    def pieces(self, stmt: Any, text: UserText) -> list[Line]:
        """The lines that stand before a statement, in the order of evaluation."""
        if stmt not in self.memo:
            self.memo[stmt] = []
            self.memo[stmt] = self.make_pieces(stmt, text)
        return self.memo[stmt]

    def make_pieces(self, stmt: Any, text: UserText) -> list[Line]:
        ops = [op for op in self.generated if op.stmt is stmt and self.top_level(op)]
        out: list[Line] = []
        nodes = [*evaluated(stmt), *([stmt.body] if isinstance(stmt, gast.Lambda) else [])]
        plain = [op for op in ops if "block" not in op.attrs]
        self.block.number(plain)
        for node in nodes if not isinstance(stmt, gast.Lambda) else [*evaluated(_Body(stmt.body))]:
            if node in self.replaced:
                out += self.replacement(stmt, node, ops, text)
            elif (node, False) in self.edits.steps and self.may_hoist(stmt, node, text):
                out += [(line, stmt.lineno) for line in text.hoist(node)]
        return out

    def may_hoist(self, stmt: Any, node: Any, text: UserText) -> bool:
        if isinstance(stmt, gast.Lambda):
            return False
        return text.can_hoist(stmt, node) or any(
            node in set(gast.walk(r)) - {r} for r in self.replaced if r in set(evaluated(stmt)))

    def top_level(self, op: Op) -> bool:
        owner = op.region.owner if op.region is not None else None
        return not isinstance(owner, Op) or owner.user

    def replacement(self, stmt: Any, node: Any, ops: list[Op], text: UserText) -> list[Line]:
        """The generated lines for one expression, and the text that stands for it."""
        gradient = [op for op in ops if getattr(op.attrs.get("block"), "node", None) is node]
        own = [op for op in ops if op.node is node and "block" not in op.attrs]
        out = self.hoist_around(stmt, node, text, bool(gradient))
        if node in conditional(stmt) and not isinstance(stmt, gast.Lambda):
            raise Refuse(node, "this inside an expression that may not be evaluated",
                         "its statements have no place there",
                         "assign it to a name on a line before, or write an if statement")  # fmt: skip
        forced = self.targets(stmt, node) if gradient else {}
        rows = self.block.lines_of(gradient, forced) if gradient else self.block.lines_of(own, {})
        out += self.commented(rows, gradient, stmt) if gradient else [
            (INDENT * depth + row, line if self.fits_line(row) else 0) for depth, row, line in rows]
        whole = isinstance(stmt, (gast.Assign, gast.Return, gast.Expr)) and stmt.value is node
        item = self.replaced[node]
        self.edits.texts[node] = self.abstract_text(item) if whole else self.bracketed(item)
        return out

    def fits_line(self, row: str) -> bool:
        return not row.endswith(":")

    def hoist_around(self, stmt: Any, node: Any, text: UserText, all_arguments: bool) -> list[Line]:
        """Expressions that Python evaluates before the replaced one get lines of their own."""
        out: list[Line] = []
        acts = self.function.attrs.get("acts", set())
        inner = list(_arguments(node))
        outer = before(stmt, node) if not isinstance(stmt, gast.Lambda) else []
        for other in [*outer, *inner]:
            if idle(other) or other in text.hoisted or other in self.edits.texts:
                continue
            acting = any(n in acts for n in gast.walk(other))
            if other in inner and (all_arguments and not _path(other) or acting) or other not in inner and acting:
                if (other, False) not in self.edits.steps:
                    base = target_name(stmt) or "step"
                    self.edits.steps[other, False] = self.names.fresh(f"{base}_1")
                out += [(line, stmt.lineno) for line in text.hoist(other)]
        return out

    def targets(self, stmt: Any, node: Any) -> dict[Value, str]:
        """The names that the user gives the gradients."""
        if not isinstance(stmt, gast.Assign) or stmt.value is not node or len(stmt.targets) != 1:
            return {}
        target, item = stmt.targets[0], self.replaced[node]
        pairs = zip(target.elts, item.items, strict=False) if isinstance(target, (gast.Tuple, gast.List)) and (
            isinstance(item, Tup)) else [(target, item)]  # fmt: skip
        out: dict[Value, str] = {}
        for t, i in pairs:
            leaf = self.leaf(i)
            if isinstance(t, gast.Name) and leaf is not None and leaf not in out:
                source = self.behind(leaf)
                if leaf.op is not None and not leaf.op.user and self.is_free(t.id, stmt):
                    if source not in self.block.forced and leaf not in self.block.forced:
                        out[source] = t.id
        return out

    def take_names(self) -> None:
        """Replaced calls make their results under the user's names: ``Y = softmax(...)``.

        Where no later statement binds the name, a name of our own would always hold the same object.
        """
        body = self.tree.body if isinstance(self.tree.body, list) else []
        for stmt in body:
            if not isinstance(stmt, gast.Assign) or stmt.value not in self.replaced or len(stmt.targets) != 1:
                continue
            target, leaf = stmt.targets[0], self.leaf(self.replaced[stmt.value])
            if leaf is None or not self.made_by(leaf, stmt) or not isinstance(target, gast.Name):
                continue
            if leaf not in self.block.forced and self.bound_last(target.id, leaf, stmt) and (
                    not self.naming.clobbered(leaf)):  # fmt: skip
                self.block.forced[leaf] = self.naming.printed[leaf] = target.id
                self.block.readers.roots.add(leaf)

    def made_by(self, value: Value, stmt: Any) -> bool:
        """Does the last line of a statement's replaced call make the value?"""
        op = value.op
        return op is not None and op in self.generated and op.code == "prim" and "block" not in op.attrs and (
            op.stmt is stmt and op.node is stmt.value)  # fmt: skip

    def bound_last(self, name: str, value: Value, stmt: Any) -> bool:
        """Does a name hold a value from this statement on, and nothing generated use the name before?"""
        if times_bound(self.tree, name) == 1:
            return True
        clocks = [h.clock for h in self.naming.homes(value) if h.name == h.text == name and h.anchor == (stmt, "after")]
        alike = [v for op in self.generated if op.stmt is stmt for v in op.results if v.name == name]
        later = [e for e in self.lowerer.trail.rebinds.get(name, ()) if not clocks or e > clocks[0]]
        return bool(clocks) and not later and alike == [value]

    def behind(self, value: Value) -> Value:
        while value.op is not None and value.op.code == "stop":
            value = value.op.operands[0]
        return value

    def is_free(self, name: str, stmt: Any) -> bool:
        """Does nothing in the statement's lines read the name's old value?"""
        return not any(name in _words(t) for v, t in self.naming.texts.items())

    def leaf(self, item: Any) -> Value | None:
        if isinstance(item, Labelled):
            item = item.array
        if isinstance(item, Shown):
            item = item.content
        return self.mapped(item) if isinstance(item, Value) else None

    def mapped(self, value: Value) -> Value:
        return self.function.attrs.get("expanded", {}).get(value, value)

    def commented(self, rows: list[Any], gradient: list[Op], stmt: Any) -> list[Line]:
        """Backward lines in groups, each under the user's line it belongs to."""
        out: list[Line] = []
        head = self.first_row(stmt.lineno)
        out += [("", 0), (f"# line {stmt.lineno}: {head}", 0)]
        now = stmt.lineno
        for depth, row, line in rows:
            if line and line != now:
                if depth == 0 and not out[-1][0].startswith("# line"):
                    out.append(("", 0))
                out.append((f"{INDENT * depth}# line {line}: {self.first_row(line)}", 0))
                now = line
            out.append((INDENT * depth + row, 0))
        return [*out, ("", 0)]

    def first_row(self, line: int) -> str:
        rows = self.scope.source.lines
        return rows[line - 1].strip() if 0 < line <= len(rows) else ""

    def abstract_text(self, item: Any) -> str:
        """An abstract value as an expression."""
        if isinstance(item, Value):
            value = self.mapped(item)
            if value in self.block.exprs:
                return source(self.block.exprs[value])
            return self.naming.text(value)
        if isinstance(item, Labelled):
            return self.abstract_text(item.array)
        if isinstance(item, Const):
            return source(self.printer.static(item.value))
        if isinstance(item, Tup):
            return self.tuple_text(item)
        if isinstance(item, Shown):
            return self.cell_text(item)
        raise Refuse(None, f"a {type(item).__name__} in generated code")

    def tuple_text(self, item: Tup) -> str:
        texts = [self.bracketed(i) for i in item.items]
        if item.cls is not tuple:
            return f"{self.imports.object(item.cls)}({', '.join(texts)})"
        return ", ".join(texts) if len(texts) > 1 else f"({texts[0]},)" if texts else "()"

    def cell_text(self, cell: Shown) -> str:
        content = cell.content
        if isinstance(content, Value):
            return self.abstract_text(content)
        if isinstance(content, dict) and cell.sort == "dict":
            inside = ", ".join(f"{literal_text(k)}: {self.bracketed(v)}" for k, v in content.items())
            text = "{" + inside + "}"
            return text if cell.cls in (dict, None) else f"{self.imports.object(cell.cls)}({text})"
        if isinstance(content, dict):
            inside = ", ".join(f"{k}={self.bracketed(v)}" for k, v in content.items())
            return f"{self.imports.object(cell.cls)}({inside})"
        return "[" + ", ".join(self.bracketed(v) for v in content) + "]"

    def bracketed(self, item: Any) -> str:
        text = self.abstract_text(item)
        return f"({text})" if isinstance(item, Tup) and item.cls is tuple and len(item.items) > 1 else text

    # --- calls of functions that are printed too -----------------------------------------

    def prepare_calls(self) -> None:
        """Calls of the user's functions whose generated version is needed."""
        for op in walk(self.function.region):
            if op.code != "call" or not op.user:
                continue
            if "kept" in op.attrs and "swept" in op.attrs:
                name = self.naming.printed[op.attrs["kept"]] = self.names.fresh(op.attrs["kept"].name)
                self.edits.calls[op.node] = (f"{self.scope.source.segment(op.node.func)}.evaluate", "", (), name)
            elif op.attrs.get("watched"):
                function = f"{self.imports.kernel('watched').id}({self.scope.source.segment(op.node.func)})"
                self.edits.calls[op.node] = (function, "", (), None)
            elif self.imports.is_printed(op.attrs["function"]) and not (
                    "again" in op.attrs and is_own_enough(op.attrs["function"])):
                self.prepare_call(op)

    def prepare_call(self, op: Op) -> None:
        node = op.attrs.get("node") or op.node
        function = op.attrs["function"]
        if not isinstance(node, gast.Call):
            raise Refuse(node, "a call that is not written as one", "",
                         "call the function by its name")  # fmt: skip
        saved = op.attrs.get("saved") if function.attrs.get("has_pair") else None
        name = None
        if function.attrs.get("has_pair"):
            name = self.names.fresh(f"{function.name}_{op.line}") if saved is not None else ""
            if saved is not None:
                self.naming.printed[saved] = name
        called = self.imports.pair(function)
        if saved is not None and self.naming.memory is not None and self.naming.memory.changes_after(op):
            called = f"{self.imports.kernel('keeping').id}({called})"
        self.edits.calls[node] = (called, op.attrs.get("owner", ""),
                                  function.attrs.get("free", ()), name)  # fmt: skip


class _Body:
    """A lambda's body as a statement."""

    _fields = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def times_bound(tree: Any, name: str) -> int:
    """How often a function's text may bind a name, or take it away."""
    count = 0
    for node in gast.walk(tree):
        if isinstance(node, gast.Name):
            count += node.id == name and not isinstance(node.ctx, gast.Load)
        else:
            words = [v for field, v in gast.iter_fields(node) if field in ("name", "asname", "names", "rest", "value")]
            words = [w.split(".")[0] if isinstance(w, str) else w for w in words]
            count += any(w == name or isinstance(w, list) and name in w for w in words if isinstance(w, (str, list)))
    return count


def _inner(node: Any) -> list[Any]:
    """The statements of a branch or of a loop's turns; a loop's else clause stands behind it."""
    return [*node.body, *(node.orelse if isinstance(node, gast.If) else [])]


def _is_literal(node: Any) -> bool:
    if isinstance(node, gast.UnaryOp):
        node = node.operand
    if isinstance(node, gast.Tuple):
        return all(map(_is_literal, node.elts))
    return isinstance(node, gast.Constant)


def _exports(value: Value) -> list[Value]:
    out = [value]
    while value.op is not None and value in value.op.attrs.get("exported", {}):
        value = value.op.attrs["exported"][value]
        out.append(value)
    return out


def _arguments(node: Any) -> list[Any]:
    """The expressions a replaced call is made of, in the order of evaluation."""
    if not isinstance(node, gast.Call):
        return [n for n in gast.iter_child_nodes(node) if isinstance(n, gast.expr)]
    values = [a.value if isinstance(a, gast.Starred) else a for a in node.args]
    return [*values, *[k.value for k in node.keywords]]


def _path(node: Any) -> bool:
    """A name, or entries and attributes reached from one by constants."""
    if isinstance(node, gast.Attribute):
        return _path(node.value)
    if isinstance(node, gast.Subscript):
        return _path(node.value) and idle(node.slice)
    if isinstance(node, (gast.Tuple, gast.List)):
        return all(map(_path, node.elts))
    if isinstance(node, gast.Dict):
        return all(map(_path, node.values)) and all(k is not None and idle(k) for k in node.keys)
    return idle(node)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", text))


def _spelled(pieces: list[Line], pad: str) -> list[str]:
    return [pad + text + mark(pad + text, line) if text else "" for text, line in pieces]


def header_row(tree: Any) -> int:
    """The row on which a function's header ends."""
    return max([tree.lineno, *[n.end_lineno for n in gast.walk(tree.args) if getattr(n, "end_lineno", None)],
                *([tree.returns.end_lineno] if tree.returns is not None else [])])  # fmt: skip


__all__ = ["UserFunction", "all_regions", "header_row"]
