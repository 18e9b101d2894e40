"""The table of primitives: importing this package registers every row."""

from . import (
    decompositions,
    einsum,
    extremes,
    fft,
    general,
    indexing,
    joining,
    kernels_nn,
    linear,
    lists,
    matrices,
    methods,
    norms,
    padding,
    polynomials,
    reductions,
    scipy_linear,
    shaping,
    signal,
    special,
    vectors,
)

__all__ = [
    "decompositions", "einsum", "extremes", "fft", "general", "indexing", "joining", "kernels_nn",
    "linear", "lists", "matrices", "methods", "norms", "padding", "polynomials", "reductions",
    "scipy_linear", "shaping", "signal", "special", "vectors",
]  # fmt: skip
