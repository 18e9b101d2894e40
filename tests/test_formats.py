"""The label algebra, on random formats."""

import itertools
import random

import numpy as np
import pytest
from dlgrad.runtime import formats
from dlgrad.runtime.errors import FormatError

RNG = random.Random(0)


def random_format(limit=6):
    labels = [c for c in "CBT" if RNG.random() < 0.6] + list("SU" * 3)
    fmt = RNG.sample(labels, RNG.randint(1, min(limit, len(labels))))
    return "".join(fmt)


FORMATS = [random_format() for _ in range(60)]
PAIRS = [(random_format(4), random_format(4)) for _ in range(60)]


@pytest.mark.parametrize("fmt", FORMATS)
def test_canonical_order_is_scbtu_and_stable(fmt):
    order = formats.order(fmt)
    assert sorted(order) == list(range(len(fmt)))
    ranks = ["SCBTU".index(c) for c in formats.canonical(fmt)]
    assert ranks == sorted(ranks)
    for a, b in itertools.pairwise(order):
        assert fmt[a] != fmt[b] or a < b
    assert formats.canonical(formats.canonical(fmt)) == formats.canonical(fmt)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_union_holds_both_and_no_more(a, b):
    both = formats.union(a, b)
    assert both == formats.union(b, a) == formats.canonical(both)
    assert all(both.count(c) == max(a.count(c), b.count(c)) for c in "SCBTU")
    assert formats.union(a, a) == formats.canonical(a)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_arrangement_moves_dimensions_by_label_and_number(a, b):
    """Each dimension carries its own size: label and how-manieth say where it must arrive."""
    target = "".join(RNG.sample(formats.union(a, b), len(formats.union(a, b))))
    names = {(c, a[:i].count(c)): i + 2 for i, c in enumerate(a)}
    data = np.zeros([names[c, a[:i].count(c)] for i, c in enumerate(a)])
    axes, index = formats.arrangement(a, target)
    moved = data if axes is None else data.transpose(axes)
    moved = moved if index is None else moved[index]
    expected = [names.get((c, target[:i].count(c)), 1) for i, c in enumerate(target)]
    assert moved.shape == tuple(expected)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_insertion_broadcasts_as_the_full_arrangement(a, b):
    a, both = formats.canonical(a), formats.union(a, b)
    data = np.zeros(range(2, 2 + len(a)))
    index = formats.insertion(a, both)
    short = data if index is None else data[index]
    full = data[formats.arrangement(a, both)[1] or ...]
    assert full.shape == (1,) * (full.ndim - short.ndim) + short.shape


def test_arrangement_refuses_to_lose_a_dimension():
    with pytest.raises(FormatError, match="no place for its T in 'CB'"):
        formats.arrangement("CT", "CB")


@pytest.mark.parametrize(
    ("fmt", "words"),
    [
        ("CXB", "'X' is not a label"),
        ("scb", "write 'SCB'"),
        ("CCB", "C may appear once"),
        ("BTB", "label the other dimension U"),
        (3, 'such as "SSCB", not int'),
    ],
)
def test_bad_formats_are_refused_with_the_word_at_fault(fmt, words):
    with pytest.raises(FormatError, match=words):
        formats.validate(fmt, "fmt")


def test_axes_of_labels():
    assert formats.axes_of("SSCB", "S") == ((0, 1), True)
    assert formats.axes_of("SSCB", "SC") == ((0, 1, 2), True)
    assert formats.axes_of("SSCB", ("B", "C")) == ((3, 2), True)
    assert formats.axes_of("SSCB", -1) == ((-1,), False)
    assert formats.axes_of(None, (0, 1)) == ((0, 1), False)
    assert formats.axes_of("CB", None) == formats.axes_of("CB", "all") == (None, False)


@pytest.mark.parametrize(
    ("fmt", "words"), [("CB", "no dimension labelled T"), (None, "X has no labels")]
)
def test_an_absent_label_is_refused(fmt, words):
    with pytest.raises(FormatError, match=words):
        formats.axes_of(fmt, "T")
