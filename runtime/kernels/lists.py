"""Lists of arrays whose length is known only at run time, and sums over broadcast axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import kernel


@kernel
def list_append(items: Any, item: Any) -> Any:
    """A new list with one more entry."""
    return [*items, item]


@kernel
def list_item(items: Any, index: Any) -> Any:
    """`items[index]`."""
    return items[index]


@kernel
def entry_if_made(items: Any, key: Any) -> Any:
    """`items[key]`, or None of what does not exist yet, which is None."""
    return None if items is None else items[key]


@kernel
def list_put(items: Any, index: Any, item: Any) -> Any:
    """A new list with another entry at `index`."""
    out = list(items)
    out[index] = item
    return out


@kernel
def list_reversed(items: Any) -> Any:
    """The entries from the last to the first."""
    return list(items)[::-1]


@kernel
def list_zeros(items: Any) -> Any:
    """A zero for every entry, nested as the entries are; for what does not exist yet, which is None, a number."""
    if items is None:
        return 0.0
    if isinstance(items, (list, tuple)):
        return [list_zeros(i) for i in items]
    if isinstance(items, dict):
        return {k: list_zeros(v) for k, v in items.items()}
    return 0.0 if isinstance(items, (int, float)) else np.zeros_like(items)[()]


@kernel
def list_add_at(items: Any, index: Any, d: Any) -> Any:
    """A new list with `d` added to the entry at `index`."""
    out = list(items)
    out[index] = list_add(out[index], d)
    return out


@kernel
def list_add(a: Any, b: Any) -> Any:
    """The sum of two cotangents, entry by entry where they are lists; None counts as zero."""
    if a is None or b is None:
        return b if a is None else a
    if isinstance(a, (list, tuple)):
        return [list_add(p, q) for p, q in zip(a, b, strict=True)]
    if isinstance(a, dict):
        return {k: list_add(a.get(k), b.get(k)) for k in {**a, **b}}
    return a + b


@kernel
def list_init(items: Any) -> Any:
    """All entries but the last."""
    return list(items)[:-1]


@kernel
def list_pad(rows: Any, like: Any) -> Any:
    """Cotangents of the entries a loop has seen, with zeros for those it has not."""
    if isinstance(like, np.ndarray):
        return stack_rows(rows, like.shape, like.dtype if like.dtype.kind in "fc" else None)
    rest = list(like)[len(rows) :]
    return [*rows, *list_zeros(rest)]


@kernel
def stack_rows(rows: Any, shape: Any, dtype: Any = None) -> Any:
    """Cotangents of the rows a loop has seen as an array of `shape`; zeros for the others."""
    out = np.zeros(shape, dtype_of(rows) if dtype is None else dtype)
    for i, row in enumerate(rows):
        out[i] = row
    return out


def dtype_of(rows: Any) -> Any:
    """The dtype that loses nothing of any row; Python's numbers, alone, are of double precision."""
    arrays = {row.dtype for row in rows if isinstance(row, (np.ndarray, np.generic))}
    plain = {type(row) for row in rows if isinstance(row, (int, float, complex)) and not isinstance(row, np.generic)}
    nested = [np.asarray(row) for row in rows if isinstance(row, (list, tuple))]
    found = np.result_type(*arrays, *nested, *(number(0) for number in plain)) if len(rows) else np.dtype(float)
    return found if found.kind in "fc" else np.dtype(float)


@kernel
def stack_some(rows: Any, shape: Any, dtype: Any = None) -> Any:
    """The same as `stack_rows`, of a loop that may have ended before the array did."""
    return stack_rows(rows, shape, dtype)


@kernel
def first_rows(d: Any, rows: Any) -> Any:
    """As many entries of `d` as there are `rows`."""
    return d[: len(rows)]


@kernel
def sum_to(d: Any, shape: Any) -> Any:
    """Sum a cotangent over the axes along which an operand of `shape` was stretched."""
    if np.shape(d) == tuple(shape):
        return d
    d = np.asarray(d)
    if d.ndim < len(shape):
        return np.broadcast_to(d, shape)
    lead = d.ndim - len(shape)
    stretched = [i + lead for i, n in enumerate(shape) if n == 1 and d.shape[i + lead] != 1]
    out = d.sum(axis=(*range(lead), *stretched), keepdims=True)
    return np.broadcast_to(out.reshape(out.shape[lead:]), shape)


@kernel
def fitted(d: Any, like: Any) -> Any:
    """A cotangent with the shape, dtype and type (array, NumPy scalar, number) of its operand.

    For operands of which nothing was known when the gradient was written; None is a zero.
    """
    if d is None:
        return list_zeros(like)
    if isinstance(like, (list, tuple)):
        return [fitted(e, entry) for e, entry in zip(d, like, strict=True)]
    if isinstance(like, dict):
        return {k: fitted(d.get(k), entry) for k, entry in like.items()}
    if not isinstance(like, (np.ndarray, np.generic, float, complex)):
        return d
    out = np.asarray(sum_to(d, np.shape(like)))
    if np.iscomplexobj(out) and not np.iscomplexobj(like):
        out = out.real
    dtype = np.asarray(like).dtype
    out = out.astype(dtype, copy=False) if dtype.kind in "fc" else out
    if isinstance(like, np.ndarray):
        return out
    return out[()] if isinstance(like, np.generic) else out.item()


@kernel
def list_each(d: Any, items: Any) -> Any:
    """The cotangent `d` of a sum for each of the items that were added up, in its shape."""
    return [fitted(d, item) for item in items]


@kernel
def list_total(rows: Any, like: Any) -> Any:
    """The sum of all entries of a list, in the shape of `like`."""
    total = list_zeros(like)
    for row in rows:
        total = list_add(total, row)
    return fitted(total, like)


@kernel
def check_scalar(y: Any, text: Any) -> Any:
    """The value to differentiate, if it is one number.

    Raises:
        TypeError: for something that is no number.
        ValueError: naming its shape.
    """
    if y is None or isinstance(y, (str, bytes, list, tuple, dict)):
        raise TypeError(f"dlgradient of {text}, which is no number but {type(y).__name__}")
    if np.size(y) != 1:
        raise ValueError(
            f"dlgradient of {text}, which is not a scalar: its shape is {np.shape(y)}. "
            f"Sum it first: dlgradient(np.sum({text}), ...)"
        )
    return y


@kernel
def shape_of(x: Any) -> Any:
    """The shape of an array or number of which nothing was known before.

    Raises:
        TypeError: for anything else: `+` of tuples, say, is no arithmetic.
    """
    if isinstance(x, (np.ndarray, np.generic, int, float, complex)):
        return np.shape(x)
    raise TypeError(f"a gradient flows through a {type(x).__name__} where an array or a number was expected")


@kernel
def copied(x: Any) -> Any:
    """A copy of an array; lists and dicts with copies of what they hold; anything else as it is."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if type(x) in (list, tuple):
        return type(x)(copied(i) for i in x)
    return {k: copied(v) for k, v in x.items()} if type(x) is dict else x
