"""A row and its rule as operations: what running them on symbolic values writes, and its gradient.

`sweep` differentiates such operations once more, with the rules on arrays: the plainest form of
what the transpiler does with programs.
"""

import numpy as np
from dlgrad.runtime.declare import NAMES, repair
from dlgrad.transpile.adjoint.pairs import Pairs
from dlgrad.transpile.adjoint.sweep import Sweep
from dlgrad.transpile.builder import Builder
from dlgrad.transpile.ir import Region, Value, fill, slots
from dlgrad.transpile.kinds import ListOf, TupleOf, as_list, is_float, kind_of
from dlgrad.transpile.sym import Sym
from interpreter import Interpreter, disagreement
from trials import by_rule, is_number, leaves, mapped, repaired


class Missing(AssertionError):
    """A second derivative needs a rule that is not there."""


class Recording:
    """The operations of a call and of the rules of its active parameters.

    `dynamic`: also Python numbers are values, and lists are of unknown length. `loosen`: what is
    known of the arrays, made less. `by_sweep`: the transpiler's own sweep runs the rules.
    """

    def __init__(self, trial, dynamic=False, loosen=None, by_sweep=False):
        self.trial, self.dynamic, self.scope = trial, dynamic, {}
        self.loosen = loosen or (lambda kind: kind)
        self.builder = Builder(Region())
        self.roots = []
        row = trial.row
        self.given = {p: self.symbolic(v, p in row.vjps) for p, v in trial.given.items()}
        args, kwargs = self.arguments(self.given)
        self.y = self.builder.call(row, args, kwargs)
        self.dy = self.cotangent(trial.dy)
        if by_sweep:
            self.pulls = self.swept()
        else:
            self.pulls = {p: by_rule(row, p, self.dy, self.y, self.given) for p in trial.active}

    def swept(self):
        """Cotangents in the shape and dtype of their operands, as the transpiler writes them."""
        moving = [s.value for p in self.trial.active for s in symbols(self.given[p])]
        active = {v for v in moving if is_float(v.kind)}
        sweep = Sweep(self.builder, {*active, self.y.value}, Pairs())
        dy = self.dy
        if isinstance(self.y.value.kind, ListOf):
            dy = self.param(list(self.trial.dy), self.y.value.kind)
        sweep.cotangents[self.y.value] = dict(enumerate(dy)) if isinstance(dy, tuple) else dy
        if self.y.value.op is not None:
            sweep.run([self.y.value.op])
        self.missing = [m.why for m in sweep.pairs.missing]
        return {p: cotangents_of(self.given[p], sweep.cotangents) for p in self.trial.active}

    def arguments(self, given):
        """Arguments by name, split as the case gave them."""
        row, count = self.trial.row, len(self.trial.args)
        if row.varargs:
            rest = dict(given)
            return tuple(rest.pop("args")), rest
        names = list(given)
        return tuple(given[n] for n in names[:count]), {n: given[n] for n in names[count:]}

    def symbolic(self, item, active):
        """A symbolic value for every array (and every number that a rule differentiates in)."""
        if isinstance(item, (np.ndarray, np.generic)):
            return self.param(item, self.loosen(kind_of(item)))
        if type(item) in (float, complex) and (active or self.dynamic):
            return self.param(item, kind_of(item))
        if type(item) is int and self.dynamic:
            return self.param(item, kind_of(item))
        alike = isinstance(item, list) and len({type(leaf) for leaf in leaves(item)}) == 1  # others have no one kind
        if self.dynamic and alike:
            return self.param(item, as_list(kind_of(item)))
        if isinstance(item, (list, tuple)):
            entries = [self.symbolic(e, active) for e in item]
            return entries if isinstance(item, list) else tuple(entries)
        return item

    def cotangent(self, dy):
        if isinstance(dy, list) and isinstance(self.kind(self.y), TupleOf) is False:
            return self.param(dy, self.kind(self.y))
        if isinstance(dy, (list, tuple)):
            return tuple(self.cotangent(d) for d in dy)
        return self.param(dy, kind_of(dy))

    def kind(self, x):
        return x.value.kind if isinstance(x, Sym) else kind_of(x)

    def param(self, item, kind):
        value = Value(kind, region=self.builder.region)
        self.builder.region.params.append(value)
        self.scope[value] = item
        self.roots.append(value)
        return Sym(value, self.builder)

    def run(self):
        """Fill `written`, the cotangents that the operations compute, and `broken`, promises of kinds."""
        broken = self.broken = []

        def watch(op, results):
            for result, value in zip(op.results, results, strict=True):
                if told := disagreement(result.kind, value):
                    what = op.attrs.get("prim") or op.code
                    broken.append(f"{what} {describe_call(op, self.scope)}: {told}")

        with np.errstate(all="ignore"):
            Interpreter(watch).region(self.builder.region, self.scope)
        self.written = {p: number(d, self.scope) for p, d in self.pulls.items()}

    def moved(self, directions, h, p):
        """The cotangent of a parameter, a step `h` further along some directions."""
        scope = {v: self.scope[v] for v in self.roots}
        scope.update({v: mapped(lambda x, d: x + h * d, scope[v], d) for v, d in directions.items()})
        with np.errstate(all="ignore"):
            Interpreter().region(self.builder.region, scope)
        return repaired(number(self.pulls[p], scope), self.trial.given[p])

    def gradient(self, seeds):
        """Cotangents of the parameters of the program, for cotangents of what the rules gave.

        `seeds` are in the shape of the operands; the adjoint of `repair` is `repair`.
        """
        cotangents = {}
        for p, seed in seeds.items():
            self.seed(self.pulls[p], seed, cotangents)
        with np.errstate(all="ignore"):
            sweep(self.builder.region, self.scope, cotangents)
        return cotangents

    def seed(self, d, seed, cotangents):
        if isinstance(d, Sym) and not isinstance(seed, (list, tuple)):
            seed = repair(seed, self.scope[d.value])
        if isinstance(d, Sym):
            add(cotangents, d.value, seed)
        elif isinstance(d, (list, tuple)):
            for entry, part in zip(d, seed, strict=True):
                self.seed(entry, part, cotangents)


def symbols(item):
    """The symbolic values of a tree."""
    if isinstance(item, (list, tuple)):
        return [s for entry in item for s in symbols(entry)]
    return [item] if isinstance(item, Sym) else []


def cotangents_of(item, cotangents):
    """A tree of symbolic values with what was found for them in their places."""
    if isinstance(item, (list, tuple)):
        return [cotangents_of(entry, cotangents) for entry in item]
    return cotangents.get(item.value) if isinstance(item, Sym) else None


def number(d, scope):
    """What a symbolic result stands for."""
    if isinstance(d, Sym):
        return scope[d.value]
    return [number(e, scope) for e in d] if isinstance(d, (list, tuple)) else d


def describe_call(op, scope):
    """The kinds and the values (of arrays the shapes) that an operation got."""
    values = [(v.kind, scope[v]) for v in op.operands]
    return ", ".join(f"{kind}={np.shape(x) if is_number(x) else x}" for kind, x in values)


# --- the reverse sweep ------------------------------------------------------------------------


def sweep(region, scope, cotangents):
    """Walk operations backwards; `cotangents` (value -> number, or entry -> number) fills up."""
    active = set(region.params)
    for op in region.ops:
        if moves(op) and any(v in active and leaves(scope[v]) for v in op.operands):
            active.update(op.results)
    for op in reversed(region.ops):
        d = cotangents.get(op.result)
        if d is None or op.result not in active:
            continue
        if op.code == "item":
            add(cotangents, op.operands[0], {op.attrs["key"]: d})
        elif op.code == "prim":
            through(op, d, scope, active, cotangents)


def moves(op):
    return op.code in ("item", "prim") and not (op.code == "prim" and op.attrs["prim"].because)


def through(op, d, scope, active, cotangents):
    """The cotangents of the operands of one call."""
    row, template = op.attrs["prim"], op.attrs["given"]
    y = scope[op.result]
    if not leaves(y):
        return
    if isinstance(d, dict):
        d = tuple(d.get(i, zero(entry)) for i, entry in enumerate(y))
    given = fill(template, lambda i: scope[op.operands[i]])
    for name, item in template.items():
        moving = [i for i in slots(item) if op.operands[i] in active and leaves(scope[op.operands[i]])]
        if not moving:
            continue
        if name not in row.vjps:
            raise Missing(f"{row.name} has no rule for {name}")
        spread(item, by_rule(row, name, d, y, given), op, scope, cotangents)


def spread(item, d, op, scope, cotangents):
    if d is None or isinstance(item, slice):
        return
    if isinstance(item, (list, tuple)):
        for entry, part in zip(item, d, strict=True):
            spread(entry, part, op, scope, cotangents)
    elif slots(item):
        value = op.operands[item.index]
        like = scope[value]
        if is_number(like):
            add(cotangents, value, repair(d, like))
        elif leaves(like):
            add(cotangents, value, d)


def add(cotangents, value, d):
    old = cotangents.get(value)
    cotangents[value] = d if old is None else plus(old, d)


def plus(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return {k: plus(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k)) for k in {**a, **b}}
    if isinstance(a, dict) or isinstance(b, dict):
        whole, part = (list(b), a) if isinstance(a, dict) else (list(a), b)
        for k, d in part.items():
            whole[k] = plus(whole[k], d)
        return whole
    return NAMES["list_add"].fun(a, b)


def zero(y):
    return mapped(np.zeros_like, y) if leaves(y) else 0.0 if np.ndim(y) == 0 else np.zeros_like(y)
