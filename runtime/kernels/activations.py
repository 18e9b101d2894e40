"""Activation functions on bare arrays: one call each, stable at both ends.

Only NumPy, `math` and other kernels are used: a kernel is copied into standalone modules as it is.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def relu(x: Any) -> Any:
    """max(x, 0); its slope at 0 is 0."""
    return np.maximum(x, 0)


@kernel
def leakyrelu(x: Any, scale: Any) -> Any:
    """x where it is positive, scale * x elsewhere; its slope at 0 is `scale`."""
    return np.maximum(x, 0) + scale * np.minimum(x, 0)


@kernel
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow and exact to rounding in both tails."""
    if np.iscomplexobj(x):
        return 1 / (1 + np.exp(-x))
    z = np.exp(-np.abs(x))
    return np.maximum(z, np.greater_equal(x, 0)) / (1 + z)


@kernel
def softmax(x: Any, axis: Any) -> Any:
    """exp(x) / sum(exp(x)) over `axis`, shifted by the maximum."""
    z = np.exp(x - x.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


@kernel
def logsoftmax(x: Any, axis: Any) -> Any:
    """log(softmax(x)) over `axis`, without taking the logarithm of an underflow."""
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@kernel
def gelu(x: Any) -> Any:
    """x times the standard normal distribution function at x."""
    return x * normal_cdf(x)


@kernel
def gelu_tanh(x: Any) -> Any:
    """The approximation of gelu by tanh (Hendrycks and Gimpel, 2016)."""
    return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))


@kernel
def normal_pdf(x: Any) -> Any:
    """The density of the standard normal distribution."""
    return 0.3989422804014327 * np.exp(-0.5 * (x * x))


@kernel
def normal_cdf(x: Any) -> Any:
    """The standard normal distribution function, 0.5 * erfc(-x / sqrt(2)).

    Accurate to rounding relative to the result, so in the lower tail too.
    """
    x = np.asarray(x)
    z = np.abs(x.ravel()) * math.sqrt(0.5)
    upper = 0.5 * erfc(z.astype(float))
    cdf = np.where(x.ravel() < 0, upper, 1 - upper).reshape(x.shape)
    return cdf.astype(np.result_type(x, np.float16))[()]


@kernel
def erfc(z: Any) -> Any:
    """1 - erf(z) for a vector of z >= 0.

    Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error
    function", Math. Comp. 23 (1969); for short vectors `math.erfc` costs less.
    """
    if z.size < 200:
        return np.array([math.erfc(v) for v in z.tolist()])
    y = np.empty_like(z)
    near, far = z <= 0.46875, z > 4
    middle = ~(near | far)  # NaN comes here and stays NaN
    y[near] = erfc_near(z[near])
    y[middle] = erfc_middle(z[middle])
    y[far] = erfc_far(z[far])
    return y


@kernel
def erfc_near(z: Any) -> Any:
    """erfc for 0 <= z <= 0.46875."""
    p = (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2,
         3.77485237685302021e2, 3.20937758913846947e3)  # fmt: skip
    q = (1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
         2.84423683343917062e3)  # fmt: skip
    w = z * z
    return 1 - z * horner(p, w) / horner(q, w)


@kernel
def erfc_middle(z: Any) -> Any:
    """erfc for 0.46875 <= z <= 4."""
    p = (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
         6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
         1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3)  # fmt: skip
    q = (1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
         1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
         3.43936767414372164e3, 1.23033935480374942e3)  # fmt: skip
    return np.exp(-z * z) * horner(p, z) / horner(q, z)


@kernel
def erfc_far(z: Any) -> Any:
    """erfc for z >= 4."""
    p = (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
         1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4)  # fmt: skip
    q = (1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1,
         6.05183413124413191e-2, 2.33520497626869185e-3)  # fmt: skip
    w = 1 / (z * z)
    return np.exp(-z * z) * (0.5641895835477563 - w * horner(p, w) / horner(q, w)) / z


@kernel
def horner(coefficients: Any, x: Any) -> Any:
    """A polynomial, highest power first; `numpy.polyval` with fewer copies."""
    y = coefficients[0] * x
    for c in coefficients[1:-1]:
        y += c
        y *= x
    return y + coefficients[-1]
