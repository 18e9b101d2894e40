"""Functions as values: made, returned, kept in containers, given to functions, bound in part."""

import functools
import operator

import numpy as np
from dlgrad import dlgradient

from . import Model, Program, differences, numbers, vectors

GAIN = 1.7


def square(x):
    """A helper."""
    return x * x


def affine(x, scale=2.0, *, shift=0.0):
    """A helper with a default and a keyword-only parameter."""
    return x * scale + shift


def make(w, b=0.5):
    """A factory whose function reads its parameters."""
    def layer(x, gain=1.0):
        return np.tanh(x * w + b) * gain

    return layer


def make_lambda(w):
    """A factory of a lambda."""
    return lambda x: np.sin(w * x)


def choose(name):
    """A factory that picks among functions."""
    table = {"tanh": np.tanh, "square": square, "soft": lambda z: z / (1 + np.abs(z))}
    return table[name]


def adder(n):
    """A factory whose function makes a function."""
    def add(m):
        return lambda x: x * n + m

    return add


def apply(f, x):
    """A function that calls what it is given."""
    return f(x)


def twice(f, *args, **kwargs):
    """Star arguments handed on."""
    return f(*args, **kwargs) * f(*args, **kwargs)


def compose(*functions):
    """A chain of functions."""
    def run(x):
        for f in functions:
            x = f(x)
        return x

    return run


def logged(f):
    """A decorator."""
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * 1.0

    return wrapper


def scaled_by(factor):
    """A decorator with an argument."""
    def decorate(f):
        @functools.wraps(f)
        def wrapper(x):
            return factor * f(x)

        return wrapper

    return decorate


@logged
def decorated(x, k=2):
    """A decorated helper."""
    return x**k


@scaled_by(3.0)
@logged
def decorated_twice(x):
    """Two decorators."""
    return np.cos(x)


@functools.lru_cache(maxsize=None)
def table_of(n):
    """Cached, of inactive arguments."""
    return n * 0.5 + 1


HALF = functools.partial(affine, scale=0.5)
PICKED = {"square": square, "cos": np.cos, "half": HALF}


def returned_closure(x, w):
    return np.sum(make(w)(x)) + np.sum(make(w, b=x)(w, gain=2.0))


def returned_and_named(x, w):
    f = make(w)
    g = make(x, 1.0)
    return np.sum(f(x) * g(w) + f(g(x)))


def returned_lambda(x, w):
    f = make_lambda(w)
    return np.sum(f(f(x)))


def returned_twice(x, w):
    return np.sum(adder(w)(x)(x * w) + adder(x)(2.0)(w))


def chosen(x, w):
    return np.sum(choose("tanh")(x) + choose("square")(w) + choose("soft")(x * w))


def from_tuple(x, w):
    fs = (np.tanh, square, lambda z: z * w)
    return np.sum(fs[0](x) + fs[1](w) * fs[2](x) + fs[-1](x))


def from_list(x, w):
    fs = [np.sin, square]
    fs.append(make(w))
    fs[0] = np.cos
    return np.sum(fs[0](x) * fs[1](w) + fs[2](x))


def from_dict(x, w):
    acts = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "mine": make(w)}
    acts["sq"] = square
    return np.sum(acts["relu"](x) + acts["tanh"](x * w) + acts["mine"](x) + acts["sq"](w))


def from_global_dict(x):
    return np.sum(PICKED["square"](x) + PICKED["cos"](x))


def as_arguments(x, w):
    return np.sum(apply(np.tanh, x) + apply(square, w) + apply(lambda z: z * w, x) + apply(make(w), x))


def as_star_arguments(x, w):
    return np.sum(twice(affine, x, shift=w) + twice(lambda a, b: a * b, x, w))


def name_clash_of_captures(x, w):
    def apply_scaled(f, z):
        w = 3.0
        return f(z) * w

    return np.sum(apply_scaled(lambda z: z * w, x))


def composed(x, w):
    return np.sum(compose(np.sin)(x * w)) * w[0]


def walked_pairs(x, w):
    y = x * w
    for f, (g, scale) in zip((np.sin, np.cos), [(lambda z: z * w, 2.0), (np.tanh, w[0])]):
        y = g(f(y)) * scale
    return np.sum(y)


def walked_dict_of_functions(x, w):
    layers = {"first": lambda z: z * w, "second": np.tanh}
    y = x
    for name, f in layers.items():
        y = f(y) + len(name)
    for f in layers.values():
        y = f(y)
    return np.sum(y)


def appended_where_it_holds(x, w):
    chain = [np.sin]
    for k, scale in enumerate((2.0, 3.0)):
        if k > 0:
            chain.append(lambda z, scale=scale: z * w * scale)
        chain.insert(0, np.cos)
    y = x
    for f in chain:
        y = f(y)
    return np.sum(y)


def decorated_helper(x):
    return np.sum(decorated(x) + decorated(x, k=3))


def decorated_helper_twice(x):
    return np.sum(decorated_twice(x))


def cached_helper(x):
    return np.sum(x * x) * table_of(4)


def local_decorator(x, w):
    def doubled(f):
        def wrapper(z):
            return f(z) * w

        return wrapper

    @doubled
    def inner(z):
        return np.sin(z)

    return np.sum(inner(x))


def partial_outside(x, w):
    return np.sum(HALF(x, shift=w) + HALF(w))


def partial_inside(x, w):
    f = functools.partial(affine, scale=w)
    return np.sum(f(x) + f(x, shift=x) + f(w, scale=2.0))


def partial_of_partial(x, w):
    f = functools.partial(affine, scale=w)
    g = functools.partial(f, shift=x)
    return np.sum(g(w))


def partial_positional(x, w):
    f = functools.partial(np.multiply, w)
    g = functools.partial(apply, make(w))
    return np.sum(f(x) + g(x))


def partial_of_lambda(x, w):
    f = functools.partial(lambda a, b, c: a * b + c * w, x, c=w)
    return np.sum(f(w))


def partial_of_row(x):
    total = functools.partial(np.sum, axis=0)
    return total(x * x)


def partial_in_list(x, w):
    fs = [functools.partial(affine, scale=w), functools.partial(np.power, x)]
    return np.sum(fs[0](x) + fs[1](2))


def late_binding(x, w):
    scale = w
    f = lambda z: z * scale  # noqa: E731
    a = f(x)
    scale = x * 2
    return np.sum(a * f(x))


def late_binding_in_list(x, w):
    fs = []
    for k in (1, 2):
        fs.append(lambda z: z * k)  # noqa: B023
    return np.sum(fs[0](x) * fs[1](w))


def defaults_bind_early(x, w):
    scale = w
    f = lambda z, s=scale: z * s  # noqa: E731
    scale = x * 2
    return np.sum(f(x) * scale)


def computed_defaults(x, w):
    def f(z, s=w * 2, *, t=x):
        return np.sin(z) * s + t

    return np.sum(f(x) + f(w, s=x) + f(x, t=w))


def captured_array_changes(x, w):
    y = x * 1.0

    def f(z):
        return z * y

    a = f(w)
    y[0] = w[0] ** 2
    return np.sum(a + f(w))


def captured_by_returned_changes(x, w):
    y = x * 1.0
    f = make(y)
    a = f(w)
    y[0] = w[0] ** 2
    return np.sum(a + f(w))


def captured_container(x, w):
    p = {"w": w, "b": x}

    def f(z):
        return z * p["w"] + p["b"]

    a = f(x)
    p["w"] = x * 2
    return np.sum(a * f(w))


def captured_function(x, w):
    g = make(w)

    def f(z):
        return g(z) + g(z * 2)

    def h(z):
        return f(g(z))

    return np.sum(h(x)) + np.sum(apply(h, w))


def recursive_local(x, w):
    def power(z, n):
        return w if n == 0 else z * power(z, n - 1)

    return np.sum(power(x, 3)) + np.sum(apply(lambda z: power(z, 2), x))


def static_choice(x, flag=True):
    f = np.tanh if flag else square
    g = square if not flag else (lambda z: z * 3)
    return np.sum(f(x) + g(x))


def static_choice_by_if(x, kind="sin"):
    if kind == "sin":
        f = np.sin
    elif kind == "square":
        f = square
    else:
        def f(z):
            return z

    return np.sum(f(x) * x)


def choice_at_run_time(x, w):
    f = np.tanh if np.sum(x) > 0 else square
    return np.sum(f(x * w))


def reduced_lambda(x, w):
    return functools.reduce(lambda a, b: np.tanh(a * b + a), x) + functools.reduce(operator.add, x * w, 1.0)


def reduced_with_start(x, w):
    s = functools.reduce(lambda a, b: np.sin(a) * b, [x, w, x * w], w)
    return np.sum(s)


def reduced_helper(x, w):
    return np.sum(functools.reduce(np.multiply, (x, w, x)))


def mapped_row(x):
    return sum(map(np.sin, x))


def mapped_two(x, w):
    return sum(list(map(lambda a, b: a * b + a, x, w)))


def mapped_loop(x, w):
    s = 0.0
    for v in map(lambda a: a * w[0], x):
        s = s + v * v
    return s


def mapped_containers(x, w):
    a, b = map(np.tanh, (x, w))
    return np.sum(a * b)


def mapped_array(x, w):
    return np.sum(np.array(list(map(lambda v: v * v, x))) * w)


def filtered(x):
    return sum(v * v for v in filter(lambda v: v > 0, x)) + np.sum(x)


def sorted_by_key(x, w):
    s = sorted(x, key=lambda v: -v)
    return s[0] * 2 + s[1] * w[0]


def extreme_by_key(x, w):
    return max(x, key=lambda v: v * v) * 3 + min([x, w], key=np.sum)[0]


def tests_of_values(x, w):
    y = x * w
    if any(v > 0 for v in y) and not all(v > 100 for v in y) and callable(np.sin):
        y = y * 2
    if isinstance(y, np.ndarray) and len(y) > 2 and len((x, w)) == 2:
        y = y + abs(x)
    return np.sum(y) + round(2.4) * abs(x[0])


def bound_method_of_array(x, w):
    total = (x * w).sum
    return total() + total(axis=0)


def operators_module(x, w):
    return np.sum(operator.mul(x, w) + operator.add(x, w) - operator.neg(x) + operator.getitem(x, 0))


def nested_factories(x, w):
    def outer(a):
        def middle(b):
            def inner(z):
                return z * a + b * w

            return inner

        return middle

    f = outer(x)
    g = f(w)
    return np.sum(g(x) * f(x)(w))


def factory_in_loop(x, w):
    s = x
    for v in w:
        s = make(v)(s)
    return np.sum(s)


def function_in_loop(x, w):
    s = 0.0
    for v in x:
        f = lambda z: z * v  # noqa: E731, B023
        s = s + f(w[0]) * f(v)
    return s


def pair_of_functions(x, w):
    def both(a):
        return (lambda z: z * a), (lambda z: np.sin(z) + a)

    f, g = both(w)
    return np.sum(f(x) * g(x))


def dict_of_functions(x, w):
    def module(a):
        def forward(z):
            return np.tanh(z * a)

        def penalty():
            return np.sum(a * a)

        return {"forward": forward, "penalty": penalty}

    m = module(w)
    return np.sum(m["forward"](x)) + m["penalty"]()


def immediate_lambda(x, w):
    return np.sum((lambda a, b: a * b)(x, w)) + (lambda: x[0])() + (lambda *a: a[0] * a[1])(x[0], w[0])


def lambda_of_lambda(x, w):
    curry = lambda a: lambda b: a * b  # noqa: E731
    return np.sum(curry(x)(w) + curry(w)(w))


def stored_in_attribute(x, w):
    f = make(w)
    g = f
    return np.sum(g(x)) + np.sum((f if w is not None else g)(x))


def number_closure(a, b):
    f = lambda t: t * b  # noqa: E731
    return f(a) + apply(f, b) + make(a)(b)


def twice_through_a_factory(x, w):
    y = np.sum(make(w)(x) * make_lambda(x)(w))
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g * g), x)


def steps_of_descent(x, w):
    def step(f, p):
        return p - 0.1 * dlgradient(np.sum(f(p) ** 2), p)

    return step(make(w), step(lambda z: np.sin(z) * w, x))


def twice_through_sorted(x):
    s = sorted(x, key=lambda v: v * v)
    y = s[0] ** 3 * s[1]
    g = dlgradient(y, x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g * g), x)


def twice_through_one_helper(x):
    f = functools.partial(lambda a, z: np.sum(a * z**3), x)
    g = dlgradient(f(x), x, EnableHigherDerivatives=True)
    return dlgradient(np.sum(g * f(g)), x)


def slope(f):
    """The gradient of a function of one vector, by differences."""
    return lambda x: differences(f, x)


def expected_twice(x, w):
    def first(t):
        return np.sum(make(w)(t) * make_lambda(t)(w))

    return slope(lambda t: np.sum(slope(first)(t) ** 2))(x)


def expected_descent(x, w):
    p = x - 0.1 * slope(lambda t: np.sum((np.sin(t) * w) ** 2))(x)
    return p - 0.1 * slope(lambda t: np.sum(make(w)(t) ** 2))(p)


def expected_sorted(x):
    def first(t):
        s = sorted(t, key=lambda v: v * v)
        return s[0] ** 3 * s[1]

    return slope(lambda t: np.sum(slope(first)(t) ** 2))(x)


def expected_one_helper(x):
    return slope(lambda t: np.sum(4 * t**3 * np.sum(t * (4 * t**3) ** 3)))(x)


MODELS = [
    Model(twice_through_a_factory, vectors(2), expected_twice, 1e-3),
    Model(steps_of_descent, vectors(2), expected_descent),
    Model(twice_through_sorted, vectors(1), expected_sorted, 1e-3),
    Model(twice_through_one_helper, vectors(1), expected_one_helper, 1e-5),
]

PROGRAMS = [
    Program(returned_closure, vectors(2), (0, 1)),
    Program(returned_and_named, vectors(2), (0, 1)),
    Program(returned_lambda, vectors(2), (0, 1)),
    Program(returned_twice, vectors(2), (0, 1)),
    Program(chosen, vectors(2), (0, 1)),
    Program(from_tuple, vectors(2), (0, 1)),
    Program(from_list, vectors(2), (0, 1)),
    Program(from_dict, vectors(2), (0, 1)),
    Program(as_arguments, vectors(2), (0, 1)),
    Program(as_star_arguments, vectors(2), (0, 1)),
    Program(name_clash_of_captures, vectors(2), (0, 1)),
    Program(decorated_helper, vectors(1)),
    Program(decorated_helper_twice, vectors(1)),
    Program(cached_helper, vectors(1)),
    Program(local_decorator, vectors(2), (0, 1)),
    Program(partial_outside, vectors(2), (0, 1)),
    Program(partial_inside, vectors(2), (0, 1)),
    Program(partial_of_partial, vectors(2), (0, 1)),
    Program(partial_positional, vectors(2), (0, 1)),
    Program(partial_of_lambda, vectors(2), (0, 1)),
    Program(partial_of_row, vectors(1)),
    Program(partial_in_list, vectors(2), (0, 1)),
    Program(late_binding, vectors(2), (0, 1)),
    Program(defaults_bind_early, vectors(2), (0, 1)),
    Program(computed_defaults, vectors(2), (0, 1)),
    Program(captured_array_changes, vectors(2), (0, 1)),
    Program(captured_by_returned_changes, vectors(2), (0, 1)),
    Program(captured_container, vectors(2), (0, 1)),
    Program(captured_function, vectors(2), (0, 1)),
    Program(recursive_local, vectors(2), (0, 1)),
    Program(static_choice, vectors(1)),
    Program(static_choice_by_if, vectors(1)),
    Program(tests_of_values, vectors(2), (0, 1)),
    Program(bound_method_of_array, vectors(2), (0, 1)),
    Program(operators_module, vectors(2), (0, 1)),
    Program(nested_factories, vectors(2), (0, 1)),
    Program(factory_in_loop, vectors(2), (0, 1)),
    Program(function_in_loop, vectors(2), (0, 1)),
    Program(pair_of_functions, vectors(2), (0, 1)),
    Program(dict_of_functions, vectors(2), (0, 1)),
    Program(immediate_lambda, vectors(2), (0, 1)),
    Program(lambda_of_lambda, vectors(2), (0, 1)),
    Program(stored_in_attribute, vectors(2), (0, 1)),
    Program(number_closure, numbers(2), (0, 1)),
    Program(reduced_lambda, vectors(2), (0, 1)),
    Program(reduced_with_start, vectors(2), (0, 1)),
    Program(reduced_helper, vectors(2), (0, 1)),
    Program(mapped_row, vectors(1)),
    Program(mapped_two, vectors(2), (0, 1)),
    Program(mapped_loop, vectors(2), (0, 1)),
    Program(mapped_containers, vectors(2), (0, 1)),
    Program(mapped_array, vectors(2), (0, 1)),
    Program(filtered, vectors(1)),
    Program(sorted_by_key, vectors(2), (0, 1)),
    Program(extreme_by_key, vectors(2), (0, 1)),
    Program(from_global_dict, vectors(1)),
    Program(composed, vectors(2), (0, 1)),
    Program(late_binding_in_list, vectors(2), (0, 1)),
    Program(walked_pairs, vectors(2), (0, 1)),
    Program(walked_dict_of_functions, vectors(2), (0, 1)),
    Program(appended_where_it_holds, vectors(2), (0, 1)),
    Program(choice_at_run_time, vectors(2), (0, 1)),
]
