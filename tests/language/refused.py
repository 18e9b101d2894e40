"""What is refused: a program for every line, with a part of the message it gets."""

import contextlib
import functools
import itertools

import dlgrad as dl
import numpy as np

from . import refused

total = 0.0
X = np.array([0.5, -1.2, 0.8])


@refused("`yield` in the model itself", "yield in a model function")
def yields(x):
    yield np.sum(x)


@refused("`yield` in the model itself", "an async function")
async def asynchronous(x):
    return np.sum(x)


def twice(x):
    yield x
    yield x * 2


def guarded(x):
    for v in x:
        try:
            yield v
        finally:
            pass


def halves(x):
    for _ in range(2):
        x = x / 2
        yield x


def gives_back(x):
    yield x
    return x * 2


@refused("generators that return a value", "it returns a value")
def generator_that_returns(x):
    y = 0.0
    for v in gives_back(x):
        y += np.sum(v**2)
    return y


@refused("generators that return a value", "a generator that cannot be written out here: its text hold")
def generator_with_try(x):
    y = 0.0
    for v in guarded(x):
        y += v**2
    return y


@refused("generators that return a value", "the entries of this sequence are not alike")
def generators_together(x):
    y = 0.0
    for a, b in zip(halves(x), twice(x)):
        y += np.sum(a * b)
    return y


@refused("generators that return a value", "next has no derivative rule")
def next_of_a_generator(x):
    g = halves(x)
    return np.sum(next(g) * next(g))


@refused("`global` for names that the model binds", "a global statement")
def binds_a_global(x):
    global total
    total = np.sum(x)
    return total


@refused("functions with `nonlocal` that are passed on", "add, which changes variables of the function around it, is")
def passed_on(x):
    y = 0.0

    def add(v):
        nonlocal y
        y = y + v

    list(map(add, x))
    return y


@refused("functions with `nonlocal` that are passed on", "a function that changes variables around it that cannot be")
def returns_halfway(x):
    y = x[0]

    def add(v):
        nonlocal y
        if v < 0:
            return
        y = y + v

    add(x[1])
    return y


@refused("what a `try` block changes", "an exception may stop the try block before or after it cha")
def read_after_an_exception(x):
    y = x
    try:
        y = y * 2
        y = y / float("1")
    except ValueError:
        pass
    return np.sum(y)


@refused("`return`, `break`, `continue` in `finally`", "a jump inside finally")
def returns_in_finally(x):
    y = 0.0
    for v in x:
        try:
            y += v**2
        finally:
            break
    return y


class Closing:
    def __init__(self, array):
        self.array = array

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.array[0] = 0.0
        return False


@refused("what a `finally` block", "the end of the block that this jump leaves may change it:")
def changes_after_return(x):
    return np.sum(cleared(x) ** 2)


def cleared(x):
    y = x * 2
    try:
        return y
    finally:
        y[0] = 3.0


@refused("what a `finally` block", "a context manager may change this array in place")
def changes_at_the_end_of_a_block(x):
    y = x * 2
    with Closing(y):
        return y[0] * y[1]


@refused("values computed in `with` of a manager", "a with statement whose manager may swallow exceptions, or")
def swallows(x):
    y = x
    with contextlib.suppress(ValueError):
        y = x * 2
    return np.sum(y)


@refused("a gradient in the guard", "a gradient in the guard of a case")
def gradient_in_a_guard(x):
    match 3:
        case n if np.sum(dl.dlgradient(np.sum(x * n), x)) > 0:
            return x
    return dl.dlgradient(np.sum(x), x)


@refused("a gradient in the guard", "alternatives of a pattern that bind names to different obj")
def alternatives(x):
    match ("a", x, len(x)):
        case ("a", y, 4) | ("a", _, y):
            return np.sum(y * x)


@refused("set comprehensions", "a set comprehension is not differentiated")
def set_comprehension(x):
    return sum({v * 2 for v in x})


@refused("set comprehensions", "the method values has no derivative rule")
def dict_comprehension_over_an_array(x):
    return sum({k: v * 2 for k, v in enumerate(x)}.values())


@refused("set comprehensions", "this call has no derivative rule")
def lambda_in_a_comprehension(x):
    fs = [lambda z: z * v for v in x]
    return fs[0](x[1])


@refused("keys that only the run can tell", "an entry that is not known now")
def keys_of_the_run(x):
    sums = {"a": 0.0, "b": 0.0}
    for v in x:
        sums["a" if v > 0 else "b"] += v**2
    return sums["a"] * sums["b"]


@refused("lists of lists that are stored into", "an array in it was changed in place: append a copy")
def table_of_lists(x):
    table = [[0.0, 0.0], [0.0, 0.0]]
    for i in range(len(x)):
        for j in range(len(x)):
            table[i % 2][j % 2] = x[i] * x[j]
    return table[0][1]


class Node:
    def __init__(self, v):
        self.v = v


@refused("a list of named tuples or objects", "a list of objects of the class Node: keep a list for each")
def list_of_objects(x):
    nodes = []
    for v in x:
        nodes.append(Node(v**2))
    return sum(n.v for n in nodes)


@refused("an array in a list of unknown length", "an array in it was changed in place: append a copy")
def array_of_a_list_changed(x):
    ys = []
    for v in x:
        ys.append(x * v)
    ys[1][0] = 2.0
    return np.sum(ys[1])


@refused("an iterator that is walked over twice", "an entry of an unknown object")
def walked_twice(x):
    pairs = zip(x, x[::-1])
    y = 0.0
    for a, b in pairs:
        y += a * b
    for a, b in pairs:
        y += a * b
    return y


@refused("generators that are kept in a name", "a generator that is kept")
def generator_walked_twice(x):
    g = (v**2 for v in x)
    return sum(g) + sum(g)


@refused("a `map` or `filter` under a name", "map has no derivative rule")
def map_in_a_name(x):
    squares = map(lambda v: v**2, x)
    return sum(squares)


@refused("a `map` or `filter` under a name", "accumulate has no derivative rule")
def itertools_over_variables(x):
    return sum(itertools.accumulate(x))


@refused("a function of which only the run", "of which only the run can tell which function it is")
def chosen_in_a_lambda(x):
    f = np.sin if x[0] > 0 else np.cos
    g = lambda v: f(v) * 2.0  # noqa: E731
    return g(x[1])


@refused("a function of which only the run", "f has no derivative rule")
def method_chosen(x):
    f = x.sum if x[0] > 0 else x.mean
    return f()


@refused("lists of functions made in a loop", "this call has no derivative rule")
def functions_of_a_loop(x):
    fs = []
    for v in x:
        fs.append(lambda z, v=v: z * v)
    return fs[0](x[1])


@refused("a call with a star", "this call is not differentiated")
def star_of_a_comprehension(x):
    return max(*[np.cos(v) for v in x])


def counter():
    seen = []

    def count(v):
        seen.append(v)
        return len(seen) * v

    return count


counts = counter()


@functools.lru_cache
def cached(v):
    return v**2


@refused("functions that read a list", "it may read a value that was kept outside the model functi")
def captured_list_that_changes(x):
    return counts(x[0]) + counts(x[1])


@refused("functions that read a list", "for which variables are no keys", 1.5)
def cached_function(x):
    return cached(x)


class Lazy:
    def __getattr__(self, name):
        return 2.0


class Setting:
    def __init__(self, w):
        self.w = w

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 1.0)


class Made(type):
    def __call__(cls, *args):
        return super().__call__(*args)


class WithMeta(metaclass=Made):
    def __init__(self, w):
        self.w = w


@refused("classes with `__getattr__`", "the attribute w of an unknown object")
def lazy_attributes(x):
    layer = Lazy()
    layer.w = x
    return np.sum(layer.w * layer.scale)


@refused("classes with `__getattr__`", "the attribute w of an unknown object")
def stores_of_its_own(x):
    return np.sum(Setting(x).w ** 2)


@refused("classes with `__getattr__`", "the attribute w of an unknown object")
def metaclass(x):
    return np.sum(WithMeta(x).w ** 2)


class Cached:
    def __init__(self, w):
        self.w = w

    @functools.cached_property
    def doubled(self):
        return self.w * 2


@refused("`vars(x)`", "a field of a structured array has no rule; keep its fields")
def variables_of_an_object(x):
    node = Node(x)
    return np.sum(vars(node)["v"] ** 2)


@refused("`vars(x)`", "a field of a structured array has no rule; keep its fields")
def dict_of_an_object(x):
    node = Node(x)
    return np.sum(node.__dict__["v"] ** 2)


@refused("`vars(x)`", "del of an attribute")
def deleted_attribute(x):
    node = Node(x)
    y = node.v
    del node.v
    return np.sum(y)


@refused("`vars(x)`", "the attribute doubled is computed by the class")
def cached_property(x):
    return np.sum(Cached(x).doubled)


class Bag:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def __add__(self, other):
        return Bag([a + b for a, b in zip(self.items, other.items)])

    def __getitem__(self, k):
        return self.items[k]

    def __rmul__(self, c):
        return self.items[0] * c


@refused("a loop over an object", "the entries of this sequence are not alike")
def loop_over_an_object(x):
    y = 0.0
    for v in Bag([x[0], x[1]]):
        y += v**2
    return y


@refused("a loop over an object", "the attribute items of an unknown object")
def augmented_object(x):
    bag = Bag([x[0]])
    bag += Bag([x[1]])
    return bag.items[0]


@refused("a loop over an object", "an operator of a class has no derivative rule")
def array_times_object(x):
    return np.sum(x * Bag([x]))


@refused("a loop over an object", "a subscript of an object has no derivative rule")
def slice_of_an_object(x):
    return sum(Bag([x[0], x[1]])[0:1])


class Scaled:
    def __init__(self, w):
        self._w = w

    @property
    def w(self):
        return self._w

    @w.setter
    def w(self, value):
        if value[0] > 1e6:
            raise ValueError("too large")
        self._w = value * 2


@refused("property setters", "an assignment to a property whose setter computes what the")
def setter(x):
    layer = Scaled(x)
    layer.w = x * 3
    return np.sum(layer.w)


class Tree:
    def __init__(self, w, parent=None):
        self.w, self.parent = w, parent
        self.child = None


@refused("objects that contain themselves", "an object of the class Tree that contains itself")
def refers_to_its_parent(x):
    root = Tree(x)
    root.child = Tree(x * 2, root)
    return np.sum(root.child.w * root.child.parent.w)


def same_twice():
    node = Node(X.copy())
    return {"a": node, "b": node}


@refused("one object in two places", "a Node is held in two places of the arguments, and the fun", same_twice())
def one_object_twice(p):
    p["a"].v = p["a"].v * 2
    return np.sum(p["a"].v * p["b"].v)


NODE = Node(X.copy())


def reads_the_node():
    return NODE.v


@refused("objects of the surroundings", "it may read a value that was kept outside the model functi")
def changes_the_surroundings(x):
    NODE.v = x * 2
    return np.sum(reads_the_node() ** 2)


@refused("stores into arrays of which it is not known", "an array in it was changed in place: append a copy may cha")
def place_of_the_run(x):
    bufs = [x * 1.0, x * 2.0]
    k = int(np.argmax(x)) % 2
    bufs[k][0] = x[1] ** 2
    return np.sum(bufs[0])


@refused("`multiply.at`", "ufunc.at may change this array in place")
def multiply_at(x):
    y = x * 2
    np.multiply.at(y, [0, 0], x[1])
    return np.sum(y)


@refused("`multiply.at`", "a store into this object may change this array in place")
def resized(x):
    y = x * 2
    y.shape = (-1, 1)
    return np.sum(y)


STATE = np.zeros(4)


def keep(x):
    STATE[:] = x


def kept():
    return STATE * 2


@refused("arrays outside the model", "STATE, which lives outside the model, is changed in place")
def through_an_array_outside(x):
    keep(x)
    return np.sum(kept())


@dl.checkpoint
def printing(x):
    print("block")
    return np.sin(x)


@refused("a checkpoint of a function that prints", "a checkpoint of printing, which does what is not looked in")
def checkpoint_that_prints(x):
    return np.sum(printing(x))


@dl.custom_gradient
def clearing(x):
    x[0] = 0.0
    return x * 2


@clearing.backward
def clearing_backward(dy, y, x):
    return dy * 2


@refused("a `custom_gradient` function or its backward", "clearing changes an argument in place")
def custom_that_changes(x):
    return np.sum(clearing(x))


@dl.custom_gradient
def tried(x):
    return x**2


@tried.backward
def tried_backward(dy, y, x):
    from scipy import special

    return dy * special.zeta(x + 9, 1.0)


@refused("a second gradient through a backward function", "scipy.special.zeta has no derivative with respect to x", X)
def second_gradient_of_a_rule(x):
    dx = dl.dlgradient(np.sum(tried(x)), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx**2), x)


@refused("in a block of `gradient_of`", "a jump in a block of gradient_of", X)
def jump_in_a_block(x):
    for _ in range(2):
        with dl.gradient_of(x) as dx:
            break
    return dl.dlgradient(np.sum(x), x)


@refused("in a block of `gradient_of`", "a block of gradient_of that binds x, which is used outside", X)
def name_of_the_model_in_a_block(x):
    y = x * 2
    with dl.gradient_of(y) as dy:
        x = dy
    return dl.dlgradient(np.sum(y), x)


@refused("`custom_gradient` on a function defined in the model", "f may change this array in place", X)
def custom_in_the_model(x):
    @dl.custom_gradient
    def f(v):
        return v * 2

    return dl.dlgradient(np.sum(f(x)), x)


@refused("`np.vectorize`", "this call has no derivative rule")
def vectorised(x):
    return np.sum(np.vectorize(lambda v: v**2)(x))


@refused("`np.vectorize`", "np.apply_along_axis: given a local function, which is no a")
def along_axis(m):
    return np.sum(np.apply_along_axis(lambda v: v**2, 0, m))


@refused("`np.vectorize`", "fromiter has no derivative rule")
def from_iterator(x):
    return np.sum(np.fromiter((v * 2 for v in x), float))


@refused("solvers, integrators", "brentq has no derivative rule")
def solver(x):
    from scipy import optimize

    return optimize.brentq(cube_minus, -10, 10, (x[0],))


def cube_minus(v, a):
    return v**3 - a


def complex_squares(z):
    return z * z


@refused("a Jacobian or Hessian of complex numbers", "a Jacobian with the result of complex_squares complex", X + 1j)
def complex_jacobian(z):
    return dl.jacobian(complex_squares)(z)


def either_rank(x):
    return np.sum(x) if x[0] > 0 else x * 2


def of_unknown_rank(x):
    y = x
    for _ in range(2):
        y = np.outer(y, y)[0] if x[0] > 1e6 else np.stack([y, y])
    return y


@refused("a Jacobian or Hessian of an array whose number of axes", "of a form that is not known", X)
def jacobian_of_unknown_rank(x):
    return dl.jacobian(of_unknown_rank)(x)


def power(x, n):
    return x if n == 1 else x * power(x, n - 1)


@refused("second derivatives through a function that calls itself", "a function that calls itself", X, 3)
def second_derivative_of_recursion(x, n):
    dx = dl.dlgradient(np.sum(power(x, n)), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(dx), x)


def scaled_pair(x):
    v = x * 2.0
    return np.sum(v**2), v


@refused("`dlgradient(y, v)` where one call", "come out of one call", X)
def made_together(x):
    y, v = scaled_pair(x)
    return dl.dlgradient(y, v)


@refused("a gradient with respect to what some turns", "x may be the same data as in an earlier turn", X, 5)
def bound_in_some_turns(x, n):
    y, w, g = np.sum(x), x * 1.0, x
    for k in range(n):
        if x[k % 3] > 0:
            w = w * 2.0
        y = y + np.sum(w**2)
        g = dl.dlgradient(y, w)
    return g


def walks_twice(items):
    return sum(items) + sum(items)


@refused("a generator expression that a function of yours", "a generator expression is not differentiated")
def given_a_generator(x):
    return walks_twice(v**2 for v in x)


@refused("a gradient with respect to what a branch, call", "x may be what it was before a branch", X)
def bound_by_a_branch(x):
    y = np.sum(x**2)
    if x[0] > 0:
        x = x * 2
    return dl.dlgradient(y, x)


@refused("a gradient in a loop of a y that was computed before", "was computed before this turn began", X, 5)
def computed_before_the_turn(x, n):
    y = np.sum(x**2)
    for _ in range(n):
        x = x - 0.1 * dl.dlgradient(y, x)
        y = np.sum(x**2)
    return x


@refused("a gradient in a loop of a y that depends on the gradients", "each turn would need one order more", X, 5)
def order_rises_with_every_turn(x, n):
    y = np.sum(x**3)
    for _ in range(n):
        g = dl.dlgradient(y, x, EnableHigherDerivatives=True)
        y = y + np.sum(g**2)
    return y


def keeps_containers(x, y):
    for v in x:
        y = y * np.sin(v)
    return y


@refused("second derivatives through a gradient in a loop", "which have saved containers", X, 5)
def second_through_helper_in_a_loop(x, n):
    y, total = x * 1.0, 0.0
    for _ in range(n):
        y = keeps_containers(x, y)
        g = dl.dlgradient(np.sum(y), x, EnableHigherDerivatives=True)
        total = total + np.sum(g**2)
    return dl.dlgradient(total, x)


@refused("integers as variables", "a gradient with respect to x, which holds integers (i8[n])", np.arange(3))
def integers(x):
    return dl.dlgradient(np.sum(x * 2.0), x)


@refused("classes defined in a model", "the attribute w of an unknown object")
def class_in_the_model(x):
    class Inner:
        def __init__(self, w):
            self.w = w

    return np.sum(Inner(x).w)


@refused("arrays of a subclass", "x is a MaskedArray, which does not behave as a NumPy array", np.ma.masked_array(X))
def masked(x):
    return dl.dlgradient(np.sum(x), x)


namespace = {"np": np, "dl": dl}
exec("def made(x):\n    return dl.dlgradient(np.sum(x ** 2), x)", namespace)
made = refused("functions made by `exec`", "it was made from a string", X)(namespace["made"])
