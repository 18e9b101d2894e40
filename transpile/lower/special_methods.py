"""Operators and subscripts that a class of the user's defines: calls of its special methods."""

from __future__ import annotations

import types
from typing import Any

import gast

from ..ir import Value
from ..kinds import Array, Kind, Scalar
from ..members import MISSING
from .core import Refuse
from .learnables import is_table
from .subscripts import Subscripts
from .values import Cell, Const, SliceOf, Tup

SPECIAL = {
    gast.Add: "add", gast.Sub: "sub", gast.Mult: "mul", gast.Div: "truediv", gast.Pow: "pow", gast.MatMult: "matmul",
    gast.Mod: "mod", gast.FloorDiv: "floordiv", gast.BitAnd: "and", gast.BitOr: "or", gast.BitXor: "xor",
    gast.LShift: "lshift", gast.RShift: "rshift",
}  # fmt: skip
COMPARING = {gast.Lt: "__lt__", gast.LtE: "__le__", gast.Gt: "__gt__", gast.GtE: "__ge__", gast.Eq: "__eq__",
             gast.NotEq: "__ne__", gast.In: "__contains__", gast.NotIn: "__contains__"}  # fmt: skip


class SpecialMethods(Subscripts):
    """Lowering of what a class does at operators."""

    def has_operators(self, item: Any) -> bool:
        """Is this an object whose class says what operators do?  Named tuples without methods of their own do not."""
        cls = self.class_of_owner(item)
        if cls is None:
            return False
        if not isinstance(item, Tup):
            return True
        names = [f"__{side}{n}__" for n in SPECIAL.values() for side in ("", "r")]
        return any(isinstance(self.member_of(cls, n), types.FunctionType) for n in (*names, "__neg__"))

    def user_operator(self, node: Any, name: str, left: Any, right: Any) -> Any:
        """``left op right``, where one of them is an object: the method of the left one, then that of the right one."""
        first, second = self.class_of_owner(left), self.class_of_owner(right)
        if first is not None and second is not None and first is not second and issubclass(second, first):
            return self.unknown_operator(node, left, right)  # the right one comes first if it has a method of its own
        if first is not None:
            method = self.member_of(first, f"__{name}__")
            if isinstance(method, types.FunctionType):
                return self.answered(node, method, [left, right], "parts")
            if method is not MISSING or second is None:
                return self.unknown_operator(node, left, right)
        elif not plain_number(left):
            return self.unknown_operator(node, left, right)
        method = self.member_of(second, f"__r{name}__")  # type: ignore[arg-type]
        if isinstance(method, types.FunctionType):
            return self.answered(node, method, [right, left], "swapped")
        return self.unknown_operator(node, left, right)

    def unknown_operator(self, node: Any, *operands: Any) -> Any:
        return self.call_unknown(node, list(operands), "an operator of a class")  # type: ignore[attr-defined]

    def answered(self, node: Any, method: types.FunctionType, operands: list[Any], form: str) -> Any:
        """What a method of an operator gives, if it surely does not leave the answer to the other operand."""
        out = self.call_user(node, method, operands, {}, form)  # type: ignore[attr-defined]
        if "NotImplemented" not in method.__code__.co_names:
            return out
        value = self.content(out) if isinstance(out, Cell) else out
        unclear = isinstance(value, Value) and not isinstance(value.kind, (Array, Scalar))
        return self.unknown_operator(node, *operands) if unclear or isinstance(out, Const) else out

    def user_unary(self, node: Any, name: str, operand: Any) -> Any:
        method = self.member_of(self.class_of_owner(operand), name)  # type: ignore[arg-type]
        if isinstance(method, types.FunctionType):
            return self.call_user(node, method, [operand], {}, "parts")  # type: ignore[attr-defined]
        return self.unknown_operator(node, operand)

    def user_subscript(self, node: Any, owner: Any, index: Any) -> Any:
        """``owner[index]`` of an object; None if its class does not say what that is."""
        if is_table(owner):
            return self.table_item(node, owner, index)
        cls = self.class_of_owner(owner)
        method = self.member_of(cls, "__getitem__") if cls is not None else MISSING
        if isinstance(method, types.FunctionType) and node is not None and not has_slice(index):
            return self.call_user(node, method, [owner, index], {}, "parts")  # type: ignore[attr-defined]
        if isinstance(owner, Cell) and cls is not None or isinstance(method, types.FunctionType):
            return self.call_unknown(node, [owner, index], "a subscript of an object")  # type: ignore[attr-defined]
        return None

    def truth_of_object(self, item: Any) -> bool:
        """Whether an object counts as true.

        Raises:
            Refuse: where its class computes that.
        """
        cls = self.class_of_owner(item)
        found = [self.member_of(cls, name) for name in ("__bool__", "__len__")]  # type: ignore[arg-type]
        plain = [MISSING, tuple.__dict__["__len__"] if isinstance(item, Tup) else MISSING]
        if found != plain:
            raise Refuse(self.stmt, f"the truth of an object of the class {cls.__name__}, which computes it",  # type: ignore[union-attr]
                         "it may be asked again later", "write bool(...), and give it a name")  # fmt: skip
        return bool(item.items) if isinstance(item, Tup) else True

    def compares_itself(self, item: Any, op: Any) -> bool:
        """Does a comparison run code of the user's?"""
        cls, name = self.class_of_owner(item), COMPARING.get(type(op))
        method = self.member_of(cls, name) if cls is not None and name is not None else MISSING
        return isinstance(method, types.FunctionType) and method.__code__.co_filename != "<string>"


def has_slice(index: Any) -> bool:
    return isinstance(index, SliceOf) or isinstance(index, Tup) and any(map(has_slice, index.items))


def plain_number(item: Any) -> bool:
    """A Python number, which does nothing with an object and asks the object instead."""
    kind: Kind | None = item.kind if isinstance(item, Value) else None
    return isinstance(kind, Scalar) or isinstance(item, Const) and type(item.value) in (int, float, complex, bool)
