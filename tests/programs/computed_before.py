"""Gradients of values that were computed before the variable got its name of now, from what may be the same data.

In a loop, from what the variable holds when a turn begins: written out turn by turn they are right; a loop whose
turns are not known is refused, for its sweep does not come there. So is a variable that a branch, call or choice may
have handed on, or may not.
"""

import numpy as np
from dlgrad import dlgradient

from . import Model, vectors


def descent_in_known_turns(x):
    y = np.sum(x**2)
    for _ in range(3):
        g = dlgradient(y, x)
        x = x - 0.1 * g
    return x


def descent_in_known_turns_expected(x):
    return x - 0.2 * x  # in the later turns x is another one


def loss_at_the_end_of_known_turns(x):
    y = np.sum(x**2)
    for _ in range(3):
        g = dlgradient(y, x)
        x = x - 0.1 * g
        y = np.sum(x**2)
    return x


def loss_at_the_end_of_known_turns_expected(x):
    return x * 0.8**3


def entries_of_a_list(x):
    y = np.sum(x**2)
    for v in [x, x * 2.0]:
        g = dlgradient(y, v)
        y = y + np.sum(g)
    return y


def entries_of_a_list_expected(x):
    return np.sum(x**2) + np.sum(2 * x)


def inner_loop(x, w):
    for _ in range(len(w)):
        y = np.sum(x**2)
        for _ in range(2):
            g = dlgradient(y, x)
        x = x - 0.1 * g
    return x


def inner_loop_expected(x, w):
    return x * 0.8 ** len(w)


def descent(x, w):
    y = np.sum(x**2)
    for _ in range(len(w)):
        g = dlgradient(y, x)
        x = x - 0.1 * g
    return x


def loss_at_the_end(x, w):
    y = np.sum(x**2)
    for _ in range(len(w)):
        g = dlgradient(y, x)
        x = x - 0.1 * g
        y = np.sum(x**2)
    return x


def loss_at_the_end_of_a_while(x, w):
    y, k = np.sum(x**2), 0
    while k < len(w):
        x = x - 0.1 * dlgradient(y, x)
        y = np.sum(x**2)
        k += 1
    return x


def second_name(x, w):
    y, v, g = np.sum(x**2), x, x
    for _ in range(len(w)):
        g = dlgradient(y, v)
        v = v * 2.0
    return g


def container(x, w):
    p = {"x": x, "w": w}
    y = np.sum(p["x"] ** 2 * p["w"])
    for _ in range(len(w)):
        g = dlgradient(y, p)
        p = {k: p[k] - 0.1 * g[k] for k in p}
        y = np.sum(p["x"] ** 2 * p["w"])
    return p["x"]


def last_of_a_growing_list(x, w):
    xs, y, g = [x], np.sum(x**2), x
    for _ in range(len(w)):
        g = dlgradient(y, xs[-1])
        xs.append(xs[-1] * 0.5)
    return g


def same(z):
    return z


def only_another_name(x, w):
    y = np.sum(x**2 * w)
    z = same((x, w)[0])
    p = dict({"a": z})
    return dlgradient(y, p)["a"]


def only_another_name_expected(x, w):
    return 2 * x * w


def from_the_join_on(x, w):
    if w[0] > 0:
        x = x * 2
    y = np.sum(x**2)
    return dlgradient(y, x)


def from_the_join_on_expected(x, w):
    return 2 * (x * 2 if w[0] > 0 else x)


def bound_by_a_branch(x, w):
    y = np.sum(x**2)
    if w[0] > 0:
        x = x * 2
    return dlgradient(y + np.sum(x), x)


def one_of_two(x, w):
    y = np.sum(x**2)
    return dlgradient(y, x if w[0] > 0 else w)


def picked(x, w):
    y = np.sum(x**2)
    return dlgradient(y, [x, w][int(w[0] > 0)])


def handed_back(z, w):
    if w[0] > 0:
        return z
    return z * 2


def returned_or_not(x, w):
    y = np.sum(x**2)
    z = handed_back(x, w)
    return dlgradient(y, z)


def after_some_turns(x, w):
    y, n = np.sum(x**2), 0
    while n < len(w) and w[n] > 0:
        x = x * 2
        n += 1
    return dlgradient(y, x)


def maybe_copied(x, w):
    y = np.sum(x**2)
    return dlgradient(y, np.ascontiguousarray(x))


def in_two_loops(x, w):
    y = np.sum(x**2)
    for _ in range(len(w)):
        for _ in range(len(w)):
            x = x - 0.1 * dlgradient(y, x)
    return x


def in_two_whiles(x, w):
    y, i = np.sum(x**2), 0
    while i < len(w):
        j = 0
        while j < len(w):
            x = x - 0.1 * dlgradient(y, x)
            j += 1
        i += 1
    return x


def bound_in_later_turns(x, w):
    y, g = np.sum(x**2), x
    for i in range(len(w)):
        if i > 0:
            x = x * 2.0
        g = dlgradient(y, x)
    return g


def step(y, x):
    return x - 0.1 * dlgradient(y, x)


def step_of_a_helper(x, w):
    y = np.sum(x**2)
    for _ in range(len(w)):
        x = step(y, x)
        y = np.sum(x**2)
    return x


def losses_are_kept(x, w):
    losses = []
    for _ in range(len(w)):
        for _ in range(2):
            y = np.sum(x**2)
            losses.append(y)
            x = x - 0.1 * dlgradient(y, x)
    return x, sum(losses)


def losses_are_kept_expected(x, w):
    turns = 2 * len(w)
    return x * 0.8**turns, np.sum(x**2) * sum(0.64**k for k in range(turns))


def nothing(*arguments):
    raise AssertionError("refused before anything is compared")


BEFORE = "was computed before this turn began"
MODELS = [
    Model(descent_in_known_turns, vectors(1), descent_in_known_turns_expected),
    Model(loss_at_the_end_of_known_turns, vectors(1), loss_at_the_end_of_known_turns_expected),
    Model(entries_of_a_list, vectors(1), entries_of_a_list_expected),
    Model(inner_loop, vectors(2), inner_loop_expected),
    Model(only_another_name, vectors(2), only_another_name_expected),
    Model(from_the_join_on, vectors(2), from_the_join_on_expected),
    Model(losses_are_kept, vectors(2), losses_are_kept_expected),
]
MAYBE = "x may be what it was before a branch, call or choice"
LOOPS = [descent, loss_at_the_end, loss_at_the_end_of_a_while, second_name, container, last_of_a_growing_list,
         in_two_loops, in_two_whiles, bound_in_later_turns, step_of_a_helper]  # fmt: skip
CHOICES = [bound_by_a_branch, one_of_two, picked, returned_or_not, after_some_turns, maybe_copied]
NOT_YET = [
    *[Model(f, vectors(2), nothing, refused=BEFORE) for f in LOOPS],
    *[Model(f, vectors(2), nothing, refused=MAYBE) for f in CHOICES],
]
