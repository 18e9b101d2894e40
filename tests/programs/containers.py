"""Lists that grow, dictionaries, tuples, nested containers of parameters, comprehensions."""

from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from . import Program, matrices, vectors

State = namedtuple("State", "position velocity")


@dataclass
class Layer:
    """Parameters of a layer."""

    weight: np.ndarray
    bias: np.ndarray
    name: str = "layer"


def grows(x, w):
    out = []
    for i, a in enumerate(x):
        if a < 0:
            continue
        out.append(a * w[i])
        if len(out) > 2:
            break
    return sum(out) * np.sum(w)


def stacked(x, w):
    states = []
    h = x
    for _ in range(4):
        h = np.tanh(h * w)
        states.append(h)
    return np.sum(np.stack(states) ** 2) + np.sum(states[-1]) + np.sum(states[0] * states[2])


def array_of_list(x, w):
    y = [np.sin(a) * b for a, b in zip(x, w)]
    return np.sum(np.array(y) ** 2)


def concatenated(x, w):
    parts = [x]
    parts += [w, x * w]
    parts.extend([x[:2], w[1:]])
    parts.insert(1, 2 * x)
    return np.sum(np.cos(np.concatenate(parts)) ** 2)


def comprehension_forms(x, w):
    squares = [v * v for v in x if v > 0]
    table = {i: v * 2 for i, v in enumerate(w)}
    nested = [a * b for a in x for b in w if a > b]
    return sum(squares) + sum(table.values()) + sum(nested) + sum(v**3 for v in x)


def nested_comprehension(x, w):
    m = np.array([[a * b for b in w] for a in x])
    return np.sum(np.tanh(m))


def generator_reductions(x, w):
    s = sum(a * b for a, b in zip(x, w))
    m = max(v * v for v in x)
    return s * m


def list_operations(x, w):
    a = [x, w]
    b = a + [x * w]
    c = b[::-1] * 2
    c[0] = c[0] + c[1]
    last = c.pop()
    return np.sum(last * c[0]) + len(c) * np.sum(b[0])


def aliased_list(x, w):
    a = [x, w]
    b = a
    b.append(x * w)
    a[0] = a[2] * 2
    c = list(a)
    c[1] = x
    return np.sum(b[0] * c[1]) + np.sum(a[1])


def list_parameter(p):
    h = p[0]
    for q in p[1:]:
        h = np.tanh(h + q * h)
    return np.sum(h)


def tuple_parameter(p):
    w, (b, c) = p
    return np.sum(w * b) * c


def dict_parameter(p, x):
    h = np.tanh(p["w1"] @ x + p["b1"])
    return np.sum(p["w2"] @ h + p["b2"])


def dict_of_dicts(p, x):
    for name in ("first", "second"):
        layer = p[name]
        x = np.tanh(layer["w"] @ x + layer["b"])
    return np.sum(x**2)


def layers_in_list(layers, x):
    for i, (w, b) in enumerate(layers):
        x = w @ x + b
        if i < len(layers) - 1:
            x = np.maximum(x, 0.1 * x)
    return np.sum(x**2)


def list_of_dicts(layers, x):
    penalty = 0.0
    for layer in layers:
        x = np.tanh(layer["w"] @ x)
        penalty += np.sum(layer["w"] ** 2) * layer["decay"]
    return np.sum(x) + penalty


def namedtuples(x, w):
    s = State(x, w)
    for _ in range(3):
        s = State(s.position + 0.1 * s.velocity, s.velocity - 0.1 * np.sin(s.position))
    t = s._replace(velocity=s.velocity * 2)
    return np.sum(t.position * t.velocity)


def namedtuple_parameter(s):
    p, v = s
    return np.sum(p * v) + np.sum(s.position**2)


def dataclass_parameter(layer, x):
    return np.sum(np.tanh(layer.weight @ x + layer.bias))


def built_dict(x, w):
    p = {"a": x, "b": w}
    p["c"] = p["a"] * p["b"]
    p["a"] = p["c"] + 1
    q = {**p, "d": x}
    q.update(b=q["a"] * 2)
    s = 0.0
    for k, v in q.items():
        if k != "c":
            s = s + np.sum(v * p["b"])
    return s + np.sum(q.get("d")) + np.sum(q.pop("c"))


def dict_accumulates(x):
    total = {}
    for i, v in enumerate(x):
        key = "even" if i % 2 == 0 else "odd"
        total[key] = total.get(key, 0.0) + v * v
    return total["even"] * total["odd"]


def memoised(x):
    cache = {}

    def value(n):
        if n not in cache:
            cache[n] = x[0] if n == 0 else np.sin(value(n - 1)) + x[1]
        return cache[n]

    return value(3) * value(2)


def list_index_store(x, w):
    cells = [0.0] * 4
    for i in range(3):
        cells[i + 1] = cells[i] * w[i] + x[i]
    return sum(c * c for c in cells)


def list_of_lists(x, w):
    table = [[0.0 for _ in range(3)] for _ in range(3)]
    for i in range(3):
        for j in range(3):
            table[i][j] = x[i] * w[j] + (table[i - 1][j] if i else 0.0)
    return table[2][2] * table[1][0] + sum(table[2])


def swapped_entries(x, w):
    a = [x, w, x * w]
    a[0], a[2] = a[2], a[0]
    return np.sum(a[0] * np.sin(a[2]))


def stack_machine(x):
    stack = []
    for v in x:
        stack.append(v)
        if len(stack) >= 2:
            b, a = stack.pop(), stack.pop()
            stack.append(a * b + np.cos(a))
    return stack.pop()


def zip_star(x, w):
    pairs = [(a, b) for a, b in zip(x, w)]
    left, right = zip(*pairs)
    return sum(left) * sum(right)


def tuple_accumulates(x, w):
    history = ()
    for v in x:
        history = history + (v * w[0],)
    return sum(history[1:]) * history[0]


def any_all_len(x):
    if all(v > -10 for v in x) and not any(v > 10 for v in x):
        return np.sum(x * x) * len(x)
    return np.sum(x)


def column_lists(m):
    rows = [m[i] for i in range(m.shape[0])]
    columns = list(zip(*rows))
    return sum(np.sum(np.array(c)) ** 2 for c in columns)


def mlp(rng, n):
    p = {"w1": rng.normal(size=(n, n + 1)), "b1": rng.normal(size=n),
         "w2": rng.normal(size=(2, n)), "b2": rng.normal(size=2)}  # fmt: skip
    return p, rng.normal(size=n + 1)


def two_dicts(rng, n):
    p = {k: {"w": rng.normal(size=(n, n)), "b": rng.normal(size=n)} for k in ("first", "second")}
    return p, rng.normal(size=n)


PROGRAMS = [
    Program(grows, vectors(2), (0, 1)),
    Program(stacked, vectors(2), (0, 1)),
    Program(array_of_list, vectors(2), (0, 1)),
    Program(concatenated, vectors(2), (0, 1)),
    Program(nested_comprehension, vectors(2), (0, 1)),
    Program(generator_reductions, vectors(2), (0, 1)),
    Program(list_operations, vectors(2), (0, 1)),
    Program(aliased_list, vectors(2), (0, 1)),
    Program(list_parameter, lambda rng, n: ([rng.normal(size=n) for _ in range(3)],)),
    Program(tuple_parameter, lambda rng, n: ((rng.normal(size=n), (rng.normal(size=n), 0.7)),)),
    Program(dict_parameter, mlp, (0, 1)),
    Program(
        layers_in_list,
        lambda rng, n: (
            [(rng.normal(size=(n, n)), rng.normal(size=n)) for _ in range(3)],
            rng.normal(size=n),
        ),
        (0, 1),
    ),
    Program(
        list_of_dicts,
        lambda rng, n: ([{"w": rng.normal(size=(n, n)), "decay": 0.1} for _ in range(2)], rng.normal(size=n)),
        (0, 1),
    ),
    Program(namedtuple_parameter, lambda rng, n: (State(rng.normal(size=n), rng.normal(size=n)),)),
    Program(
        dataclass_parameter,
        lambda rng, n: (Layer(rng.normal(size=(n, n)), rng.normal(size=n)), rng.normal(size=n)),
        (0, 1),
    ),
    Program(list_index_store, vectors(2), (0, 1)),
    Program(swapped_entries, vectors(2), (0, 1)),
    Program(any_all_len, vectors(1)),
    Program(dict_of_dicts, two_dicts, (0, 1)),
    Program(built_dict, vectors(2), (0, 1)),
    Program(zip_star, vectors(2), (0, 1)),
    Program(tuple_accumulates, vectors(2), (0, 1)),
]

NOT_YET = [
    Program(comprehension_forms, vectors(2), (0, 1), refused="the method values has no derivative rule"),
    Program(namedtuples, vectors(2), (0, 1), refused="of an unknown object"),
    Program(dict_accumulates, vectors(1), refused="an entry that is not known now"),
    Program(memoised, vectors(1), refused="value may change this container"),
    Program(list_of_lists, vectors(2), (0, 1), refused="a container in it was changed in place"),
    Program(stack_machine, vectors(1), refused="has no name here"),
    Program(column_lists, matrices(1), refused="entries of this sequence are not alike"),
]
