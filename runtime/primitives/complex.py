"""Complex numbers and their parts, absolute values and signs.

A cotangent of a complex z = a + ib is dL/da + i dL/db. Absolute values, signs and angles have
the derivative 0 at 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..declare import away_from, case, conjugate, constant, elementwise, normal, primitive
from .elementwise import tried

_ANY = tried(
    normal, case(normal(2, 3, dtype=complex)), case(normal(dtype=complex)),
    case(normal(3, dtype=np.complex64)), case(normal(3, dtype=np.float32)), case(1.5 - 0.5j),
    case(normal(0, dtype=complex)),
)  # fmt: skip
_APART = tried(lambda *s: away_from(0.0, *s), *_ANY[5:])
_NONE = np.array([0.0, -1.0, 2.0])
_KINK = [case(_NONE, smooth=False), case(_NONE + 0j, smooth=False)]

# --- parts ------------------------------------------------------------------------------------

primitive(np.real, lambda dy, y, val: dy, linear_in="val", try_on=_ANY)
primitive(np.imag, lambda dy, y, val: 1j * dy, linear_in="val", try_on=_ANY, broadcasts=True)
primitive(
    np.conjugate, lambda dy, y, x1: conjugate(dy), linear_in="x1", broadcasts=True, try_on=_ANY
)

# --- absolute values and signs ----------------------------------------------------------------


def absolute_vjp(dy: Any, y: Any, x1: Any) -> Any:
    """The sign of a complex z is z / abs(z), the direction in which abs(z) grows."""
    return dy * np.sign(x1)


def absolute_jvp(tangents: dict[str, Any], y: Any, x1: Any) -> Any:
    """The part of the tangent along the sign."""
    return np.real(conjugate(np.sign(x1)) * tangents["x1"])


primitive(
    np.absolute, absolute_vjp, broadcasts=True, jvp=absolute_jvp, try_on=[*_APART, *_KINK]
)
elementwise(np.fabs, lambda y, x: np.sign(x), try_on=[*tried(lambda *s: away_from(0.0, *s)), _KINK[0]])


def _across(d: Any, sign: Any, x: Any) -> Any:
    """How the sign of a complex x turns when x moves by `d`, which is also the adjoint of that."""
    return 1j * sign * np.imag(conjugate(sign) * d) / (np.abs(x) + (x == 0))


def sign_vjp(dy: Any, y: Any, x1: Any) -> Any:
    """The sign of a real number does not move."""
    return _across(dy, y, x1) if np.iscomplexobj(x1) else None


def sign_jvp(tangents: dict[str, Any], y: Any, x1: Any) -> Any:
    return _across(tangents["x1"], y, x1) if np.iscomplexobj(x1) else np.zeros_like(y)


primitive(np.sign, sign_vjp, broadcasts=True, jvp=sign_jvp, try_on=[*_APART, *_KINK])

# --- angles -----------------------------------------------------------------------------------


def angle_vjp(dy: Any, y: Any, z: Any, deg: Any = False) -> Any:
    """i z / abs(z)**2; the angle of a real number does not move."""
    if not np.iscomplexobj(z):
        return None
    return 1j * _in_unit(dy, deg) * np.sign(z) / (np.abs(z) + (z == 0))


def angle_jvp(tangents: dict[str, Any], y: Any, z: Any, deg: Any = False) -> Any:
    if not np.iscomplexobj(z):
        return np.zeros_like(y)
    return np.imag(_in_unit(tangents["z"], deg) * conjugate(np.sign(z))) / (np.abs(z) + (z == 0))


def _in_unit(d: Any, deg: bool) -> Any:
    return 57.29577951308232 * d if deg else d


primitive(
    np.angle, angle_vjp, wrt="z", broadcasts=True, jvp=angle_jvp,
    try_on=[*_APART, *_KINK, case(normal(3, dtype=complex), deg=True),
            case(normal(3, dtype=complex), True)],
)  # fmt: skip

# --- questions --------------------------------------------------------------------------------

_WHY = "its result does not move: it says whether numbers are real"
constant(np.isreal, _WHY, sizes="same").broadcasts = True
constant(np.iscomplex, _WHY, sizes="same").broadcasts = True
constant(np.isrealobj, _WHY, sizes="same")
constant(np.iscomplexobj, _WHY, sizes="same")
