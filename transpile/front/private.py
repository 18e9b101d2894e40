"""Private names of a class, as Python mangles them: ``self.__w`` in a class C is ``self._C__w``.

Generated functions stand outside of the class, where ``__w`` would be left as it is.
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from ..lower.core import Refuse


def mangled(tree: Any, cls: str | None) -> Any:
    """This pass gives private names of a class their full names."""
    if cls is None or not any(map(_private, gast.walk(tree))):
        return tree
    tree = copy.deepcopy(tree)
    prefix = f"_{cls.lstrip('_')}" if cls.strip("_") else ""
    for node in gast.walk(tree):
        if not _private(node):
            continue
        if not isinstance(node, gast.Attribute) or not isinstance(node.value, gast.Name):
            raise Refuse(node, f"the private name {getattr(node, 'attr', None) or getattr(node, 'id', '')} in a class",
                         "Python gives it another name there", "give it a name without two underscores")  # fmt: skip
        node.attr = prefix + node.attr
        node.printed_as = f"{node.value.id}.{node.attr}"
    return tree


def _private(node: Any) -> bool:
    name = getattr(node, "attr", None) if isinstance(node, gast.Attribute) else getattr(node, "id", None)
    return isinstance(name, str) and name.startswith("__") and not name.endswith("__")
