"""Random programs: statements of every kind over the expressions of `expressions`.

A program is a module with one function `program(x, w, m, a, p)`: two vectors of length 3, a matrix
3 x 3, a number, and a dictionary. It returns one number. The text depends on the seed alone; from `RICHER`
on there are objects, containers that change, and memory under several names.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from .chosen import choice, generated, keyed
from .expressions import MATRICES, SCALARS, VECTORS, condition, expression, value
from .functions import drawn, factory, kept, made, of_python, partial
from .objects import RICH, RICH_WEIGHTS, a_class
from .scope import Helper, Name, Scope
from .statements import (
    ANY,
    Lines,
    append,
    assign,
    assign_several,
    augment,
    chained,
    copied,
    dictionary,
    indented,
    listed,
    masked,
    owned,
    pair,
    starred,
    store,
    swap,
    use_list,
    view,
)

RICHER = 10**6

HEAD = ["import functools", "import math", "", "import numpy as np", ""]

for _makers in (SCALARS, VECTORS, MATRICES):
    _makers.append(made)
SCALARS.append(of_python)


def program(seed: int) -> str:
    """The text of the program of a seed."""
    s = Scope(random.Random(seed), rich=seed >= RICHER)
    lines = list(HEAD)
    if s.rich:
        lines += ["", *a_class(s), ""]
    for _ in range(s.rng.choice([0, 0, 1, 1, 2])):
        lines += ["", *helper(s), ""]
    for text, shape in (("x", (3,)), ("w", (3,)), ("m", (3, 3)), ("a", ())):
        s.bind(text, shape, shared=True)
    for text, shape in (('p["u"]', (3,)), ('p["s"]', ()), ('p["k"]', (2, 3))):
        s.bind(text, shape, sort="entry", shared=True)
    body = block(s, s.rng.choice([3, 4, 5, 6, 8]))
    result = total(s)
    return "\n".join([*lines, "", "def program(x, w, m, a, p):", *indented([*body, f"return {result}"]), ""])


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
            maker = s.rng.choices(*(EVERY if s.rich else PLAIN))[0]
            found = maker(s)
            if found:
                lines += found
                break
    return lines or ["pass"]


def body(s: Scope, count: int | None = None) -> Lines:
    """A block of its own, indented."""
    return indented(block(s.inner(), count or s.rng.randint(1, 3)))


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
    inside = s.inner(loops=1)
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
    inside = s.inner(loops=1)
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


def walrus(s: Scope) -> Lines:
    name = s.fresh("t")
    text = expression(s, (), 2)
    inside = s.inner()
    inside.bind(name, ())
    lines = [f"if ({name} := {text}) > {s.rng.choice(['0.1', '0.0', '-0.3'])}:", *body(inside)]
    s.bind(name, ())
    return lines


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
    keywords: tuple[str, ...] = ()
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
    dictionary, pair, branch, both_sides, loop, while_loop, jump, leave, local, mutates, effect, failure, factory,
    partial, kept, drawn, choice, keyed, generated,
]  # fmt: skip
WEIGHTS = [
    20, 5, 3, 2, 1, 9, 2, 12, 3, 6, 5, 3, 4, 3,
    3, 2, 9, 4, 10, 4, 5, 3, 4, 2, 2, 0.5, 4,
    2, 2, 2, 3, 2, 2,
]  # fmt: skip
PLAIN = (STATEMENTS, WEIGHTS)
EVERY = ([*STATEMENTS, *RICH], [*WEIGHTS, *RICH_WEIGHTS])
