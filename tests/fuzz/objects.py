"""Objects, containers that change, and memory under several names, in random programs."""

from __future__ import annotations

from . import expressions
from .scope import Helper, Scope
from .statements import Lines, indented, owned


def number(s: Scope) -> str:
    return expressions.value(s, (), 1)


def vector(s: Scope) -> str:
    """A vector that shares memory with nothing."""
    return expressions.expression(s, (3,), 1)


# --- classes and objects ----------------------------------------------------------------------


def a_class(s: Scope) -> Lines:
    """A class of the module: a vector `a`, a number `b`; methods that read, store, call each other."""
    name = s.fresh("C")
    inside = Scope(s.rng, counter=s.counter, depth=2)
    for text, shape in (("self.a", (3,)), ("self.b", ()), ("t", (3,))):
        inside.bind(text, shape, shared=True)
    result = expressions.expression(inside, (3,), 2)
    change = s.rng.choice([
        ["self.a = self.a + t * 0.5"], ["self.a *= 1.1", "self.a[0] += t[1]"], ["self.b = self.b * np.sum(t)"],
        ["self.a[1:] = t[:2] * self.b", "self.b += 0.5"], ["self.a, self.b = t * self.b, self.b + t[0]"],
        ["t[0] = self.b", "self.a = t"], ["view = self.a[:2]", "view *= t[2]"], ["self.a = self.f(t)"],
    ])  # fmt: skip
    returned = s.rng.choice(["return self", "return self.a", "return None", "return self.a.copy()"])
    kept = s.rng.choice(["a", "a.copy()", "a * 1.5"])
    extra = s.rng.choice([
        ["def __call__(self, t):", "    return self.f(t) * self.b"],
        ["def __call__(self, t):", f"    self.b = self.b + {s.rng.choice(['t[0]', '1.0', 'np.sum(self.a)'])}",
         "    return self.f(t) + self.half"],
    ])  # fmt: skip
    s.classes.append(name)
    return [f"class {name}:", *indented([
        "def __init__(self, a, b=0.5):", f"    self.a = {kept}", "    self.b = b", "",
        "def f(self, t):", f"    return {result}", "",
        "@property", "def half(self):", "    return self.a * 0.5", "",
        "def change(self, t):", *indented([*change, returned]), "",
        *extra,
    ])]  # fmt: skip


def an_object(s: Scope) -> Lines:
    """An object is made; its attributes are names that may be stored into."""
    if not s.classes or s.depth > 1:
        return []
    name = s.fresh("o")
    n = owned(s)
    given = n.text if n is not None and n.shape == (3,) and s.chance(0.4) else vector(s)
    lines = [f"{name} = {s.rng.choice(s.classes)}({given}, {number(s)})"]
    s.bind(f"{name}.a", (3,), captured=True)
    s.bind(f"{name}.b", (), captured=True)
    s.objects.append(name)
    return lines


def use_object(s: Scope) -> Lines:
    """A method is called, or an attribute assigned."""
    if not s.objects:
        return an_object(s)
    o, v = s.rng.choice(s.objects), s.fresh()
    pick = s.rng.randrange(7)
    if pick == 0:
        return [f"{o}.change({vector(s)})"]
    if pick == 1:
        return [f"{o}.a = {vector(s)}"]
    if pick == 2:
        return [f"{o}.b {s.rng.choice(['=', '+=', '*='])} {number(s)}"]
    if pick == 3:
        other = s.rng.choice(s.objects)
        return [f"{o}.a = {other}.a{s.rng.choice(['', ' * 0.5', '.copy()'])}"]
    if pick == 4:
        name = s.fresh("o")
        s.objects.append(name)
        return [f"{name} = {o}"]
    s.bind(v, (3,), shared=True)
    return [f"{v} = {o}{s.rng.choice(['.f', '', '.f'])}({vector(s)})"]


# --- containers that change -------------------------------------------------------------------


def changing_list(s: Scope) -> Lines:
    """A list is made, changed by its methods, and read."""
    name, v = s.fresh("l"), s.fresh()
    shape = s.rng.choice([(), (3,)])
    item = [expressions.expression(s, shape, 1) for _ in range(5)]
    changes = [f"{name}.append({item[2]})", f"{name}.insert(0, {item[3]})", f"{name}.extend([{item[2]}, {item[3]}])",
               f"{name}[0] = {name}[1] * 0.5", f"{name}.reverse()", f"{name} += [{item[4]}]", f"{name}[1] = {item[4]}",
               f"{name}[0], {name}[-1] = {name}[-1], {name}[0]"]  # fmt: skip
    if shape:
        changes += [f"{name}[0] *= {number(s)}", f"{name}[1][0] = {number(s)}", f"{name}[-1][1:] += {number(s)}"]
    lines = [f"{name} = [{item[0]}, {item[1]}]", *(s.rng.choice(changes) for _ in range(s.rng.randint(1, 4)))]
    if s.chance(0.4):
        lines.append(f"{name}.pop({s.rng.choice(['', '0'])})" if len(lines) > 2 and s.chance(0.5) else f"del {name}[0]")
    s.bind(v, shape, shared=True)
    read = f"{name}[0]" if s.chance(0.5) else f"sum({name})"
    return [*lines, f"{v} = {read}"]


def changing_dict(s: Scope) -> Lines:
    """A dict is made, changed, and read."""
    name, v = s.fresh("d"), s.fresh()
    shape = s.rng.choice([(), (3,)])
    item = [expressions.expression(s, shape, 1) for _ in range(4)]
    changes = [f"{name}['g'] = {item[1]}", f"{name}.update(f={item[2]}, h={item[3]})", f"{name}.setdefault('f', {item[2]})",
               f"{name}.setdefault('k', {item[3]})", f"{name}['f'] = {name}['f'] * 0.5",
               f"{name}['f'], {name}['h'] = {name}.get('h', {item[1]}), {name}['f']",
               f"{name} = {{**{name}, 'h': {item[2]}}}", f"{name} |= {{'f': {item[1]}}}"]  # fmt: skip
    if shape:
        changes += [f"{name}['f'] *= {number(s)}", f"{name}['f'][0] += {number(s)}"]
    lines = [f"{name} = {{'f': {item[0]}}}", *(s.rng.choice(changes) for _ in range(s.rng.randint(1, 4)))]
    s.bind(v, shape, shared=True)
    read = s.rng.choice([f"{name}.pop('f')", f"sum({name}.values())", f"{name}['f']"])
    return [*lines, f"{v} = {read}"]


# --- one memory under several names -----------------------------------------------------------


def aliases(s: Scope) -> Lines:
    """A view of an array, or the array itself, in a container, an attribute or a view of a view, and stores."""
    n = owned(s)
    if n is None or n.shape not in ((3,), (3, 3)):
        return []
    y, r, q = n.text, s.fresh("r"), s.fresh("q")
    first = s.rng.choice([y, f"{y}[1:]", f"{y}[::-1]", f"{y}[:2]", f"{y}.reshape(-1)", f"np.asarray({y})"])
    rest = "" if len(n.shape) == 1 or "reshape" in first else "[0]"
    forms = [
        [f"{r} = {first}", f"{q} = {r}[1:]", f"{q}[0] += {number(s)}", f"{r}[0] *= {number(s)}"],
        [f"{r} = [{first}, {y}]", f"{r}[0][0] = {number(s)}", f"{r}[1][{s.rng.choice(['0', '-1', '1:'])}] += {number(s)}"],
        [f"{r} = {{'k': {first}}}", f"{r}['k'][...] *= {number(s)}", f"{y}[0] += np.sum({r}['k'])"],
        [f"{r}, {q} = {y}, {first}", f"{r} *= {number(s)}", f"{q} += {number(s)}"],
        [f"{r} = ({y}, {first})", f"for {q} in {r}:", f"    {q}[0] = {q}[-1] * {number(s)}"],
        [f"{r} = {first} if {expressions.condition(s)} else {y}.copy()", f"{r}[0] = {number(s)}"],
        [f"for {q} in range(2):", f"    {r} = {y}[{q}:]", f"    {r}[0] = {r}[-1] + {number(s)}"],
    ]  # fmt: skip
    lines = s.rng.choice(forms)
    name = s.fresh()
    s.bind(name, ())
    return [*lines, f"{name} = np.sum({y}{rest})"]


def storing_helper(s: Scope) -> Lines:
    """A local function that stores into its arguments and may give one of them back; called with views."""
    n = owned(s)
    if n is None or n.shape != (3,) or s.depth > 1:
        return []
    name, v = s.fresh("g"), s.fresh()
    body = [s.rng.choice(["y[0] = y[1] * v[0]", "y += v[0]", "v[-1] *= 2.0", "y[...] = y * v[1]", "z = y[1:]", "y[-1] += np.sum(v)"])
            for _ in range(s.rng.randint(1, 3))]  # fmt: skip
    if "z = y[1:]" in body:
        body.append("z *= 0.5")
    body.append(s.rng.choice(["return y", "return v[0]", "return y[0] * v[1]", "return y.copy()", "return y[::-1]"]))
    y = n.text
    given = s.rng.choice([(y, vector(s)), (f"{y}[1:]", y), (y, y), (y, f"{y}[::-1]"), (f"{y}[::-1]", vector(s)), (f"{y}.copy()", y)])
    lines = [f"def {name}(y, v):", *indented(body), f"{v} = np.sum({name}({given[0]}, {given[1]}))"]
    s.bind(v, ())
    if s.chance(0.4):
        again = s.fresh()
        lines.append(f"{again} = np.sum({name}({y}, {vector(s)}))")
        s.bind(again, ())
    return lines


def method_helper(s: Scope) -> Lines:
    """A function of the program that takes an object."""
    if not s.objects or s.depth > 1:
        return []
    name, o = s.fresh("f"), s.rng.choice(s.objects)
    change = s.rng.choice(["c.b = c.b * t", "c.a[0] += t", "c.a = c.a * t", "c.change(c.a * t)", "pass", "c.a *= t"])
    s.helpers.append(Helper(f"(lambda t: {name}({o}, t))", ((),), ()))
    return [f"def {name}(c, t):", f"    {change}", "    return c.b + np.sum(c.f(c.a * 0.5))"]


RICH = [an_object, use_object, changing_list, changing_dict, aliases, storing_helper, method_helper]
RICH_WEIGHTS = [6, 9, 5, 5, 9, 6, 3]
