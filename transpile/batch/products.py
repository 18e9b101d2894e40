"""Rules for products of arrays, each of which may have the new axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..sym import Sym
from .rules import NoBatch, only, opened, rule


@rule("matmul", "linalg.matmul")
def matmul(at: Any, given: dict[str, Any]) -> Any:
    only(given, "x1", "x2")
    return _product(given["x1"], given["x2"], at.rank("x1"), at.rank("x2"), at.batched("x1"), at.batched("x2"))


def turned(a: Any) -> Any:
    """The transpose of a matrix; of a transpose, the matrix."""
    op = a.value.op
    if op is not None and op.code == "prim" and op.attrs["prim"].name == "transpose" and len(op.attrs["given"]) == 1:
        return Sym(op.operands[0], a.builder)
    return a.T


def _product(a: Any, b: Any, p: int, q: int, first: bool, second: bool) -> Any:
    if p == 1 and q == 1:
        return (a * b).sum(axis=-1) if first and second else a @ b if first else b @ a
    if p == 1:
        if not first:
            return a @ b
        if q == 2 and not second:
            return a @ b
        return (opened(a, q - 1) @ b)[(..., 0, slice(None))]
    if q == 1:
        if not second:
            return a @ b
        if p == 2 and not first:
            return b @ turned(a)
        return (a @ opened(b, p - 2)[(..., None)])[(..., 0)]
    a = opened(a, q - p) if first else a
    b = opened(b, p - q) if second else b
    return a @ b


@rule("dot")
def dot(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "b")
    p, q = at.rank("a"), at.rank("b")
    if p == 0 or q == 0:
        rank = max(p, q)
        a, b = (opened(given[k], rank - at.rank(k)) if at.batched(k) else given[k] for k in "ab")
        return a * b
    if p > 2 or q > 2:
        raise NoBatch("dot of stacks")
    return _product(given["a"], given["b"], p, q, at.batched("a"), at.batched("b"))


@rule("outer")
def outer(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "b")
    if at.rank("a") != 1 or at.rank("b") != 1:
        raise NoBatch("outer of matrices")
    a, b = given["a"], given["b"]
    return a[(..., None)] * (b[(slice(None), None)] if at.batched("b") else b)


@rule("tensordot")
def tensordot(at: Any, given: dict[str, Any]) -> Any:
    only(given, "a", "b", "axes")
    p, q, axes = at.rank("a"), at.rank("b"), given.get("axes", 2)
    if isinstance(axes, int):
        axes = (list(range(p - axes, p)), list(range(axes)))
    left, right = ([axes[i]] if isinstance(axes[i], int) else list(axes[i]) for i in (0, 1))
    left, right = [i % p for i in left], [i % q for i in right]
    if at.batched("a") and not at.batched("b"):
        return np.tensordot(given["a"], given["b"], axes=([i + 1 for i in left], right))
    if at.batched("b") and not at.batched("a"):
        made = np.tensordot(given["a"], given["b"], axes=(left, [i + 1 for i in right]))
        return np.moveaxis(made, p - len(left), 0)
    raise NoBatch("tensordot of two tangents")


@rule("einsum")
def einsum(at: Any, given: dict[str, Any]) -> Any:
    only(given, "args")
    text, *arrays = given["args"]
    if not isinstance(text, str) or "->" not in text or "." in text:
        raise NoBatch("einsum with an implied result")
    letter = next((c for c in "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in text), None)
    if letter is None:
        raise NoBatch("einsum with all letters")
    inputs, result = text.replace(" ", "").split("->")
    names = [letter + n if at.has_axis(a) else n for n, a in zip(inputs.split(","), arrays, strict=True)]
    return np.einsum(f"{','.join(names)}->{letter}{result}", *arrays)
