"""Objects whose meaning is easy to get wrong: shadowing, aliases, descriptors, classes that change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from . import Program, subtleties, vectors


class Plain:
    """Attributes as they come."""

    gain = 2.0
    shared = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    history: list = []

    def __init__(self, a, b=None):
        self.a = a
        self.b = a if b is None else b

    def method(self, x):
        return np.sum(self.a * x)

    def set(self, a):
        self.a = a
        return self

    def swap(self):
        self.a, self.b = self.b, self.a

    def scale(self, k):
        self.a *= k

    def view(self):
        return self.a[1:]

    def remember(self, x):
        self.history.append(x)


class Shadow(Plain):
    """A property over what an attribute of the class was."""

    @property
    def gain(self):
        return np.sum(self.a)


class Stored:
    """A property with a setter."""

    def __init__(self, v):
        self.v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, value):
        self._v = value * 2


class Guarded:
    """What is assigned is doubled on the way."""

    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2 * value)

    def __init__(self, a):
        self.a = a


class Invented:
    """Attributes that are made up when they are asked for."""

    def __init__(self, a):
        self.a = a

    def __getattr__(self, name):
        return self.a * len(name)


class Looked:
    """Every attribute is something else."""

    def __init__(self, a):
        object.__setattr__(self, "a", a)

    def __getattribute__(self, name):
        value = object.__getattribute__(self, name)
        return value * 3 if name == "a" else value


class Descriptor:
    """A descriptor of one's own."""

    def __get__(self, owner, cls=None):
        return owner.a * 5

    def __set__(self, owner, value):
        owner.a = value


class Described(Plain):
    """It has one."""

    d = Descriptor()


class Weak:
    """A descriptor that the object's own attribute hides."""

    def __get__(self, owner, cls=None):
        return 7.0


class Weakly(Plain):
    """It has one."""

    w = Weak()


class Counting:
    """Made anew by a constructor of one's own."""

    def __new__(cls, a):
        made = object.__new__(cls)
        made.extra = a * 2
        return made

    def __init__(self, a):
        self.a = a


class Meta(type):
    """Calls of its classes do something else."""

    def __call__(cls, a):
        return type.__call__(cls, a * 3)


class Made(metaclass=Meta):
    """It is made by Meta."""

    def __init__(self, a):
        self.a = a


class Left:
    """An operator that gives up."""

    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        if isinstance(other, Right):
            return NotImplemented
        return self.v + other


class Right:
    """It is asked then."""

    def __init__(self, v):
        self.v = v

    def __radd__(self, other):
        return self.v * 10

    def __rmul__(self, other):
        return self.v * other


class SubLeft(Left):
    """The right operand of a subclass comes first."""

    def __radd__(self, other):
        return self.v * 100


class Inplace:
    """`+=` changes it."""

    def __init__(self, v):
        self.v = v

    def __iadd__(self, other):
        self.v = self.v * other
        return self


class Pair(NamedTuple):
    """A tuple whose `+` adds entries."""

    a: float
    b: float

    def __add__(self, other):
        return Pair(self.a + other[0], self.b + other[1])


class Five(NamedTuple):
    """A tuple that lies about its length."""

    a: float
    b: float

    def __len__(self):
        return 5

    def __iter__(self):
        return iter((self[1], self[0], self[0]))


class Diamond1(Plain):
    """A way up."""

    def method(self, x):
        return 2 * super().method(x)


class Diamond2(Plain):
    """Another way up."""

    def method(self, x):
        return 3 + super().method(x)


class Diamond(Diamond1, Diamond2):
    """Both."""

    def method(self, x):
        return super().method(x) ** 2


class Iterated:
    """A container with an iteration of its own."""

    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items[::-1])

    def __getitem__(self, i):
        return self.items[-1 - i]

    def __len__(self):
        return 2

    def __contains__(self, x):
        return True

    def __bool__(self):
        return False


class Lazy:
    """Computed when it is first read."""

    def __init__(self, a):
        self.a = a
        self._cache = None

    @property
    def norm(self):
        if self._cache is None:
            self._cache = np.sum(self.a**2)
        return self._cache


class Tree:
    """Nodes that hold nodes."""

    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)

    def total(self):
        out = self.value**2
        for child in self.children:
            out = out + child.total()
        return out


class Recorder:
    """Adds up what it is given."""

    def __init__(self):
        self.rows = []
        self.best = None

    def add(self, v):
        self.rows.append(v)
        if self.best is None or v > self.best:
            self.best = v
        return self


@dataclass
class Buffers:
    """Arrays made by a factory."""

    data: np.ndarray
    buffer: np.ndarray = field(default_factory=lambda: np.zeros(4))
    total: float = field(default=0.0, init=False)

    def push(self, v):
        self.buffer[1:] = self.buffer[:-1]
        self.buffer[0] = v
        self.total += v


GLOBAL = Plain(np.array([1.0, 2.0, 3.0, 4.0]))
RECORDER = Recorder()


def subtle_instance_shadows_method(x):
    p = Plain(x)
    p.method = lambda y: np.sum(y**3)
    return p.method(x)


def subtle_property_over_attribute(x):
    s = Shadow(x * x)
    return s.gain * x[0]


def subtle_setter(x):
    s = Stored(x)
    s.v = s.v * x
    return np.sum(s.v)


def subtle_setattr(x):
    g = Guarded(x)
    g.a = g.a * x
    return np.sum(g.a)


def subtle_getattr(x):
    return np.sum(Invented(x).abc * x)


def subtle_getattribute(x):
    return np.sum(Looked(x).a * x)


def subtle_descriptor(x):
    d = Described(x)
    d.d = x * x
    return np.sum(d.d)


def subtle_weak_descriptor(x):
    w = Weakly(x)
    before = w.w
    w.w = x[0] * x[1]
    return before * x[0] + w.w


def subtle_new(x):
    c = Counting(x)
    return np.sum(c.a * c.extra)


def subtle_metaclass(x):
    return np.sum(Made(x).a ** 2)


def subtle_two_attributes_one_array(x):
    p = Plain(x * 1.0)
    p.a[0] = x[1] * x[2]
    return np.sum(p.b**2)


def subtle_two_names_one_object(x):
    p = Plain(x)
    q = p
    q.a = x * x
    return np.sum(p.a * p.b)


def subtle_object_in_two_lists(x):
    p = Plain(x)
    one, two = [p], [p, p]
    one[0].set(x * x)
    return np.sum(two[1].a * two[0].b)


def subtle_view_attribute(x):
    p = Plain(x * 1.0)
    v = p.view()
    v[0] = x[0] * x[0]
    return np.sum(p.a**2) + np.sum(v)


def subtle_view_kept(x):
    p = Plain(x * 1.0)
    p.c = p.a[1:]
    p.a[1] = x[0] ** 3
    return np.sum(p.c**2)


def subtle_view_kept_by_method(x):
    def keep(p, y):
        p.c = y[1:]
        return p

    y = x * 1.0
    p = keep(Plain(x), y)
    y[1] = x[0] ** 3
    return np.sum(p.c**2)


def subtle_scaled_in_place(x):
    y = x * 1.0
    p = Plain(y)
    p.scale(x[0])
    return np.sum(y**2) + np.sum(p.b)


def subtle_swap(x):
    p = Plain(x, x * x)
    for _ in range(3):
        p.swap()
    return np.sum(p.a * x) + np.sum(p.b**3)


def subtle_class_array_augmented(x):
    p = Plain(x)
    q = Plain(x)
    p.own = np.zeros(4)
    p.own += x * x
    return np.sum(p.own) * q.gain


def subtle_class_list(x):
    p, q = Plain(x), Plain(x)
    p.remember(x[0] * x[1])
    out = q.history[-1] * x[0]
    q.history.clear()
    return out


def subtle_class_number_shadowed(x):
    p = Plain(x)
    before = p.gain
    p.gain = x[0] * p.gain
    return before * p.gain * Plain.gain * np.sum(x)


def subtle_operator_gives_up(x):
    return Left(x[0]) + Right(x[1]) + (Left(x[2]) + x[3]) * x[0]


def subtle_subclass_first(x):
    return Left(x[0]) + SubLeft(x[1]) * 1 if False else x[0] + np.sum(x**2)


def subtle_subclass_asked_first(x):
    return np.sum((Left(x[0]) + SubLeft(x[1])) * x)


def subtle_array_times_object(x):
    return np.sum(x * Right(x[0]))


def subtle_number_times_object(x):
    return 2.5 * Right(x[0] ** 2)


def subtle_inplace_operator(x):
    i = Inplace(x)
    j = i
    i += x
    return np.sum(j.v * x)


def subtle_tuple_with_add(x):
    return sum(Pair(x[0], x[1] ** 2) + Pair(x[2], x[3])) * x[0]


def subtle_tuple_with_len(x):
    five = Five(x[0], x[1] ** 2)
    return len(five) * x[0]


def subtle_tuple_with_iter(x):
    five = Five(x[0], x[1] ** 2)
    a, b, c = five
    return a * b + c + sum(five)


def subtle_diamond(x):
    return Diamond(x).method(x * 2)


def subtle_super_after_rebinding(x):
    class_of = Diamond(x)

    def call(self, y):
        self, other = Plain(y), self
        return other.method(y) + self.method(y)

    return call(class_of, x)


def subtle_iteration(x):
    out = 0.0
    for k, v in enumerate(Iterated([x[0], x[1] ** 2])):
        out = out + (k + 1) * v
    return out


def subtle_subscript(x):
    it = Iterated([x[0], x[1] ** 2, x[2]])
    return it[0] * 2 + it[1] + len(it) * x[3]


def subtle_truth(x):
    it = Iterated([x[0], x[1] ** 2])
    return x[0] ** 2 if it else x[1] ** 3


def subtle_lazy(x):
    z = Lazy(x)
    first = z.norm
    z.a = x * 3
    return first * z.norm


def subtle_tree(x):
    leaf = Tree(x[0] * x[1])
    return Tree(x[2], [leaf, Tree(x[3], [leaf])]).total()


def subtle_self_reference(x):
    p = Plain(x)
    p.me = p
    return np.sum(p.me.me.a ** 2)


def subtle_reference_to_parent(x):
    parent = Tree(x[0])
    child = Tree(x[1])
    child.parent = parent
    parent.children.append(child)
    return parent.total() * x[2]


def subtle_list_of_itself(x):
    items = [x[0]]
    items.append(items)
    return items[1][0] ** 2


def subtle_recorder(x):
    r = Recorder()
    for v in x:
        r.add(v * v)
    return r.rows[0] * r.rows[-1]


def subtle_recorder_chained(x):
    r = Recorder().add(x[0]).add(x[1] ** 2)
    return r.best * sum(r.rows)


def subtle_global_object_changed(x):
    GLOBAL.a = x * x
    out = np.sum(GLOBAL.a * x)
    GLOBAL.a = np.array([1.0, 2.0, 3.0, 4.0])
    return out


def subtle_global_array_changed(x):
    before = GLOBAL.b[0]
    GLOBAL.b[0] = x[0] * x[0]
    out = np.sum(GLOBAL.b[:2] * x[:2])
    GLOBAL.b[0] = before
    return out


def reads_global(x):
    """Reads what its caller has changed."""
    return np.sum(GLOBAL.a * x)


def subtle_global_seen_by_another(x):
    old = GLOBAL.a
    GLOBAL.a = x * x
    out = reads_global(x)
    GLOBAL.a = old
    return out


def subtle_global_method(x):
    old = GLOBAL.a
    GLOBAL.set(x * x)
    out = GLOBAL.method(x)
    GLOBAL.set(old)
    return out


def subtle_buffers(x):
    b = Buffers(x)
    for v in x:
        b.push(v * v)
    return np.sum(b.buffer * b.data) + b.total


def subtle_branch_sets_attribute(x):
    p = Plain(x)
    if x[0] > 0:
        p.a = x * x
        p.extra = x[1]
    else:
        p.a = np.sin(x)
        p.extra = x[2]
    return np.sum(p.a) * p.extra


def subtle_branch_sets_sometimes(x):
    p = Plain(x)
    if x[0] > 0:
        p.extra = x[1] ** 2
    return np.sum(p.a) * getattr(p, "extra", 1.0)


def subtle_branch_of_objects(x):
    p = Plain(x) if x[0] > 0 else Plain(np.cos(x))
    q = p if x[1] > 0 else Plain(x * 2)
    q.a = q.a * x[2]
    return np.sum(p.a) + np.sum(q.a)


def subtle_branch_of_classes(x):
    p = Plain(x) if x[0] > 0 else Shadow(x)
    return p.gain * np.sum(p.a)


def subtle_attribute_in_loop(x):
    p = Plain(x)
    for i in range(3):
        if i == 0:
            p.total = x[0]
        p.total = p.total * x[i]
    return p.total


def subtle_rebound_self(x):
    p = Plain(x)
    method = p.method
    p = Plain(x * x)
    return method(x) + p.method(x)


def subtle_method_then_change(x):
    p = Plain(x)
    method = p.method
    p.a = x * x
    return method(x)


def subtle_vars(x):
    p = Plain(x)
    vars(p)["a"] = x * x
    return np.sum(p.a)


def subtle_dict_of_object(x):
    p = Plain(x)
    p.__dict__["a"] = x * x
    d = p.__dict__
    d["b"] = x * 3
    return np.sum(p.a * p.b)


def subtle_class_assigned(x):
    p = Plain(x)
    p.__class__ = Shadow
    return p.gain * x[0]


def subtle_delattr(x):
    p = Plain(x)
    p.gain = x[0]
    del p.gain
    return p.gain * x[1]


def subtle_size_one(x):
    p = Plain(x[:1], x[:0])
    p.a = p.a * x[:1, None]
    return np.sum(p.a) + np.sum(p.b)


def subtle_scalar_then_array(x):
    p = Plain(0.0)
    for v in x:
        p.a = p.a + v * x
    return np.sum(p.a**2)


def subtle_frozen(x):
    p = Pair(x[0], x[1])
    q = p._replace(a=p.b * 2)
    return q.a * p.a + q[1]


def subtle_two_results(x):
    def both(y):
        p = Plain(y * 1.0)
        return p, p.a

    p, a = both(x)
    a[0] = x[1] * x[2]
    return np.sum(p.a**2)


def subtle_same_list_twice(x):
    def twice(y):
        items = [y[0]]
        return items, items

    one, two = twice(x)
    one.append(x[1] ** 2)
    return sum(two) * x[0]


def subtle_list_keeps_argument(x):
    def collect(y):
        out = []
        for _ in range(2):
            out.append(y)
        return out

    y = x * 1.0
    kept = collect(y)
    y[0] = x[1] * x[1]
    return np.sum(kept[0]) + np.sum(kept[1] ** 2)


def subtle_stored_then_changed(x):
    y = x * 1.0
    p = Plain(y)
    y[0] = x[1] * x[1]
    return np.sum(p.a**2)


def subtle_helper_changes_attribute(x):
    def change(p, k):
        p.a[k] = p.a[k] * p.b[0]
        p.n = k

    p = Plain(x * 1.0, x * 2.0)
    for k in range(3):
        change(p, k)
    return np.sum(p.a * x) * p.n


def subtle_unknown_code(x):
    p = Plain(x)
    exec("p.a = p.a * p.a", {"p": p})
    return np.sum(p.a)


def subtle_stores_in_expression(x):
    p = Plain(x)
    return np.sum(p.set(x * x).a) + np.sum(p.a) * np.sum(p.set(x * 2).a)


EITHER = [Program(f, vectors(1)) for f in subtleties(globals())]
