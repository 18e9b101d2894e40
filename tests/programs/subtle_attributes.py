"""Attributes that are read, changed, passed on and kept in ways that are easy to get wrong."""

import numpy as np

from . import Program, subtleties, vectors


class P:
    """Two attributes."""

    def __init__(self, a, b=None):
        self.a = a
        self.b = b

    def add(self, v):
        self.a = self.a + v
        return self

    def m(self):
        return np.sum(self.a**2)


class Q(P):
    """A method that asks the other."""

    def m(self):
        return super().m() * 2

    @property
    def twice(self):
        return Q(self.a * 2)


class Tree:
    """A node."""

    def __init__(self, left, right, v):
        self.left = left
        self.right = right
        self.v = v


def total(t):
    if t is None:
        return 0.0
    return t.v**2 + total(t.left) + total(t.right)


def subtle_tree_made(x):
    return total(Tree(Tree(None, None, x[0]), Tree(Tree(None, None, x[2]), None, x[1]), x[3]))


def subtle_property_gives_object(x):
    return Q(x).twice.twice.m()


def subtle_chained_methods(x):
    return Q(x).add(x * 2).add(np.sin(x)).m()


def subtle_list_of_objects_changed(x):
    ps = [P(v) for v in x]
    for p in ps:
        p.add(x[0])
    return sum(p.a * p.a for p in ps)


def subtle_dict_of_objects(x):
    d = {"p": P(x), "q": Q(x)}
    d["p"].a = d["q"].a * 2
    return sum(v.m() for v in d.values())


def subtle_object_in_object(x):
    p = P(x)
    q = P(p)
    q.a.a = x * x
    return p.m()


def subtle_view_in_object(x):
    p = P(x * 1.0)
    q = P(p.a)
    r = P(q.a[1:])
    p.a[1] = x[0] ** 2
    return np.sum(q.a) + np.sum(r.a**2)


def subtle_helper_aliases_attribute(x):
    p = P(x * 1.0)

    def h(p):
        p.b = p.a

    h(p)
    p.b[0] = x[1] ** 2
    return p.m()


def subtle_list_grown_of_objects(x):
    p = P(x)
    p.b = []
    for v in x:
        p.b.append(P(v * v))
    return p.b[0].a * p.b[-1].a


def subtle_attributes_change_places(x):
    p = P(x, P(x))
    for i in range(3):
        p.b, p.a = P(p.a * x[i]), p.b.a
    return p.m() + p.b.m()


def subtle_while_attribute(x):
    p = P(x[0])
    while p.a < 3:
        p.a = p.a * 1.5 + x[1] ** 2 + 0.5
    return p.a


def subtle_index_known_late(x):
    a = [P(x), P(x * 2)]
    k = 0 if x[0] > 0 else 1
    return a[k].m()


def subtle_index_computed(x):
    a = [P(x), P(x * 2)]
    k = int(np.argmax(x)) % 2
    a[k].a = x * 3
    return a[0].m() + a[1].m() * 2


def subtle_attribute_array_in_place(x):
    p = P(x * 1.0)
    q = p
    p.a += x
    q.a[0] = x[1] * x[2]
    return q.m()


def subtle_bound_method_changes(x):
    p = P(x)
    f = p.add
    f(x)
    f(x * x)
    return p.m()


def subtle_branch_of_method(x):
    p = P(x)
    p2 = p.add(x) if x[0] > 0 else p
    return p2.m() + p.m()


def subtle_list_of_methods(x):
    out = [P(x).m, Q(x).m]
    return out[0]() + out[1]()


def subtle_objects_refer(x):
    t = (P(x), Q(x))
    a, b = t
    a.b = b
    b.a = x**3
    return a.b.m()


def subtle_function_as_attribute(x):
    p = P(x)
    p.m = lambda: np.sum(x**3)
    return p.m() + P.m(p)


def single_precision(x):
    p = P(np.float32(1.5) * x.astype(np.float32))
    return p.m()


def subtle_finally_clause(x):
    p = P(x)
    try:
        p.a = p.a * 2
    finally:
        p.b = x
    return np.sum(p.a * p.b)


def subtle_error_state(x):
    p = P(x)
    with np.errstate(all="ignore"):
        p.a = p.a / x * p.a
    return p.m()


def subtle_except_clause(x):
    p = P(x)
    try:
        p.a = p.a * 2
    except ValueError:
        pass
    return p.m()


def subtle_branch_changes_one(x):
    p = P(0.0)
    for i in range(3):
        if x[i] > 0:
            p.add(x[i] ** 2)
        else:
            p.b = x[i]
    return p.a


def subtle_helper_swaps(x):
    p = P(x)
    q = P(x)

    def swap(a, b):
        a.a, b.a = b.a * 2, a.a * 3

    for _ in range(3):
        swap(p, q)
    return p.m() + q.m()


def subtle_one_object_passed_twice(x):
    p = P(x)

    def same(a, b):
        a.a = a.a * 2
        return np.sum(b.a * a.a)

    return same(p, p)


def subtle_one_array_passed_twice(x):
    p = P(x)
    q = P(p.a)

    def g(u, v):
        u[0] = v[1] ** 2
        return np.sum(v)

    p.a = p.a * 1.0
    return g(p.a, p.a) + q.m()


def subtle_three_stores_in_one_statement(x):
    p = P(x, x)
    for i in range(3):
        p.a, p.b, p.a = p.a * x[i], p.a + 1, p.b * x[0]
    return np.sum(p.a * p.b)


def subtle_method_twice_in_one_statement(x):
    p = P(x)
    out = 0.0
    for v in x:
        out = out + p.add(v).m() * p.add(x).m()
    return out


def subtle_attribute_of_argument_of_method(x):
    def take(p, q):
        q.a, p.b = p.a * 2, q.a
        return q

    p, q = P(x), P(x * x)
    for _ in range(2):
        take(p, take(q, p))
    return p.m() + q.m() + np.sum(p.b * q.b)


def subtle_array_stores_in_one_statement(x):
    y = x * 1.0
    for i in range(3):
        y[0], y[1] = y[1] * x[i], y[0] * y[1]
    return np.sum(y**2)


def subtle_object_made_in_branches(x):
    if x[0] > 0:
        p = P(x * 2)
        q = p
    else:
        p = P(x * 3)
        q = P(x)
    q.a = q.a * x
    return p.m()


def subtle_method_of_what_a_method_gives(x):
    class_of = Q(x)
    p = class_of.add(x)
    p.a[0] = x[1] ** 2
    return class_of.m() + p.m()


def subtle_result_shares_memory(x):
    def parts(p):
        p.b = p.a[:2]
        return p.b, p.a.T

    p = P(x * 1.0)
    b, t = parts(p)
    t[0] = x[3] ** 2
    return np.sum(b) + np.sum(p.b**2) + p.m()


def subtle_kept_in_two_objects(x):
    def link(p, q, y):
        p.b = y
        q.b = y

    y = x * 1.0
    p, q = P(x), P(x)
    link(p, q, y)
    p.b[1] = x[0] * x[0]
    return np.sum(q.b**2) + np.sum(y)


def subtle_list_of_lists_kept(x):
    p = P([], [])
    p.a.append(p.b)
    p.b.append(x[0] ** 2)
    p.a[0].append(x[1])
    return sum(p.b) * x[0] + len(p.a[0])


def subtle_loop_makes_objects(x):
    p = P(x)
    for i in range(3):
        q = P(p.a * x[i], p)
        q.b.b = None
        p = q
    return p.m() + p.b.m()


def subtle_early_return_in_method(x):
    def first_large(p):
        for v in p.a:
            p.b = v * v
            if v > 0.5:
                return p.b
        return 0.0

    p = P(x)
    return first_large(p) * p.b


EITHER = [Program(f, vectors(1)) for f in subtleties(globals())]
EITHER += [Program(single_precision, vectors(1), h=3e-2, rtol=1e-3)]
