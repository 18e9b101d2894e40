"""Expressions: each node of the user's AST becomes an abstract value."""

from __future__ import annotations

import operator
import sys
from types import ModuleType
from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES, Primitive, UnknownKind, Unsupported
from ...runtime.errors import DLError
from ...runtime.primitives.methods import METHODS
from ..ir import Value, fill
from ..kinds import BOOL, INT, UNKNOWN, Array, Ints, Kind, ListOf, Other, Scalar, TupleOf, kind_of
from ..sym import Sym
from .core import Core, NotStatic, Refuse, guard_kind, is_static
from .values import Cell, Closure, Const, Iter, Labelled, Method, SliceOf, Tup, cells, shown

BINARY = {
    gast.Add: ("add", operator.add), gast.Sub: ("subtract", operator.sub),
    gast.Mult: ("multiply", operator.mul), gast.Div: ("divide", operator.truediv),
    gast.Pow: ("power", operator.pow), gast.MatMult: ("matmul", operator.matmul),
    gast.Mod: ("remainder", operator.mod), gast.FloorDiv: ("floor_divide", operator.floordiv),
    gast.BitAnd: ("bitwise_and", operator.and_), gast.BitOr: ("bitwise_or", operator.or_),
    gast.BitXor: ("bitwise_xor", operator.xor), gast.LShift: ("left_shift", operator.lshift),
    gast.RShift: ("right_shift", operator.rshift),
}  # fmt: skip
COMPARE = {
    gast.Lt: ("less", operator.lt), gast.LtE: ("less_equal", operator.le),
    gast.Gt: ("greater", operator.gt), gast.GtE: ("greater_equal", operator.ge),
    gast.Eq: ("equal", operator.eq), gast.NotEq: ("not_equal", operator.ne),
    gast.Is: (None, operator.is_), gast.IsNot: (None, operator.is_not),
}  # fmt: skip
UNARY = {gast.USub: ("negative", operator.neg), gast.UAdd: ("positive", operator.pos),
         gast.Invert: ("invert", operator.invert)}  # fmt: skip
VIEWS = {"getitem", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "flip",
         "matrix_transpose", "broadcast_to", "diagonal", "rollaxis", "rot90",
         "fliplr", "flipud", "real", "imag"}  # fmt: skip
MAYBE_VIEWS = {"reshape", "ravel", "asarray", "astype", "ascontiguousarray", "split",
               "array_split", "hsplit", "vsplit", "dsplit", "atleast_1d", "atleast_2d",
               "atleast_3d", "broadcast_arrays", "meshgrid", "nan_to_num", "positive", "array",
               "unstack", "asanyarray", "require", "einsum", "float32", "float64", "complex64", "complex128",
               "linalg.matrix_power", "linalg.diagonal", "linalg.matrix_transpose", "diag", "diff",
               "builtins.max", "builtins.min", "asarray_chkfinite", "best_of", "polyder", "polyint"}  # fmt: skip
CONTAINERS = "+ and * of lists, tuples and dicts are not those of arrays: make an array first, np.array([...])"
METADATA = {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags"}


class Expressions(Core):
    """Lowering of expressions; statements and calls live beside it."""

    def expr(self, node: Any) -> Any:
        """The abstract value of an expression."""
        method = getattr(self, f"expr_{type(node).__name__.lower()}", self.unknown_expression)
        region, start = self.builder.region, len(self.builder.region.ops)
        with self.builder.at(node=node, line=getattr(node, "lineno", self.builder.line)):
            item = method(node)
        self.own_node(node, item, region.ops[start:])
        return item

    def own_node(self, node: Any, item: Any, ops: list[Any]) -> None:
        """Only the value of an expression belongs to its node, not the steps on the way to it."""
        array = item.array if isinstance(item, Labelled) else item
        final = self.state.heap.get(array) if isinstance(array, Cell) else array
        several = isinstance(item, Tup) or isinstance(item, Cell) and isinstance(final, tuple)
        for op in ops:
            for result in op.results:
                whole = several and op.code in ("prim", "user") and isinstance(result.kind, (TupleOf, ListOf))
                if result.node is node and result is not final and not whole:
                    result.node = None

    def unknown_expression(self, node: Any) -> Any:
        """Left alone: an opaque value of all names it reads."""
        kind = Other(str) if isinstance(node, gast.JoinedStr) else UNKNOWN
        names = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
        bound = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)
                 and not isinstance(n.ctx, gast.Load)}  # fmt: skip
        items = [self.lookup(n, node) for n in sorted(names - bound)
                 if n in self.state.names or n in self.locals]  # fmt: skip
        return self.opaque(node, items, f"{describe(node)} is not differentiated", kind)

    def expr_constant(self, node: Any) -> Any:
        return Const(node.value)

    def expr_name(self, node: Any) -> Any:
        return self.lookup(node.id, node)

    def expr_tuple(self, node: Any) -> Any:
        return Tup(self.sequence(node.elts, node))

    def expr_list(self, node: Any) -> Any:
        items = self.sequence(node.elts, node)
        cell = Cell("list")
        self.state.heap[cell] = items
        return cell

    def sequence(self, elements: list[Any], node: Any) -> tuple[Any, ...]:
        items: list[Any] = []
        for element in elements:
            if isinstance(element, gast.Starred):
                items.extend(self.spread(self.expr(element.value), element))
            else:
                items.append(self.expr(element))
        return tuple(items)

    def spread(self, item: Any, node: Any) -> tuple[Any, ...]:
        """The entries of something that is unpacked here and now."""
        known = self.entries(item)
        if known is None:
            raise Refuse(node, "cannot tell how many entries this has",
                         "the number of entries is not known when the gradient is written",
                         "index the entries, or loop over them")  # fmt: skip
        return known

    def entries(self, item: Any) -> tuple[Any, ...] | None:
        """The entries of a container of known length, or None."""
        if isinstance(item, Tup):
            return item.items
        if isinstance(item, Cell) and item.sort == "list":
            content = self.content(item)
            return content if isinstance(content, tuple) else None
        if isinstance(item, Cell) and item.sort == "dict":
            return tuple(map(Const, self.content(item)))
        if isinstance(item, Const) and isinstance(item.value, (tuple, list, str, range)):
            return tuple(map(Const, item.value)) if len(item.value) < 1000 else None
        if isinstance(item, Iter):
            return self.iter_entries(item)
        return None

    def iter_entries(self, item: Iter) -> tuple[Any, ...] | None:
        columns: list[Any] = [self.entries(p) for p in item.parts]
        if any(c is None for c in columns):
            return None
        if item.how in ("items", "values", "keys") and isinstance(item.parts[0], Cell):
            content = self.content(item.parts[0])
            return {"items": tuple(Tup((Const(k), v)) for k, v in content.items()),
                    "keys": tuple(map(Const, content)),
                    "values": tuple(content.values())}[item.how]  # fmt: skip
        if item.how == "zip":
            return tuple(Tup(t) for t in zip(*columns, strict=False))
        if item.how == "enumerate" and isinstance(item.start, Const):
            start = item.start.value
            return tuple(Tup((Const(start + i), v)) for i, v in enumerate(columns[0]))
        if item.how == "reversed":
            return tuple(reversed(columns[0]))
        return columns[0] if item.how == "seq" else None

    def expr_dict(self, node: Any) -> Any:
        content: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.expr(value)
                if not (isinstance(inner, Cell) and isinstance(self.content(inner), dict)):
                    return self.unknown_expression(node)
                content.update(self.content(inner))
                continue
            name = self.expr(key)
            if not isinstance(name, Const):
                return self.unknown_expression(node)
            content[name.value] = self.expr(value)
        cell = Cell("dict", dict)
        self.state.heap[cell] = content
        return cell

    def expr_binop(self, node: Any) -> Any:
        left, right = self.expr(node.left), self.expr(node.right)
        name, fun = BINARY[type(node.op)]
        if isinstance(left, Const) and isinstance(right, Const):
            return self.fold(node, fun, left.value, right.value)
        joined = self.container_arithmetic(node, name, left, right)
        if joined is not None:
            return joined
        return self.table(node, NAMES[name], (left, right), {}, form="operator")

    def fold(self, node: Any, fun: Any, *values: Any) -> Any:
        """Arithmetic of constants, left to Python where it would raise or grow."""
        simple = (int, float, complex, str, bool, tuple, type(None))
        small = all(not isinstance(v, int) or abs(v) < 1e6 for v in values)
        if not all(isinstance(v, simple) for v in values) or not small:
            return self.opaque(node, [], "a constant expression")
        try:
            return Const(fun(*values))
        except Exception:
            return self.opaque(node, [], "an expression that raises")

    def container_arithmetic(self, node: Any, name: str, left: Any, right: Any) -> Any:
        """`+` and `*` of tuples and lists."""
        sides = [self.entries(i) if _is_sequence(i) else None for i in (left, right)]
        unknown = any(isinstance(i, Value) and i.kind == UNKNOWN or isinstance(i, Cell) and isinstance(
            v := self.state.heap.get(i), Value) and v.kind == UNKNOWN for i in (left, right))  # fmt: skip
        if name == "add" and unknown and (_is_sequence(left) or _is_sequence(right)):
            return self.opaque(node, [left, right], "a sum of lists or tuples that are not known now")
        if name == "add" and _is_sequence(left) and _is_sequence(right):
            if sides[0] is not None and sides[1] is not None:
                return self.like(left, sides[0] + sides[1])
            return self.opaque(node, [left, right], "a sum of lists of unknown length")
        if name == "multiply" and (_is_sequence(left) or _is_sequence(right)):
            entries, times = (sides[0], right) if _is_sequence(left) else (sides[1], left)
            if entries is not None and isinstance(times, Const):
                return self.like(left if _is_sequence(left) else right, entries * times.value)
            if entries is not None and not isinstance(times, (Value,)) and self.is_numeric(times):
                return None
            why = "a list of unknown length" if self.is_numeric(times) else CONTAINERS
            return self.opaque(node, [left, right], why)
        if not (self.is_numeric(left) or self.is_numeric(right)):
            return self.opaque(node, [left, right], CONTAINERS)
        return None

    def is_numeric(self, item: Any) -> bool:
        """May this be an array or a number? Without one, arithmetic is no matter of NumPy's."""
        if isinstance(item, (Tup, Iter)) or isinstance(item, Cell) and item.sort in ("dict", "list"):
            return isinstance(item, Cell) and isinstance(self.content(item), Value)
        return not (isinstance(item, Const) and isinstance(item.value, (list, tuple, dict, str)))

    def like(self, item: Any, entries: tuple[Any, ...]) -> Any:
        if isinstance(item, Cell) or isinstance(item, Const) and isinstance(item.value, list):
            cell = Cell("list")
            self.state.heap[cell] = entries
            return cell
        return Tup(entries)

    def expr_unaryop(self, node: Any) -> Any:
        operand = self.expr(node.operand)
        if isinstance(node.op, gast.Not):
            if (known := self.truth(operand)) is not None:
                return Const(not known)
            return self.opaque(node, [operand], "a truth value", BOOL)
        name, fun = UNARY[type(node.op)]
        if isinstance(operand, Const):
            return self.fold(node, fun, operand.value)
        return self.table(node, NAMES[name], (operand,), {}, form="operator")

    def truth(self, item: Any) -> bool | None:
        """Is the truth of this object known now?"""
        if isinstance(item, Const):
            try:
                return bool(item.value)
            except Exception:
                return None
        if isinstance(item, Tup):
            return bool(item.items)
        if isinstance(item, Cell) and item.sort in ("list", "dict"):
            content = self.content(item)
            return bool(content) if not isinstance(content, Value) else None
        if isinstance(item, (Closure, Method)):
            return True
        return None

    def expr_compare(self, node: Any) -> Any:
        items = [self.expr(n) for n in (node.left, *node.comparators)]
        if len(node.ops) == 1:
            return self.compare(node, node.ops[0], items[0], items[1])
        return self.opaque(node, items, "a truth value", BOOL)

    def compare(self, node: Any, op: Any, left: Any, right: Any) -> Any:
        if isinstance(op, (gast.In, gast.NotIn)):
            known = self.member(left, right)
            if known is None:
                return self.opaque(node, [left, right], "a truth value", BOOL)
            return Const(known == isinstance(op, gast.In))
        name, fun = COMPARE[type(op)]
        if isinstance(left, Const) and isinstance(right, Const):
            if name is None or not isinstance(left.value, np.ndarray):
                return self.fold_any(node, fun, left.value, right.value)
        if name is None:
            return self.identity(node, fun, left, right)
        kinds = [i.kind for i in (left, right) if isinstance(i, Value)]
        if any(isinstance(k, Other) for k in kinds) or not all(map(_numeric, (left, right))):
            return self.opaque(node, [left, right], "a truth value", UNKNOWN)
        return self.table(node, NAMES[name], (left, right), {}, form="operator")

    def fold_any(self, node: Any, fun: Any, *values: Any) -> Any:
        try:
            return Const(fun(*values))
        except Exception:
            return self.opaque(node, [], "an expression that raises")

    def identity(self, node: Any, fun: Any, left: Any, right: Any) -> Any:
        """`is` with None, where one side cannot be None."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Const) and one.value is None:
                kind = other.kind if isinstance(other, Value) else None
                never = not isinstance(other, Value) or isinstance(kind, (Scalar, Array))
                if isinstance(other, Cell) and isinstance(self.content(other), Value):
                    never = self.content(other).kind != UNKNOWN
                if never:
                    return Const(fun is operator.is_not)
        return self.opaque(node, [left, right], "a truth value", BOOL)

    def member(self, left: Any, right: Any) -> bool | None:
        if not isinstance(left, Const):
            return None
        try:
            if isinstance(right, Cell) and right.sort == "dict":
                content = self.content(right)
                return left.value in content if isinstance(content, dict) else None
            entries = self.entries(right)
            if isinstance(right, Const) and entries is None:
                return left.value in right.value
            if entries is not None and all(isinstance(e, Const) for e in entries):
                return left.value in [e.value for e in entries]
        except TypeError:
            return None
        return None

    def expr_joinedstr(self, node: Any) -> Any:
        return self.unknown_expression(node)

    def expr_namedexpr(self, node: Any) -> Any:
        item = self.expr(node.value)
        self.bind(node.target.id, item, None)
        return item

    def expr_lambda(self, node: Any) -> Any:
        defaults = tuple(map(self.expr, node.args.defaults))
        extra = tuple(None if d is None else self.expr(d) for d in node.args.kw_defaults)
        return Closure(node, defaults, extra, "<lambda>", self)

    # --- attributes and subscripts -------------------------------------------------------

    def expr_attribute(self, node: Any) -> Any:
        owner = self.expr(node.value)
        return self.attribute(node, owner, node.attr)

    def attribute(self, node: Any, owner: Any, name: str) -> Any:
        if isinstance(owner, Const):
            return self.static_attribute(node, owner.value, name)
        if isinstance(owner, Labelled):
            if name == "data":
                self.note_generated(node, owner.array)
                return owner.array
            if name in ("format", "dims"):
                found = Const(owner.format or "" if name == "dims" else owner.format)
                self.note_generated(node, found)
                return found
            return self.array_attribute(node, owner, name)
        if isinstance(owner, Tup) and name in getattr(owner.cls, "_fields", ()):
            return owner.items[owner.cls._fields.index(name)]  # type: ignore[attr-defined]
        if isinstance(owner, Cell) and owner.sort == "object":
            content = self.content(owner)
            if isinstance(content, dict) and name in content:
                return content[name]
            return self.object_attribute(node, owner, name)
        if isinstance(owner, Cell) and owner.sort == "array" or isinstance(owner, Value):
            return self.array_attribute(node, owner, name)
        if isinstance(owner, Closure):
            return self.opaque(node, [owner], f"the attribute {name} of a function")
        return Method(owner, name)

    def object_attribute(self, node: Any, owner: Cell, name: str) -> Any:
        found = getattr(owner.cls, name, None)
        if callable(found):
            return Method(owner, name)
        return self.opaque(node, [owner], f"the attribute {name} is computed by the class")

    def static_attribute(self, node: Any, owner: Any, name: str) -> Any:
        """An attribute of something static: modules are looked through, by identity."""
        missing = object()
        looked = isinstance(owner, (ModuleType, type, np.ufunc))
        found = getattr(owner, name, missing) if looked else missing
        if found is missing:
            if isinstance(owner, (np.dtype, str, bytes, tuple)) or callable(owner):
                return Method(Const(owner), name) if callable(getattr(owner, name, None)) else (
                    Const(getattr(owner, name)) if hasattr(owner, name) and
                    is_static(getattr(owner, name)) else self.opaque(node, [], "an attribute"))
            return self.opaque(node, [], f"the attribute {name}")
        if is_static(found) or isinstance(found, (float, int)) and is_installed(owner):
            self.guard_attribute(owner, name, found)
            return Const(found)
        return self.captured_attribute(node, owner, name, found)

    def guard_attribute(self, owner: Any, name: str, found: Any) -> None:
        """An attribute of a module of the user's may be bound anew."""
        if isinstance(owner, ModuleType) and not is_installed(owner):
            self.program.guards[id(owner.__dict__), name] = (owner.__dict__, name, "is", found)

    def captured_attribute(self, node: Any, owner: Any, name: str, found: Any) -> Any:
        """A number or an array kept in a module: read at call time."""
        if isinstance(owner, ModuleType) and isinstance(found, (float, int, complex, np.ndarray, np.generic)):
            kind = guard_kind(found)
            self.program.guards[id(owner.__dict__), name] = (owner.__dict__, name, "kind", kind)
            return self.opaque(node, [], f"the attribute {name}", kind_of(found))
        return self.opaque(node, [], f"the attribute {name}")

    def array_attribute(self, node: Any, owner: Any, name: str) -> Any:
        value = owner if isinstance(owner, Labelled) else self.value(owner)
        if isinstance(value, Value) and isinstance(value.kind, (Other, Kind)):
            if value.kind == UNKNOWN and name not in (*METADATA, "T", "mT", "real", "imag"):
                if name in METHODS:
                    return Method(owner, name)
                return self.opaque(node, [owner], f"the attribute {name} of an unknown object")
            if isinstance(value.kind, Other):
                return self.object_value(node, value, owner, name)
        if name in ("flat", "data", "base", "ctypes", "__array_interface__"):
            return self.call_unknown(node, [owner], f"the attribute {name}")  # type: ignore[attr-defined]
        if name in ("T", "mT", "real", "imag"):
            return self.on_symbols(node, lambda x: getattr(x, name), (owner,), view=True)
        if name in METADATA:
            return self.metadata(node, owner, name)
        return Method(owner, name)

    def object_value(self, node: Any, value: Value, owner: Any, name: str) -> Any:
        """An attribute of an object that is not looked into; what is seen of one outside is checked at each call."""
        held = getattr(value.found, "__dict__", {}) if value.found is not None else {}
        if name in held and isinstance(held[name], (bool, int, float, complex, np.ndarray, np.generic)):
            found = held[name]
            self.program.guards[id(value.found), ""] = (*self.home_of(value), "is", value.found)
            self.program.guards[id(held), name] = (held, name, "kind", guard_kind(found))
            return self.opaque(node, [owner], f"the attribute {name}", kind_of(found))
        return self.opaque(node, [owner], f"the attribute {name} of an unknown object")

    def metadata(self, node: Any, owner: Any, name: str) -> Any:
        if isinstance(owner, Labelled):
            owner = owner.array
        value = self.value(owner)
        sym = Sym(value, self.builder)
        try:
            if name == "shape" and isinstance(value.kind, Array) and value.kind.dims is not None:
                return Tup(tuple(self.length(value, i) for i in range(len(value.kind.dims))))
            if name == "ndim":
                return Const(sym.ndim)
            if name == "dtype":
                return Const(sym.dtype)
            if name == "size":
                return self.opaque(node, [owner], "a size", INT)
        except UnknownKind:
            pass
        kind = INT if name in ("ndim", "size", "itemsize", "nbytes") else (
            Ints() if name in ("shape", "strides") else Other(object))
        with self.builder.at(node=node):
            op = self.builder.append("user", [value], [kind], why="a fact about an array")
        return op.result

    def length(self, value: Value, axis: int) -> Any:
        kind = value.kind
        if isinstance(kind, Array) and kind.dims is not None and kind.dims[axis] == "1":
            return Const(1)
        shape = self.builder.shape(value)
        with self.builder.at(user=False):
            return self.builder.item(shape, axis)

    def expr_subscript(self, node: Any) -> Any:
        owner = self.expr(node.value)
        index = self.index(node.slice)
        return self.subscript(node, owner, index)

    def index(self, node: Any) -> Any:
        """An index as an abstract value; slices become Const or Tup-like slices of values."""
        if isinstance(node, gast.Slice):
            parts = tuple(Const(None) if p is None else self.expr(p)
                          for p in (node.lower, node.upper, node.step))  # fmt: skip
            return SliceOf(parts)
        if isinstance(node, gast.Tuple):
            items: list[Any] = []
            for e in node.elts:
                items.extend(self.spread(self.expr(e.value), e) if isinstance(e, gast.Starred) else [self.index(e)])
            return Tup(tuple(items))
        return self.expr(node)

    def subscript(self, node: Any, owner: Any, index: Any) -> Any:
        if isinstance(owner, Tup) or isinstance(owner, Cell) and owner.sort == "list":
            return self.list_item(node, owner, index)
        if isinstance(owner, Cell) and owner.sort == "dict":
            content = self.content(owner)
            if isinstance(content, dict) and isinstance(index, Const):
                if _in(index.value, content):
                    return content[index.value]
            return self.opaque(node, [owner, index], "an entry that is not known now")
        if isinstance(owner, Const):
            return self.static_item(node, owner, index)
        if isinstance(owner, Value) and not isinstance(owner.kind, (Array,)):
            if owner.kind == UNKNOWN or isinstance(owner.kind, Other):
                return self.opaque(node, [owner, index], "an entry of an unknown object")
            if isinstance(owner.kind, Ints) and isinstance(index, Const):
                return self.builder.item(owner, index.value)
            return self.opaque(node, [owner, index], "an entry of a number")
        return self.array_item(node, owner, index)

    def static_item(self, node: Any, owner: Const, index: Any) -> Any:
        try:
            key = self.raw_index(index)
            return Const(owner.value[key])
        except Exception:
            return self.opaque(node, [owner, index], "an entry that is not known now")

    def list_item(self, node: Any, owner: Any, index: Any) -> Any:
        entries = self.entries(owner)
        if entries is not None:
            try:
                key = self.raw_index(index)
                if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
                    return entries[key]
                if isinstance(key, slice):
                    picked = entries[key]
                    return self.like(owner, picked) if isinstance(owner, Cell) else Tup(picked)
            except (NotStatic, IndexError, TypeError):
                pass
        return self.dynamic_item(node, owner, index)

    def dynamic_item(self, node: Any, owner: Any, index: Any) -> Any:
        """An entry of a list at a position known only at run time."""
        position = index if isinstance(index, (Value, Const)) else None
        if position is None or isinstance(position, Value) and position.kind != INT:
            return self.opaque(node, [owner, index], "a slice of a list of unknown length")
        from_list = self.list_value(owner)
        if from_list is None:
            return self.opaque(node, [owner, index], "an entry of a list of different things")
        key = position.value if isinstance(position, Const) else Sym(position, self.builder)
        item = self.abstract(self.builder.call(NAMES["list_item"], (Sym(from_list, self.builder), key), {}))
        if isinstance(owner, Cell):
            self.held_by(item, owner)
        return item

    def held_by(self, item: Any, owner: Cell) -> None:
        """Whoever changes what was read from a container changes what the container holds."""
        self.related(item, self.held_arrays(owner))
        for cell in cells(item, self.state.heap):
            root = cell.root()
            self.state.escaped[root] = self.state.escaped.get(root, frozenset()) | {owner}

    def held_arrays(self, owner: Any) -> list[Cell]:
        """The arrays that a container holds or may hold, and those that they are windows on."""
        inside = [c for c in cells(owner, self.state.heap) if c.sort == "array"]
        inside += [root for root, holders in self.state.escaped.items() if owner in holders and root.sort == "array"]
        return list(dict.fromkeys([*inside, *(c.root() for c in inside)]))

    def related(self, item: Any, others: list[Cell]) -> None:
        """The arrays in an item may be, or share memory with, any of the others."""
        for cell in [c for c in cells(item, self.state.heap) if c.sort == "array"]:
            for other in others:
                if other is not cell and cell.view is None:
                    cell.shares.add(other)
                    other.shares.add(cell)

    def list_value(self, owner: Any) -> Value | None:
        """A list as one value whose entries are alike, or None."""
        value = self.value(owner)
        return value

    def raw_index(self, index: Any) -> Any:
        """A static index as Python would see it."""
        if isinstance(index, SliceOf):
            return slice(*(self.raw_index(p) for p in index.parts))
        if isinstance(index, Const):
            return index.value
        raise NotStatic(index)

    def array_item(self, node: Any, owner: Any, index: Any) -> Any:
        try:
            key = self.symbolic_index(index)
        except NotStatic:
            return self.opaque(node, [owner, index], "an index that is not understood")
        if isinstance(key, list):
            key = key if all(isinstance(k, (int, bool)) for k in key) else np.asarray
        if key is np.asarray:
            return self.opaque(node, [owner, index], "an index that is a list of values")
        return self.on_symbols(node, lambda x: x[key], (owner,), view=basic_index(key, self))

    def symbolic_index(self, index: Any) -> Any:
        if isinstance(index, SliceOf):
            return slice(*(self.symbolic_index(p) for p in index.parts))
        if isinstance(index, Tup):
            return tuple(self.symbolic_index(i) for i in index.items)
        return self.symbolic(index)

    # --- rows ----------------------------------------------------------------------------

    def on_symbols(self, node: Any, run: Any, items: tuple[Any, ...], view: bool = False) -> Any:
        """Run NumPy code on the symbolic forms of `items`."""
        labelled = any(isinstance(i, Labelled) and i.format for i in items)
        try:
            symbols = [self.symbolic(i) for i in items]
        except NotStatic:
            return self.opaque(node, list(items), f"{describe(node)} is not in the table")
        try:
            with self.builder.at(user=not labelled and self.builder.user):
                result = run(*symbols)
        except (UnknownKind, Unsupported, TypeError, AttributeError, KeyError) as error:
            if isinstance(error, (TypeError, AttributeError, KeyError)) and labelled:
                raise
            return self.opaque(node, list(items), str(error))
        if not isinstance(result, (Sym,)) and result is symbols[0]:
            return items[0]
        out = self.abstract(result)
        if labelled:
            self.note_generated(node, out)
        if view and isinstance(out, Cell) and isinstance(items[0], Cell):
            self.make_view(out, items[0])
        return out

    def note_generated(self, node: Any, out: Any) -> None:
        """The user's expression is printed from the IR: its text is not plain NumPy."""
        if node is not None:
            self.function.attrs.setdefault("replaced", {})[node] = shown(out, self.state.heap)

    def make_view(self, cell: Cell, base: Cell) -> None:
        """`cell` is a window on `base`, by the operation that just made it."""
        op = self.content(cell).op
        if op is None or op.code != "prim" or op.attrs["prim"].name not in VIEWS:
            cell.shares.add(base)
            base.shares.add(cell)
            return
        given = dict(op.attrs["given"])
        cell.view = (base, op.attrs["prim"], {k: self.template_syms(v, op) for k, v in given.items()})

    def template_syms(self, template: Any, op: Any) -> Any:
        return fill(template, lambda i: Sym(op.operands[i], self.builder))

    def table(self, node: Any, row: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any],
              form: str = "call") -> Any:
        """Apply a row to abstract values, or leave the expression opaque."""
        items = (*args, *kwargs.values())
        if any(isinstance(i, Labelled) for i in items):
            return self.labelled_call(node, row.fun, args, kwargs)
        try:
            sym_args = [self.symbolic(a) for a in args]
            sym_kwargs = {k: self.symbolic(v) for k, v in kwargs.items()}
            result = self.builder.call(row, tuple(sym_args), sym_kwargs, form)
        except (NotStatic, UnknownKind, Unsupported, TypeError, AttributeError) as error:
            return self.opaque(node, list(items), f"{row.text or row.name}: {error}")
        out = self.abstract(result)
        self.relate(out, row, args)
        return out

    def labelled_call(self, node: Any, fun: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        names = list(kwargs)
        count = len(args)

        def run(*symbols: Any) -> Any:
            return fun(*symbols[:count], **dict(zip(names, symbols[count:], strict=True)))

        items = (*args, *kwargs.values())
        return self.on_labelled(node, run, items)

    def on_labelled(self, node: Any, run: Any, items: tuple[Any, ...]) -> Any:
        """Library code on dlarrays: what it does is written out in plain NumPy."""
        try:
            symbols = [self.symbolic(i) for i in items]
        except NotStatic:
            return self.opaque(node, list(items), f"{describe(node)} of a dlarray")
        try:
            with self.builder.at(user=False):
                result = run(*symbols)
        except (DLError, ValueError, TypeError, AttributeError) as error:
            if isinstance(error, (UnknownKind, Unsupported)):
                return self.opaque(node, list(items), str(error))
            raise Refuse(node, str(error)) from error
        out = self.abstract(result)
        self.note_generated(node, out)
        return out

    def relate(self, out: Any, row: Primitive, args: tuple[Any, ...]) -> None:
        """Record which results share memory with which arguments."""
        if row.name not in VIEWS and row.name not in MAYBE_VIEWS:
            return
        bases = [a for a in args if isinstance(a, Cell) and a.sort == "array"]
        for cell in cells(out, self.state.heap):
            if cell.sort == "array" and bases and cell not in bases:
                if row.name in VIEWS and len(bases) >= 1 and cell is out:
                    self.make_view(cell, bases[0])
                else:
                    for base in bases:
                        cell.shares.add(base)
                        base.shares.add(cell)


def basic_index(key: Any, lowerer: Any = None) -> bool:
    """Does this index make a view?"""
    items = key if isinstance(key, tuple) else (key,)
    for item in items:
        if isinstance(item, Sym):
            if item.value.kind != INT:
                return False
        elif not isinstance(item, (int, slice, type(None), type(Ellipsis), np.integer)):
            return False
        elif isinstance(item, bool):
            return False
    return True


def is_installed(owner: Any) -> bool:
    """A module or class of NumPy, SciPy or the standard library."""
    module = owner.__name__ if isinstance(owner, ModuleType) else (getattr(owner, "__module__", "") or "")
    return module.split(".")[0] in ("numpy", "scipy", "dlgrad") or module.split(".")[0] in STANDARD


STANDARD = frozenset(sys.stdlib_module_names) - {"__main__", "this", "test"}


def describe(node: Any) -> str:
    """A syntax node in ordinary words."""
    words = {
        "JoinedStr": "a format string", "Set": "a set", "SetComp": "a set comprehension",
        "DictComp": "a dict comprehension", "ListComp": "a list comprehension",
        "GeneratorExp": "a generator expression", "Await": "await", "Yield": "yield",
        "YieldFrom": "yield from", "Try": "a try statement", "TryStar": "a try statement",
        "With": "a with statement", "AsyncWith": "an async with statement",
        "AsyncFor": "an async for loop", "Match": "a match statement",
        "ClassDef": "a class definition", "AsyncFunctionDef": "an async function",
        "Global": "a global statement", "Nonlocal": "a nonlocal statement", "Delete": "del",
        "Import": "an import", "ImportFrom": "an import", "Call": "this call",
        "Subscript": "this subscript", "Compare": "a comparison", "BoolOp": "and/or",
    }  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)


def _is_sequence(item: Any) -> bool:
    if isinstance(item, Tup) or isinstance(item, Cell) and item.sort == "list":
        return True
    return isinstance(item, Const) and isinstance(item.value, (list, tuple))


def _numeric(item: Any) -> bool:
    if isinstance(item, (Value, Labelled)):
        return True
    if isinstance(item, Cell):
        return item.sort == "array"
    return isinstance(item, Const) and isinstance(item.value, (int, float, complex, np.generic))


def _in(key: Any, content: dict[Any, Any]) -> bool:
    try:
        return key in content
    except TypeError:
        return False
