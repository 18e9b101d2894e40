"""Calls of the user's own functions: each is lowered once per description of its arguments."""

from __future__ import annotations

from typing import Any

from ..ir import Function, Op, Region, Value, walk
from ..kinds import UNKNOWN, Kind, join
from .core import Refuse
from .statements import Statements
from .values import UNDEF, Cell, Closure, Const, Iter, Labelled, Method, Tup, everything, shown

DEEPEST = 40


class Functions(Statements):
    """Lowering of calls to Python functions."""

    def call_user(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call of a Python function: its body becomes a Function of the program."""
        items = [*args, *kwargs.values()]
        try:
            source, scope = self.source_of(fun)
            bound = self.bind_arguments(source.tree, fun, args, kwargs)
        except Refuse as problem:
            return self.call_unknown(node, items, problem.what)
        self.function.attrs.setdefault("acts", set()).add(node)
        try:
            captured = self.captured_names(source, scope, [*bound.values()])
        except Refuse as problem:
            self.problems.append(problem)
            return self.call_unknown(node, items, problem.what)
        importer = Importer(self)
        names = {**bound, **captured}
        key = (source.key, tuple((n, importer.describe(a)) for n, a in names.items()))
        entry = self.program.functions.get(key)
        if entry is None:
            entry = self.lower_callee(key, source, scope, names, bound, node)
        if entry.failed is not None:
            return self.call_unknown(node, items, source.name, entry)
        return self.emit_call(node, entry, names)

    def source_of(self, fun: Any) -> tuple[Any, Any]:
        if isinstance(fun, Closure):
            return fun.scope.source.nested(fun.node, fun.name), fun
        return self.program.read(fun), None

    def captured_names(self, source: Any, scope: Any, given: list[Any]) -> dict[str, Any]:
        """The variables of enclosing model functions that a callee reads, as they are now.

        Those of a local function itself, and of every local function that is passed to it or that
        it reads: they become parameters of the callee, so none may have a name of its own.
        """
        out: dict[str, Any] = {}
        todo = [(scope, source)] if scope is not None else []
        todo += [(c, c.scope.source.nested(c.node, c.name)) for item in given for c in closures(item, self.state.heap)]
        seen: set[Any] = set()
        while todo:
            closure, inner = todo.pop()
            if closure in seen:
                continue
            seen.add(closure)
            for name in sorted(inner.free_names()):
                item = self.enclosing(closure, name)
                if item is None:
                    continue
                if closure is not scope and name in source.local_names():
                    raise Refuse(closure.node, f"a local function that reads {name}",
                                 f"{source.name}, which calls it, has a variable {name} of its own",
                                 "rename one of the two")  # fmt: skip
                out[name] = item
                todo += [(c, c.scope.source.nested(c.node, c.name)) for c in closures(item, self.state.heap)]
        return dict(sorted(out.items()))

    def reached(self, items: list[Any]) -> list[Any]:
        """Items, and the variables that local functions among them read, directly or not."""
        out = list(items)
        seen: set[Any] = set()
        todo = [c for i in items for c in closures(i, self.state.heap)]
        while todo:
            closure = todo.pop()
            if closure in seen:
                continue
            seen.add(closure)
            found = [d for d in (*closure.defaults, *closure.kw_defaults) if d is not None]
            for name in closure.scope.source.nested(closure.node, closure.name).every_name():
                item = self.state.names.get(name, UNDEF)
                if item is not UNDEF:
                    found.append(item)
            out += found
            todo += [c for i in found for c in closures(i, self.state.heap)]
        return out

    def enclosing(self, closure: Any, name: str) -> Any:
        """A variable of the model function in which a local function was made; None if it has none."""
        known = closure.scope.locals if closure.scope is not self else self.locals
        if name not in known and name not in closure.scope.state.names:
            return None
        found = self.state.names.get(name, UNDEF)
        if found is UNDEF:
            raise Refuse(closure.node, f"a local function that reads {name}, which may be unbound here", "",
                         "pass it as an argument")  # fmt: skip
        return found

    def bind_arguments(self, tree: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Python's binding of arguments to parameters, on abstract values.

        Raises:
            Refuse: where Python would raise.
        """
        signature = tree.args
        defaults, extra = self.defaults_of(fun, signature)
        positional = [a.id for a in (*signature.posonlyargs, *signature.args)]
        out: dict[str, Any] = dict(zip(positional, args, strict=False))
        rest = dict(kwargs)
        for name in positional + [a.id for a in signature.kwonlyargs]:
            if name in rest and name not in out:
                out[name] = rest.pop(name)
        for name, item in {**defaults, **extra}.items():
            out.setdefault(name, item)
        missing = [n for n in positional + [a.id for a in signature.kwonlyargs] if n not in out]
        too_many = len(args) > len(positional) and signature.vararg is None
        if missing or too_many or rest and signature.kwarg is None:
            raise Refuse(tree, f"a call of {getattr(tree, 'name', 'a lambda')} that raises")
        if signature.vararg is not None:
            out[signature.vararg.id] = Tup(tuple(args[len(positional):]))
        if signature.kwarg is not None:
            cell = Cell("dict", dict)
            self.state.heap[cell] = rest
            out[signature.kwarg.id] = cell
        return out

    def defaults_of(self, fun: Any, signature: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        positional = [a.id for a in (*signature.posonlyargs, *signature.args)]
        keyword = [a.id for a in signature.kwonlyargs]
        if isinstance(fun, Closure):
            values, extra = fun.defaults, dict(zip(keyword, fun.kw_defaults, strict=True))
            extra = {k: v for k, v in extra.items() if v is not None}
        else:
            values = tuple(map(self.default, fun.__defaults__ or ()))
            extra = {k: self.default(v) for k, v in (fun.__kwdefaults__ or {}).items()}
        return dict(zip(positional[len(positional) - len(values):], values, strict=True)), extra

    def default(self, found: Any) -> Any:
        """A default value: constant if it cannot change."""
        if isinstance(found, (int, float, complex, str, bool, type(None), tuple)) or callable(found):
            return Const(found)
        return self.opaque(None, [], "a default value that can change")

    def lower_callee(self, key: Any, source: Any, scope: Any, names: dict[str, Any],
                     bound: dict[str, Any], node: Any) -> Callee:
        """Lower the body, again if a recursive call inside did not know the result's kind."""
        entry = self.program.functions[key] = Callee(source)
        if self.program.depth > DEEPEST:
            entry.failed = "a recursion whose arguments keep changing"
            return entry
        self.program.depth += 1
        try:
            for _ in range(6):
                entry.recursive = False
                entry.attempt(self, source, names, bound)
                if not entry.recursive or entry.settled:
                    break
            else:
                entry.failed = "a recursion whose result keeps changing"
        finally:
            self.program.depth -= 1
        return entry

    def emit_call(self, node: Any, entry: Callee, names: dict[str, Any]) -> Any:
        """The call operation, and its results as abstract values."""
        entry.recursive = True
        importer = Importer(self)
        operands = [v for item in names.values() for v in importer.leaf_values(item)]
        template = entry.result
        kinds = list(entry.kinds)
        with self.builder.at(node=node):
            op = self.builder.append("call", operands, kinds, function=entry.function, callee=entry)
        op.attrs["captures"] = []
        entry.calls.append((self, op))
        for result in op.results:
            result.node = None
        if op.results and isinstance(template, (Leaf, tuple)) and _is_leaf(template):
            op.results[0].node = node
        op.attrs["paths"] = result_paths(template)
        out = importer.export(template, op.results, names, entry)
        self.add_captures(op, entry)
        if entry.mutated:
            self.mutated_arguments(node, op, entry, names, operands)
        self.check_gradients(node, op, entry)
        return out

    def add_captures(self, op: Op, entry: Callee) -> None:
        """Values the callee reads from outside the program are read here, too."""
        for key, value in entry.function.attrs.get("captures", {}).items():
            mine = self.capture(key, value.found)
            op.operands.append(mine)
            op.attrs["captures"].append(key)

    def mutated_arguments(self, node: Any, op: Op, entry: Callee, names: dict[str, Any],
                          operands: list[Value]) -> None:
        why = f"{entry.function.name} changes its argument in place"
        found = self.argument_cells(names)
        for number in sorted(entry.mutated):
            cell = found[number]
            if number in entry.changed:
                self.store(cell, op.results[entry.changed[number]])
            elif cell.sort == "array":
                old = self.value(cell)
                made = self.builder.append("user", list(dict.fromkeys([*operands, old])), [old.kind], why=why,
                                           mutation=True, inside=entry, call=node)  # fmt: skip
                made.result.node = None
                self.store(cell, made.result)
            else:
                self.forget(cell, entry.function.name, list(operands))

    def argument_cells(self, names: dict[str, Any]) -> list[Cell]:
        return Importer(self).argument_cells(names)

    def check_gradients(self, node: Any, op: Op, entry: Callee) -> None:
        """A gradient inside the callee sees only the callee: paths around it are refused."""
        for wrt, others in entry.gradient_roots():
            mine = {op.operands[i] for i in wrt}
            for i in others:
                if i not in wrt and depends(op.operands[i], mine):
                    raise Refuse(node, "a gradient inside a called function that would miss a path",
                                 "another argument of the call also depends on its x",
                                 "take the gradient here, in the calling function")  # fmt: skip


def depends(value: Value, roots: set[Value]) -> bool:
    """Does a value depend on one of the roots? (Through any operation around it.)"""
    seen: set[Value] = set()
    stack = [value]
    while stack:
        top = stack.pop()
        if top in roots:
            return True
        if top in seen:
            continue
        seen.add(top)
        if top.op is not None:
            stack.extend(top.op.operands)
            for inner in top.op.regions:
                stack.extend(inner.yields)
                for op in walk(inner):
                    stack.extend(op.operands)
        elif top.region is not None and isinstance(top.region.owner, Op):
            stack.extend(top.region.owner.operands)
    return False


def closures(item: Any, heap: dict[Cell, Any]) -> list[Closure]:
    """The local functions that an abstract value holds."""
    return [top for top in everything(item, heap) if isinstance(top, Closure)]


def result_paths(template: Any, path: str = "") -> dict[int, str]:
    """How each result is read from what the function returns: ``[0]['a']``."""
    if isinstance(template, Leaf):
        return {template.index: path}
    if not isinstance(template, tuple):
        return {}
    sort, _, content = template
    if sort == "argument":
        return {}
    if isinstance(content, (Leaf, tuple)) and sort == "dl" or isinstance(content, Leaf):
        return result_paths(content, path)
    if isinstance(content, dict):
        steps = {k: f".{k}" if sort == "object" else f"[{k!r}]" for k in content}
        return {i: p for k, t in content.items() for i, p in result_paths(t, path + steps[k]).items()}
    return {i: p for n, t in enumerate(content) for i, p in result_paths(t, f"{path}[{n}]").items()}


class Leaf:
    """The place of a result in the structure a function returns."""

    def __init__(self, index: int) -> None:
        self.index = index


def _is_leaf(template: Any) -> bool:
    return isinstance(template, Leaf) or isinstance(template, tuple) and template[0] == "array"


class Importer:
    """Carries abstract values between a caller and a callee."""

    def __init__(self, lowerer: Any) -> None:
        self.lowerer = lowerer
        self.numbers: dict[Cell, int] = {}

    def describe(self, item: Any) -> Any:
        """A hashable description: kinds, constants by identity or value, aliasing."""
        heap = self.lowerer
        if isinstance(item, Value):
            return ("v", item.kind)
        if isinstance(item, Const):
            value = item.value
            simple = isinstance(value, (int, float, complex, str, bytes, bool, type(None)))
            return ("c", type(value), repr(value)) if simple else ("i", id(value))
        if isinstance(item, Tup):
            return ("t", item.cls, tuple(map(self.describe, item.items)))
        if isinstance(item, Labelled):
            return ("dl", item.format, self.describe(item.array))
        if isinstance(item, Cell):
            if item in self.numbers:
                return ("same", self.numbers[item])
            self.numbers[item] = len(self.numbers)
            content = heap.content(item)
            return (item.sort, item.cls, self._content(content))
        if isinstance(item, Method):
            return ("m", item.name, self.describe(item.owner))
        return ("o", id(item))

    def _content(self, content: Any) -> Any:
        if isinstance(content, Value):
            return content.kind
        if isinstance(content, tuple):
            return tuple(map(self.describe, content))
        return tuple((repr(k), self.describe(v)) for k, v in content.items())

    def leaf_values(self, item: Any) -> list[Value]:
        """The values that are passed, in a fixed order; a shared cell is passed once."""
        if isinstance(item, Value):
            return [item]
        if isinstance(item, Labelled):
            return self.leaf_values(item.array)
        if isinstance(item, Tup):
            return [v for i in item.items for v in self.leaf_values(i)]
        if isinstance(item, Method):
            return self.leaf_values(item.owner)
        if isinstance(item, Cell):
            if item in self.numbers:
                return []
            self.numbers[item] = len(self.numbers)
            content = self.lowerer.content(item)
            if isinstance(content, Value):
                return [content]
            entries = content.values() if isinstance(content, dict) else content
            return [v for i in entries for v in self.leaf_values(i)]
        return []

    def copy_in(self, item: Any, callee: Any, made: dict[Cell, Cell], path: str) -> Any:
        """The callee's own version of an argument: fresh parameters, fresh cells."""
        if isinstance(item, Value):
            return self._param(item, callee, path)
        if isinstance(item, Labelled):
            return Labelled(self.copy_in(item.array, callee, made, path), item.format)
        if isinstance(item, Tup):
            items = [self.copy_in(v, callee, made, f"{path}_{i}") for i, v in enumerate(item.items)]
            return Tup(tuple(items), item.cls)
        if isinstance(item, Method):
            return Method(self.copy_in(item.owner, callee, made, path), item.name)
        if isinstance(item, Cell):
            return self._cell_in(item, callee, made, path)
        return item

    def _param(self, value: Value, callee: Any, path: str) -> Value:
        region = callee.function.region
        param = Value(value.kind, path, region=region)
        region.params.append(param)
        return param

    def _cell_in(self, item: Cell, callee: Any, made: dict[Cell, Cell], path: str) -> Cell:
        if item in made:
            return made[item]
        cell = made[item] = Cell(item.sort, item.cls, outside=True)
        content = self.lowerer.content(item)
        for other in list(made):
            if other is not item and (other.root() is item.root() or other in item.shares):
                cell.shares.add(made[other])
                made[other].shares.add(cell)
        if isinstance(content, Value):
            callee.state.heap[cell] = self._param(content, callee, path)
        elif isinstance(content, dict):
            callee.state.heap[cell] = {
                k: self.copy_in(v, callee, made, f"{path}_{k}") for k, v in content.items()}
        else:
            callee.state.heap[cell] = tuple(
                self.copy_in(v, callee, made, f"{path}_{i}") for i, v in enumerate(content))
        return cell

    def export(self, template: Any, results: list[Value], names: dict[str, Any], entry: Any) -> Any:
        """The callee's result in the caller's terms."""
        if template is None:
            return self.lowerer.wrap(results[0]) if results else Const(None)
        if isinstance(template, Leaf):
            return results[template.index]
        if isinstance(template, tuple):
            return self._export_container(template, results, names, entry)
        return template

    def _export_container(self, template: tuple[Any, ...], results: Any, names: Any, entry: Any) -> Any:
        sort, cls, content = template
        if sort == "argument":
            return self.nth_cell(names, content)
        if sort == "tuple":
            return Tup(tuple(self.export(t, results, names, entry) for t in content), cls)
        if sort == "dl":
            return Labelled(self.export(content, results, names, entry), cls)
        cell = Cell(sort, cls)
        for number in template_shares(template, entry):
            other = self.nth_cell(names, number)
            cell.shares.add(other)
            other.shares.add(cell)
        heap = self.lowerer.state.heap
        if isinstance(content, Leaf):
            heap[cell] = results[content.index]
        elif isinstance(content, dict):
            heap[cell] = {k: self.export(t, results, names, entry) for k, t in content.items()}
        else:
            heap[cell] = tuple(self.export(t, results, names, entry) for t in content)
        return cell

    def nth_cell(self, names: dict[str, Any], number: int) -> Cell:
        """The argument cell with this number in the order of `describe`."""
        return self.argument_cells(names)[number]

    def argument_cells(self, names: dict[str, Any]) -> list[Cell]:
        inner = Importer(self.lowerer)
        for item in names.values():
            inner.describe(item)
        return list(inner.numbers)

def template_shares(template: Any, entry: Any) -> tuple[int, ...]:
    return tuple(entry.shares.get(id(template), ()))


class Callee:
    """One function of the program: what it takes, gives, and does to its arguments."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.function = Function(source.name, Region(), source)
        self.function.region.owner = self.function
        self.result: Any = None
        self.kinds: tuple[Kind, ...] = (UNKNOWN,)
        self.failed: str | None = None
        self.problems: list[Refuse] = []
        self.recursive = False
        self.settled = False
        self.mutated: set[int] = set()
        self.changed: dict[int, int] = {}
        self.shares: dict[int, tuple[int, ...]] = {}
        self.calls: list[Any] = []

    def attempt(self, caller: Any, source: Any, names: dict[str, Any], bound: dict[str, Any]) -> None:
        """Lower the body once, with the result's kind as known so far."""
        region = Region(owner=self.function)
        self.function.region = region
        self.function.attrs.clear()
        self.calls.clear()
        self.function.attrs["free"] = tuple(n for n in names if n not in bound)
        self.function.attrs["nested"] = source.nested_in
        child = type(caller)(caller.program, source, self.function)
        child.parent = caller
        made: dict[Cell, Cell] = {}
        importer = Importer(caller)
        for name, item in names.items():
            own = importer.copy_in(item, child, made, name)
            child.locals.add(name)
            child.entry[name] = shown(own, child.state.heap)
            child.bind(name, own, ("start", "start"))
        self.function.attrs["locals"] = child.locals
        before = dict(child.state.heap)
        arguments = list(made.values())
        child.run_body()
        self.problems = child.problems
        if child.problems:
            self.failed = child.problems[0].what
            self.function.attrs["problems"] = child.problems
            self.settled = True
            return
        self.function.attrs["lowerer"] = child
        self.mutated = {i for i, c in enumerate(arguments)
                        if child.state.heap.get(c, before[c]) is not before[c]}  # fmt: skip
        self.take_result(child, arguments)

    def take_result(self, child: Any, arguments: list[Cell]) -> None:
        """Turn what is returned into yields and a template for callers."""
        yields: list[Value] = []
        self.shares = {}
        keep: list[Any] = []

        def leaf(value: Value) -> Leaf:
            yields.append(value)
            return Leaf(len(yields) - 1)

        def template(item: Any) -> Any:
            if isinstance(item, Value):
                return leaf(item)
            if isinstance(item, Tup):
                return ("tuple", item.cls, tuple(map(template, item.items)))
            if isinstance(item, Labelled):
                return ("dl", item.format, template(item.array))
            if isinstance(item, Cell):
                return cell_template(item)
            if isinstance(item, (Closure, Method, Iter)):
                return leaf(child.value(child.opaque(None, [item], "a function that is returned")))
            return item

        def cell_template(item: Cell) -> Any:
            if item in arguments:
                content = child.content(item)
                return ("argument", None, arguments.index(item))
            content = child.content(item)
            inner = leaf(content) if isinstance(content, Value) else (
                {k: template(v) for k, v in content.items()} if isinstance(content, dict)
                else tuple(map(template, content)))
            out = (item.sort, item.cls, inner)
            partners = {c for c in ({item.root()} | item.shares | item.root().shares) if c is not item}
            self.shares[id(out)] = tuple(i for i, c in enumerate(arguments) if c in partners)
            keep.append(out)
            return out

        with child.builder.inside(child.function.region):
            result = template(child.state.names.get("$val", Const(None)))
            self.changed = {}
            for number in sorted(self.mutated):
                content = child.state.heap.get(arguments[number])
                if isinstance(content, Value) and arguments[number].sort == "array":
                    self.changed[number] = leaf(content).index
        kinds = tuple(v.kind for v in yields)
        self.settled = not self.recursive or (kinds == self.kinds and self.result is not None)
        if self.recursive and len(kinds) == len(self.kinds) and self.result is not None:
            kinds = tuple(map(join, kinds, self.kinds))
        self.kinds, self.result, self.keep = kinds, result, keep
        self.function.region.yields = yields

    def gradient_roots(self) -> list[tuple[set[int], set[int]]]:
        """For each gradient inside: positions of parameters that are its x, and that y reads."""
        out = []
        params = self.function.region.params
        for op in walk(self.function.region):
            if op.code == "gradient":
                wrt = {params.index(v) for v in op.operands[1:] if v in params}
                reads = {i for i, p in enumerate(params) if depends(op.operands[0], {p})}
                out.append((wrt, reads))
            elif op.code == "call" and op.attrs["callee"] is not self:
                for inner_wrt, inner_reads in op.attrs["callee"].gradient_roots():
                    wrt = {i for i, p in enumerate(params) for j in inner_wrt
                           if j < len(op.operands) and op.operands[j] is p}
                    reads = {i for i, p in enumerate(params) for j in inner_reads
                             if j < len(op.operands) and depends(op.operands[j], {p})}
                    out.append((wrt, reads))
        return out
