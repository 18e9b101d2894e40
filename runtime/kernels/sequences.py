"""Lists that are joined, cut and changed in length, and what carries cotangents back through that."""

from __future__ import annotations

from typing import Any

from ..declare import kernel
from .lists import list_add, list_zeros


@kernel
def list_joined(a: Any, b: Any) -> Any:
    """The entries of `a`, then those of `b`."""
    return [*a, *b]


@kernel
def list_head(items: Any, like: Any) -> Any:
    """As many entries as `like` has, from the front."""
    return list(items)[: len(like)]


@kernel
def list_start(items: Any, rest: Any) -> Any:
    """All entries but the last, as many as `rest` has."""
    return list(items)[: len(items) - len(rest)]


@kernel
def list_end(items: Any, like: Any) -> Any:
    """The last entries, as many as `like` has."""
    return list(items)[len(items) - len(like) :]


@kernel
def list_taken(items: Any, index: Any) -> Any:
    """A list without the entry at `index`, and that entry."""
    rest = list(items)
    return rest, rest.pop(index)


@kernel
def list_put_back(rest: Any, index: Any, item: Any) -> Any:
    """What `list_taken` has taken apart."""
    out = list(rest)
    out.insert(range(len(out) + 1)[index], item)
    return out


@kernel
def list_part(items: Any, start: Any, stop: Any, step: Any) -> Any:
    """`items[start:stop:step]`."""
    return list(items)[start:stop:step]


@kernel
def list_part_back(part: Any, like: Any, start: Any, stop: Any, step: Any) -> Any:
    """Zeros like the entries of a list, with those of a part of it at their places."""
    out = list_zeros(like)
    for i, d in zip(range(len(out))[start:stop:step], part, strict=True):
        out[i] = d
    return out


@kernel
def list_repeated(items: Any, times: Any) -> Any:
    """`items * times`."""
    return list(items) * times


@kernel
def list_folded(items: Any, like: Any) -> Any:
    """The sum of the runs of a list that are as long as `like`."""
    out = list_zeros(like)
    for i, d in enumerate(items):
        out[i % len(out)] = list_add(out[i % len(out)], d)
    return out


@kernel
def list_unfolded(items: Any, like: Any) -> Any:
    """The entries again and again, as many as `like` has."""
    return [items[i % len(items)] for i in range(len(like))]


@kernel
def list_without(items: Any, index: Any) -> Any:
    """The list without the entry at `index`."""
    out = list(items)
    del out[index]
    return out


@kernel
def list_without_back(rest: Any, like: Any, index: Any) -> Any:
    """A zero where `list_without` took an entry out."""
    out = list(rest)
    out.insert(range(len(like))[index], list_zeros(like[index]))
    return out


@kernel
def list_inserted(items: Any, index: Any, item: Any) -> Any:
    """The list with one more entry, before the one at `index`."""
    out = list(items)
    out.insert(index, item)
    return out


@kernel
def list_inserted_rest(longer: Any, index: Any) -> Any:
    """A list without the entry that was inserted at `index`."""
    out = list(longer)
    del out[_place(out, index)]
    return out


@kernel
def list_inserted_item(longer: Any, index: Any) -> Any:
    """The entry that was inserted at `index`."""
    return longer[_place(longer, index)]


def _place(longer: Any, index: Any) -> int:
    """Where `insert` has put an entry."""
    count = len(longer) - 1
    return max(index + count, 0) if index < 0 else min(index, count)


@kernel
def list_column(items: Any, path: Any) -> Any:
    """The part at the end of a path of keys, of each entry; the key ``...`` stands for each entry of a list."""
    return [_part(item, path) for item in items]


def _part(item: Any, path: tuple[Any, ...]) -> Any:
    """The part at the end of a path, or a list of them."""
    for i, key in enumerate(path):
        if key is Ellipsis:
            return [_part(entry, path[i + 1 :]) for entry in item]
        item = item[key]
    return item


@kernel
def list_column_zeros(items: Any, path: Any) -> Any:
    """A zero for the part at the end of a path of keys, of each entry; of what is None, as it does not exist, none."""
    return [] if items is None else [list_zeros(_part(item, path)) for item in items]


@kernel
def list_column_put(items: Any, path: Any, column: Any) -> Any:
    """The entries with other parts at the end of a path of keys."""
    return [_with(item, path, part) for item, part in zip(items, column, strict=True)]


def _with(item: Any, path: tuple[Any, ...], part: Any) -> Any:
    key, *rest = path
    if key is Ellipsis:
        return list_column_put.__wrapped__(item, tuple(rest), part)  # type: ignore[attr-defined]
    out = dict(item) if isinstance(item, dict) else list(item)
    out[key] = _with(out[key], tuple(rest), part) if rest else part
    return out
