"""Gradients that are constants to later ones: those taken without `EnableHigherDerivatives`."""

from __future__ import annotations

from collections.abc import Iterator

from .ir import Function, Op, Value, depends, walk

Place = tuple[int, str]
"""The line of a gradient, and the function it stands in if that is another one."""


def note_constant(function: Function, op: Op, value: Value) -> None:
    """A gradient leaves as a constant."""
    function.attrs.setdefault("constants", []).append((op.line, value))


def note_cut(function: Function, op: Op) -> None:
    """Earlier gradients that are constants to this one, though y depends on x through them."""
    y, xs = op.operands[0], set(op.operands[1:])
    places = {place for place, value in _constants(function, set()) if depends(y, {value}) and depends(value, xs)}
    if places:
        function.attrs.setdefault("cut", {})[op] = sorted(places)


def _constants(function: Function, seen: set[Function]) -> Iterator[tuple[Place, Value]]:
    """The constants of a function, and what calls return of those of the functions it calls."""
    for line, value in function.attrs.get("constants", ()):
        yield (line, ""), value
    for op in walk(function.region):
        callee = op.attrs["function"] if op.code == "call" else None
        if isinstance(callee, Function) and callee not in seen:
            for (line, name), value in _constants(callee, {*seen, function, callee}):
                for result, returned in zip(op.results, callee.region.yields, strict=False):
                    if depends(returned, {value}):
                        yield (line, name or callee.name), result


def in_words(places: list[Place]) -> str:
    """Where such gradients are taken, and how to make them no constants."""
    texts = [f"line {line} of {name}" if name else f"line {line}" for line, name in places]
    return (f"the gradient taken in {' and '.join(texts)}, which is a constant (pass EnableHigherDerivatives=True "
            "there)")  # fmt: skip


__all__ = ["in_words", "note_constant", "note_cut"]
