"""The errors and warnings that dlgrad raises on purpose."""

from __future__ import annotations


class DLError(Exception):
    """Any refusal of dlgrad: the message names the place, the reason and what to write."""


class UnsupportedSyntax(DLError):
    """The transpiler cannot prove that it keeps the meaning of a statement."""


class NotDifferentiable(DLError):
    """The gradient depends on something that has no derivative rule."""


class FormatError(DLError, ValueError):
    """Labels that do not fit together, or a label that is missing."""


class TraceError(DLError, ValueError):
    """`dlgradient` was asked for something that is not a scalar of the model, or outside it."""


class GradientWarning(UserWarning):
    """A gradient that is zero or constant for a reason the user may not have meant."""


class StrictError(DLError):
    """What is a `GradientWarning` otherwise, under ``options(strict=True)``."""


class NumericsError(DLError, FloatingPointError):
    """The first NaN or infinity, under ``options(check_numerics=True)``."""
