"""What lives outside and changes from call to call: the gradient is right, or there is none and a reason."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import apart, gradients_of, run, slopes
from dlgrad.runtime.errors import DLError

LOG: list = []
FIRST = [1.0]
STATE = np.zeros(4)
MEMO: dict = {}


def counter(seen):
    def count(v):
        seen.append(v)
        return len(seen) * v

    return count


COUNT = counter([])


def reset():
    LOG.clear()
    MEMO.clear()
    FIRST[:] = [1.0]
    STATE[:] = 0.0
    COUNT.__closure__[0].cell_contents.clear()
    for default in (defaulted, defaulted_dict):
        default.__defaults__[0].clear()
    kept.__defaults__[0][0] = 1.0
    counted.__dict__.clear()


def logged(v):
    LOG.append(v)
    return len(LOG) * v


def defaulted(v, seen=[]):  # noqa: B006
    seen.append(1)
    return len(seen) * v


def defaulted_dict(v, seen={}):  # noqa: B006
    seen["n"] = seen.get("n", 0) + 1
    return seen["n"] * v


def kept(v, seen=[1.0]):  # noqa: B006
    old = seen[0]
    seen[0] = v
    return old * v


def counted(v):
    counted.calls = getattr(counted, "calls", 0) + 1
    return v * counted.calls


def memoised(v):
    MEMO["n"] = MEMO.get("n", 0) + 1
    return MEMO["n"] * v


def rewritten(v):
    LOG[:] = [*LOG, 1]
    return len(LOG) * v


def last(v):
    old = FIRST[0]
    FIRST[0] = v * 2
    return old * v


def grown(v):
    old = FIRST[0]
    FIRST[0] = np.ones(3)
    return np.sum(old * v)


def stored(v):
    old = STATE.copy()
    STATE[:] = v
    return np.sum(old * v)


def noted(v):
    LOG.append(float(v))
    return v * v


HELPERS = [COUNT, logged, defaulted, defaulted_dict, kept, counted, memoised, rewritten, last, grown, stored, noted]


def twice(helper):
    def model(x):
        return helper(x[0]) + helper(x[1] * 2)

    return model


def in_a_loop(helper):
    def model(x):
        total = 0.0
        for v in x:
            total += helper(v)
        return total

    return model


def appended_in_a_loop(x):
    total = 0.0
    for v in x:
        FIRST.append(1.0)
        total += v * len(FIRST)
    return total


def stored_in_a_loop(x):
    total = 0.0
    for v in x:
        total += v * FIRST[0]
        FIRST[0] = v
    return total


def best_of_what_changes(x):
    FIRST.append(2.0)
    return np.sum(x) * max(FIRST, key=abs) * len(FIRST)


MODELS = [f(h) for h in HELPERS for f in (twice, in_a_loop)]
IDS = [f"{h.__name__}-{f.__name__}" for h in HELPERS for f in (twice, in_a_loop)]
MODELS += [appended_in_a_loop, stored_in_a_loop, best_of_what_changes]
IDS += [f.__name__ for f in MODELS[len(IDS) :]]
WORKING = {"counted", "defaulted", "defaulted_dict", "noted", "appended_in_a_loop", "best_of_what_changes"}


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_right_or_refused(model, request):
    arguments = (np.random.default_rng(4).normal(size=4),)

    def python(x):
        reset()
        return model(x)

    reset()
    mine = run(gradients_of(model, (0,)), arguments)
    name = request.node.callspec.id.split("-")[0]
    if mine.raised is not None:
        assert isinstance(mine.raised, DLError) and name not in WORKING, mine.raised
        return
    value, (gradient,) = mine.value
    assert value == python(*arguments)
    assert not apart(gradient, slopes(python, arguments, 0, 1e-4), 1e-6, 1e-9)
