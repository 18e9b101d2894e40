"""Generated functions, found again: by code object, then by the kinds of the arguments.

One `Family` per code object keeps the programs written for it. Function objects of one code (a
lambda in a loop, a closure made anew) share what was written, where what they close over is alike.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from types import CodeType, FunctionType
from typing import Any

from ..runtime.errors import DLError, UnsupportedSyntax
from .cache import specialise
from .descriptions import OddArray, describe, path_to
from .guards import Guards
from .pipeline import bind_names
from .running import Specialised
from .source import unwrap

CAPACITY = 64
_LOCK = threading.RLock()


class Family:
    """The programs written for one code object, newest last.

    Attributes:
        static: paths of arguments whose very value the text depends on.
    """

    def __init__(self, code: CodeType, specials: dict[Any, str], higher: bool, capacity: int = CAPACITY) -> None:
        self.code, self.specials, self.higher, self.capacity = code, specials, higher, capacity
        self.static: frozenset[str] = frozenset()
        self.made: OrderedDict[Any, list[tuple[Guards, Specialised]]] = OrderedDict()
        self.hits = self.calls = 0

    def find(self, fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Specialised:
        """The program for arguments like these, written now if there is none."""
        try:
            key: Any = tuple([describe(a) for a in args])
            known = self.made.get(key, ())
        except RecursionError:
            raise DLError("an argument contains itself, or is nested too deeply: parameters must be a tree") from None
        except OddArray as error:
            raise named_array(error, fun, args, kwargs) from None
        if kwargs:
            key = (key, self.keywords(fun, kwargs))
        if self.static:
            key = (key, self.values(fun, args, kwargs))
        self.calls += 1
        if kwargs or self.static:
            known = self.made.get(key, ())
        for guards, program in known:
            if program.fun is fun and guards.hold():
                self.hits += 1
                return program
        for guards, program in known:
            if program.fun is not fun and (moved := guards.rebased(program.fun, fun)) is not None and moved.hold():
                self.hits += 1
                return self.keep(key, moved, program.rebuilt(fun))
        return self.write(fun, args, kwargs, key)

    def keywords(self, fun: FunctionType, kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The key of the keyword arguments."""
        try:
            return tuple([(k, describe(v)) for k, v in kwargs.items()])
        except RecursionError:
            raise DLError("an argument contains itself, or is nested too deeply: parameters must be a tree") from None
        except OddArray as error:
            raise named_array(error, fun, (), kwargs) from None

    def keep(self, key: Any, guards: Guards, program: Specialised) -> Specialised:
        """Remember a program, and forget those whose surroundings have changed, and the oldest."""
        with _LOCK:
            kept = [(g, p) for g, p in self.made.get(key, ()) if g.hold()][: self.capacity // 8]
            self.made[key] = [(guards, program), *kept]
            while len(self.made) > self.capacity:
                self.made.popitem(last=False)
        return program

    def write(self, fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], key: Any) -> Specialised:
        with _LOCK:
            program = specialise(fun, args, kwargs, self.specials, self.higher, self.static)
            if program.written.static != self.static:
                self.static = program.written.static
                self.made.clear()
                plain = tuple([describe(a) for a in args])
                key = (plain, tuple([(k, describe(v)) for k, v in kwargs.items()])) if kwargs else plain
                key = (key, self.values(fun, args, kwargs))
            return self.keep(key, Guards(program.written.guards), program)

    def values(self, fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The values of the arguments that the text depends on, by path."""
        bound = bind_names(fun, args, kwargs)
        out = []
        for path in sorted(self.static):
            value = read_path(bound, path)
            out.append((path, type(value), value if is_hashable(value) else object()))  # else: never found again
        return tuple(out)

    def clear(self) -> None:
        """Forget every program."""
        self.made.clear()
        self.hits = self.calls = 0


def named_array(error: OddArray, fun: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> OddArray:
    """The error, with the name of the argument."""
    names = fun.__code__.co_varnames
    given = {names[i] if i < fun.__code__.co_argcount else f"argument {i}": v for i, v in enumerate(args)} | kwargs
    found = (path_to(error.array, v, n) for n, v in given.items())
    return OddArray(error.array, next((p for p in found if p is not None), "an argument"))


def is_hashable(x: Any) -> bool:
    try:
        hash(x)
    except TypeError:
        return False
    return True


def read_path(bound: dict[str, Any], path: str) -> Any:
    """What an argument's path, such as ``options['axis']``, leads to."""
    return eval(path, {"__builtins__": {}}, bound)  # a path of our own making


_FAMILIES: OrderedDict[int, Family] = OrderedDict()
MOST = 4096


def family(fun: FunctionType, specials: dict[Any, str], higher: bool = False) -> Family:
    """The programs of a function's code."""
    code = fun.__code__
    found = _FAMILIES.get(id(code))
    if found is None:
        with _LOCK:
            found = _FAMILIES[id(code)] = Family(code, specials, higher)
            while len(_FAMILIES) > MOST:
                _FAMILIES.popitem(last=False)
    return found


def evaluate(fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any], specials: dict[Any, str]) -> Any:
    """Run the program of a callable."""
    if type(fun) is not FunctionType:
        fun, lead, extra = opened(fun)
        args, kwargs = (*lead, *args), {**extra, **kwargs}
    found = _FAMILIES.get(id(fun.__code__)) or family(fun, specials)
    try:
        program = found.find(fun, args, kwargs)
    except DLError as refusal:
        raise refusal.with_traceback(None) from None  # it names the user's line: ours explain nothing
    return program(args, kwargs)


def opened(fun: Any) -> tuple[FunctionType, tuple[Any, ...], dict[str, Any]]:
    """The function behind a bound method, partial or callable object, and what it is given first.

    Raises:
        UnsupportedSyntax: for classes, and callables that are not written in Python.
    """
    target, bound, keywords = unwrap(fun)
    if type(target) is not FunctionType:
        raise UnsupportedSyntax(
            f"{getattr(fun, '__name__', fun)!s} is not a Python function, so its text cannot be read: wrap it in one, "
            f"as in def model(x): return {getattr(fun, '__name__', 'f')!s}(x)"
        )
    return target, tuple(bound), dict(keywords)
