"""Calls without a derivative, on the path of the gradient."""

import functools
import re

import dlgrad as dl
import numpy as np
import scipy.integrate
import scipy.optimize
import scipy.special

from . import example

x = np.array([1.0, 2.0, 3.0])


@example(x)
def without_rule(x):
    y = np.sum(scipy.special.zeta(x + 1, 1.0))  #! cannot differentiate through scipy.special.zeta(x + 1, 1.0)
    return dl.dlgradient(y, x)


@example(x)
def a_solver(x):
    root = scipy.optimize.brentq(lambda s: s ** 3 - x[0], 0.0, 5.0)  #! cannot differentiate through
    return dl.dlgradient(root, x)


@example(x)
def through_text(x):
    y = float(re.sub("-", "", str(x[0])))  #! cannot differentiate through
    return dl.dlgradient(y, x)


@example(x)
def two_of_them(x):
    a = np.sum(scipy.special.zeta(x + 1, 1.0))  #! cannot differentiate through scipy.special.zeta
    b = np.sum(scipy.special.airy(x)[0])  #! cannot differentiate through scipy.special.airy(x)
    return dl.dlgradient(a + b, x)


def helper(x):
    return np.sum(scipy.special.zeta(x * x + 1, 1.0))  #! cannot differentiate through scipy.special.zeta


@example(x)
def in_a_helper(x):
    y = helper(x) + np.sum(x)
    return dl.dlgradient(y, x)


@example(x)
def a_vectorised_function(x):
    f = np.vectorize(lambda v: v * v)
    y = np.sum(f(x))  #! cannot differentiate through f(x)
    return dl.dlgradient(y, x)


@example(x)
def evaluated_text(x):
    y = eval("np.sum(x * x)")  #! eval
    return dl.dlgradient(y, x)


@example(x)
def a_reduction(x):
    y = functools.reduce(lambda s, v: s + v, map(lambda v: v * v, x))  #! cannot differentiate through functools.reduce
    return dl.dlgradient(y, x)


@example(x)
def an_integral(x):
    y = scipy.integrate.quad(lambda s: s * x[0], 0.0, 1.0)[0]  #! cannot differentiate through scipy.integrate.quad
    return dl.dlgradient(y, x)


@example(x)
def a_minimiser(x):
    y = scipy.optimize.minimize(lambda s: np.sum((s - x) ** 2), np.zeros(3)).x  #! cannot differentiate through
    return dl.dlgradient(np.sum(y), x)


@example(x)
def along_an_axis(x):
    rows = np.apply_along_axis(lambda r: np.sum(r * x), 0, np.ones((3, 2)))  #! cannot differentiate through
    return dl.dlgradient(np.sum(rows), x)


@example(x)
def formatted_and_read(x):
    y = float(f"{x[0]:.17g}")  #! cannot differentiate through
    return dl.dlgradient(y, x)


@example(x)
def from_a_generator(x):
    y = np.fromiter((v * v for v in x), float).sum()  #! cannot differentiate through np.fromiter
    return dl.dlgradient(y, x)
