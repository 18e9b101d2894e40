"""Adding entries back to the places that ``np.take_along_axis`` read them from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel
from .indexing import scatter


@kernel
def untaken(d: Any, shape: Any, indices: Any, axis: Any) -> Any:
    """Zeros of `shape` with `d` added where ``np.take_along_axis(x, indices, axis)`` read it.

    Places that `indices` names more than once get the sum; without `axis` they are those of the
    flattened result.
    """
    if axis is None:
        return scatter(d, int(np.prod(shape, dtype=int)), np.asarray(indices)).reshape(shape)
    places = list(np.ogrid[tuple(slice(n) for n in shape)])
    places[axis] = indices
    return scatter(d, shape, tuple(places))
