"""Names that collide, shadow or come from imports; deep nesting; long loops; walks of itertools."""

from __future__ import annotations

import itertools

import numpy as np

from programs import Program, numbers, vectors


def with_return(x):
    with np.errstate(all="ignore"):
        y = x * x
        if x[0] > 0:
            return np.sum(y)
        z = np.sum(y * x)
    return z * 2


def del_loop(x):
    s = 0.0
    for i in range(3):
        t = x[i] * x[i]
        s = s + t
        del t
    return s


def it_product(x):
    s = 0.0
    for i, j in itertools.product(range(2), range(2)):
        s = s + x[i] * x[j + 1]
    return s


def it_comb(x):
    s = 0.0
    for i, j in itertools.combinations(range(4), 2):
        s = s + x[i] * x[j]
    return s


def it_comb_arr(x):
    s = 0.0
    for i, j in itertools.combinations(x, 2):
        s = s + i * j
    return s


def it_chain(x):
    s = 0.0
    for i in itertools.chain([0, 1], [3]):
        s = s + x[i] ** 2
    return s


def it_pairwise(x):
    s = 0.0
    for i, j in itertools.pairwise(x):
        s = s + (j - i) ** 2
    return s


def it_acc(x):
    s = 0.0
    for i, k in enumerate(itertools.accumulate([1, 2, 3, 4])):
        s = s + k * x[i] ** 2
    return s


def while_true(x):
    i = 0
    s = 0.0
    while True:
        s = s + x[i] ** 2
        if s > 100:
            break
        i += 1
        if i == len(x):
            break
        if x[i] > 2:
            s = s * 2
            break
    return s


def deep(x):
    s = 0.0
    if x[0] > -9:
     if x[1] > -9:
      if x[2] > -9:
       if x[3] > -9:
        if x[0] > -8:
         if x[0] > -7:
          if x[0] > -6:
           if x[0] > -5:
            for i in range(2):
             for j in range(2):
              for k in range(2):
               if x[i] > -4:
                if x[j] > -4:
                 if x[k] > -4:
                  if x[k] > -5:
                   if x[k] > -6:
                    if x[k] > -7:
                     if x[k] > -8:
                      if x[k] > -9:
                       if x[k] > -10:
                        s = s + x[i] * x[j] * x[k]
    return s


def star_import(x):
    import math as m
    from math import cos, sin
    return sin(x[0]) * cos(x[1]) + m.tan(x[2])


def np_import(x):
    import numpy as q
    from numpy import sin as sn
    return q.sum(sn(x) * q.cos(x))


def np_shadow(x):
    import numpy
    np = 3.0
    return numpy.sum(x * x) * np


def np_shadow2(np):
    s = 0.0
    for i in range(len(np)):
        s = s + np[i] ** 2
    return s


def unicode(θ, ñ):
    σ = 1 / (1 + np.exp(-θ))
    return np.sum(σ * ñ**2)


def collide(x):
    dy = x * 2
    saved = dy * x
    _forward = saved * dy
    turn = 1.0
    step = 0.0
    for i in range(3):
        step_1 = _forward[i] * saved[i]
        turn = turn * step_1
        step = step + turn
    dx = np.sum(step * x)
    zeros_like = dx * 2
    return dx * zeros_like


def branch_def(x):
    if x[0] > 0:
        def f(u):
            return u * u
    else:
        def f(u):
            return u * u * u
    return np.sum(f(x))


def branch_def_static(x, mode=True):
    if mode:
        def f(u):
            return u * u
    else:
        def f(u):
            return u * u * u
    return np.sum(f(x))


def long_loop(a):
    s = 0.0
    for k in range(100_000):
        s = s * 0.999 + a * a / (k + 1)
    return s


PROGRAMS = [
    Program(long_loop, numbers(1)),
    Program(with_return, vectors(1)),
    Program(del_loop, vectors(1)),
    Program(it_product, vectors(1)),
    Program(it_comb, vectors(1)),
    Program(it_chain, vectors(1)),
    Program(it_acc, vectors(1)),
    Program(while_true, vectors(1)),
    Program(deep, vectors(1)),
    Program(star_import, vectors(1)),
    Program(np_import, vectors(1)),
    Program(np_shadow, vectors(1)),
    Program(np_shadow2, vectors(1)),
    Program(unicode, vectors(2), (0, 1)),
    Program(collide, vectors(1)),
    Program(branch_def_static, vectors(1)),
]

EITHER = [
    Program(it_comb_arr, vectors(1)),
    Program(it_pairwise, vectors(1)),
    Program(branch_def, vectors(1)),
]
