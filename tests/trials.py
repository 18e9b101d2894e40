"""One call of a row to try it on, with what every check needs: operands, a cotangent, directions.

Operands and cotangents are read-only arrays, so a rule that writes into them raises.
"""

import importlib
import pkgutil
from functools import cached_property, lru_cache

import numpy as np
from dlgrad.runtime import primitives
from dlgrad.runtime.declare import NAMES, repair
from interpreter import called

for _module in pkgutil.iter_modules(primitives.__path__):
    importlib.import_module(f"{primitives.__name__}.{_module.name}")


# --- trees of numbers: arrays, floats, and lists and tuples of them ---------------------------


def is_number(x):
    """A value that a derivative can flow through."""
    if isinstance(x, (np.ndarray, np.generic)):
        return x.dtype.kind in "fc"
    return type(x) in (float, complex)


def leaves(item):
    """The numbers of a tree, in order."""
    if isinstance(item, (list, tuple)):
        return [leaf for entry in item for leaf in leaves(entry)]
    if isinstance(item, dict):
        return leaves(list(item.values()))
    return [item] if is_number(item) else []


def mapped(fun, item, *others):
    """A tree with `fun(leaf, *other leaves)` in place of its numbers."""
    if isinstance(item, (list, tuple)):
        entries = [mapped(fun, *row) for row in zip(item, *others, strict=True)]
        return entries if isinstance(item, list) else tuple(entries)
    if isinstance(item, dict):
        return {k: mapped(fun, item[k], *(o[k] for o in others)) for k in item}
    return fun(item, *others) if is_number(item) else item


def inner(a, b):
    """The real inner product of two trees; a zero in `a` hides whatever `b` has there."""
    if a is None or b is None:
        return 0.0
    if isinstance(a, (list, tuple)):
        return sum((inner(p, q) for p, q in zip(a, b, strict=True)), 0.0)
    if isinstance(a, dict):
        return sum((inner(a[k], b[k]) for k in a), 0.0)
    if not is_number(a):
        return 0.0
    with np.errstate(all="ignore"):
        return float(np.sum(np.where(np.equal(a, 0), 0, np.real(np.conj(a) * b))))


def size(a, b):
    """The inner product of absolute values: how large the terms of `inner` are."""
    return inner(mapped(np.abs, a), mapped(np.abs, b)) if a is not None and b is not None else 0.0


def frozen(x):
    """A read-only copy with the type (array, NumPy scalar, Python number) of `x`."""
    if not isinstance(x, np.ndarray):
        return x
    x = np.array(x)
    x.flags.writeable = False
    return x


def drawn(rng, like):
    """Random numbers of the shape, dtype and type of `like`."""
    shape, dtype = np.shape(like), np.asarray(like).dtype
    x = rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)
    if dtype.kind == "c":
        x = x + 1j * rng.uniform(0.5, 1.5, shape)
    x = np.asarray(x).astype(dtype)
    if isinstance(like, np.ndarray):
        return frozen(x)
    return x[()] if isinstance(like, np.generic) else type(like)(x)


PRECISIONS = {"single": {"f": np.float32, "c": np.complex64}, "double": {"f": float, "c": complex}}


def in_precision(precision):
    """A cast of leaves to "single" or "double" precision, or to what they are."""

    def cast(x):
        if not isinstance(x, (np.ndarray, np.generic)) or precision not in PRECISIONS:
            return x
        y = np.asarray(x).astype(PRECISIONS[precision][x.dtype.kind])
        return frozen(y) if isinstance(x, np.ndarray) else y[()]

    return cast


def is_single(item):
    """Is any number of a tree in single precision?"""
    return any(np.asarray(x).dtype.itemsize < 8 * (1 + np.iscomplexobj(x)) for x in leaves(item))


# --- trials -----------------------------------------------------------------------------------


class Trial:
    """A row, one of its cases, and numbers for it."""

    def __init__(self, row, case, seed=0, precision="as given"):
        self.row, self.case, self.recording = row, case, None
        args, kwargs = case.build(seed)
        args, kwargs = _frozen_all(args), _frozen_all(kwargs)
        cast = in_precision(precision)
        self.args, self.kwargs = mapped(cast, args), mapped(cast, kwargs)
        self.given = self.row.bind(self.args, self.kwargs)
        self.rng = np.random.default_rng(1000 + seed)
        with np.errstate(all="ignore"):
            self.y = _frozen_all(called(self.row, self.given))

    @cached_property
    def active(self):
        """The parameters with a rule that hold numbers here."""
        return [p for p in self.row.vjps if p in self.given and leaves(self.given[p])]

    @cached_property
    def dy(self):
        """A random cotangent of the result: zero where it is not finite, a tuple for a tuple."""
        dy = self.cotangent(self.y)
        meant = self.case.cotangent
        return dy if meant is None else mapped(frozen, meant(self.y, dy))

    def cotangent(self, y):
        if isinstance(y, (list, tuple)):
            entries = [self.cotangent(e) for e in y]
            return entries if isinstance(y, list) and self.row.kernel else tuple(entries)
        if not is_number(y):
            return 0.0 if np.ndim(y) == 0 else np.zeros_like(y)
        d = drawn(self.rng, y)
        if np.isfinite(y).all():
            return d
        return frozen(np.where(np.isfinite(y), d, 0)) if isinstance(y, np.ndarray) else d * 0

    @cached_property
    def tangents(self):
        """A random direction for each active parameter."""
        return {p: mapped(lambda x: drawn(self.rng, x), self.given[p]) for p in self.active}

    def call(self, **changed):
        """The plain function, some parameters changed."""
        with np.errstate(all="ignore"):
            return called(self.row, {**self.given, **changed})

    def pull(self, parameter, dy=None, y=None, given=None):
        """What the rule of a parameter gives, as it is."""
        dy, y = self.dy if dy is None else dy, self.y if y is None else y
        with np.errstate(all="ignore"):
            return by_rule(self.row, parameter, dy, y, self.given if given is None else given)

    def repaired(self, parameter, **changed):
        """The cotangent of a parameter, in its shape and dtype; zeros where the rule gives None."""
        like = (changed.get("given") or self.given)[parameter]
        return repaired(self.pull(parameter, **changed), like)


def by_rule(row, parameter, dy, y, given):
    """Run a rule on arguments by name."""
    rest = dict(given)
    args = rest.pop("args", ()) if row.varargs else ()
    try:
        return row.vjps[parameter](dy, y, *args, **rest)
    except ZeroDivisionError:  # the transpiler never divides Python's numbers like that: it prints `quotient`
        widened = {k: np.float64(v) if type(v) is float else v for k, v in rest.items()}
        return row.vjps[parameter](dy, np.float64(y), *args, **widened)


def repaired(d, like):
    """Every entry of a cotangent in the shape and dtype of its operand."""
    if isinstance(like, (list, tuple)):
        return [repaired(None if d is None else d[i], entry) for i, entry in enumerate(like)]
    if not is_number(like):
        return None
    return np.zeros_like(like) if d is None else repair(d, like)


def _frozen_all(item):
    if isinstance(item, (list, tuple)):
        entries = [_frozen_all(e) for e in item]
        plain = type(item) in (list, tuple)
        return type(item)(entries) if plain else type(item)(*entries)
    if isinstance(item, dict):
        return {k: _frozen_all(v) for k, v in item.items()}
    return frozen(item)


@lru_cache(maxsize=32)
def trial(name, index, precision="as given"):
    """The trial of a row of the table on one of its cases; the same one where nothing was cast."""
    made = Trial(NAMES[name], NAMES[name].try_on[index], index, precision)
    same = precision == "double" and not is_single([*made.case.build(index)])
    return trial(name, index) if same else made


# --- names ------------------------------------------------------------------------------------


def describe(item):
    """A short text for an argument in the name of a test."""
    if isinstance(item, (np.ndarray, np.generic)):
        letter = "" if item.dtype == float else item.dtype.str[1:]
        return letter + ("x".join(map(str, item.shape)) or "()")
    if isinstance(item, (list, tuple)):
        inside = ",".join(map(describe, item))
        return f"[{inside}]" if isinstance(item, list) else f"({inside})"
    if isinstance(item, dict):
        return "{" + ",".join(f"{k}:{describe(v)}" for k, v in item.items()) + "}"
    if isinstance(item, (str, int, float, complex, slice)) or item in (None, Ellipsis):
        return str(item) if not isinstance(item, slice) else f"{item.start}:{item.stop}:{item.step}"
    return getattr(item, "__name__", type(item).__name__)


def title(name, index):
    """The call of a case, for people."""
    args, kwargs = NAMES[name].try_on[index].build(seed=index)
    parts = [describe(a) for a in args] + [f"{k}={describe(v)}" for k, v in kwargs.items()]
    return f"{name}({', '.join(parts)})".encode("ascii", "replace").decode()
