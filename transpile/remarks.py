"""Warnings about variables and gradients, told when a program is written."""

from __future__ import annotations

from .constants import in_words
from .emit.module import reached
from .ir import Function, Op, Value, walk
from .kinds import Array


def remarks(function: Function, seen: set[Function] | None = None) -> list[str]:
    """What is worth saying about the variables of the gradients of a function, and of those it calls."""
    seen = set() if seen is None else seen
    seen.add(function)
    out: list[str] = []
    for op in walk(function.region):
        if op.code == "gradient":
            out += of_gradient(op)
        elif op.code == "call" and op.attrs["function"] not in seen:
            out += remarks(op.attrs["function"], seen)
    return list(dict.fromkeys(out))


def unused(function: Function, seen: set[Function] | None = None) -> list[str]:
    """The blocks that act on a gradient which nobody takes."""
    seen = set() if seen is None else seen
    seen.add(function)
    out: list[str] = []
    for op in walk(function.region):
        if op.code == "hook" and "swept" not in op.attrs:
            out.append(f"line {op.line}: gradient_of({op.attrs['text']}) is not used: no gradient that is taken goes "
                       "through it")  # fmt: skip
        elif op.code == "call" and op.attrs["function"] not in seen:
            out += unused(op.attrs["function"], seen)
    return list(dict.fromkeys(out))


def unconnected(function: Function) -> list[str]:
    """Warnings for gradients that no path connects to their variable, or only through a constant gradient."""
    out = []
    for one in reached(function):
        cut = dict(one.attrs.get("cut", {}))
        for gradient, x in one.attrs.get("unconnected", ()):
            start = f"line {gradient.line}: the value to differentiate "
            if (places := cut.pop(gradient, None)) is not None:
                out.append(f"{start}depends on {called(gradient, x)} only through {in_words(places)}: "
                           "its gradient is zero")  # fmt: skip
            else:
                out.append(f"{start}does not depend on {called(gradient, x)}: its gradient is zero")
        for gradient, places in cut.items():
            out.append(f"line {gradient.line}: nothing of this gradient goes through {in_words(places)}")
    return out


def of_gradient(op: Op) -> list[str]:
    """About the variables of one gradient."""
    start = f"line {op.line}: "
    out = [f"{start}{called(op, v)} is an array of integers ({v.kind.dtype}): it gets no gradient, and is copied; "
           "make it floating point with .astype(float), or pass it apart from the parameters"
           for v in op.attrs.get("integers", ())]  # fmt: skip
    out += [f"{start}{called(op, v)} is float16: its gradient has about three digits, and small ones become zero; "
            "keep parameters in float32"
            for v in op.operands[1:] if isinstance(v.kind, Array) and str(v.kind.dtype) == "float16"]  # fmt: skip
    return out


def called(op: Op, value: Value) -> str:
    """What a variable is called: the user's text, and the steps to a part of a container."""
    return next((text for v, text in op.attrs.get("wrt", ()) if v is value), value.name) or "a variable"
