"""Steps of linear algebra that need sizes or values: guarded quotients, diagonals, cofactors.

Every kernel works on the last two axes and over any number of leading ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def ratio(a: Any, b: Any) -> Any:
    """``a / b``, and 0 where both are 0.

    Where a formula divides by a gap or a norm that vanishes, the numerator vanishes with it
    exactly if the result does not depend on the ill-defined direction.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(a, b + (np.equal(a, 0) & np.equal(b, 0)))


@kernel
def half_diagonal(x: Any) -> Any:
    """A copy of the square matrices `x` (..., n, n) with their diagonals halved."""
    y = np.array(x)
    i = np.arange(y.shape[-1])
    y[..., i, i] *= 0.5
    return y


@kernel
def place_diagonal(d: Any, like: Any, offset: int = 0) -> Any:
    """Zeros of the shape of `like` (..., m, n) with `d` (..., k) on diagonal number `offset`.

    `d` broadcasts: a last axis of size 1 fills the whole diagonal.
    """
    y = np.zeros(np.shape(like), np.asarray(d).dtype)
    rows, columns = y.shape[-2:]
    i = np.arange(max(0, -offset), max(0, min(rows, columns - offset)))
    y[..., i, i + offset] = d
    return y


@kernel
def spread_diagonal(d: Any, axes: tuple[int, ...]) -> Any:
    """Zeros with `d` where all axes of one number agree.

    `axes` says, for each axis of the result, which axis of `d` it runs with: ``(0, 0)`` puts a
    vector on the diagonal of a matrix.
    """
    y = np.zeros([d.shape[i] for i in axes], d.dtype)
    labels = list(range(d.ndim))
    np.einsum(y, list(axes), labels)[...] = d
    return y


@kernel
def outside(g: Any, u: Any) -> Any:
    """The part of the columns of `g` outside the span of the orthonormal columns of `u`.

    Exactly zero for square `u`, where the span is everything and a difference would be noise.
    """
    if u.shape[-1] == u.shape[-2]:
        return np.zeros_like(g)
    return g - u @ (np.conj(np.swapaxes(u, -1, -2)) @ g)


@kernel
def crossed(u: Any, w: Any, like: Any) -> Any:
    """The cross product u x w along the last axis, with the length that `like` has there.

    Vectors of length 2 lie in the plane z = 0. Where `u` and `like` both do, `w` has no last
    axis: it is the component along z, as ``np.cross`` returns it.
    """
    flat = u.shape[-1] == 2 and like.shape[-1] == 2
    zero = np.zeros(np.shape(w) if flat else u.shape[:-1], u.dtype)
    x, y, z = np.moveaxis(u, -1, 0) if u.shape[-1] == 3 else (u[..., 0], u[..., 1], zero)
    if flat:
        return np.stack([y * w, -x * w], axis=-1)
    p, q, r = np.moveaxis(w, -1, 0)
    parts = [y * r - z * q, z * p - x * r, x * q - y * p]
    return np.stack(parts[: like.shape[-1]], axis=-1)


@kernel
def vectors_last(w: Any, axis: int, u: Any, v: Any, back: bool = False) -> Any:
    """`w`, shaped as the cross product of `u` and `v` along `axis`, with its vectors last (or `back`).

    Vectors of length 2 have numbers as their product, which lie along no axis.
    """
    if np.ndim(w) < max(np.ndim(u), np.ndim(v)):
        return w
    return np.moveaxis(w, -1, axis) if back else np.moveaxis(w, axis, -1)


@kernel
def vector_product(u: Any, v: Any) -> Any:
    """``np.cross`` along the last axis; lengths 2 are in the plane z = 0, two of them give a number."""
    if not {u.shape[-1], v.shape[-1]} <= {2, 3}:
        raise ValueError("a cross product takes vectors of length 2 or 3")
    if u.shape[-1] == v.shape[-1] == 2:
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    u, v = (np.concatenate([x, np.zeros_like(x[..., : 3 - x.shape[-1]])], axis=-1) for x in (u, v))
    return np.cross(u, v)


@kernel
def product_of_others(s: Any) -> Any:
    """At each place of the last axis, the product of all the other entries (zeros welcome)."""
    before, after = np.ones_like(s), np.ones_like(s)
    np.cumprod(s[..., :-1], axis=-1, out=before[..., 1:])
    np.cumprod(s[..., :0:-1], axis=-1, out=after[..., -2::-1])
    return before * after


@kernel
def cofactor(a: Any) -> Any:
    """The matrices of cofactors of `a` (..., n, n): the derivative of ``det``, singular or not.

    From the singular values, as ``det(u) det(vh) conj(u) diag(product of the others) conj(vh)``.
    """
    u, s, vh = np.linalg.svd(a)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    others = product_of_others(s) * sign[..., None]
    return (np.conj(u) * others[..., None, :]) @ np.conj(vh)


@kernel
def cofactor_change(g: Any, a: Any) -> Any:
    """The derivative of ``cofactor(a)`` (..., n, n) in the direction `g`, singular or not.

    For invertible `a` this is ``det(a) (<g, b> b - b g.T b)`` with ``b = inv(a).T``. In the bases
    of the singular vectors that is a matter of products of all singular values but two.
    """
    u, s, vh = np.linalg.svd(a)
    n = s.shape[-1]
    i = np.arange(n)
    without = np.repeat(s[..., None, :], n, axis=-2)
    without[..., i, i] = 1
    pairs = product_of_others(without)
    pairs[..., i, i] = 0
    turned = np.conj(np.swapaxes(u, -1, -2)) @ g @ np.conj(np.swapaxes(vh, -1, -2))
    core = -pairs * np.swapaxes(turned, -1, -2)
    core[..., i, i] = np.einsum("...ik,...kk->...i", pairs, turned)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return np.conj(u) @ (core * sign[..., None, None]) @ np.conj(vh)


@kernel
def cofactor_bend(directions: Any, a: Any) -> Any:
    """The derivative of ``cofactor(a)`` (..., n, n) in two or more directions, singular or not.

    ``cofactor_change`` is a polynomial in `a` of degree n - 2: its linear coefficient along a
    direction is a mean over n points on a circle, up to rounding.
    """
    *others, d = directions
    n = a.shape[-1]
    radius = (np.abs(a).max(initial=0) + 1) / (np.abs(d).max(initial=0) or 1)
    points = radius * np.exp(2j * np.pi * np.arange(n) / n)
    y = np.zeros(a.shape, complex)
    for p in points:
        b = a + p * d
        y += (cofactor_bend(others, b) if len(others) > 1 else cofactor_change(others[0], b)) / (n * p)
    whole = np.result_type(a, *directions)
    return (y if np.iscomplexobj(a) or any(map(np.iscomplexobj, directions)) else y.real).astype(whole)


@kernel
def residual_pull(d: Any, r: Any) -> Any:
    """The cotangent ``2 r d`` of residuals `r` (m,) or (m, k) whose sums of squares have `d`.

    ``lstsq`` returns no sums of squares (an empty `d`) unless rows are left over: then zeros.
    """
    return 2 * r * d if np.size(d) else np.zeros_like(r)


@kernel
def residual_sum(x: Any, like: Any) -> Any:
    """Twice the real part of `x` (m,) or (m, k) summed over rows; empty where `like` is."""
    if not np.size(like):
        return np.zeros(0, np.real(x).dtype)
    return 2 * np.real(x).sum(axis=0, keepdims=x.ndim == 1)


@kernel
def diagonal_sums(x: Any) -> Any:
    """Sums of `x` (m, n) along each of its m + n - 1 diagonals, from the lower left corner up."""
    m, n = x.shape
    y = np.zeros(m + n - 1, x.dtype)
    np.add.at(y, np.arange(n) - np.arange(m)[:, None] + m - 1, x)
    return y


@kernel
def off_diagonal(x: Any) -> Any:
    """A copy of the square matrices `x` (..., n, n) with zeros on their diagonals."""
    y = np.array(x)
    i = np.arange(y.shape[-1])
    y[..., i, i] = 0
    return y


@kernel
def phase_free(x: Any, other: Any = None) -> Any:
    """`off_diagonal(x)` of the complex product of vectors and their cotangents (..., n, n).

    The diagonal (together with that of `other`) is how the loss moves with the phases of the
    vectors, which no decomposition defines.

    Raises:
        ValueError: where the loss depends on a phase.
    """
    i = np.arange(x.shape[-1])
    phase = np.imag(x[..., i, i]) + (0 if other is None else np.imag(other[..., i, i]))
    size = np.abs(x).max(initial=0) + (0 if other is None else np.abs(other).max(initial=0))
    if np.abs(phase).max(initial=0) > size * np.finfo(x.dtype).eps ** 0.5:
        raise ValueError(
            "the gradient is not defined: the loss depends on the phases of complex eigenvectors or "
            "singular vectors, which are arbitrary; use them in pairs v * conj(v) or as abs(v)"
        )
    return off_diagonal(x)


@kernel
def rearranged(d: Any, of: Any, like: Any) -> Any:
    """`d` (..., n), which belongs to the values `of`, in the order that the same values have in `like`."""
    y = np.array(d)
    for place in np.ndindex(*y.shape[:-1]):
        left = list(range(y.shape[-1]))
        for i, value in enumerate(like[place]):
            nearest = min(left, key=lambda j: abs(of[place][j] - value))
            left.remove(nearest)
            y[place][i] = d[place][nearest]
    return y
