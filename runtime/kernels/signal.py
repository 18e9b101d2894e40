"""Steps of signal processing that need sizes: cutting and padding, inner bins, overlaps, moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def fit_length(x: Any, n: int, axis: int = -1, at_end: bool = False) -> Any:
    """`x` cut or filled with zeros to `n` entries along `axis`, keeping its start (or its end)."""
    size = x.shape[axis]
    if size == n:
        return np.array(x)
    cut = [slice(None)] * x.ndim
    cut[axis] = slice(size - n if at_end else 0, None if at_end else n)
    if n < size:
        return x[tuple(cut)].copy()
    widths = [(0, 0)] * x.ndim
    widths[axis] = (n - size, 0) if at_end else (0, n - size)
    return np.pad(x, widths)


@kernel
def scale_inner_bins(x: Any, n: int, factor: float, axis: int = -1) -> Any:
    """The half spectrum `x` of `n` samples, with the bins that stand for two multiplied by `factor`.

    Those are all but the first and, for even `n`, the last.
    """
    y = np.array(x)
    inner = [slice(None)] * y.ndim
    inner[axis] = slice(1, (n + 1) // 2)
    y[tuple(inner)] *= factor
    return y


@kernel
def overlap_start(m: int, n: int, mode: str) -> tuple[int, int]:
    """Where ``convolve(a, v, mode)`` of lengths `m` and `n` starts in the full one, and its length."""
    small, large = min(m, n), max(m, n)
    if mode == "valid":
        return small - 1, large - small + 1
    return ((small - 1) // 2, large) if mode == "same" else (0, m + n - 1)


@kernel
def full_overlap(d: Any, a: Any, v: Any, mode: str, flipped: bool = False) -> Any:
    """`d` of ``convolve(a, v, mode)`` put into zeros at its place in the full convolution.

    `flipped` for ``correlate``, which counts from the other end where `v` is the longer one.
    """
    m, n = np.size(a), np.size(v)
    start, length = overlap_start(m, n, mode)
    if flipped and m < n:
        start = m + n - 1 - start - length
    y = np.zeros(m + n - 1, d.dtype)
    y[start : start + length] = d
    return y


@kernel
def part_overlap(g: Any, a: Any, v: Any, mode: str, flipped: bool = False) -> Any:
    """The part of a full convolution `g` of `a` and `v` that `mode` keeps."""
    m, n = np.size(a), np.size(v)
    start, length = overlap_start(m, n, mode)
    if flipped and m < n:
        start = m + n - 1 - start - length
    return g[start : start + length].copy()


@kernel
def moments(d: Any, x: Any, n: int) -> Any:
    """Sums of ``d * x ** k`` for k = n - 1, ..., 0: the adjoint of ``polyval`` in its coefficients."""
    d, x = np.broadcast_arrays(d, x)
    y = np.zeros(n, np.result_type(d, x))
    power = d
    for k in range(n - 1, -1, -1):
        y[k] = power.sum()
        power = power * x
    return y


@kernel
def by_exponents(d: Any, increasing: bool = False) -> Any:
    """The columns of `d` (m, n) times their exponents in ``vander``."""
    exponents = np.arange(d.shape[1])
    return d * (exponents if increasing else exponents[::-1])
