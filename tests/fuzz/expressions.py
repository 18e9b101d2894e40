"""Random expressions of a wanted shape, smooth almost everywhere, of moderate size."""

from __future__ import annotations

from collections.abc import Callable

from .scope import Scope, Shape

FUNCTIONS = ("np.tanh", "np.sin", "np.cos", "np.arctan")
BINARY = ("+", "-", "*", "*", "+")
SHAPES: tuple[Shape, ...] = ((3,), (3,), (2,), (3, 3), (2, 3))


def number(s: Scope) -> str:
    """A literal."""
    return s.rng.choice(["0.5", "2.0", "1.5", "0.3", "-0.7", "2", "3", "1e-1", "-1"])


def expression(s: Scope, shape: Shape, depth: int | None = None) -> str:
    """An expression of that shape whose value shares memory with nothing."""
    if depth is None:
        depth = s.rng.choice([1, 1, 2, 2, 3])
    if depth <= 0:
        return leaf(s, shape)
    makers = {0: SCALARS, 1: VECTORS, 2: MATRICES}[len(shape)]
    for _ in range(8):
        text = s.rng.choice(makers)(s, shape, depth - 1)
        if text:
            return text
    return leaf(s, shape)


def value(s: Scope, shape: Shape, depth: int = 2) -> str:
    """An expression, or a name: where sharing memory does no harm."""
    names = s.known(shape=shape)
    if names and s.chance(0.5):
        return s.rng.choice(names).text
    return expression(s, shape, depth)


def leaf(s: Scope, shape: Shape) -> str:
    """The shortest expression of a shape."""
    names = s.known(shape=shape)
    if names and s.chance(0.9):
        text = s.rng.choice(names).text
        return text if not shape else f"({text} * {number(s)})"
    if not shape:
        return number(s)
    size = ", ".join(map(str, shape))
    return s.rng.choice([f"np.ones({size})" if len(shape) == 1 else f"np.ones(({size}))",
                         f"np.full(({size},), 0.4)"])  # fmt: skip


def condition(s: Scope, depth: int = 1) -> str:
    """A truth value."""
    integers = s.known("integer")
    pick = s.rng.random()
    if integers and pick < 0.25:
        i = s.rng.choice(integers).text
        return s.rng.choice([f"{i} == 1", f"{i} % 2 == 0", f"{i} > 0", f"{i} in (0, 2)"])
    if depth and pick < 0.4:
        word = s.rng.choice(["and", "or"])
        return f"{condition(s, 0)} {word} {condition(s, 0)}"
    if depth and pick < 0.47:
        return f"not ({condition(s, 0)})"
    lists = s.known("list")
    if lists and pick < 0.55:
        name = s.rng.choice(lists).text
        return s.rng.choice([f"len({name}) > 2", name])
    left = value(s, (), 1)
    if pick < 0.65:
        return f"-0.5 < {left} < {value(s, (), 1)}"
    return f"{left} {s.rng.choice('<>')} {s.rng.choice([value(s, (), 1), '0.2', '0.0', '-0.4'])}"


def index(s: Scope, size: int) -> str:
    """An integer below a size."""
    integers = [n for n in s.known("integer") if n.bound <= size]
    if integers and s.chance(0.6):
        return s.rng.choice(integers).text
    return str(s.rng.choice([*range(size), -1]))


def mask(s: Scope, name: str) -> str:
    """A mask over an array."""
    return f"{name} {s.rng.choice('<>')} {s.rng.choice(['0.0', '0.3', '-0.2'])}"


# --- for every shape --------------------------------------------------------------------------


def operator(s: Scope, shape: Shape, depth: int) -> str:
    """Two operands of that shape, or one and a number."""
    sign = s.rng.choice(BINARY)
    left, right = expression(s, shape, depth), expression(s, s.rng.choice([shape, shape, ()]), depth)
    pair = (left, right) if s.chance(0.8) else (right, left)
    return f"({pair[0]} {sign} {pair[1]})"


def function(s: Scope, shape: Shape, depth: int) -> str:
    """A bounded function."""
    return f"{s.rng.choice(FUNCTIONS)}({expression(s, shape, depth)})"


def guarded(s: Scope, shape: Shape, depth: int) -> str:
    """A function that needs its argument kept away from a pole."""
    a = expression(s, shape, depth)
    return s.rng.choice([f"np.sqrt(1 + ({a}) ** 2)", f"np.log(2 + np.cos({a}))", f"np.exp(-({a}) ** 2)",
                         f"(1 / (1 + np.exp(-{a})))", f"({a}) ** 2", f"(-{a})", f"({a}) / (1 + {value(s, shape, 1)} ** 2)",
                         f"np.maximum({a}, 0.1)", f"np.abs({a})", f"np.tanh({a}) ** 3"])  # fmt: skip


def selected(s: Scope, shape: Shape, depth: int) -> str:
    """A conditional expression."""
    return f"({expression(s, shape, depth)} if {condition(s)} else {expression(s, shape, depth)})"


def called(s: Scope, shape: Shape, depth: int) -> str:
    """A call of a function of the program."""
    helpers = [h for h in s.helpers if h.result == shape]
    if not helpers:
        return ""
    h = s.rng.choice(helpers)
    given = [value(s, p, min(depth, 1)) for p in h.parameters]
    if h.keywords and s.chance(0.6):
        given += [f"{k}={value(s, (), min(depth, 1))}" for k in h.keywords if s.chance(0.7)]
    return f"{h.text}({', '.join(given)})"


def entry(s: Scope, shape: Shape, depth: int) -> str:
    """An entry of a list of arrays or numbers that has some."""
    lists = [n for n in s.known("list", shape) if n.bound]
    if not lists:
        return ""
    n = s.rng.choice(lists)
    return f"({n.text}[{s.rng.choice([0, -1])}] * {number(s)})"


def field(s: Scope, shape: Shape, depth: int) -> str:
    """An entry of a dictionary."""
    names = s.known("entry", shape)
    return f"({s.rng.choice(names).text} + {number(s)})" if names else ""


def chosen(s: Scope, shape: Shape, depth: int) -> str:
    """np.where."""
    if not shape:
        return ""
    a = expression(s, shape, depth)
    names = s.known(shape=shape)
    test = s.rng.choice(names).text if names else a
    return f"np.where({mask(s, test)}, {a}, {expression(s, s.rng.choice([shape, ()]), depth)})"


def immediate(s: Scope, shape: Shape, depth: int) -> str:
    """A lambda called where it stands, or a named value in an expression."""
    a = expression(s, shape, depth)
    return f"(lambda t: {s.rng.choice(['t * t', 'np.sin(t) + t', 't * 0.5'])})({a})"


EVERY: list[Callable[[Scope, Shape, int], str]] = [
    operator, operator, function, function, guarded, guarded, selected, called, called, entry, field, chosen, immediate,
]  # fmt: skip


# --- numbers ----------------------------------------------------------------------------------


def reduction(s: Scope, shape: Shape, depth: int) -> str:
    """A reduction of an array."""
    a = expression(s, s.rng.choice(SHAPES), depth)
    return s.rng.choice([f"np.sum({a})", f"({a}).sum()", f"np.mean({a})", f"np.max({a})", f"np.sum(({a}) ** 2)",
                         f"np.linalg.norm({a} + 3)", f"np.prod({a})", f"np.var({a})"])  # fmt: skip


def element(s: Scope, shape: Shape, depth: int) -> str:
    """An element of an array."""
    arrays = [n for n in s.known() if n.shape]
    if not arrays:
        return ""
    a = s.rng.choice(arrays)
    places = [index(s, size) for size in a.shape]
    if len(places) == 2 and s.chance(0.2):
        return f"{a.text}[{places[0]}][{places[1]}]"
    return f"{a.text}[{', '.join(places)}]"


def product(s: Scope, shape: Shape, depth: int) -> str:
    """An inner product."""
    size = s.rng.choice([(3,), (2,)])
    a, b = expression(s, size, depth), expression(s, size, depth)
    return s.rng.choice([f"({a} @ {b})", f"np.dot({a}, {b})", f"({a}).dot({b})"])


def generated(s: Scope, shape: Shape, depth: int) -> str:
    """A sum over a generator."""
    a, b = value(s, (3,), 1), value(s, (3,), 1)
    return s.rng.choice([f"sum(np.sin(t) for t in {a})", f"sum([t * u for t, u in zip({a}, {b})])",
                         f"sum(t * t for t in {a} if t > 0)", f"sum(k * t for k, t in enumerate({b}))"])  # fmt: skip


def integer(s: Scope, shape: Shape, depth: int) -> str:
    """An integer of the program in an expression."""
    names = s.known("integer")
    lists = s.known("list")
    if lists and s.chance(0.3):
        return f"len({s.rng.choice(lists).text})"
    return f"({s.rng.choice(names).text} * {expression(s, (), depth)})" if names else ""


def pythons(s: Scope, shape: Shape, depth: int) -> str:
    """Functions of Python on numbers."""
    a, b = expression(s, (), depth), expression(s, (), depth)
    return s.rng.choice([f"math.sin({a})", f"math.exp(-abs({a}))", f"max({a}, {b})", f"min({a}, {b}, 0.8)", f"abs({a})",
                         f"float({a})", f"math.tanh({a})"])  # fmt: skip


SCALARS = [
    *EVERY,
    reduction,
    reduction,
    reduction,
    element,
    element,
    element,
    product,
    generated,
    integer,
    pythons,
]


# --- vectors ----------------------------------------------------------------------------------


def of_matrix(s: Scope, shape: Shape, depth: int) -> str:
    """A vector of length 3 or 2 from a matrix."""
    m3 = value(s, (3, 3), 1)
    m2 = value(s, (2, 3), 1)
    if shape == (3,):
        return s.rng.choice([f"({m3} @ {expression(s, (3,), depth)})", f"({m2}).sum(axis=0)", f"np.mean({m3}, axis=1)",
                             f"({expression(s, (2,), depth)} @ {m2})", f"({m3})[{index(s, 3)}] * 1.5",
                             f"({m3})[:, {index(s, 3)}] + 0.1", f"np.diag({m3}) * 2", f"np.max({m3}, axis=0)"])  # fmt: skip
    return s.rng.choice(
        [f"({m2} @ {expression(s, (3,), depth)})", f"({m2}).sum(axis=1)", f"({m2})[:, {index(s, 3)}] * 2"]
    )


def of_vector(s: Scope, shape: Shape, depth: int) -> str:
    """A vector from vectors: slices, gathers, joins, scans."""
    a, b = expression(s, (3,), depth), value(s, (2,), 1)
    if shape == (2,):
        return s.rng.choice([f"({a})[1:]", f"({a})[:2]", f"({a})[::2]", f"({a})[[0, 2]]", f"np.diff({a})"])
    return s.rng.choice([f"({a})[::-1]", f"np.cumsum({a})", f"np.roll({a}, 1)", f"({a})[[2, 0, 0]]",
                         f"np.concatenate([{b}, [{expression(s, (), 1)}]])", f"np.append({b}, {expression(s, (), 1)})",
                         f"np.repeat({expression(s, (), 1)}, 3)", f"({a})[np.array([1, 2, 1])]",
                         f"({a} - np.mean({a}))"])  # fmt: skip


def built(s: Scope, shape: Shape, depth: int) -> str:
    """A vector of numbers."""
    parts = [expression(s, (), depth - 1) for _ in range(shape[0])]
    if shape == (3,) and s.chance(0.4):
        return f"np.array([np.sin(t) * {value(s, (), 1)} for t in {value(s, (3,), 1)}])"
    return f"np.array([{', '.join(parts)}])" if s.chance(0.7) else f"np.stack([{', '.join(parts)}])"


VECTORS = [*EVERY, of_matrix, of_matrix, of_vector, of_vector, built]


# --- matrices ---------------------------------------------------------------------------------


def of_two(s: Scope, shape: Shape, depth: int) -> str:
    """A matrix from vectors or matrices."""
    rows, columns = (shape[0],), (shape[1],)
    a, b = expression(s, rows, depth), expression(s, columns, depth)
    m = expression(s, shape, depth)
    texts = [f"np.outer({a}, {b})", f"({a})[:, None] * {b}", f"({m} * {b})", f"({m} + ({a})[:, None])",
             f"({m} @ {value(s, (3, 3), 1)})", f"({m})[::-1] * 0.5", f"({m} - ({m}).mean(axis=1, keepdims=True))",
             f"np.stack([{', '.join([b] * shape[0])}])"]  # fmt: skip
    if shape == (3, 3):
        texts += [f"({m}).T * 1.5", f"np.diag({a})", f"np.vstack([{value(s, (2, 3), 1)}, {b}])",
                  f"np.eye(3) + 0.1 * {m}"]  # fmt: skip
    else:
        texts += [f"({value(s, (3, 3), 1)})[:2] + 0.2", f"({value(s, (3, 3), 1)})[[0, 2]]",
                  f"({value(s, (3, 3), 1)}).T[1:] * 2"]  # fmt: skip
    return s.rng.choice(texts)


MATRICES = [*EVERY, of_two, of_two, of_two]
