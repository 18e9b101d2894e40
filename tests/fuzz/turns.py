"""Programs that take gradients in the turns of their loops, and the verdict on these.

A program of the grammar gets calls of `dlgradient` at places in its loops, with respect to its first two
arguments; nothing is computed from them. So the differences are those of the values that are
differentiated, call by call.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from typing import Any

import dlgrad as dl
import numpy as np
from agreement import apart, difference, run

from .judge import LARGE, Verdict, judged, limited, reason_of

STEPS = (1e-4, 2e-5)
MOST = 60


def with_gradients(text: str, seed: int) -> str:
    """The program with gradients in its loops; as it was if it has none."""
    rng = random.Random(seed)
    tree = ast.parse(text)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "program")
    loops = [n for n in _own(function) if isinstance(n, (ast.For, ast.While))]
    for loop in rng.sample(loops, min(len(loops), 2)):
        suites = [n.body for n in ast.walk(loop) if isinstance(n, (ast.For, ast.While, ast.If))]
        suite = rng.choice(suites)
        at = rng.randint(1, len(suite))
        names = _bound(function.body, loop) + [n for s in loop.body for n in _targets(s)]
        if isinstance(suite[at - 1], (ast.Break, ast.Continue, ast.Return)) or not names:
            continue
        name = rng.choice(names[-6:])
        suite.insert(at, ast.parse(f"slopes.append(dlgradient(np.sum({name}), x_0, w_0))").body[0])
    for node in _own(function):
        if isinstance(node, ast.Return) and node.value is not None:
            node.value = ast.Tuple([node.value, ast.Name("slopes", ast.Load())], ast.Load())
    function.body[:0] = ast.parse("x_0, w_0 = x, w\nslopes = []").body
    tree.body[:0] = ast.parse("from dlgrad import dlgradient").body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _own(function: ast.FunctionDef) -> list[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    out: list[ast.AST] = []
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            out.append(node)
            todo += ast.iter_child_nodes(node)
    return out


def _targets(stmt: ast.stmt) -> list[str]:
    return [n.id for n in ast.walk(stmt) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def _bound(suite: list[ast.stmt], loop: ast.stmt) -> list[str]:
    """Names that are bound in lines before a loop."""
    out: list[str] = []
    for stmt in suite:
        if any(n is loop for n in ast.walk(stmt)):
            return out
        out += _targets(stmt)
    return out


def judge_turns(text: str, seeds: Sequence[int] = (0, 1), positions: Sequence[int] = (0, 1)) -> Verdict:
    """The verdict on a program with gradients in its loops."""
    if "dlgradient(" not in text:
        return Verdict("SKIPPED", "no loop")
    return judged(text, seeds, lambda module: lambda given: compare(module, given))


class Unfit(Exception):
    """What is differentiated is no float."""


def values(module: Any, given: tuple[Any, ...]) -> tuple[Any, list[float]]:
    """What the program returns in CPython, and the values it differentiates."""
    found: list[float] = []

    def gradient(y: Any, *xs: Any) -> Any:
        if not isinstance(y, (float, np.floating)):
            raise Unfit
        found.append(float(y))
        return xs

    module.dlgradient, old = gradient, module.dlgradient
    try:
        return run(module.program, given), found
    finally:
        module.dlgradient = old


def compare(module: Any, given: tuple[Any, ...]) -> Verdict:
    """The verdict on one call."""
    with limited(2):
        python, found = values(module, given)
    if python.raised is not None or not found or len(found) > MOST or difference(python.arguments, given):
        return Verdict("SKIPPED", "raises, takes no gradient, or stores into its arguments")
    if not np.isfinite(found).all() or max(map(abs, found)) > LARGE:
        return Verdict("SKIPPED", "large values")
    with limited(40):
        mine = run(lambda *args: dl.dlfeval(module.program, *args), given)
    if isinstance(mine.raised, dl.DLError):
        return Verdict("REFUSED", reason_of(mine.raised), str(mine.raised))
    if mine.raised is not None:
        return Verdict("CRASH", type(mine.raised).__name__, repr(mine.raised))
    if (apart_by := difference(mine.value[0], python.value[0], "value")) is not None:
        return Verdict("WRONG", "value", apart_by)
    if len(mine.value[1]) != len(found):
        return Verdict("WRONG", "number of gradients", f"{len(mine.value[1])}, not {len(found)}")
    return slopes_of_all(module, given, mine.value[1])


def slopes_of_all(module: Any, given: tuple[Any, ...], mine: Any) -> Verdict:
    """Whether the gradients agree with differences, where these agree with each other."""
    skipped = False
    for position in (0, 1):
        coarse, fine = (differences(module, given, position, h, len(mine)) for h in STEPS)
        for k, pair in enumerate(mine):
            if coarse is None or fine is None:
                return Verdict("SKIPPED", "another number of turns nearby")
            if apart(fine[k], coarse[k], 1e-4, 1e-6) or not np.isfinite(fine[k]).all():
                skipped = True
            elif apart(pair[position], fine[k], 1e-3, 1e-5):
                detail = f"gradient {k}, argument {position}: {pair[position]}, not {fine[k]}"
                return Verdict("WRONG", "gradient", detail)
    return Verdict("SKIPPED", "differences disagree") if skipped else Verdict("AGREED")


def differences(module: Any, given: tuple[Any, ...], position: int, h: float, count: int) -> Any:
    """The differences of all that is differentiated, by rows."""
    columns = []
    for i in range(len(given[position])):
        at = []
        for k in (1, -1, 2, -2):
            moved = [*given]
            moved[position] = given[position] + k * h * np.eye(len(given[position]))[i]
            python, found = values(module, tuple(moved))
            if python.raised is not None or len(found) != count:
                return None
            at.append(np.array(found))
        columns.append((8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h))
    return np.stack(columns, axis=1)
