"""What dlgradient cannot be asked for."""

import dlgrad as dl
import numpy as np

from . import example

x = np.array([1.0, 2.0, 3.0])


@example(x)
def of_an_array(x):
    y = x * x
    return dl.dlgradient(y, x)  #! dlgradient of y, which is not a scalar | np.sum(y) | dljacobian


@example(x + 1j)
def of_a_complex(z):
    y = np.sum(z * z)
    return dl.dlgradient(y, z)  #! dlgradient of y, which is complex | np.real(y)


@example(np.array([1, 2, 3]))
def by_integers(n):
    y = np.sum(n * 2.0)
    return dl.dlgradient(y, n)  #! with respect to n, which holds integers | astype(float)


@example(x, 3)
def by_an_integer(x, k):
    y = np.sum(x * k)
    return dl.dlgradient(y, k)  #! with respect to k, which is a Python int | float(k)


@example(x)
def of_a_text(x):
    y = "loss"
    return dl.dlgradient(y, x)  #! dlgradient of y, which is not a number


@example(x)
def of_an_integer(x):
    y = np.argmax(x)
    return dl.dlgradient(y, x)  #! dlgradient of y, which is no floating point number


@example(x)
def of_a_bool(x):
    y = np.all(x > 0)
    return dl.dlgradient(y, x)  #! dlgradient of y, which is no floating point number


@example(x)
def of_nothing(x):
    y = print("loss")
    return dl.dlgradient(y, x)  #! dlgradient of y, which is no floating point number


@example(x)
def without_x(x):
    y = np.sum(x)
    return dl.dlgradient(y)  #! dlgradient needs a y and at least one x


@example(x)
def unknown_option(x):
    y = np.sum(x)
    return dl.dlgradient(y, x, RetianData=True)  #! no option RetianData | RetainData


@example(x)
def unknown_option_pair(x):
    y = np.sum(x)
    return dl.dlgradient(y, x, "HigherDerivatives", True)  #! no option HigherDerivatives | EnableHigherDerivatives


@example(x)
def odd_pair(x):
    y = np.sum(x)
    return dl.dlgradient(y, x, "RetainData")  #! RetainData


@example(x)
def option_is_no_bool(x):
    y = np.sum(x)
    return dl.dlgradient(y, x, RetainData="yes")  #! RetainData must be True or False


@example(x)
def option_is_computed(x):
    y = np.sum(x)
    return dl.dlgradient(y, x, RetainData=x[0] > 0)  #! RetainData must be True or False


@example(x, 5)
def depends_on_gradients_of_turns(x, n):
    y = x * 2
    for _ in range(n):
        y = np.sin(y) * x
        g = dl.dlgradient(np.sum(y), x, EnableHigherDerivatives=True)  #! an earlier turn | =False
        y = y - 0.1 * g
    return y


@example(x, 5)
def may_be_the_same_data(x, n):
    h = x * 2
    s = 0.0
    for k in range(n):  #! x may be the same data as in an earlier turn | after the loop
        s = s + np.sum(h * h)
        g = dl.dlgradient(s, h)
        if k % 2:
            h = np.sin(h)
    return g


@example(x)
def goes_back_in_a_condition(x):
    y = x * 1.0
    while np.sum(dl.dlgradient(np.sum(y * y), x)) < 100:  #! may not be evaluated | on a line before
        y = y * (1.5 + np.sin(x) ** 2)
    return y


@example(x.copy(), x.copy())
def changed_by_turns(x, w):
    c = np.array(w, copy=False)
    for k in range(len(x)):
        c *= x  #! may share memory
    return dl.dlgradient(np.sum(c), w)


def slope(y, x):
    return dl.dlgradient(np.sum(y), x)


@example(x, 3)
def in_a_function_that_misses_turns(x, n):
    y = x
    for _ in range(n):
        g = slope(y, x)  #! through earlier turns of this loop | in the calling function
        y = y * x
    return g


@example(x, x, 4)
def entry_at_a_place(x, w, n):
    xs = [x, w]
    s = 0.0
    for i in range(n):  #! x may be the same data as in an earlier turn
        v = xs[i % 2]
        s = np.sin(s) * np.sum(v) + np.sum(v * v)
        g = dl.dlgradient(s, v)
    return g
