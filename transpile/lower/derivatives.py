"""Jacobians, Hessians, Laplacians and tangents: calls that `derive` writes several sweeps for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...runtime.errors import DLError
from ..infer import NeedStatic
from ..ir import Value
from ..kinds import ANY, FLOAT, INT, ONE, Array, Kind, ListOf, Scalar, is_complex, is_float
from .core import Refuse
from .entries import check_arguments, check_result, wrapped
from .gradients import Gradients, gradient_kind
from .values import Cell, Const, Labelled, Shown, Tup

ALL = {"EnableHigherDerivatives": True}
HIGHER = ("enablehigherderivatives", "enable_higher_derivatives")
NAMES = {"axis_jacobian": "dljacobian", "divergence": "dldivergence", "laplacian": "dllaplacian"}


class Derivatives(Gradients):
    """Lowering of dljacobian and its kin, and of what jvp, jacobian, hessian and hvp write."""

    # --- inside a model: u, x, axis --------------------------------------------------------

    def special_dljacobian(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """du/dx along one axis; the other axes are independent places."""
        u, x, axis, options = self.along(node, "axis_jacobian", args, kwargs)
        leaves: list[Value] = []
        shape = self.variable(x.item, leaves)
        if not leaves:
            raise x.refuse("holds no floating point number", "only arrays of floats move", "pass an array of floats")
        axis = u.axis(axis)
        for leaf in leaves:
            x.beside(leaf.kind, u, axis)
        dims = u.kind.dims
        kinds = [_array(v.kind, v.kind.dims if dims[axis] == ONE else  # type: ignore[attr-defined]
                        (*dims[:axis], dims[axis], *v.kind.dims[axis:])) for v in leaves]  # type: ignore[attr-defined]
        op = self.derive(node, "axis_jacobian", [u.value], leaves, [], kinds, options, axis=axis,
                         wrt=self.named_variables(x.item, x.text), texts=[u.text])  # fmt: skip
        return self.derived(node, self.mirrored(shape, lambda i: self.wrap(op.results[i]), True))  # type: ignore[attr-defined]

    def special_dldivergence(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The sum of du_k / dx_k along one axis."""
        return self.contracted(node, "divergence", args, kwargs)

    def special_dllaplacian(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The sum of the second derivatives of u along one axis of x."""
        return self.contracted(node, "laplacian", args, kwargs)

    def contracted(self, node: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        u, x, axis, options = self.along(node, what, args, kwargs)
        axis = u.axis(axis)
        kind = x.array()
        x.beside(kind, u, axis)
        sizes = {u.kind.dims[axis], kind.dims[axis]}  # type: ignore[index]
        if what == "divergence" and len(sizes) > 1 and ANY not in sizes:
            raise x.refuse(f"is {kind} and u is {u.kind}", "u and x must have the same size along the axis",
                           "pass as many components as there are coordinates")  # fmt: skip
        dims = u.kind.dims if what == "laplacian" else (*kind.dims[:axis], ONE, *kind.dims[axis + 1 :])  # type: ignore[index]
        leaves: list[Value] = []
        self.variable(x.item, leaves)
        op = self.derive(node, what, [u.value], leaves, [], [_array(kind, dims)], options, axis=axis,
                         wrt=[(leaves[0], x.text)], texts=[u.text])  # fmt: skip
        return self.derived(node, self.wrap(op.result))  # type: ignore[attr-defined]

    def along(self, node: Any, what: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """u, x, the axis and the options of a call.

        Raises:
            Refuse: naming the argument that is missing or of the wrong sort.
        """
        name = NAMES[what]
        given = dict(zip(("u", "x", "axis"), args[:3], strict=False))
        nodes = {**dict(zip(("u", "x", "axis"), node.args, strict=False)), **{k.arg: k.value for k in node.keywords}}
        options = {"EnableHigherDerivatives": self.higher}  # type: ignore[attr-defined]
        pairs = {**dict(zip(args[3::2], args[4::2], strict=False)), **kwargs}
        if len(args) % 2 == 0 and len(args) > 3:
            raise Refuse(node, f"{name} has an option without a value", "", "write EnableHigherDerivatives=True")
        for key, item in pairs.items():
            key = key.value if isinstance(key, Const) else key
            if key in ("u", "x", "axis", "dim") and (key := "axis" if key == "dim" else key) not in given:
                given[key] = item
            elif str(key).lower() not in HIGHER:
                raise Refuse(node, f"{name} has no option {key}", "", "the option is EnableHigherDerivatives")
            elif not isinstance(item, Const) or not isinstance(item.value, (bool, int)):
                raise Refuse(node, f"the option {key} must be True or False", "",
                             "write the value itself, or pass it as a bool argument")  # fmt: skip
            else:
                options["EnableHigherDerivatives"] = bool(item.value)
        if missing := [k for k in ("u", "x", "axis") if k not in given]:
            raise Refuse(node, f"{name} needs {' and '.join(missing)}", "", f"write {name}(u, x, axis)")
        u, x = (_Operand(self, name, k, given[k], nodes.get(k, node)) for k in "ux")
        axis = given["axis"]
        if isinstance(axis, Value) and axis.kind == INT:
            raise NeedStatic(axis)
        if not isinstance(axis, Const) or not isinstance(axis.value, (int, np.integer)) or isinstance(axis.value, bool):
            raise Refuse(nodes.get("axis", node), f"the axis of {name} must be one integer", "",
                         "pass the number of the axis of the components, from 0")  # fmt: skip
        return u, x, int(axis.value), options

    # --- jvp and hvp in a model ------------------------------------------------------------

    def special_along(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """``jvp(f, primals, tangents)`` or hvp: a call of the function that is written around f."""
        fun = self.callee_of(node)  # type: ignore[attr-defined]
        given = {**dict(zip(("f", "primals", "tangents"), args, strict=False)), **kwargs}
        if set(given) != {"f", "primals", "tangents"}:
            raise Refuse(node, f"{fun.__name__} takes a function, primals and tangents")
        f, primals, tangents = given["f"], *(self.entries(given[k]) for k in ("primals", "tangents"))  # type: ignore[attr-defined]
        if not isinstance(f, Const) or primals is None or tangents is None:
            return self.opaque(node, [*given.values()], f"{fun.__name__} of something that is not known here: "  # type: ignore[attr-defined]
                               "define the function outside, and write tuples of arguments")  # fmt: skip
        wanted = tuple(i for i, v in enumerate(tangents) if not (isinstance(v, Const) and v.value is None))
        if len(primals) != len(tangents) or not wanted:
            raise Refuse(node, f"{fun.__name__} with {len(primals)} primals and {len(wanted)} tangents that move", "",
                         "give one tangent for each argument, or None if it does not move")  # fmt: skip
        try:
            model, lead, extra = fun.opened(fun.__name__, f.value, len(primals), wanted)
        except (DLError, TypeError) as error:
            raise Refuse(node, str(error)) from error
        if lead or extra:
            raise Refuse(node, f"{fun.__name__} of a bound method or a partial function in a model", "",
                         "define a function that calls it, and pass that")  # fmt: skip
        out = self.call_user(node, model, [*[tangents[i] for i in wanted], *primals], {})  # type: ignore[attr-defined]
        for op in self.builder.region.ops:  # type: ignore[attr-defined]
            if op.code == "call" and op.node is node:
                op.attrs["adapter"] = "along"
        return out

    # --- from outside: what is written around a function -----------------------------------

    def special_entry_tangent(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The tangent of a result for tangents of some arguments: `entry_tangent(y, x, w, dx, dw)`."""
        ys, shape = self.results_of(args[0])
        _, xs, directions = self.entries_and_directions(node, args)
        op = self.derive(node, "tangent", ys, xs, directions, [gradient_kind(y.kind) for y in ys], ALL)
        return self.derived(node, self.mirror(shape, op.results))

    def special_entry_product(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The second derivative of a number, times directions: `entry_product(y, x, w, dx, dw)`."""
        shapes, xs, directions = self.entries_and_directions(node, args)
        check_result(self, args[0])
        y = self.value(args[0])  # type: ignore[attr-defined]
        op = self.derive(node, "product", [y], xs, directions, [gradient_kind(x.kind) for x in xs], ALL)
        return self.derived(node, _one(kwargs, [self.mirror(s, op.results) for s in shapes]))

    def special_entry_jacobian(self, node: Any, args: list[Any], kwargs: dict[str, Any], forward: bool = False) -> Any:
        """Every number of a result with respect to every number of some arguments."""
        ys, shape = self.results_of(args[0])
        shapes, xs = self.entry_leaves(node, args[1:])
        name = wrapped(self)[0]
        for what, values in ((f"the result of {name}", ys), (f"the argument of {name}", xs)):
            for value in values:
                self.check_real(what, value.kind)
        kinds = [_joined(y.kind, x.kind) for y in ys for x in xs]
        op = self.derive(node, "jacobian", ys, xs, [], kinds, ALL, forward=forward)
        return self.derived(node, self.mirrored(shape, lambda j: _one(kwargs, [
            self.mirrored(s, lambda i: self.wrap(op.results[j * len(xs) + i]), False) for s in shapes]), False))  # type: ignore[attr-defined]

    def special_entry_jacobian_forward(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The same, one argument's number after the other."""
        return self.special_entry_jacobian(node, args, kwargs, True)

    def special_entry_hessian(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The second derivatives of a number with respect to every number of some arguments."""
        shapes, xs = self.entry_leaves(node, args[1:])
        check_result(self, args[0])
        name = wrapped(self)[0]
        for x in xs:
            self.check_real(f"the argument of {name}", x.kind)
        kinds = [_joined(a.kind, b.kind) for a in xs for b in xs]
        op = self.derive(node, "hessian", [self.value(args[0])], xs, [], kinds, ALL)  # type: ignore[attr-defined]

        def row(i: int) -> Any:
            own = op.results[i * len(xs) : (i + 1) * len(xs)]
            return _one(kwargs, [self.mirrored(s, lambda j: self.wrap(own[j]), False) for s in shapes])  # type: ignore[attr-defined]

        return self.derived(node, _one(kwargs, [self.mirrored(s, row, False) for s in shapes]))

    def entry_leaves(self, node: Any, args: list[Any]) -> tuple[list[Any], list[Value]]:
        """Arguments as they were given: their structures and their leaves."""
        leaves: list[Value] = []
        return [self.entry_leaf(node, args, k, leaves) for k in range(len(args))], leaves

    def entry_leaf(self, node: Any, args: list[Any], k: int, leaves: list[Value]) -> Any:
        name = node.args[k + 1].id
        first = self.entry.get(name, args[k])  # type: ignore[attr-defined]
        check_arguments(self, {name: first})
        return self.variable(first, leaves)

    def entries_and_directions(self, node: Any, args: list[Any]) -> tuple[list[Any], list[Value], list[Value]]:
        half = (len(args) - 1) // 2
        shapes: list[Any] = []
        xs: list[Value] = []
        directions: list[Value] = []
        for k in range(half):
            before, item = len(xs), args[half + 1 + k]
            shapes.append(self.entry_leaf(node, args[1:], k, xs))
            if isinstance(item, Const) and type(item.value) in (int, float) and len(xs) == before + 1:
                directions.append(self.builder.const(float(item.value)))  # type: ignore[attr-defined]
            elif len(xs) > before:
                self.variable(item, directions)
        if len(xs) != len(directions):
            raise Refuse(None, "the tangents are not like the arguments", "", "give one for each argument, like it")
        return shapes, xs, directions

    def results_of(self, item: Any) -> tuple[list[Value], Any]:
        """The leaves of a result, and its structure."""
        leaves: list[Value] = []
        shape = self.variable(item, leaves)
        if not leaves:
            name, source = wrapped(self)
            raise Refuse(None, f"{name} returns nothing that moves", "a derivative belongs to floats",
                         "return what is computed from the arguments", source=source)  # fmt: skip
        return leaves, shape

    def check_real(self, what: str, kind: Kind) -> None:
        """Refuse a leaf of which the Jacobian has no one meaning or no known shape."""
        source = wrapped(self)[1]
        if is_complex(kind):
            raise Refuse(None, f"a Jacobian with {what} complex", "how a complex number moves with another is two real "
                         "derivatives", "use jvp or vjp, or pass real and imaginary parts", source=source)  # fmt: skip
        if not isinstance(kind, Scalar) and (not isinstance(kind, Array) or kind.dims is None or kind.loose):
            raise Refuse(None, f"a Jacobian with {what} of a form that is not known: {kind}",
                         "how many axes it has must be known", "use jvp or vjp for it", source=source)  # fmt: skip

    # --- the operation ---------------------------------------------------------------------

    def derive(self, node: Any, what: str, ys: list[Value], xs: list[Value], directions: list[Value], kinds: list[Kind],
               options: dict[str, bool], **attrs: Any) -> Any:  # fmt: skip
        attrs = {"wrt": [], "texts": ["the result"], **attrs}
        with self.builder.at(node=node):  # type: ignore[attr-defined]
            op = self.builder.append("derive", [*ys, *xs, *directions], kinds, what=what, ys=len(ys), xs=len(xs),  # type: ignore[attr-defined]
                                     options=options, **attrs)  # fmt: skip
        for result in op.results:
            result.node = None
            result.fresh = True
        op.attrs["clock"] = self.tick()  # type: ignore[attr-defined]
        return op

    def derived(self, node: Any, item: Any) -> Any:
        self.note_generated(node, item)  # type: ignore[attr-defined]
        return item


class _Operand:
    """u or x of dljacobian and its kin, for questions that end in a message about it."""

    def __init__(self, lowerer: Any, name: str, role: str, item: Any, node: Any) -> None:
        self.lowerer, self.name, self.role, self.item, self.node = lowerer, name, role, item, node
        self.text = lowerer.text_of(node)
        if isinstance(item, Labelled):
            if item.format:
                raise self.refuse(f"has the format {item.format!r}", "the axis says which one holds the components",
                                  f"pass dl.stripdims({self.text})")  # fmt: skip
            self.item = item.array
        if role == "u":
            self.kind = self.array()
            self.value = lowerer.value(self.item)

    def refuse(self, what: str, why: str, instead: str) -> Refuse:
        return Refuse(self.node, f"{self.role} of {self.name}, {self.text}, {what}", why, instead)

    def array(self) -> Any:
        """The kind of the operand, which must be one array."""
        content = item = self.item
        if isinstance(item, (Shown, Cell)):
            content = item.content if isinstance(item, Shown) else self.lowerer.content(item)
        kind = content.kind if isinstance(content, Value) else None
        if kind is None or isinstance(kind, (Scalar, ListOf)) or not isinstance(kind, Array):
            raise self.refuse("is no array", "u and x are arrays with the same axes", "use dlgradient for numbers")
        self.check(kind)
        return kind

    def check(self, kind: Any) -> None:
        if not isinstance(kind, Array) or kind.dims is None or kind.loose:
            raise self.refuse("has a number of axes that is not known here", "", "make its rank plain, with np.reshape")
        if is_complex(kind):
            raise self.refuse("is complex", "these derivatives are of real functions", "take real and imaginary parts")
        if not is_float(kind) or kind.dtype is None:
            raise self.refuse(f"holds no floats ({kind})", "only floats move", f"pass {self.text}.astype(float)")
        if not kind.dims:
            raise self.refuse("is one number and has no axis", "", "use dlgradient")

    def axis(self, axis: int) -> int:
        """The axis, counted from the first."""
        rank = len(self.kind.dims)
        if not -rank <= axis < rank:
            raise self.refuse(f"has {rank} axes, so there is no axis {axis}", "", "axes are counted from 0")
        return axis % rank

    def beside(self, kind: Any, u: _Operand, axis: int) -> None:
        """Refuse an x whose places cannot be those of u."""
        self.check(kind)
        rank = len(u.kind.dims)
        if len(kind.dims) != rank:
            raise self.refuse(f"has {len(kind.dims)} axes and u has {rank}",
                              "they must have the same axes, and the same sizes apart from the axis of the components",
                              "reshape one of them")  # fmt: skip
        for i, (a, b) in enumerate(zip(u.kind.dims, kind.dims, strict=True)):
            if i != axis and a != b and ANY not in (a, b):
                raise self.refuse(f"is {kind} and u is {u.kind}: axis {i} has another size",
                                  "apart from the axis of the components the sizes must be the same",
                                  "pass one x for each place of u")  # fmt: skip


def _array(kind: Any, dims: Any) -> Kind:
    return Array(kind.dtype, tuple(dims))


def _joined(y: Any, x: Any) -> Kind:
    """The kind of a Jacobian: the axes of y, then those of x."""
    dims = [k.dims or () if isinstance(k, Array) else () for k in (y, x)]
    if isinstance(y, Scalar) and isinstance(x, Scalar):
        return FLOAT
    dtypes = [k.dtype for k in (y, x) if isinstance(k, Array)]
    dtype = np.result_type(*dtypes) if all(t is not None for t in dtypes) else None
    return Array(dtype, (*dims[0], *dims[1]), not dims[0] and not dims[1])


def _one(kwargs: dict[str, Any], items: list[Any]) -> Any:
    """What belongs to the arguments that were asked for: a tuple where a tuple of them was."""
    return Tup(tuple(items)) if "several" in kwargs else items[0]
