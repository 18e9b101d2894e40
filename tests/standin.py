"""A stand-in for a symbolic value: it computes in secret, and tells no size and no value.

Code that runs on it takes its decisions on formats, ranks and dtypes alone.
"""

from __future__ import annotations

import numpy as np
from dlgrad.runtime.dlarray import dlarray


class Size:
    """A size that can be used for a shape and for arithmetic, but not looked at."""

    def __init__(self, n):
        self.n = n

    def _secret(self, *_):
        raise AssertionError("a symbolic size was looked at")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __index__ = __int__ = _secret
    __float__ = _secret
    __hash__ = None

    def __mul__(self, other):
        return Size(self.n * opened(other))

    __rmul__ = __mul__


def opened(x):
    if isinstance(x, Standin | Size):
        return x._a if isinstance(x, Standin) else x.n
    if isinstance(x, tuple | list):
        return type(x)(opened(i) for i in x)
    if isinstance(x, dict):
        return {k: opened(v) for k, v in x.items()}
    return x


def closed(x):
    if isinstance(x, tuple | list):
        return type(x)(closed(i) for i in x)
    return Standin(x) if isinstance(x, np.ndarray | np.generic) else x


def _operator(name):
    def call(self, other):
        if isinstance(other, dlarray):
            return NotImplemented
        return closed(getattr(np.asarray(self._a), name)(opened(other)))

    return call


def _secret(self, *_, **__):
    raise AssertionError("a symbolic value was looked at")


class Standin:
    def __init__(self, a):
        self._a = a

    def __dl_call__(self, fun, args, kwargs):
        return closed(fun.__wrapped__(*opened(args), **opened(kwargs)))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if any(isinstance(i, dlarray) for i in inputs):
            return NotImplemented
        return closed(getattr(ufunc, method)(*opened(inputs), **opened(kwargs)))

    def __array_function__(self, func, types, args, kwargs):
        if any(issubclass(t, dlarray) for t in types):
            return NotImplemented
        return closed(func(*opened(args), **opened(kwargs)))

    def __getattr__(self, name):
        if name.startswith("_") or not callable(getattr(np.ndarray, name)):
            raise AttributeError(name)
        method = getattr(self._a, name)
        return lambda *args, **kwargs: closed(method(*opened(args), **opened(kwargs)))

    def __getitem__(self, key):
        return closed(self._a[opened(key)])

    def __setitem__(self, key, value):
        self._a[opened(key)] = opened(value)

    def __neg__(self):
        return closed(-self._a)

    @property
    def shape(self):
        return tuple(Size(n) for n in self._a.shape)

    size = property(lambda self: Size(self._a.size))
    ndim = property(lambda self: self._a.ndim)
    dtype = property(lambda self: self._a.dtype)
    T = property(lambda self: closed(self._a.T))
    real = property(lambda self: closed(self._a.real))
    imag = property(lambda self: closed(self._a.imag))

    __bool__ = __float__ = __int__ = __index__ = __len__ = __iter__ = __array__ = _secret
    __hash__ = None


for _name in ["add", "sub", "mul", "pow", "matmul", "radd", "rsub", "rmul", "rtruediv", "rpow",
              "rmatmul", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "truediv"]:  # fmt: skip
    setattr(Standin, f"__{_name}__", _operator(f"__{_name}__"))


def same_on_symbols(fun, *args):
    """`fun(*args)` on arrays, checked to be the same on stand-ins for the arrays."""
    expected = fun(*args)
    hidden = [_hidden(a) for a in args]
    _compare(fun(*hidden), expected)
    return expected


def _hidden(x):
    if isinstance(x, dlarray):
        return x.label(Standin(x.data.copy()), x.format)
    return Standin(x.copy()) if isinstance(x, np.ndarray) else x


def _compare(got, expected):
    if isinstance(expected, tuple | list):
        assert type(got) is type(expected) and len(got) == len(expected)
        for g, e in zip(got, expected, strict=True):
            _compare(g, e)
        return
    assert isinstance(got, dlarray) == isinstance(expected, dlarray)
    if isinstance(expected, dlarray):
        assert got.format == expected.format
        got, expected = got.data, expected.data
    np.testing.assert_array_equal(np.asarray(opened(got)), np.asarray(expected))
    assert np.asarray(opened(got)).dtype == np.asarray(expected).dtype
