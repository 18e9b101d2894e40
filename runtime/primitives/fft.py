"""Discrete Fourier transforms.

The matrix of ``fft`` is symmetric, so its adjoint is the unscaled inverse transform: the inverse
with "backward" and "forward" exchanged as its scaling. Where a call cut or padded its input, the
cotangent is padded or cut. A half spectrum holds most bins once for two, so its inner bins count
half on the way to the samples, and double on the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import Case, case, conjugate, normal, primitive
from ..kernels.signal import fit_length, scale_inner_bins

_ADJOINT_NORM = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _scaling(norm: str | None) -> dict[str, Any]:
    """The keyword for the adjoint's scaling; none where it is NumPy's default."""
    other = _ADJOINT_NORM[norm]
    return {} if other == "backward" else {"norm": other}


def _where(axis: int) -> dict[str, Any]:
    return {} if axis == -1 else {"axis": axis}


# --- one axis ---------------------------------------------------------------------------------


def _complex_rule(inverse: Callable[..., Any]) -> Callable[..., Any]:
    def rule(dy: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
        d = inverse(dy, **_where(axis), **_scaling(norm))
        return d if n is None else fit_length(d, a.shape[axis], axis)

    return rule


def rfft_vjp(dy: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    length = a.shape[axis] if n is None else n
    half = scale_inner_bins(dy, length, 0.5, axis)
    d = np.fft.irfft(half, length, **_where(axis), **_scaling(norm))
    return d if n is None else fit_length(d, a.shape[axis], axis)


def irfft_vjp(dy: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    spectrum = np.fft.rfft(dy, **_where(axis), **_scaling(norm))
    d = scale_inner_bins(spectrum, y.shape[axis], 2.0, axis)
    return d if n is None else fit_length(d, a.shape[axis], axis)


def hfft_vjp(dy: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """``hfft(a)`` is ``irfft(conj(a))`` with the scaling exchanged."""
    return conjugate(irfft_vjp(dy, y, a, n, axis, _ADJOINT_NORM[norm]))


def ihfft_vjp(dy: Any, y: Any, a: Any, n: Any = None, axis: int = -1, norm: str | None = None) -> Any:
    """``ihfft(a)`` is ``conj(rfft(a))`` with the scaling exchanged."""
    return rfft_vjp(conjugate(dy), y, a, n, axis, _ADJOINT_NORM[norm])


_OPTIONS: list[dict[str, Any]] = [
    {}, {"norm": "ortho"}, {"norm": "forward"}, {"norm": "backward"}, {"n": 4}, {"n": 5}, {"n": 8},
    {"n": 9, "norm": "forward"}, {"axis": 0}, {"axis": 0, "n": 4}, {"axis": -2, "n": 3, "norm": "ortho"},
]  # fmt: skip


def _cases(dtype: Any) -> list[Case]:
    shapes = [(6,), (5,)]
    one = [case(normal(*s, dtype=dtype), **o) for s in shapes for o in _OPTIONS if "axis" not in o]
    two = [case(normal(6, 5, dtype=dtype), **o) for o in _OPTIONS]
    return [*one, *two, case(normal(2, dtype=dtype)), case(normal(2, 3, 4, dtype=dtype), axis=1)]


_SINGLE = [case(normal(6, dtype=np.float32)), case(normal(6, dtype=np.complex64))]

fft = primitive(
    np.fft.fft, _complex_rule(np.fft.ifft), linear_in="a",
    try_on=[*_cases(float), *_cases(complex), case(normal(1)), *_SINGLE],
)  # fmt: skip
ifft = primitive(
    np.fft.ifft, _complex_rule(np.fft.fft), linear_in="a",
    try_on=[*_cases(float), *_cases(complex), case(normal(1)), *_SINGLE],
)  # fmt: skip
rfft = primitive(
    np.fft.rfft, rfft_vjp, linear_in="a",
    try_on=[*_cases(float), case(normal(1)), case(normal(6, 1)), *_SINGLE[:1]],
)  # fmt: skip
irfft = primitive(
    np.fft.irfft, irfft_vjp, linear_in="a", sizes="any",
    try_on=[*_cases(float), *_cases(complex), case(normal(4, dtype=complex), n=1), *_SINGLE],
)  # fmt: skip
hfft = primitive(
    np.fft.hfft, hfft_vjp, linear_in="a", sizes="any",
    try_on=[*_cases(float), *_cases(complex), *_SINGLE],
)  # fmt: skip
ihfft = primitive(np.fft.ihfft, ihfft_vjp, linear_in="a", try_on=[*_cases(float), case(normal(1))])


# --- several axes -----------------------------------------------------------------------------

Sizes = Any


def _transformed(a: Any, s: Sizes, axes: Any) -> list[int]:
    """The transformed axes, as the caller or NumPy's default has them."""
    if axes is None:
        return list(range(a.ndim) if s is None else range(-len(s), 0))
    return list(axes)


def _refit(d: Any, a: Any, s: Sizes, axes: list[int]) -> Any:
    """Give back to `d` the lengths of `a`, where `s` asked for others (-1: as it is)."""
    for n, axis in () if s is None else zip(s, axes, strict=True):
        if not (isinstance(n, int) and n == -1):
            d = fit_length(d, a.shape[axis], axis)
    return d


def _given(axes: Any) -> dict[str, Any]:
    return {} if axes is None else {"axes": axes}


def _complex_n(inverse: Callable[..., Any], default: Any) -> Callable[..., Any]:
    def rule(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = default,
             norm: str | None = None) -> Any:  # fmt: skip
        along = _transformed(a, s, axes)
        d = inverse(dy, axes=tuple(along), **_scaling(norm))
        return _refit(d, a, s, along)

    return rule


def _rfftn_rule(default: Any) -> Callable[..., Any]:
    def rule(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = default,
             norm: str | None = None) -> Any:  # fmt: skip
        along = _transformed(a, s, axes)
        last = along[-1]
        whole = s is None or (isinstance(s[-1], int) and s[-1] == -1)
        length = a.shape[last] if whole else s[-1]
        half = scale_inner_bins(dy, length, 0.5, last)
        sizes = (*(dy.shape[i] for i in along[:-1]), length)
        return _refit(np.fft.irfftn(half, sizes, tuple(along), **_scaling(norm)), a, s, along)

    return rule


def _irfftn_rule(default: Any) -> Callable[..., Any]:
    def rule(dy: Any, y: Any, a: Any, s: Any = None, axes: Any = default,
             norm: str | None = None) -> Any:  # fmt: skip
        along = _transformed(a, s, axes)
        spectrum = np.fft.rfftn(dy, axes=tuple(along), **_scaling(norm))
        d = scale_inner_bins(spectrum, y.shape[along[-1]], 2.0, along[-1])
        return _refit(d, a, s, along)

    return rule


_MANY: list[dict[str, Any]] = [
    {}, {"norm": "ortho"}, {"norm": "forward"}, {"s": (4, 7), "axes": (-2, -1)},
    {"s": (6, 3), "axes": (0, 1)}, {"axes": (1, 0)}, {"s": (-1, 6), "axes": (0, 1)},
]  # fmt: skip


def _cases_n(dtype: Any, two: bool) -> list[Case]:
    flat = [case(normal(5, 4, dtype=dtype), **o) for o in _MANY]
    high = [case(normal(3, 4, 5, dtype=dtype), **o) for o in _MANY[:1] + _MANY[4:6]]
    rest = [] if two else [case(normal(4, 3, dtype=dtype), axes=(1,)), case(normal(5, dtype=dtype)),
                           case(normal(3, 4, 5, dtype=dtype), axes=(2, 0))]  # fmt: skip
    return [*flat, *high, *rest]


for _name, _two in (("fft2", True), ("fftn", False)):
    _default = (-2, -1) if _two else None
    _forward, _inverse = getattr(np.fft, _name), getattr(np.fft, f"i{_name}")
    _both = [*_cases_n(float, _two), *_cases_n(complex, _two)]
    primitive(_forward, _complex_n(np.fft.ifftn, _default), linear_in="a", try_on=_both)
    primitive(_inverse, _complex_n(np.fft.fftn, _default), linear_in="a", try_on=_both)
    _forward, _inverse = getattr(np.fft, f"r{_name}"), getattr(np.fft, f"ir{_name}")
    primitive(_forward, _rfftn_rule(_default), linear_in="a", try_on=_cases_n(float, _two))
    primitive(_inverse, _irfftn_rule(_default), linear_in="a", sizes="any", try_on=_both)


# --- order and frequencies --------------------------------------------------------------------

_SHIFTS = [case(normal(5)), case(normal(4)), case(normal(3, 4)), case(normal(3, 4), axes=0),
           case(normal(3, 4, 5), axes=(0, 2)), case(normal(0))]  # fmt: skip

fftshift = primitive(
    np.fft.fftshift, lambda dy, y, x, axes=None: np.fft.ifftshift(dy, **_given(axes)),
    linear_in="x", try_on=_SHIFTS,
)  # fmt: skip
ifftshift = primitive(
    np.fft.ifftshift, lambda dy, y, x, axes=None: np.fft.fftshift(dy, **_given(axes)),
    linear_in="x", try_on=_SHIFTS,
)  # fmt: skip

_SPACING = [case(5, np.asarray(0.3)), case(6, np.asarray(2.0))]

fftfreq = primitive(
    np.fft.fftfreq, lambda dy, y, n, d=1.0: -dy * y / d, wrt="d", sizes="any", try_on=_SPACING
)
rfftfreq = primitive(
    np.fft.rfftfreq, lambda dy, y, n, d=1.0: -dy * y / d, wrt="d", sizes="any", try_on=_SPACING
)


# --- the steps that know sizes ----------------------------------------------------------------

fit_length_row = primitive(
    fit_length,
    lambda dy, y, x, n, axis=-1, at_end=False: fit_length(dy, x.shape[axis], axis, at_end),
    name="fit_length", kernel=True, sizes="any",
    try_on=[case(normal(5), 3), case(normal(5), 7), case(normal(4, 3), 6, 0), case(normal(5), 2, -1, True),
            case(normal(5), 7, -1, True), case(normal(5), 5), case(normal(5), 0), case(normal(0), 3)],
)  # fmt: skip

scale_inner_bins_row = primitive(
    scale_inner_bins,
    lambda dy, y, x, n, factor, axis=-1: scale_inner_bins(dy, n, factor, axis),
    name="scale_inner_bins", kernel=True,
    try_on=[case(normal(4), 6, 2.0), case(normal(4), 7, 0.5), case(normal(4, 3), 6, 2.0, 0),
            case(normal(1), 1, 2.0), case(normal(4, dtype=complex), 6, 0.5)],
)  # fmt: skip
