"""Kinds of lists that are joined, cut and changed in length: probes of two lengths would not show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .ir import Slot, Value
from .kinds import FLOAT, NEVER, UNKNOWN, Kind, ListOf, Scalar, TupleOf, as_list, join_item, kind_of

Kinds = Callable[[str], Kind]


def list_kind(name: str, template: dict[str, Any], operands: Sequence[Value]) -> Kind | None:
    """The kind of the result of a row for lists; None for other rows."""
    rule = RULES.get(name)
    return rule(lambda parameter: _kind(template[parameter], operands), template) if rule is not None else None


def _kind(given: Any, operands: Sequence[Value]) -> Kind:
    if isinstance(given, Slot):
        return operands[given.index].kind
    if isinstance(given, (list, tuple)):
        return TupleOf(tuple(_kind(g, operands) for g in given), type(given))
    return kind_of(given)


def listed(kind: Kind) -> ListOf | None:
    """A kind as that of a list of unknown length."""
    if isinstance(kind, ListOf):
        return kind
    return as_list(kind) if isinstance(kind, TupleOf) and kind.keys is None else None


def _like(parameter: str) -> Any:
    return lambda kind, template: listed(kind(parameter)) or UNKNOWN


def joined(a: Kind, b: Kind) -> Kind:
    """The kind of two lists after one another."""
    first, second = listed(a), listed(b)
    if first is None or second is None:
        return UNKNOWN
    return ListOf(join_item(first.item, second.item), sequence=first.sequence)


def inserted(items: Kind, item: Kind) -> Kind:
    """The kind of a list with one more entry."""
    known = listed(items)
    return ListOf(join_item(known.item, item), sequence=known.sequence) if known is not None else UNKNOWN


def column(items: Kind, path: Any) -> Kind:
    """The kind of a list of one part of each entry."""
    known = listed(items)
    item: Kind = known.item if known is not None else UNKNOWN
    for i, key in enumerate(path):
        if key is Ellipsis:
            return ListOf(column(item, path[i + 1 :]))
        item = item.at(key) if isinstance(item, TupleOf) and not isinstance(key, Slot) else UNKNOWN
    return ListOf(item)


def taken(items: Kind) -> Kind:
    """The kind of a list without an entry, and that entry."""
    known = listed(items)
    return TupleOf((known, known.item)) if known is not None else UNKNOWN


def filled(part: Kind, like: Kind) -> Kind:
    """The kind of cotangents of a part of a list, with zeros for the entries that are not in it."""
    some, every = listed(part), listed(like)
    if every is None:
        return ListOf(UNKNOWN)
    zero = FLOAT if isinstance(every.item, Scalar) else every.item
    return ListOf(join_item(some.item, zero) if some is not None else UNKNOWN)


def added(a: Kind, b: Kind) -> Kind | None:
    """The kind of two sums of cotangents, if they are lists."""
    first, second = listed(a), listed(b)
    if first is None and second is None:
        return None
    return ListOf(join_item(first.item, second.item) if first is not None and second is not None else UNKNOWN)


def _item(kind: Kinds, template: Any) -> Kind:
    known = listed(kind("longer"))
    return known.item if known is not None else UNKNOWN


def entry(items: Kind, index: Any) -> Kind | None:
    """The kind of the entry at a place that is not known."""
    known = listed(items) if isinstance(index, Slot) or isinstance(items, ListOf) else None
    return known.item if known is not None and known.item != NEVER else None


RULES: dict[str, Any] = {
    "list_item": lambda kind, template: entry(kind("items"), template["index"]),
    "list_append": lambda kind, template: inserted(kind("items"), kind("item")),
    "list_put": lambda kind, template: inserted(kind("items"), kind("item")),
    "list_reversed": _like("items"),
    "list_joined": lambda kind, template: joined(kind("a"), kind("b")),
    "list_head": _like("items"), "list_start": _like("items"), "list_end": _like("items"), "list_part": _like("items"),
    "list_repeated": _like("items"), "list_unfolded": _like("items"), "list_without": _like("items"),
    "list_inserted_rest": _like("longer"), "list_inserted_item": _item,
    "list_inserted": lambda kind, template: inserted(kind("items"), kind("item")),
    "list_taken": lambda kind, template: taken(kind("items")),
    "list_column": lambda kind, template: column(kind("items"), template["path"]),
    "list_column_zeros": lambda kind, template: column(kind("items"), template["path"]),
    "list_column_put": lambda kind, template: ListOf(UNKNOWN),
    "list_part_back": lambda kind, template: filled(kind("part"), kind("like")),
    "list_without_back": lambda kind, template: filled(kind("rest"), kind("like")),
    "list_put_back": lambda kind, template: inserted(kind("rest"), kind("item")),
    "list_each": _like("items"), "list_total": lambda kind, template: kind("like"),
    "list_add": lambda kind, template: added(kind("a"), kind("b")),
}  # fmt: skip
