"""Syntax that cannot be a model function's."""

import dlgrad as dl
import numpy as np

from . import example

x = np.array([1.0, 2.0, 3.0])
count = 0


@example(x)
def yields(x):
    y = np.sum(x)
    yield y  #! yield in a model function | build a list and return it
    yield dl.dlgradient(y, x)  #! yield in a model function


@example(x)
def yields_from(x):
    yield from x  #! yield in a model function


@example(x)
async def asynchronous(x):  #! an async function
    return dl.dlgradient(np.sum(x), x)


@example(x)
def writes_a_global(x):
    global count  #! a global statement | return the value instead
    count += 1
    return dl.dlgradient(np.sum(x), x)


@example(x)
def writes_around(x):
    total = 0.0

    def add(v):
        nonlocal total  #! nonlocal
        total = total + v

    add(np.sum(x))
    return dl.dlgradient(total, x)


@example(x)
def several(x):
    global count  #! a global statement
    count = 1
    y = np.sum(x)
    yield y  #! yield in a model function


@example(x)
def inside_a_try(x):
    try:
        y = np.sum(x)
        g = dl.dlgradient(y, x)  #! dlgradient inside
    except ValueError:
        g = x
    return g


@example(x)
def jumps_out_of_a_try(x):
    for v in x:
        try:
            break  #! a jump inside
        except ValueError:
            pass
    return dl.dlgradient(np.sum(v * x), x)
