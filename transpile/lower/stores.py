"""Stores: what a subscript assignment, `+=` or a method does to memory.

Invariant: after a store, every name that shares the memory reads the new content, or is not
trusted any more. Values that were read from the memory before are marked clobbered, so that
whoever needs them later copies them first.
"""

from __future__ import annotations

from typing import Any

import gast

from ...runtime.declare import NAMES, UnknownKind, Unsupported
from ..ir import Value
from ..kinds import INT, Array, ListOf
from ..sym import Sym
from .calls import Calls
from .core import Home, NotStatic, Refuse
from .expressions import BINARY
from .values import Cell, Const, Iter, Labelled, Tup, cells, leaves


class Stores(Calls):
    """Lowering of everything that changes memory."""

    def store(self, cell: Cell, value: Value) -> None:
        """The array in `cell` gets new content, in place."""
        root = cell.root()
        self.note_write(root)
        clock = self.tick()
        family = [c for c in list(self.state.heap) if c.root() is root]
        for member in family:
            old = self.state.heap.get(member)
            self.trail.mutations[member].append(clock)
            if isinstance(old, Value):
                old.clobbered = True
                self.trail.clobbers[old].append(clock)
        self.write_back(cell, value)
        for member in family:
            if member.view is not None and member is not cell:
                self.state.heap[member] = None  # a window: read anew when asked for
        self.distrust(family, root, value)
        self.state.heap[cell] = value
        self.rehome(root)
        self.function.attrs.setdefault("stores", []).append(root)

    def write_back(self, cell: Cell, value: Value) -> None:
        """A store through a window changes what it looks at."""
        if cell.view is None:
            self.state.heap[cell] = value
            return
        base, row, given = cell.view
        whole = self.window_store(base, row, given, value)
        self.write_back(base, whole)
        self.state.heap[cell] = value

    def window_store(self, base: Cell, row: Any, given: dict[str, Any], value: Value) -> Value:
        whole, part = Sym(self.value(base), self.builder), Sym(value, self.builder)
        if row.name == "getitem":
            index = given[row.params[1]]
            return self.builder.call(NAMES["put"], (whole, index, part), {}).value
        why = f"a store through {row.text or row.name} is not followed"
        op = self.builder.append("user", [whole.value, value], [whole.value.kind], why=why)
        return op.result

    def distrust(self, family: list[Cell], root: Cell, value: Value) -> None:
        """Arrays that may share this memory are not trusted after a store."""
        partners: set[Cell] = set()
        queue = list(family)
        while queue:
            for other in queue.pop().shares:
                if other not in partners and other not in family:
                    partners.add(other)
                    queue.append(other)
        for other in partners:
            self.poison(other, "it may share memory with an array that was changed in place", [value])
        for member in family:
            for container in self.state.escaped.get(member, ()):
                self.poison(container, "an array in it was changed in place: append a copy", [value])

    def poison(self, cell: Cell, why: str, given: list[Any]) -> None:
        """What a cell holds is not trusted any more, nor what a container in it holds: `given` may be in it."""
        old = self.state.heap.get(cell)
        if isinstance(old, (tuple, dict)):
            for inner in list(cells(cell, self.state.heap)):
                if inner is not cell and isinstance(self.state.heap.get(inner), Value):
                    self.poison(inner, why, given)
            self.forget(cell, why, given)
            return
        if not isinstance(old, Value):
            return
        old.clobbered = True
        self.trail.clobbers[old].append(self.clock)
        reads = list(dict.fromkeys([old, *(v for i in given for v in leaves(i, self.state.heap))]))
        op = self.builder.append("user", reads, [old.kind], why=why, poison=True)
        op.result.node = None
        self.state.heap[cell] = op.result

    def rehome(self, root: Cell) -> None:
        """Names that hold the changed array now read its new content."""
        for name, item in self.state.names.items():
            if name in self.state.doubtful:
                continue
            array = item.array if isinstance(item, Labelled) else item
            if isinstance(array, Cell) and array.root() is root:
                content = self.state.heap.get(array)
                if isinstance(content, Value):
                    if not content.name:
                        content.name = name
                    self.trail.homes[content].append(Home(name, name, self.clock, self.anchor))
            elif isinstance(item, (Cell, Tup)) and not name.startswith("$"):
                if any(c.root() is root for c in cells(item, self.state.heap)):
                    self.home(item, name, name, self.anchor, ())

    # --- assignment to a subscript or attribute ------------------------------------------

    def assign_subscript(self, target: Any, item: Any) -> None:
        owner = self.expr(target.value)
        index = self.index(target.slice)
        self.put_item(target, owner, index, item)

    def put_item(self, target: Any, owner: Any, index: Any, item: Any) -> None:
        if isinstance(owner, Cell) and owner.sort in ("list", "dict"):
            self.put_entry(target, owner, index, item)
        elif isinstance(owner, Cell) and owner.sort == "array":
            self.put_array(target, owner, index, item)
        elif isinstance(owner, Labelled):
            raise Refuse(target, "a store into a labelled array",
                         "labels do not say which part is meant",
                         "strip the labels first: Y = dl.stripdims(X)")  # fmt: skip
        else:
            self.call_unknown(target, [owner, index, item], "a store into this object")

    def put_entry(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        content = self.content(owner)
        self.trail.mutations[owner].append(self.tick())
        self.note_write(owner)
        self.distrust_holders(owner, [index, item])
        if owner.sort == "dict" and isinstance(content, dict) and isinstance(index, Const):
            self.state.heap[owner] = {**content, index.value: item}
            return
        if owner.sort == "list" and isinstance(content, tuple) and isinstance(index, Const):
            if isinstance(index.value, int) and -len(content) <= index.value < len(content):
                entries = list(content)
                entries[index.value] = item
                self.state.heap[owner] = tuple(entries)
                return
        if owner.sort == "list" and isinstance(index, Value) and index.kind == INT:
            whole = Sym(self.value(owner), self.builder)
            self.escape(item, owner)
            out = self.builder.call(
                NAMES["list_put"], (whole, Sym(index, self.builder), Sym(self.value(item), self.builder)), {})
            self.state.heap[owner] = out.value
            return
        self.forget(owner, "a store at a place that is not known now", [index, item])

    def put_array(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        value = self.value(owner)
        try:
            key = self.symbolic_index(index)
            new = self.symbolic(item)
            whole = Sym(value, self.builder)
            with self.builder.at(node=None):
                out = self.builder.call(NAMES["put"], (whole, key, new), {}).value
        except (NotStatic, UnknownKind, Unsupported, TypeError) as error:
            why = f"this store is not understood: {error}"
            operands = [value] + ([self.value(item)] if isinstance(item, (Value, Cell)) else [])
            out = self.builder.append("user", operands, [value.kind], why=why).result
            out.node = None
        out.kind = value.kind
        self.store(owner, out)

    def fill_array(self, node: Any, owner: Cell, item: Any) -> Any:
        self.put_array(node, owner, Const(Ellipsis), item)
        return Const(None)

    def escape(self, item: Any, container: Cell) -> None:
        """Arrays that were put into a list of unknown length live there too."""
        for cell in cells(item, self.state.heap):
            root = cell.root()
            known = self.state.escaped.get(root, frozenset())
            self.state.escaped[root] = known | {container}

    def assign_attribute(self, target: Any, item: Any) -> None:
        owner = self.expr(target.value)
        if isinstance(owner, Cell) and owner.sort == "object":
            content = self.content(owner)
            plain = not isinstance(getattr(owner.cls, target.attr, None), property)
            if isinstance(content, dict) and plain and "__setattr__" not in owner.cls.__dict__:
                self.trail.mutations[owner].append(self.tick())
                self.state.heap[owner] = {**content, target.attr: item}
                return
        self.call_unknown(target, [owner, item], "a store into this object")

    # --- augmented assignment ------------------------------------------------------------

    def stmt_augassign(self, node: Any) -> None:
        target = node.target
        if isinstance(target, gast.Name):
            self.augment_name(node, target)
            return
        owner = self.expr(target.value)
        if isinstance(target, gast.Attribute):
            old = self.attribute(target, owner, target.attr)
        else:
            index = self.index(target.slice)
            old = self.subscript(target, owner, index)
        self.readable_before(node, target, old, owner)
        if isinstance(old, Cell) and old.sort in ("list", "dict"):
            self.extend_in_place(node, old)
            return
        base = isinstance(owner, Cell) and owner.sort == "array"
        new = self.augmented(node, old)
        if not base and isinstance(old, Cell) and old.sort == "array":
            self.in_place(old, new)
            return
        if isinstance(target, gast.Attribute):
            self.assign_attribute(target, new)
        else:
            self.put_item(target, owner, index, new)

    def readable_before(self, node: Any, target: Any, old: Any, owner: Any) -> None:
        """What a target held can be read by its own text, just before the statement."""
        value = self.state.heap.get(old) if isinstance(old, Cell) else old
        base = target
        while isinstance(base, (gast.Subscript, gast.Attribute)):
            base = base.value
        quiet = not any(isinstance(n, (gast.Call, gast.NamedExpr)) for n in gast.walk(target))
        if isinstance(value, Value) and isinstance(base, gast.Name) and quiet:
            value.node = None
            text = str(self.source.source.segment(target))
            clock = self.trail.stmt_clock.get(node, self.clock)
            array = owner.array if isinstance(owner, Labelled) else owner
            path = (array,) if isinstance(array, Cell) else ()
            self.trail.homes[value].append(Home(text, base.id, clock, (node, "before"), path, True))

    def augmented(self, node: Any, old: Any) -> Any:
        """`old op value` as an ordinary expression."""
        item = self.expr(node.value)
        name, fun = BINARY[type(node.op)]
        with self.builder.at(node=None):
            if isinstance(old, Const) and isinstance(item, Const):
                return self.fold(node, fun, old.value, item.value)
            new = self.table(None, NAMES[name], (old, item), {}, form="operator")
        made, before = (self.state.heap.get(i) if isinstance(i, Cell) else i for i in (new, old))
        if isinstance(made, Value) and isinstance(before, Value) and made.op is not None:
            made.op.attrs["like"] = before  # the memory it goes into has one shape
        return new

    def augment_name(self, node: Any, target: Any) -> None:
        old = self.lookup(target.id, target)
        if isinstance(old, Cell) and old.sort in ("list", "dict"):
            self.extend_in_place(node, old)
            return
        if isinstance(old, Tup) or isinstance(old, Const) and isinstance(old.value, (str, tuple)):
            item = self.expr(node.value)
            name, fun = BINARY[type(node.op)]
            joined = self.container_arithmetic(node, name, old, item)
            if joined is None:
                joined = self.fold(node, fun, old.value, item.value) if isinstance(
                    old, Const) and isinstance(item, Const) else self.opaque(node, [old, item], "+=")
            self.bind(target.id, joined)
            return
        new = self.augmented(node, old)
        if isinstance(old, Cell) and self.is_really_array(old):
            self.in_place(old, new)
        elif isinstance(old, Cell):
            self.maybe_in_place(node, target, old, new)
        elif isinstance(old, Labelled):
            self.replace_labelled(node, target, new)
        else:
            self.bind(target.id, new)

    def is_really_array(self, cell: Cell) -> bool:
        kind = self.value(cell).kind
        return isinstance(kind, Array) and kind.dims is not None and not self.maybe_scalar(cell)

    def maybe_scalar(self, cell: Cell) -> bool:
        """A name joined from a number and an array: `+=` may rebind or store."""
        kind = self.value(cell).kind
        return isinstance(kind, Array) and kind.loose

    def maybe_in_place(self, node: Any, target: Any, old: Cell, new: Any) -> None:
        """`x += y` where x may be a number (then it is rebound) or an array (changed in place)."""
        value = self.value(new)
        aliased = [n for n, item in self.state.names.items() if n != target.id
                   and isinstance(item, Cell) and item.root() is old.root()]  # fmt: skip
        if aliased or old.outside:
            self.in_place(old, new)
            whole = self.value(old)
            op = self.builder.append("user", [whole], [whole.kind],
                                     why=f"{target.id} may be a number or an array here")  # fmt: skip
            op.result.node = None
            for cell in [c for c in self.state.heap if c.root() is old.root()]:
                self.state.heap[cell] = op.result
            return
        before = self.value(old)
        before.clobbered = True
        self.trail.clobbers[before].append(self.tick())
        self.bind(target.id, self.wrap(value) if not isinstance(new, Cell) else new)

    def in_place(self, cell: Cell, new: Any) -> None:
        """`x op= y` on an array: the memory keeps its dtype and shape."""
        whole = self.value(cell)
        value = self.value(new)
        kind = whole.kind
        if isinstance(kind, Array) and isinstance(value.kind, Array) and kind != value.kind:
            cast = Sym(value, self.builder)
            if kind.dtype is not None and value.kind.dtype != kind.dtype:
                cast = self.builder.call(NAMES["astype"], (cast, kind.dtype), {})
            value = cast.value
            if kind.dims == () and not kind.generic:
                value.kind = kind  # an array without axes, not the scalar that arithmetic would give
        value.node = None
        self.store(cell, value)

    def replace_labelled(self, node: Any, target: Any, new: Any) -> None:
        raise Refuse(node, "an augmented assignment to a labelled array",
                     "it would change the array in place",
                     "write it out: x = x + y")  # fmt: skip

    def extend_in_place(self, node: Any, cell: Cell) -> None:
        """`list += other`."""
        item = self.expr(node.value)
        self.container_method(node, cell, "extend", [item], {})

    # --- methods of containers -----------------------------------------------------------

    def container_method(self, node: Any, cell: Cell, name: str, args: list[Any],
                         kwargs: dict[str, Any]) -> Any:
        method = getattr(self, f"{cell.sort}_{name}", None)
        content = self.content(cell)
        out = method(node, cell, content, *args) if method is not None and not kwargs else None
        if out is None:
            return self.call_unknown(node, [cell, *args, *kwargs.values()], f"the method {name}")
        return out

    def distrust_holders(self, cell: Cell, given: list[Any]) -> None:
        """A container that was changed in place, and that a list of unknown length holds as well."""
        for holder in self.state.escaped.get(cell, ()):
            self.poison(holder, "a container in it was changed in place: append a copy", given)

    def change(self, cell: Cell, content: Any) -> Any:
        self.note_write(cell)
        self.distrust_holders(cell, [content])
        self.trail.mutations[cell].append(self.tick())
        self.state.heap[cell] = content
        return Const(None)

    def list_append(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        if item is None:
            return None
        if isinstance(content, tuple):
            return self.change(cell, (*content, item))
        if not isinstance(content.kind, ListOf):
            return None
        self.escape(item, cell)
        with self.builder.at(node=None):
            out = self.builder.call(
                NAMES["list_append"],
                (Sym(content, self.builder), Sym(self.value(item), self.builder)), {})
        return self.change(cell, out.value)

    def list_extend(self, node: Any, cell: Cell, content: Any, item: Any = None) -> Any:
        entries = self.entries(item)
        if entries is None or not isinstance(content, tuple):
            return None
        return self.change(cell, (*content, *entries))

    def list_insert(self, node: Any, cell: Cell, content: Any, at: Any = None, item: Any = None) -> Any:
        if not isinstance(content, tuple) or not isinstance(at, Const) or item is None:
            return None
        entries = list(content)
        entries.insert(at.value, item)
        return self.change(cell, tuple(entries))

    def list_pop(self, node: Any, cell: Cell, content: Any, at: Any = None) -> Any:
        at = at or Const(-1)
        if not isinstance(content, tuple) or not isinstance(at, Const) or not content:
            return None
        entries = list(content)
        try:
            item = entries.pop(at.value)
        except (IndexError, TypeError):
            return None
        self.change(cell, tuple(entries))
        return item

    def list_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        out = Cell("list")
        self.state.heap[out] = content
        return out

    def list_clear(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, ())

    def list_reverse(self, node: Any, cell: Cell, content: Any) -> Any:
        return self.change(cell, content[::-1]) if isinstance(content, tuple) else None

    def list_index(self, node: Any, cell: Cell, content: Any, *args: Any) -> Any:
        return self.opaque(node, [cell, *args], "a position", INT)

    list_count = list_index

    def dict_get(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const):
            return None
        return content.get(key.value, default if default is not None else Const(None))

    def dict_items(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("items", (cell,)) if isinstance(content, dict) else None

    def dict_keys(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("keys", (cell,)) if isinstance(content, dict) else None

    def dict_values(self, node: Any, cell: Cell, content: Any) -> Any:
        return Iter("values", (cell,)) if isinstance(content, dict) else None

    def dict_update(self, node: Any, cell: Cell, content: Any, other: Any = None) -> Any:
        pairs = self.pairs(other) if other is not None else None
        if pairs is None or not isinstance(content, dict):
            return None
        return self.change(cell, {**content, **pairs})

    def dict_pop(self, node: Any, cell: Cell, content: Any, key: Any = None, default: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const) or key.value not in content:
            return None
        out = content[key.value]
        self.change(cell, {k: v for k, v in content.items() if k != key.value})
        return out

    def dict_setdefault(self, node: Any, cell: Cell, content: Any, key: Any = None, item: Any = None) -> Any:
        if not isinstance(content, dict) or not isinstance(key, Const):
            return None
        if key.value not in content:
            self.change(cell, {**content, key.value: item or Const(None)})
        return self.state.heap[cell][key.value]

    def dict_copy(self, node: Any, cell: Cell, content: Any) -> Any:
        out = Cell("dict", cell.cls)
        self.state.heap[out] = content
        return out
