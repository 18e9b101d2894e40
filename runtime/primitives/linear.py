"""Products of vectors and matrices: matmul, dot, inner, tensordot, outer, kron.

Invariant: a rule contracts in one product what the call summed, so leading axes that only one
operand has are summed inside that product and no stretched array is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..declare import case, conjugate, is_sequence, normal, primitive
from ..kernels.joining import unstacked

Axes = Sequence[int]


def hermitian(a: Any) -> Any:
    """The conjugate transpose of matrices (..., m, n)."""
    return conjugate(a).T if a.ndim == 2 else conjugate(a).mT


def stacked(x: Any) -> Any:
    """A Python list of arrays or numbers as one array."""
    if isinstance(x, (list, tuple)):
        return np.stack(x)
    return x.stacked() if is_sequence(x) else x


def as_given(d: Any, x: Any) -> Any:
    """The cotangent of `stacked(x)`, as a list where `x` is one."""
    if isinstance(x, (list, tuple)):
        return [d[i] for i in range(len(x))]
    return unstacked(d, x) if is_sequence(x) else d


def contract(x: Any, along_x: Axes, y: Any, along_y: Axes) -> Any:
    """Sum products of `x` and `y` over pairs of axes; the free axes of `x` come first.

    Written with ``@`` where both have one or two axes, as ``tensordot`` otherwise.
    """
    if not along_x and (np.ndim(x) == 0 or np.ndim(y) == 0):
        return x * y
    if len(along_x) == 1 and x.ndim <= 2 and y.ndim <= 2:
        left = x if along_x[0] == x.ndim - 1 else x.T
        return left @ (y if along_y[0] == 0 else y.T)
    return np.tensordot(x, y, axes=(list(along_x), list(along_y)) if along_x else 0)


def bilinear(fun: Any, left: str, right: str) -> Callable[..., Any]:
    """The tangent of a product that is linear in each of two parameters."""

    def jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
        terms = [_call(fun, left, right, {**given, n: tangents[n]}) for n in tangents]
        return sum(terms[1:], terms[0])

    return jvp


def _call(fun: Any, left: str, right: str, given: dict[str, Any]) -> Any:
    rest = {k: v for k, v in given.items() if k not in (left, right)}
    return fun(given[left], given[right], **rest)


def _ordered(x: Any, places: Sequence[int]) -> Any:
    """`x` with its axes permuted so that axis `places[i]` becomes axis i."""
    return x if list(places) == list(range(len(places))) else np.transpose(x, tuple(places))


# --- contractions over any axes ---------------------------------------------------------------


def contraction_a(dy: Any, a: Any, b: Any, along_a: Axes, along_b: Axes) -> Any:
    """The cotangent of `a` in the sum of a*b over the axes `along_a` and `along_b`."""
    free_a, free_b = _free(a.ndim, along_a), _free(b.ndim, along_b)
    shift = len(free_a)
    d = contract(dy, range(shift, shift + len(free_b)), conjugate(b), free_b)
    in_order = [along_a[along_b.index(i)] for i in sorted(along_b)]
    layout = [*free_a, *in_order]
    return _ordered(d, [layout.index(i) for i in range(a.ndim)])


def contraction_b(dy: Any, a: Any, b: Any, along_a: Axes, along_b: Axes) -> Any:
    """The cotangent of `b` in the sum of a*b over the axes `along_a` and `along_b`."""
    free_a, free_b = _free(a.ndim, along_a), _free(b.ndim, along_b)
    d = contract(conjugate(a), free_a, dy, range(len(free_a)))
    in_order = [along_b[along_a.index(i)] for i in sorted(along_a)]
    layout = [*in_order, *free_b]
    return _ordered(d, [layout.index(i) for i in range(b.ndim)])


def _free(rank: int, along: Axes) -> list[int]:
    return [i for i in range(rank) if i not in along]


# --- matmul -----------------------------------------------------------------------------------


def matmul_a(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    b = conjugate(x2)
    if isinstance(x1, (int, float, complex)) or isinstance(x2, (int, float, complex)):
        return None  # NumPy refuses it when the line runs
    if x1.ndim == 1 and x2.ndim <= 2:
        return dy * b if x2.ndim == 1 else b @ dy
    if x2.ndim == 1:
        return dy[..., None] * b
    if x1.ndim <= 2 and x2.ndim > 2:
        along = [i for i in range(x2.ndim) if i != x2.ndim - 2]
        of_dy = list(range(len(along))) if x1.ndim == 1 else along
        return np.tensordot(dy, b, axes=(of_dy, along))
    return dy @ hermitian(x2)


def matmul_b(dy: Any, y: Any, x1: Any, x2: Any) -> Any:
    if isinstance(x1, (int, float, complex)) or isinstance(x2, (int, float, complex)):
        return None
    if x1.ndim == 1:
        a = conjugate(x1)
        return a * dy if x2.ndim == 1 else a[:, None] * (dy if x2.ndim == 2 else dy[..., None, :])
    if x1.ndim > 2 and x2.ndim <= 2:
        leading = list(range(x1.ndim - 1))
        return np.tensordot(conjugate(x1), dy, axes=(leading, leading))
    return hermitian(x1) @ dy


_PAIRS = [
    case(normal(3), normal(3)), case(normal(3), normal(3, 4)), case(normal(2, 3), normal(3)),
    case(normal(2, 3), normal(3, 4)), case(normal(1, 3), normal(3, 1)),
    case(normal(2, 1), normal(1, 4)), case(normal(2, 0), normal(0, 4)),
    case(normal(0, 3), normal(3, 4)),
    case(normal(3), normal(5, 3, 4)), case(normal(5, 2, 3), normal(3)),
    case(normal(5, 2, 3), normal(3, 4)), case(normal(2, 3), normal(5, 3, 4)),
    case(normal(5, 2, 3), normal(5, 3, 4)), case(normal(1, 2, 3), normal(5, 3, 4)),
    case(normal(5, 2, 3), normal(1, 3, 4)), case(normal(6, 1, 2, 3), normal(5, 3, 4)),
    case(normal(2, 3), normal(6, 5, 3, 4)), case(normal(6, 5, 2, 3), normal(3)),
    case(normal(2, 3, dtype=np.float32), normal(3, 4, dtype=np.float32)),
    case(normal(2, 3, dtype=complex), normal(3, 4, dtype=complex)),
    case(normal(5, 2, 3, dtype=complex), normal(3, 4)), case(normal(3), normal(5, 3, 4, dtype=complex)),
    case(normal(3, dtype=complex), normal(3, dtype=complex)),
]  # fmt: skip

matmul = primitive(
    np.matmul, matmul_a, matmul_b, jvp=bilinear(np.matmul, "x1", "x2"), stretches=True, try_on=_PAIRS
)
linalg_matmul = primitive(
    np.linalg.matmul, matmul_a, matmul_b, params="x1 x2",
    jvp=bilinear(np.linalg.matmul, "x1", "x2"), try_on=_PAIRS[3:5] + _PAIRS[10:13],
)  # fmt: skip


# --- dot, inner, tensordot --------------------------------------------------------------------


def _dot_axes(a: Any, b: Any) -> tuple[list[int], list[int]]:
    return [a.ndim - 1], [max(b.ndim - 2, 0)]


def dot_a(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return dy * conjugate(b)
    return contraction_a(dy, a, b, *_dot_axes(a, b))


def dot_b(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return conjugate(a) * dy
    return contraction_b(dy, a, b, *_dot_axes(a, b))


dot = primitive(
    np.dot, dot_a, dot_b, params="a b", jvp=bilinear(np.dot, "a", "b"),
    try_on=[*_PAIRS[:8], *_PAIRS[18:20], case(normal(5, 2, 3), normal(3)),
            case(normal(3), normal(5, 3, 4)), case(normal(2, 3), normal(5, 3, 4)),
            case(normal(5, 2, 3), normal(6, 3, 4)), case(normal(), normal(2, 3)),
            case(normal(2, 3), normal()), case(normal(), normal()), case(normal(3), 2.0),
            case(normal(5, 2, 3, dtype=complex), normal(6, 3, 4, dtype=complex))],
)  # fmt: skip


def inner_a(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return dy * conjugate(b)
    return contraction_a(dy, a, b, [a.ndim - 1], [b.ndim - 1])


def inner_b(dy: Any, y: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return conjugate(a) * dy
    return contraction_b(dy, a, b, [a.ndim - 1], [b.ndim - 1])


inner = primitive(
    np.inner, inner_a, inner_b, params="a b", jvp=bilinear(np.inner, "a", "b"),
    try_on=[case(normal(3), normal(3)), case(normal(2, 3), normal(3)), case(normal(3), normal(2, 3)),
            case(normal(2, 3), normal(4, 3)), case(normal(5, 2, 3), normal(4, 3)),
            case(normal(2, 1), normal(4, 1)), case(normal(2, 0), normal(4, 0)),
            case(normal(), normal(2, 3)), case(normal(2, 3), normal()),
            case(normal(2, 3, dtype=complex), normal(4, 3, dtype=complex))],
)  # fmt: skip


def _tensordot_axes(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    if isinstance(axes, (int, np.integer)):
        return list(range(a.ndim - axes, a.ndim)), list(range(axes))
    of_a, of_b = ([i] if isinstance(i, (int, np.integer)) else list(i) for i in axes)
    return [i % a.ndim for i in of_a], [i % b.ndim for i in of_b]


def tensordot_a(dy: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    return contraction_a(dy, a, b, *_tensordot_axes(a, b, axes))


def tensordot_b(dy: Any, y: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    return contraction_b(dy, a, b, *_tensordot_axes(a, b, axes))


_TENSORS = [
    case(normal(2, 3, 4), normal(3, 4, 5)), case(normal(2, 3), normal(3, 4), axes=1),
    case(normal(2, 3), normal(4), axes=0), case(normal(2), normal(2), axes=1),
    case(normal(2, 3, 4), normal(4, 5, 2), axes=([0, 2], [2, 0])),
    case(normal(2, 3, 4), normal(4, 5, 3), axes=((1, 2), (2, 0))),
    case(normal(3, 2, 4, 5), normal(5, 3, 6), axes=((-1, 0), (0, 1))),
    case(normal(2, 3), normal(4, 3), axes=(1, 1)), case(normal(2, 3), normal(2, 3), axes=2),
    case(normal(2, 3), normal(3, 2), axes=((0, 1), (1, 0))),
    case(normal(2, 1, 3), normal(1, 4), axes=((1,), (0,))),
    case(normal(2, 3, dtype=complex), normal(4, 3, dtype=complex), axes=((1,), (1,))),
]  # fmt: skip

tensordot = primitive(
    np.tensordot, tensordot_a, tensordot_b, jvp=bilinear(np.tensordot, "a", "b"), try_on=_TENSORS
)
linalg_tensordot = primitive(
    np.linalg.tensordot, tensordot_a, tensordot_b, params="a b",
    jvp=bilinear(np.linalg.tensordot, "a", "b"), try_on=_TENSORS[:2] + _TENSORS[4:5],
)  # fmt: skip


# --- outer, kron ------------------------------------------------------------------------------


def _flat(x: Any) -> Any:
    return x if np.ndim(x) == 1 else np.reshape(x, -1)


def outer_a(dy: Any, y: Any, a: Any, b: Any) -> Any:
    d = dy @ conjugate(_flat(b))
    return d if np.ndim(a) == 1 else np.reshape(d, np.shape(a))


def outer_b(dy: Any, y: Any, a: Any, b: Any) -> Any:
    d = conjugate(_flat(a)) @ dy
    return d if np.ndim(b) == 1 else np.reshape(d, np.shape(b))


_OUTER = [
    case(normal(2), normal(3)), case(normal(1), normal(3)), case(normal(0), normal(3)),
    case(normal(2, dtype=complex), normal(3, dtype=complex)), case(normal(2, 3), normal(4)),
    case(normal(2), normal(2, 2)), case(normal(), normal(3)),
]  # fmt: skip

outer = primitive(
    np.outer, outer_a, outer_b, params="a b", jvp=bilinear(np.outer, "a", "b"), try_on=_OUTER
)
linalg_outer = primitive(
    np.linalg.outer, outer_a, outer_b, params="a b", jvp=bilinear(np.linalg.outer, "a", "b"),
    try_on=_OUTER[:4],
)  # fmt: skip


def _kron_pull(dy: Any, other: Any, mine: Any, first: bool) -> Any:
    """Sum `dy`, seen as blocks, against `other`; `first` if `mine` is the left operand."""
    rank = max(np.ndim(mine), np.ndim(other))
    inside, outside = (_padded(x, rank) for x in (mine, other))
    pairs = zip(inside, outside, strict=True) if first else zip(outside, inside, strict=True)
    blocks = np.reshape(dy, tuple(n for pair in pairs for n in pair))
    factor = conjugate(other if np.ndim(other) == rank else np.reshape(other, outside))
    d = contract(blocks, range(1 if first else 0, 2 * rank, 2), factor, range(rank))
    return d if np.ndim(mine) == rank else np.reshape(d, np.shape(mine))


def _padded(x: Any, rank: int) -> tuple[Any, ...]:
    return (1,) * (rank - np.ndim(x)) + tuple(np.shape(x))


kron = primitive(
    np.kron,
    lambda dy, y, a, b: _kron_pull(dy, b, a, first=True),
    lambda dy, y, a, b: _kron_pull(dy, a, b, first=False),
    params="a b", jvp=bilinear(np.kron, "a", "b"),
    try_on=[case(normal(2), normal(3)), case(normal(2, 3), normal(4, 5)), case(normal(2, 3), normal(4)),
            case(normal(4), normal(2, 3)), case(normal(1, 3), normal(2, 1)), case(normal(), normal(3)),
            case(normal(2, 2, 3), normal(2, 1, 2)), case(normal(), normal()),
            case(normal(2, 2, dtype=complex), normal(2, 3, dtype=complex))],
)  # fmt: skip
