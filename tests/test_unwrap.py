"""The function behind a callable, and the arguments that are bound already."""

import functools
from types import FunctionType, MethodType

import numpy as np
import pytest
from dlgrad.transpile.source import read, unwrap


def plain(x):
    return x


class Model:
    """A callable object with all sorts of methods."""

    def __call__(self, x, y=0):
        return self, x, y

    def method(self, x):
        return self, x

    @classmethod
    def of_class(cls, x):
        return cls, x

    @staticmethod
    def static(x):
        return x

    part = functools.partialmethod(__call__, y=5)


class Static:
    """A class whose objects are called without themselves."""

    __call__ = staticmethod(lambda x: x)


class Delegate:
    """A class whose objects hand the call to another object."""

    __call__ = Model()


MODEL = Model()

CALLABLES = {
    "function": plain,
    "lambda": lambda x: x,
    "method": MODEL.method,
    "method_of_class": Model.of_class,
    "static": MODEL.static,
    "static_object": vars(Model)["static"],
    "object": MODEL,
    "static_call": Static(),
    "delegate": Delegate(),
    "partial": functools.partial(MODEL, y=1),
    "partial_of_partial": functools.partial(functools.partial(lambda *a, **k: (a, k), 1, b=2, c=2), 3, b=4),
    "partial_of_partial_object": functools.partial(functools.partial(MODEL, y=1), y=2),
    "partial_method": MODEL.part,
    "method_of_object": MethodType(MODEL, 3),
}


@pytest.mark.parametrize("fun", CALLABLES.values(), ids=CALLABLES)
def test_the_function_behind_a_callable(fun):
    target, bound, keywords = unwrap(fun)
    assert isinstance(target, FunctionType)
    if fun is not plain:
        count = 0 if isinstance(fun, MethodType) and fun.__func__ is MODEL else 1
        given = [7] * max(count, 0)
        assert target(*bound, *given, **keywords) == fun(*given)


@pytest.mark.parametrize("fun", [len, np.exp, [].append, int, Model, functools.lru_cache(plain)])
def test_classes_and_compiled_callables_are_their_own_target(fun):
    assert unwrap(fun) == (fun, (), {})


def test_bound_arguments_of_compiled_callables():
    assert unwrap(functools.partial(np.add, 1, dtype=float)) == (np.add, (1,), {"dtype": float})


def test_decorators_are_not_skipped():
    @functools.wraps(plain)
    def wrapper(x):
        return x

    assert unwrap(wrapper)[0] is wrapper and read(wrapper).name == "wrapper"


@pytest.mark.parametrize("thing", [3, None, vars(Model)["of_class"], Model.__new__(type("Plain", (), {}))])
def test_what_cannot_be_called(thing):
    with pytest.raises(TypeError, match="not callable"):
        unwrap(thing)
