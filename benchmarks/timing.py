"""Timing several calls fairly: in turn, so that each meets the same state of the machine."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

Call = Callable[[], Any]


def seconds(call: Call, repeat: int = 1) -> float:
    """The time of `repeat` calls, divided by their number."""
    start = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - start) / repeat


def interleaved(calls: dict[str, Call], rounds: int, block: float) -> dict[str, list[float]]:
    """Seconds per call, one number a round.

    Each round gives every call its turn of three blocks, each of about `block` seconds or one
    call, and counts the best block: what interrupts a process only ever makes it slower.
    """
    repeats = {name: _repeat(call, block) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                n = repeats[name]
                times[name].append(min(seconds(call, n) for _ in range(3)))
            gc.collect()
    finally:
        if enabled:
            gc.enable()
    return times


def _repeat(call: Call, block: float) -> int:
    """How many calls fill a block; the calls made to find out warm caches up as well."""
    call()
    once = min(seconds(call), seconds(call))
    return max(1, round(block / once))


def medians(times: dict[str, list[float]]) -> dict[str, float]:
    """The median of the rounds."""
    return {name: median(t) for name, t in times.items()}


def ratios(times: dict[str, list[float]], base: str) -> dict[str, float]:
    """The median, over the rounds, of the time relative to `base` in the same round."""
    return {
        name: median(t / b for t, b in zip(each, times[base], strict=True))
        for name, each in times.items()
    }


def differences(times: dict[str, list[float]], base: str, names: Sequence[str]) -> list[float]:
    """The median, over the rounds, of the time beyond that of `base` in the same round."""
    return [median(t - b for t, b in zip(times[name], times[base], strict=True)) for name in names]
