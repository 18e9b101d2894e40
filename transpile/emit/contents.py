"""What an expression of the user's was found to give, as an expression of values that have texts."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

from ...runtime.learnables import Learnables
from ..ir import Function, Value
from ..lower.core import Refuse
from ..lower.values import Const, Labelled, Shown, Tup
from ..members import is_generated, plainly_made
from .block import Block
from .expressions import source
from .layout import literal_text


class Contents:
    """Prints abstract values of one function."""

    def __init__(self, function: Function, block: Block, imports: Any) -> None:
        self.expanded: dict[Value, Value] = function.attrs.get("expanded", {})
        self.block, self.imports = block, imports

    def leaf(self, item: Any) -> Value | None:
        """The array or number behind an abstract value, if it is one."""
        if isinstance(item, Labelled):
            item = item.array
        if isinstance(item, Shown):
            item = item.content
        return self.mapped(item) if isinstance(item, Value) else None

    def mapped(self, value: Value) -> Value:
        return self.expanded.get(value, value)

    def text(self, item: Any) -> str:
        """An abstract value as an expression."""
        if isinstance(item, Value):
            value = self.mapped(item)
            if value in self.block.exprs:
                return source(self.block.exprs[value])
            return self.block.naming.text(value)
        if isinstance(item, Labelled):
            return self.text(item.array)
        if isinstance(item, Const):
            return source(self.block.printer.static(item.value))
        if isinstance(item, Tup):
            return self.tuple_text(item)
        if isinstance(item, Shown):
            return self.cell_text(item)
        raise Refuse(None, f"a {type(item).__name__} in generated code")

    def tuple_text(self, item: Tup) -> str:
        texts = [self.bracketed(i) for i in item.items]
        if item.cls is not tuple:
            return f"{self.imports.object(item.cls)}({', '.join(texts)})"
        return ", ".join(texts) if len(texts) > 1 else f"({texts[0]},)" if texts else "()"

    def cell_text(self, cell: Shown) -> str:
        content = cell.content
        if isinstance(content, Value):
            return self.text(content)
        if isinstance(content, dict) and cell.sort == "dict":
            inside = ", ".join(f"{literal_text(k)}: {self.bracketed(v)}" for k, v in content.items())
            text = "{" + inside + "}"
            return text if cell.cls in (dict, None) else f"{self.imports.object(cell.cls)}({text})"
        if isinstance(content, dict):
            return self.object_text(cell.cls, content)
        return "[" + ", ".join(self.bracketed(v) for v in content) + "]"

    def object_text(self, cls: Any, content: dict[str, Any]) -> str:
        """An object with these attributes; no code of its class runs, unless it is known to store them only."""
        name = self.imports.object(cls)
        if cls is SimpleNamespace:
            return f"{name}({', '.join(f'{k}={self.bracketed(v)}' for k, v in content.items())})"
        checked = hasattr(cls, "__post_init__") and cls is not Learnables
        if is_generated(cls) and not checked and plainly_made(cls):
            fields = {f.name: f.init for f in dataclasses.fields(cls)}
            if set(fields) == set(content) and all(fields.values()):
                return f"{name}({', '.join(f'{k}={self.bracketed(v)}' for k, v in content.items())})"
        inside = ", ".join(f"{literal_text(k)}: {self.bracketed(v)}" for k, v in content.items())
        return f"{self.imports.kernel('like_record').id}({name}, {{{inside}}})"

    def bracketed(self, item: Any) -> str:
        text = self.text(item)
        return f"({text})" if isinstance(item, Tup) and item.cls is tuple and len(item.items) > 1 else text
