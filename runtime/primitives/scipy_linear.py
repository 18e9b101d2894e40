"""Rows of ``scipy.linalg``; nothing is declared where scipy is not installed.

Only matrices, not stacks of them: that is what these functions are used for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import UnknownKind, Unsupported, case, conjugate, definite, normal, primitive, refused
from ..kernels.linear import diagonal_sums
from .decompositions import cholesky_vjp
from .linear import hermitian
from .matrices import det_vjp, function_vjp, inv_vjp, solve_joint

try:
    import scipy.linalg as sla
except ImportError:
    sla = None


def _row(fun: Callable[..., Any], *rules: Any, **options: Any) -> Any:
    name = f"scipy.linalg.{fun.__name__}"
    return primitive(fun, *rules, name=name, text=name, **options)


def _call(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A call of a function of scipy's, which asks no symbolic value what to do."""
    for item in (*args, *kwargs.values(), *(args[0] if isinstance(args[0], tuple) else ())):
        hook = getattr(type(item), "__dl_call__", None)
        if hook is not None:
            return hook(item, fun, args, kwargs)
    return fun(*args, **kwargs)


def _outer(u: Any, v: Any) -> Any:
    """``u v^H`` for two vectors or two matrices."""
    return u[:, None] * conjugate(v) if u.ndim == 1 else u @ hermitian(v)


def _one_matrix(a: Any, name: str) -> None:
    if a.ndim != 2:
        raise Unsupported(f"scipy.linalg.{name} of a stack of matrices has no rule; write a loop")


# --- systems of equations ---------------------------------------------------------------------


def solve_rule(dy: Any, y: Any, a: Any, b: Any, overwrite_a: Any = False, overwrite_b: Any = False,
               check_finite: Any = True, assume_a: Any = None, transposed: Any = False) -> Any:  # fmt: skip
    _one_matrix(a, "solve")
    if assume_a not in (None, "gen", "general"):
        raise Unsupported(
            f'scipy.linalg.solve with assume_a="{assume_a}" reads a part of the matrix and has no '
            "rule; write scipy.linalg.solve(a, b)"
        )
    if transposed is not False:
        raise Unsupported("write scipy.linalg.solve(a.T, b)")
    return solve_joint(dy, y, a, b)


_TRANS = {0: 0, 1: 1, 2: 2, "N": 0, "T": 1, "C": 2}


def triangular_rule(dy: Any, y: Any, a: Any, b: Any, trans: Any = 0, lower: Any = False,
                    unit_diagonal: Any = False, overwrite_b: Any = False,
                    check_finite: Any = True) -> dict[str, Any]:  # fmt: skip
    """The adjoint system is triangular too; only the triangle that is read gets a cotangent."""
    _one_matrix(a, "solve_triangular")
    if not isinstance(trans, (int, str)):
        raise UnknownKind("which system is solved is known only at run time")
    kind = _TRANS[trans]
    matrix = conjugate(a) if kind == 1 else a
    db = _call(sla.solve_triangular, matrix, dy, trans=2 if kind == 0 else 0, lower=lower,
                              unit_diagonal=unit_diagonal)  # fmt: skip
    da = -_outer(db, y)
    da = da if kind == 0 else da.T if kind == 1 else hermitian(da)
    skip = 1 if unit_diagonal else 0
    return {"a": np.tril(da, -skip) if lower else np.triu(da, skip), "b": db}


def cho_solve_c(dy: Any, y: Any, c_and_lower: Any, b: Any, overwrite_b: Any = False,
                check_finite: Any = True) -> list[Any]:  # fmt: skip
    c, lower = c_and_lower
    da = -_outer(_call(sla.cho_solve, (c, lower), dy), y)
    both = da + hermitian(da)
    d = np.tril(both @ np.tril(c)) if lower else np.triu(np.triu(c) @ both)
    return [d, None]


def cho_solve_b(dy: Any, y: Any, c_and_lower: Any, b: Any, overwrite_b: Any = False,
                check_finite: Any = True) -> Any:  # fmt: skip
    return _call(sla.cho_solve, c_and_lower, dy)


# --- cholesky ---------------------------------------------------------------------------------


def scipy_cholesky_vjp(dy: Any, y: Any, a: Any, lower: Any = False, overwrite_a: Any = False,
                       check_finite: Any = True) -> Any:  # fmt: skip
    _one_matrix(a, "cholesky")
    return cholesky_vjp(dy, y, a, upper=not lower)


def cho_factor_vjp(dy: Any, y: Any, a: Any, lower: Any = False, overwrite_a: Any = False,
                   check_finite: Any = True) -> Any:  # fmt: skip
    """The triangle of the result that is not the factor holds nothing of meaning."""
    keep = np.tril if lower else np.triu
    return cholesky_vjp(keep(dy[0]), keep(y[0]), a, upper=not lower)


# --- functions of a matrix --------------------------------------------------------------------


def sqrtm_vjp(dy: Any, y: Any, A: Any) -> Any:
    if not np.iscomplexobj(A):
        raise Unsupported(
            "scipy.linalg.sqrtm of a real matrix is real or complex by its values; write "
            "scipy.linalg.sqrtm(a.astype(complex))"
        )
    return function_vjp(lambda block: _call(sla.sqrtm, block), dy, A)


# --- special matrices -------------------------------------------------------------------------


def block_diag_vjp(dy: Any, y: Any, *arrays: Any) -> list[Any]:
    row: Any = 0
    column: Any = 0
    pulls = []
    for a in arrays:
        height, width = (1,) * (2 - np.ndim(a)) + tuple(np.shape(a))
        block = dy[row : row + height, column : column + width]
        pulls.append(block if np.ndim(a) == 2 else np.reshape(block, np.shape(a)))
        row, column = row + height, column + width
    return pulls


def toeplitz_c(dy: Any, y: Any, c: Any, r: Any = None) -> Any:
    """Sums along the diagonals; without `r` the first row is the conjugate of `c`."""
    _one_vector(c, r)
    n = c.shape[0]
    sums = diagonal_sums(dy)
    below = sums[:n][::-1]
    if r is not None:
        return below
    above = np.concatenate([np.zeros_like(sums[:1]), sums[n:]])
    return below + conjugate(above)


def toeplitz_r(dy: Any, y: Any, c: Any, r: Any = None) -> Any:
    """The first entry of `r` is never read."""
    _one_vector(c, r)
    sums = diagonal_sums(dy)
    return np.concatenate([np.zeros_like(sums[:1]), sums[c.shape[0] :]])


def _one_vector(*operands: Any) -> None:
    if any(x is not None and np.ndim(x) != 1 for x in operands):
        raise Unsupported("scipy.linalg.toeplitz has a rule for vectors only; write a loop")


def _fill_diagonals(dy: Any, y: Any, x: Any) -> Any:
    rows = x.shape[0]
    return _call(sla.toeplitz, dy[:rows][::-1], dy[rows - 1 :])


def _declare() -> None:
    _row(sla.solve, joint=solve_rule, wrt="a b", params="a b",
         try_on=[case(definite(3, 3), normal(3)), case(definite(3, 3), normal(3, 2)),
                 case(normal(3, 3, dtype=complex), normal(3, dtype=complex))])  # fmt: skip
    _row(sla.solve_triangular, joint=triangular_rule, wrt="a b",
         params="a b trans lower unit_diagonal overwrite_b check_finite",
         try_on=[case(definite(3, 3), normal(*s), trans=t, lower=low, unit_diagonal=unit)
                 for s in ((3,),
                 (3, 2)) for t in (0, 1, "C") for low in (False, True) for unit in (False, True)]
         + [case(definite(3, 3), normal(3, dtype=complex), trans=1)]
         + [case(normal(3, 3, dtype=complex), normal(3, 2, dtype=complex), trans=t) for t in (0, 1, 2)])
    _row(sla.cholesky, scipy_cholesky_vjp, params="a lower overwrite_a check_finite",
         try_on=[case(definite(3, 3), smooth=False), case(definite(3, 3), True, smooth=False)])
    _row(sla.cho_factor, cho_factor_vjp, params="a lower overwrite_a check_finite",
         try_on=[case(definite(3, 3), smooth=False), case(definite(3, 3), True, smooth=False)])
    _row(sla.cho_solve, cho_solve_c, cho_solve_b, params="c_and_lower b overwrite_b check_finite",
         try_on=[case((definite(3, 3), low), normal(*s)) for s in ((3,), (3, 2)) for low in (False, True)])
    _row(sla.inv, lambda dy, y, a, overwrite_a=False, check_finite=True: inv_vjp(dy, y, a),
         params="a overwrite_a check_finite", try_on=[case(definite(3, 3)),
                                                      case(normal(2, 2, dtype=complex))])
    _row(sla.det, lambda dy, y, a, overwrite_a=False, check_finite=True: det_vjp(dy, y, a),
         params="a overwrite_a check_finite", try_on=[case(definite(3, 3)), case(np.ones((3, 3)))])
    _row(sla.expm, lambda dy, y, A: function_vjp(lambda block: _call(sla.expm, block), dy, A), params="A",
         try_on=[case(normal(3, 3)), case(normal(1, 1)), case(normal(2, 3, 3)),
                 case(normal(2, 2, dtype=complex))])
    _row(sla.sqrtm, sqrtm_vjp, params="A", try_on=[case(normal(3, 3, dtype=complex))])
    _row(sla.block_diag, block_diag_vjp, params="*args",
         try_on=[case(normal(2, 3), normal(1, 2)), case(normal(3), normal(2, 2), normal()),
                 case(normal(2, 2))])
    _row(sla.toeplitz, toeplitz_c, toeplitz_r, params="c r",
         try_on=[case(normal(3)), case(normal(3), normal(4)), case(normal(1), normal(3)),
                 case(normal(3, dtype=complex)), case(normal(3, dtype=complex), normal(2))])  # fmt: skip
    primitive(diagonal_sums, _fill_diagonals, name="diagonal_sums", kernel=True, sizes="any",
              try_on=[case(normal(3, 4)), case(normal(4, 2)), case(normal(1, 3))])  # fmt: skip
    _refuse(sla.logm, "scipy.linalg.logm has no rule; write it with np.linalg.eigh of a symmetric matrix")
    _refuse(sla.lu, "scipy.linalg.lu has no rule; write scipy.linalg.solve or np.linalg.qr")


def _refuse(fun: Callable[..., Any], because: str) -> None:
    refused(fun, because).text = f"scipy.linalg.{fun.__name__}"


if sla is not None:
    _declare()
