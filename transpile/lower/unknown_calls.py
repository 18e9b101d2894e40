"""Calls of what has no derivative rule: they stay opaque, and what they may change is not trusted any more."""

from __future__ import annotations

from typing import Any

from ..ir import Value
from ..kinds import UNKNOWN
from .builtin_calls import BuiltinCalls
from .callables import KEEPERS, KINDS_OF_BUILTINS, hashable, is_harmless, name_of, without_rule
from .values import Cell, cells, leaves


class UnknownCalls(BuiltinCalls):
    """Lowering of calls that are not looked into."""

    def call_opaque(self, node: Any, fun: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        items = [*args, *kwargs.values()]
        known = self.known_builtin(node, fun, args)
        if known is not None:
            return known
        label = getattr(fun, "__qualname__", None) or name_of(node)
        kind = KINDS_OF_BUILTINS.get(fun, UNKNOWN) if hashable(fun) else UNKNOWN
        if isinstance(fun, type) and issubclass(fun, BaseException):
            return self.opaque(node, items, "an exception")
        changing = any(k == "out" or k.startswith("overwrite") for k in kwargs)
        if is_harmless(fun) and not changing and not self.calls_back(items):
            out = self.opaque(node, items, without_rule(fun, label), kind)
            self.builder.region.ops[-1].attrs["leaks"] = getattr(fun, "__name__", "") in KEEPERS
            return out
        why = without_rule(fun, label)
        return self.call_unknown(node, items, label, because="" if why == without_rule(None, label) else why)

    def calls_back(self, items: list[Any]) -> bool:
        """Is a local function among the arguments, which may change what it reads when it is called?"""
        return len(self.reached(items)) > len(items)

    def call_unknown(self, node: Any, items: list[Any], label: str, inside: Any = None, because: str = "") -> Any:
        """Something that may change what it is given: nothing of that is trusted afterwards.

        `inside`: the callee (a Callee) whose own problems explain why it is not known; `because`: the reason
        itself, where it is a mistake that the run will meet.
        """
        self.function.attrs.setdefault("acts", set()).add(node)
        items = self.reached(items)
        out = self.unrelated(node, items, because or f"{label} has no derivative rule", UNKNOWN, inside)
        self.builder.region.ops[-1].attrs["leaks"] = True
        self.program.leaks = True
        touched = [c for i in items for c in cells(i, self.state.heap)]
        for cell in dict.fromkeys(c.root() for c in touched if c.sort == "array"):
            why = because or f"{label} may change this array in place"
            content = self.content(cell)
            kind = content.kind if isinstance(content, Value) else UNKNOWN
            reads = list(dict.fromkeys(v for i in items for v in leaves(i, self.state.heap)))
            if isinstance(content, Value) and content not in reads:
                reads.append(content)
            op = self.builder.append("user", reads, [kind], why=why, mutation=True, inside=inside, call=node)
            op.result.node = None
            self.store(cell, op.result)  # type: ignore[attr-defined]
        for cell in dict.fromkeys(touched):
            if cell.sort != "array":
                self.forget(cell, label, items)
        self.gives_out(out, items)
        return out

    def forget(self, cell: Cell, label: str, given: list[Any]) -> None:
        """A container that may have been changed, with `given` in it now; nothing of it is known."""
        given = self.reached(given)
        self.note_write(cell)
        content = self.content(cell)
        self.trail.mutations[cell].append(self.tick())
        self.may_hold(cell, [content, *given])
        items = list(content.values()) if isinstance(content, dict) else (
            list(content) if isinstance(content, tuple) else [content])
        reads = list(dict.fromkeys(v for i in [*items, *given] for v in leaves(i, self.state.heap)))
        op = self.builder.append("user", reads, [UNKNOWN], why=f"{label} may change this container", mutation=True)
        op.result.node = None
        self.state.heap[cell] = op.result
