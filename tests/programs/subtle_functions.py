"""Functions as values where memory, names and time are hard to follow: right, or refused."""

import functools

import numpy as np

from . import Program, subtleties, vectors

w = 3.0
scale = 2.0
STATE = {"f": np.sin}


def arrays(x):
    """Two arrays that depend on x."""
    return x * 2.0, x * 3.0


def whole_and_part(x):
    """An array, and a view of it."""
    y = x * 2.0
    return y, y[1:]


def listed(values):
    """The same objects in a list made in a loop."""
    out = []
    for value in values:
        out.append(value)
    return out


def list_and_last(x):
    """A list, and an array that it holds."""
    out, y = [], x
    for k in range(3):
        y = x * k
        out.append(y)
    return out, y


def twice_the_same(x):
    """One array under two places."""
    y = x * 2.0
    return y, [y], {"y": y}


def counter():
    """A function with a memory of its own."""
    seen = []

    def count(z):
        seen.append(1)
        return z * len(seen)

    return count


def keeper(y):
    """Two functions that share an array."""
    y = y * 1.0

    def grow(factor):
        y[0] = y[0] * factor

    def read():
        return np.sum(y * y)

    return grow, read


def view_of(y):
    """A function that gives out a window."""
    return lambda k: y[k:]


def constant(y):
    """A function that gives what it captured."""
    return lambda: y


def apply(f, z):
    """Reads a global that is called as a variable of its callers."""
    return f(z) * w


def subtle_global_of_the_callee(x):
    w = x * 2
    return np.sum(apply(lambda z: z * w, x))


def subtle_parts_of_a_result(x):
    a, b = whole_and_part(x)
    a *= 3.0
    return np.sum(a[1:] * b)


def subtle_listed(x):
    a, b = arrays(x)
    v = listed([a, b])[0]
    v *= 2.0
    return np.sum(a * b)


def subtle_listed_arguments_change(x):
    a, b = arrays(x)
    values = listed([a, b])
    a *= 2.0
    return np.sum(values[0] * values[1])


def subtle_list_and_last(x):
    values, y = list_and_last(x)
    y *= 2.0
    return np.sum(values[-1] * values[1])


def subtle_twice_the_same(x):
    y, values, table = twice_the_same(x)
    y[0] = 1.0
    values[0] *= 2.0
    return np.sum(y * values[0] * table["y"])


def subtle_shared_frame(x):
    grow, read = keeper(x)
    a = read()
    grow(3.0)
    return a * read()


def subtle_captured_is_changed(x):
    y = x * 1.0
    get = constant(y)
    y *= 2.0
    return np.sum(get() * x)


def subtle_captured_is_given_out(x):
    y = x * 1.0
    get = constant(y)
    v = get()
    v *= 2.0
    return np.sum(y * get())


def subtle_window_of_captured(x):
    y = x * 1.0
    part = view_of(y)(1)
    y *= 2.0
    part += 1.0
    return np.sum(part * y[1:])


def subtle_counting(x):
    f = counter()
    return np.sum(f(x) * f(x) + f(x))


def subtle_lambdas_of_a_comprehension(x):
    fs = [lambda z: z * k for k in (1.0, 2.0)]  # noqa: B023
    return np.sum(fs[0](x) * fs[1](x))


def subtle_shadowed_by_a_comprehension(x):
    k = 5.0
    fs = [lambda z: z * k for k in (1.0, 2.0)]  # noqa: B023
    return np.sum(fs[0](x) * k)


def subtle_defaults_of_a_comprehension(x):
    fs = [lambda z, k=k: z * k for k in (1.0, 2.0)]
    return np.sum(fs[0](x) * fs[1](x))


def subtle_same_lambda_in_a_loop(x):
    f = lambda z, k=1.0: z * k  # noqa: E731
    for k in (2.0, 3.0):
        g = f
        f = lambda z, k=k: z * k  # noqa: E731
    return np.sum(f(x) * g(x))


def subtle_late_loop_variable(x):
    fs = []
    for v in x:
        fs.append(lambda z: z * v)  # noqa: B023
    return np.sum(fs[0](x))


def subtle_called_in_the_loop(x):
    s = 0.0
    f = None
    for v in x:
        if f is not None:
            s = s + f(v)
        f = lambda z: z * v  # noqa: E731, B023
    return s + f(2.0)


def subtle_rebound_between(x):
    f = lambda z: g(z) * 2  # noqa: E731
    g = np.sin
    a = f(x)
    g = np.cos
    return np.sum(a * f(x))


def subtle_rebound_in_a_branch(x):
    s = x
    f = lambda z: z * s  # noqa: E731
    if x[0] > 0:
        s = x * 2
    return np.sum(f(x))


def subtle_branch_of_factories(x):
    def make(a):
        return lambda z: z * a

    f = make(x * 2) if x[0] > 0 else make(x * x)
    return np.sum(f(x))


def subtle_made_in_a_branch(x):
    def make(a):
        return lambda z: z * a

    f = make(x)
    if np.sum(x) > 0:
        f = make(x * 3)
    return np.sum(f(x) * f(x))


def subtle_outer_variable_changes(x):
    s = x

    def middle(b):
        return lambda z: z * b * s

    f = middle(x)
    s = x * 2
    return np.sum(f(x))


def subtle_outer_variable_of_outer(x):
    s = x

    def outer():
        def middle():
            return lambda z: z * s

        return middle

    f = outer()()
    a = f(x)
    s = np.sin(x)
    return np.sum(a * f(x) * outer()()(x))


def subtle_parameter_is_rebound(x):
    def make(a):
        f = lambda z: z * a  # noqa: E731
        a = a * 2
        return f

    return np.sum(make(x)(x))


def subtle_same_names(x):
    def make(x):
        return lambda z: z * x

    f, g = make(x * 2), make(np.sin(x))
    return np.sum(f(x) * g(x) * f(g(x)))


def subtle_given_and_captured(x):
    w = x * 2

    def both(f, w):
        return f(w) * w

    return np.sum(both(lambda z: z * w, np.cos(x)))


def subtle_partial_of_changed(x):
    y = x * 1.0
    f = functools.partial(np.multiply, y)
    y[0] = 2.0
    return np.sum(f(x))


def subtle_partial_keywords_win(x):
    def f(z, a=1.0, b=2.0):
        return z * a + b

    g = functools.partial(f, a=3.0, b=x)
    h = functools.partial(g, a=x)
    return np.sum(g(x, b=1.0) * h(x) * g(x))


def subtle_partial_of_container(x):
    values = [x * 1.0]
    f = functools.partial(lambda a, z: a[0] * z, values)
    values[0] = x * 2
    values.append(x)
    return np.sum(f(x))


def subtle_mutable_default(x):
    def f(z, seen=[]):  # noqa: B006
        seen.append(z)
        return seen[0] * z

    return np.sum(f(x) * f(x * 2))


def subtle_map_is_lazy(x):
    s = 1.0
    for v in map(lambda a: a * s, x):  # noqa: B023
        s = s + v
    return s


def subtle_map_is_used_up(x):
    m = map(np.sin, x)
    a = sum(m)
    return a + sum(m) + 1.0


def subtle_map_stops(x):
    s = 0.0
    for v in map(lambda a: 1 / a, x):
        s = s + v
        if abs(s) > 1:
            break
    return s


def subtle_map_of_changed(x):
    y = x * 1.0
    s = 0.0
    for v in map(lambda a: a * 2, y):
        y[-1] = y[-1] * 0.5 + v
        s = s + v
    return s


def subtle_map_function_rebound(x):
    f = np.sin
    s = 0.0
    for v in map(f, x):
        f = np.cos
        s = s + v + f(v)
    return s


def subtle_filter_leaves_the_last(x):
    v = 0.0
    s = 0.0
    for v in filter(lambda a: a > -0.5, x):
        s = s + v * v
    return s + v


def subtle_map_unequal(x):
    return sum(map(lambda a, b: a * b, x, x[1:]))


def subtle_map_in_map(x):
    return sum(map(lambda a: a * 2, map(np.sin, x)))


def subtle_map_else(x):
    s = 0.0
    for v in map(lambda a: a * a, x):
        if v > 1e9:
            break
        s = s + v
    else:
        s = s * 2
    return s


def subtle_map_with_print(x):
    def f(v):
        print("f", float(v) > 0)
        return v * v

    s = 0.0
    for v in map(f, x):
        print("body")
        s = s + v
    return s + sum(map(f, x))


def subtle_shadowed_map(x):
    def map(f, values):
        return [2.0 * f(v) for v in values]

    return sum(map(np.sin, x))


def subtle_reduce_of_one(x):
    return functools.reduce(lambda a, b: a * b, x[:1]) * 2 + functools.reduce(lambda a, b: a * b, [], x[0])


def subtle_reduce_gives_an_argument(x):
    a, b = arrays(x)
    v = functools.reduce(lambda u, w: w, [a, b])
    v *= 2.0
    return np.sum(a * b)


def subtle_sorted_twice(x):
    a = sorted(x, reverse=True)
    b = sorted(x, key=lambda v: v * v)
    return a[0] * b[0] + a[1] * b[-1]


def subtle_sorted_ties(x):
    rows = sorted([x, x * 2, -x], key=lambda v: 1.0)
    back = sorted([x, x * 2, -x], key=lambda v: 1.0, reverse=True)
    return np.sum(rows[0] * 3 + rows[1] ** 2 + back[0] * 5)


def subtle_best_gives_an_argument(x):
    a, b = arrays(x)
    v = max([a, b], key=np.sum)
    v *= 2.0
    return np.sum(a * b)


def subtle_decorated_with_memory(x):
    calls = []

    def counted(f):
        @functools.wraps(f)
        def wrapper(*args):
            calls.append(len(args))
            return f(*args) * len(calls)

        return wrapper

    @counted
    def f(z):
        return z * z

    return np.sum(f(x) + f(x))


def subtle_cached(x):
    @functools.lru_cache
    def f(n):
        return n * x[0]

    return f(2) * f(2) * x[1]


def subtle_function_of_a_dict(x):
    return np.sum(STATE["f"](x))


def subtle_function_in_a_changed_dict(x):
    table = {"f": np.sin}
    f = table["f"]
    table["f"] = np.cos
    return np.sum(f(x) * table["f"](x))


def subtle_swapped_functions(x):
    f, g = np.sin, (lambda z: z * z)
    f, g = g, f
    return np.sum(f(x) * g(x * 2))


def subtle_recursion_of_closures(x):
    def build(n):
        if n == 0:
            return lambda z: z
        inner = build(n - 1)
        return lambda z: np.sin(inner(z)) + z

    return np.sum(build(3)(x))


def subtle_fixed_point(x):
    fix = lambda f, n: (lambda z: z) if n == 0 else (lambda z: f(fix(f, n - 1)(z)))  # noqa: E731
    return np.sum(fix(lambda z: np.tanh(z * x), 2)(x))


def subtle_default_reads_late(x):
    scale = x

    def f(z, s=scale):
        return z * s * scale

    scale = x * 2
    return np.sum(f(x))


def subtle_gets_itself(x):
    f = lambda g, z, n: z if n == 0 else g(g, np.sin(z), n - 1)  # noqa: E731
    return np.sum(f(f, x, 3))


def subtle_unbound_until_called(x):
    def f(z):
        return z * late

    late = x * 2
    return np.sum(f(x))


def subtle_unused_unbound(x):
    def f(z, flag=False):
        if flag:
            return z * never
        return z * 2

    if x[0] > 1e9:
        never = x
    return np.sum(f(x) * functools.partial(f)(x))


def subtle_returned_argument(x):
    same = lambda f: f  # noqa: E731
    s = x
    f = same(lambda z: z * s)
    s = x * 2
    return np.sum(f(x))


def subtle_kept_in_an_argument(x):
    def keep(table, a):
        table["f"] = lambda z: z * a

    table = {}
    keep(table, x * 2)
    return np.sum(table["f"](x))


def subtle_last_of_a_loop(x):
    out, y = [], x
    for k in range(3):
        y = x * k
        out.append(y)
    y *= 2.0
    return np.sum(out[-1] * out[1])


def subtle_window_of_a_loop(x):
    y, z = x * 1.0, x[1:] * 1.0
    for k in range(1, 3):
        y = x * k
        z = y[1:]
    y *= 2.0
    return np.sum(z * y[1:])


def subtle_window_of_a_branch(x):
    y, z = x * 1.0, x * 1.0
    if np.sum(x) < 10:
        y = x * 3
        z = y[:]
    y *= 2.0
    return np.sum(z * y)


def subtle_copy_of_a_list(x):
    values = []
    y = x * 1.0
    for _ in range(2):
        values.append(y)
    other = list(values)
    y *= 2.0
    return np.sum(other[0] * values[1])


SWITCHED = [np.sin]


def switched(x):
    y = SWITCHED[0](x)
    SWITCHED[0] = np.cos if SWITCHED[0] is np.sin else np.sin
    return y


def subtle_table_changed_by_a_helper(x):
    return np.sum(switched(x) * 2.0 + switched(x))


def subtle_table_changed_and_read(x):
    y = SWITCHED[0](x)
    SWITCHED[0] = np.cos
    y = y * SWITCHED[0](x)
    SWITCHED[0] = np.sin
    return np.sum(y)


def subtle_table_changed_in_a_branch(x):
    if x[0] > -100:
        SWITCHED[0] = np.cos
    y = SWITCHED[0](x)
    SWITCHED[0] = np.sin
    return np.sum(y)


def subtle_functions_put_in_by_turns(x):
    fs = []
    for k in range(3):
        if x[k] > -100:
            fs.append(lambda z, k=k: z * x[k])
    y = x
    for f in fs:
        y = f(y)
    return np.sum(y)


def subtle_variable_that_changes_after_its_reader_was_made(x):
    a = x[0]

    def make(u):
        k = np.sin(u)

        def f(t):
            return k * t * a

        return f

    f = make(x)
    y = f(x)
    a = x[1] * 2
    return np.sum(f(y))


def subtle_variable_changed_for_a_function_that_only_a_call_reads(x):
    a = x[0]

    def make():
        def f(t, o=np.tanh(a)):
            return a * o * t

        return f

    f = make()
    a /= 2
    return sum(map(f, x)) + f(a)


def subtle_variable_of_a_function_that_is_not_called(x):
    a = x[0]

    def make():
        def f(t):
            return a

        return f

    f = make()
    a, b = np.cos(a), 2
    return a * x[1] + (b if callable(f) else 0)


def subtle_variable_of_the_frame_between(x):
    def outer(b):
        def make(u):
            def f(t):
                return b * t * u * x[0]

            return f

        g = make(b)
        b = b * 3
        return g

    h = outer(x[1])
    return h(x[2]) * h(x[1])


def subtle_variable_of_a_loop_that_functions_see_at_its_end(x):
    fs = []

    def make(u):
        def f(t):
            return q * t * u

        return f

    for q in x:
        fs.append(make(x[0]))
    y = x[1]
    for f in fs:
        y = f(y)
    return y


EITHER = [Program(f, vectors(1)) for f in subtleties(globals())]
