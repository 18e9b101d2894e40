"""The rule of einsum: the cotangent of an operand is an einsum of `dy` with all the others.

Invariant: labels are letters only, one an axis: an ellipsis is spelt out with unused letters and
an output that was left out is written, before anything else looks at the subscripts.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..declare import Unsupported, case, conjugate, normal, primitive
from ..kernels.linear import spread_diagonal
from .linear import contract


def einsum_vjp(dy: Any, y: Any, *args: Any, optimize: Any = False) -> list[Any]:
    """Cotangents for ``np.einsum(subscripts, *operands)``; one an argument, None for the text."""
    subscripts, operands = args[0], list(args[1:])
    if not isinstance(subscripts, str):
        raise Unsupported(
            "einsum with lists of axis numbers has no rule; write the subscripts as a string, "
            'as in np.einsum("ij,jk->ik", a, b)'
        )
    inputs, output = spelt_out(subscripts, [np.ndim(x) for x in operands])
    path = optimize if isinstance(optimize, (bool, str)) else True
    return [None] + [
        _pull(dy, i, operands, inputs, output, path) for i in range(len(operands))
    ]  # fmt: skip


def spelt_out(subscripts: str, ranks: Sequence[int]) -> tuple[list[str], str]:
    """The labels of each operand and of the output, without ellipsis.

    >>> spelt_out("...ij,jk", [3, 2])
    (['Aij', 'jk'], 'Aik')
    """
    text = subscripts.replace(" ", "")
    left, arrow, output = text.partition("->")
    terms = left.split(",")
    unused = [c for c in string.ascii_letters[::-1] if c not in text]
    spare = [
        rank - len(term.replace("...", "")) if "..." in term else 0
        for term, rank in zip(terms, ranks, strict=True)
    ]
    dots = "".join(sorted(unused[: max(spare, default=0)]))
    inputs = [
        term.replace("...", dots[len(dots) - n :]) for term, n in zip(terms, spare, strict=True)
    ]
    if not arrow:
        labels = left.replace(",", "").replace("...", "")
        output = "..." + "".join(sorted(c for c in set(labels) if labels.count(c) == 1))
    return inputs, output.replace("...", dots)


def _pull(dy: Any, i: int, operands: list[Any], inputs: list[str], output: str, path: Any) -> Any:
    """The cotangent of operand number `i`."""
    x, labels = operands[i], inputs[i]
    unique = "".join(dict.fromkeys(labels))
    others = [conjugate(o) for j, o in enumerate(operands) if j != i]
    terms = [t for j, t in enumerate(inputs) if j != i]
    known = [c for c in unique if c in output + "".join(terms)]
    d = _einsum([output, *terms], "".join(known), [dy, *others], path)
    if len(known) < len(unique):
        d = _broadcast(d, known, unique, x, labels)
    if len(unique) == len(labels):
        return d
    return spread_diagonal(d, tuple(unique.index(c) for c in labels))


def _broadcast(d: Any, known: list[str], unique: str, x: Any, labels: str) -> Any:
    """Stretch `d` along the labels that only `x` has: the call summed over them."""
    if known:
        d = d[tuple(slice(None) if c in known else None for c in unique)]
    sizes = x.shape if len(unique) == len(labels) else tuple(
        x.shape[labels.index(c)] for c in unique
    )  # fmt: skip
    return np.broadcast_to(d, sizes)


def _einsum(terms: list[str], target: str, operands: list[Any], path: Any) -> Any:
    """``np.einsum``, or the plain product it stands for."""
    if terms == [target]:
        return operands[0]
    if len(operands) == 2:
        product = _product(terms, target, operands)
        if product is not None:
            return product
    options = {"optimize": path} if path else {}
    if len(operands) == 2 and set(terms[0]) & set(terms[1]) - set(target):
        options = {"optimize": True}
    return np.einsum(f"{','.join(terms)}->{target}", *operands, **options)


def _product(terms: list[str], target: str, operands: list[Any]) -> Any:
    """The contraction of two operands as matmul or tensordot; None where it is neither."""
    (left, right), (x, y) = terms, operands
    batch = _common_start(left, right, target)
    core = [t[batch:] for t in (left, right, target)]
    summed = [c for c in core[0] if c in core[1]]
    if not summed or "".join(sorted(core[2])) != "".join(sorted(set(core[0]) ^ set(core[1]))):
        return None
    if any(len(set(t)) < len(t) for t in (left, right)):
        return None
    if batch:
        return _batched(core, x, y) if len(summed) == 1 and max(map(len, core)) == 2 else None
    free = [c for c in left + right if c not in summed]
    if len(summed) == 1 and len(left) == len(right) == 2 and free != list(target):
        return contract(y, [right.index(summed[0])], x, [left.index(summed[0])])
    d = contract(x, [left.index(c) for c in summed], y, [right.index(c) for c in summed])
    return d if free == list(target) else np.transpose(d, tuple(free.index(c) for c in target))


def _common_start(*terms: str) -> int:
    """How many first labels all the terms share."""
    n = 0
    while n < min(map(len, terms)) and len({t[n] for t in terms}) == 1:
        n += 1
    return n


def _batched(core: list[str], x: Any, y: Any) -> Any:
    """A matmul over leading batch axes; the cores are two labels each."""
    left, right, target = core
    if len(left) != 2 or len(right) != 2:
        return None
    if target[0] in right:
        (left, x), (right, y) = (right, y), (left, x)
    first = x if target[0] == left[0] else x.mT
    return first @ (y if target[1] == right[1] else y.mT)


einsum = primitive(
    np.einsum,
    einsum_vjp,
    stretches=True,
    try_on=[
        case("ij,jk->ik", normal(2, 3), normal(3, 4)), case("ij,jk", normal(2, 3), normal(3, 4)),
        case("ij,jk->ki", normal(2, 3), normal(3, 4)), case("ij,kj->ik", normal(2, 3), normal(4, 3)),
        case("ji,jk->ki", normal(3, 2), normal(3, 4)), case("i,i->", normal(3), normal(3)),
        case("i,i", normal(3), normal(3)), case("i,j->ij", normal(3), normal(2)),
        case("i,j->ji", normal(3), normal(2)), case("ij,j->i", normal(2, 3), normal(3)),
        case("i,ij->j", normal(2), normal(2, 3)), case("ij,ij->ij", normal(2, 3), normal(2, 3)),
        case("ij,ij->", normal(2, 3), normal(2, 3)), case("ij,ij->i", normal(2, 3), normal(2, 3)),
        case("ij->ji", normal(2, 3)), case("ji", normal(2, 3)), case("ij->", normal(2, 3)),
        case("ij->j", normal(2, 3)), case("ii->", normal(3, 3)), case("ii", normal(3, 3)),
        case("ii->i", normal(3, 3)), case("iij->j", normal(2, 2, 3)), case("iij->ij", normal(2, 2, 3)),
        case("iji,j->i", normal(2, 3, 2), normal(3)), case("iii->i", normal(3, 3, 3)),
        case("ii,jj->", normal(2, 2), normal(3, 3)), case("ij,kl->", normal(2, 3), normal(4, 2)),
        case("ij,k->i", normal(2, 3), normal(4)), case("ijk,k->j", normal(2, 3, 4), normal(4)),
        case("bij,bjk->bik", normal(5, 2, 3), normal(5, 3, 4)),
        case("bhqd,bhkd->bhqk", normal(2, 3, 4, 5), normal(2, 3, 6, 5)),
        case("bqhd,bkhd->bhqk", normal(2, 4, 3, 5), normal(2, 6, 3, 5)),
        case("bij,bj->bi", normal(5, 2, 3), normal(5, 3)), case("ijk,ilm->jklm", normal(2, 3, 4),
        normal(2, 5, 1)),
        case("ij,jk,kl->il", normal(2, 3), normal(3, 4), normal(4, 5)),
        case("ij,jk,kl->il", normal(2, 3), normal(3, 4), normal(4, 5), optimize=True),
        case("ij,jk,kl->il", normal(2, 3), normal(3, 4), normal(4, 5), optimize="greedy"),
        case("ij,jk,kl->il", normal(2, 3), normal(3, 4), normal(4, 5),
             optimize=["einsum_path", (0, 1), (0, 1)]),
        case("i,i,i->i", normal(3), normal(3), normal(3)), case("i,ij,j->", normal(2), normal(2, 3),
        normal(3)),
        case("...i,i->...", normal(4, 2, 3), normal(3)), case("...ij,...jk->...ik", normal(5, 2, 3),
        normal(3, 4)),
        case("...ij,...jk", normal(5, 2, 3), normal(6, 1, 3, 4)), case("i...->...", normal(3, 2)),
        case("...", normal(2, 3)), case("...ii->...i", normal(4, 3, 3)), case("...,...", normal(3),
        normal(2, 1)),
        case("ij,jk->ik", normal(2, 1), normal(3, 4)), case("ij,ij->ij", normal(1, 3), normal(2, 3)),
        case("ij,ij->j", normal(1, 3), normal(2, 3)), case("ij,jk->ik", normal(2, 0), normal(0, 4)),
        case("ij,jk->ik", normal(1, 3), normal(3, 1)), case(",ij->ij", normal(), normal(2, 3)),
        case("ij , jk -> ik", normal(2, 3), normal(3, 4)), case("i->", normal(0)),
        case("ij,jk->ik", normal(2, 3, dtype=complex), normal(3, 4, dtype=complex)),
        case("ij,jk->ik", normal(2, 3), normal(3, 4, dtype=complex)),
        case("iij,j->", normal(2, 2, 3, dtype=complex), normal(3, dtype=complex)),
        case("ij,jk->ik", normal(2, 3, dtype=np.float32), normal(3, 4, dtype=np.float32)),
    ],
)  # fmt: skip


spread_diagonal_row = primitive(
    spread_diagonal,
    lambda dy, y, d, axes: np.einsum(_diagonal_text(axes), dy),
    name="spread_diagonal", kernel=True, linear_in="d",
    try_on=[case(normal(3), (0, 0)), case(normal(3, 2), (0, 1, 0)), case(normal(2, 3), (1, 0, 1)),
            case(normal(2, dtype=complex), (0, 0, 0))],
)  # fmt: skip


def _diagonal_text(axes: Sequence[int]) -> str:
    letters = "".join(string.ascii_lowercase[i] for i in axes)
    return f"{letters}->{string.ascii_lowercase[: max(axes) + 1]}"
