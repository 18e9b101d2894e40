"""The adjoint of an `if`: an `if` on the same condition, arm by arm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

from ..ir import Op, Region, Value
from ..kinds import Array, Kind, Scalar
from ..saving import defined, export_from_branch
from ..shapes import is_number_kind
from ..sym import Sym
from .pairs import Missing
from .parts import Each, gradient_kind

if TYPE_CHECKING:
    from .sweep import Sweep


class BranchAdjoint:
    """The branch that goes back through the arm that was taken."""

    def __init__(self, sweep: Sweep, op: Op, given: list[Any]) -> None:
        self.sweep, self.op, self.given = sweep, op, given

    def write(self) -> None:
        op, builder = self.op, self.sweep.builder
        if op.attrs.get("tried") and not op.user:
            self.sweep.pairs.missing.append(Missing(op, "a second derivative through a try statement"))
            return
        mirror = builder.append("if", [op.operands[0]], [])
        mirror.attrs["tried"] = op.attrs.get("tried") or isinstance(op.node, gast.Try)
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
        if any(isinstance(p, dict) for p in parts):
            keys = {k: None for p in parts if isinstance(p, dict) for k in p}
            out = {}
            for key in keys:
                if isinstance(key, Each) and not all(isinstance(p, dict) and key in p for p in parts):
                    sweep.pairs.missing.append(Missing(mirror, "a list of containers that one branch alone reads"))
                    return {}
                inner = [p.get(key) if isinstance(p, dict) else p for p in parts]
                out[key] = self.join_parts(mirror, arms, inner, sweep.builder.item(value, key))
            return out
        for (_, region, _), part in zip(arms, parts, strict=True):
            with sweep.builder.inside(region):
                region.yields.append(sweep.promised(sweep.zeros(value) if part is None else part, value))
        result = Value(_cotangent_kind(value.kind, [r.yields[-1] for _, r, _ in arms]), op=mirror)
        result.name, result.unsure = f"d{value.name}" if value.name else "", value.unsure
        mirror.results.append(result)
        return Sym(result, sweep.builder)


def _cotangent_kind(kind: Kind, values: list[Value]) -> Kind:
    if isinstance(kind, (Array, Scalar)):
        return gradient_kind(kind)
    return values[0].kind if values[0].kind == values[1].kind else kind
