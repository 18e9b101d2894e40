"""Patterns of `match`: does one fit what is known of an object, and which names does it bind?

A pattern is looked at as Python does, from left to right. Where that cannot be told, the answer is
left to the run; the names are still bound to what they would hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gast

from ..ir import Value
from ..kinds import Array, Scalar
from .branches import Branches
from .core import Refuse
from .values import Cell, Const, Iter, Labelled, Tup

WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Classes whose one positional pattern is the object itself."""
TEXTS = (str, bytes, bytearray)


@dataclass
class Fit:
    """Whether a pattern fits (None: told by the run), what it binds, and what decides."""

    known: bool | None
    binds: list[tuple[str, Any]] = field(default_factory=list)
    reads: list[Any] = field(default_factory=list)

    def also(self, other: Fit) -> Fit:
        """Both must fit."""
        known = False if False in (self.known, other.known) else None if None in (self.known, other.known) else True
        return Fit(known, [*self.binds, *other.binds], [*self.reads, *other.reads])


class Patterns(Branches):
    """Matching of patterns with abstract values."""

    def fit(self, pattern: Any, item: Any) -> Fit:
        name = type(pattern).__name__.lower()
        return getattr(self, f"fit_{name}")(pattern, item)  # type: ignore[no-any-return]

    def fit_matchvalue(self, pattern: Any, item: Any) -> Fit:
        found = self.compare(None, gast.Eq(), item, self.expr(pattern.value))
        known = self.truth(found)
        return Fit(known, [], [] if known is not None else [found])

    def fit_matchsingleton(self, pattern: Any, item: Any) -> Fit:
        if isinstance(item, Const):
            return Fit(item.value is pattern.value)
        if pattern.value is None:
            known = self.truth(self.compare(None, gast.Is(), item, Const(None)))
        else:
            kind = item.kind if isinstance(item, Value) else None
            never = not isinstance(item, Value) or isinstance(kind, Array) or (
                isinstance(kind, Scalar) and kind.type is not bool)  # fmt: skip
            known = False if never else None
        return Fit(known, [], [item])

    def fit_matchas(self, pattern: Any, item: Any) -> Fit:
        inner = self.fit(pattern.pattern, item) if pattern.pattern is not None else Fit(True)
        return inner.also(Fit(True, [(pattern.name, item)])) if pattern.name is not None else inner

    def fit_matchor(self, pattern: Any, item: Any) -> Fit:
        """The first alternative that fits; where only the run knows which, all must bind the same objects."""
        open_: list[Fit] = []
        for alternative in pattern.patterns:
            found = self.fit(alternative, item)
            if found.known is False:
                continue
            open_.append(found)
            if found.known:
                break
        if not open_:
            return Fit(False)
        if len(open_) == 1:
            return open_[0]
        first = dict(open_[0].binds)
        for other in open_[1:]:
            if any(not same(first[n], i) for n, i in other.binds):
                raise Refuse(pattern, "alternatives of a pattern that bind names to different objects",
                             "which of them fits is not known when the gradient is written",
                             "write a case for each alternative")  # fmt: skip
        return Fit(open_[-1].known, open_[0].binds, [r for f in open_ for r in f.reads])

    # --- sequences -----------------------------------------------------------------------

    def fit_matchsequence(self, pattern: Any, item: Any) -> Fit:
        if not self.may_be(item, Sequence):
            return Fit(False)
        entries = self.entries(item) if self.is_sequence(item) else None
        if entries is None:
            return self.fit_unknown(pattern, item, "a sequence pattern")
        star = next((i for i, p in enumerate(pattern.patterns) if isinstance(p, gast.MatchStar)), None)
        count = len(pattern.patterns) - (star is not None)
        if len(entries) < count or star is None and len(entries) > count:
            return Fit(False)
        after = 0 if star is None else len(pattern.patterns) - star - 1
        out = Fit(True)
        for at, inner in enumerate(pattern.patterns):
            if at == star:
                out = out.also(self.fit_middle(inner, entries[at : len(entries) - after]))
            else:
                place = at if star is None or at < star else at - len(pattern.patterns)
                out = out.also(self.fit(inner, entries[place]))
            if out.known is False:
                return out
        return out

    def fit_middle(self, pattern: Any, entries: tuple[Any, ...]) -> Fit:
        if pattern.name is None:
            return Fit(True)
        cell = Cell("list")
        self.state.heap[cell] = tuple(entries)
        return Fit(True, [(pattern.name, cell)])

    def is_sequence(self, item: Any) -> bool:
        """Surely a sequence to a pattern: texts and arrays are none."""
        cls = self.pattern_class(item)
        return cls is not None and issubclass(cls, Sequence) and not issubclass(cls, TEXTS)

    def may_be(self, item: Any, abstract: Any) -> bool:
        cls = self.pattern_class(item)
        return cls is None or issubclass(cls, abstract) and not (abstract is Sequence and issubclass(cls, TEXTS))

    def pattern_class(self, item: Any) -> type | None:
        """The class of an object, as far as patterns ask; an array or number is neither sequence nor mapping."""
        if isinstance(item, Iter):
            return range if item.how == "range" else object
        if isinstance(item, Labelled) or isinstance(item, Cell) and item.sort == "array" and isinstance(
                self.value(item).kind, Array):  # fmt: skip
            return object
        if isinstance(item, Value) and isinstance(item.kind, (Array, Scalar)):
            return object
        return self.class_of(item) if isinstance(item, (Const, Tup, Cell, Value)) else object

    def fit_unknown(self, pattern: Any, item: Any, what: str) -> Fit:
        """What is in the object is not known now: the run tells, and the names hold something of it."""
        names = [n for p in gast.walk(pattern) for n in (getattr(p, "name", None), getattr(p, "rest", None)) if n]
        why = f"an entry that {what} takes out of something that is not known now"
        return Fit(None, [(n, self.opaque(None, [item], why)) for n in names], [item])

    # --- mappings and classes ------------------------------------------------------------

    def fit_matchmapping(self, pattern: Any, item: Any) -> Fit:
        if not self.may_be(item, Mapping):
            return Fit(False)
        content = self.content(item) if isinstance(item, Cell) and item.sort == "dict" else None
        keys = [self.expr(k) for k in pattern.keys]
        if not isinstance(content, dict) or not all(isinstance(k, Const) for k in keys):
            return self.fit_unknown(pattern, item, "a mapping pattern")
        out = Fit(True)
        for key, inner in zip(keys, pattern.patterns, strict=True):
            if key.value not in content:
                return Fit(False)
            out = out.also(self.fit(inner, content[key.value]))
        if pattern.rest is not None:
            cell = Cell("dict", dict)
            taken = {k.value for k in keys}
            self.state.heap[cell] = {k: v for k, v in content.items() if k not in taken}
            out = out.also(Fit(True, [(pattern.rest, cell)]))
        return out

    def fit_matchclass(self, pattern: Any, item: Any) -> Fit:
        cls = self.expr(pattern.cls)
        if not isinstance(cls, Const) or not isinstance(cls.value, type):
            return self.fit_unknown(pattern, item, "a class pattern")
        known = self.truth(self.is_instance(None, item, cls))
        if known is False:
            return Fit(False)
        parts = self.class_parts(pattern, item, cls.value)
        if parts is None:
            return self.fit_unknown(pattern, item, "a class pattern")
        out = Fit(known, [], [item])
        for inner, entry in parts:
            out = out.also(self.fit(inner, entry))
        return out

    def class_parts(self, pattern: Any, item: Any, cls: type) -> list[tuple[Any, Any]] | None:
        """The patterns inside a class pattern with the attributes they are for; None if one is not known."""
        out: list[tuple[Any, Any]] = []
        names = list(getattr(cls, "__match_args__", ()))
        if cls in WHOLE and len(pattern.patterns) == 1:
            out.append((pattern.patterns[0], item))
        elif len(pattern.patterns) > len(names):
            return None
        else:
            names = [*names[: len(pattern.patterns)], *pattern.kwd_attrs]
            for name, inner in zip(names, [*pattern.patterns, *pattern.kwd_patterns], strict=True):
                if not self.plain_attribute(item, name):
                    return None
                out.append((inner, self.attribute(None, item, name)))
            return out
        return out if not pattern.kwd_attrs else None

    def plain_attribute(self, item: Any, name: str) -> bool:
        """Is this attribute read without any code of the user's?"""
        if isinstance(item, Tup):
            return name in getattr(item.cls, "_fields", ())
        if isinstance(item, Cell) and item.sort == "object":
            content = self.content(item)
            computed = isinstance(getattr(item.cls, name, None), property)
            return isinstance(content, dict) and name in content and not computed
        return False


def same(a: Any, b: Any) -> bool:
    """Are two abstract values one object?"""
    return a is b or isinstance(a, Const) and a.same(b)
