"""How a call of a method is written as a call of a function: where the text says whose method it is.

    layer(x)             layer_forward(layer, x)             "func": what is called
    net.loss(x)          Net_loss_forward(net, x)            "value": what the method is read from
    super().f(x)         Net_f_forward(self, x)              "name self": the name of the object
    net.norm, a @ b      Net_norm_forward(net)               "parts": what the expression is made of
    2 * a                Vec_rmul_forward(a, 2)              "swapped": the same, the right operand first
    Layer(w)             making(Layer, Layer_init_forward)(w)    "make": the class

Python evaluates the receiver before the arguments in all of them, as it does in the user's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from ..lower.core import Refuse
from ..order import idle

Render = Callable[[Any], str]


def receiver(node: Any, form: str, render: Render) -> str:
    """The text of the first argument of a call; empty if the user's text has it already."""
    if form == "func":
        return grouped(node.func, render)
    if form == "value":
        return grouped(node.func.value, render)
    if form.startswith("name "):
        return form.removeprefix("name ")
    return ""


def parts(node: Any, form: str, render: Render) -> list[str]:
    """The operands of an expression that is no call, in the order of the parameters."""
    if form == "swapped" and not (idle(node.left) or idle(node.right)):
        raise Refuse(node, "an operator that the right operand's class defines", "both operands are computed here",
                     "assign one of them to a name on a line before")  # fmt: skip
    if isinstance(node, gast.BinOp):
        found = [node.left, node.right]
    elif isinstance(node, gast.Subscript):
        found = [node.value, node.slice]
    elif isinstance(node, gast.UnaryOp):
        found = [node.operand]
    else:
        found = [node.value]
    texts = [grouped(n, render) for n in found]
    return texts[::-1] if form == "swapped" else texts


def grouped(node: Any, render: Render) -> str:
    """An expression as one argument."""
    text = render(node)
    bare = isinstance(node, gast.NamedExpr) or isinstance(node, gast.Tuple) and not text.startswith("(")
    return f"({text})" if bare else text
