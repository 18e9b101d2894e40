"""The cases, one file each."""

from ..case import Case
from . import elementwise, gmm, large_mlp, ode, recurrent, small_mlp

CASES: tuple[Case, ...] = (
    small_mlp.CASE,
    large_mlp.CASE,
    recurrent.CASE,
    ode.CASE,
    elementwise.CASE,
    gmm.CASE,
)
