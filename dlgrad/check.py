"""`check_gradients`: our gradients against central differences, entry by entry and along random lines."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from .models import defined
from .runtime.containers import flatten, is_float, paths, unflatten
from .runtime.dlarray import dlarray, extractdata
from .runtime.errors import DLError, TraceError
from .transforms import value_and_grad

ENTRIES = 40
"""Entries of one array that are compared one by one; of larger arrays a sample."""


RTOL = {"double": 1e-5, "single": 2e-2}


@dataclass(frozen=True)
class Row:
    """One comparison: of an entry of an argument, or of the slope along a random line.

    `error` is relative; at a kink, any number between the slopes on both sides is right.
    """

    path: str
    ours: complex
    differences: complex
    error: float
    passed: bool
    note: str = ""


@dataclass
class GradientReport:
    """What `check_gradients` found: true if all comparisons passed; its text is a table."""

    name: str
    rtol: float
    rows: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return all(row.passed for row in self.rows)

    @property
    def worst(self) -> Row | None:
        """The comparison with the largest error."""
        return max(self.rows, key=lambda row: row.error, default=None)

    def __str__(self) -> str:
        bad = [row for row in self.rows if not row.passed]
        largest = f"largest relative error {self.worst.error:.1e}" if self.worst else "nothing to compare"
        verdict = f"{len(bad)} of {len(self.rows)} comparisons differ" if bad else f"{len(self.rows)} comparisons agree"
        head = f"gradient of {self.name}: {verdict} ({largest}, rtol {self.rtol:g})"
        shown = bad[:20] or self.summary()
        cells = [("argument", "ours", "differences", "error", "")]
        cells += [(r.path, number(r.ours), number(r.differences), f"{r.error:.1e}", r.note) for r in shown]
        widths = [max(len(row[i]) for row in cells) for i in range(4)]
        lines = ["  ".join([row[0].ljust(widths[0]), *[row[i].rjust(widths[i]) for i in (1, 2, 3)], row[4]]).rstrip()
                 for row in cells]  # fmt: skip
        more = [f"... and {len(bad) - len(shown)} more"] if len(bad) > len(shown) else []
        return "\n".join([head, *["  " + line for line in [*lines, *more]]])

    def summary(self) -> list[Row]:
        """The worst comparison of each argument."""
        worst: dict[str, Row] = {}
        for row in self.rows:
            key = row.path.split("(")[0]
            if key not in worst or row.error > worst[key].error:
                worst[key] = row
        return list(worst.values())


def check_gradients(fun: Callable[..., Any], *args: Any, argnums: int | tuple[int, ...] | None = None,
                    rtol: float | None = None, seed: int = 0, raise_errors: bool = False) -> GradientReport:
    """Compare the gradients of a plain function with central differences.

    Args:
        fun: a function of arrays, numbers and containers of them, without `dlgradient` inside. Of a
            function that returns more than one real number, a random inner product is differentiated.
        args: where to compare.
        argnums: the arguments to differentiate; all that hold floating point numbers if None.
        rtol: the largest relative error; by default 1e-5, in single precision 2e-2.
        seed: of the sample of entries, of the random lines and of the inner product.
        raise_errors: raise a `DLError` with the table where something differs.

    Raises:
        DLError: where `fun` cannot be differentiated, does not repeat its result, or (with
            `raise_errors`) has gradients that differ.
    """
    report = Check(fun, args, argnums, rtol, seed).run()
    if raise_errors and not report:
        raise DLError(str(report))
    return report


class Check:
    """One run of `check_gradients`."""

    def __init__(self, fun: Callable[..., Any], args: tuple[Any, ...], argnums: int | tuple[int, ...] | None,
                 rtol: float | None, seed: int) -> None:
        self.fun, self.args = fun, args
        self.name = getattr(fun, "__name__", type(fun).__name__)
        self.rng = np.random.default_rng(seed)
        self.positions = self.chosen(argnums)
        names = parameter_names(fun, len(args))
        self.leaves: list[list[Any]] = []
        self.structures, self.paths = [], []
        for name, arg in zip(names, args, strict=True):
            leaves, structure = flatten(arg)
            self.leaves.append(leaves)
            self.structures.append(structure)
            self.paths.append([name + path for path in paths(arg)])
        single = any(is_single(x) for p in self.positions for x in self.leaves[p])
        self.rtol = RTOL["single" if single else "double"] if rtol is None else rtol
        self.step = 1e-2 if single else 1e-5
        self.eps = float(np.finfo(np.float32 if single else float).eps)

    def chosen(self, argnums: int | tuple[int, ...] | None) -> tuple[int, ...]:
        floats = [i for i, arg in enumerate(self.args) if any(map(is_float, flatten(arg)[0]))]
        if argnums is None:
            if not floats:
                raise DLError(f"{self.name} has no argument with floating point numbers to differentiate")
            return tuple(floats)
        count = len(self.args)
        numbers = argnums if isinstance(argnums, tuple) else (argnums,)
        for p in numbers:
            if not -count <= p < count:
                raise DLError(f"argnums={argnums} is out of range: there are {count} arguments")
            if p % count not in floats:
                raise DLError(f"argument {p} of {self.name} holds no floating point numbers to differentiate")
        return tuple(p % count for p in numbers)

    def run(self) -> GradientReport:
        self.cotangent, gradients = self.differentiate()
        first, second = self.value(self.leaves), self.value(self.leaves)
        if not (first == second or first != first and second != second):
            raise DLError(
                f"{self.name} gives {number(first)}, then {number(second)} for the same arguments: differences need a "
                f"function that repeats its result (draw random numbers outside, or from a seed)"
            )
        self.noise = self.eps * max(1.0, abs(first))
        report = GradientReport(self.name, self.rtol)
        found = {p: flatten(g)[0] for p, g in zip(self.positions, gradients, strict=True)}
        for p in self.positions:
            for k, x in enumerate(self.leaves[p]):
                if is_float(x):
                    report.rows += self.entries(p, k, bare(found[p][k]))
        report.rows += [self.along(found, n) for n in range(3)]
        return report

    def differentiate(self) -> tuple[Any, Any]:
        """The cotangent of the results, and our gradients at the arguments."""
        try:
            y = self.fun(*copies(self.args))
        except TraceError as error:
            raise DLError(
                f"{self.name} calls dlgradient itself: check_gradients takes the plain function, the one that returns "
                f"the loss"
            ) from error
        leaves = flatten(y)[0]
        floats = [leaf for leaf in leaves if is_float(leaf)]
        if not floats:
            raise DLError(f"{self.name} returns no floating point number: there is nothing to differentiate")
        if len(leaves) == 1 and np.size(bare(leaves[0])) == 1 and not np.iscomplexobj(bare(leaves[0])):
            return None, value_and_grad(self.fun, self.positions)(*copies(self.args))[1]
        u = [bare(self.drawn(leaf)) for leaf in floats]
        places = [path for path, leaf in zip(paths(y), leaves, strict=True) if is_float(leaf)]
        product = inner_product_of(self.fun, parameter_names(self.fun, len(self.args)), places, u, floats)
        return u, value_and_grad(product, self.positions)(*copies(self.args))[1]

    def drawn(self, leaf: Any) -> Any:
        """Random numbers of the shape and dtype of a leaf."""
        x = np.asarray(bare(leaf))
        d: Any = self.rng.standard_normal(x.shape)
        if np.iscomplexobj(x):
            d = d + 1j * self.rng.standard_normal(x.shape)
        d = np.asarray(d).astype(x.dtype)
        if isinstance(leaf, dlarray):
            return dlarray(d, leaf.format)
        return d if isinstance(leaf, np.ndarray) else d.item() if isinstance(leaf, (float, complex)) else d[()]

    def value(self, leaves: list[list[Any]]) -> float:
        """The number whose gradient is compared, in double precision."""
        args = [unflatten(s, [own(x) for x in row]) for s, row in zip(self.structures, leaves, strict=True)]
        y = [bare(leaf) for leaf in flatten(self.fun(*args))[0] if is_float(leaf)]
        if self.cotangent is None:
            return float(np.real(np.asarray(y[0]).reshape(-1)[0]))
        pairs = zip(self.cotangent, y, strict=True)
        return float(sum(np.sum(np.real(np.conj(a) * np.asarray(b, wider(b)))) for a, b in pairs))

    def moved(self, p: int, k: int, x: Any) -> list[list[Any]]:
        """The leaves with another one in place k of argument p."""
        leaves = [list(row) for row in self.leaves]
        leaves[p][k] = x
        return leaves

    def entries(self, p: int, k: int, gradient: Any) -> Iterator[Row] | list[Row]:
        """Comparisons of single entries of one array or number."""
        x = self.leaves[p][k]
        data = np.asarray(bare(x))
        g = np.asarray(gradient)
        if g.shape != data.shape:
            path = self.paths[p][k]
            return [Row(path, np.nan, np.nan, np.inf, False, f"our gradient has the shape {g.shape}, not {data.shape}")]
        places: Any = list(np.ndindex(data.shape))
        if len(places) > ENTRIES:
            places = [places[i] for i in sorted(self.rng.choice(len(places), ENTRIES, replace=False))]
        return [row for place in places for row in self.entry(p, k, place, complex(g[place]))]

    def entry(self, p: int, k: int, place: tuple[int, ...], ours: complex) -> Iterator[Row]:
        x = self.leaves[p][k]
        data = np.asarray(bare(x))
        where = self.paths[p][k] + (f"({', '.join(map(str, place))})" if place else "")
        parts: list[tuple[complex, float, str]] = [(1.0, ours.real, "")]
        if np.iscomplexobj(data):
            parts = [(1.0, ours.real, " real"), (1j, ours.imag, " imag")]

        def at(h: complex) -> float:
            new = np.array(data)
            new[place] += h
            return self.value(self.moved(p, k, like(x, new)))

        for unit, part, suffix in parts:
            size = max(1.0, abs(complex(data[place])))
            yield self.compared(where + suffix, part, partial(scaled, at, unit), self.step * size)

    def along(self, found: dict[int, list[Any]], number: int) -> Row:
        """The slope along a random line through all arguments."""
        lines = {(p, k): self.drawn(x) for p in self.positions for k, x in enumerate(self.leaves[p]) if is_float(x)}
        ours = 0.0
        for (p, k), d in lines.items():
            g = np.asarray(bare(found[p][k]))
            if g.shape == np.shape(bare(d)):
                ours += float(np.sum(np.real(np.conj(np.asarray(g, wider(g))) * bare(d))))

        def at(h: float) -> float:
            leaves = [list(row) for row in self.leaves]
            for (p, k), d in lines.items():
                data = np.asarray(bare(leaves[p][k]))
                leaves[p][k] = like(leaves[p][k], (data + h * np.asarray(bare(d))).astype(data.dtype))
            return self.value(leaves)

        return self.compared(f"random line {number + 1}", ours, at, self.step)

    def compared(self, path: str, ours: float, at: Callable[[float], float], h: float) -> Row:
        """Our slope and the extrapolated central difference of `at` around 0."""
        with np.errstate(all="ignore"):
            middle, near, far = at(0.0), (at(h / 2), at(-h / 2)), (at(h), at(-h))
            coarse, fine = (far[0] - far[1]) / (2 * h), (near[0] - near[1]) / h
            right, left = (near[0] - middle) * 2 / h, (middle - near[1]) * 2 / h
        best = (4 * fine - coarse) / 3
        rough = 4 * self.noise / h
        scale = max(abs(ours), abs(best))
        error = abs(ours - best) / scale if scale > 0 else 0.0
        allowed = self.rtol * max(scale, 1e-3) + rough
        passed = abs(ours - best) <= allowed
        note = ""
        if not passed:
            bent = abs(right - left) > max(abs(coarse - fine), 1e-2 * scale) and abs(right - left) > 10 * allowed
            low, high = sorted((left, right))
            if bent and low - allowed <= ours <= high + allowed:
                return Row(path, ours, best, 0.0, True, f"a kink: {number(left)} left of it, {number(right)} right")
            note = "they part here"
        if passed and abs(ours - best) <= rough:
            error = min(error, self.rtol)
        if error != error or not np.isfinite(error):
            error, passed, note = np.inf, ours == best, note or "not finite"
        return Row(path, ours, best, error, passed, note)


def scaled(at: Callable[[complex], float], unit: complex, h: float) -> float:
    return at(h * unit)


# Values


def bare(x: Any) -> Any:
    return x.data if isinstance(x, dlarray) else x


def own(x: Any) -> Any:
    """A leaf that the function may change."""
    if isinstance(x, dlarray):
        return dlarray(np.array(x.data), x.format)
    return np.array(x, order="K") if type(x) is np.ndarray else x


def copies(args: tuple[Any, ...]) -> list[Any]:
    out = []
    for arg in args:
        leaves, structure = flatten(arg)
        out.append(unflatten(structure, [own(x) for x in leaves]))
    return out


def like(x: Any, data: np.ndarray[Any, Any]) -> Any:
    """An array as the kind of leaf that `x` is."""
    if isinstance(x, dlarray):
        return dlarray(data, x.format)
    if isinstance(x, np.ndarray):
        return data
    return data.dtype.type(data) if isinstance(x, np.generic) else type(x)(data.item())


def wider(x: Any) -> Any:
    return complex if np.iscomplexobj(x) else float


def is_single(x: Any) -> bool:
    dtype = getattr(bare(x), "dtype", None)
    return dtype is not None and dtype.kind in "fc" and dtype.itemsize // (1 + (dtype.kind == "c")) < 8


def number(x: complex) -> str:
    return f"{x:.6g}"


def parameter_names(fun: Any, count: int) -> list[str]:
    """The names of the first parameters; numbers where there are none."""
    try:
        found = list(inspect.signature(fun).parameters.values())
        names = [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    except (TypeError, ValueError):
        names = []
    return names + [f"argument {i}" for i in range(len(names), count)]


def inner_product_of(fun: Any, names: list[str], places: list[str], u: list[Any], like: list[Any]) -> Any:
    """The function ``sum(real(conj(u) * fun(...)))`` over the results at `places`, as text of its own."""
    given = [n if n.isidentifier() else f"argument_{i}" for i, n in enumerate(names)]
    given = [n if n not in ("function", "np", "result", "total") else f"{n}_" for n in given]
    rows = [f"    result = function({', '.join(given)})"]
    space: dict[str, Any] = {"function": fun, "np": np, "extractdata": extractdata}
    for i, (place, d, leaf) in enumerate(zip(places, u, like, strict=True)):
        space[f"u_{i}"] = d
        part = f"extractdata(result{place})" if isinstance(leaf, dlarray) else f"result{place}"
        term = f"np.sum(np.real(np.conj(u_{i}) * {part}))" if np.iscomplexobj(d) else f"np.sum(u_{i} * {part})"
        rows.append(f"    total = {term}" if i == 0 else f"    total = total + {term}")
    text = "\n".join([f"def product({', '.join(given)}):", *rows, "    return total", ""])
    return defined(text, "product", f"<the results of {getattr(fun, '__name__', 'function')}>", space)
