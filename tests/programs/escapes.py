"""Ways by which a value slips out of sight: each must be differentiated rightly or refused, never be dropped."""

import collections
import copy
import heapq
import itertools
import json
import operator
import pickle
import random
import struct
from functools import lru_cache, reduce

import numpy as np

from . import Program, vectors

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


def through_text(x):
    return float(str(x[0])) * x[1] + float(f"{x[1]!r}")


def through_json(x):
    return json.loads(json.dumps({"a": float(x[0])}))["a"] * x[1]


def through_pickle(x):
    return np.sum(pickle.loads(pickle.dumps(x)) * x)


def through_bytes(x):
    return np.sum(np.frombuffer(x.tobytes()) * x)


def through_struct(x):
    return struct.unpack("d", struct.pack("d", x[0]))[0] * x[1]


def through_deepcopy(x):
    return np.sum(copy.deepcopy(x) * copy.copy(x))


def through_memory(x):
    y = x * 2
    m = memoryview(y)
    m[0] = x[1]
    return np.sum(y * y)


def through_tolist(x):
    values = x.tolist()
    return values[0] * values[1] + np.sum(np.array(values) ** 2)


def through_item(x):
    return x.item(0) * x[1].item()


def through_flat(x):
    y = x * 2
    y.flat[0] = x[1] * x[1]
    return sum(v * v for v in y.flat)


def through_nditer(x):
    y = x * 2
    for v in np.nditer(y, op_flags=["readwrite"]):
        v[...] = v * v
    return np.sum(y)


def through_object_attribute(x):
    box = Box()
    box.value = x * x
    return np.sum(box.value)


def through_setattr(x):
    box = Box(x)
    setattr(box, "value", x * 3)
    return np.sum(getattr(box, "value"))


def through_operators_of_objects(x):
    box = Box(x)
    box += x * x
    return np.sum((box + x).value)


def through_instance_dictionary(x):
    box = Box(x)
    box.__dict__["value"] = x * 3
    return np.sum(vars(box)["value"])


def through_module_state(x):
    STATE["value"] = np.sum(x * x)
    return STATE["value"] * x[0]


def through_module_list(x):
    KEPT.append(x * x)
    return np.sum(KEPT.pop())


def through_function_attribute(x):
    def f():
        return f.y

    f.y = np.sum(x * x)
    return f() * x[0]


def through_default_argument(x):
    def f(store=[]):  # noqa: B006
        store.append(np.sum(x * x))
        return store[-1]

    f()
    return f()


def through_globals(x):
    globals()["HIDDEN"] = np.sum(x * x)
    return HIDDEN * x[0]  # noqa: F821


def through_eval(x):
    return np.sum(eval("x * x"))


def through_locals(x):
    y = x * x
    return np.sum(locals()["y"])


def through_generator(x):
    def values():
        for v in x:
            yield v * v

    return sum(values())


def through_iterator(x):
    it = iter(x)
    first = next(it)
    return first * sum(v * v for v in it)


def through_map_filter(x):
    return sum(map(lambda v: v * v, filter(lambda v: v > -9, x)))


def through_accumulate(x):
    return sum(itertools.accumulate(x, lambda a, b: a * b + a))


def through_reduce(x):
    return reduce(operator.mul, list(x))


def through_operator_module(x):
    return operator.mul(x[0], operator.add(x[1], operator.itemgetter(2)(x)))


def through_sorted(x):
    return sum(k * v for k, v in enumerate(sorted(x)))


def through_list_sort(x):
    values = list(x)
    values.sort(reverse=True)
    return values[0] * values[0] + values[-1]


def through_heap(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    return heapq.heappop(heap)


def through_deque(x):
    queue = collections.deque(x, maxlen=2)
    queue.append(x[0] * x[1])
    return queue[0] * queue[1]


def through_defaultdict(x):
    total = collections.defaultdict(float)
    for i, v in enumerate(x):
        total[i % 2] += v * v
    return total[0] * total[1]


def through_chain(x):
    return sum(v * v for v in itertools.chain(x, x[:1]))


def through_dictionary_views(x):
    d = dict(zip("ab", x))
    return sum(v * v for v in d.values()) + d.setdefault("c", x[2]) * d.get("a")


def through_dictionary_methods(x):
    d = dict(a=x[0], b=x[1] * x[2])
    d |= {"a": x[1]}
    first = d.pop("b")
    key, last = d.popitem()
    return first * last


def through_dictionary_of_arrays_keys(x):
    table = {v: v * v for v in (x[0], x[1])}
    return sum(table) + table[x[0]]


def through_set(x):
    return sum({v * v for v in x})


def through_exception(x):
    try:
        raise ValueError(np.sum(x * x))
    except ValueError as problem:
        return problem.args[0] * x[0]


def through_try(x):
    y = x
    try:
        y = x * x
        y = y / int("zero")
    except ValueError:
        y = y * 3
    return np.sum(y)


def through_with(x):
    with Box(x * x) as y:
        z = y * 2
    return np.sum(z)


def through_closure_list(x):
    out = []

    def visit(v):
        out.append(v * v)

    for v in x:
        visit(v)
    return sum(out)


def through_nested_store(x):
    y = x * 2

    def change():
        y[0] = x[1] * x[1]

    change()
    return np.sum(y * y)


def through_cache(x):
    @lru_cache
    def f(n):
        return x[n] * x[n]

    return f(0) + f(0) + f(1)


def through_vectorize(x):
    return np.sum(np.vectorize(lambda v: v * v if v > 0 else v)(x))


def through_frompyfunc(x):
    return float(np.sum(np.frompyfunc(lambda v: v * v, 1, 1)(x)))


def through_apply(x):
    return np.sum(np.apply_along_axis(lambda v: v * v[0], 0, x))


def through_fromiter(x):
    return np.sum(np.fromiter((v * v for v in x), dtype=float))


def through_fromfunction(x):
    return np.sum(np.fromfunction(lambda i: x[i.astype(int)] * i, (3,)))


def through_object_array(x):
    y = np.array([x[0] * x[1], None, x[2]], dtype=object)
    return y[0] * y[2]


def through_record_array(x):
    y = np.zeros(2, dtype=[("a", float), ("b", float)])
    y["a"] = x[:2] * x[:2]
    return np.sum(y["a"])


def through_masked_array(x):
    y = np.ma.masked_less(x * x, 0.1)
    return float(y.sum())


def through_out(x):
    y = np.zeros_like(x)
    np.multiply(x, x, out=y)
    np.sin(y, y)
    return np.sum(y)


def through_copyto(x):
    y = np.zeros_like(x)
    np.copyto(y, x * x)
    np.put(y, [0], x[1])
    np.place(y, x > 0, x[:1])
    return np.sum(y * y)


def through_fill_and_sort(x):
    y = x * x
    y.sort()
    z = y.copy()
    z.fill(x[0])
    y.resize(2)
    return y[0] * 2 + np.sum(z)


def through_ufunc_at(x):
    y = np.ones(3)
    np.multiply.at(y, [0, 0, 1], x[:3])
    return np.sum(y)


def through_real_view(x):
    z = x + 0j
    z.real[0] = x[1]
    z.imag = x * x
    return np.sum(np.abs(z) ** 2)


def through_view(x):
    y = x * 2
    v = y.view()
    v[0] = x[1] * x[1]
    w = np.ravel(y)
    w[1] = x[0]
    return np.sum(y * y)


def through_broadcast(x):
    a, b = np.broadcast_arrays(x, x[:1])
    return np.sum(a * b)


def through_strides(x):
    v = np.lib.stride_tricks.sliding_window_view(x, 2)
    return np.sum(v[:, 0] * v[:, 1])


def through_random(x):
    random.seed(3)
    values = list(x)
    random.shuffle(values)
    return values[0] * values[1] + random.choice(values)


def through_type_call(x):
    y = type(x[0])(x[0]) * x[1]
    return y * float.__mul__(float(x[1]), float(x[0]))


def through_methods_of_float(x):
    a = float(x[0])
    return a.__mul__(2.0) * a.real + a.conjugate()


def through_getattr(x):
    return np.sum(getattr(np, "sin")(x) * getattr(x, "T"))


def through_slots(x):
    f = [np.sin, np.cos, lambda v: v * v]
    table = {"a": np.tanh}
    return np.sum(f[0](x)) + np.sum(f[2](x)) + np.sum(table["a"](x))


def through_print(x):
    y = x * x
    print(y.shape, file=None)
    return np.sum(y)


def through_sum_of_lists(x):
    return sum(sum([[v * v] for v in x], []))


def through_list_multiplication(x):
    values = [x * x] * 2
    values[0] += x
    return np.sum(values[1])


def through_slice_assignment(x):
    values = [0.0, 0.0, 0.0]
    values[1:] = [x[0], x[1] * x[1]]
    values.insert(0, x[2])
    values.remove(0.0)
    return sum(values)


def through_star_in_list(x):
    values = [*x, *(x * x)]
    return sum(values) + max(*values)


def through_string_format(x):
    return float("{:.17g}".format(x[0])) + float("%r" % float(x[1]))


def through_comparison(x):
    return float(x[0] > 0) * x[1] + (x[0] > 0) * x[2] + np.sum(x * (x > 0))


def through_integers(x):
    return int(x[0] * 10) * x[1] + x.astype(int).sum() * x[2] + np.floor(x[0])


def through_argmax(x):
    return x[np.argmax(x)] * x[np.argsort(x)[0]]


def through_float32(x):
    return float(np.sum(x.astype(np.float32).astype(np.float64) ** 2))


EITHER = [
    Program(f, vectors(1), h=1e-2, rtol=1e-3) if f is through_float32 else Program(f, vectors(1))
    for name, f in list(globals().items())
    if name.startswith("through_")
]
