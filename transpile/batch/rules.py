"""What the rows of the table do to arrays with one more axis in front: one rule for each sort of row.

A rule is called ``rule(at, given)``: `given` holds the arguments by name, `at.batched(name)` and
`at.rank(name)` tell of each whether it has the axis, and how many axes it had without. Rules exist for
the rows that adjoints are made of; without a rule the loop stays a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...runtime.declare import NAMES, Primitive
from ..kinds import INT, Array
from ..sym import Sym


class NoBatch(Exception):
    """Something in the loop cannot be done for all directions at once."""


Rule = Callable[[Any, dict[str, Any]], Any]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register the rule of rows."""

    def register(fun: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, fun))
        return fun

    return register


def rule_of(row: Primitive) -> Rule:
    """The rule of a row.

    Raises:
        NoBatch: if there is none.
    """
    if row.name in RULES:
        return RULES[row.name]
    if isinstance(row.fun, np.ufunc) and row.fun.signature is None and row.fun.nout == 1:
        return elementwise
    raise NoBatch(row.name)


def only(given: dict[str, Any], *names: str) -> None:
    """Refuse arguments that a rule does not know.

    Raises:
        NoBatch: if there are others.
    """
    if set(given) - set(names):
        raise NoBatch("an argument without a rule")


def opened(a: Any, more: int, at: int = 1) -> Any:
    """The array with `more` new axes of size 1."""
    return a if more <= 0 else a[(*[slice(None)] * at, *[None] * more)]


def shifted(axis: Any, rank: int) -> Any:
    """Axes of one entry as axes of the whole."""
    if isinstance(axis, (tuple, list)):
        return tuple(shifted(i, rank) for i in axis)
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise NoBatch("an axis that is not known")
    return int(axis) % rank + 1


# --- elementwise -------------------------------------------------------------------------------


@rule("where")
def elementwise(at: Any, given: dict[str, Any]) -> Any:
    """Operands are aligned at the last axis, so those with fewer axes get new ones behind the first."""
    rank = at.result_rank
    out = {k: opened(v, rank - at.rank(k)) if at.batched(k) else v for k, v in given.items()}
    return at.row(**out)


@rule("astype", "copy", "real", "imag", "negative", "conjugate")
def unary(at: Any, given: dict[str, Any]) -> Any:
    return at.row(**given)


@rule("direction")
def checked(at: Any, given: dict[str, Any]) -> Any:
    raise NoBatch("a check of shapes")


# --- sums --------------------------------------------------------------------------------------


@rule("sum", "mean")
def summed(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "axis", "keepdims")
    rank, axis = at.rank("a"), given.get("axis")
    axes = tuple(range(1, rank + 1)) if axis is None else shifted(axis, rank)
    return at.row(**{**given, "axis": axes}) if axes != () else given["a"]


@rule("cumsum")
def running_sum(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "axis")
    if given.get("axis") is None:
        raise NoBatch("cumsum of a flattened array")
    return at.row(a=given["a"], axis=shifted(given["axis"], at.rank("a")))


@rule("sum_to")
def summed_to(at: Any, given: dict[str, Any]) -> Any:
    shape = at.shape_of(given["shape"])
    lead = at.rank("d") - len(shape)
    d = given["d"].sum(axis=tuple(range(1, lead + 1))) if lead > 0 else given["d"]
    if lead < 0:
        raise NoBatch("a sum that stretches")
    return at.row(d=d, shape=(at.size, *shape))


# --- axes --------------------------------------------------------------------------------------


@rule("transpose")
def transpose(at: Any, given: dict[str, Any]) -> Any:
    rank, axes = at.rank("a"), given.get("axes")
    axes = tuple(range(rank))[::-1] if axes is None else axes
    moved = (0, *shifted(tuple(axes), rank))
    return np.swapaxes(given["a"], 1, 2) if moved == (0, 2, 1) else np.transpose(given["a"], moved)


@rule("matrix_transpose", "linalg.matrix_transpose")
def matrix_transpose(at: Any, given: dict[str, Any]) -> Any:
    return at.row(**given)


@rule("swapaxes")
def swapaxes(at: Any, given: dict[str, Any]) -> Any:
    rank = at.rank("a")
    return np.swapaxes(given["a"], shifted(given["axis1"], rank), shifted(given["axis2"], rank))


@rule("moveaxis")
def moveaxis(at: Any, given: dict[str, Any]) -> Any:
    rank = at.rank("a")
    return np.moveaxis(given["a"], shifted(given["source"], rank), shifted(given["destination"], rank))


@rule("expand_dims")
def expand_dims(at: Any, given: dict[str, Any]) -> Any:
    return np.expand_dims(given["a"], shifted(given["axis"], at.result_rank))


@rule("squeeze")
def squeeze(at: Any, given: dict[str, Any]) -> Any:
    if given.get("axis") is None:
        raise NoBatch("squeeze without an axis")
    return np.squeeze(given["a"], shifted(given["axis"], at.rank("a")))


@rule("reshape")
def reshape(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "shape")
    return np.reshape(given["a"], (at.size, *at.shape_of(given["shape"])))


@rule("ravel")
def ravel(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a")
    if at.rank("a") == 1:
        return given["a"]
    shape = given["a"].shape
    count = shape[1]
    for i in range(2, at.rank("a") + 1):
        count = count * shape[i]
    return np.reshape(given["a"], (at.size, count if at.rank("a") else 1))


@rule("broadcast_to")
def broadcast_to(at: Any, given: dict[str, Any]) -> Any:
    only(given, "array", "shape")
    shape = at.shape_of(given["shape"])
    return np.broadcast_to(opened(given["array"], len(shape) - at.rank("array")), (at.size, *shape))


@rule("flip")
def flip(at: Any, given: dict[str, Any]) -> Any:
    rank, axis = at.rank("m"), given.get("axis")
    return np.flip(given["m"], tuple(range(1, rank + 1)) if axis is None else shifted(axis, rank))


@rule("roll")
def roll(at: Any, given: dict[str, Any]) -> Any:
    if at.batched("shift"):
        raise NoBatch("roll by a tangent")
    if given.get("axis") is None:
        if at.rank("a") != 1:
            raise NoBatch("roll of a flattened array")
        return np.roll(given["a"], given["shift"], axis=1)
    return np.roll(given["a"], given["shift"], axis=shifted(given["axis"], at.rank("a")))


@rule("tril", "triu")
def triangle(at: Any, given: dict[str, Any]) -> Any:
    if at.rank("m") < 2:
        raise NoBatch("a triangle of a vector")
    return at.row(**given)


@rule("concatenate")
def concatenate(at: Any, given: dict[str, Any]) -> Any:
    only(given, "arrays", "axis")
    if not isinstance(given["arrays"], (list, tuple)) or not isinstance(given.get("axis", 0), int):
        raise NoBatch("a list of unknown length")
    return np.concatenate(at.all_batched(given["arrays"]), axis=shifted(given.get("axis", 0), at.result_rank))


@rule("stack")
def stack(at: Any, given: dict[str, Any]) -> Any:
    only(given, "arrays", "axis")
    if not isinstance(given["arrays"], (list, tuple)) or not isinstance(given.get("axis", 0), int):
        raise NoBatch("a list of unknown length")
    return np.stack(at.all_batched(given["arrays"]), axis=shifted(given.get("axis", 0), at.result_rank))


# --- places ------------------------------------------------------------------------------------


@rule("getitem")
def getitem(at: Any, given: dict[str, Any]) -> Any:
    if not at.batched("a"):
        raise NoBatch("an index that is a tangent")
    return given["a"][behind(given["index"])]


@rule("scatter")
def scatter(at: Any, given: dict[str, Any]) -> Any:
    if not at.batched("d") or at.batched("index"):
        raise NoBatch("an index that is a tangent")
    return NAMES["scatter"].fun(given["d"], (at.size, *at.shape_of(given["shape"])), behind(given["index"]))


@rule("put")
def put(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "index", "values")
    if at.batched("index") or at.batched("values") and at.rank("values") != at.rank_at("a", given["index"]):
        raise NoBatch("values that are stretched")
    (a,) = at.all_batched([given["a"]])
    return NAMES["put"].fun(a, behind(given["index"]), given["values"])


def behind(index: Any) -> Any:
    """The index for arrays with one more axis in front."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [p for p in parts if _sort(p) == "array"]
    numbers = [p for p in parts if _sort(p) == "number"]
    if arrays and (numbers or len(arrays) > 1):
        raise NoBatch("several arrays as an index")
    return (slice(None), *parts)


def _sort(part: Any) -> str:
    if part is None or part is Ellipsis or isinstance(part, slice):
        return "window"
    if isinstance(part, bool):
        raise NoBatch("a truth value as an index")
    if isinstance(part, Sym):
        kind = part.value.kind
        whole = isinstance(kind, Array) and kind.dims is not None and kind.dtype is not None and not kind.loose
        if kind == INT or whole and kind.dims == () and kind.dtype.kind in "iu":  # type: ignore[attr-defined]
            return "number"
        if whole and kind.dims and kind.dtype.kind in "iub":  # type: ignore[attr-defined]
            return "array"
        raise NoBatch("an index that is not known")
    return "number" if np.ndim(part) == 0 else "array"


@rule("take_along_axis")
def take_along_axis(at: Any, given: dict[str, Any]) -> Any:
    axis = given.get("axis")
    if at.batched("indices") or not isinstance(axis, int):
        raise NoBatch("an index that is a tangent")
    indices = np.broadcast_to(given["indices"], (at.size, *given["indices"].shape))
    return np.take_along_axis(given["arr"], indices, axis=shifted(axis, at.rank("arr")))


@rule("unsorted")
def unsorted(at: Any, given: dict[str, Any]) -> Any:
    axis = given.get("axis", -1)
    if at.batched("order") or not isinstance(axis, int):
        raise NoBatch("an order that is a tangent")
    order = np.broadcast_to(given["order"], (at.size, *given["order"].shape))
    return NAMES["unsorted"].fun(given["d"], order, axis=shifted(axis, at.rank("d")))


@rule("stack_rows", "stack_some")
def stack_rows(at: Any, given: dict[str, Any]) -> Any:
    shape = at.shape_of(given["shape"])
    return np.moveaxis(NAMES["stack_rows"].fun(given["rows"], (shape[0], at.size, *shape[1:])), 0, 1)


@rule("linalg.solve")
def solve(at: Any, given: dict[str, Any]) -> Any:
    if at.batched("a") or at.rank("a") != 2 or at.rank("b") not in (1, 2):
        raise NoBatch("a matrix that is a tangent")
    if at.rank("b") == 1:
        return np.linalg.solve(given["a"], given["b"].T).T
    return np.linalg.solve(given["a"], given["b"])

