"""A backward function of the generated module: generated operations only."""

from __future__ import annotations

import keyword
from typing import Any

from ..ir import Function, Op, Region, Value
from .block import Block
from .edits import Edits, Names
from .expressions import Printer, divisors, source
from .layout import literal_text
from .liveness import Readers
from .naming import Naming
from .rows import INDENT


class BackwardFunction:
    """Prints a function of generated operations only."""

    def __init__(self, function: Function, name: str, imports: Any, thrifty: bool = True) -> None:
        self.function, self.name, self.imports = function, name, imports
        self.forward: Function = function.attrs["forward"]
        self.origin = self.forward
        while "forward" in self.origin.attrs:
            self.origin = self.origin.attrs["forward"]
        self.names = Names(set(imports.reserved))
        self.naming = Naming(function, _NoTrail(), self.names, Edits())  # type: ignore[arg-type]
        self.saved: list[Value] = function.attrs.get("saved", []) if function.attrs.get("has_pair") else []
        readers = Readers([function.region], [*function.region.yields, *self.saved])
        self.block = Block(self.naming, Printer(imports, divisors(self.origin)), self.names, readers, thrifty)

    def lines(self) -> list[str]:
        region = self.function.region
        params = [self.param(p) for p in region.params]
        items = [op for op in region.ops if op.code == "item" and op.operands[0] in region.params]
        rest = [op for op in region.ops if op not in items]
        out = [f"def {self.name}({', '.join(params)}):"]
        out += self.unpack(region, items)
        self.block.liveness.number(region.ops)
        rows = self.block.lines_of(rest, {})
        out += self.commented(rows)
        results = [self.result(v) for v in region.yields]
        if self.function.attrs.get("has_pair"):
            kept = self.imports.kept[self.function] = [self.result(v) for v in self.saved]
            results.append(f"({kept[0]},)" if len(kept) == 1 else f"({', '.join(kept)})")
        return [*out, f"{INDENT}return {', '.join(results)}"]

    def param(self, value: Value) -> str:
        text = self.names.fresh(value.name or "d")
        self.naming.printed[value] = text
        return text

    def result(self, value: Value) -> str:
        return source(self.block.operand(value))

    def unpack(self, region: Region, items: list[Op]) -> list[str]:
        """``x, W, y = saved``: what the forward function kept, under its names; cotangents of it that come as parts."""
        out = []
        for param in region.params:
            own = {op.attrs["key"]: op for op in items if op.operands[0] is param}
            if not own:
                continue
            from_forward = param.name == "saved"
            size = len(self.forward.attrs.get("saved", ()) if from_forward else param.packed or ())
            if not size:
                for key, op in own.items():
                    text = self.names.fresh(op.result.name or "d")
                    self.block.registers.hold(text, op.result)
                    out.append(f"{INDENT}{text} = {self.naming.printed[param]}[{literal_text(key)}]")
                continue
            texts = []
            for key in range(size):
                text = "_"
                if key in own:
                    base = self.kept_base(key) if from_forward else ""
                    text = self.names.fresh(base or own[key].result.name or ("saved" if from_forward else "d"))
                    self.block.registers.hold(text, own[key].result)
                texts.append(text)
            comma = "," if size == 1 else ""
            if all(isinstance(k, int) for k in own):
                out.append(f"{INDENT}{', '.join(texts)}{comma} = {self.naming.printed[param]}")
        return out

    def kept_base(self, key: int) -> str:
        """The name of what the forward function returns at a place; ``w_shape`` for ``w.shape``."""
        kept = self.imports.kept.get(self.forward, [])
        base = kept[key].replace(".", "_") if key < len(kept) else ""
        return base if base.isidentifier() and not keyword.iskeyword(base) else ""

    def commented(self, rows: list[Any]) -> list[str]:
        origin = self.forward_source()
        out: list[str] = []
        now = 0
        for depth, row, line in rows:
            if line and line != now and origin is not None:
                text = origin.lines[line - 1].strip()
                out.append(f"{INDENT * (depth + 1)}# line {line}: {text}")
                now = line
            out.append(INDENT * (depth + 1) + row)
        return out

    def forward_source(self) -> Any:
        forward = self.forward
        while forward.source is None and "forward" in forward.attrs:
            forward = forward.attrs["forward"]
        return forward.source.source if forward.source is not None else None


class _NoTrail:
    """A function that has no text of the user's."""

    loops: list[Any] = []
    homes: dict[Value, list[Any]] = {}

    def counts(self, clock: int) -> bool:
        return True
