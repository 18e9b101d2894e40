"""Functions of which only the run can tell which they are: chosen by a condition, or at a computed place."""

import functools

import numpy as np

from . import Program, by_names, vectors


def square(v):
    return v * v


def scaled(v, by=2.0):
    return np.sin(v) * by


def by_expression(x, w):
    f = np.tanh if np.sum(x) > 0 else square
    return np.sum(f(x * w))


def by_expression_called_at_once(x, w):
    return np.sum((np.tanh if x[0] > 0 else square)(x * w)) * 2


def by_branch(x, w):
    if x[0] > 0:
        f = np.sin
    else:
        f = np.cos
    return np.sum(f(x) * f(w))


def rows_only(x, w):
    f = np.sin if x[0] > 0 else np.cos
    y = f(x)
    return np.sum(y * w)


def three(x, w):
    f = np.sin if x[0] > 0.5 else np.cos if x[0] > -0.5 else square
    return np.sum(f(x * w))


def three_by_branches(x, w):
    if x[0] > 0.5:
        f = scaled
    elif x[1] > 0:
        f = np.exp
    else:
        f = square
    y = f(x)
    return np.sum(y * f(w))


def lambdas(x, w):
    f = (lambda z: z * w) if x[0] > 0 else (lambda z: np.sin(z) + w)
    return np.sum(f(x) * f(w))


def local_functions(x, w):
    if x[0] > 0:
        def f(z):
            return z * w
    else:
        def f(z):
            return np.sin(z) + w
    w = w * 2
    return np.sum(f(x))


def captured_late(x, w):
    k = 1.0
    f = (lambda z: z * w * k) if x[0] > 0 else (lambda z: np.sin(z) * k)
    k = 3.0
    w = np.cos(w)
    return np.sum(f(x))


def from_factories(x, w):
    def make(a):
        return lambda z: z * a

    def other(a):
        return lambda z: np.sin(z) + a

    f = make(w) if x[0] > 0 else other(x * w)
    return np.sum(f(x) ** 2)


def one_factory_twice(x, w):
    def make(a):
        return lambda z: z * a

    f = make(w) if x[0] > 0 else make(x * w)
    return np.sum(f(x) ** 2)


def partials(x, w):
    f = functools.partial(scaled, by=3.0) if x[0] > 0 else functools.partial(scaled, by=x[1])
    return np.sum(f(x * w))


def list_at(x, w):
    fs = [np.sin, square, np.exp]
    k = int(x[0] > 0) + int(x[1] > 0)
    return np.sum(fs[k](x * w))


def list_from_the_end(x, w):
    fs = (np.sin, square, lambda z: z * w)
    k = int(x[0] > 0) - 2
    y = fs[k](x * w)
    return np.sum(y)


def list_in_a_name(x, w):
    fs = [np.sin, square]
    f = fs[int(x[0] > 0)]
    return np.sum(f(x) * f(w))


def dict_at(x, w):
    fs = {1: np.sin, 2: square, 5: lambda z: z * w}
    k = 1 if x[0] > 0 else 2 if x[1] > 0 else 5
    return np.sum(fs[k](x * w))


TABLE = {0: np.sin, 1: square}
LISTED = [np.cos, scaled]


def module_table(x, w):
    return np.sum(TABLE[int(x[0] > 0)](x)) + np.sum(LISTED[int(w[0] > 0)](w))


def in_a_loop(x, w):
    s = 0.0
    for i in range(len(x)):
        f = np.sin if x[i] > 0 else square
        s = s + f(x[i] * w[i])
    return s


def carried(x, w):
    f = np.sin
    s = x
    for i in range(len(x)):
        s = f(s) * w
        if s[i] > 0.1:
            f = np.cos
        elif s[i] < -0.3:
            f = square
    return np.sum(f(s))


def loop_over_places(x, w):
    fs = [np.sin, square, np.tanh]
    s = x
    for i in range(5):
        s = fs[i % 3](s * w)
    return np.sum(s)


def in_a_while(x, w):
    n = 0
    while n < 3:
        f = np.sin if np.sum(x) > 0 else scaled
        x = f(x) * w
        n = n + 1
    return np.sum(x)


def in_a_comprehension(x, w):
    f = np.sin if x[0] > 0 else square
    return np.sum(np.stack([f(v * w) for v in x]))


def chosen_in_a_comprehension(x, w):
    return sum([(np.sin if v > 0 else square)(v * w[0]) for v in x])


def in_a_condition(x, w):
    f = np.sin if x[0] > 0 else square
    return np.sum(f(x)) if w[0] > 0 else np.sum(f(w) * x)


def in_the_test(x, w):
    f = np.sin if x[0] > 0 else square
    if np.sum(f(x * w)) > 0:
        return np.sum(f(x))
    return np.sum(f(w) * x)


def nested_calls(x, w):
    f = np.sin if x[0] > 0 else square
    g = scaled if w[0] > 0 else np.exp
    return np.sum(f(g(x * w)) * g(f(w)))


def gives_its_argument(x, w):
    f = (lambda z: z) if x[0] > 0 else (lambda z: z.copy())
    y = x * 2
    z = f(y)
    z[0] = w[0]
    return np.sum(y * z * w)


def changes_its_argument(x, w):
    def put(z):
        z[0] = w[1]
        return z * w

    def leave(z):
        return z * 2

    y = x * 2
    f = put if x[0] > 0 else leave
    z = f(y)
    return np.sum(y * z)


def changes_captured(x, w):
    y = x * 2

    def put():
        y[0] = w[1]

    def double():
        y[:] = y * w

    act = put if x[0] > 0 else double
    act()
    return np.sum(y * x)


def prints(x, w):
    def loud(z):
        print('loud')
        return z * w

    f = loud if x[0] > 0 else np.sin
    return np.sum(f(x))


def order_of_evaluation(x, w):
    seen = []

    def note(v, name):
        seen.append(name)
        print(name)
        return v

    f = np.sin if x[0] > 0 else square
    y = note(x, 'first') * f(note(w, 'second'))
    return np.sum(y) + len(seen)


def keyword_arguments(x, w):
    f = np.sum if x[0] > 0 else np.mean
    m = x[:, None] * w
    return np.sum(f(m, axis=0) * x)


def starred(x, w):
    f = np.maximum if x[0] > 0 else np.multiply
    args = (x, w)
    return np.sum(f(*args))


def rebinds_itself(x, w):
    f = np.sin if x[0] > 0 else square
    f = f(x)
    return np.sum(f * w)


def known_on_one_way(x, w):
    f = np.sin
    if x[0] > 0:
        f = square
        y = f(x)
    else:
        y = f(w)
    return np.sum(f(y))


def same_on_both(x, w):
    f = np.sin if x[0] > 0 else np.sin
    return np.sum(f(x * w))


def identity_test(x, w):
    f = np.sin if x[0] > 0 else square
    y = f(x)
    if f is square:
        y = y * w
    return np.sum(y)


def condition_is_stored_over(x, w):
    c = x > 0
    f = np.sin if c[0] else square
    c[0] = not c[0]
    return np.sum(f(x * w))


def classes_and_print(x, w):
    log = print if x[0] > 0 else repr
    log('hello')
    return np.sum(x * w)


def harmless_list(x, w):
    names = [str, repr]
    s = names[int(x[0] > 0)](len(x))
    return np.sum(x * w) * len(s)


def attribute_target(x, w):
    d = {}
    f = np.sin if x[0] > 0 else square
    d['y'] = f(x)
    d['y'] += f(w)
    a, b = f(x), f(w)
    return np.sum(d['y'] * a - b)


def lambda_around(x, w):
    f = np.sin if x[0] > 0 else square
    g = lambda z: f(z) * w  # noqa: E731
    return np.sum(g(x))


def passed_on(x, w):
    def apply(g, z):
        return g(z) * w

    f = np.sin if x[0] > 0 else square
    return np.sum(apply(f, x))


def returned(x, w):
    def pick(v):
        return np.sin if v[0] > 0 else square

    return np.sum(pick(x)(x * w))


def mapped(x, w):
    f = np.sin if x[0] > 0 else square
    return np.sum(np.stack(list(map(f, [x, w]))))


def bound_methods(x, w):
    y = x * 2
    f = y.sum if x[0] > 0 else w.sum
    return f() * np.sum(w)


def maybe_none(x, w):
    f = None
    if x[0] > 0:
        f = np.sin
    y = x * w
    if f is not None:
        y = f(y)
    return np.sum(y)


def kept_in_dict(x, w):
    d = {'act': np.sin}
    if x[0] > 0:
        d['act'] = square
    return np.sum(d['act'](x * w))


def kept_in_list(x, w):
    fs = []
    for i in range(3):
        fs.append(np.sin if x[i] > 0 else square)
    s = x
    for f in fs:
        s = f(s) * w
    return np.sum(s)


def error_at_place(x, w):
    fs = [np.sin, square]
    try:
        y = fs[int(x[0] > 0) + 1](x * w)
    except IndexError:
        y = x * w
    return np.sum(y)


PROGRAMS = by_names([
    by_expression, by_expression_called_at_once, by_branch, rows_only, three, three_by_branches, lambdas,
    local_functions, captured_late, from_factories, one_factory_twice, partials, list_at, list_from_the_end,
    list_in_a_name, dict_at, module_table, in_a_loop, carried, loop_over_places, in_a_while, in_a_comprehension,
    chosen_in_a_comprehension, in_a_condition, in_the_test, nested_calls, gives_its_argument, changes_its_argument,
    changes_captured, prints, order_of_evaluation, keyword_arguments, starred, rebinds_itself, known_on_one_way,
    same_on_both, identity_test, condition_is_stored_over, classes_and_print, harmless_list, attribute_target,
    passed_on, returned, mapped, kept_in_dict, kept_in_list, error_at_place,
])  # fmt: skip
NOT_YET = [
    Program(lambda_around, vectors(2), (0, 1), refused="of which only the run can tell which function it is"),
    Program(bound_methods, vectors(2), (0, 1), refused="f has no derivative rule"),
    Program(maybe_none, vectors(2), (0, 1), refused="f has no derivative rule"),
]
