"""How much memory a call takes at its worst."""

from __future__ import annotations

import tracemalloc
from typing import Any

import dlgrad as dl
import numpy as np


def peak(model: Any, x: np.ndarray, *others: Any) -> float:
    """The most memory that a call of `dlfeval` takes, in arrays like x. NumPy's arrays are counted."""
    dl.dlfeval(model, x, *others)
    tracemalloc.start()
    try:
        dl.dlfeval(model, x, *others)
        return tracemalloc.get_traced_memory()[1] / x.nbytes
    finally:
        tracemalloc.stop()
