"""The adjoint of one call of a row of the table: its rules, run on symbolic values."""

from __future__ import annotations

from typing import Any

from ...runtime.declare import NAMES, TABLE, UnknownKind, Unsupported, conjugate
from ...runtime.primitives.general import cotangent as general_cotangent
from ..activity import holds_objects
from ..ir import Op, Slot, fill, slots
from ..kinds import UNKNOWN, TupleOf
from ..shapes import is_number_kind
from ..sym import Sym
from .cotangents import Cotangents
from .listed import Listed
from .matching import settled
from .pairs import Missing


def sweep_row(sweep: Cotangents, op: Op, given: Any) -> None:
    """Pass the cotangent of a row's result on to its operands."""
    row = op.attrs["prim"]
    template = op.attrs["given"]
    wanted = [name for name, item in template.items()
              if any(sweep.follows(op.operands[i]) for i in slots(item))]  # fmt: skip
    if row.because is not None or not wanted:
        return
    if any(holds_objects(v.kind) for v in (op.result, *op.operands)):
        _lacks(sweep, op, None, "an array of objects or records: keep the parts in a list or a dict")
        return
    dy = sweep.complete(op.result, given)
    if isinstance(dy, (int, float)):
        dy = Sym(sweep.builder.const(dy), sweep.builder)
    y = Sym(op.result, sweep.builder)
    arguments = fill(template, lambda i: Sym(op.operands[i], sweep.builder))
    listed = Listed(sweep.builder, row, arguments)
    if len(wanted) == 2 and row.name == "multiply" and template["x1"] == template["x2"] and not listed.arrays:
        value = op.operands[template["x1"].index]
        sweep.accumulate(value, 2 * (dy * conjugate(Sym(value, sweep.builder))), exact=True)
        return
    for name in wanted:
        if name not in row.vjps:
            _lacks(sweep, op, name, row.raises or f"{row.name} has no derivative with respect to {name}")
            continue
        d = _apply_rule(sweep, op, row, name, dy, y, listed.arguments())
        if name in listed.arrays and d is not None:
            _spread(sweep, op, template[name], listed.back(name, d), False)
            continue
        _spread(sweep, op, template[name], d, name == row.alike or _is_exact(op, row))


def _apply_rule(sweep: Cotangents, op: Op, row: Any, name: str, dy: Any, y: Any, arguments: dict[str, Any]) -> Any:
    rule = row.vjps[name]
    rest = dict(arguments)
    args = rest.pop("args", ()) if row.varargs else ()
    try:
        if not row.kernel and not row.varargs or row.varargs is False:
            return rule(dy, y, **rest)
        return rule(dy, y, *args, **rest)
    except UnknownKind:
        return _general(sweep, row, name, dy, y, arguments[name], args, rest)
    except TypeError as error:
        _lacks(sweep, op, name, f"{row.text or row.name}: {_argument(error)}")
    except Unsupported as error:
        _lacks(sweep, op, name, str(error))
    except (AttributeError, IndexError, KeyError, ValueError) as error:  # the call itself will raise, or no rule fits
        _lacks(sweep, op, name, f"{row.text or row.name} of such arguments has no rule ({error})")
    return None


def _lacks(sweep: Cotangents, op: Op, name: str | None, why: str) -> None:
    """There is no derivative with respect to an argument: a problem where the argument moves."""
    template = op.attrs["given"]
    if any(op.operands[i] in sweep.active for i in slots(template if name is None else template[name])):
        sweep.pairs.missing.append(Missing(op, why))


def _general(sweep: Cotangents, row: Any, name: str, dy: Any, y: Any, items: Any, args: Any, rest: Any) -> Any:
    """A rule that needs facts not known now runs at run time."""
    out = sweep.builder.call(TABLE[general_cotangent], (row.name, name, dy, y, *args), rest)
    if isinstance(items, Sym):
        out.value.kind = items.value.kind
    elif isinstance(items, (list, tuple)):
        out.value.kind = TupleOf((UNKNOWN,) * len(items), list)
    return out


def _is_exact(op: Op, row: Any) -> bool:
    """Do the rule's cotangents have their operands' shapes already?"""
    if not row.broadcasts and not row.stretches:
        return True
    ranks = [v for v in op.operands if not is_number_kind(v.kind)]
    return len(ranks) <= 1


def _spread(sweep: Cotangents, op: Op, item: Any, d: Any, exact: bool) -> None:
    if d is None:
        return
    if isinstance(item, Slot):
        value = op.operands[item.index]
        fits = not settled(d, value.kind)
        if fits:
            d = NAMES["fitted"].fun(d, Sym(value, sweep.builder))
            d.value.kind = value.kind
        sweep.accumulate(value, d, exact, fits)
    elif isinstance(item, (list, tuple)):
        for i, inner in enumerate(item):
            if slots(inner):
                _spread(sweep, op, inner, d[i], exact)


def _argument(error: TypeError) -> str:
    text = str(error)
    if "unexpected keyword argument" in text:
        return "the argument " + text.split("argument")[-1].strip() + " has no rule"
    return text
