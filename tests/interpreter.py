"""What a program of the IR means: it is run, one operation at a time.

The oracle that tells errors of the adjoint from errors of the printer. Nothing is compiled, shared
or reused here; a value is looked up, a row's function is called, the result is put down.

An operation `user` is the user's own text, which the IR does not hold: `user(op, scope)` says what
it gives. Loops that a jump in the user's text may leave early are refused.
"""

import numpy as np
from dlgrad.runtime.declare import Primitive
from dlgrad.runtime.kernels.picking import quotient, raised
from dlgrad.transpile.fold import PYTHON, WHOLE
from dlgrad.transpile.infer import apply
from dlgrad.transpile.ir import Function, Region, fill
from dlgrad.transpile.kinds import (
    ANY,
    MANY,
    ONE,
    UNKNOWN,
    Array,
    Ints,
    Kind,
    ListOf,
    Other,
    Scalar,
    TupleOf,
)  # fmt: skip


class Interpreter:
    """Runs regions; `watch(op, results)` sees every operation after it ran."""

    def __init__(self, watch=None, user=None):
        self.watch = watch or (lambda op, results: None)
        self.user = user

    def function(self, function: Function, *arguments):
        """The results of a function, then what it saves for its backward function if it does."""
        scope = dict(zip(function.region.params, arguments, strict=True))
        results = self.region(function.region, scope)
        saved = function.attrs.get("saved")
        return results if saved is None else [*results, tuple(scope[v] for v in saved)]

    def region(self, region: Region, scope: dict) -> list:
        """Run the operations of a region in `scope` (value -> number) and give what it yields."""
        for op in region.ops:
            if op.code == "user":  # the text knows what it reads
                results = self.theirs(op, scope)
            else:
                operands = [scope[v] for v in op.operands]
                results = getattr(self, f"op_{op.code}")(op, operands, scope)
            self.watch(op, results)
            scope.update(zip(op.results, results, strict=True))
        return [scope[v] for v in region.yields]

    def op_prim(self, op, operands, scope):
        row, given = op.attrs["prim"], fill(op.attrs["given"], operands.__getitem__)
        if all(type(x) in (bool, int, float, complex) for x in given.values()) and printed_as_operator(op):
            guarded = {} if op.user else {"divide": quotient, "power": raised}
            return [guarded.get(row.name, PYTHON[row.name])(*given.values())]
        return [called(row, given)]

    def op_const(self, op, operands, scope):
        return [op.attrs["value"]]

    def op_shape(self, op, operands, scope):
        return [np.shape(operands[0])]

    def op_item(self, op, operands, scope):
        container, key = operands[0], op.attrs["key"]
        if isinstance(container, (dict, list, tuple, np.ndarray)):
            return [container[key]]
        return [getattr(container, key)]

    def op_pack(self, op, operands, scope):
        entries = fill(list(op.attrs["template"]), operands.__getitem__)
        kind = op.result.kind
        if kind.keys is None or issubclass(kind.sequence, tuple):
            plain = kind.sequence in (tuple, list)
            return [kind.sequence(entries) if plain else kind.sequence(*entries)]
        named = dict(zip(kind.keys, entries, strict=True))
        return [named if issubclass(kind.sequence, dict) else kind.sequence(**named)]

    def op_earlier(self, op, operands, scope):
        return [scope[op.attrs["list"]]]

    def op_stop(self, op, operands, scope):
        return operands

    op_so_far = op_stop

    def theirs(self, op, scope):
        if self.user is None:
            raise NotImplementedError(f"the user's own text: {op}")
        return [self.user(op, scope)]

    def op_call(self, op, operands, scope):
        results = self.function(op.attrs["function"], *operands)
        return results[: len(op.results)]

    def op_if(self, op, operands, scope):
        return self.region(op.regions[0 if operands[0] else 1], dict(scope))

    def op_for(self, op, operands, scope):
        count = op.attrs["sequences"]
        sequences, state = operands[:count], operands[count:]
        rows = list(zip(*map(list, sequences), strict=False))
        if op.attrs["reverse"]:
            rows = list(zip(*(list(s)[::-1] for s in sequences), strict=False))
        return self.turns(op, rows, state, scope)

    def op_while(self, op, operands, scope):
        return self.turns(op, iter(lambda: (), None), operands, scope)

    def turns(self, op, rows, state, scope):
        if op.attrs["exits"]:
            raise NotImplementedError("a loop that may stop early")
        body, carried = op.regions[0], len(state)
        collected = [[] for _ in body.yields[carried:]]
        for row in rows:
            inner = {**scope, **dict(zip(body.params, [*row, *state], strict=True))}
            inner.update(zip(op.results[carried:], map(list, collected), strict=True))  # what is there so far
            if op.code == "while" and not self.holds(op, dict(inner)):
                break
            out = self.region(body, inner)
            state = out[:carried]
            for entries, entry in zip(collected, out[carried:], strict=True):
                entries.append(entry)
        return [*state, *(c[::-1] if op.attrs["reverse"] else c for c in collected)]

    def holds(self, op, scope):
        """The condition of a while loop, which its body computes first."""
        ops = op.regions[0].ops
        at = next(i for i, o in enumerate(ops) if any(r.node is op.node.test for r in o.results))
        value = next(r for r in ops[at].results if r.node is op.node.test)
        return self.region(Region([], ops[: at + 1], [value]), scope)[0]


def printed_as_operator(op):
    """Is it Python's operator that computes it?  Then numbers stay Python's."""
    name = op.attrs["prim"].name
    ours = not op.user and name not in WHOLE
    return name in PYTHON and (ours or op.attrs.get("form") == "operator")


def called(row: Primitive, given: dict):
    """The plain function of a row, on arguments by name."""
    return apply(getattr(row.fun, "__wrapped__", row.fun) if row.kernel else row.fun, row, given)


def disagreement(kind: Kind, value) -> str:
    """How a value breaks the promise of its kind; empty if it keeps it."""
    if isinstance(kind, Array):
        return _array_disagreement(kind, value)
    if isinstance(kind, Scalar):
        right = type(value) is kind.type
    elif isinstance(kind, Ints):
        right = isinstance(value, tuple) and all(type(n) is int for n in value)
        right = right and kind.length in (None, len(value))
    elif isinstance(kind, (TupleOf, ListOf)):
        return _entries_disagreement(kind, value)
    else:
        right = kind == UNKNOWN or isinstance(kind, Other) and isinstance(value, kind.type)
    return "" if right else f"promised {kind}, got {type(value).__name__} {value!r}"


def _array_disagreement(kind, value):
    if not isinstance(value, (np.ndarray, np.generic)):
        return f"promised {kind}, got {type(value).__name__} {value!r}"
    out = []
    if kind.dtype not in (None, value.dtype):
        out.append(f"promised dtype {kind.dtype}, got {value.dtype}")
    if kind.dims is not None:
        dims = tuple(ONE if n == 1 else MANY for n in value.shape)
        same = len(dims) == len(kind.dims)
        if not same or any(p not in (ANY, d) for p, d in zip(kind.dims, dims, strict=True)):
            out.append(f"promised axes {kind.dims}, got shape {value.shape}")
        if same and not dims and kind.generic != isinstance(value, np.generic):
            out.append(f"promised {'a NumPy scalar' if kind.generic else 'an array'}, "
                       f"got {type(value).__name__}")  # fmt: skip
    return "; ".join(out)


def _entries_disagreement(kind, value):
    if isinstance(kind, ListOf):
        kinds, keys = [kind.item] * len(value), range(len(value))
    else:
        kinds, keys = kind.items, kind.keys or range(len(kind.items))
        if not isinstance(value, kind.sequence) or len(value) != len(kinds):
            return f"promised {kind}, got {type(value).__name__} of length {len(value)}"
    entries = [value[k] if isinstance(value, (dict, list, tuple)) else getattr(value, k) for k in keys]
    told = [disagreement(k, v) for k, v in zip(kinds, entries, strict=True)]
    return "; ".join(t for t in told if t)
