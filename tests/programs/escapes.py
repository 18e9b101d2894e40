"""Ways by which a value slips out of sight: differentiated rightly or refused, never dropped."""

import collections
import heapq
import itertools
import json
import operator
import pickle
import random
import struct
from functools import lru_cache, reduce

import numpy as np

from . import Program, subtleties

STATE = {"value": 0.0}
KEPT = []


class Box:
    """An object with an attribute."""

    def __init__(self, value=None):
        self.value = value

    def __iadd__(self, other):
        self.value = self.value + other
        return self

    def __add__(self, other):
        return Box(self.value + other)

    def __enter__(self):
        return self.value

    def __exit__(self, *_):
        return False

    def __getattr__(self, name):
        return 2.0


def subtle_through_text(x):
    return float(str(x[0])) * x[1] + float(f"{x[1]!r}")


def subtle_through_json(x):
    return json.loads(json.dumps({"a": float(x[0])}))["a"] * x[1]


def subtle_through_pickle(x):
    return np.sum(pickle.loads(pickle.dumps(x)) * x)


def subtle_through_struct(x):
    return struct.unpack("d", struct.pack("d", x[0]))[0] * x[1]


def subtle_through_object_attribute(x):
    box = Box()
    box.value = x * x
    return np.sum(box.value)


def subtle_through_setattr(x):
    box = Box(x)
    setattr(box, "value", x * 3)
    return np.sum(getattr(box, "value"))


def subtle_through_operators_of_objects(x):
    box = Box(x)
    box += x * x
    return np.sum((box + x).value)


def subtle_through_instance_dictionary(x):
    box = Box(x)
    box.__dict__["value"] = x * 3
    return np.sum(vars(box)["value"])


def subtle_through_module_state(x):
    STATE["value"] = np.sum(x * x)
    return STATE["value"] * x[0]


def subtle_through_module_list(x):
    KEPT.append(x * x)
    return np.sum(KEPT.pop())


def subtle_through_function_attribute(x):
    def f():
        return f.y

    f.y = np.sum(x * x)
    return f() * x[0]


def subtle_through_default_argument(x):
    def f(store=[]):  # noqa: B006
        store.append(np.sum(x * x))
        return store[-1]

    f()
    return f()


def subtle_through_globals(x):
    globals()["HIDDEN"] = np.sum(x * x)
    return HIDDEN * x[0]  # noqa: F821


def subtle_through_eval(x):
    return np.sum(eval("x * x"))


def subtle_through_locals(x):
    y = x * x
    return np.sum(locals()["y"])


def subtle_through_generator(x):
    def values():
        for v in x:
            yield v * v

    return sum(values())


def subtle_through_iterator(x):
    it = iter(x)
    first = next(it)
    return first * sum(v * v for v in it)


def subtle_through_map_filter(x):
    return sum(map(lambda v: v * v, filter(lambda v: v > -9, x)))


def subtle_through_accumulate(x):
    return sum(itertools.accumulate(x, lambda a, b: a * b + a))


def subtle_through_reduce(x):
    return reduce(operator.mul, list(x))


def subtle_through_operator_module(x):
    return operator.mul(x[0], operator.add(x[1], operator.itemgetter(2)(x)))


def subtle_through_sorted(x):
    return sum(k * v for k, v in enumerate(sorted(x)))


def subtle_through_list_sort(x):
    values = list(x)
    values.sort(reverse=True)
    return values[0] * values[0] + values[-1]


def subtle_through_heap(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    return heapq.heappop(heap)


def subtle_through_deque(x):
    queue = collections.deque(x, maxlen=2)
    queue.append(x[0] * x[1])
    return queue[0] * queue[1]


def subtle_through_defaultdict(x):
    total = collections.defaultdict(float)
    for i, v in enumerate(x):
        total[i % 2] += v * v
    return total[0] * total[1]


def subtle_through_chain(x):
    return sum(v * v for v in itertools.chain(x, x[:1]))


def subtle_through_dictionary_views(x):
    d = dict(zip("ab", x))
    return sum(v * v for v in d.values()) + d.setdefault("c", x[2]) * d.get("a")


def subtle_through_dictionary_methods(x):
    d = dict(a=x[0], b=x[1] * x[2])
    d |= {"a": x[1]}
    first = d.pop("b")
    key, last = d.popitem()
    return first * last


def subtle_through_dictionary_of_arrays_keys(x):
    table = {v: v * v for v in (x[0], x[1])}
    return sum(table) + table[x[0]]


def subtle_through_set(x):
    return sum({v * v for v in x})


def subtle_through_exception(x):
    try:
        raise ValueError(np.sum(x * x))
    except ValueError as problem:
        return problem.args[0] * x[0]


def subtle_through_try(x):
    y = x
    try:
        y = x * x
        y = y / int("zero")
    except ValueError:
        y = y * 3
    return np.sum(y)


def subtle_through_with(x):
    with Box(x * x) as y:
        z = y * 2
    return np.sum(z)


def subtle_through_closure_list(x):
    out = []

    def visit(v):
        out.append(v * v)

    for v in x:
        visit(v)
    return sum(out)


def subtle_through_nested_store(x):
    y = x * 2

    def change():
        y[0] = x[1] * x[1]

    change()
    return np.sum(y * y)


def subtle_through_cache(x):
    @lru_cache
    def f(n):
        return x[n] * x[n]

    return f(0) + f(0) + f(1)


def subtle_through_random(x):
    random.seed(3)
    values = list(x)
    random.shuffle(values)
    return values[0] * values[1] + random.choice(values)


def subtle_through_type_call(x):
    y = type(x[0])(x[0]) * x[1]
    return y * float.__mul__(float(x[1]), float(x[0]))


def subtle_through_methods_of_float(x):
    a = float(x[0])
    return a.__mul__(2.0) * a.real + a.conjugate()


def subtle_through_getattr(x):
    return np.sum(getattr(np, "sin")(x) * getattr(x, "T"))


def subtle_through_slots(x):
    f = [np.sin, np.cos, lambda v: v * v]
    table = {"a": np.tanh}
    return np.sum(f[0](x)) + np.sum(f[2](x)) + np.sum(table["a"](x))


def subtle_through_print(x):
    y = x * x
    print(y.shape, file=None)
    return np.sum(y)


def subtle_through_sum_of_lists(x):
    return sum(sum([[v * v] for v in x], []))


def subtle_through_list_multiplication(x):
    values = [x * x] * 2
    values[0] += x
    return np.sum(values[1])


def subtle_through_slice_assignment(x):
    values = [0.0, 0.0, 0.0]
    values[1:] = [x[0], x[1] * x[1]]
    values.insert(0, x[2])
    values.remove(0.0)
    return sum(values)


def subtle_through_star_in_list(x):
    values = [*x, *(x * x)]
    return sum(values) + max(*values)


def subtle_through_string_format(x):
    return float("{:.17g}".format(x[0])) + float("%r" % float(x[1]))


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
