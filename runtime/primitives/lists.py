"""Rows for lists of unknown length and for the repair of broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import Draw, case, no_gradient, normal, primitive
from ..kernels.lists import (
    check_scalar,
    first_rows,
    fitted,
    list_add,
    list_add_at,
    list_append,
    list_each,
    list_init,
    list_item,
    list_pad,
    list_put,
    list_reversed,
    list_total,
    list_zeros,
    stack_rows,
    stack_some,
    sum_to,
)  # fmt: skip

ROWS = Draw(lambda r: [r.standard_normal(3) for _ in range(4)])


def _item_vjp(dy: Any, y: Any, items: Any, index: Any) -> Any:
    return list_add_at(list_zeros(items), index, dy)


def _put_rest(dy: Any, y: Any, items: Any, index: Any, item: Any) -> Any:
    return list_put(dy, index, list_zeros(item))


primitive(list_append, lambda dy, y, items, item: list_init(dy),
          lambda dy, y, items, item: list_item(dy, -1), kernel=True, sizes="any",
          linear_in="items item", try_on=[case(ROWS, normal(3))])  # fmt: skip
primitive(list_item, _item_vjp, kernel=True, linear_in="items", sizes="any",
          try_on=[case(ROWS, 1), case(ROWS, -1)])  # fmt: skip
primitive(list_put, _put_rest, None, lambda dy, y, items, index, item: list_item(dy, index),
          kernel=True, linear_in="items item", sizes="any",
          try_on=[case(ROWS, 2, normal(3))])  # fmt: skip
primitive(list_reversed, lambda dy, y, items: list_reversed(dy), kernel=True, linear_in="items",
          sizes="any", try_on=[case(ROWS)])  # fmt: skip
primitive(list_zeros, lambda dy, y, items: None, kernel=True, sizes="any", try_on=[case(ROWS)])
primitive(list_add_at, lambda dy, y, items, index, d: dy, None,
          lambda dy, y, items, index, d: list_item(dy, index), kernel=True,
          linear_in="items d", sizes="any", try_on=[case(ROWS, 1, normal(3))])  # fmt: skip
primitive(list_add, lambda dy, y, a, b: dy, lambda dy, y, a, b: dy, kernel=True,
          linear_in="a b", try_on=[case(normal(3), normal(3))])  # fmt: skip
primitive(list_init, lambda dy, y, items: list_append(dy, list_zeros(list_item(items, -1))),
          kernel=True, linear_in="items", sizes="any", try_on=[case(ROWS)])  # fmt: skip
primitive(list_pad, lambda dy, y, rows, like: first_rows(dy, rows), no_gradient, kernel=True, linear_in="rows",
          sizes="any", try_on=[case(ROWS, [np.ones(3)] * 4)])  # fmt: skip
primitive(stack_rows, lambda dy, y, rows, shape, dtype=None: dy, kernel=True, linear_in="rows", sizes="any",
          params="rows shape dtype", try_on=[case(ROWS, (4, 3)), case([1.5, 0.1], (2,)),
                                             case(ROWS, (4, 3), np.float64)])  # fmt: skip
primitive(stack_some, lambda dy, y, rows, shape, dtype=None: first_rows(dy, rows), kernel=True, linear_in="rows",
          sizes="any", params="rows shape dtype", try_on=[case(ROWS, (6, 3)), case(ROWS, (4, 3))])  # fmt: skip
primitive(first_rows, lambda dy, y, d, rows: list_pad(dy, d), no_gradient, kernel=True, linear_in="d", sizes="any",
          try_on=[case(normal(6, 3), [1.0, 2.0]), case(ROWS, [1.0])])  # fmt: skip
primitive(sum_to, lambda dy, y, d, shape: sum_to(dy, np.shape(d)), kernel=True,
          linear_in="d", sizes="any", params="d shape",
          try_on=[case(normal(2, 3), (3,)), case(normal(2, 3), (2, 1)), case(normal(2, 3),
                  (2, 3))])  # fmt: skip
primitive(fitted, lambda dy, y, d, like: fitted(dy, d), no_gradient, kernel=True, sizes="any", stretches=True,
          try_on=[case(normal(2, 3), normal(3)), case(normal(3), normal(2, 3)), case(normal(2, 3),
                  normal(2, 1)),
                  case(normal(3, dtype=complex), normal(3)), case(normal(2, 3), 0.5), case(normal(),
                  normal()),
                  case([normal(2, 3), 1.5], [normal(3), normal()])])  # fmt: skip
primitive(list_each, lambda dy, y, d, items: list_total(dy, d), no_gradient, kernel=True, linear_in="d", sizes="any",
          try_on=[case(normal(3), ROWS), case(normal(2, 3), ROWS), case(normal(), [1.0, 2.0]),
                  case(normal(2, 3), [normal(2, 1), normal(3), normal()])])  # fmt: skip
primitive(list_total, lambda dy, y, rows, like: list_each(dy, rows), no_gradient, kernel=True, linear_in="rows",
          sizes="any", try_on=[case(ROWS, normal(3)), case([normal(2, 1), normal(3), normal()], normal(2, 3)),
                               case([1.0, 2.0], 0.5)])  # fmt: skip
primitive(check_scalar, lambda dy, out, **_: dy, wrt="y", kernel=True, linear_in="y",
          params="y text", try_on=[case(normal(), "loss")])  # fmt: skip
