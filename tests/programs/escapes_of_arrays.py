"""Ways by which an entry of an array slips out of sight: differentiated rightly or refused, never dropped."""

import copy

import numpy as np

from . import Program, subtleties


def subtle_through_memory(x):
    y = x * 2
    m = memoryview(y)
    m[0] = x[1]
    return np.sum(y * y)


def subtle_through_tolist(x):
    values = x.tolist()
    return values[0] * values[1] + np.sum(np.array(values) ** 2)


def subtle_through_item(x):
    return x.item(0) * x[1].item()


def subtle_through_flat(x):
    y = x * 2
    y.flat[0] = x[1] * x[1]
    return sum(v * v for v in y.flat)


def subtle_through_nditer(x):
    y = x * 2
    for v in np.nditer(y, op_flags=["readwrite"]):
        v[...] = v * v
    return np.sum(y)


def subtle_through_vectorize(x):
    return np.sum(np.vectorize(lambda v: v * v if v > 0 else v)(x))


def subtle_through_frompyfunc(x):
    return float(np.sum(np.frompyfunc(lambda v: v * v, 1, 1)(x)))


def subtle_through_apply(x):
    return np.sum(np.apply_along_axis(lambda v: v * v[0], 0, x))


def subtle_through_fromiter(x):
    return np.sum(np.fromiter((v * v for v in x), dtype=float))


def subtle_through_fromfunction(x):
    return np.sum(np.fromfunction(lambda i: x[i.astype(int)] * i, (3,)))


def subtle_through_object_array(x):
    y = np.array([x[0] * x[1], None, x[2]], dtype=object)
    return y[0] * y[2]


def subtle_through_record_array(x):
    y = np.zeros(2, dtype=[("a", float), ("b", float)])
    y["a"] = x[:2] * x[:2]
    return np.sum(y["a"])


def subtle_through_masked_array(x):
    y = np.ma.masked_less(x * x, 0.1)
    return float(y.sum())


def subtle_through_out(x):
    y = np.zeros_like(x)
    np.multiply(x, x, out=y)
    np.sin(y, y)
    return np.sum(y)


def subtle_through_copyto(x):
    y = np.zeros_like(x)
    np.copyto(y, x * x)
    np.put(y, [0], x[1])
    np.place(y, x > 0, x[:1])
    return np.sum(y * y)


def subtle_through_fill_and_sort(x):
    y = x * x
    y.sort()
    z = y.copy()
    z.fill(x[0])
    y.resize(2)
    return y[0] * 2 + np.sum(z)


def subtle_through_ufunc_at(x):
    y = np.ones(3)
    np.multiply.at(y, [0, 0, 1], x[:3])
    return np.sum(y)


def subtle_through_real_view(x):
    z = x + 0j
    z.real[0] = x[1]
    z.imag = x * x
    return np.sum(np.abs(z) ** 2)


def subtle_through_view(x):
    y = x * 2
    v = y.view()
    v[0] = x[1] * x[1]
    w = np.ravel(y)
    w[1] = x[0]
    return np.sum(y * y)


def subtle_through_broadcast(x):
    a, b = np.broadcast_arrays(x, x[:1])
    return np.sum(a * b)


def subtle_through_strides(x):
    v = np.lib.stride_tricks.sliding_window_view(x, 2)
    return np.sum(v[:, 0] * v[:, 1])


def subtle_through_float32(x):
    return float(np.sum(x.astype(np.float32).astype(np.float64) ** 2))


def subtle_through_argmax(x):
    return x[np.argmax(x)] * x[np.argsort(x)[0]]


def subtle_through_comparison(x):
    return float(x[0] > 0) * x[1] + (x[0] > 0) * x[2] + np.sum(x * (x > 0))


def subtle_through_integers(x):
    return int(x[0] * 10) * x[1] + x.astype(int).sum() * x[2] + np.floor(x[0])


def subtle_through_deepcopy(x):
    return np.sum(copy.deepcopy(x) * copy.copy(x))


def subtle_through_bytes(x):
    return np.sum(np.frombuffer(x.tobytes()) * x)


COARSE = {"h": 1e-2, "rtol": 1e-3}
EITHER = [
    Program(f, lambda rng, n: (rng.normal(size=4),), **(COARSE if f is subtle_through_float32 else {}))
    for f in subtleties(globals())
]
