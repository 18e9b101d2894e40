"""Python's finer meanings: shared references, exhausted iterators, truncating stores, late binding.

Each must be differentiated rightly or refused, never be wrong.
"""

import itertools
import operator

import numpy as np

from . import Program

SHARED = [0.0]
BUFFER = np.zeros(8)


class Counter:
    """Class attributes and instance attributes of the same name."""

    total = 0.0


def subtle_integer_buffer(x):
    y = np.zeros(3, dtype=int)
    y[0] = x[0] * 10
    y[1] += 1
    return np.sum(y) * x[1]


def subtle_integer_buffer_from_arange(x):
    y = np.arange(4)
    y[1:3] = x[1:3] * 7
    return y @ x


def subtle_integer_full(x):
    y = np.full(3, 2)
    y[0] = x[0] * 5
    return np.sum(y * x[0])


def subtle_integer_array_of_list(x):
    y = np.array([1, 2, 3])
    y[x[:3] > 0] = x[0] * 3
    return np.sum(y) * x[0]


def subtle_float32_buffer(x):
    y = np.zeros(4, dtype=np.float32)
    y[:] = x
    return float(np.sum(y.astype(float) * 2))


def subtle_bool_buffer(x):
    y = np.zeros(4, dtype=bool)
    y[0] = x[0]
    return np.sum(y * x)


def subtle_shared_lists(x):
    table = [[]] * 3
    table[0].append(x[0] * x[0])
    return sum(table[2]) + len(table[1])


def subtle_chained_lists(x):
    a = b = []
    a.append(x[0] * x[0])
    b += [x[1]]
    return sum(a) * sum(b)


def subtle_list_plus_is_new(x):
    a = [x[0]]
    b = a
    a = a + [x[1] * x[1]]
    b.append(x[2])
    return sum(a) * sum(b)


def subtle_list_augmented_is_shared(x):
    a = [x[0]]
    b = a
    a += [x[1] * x[1]]
    a *= 2
    return sum(b)


def subtle_list_slice_is_copy(x):
    a = [x[0], x[1]]
    b = a[:]
    b[0] = x[2] * x[2]
    return a[0] * b[0] + a[1]


def subtle_inner_list_is_shared(x):
    a = [[x[0]], [x[1]]]
    b = list(a)
    b[0][0] = x[2] * x[2]
    b[1] = [x[3]]
    return a[0][0] * a[1][0]


def subtle_tuple_of_arrays_shared(x):
    y = x * 2
    t = (y, y)
    t[0][0] = x[1] * x[1]
    return np.sum(t[1] * t[0])


def subtle_array_in_list_twice(x):
    y = x * 1.0
    rows = [y] * 2
    rows[0][0] = x[1] * x[1]
    return np.sum(rows[1] * x)


def subtle_list_of_views(x):
    y = x * 1.0
    parts = [y[:2], y[2:]]
    for p in parts:
        p *= x[0]
    return np.sum(y * y)


def subtle_rows_of_loop(x):
    m = np.outer(x, x)
    for row in m:
        row *= x[0]
        row[1] = x[2]
    return np.sum(m * m)


def subtle_rows_in_comprehension(x):
    m = np.outer(x, x)
    rows = [row for row in m]
    rows[0][:] = x
    return np.sum(m * m)


def subtle_unpacked_rows(x):
    m = np.outer(x[:2], x)
    a, b = m
    a[0] = x[1] * 3
    b += a
    return np.sum(m * m)


def subtle_zip_of_rows(x):
    m = np.outer(x, x)
    n = m.copy()
    for a, b in zip(m, n):
        a += b
        b *= x[0]
    return np.sum(m * n)


def subtle_enumerate_of_rows(x):
    m = np.outer(x, x)
    for i, row in enumerate(m):
        row[i] = x[i] ** 3
    return np.sum(m * m)


def subtle_zip_exhausted(x):
    pairs = zip(x, x[1:])
    a = sum(p * q for p, q in pairs)
    b = sum(p + q for p, q in pairs)
    return a + b * 5


def subtle_generator_exhausted(x):
    squares = (v * v for v in x)
    return sum(squares) + 3 * sum(squares)


def subtle_generator_is_lazy(x):
    k = 2.0
    values = (v * k for v in x)
    k = x[0]
    return sum(values)


def subtle_map_exhausted(x):
    m = map(np.sin, x)
    first = list(m)
    return sum(first) + sum(m) * 7


def subtle_reversed_exhausted(x):
    r = reversed(list(x))
    a = sum(r)
    return a * 2 + sum(r)


def subtle_late_binding(x):
    fs = [lambda v: v * k for k in (1.0, 2.0, 3.0)]
    return fs[0](x[0]) * fs[1](x[1])


def subtle_late_binding_of_loop(x):
    fs = []
    for v in x:
        fs.append(lambda: v * v)
    return sum(f() for f in fs)


def subtle_closure_sees_rebinding(x):
    s = x[0]

    def f():
        return s * s

    s = x[1]
    return f() + s


def subtle_closure_sees_store(x):
    y = x * 1.0

    def f():
        return np.sum(y * y)

    a = f()
    y[0] = x[1] * x[1]
    return a * f()


def subtle_default_is_early(x):
    s = x[0]

    def f(v, scale=s):
        return v * scale

    s = x[1]
    return f(s)


def subtle_default_array_is_shared(x):
    y = x * 1.0

    def f(v=y):
        return np.sum(v * v)

    y[0] = x[1]
    y = x * 5
    return f()


def subtle_loop_list_grows(x):
    values = [x[0], x[1]]
    for v in values:
        if len(values) < 5:
            values.append(v * x[2])
    return sum(values)


def subtle_range_is_evaluated_once(x):
    n = 2
    s = 0.0
    for i in range(n):
        n = 4
        s = s + x[i] * n
    return s


def subtle_loop_over_rebound(x):
    s = 0.0
    for v in x:
        x = x * 2
        s = s + v * x[0]
    return s


def subtle_loop_over_stored(x):
    y = x * 1.0
    s = 0.0
    for i, v in enumerate(y):
        y[-1] = x[0] * x[i]
        s = s + v * v
    return s


def subtle_loop_over_stored_view(x):
    m = np.outer(x, x)
    s = 0.0
    for row in m:
        m[-1] = x
        s = s + np.sum(row * row)
    return s


def subtle_scalar_of_array_is_copy(x):
    y = x * 1.0
    v = y[0]
    y[0] = x[1] * 5
    v += 1.0
    return v * y[0]


def subtle_float_augmented_is_new(x):
    a = b = x[0] * 2
    a += x[1]
    return a * b


def subtle_sum_into_zero_d(x):
    s = np.zeros(())
    t = s
    s += x[0] * x[0]
    s[...] = s * x[1]
    return t * 2


def subtle_zero_d_element_view(x):
    y = x * 1.0
    v = y[0:1]
    w = y[1, ...]
    v[0] = x[1] * 2
    w[...] = x[0]
    return np.sum(y * y)


def subtle_fancy_is_copy(x):
    y = x * 1.0
    v = y[[0, 1]]
    v[0] = x[2] * x[2]
    w = y[y > -99]
    w *= 3
    return np.sum(y * y) + np.sum(v)


def subtle_fancy_augmented_twice(x):
    y = x * 1.0
    y[[0, 0, 1]] += x[1]
    y[[1, 1]] *= x[2]
    return np.sum(y * y)


def subtle_fancy_store_last_wins(x):
    y = x * 1.0
    y[[0, 0, 1]] = x[1:]
    return np.sum(y * y)


def subtle_chained_index_store(x):
    m = np.outer(x, x)
    m[[0, 1]][0] = 5.0
    m[0][1] = x[2] ** 3
    m[1:][0][:2] *= x[3]
    return np.sum(m * m)


def subtle_overlapping_store(x):
    y = x * 1.0
    y[1:] = y[:-1]
    y[:-1] += y[1:]
    return np.sum(y * y * x)


def subtle_self_store(x):
    y = x * 2
    y[:] = y[::-1] * y
    y += y
    y *= y[0]
    return np.sum(y)


def subtle_right_side_first(x):
    y = x * 1.0
    y[0], y[1] = y[1] * 2, y[0] * 3
    i = 0
    i, y[i] = 1, x[3]
    return np.sum(y * y) * (i + 1)


def subtle_augmented_index_once(x):
    y = x * 1.0
    order = iter([0, 1, 2])
    y[next(order)] += x[1]
    y[next(order)] *= x[2]
    return np.sum(y * y)


def subtle_walrus_leaks(x):
    if any((last := v) > 0.0 for v in x):
        return last * last
    return last


def subtle_walrus_order(x):
    return (y := x[0]) * y + (y := x[1]) * y


def subtle_condition_with_effect(x):
    seen = []

    def note(v):
        seen.append(v * v)
        return v > -9

    if note(x[0]) or note(x[1]):
        pass
    if note(x[1]) and not note(x[2]):
        pass
    return sum(seen) * len(seen)


def subtle_methods_by_name(x):
    y = x * 1.0
    y.__setitem__(0, x[1] * x[1])
    y.__iadd__(x)
    return np.sum(y * y)


def subtle_operator_functions(x):
    y = x * 1.0
    operator.setitem(y, 0, x[1] * x[1])
    operator.iadd(y, x)
    return np.sum(y * y)


def subtle_unbound_methods(x):
    values = [x[0]]
    list.append(values, x[1] * x[1])
    y = x * 1.0
    np.ndarray.fill(y, x[2])
    return sum(values) + np.sum(y)


def subtle_bound_method_kept(x):
    values = []
    add = values.append
    for v in x:
        add(v * v)
    return sum(values)


def subtle_fill_kept(x):
    y = x * 1.0
    f = y.fill
    f(x[0] * x[0])
    return np.sum(y)


def subtle_out_positional(x):
    y = x * 1.0
    np.add(x, x, y)
    return np.sum(y * y)


def subtle_out_of_method(x):
    y = x * 1.0
    x.cumsum(out=y)
    return np.sum(y * y)


def subtle_clip_out(x):
    y = x * 1.0
    y.clip(-0.5, 0.5, out=y)
    return np.sum(y * y)


def subtle_dot_out(x):
    m = np.zeros((4, 4))
    np.outer(x, x, out=m)
    return np.sum(m * m)


def subtle_where_argument(x):
    y = x * 1.0
    np.multiply(y, 3.0, out=y, where=x > 0)
    return np.sum(y * y)


def subtle_fill_diagonal(x):
    m = np.outer(x, x)
    np.fill_diagonal(m, x[0])
    return np.sum(m * m)


def subtle_putmask(x):
    y = x * 1.0
    np.putmask(y, x > 0, x * x)
    return np.sum(y * y)


def subtle_put(x):
    y = x * 1.0
    np.put(y, [0, 1], x[2] * x[2])
    return np.sum(y * y)


def subtle_put_method(x):
    y = x * 1.0
    y.put([0, 1], x[2] * x[2])
    return np.sum(y * y)


def subtle_copyto(x):
    y = x * 1.0
    np.copyto(y, x * x, where=x > 0)
    return np.sum(y * y)


def subtle_place(x):
    y = x * 1.0
    np.place(y, x > 0, [x[0], 2.0])
    return np.sum(y * y)


def subtle_put_along_axis(x):
    y = np.outer(x, x)
    np.put_along_axis(y, np.zeros((4, 1), dtype=int), x[:, None] ** 3, axis=1)
    return np.sum(y * y)


def subtle_sort_in_place(x):
    y = x * x
    y.sort()
    return y @ np.arange(len(y))


def subtle_partition_in_place(x):
    y = x * x
    y.partition(1)
    return y[1]


def subtle_resize_in_place(x):
    y = x * x
    y.resize((2, 2), refcheck=False)
    return np.sum(y[0])


def subtle_shape_store(x):
    y = x * x
    y.shape = (2, -1)
    return np.sum(y[0] * y[1])


def subtle_shuffle(x):
    y = x * x
    np.random.default_rng(0).shuffle(y)
    return y[0] * 2 + y[1]


def subtle_real_store(x):
    z = x + 1j * x
    z.real[0] = x[1] * 3
    return np.sum(np.abs(z) ** 2)


def subtle_imag_attribute_store(x):
    z = x + 1j * x
    z.imag = x * x
    return np.sum(np.abs(z) ** 2)


def subtle_transposed_store(x):
    m = np.outer(x, x)
    m.T[0] = x * 3
    return np.sum(m * m)


def subtle_reshaped_store(x):
    m = np.outer(x, x)
    m.reshape(-1)[3] = x[0] * 3
    m.ravel()[5] = x[1]
    m.flatten()[6] = 99.0
    return np.sum(m * m)


def subtle_reshape_may_copy(x):
    m = np.outer(x, x).T
    m.reshape(-1)[1] = x[0] * 3
    m.ravel()[2] = x[1]
    return np.sum(m * m)


def subtle_newaxis_store(x):
    y = x * 1.0
    y[:, None][0] = x[1] * 3
    np.expand_dims(y, 0)[0, 1] = x[2]
    np.atleast_2d(y)[0, 2] = x[0]
    return np.sum(y * y)


def subtle_swapped_axes_store(x):
    m = np.outer(x, x)
    np.swapaxes(m, 0, 1)[0] = x
    np.moveaxis(m, 0, 1)[1] *= x[0]
    return np.sum(m * m)


def subtle_diagonal_of_view(x):
    m = np.outer(x, x)
    d = np.einsum("ii->i", m)
    d[0] = x[1] * 3
    return np.sum(m * m)


def subtle_split_store(x):
    y = x * 1.0
    a, b = np.split(y, 2)
    a[0] = x[3] * 3
    b *= x[0]
    return np.sum(y * y)


def subtle_squeeze_store(x):
    m = np.outer(x, x[:1])
    m.squeeze()[0] = x[1] * 3
    return np.sum(m * m)


def subtle_broadcast_to_shares(x):
    y = x * 1.0
    b = np.broadcast_to(y, (2, 4))
    y[0] = x[1] * 3
    return np.sum(b * b)


def subtle_asarray_shares(x):
    y = x * 1.0
    a, b, c = np.asarray(y), np.array(y, copy=False) if np.__version__ < "2" else np.asarray(y), np.array(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c)


def subtle_astype_copies(x):
    y = x * 1.0
    a, b = y.astype(float), y.astype(float, copy=False)
    y[0] = x[1] * 3
    return np.sum(a * b)


def subtle_no_op_functions_share(x):
    y = x * 1.0
    a, b = np.ravel(y), y.squeeze()
    c, d = np.atleast_1d(y), np.ascontiguousarray(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c * d)


def subtle_positive_copies(x):
    y = x * 1.0
    a, b, c = +y, np.real(y), np.conj(y)
    y[0] = x[1] * 3
    return np.sum(a * b * c)


def subtle_module_buffer(x):
    BUFFER[:4] = x * x
    BUFFER[0] *= x[1]
    return np.sum(BUFFER[:4])


def subtle_module_list(x):
    SHARED[0] = x[0] * x[0]
    return SHARED[0] * x[1]


def subtle_class_attribute(x):
    Counter.total = x[0] * x[0]
    return Counter.total * x[1]


def subtle_instance_attribute(x):
    c = Counter()
    c.total += x[0] * x[0]
    return c.total * x[1] + Counter.total


def subtle_cycle(x):
    turns = itertools.cycle([1.0, x[0]])
    s = 0.0
    for v, k in zip(x, turns):
        s = s + v * k
    return s


def subtle_islice(x):
    it = iter(list(x))
    a = list(itertools.islice(it, 2))
    return a[0] * a[1] + sum(it)


def subtle_dictionary_order(x):
    d = {"a": x[0], "b": x[1]}
    d["a"] = d.pop("a") * 3
    values = list(d.values())
    return values[0] * 2 + values[1]


def subtle_dictionary_alias(x):
    d = {"a": x[0]}
    e = d
    e["b"] = x[1] * x[1]
    f = dict(d)
    f["a"] = x[2]
    return d["a"] * d["b"] + f["a"]


def subtle_dictionary_of_arrays_copy(x):
    d = {"a": x * 1.0}
    e = dict(d)
    e["a"][0] = x[1] * 3
    e["a"] = e["a"] * 2
    return np.sum(d["a"] * x)


def subtle_swap_of_lists(x):
    a, b = [x[0]], [x[1]]
    a[0], b = b[0], a
    b.append(x[2])
    return a[0] * len(b) + sum(b)


def subtle_nested_loop_break(x):
    s = 0.0
    for i in range(3):
        for v in x:
            if v * i > 0.3:
                break
            s = s + v * (i + 1)
        else:
            continue
        s = s * 2
    return s


def subtle_return_in_finally_order(x):
    order = []
    for v in x:
        try:
            if v < 0:
                continue
            s = v * v
        finally:
            order.append(1.0)
    return s * len(order)


def subtle_conditional_lambda(x):
    f = (lambda v: v * v) if x[0] > 0 else (lambda v: v * 3)
    g = np.sin if x[1] > 0 else np.cos
    return f(x[0]) + g(x[1])


def subtle_function_rebound(x):
    def f(v):
        return v * v

    a = f(x[0])

    def f(v):  # noqa: F811
        return v * 5

    return a + f(x[1])


def subtle_shadowed_builtin(x):
    sum = lambda v: np.max(v) * 2  # noqa: A001, E731
    len = 3.0  # noqa: A001
    return sum(x) * len


def subtle_shadowed_module(x):
    class np:  # noqa: N801
        @staticmethod
        def sum(v):
            return v[0] * v[1]

    return np.sum(x)


def subtle_integer_power(x):
    n = 3
    return x[0] ** n + (-abs(x[1])) ** 2 + x[2] ** -2 + 2.0 ** x[3]


def subtle_negative_base(x):
    return (-(x[0] ** 2) - 1) ** 3 + np.sum((-np.abs(x)) ** 2) + np.sum(np.power(x, 3))


def subtle_boolean_arithmetic(x):
    hits = (x > 0).sum()
    return hits * x[0] + True * x[1] + (x[0] > x[1]) * x[2]


def subtle_is_and_equal(x):
    y = x
    z = x + 0
    s = 1.0 if y is x else 2.0
    s *= 3.0 if z is x else 5.0
    return s * np.sum(x * x)


def subtle_types(x):
    v, w = x[0], float(x[1])
    k = 2.0 if isinstance(v, float) else 3.0
    k *= 5.0 if type(v) is float else 7.0
    k *= 11.0 if type(w) is float else 13.0
    k *= 17.0 if isinstance(x, np.ndarray) and isinstance(x.shape, tuple) else 19.0
    return k * v * w


def subtle_sum_of_mixed(x):
    total = 0
    total += 1
    total += x[0]
    total += x
    total = total + np.ones((2, 1))
    return np.sum(total * x)


def subtle_empty_pieces(x):
    e = x[4:]
    return np.sum(e * 3) + np.sum(np.concatenate([e, x])) + np.sum(x[[]]) + np.sum(x[x > 99]) + sum([])


def named(prefix):
    """The functions of this module whose names start so."""
    return [f for name, f in globals().items() if name.startswith(prefix)]


COARSE = {subtle_float32_buffer}
EITHER = [Program(f, lambda rng, n: (rng.normal(size=4),), h=1e-2 if f in COARSE else 1e-4,
                  rtol=1e-3 if f in COARSE else 1e-6) for f in named("subtle_")]  # fmt: skip
