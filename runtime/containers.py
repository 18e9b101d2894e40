"""Trees of values: parameters kept in dicts, lists, tuples, namedtuples, dataclasses, any nesting.

A tree is taken apart into its leaves and its *structure*, and put together again. A structure is
plain nested tuples ``(class, keys, extra, children)`` with `LEAF` for a leaf: hashable, compared
by ``==``, cheap enough to be made at each call. It holds no leaf, so keeping it keeps no array
alive. Order, keys, classes and attributes of subclasses survive the round trip.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from .declare import UnknownKind
from .labelled.core import is_symbolic

Structure = Any
Opened = tuple[tuple[Any, ...], Any, Sequence[Any]]
"""Keys, what else the class needs to be rebuilt (hashable), children."""


class _Leaf:
    def __repr__(self) -> str:
        return "*"

    def __reduce__(self) -> str:
        return "LEAF"


LEAF = _Leaf()


class _Attribute(str):
    """A key that is read as ``.key``."""

    __slots__ = ()


# Each class has a way to be opened and one to be rebuilt; subclasses bring their attributes.


def _open_dict(tree: dict[Any, Any]) -> Opened:
    return tuple(tree), None, list(tree.values())


def _open_sequence(tree: Sequence[Any]) -> Opened:
    return (len(tree),), None, tree


def _open_namedtuple(tree: Any) -> Opened:
    return tuple(map(_Attribute, tree._fields)), None, tree


def _open_object(tree: Any) -> Opened:
    held = _attributes(tree)
    return tuple(held), None, list(held.values())


def _open_subclass(tree: Any) -> Opened:
    """A subclass of dict, list or tuple: its items, then its attributes."""
    held = _attributes(tree)
    keys = tuple(tree) if isinstance(tree, dict) else (len(tree),)
    items = dict.values(tree) if isinstance(tree, dict) else tree
    extra = getattr(tree, "default_factory", None) if isinstance(tree, defaultdict) else None
    return (keys, tuple(held)), extra, [*items, *held.values()]


def _attributes(tree: Any) -> dict[_Attribute, Any]:
    """The attributes that are set: those in slots, then the others."""
    names = [n for c in type(tree).__mro__[::-1] for n in _slots(c)]
    names += [n for n in getattr(tree, "__dict__", ()) if n not in names]
    return {_Attribute(n): getattr(tree, n) for n in names if hasattr(tree, n)}


def _slots(cls: type) -> tuple[str, ...]:
    slots = cls.__dict__.get("__slots__", ())
    slots = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(s for s in slots if s not in ("__dict__", "__weakref__"))


def _make_dict(kind: type, keys: Any, extra: Any, children: Sequence[Any]) -> Any:
    return dict(zip(keys, children, strict=True))


def _make_sequence(kind: type, keys: Any, extra: Any, children: Sequence[Any]) -> Any:
    return kind(children)


def _make_namedtuple(kind: Any, keys: Any, extra: Any, children: Sequence[Any]) -> Any:
    return tuple.__new__(kind, children)


def _make_object(kind: Any, keys: Any, extra: Any, children: Sequence[Any]) -> Any:
    new = kind.__new__(kind)
    for key, child in zip(keys, children, strict=True):
        object.__setattr__(new, str(key), child)
    return new


def _make_subclass(kind: Any, keys: Any, extra: Any, children: Sequence[Any]) -> Any:
    names, attributes = keys
    count = len(children) - len(attributes)
    new = _fill(kind, names, children[:count])
    if extra is not None:
        new.default_factory = extra
    for key, child in zip(attributes, children[count:], strict=True):
        object.__setattr__(new, str(key), child)
    return new


def _fill(kind: Any, keys: Any, items: Sequence[Any]) -> Any:
    if issubclass(kind, tuple):
        return tuple.__new__(kind, items)
    new = kind.__new__(kind)
    if issubclass(kind, list):
        list.extend(new, items)
        return new
    store = OrderedDict.__setitem__ if issubclass(kind, OrderedDict) else dict.__setitem__
    for key, item in zip(keys, items, strict=True):
        store(new, key, item)
    return new


_Way = tuple[Callable[[Any], Opened], Callable[..., Any]]
_BY_CLASS: dict[type, _Way | None] = {
    dict: (_open_dict, _make_dict),
    list: (_open_sequence, _make_sequence),
    tuple: (_open_sequence, _make_sequence),
    SimpleNamespace: (_open_object, _make_object),
    np.ndarray: None,
}


def register(cls: type, opened: Callable[[Any], Opened], rebuilt: Callable[..., Any]) -> None:
    """Make a class of one's own a container.

    ``opened(tree)`` gives ``(keys, extra, children)`` with hashable keys and extra;
    ``rebuilt(cls, keys, extra, children)`` gives the tree back. A key is shown as a subscript.
    """
    _BY_CLASS[cls] = (opened, rebuilt)


def _way(kind: type) -> _Way | None:
    if kind not in _BY_CLASS:
        _BY_CLASS[kind] = _found(kind)
    return _BY_CLASS[kind]


def _found(kind: type) -> _Way | None:
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _open_namedtuple, _make_namedtuple
    if issubclass(kind, tuple) and hasattr(kind, "n_sequence_fields"):
        return None  # a record of the operating system, as from time.localtime()
    if issubclass(kind, dict | list | tuple):
        return _open_subclass, _make_subclass
    if is_dataclass(kind):
        return _open_object, _make_object
    return None


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves of a tree in order, and its structure. Everything that is no container is a leaf.

    >>> flatten({"W": 1.0, "layers": [2.0, (3.0,)]})[0]
    [1.0, 2.0, 3.0]
    """
    leaves: list[Any] = []
    return leaves, _walk(tree, leaves, set())


def _walk(tree: Any, leaves: list[Any], above: set[int]) -> Structure:
    kind = type(tree)
    way = _BY_CLASS[kind] if kind in _BY_CLASS else _way(kind)
    if way is None:
        leaves.append(tree)
        return LEAF
    _enter(tree, above)
    keys, extra, children = way[0](tree)
    node = (kind, keys, extra, tuple([_walk(c, leaves, above) for c in children]))
    above.discard(id(tree))
    return node


def _enter(tree: Any, above: set[int]) -> None:
    if id(tree) in above:
        raise ValueError(
            f"a {type(tree).__name__} contains itself: parameters must be a tree, so take the "
            f"inner reference out"
        )
    above.add(id(tree))


def unflatten(structure: Structure, leaves: Any) -> Any:
    """The tree of that structure over `leaves` (any iterable of the right length)."""
    rest = iter(leaves)
    tree = _build(structure, rest)
    if next(rest, LEAF) is not LEAF:
        raise ValueError("more leaves than the structure has places")
    return tree


def _build(structure: Structure, leaves: Iterator[Any]) -> Any:
    if structure is LEAF:
        leaf = next(leaves, LEAF)
        if leaf is LEAF:
            raise ValueError("fewer leaves than the structure has places")
        return leaf
    kind, keys, extra, children = structure
    way = _way(kind)
    assert way is not None
    return way[1](kind, keys, extra, [_build(c, leaves) for c in children])


def is_container(tree: Any) -> bool:
    """Whether `tree` is taken apart, rather than being a leaf."""
    return _way(type(tree)) is not None


def is_float(leaf: Any) -> bool:
    """Whether a leaf is differentiated: real or complex floating point, array or scalar."""
    if isinstance(leaf, float | complex):
        return True
    try:
        return getattr(getattr(leaf, "dtype", None), "kind", "") in ("f", "c")
    except UnknownKind:
        return is_symbolic(leaf)


def paths(tree: Any) -> list[str]:
    """How Python reads each leaf, in the order of `flatten`.

    >>> paths({"W": 1.0, "layers": [2.0, (3.0,)]})
    ["['W']", "['layers'][0]", "['layers'][1][0]"]
    """
    return list(_texts(flatten(tree)[1], ""))


def _texts(structure: Structure, text: str) -> Iterator[str]:
    if structure is LEAF:
        yield text
        return
    for key, child in zip(_keys(structure), structure[3], strict=True):
        yield from _texts(child, text + _access(key))


def _keys(structure: Structure) -> list[Any]:
    """One key per child."""
    kind, keys, _, children = structure
    if _way(kind) == (_open_subclass, _make_subclass):
        names, attributes = keys
        count = len(children) - len(attributes)
        return [*(names if issubclass(kind, dict) else range(count)), *attributes]
    return list(range(len(children))) if kind in (list, tuple) else list(keys)


def _access(key: Any) -> str:
    return f".{key}" if isinstance(key, _Attribute) else f"[{key!r}]"


def matched(*trees: Any, names: Sequence[str] = ()) -> tuple[Structure, list[list[Any]]]:
    """The structure of the first tree, and of each tree its leaves in the order of the first.

    Dicts match by key, in any order. `names` (of the arguments) make the errors readable.

    Raises:
        ValueError: the trees differ; the message names the place, as in ``grads['W1']``.
    """
    leaves, structure = flatten(trees[0])
    called = [*names, *["tree"] * len(trees)]
    rest = zip(trees[1:], called[1:], strict=False)
    return structure, [leaves, *[_like(structure, tree, name) for tree, name in rest]]


def _like(structure: Structure, tree: Any, name: str) -> list[Any]:
    leaves, own = flatten(tree)
    return leaves if own == structure else list(_follow(structure, tree, name))


def _follow(structure: Structure, tree: Any, path: str) -> Iterator[Any]:
    if structure is LEAF:
        if is_container(tree):
            raise ValueError(f"{path} is a {type(tree).__name__}, where one value is expected")
        yield tree
        return
    held = _held(structure, tree, path)
    for key, child in zip(_keys(structure), structure[3], strict=True):
        yield from _follow(child, held[_told(key)], path + _access(key))


def _held(structure: Structure, tree: Any, path: str) -> dict[Any, Any]:
    """The children of `tree` by `_told` key, after a check that it is like the structure."""
    if type(tree) is not structure[0]:
        raise ValueError(
            f"{path} is a {type(tree).__name__}, where a {structure[0].__name__} is expected"
        )
    way = _way(type(tree))
    assert way is not None
    keys, extra, children = way[0](tree)
    own = _keys((type(tree), keys, extra, children))
    expected = _keys(structure)
    missing = _beyond(expected, own)
    surplus = _beyond(own, expected)
    if missing or surplus:
        key, what = (missing[0], "is missing") if missing else (surplus[0], "is not expected")
        raise ValueError(f"{path}{_access(key)} {what}")
    return dict(zip(map(_told, own), children, strict=True))


def _beyond(keys: list[Any], others: list[Any]) -> list[Any]:
    there = set(map(_told, others))
    return [k for k in keys if _told(k) not in there]


def _told(key: Any) -> tuple[bool, Any]:
    """The key, told apart from an attribute of the same name."""
    return type(key) is _Attribute, key


def map_leaves(f: Callable[..., Any], *trees: Any, names: Sequence[str] = ()) -> Any:
    """The tree of ``f(leaf, ...)`` over the floating point leaves of like trees.

    Other leaves of the first tree (integers, strings, booleans, None, functions) stay as they
    are. See `matched` for how trees meet and what is refused.
    """
    structure, columns = matched(*trees, names=names)
    rows = zip(*columns, strict=True)
    return unflatten(structure, [f(*row) if is_float(row[0]) else row[0] for row in rows])


def inner_product(a: Any, b: Any) -> Any:
    """The sum over like leaves of ``real(conj(a) * b)``."""
    _, (left, right) = matched(a, b)
    total: Any = 0.0
    for p, q in zip(left, right, strict=True):
        if is_float(p) or is_float(q):
            total = total + np.sum(np.real(np.conj(p) * q))
    return total
