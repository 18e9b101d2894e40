"""Which generated values are new memory that nobody else can see?"""

from __future__ import annotations

from .ir import Function, Op, Region, Value, walk
from .kinds import Array, Scalar

SHARING = {
    "getitem", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "flip", "matrix_transpose",
    "broadcast_to", "reshape", "ravel", "real", "imag", "diagonal", "list_item", "sum_to",
    "split", "array_split", "hsplit", "vsplit", "dsplit", "flipud", "fliplr", "rot90", "rollaxis", "asarray",
    "asanyarray", "cotangent", "atleast_1d", "atleast_2d", "atleast_3d", "check_scalar", "conjugate",
    "astype", "list_add", "list_zeros", "list_add_at", "list_put", "list_append", "list_pad", "list_init", "list_each",
    "list_reversed", "broadcast_arrays", "unstack", "ascontiguousarray", "float", "item",
    "nan_to_num", "meshgrid", "require", "trim_zeros", "fit_length", "rearranged",
    "float32", "float64", "complex64", "complex128", "linalg.matrix_power", "linalg.diagonal",
    "linalg.matrix_transpose", "diag", "diff", "einsum", "builtins.max", "builtins.min", "asarray_chkfinite",
    "best_of", "polyder", "polyint", "diff_back", "unstacked", "unjoined", "fitted", "rows_between",
    "entries_between", "entries_put_back", "vectors_last", "shaped", "chosen", "kept_if", "kept_unless",
    "asfortranarray", "direction", "first_rows",
    "list_joined", "list_head", "list_start", "list_end", "list_taken", "list_put_back", "list_part",
    "list_part_back", "list_repeated", "list_folded", "list_unfolded", "list_without", "list_without_back",
    "list_inserted", "list_inserted_rest", "list_inserted_item", "list_column", "list_column_put",
}  # fmt: skip
"""Rows whose result may be a view of, or the same object as, an operand."""


def is_fresh(value: Value, assumed: frozenset[Value] = frozenset()) -> bool:
    """Made by a generated operation as new memory, or a number that cannot change."""
    kind = value.kind
    if isinstance(kind, Scalar) or isinstance(kind, Array) and kind.generic:
        return True
    if value in assumed:
        return True
    op = value.op
    if op is None:
        return _fresh_parameter(value, assumed)
    if op.user:
        return False
    if op.code == "prim":
        return op.attrs["prim"].name not in SHARING
    if op.code == "if":
        index = op.results.index(value)
        return all(is_fresh(r.yields[index], assumed) for r in op.regions)
    if op.code == "for":
        return _fresh_loop(op, op.results.index(value), assumed)
    if op.code == "call":
        return _fresh_call(op, value)
    return False


def _fresh_parameter(value: Value, assumed: frozenset[Value]) -> bool:
    owner = value.region.owner if value.region is not None else None
    if not isinstance(owner, Op) or owner.user or owner.code != "for":
        return False
    index = owner.regions[0].params.index(value) - owner.attrs["sequences"]
    return index >= 0 and _fresh_loop(owner, index, assumed)


def _fresh_loop(op: Op, index: int, assumed: frozenset[Value]) -> bool:
    body, count = op.regions[0], op.attrs["sequences"]
    if index >= len(body.params) - count:
        return False
    param = body.params[count + index]
    return is_fresh(op.operands[count + index], assumed) and is_fresh(body.yields[index], assumed | {param})


def _fresh_call(op: Op, value: Value) -> bool:
    function = op.attrs["function"]
    index = op.results.index(value)
    if not isinstance(function, Function) or "forward" not in function.attrs or index >= len(function.region.yields):
        return False
    made = function.region.yields[index]
    if made.op is None or made.op.code == "call" and made.op.attrs["function"] is function:
        return False
    return is_fresh(made) and alone(made, function.region)


def alone(value: Value, region: Region) -> bool:
    """Does no other value that leaves the region share the memory of this one?"""
    if isinstance(value.kind, Scalar):
        return True
    if region.yields.count(value) > 1:
        return False
    return not any(value in op.operands and may_share(op) for op in walk(region))


def may_share(op: Op) -> bool:
    """May what the operation makes share memory with what it reads?"""
    if op.code == "prim":
        return op.attrs["prim"].name in SHARING
    return op.code in ("pack", "call", "for", "if", "item", "stop", "hook", "user")


__all__ = ["SHARING", "alone", "is_fresh", "may_share"]
