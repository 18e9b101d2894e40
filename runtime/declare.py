"""What a primitive is: a callable, its derivative rules, and the values to try it on.

A rule is ordinary Python over NumPy. Run on arrays it computes a cotangent; run on symbolic
values it *writes* the computation. It therefore uses only functions of the table, and takes
decisions only on what is known when a program is written: rank, dtype, static arguments.

Invariant: the sums over broadcast axes, and the casts back to an operand's dtype, are nobody's
business here. `repair` does both, in one place, for every rule.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import numpy as np

Rule = Callable[..., Any]


class UnknownKind(Exception):
    """A rule asked a symbolic value for a fact (rank, dtype) that is not known of it."""


class Unsupported(Exception):
    """A rule met a combination of arguments it has no formula for; the text says which."""


@dataclass(frozen=True)
class Case:
    """One call to try a row on: `fun(*args, **kwargs)`, with `args` made from a seed.

    Callables among `args` take a `numpy.random.Generator` and return an array.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    smooth: bool = True  # False: at a kink, so differences are no oracle for it
    cotangent: Callable[[Any, Any], Any] | None = None  # (y, any dy) -> a dy that is well defined

    def build(self, seed: int = 0) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of the call, drawn anew from `seed`."""
        rng = np.random.default_rng(seed)
        return [_draw(a, rng) for a in self.args], {k: _draw(v, rng) for k, v in self.kwargs.items()}


def _draw(item: Any, rng: np.random.Generator) -> Any:
    if isinstance(item, Draw):
        return item.make(rng)
    if isinstance(item, (list, tuple)):
        return type(item)(_draw(i, rng) for i in item)
    return item


@dataclass(frozen=True)
class Draw:
    """A random array to be: keeps cases printable and seeds in one place."""

    make: Callable[[np.random.Generator], Any]


def normal(*shape: int, dtype: Any = float) -> Draw:
    """Standard normal values; complex dtypes get both parts."""
    if np.issubdtype(dtype, np.complexfloating):
        return Draw(lambda r: (r.standard_normal(shape) + 1j * r.standard_normal(shape)).astype(dtype))
    return Draw(lambda r: np.asarray(r.standard_normal(shape)).astype(dtype))


def positive(*shape: int, low: float = 0.5, high: float = 2.0) -> Draw:
    """Uniform values between `low` and `high`."""
    return Draw(lambda r: np.asarray(r.uniform(low, high, shape)))


def within(low: float, high: float) -> Callable[..., Draw]:
    """`within(-0.9, 0.9)(3, 4)`: uniform values of that shape."""
    return lambda *shape: Draw(lambda r: np.asarray(r.uniform(low, high, shape)))


def away_from(point: float, *shape: int, gap: float = 0.3) -> Draw:
    """Normal values at least `gap` away from `point` on either side."""

    def make(r: np.random.Generator) -> Any:
        x = r.standard_normal(shape)
        return np.asarray(point + np.where(x < 0, x - gap, x + gap))

    return Draw(make)


def distinct(*shape: int) -> Draw:
    """Shuffled values with no two closer than 0.1: no ties for sort and max."""

    def make(r: np.random.Generator) -> Any:
        n = int(np.prod(shape, dtype=int))
        return np.asarray(r.permutation(n).reshape(shape) * 0.3 - 0.1 * n + 0.05)

    return Draw(make)


def definite(*shape: int) -> Draw:
    """Symmetric positive definite matrices in the last two axes."""

    def make(r: np.random.Generator) -> Any:
        a = r.standard_normal(shape)
        return a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])

    return Draw(make)


def case(*args: Any, smooth: bool = True, cotangent: Any = None, **kwargs: Any) -> Case:
    """A call to try a row on; `smooth=False` marks a kink, where conventions are tested by hand.

    `cotangent` makes one with a meaning out of a random one, where not every one has: a loss may
    not depend on the phases of eigenvectors.
    """
    return Case(args, kwargs, smooth, cotangent)


@dataclass(eq=False)
class Primitive:
    """One row of the table.

    Attributes:
        fun: the callable a user writes.
        name: unique; for NumPy its dotted path, as in ``linalg.solve``.
        vjps: parameter name -> rule ``(dy, y, **given)`` giving that parameter's cotangent.
        joint: one rule that gives a dict of cotangents, where formulas share their work.
        broadcasts: operands broadcast against each other; `repair` sums what was stretched.
        stretches: operands are stretched along some axes in another way (the stacks of matmul);
            `repair` sums here too.
        linear_in: parameters the call is linear in (jointly): its jvp is the call itself.
        jvp: ``(tangents: dict, y, **given)`` -> tangent of y, where it does not follow.
        sizes: "same" if the result's axes of size 1 follow from the operands' axes of size 1
            (then two probe calls tell); "any" if they also depend on sizes or values.
        because: why there is no gradient: the result is then a constant.
        alike: the parameter that has the shape of the result.
        text: how a call is written; default ``np.<name>``, or the bare name for a kernel.
        raises: the reason why differentiating it is refused, rather than zero.
    """

    fun: Callable[..., Any]
    name: str
    params: tuple[str, ...]
    varargs: bool
    vjps: dict[str, Rule] = field(default_factory=dict)
    joint: Rule | None = None
    broadcasts: bool = False
    linear_in: tuple[str, ...] = ()
    jvp: Rule | None = None
    sizes: str = "same"
    because: str | None = None
    raises: str | None = None
    text: str = ""
    kernel: bool = False
    try_on: tuple[Case, ...] = ()
    stretches: bool = False
    alike: str = ""

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by parameter name, only those given; varargs stay one tuple under ``args``."""
        if self.varargs:
            return {"args": tuple(args), **kwargs}
        if len(args) > len(self.params):
            raise TypeError(f"{self.name} takes {len(self.params)} positional arguments")
        given = dict(zip(self.params, args, strict=False))
        for key, value in kwargs.items():
            if key in given:
                raise TypeError(f"{self.name} got two values for {key}")
            given[key] = value
        return given

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


TABLE: dict[Callable[..., Any], Primitive] = {}
NAMES: dict[str, Primitive] = {}


def _register(row: Primitive) -> Primitive:
    if row.name in NAMES:
        raise ValueError(f"two rows are named {row.name}")
    TABLE[row.fun] = row
    NAMES[row.name] = row
    return row


def _name_of(fun: Any) -> str:
    module = getattr(fun, "__module__", None) or "numpy"
    path = module.removeprefix("numpy").removeprefix(".")
    path = "" if path.startswith(("_", "lib", "core", "matrixlib")) else path
    name = getattr(fun, "__name__", str(fun))
    return f"{path}.{name}" if path else name


def _params_of(fun: Any, params: str | None) -> tuple[tuple[str, ...], bool]:
    """Parameter names in order; for a ufunc x1, x2, ... for its inputs."""
    if params is not None:
        return tuple(p.lstrip("*") for p in params.split()), params.startswith("*")
    if isinstance(fun, np.ufunc):
        return tuple(f"x{i + 1}" for i in range(fun.nin)), False
    parameters = list(inspect.signature(fun).parameters.values())
    if parameters and parameters[0].kind is inspect.Parameter.VAR_POSITIONAL:
        return ("args",), True
    return tuple(p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD), False


def primitive(
    fun: Callable[..., Any],
    *vjps: Rule | None,
    joint: Rule | None = None,
    wrt: str | None = None,
    params: str | None = None,
    name: str | None = None,
    text: str | None = None,
    linear_in: str = "",
    jvp: Rule | None = None,
    sizes: str = "same",
    broadcasts: bool = False,
    stretches: bool = False,
    alike: str = "",
    kernel: bool = False,
    try_on: Sequence[Case] = (),
) -> Primitive:
    """Declare a row with explicit rules.

    `vjps` belong to the parameters in order (None: no gradient), or to those named in `wrt`.
    A rule is called ``rule(dy, y, **given)`` with `given` the arguments by parameter name (only
    those the call had), except for varargs functions: ``rule(dy, y, *args, **kwargs)``.
    A parameter that holds a list or tuple of arrays gets a list of cotangents. Where the result
    is a tuple, `dy` is a tuple of the same length (zeros filled in). A keyword the rule does not
    take makes the call refused. `joint` returns ``{parameter: cotangent}``.
    """
    names, varargs = _params_of(fun, params)
    label = name or (fun.__name__ if kernel else _name_of(fun))
    targets = wrt.split() if wrt else list(names)
    rules = {p: rule for p, rule in zip(targets, vjps, strict=False) if rule is not None}
    if joint is not None:
        rules = {p: _part(joint, p) for p in targets}
    return _register(
        Primitive(
            fun, label, names, varargs, rules, joint, broadcasts, tuple(linear_in.split()), jvp,
            sizes, None, None, text or (label if kernel else f"np.{label}"), kernel, tuple(try_on),
            stretches, alike,
        )
    )  # fmt: skip


def _part(joint: Rule, parameter: str) -> Rule:
    @wraps(joint)
    def rule(dy: Any, y: Any, **given: Any) -> Any:
        return joint(dy, y, **given)[parameter]

    return rule


def elementwise(
    fun: Callable[..., Any],
    *partials: Rule | None,
    try_on: Sequence[Case],
    linear_in: str = "",
    text: str | None = None,
    name: str | None = None,
    params: str | None = None,
    kernel: bool = False,
) -> Primitive:
    """Declare an analytic elementwise function by its partial derivatives.

    A partial is ``(y, *operands) -> dy/doperand``; a plain 1 or -1 costs nothing. Complex
    operands follow ``dx = dy * conj(partial)``; write functions that are not analytic with
    `primitive`.
    """
    names, _ = _params_of(fun, params)
    rules = [p and _scaled(p, names) for p in partials]
    row = primitive(
        fun, *rules, params=params, name=name, text=text, linear_in=linear_in, broadcasts=True,
        jvp=_elementwise_jvp(partials, names), kernel=kernel, try_on=try_on,
    )  # fmt: skip
    return row


def _scaled(partial: Rule, names: tuple[str, ...]) -> Rule:
    @wraps(partial)
    def rule(dy: Any, y: Any, **given: Any) -> Any:
        if extra := sorted(set(given) - set(names)):
            raise TypeError(f"unexpected keyword argument '{extra[0]}'")
        return dy * conjugate(partial(y, *[given[n] for n in names]))

    return rule


def _elementwise_jvp(partials: Sequence[Rule | None], names: tuple[str, ...]) -> Rule:
    def jvp(tangents: dict[str, Any], y: Any, **given: Any) -> Any:
        terms = [
            tangents[n] * p(y, *[given[m] for m in names])
            for n, p in zip(names, partials, strict=False)
            if p is not None and n in tangents
        ]
        return sum(terms[1:], terms[0])

    return jvp


def conjugate(x: Any) -> Any:
    """`np.conj`, but real values and Python numbers stay the object they are."""
    if isinstance(x, (int, float)):
        return x
    if type(x) is complex:
        return x.conjugate()
    if isinstance(x, np.ndarray | np.generic) and not np.iscomplexobj(x):
        return x
    return np.conj(x)


def no_gradient(dy: Any, y: Any, *args: Any, **given: Any) -> None:
    """The rule of an argument that the result does not move with."""


def constant(fun: Callable[..., Any], because: str, params: str | None = None,
             name: str | None = None, sizes: str = "any", text: str | None = None) -> Primitive:
    """Declare a function whose result does not move with its arguments (integers, shapes, draws)."""
    try:
        names, varargs = _params_of(fun, params)
    except ValueError:
        names, varargs = ("args",), True
    label = name or _name_of(fun)
    return _register(
        Primitive(fun, label, names, varargs, sizes=sizes, because=because, text=text or f"np.{label}")
    )


def refused(fun: Callable[..., Any], because: str, params: str | None = None) -> Primitive:
    """Declare a function that moves with its arguments and has no rule: refused when active."""
    try:
        names, varargs = _params_of(fun, params)
    except ValueError:
        names, varargs = ("args",), True
    label = _name_of(fun)
    return _register(Primitive(fun, label, names, varargs, raises=because, text=f"np.{label}"))


def kernel(fun: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of `runtime.kernels` be called on symbolic values too.

    The plain function stays available as ``fun.__wrapped__``; generated code imports that one's
    module and pays one look at its arguments.
    """

    @wraps(fun)
    def call(*args: Any, **kwargs: Any) -> Any:
        for item in _flat((*args, *kwargs.values())):
            hook = getattr(type(item), "__dl_call__", None)
            if hook is not None:
                return hook(item, call, args, kwargs)
        return fun(*args, **kwargs)

    return call


def _flat(items: Any) -> Any:
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from _flat(item)
        else:
            yield item


def is_sequence(x: Any) -> bool:
    """Is it a list or a tuple, or does it stand for one?"""
    return isinstance(x, (list, tuple)) or getattr(x, "is_sequence", False)


def repair(d: Any, like: Any) -> Any:
    """Bring a cotangent (an array) to the shape and dtype of the operand it belongs to."""
    d = np.asarray(d)
    shape = np.shape(like)
    if d.shape != shape:
        if len(d.shape) < len(shape):
            d = np.broadcast_to(d, shape)
        lead = d.ndim - len(shape)
        axes = tuple(range(lead)) + tuple(
            i + lead for i, n in enumerate(shape) if n == 1 and d.shape[i + lead] != 1
        )
        d = np.broadcast_to(d.sum(axis=axes, keepdims=True).reshape(d.shape[lead:] if not axes else
            tuple(1 if i + lead in axes else d.shape[i + lead] for i in range(len(shape)))), shape)
    if not np.iscomplexobj(like) and np.iscomplexobj(d):
        d = d.real
    dtype = np.asarray(like).dtype
    return d.astype(dtype) if d.dtype != dtype and dtype.kind in "fc" else d
