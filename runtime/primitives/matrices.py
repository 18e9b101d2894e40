"""Functions of whole matrices: solve, inv, pinv, lstsq, det, slogdet, powers, chains of products.

Formulas: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); for pinv G. Golub and V. Pereyra (1973); for powers and exponentials the
derivative is a corner of the function of a block matrix (N. Higham, Functions of Matrices, 3.2).
All are batched over leading axes where NumPy is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import (
    Case,
    case,
    conjugate,
    constant,
    definite,
    no_gradient,
    normal,
    primitive,
    refused,
)  # fmt: skip
from ..kernels.linear import (
    cofactor,
    cofactor_bend,
    cofactor_change,
    place_diagonal,
    residual_pull,
    residual_sum,
)  # fmt: skip
from .linear import hermitian


def on_matrices(d: Any, a: Any) -> Any:
    """Numbers, one for each matrix of `a`, shaped to be multiplied with the matrices."""
    return d if a.ndim == 2 else d[..., None, None]


def symmetrised(x: Any) -> Any:
    """The Hermitian part of matrices (..., n, n)."""
    return (x + hermitian(x)) / 2


# --- solve, inv -------------------------------------------------------------------------------


def solve_joint(dy: Any, y: Any, a: Any, b: Any) -> dict[str, Any]:
    """``db = solve(a^H, dy)`` and ``da = -db y^H``; `b` is a vector only if it has one axis."""
    if b.ndim > 1:
        db = np.linalg.solve(hermitian(a), dy)
        return {"a": -db @ hermitian(y), "b": db}
    if a.ndim == 2:
        db = np.linalg.solve(hermitian(a), dy)
        return {"a": -db[:, None] * conjugate(y), "b": db}
    db = np.linalg.solve(hermitian(a), dy[..., None])
    return {"a": -db * conjugate(y)[..., None, :], "b": db[..., 0]}


def _solve_jvp(tangents: dict[str, Any], y: Any, a: Any, b: Any) -> Any:
    right = tangents.get("b", 0)
    if "a" in tangents:
        ta = tangents["a"]
        right = right - (np.matmul(ta, y) if b.ndim > 1 or a.ndim == 2 else (ta @ y[..., None])[..., 0])
    if b.ndim == 1 and a.ndim > 2:
        return np.linalg.solve(a, right[..., None])[..., 0]
    return np.linalg.solve(a, right)


solve = primitive(
    np.linalg.solve, joint=solve_joint, wrt="a b", jvp=_solve_jvp, stretches=True,
    try_on=[case(definite(3, 3), normal(3)), case(definite(3, 3), normal(3, 2)),
            case(definite(3, 3), normal(3, 1)), case(definite(1, 1), normal(1)),
            case(definite(5, 3, 3), normal(3)), case(definite(5, 3, 3), normal(5, 3, 2)),
            case(definite(3, 3), normal(5, 3, 2)), case(definite(5, 3, 3), normal(3, 2)),
            case(definite(1, 3, 3), normal(5, 3, 2)), case(definite(0, 0), normal(0, 2)),
            case(normal(3, 3, dtype=complex), normal(3, 2, dtype=complex)),
            case(definite(3, 3), normal(3, dtype=complex)),
            case(normal(2, 2, dtype=np.float32), normal(2, dtype=np.float32))],
)  # fmt: skip


def inv_vjp(dy: Any, y: Any, a: Any) -> Any:
    """``da = -y^H dy y^H``."""
    y_h = hermitian(y)
    return -(y_h @ dy @ y_h)


_SQUARE = [
    case(definite(3, 3)), case(definite(1, 1)), case(definite(2, 3, 3)), case(normal(3, 3)),
    case(normal(2, 3, 3, dtype=complex)), case(definite(0, 0)),
]  # fmt: skip

inv = primitive(
    np.linalg.inv, inv_vjp, jvp=lambda tangents, y, a: -(y @ tangents["a"] @ y), try_on=_SQUARE
)


# --- pinv, lstsq ------------------------------------------------------------------------------


def pinv_vjp(dy: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False,
             rtol: Any = None) -> Any:  # fmt: skip
    """Golub and Pereyra's formula: right wherever the rank does not change."""
    d = pinv_pull(dy, y, a)
    return symmetrised(d) if hermitian else d


def pinv_pull(dy: Any, y: Any, a: Any) -> Any:
    """The cotangent of `a` (..., m, n) from that of its pseudo-inverse `y` (..., n, m)."""
    y_h, dy_h = hermitian(y), hermitian(dy)
    d = (dy_h - a @ (y @ dy_h)) @ (y @ y_h) - y_h @ dy @ y_h
    return d + (y_h @ y) @ (dy_h - (dy_h @ y) @ a)


pinv = primitive(
    np.linalg.pinv, pinv_vjp, wrt="a", params="a rcond hermitian",
    try_on=[case(normal(3, 3)), case(normal(4, 2)), case(normal(2, 4)), case(normal(5, 3, 2)),
            case(normal(3, 1)), case(normal(4, 3), rcond=1e-10), case(normal(4, 3), rtol=1e-10),
            case(normal(3, 2, dtype=complex)), case(normal(2, 3, dtype=complex))],
)  # fmt: skip


def lstsq_joint(dy: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> dict[str, Any]:
    """Through the solution, the sums of squares and the singular values; the rank is constant.

    With ``p = pinv(a)`` the solution moves by ``p db - p da x + p p^H da^H r + (1 - p a) da^H p^H x``.
    """
    (dx, dres, _, ds), x = dy, y[0]
    p = np.linalg.pinv(a, **_cutoff(a, rcond))
    r = b - a @ x
    from_squares = residual_pull(dres, r)
    g = hermitian(p) @ dx
    h, rest, lean = p @ g, dx - p @ (a @ dx), hermitian(p) @ x
    da = _outer(r, h) - _outer(g + from_squares, x) + _outer(lean, rest)
    return {"a": da + _values_pull(ds, a), "b": g + from_squares}


def _cutoff(a: Any, rcond: Any) -> dict[str, Any]:
    """The arguments of ``pinv`` that count the same singular values as zero as ``lstsq`` does."""
    if rcond is None:
        return {"rtol": None}
    negative = isinstance(rcond, (int, float)) and rcond < 0
    return {"rcond": float(np.finfo(a.dtype).eps) if negative else rcond}


def _outer(u: Any, v: Any) -> Any:
    """``u v^H`` for two vectors or two matrices."""
    return u[:, None] * conjugate(v) if u.ndim == 1 else u @ hermitian(v)


def _values_pull(ds: Any, a: Any) -> Any:
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u * ds[..., None, :]) @ vh


lstsq = primitive(
    np.linalg.lstsq, joint=lstsq_joint, wrt="a b", sizes="any",
    try_on=[case(normal(5, 3), normal(5), rcond=None), case(normal(5, 3), normal(5, 2), rcond=None),
            case(normal(3, 3), normal(3)), case(normal(2, 4), normal(2)),
            case(normal(2, 4), normal(2, 3), rcond=1e-8), case(normal(4, 1), normal(4), rcond=-1),
            case(normal(5, 3, dtype=complex), normal(5, 2, dtype=complex))],
)  # fmt: skip

residual_pull_row = primitive(
    residual_pull,
    lambda dy, y, d, r: residual_sum(conjugate(r) * dy, d),
    lambda dy, y, d, r: residual_pull(d, dy),
    name="residual_pull", kernel=True,
    try_on=[case(normal(2), normal(4, 2)), case(normal(1), normal(4)),
            case(normal(2), normal(4, 2, dtype=complex))],
)  # fmt: skip


residual_sum_row = primitive(
    residual_sum,
    lambda dy, y, x, like: residual_pull(dy, np.ones_like(x)),
    no_gradient,
    name="residual_sum", kernel=True, sizes="any",
    try_on=[case(normal(4, 2), np.ones(2)), case(normal(4), np.ones(1)), case(normal(4, 2), np.ones(0))],
)  # fmt: skip


# --- det, slogdet -----------------------------------------------------------------------------


def det_vjp(dy: Any, y: Any, a: Any) -> Any:
    """``dy`` times the conjugate cofactors: right for singular matrices too."""
    return on_matrices(dy, a) * conjugate(cofactor(a))


_SINGULAR = [case(np.outer([1.0, 2.0, -1.0], [0.5, 1.0, 3.0])), case(np.zeros((3, 3))),
             case(np.zeros((2, 2)))]

det = primitive(
    np.linalg.det, det_vjp,
    jvp=lambda tangents, y, a: (cofactor(a) * tangents["a"]).sum(axis=(-2, -1)),
    try_on=[*_SQUARE, *_SINGULAR, case(normal(2, 2, dtype=np.float32))],
)  # fmt: skip

cofactor_row = primitive(
    cofactor,
    lambda dy, y, a: cofactor_change(dy, conjugate(a)),
    name="cofactor", kernel=True, jvp=lambda tangents, y, a: cofactor_change(tangents["a"], a),
    try_on=[*_SQUARE, *_SINGULAR],
)  # fmt: skip


cofactor_change_row = primitive(
    cofactor_change,
    lambda dy, y, g, a: cofactor_change(dy, conjugate(a)),
    lambda dy, y, g, a: cofactor_bend([conjugate(g), dy], conjugate(a)),
    name="cofactor_change", kernel=True,
    try_on=[case(normal(3, 3), definite(3, 3)), case(normal(2, 3, 3), normal(2, 3, 3)),
            case(normal(2, 2), normal(2, 2)), case(normal(3, 3, dtype=complex), normal(3, 3, dtype=complex))],
)  # fmt: skip


def _bend_directions(dy: Any, y: Any, directions: Any, a: Any) -> list[Any]:
    """The derivatives of a determinant are symmetric: `dy` may take the place of any direction."""
    others = [conjugate(d) for d in directions]
    return [
        cofactor_bend([*others[:i], dy, *others[i + 1 :]], conjugate(a)) for i in range(len(others))
    ]


cofactor_bend_row = primitive(
    cofactor_bend, _bend_directions,
    lambda dy, y, directions, a: cofactor_bend([*map(conjugate, directions), dy], conjugate(a)),
    name="cofactor_bend", kernel=True,
    try_on=[case([normal(3, 3), normal(3, 3)], normal(3, 3)), case([normal(4, 4)] * 3, normal(4, 4)),
            case([normal(2, 2), normal(2, 2)], np.zeros((2, 2))), case([normal(3, 3)] * 2, np.zeros((3, 3))),
            case([normal(2, 4, 4, dtype=complex)] * 2, normal(2, 4, 4, dtype=complex))],
)  # fmt: skip


def slogdet_vjp(dy: Any, y: Any, a: Any) -> Any:
    """``inv(a)^H`` times the cotangent of the logarithm; a complex sign turns with ``Im tr``."""
    dsign, d = dy
    if np.iscomplexobj(a):
        d = d - 1j * (conjugate(dsign) * y[0]).imag
    return on_matrices(d, a) * hermitian(np.linalg.inv(a))


slogdet = primitive(np.linalg.slogdet, slogdet_vjp, try_on=_SQUARE)


# --- powers and functions of matrices ---------------------------------------------------------


def function_vjp(fun: Callable[[Any], Any], dy: Any, a: Any) -> Any:
    """The cotangent of `a` in an analytic function of a matrix, from a block matrix twice as large.

    ``fun([[a^H, dy], [0, a^H]])`` holds the derivative of `fun` at ``a^H`` in the direction `dy`
    in its upper right corner, which is the adjoint of the derivative at `a`.
    """
    a_h = hermitian(a)
    n = a.shape[-1]
    upper = np.concatenate([a_h, dy], axis=-1)
    lower = np.concatenate([np.zeros_like(a_h), a_h], axis=-1)
    return fun(np.concatenate([upper, lower], axis=-2))[..., :n, n:]


def matrix_power_vjp(dy: Any, y: Any, a: Any, n: Any) -> Any:
    known = isinstance(n, int)
    if known and n in (0, 1):
        return dy if n else None
    if known and n == 2:
        a_h = hermitian(a)
        return dy @ a_h + a_h @ dy
    if known and n == -1:
        return inv_vjp(dy, y, a)
    return function_vjp(lambda block: np.linalg.matrix_power(block, n), dy, a)


matrix_power = primitive(
    np.linalg.matrix_power, matrix_power_vjp, wrt="a",
    try_on=[Case((c.args[0], n), {}) for c in _SQUARE[:5] for n in (0, 1, 2, 3, 5, -1, -2)],
)  # fmt: skip


def multi_dot_vjp(dy: Any, y: Any, arrays: Any) -> list[Any]:
    """Each operand's cotangent is the chain of the others around `dy`, in the best order."""
    first, last = arrays[0], arrays[-1]
    chain = [first[None, :] if first.ndim == 1 else first, *arrays[1:-1],
             last[:, None] if last.ndim == 1 else last]  # fmt: skip
    size = len(chain)
    if first.ndim == 1 and last.ndim == 1:
        dy = np.reshape(dy, (1, 1))
    elif first.ndim == 1 or last.ndim == 1:
        dy = dy[None, :] if first.ndim == 1 else dy[:, None]
    turned = [hermitian(m) for m in chain]
    pulls = [
        np.linalg.multi_dot([*turned[:i][::-1], dy, *turned[i + 1 :][::-1]]) for i in range(size)
    ]
    return [d if x.ndim == 2 else d[0] if i == 0 else d[:, 0]
            for i, (d, x) in enumerate(zip(pulls, arrays, strict=True))]  # fmt: skip


multi_dot = primitive(
    np.linalg.multi_dot, multi_dot_vjp, wrt="arrays", params="arrays",
    try_on=[case([normal(2, 3), normal(3, 4)]), case([normal(2, 3), normal(3, 4), normal(4, 5)]),
            case([normal(3), normal(3, 4), normal(4, 5)]), case([normal(2, 3), normal(3, 4), normal(4)]),
            case([normal(3), normal(3, 4), normal(4)]),
            case([normal(2, 3), normal(3, 4), normal(4, 5), normal(5, 1)]),
            case([normal(2, 3, dtype=complex), normal(3, 4), normal(4, 5, dtype=complex)])],
)  # fmt: skip


# --- diagonals and transposes under their names in linalg -------------------------------------

linalg_trace = primitive(
    np.linalg.trace,
    lambda dy, y, x, offset=0: place_diagonal(dy if x.ndim == 2 else dy[..., None], x, offset),
    params="x", linear_in="x",
    try_on=[case(normal(3, 3)), case(normal(2, 4)), case(normal(5, 3, 2)), case(normal(3, 4), offset=1),
            case(normal(3, 4), offset=-1), case(normal(3, 3, dtype=complex))],
)  # fmt: skip

linalg_diagonal = primitive(
    np.linalg.diagonal,
    lambda dy, y, x, offset=0: place_diagonal(dy, x, offset),
    params="x", linear_in="x", sizes="any",
    try_on=[case(normal(3, 3)), case(normal(2, 4)), case(normal(5, 3, 2)), case(normal(3, 4), offset=1),
            case(normal(3, 4), offset=-2), case(normal(3, 4), offset=7)],
)  # fmt: skip

place_diagonal_row = primitive(
    place_diagonal,
    lambda dy, y, d, like, offset=0: np.linalg.diagonal(dy, offset=offset),
    no_gradient,
    name="place_diagonal", kernel=True, linear_in="d", sizes="any", stretches=True,
    try_on=[case(normal(3), np.ones((3, 3))), case(normal(2, 3), np.ones((2, 3, 4)), offset=1),
            case(normal(2, 1), np.ones((2, 3, 3)))],
)  # fmt: skip

linalg_matrix_transpose = primitive(
    np.linalg.matrix_transpose, lambda dy, y, x: dy.T if x.ndim == 2 else dy.mT,
    params="x", linear_in="x", try_on=[case(normal(2, 3)), case(normal(4, 2, 3))],
)  # fmt: skip

matrix_rank = constant(np.linalg.matrix_rank, "a rank is a number of dimensions: it does not move")
tensorsolve = refused(np.linalg.tensorsolve, "write np.linalg.solve on reshaped arrays")
tensorinv = refused(np.linalg.tensorinv, "write np.linalg.inv on a reshaped array")
