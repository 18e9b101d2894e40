"""Ask for a shape where it costs nothing: of an array that is kept anyway.

Needs: nothing but generated operations expanded. Gives: shapes and sizes read from the array of the
same shape that something else reads too, if there is one.
"""

from __future__ import annotations

from ..ir import Function, Op, Value, walk
from ..shapes import shape_chain
from ..thrift import SAVES_WORK


def simplify(function: Function, roots: list[Value]) -> None:
    """This pass lets several shapes be answered by one array."""
    if not SAVES_WORK:
        return
    kept = set(roots)
    for op in walk(function.region):
        if not op.user and not asks_shape(op):
            kept.update(op.operands)
    for op in walk(function.region):
        if asks_shape(op) and op.operands[0] not in kept:
            found = next((v for v in shape_chain(op.operands[0]) if v in kept), None)
            if found is not None:
                op.operands[0] = found


def asks_shape(op: Op) -> bool:
    """A generated operation that reads only the shape of its operand."""
    if op.user or len(op.operands) != 1:
        return False
    return op.code == "shape" or op.code == "prim" and op.attrs["prim"].name == "size"
