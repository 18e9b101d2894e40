"""What NumPy's functions do with labels: one file per family of functions.

Importing this package fills `core.RULES`; `dlarray` looks its functions up there. Every rule
turns labels into axis numbers and calls the very same NumPy function on bare data.
"""

from . import elementwise, indexing, products, reductions, shaping
from .core import RULES, Labelled, align, bare, is_symbolic, rank

__all__ = [
    "RULES", "Labelled", "align", "bare", "elementwise", "indexing", "is_symbolic", "products",
    "rank", "reductions", "shaping",
]  # fmt: skip
