"""In which order Python evaluates the expressions of a statement, and which of them are idle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

HEADERS = {"If": ("test",), "While": ("test",), "For": ("iter",), "With": ("items",),
           "FunctionDef": (), "ClassDef": (), "Try": (), "Match": ("subject",)}  # fmt: skip


def parts(node: Any) -> list[Any]:
    """The children of a node that are evaluated with it, in order."""
    kind = type(node).__name__
    if kind in HEADERS:
        fields: tuple[str, ...] = HEADERS[kind]
    elif kind == "Assign":
        fields = ("value", "targets")
    elif kind == "AnnAssign":
        fields = ("value", "target")
    elif kind == "IfExp":
        fields = ("test", "body", "orelse")
    elif kind in ("Lambda", "JoinedStr"):
        return []
    elif kind in ("ListComp", "SetComp", "GeneratorExp", "DictComp"):
        first, *rest = node.generators
        inner = [n for g in rest for n in (g.target, g.iter, *g.ifs)]
        entry = [node.key, node.value] if kind == "DictComp" else [node.elt]
        return [first.iter, first.target, *first.ifs, *inner, *entry]
    elif kind == "Dict":
        return [n for pair in zip(node.keys, node.values, strict=True) for n in pair if n is not None]
    else:
        fields = node._fields
    out: list[Any] = []
    for name in fields:
        item = getattr(node, name, None)
        out.extend(item if isinstance(item, list) else [item])
    return [n for n in out if isinstance(n, gast.AST)]


def evaluated(node: Any) -> Iterator[Any]:
    """The expressions inside a node, each after its own parts: the order of evaluation."""
    for part in parts(node):
        yield from evaluated(part)
        if isinstance(part, gast.expr):
            yield part


def conditional(stmt: Any) -> set[Any]:
    """Expressions of a statement that may be evaluated not at all, or more than once."""
    out: set[Any] = set()
    if isinstance(stmt, gast.While):
        out.update(gast.walk(stmt.test))
    for node in evaluated(stmt):
        if isinstance(node, gast.IfExp):
            later = [node.body, node.orelse]
        elif isinstance(node, gast.BoolOp):
            later = node.values[1:]
        elif isinstance(node, gast.Compare):
            later = node.comparators[1:]
        elif isinstance(node, (gast.ListComp, gast.SetComp, gast.GeneratorExp, gast.DictComp)):
            first = set(gast.walk(node.generators[0].iter))
            out.update(n for n in gast.walk(node) if n is not node and n not in first)
            continue
        else:
            continue
        for part in later:
            out.update(n for n in gast.walk(part) if n is not node)
    return out


def idle(node: Any) -> bool:
    """Can evaluating this neither raise nor act?  Names, constants and paths of names."""
    if isinstance(node, (gast.Name, gast.Constant)):
        return True
    if isinstance(node, gast.Attribute):
        return idle(node.value) and not getattr(node, "computed", False)
    if isinstance(node, (gast.Tuple, gast.List, gast.Starred, gast.Slice, gast.keyword)):
        return all(idle(p) for p in parts(node) if isinstance(p, gast.expr))
    if isinstance(node, gast.UnaryOp):
        return isinstance(node.operand, gast.Constant)
    return False


def path(node: Any) -> bool:
    """A name, or entries and attributes reached from one by constants."""
    if isinstance(node, gast.Attribute):
        return path(node.value)
    if isinstance(node, gast.Subscript):
        return path(node.value) and idle(node.slice)
    return idle(node)


def before(stmt: Any, node: Any) -> list[Any]:
    """Expressions evaluated before `node` is, apart from its own parts; outermost only."""
    own = set(gast.walk(node))
    earlier = []
    for other in evaluated(stmt):
        if other is node:
            break
        if other not in own:
            earlier.append(other)
    inner = {n for e in earlier for n in gast.walk(e) if n is not e}
    return [e for e in earlier if e not in inner]


def target_name(stmt: Any) -> str | None:
    """The first name that a statement assigns to."""
    if not isinstance(stmt, (gast.Assign, gast.AugAssign, gast.AnnAssign)):
        return None
    target = stmt.targets[0] if isinstance(stmt, gast.Assign) else stmt.target
    while isinstance(target, (gast.Subscript, gast.Attribute, gast.Starred)):
        target = target.value
    if isinstance(target, gast.Name):
        return str(target.id)
    names = [n.id for n in gast.walk(target) if isinstance(n, gast.Name)]
    return names[0] if names else None
