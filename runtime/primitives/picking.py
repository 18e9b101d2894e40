"""Rows of the kernels in `kernels.picking`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import case, constant, distinct, no_gradient, normal, primitive
from ..kernels.lists import list_add_at, list_zeros
from ..kernels.picking import (
    add_at,
    best_of,
    entries_between,
    entries_put_back,
    place_of_best,
    places_in_order,
    rows_between,
    rows_put_back,
)
from .lists import ROWS

constant(place_of_best, "its result is a position", params="items largest", name="place_of_best",
         text="place_of_best").kernel = True  # fmt: skip
constant(places_in_order, "its result is positions", params="items reverse", name="places_in_order",
         text="places_in_order", sizes="any").kernel = True  # fmt: skip


def best_of_items(dy: Any, y: Any, items: Any, largest: Any) -> Any:
    """All to the entry that is returned: Python's convention, the first of the best."""
    return list_add_at(list_zeros(items), place_of_best(items, largest), dy)


primitive(best_of, best_of_items, wrt="items", params="items largest", name="best_of", kernel=True, sizes="any",
          try_on=[case([normal(), normal(), normal()], True), case([normal(), normal()], False)])  # fmt: skip
primitive(rows_between, lambda dy, y, a, head, tail: rows_put_back(dy, np.shape(a), head), wrt="a",
          params="a head tail", name="rows_between", kernel=True, linear_in="a", sizes="any",
          try_on=[case(normal(4, 2), 1, 1), case(normal(5), 0, 2)])  # fmt: skip
primitive(rows_put_back, lambda dy, y, rows, shape, head: rows_between(dy, head, dy.shape[0] - head - len(rows)),
          wrt="rows", params="rows shape head", name="rows_put_back", kernel=True, linear_in="rows", sizes="any",
          try_on=[case(ROWS, (6, 3), 1)])  # fmt: skip
primitive(entries_between, lambda dy, y, items, head, tail: entries_put_back(dy, items, head), wrt="items",
          params="items head tail", name="entries_between", kernel=True, linear_in="items", sizes="any",
          try_on=[case(ROWS, 1, 1)])  # fmt: skip
primitive(entries_put_back, lambda dy, y, part, items, head: entries_between(dy, head, len(items) - head - len(part)),
          no_gradient, wrt="part items", params="part items head", name="entries_put_back", kernel=True,
          linear_in="part", sizes="any", try_on=[case([normal(3), normal(3)], ROWS, 1)])  # fmt: skip
primitive(add_at, lambda dy, y, a, index, values: dy, lambda dy, y, a, index, values: dy[index], wrt="a values",
          params="a index values", name="add_at", kernel=True, stretches=True, alike="a", linear_in="a values",
          try_on=[case(normal(5), np.array([0, 0, 2]), normal(3)), case(distinct(4), np.array([1, 1]), normal()),
                  case(normal(3, 4), np.array([0, 2, 0]), normal(3, 4))])  # fmt: skip


