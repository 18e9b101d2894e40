"""Derivatives that are made of several sweeps: each "derive" operation is replaced by them.

Two things do all the work. *Pull* is a reverse sweep from some y's, given their cotangents. It is
linear in these, so a second pull, over what the first has written, is its transpose: the tangents of
the y's for given tangents of the x's. What the first pull computed apart from that is pruned, and
what is left is the tangent program. Jacobians pull (or push) the unit directions one by one in a
loop, which `batch` turns into one sweep with one more axis where it can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..runtime.declare import NAMES
from .adjoint.cotangents import Cotangents
from .adjoint.pairs import Pairs
from .adjoint.parts import gradient_kind
from .batch.loops import batched
from .builder import Builder
from .constants import note_constant
from .fresh import is_fresh
from .ir import Function, Op, Region, Value, all_regions, targets, walk
from .kinds import ANY, MANY, ONE, Array, Kind, ListOf, Scalar
from .lower.core import Refuse
from .sym import Sym

Pull = Callable[..., list[Any]]
WINDOWS = ("reshape", "moveaxis", "transpose", "swapaxes")


class Derivation:
    """The expansion of one derive operation."""

    def __init__(self, function: Function, op: Op, pull: Pull) -> None:
        assert op.region is not None
        self.function, self.op, self.sweep_back = function, op, pull
        self.region: Region = op.region
        self.scratch = Region(owner=self.region.owner)
        self.builder = Builder(self.scratch)
        ys, xs = targets(op)
        self.ys, self.xs = [self.sym(v) for v in ys], [self.sym(v) for v in xs]
        self.given = [self.sym(v) for v in op.operands[len(ys) + len(xs) :]]

    def write(self) -> None:
        """Put the expansion in the operation's place."""
        op, function = self.op, self.function
        with self.builder.at(stmt=op.stmt, line=op.line, node=None, user=False):
            found = WRITERS[op.attrs["what"]](self)
            results = self.leaving([self.as_value(d) for d in found])
        self.place()
        self.region.ops.remove(op)
        mapping = dict(zip(op.results, results, strict=True))
        for inner in all_regions(function.region):
            inner.yields = [mapping.get(v, v) for v in inner.yields]
            for other in inner.ops:
                other.operands = [mapping.get(v, v) for v in other.operands]
        function.attrs.setdefault("expanded", {}).update(mapping)

    # --- sweeps --------------------------------------------------------------------------

    def pull(self, ys: list[Any], seeds: list[Any], xs: list[Any]) -> list[Any]:
        """The cotangents of the x's for cotangents of the y's; None where there is no path."""
        self.place()
        region, position = self.builder.region, len(self.builder.region.ops)
        if region is self.scratch:
            region, position = self.region, self.region.ops.index(self.op)
        out = self.sweep_back([y.value for y in ys], seeds, [x.value for x in xs], self.builder, region, position)
        if any(isinstance(d, dict) for d in out):
            raise Refuse(self.op.node, "a derivative with respect to this container is not supported")
        return [self.shaped(d, x) for d, x in zip(out, xs, strict=True)]

    def push(self, ys: list[Any], xs: list[Any], directions: list[Any]) -> list[Any]:
        """The tangents of the y's for tangents of the x's; None where there is no path."""
        return self.linear(ys, xs)(directions)

    def linear(self, ys: list[Any], xs: list[Any]) -> Callable[[list[Any]], list[Any]]:
        """The tangents of the y's, as a function of those of the x's.

        The first pull is linear in its cotangents, so it makes no difference which ones are taken:
        the y's themselves have the right shapes and cost nothing.
        """
        seeds = [self.sym(self.builder.append("stop", [y.value], [gradient_kind(y.value.kind)]).result) for y in ys]
        pulled = self.pull(ys, seeds, xs)

        def tangents(directions: list[Any]) -> list[Any]:
            met = [(g, v) for g, v in zip(pulled, directions, strict=True) if g is not None]
            if not met:
                return [None] * len(ys)
            return self.pull([g for g, _ in met], [v for _, v in met], seeds)

        return tangents

    def each(self, seeds: Any, like: Any, body: Callable[[Any], list[Any]], others: list[Any]) -> list[Any]:
        """What `body` makes of each entry of `seeds`, stacked along a new first axis.

        `others` have the shapes and dtypes of what it makes.
        """
        builder = self.builder
        loop = builder.append("for", [seeds.value], [], sequences=1, reverse=False, exits=False)
        region = Region(owner=loop)
        param = Value(gradient_kind(like.value.kind), "seed", region=region)
        region.params = [param]
        loop.regions.append(region)
        with builder.inside(region):
            made = body(self.sym(param))
            made = [self.zeros(o) if d is None else d for d, o in zip(made, others, strict=True)]
            region.yields = [self.as_value(d) for d in made]
        self.place()
        if (whole := batched(builder, loop, others)) is not None:
            assert loop.region is not None
            loop.region.ops.remove(loop)
            return [self.dims(d, (seeds.value.kind.dims[0], *_dims(o))) for d, o in zip(whole, others, strict=True)]
        loop.results = [Value(ListOf(v.kind), v.name or "row", op=loop) for v in region.yields]
        return [self.stacked(r, seeds, o) for r, o in zip(loop.results, others, strict=True)]

    def stacked(self, rows: Value, seeds: Any, other: Any) -> Any:
        shape = (seeds.shape[0], *(other.shape if _dims(other) else ()))
        return self.dims(NAMES["stack_rows"].fun(self.sym(rows), shape), (seeds.value.kind.dims[0], *_dims(other)),
                         other.value.kind)  # fmt: skip

    @property
    def directions(self) -> list[Any]:
        """The tangents that were given, checked to have their arguments' shapes."""
        return [v if isinstance(x.value.kind, Scalar) else self.like(NAMES["direction"].fun(v, x), x)
                for v, x in zip(self.given, self.xs, strict=True)]  # fmt: skip

    def like(self, d: Any, x: Any) -> Any:
        d.value.kind = gradient_kind(x.value.kind)
        return d

    # --- values --------------------------------------------------------------------------

    def sym(self, value: Value) -> Any:
        return Sym(value, self.builder)

    def as_value(self, d: Any) -> Value:
        return Cotangents(self.builder, set(), Pairs()).as_value(d)

    def zeros(self, like: Any) -> Any:
        return Cotangents(self.builder, set(), Pairs()).zeros(like.value)

    def shaped(self, d: Any, like: Any) -> Any:
        """A cotangent as a value: a number where the operand is one, else of its shape."""
        if d is None or isinstance(d, Sym):
            return d
        if _dims(like):
            return np.full_like(like, d)
        return self.sym(self.builder.const(d))

    def ones(self, like: Any) -> Any:
        return np.ones_like(like) if _dims(like) else 1.0

    def dims(self, d: Any, dims: tuple[str, ...], kind: Kind | None = None) -> Any:
        """The same value, of which it is known what its axes are."""
        kind = d.value.kind if kind is None else kind
        dtype = np.dtype(kind.type) if isinstance(kind, Scalar) else getattr(kind, "dtype", None)
        if not (isinstance(d.value.kind, Scalar) and not dims):
            d.value.kind = Array(dtype, dims, not dims)
        return d

    def basis(self, like: Any) -> Any:
        """All unit directions of an array, along a first axis."""
        return self.dims(NAMES["basis"].fun(like), (length(_dims(like)), *_dims(like)), like.value.kind)

    def along_axis(self, of: str = "u", sizes: str = "any") -> Any:
        """The directions along the axis: all, or the only one."""
        axis, like = self.op.attrs["axis"], self.ys[0] if of == "u" else self.xs[0]
        x = tuple(self.xs) if len(self.xs) > 1 else self.xs[0]
        options = {**({"of": of} if of != "u" else {}), **({"sizes": sizes} if sizes != "any" else {})}
        if _dims(like)[axis] == ONE:
            return self.dims(NAMES["axis_ones"].fun(self.ys[0], x, axis=axis, **options), _dims(like), like.value.kind)
        made = NAMES["axis_basis"].fun(self.ys[0], x, axis=axis, **options)
        return self.dims(made, (_dims(like)[axis], *_dims(like)), like.value.kind)

    # --- places --------------------------------------------------------------------------

    def place(self) -> None:
        """Put what is written so far in front of the operation, where a sweep meets it."""
        at = self.region.ops.index(self.op)
        for new in self.scratch.ops:
            new.region = self.region
            for inner in [new, *(o for r in new.regions for o in walk(r))]:
                inner.attrs.setdefault("block", self.op)
        self.region.ops[at:at] = self.scratch.ops
        self.scratch.ops = []

    def leaving(self, values: list[Value]) -> list[Value]:
        """No result shares memory with another value; constants to later ones unless that is asked for."""
        out: list[Value] = []
        for value in values:
            number = isinstance(value.kind, Scalar) or isinstance(value.kind, Array) and value.kind.generic
            if not number and (value in out or not self.is_own(value)):
                value = np.copy(self.sym(value)).value  # type: ignore[attr-defined]
            out.append(value)
        if not self.op.attrs["options"].get("EnableHigherDerivatives", self.function.attrs["higher"]):
            out = [self.builder.append("stop", [v], [v.kind]).result for v in out]
            for value in out:
                note_constant(self.function, self.op, value)
        return out

    def is_own(self, value: Value) -> bool:
        """New memory, or a window on new memory that nothing else reads."""
        self.place()
        made = value.op
        if made is None or made.user:
            return False
        if made.code == "prim" and made.attrs["prim"].name in WINDOWS:
            return self.is_own(made.operands[0])
        readers = [o for o in walk(self.function.region) if value in o.operands]
        windows = [o for o in readers if o.code == "prim" and o.attrs["prim"].name in WINDOWS]
        return is_fresh(value) and len(readers) == len(windows) <= 1

    def warn_unconnected(self, found: list[Any]) -> list[Any]:
        """Note which x's the y's do not depend on."""
        for d, x in zip(found, self.xs, strict=True):
            if d is None:
                self.function.attrs.setdefault("unconnected", []).append((self.op, x.value))
        return found


def _dims(like: Any) -> tuple[str, ...]:
    kind = like.value.kind
    return kind.dims or () if isinstance(kind, Array) else ()


def length(dims: tuple[str, ...]) -> str:
    """How many entries an array has: one, more, or not known."""
    if all(d == ONE for d in dims):
        return ONE
    return MANY if ANY not in dims else ANY


def single(like: Any) -> bool:
    return length(_dims(like)) == ONE


# --- what can be asked for -----------------------------------------------------------------


def tangent(d: Derivation) -> list[Any]:
    """jvp."""
    return [d.zeros(y) if t is None else t for t, y in zip(d.push(d.ys, d.xs, d.directions), d.ys, strict=True)]


def product(d: Derivation) -> list[Any]:
    """The second derivative times a direction: the gradient, pulled along it."""
    met = [(g, v) for g, v in zip(d.pull(d.ys, [d.ones(y) for y in d.ys], d.xs), d.directions, strict=True)
           if g is not None]  # fmt: skip
    out = d.pull([g for g, _ in met], [v for _, v in met], d.xs) if met else [None] * len(d.xs)
    return [d.zeros(x) if h is None else h for h, x in zip(out, d.xs, strict=True)]


def jacobian(d: Derivation) -> list[Any]:
    """Every y with respect to every x, one y after the other; the axes of y come first."""
    if d.op.attrs["forward"]:
        columns = [_columns(d, x) for x in d.xs]
        return [columns[i][j] for j in range(len(d.ys)) for i in range(len(d.xs))]
    return [entry for y in d.ys for entry in _rows(d, y)]


def hessian(d: Derivation) -> list[Any]:
    """The gradient of each x with respect to every x."""
    found = d.pull(d.ys, [d.ones(y) for y in d.ys], d.xs)
    out = []
    for g, x in zip(found, d.xs, strict=True):
        out += [_zeros(d, x, other) for other in d.xs] if g is None else _rows(d, d.dims(g, _dims(x), x.value.kind))
    return out


def _rows(d: Derivation, y: Any) -> list[Any]:
    """The Jacobians of one y, row by row."""
    if single(y):
        made = [d.zeros(x) if g is None else g for g, x in zip(d.pull([y], [d.ones(y)], d.xs), d.xs, strict=True)]
    else:
        made = d.each(d.basis(y), y, lambda seed: d.pull([y], [seed], d.xs), d.xs)
    done = len(_dims(y)) == (0 if single(y) else 1)
    return [_arranged(d, g, y, x, done) for g, x in zip(made, d.xs, strict=True)]


def _columns(d: Derivation, x: Any) -> list[Any]:
    """The Jacobians with respect to one x, column by column."""
    if single(x):
        made = [d.zeros(y) if t is None else t for t, y in zip(d.push(d.ys, [x], [d.ones(x)]), d.ys, strict=True)]
    else:
        along = d.linear(d.ys, [x])
        made = d.each(d.basis(x), x, lambda seed: along([seed]), d.ys)
        made = [np.moveaxis(t, 0, -1) if _dims(y) else t for t, y in zip(made, d.ys, strict=True)]
    done = len(_dims(x)) == (0 if single(x) else 1)
    return [_arranged(d, t, y, x, done) for t, y in zip(made, d.ys, strict=True)]


def _arranged(d: Derivation, made: Any, y: Any, x: Any, done: bool) -> Any:
    """Entries as an array with the axes of y, then those of x, in the dtype of both."""
    made = made if isinstance(made, Sym) else d.sym(d.builder.const(made))
    dims = (*_dims(y), *_dims(x))
    if not done and dims:
        made = np.reshape(made, (*(y.shape if _dims(y) else ()), *(x.shape if _dims(x) else ())))
    made = d.dims(made, dims)
    dtypes = [v.value.kind.dtype for v in (y, x) if isinstance(v.value.kind, Array)]
    if dims and all(t is not None for t in dtypes) and made.dtype != (dtype := np.result_type(*dtypes)):
        made = made.astype(dtype)
    return made


def _zeros(d: Derivation, y: Any, x: Any) -> Any:
    shape = (*(y.shape if _dims(y) else ()), *(x.shape if _dims(x) else ()))
    return d.dims(np.zeros_like(x, shape=shape), (*_dims(y), *_dims(x))) if shape else 0.0


def axis_jacobian(d: Derivation) -> list[Any]:
    """The Jacobian along one axis, for each place of the others."""
    (u,), axis = d.ys, d.op.attrs["axis"]

    def pulled(seed: Any) -> list[Any]:
        return d.warn_unconnected(d.pull([u], [seed], d.xs))

    if _dims(u)[axis] == ONE:
        return [d.zeros(x) if g is None else g for g, x in zip(pulled(d.along_axis()), d.xs, strict=True)]
    made = d.each(d.along_axis(sizes="several" if _dims(u)[axis] == ANY else "any"), u, pulled, d.xs)
    return [np.moveaxis(g, 0, axis) if axis else g for g in made]


def divergence(d: Derivation) -> list[Any]:
    """The sum of the diagonal along one axis."""
    return [_trace(d, d.ys[0], d.along_axis(sizes="same"), d.warn_unconnected)]


def laplacian(d: Derivation) -> list[Any]:
    """The sum of the second derivatives along one axis of x."""
    (u,), (x,), axis = d.ys, d.xs, d.op.attrs["axis"]
    if _dims(u)[axis] == ONE:
        (g,) = d.warn_unconnected(d.pull([u], [d.along_axis()], [x]))
        return [d.zeros(u) if g is None else _trace(d, d.dims(g, _dims(x)), d.along_axis("x"), lambda found: found)]
    along = d.linear([u], [x])

    def second(seed: Any) -> list[Any]:
        (t,) = along([seed])
        return [None] if t is None else d.push([d.dims(t, _dims(u))], [x], [seed])

    seeds = d.along_axis("x")
    if _dims(x)[axis] == ONE:
        (t,) = second(seeds)
        return [d.zeros(u) if t is None else t]
    (made,) = d.each(seeds, x, second, [u])
    return [made.sum(axis=0)]


def _trace(d: Derivation, u: Any, seeds: Any, note: Any) -> Any:
    """The sum over the axis of du_k / dx_k, for each place of the others; the axis stays, with size 1."""
    (x,), axis = d.xs, d.op.attrs["axis"]
    if len(_dims(seeds)) == len(_dims(u)):
        (g,) = note(d.pull([u], [seeds], [x]))
        return d.zeros(x) if g is None else g

    def diagonal(seed: Any) -> list[Any]:
        (g,) = note(d.pull([u], [seed], [x]))
        return [None if g is None else g * seed]

    (made,) = d.each(seeds, u, diagonal, [x])
    return made.sum(axis=0).sum(axis=axis, keepdims=True)


WRITERS: dict[str, Callable[[Derivation], list[Any]]] = {
    "tangent": tangent, "product": product, "jacobian": jacobian, "hessian": hessian,
    "axis_jacobian": axis_jacobian, "divergence": divergence, "laplacian": laplacian,
}  # fmt: skip
