"""`dlgradient` and its kin: calls that mean something to the transpiler."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gast

from ..ir import Value, same_data
from ..kinds import FLOAT, UNKNOWN, Array, Kind, ListOf, Other, Scalar, TupleOf, is_complex, is_float
from ..sym import Sym
from .core import Refuse
from .entries import PASS, check_entry, without_floats
from .values import Cell, Const, Labelled, Shown, Tup
from .values import leaves as every_leaf

OPTIONS = {
    "retaindata": "RetainData", "retain_data": "RetainData",
    "enablehigherderivatives": "EnableHigherDerivatives",
    "enable_higher_derivatives": "EnableHigherDerivatives",
    "allowcomplex": "AllowComplex", "allow_complex": "AllowComplex",
}  # fmt: skip


class Gradients:
    """Lowering of dlgradient and stop_gradient."""

    def special_entry_gradient(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A gradient with respect to arguments as they were given, whatever was stored into them since."""
        names = [a.id if isinstance(a, gast.Name) else "" for a in node.args[1:]]
        entry = self.entry  # type: ignore[attr-defined]
        first = [entry.get(n, a) for n, a in zip(names, args[1:], strict=True)]
        name = check_entry(self, args[0], dict(zip(names, first, strict=True)))
        options = {"EnableHigherDerivatives": Const(True), **kwargs}
        return self.special_dlgradient(node, [args[0], *first], options, f"{name}(...)")

    def special_dlgradient(self, node: Any, args: list[Any], kwargs: dict[str, Any], said: str = "") -> Any:
        """A gradient operation; `said` is what messages call y, if not as the text does."""
        args, options = self.gradient_options(node, args, kwargs)
        if len(args) < 2:
            raise Refuse(node, "dlgradient needs a y and at least one x", "",
                         "write dlgradient(loss, params)")  # fmt: skip
        leaves: list[Value] = []
        shapes: list[Any] = []
        named: list[tuple[Value, str]] = []
        targets = spread_targets(node.args, len(args))
        for i, x in enumerate(args[1:], 1):
            target, step = targets[i]
            text = self.text_of(target) + step
            if (found := without_floats(self, x, text)) is not None:
                raise Refuse(target, f"a gradient with respect to {text}, which {found[0]}",
                             "only arrays and numbers of floats move", found[1])  # fmt: skip
            before = len(leaves)
            shapes.append(self.variable(x, leaves))
            named += self.named_variables(x, text)
            if len(leaves) == before and not isinstance(x, (Cell, Tup, Shown)):
                raise Refuse(target, f"a gradient with respect to {text}, which holds no floating point number",
                             "only arrays and numbers of floats move", PASS)  # fmt: skip
        y = self.scalar_of(node, args[0])
        kinds = [gradient_kind(v.kind) for v in leaves]
        texts = [said or self.text_of(node.args[0])]
        with self.builder.at(node=node):  # type: ignore[attr-defined]
            op = self.builder.append("gradient", [y, *leaves], kinds, options=options,  # type: ignore[attr-defined]
                                     wrt=named, texts=texts)  # fmt: skip
        for result in op.results:
            result.node = None
            result.fresh = True
        op.attrs["clock"] = self.tick()  # type: ignore[attr-defined]
        op.attrs["integers"] = [v for x in args[1:] for v in self.integers(x)]
        out = [self.mirror(s, op.results) for s in shapes]
        result = out[0] if len(out) == 1 else Tup(tuple(out))
        self.note_generated(node, result)  # type: ignore[attr-defined]
        return result

    def text_of(self, node: Any) -> str:
        if isinstance(node, gast.Starred):
            return self.text_of(node.value)
        return str(self.source.source.segment(node))  # type: ignore[attr-defined]

    def gradient_options(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        names = [i for i, a in enumerate(args) if i > 1 and isinstance(a, Const) and isinstance(a.value, str)]
        pairs = dict(kwargs)
        if names:
            rest, args = args[names[0] :], args[: names[0]]
            if len(rest) % 2:
                raise Refuse(node, "dlgradient has an option without a value", "",
                             'write "RetainData", True, or RetainData=True')  # fmt: skip
            for key, value in zip(rest[::2], rest[1::2], strict=False):
                pairs[key.value] = value
        options = {}
        for key, value in pairs.items():
            name = OPTIONS.get(key.lower())
            if name is None:
                raise Refuse(node, f"dlgradient has no option {key}", "",
                             "the options are RetainData, EnableHigherDerivatives, AllowComplex")
            if not isinstance(value, Const) or not isinstance(value.value, (bool, int)):
                raise Refuse(node, f"the option {name} must be True or False", "",
                             "write the value itself, or pass it as a bool argument")  # fmt: skip
            options[name] = bool(value.value)
        return args, options

    def scalar_of(self, node: Any, item: Any) -> Value:
        """y: one real float, whatever its labels."""
        target = node.args[0] if node.args else node
        text = self.text_of(target)
        if not isinstance(item, (Value, Cell, Labelled)):
            if isinstance(item, Const) and isinstance(item.value, (int, float)):
                return self.value(item)  # type: ignore[attr-defined]
            raise Refuse(target, f"dlgradient of {text}, which is not a number",
                         "y must be a scalar computed in the model")  # fmt: skip
        y: Value = self.value(item)  # type: ignore[attr-defined]
        if is_complex(y.kind):
            raise Refuse(target, f"dlgradient of {text}, which is complex",
                         "the value to differentiate must be real",
                         f"take np.real({text}) or np.abs({text})")  # fmt: skip
        if not is_float(y.kind) or isinstance(y.kind, (TupleOf, ListOf)):
            what = y.kind if not isinstance(y.kind, Other) else f"a {y.kind.type.__name__}"
            raise Refuse(target, f"dlgradient of {text}, which is no floating point number ({what})",
                         "y must be a real scalar that is computed in the model",
                         "differentiate the loss itself")  # fmt: skip
        if isinstance(y.kind, Array) and y.kind.dims and any(d == "n" for d in y.kind.dims):
            raise Refuse(target, f"dlgradient of {text}, which is not a scalar: it is {y.kind}",
                         "a gradient belongs to one number",
                         f"sum it first, dlgradient(np.sum({text}), ...), or use dljacobian")
        return y

    def variable(self, item: Any, leaves: list[Value]) -> Any:
        """An x: note its float leaves, and return its structure with their numbers."""
        if isinstance(item, Labelled):
            return Labelled(self.variable(item.array, leaves), item.format)
        if isinstance(item, Tup):
            return Tup(tuple(self.variable(i, leaves) for i in item.items), item.cls)
        if isinstance(item, Shown) and isinstance(item.content, Value):
            return self.variable_leaf(item.content, leaves)
        if isinstance(item, Shown) or isinstance(item, Cell) and not isinstance(self.content(item), Value):  # type: ignore[attr-defined]
            content = item.content if isinstance(item, Shown) else self.content(item)  # type: ignore[attr-defined]
            entries = content.items() if isinstance(content, dict) else enumerate(content)
            inside = {k: self.variable(v, leaves) for k, v in entries}
            if item.sort == "object" and not is_rebuilt(item.cls):
                return ("dict", dict, {k: v for k, v in inside.items() if moves(v)})
            return (item.sort, item.cls, inside)
        if isinstance(item, Value) or isinstance(item, Cell):
            return self.variable_leaf(self.value(item), leaves)  # type: ignore[attr-defined]
        if isinstance(item, Const) and isinstance(item.value, float):
            return Const(0.0)
        return item

    def named_variables(self, item: Any, text: str) -> list[tuple[Value, str]]:
        """How the numbers and arrays in an x are read: the user's text, and the steps from there."""
        if isinstance(item, Labelled):
            return self.named_variables(item.array, text)
        if isinstance(item, Tup):
            fields = getattr(item.cls, "_fields", None)
            steps = [f".{f}" for f in fields] if fields else [f"[{i}]" for i in range(len(item.items))]
            inside = list(zip(steps, item.items, strict=True))
        elif isinstance(item, (Cell, Shown)):
            content = item.content if isinstance(item, Shown) else self.content(item)  # type: ignore[attr-defined]
            if isinstance(content, Value):
                return [(same_data(content), text)]
            entries = content.items() if isinstance(content, dict) else enumerate(content)
            inside = [(f".{k}" if item.sort == "object" else f"[{k!r}]", part) for k, part in entries]
        else:
            return [(same_data(item), text)] if isinstance(item, Value) else []
        return [named for step, part in inside for named in self.named_variables(part, text + step)]

    def variable_leaf(self, value: Value, leaves: list[Value]) -> Any:
        value = same_data(value)  # what acts on its gradient acts on this one
        kind = value.kind
        if isinstance(kind, Other) or kind == Scalar(bool) or not is_float(kind):
            return value  # in a container: carried unchanged
        leaves.append(value)
        return len(leaves) - 1

    def integers(self, item: Any) -> list[Value]:
        """The arrays of integers in a variable, which get no gradient."""
        return [v for v in every_leaf(item, self.state.heap)  # type: ignore[attr-defined]
                if isinstance(v.kind, Array) and v.kind.dtype is not None and v.kind.dtype.kind in "iu"]  # fmt: skip

    def mirror(self, shape: Any, results: list[Value]) -> Any:
        """The gradient: x's structure, with the results in it."""
        return self.mirrored(shape, lambda i: self.wrap(results[i]), True)  # type: ignore[attr-defined]

    def mirrored(self, shape: Any, leaf: Callable[[int], Any], labels: bool) -> Any:
        """A structure with what `leaf` makes of the numbers of its leaves, with labels or without."""
        if isinstance(shape, int):
            return leaf(shape)
        if isinstance(shape, Labelled):
            array = self.mirrored(shape.array, leaf, labels)
            return Labelled(array, shape.format) if labels else array
        if isinstance(shape, Tup):
            return Tup(tuple(self.mirrored(s, leaf, labels) for s in shape.items), shape.cls)
        if isinstance(shape, tuple):
            sort, cls, inside = shape
            cell = Cell(sort, cls)
            entries = {k: self.mirrored(v, leaf, labels) for k, v in inside.items()}
            content = entries if sort != "list" else tuple(entries.values())
            self.state.heap[cell] = content  # type: ignore[attr-defined]
            return cell
        return shape

    def special_stop_gradient(self, node: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A constant: the same value, and no path through it."""
        if len(args) != 1 or kwargs:
            raise Refuse(node, "stop_gradient takes one argument")
        out = self.stopped(args[0])
        self.note_generated(node, out)  # type: ignore[attr-defined]
        return out

    def stopped(self, item: Any) -> Any:
        if isinstance(item, Tup):
            return Tup(tuple(map(self.stopped, item.items)), item.cls)
        if isinstance(item, Labelled):
            return Labelled(self.stopped(item.array), item.format)
        if isinstance(item, Cell) and not isinstance(content := self.content(item), Value):  # type: ignore[attr-defined]
            cell = Cell(item.sort, item.cls, shares={item})
            inside = ({k: self.stopped(v) for k, v in content.items()} if isinstance(content, dict)
                      else tuple(map(self.stopped, content)))  # fmt: skip
            self.state.heap[cell] = inside  # type: ignore[attr-defined]
            return cell
        if not isinstance(item, (Value, Cell)):
            return item
        value = self.value(item)  # type: ignore[attr-defined]
        with self.builder.at(user=False):  # type: ignore[attr-defined]
            new = self.builder.append("stop", [value], [value.kind]).result  # type: ignore[attr-defined]
        if isinstance(item, Value):
            return new
        cell = Cell(item.sort, item.cls)
        cell.is_maybe(item)
        self.state.heap[cell] = new  # type: ignore[attr-defined]
        return cell


def spread_targets(nodes: list[Any], count: int) -> list[tuple[Any, str]]:
    """For each argument of a call its node, and the step to it from what a starred one unpacks."""
    more = count - len(nodes)
    out: list[tuple[Any, str]] = []
    for node in nodes:
        if isinstance(node, gast.Starred):
            sole = sum(isinstance(n, gast.Starred) for n in nodes) == 1
            out += [(node, f"[{k}]") for k in range(more + 1)] if sole else [(node, "[...]")] * (count - len(out))
        else:
            out.append((node, ""))
    return out


def is_rebuilt(cls: Any) -> bool:
    """Are gradients of its objects objects of the class? Else they are dicts."""
    return dataclasses.is_dataclass(cls) or cls is SimpleNamespace


def moves(shape: Any) -> bool:
    """Is there a variable in a part of an x?"""
    if isinstance(shape, Labelled):
        return moves(shape.array)
    if isinstance(shape, Tup):
        return any(map(moves, shape.items))
    if isinstance(shape, tuple):
        return any(map(moves, shape[2].values()))
    return isinstance(shape, int)


def gradient_kind(kind: Kind) -> Kind:
    """What a gradient with respect to a value of this kind is."""
    if isinstance(kind, Array):
        return replace(kind)
    if isinstance(kind, Scalar):
        return FLOAT if kind.type is float else kind
    return kind if isinstance(kind, ListOf) else UNKNOWN


__all__ = ["Gradients", "Sym"]
