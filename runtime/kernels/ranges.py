"""Evenly spaced numbers: what a cotangent of them has for the two ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def range_share(d: Any, end: int, endpoint: bool = True, axis: int = 0) -> Any:
    """The sum of `d` along `axis`, weighted by the share that one end has in each number.

    That is ``1 - t`` for the start (`end` 0) and ``t`` for the stop (`end` 1) of
    ``start + t * (stop - start)``, with t evenly spaced from 0 to 1.
    """
    d = np.asarray(d)
    t = np.linspace(0.0, 1.0, d.shape[axis], endpoint=endpoint)
    return np.tensordot((t if end else 1 - t).astype(d.real.dtype), d, axes=([0], [axis]))
