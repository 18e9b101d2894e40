"""Functions as values in random programs: made, returned, bound in part, kept, given to Python's own."""

from __future__ import annotations

from . import expressions
from .scope import Helper, Scope, Shape

Lines = list[str]


def small(s: Scope, shape: Shape) -> str:
    """A short expression that fits the shape by broadcasting."""
    return expressions.value(s, s.rng.choice([shape, ()]), 0)


def made(s: Scope, shape: Shape, depth: int) -> str:
    """A function that an expression makes and calls."""
    a, b, c = expressions.expression(s, shape, depth), small(s, shape), small(s, shape)
    t, u = s.fresh("t"), s.fresh("u")
    at = s.rng.choice([0, 1, -1])
    return s.rng.choice([
        f"(lambda {t}, {u}={b}: {t} * {u} + {t})({a})",
        f"(lambda {t}, *, {u}={b}: {t} * {u} + {t})({a}, {u}={c})",
        f"functools.partial(lambda {t}, {u}: {u} * {t} + {u}, {b})({a})",
        f"functools.partial(lambda {t}, {u}: {u} * {t} + {t}, {u}={b})({a})",
        f"(lambda {u}: lambda {t}: {t} * {u} - {u})({b})({a})",
        f"[np.sin, lambda {t}: {t} * {b}][{at}]({a})",
        f"(lambda {t}: np.tanh({t}) + {b}, np.cos)[{at}]({a})",
        f"{{'f': np.tanh, 'g': lambda {t}: {t} + {b}}}['{s.rng.choice('fg')}']({a})",
        f"(lambda f, {t}: f(f({t})))(lambda {u}: np.sin({u}) * {b}, {a})",
        f"functools.reduce(lambda {t}, {u}: np.sin({t}) * {u}, [{a}, {expressions.value(s, shape, 0)}])",
        f"functools.reduce(lambda {t}, {u}: {t} * 0.5 + {u}, ({expressions.value(s, shape, 0)},), {a})",
    ])  # fmt: skip


def of_python(s: Scope, shape: Shape, depth: int) -> str:
    """Python's functions that call what they are given."""
    a, b, c = (expressions.value(s, (3,), 0), expressions.value(s, (3,), 0), expressions.value(s, (), 0))
    t, u = s.fresh("t"), s.fresh("u")
    at = s.rng.choice([0, 1, -1])
    return s.rng.choice([
        f"sum(map(lambda {t}: {t} * {c}, {a}))",
        f"sum(map(lambda {t}, {u}: np.sin({t}) * {u}, {a}, {b}))",
        f"functools.reduce(lambda {t}, {u}: np.sin({t} * {u}) + {c}, {a})",
        f"functools.reduce(lambda {t}, {u}: {t} * {u} * 0.5, {a}, {c})",
        f"sum({t} * {u} for {t}, {u} in zip(map(np.tanh, {a}), {b}))",
        f"sum({t} * {t} for {t} in filter(lambda {u}: {u} > 0.1, {a}))",
        f"sum(list(map(np.cos, {a})))",
        f"sorted({a}, key=lambda {t}: -{t} * 2)[{at}]",
        f"max({a}, key=lambda {t}: np.cos({t} * 3))",
        f"min([{c}, {expressions.value(s, (), 0)}], key=lambda {t}: {t} * {t})",
    ])  # fmt: skip


def factory(s: Scope) -> Lines:
    """A function that returns a function, and one that it made."""
    if s.depth > 1:
        return []
    make, inner, u, t, k = (s.fresh(n) for n in ("make", "f", "u", "t", "k"))
    shape = s.rng.choice([(), (3,), (2, 3)])
    given = expressions.value(s, s.rng.choice([shape, ()]), 1)
    before = s.rng.choice([[], [f"{u} = {u} * 1.5"], [f"{k} = np.sin({u})"], [f"print('made', {u} is None)"]])
    captured = k if before and before[0].startswith(k) else u
    after = s.rng.choice([[], [f"{u} = {u} + 1.0"]]) if captured == u else []
    body = s.rng.choice([f"{t} * {captured}", f"np.tanh({t}) + {captured}", f"np.sin({t} * {captured}) * {small(s, shape)}"])
    function = s.rng.choice([[f"{inner} = lambda {t}: {body}"],
                             [f"def {inner}({t}):", f"    return {body}"],
                             [f"def {inner}({t}, o={given}):", f"    return {body} * o"]])  # fmt: skip
    name = s.fresh("f")
    s.helpers.append(Helper(name, (shape,), shape))
    inside = [*before, *function, *after, f"return {inner}"]
    return [f"def {make}({u}):", *["    " + line for line in inside], f"{name} = {make}({given})"]


def partial(s: Scope) -> Lines:
    """A function of the program with its first argument given."""
    helpers = [h for h in s.helpers if len(h.parameters) > 1]
    if not helpers:
        return []
    h, name = s.rng.choice(helpers), s.fresh("f")
    given = expressions.value(s, h.parameters[0], 1)
    s.helpers.append(Helper(name, h.parameters[1:], h.result, h.keywords))
    return [f"{name} = functools.partial({h.text}, {given})"]


def kept(s: Scope) -> Lines:
    """A function of the program under another name, or in a container."""
    if not s.helpers:
        return []
    h, name = s.rng.choice(s.helpers), s.fresh("f")
    text, value = s.rng.choice([(name, h.text), (f"{name}[0]", f"[{h.text}, np.sin]"), (f"{name}[1]", f"(np.cos, {h.text})"),
                                (f"{name}['a']", f"{{'a': {h.text}, 'b': None}}")])  # fmt: skip
    s.helpers.append(Helper(text, h.parameters, h.result, h.keywords))
    return [f"{name} = {value}"]


def drawn(s: Scope) -> Lines:
    """A loop over what a function makes of an array."""
    total, item, t = s.fresh("s"), s.fresh("e"), s.fresh("t")
    a, c = expressions.value(s, (3,), 1), expressions.value(s, (), 1)
    s.bind(total, ())
    walked = s.rng.choice([f"map(lambda {t}: {t} * {c}, {a})", f"filter(lambda {t}: {t} > 0.2, {a})", f"map(np.sin, {a})",
                           f"map(lambda {t}: {t} + {total}, {a})"])  # fmt: skip
    return [f"{total} = {c}", f"for {item} in {walked}:", f"    {total} = {total} * 0.5 + {item}"]
