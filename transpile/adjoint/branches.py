"""The adjoint of an `if`: an `if` on the same condition, arm by arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime.declare import NAMES
from ..ir import Op, Region, Value
from ..kinds import UNKNOWN, Array, Kind, ListOf, Scalar
from ..saving import defined, export_from_branch
from ..shapes import is_number_kind
from ..sym import Sym
from .parts import Each, gradient_kind, part_kind

if TYPE_CHECKING:
    from .sweep import Sweep


class BranchAdjoint:
    """The branch that goes back through the arm that was taken."""

    def __init__(self, sweep: Sweep, op: Op, given: list[Any]) -> None:
        self.sweep, self.op, self.given = sweep, op, given

    def write(self) -> None:
        op, builder = self.op, self.sweep.builder
        mirror = builder.append("if", [op.operands[0]], [])
        arms = []
        for region in op.regions:
            inner = Region(owner=mirror)
            mirror.regions.append(inner)
            sweep = self.sweep.child()
            with builder.inside(inner):
                for value, d in zip(region.yields, self.given, strict=True):
                    sweep.accumulate(value, d, exact=not is_number_kind(value.kind))
                sweep.run(region.ops)
            arms.append((region, inner, sweep))
        local = {v for region in op.regions for v in defined(region)}
        changed = self.changed([s for _, _, s in arms], local)
        for value in changed:
            self.join(mirror, arms, value)
        for region, inner, _ in arms:
            export_from_branch(op, region, inner)

    def changed(self, sweeps: list[Sweep], local: set[Value]) -> list[Value]:
        out: dict[Value, None] = {}
        for sweep in sweeps:
            for value, d in sweep.cotangents.items():
                if value not in local and d is not self.sweep.cotangents.get(value):
                    out[value] = None
        return list(out)

    def join(self, mirror: Op, arms: list[Any], value: Value) -> None:
        """One cotangent of an outer value, from either arm."""
        parts = [s.cotangents.get(value) for _, _, s in arms]
        self.sweep.cotangents[value] = self.join_parts(mirror, arms, parts, value)
        self.sweep.name(self.sweep.cotangents[value], value)

    def join_parts(self, mirror: Op, arms: list[Any], parts: list[Any], value: Value) -> Any:
        sweep = self.sweep
        keys = {k: None for p in parts if isinstance(p, dict) for k in p}
        by_rows = {isinstance(key, Each) for key in keys}
        if len(by_rows) == 1 and all(p is None or isinstance(p, dict) for p in parts):
            inner = {key: [p.get(key) if p is not None else None for p in parts] for key in keys}
            if by_rows == {True}:
                return {key: self.join_rows(mirror, arms, inner[key], value, key) for key in keys}
            return {key: self.join_parts(mirror, arms, inner[key], sweep.builder.item(value, key)) for key in keys}
        for (_, region, _), part in zip(arms, parts, strict=True):
            with sweep.builder.inside(region):
                d = sweep.zeros(value) if part is None else sweep.complete(value, part)
                region.yields.append(sweep.promised(d, value))
        result = self.yielded(mirror, arms, value.kind)
        result.name, result.unsure = f"d{value.name}" if value.name else "", value.unsure
        return Sym(result, sweep.builder)

    def join_rows(self, mirror: Op, arms: list[Any], parts: list[Any], value: Value, key: Each) -> Any:
        """The cotangents of one part of every entry of a list, which one arm may not have read."""
        sweep = self.sweep
        for (_, region, _), part in zip(arms, parts, strict=True):
            with sweep.builder.inside(region):
                zeros = NAMES["list_column_zeros"].fun
                rows = zeros(Sym(value, sweep.builder), key.keys) if part is None else part
                region.yields.append(sweep.as_value(rows))
        kind = ListOf(part_kind(value.kind.item, key.path)) if isinstance(value.kind, ListOf) else UNKNOWN
        return Sym(self.yielded(mirror, arms, kind), sweep.builder)

    def yielded(self, mirror: Op, arms: list[Any], kind: Kind) -> Value:
        """The result of the branch for what its arms have yielded last."""
        result = Value(_cotangent_kind(kind, [r.yields[-1] for _, r, _ in arms]), op=mirror)
        mirror.results.append(result)
        return result


def _cotangent_kind(kind: Kind, values: list[Value]) -> Kind:
    if isinstance(kind, (Array, Scalar)):
        return gradient_kind(kind)
    return values[0].kind if values[0].kind == values[1].kind else kind
