"""Returns and jumps in nested branches, with names that hold None or nothing on some ways.

Each must be differentiated rightly or refused, never be wrong.
"""

import numpy as np

from . import Program, subtleties


def subtle_returns_in_branches_and_loops(x, a):
    y = x * 1.0
    z = a * a
    if z > -0.9:
        if x[2] + a > -0.1:
            if x[2] + a > -0.9:
                z = np.cos(z) + y[2]
                z *= a
                z = z * x[0] + a
            z *= a
        y = y * a + x
    elif a > -0.0:
        if a > 0.9:
            if x[0] > 0.1:
                z = np.cos(z) + y[2]
            for i in range(3):
                y = y * x[i] + 0.3
                a = a * 1.3 - z * 0.1
                y = y * a + x
                z = np.cos(z) + y[2]
        else:
            return z
    elif x[2] + a > 0.1:
        a = a * 1.3 - z * 0.1
    elif y[1] > -0.4:
        z = z * x[0] + a
    if a > -0.5:
        if x[0] > -0.2:
            return np.sum(y) * a
        z *= a
        if y[1] > 0.5:
            for i in range(3):
                y = y * x[i] + 0.3
                y[0] = z * a
            return np.sum(np.sin(y * a))
    if z > -0.2:
        y = np.sin(y) * z
        k37 = 0
        while k37 < 3:
            k37 += 1
            break
    else:
        w = y * 2.0 + z
        z = z + np.sum(w * w) * 0.1
        if np.sum(y) > -0.6:
            if a > -0.8:
                a = a * 1.3 - z * 0.1
                z = z * x[0] + a
            elif x[2] + a > 0.4:
                z = z * x[0] + a
            y = y * a + x
            return np.sum(y) * a
        elif x[2] + a > -0.6:
            if a > 0.1:
                z *= a
                y += x * a
            else:
                z = np.cos(z) + y[2]
                a = a * 1.3 - z * 0.1
                a = a * 1.3 - z * 0.1
            w = y * 2.0 + z
            z = z + np.sum(w * w) * 0.1
        elif x[0] > 0.1:
            k61 = 0
            while k61 < 3:
                k61 += 1
                z = z * x[0] + a
                z = np.cos(z) + y[2]
                y = y * a + x
            return np.sum(np.sin(y * a))
        if z > 0.1:
            return z
        elif x[2] + a > 0.7:
            z = z * x[0] + a
    y = y * a + x
    return z + np.sum(y)


class Kept:
    def __init__(self, a):
        self.a = a


def subtle_attribute_known_behind_the_break(x, a):
    kept = Kept(np.tanh(x * 0.5))
    n = 0
    while True:
        n += 1
        if n > 3:
            break
        r, q = kept.a, kept.a[1:]
        r *= np.log(2 + np.cos(a))
        q += a
    return np.sum(kept.a**2)


def subtle_name_bound_behind_the_break(x, a):
    box = [x * a]
    for k in range(4):
        if k == 3 or a > 50:
            break
        y = box[0]
        y *= np.sin(y) + a
    return np.sum(box[0])


EITHER = [Program(f, lambda rng, n: (rng.normal(size=3), float(rng.normal())), (0, 1), rtol=1e-4)
          for f in subtleties(globals())]  # fmt: skip
