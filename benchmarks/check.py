"""Correctness, before anything is timed."""

from __future__ import annotations

from typing import Any

import dlgrad as dl
import numpy as np

from .case import Case, rng


def differences(case: Case, args: tuple[Any, ...]) -> str | None:
    """Compare the hand-written gradient with central differences along one direction.

    Everything in double precision: the formulas are what is checked. Returns what is wrong.
    """
    args = tuple(_double(a) for a in args)
    loss, *gradients = case.by_hand(*args)
    random, h = rng(1), 1e-6
    along = [random.standard_normal(np.shape(g)) for g in gradients]

    def value(t: float) -> float:
        moved = list(args)
        for i, v in zip(case.wrt, along, strict=True):
            moved[i] = args[i] + t * v
        return float(case.by_hand(*moved)[0])

    expected = (value(h) - value(-h)) / (2 * h)
    terms = [g * v for g, v in zip(gradients, along, strict=True)]
    found = sum(float(np.sum(t)) for t in terms)
    scale = sum(float(np.sum(np.abs(t))) for t in terms)
    if abs(found - expected) <= 1e-6 * scale + 1e-7 * abs(float(loss)):
        return None
    return f"slope {found:.9g}, by differences {expected:.9g}"


def disagreement(found: Any, expected: Any) -> str | None:
    """Compare two results ``(loss, *gradients)``; returns what is wrong."""
    if len(found) != len(expected):
        return f"{len(found)} results for {len(expected)}"
    for i, (a, b) in enumerate(zip(found, expected, strict=True)):
        a, b = np.asarray(dl.extractdata(a)), np.asarray(b)
        name = f"gradient {i}" if i else "the loss"
        if a.shape != b.shape:
            return f"{name} has shape {a.shape}, not {b.shape}"
        error = float(np.max(np.abs(a - b), initial=0.0))
        scale = float(np.max(np.abs(b), initial=0.0))
        if not error <= (2e-4 if b.dtype == np.float32 else 1e-9) * (scale or 1.0):
            return f"{name} differs by {error:.3g} where its largest value is {scale:.3g}"
    return None


def _double(a: Any) -> Any:
    return a.astype(np.float64) if isinstance(a, np.ndarray) else a
