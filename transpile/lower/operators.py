"""Operators: arithmetic, comparisons and truth."""

from __future__ import annotations

import operator
from typing import Any

import gast
import numpy as np

from ...runtime.declare import NAMES
from ..ir import Value
from ..kinds import BOOL, UNKNOWN, Array, Other, Scalar
from .special_methods import SPECIAL, SpecialMethods
from .values import Cell, Compound, Const, Labelled, Method, Tup

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


class Operators(SpecialMethods):
    """Lowering of operators."""

    def expr_binop(self, node: Any) -> Any:
        left, right = self.expr(node.left), self.expr(node.right)
        name, fun = BINARY[type(node.op)]
        if self.has_operators(left) or self.has_operators(right):
            return self.user_operator(node, SPECIAL[type(node.op)], left, right)
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

    def expr_unaryop(self, node: Any) -> Any:
        operand = self.expr(node.operand)
        if isinstance(node.op, gast.Not):
            if (known := self.truth(operand)) is not None:
                return Const(not known)
            return self.opaque(node, [operand], "a truth value", BOOL)
        name, fun = UNARY[type(node.op)]
        if self.has_operators(operand):
            return self.user_unary(node, f"__{'pos' if name == 'positive' else name[:3]}__", operand)
        if isinstance(operand, Const):
            return self.fold(node, fun, operand.value)
        return self.table(node, NAMES[name], (operand,), {}, form="operator")

    def truth(self, item: Any) -> bool | None:
        """Is the truth of this object known now?"""
        if self.class_of_owner(item) is not None:
            return self.truth_of_object(item)
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
        if isinstance(item, (Compound, Method)):
            return True
        return None

    def expr_compare(self, node: Any) -> Any:
        items = [self.expr(n) for n in (node.left, *node.comparators)]
        if len(node.ops) == 1:
            return self.compare(node, node.ops[0], items[0], items[1])
        return self.opaque(node, items, "a truth value", BOOL)

    def compare(self, node: Any, op: Any, left: Any, right: Any) -> Any:
        if any(self.compares_itself(i, op) for i in (left, right)):
            return self.call_unknown(node, [left, right], "a comparison")  # type: ignore[attr-defined]
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


def _numeric(item: Any) -> bool:
    if isinstance(item, (Value, Labelled)):
        return True
    if isinstance(item, Cell):
        return item.sort == "array"
    return isinstance(item, Const) and isinstance(item.value, (int, float, complex, np.generic))
