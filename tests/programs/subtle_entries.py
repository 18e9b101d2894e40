"""Arrays taken out of containers in ways that are hard to follow, and changed in place.

Each returns a value that depends on an array which was changed under another name. It may be refused,
but never be differentiated as if the array had not been changed.
"""

from __future__ import annotations

import collections
import copy
import functools
import itertools
import operator
import types

import numpy as np

from tests.programs import Program, subtleties

Pair = collections.namedtuple("Pair", "first second")


def arrays(x):
    a, b = x * 1.0, x * x
    return a, b


def subtle_unknown_key(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    k = "a" if x[0] > 0 else "b"
    p[k] *= 2.0
    return np.sum(a * b)


def subtle_unknown_key_read(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    k = "a" if x[0] > 0 else "b"
    v = p[k]
    v *= 3.0
    return np.sum(p["a"] * p["b"])


def subtle_keys_in_a_loop(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    for k in p:
        p[k] *= 2.0
    return np.sum(a * b)


def subtle_listed_keys_in_a_loop(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    for k in ["a", "b"]:
        v = p[k]
        v += 1.0
    return np.sum(p["a"] * p["b"])


def subtle_places_in_a_loop(x):
    a, b = arrays(x)
    p = [a, b]
    for k in range(2):
        p[k] *= 2.0
    return np.sum(a * b)


def subtle_unknown_place_in_a_tuple(x):
    a, b = arrays(x)
    p = (a, b)
    v = p[0 if x[0] > 0 else 1]
    v *= 2.0
    return np.sum(a * b)


def subtle_list_in_a_tuple(x):
    a, b = arrays(x)
    lists = ([a], [b])
    lists[0 if x[0] > 0 else 1].append(x * 3.0)
    lists[0 if x[0] > 0 else 1][0] *= 2.0
    return np.sum(a * b) + len(lists[0])


def subtle_numbers_in_a_dict(x):
    d = {"a": 1.0, "b": 2.0}
    k = "a" if x[0] > 0 else "b"
    d[k] += np.sum(x)
    return d["a"] * d["b"]


def subtle_numbers_of_a_loop(x):
    d = {"a": x[0], "b": x[1]}
    for k in d:
        d[k] *= 2.0
    return d["a"] * d["b"]


def subtle_got(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    v = p.get("a" if x[0] > 0 else "b")
    v *= 2.0
    return np.sum(a * b)


def subtle_values_listed(x):
    a, b = arrays(x)
    v = list({"a": a, "b": b}.values())[0 if x[0] > 0 else 1]
    v *= 2.0
    return np.sum(a * b)


def subtle_star_listed(x):
    a, b = arrays(x)
    v = [*(a, b)][0 if x[0] > 0 else 1]
    v[0] = 0.0
    return np.sum(a * b)


def subtle_first_of_an_iterator(x):
    a, b = arrays(x)
    v = next(iter([a, b]))
    v *= 2.0
    return np.sum(a * b)


def subtle_first_of_a_generator(x):
    a, b = arrays(x)
    v = next(u for u in [a, b])
    v *= 2.0
    return np.sum(a * b)


def subtle_best_by_key(x):
    a, b = arrays(x)
    v = max([a, b], key=np.sum)
    v *= 2.0
    return np.sum(a * b)


def subtle_sorted_by_key(x):
    a, b = arrays(x)
    v = sorted([a, b], key=np.sum)[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_chosen(x):
    a, b = arrays(x)
    v = a if x[0] > 0 else b
    v *= 2.0
    return np.sum(a * b)


def subtle_chosen_by_and(x):
    a, b = arrays(x)
    v = (x[0] > 0 and [a] or [b])[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_zipped_dict(x):
    a, b = arrays(x)
    d = dict(zip(["a", "b"], [a, b], strict=True))
    d["a" if x[0] > 0 else "b"] *= 2.0
    return np.sum(a * b)


def subtle_chained(x):
    a, b = arrays(x)
    for v in itertools.chain([a], [b]):
        v *= 2.0
    return np.sum(a * b)


def subtle_shallow_copy(x):
    a, b = arrays(x)
    p = copy.copy([a, b])
    p[0] *= 2.0
    return np.sum(a * b)


def subtle_itemgetter(x):
    a, b = arrays(x)
    v = operator.itemgetter(0)([a, b])
    v *= 2.0
    return np.sum(a * b)


def subtle_mapped(x):
    a, b = arrays(x)
    v = list(map(lambda u: u, [a, b]))[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_reduced(x):
    a, b = arrays(x)
    v = functools.reduce(lambda u, w: u, [a, b])
    v *= 2.0
    return np.sum(a * b)


def subtle_from_keys(x):
    a, b = arrays(x)
    d = dict.fromkeys(["k", "l"], a)
    d["k"] *= 2.0
    return np.sum(d["l"] * b)


def subtle_namespaced(x):
    a, b = arrays(x)
    n = types.SimpleNamespace(a=a, b=b)
    n.a *= 2.0
    return np.sum(a * b)


def subtle_attribute_by_name(x):
    a, b = arrays(x)
    p = Pair(a, b)
    v = getattr(p, "first" if x[0] > 0 else "second")
    v *= 2.0
    return np.sum(a * b)


def subtle_queued(x):
    a, b = arrays(x)
    q = collections.deque([a, b])
    v = q.popleft()
    v *= 2.0
    return np.sum(a * b)


def subtle_counted(x):
    a, b = arrays(x)
    d = collections.defaultdict(list)
    d["k"].append(a)
    d["k"][0] *= 2.0
    return np.sum(a * b)


def subtle_tried(x):
    a, b = arrays(x)
    try:
        v = a
    except ValueError:
        v = b
    v *= 2.0
    return np.sum(a * b)


def subtle_matched(x):
    a, b = arrays(x)
    match [a, b]:
        case [v, _]:
            v *= 2.0
    return np.sum(a * b)


def subtle_object_array(x):
    a, b = arrays(x)
    o = np.empty(2, object)
    o[0], o[1] = a, b
    o[0] *= 2.0
    return np.sum(a * b)


def subtle_set_default(x):
    a, b = arrays(x)
    d = {}
    v = d.setdefault("a" if x[0] > 0 else "b", a)
    v *= 2.0
    return np.sum(a * b)


def subtle_popped(x):
    a, b = arrays(x)
    p = [a, b]
    while p:
        v = p.pop()
        v *= 2.0
    return np.sum(a * b)


def subtle_forgotten_and_read(x):
    a, b = arrays(x)
    p = {"a": a}
    k = "b" if x[0] > 0 else "c"
    p[k] = b
    p["a"] *= 2.0
    return np.sum(a * b)


def subtle_forgotten_and_taken(x):
    a, b = arrays(x)
    p = {"a": 0.0}
    k = "a" if x[0] > 0 else "c"
    p[k] = a
    for v in p.values():
        v *= 2.0
    return np.sum(a * b)


def subtle_walked_pairs(x):
    a, b = arrays(x)
    for u, v in [(a, b), (b, a)]:
        u += v
    return np.sum(a * b)


def subtle_sliced_list(x):
    a, b = arrays(x)
    for v in [a, b, a][: 2 if x[0] > 0 else 3]:
        v *= 2.0
    return np.sum(a * b)


def subtle_nested_in_lists(x):
    a, b = arrays(x)
    rows = [[a, b], [b, a]]
    rows[0 if x[0] > 0 else 1][0] *= 2.0
    return np.sum(a * b)


def subtle_list_of_lists_extended(x):
    a, b = arrays(x)
    rows = [[a], [b]]
    for r in rows:
        r.append(r[0] * 2.0)
    rows[0][0] *= 3.0
    return np.sum(rows[0][0] * rows[1][1]) + np.sum(a * b)


def subtle_number_or_array(x):
    a, b = arrays(x)
    s = 0.0
    for v in (a, b):
        if v[0] > 0.0:
            s = v
        s += 1.0
    return np.sum(a * b) + np.sum(s)


def subtle_window_of_an_entry(x):
    a, b = arrays(x)
    p = {"a": a, "b": b}
    k = "a" if x[0] > 0 else "b"
    p[k][1:] *= 2.0
    return np.sum(a * b)


def subtle_window_stored_before(x):
    a, b = arrays(x)
    p = {"a": a[1:], "b": b[1:]}
    k = "a" if x[0] > 0 else "b"
    p[k] *= 2.0
    return np.sum(a * b)


def subtle_list_longer_on_one_way(x):
    a, b = arrays(x)
    p = [a]
    if x[0] > 0:
        p.append(b)
    p[0] *= 2.0
    return np.sum(a * b)


def subtle_array_then_list(x):
    a, b = arrays(x)
    p = [a]
    if x[0] > 0:
        p.append(b)
    a *= 2.0
    return np.sum(p[0] * p[-1])


def subtle_tuple_grown(x):
    a, b = arrays(x)
    s = (a,)
    for _ in range(2):
        s = (*s, b)
    v = s[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_list_or_tuple(x):
    a, b = arrays(x)
    p = [a, b] if x[0] > 0 else (b, a)
    v = p[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_list_of_a_loop(x):
    a, b = arrays(x)
    p = []
    for v in (a, b):
        p.append(v)
    p[0] *= 2.0
    return np.sum(a * b)


def subtle_list_in_a_loop(x):
    a, b = arrays(x)
    p = [a]
    for _ in range(3):
        p = [*p, b]
        p[0] += 1.0
    return np.sum(a * b)


def subtle_view_by_keyword(x):
    a, b = arrays(x)
    v = np.reshape(a=a, shape=(-1,)) if hasattr(np, "no") else np.transpose(a=a)
    v[0] = 5.0
    return np.sum(a * b)


def subtle_window_by_keyword(x):
    a, b = arrays(x)
    v = np.broadcast_to(array=a, shape=a.shape)
    a[0] = 5.0
    return np.sum(v * b)


def subtle_raveled_by_keyword(x):
    a, b = arrays(x)
    v = np.ravel(a=a)
    v[0] = 5.0
    return np.sum(a * b)


def subtle_dict_or_other(x):
    a, b = arrays(x)
    d = {"k": a}
    if x[0] > 0:
        d = {"k": b, "l": a}
    d["k"] *= 2.0
    return np.sum(a * b)


def subtle_dict_grown(x):
    a, b = arrays(x)
    d = {"k": a}
    if x[0] > 0:
        d["l"] = b
    d["k"] *= 2.0
    return np.sum(a * b)


def subtle_none_or_array(x):
    a, b = arrays(x)
    v = None
    if x[0] > 0:
        v = a
    if v is not None:
        v *= 2.0
    return np.sum(a * b)


def subtle_number_then_array(x):
    a, b = arrays(x)
    v = 0.0
    if x[0] > 0:
        v = a
    v += 2.0
    return np.sum(a * b) + np.sum(v)


def subtle_swapped_in_a_loop(x):
    a, b = arrays(x)
    u, v = a, b
    for _ in range(3):
        u, v = v, u
        u *= 1.5
    return np.sum(a * b) + np.sum(u)


def subtle_tried_names(x):
    a, b = arrays(x)
    n = 0.0
    try:
        c = a
        n += 1.0
        c += n
    finally:
        pass
    return np.sum(a * b)


def subtle_with_names(x):
    a, b = arrays(x)
    with np.errstate(all="ignore"):
        c = a
        c *= 2.0
    return np.sum(a * b)


def subtle_record_array(x):
    a, b = arrays(x)
    o = np.array([None, None], dtype=object)
    o[:] = [a, b]
    for v in o:
        v *= 2.0
    return np.sum(a * b)


def subtle_copied_in_a_try(x):
    a, b = arrays(x)
    try:
        np.copyto(a, 0.5 * x)
    except ValueError:
        pass
    return np.sum(a * b)


def subtle_added_in_a_try(x):
    a, b = arrays(x)
    try:
        np.add(b, b, a)
        np.sqrt(a * a, out=b)
    except ValueError:
        pass
    return np.sum(a * b)


EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),)) for f in subtleties(globals())]
