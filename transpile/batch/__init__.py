"""A loop over directions as one computation with one more axis, the first."""

from . import products  # its rules are registered

__all__ = ["products"]
