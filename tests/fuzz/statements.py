"""Random statements without blocks: assignments, stores, views, containers."""

from __future__ import annotations

from .expressions import SHAPES, expression, index, leaf, mask, value
from .scope import Name, Scope, Shape

Lines = list[str]
ANY: tuple[Shape, ...] = ((), (), *SHAPES)


def indented(lines: Lines) -> Lines:
    """The lines, one level deeper."""
    return ["    " + line for line in lines]


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
