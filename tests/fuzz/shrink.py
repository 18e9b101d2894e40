"""Make a failing program small: delete statements, unwrap blocks, replace expressions by their parts."""

from __future__ import annotations

import ast
import builtins
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from .judge import Verdict

Judge = Callable[..., Verdict]


def smallest(text: str, verdict: Verdict, judge: Judge, seconds: float = 60) -> tuple[str, Verdict]:
    """The smallest text found to which `judge` gives the verdict of `text`, and that verdict."""
    end = time.monotonic() + seconds
    given: tuple[tuple[int, ...], ...] = ((verdict.seed,), (verdict.position,))

    def same(found: Verdict) -> bool:
        return (found.word, found.reason) == (verdict.word, verdict.reason)

    if not same(judge(text, *given)):
        given = ()
    small = shrink(text, lambda t: time.monotonic() < end and same(judge(t, *given)))
    return small, replace(judge(small, *given), seed=verdict.seed, position=verdict.position)


def shrink(text: str, fails: Callable[[str], bool], limit: int = 2000) -> str:
    """The smallest text found for which `fails` still holds, with at most `limit` trials."""
    trials = 0
    progress = True
    while progress:
        progress, k = False, 0
        while (smaller := edited(text, k)) is not None and trials < limit:
            trials += 1
            if len(smaller) < len(text) and holds(fails, smaller):
                text, progress = smaller, True
            else:
                k += 1
    return text


def unbound(text: str) -> set[str]:
    """The names that a text reads and binds nowhere."""
    nodes = list(ast.walk(ast.parse(text)))
    names = [n for n in nodes if isinstance(n, ast.Name)]
    bound = {n.id for n in names if not isinstance(n.ctx, ast.Load)} | {n.arg for n in nodes if isinstance(n, ast.arg)}
    bound |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    bound |= {n.asname or n.name for n in nodes if isinstance(n, ast.alias)}
    return {n.id for n in names} - bound - set(dir(builtins))


def edited(text: str, k: int) -> str | None:
    """The text after its k-th edit; None after the last."""
    tree = ast.parse(text)
    edit = next(itertools.islice(edits(tree), k, None), None)
    if edit is None:
        return None
    edit()
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def holds(fails: Callable[[str], bool], text: str) -> bool:
    """Whether a text is a program that still fails."""
    try:
        compile(text, "<shrunk>", "exec")
        return not unbound(text) and fails(text)
    except Exception:
        return False


def edits(tree: ast.AST) -> Iterator[Callable[[], None]]:
    """Changes of a tree, of which one may be done; large ones first."""
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                yield from deletions(node, name, statements)
    for parent in list(ast.walk(tree)):
        for name, child in ast.iter_fields(parent):
            if isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
                yield from (partial(setattr, parent, name, part) for part in parts(child))
            if isinstance(child, list) and name in ("args", "elts", "values"):
                for k, entry in enumerate(child):
                    yield from (partial(child.__setitem__, k, part) for part in parts(entry))


def deletions(node: ast.AST, name: str, statements: list[ast.stmt]) -> Iterator[Callable[[], None]]:
    """Deletions of a statement of a block, or of all but its body."""
    for k in reversed(range(len(statements))):
        yield partial(delete, node, name, k)
        inner = getattr(statements[k], "body", None)
        if isinstance(inner, list) and not isinstance(statements[k], ast.FunctionDef):
            yield partial(statements.__setitem__, slice(k, k + 1), inner)


def delete(node: ast.AST, name: str, k: int) -> None:
    """Delete a statement."""
    statements = getattr(node, name)
    del statements[k]
    if not statements and name == "body" and not isinstance(node, ast.Module):
        statements.append(ast.Pass())


def parts(node: ast.expr) -> list[ast.expr]:
    """The parts of an expression that may stand for it."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp):
        return list(node.values)
    if isinstance(node, ast.Call):
        inside = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return [a for a in [*node.args, *inside] if not isinstance(a, (ast.Starred, ast.Name)) or a in node.args]
    if isinstance(node, ast.Subscript):
        return [node.value]
    if isinstance(node, ast.NamedExpr):
        return [node.value]
    return []
