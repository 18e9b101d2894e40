"""Generator expressions that a function of the user's is given: it may walk them twice, stop early, or ask what they are."""

import numpy as np
from dlgrad import dlgradient

from . import Model, Program, by_names, vectors


class Keeper:
    """Methods that look at what they are given."""

    def first(self, items):
        return next(items)

    def twice(self, items):
        return sum(items) + sum(items)

    def kind(self, items):
        return 1.0 if isinstance(items, list) else 2.0


keeper = Keeper()


def twice(items):
    return sum(items) + sum(items)


def asked_what_it_is(x):
    return keeper.kind(np.sin(v) for v in x) * np.sum(x)


def asked_what_it_is_inside(x, w):
    return keeper.kind(f(x) if x[0] > 0 else 1.0 for f in (np.sin, np.cos)) * np.sum(x * w)


def listed_first(x):
    return twice([np.sin(v) for v in x])


def used_up_at_once(x):
    items = []
    items.extend(v * 2 for v in x)
    return sum(v**2 for v in x) + np.sum(np.stack(list(np.sin(v) for v in x))) + sum(items)


def walked_twice(x):
    return twice(np.sin(v) for v in x)


def walked_twice_by_a_method(x):
    return keeper.twice(np.sin(v) for v in x)


def first_alone(x):
    return keeper.first(np.sin(v) for v in x)


def nothing(*arguments):
    raise AssertionError("refused before anything is compared")


def gradients_walked_twice(x):
    return keeper.twice(dlgradient(v**2, v) for v in x)


def gradients_asked(x):
    return keeper.kind(dlgradient(v**2, v) for v in x) * np.sum(x)


PROGRAMS = by_names([asked_what_it_is, asked_what_it_is_inside, listed_first, used_up_at_once])
REFUSED = [
    Program(walked_twice, vectors(1), refused="a generator expression is not differentiated"),
    Program(walked_twice_by_a_method, vectors(1), refused="a generator expression is not differentiated"),
    Program(first_alone, vectors(1), refused="next has no derivative rule"),
]
NOT_YET = [Model(f, vectors(1), nothing, refused="a gradient in a generator expression that a function is given")
           for f in (gradients_walked_twice, gradients_asked)]  # fmt: skip
