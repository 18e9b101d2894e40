"""Trees of parameters: taken apart, put together, walked side by side."""

import random
import time
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest
from dlgrad.runtime.containers import (
    flatten,
    is_float,
    map_leaves,
    matched,
    paths,
    register,
    unflatten,
)
from dlgrad.runtime.dlarray import dlarray

Point = namedtuple("Point", "x y")


@dataclass
class Layer:
    weight: object
    bias: object = None
    name: str = "fc"
    cache: object = field(default=None, init=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    w: object


class Params(dict):
    """A dict with an attribute of its own."""


class Triple(tuple):
    pass


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a) and attributes(a, b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b)) and attributes(a, b)
    if isinstance(a, Layer | SimpleNamespace):
        return attributes(a, b)
    if isinstance(a, Frozen):
        return same(a.w, b.w)
    return a is b


def attributes(a, b):
    a, b = (getattr(x, "__dict__", None) or {} for x in (a, b))
    return list(a) == list(b) and all(same(a[k], b[k]) for k in a)


def special():
    held = Params(W=np.ones(2), n=3)
    held.extra = np.zeros(1)
    held.W = "not the item"
    layer = Layer(np.ones((2, 2)))
    layer.seen = [1.0]
    counted = defaultdict(list, a=[np.ones(1)])
    return [
        held, layer, counted, Frozen({"a": 1.0}), Point(np.ones(1), (2.0, Point(1.0, None))),
        Triple((1.0, 2.0)), OrderedDict(b=1.0, a=2.0), Counter(a=2),
        SimpleNamespace(fc=SimpleNamespace(Weights=np.ones(2), Bias=None)),
        {"empty": {}, "list": [], "tuple": ()}, 3.0, None, "text", {1: 1.0, "1": 2.0},
    ]  # fmt: skip


def random_tree(rng, depth=4):
    kinds = ["leaf", "leaf", "dict", "list", "tuple", "point", "layer"]
    kind = rng.choice(kinds) if depth else "leaf"
    if kind == "leaf":
        return rng.choice([1.0, 2, "s", None, np.ones(2), dlarray(np.ones(2), "C"), len])
    children = [random_tree(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    if kind == "dict":
        return {f"k{i}": c for i, c in enumerate(children)}
    if kind == "point":
        return Point(random_tree(rng, depth - 1), random_tree(rng, depth - 1))
    if kind == "layer":
        return Layer(random_tree(rng, depth - 1), random_tree(rng, depth - 1))
    return children if kind == "list" else tuple(children)


TREES = special() + [random_tree(random.Random(i)) for i in range(40)]


@pytest.mark.parametrize("tree", TREES, ids=range(len(TREES)))
def test_round_trip(tree):
    leaves, structure = flatten(tree)
    assert same(unflatten(structure, leaves), tree)
    hash(structure)
    assert flatten(unflatten(structure, leaves))[1] == structure


@pytest.mark.parametrize("tree", TREES, ids=range(len(TREES)))
def test_paths_are_python(tree):
    found = [eval("tree" + path, {"tree": tree}) for path in paths(tree)]
    assert len(found) == len(flatten(tree)[0])
    assert all(a is b for a, b in zip(found, flatten(tree)[0], strict=True))


def test_paths_read_well():
    tree = {"W1": [1.0], "layer": Layer(2.0)}
    assert paths(tree)[:2] == ["['W1'][0]", "['layer'].weight"]
    assert paths(1.0) == [""]


def test_structures_tell_trees_apart():
    trees = [{"a": 1.0}, {"b": 1.0}, [1.0], (1.0,), (1.0, 2.0), 1.0, Triple((1.0,)), [[1.0]],
             {"a": [1.0]}, OrderedDict(a=1.0), Frozen(1.0), SimpleNamespace(w=1.0)]  # fmt: skip
    assert len({flatten(t)[1] for t in trees}) == len(trees)


def test_a_default_dict_keeps_its_factory():
    leaves, structure = flatten(defaultdict(list, a=1.0))
    assert unflatten(structure, leaves)["new"] == []


def test_cycles_are_refused_and_shared_leaves_are_not():
    loop = [1.0]
    loop.append({"inner": loop})
    with pytest.raises(ValueError, match="contains itself"):
        flatten(loop)
    shared = [1.0]
    assert flatten([shared, shared])[0] == [1.0, 1.0]


def test_the_number_of_leaves_is_checked():
    _, structure = flatten([1.0, 2.0])
    with pytest.raises(ValueError, match="fewer"):
        unflatten(structure, [1.0])
    with pytest.raises(ValueError, match="more"):
        unflatten(structure, [1.0, 2.0, 3.0])


def test_float_leaves():
    floats = [1.0, 1j, np.float32(1), np.ones(2), np.ones(2, complex), dlarray(1.0)]
    others = [1, True, "s", None, len, np.arange(2), np.bool_(True), dlarray([1, 2])]
    assert all(map(is_float, floats)) and not any(map(is_float, others))


def test_map_changes_floats_and_carries_the_rest():
    tree = {"W": 1.0, "n": 3, "layers": (Layer(2.0), None)}
    new = map_leaves(lambda a, b: a + b, tree, tree)
    assert new == {"W": 2.0, "n": 3, "layers": (Layer(4.0), None)}
    assert tree["W"] == 1.0


def test_keys_may_come_in_another_order():
    assert map_leaves(lambda a, b: a - b, {"a": 5.0, "b": 1.0}, {"b": 1.0, "a": 2.0}) == {
        "a": 3.0,
        "b": 0.0,
    }


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"W": [1.0]}, r"grads\['b'\] is missing"),
        ({"W": [1.0], "b": 1.0, "c": 1.0}, r"grads\['c'\] is not expected"),
        ({"W": [1.0, 2.0], "b": 1.0}, r"grads\['W'\]\[1\] is not expected"),
        ({"W": (1.0,), "b": 1.0}, r"grads\['W'\] is a tuple, where a list is expected"),
        ({"W": [1.0], "b": [1.0]}, r"grads\['b'\] is a list, where one value is expected"),
        (1.0, r"grads is a float, where a dict is expected"),
    ],
)
def test_a_mismatch_names_the_place(other, words):
    with pytest.raises(ValueError, match=words):
        matched({"W": [1.0], "b": 2.0}, other, names=("params", "grads"))


def test_a_class_can_be_registered():
    class Pair:
        def __init__(self, a, b):
            self.a, self.b = a, b

    register(Pair, lambda p: (("a", "b"), None, (p.a, p.b)), lambda kind, k, e, c: kind(*c))
    leaves, structure = flatten(Pair(1.0, [2.0]))
    assert leaves == [1.0, 2.0] and unflatten(structure, [3.0, 4.0]).b == [4.0]
    assert paths(Pair(1.0, 2.0)) == ["['a']", "['b']"]


def test_taking_apart_costs_microseconds():
    tree = {f"W{i}": np.ones(2) for i in range(6)}
    best = min(_seconds(tree) for _ in range(5))
    assert best < 30e-6


def _seconds(tree, times=200):
    start = time.perf_counter()
    for _ in range(times):
        hash(flatten(tree)[1])
    return (time.perf_counter() - start) / times
