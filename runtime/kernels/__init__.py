"""Every kernel by name, as the plain function: what generated code imports.

`runtime.kernels.activations.softmax` also takes values of a program being written;
`runtime.kernels.softmax` is the function it wraps and costs no look at its arguments.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from . import (
    activations,
    closures,
    copies,
    custom,
    directions,
    gathering,
    indexing,
    interp,
    joining,
    linear,
    lists,
    losses,
    objects,
    ordering,
    padding,
    picking,
    ranges,
    scans,
    signal,
    storing,
    transcendental,
)  # fmt: skip

_MODULES = (
    activations, closures, copies, custom, directions, gathering, indexing, interp, joining, linear, lists, losses,
    objects, ordering, padding, picking, ranges, scans, signal, storing, transcendental,
)  # fmt: skip


def _plain(module: ModuleType) -> dict[str, Any]:
    """The kernels that a module defines, without the dispatch that `kernel` puts around them."""
    return {
        name: fun.__wrapped__
        for name, fun in vars(module).items()
        if hasattr(fun, "__wrapped__") and fun.__module__ == module.__name__
    }


for _module in _MODULES:
    for _name, _fun in _plain(_module).items():
        assert _name not in globals(), f"two kernels or modules are named {_name}"
        globals()[_name] = _fun
