"""Syntax that cannot be a model function's."""

import contextlib

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
        nonlocal total
        total = total + v

    for _ in map(add, x):  #! passed on
        pass
    return dl.dlgradient(total, x)


@example(x)
def returns_halfway(x):
    total = 0.0

    def add(v):
        nonlocal total
        if v < 0:
            return  #! it returns before its end
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
def inside_a_block(x):
    g = x
    with contextlib.suppress(ValueError):
        y = np.sum(x)
        g = dl.dlgradient(y, x)  #! dlgradient inside
    return g


@example(x)
def jumps_out_of_a_block(x):
    for v in x:
        with contextlib.suppress(ValueError):
            break  #! a jump inside
    return dl.dlgradient(np.sum(v * x), x)


@example(x)
def swallowed_by_finally(x):
    for v in x:
        try:
            y = np.sum(v * x)
        finally:
            break  #! a jump inside finally
    return dl.dlgradient(y, x)


@example(x)
def changed_before_an_exception(x):
    y = x
    try:  #! only the statement that may raise
        y = y * 2
        y = y / float("1")
    except ValueError:
        z = y * 3
    else:
        z = y
    return dl.dlgradient(np.sum(z), x)


@example(x)
def in_the_guard_of_a_case(x):
    match 3:
        case n if np.sum(dl.dlgradient(np.sum(x * n), x)) > 0:  #! a gradient in the guard of a case
            return x
    return dl.dlgradient(np.sum(x), x)


@example(x)
def binds_different_objects(x):
    match ("a", x, len(x)):
        case ("a", y, 3) | ("a", _, y):  #! alternatives of a pattern
            return dl.dlgradient(np.sum(y * x), x)
