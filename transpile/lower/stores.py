"""Stores: assignments to subscripts and attributes, and `+=` and its like."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import gast

from ...runtime.declare import NAMES, UnknownKind, Unsupported
from ..activity import holds_objects
from ..ir import Value
from ..kinds import UNKNOWN, Array
from ..members import STORING, is_data, is_slot, plainly_stored
from ..sym import Sym
from .containers import Containers
from .core import NotStatic, Refuse
from .layouts import repeatable
from .learnables import is_table
from .objects import class_key
from .operators import BINARY
from .trail import Home
from .values import Cell, Const, Labelled, Tup
from .windows import ARRANGING

SIGNS = {gast.Add: "+", gast.Sub: "-", gast.Mult: "*", gast.Div: "/", gast.Pow: "**", gast.MatMult: "@",
         gast.Mod: "%", gast.FloorDiv: "//", gast.BitAnd: "&", gast.BitOr: "|", gast.BitXor: "^",
         gast.LShift: "<<", gast.RShift: ">>"}  # fmt: skip


class Stores(Containers):
    """Lowering of everything that changes memory."""

    # --- assignment to a subscript or attribute ------------------------------------------

    def assign_subscript(self, target: Any, item: Any) -> None:
        flat = self.flattened(target.value)
        owner = self.expr(target.value) if flat is None else flat
        index = self.index(target.slice)
        if flat is not None:
            self.put_flat(target, flat, index, item)
        else:
            self.put_item(target, owner, index, item)

    def put_flat(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        """``y.flat[index] = item``"""
        with self.builder.at(node=None):
            new = self.table(None, NAMES["put_flat"], (owner, self.flat_index(index), item), {})
        self.becomes(target, owner, new, exact=True)

    def put_item(self, target: Any, owner: Any, index: Any, item: Any) -> None:
        if is_table(owner) and (place := self.table_place(owner, index)) is not None:
            owner, index = place
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

    def put_array(self, target: Any, owner: Cell, index: Any, item: Any) -> None:
        value = self.value(owner)
        if holds_objects(value.kind):
            self.held_by(owner, item)
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

    def assign_attribute(self, target: Any, item: Any) -> None:
        owner = self.expr(target.value)
        if isinstance(owner, Cell) and owner.sort == "array" and target.attr in ("real", "imag"):
            with self.builder.at(node=None):
                part = self.attribute(None, owner, target.attr)
            if isinstance(part, Cell) and part.root() is owner.root() and part is not owner:
                self.put_array(target, part, Const(Ellipsis), item)
                return
        self.put_attribute(target, owner, target.attr, item)

    def put_attribute(self, target: Any, owner: Any, name: Any, item: Any, past: bool = False) -> Any:
        """``owner.name = item``; `past`: by the method of `object`, past that of the class."""
        content = self.content(owner) if isinstance(owner, Cell) and owner.sort == "object" else None
        if isinstance(content, dict) and isinstance(name, str) and self.stores_plainly(owner.cls, name, past):
            self.check_tree(target, owner, item)
            self.note_write(owner)
            self.distrust_holders(owner, [item])
            self.trail.mutations[owner].append(self.tick())
            self.state.heap[owner] = {**content, name: item}
            self.readable(owner)
            return Const(None)
        if (setter := self.setter_of(owner, name)) is not None:
            return self.call_user(target, setter, [owner, item], {}, "setter")  # type: ignore[attr-defined]
        if isinstance(owner, Const) and isinstance(owner.value, type):
            key = class_key(name)  # whoever reads it in this program reads what is stored here
            text = f"{owner.value.__name__}.{name}"
            self.program.writes.setdefault(key, {})["its class"] = (self.function, self.stmt, text)
        return self.call_unknown(target, [owner, item], "a store into this object")

    def setter_of(self, owner: Any, name: Any) -> Any:
        """The function that an assignment to a property calls; None if it is no property."""
        cls = self.class_of_owner(owner)
        if cls is None or not isinstance(name, str) or not plainly_stored(cls):
            return None
        member = self.member_of(cls, name)
        return member.fset if isinstance(member, property) and isinstance(member.fset, FunctionType) else None

    def stores_plainly(self, cls: type, name: str, past: bool) -> bool:
        """Does an assignment to an attribute just put the object there?"""
        member = self.member_of(cls, name)
        for special in STORING:
            self.member_of(cls, special)
        return (past or plainly_stored(cls)) and name not in ("__class__", "__dict__") and (
            not is_data(member) or is_slot(member))

    # --- augmented assignment ------------------------------------------------------------

    def stmt_augassign(self, node: Any) -> None:
        target = node.target
        if isinstance(target, gast.Name):
            self.augment_name(node, target)
            return
        flat = self.flattened(target.value) if isinstance(target, gast.Subscript) else None
        if flat is not None:
            index = self.index(target.slice)
            old = self.flat_item(target, flat, index)
            self.readable_before(node, target, old, flat)
            self.put_flat(target, flat, index, self.augmented(node, old))
            return
        owner = self.expr(target.value)
        if isinstance(target, gast.Attribute):
            old = self.attribute(target, owner, target.attr)
        else:
            index = self.index(target.slice)
            old = self.subscript(target, owner, index)
        self.check_early(node, owner)
        self.readable_before(node, target, old, owner)
        if self.class_of_owner(old) is not None:
            return self.augment_object(node, target, old)
        if isinstance(old, Cell) and old.sort in ("list", "dict"):
            self.augment_container(node, old)
            return
        base = isinstance(owner, Cell) and owner.sort == "array"
        new = self.augmented(node, old)
        if not base and isinstance(old, Cell) and old.sort == "array":
            self.in_place(old, new)
            if isinstance(target, gast.Attribute) and isinstance(owner, Cell):
                self.own_attribute(target, owner, old)
            return
        if isinstance(target, gast.Attribute):
            self.assign_attribute(target, new)
        else:
            self.put_item(target, owner, index, new)

    def check_early(self, node: Any, owner: Any) -> None:
        """What an augmented assignment changes was read before lines taken out of it: is it the same still?"""
        early = getattr(node, "read_early", None)
        if early is None or not isinstance(owner, Cell):
            return
        family = {owner, *(c for c in self.state.heap if c.root() in self.kin([owner.root()]))}
        if any(clock > self.trail.stmt_clock[early] for c in family for clock in self.trail.mutations.get(c, ())):
            raise Refuse(node, "an augmented assignment whose right side changes what it is added to", "",
                         "compute the right side on a line before")  # fmt: skip

    def augment_object(self, node: Any, target: Any, old: Any) -> None:
        """``x += y`` of an object: a special method that may change it, or bind the name to something else."""
        item = self.expr(node.value)
        self.assign(target, self.call_unknown(None, [old, item], "an operator of a class"))  # type: ignore[attr-defined]

    def own_attribute(self, target: Any, owner: Cell, item: Any) -> None:
        """``x.a += y`` gives x an attribute of its own, if it had that of its class."""
        content = self.content(owner)
        if isinstance(content, dict) and target.attr not in content:
            self.put_attribute(target, owner, target.attr, item)

    def readable_before(self, node: Any, target: Any, old: Any, owner: Any) -> None:
        """What a target held can be read by its own text, just before the statement."""
        value = self.state.heap.get(old) if isinstance(old, Cell) else old
        base = target
        while isinstance(base, (gast.Subscript, gast.Attribute)):
            base = base.value
        quiet = not any(isinstance(n, gast.NamedExpr) for n in gast.walk(target)) and all(
            self.only_arranges(n) for n in gast.walk(target) if isinstance(n, gast.Call))
        if isinstance(value, Value) and (isinstance(base, gast.Name) or isinstance(base, gast.Call)) and quiet:
            value.node = None
            text = str(self.source.source.segment(target))
            clock = self.trail.stmt_clock.get(node, self.clock)
            array = owner.array if isinstance(owner, Labelled) else owner
            path = (array,) if isinstance(array, Cell) else ()
            name = base.id if isinstance(base, gast.Name) else ""
            self.trail.homes[value].append(Home(text, name, clock, (node, "before"), path, True))
        elif isinstance(value, Value) and value.kind != UNKNOWN and isinstance(target, gast.Subscript):
            value.node = None
            self.trail.entries[value] = target

    def only_arranges(self, call: Any) -> bool:
        """A call that gives an array in another form, and may as well be made twice."""
        name = call.func.attr if isinstance(call.func, gast.Attribute) else ""
        return name in ARRANGING and call not in self.function.attrs.get("acts", ()) and repeatable(call)

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
            if UNKNOWN not in (made.kind, before.kind):
                made.op.attrs["augments"] = (before, self.value(item), SIGNS[type(node.op)])
        return new

    def augment_name(self, node: Any, target: Any) -> None:
        old = self.lookup(target.id, target)
        self.was_read(target.id, old)
        if self.class_of_owner(old) is not None:
            return self.augment_object(node, target, old)
        if isinstance(old, Cell) and old.sort in ("list", "dict") and old.cls is not tuple:
            self.augment_container(node, old)
            return
        constant = isinstance(old, Const) and isinstance(old.value, (str, tuple))
        if constant or isinstance(old, Tup) or isinstance(old, Cell) and old.cls is tuple:
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
        if self.held_elsewhere(old, target.id):
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
