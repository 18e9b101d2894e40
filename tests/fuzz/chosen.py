"""What only the run decides in random programs: which function one is, when a walk over known entries ends."""

from __future__ import annotations

from . import expressions
from .functions import small
from .scope import Helper, Scope, Shape

Lines = list[str]


def function(s: Scope, shape: Shape) -> str:
    """A function of one argument that gives what it is given, changed; in brackets where it must be."""
    t = s.fresh("t")
    plain = [h.text for h in s.helpers if h.parameters == (shape,) and h.result == shape]
    return s.rng.choice(["np.sin", "np.tanh", f"(lambda {t}: {t} * {small(s, shape)})",
                         f"(lambda {t}: np.cos({t}) + {small(s, shape)})", f"(lambda {t}: {t})", *plain])  # fmt: skip


def choice(s: Scope) -> Lines:
    """A function that a condition chooses, or a computed place."""
    shape = s.rng.choice([(), (3,), (2, 3)])
    name, listed = s.fresh("f"), s.fresh("f")
    a, b, c = (function(s, shape) for _ in range(3))
    first, second = expressions.condition(s), expressions.condition(s)
    lines = s.rng.choice([
        [f"{name} = {a} if {first} else {b}"],
        [f"if {first}:", f"    {name} = {a}", "else:", f"    {name} = {b}"],
        [f"{name} = {a}", f"if {first}:", f"    {name} = {b}", f"elif {second}:", f"    {name} = {c}"],
        [f"{name} = [{a}, {b}, {c}][bool({first}) + bool({second})]"],
        [f"{listed} = ({a}, {b})", f"{name} = {listed}[bool({first}) - 1]"],
        [f"{name} = {{0: {a}, 1: {b}}}[int(bool({first}))]"],
    ])  # fmt: skip
    s.helpers.append(Helper(name, (shape,), shape))
    return lines


def jumps(s: Scope, item: str, total: str) -> Lines:
    """A jump in a loop, perhaps."""
    test = s.rng.choice([f"{item} > 0.3", f"{total} < 0.0", f"{expressions.condition(s)}", f"{total} * {item} > 0.1"])
    return s.rng.choice([[], [f"if {test}:", f"    {s.rng.choice(['continue', 'break'])}"],
                         [f"if {test}:", f"    {total} = {total} + 0.5", "    continue",
                          f"elif {total} > 2:", "    break"]])  # fmt: skip


def loop(s: Scope, head: Lines, walked: str, item: str, total: str, own: Lines) -> Lines:
    """A loop that jumps, and what stands around it."""
    inner = [*own, *jumps(s, item, total), f"{total} = {total} * 0.5 + {item}", *jumps(s, item, total)]
    end = s.rng.choice([[], [], ["else:", f"    {total} = {total} * 1.5"]])
    start = f"{total} = {expressions.value(s, (), 1)}"
    s.bind(total, ())
    return [*head, start, walked, *["    " + line for line in inner], *end]


def keyed(s: Scope) -> Lines:
    """A loop over the keys of a dict."""
    d, k, v, total = (s.fresh(n) for n in ("d", "k", "e", "s"))
    entries = ", ".join(f"{key!r}: {expressions.value(s, (3,), 1)}" for key in "abc")
    known = s.rng.choice([[], [f"if {k} == 'b':", f"    {s.rng.choice(['continue', 'break'])}"]])
    return loop(s, [f"{d} = {{{entries}}}"], f"for {k} in {d}:", v, total,
                [*known, f"{v} = np.sum({d}[{k}] * {small(s, (3,))})"])  # fmt: skip


def generated(s: Scope) -> Lines:
    """A loop over a generator with several yields."""
    if s.depth > 1:
        return []
    g, u, i, item, total = (s.fresh(n) for n in ("g", "u", "k", "e", "s"))
    after = s.rng.choice([[], [f"if {u}[0] > 0.2:", f"    {s.rng.choice(['return', f'yield {u}[1]'])}"]])
    body = [f"yield {u}[0] * 2", *after, f"for {i} in range(3):", f"    yield np.sin({u}[{i}])",
            *s.rng.choice([[], [f"    if {u}[{i}] < 0:", "        return"], [f"    {u} = {u} * 0.5"]]),
            *s.rng.choice([[], [f"yield np.sum({u})"]])]  # fmt: skip
    made = s.rng.choice([[], [f"{g} = {g}({expressions.value(s, (3,), 1)})"]])
    return loop(s, [f"def {g}({u}):", *["    " + line for line in body]],
                f"for {item} in {g}({expressions.value(s, (3,), 1)}):", item, total, []) if not made else loop(
        s, [f"def {g}_of({u}):", *["    " + line for line in body], made[0].replace(f"= {g}(", f"= {g}_of(")],
        f"for {item} in {g}:", item, total, [])  # fmt: skip
