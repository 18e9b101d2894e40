"""Matrix products: labels pass through when one operand has none.

``W @ X`` with a plain matrix W keeps the labels of a matrix X. Two formatted operands, and
formatted stacks of matrices, are refused: which dimensions meet would depend on their order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..errors import FormatError
from .core import Labelled, bare, labelled_in, rank, relabel


def matmul(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """``np.matmul(A, B)`` with at most one formatted operand."""
    fmt = product_format(*args)
    like = labelled_in([args, kwargs])[0]
    return relabel(like, func(*bare(tuple(args)), **bare(kwargs)), fmt)


def product(like: Labelled, a: Any, b: Any) -> Any:
    """``a @ b`` as an operator."""
    fmt = product_format(a, b)
    return like.label(operator.matmul(bare(a), bare(b)), fmt)


def product_format(a: Any, b: Any) -> str | None:
    """The labels of ``a @ b``: those of the operand that has some."""
    formats = [x.format for x in (a, b) if isinstance(x, Labelled) and x.format]
    if not formats:
        return None
    if len(formats) == 2:
        raise FormatError(
            f"A @ B of data labelled {formats[0]!r} and {formats[1]!r}: at most one may have "
            f"labels; use fullyconnect, or strip one with stripdims"
        )
    if rank(bare(a)) != 2 or rank(bare(b)) != 2:
        raise FormatError(
            f"A @ B of data labelled {formats[0]!r}: a labelled operand must be a matrix and meet "
            f"a matrix; use fullyconnect, or strip the labels with stripdims"
        )
    return formats[0]
