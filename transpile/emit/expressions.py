"""Operations as Python expressions: cheap call forms, plain NumPy, no surprises."""

from __future__ import annotations

import ast
import math
from types import BuiltinFunctionType, FunctionType
from typing import Any

import astor
import numpy as np

from ..ir import Function, Op, Slot, Value, fill, walk
from ..kinds import INT, Array, Scalar
from ..literals import double_quoted
from ..lower.core import Refuse
from .calls import call_expression
from .layout import ungrouped

BINARY = {
    "add": ast.Add, "subtract": ast.Sub, "multiply": ast.Mult, "divide": ast.Div,
    "power": ast.Pow, "matmul": ast.MatMult, "remainder": ast.Mod, "floor_divide": ast.FloorDiv,
    "bitwise_and": ast.BitAnd, "bitwise_or": ast.BitOr, "bitwise_xor": ast.BitXor,
}  # fmt: skip
COMPARE = {"less": ast.Lt, "less_equal": ast.LtE, "greater": ast.Gt, "greater_equal": ast.GtE,
           "equal": ast.Eq, "not_equal": ast.NotEq}  # fmt: skip
UNARY = {"negative": ast.USub, "invert": ast.Invert}
METHODS = {"sum": "a", "reshape": "a", "astype": "x", "cumsum": "a", "swapaxes": "a", "ravel": "a"}
ATTRIBUTES = {"real": "real", "imag": "imag", "matrix_transpose": "mT", "size": "size"}


def name(text: str) -> ast.expr:
    """The expression that a text stands for."""
    return ast.parse(text, mode="eval").body


def source(node: ast.AST) -> str:
    """An expression as text, on one line."""
    text = str(astor.to_source(node, pretty_source="".join, pretty_string=lambda text, *_, **__: repr(text))).strip()
    return double_quoted(ungrouped(text))


class Printer:
    """Turns one operation into an expression, given the expressions of its operands."""

    def __init__(self, imports: Any, divisors: set[Value] | None = None) -> None:
        self.imports = imports
        self.divisors = divisors or set()

    def expression(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        method = getattr(self, f"print_{op.code}")
        return method(op, operands)

    def called(self, op: Op, operands: list[ast.expr]) -> str:
        """A call of a function of the program, as text."""
        if op.code == "call" and "given" in op.attrs:
            return source(call_expression(self, op, operands))
        return f"{self.imports.pair(op.attrs['function'])}({', '.join(map(source, operands))})"

    def print_const(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        return self.static(op.attrs["value"])

    def print_stop(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        return operands[0]

    def print_shape(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        kind = op.operands[0].kind
        if isinstance(kind, Array) and not kind.loose and not kind.generic and not op.operands[0].unsure:
            return ast.Attribute(operands[0], "shape", ast.Load())
        if isinstance(kind, (Array, Scalar)):
            return ast.Call(self.imports.np("shape"), operands, [])
        return ast.Call(self.imports.kernel("shape_of"), operands, [])

    def shape_text(self, owner: str, kind: Any) -> str:
        """The shape of what a text reads."""
        op = Op("shape", [Value(kind)])
        return source(self.print_shape(op, [name(owner)]))

    def print_item(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        key = self.static(op.attrs["key"])
        if op.operands[0].unsure:
            return ast.Call(self.imports.kernel("entry_if_made"), [operands[0], key], [])
        return ast.Subscript(operands[0], key, ast.Load())

    def print_pack(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        items = [operands[s.index] for s in op.attrs["template"]]
        kind = op.result.kind
        keys = getattr(kind, "keys", None)
        if keys is not None:
            return ast.Dict([self.static(k) for k in keys], items)
        if getattr(kind, "sequence", tuple) is list:
            return ast.List(items, ast.Load())
        return ast.Tuple(items, ast.Load())

    def print_prim(self, op: Op, operands: list[ast.expr]) -> ast.expr:
        row, template = op.attrs["prim"], op.attrs["given"]
        special = getattr(self, f"row_{row.name}", None)
        if special is not None:
            out = special(op, template, operands)
            if out is not None:
                return out
        args = {k: self.argument(v, operands) for k, v in template.items() if not (row.varargs and k == "args")}
        if row.name in BINARY and len(args) == 2:
            return self.binary(op, row, args)
        if row.name in COMPARE and len(args) == 2:
            left, right = args.values()
            return ast.Compare(left, [COMPARE[row.name]()], [right])
        if row.name in UNARY:
            return ast.UnaryOp(UNARY[row.name](), next(iter(args.values())))
        if row.name in ATTRIBUTES and len(args) == 1 and self.is_array(op, 0):
            return ast.Attribute(next(iter(args.values())), ATTRIBUTES[row.name], ast.Load())
        return self.call(op, row, args, template, operands)

    def binary(self, op: Op, row: Any, args: dict[str, ast.expr]) -> ast.expr:
        """An operator; but Python numbers must not raise where the user's line did not."""
        left, operator, right = _two(args, BINARY[row.name]())
        risky = row.name in ("divide", "power", "remainder", "floor_divide")
        if not risky or any(isinstance(v.kind, Array) for v in op.operands):
            return ast.BinOp(left, operator, right)
        if row.name in ("remainder", "floor_divide"):
            return ast.Call(self.imports.np(row.name), [left, right], [])
        if row.name == "power":
            return ast.Call(self.imports.kernel("raised"), [left, right], [])
        divisor = op.attrs["given"]["x2"]
        if not isinstance(divisor, Slot):
            if divisor:
                return ast.BinOp(left, operator, right)
            return ast.Call(self.imports.kernel("quotient"), [left, right], [])
        value = op.operands[divisor.index]
        if value.kind == INT and is_size(value):
            return ast.BinOp(left, operator, ast.Call(name("max"), [right, ast.Constant(1)], []))
        if self.divided_by(value):
            return ast.BinOp(left, operator, right)
        return ast.Call(self.imports.kernel("quotient"), [left, right], [])

    def divided_by(self, value: Value) -> bool:
        """Has the user's own line divided by this number without an exception?"""
        return origin(value) in self.divisors

    def is_array(self, op: Op, i: int) -> bool:
        """Has it the methods and attributes of an array?  Where a NumPy scalar is meant there may be a float."""
        kind = op.operands[i].kind if op.operands else None
        scalar = isinstance(kind, Array) and kind.generic and op.attrs["prim"].name not in ("astype", "real", "imag")
        return isinstance(kind, Array) and not kind.loose and not scalar

    def call(self, op: Op, row: Any, args: dict[str, ast.expr], template: Any, operands: Any) -> ast.expr:
        first = METHODS.get(row.name)
        if first in args and self.is_array(op, 0) and isinstance(template[first], Slot):
            owner = args.pop(first)
            return self.invoke(ast.Attribute(owner, row.name, ast.Load()), row, args, skip=first)
        extra = [self.argument(a, operands) for a in template.get("args", ())] if row.varargs else []
        return self.invoke(self.imports.function(row), row, args, extra=extra)

    def invoke(self, function: ast.expr, row: Any, args: dict[str, ast.expr], skip: str = "",
               extra: list[ast.expr] | None = None) -> ast.expr:
        """A call: positional where arguments come in order and are not options."""
        plain: list[ast.expr] = list(extra or [])
        rest = dict(args)
        for param in row.params if not row.varargs else ():
            if param == skip:
                continue
            if param not in rest or param in ("axis", "keepdims", "dtype", "axes") and plain and (
                    param != "axes" or row.name != "transpose"):
                break
            if skip and param in ("axis", "keepdims", "dtype", "order") and row.name != "astype":
                break
            plain.append(rest.pop(param))
        keywords = [ast.keyword(k, v) for k, v in rest.items()]
        return ast.Call(function, plain, keywords)

    # --- rows with a form of their own ---------------------------------------------------

    def row_getitem(self, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr:
        values = list(template.values())
        owner = self.argument(values[0], operands)
        return ast.Subscript(owner, self.index(values[1], operands), ast.Load())

    def index(self, template: Any, operands: list[ast.expr]) -> ast.expr:
        if isinstance(template, tuple) and template:
            return ast.Tuple([self.index(t, operands) for t in template], ast.Load())
        if isinstance(template, slice):
            parts = [None if p is None else self.argument(p, operands)
                     for p in (template.start, template.stop, template.step)]  # fmt: skip
            return ast.Slice(*parts)
        return self.argument(template, operands)

    def row_transpose(self, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr | None:
        if len(template) == 1 and self.is_array(op, 0):
            return ast.Attribute(operands[0], "T", ast.Load())
        return None

    def row_zeros(self, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr | None:
        return self.like("zeros_like", op, template, operands)

    def row_ones(self, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr | None:
        return self.like("ones_like", op, template, operands)

    def like(self, function: str, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr | None:
        """`np.zeros(W.shape)` of W's own dtype reads better as `np.zeros_like(W)`."""
        shape = template.get("shape")
        if not isinstance(shape, Slot):
            return None
        text = operands[shape.index]
        source_op = op.operands[shape.index].op
        if source_op is None or source_op.code != "shape" or not isinstance(text, ast.Attribute):
            return None
        kind = source_op.operands[0].kind
        same = isinstance(kind, Array) and kind.dtype == np.dtype(template.get("dtype", float))
        if not same or text.attr != "shape":
            return None
        return ast.Call(self.imports.np(function), [text.value], [])

    def row_list_item(self, op: Op, template: Any, operands: list[ast.expr]) -> ast.expr:
        return ast.Subscript(self.argument(template["items"], operands),
                             self.argument(template["index"], operands), ast.Load())  # fmt: skip

    def basic_place(self, op: Op, operands: list[ast.expr]) -> tuple[str, str] | None:
        """For a scatter that reads no place twice: its index and what it puts there."""
        template = op.attrs["given"]
        index = template["index"]
        for part in index if isinstance(index, tuple) else (index,):
            plain = isinstance(part, (int, slice)) and not isinstance(part, bool) or part is None or part is Ellipsis
            if not plain and not (isinstance(part, Slot) and op.operands[part.index].kind == INT):
                return None
        return self.place(op, operands), source(self.argument(template["d"], operands))

    def place(self, op: Op, operands: list[ast.expr]) -> str:
        """The index of a row that reads or writes a part, as it stands between brackets."""
        place = ast.Subscript(ast.Name("x", ast.Load()), self.index(op.attrs["given"]["index"], operands), ast.Load())
        return source(place)[2:-1]

    # --- arguments -----------------------------------------------------------------------

    def argument(self, template: Any, operands: list[ast.expr]) -> ast.expr:
        if isinstance(template, Slot):
            return operands[template.index]
        if isinstance(template, slice) or isinstance(template, tuple) and any(isinstance(t, slice) for t in template):
            return ast.Subscript(self.imports.np("s_"), self.index(template, operands), ast.Load())
        if isinstance(template, (list, tuple)):
            items = [self.argument(t, operands) for t in template]
            return ast.List(items, ast.Load()) if isinstance(template, list) else ast.Tuple(items, ast.Load())
        return self.static(template)

    def static(self, value: Any) -> ast.expr:
        """A Python object as a literal."""
        if isinstance(value, np.dtype) or isinstance(value, type) and issubclass(value, np.generic):
            return self.imports.np(np.dtype(value).name)
        if value is Ellipsis or value is None or isinstance(value, (bool, str, bytes)):
            return ast.Constant(value)
        if isinstance(value, (int, float)) and not isinstance(value, np.generic):
            return self.number(value)
        if isinstance(value, complex) and not isinstance(value, np.generic):
            return name(repr(value))
        if isinstance(value, np.generic):
            return ast.Call(self.imports.np(value.dtype.name), [self.static(value.item())], [])
        if isinstance(value, (tuple, list)):
            items = [self.static(v) for v in value]
            return ast.Tuple(items, ast.Load()) if isinstance(value, tuple) else ast.List(items, ast.Load())
        if isinstance(value, type) and value.__module__ == "builtins":
            return ast.Name(value.__name__, ast.Load())
        word = str(getattr(value, "__name__", ""))
        if isinstance(value, np.ufunc) and getattr(np, word, None) is value:
            return self.imports.np(word)
        if isinstance(value, (type, FunctionType, BuiltinFunctionType, np.ufunc)):
            return ast.Name(self.imports.object(value), ast.Load())
        if isinstance(value, range):
            return name(repr(value))
        if isinstance(value, np.ndarray) and value.size <= 64:
            return ast.Call(self.imports.np("array"), [self.static(value.tolist())],
                            [ast.keyword("dtype", self.static(value.dtype))])  # fmt: skip
        raise Refuse(None, f"a {type(value).__name__} in generated code", "it has no literal form")

    def number(self, value: float) -> ast.expr:
        if isinstance(value, float) and not math.isfinite(value):
            word = "nan" if math.isnan(value) else "inf"
            node = self.imports.np(word)
            return ast.UnaryOp(ast.USub(), node) if value < 0 else node
        if value < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return ast.Constant(value)


def is_size(value: Value) -> bool:
    """The size of an array, or of one of its axes."""
    op = value.op
    if op is None:
        return False
    if op.code == "item":
        source = op.operands[0].op
        return source is not None and source.code == "shape"
    return op.code == "prim" and op.attrs["prim"].name == "size"


def origin(value: Value) -> Value:
    """The forward value that a value of an adjoint function or loop stands for."""
    while True:
        op = value.op
        owner = value.region.owner if op is None and value.region is not None else None
        if op is not None and op.code == "item" and op.operands[0].name == "saved" and op.operands[0].op is None:
            function = op.operands[0].region.owner if op.operands[0].region is not None else None
            saved = function.attrs["forward"].attrs.get("saved", ()) if isinstance(function, Function) and (
                "forward" in function.attrs) else ()  # fmt: skip
            if op.attrs["key"] >= len(saved):
                return value
            value = saved[op.attrs["key"]]
        elif isinstance(owner, Op) and owner.code == "for" and not owner.user:
            at = owner.regions[0].params.index(value)
            if at >= owner.attrs["sequences"]:
                return value
            value = owner.operands[at]
        elif op is not None and value in op.attrs.get("collected", {}):
            value = op.attrs["collected"][value]
        elif op is not None and value in op.attrs.get("exported", {}):
            value = op.attrs["exported"][value]
        else:
            return value


def divisors(function: Function) -> set[Value]:
    """The Python numbers that a user's function divides by."""
    out: set[Value] = set()
    for op in walk(function.region):
        if op.code == "prim" and op.user and op.attrs["prim"].name == "divide" and op.attrs.get("form") == "operator":
            item = op.attrs["given"].get("x2")
            if isinstance(item, Slot) and all(isinstance(v.kind, Scalar) for v in op.operands):
                out.add(op.operands[item.index])
    return out


def _two(args: dict[str, ast.expr], operator: ast.operator) -> tuple[ast.expr, ast.operator, ast.expr]:
    left, right = args.values()
    return left, operator, right


__all__ = ["Printer", "fill", "name", "source"]
