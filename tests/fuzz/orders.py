"""The verdict on a program that is differentiated twice.

The program is called inside a model that differentiates it along `DIRECTION` and differentiates that
again; the differences are those of its first gradient, which `judge` compares with the program's own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import dlgrad as dl
import numpy as np
from agreement import apart, run, slopes

from .judge import LARGE, Comparison, Verdict, judged, limited, reason_of

DIRECTION = np.array([0.7, -1.3, 0.4])
POSITIONS = (0, 1)
MODEL = """

import dlgrad as _dl
import numpy as _np


def model(x, w, m, a, p):
    y = program(x, w, m, a, p)
    g = _dl.dlgradient(y, x, EnableHigherDerivatives=True)
    s = _np.sum(g * _np.array([0.7, -1.3, 0.4]))
    return _dl.dlgradient(s, x), _dl.dlgradient(s, w)
"""


def judge_twice(text: str, seeds: Sequence[int] = (0, 1), positions: Sequence[int] = POSITIONS) -> Verdict:
    """The verdict on the second derivatives of a program with respect to its first two arguments."""

    def comparing(module: ModuleType) -> Comparison:
        slope = along(module.program)
        return lambda given: compare(module, slope, given, positions)

    return judged(text + MODEL, seeds, comparing)


def along(function: Callable[..., Any]) -> Callable[..., float]:
    """The derivative of a function along `DIRECTION` of its first argument."""
    first = dl.value_and_grad(function, (0,))

    def slope(*given: Any) -> float:
        return float(np.sum(first(*copy.deepcopy(given))[1][0] * DIRECTION))

    return slope


def compare(module: Any, slope: Callable[..., float], given: tuple[Any, ...], positions: Sequence[int]) -> Verdict:
    """The verdict on one call."""
    with limited(2):
        python = run(module.program, given)
    if python.raised is not None or not isinstance(python.value, float) or not abs(python.value) < LARGE:
        return Verdict("SKIPPED", "raises, or its value is large or no float")
    with limited(20):
        once = run(slope, given)
    if once.raised is not None:
        return Verdict("SKIPPED", "its first gradient is refused or fails")
    with limited(40):
        mine = run(lambda *args: dl.dlfeval(module.model, *args), given)
    if isinstance(mine.raised, dl.DLError):
        return Verdict("REFUSED", reason_of(mine.raised), str(mine.raised))
    if mine.raised is not None:
        return Verdict("CRASH", type(mine.raised).__name__, repr(mine.raised))
    return curvature(slope, given, mine.value, positions)


def curvature(slope: Callable[..., float], given: tuple[Any, ...], found: Any, positions: Sequence[int]) -> Verdict:
    """Whether the second derivatives agree with differences of the first, where these agree."""
    skipped = False
    for position in positions:
        coarse, fine = (slopes(slope, given, position, step) for step in (1e-4, 2e-5))
        if apart(fine, coarse, 1e-3, 1e-4) or not np.isfinite(fine).all():
            skipped = True
        elif apart(found[position], fine, 2e-3, 1e-3):
            detail = f"argument {position}: {found[position]}, not {fine}"
            return Verdict("WRONG", "second derivative", detail, position=position)
    return Verdict("SKIPPED", "differences disagree") if skipped else Verdict("AGREED")
