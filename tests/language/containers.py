"""Containers and objects."""

import copy
import enum
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import NamedTuple

import dlgrad as dl
import numpy as np

from . import supported


@supported("list and dict comprehensions")
def comprehensions(x, m):
    a = [v**2 for v in x if v > 0]
    b = {k: v * 2 for k, v in (("p", x[0]), ("q", x[1]))}
    c = np.stack([row * k for k, row in enumerate(m)])
    d = [[u * x[1] for u in row] for row in m]
    e = [t for v in x if (t := v * 2) > -9]
    f = [v * 3 for v in x] if len(x) > 2 else []
    g = max([v * 1 for v in x]) + sum(np.sum(v) for v in (x, m))
    return sum(a) + b["p"] * b["q"] + np.sum(c) + d[0][1] + e[2] + f[1] + g


@supported("lists and tuples: displays")
def lists(x):
    a = [x[0], *[x[1], x[2]]]
    a.append(x[3])
    a.extend((x[0] * 2, x[1]))
    a.insert(1, x[2] ** 2)
    b = a[1:3] + [x[0]] * 2
    del a[0]
    b.reverse()
    c = (*b, a.pop()) + (x[1],)
    a[0] = a[1] * c[2]
    d = a.copy()
    hs = [x]
    for k in range(3):
        hs.append(np.sin(hs[-1]) * d[0])
    return np.sum(hs[-1] * hs[1]) + sum(c) * d[1]


@supported("lists of tuples and dicts")
def lists_of_containers(x):
    rows, dicts = [], []
    for v in x:
        rows.append((v, v**2))
        dicts.append({"a": v, "b": np.sin(v)})
    first, second = zip(*rows)
    total = sum(first) * sum(second)
    for a, b in rows:
        total += a * b
    for d in dicts:
        total += d["a"] * d["b"]
    return total + rows[0][1]


@supported("dicts: `get`")
def dicts(x):
    d = {"a": x[0], "b": x[1]}
    d.update(c=x[2], b=x[3] ** 2)
    total = d.get("a", 0.0) * d.get("z", 2.0) + d.setdefault("e", x[1])
    for k, v in d.items():
        total += v * len(k)
    for k in d.keys() | set():
        total += 0.0
    for v in d.values():
        total *= v
    last = d.popitem()[1] + d.pop("a")
    e = d.copy() | {"f": x[0] * 2, ("g", 1): x[1]}
    e |= {"h": last}
    del e["f"]
    counts = defaultdict(float)
    counts["n"] += x[2]
    order = OrderedDict(p=x[0])
    zeros = dict.fromkeys(("r", "s"), 0.0)
    zeros["r"] = x[3]
    d.clear()
    return total + e["h"] * e["g", 1] * counts["n"] + order["p"] * zeros["r"] + (1.0 if "a" in d else 2.0) * x[0]


class Pair(NamedTuple):
    first: object
    second: object


@dataclass
class Weights:
    w: object
    b: object


PAIR = (Pair(np.array([0.5, 1.5]), 2.0), Weights(np.array([0.2, 0.7]), 0.3))


@supported("tuples, named tuples, dataclasses", None, PAIR)
def structures(p):
    (pair, weights) = p
    other = Pair(pair.second * weights.w, pair[0])
    return np.sum(other.first * other.second) * weights.b


def structured_expected(p):
    pair, weights = p
    return (Pair(weights.w, 0.0), Weights(pair.first, 1.0))


@supported("tuples, named tuples, dataclasses", structured_expected, PAIR)
def structures_of_gradients(p):
    return dl.dlgradient(np.sum(p[0].first * p[1].w) + p[1].b + 0 * p[0].second, p)


class Mode(enum.Enum):
    TANH = 1
    SINE = 2


class Base:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    @property
    def doubled(self):
        return self.w * self.scale

    def __call__(self, x):
        return np.tanh(x * self.doubled)


class Layer(Base):
    __slots__ = ("b",)

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b
        self.calls = 0

    @staticmethod
    def shifted(x, by):
        return x + by

    @classmethod
    def plain(cls, w):
        return cls(w, 0.0)

    def __call__(self, x):
        self.calls += 1
        self.last = super().__call__(x)
        return self.shifted(self.last, self.b)

    def __getitem__(self, k):
        return self.w[k]

    def __len__(self):
        return 2

    def __add__(self, other):
        return Layer(self.w + other.w, self.b)


@dataclass
class Settings:
    rate: object
    parts: list = field(default_factory=list)

    def __post_init__(self):
        self.half = self.rate / 2


@dataclass
class Rate:
    start: object
    decay: object = 0.5


class Point(NamedTuple):
    x: object
    y: object

    def size(self):
        return self.x**2 + self.y**2


@supported("objects of your classes")
def objects(x, w):
    layer = Layer(w, x[0])
    y = np.sum(layer(x) * (layer + Layer.plain(x)).w) * len(layer) + layer[1] * layer.calls
    settings, rate = Settings(x[1]), replace(Rate(x[1]), start=x[2] * 2)
    settings.parts.append(x[3])
    point = Point(x[0], w[1])._replace(y=x[1])
    mode = Mode.SINE
    z = point.size() + point._asdict()["y"] + settings.half * settings.parts[0] * rate.start * rate.decay
    return y + (np.sin(z) if mode is Mode.SINE else z) + np.sum(layer.last)


class Checked:
    def __init__(self, w):
        self.w = w
        if w[0] > 1e6:
            raise ValueError("too large")


@supported("objects of your classes")
def checked_objects(x):
    return np.sum(Checked(x).w ** 2)


NET = SimpleNamespace(w=np.array([1.0, 2.0]), name="net", n=3)


def gradient_of_object_expected(net, layer):
    return SimpleNamespace(w=layer.w**2, name="net", n=3), {"w": 2 * layer.w * net.w, "b": 1.0}


class Plain:
    def __init__(self):
        self.w, self.b, self.name = np.array([0.3, 0.5]), 2.0, "plain"


@supported("gradients of objects", gradient_of_object_expected, NET, Plain())
def gradient_of_object(net, layer):
    loss = np.sum(net.w * layer.w**2) + layer.b
    return dl.dlgradient(loss, net, layer)


@supported("`next(iter(x))`")
def copies(d, xs):
    first = next(iter(xs))
    twin, shallow = copy.deepcopy(xs), copy.copy(d)
    twin[0][0] = 2.0
    shallow["w1"] = shallow["w2"] * 3
    total = np.sum(first * twin[0]) + np.sum(shallow["w1"] * d["w1"])
    for k in sorted(d):
        total = total + np.sum(d[k])
    for k, v in sorted(d.items()):
        total = total * len(k) + np.sum(v**2)
    return total


Size = namedtuple("Size", "n m")


@supported("ranges and lists of numbers")
def indices(x, m):
    labels = np.array([1, 0, 2, 1])
    return np.sum(m[range(4), labels]) * np.sum(x[[0, 2]] ** 2)


@supported("tables of learnables", None, dl.Learnables.of({"fc": {"W": np.array([[0.5, 1.0]]), "b": np.array([0.1])}}))
def tables(net):
    total = np.sum(net.Value[0] ** 2) * np.sum(net["fc", "b"]) * len(net)
    for layer, parameter, value in net:
        if parameter == "W":
            total = total + np.sum(value**3) * len(layer)
    net["fc", "W"] = net[0][2] * 2
    return total + np.sum(np.sin(net.Value[0]))


@supported("lists and tuples of variables where")
def lists_as_arrays(x, w):
    hs = []
    for v in x:
        hs.append(v * w[0])
    return np.sum(np.square(hs)) + np.linalg.norm([x[0], w[1]]) + np.dot([x[1], x[2]], w[:2]) + np.sum(np.sin((x, w)))
