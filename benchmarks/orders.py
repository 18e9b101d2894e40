"""How much code derivatives of order 1, 2, 3 of a network of eight layers take, and how long it takes to write it."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import dlgrad as dl
import numpy as np

from . import report
from .case import rng

LAYERS = 8
WIDTH = 16


def network(x: Any, p: Any) -> Any:
    """A tanh network from one number to one number, layer by layer as it would be written by hand."""
    h1 = np.tanh(x @ p["W1"] + p["b1"])
    h2 = np.tanh(h1 @ p["W2"] + p["b2"])
    h3 = np.tanh(h2 @ p["W3"] + p["b3"])
    h4 = np.tanh(h3 @ p["W4"] + p["b4"])
    h5 = np.tanh(h4 @ p["W5"] + p["b5"])
    h6 = np.tanh(h5 @ p["W6"] + p["b6"])
    h7 = np.tanh(h6 @ p["W7"] + p["b7"])
    return np.tanh(h7 @ p["W8"] + p["b8"])


def order_0(x: Any, p: Any) -> Any:
    """The value alone."""
    return np.sum(network(x, p))


def order_1(x: Any, p: Any) -> Any:
    """The slope of the network at every input."""
    return dl.dlgradient(np.sum(network(x, p)), x)


def order_2(x: Any, p: Any) -> Any:
    """Its curvature."""
    u_x = dl.dlgradient(np.sum(network(x, p)), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(u_x), x)


def order_3(x: Any, p: Any) -> Any:
    """Its third derivative."""
    u_x = dl.dlgradient(np.sum(network(x, p)), x, EnableHigherDerivatives=True)
    u_xx = dl.dlgradient(np.sum(u_x), x, EnableHigherDerivatives=True)
    return dl.dlgradient(np.sum(u_xx), x)


MODELS: tuple[Callable[..., Any], ...] = (order_0, order_1, order_2, order_3)


def arguments() -> tuple[Any, ...]:
    """Inputs and parameters of the network."""
    sizes = [1, *[WIDTH] * (LAYERS - 1), 1]
    p: dict[str, Any] = {}
    for i in range(LAYERS):
        p[f"W{i + 1}"] = rng().normal(size=sizes[i : i + 2]) / np.sqrt(sizes[i])
        p[f"b{i + 1}"] = rng().normal(size=sizes[i + 1])
    return rng().normal(size=(5, 1)), p


def written(order: int) -> tuple[int, float]:
    """The lines of the module that holds a derivative, and the time of the process that it took to write it.

    A line is one that holds code. At order 0 the network is left as it is: its own lines are counted.
    """
    model, args = MODELS[order], arguments()
    start = time.process_time()
    text = str(dl.gradient_source(model, *args))
    seconds = time.process_time() - start
    return lines_of(text if order else text + inspect.getsource(network)), seconds


def lines_of(text: str) -> int:
    """How many lines of a text are neither empty nor a comment alone."""
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines())


def table() -> str:
    """Lines, and times, for every order."""
    rows = [written(order) for order in range(len(MODELS))]
    lines = rows[0][0]
    return report.table(["order", "lines", "to order 0", "written in"],
                        [[str(k), str(n), report.ratio(n / lines), report.duration(seconds)]
                         for k, (n, seconds) in enumerate(rows)])  # fmt: skip
