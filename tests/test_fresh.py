"""What is added to in place must be nobody else's memory: rows that may return a view say so."""

import numpy as np
import pytest
from dlgrad.runtime.declare import NAMES
from dlgrad.transpile.fresh import SHARING
from dlgrad.transpile.lower.rows import MAYBE_VIEWS, VIEWS
from trials import trial


def arrays(item):
    """The arrays in a tree."""
    if isinstance(item, np.ndarray):
        return [item]
    if isinstance(item, dict):
        item = list(item.values())
    return [a for entry in item for a in arrays(entry)] if isinstance(item, (list, tuple)) else []


@pytest.mark.parametrize("name", [n for n, row in NAMES.items() if row.try_on and n not in SHARING])
def test_results_are_new_memory(name):
    for index in range(len(NAMES[name].try_on)):
        tried = trial(name, index)
        given = arrays(tried.given)
        for made in arrays(tried.call()):
            assert not any(np.may_share_memory(made, a) for a in given), f"case {index}"


@pytest.mark.parametrize("name", sorted(SHARING))
def test_the_list_names_rows(name):
    assert name in NAMES


@pytest.mark.parametrize("name", [n for n, row in NAMES.items() if row.try_on and n not in {*VIEWS, *MAYBE_VIEWS}])
def test_the_users_views_are_known(name):
    """A store into what such a call gave would be a store into its argument."""
    if NAMES[name].kernel or isinstance(NAMES[name].fun, np.ufunc):
        return
    for index in range(len(NAMES[name].try_on)):
        tried = trial(name, index)
        given = arrays(tried.given)
        for made in arrays(tried.call()):
            assert not any(np.may_share_memory(made, a) for a in given), f"case {index}"
