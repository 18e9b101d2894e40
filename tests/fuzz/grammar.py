"""Random programs: statements of every kind over the expressions of `expressions`.

A program is a module with one function `program(x, w, m, a, p)`: two vectors of length 3, a matrix
3 x 3, a number, and a dictionary. It returns one number. The text depends on the seed alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from .expressions import SHAPES, condition, expression, index, leaf, mask, value
from .scope import Helper, Name, Scope, Shape

Lines = list[str]
HEAD = ["import math", "", "import numpy as np", ""]
ANY: tuple[Shape, ...] = ((), (), *SHAPES)


def program(seed: int) -> str:
    """The text of the program of a seed."""
    s = Scope(random.Random(seed))
    lines = list(HEAD)
    for _ in range(s.rng.choice([0, 0, 1, 1, 2])):
        lines += ["", *helper(s), ""]
    for text, shape in (("x", (3,)), ("w", (3,)), ("m", (3, 3)), ("a", ())):
        s.bind(text, shape, shared=True)
    for text, shape in (('p["u"]', (3,)), ('p["s"]', ()), ('p["k"]', (2, 3))):
        s.bind(text, shape, sort="entry", shared=True)
    body = block(s, s.rng.choice([3, 4, 5, 6, 8]))
    result = total(s)
    return "\n".join([*lines, "", "def program(x, w, m, a, p):", *indented([*body, f"return {result}"]), ""])


def indented(lines: Lines) -> Lines:
    """The lines, one level deeper."""
    return ["    " + line for line in lines]


def total(s: Scope) -> str:
    """One number that depends on most of what is bound."""
    terms = []
    for n in s.known():
        if s.chance(0.75):
            terms.append(f"np.sum({n.text})" if n.shape else n.text)
    lists = s.known("list", ())
    terms += [f"sum({n.text})" for n in lists if s.chance(0.8)]
    return (
        f"np.sum(np.tanh({' + '.join(terms)}))" if terms and s.chance(0.2) else " + ".join(terms) or "a * a"
    )


def block(s: Scope, count: int) -> Lines:
    """So many statements."""
    lines: Lines = []
    for _ in range(count):
        for _ in range(10):
            maker = s.rng.choices(STATEMENTS, WEIGHTS)[0]
            found = maker(s)
            if found:
                lines += found
                break
    return lines or ["pass"]


def body(s: Scope, count: int | None = None, **changes: int) -> Lines:
    """A block of its own, indented."""
    return indented(block(s.inner(**changes), count or s.rng.randint(1, 3)))


def target(s: Scope, shape: Shape) -> str:
    """A name to assign to, of that shape from now on."""
    old = s.rebindable(shape)
    if old and s.chance(0.55):
        return s.rng.choice(old).text
    return s.fresh()


# --- assignments ------------------------------------------------------------------------------


def assign(s: Scope) -> Lines:
    shape = s.rng.choice(ANY)
    text = expression(s, shape)
    name = target(s, shape)
    if name not in s.names:
        s.bind(name, shape)
        if s.chance(0.1):
            return [f"{name}: {'float' if not shape else 'np.ndarray'} = {text}"]
    return [f"{name} = {text}"]


def assign_several(s: Scope) -> Lines:
    shapes = [s.rng.choice(ANY) for _ in range(s.rng.choice([2, 3]))]
    texts = [expression(s, shape, 2) for shape in shapes]
    names: list[str] = []
    for shape in shapes:
        name = target(s, shape)
        names.append(name if name not in names else s.fresh())
    for name, shape in zip(names, shapes, strict=True):
        if name not in s.names:
            s.bind(name, shape)
    if len(names) == 3 and s.chance(0.4):
        return [f"{names[0]}, ({names[1]}, {names[2]}) = {texts[0]}, ({texts[1]}, {texts[2]})"]
    left, right = ", ".join(names), ", ".join(texts)
    return [f"{left} = {right}"] if s.chance(0.8) else [f"[{left}] = ({right})"]


def swap(s: Scope) -> Lines:
    names = s.rebindable(own=True)
    if not names:
        return []
    a = s.rng.choice(names)
    others = [n for n in names if n.shape == a.shape and n.text != a.text]
    if not others:
        return []
    b = s.rng.choice(others)
    return [f"{a.text}, {b.text} = {b.text}, {s.rng.choice([a.text, expression(s, a.shape, 1)])}"]


def chained(s: Scope) -> Lines:
    shape = s.rng.choice(ANY)
    text = expression(s, shape, 2)
    a, b = s.fresh(), s.fresh()
    s.bind(a, shape)
    s.bind(b, shape)
    return [f"{a} = {b} = {text}"]


def starred(s: Scope) -> Lines:
    parts = ", ".join(expression(s, (), 1) for _ in range(4))
    a, b, c = s.fresh(), s.fresh("l"), s.fresh()
    s.bind(a, ())
    s.bind(b, (), sort="list", bound=1)
    s.bind(c, ())
    return [f"{a}, *{b}, {c} = {parts}"]


def augment(s: Scope) -> Lines:
    names = [n for n in s.rebindable() if not (n.shape and n.shared)]
    if not names:
        return []
    n = s.rng.choice(names)
    sign = s.rng.choice(["+=", "-=", "*=", "+=", "/="])
    right = expression(s, s.rng.choice([n.shape, ()]), 2)
    return [f"{n.text} {sign} {f'1 + ({right}) ** 2' if sign == '/=' else right}"]


def walrus(s: Scope) -> Lines:
    name = s.fresh("t")
    text = expression(s, (), 2)
    inside = s.inner()
    inside.bind(name, ())
    lines = [f"if ({name} := {text}) > {s.rng.choice(['0.1', '0.0', '-0.3'])}:", *body(inside)]
    s.bind(name, ())
    return lines


# --- stores, views, aliases -------------------------------------------------------------------


def owned(s: Scope) -> Name | None:
    names = [n for n in s.known(own=True) if n.shape]
    return s.rng.choice(names) if names else None


def store(s: Scope) -> Lines:
    n = owned(s)
    if n is None:
        return []
    y = n.text
    sign = s.rng.choice(["=", "=", "+=", "*=", "-="])
    if len(n.shape) == 1:
        size = n.shape[0]
        places: list[tuple[str, Shape]] = [(index(s, size), ()), (index(s, size), ()), ("1:", (size - 1,) if size == 3 else ()),
                                           (":2", (2,)), ("::-1", n.shape), (mask(s, y), ()), ("[0, 1]", (2,)),
                                           ("np.array([1, 0])", (2,)), (":", ()), ("...", n.shape)]  # fmt: skip
        if sign != "=":
            places.append(("[0, 0]", (2,)))
        if size == 3:
            places += [("::2", (2,)), ("-2:", (2,))]
    else:
        rows = n.shape[0]
        places = [(f"{index(s, rows)}, {index(s, 3)}", ()), (index(s, rows), (3,)), (f":, {index(s, 3)}", (rows,)),
                  ("1:", (3,)), (":2", (2, 3)), (f"{index(s, rows)}, 1:", (2,)), (mask(s, y), ()), ("[0, 1]", (2, 3)),
                  ("[0, 1], [1, 2]", (2,)), (f"{index(s, rows)}][{index(s, 3)}", ()), (":", (3,)), ("::-1", n.shape)]  # fmt: skip
    place, shape = s.rng.choice(places)
    shape = s.rng.choice([shape, shape, ()])
    return [f"{y}[{place}] {sign} {value(s, shape, 2)}"]


def masked(s: Scope) -> Lines:
    n = owned(s)
    if n is None:
        return []
    name = s.fresh("k")
    right = s.rng.choice([value(s, (), 1), f"{value(s, n.shape, 1)}[{name}]", f"{n.text}[{name}] * 0.5"])
    return [f"{name} = {mask(s, value(s, n.shape, 1))}",
            f"{n.text}[{s.rng.choice([name, '~' + name])}] {s.rng.choice(['+=', '*='])} {value(s, (), 1)}",
            f"{n.text}[{name}] = {right}"]  # fmt: skip


def view(s: Scope) -> Lines:
    names = [n for n in s.known() if n.shape]
    if not names:
        return []
    n = s.rng.choice(names)
    y = n.text
    if len(n.shape) == 1:
        places: list[tuple[str, Shape]] = [(y, n.shape), (f"{y}[::-1]", n.shape), (f"{y}[:2]", (2,)), (f"{y}[...]", n.shape),
                                           (f"np.asarray({y})", n.shape), (f"{y}.reshape(-1)", n.shape)]  # fmt: skip
        if n.shape == (3,):
            places += [(f"{y}[1:]", (2,)), (f"{y}[::2]", (2,))]
    else:
        places = [(y, n.shape), (f"{y}[{index(s, n.shape[0])}]", (3,)), (f"{y}[:, {index(s, 3)}]", (n.shape[0],)),
                  (f"{y}[:2]", (2, 3)), (f"{y}[::-1]", n.shape)]  # fmt: skip
        if n.shape == (3, 3):
            places += [(f"{y}.T", (3, 3)), (f"{y}[1:]", (2, 3))]
    text, shape = s.rng.choice(places)
    old = s.rebindable(shape, own=True)
    name = s.rng.choice(old).text if old and not n.shared and s.chance(0.2) else s.fresh("r")
    if name not in s.names:
        s.bind(name, shape, shared=n.shared)
    return [f"{name} = {text}"]


def copied(s: Scope) -> Lines:
    shape = s.rng.choice(SHAPES)
    names = s.known(shape=shape)
    source = s.rng.choice(names).text if names else leaf(s, shape)
    name = s.fresh("c")
    s.bind(name, shape)
    return [
        f"{name} = {s.rng.choice([f'{source}.copy()', f'np.array({source})', f'np.zeros_like({source})'])}"
    ]


# --- containers -------------------------------------------------------------------------------


def listed(s: Scope) -> Lines:
    shape = s.rng.choice([(), (), (3,)])
    name = s.fresh("l")
    pick = s.rng.random()
    if pick < 0.3:
        s.bind(name, shape, sort="list")
        return [f"{name} = []"]
    if pick < 0.6:
        text = f"{expression(s, shape, 2)}, {expression(s, shape, 2)}"
        s.bind(name, shape, sort="list", bound=1)
        return [f"{name} = [{text}]"]
    inside = s.inner()
    item = s.fresh("e")
    inside.bind(item, (), shared=True)
    over = value(s, (3,), 1)
    test = f" if {item} > -0.4" if s.chance(0.3) else ""
    text = expression(inside, shape, 2)
    s.bind(name, shape, sort="list", bound=0 if test else 1)
    return [f"{name} = [{text} for {item} in {over}{test}]"]


def append(s: Scope) -> Lines:
    names = s.known("list")
    if not names:
        return listed(s)
    n = s.rng.choice(names)
    own = [o.text for o in s.known(shape=n.shape, own=True) if o.shape]
    item = s.rng.choice(own) if own and s.chance(0.3) else expression(s, n.shape, 2)
    if n.bound and s.chance(0.25):
        return [f"{n.text}[{s.rng.choice([0, -1])}] = {item}"]
    if s.loops == 0 and s.depth == 0:
        s.bind(n.text, n.shape, sort="list", bound=1)
    return [f"{n.text}.append({item})"]


def use_list(s: Scope) -> Lines:
    names = s.known("list")
    if not names:
        return []
    n = s.rng.choice(names)
    name, item = s.fresh(), s.fresh("e")
    if n.shape and n.bound:
        s.bind(name, n.shape)
        return [s.rng.choice([f"{name} = np.sum(np.array({n.text}), axis=0)", f"{name} = np.stack({n.text}).mean(axis=0)",
                              f"{name} = sum({n.text})"])]  # fmt: skip
    s.bind(name, ())
    return [f"{name} = 0.0", f"for {item} in {n.text}:", f"    {name} = np.sin({name}) + np.sum({item})"]


def dictionary(s: Scope) -> Lines:
    name = s.fresh("d")
    shape = s.rng.choice(ANY)
    lines = [f'{name} = {{"f": {expression(s, shape, 2)}, "g": {expression(s, shape, 2)}}}']
    if s.chance(0.5):
        lines.append(f'{name}["f"] = {name}["g"] * {expression(s, (), 1)}')
    if s.chance(0.3):
        result = s.fresh()
        s.bind(result, ())
        lines += [
            f"{result} = 1.0",
            f"for key, e in {name}.items():",
            f"    {result} = {result} * 0.5 + np.sum(e)",
        ]
    for key in "fg":
        s.bind(f'{name}["{key}"]', shape, sort="entry")
    return lines


def pair(s: Scope) -> Lines:
    name, a, b = s.fresh("q"), s.fresh(), s.fresh()
    first, second = s.rng.choice(ANY), s.rng.choice(ANY)
    lines = [f"{name} = ({expression(s, first, 2)}, {expression(s, second, 2)})"]
    s.bind(f"{name}[0]", first, sort="entry")
    if s.chance(0.5):
        s.bind(a, first)
        s.bind(b, second)
        lines.append(f"{a}, {b} = {name}")
    return lines


# --- control ----------------------------------------------------------------------------------


def branch(s: Scope) -> Lines:
    if s.depth > 2:
        return []
    lines = [f"if {condition(s)}:", *body(s)]
    if s.chance(0.25):
        lines += [f"elif {condition(s)}:", *body(s)]
    if s.chance(0.5):
        lines += ["else:", *body(s)]
    return lines


def both_sides(s: Scope) -> Lines:
    if s.depth > 2:
        return []
    shape, name = s.rng.choice(ANY), s.fresh()
    left, right = s.inner(), s.inner()
    lines = [f"if {condition(s)}:", *indented([*block(left, 1), f"{name} = {expression(left, shape, 2)}"]),
             "else:", *indented([*block(right, 1), f"{name} = {expression(right, shape, 2)}"])]  # fmt: skip
    s.bind(name, shape)
    return lines


def loop(s: Scope) -> Lines:
    if s.depth > 2 or s.loops > 1:
        return []
    inside = s.inner(loops=s.loops + 1)
    i, e, f = s.fresh("i"), s.fresh("e"), s.fresh("e")
    pick = s.rng.randrange(10)
    own = [n for n in s.known(own=True) if len(n.shape) == 2]
    if pick < 3:
        head = f"for {i} in {s.rng.choice(['range(3)', 'range(2)', 'range(2, -1, -1)', *['range(len(x))'] * ('x' in s.names)])}:"
        inside.bind(i, (), sort="integer", bound=3 if "2)" not in head else 2)
    elif pick == 3:
        head = f"for {e} in {value(s, (3,), 1)}:"
        inside.bind(e, (), shared=True)
    elif pick == 4:
        rows = s.rng.choice(own) if own and s.chance(0.5) else None
        head = f"for {e} in {rows.text if rows else value(s, (2, 3), 1)}:"
        inside.bind(e, (3,), shared=rows is None)
    elif pick == 5:
        head = f"for {i}, {e} in enumerate({value(s, (3,), 1)}):"
        inside.bind(i, (), sort="integer", bound=3)
        inside.bind(e, (), shared=True)
    elif pick == 6:
        head = f"for {e}, {f} in zip({value(s, (3,), 1)}, {value(s, (3,), 1)}):"
        inside.bind(e, (), shared=True)
        inside.bind(f, (), shared=True)
    elif pick == 7:
        head = f"for {e} in reversed({value(s, (3,), 1)}):"
        inside.bind(e, (), shared=True)
    elif pick == 8:
        head = f"for {e} in [{expression(s, (3,), 1)}, {value(s, (3,), 1)}]:"
        inside.bind(e, (3,), shared=True)
    else:
        head = f"for {i}, ({e}, {f}) in enumerate(zip({value(s, (3,), 1)}, {value(s, (2, 3), 1)})):"
        inside.bind(i, (), sort="integer", bound=2)
        inside.bind(e, (), shared=True)
        inside.bind(f, (3,), shared=True)
    lines = [head, *indented(block(inside, s.rng.randint(1, 4)))]
    if s.chance(0.12):
        lines += ["else:", *body(s)]
    return lines


def while_loop(s: Scope) -> Lines:
    if s.depth > 2 or s.loops > 1:
        return []
    n = s.fresh("n")
    inside = s.inner(loops=s.loops + 1)
    inside.bind(n, (), sort="integer", bound=4)
    test = f"{n} < 3" + (f" and {value(s, (), 1)} < 1.5" if s.chance(0.4) else "")
    lines = [f"{n} = 0", f"while {test}:" if s.chance(0.8) else "while True:", f"    {n} += 1"]
    if "True" in lines[1]:
        lines += [f"    if {n} > 3:", "        break"]
    lines += indented(block(inside, s.rng.randint(1, 3)))
    if s.chance(0.1):
        lines += ["else:", *body(s)]
    return lines


def jump(s: Scope) -> Lines:
    if s.loops == 0 or s.depth == 0:
        return []
    inside = s.inner()
    before = indented(block(inside, 1)) if s.chance(0.5) else []
    return [f"if {condition(s)}:", *before, f"    {s.rng.choice(['break', 'continue'])}"]


def leave(s: Scope) -> Lines:
    if s.depth == 0 and s.chance(0.5):
        return []
    return [f"if {condition(s)}:", f"    return {expression(s, (), 2)}"]


# --- functions --------------------------------------------------------------------------------


def helper(s: Scope) -> Lines:
    """A function of the module."""
    return define(s, Scope(s.rng, counter=s.counter, helpers=list(s.helpers), depth=2))


def local(s: Scope) -> Lines:
    """A function in the program, which may read what is around it."""
    if s.depth > 1:
        return []
    around = s.inner()
    around.names = {
        k: Name(n.text, n.shape, n.sort, shared=True, bound=n.bound, captured=True)
        for k, n in s.names.items()
        if n.sort != "list"
    }
    if s.chance(0.3):
        name, t = s.fresh("f"), s.fresh("t")
        shape, result = s.rng.choice(ANY), s.rng.choice(ANY)
        around.bind(t, shape, shared=True)
        text = expression(around, result, 2)
        s.helpers.append(Helper(name, (shape,), result))
        return [f"{name} = lambda {t}: {text}"]
    around.depth, around.loops = 2, 0
    return define(s, around)


def define(s: Scope, inside: Scope) -> Lines:
    name = s.fresh("f")
    parameters = [s.rng.choice(ANY) for _ in range(s.rng.choice([1, 2]))]
    texts = [s.fresh("t") for _ in parameters]
    for text, shape in zip(texts, parameters, strict=True):
        inside.bind(text, shape, shared=True)
    keywords = ()
    if s.chance(0.3):
        keywords = (s.fresh("o"),)
        inside.bind(keywords[0], ())
    result = s.rng.choice(ANY)
    lines = block(inside, s.rng.randint(0, 3))
    # A return in the middle must have the shape of the other: only numbers return early.
    if result:
        lines = [line for line in lines if "return" not in line]
        lines = repaired(lines)
    head = ", ".join([*texts, *[f"{k}=0.5" for k in keywords]])
    returned = expression(inside, result, 2)
    s.helpers.append(Helper(name, tuple(parameters), result, keywords))
    return [f"def {name}({head}):", *indented([*lines, f"return {returned}"])]


def repaired(lines: Lines) -> Lines:
    """The lines, with `pass` where a block has lost its only statement."""
    done: Lines = []
    for k, line in enumerate(lines):
        done.append(line)
        depth = len(line) - len(line.lstrip())
        after = lines[k + 1] if k + 1 < len(lines) else ""
        if line.endswith(":") and len(after) - len(after.lstrip()) <= depth:
            done.append(" " * (depth + 4) + "pass")
    return done


def mutates(s: Scope) -> Lines:
    """A local function that stores into its argument, and a call."""
    n = owned(s)
    if n is None or s.depth > 1:
        return []
    name = s.fresh("g")
    place, shape = ("0", ()) if len(n.shape) == 1 else ("0", (3,))
    lines = [f"def {name}(y, v):", f"    y[{place}] {s.rng.choice(['=', '+=', '*='])} v", "    y *= 0.5"]
    return [*lines, f"{name}({n.text}, {value(s, shape, 1)})"]


# --- effects ----------------------------------------------------------------------------------


def effect(s: Scope) -> Lines:
    names = s.known()
    n = s.rng.choice(names)
    return [s.rng.choice([f"print({n.text})", f"assert np.sum({n.text}) > -1e6, 'low'",
                          f"print('shape', np.shape({n.text}), {condition(s, 0)})", "pass",
                          f"assert {condition(s)} or True"])]  # fmt: skip


def failure(s: Scope) -> Lines:
    return [f"if {condition(s)} and {value(s, (), 1)} > {s.rng.choice(['1.2', '3.0'])}:",
            "    raise ValueError('too much')"]  # fmt: skip


STATEMENTS: list[Callable[[Scope], Lines]] = [
    assign, assign_several, swap, chained, starred, augment, walrus, store, masked, view, copied, listed, append, use_list,
    dictionary, pair, branch, both_sides, loop, while_loop, jump, leave, local, mutates, effect, failure,
]  # fmt: skip
WEIGHTS = [
    20, 5, 3, 2, 1, 9, 2, 12, 3, 6, 5, 3, 4, 3,
    3, 2, 9, 4, 10, 4, 5, 3, 4, 2, 2, 0.5,
]  # fmt: skip
