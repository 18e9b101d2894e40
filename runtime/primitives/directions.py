"""Rows for unit directions, which move with nothing."""

from __future__ import annotations

from typing import Any

from ..declare import case, constant, no_gradient, normal, primitive
from ..kernels.directions import axis_basis, axis_ones, basis, direction

_WHY = "unit directions do not move"
for _fun in (basis, axis_basis, axis_ones):
    constant(_fun, _WHY, name=_fun.__name__, text=_fun.__name__).kernel = True


def _passed(dy: Any, y: Any, *given: Any, **named: Any) -> Any:
    return dy


primitive(direction, _passed, no_gradient, kernel=True, linear_in="v", sizes="any",
          try_on=[case(normal(2, 3), normal(2, 3))])  # fmt: skip
