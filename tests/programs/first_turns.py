"""Names that are first bound in a loop and read in a later turn, or behind the loop."""

# ruff: noqa: F821, F841
from __future__ import annotations

import numpy as np

from tests.programs import Program


def inner_and_outer_breaks(x, w):
    s = 0.0
    for v in x:
        for u in w:
            if u * v > 1.2:
                break
            s = s + u * v
        else:
            s = s * 2
        if s > 3:
            break
        s = s + v
    else:
        s = s * x[0]
    return s


def returns_from_the_third_loop(x, w):
    for v in x:
        for u in w:
            for t in x:
                if t > v * u:
                    break
            else:
                return v * u * x[0]
            if u > 1.5:
                break
        else:
            x = x * 2
    return (x * w).sum()


def previous_or_none(x, w):
    prev = None
    s = 0.0
    for v in x:
        if prev is not None:
            if prev > 10:
                return s * v
            s = s + prev * v
        prev = v * v
    return s


def previous_by_number(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            if old > 100:
                return s * old
            s = s + old * v
        old = v * v
    return s


def previous_after_a_return(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if v > 2.5:
            return s * v
        if i > 0:
            s = s + old * v
        old = v * v
    return s


def previous_in_a_branch(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            s = s + old * v
        old = v * v
    return s * s


def previous_pair(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            s = s + (old[0] * v * old[1]["k"]).sum()
        old = (v * w, {"k": v})
    return s * s


def made_in_the_first_turn(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            h *= 1.5
            s = s + (h * v).sum()
        else:
            h = v * w
    return s * s


def made_by_an_inner_loop(x, w):
    i = 0
    s = x.sum()
    while i < 3:
        if i == 2:
            s = s * q
        for u in w:
            q = u * s
            i += 1
            if i == 2:
                break
    return s


def made_in_the_second_turn(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i == 1:
            a = w * v
        if i > 1:
            s = s + (a * v).sum()
    return s * s


def places_changed(x, w):
    s = x.sum()
    for i, v in enumerate(x):
        if i > 0:
            a, b = (b, a)
            s = s + (a * 2 + b).sum()
            a = a * 1.1
        else:
            a = w * v
            b = w * w
    return s * s


def break_and_continue(x, w):
    s = x.sum()
    for i, v in enumerate(x):
        if i > 0:
            if v > 1.5:
                break
            s = s + (b[0] * v).sum() * b[1:].sum()
            continue
        b = w * v
    if i > 0:
        s = s * b[0]
    return s * s


def shape_of_the_previous(x, w):
    s = 0.0
    for v in x:
        if s > 1:
            s = s + np.sum(h[::-1] * h.shape[0]) + h.mean(axis=0)
        h = np.stack([v * w, w]).sum(axis=0)
        s = s + h.max()
    return s


def previous_item(x, w):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            s = s + old * v * v
        old = v
    return s * s


def previous_item_of_two_loops(x, w):
    s = 0.0
    i = 0
    for v in x:
        if i > 0:
            s = s + old * v * v
        old = v
        i += 1
    for v in w:
        s = s + old * v
        old = v
    return s * s


def one_name_for_two_targets(x, w):
    s = 0.0
    for v in x:
        u = v
        for v in w:
            s = s + u * v
            u = v
    return s * s


def last_of_a_loop(x, w):
    s = 0.0
    for i, v in enumerate(x):
        last = np.tanh(v * w)
        s = s + last.sum()
    if len(x) > 0:
        s = s + last.sum() ** 2
    return s * s


def list_of_one_way(x, w):
    if x[0] < 0.5:
        if w[0] < 0.5:
            return x[0]
    else:
        v = [x, w]
    if x[0] < 0.5:
        return x[1] * w[1]
    return np.sum(v[0] * v[1])


def array_behind_an_exit(x, w):
    if 0.5 < x[0] < w[0]:
        v = x * w
    else:
        if x[0] < 0.3:
            return 2.0 * w[0]
        v = x * 2
    return np.sum(v)


def vectors(count):
    """Positive vectors of one length, so that the branches are taken now and then."""
    return lambda rng, n: tuple(rng.uniform(0.2, 1.9, size=n) for _ in range(count))


def empty(rng, n):
    return np.zeros(0), rng.uniform(0.2, 1.9, size=n)


def single(rng, n):
    return rng.uniform(0.2, 1.9, size=1), rng.uniform(0.2, 1.9, size=n)


FUNCTIONS = [
    list_of_one_way,
    array_behind_an_exit,
    inner_and_outer_breaks,
    returns_from_the_third_loop,
    previous_or_none,
    previous_by_number,
    previous_after_a_return,
    previous_in_a_branch,
    previous_pair,
    made_in_the_first_turn,
    made_by_an_inner_loop,
    made_in_the_second_turn,
    places_changed,
    break_and_continue,
    shape_of_the_previous,
    previous_item,
    previous_item_of_two_loops,
    one_name_for_two_targets,
    last_of_a_loop,
]
RAISE_IF_EMPTY = (
    list_of_one_way,
    array_behind_an_exit,
    returns_from_the_third_loop,
    break_and_continue,
    inner_and_outer_breaks,
    previous_item_of_two_loops,
)
PROGRAMS = [
    *(Program(f, vectors(2), (0, 1)) for f in FUNCTIONS),
    *(Program(f, single, (0, 1)) for f in FUNCTIONS),
    *(Program(f, empty, (1,)) for f in FUNCTIONS if f not in RAISE_IF_EMPTY),
]
