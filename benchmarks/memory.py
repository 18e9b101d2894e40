"""Peak memory: a loop of a thousand steps, each with five large arrays of which one is read again.

The adjoint of a step reads the step's result alone (the slope of tanh), so the least that must be
kept is one array a step. Whatever else is kept shows as a multiple of that.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import dlgrad as dl
import numpy as np
from dlgrad import dlgradient

from . import peers
from .case import Case, rng

SIZE = 1000


def memory(w, x0, steps):
    x = x0
    for _ in range(steps):
        left = 0.5 * x
        middle = left + w
        right = middle - 0.25 * x
        x = np.tanh(right)
    loss = np.sum(x)
    dw, dx0 = dlgradient(loss, w, x0)
    return loss, dw, dx0


def by_hand(w, x0, steps):
    x = x0
    results = []
    for _ in range(steps):
        left = 0.5 * x
        middle = left + w
        right = middle - 0.25 * x
        x = np.tanh(right)
        results.append(x)
    loss = np.sum(x)
    dw, dx = np.zeros_like(w), np.ones_like(x)
    for x in reversed(results):
        dright = dx * (1 - x * x)
        dw += dright
        dx = 0.25 * dright
    return loss, dw, dx


def arguments(quick: bool) -> tuple[Any, ...]:
    return *rng().standard_normal((2, SIZE)), 50 if quick else 1000


def loss(np: Any) -> Any:
    def memory_loss(w, x, steps):
        for _ in range(steps):
            left = 0.5 * x
            middle = left + w
            right = middle - 0.25 * x
            x = np.tanh(right)
        return np.sum(x)

    return memory_loss


CASE = Case("memory", memory, by_hand, arguments, (0, 1), loss, loss)


def peaks(quick: bool, with_peers: bool) -> dict[str, float]:
    """Peak of the memory allocated during a call, in arrays per step of the loop.

    Only those are asked whose arrays NumPy allocates: others' are not seen by `tracemalloc`.
    """
    args = arguments(quick)
    calls = {
        "by hand": lambda: by_hand(*args),
        "generated": lambda: dl.dlfeval(memory, *args),
        "dlaccelerate": partial(dl.dlaccelerate(memory), *args),
    }
    if with_peers and "autograd" in peers.installed():
        calls["autograd"] = peers.autograd(CASE, args)
    unit = args[0].nbytes * args[2]
    return {name: _peak(call) / unit for name, call in calls.items()}


def _peak(call: Callable[[], Any]) -> float:
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
