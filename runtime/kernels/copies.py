"""Copies of what a forward function keeps, where the memory is written to before it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def kept(item: Any) -> Any:
    """A copy of every array in what is saved, nested as it is."""
    if isinstance(item, np.ndarray):
        return item.copy()
    if type(item) in (tuple, list):
        return type(item)(kept(i) for i in item)
    if type(item) is dict:
        return {k: kept(v) for k, v in item.items()}
    return item


@kernel
def keeping(forward: Any) -> Callable[..., Any]:
    """A forward function that saves copies: its caller changes memory that it would share."""

    def forward_with_copies(*args: Any, **kwargs: Any) -> Any:
        *results, saved = forward(*args, **kwargs)
        return *results, kept(saved)

    return forward_with_copies
