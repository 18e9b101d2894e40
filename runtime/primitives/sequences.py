"""Rows for lists that are joined, cut and changed in length."""

from __future__ import annotations

from typing import Any

from ..declare import Draw, case, no_gradient, normal, primitive
from ..kernels.lists import list_pad, list_zeros
from ..kernels.sequences import (
    list_column,
    list_column_put,
    list_column_zeros,
    list_end,
    list_folded,
    list_head,
    list_inserted,
    list_inserted_item,
    list_inserted_rest,
    list_joined,
    list_part,
    list_part_back,
    list_put_back,
    list_repeated,
    list_start,
    list_taken,
    list_unfolded,
    list_without,
    list_without_back,
)  # fmt: skip


def _rows(count: int) -> Draw:
    return Draw(lambda r: [r.standard_normal(3) for _ in range(count)])


def _pairs(r: Any) -> Any:
    return [(r.standard_normal(3), r.standard_normal()) for _ in range(3)]


def _vectors(r: Any) -> Any:
    return [[r.standard_normal(3) for _ in range(2)] for _ in range(3)]


def _lists(r: Any) -> Any:
    return [[(r.standard_normal(), r.standard_normal(3)) for _ in range(2)] for _ in range(3)]


primitive(list_joined, lambda dy, y, a, b: list_start(dy, b), lambda dy, y, a, b: list_end(dy, b), kernel=True,
          linear_in="a b", sizes="any", try_on=[case(_rows(2), _rows(3)), case(_rows(0), _rows(2))])  # fmt: skip
primitive(list_head, lambda dy, y, items, like: list_pad(dy, items), no_gradient, kernel=True, linear_in="items",
          sizes="any", try_on=[case(_rows(4), _rows(2))])  # fmt: skip
primitive(list_start, lambda dy, y, items, rest: list_joined(dy, list_zeros(rest)), no_gradient, kernel=True,
          linear_in="items", sizes="any", try_on=[case(_rows(4), _rows(1))])  # fmt: skip
primitive(list_end, lambda dy, y, items, like: list_joined(list_zeros(list_start(items, like)), dy), no_gradient,
          kernel=True, linear_in="items", sizes="any", try_on=[case(_rows(4), _rows(1))])  # fmt: skip
primitive(list_taken, lambda dy, y, items, index: list_put_back(dy[0], index, dy[1]), kernel=True, linear_in="items",
          sizes="any", wrt="items", try_on=[case(_rows(4), -1), case(_rows(4), 1), case(_rows(3), 0)])  # fmt: skip
primitive(list_put_back, lambda dy, y, rest, index, item: list_taken(dy, index)[0], None,
          lambda dy, y, rest, index, item: list_taken(dy, index)[1], kernel=True, linear_in="rest item", sizes="any",
          try_on=[case(_rows(3), -1, normal(3)), case(_rows(3), 1, normal(3))])  # fmt: skip
primitive(list_part, lambda dy, y, items, start, stop, step: list_part_back(dy, items, start, stop, step),
          kernel=True, linear_in="items", sizes="any", wrt="items",
          try_on=[case(_rows(5), 1, None, None), case(_rows(5), None, -1, 2), case(_rows(4), None, None, -1),
                  case(_rows(3), 2, 1, None)])  # fmt: skip
primitive(list_part_back, lambda dy, y, part, like, start, stop, step: list_part(dy, start, stop, step), no_gradient,
          kernel=True, linear_in="part", sizes="any",
          try_on=[case(_rows(3), _rows(5), None, None, 2)])  # fmt: skip
primitive(list_repeated, lambda dy, y, items, times: list_folded(dy, items), kernel=True, linear_in="items",
          sizes="any", wrt="items", try_on=[case(_rows(2), 3), case(_rows(2), 0)])  # fmt: skip
primitive(list_folded, lambda dy, y, items, like: list_unfolded(dy, items), no_gradient, kernel=True,
          linear_in="items", sizes="any", try_on=[case(_rows(6), _rows(2))])  # fmt: skip
primitive(list_unfolded, lambda dy, y, items, like: list_folded(dy, items), no_gradient, kernel=True,
          linear_in="items", sizes="any", try_on=[case(_rows(2), _rows(6))])  # fmt: skip
primitive(list_without, lambda dy, y, items, index: list_without_back(dy, items, index), kernel=True,
          linear_in="items", sizes="any", wrt="items", try_on=[case(_rows(4), 1), case(_rows(4), -1)])  # fmt: skip
primitive(list_without_back, lambda dy, y, rest, like, index: list_without(dy, index), no_gradient, kernel=True,
          linear_in="rest", sizes="any", try_on=[case(_rows(3), _rows(4), 1)])  # fmt: skip
primitive(list_inserted, lambda dy, y, items, index, item: list_inserted_rest(dy, index), None,
          lambda dy, y, items, index, item: list_inserted_item(dy, index), kernel=True, linear_in="items item",
          sizes="any", try_on=[case(_rows(3), 1, normal(3)), case(_rows(3), -1, normal(3)),
                               case(_rows(3), 9, normal(3)), case(_rows(3), -9, normal(3))])  # fmt: skip
primitive(list_inserted_rest, lambda dy, y, longer, index: list_inserted(
              dy, index, list_zeros(list_inserted_item(longer, index))), kernel=True, linear_in="longer",
          sizes="any", wrt="longer", try_on=[case(_rows(4), 1), case(_rows(4), -1)])  # fmt: skip
primitive(list_inserted_item, lambda dy, y, longer, index: list_inserted(
              list_zeros(list_inserted_rest(longer, index)), index, dy), kernel=True, linear_in="longer",
          sizes="any", wrt="longer", try_on=[case(_rows(4), 1), case(_rows(4), -1)])  # fmt: skip
primitive(list_column, lambda dy, y, items, path: list_column_put(list_zeros(items), path, dy), kernel=True,
          linear_in="items", sizes="any", wrt="items", try_on=[
              case(Draw(_pairs), (0,)), case(Draw(_pairs), (1,)), case(Draw(_lists), (..., 1))])  # fmt: skip
primitive(list_column_zeros, no_gradient, kernel=True, wrt="items", sizes="any",
          try_on=[case(Draw(_pairs), (0,)), case(Draw(_lists), (..., 1))])  # fmt: skip
primitive(list_column_put, lambda dy, y, items, path, column: list_column_put(
              dy, path, list_zeros(list_column(dy, path))), None, lambda dy, y, items, path, column: list_column(
              dy, path), kernel=True, linear_in="items column", sizes="any",
          try_on=[case(Draw(_pairs), (0,), _rows(3)), case(Draw(_lists), (..., 1), Draw(_vectors))])  # fmt: skip
