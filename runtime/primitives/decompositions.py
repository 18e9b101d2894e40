"""Decompositions of matrices: cholesky, eigh, eig, svd, qr, and their values alone.

Conventions: a function that reads one triangle gets the Hermitian part of the cotangent. Vectors
are defined up to a sign or a phase, and in the space of a repeated value not at all: a loss that
does not depend on that choice gets its exact gradient, and a quotient with a vanishing gap is 0
where its numerator vanishes too, infinite where it does not. All are batched as NumPy is.

Formulas: M. Giles, "Collected matrix derivative results" (2008); S. Walter and L. Lehmann,
"Algorithmic differentiation of linear algebra functions" (2010); for svd, J. Townsend (2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Draw, Unsupported, case, conjugate, definite, no_gradient, normal, primitive
from ..kernels.linear import (
    half_diagonal,
    off_diagonal,
    outside,
    phase_free,
    ratio,
    rearranged,
)  # fmt: skip
from .linear import hermitian
from .matrices import symmetrised


def skew(x: Any) -> Any:
    """Twice the anti-Hermitian part of matrices (..., n, n)."""
    return x - hermitian(x)


def gaps(w: Any) -> Any:
    """Differences of values (..., n): ``w[j] - w[i]`` at (i, j).

    A quotient with them has an empty diagonal, and says so for its own derivative's sake.
    """
    return w[..., None, :] - w[..., :, None]


# --- cholesky ---------------------------------------------------------------------------------


def cholesky_vjp(dy: Any, y: Any, a: Any, upper: bool = False) -> Any:
    """``L^-H phi(L^H dL) L^-1``, symmetrised; phi keeps the lower half, the diagonal halved."""
    if upper:
        dy, y = hermitian(dy), hermitian(y)
    y_h = hermitian(y)
    core = half_diagonal(np.tril(y_h @ dy))
    left = np.linalg.solve(y_h, core)
    return symmetrised(hermitian(np.linalg.solve(y_h, hermitian(left))))


_DEFINITE = [
    case(definite(3, 3), smooth=False), case(definite(1, 1), smooth=False),
    case(definite(2, 3, 3), smooth=False), case(definite(0, 0), smooth=False),
]  # fmt: skip

cholesky = primitive(
    np.linalg.cholesky, cholesky_vjp, params="a",
    try_on=[*_DEFINITE, case(definite(3, 3), upper=True, smooth=False)],
)  # fmt: skip


# --- eigenvalues and eigenvectors -------------------------------------------------------------


def eigh_vjp(dy: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    """``V (diag(dw) + skew(V^H dV) / 2 / (w_j - w_i)) V^H``."""
    (dw, dv), (w, v) = dy, y
    v_h = hermitian(v)
    turns = v_h @ dv
    if np.iscomplexobj(v):
        turns = phase_free(turns)
    core = off_diagonal(ratio(skew(turns) / 2, gaps(w)))
    return (v * dw[..., None, :] + v @ core) @ v_h


eigh = primitive(
    np.linalg.eigh, eigh_vjp, try_on=[*_DEFINITE, case(definite(3, 3), UPLO="U", smooth=False)]
)


def eigvalsh_vjp(dy: Any, y: Any, a: Any, UPLO: Any = "L") -> Any:
    """``V diag(dw) V^H`` with the vectors that the call did not return."""
    v = np.linalg.eigh(a, UPLO=UPLO)[1]
    return (v * dy[..., None, :]) @ hermitian(v)


eigvalsh = primitive(
    np.linalg.eigvalsh, eigvalsh_vjp,
    try_on=[*_DEFINITE, case(definite(3, 3), UPLO="U", smooth=False)],
)  # fmt: skip


def eig_vjp(dy: Any, y: Any, a: Any) -> Any:
    """``V^-H (diag(dw) + (V^H dV - V^H V Re diag(V^H dV)) / conj(w_j - w_i)) V^H``."""
    _require_complex(a, "eig")
    (dw, dv), (w, v) = dy, y
    v_h = hermitian(v)
    turns = v_h @ dv
    lengths = np.linalg.diagonal(turns).real
    core = phase_free(turns - (v_h @ v) * lengths[..., None, :])
    return _turned_back(dw, off_diagonal(ratio(core, conjugate(gaps(w)))), v)


def eigvals_vjp(dy: Any, y: Any, a: Any) -> Any:
    _require_complex(a, "eigvals")
    w, v = np.linalg.eig(a)
    return np.linalg.solve(hermitian(v), rearranged(dy, y, w)[..., :, None] * hermitian(v))


def _turned_back(dw: Any, core: Any, v: Any) -> Any:
    v_h = hermitian(v)
    return np.linalg.solve(v_h, dw[..., :, None] * v_h + core @ v_h)


def _require_complex(a: Any, name: str) -> None:
    if not np.iscomplexobj(a):
        raise Unsupported(
            f"np.linalg.{name} of a real matrix is real or complex by its values; write "
            f"np.linalg.{name}(a.astype(complex)), or for a symmetric matrix np.linalg."
            + ("eigh(a)" if name == "eig" else "eigvalsh(a)")
        )


_COMPLEX = [case(normal(3, 3, dtype=complex)), case(normal(2, 3, 3, dtype=complex)),
            case(normal(1, 1, dtype=complex))]  # fmt: skip


def _free_of_phases(y: Any, dy: Any) -> Any:
    """Cotangents of eigenvectors that only weigh abs(v) ** 2."""
    return dy[0], dy[1].real * y[1]


eig = primitive(
    np.linalg.eig, eig_vjp,
    try_on=[case(*c.args, cotangent=_free_of_phases) for c in _COMPLEX],
)  # fmt: skip
eigvals = primitive(np.linalg.eigvals, eigvals_vjp, try_on=_COMPLEX)


# --- svd --------------------------------------------------------------------------------------


def svd_vjp(dy: Any, y: Any, a: Any, full_matrices: bool = True, compute_uv: bool = True,
            hermitian: bool = False) -> Any:  # fmt: skip
    if not compute_uv:
        d = svdvals_vjp(dy, y, a)
    else:
        d = svd_pull(dy, y, full_matrices)
    return symmetrised(d) if hermitian else d


def svd_pull(dy: Any, y: Any, full: bool) -> Any:
    """The cotangent of `a` in ``a = u diag(s) vh``, also where singular values repeat or vanish."""
    (du, ds, dvh), (u, s, vh) = dy, y
    v, dv = hermitian(vh), hermitian(dvh)
    if full:
        (u, du), (v, dv) = (_thin(x, dx, s.shape[-1]) for x, dx in ((u, du), (v, dv)))
    turn_u, turn_v = hermitian(u) @ du, hermitian(v) @ dv
    stretch = ds
    if np.iscomplexobj(u):
        stretch = ds + ratio(1j * np.linalg.diagonal(turn_u).imag, s)
        turn_u, turn_v = phase_free(turn_u, turn_v), off_diagonal(turn_v)
    row, column = s[..., None, :], s[..., :, None]
    gap = (row - column) * (row + column)
    core = off_diagonal(ratio(skew(turn_u), gap) * row + column * ratio(skew(turn_v), gap))
    left = u @ core + u * stretch[..., None, :] + ratio(outside(du, u), row)
    return left @ hermitian(v) + u @ hermitian(ratio(outside(dv, v), row))


def _thin(u: Any, du: Any, k: Any) -> tuple[Any, Any]:
    """The first `k` vectors; the others matter only through the space that they span."""
    first, rest = u[..., :k], u[..., k:]
    return first, du[..., :k] - rest @ (hermitian(du[..., k:]) @ first)


def svdvals_vjp(dy: Any, y: Any, a: Any) -> Any:
    """``U diag(ds) V^H`` with the vectors that the call did not return."""
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return (u * dy[..., None, :]) @ vh


_MATRICES = [case(normal(3, 3)), case(normal(4, 2)), case(normal(2, 4)), case(normal(1, 3)),
             case(normal(3, 1)), case(normal(2, 4, 3)), case(normal(2, 2, 4))]  # fmt: skip

svd = primitive(
    np.linalg.svd, svd_vjp,
    try_on=[*[case(*c.args, full_matrices=False) for c in _MATRICES],
            *[case(*c.args, compute_uv=False) for c in _MATRICES], case(normal(3, 3)), case(normal(2, 3, 3)),
            case(normal(3, 2, dtype=complex), compute_uv=False)],
)  # fmt: skip

svdvals = primitive(
    np.linalg.svdvals, lambda dy, y, x: svdvals_vjp(dy, y, x), params="x",
    try_on=[*_MATRICES, case(normal(3, 2, dtype=complex))],
)  # fmt: skip


# --- qr ---------------------------------------------------------------------------------------


def qr_vjp(dy: Any, y: Any, a: Any, mode: str = "reduced") -> Any:
    """Walter and Lehmann's formula on the square part of `r`; further columns follow ``q``."""
    if mode == "r":
        q, r, dr = np.linalg.qr(a)[0], y, dy
        k = q.shape[-1]
        dq = a[..., k:] @ hermitian(dr[..., k:])
    elif mode == "reduced":
        (dq, dr), (q, r) = dy, y
        k = q.shape[-1]
        dq = dq + a[..., k:] @ hermitian(dr[..., k:])
    else:
        raise Unsupported(f'np.linalg.qr(a, mode="{mode}") has no rule; write np.linalg.qr(a)')
    square = r[..., :k]
    upper = np.triu(dr[..., :k] @ hermitian(square) - hermitian(q) @ dq)
    core = half_diagonal(upper + hermitian(upper))
    first = hermitian(np.linalg.solve(square, hermitian(dq + q @ core)))
    return np.concatenate([first, q @ dr[..., k:]], axis=-1)


qr = primitive(
    np.linalg.qr, qr_vjp,
    try_on=[*_MATRICES, *[case(*c.args, mode="r") for c in _MATRICES],
            case(normal(4, 2, dtype=complex)), case(normal(2, 4, dtype=complex))],
)  # fmt: skip


# --- the guarded steps of these formulas ------------------------------------------------------


def _hermitian(*shape: int) -> Draw:
    """Complex matrices with real diagonals: vectors whose phases do not matter make them."""

    def make(r: np.random.Generator) -> Any:
        x = r.standard_normal(shape) + 1j * r.standard_normal(shape)
        return x + hermitian(x)

    return Draw(make)



ratio_row = primitive(
    ratio,
    lambda dy, y, a, b: ratio(dy, conjugate(b)),
    lambda dy, y, a, b: -ratio(dy * conjugate(y), conjugate(b)),
    name="ratio", kernel=True, broadcasts=True,
    try_on=[case(normal(3, 3), definite(3, 3)), case(normal(2, 1), normal(3)),
            case(normal(3, dtype=complex), normal(3)),
            case(np.zeros(2), np.zeros(2), smooth=False)],
)  # fmt: skip

half_diagonal_row = primitive(
    half_diagonal, lambda dy, y, x: half_diagonal(dy), name="half_diagonal", kernel=True,
    linear_in="x", try_on=[case(normal(3, 3)), case(normal(2, 3, 3, dtype=complex))],
)  # fmt: skip

off_diagonal_row = primitive(
    off_diagonal, lambda dy, y, x: off_diagonal(dy), name="off_diagonal", kernel=True,
    linear_in="x", try_on=[case(normal(3, 3)), case(normal(2, 3, 3, dtype=complex))],
)  # fmt: skip

phase_free_row = primitive(
    phase_free,
    lambda dy, y, x, other=None: off_diagonal(dy),
    no_gradient,
    name="phase_free", kernel=True,
    try_on=[case(normal(3, 3)), case(_hermitian(3, 3), smooth=False),
            case(_hermitian(2, 3, 3), _hermitian(2, 3, 3), smooth=False)],
)  # fmt: skip

outside_row = primitive(
    outside,
    lambda dy, y, g, u: outside(dy, u),
    lambda dy, y, g, u: -(dy @ (hermitian(g) @ u) + g @ (hermitian(dy) @ u)),
    name="outside", kernel=True, stretches=True,
    try_on=[case(normal(4, 2), normal(4, 2)), case(normal(2, 4, 2, dtype=complex),
            normal(4, 2, dtype=complex))],
)  # fmt: skip

rearranged_row = primitive(
    rearranged, lambda dy, y, d, of, like: rearranged(dy, like, of), no_gradient, no_gradient,
    name="rearranged", kernel=True,
    try_on=[case(normal(3), np.array([1.0, 2.0, 3.0]), np.array([3.0, 1.0, 2.0]))],
)  # fmt: skip
