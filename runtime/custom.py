"""Functions whose backward function is the user's own, and functions that are run again for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

Function = Callable[..., Any]


class CustomGradient:
    """A function with a backward function of its own; called like the function.

    Attributes:
        function: what is computed.
        rule: the backward function, called with the cotangent of the result, the result, and the
            arguments; None until there is one.
    """

    def __init__(self, function: Function, rule: Function | None = None) -> None:
        functools.update_wrapper(self, function)
        self.function, self.rule = function, rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def backward(self, rule: Function) -> Function:
        """Give the backward function; a decorator that leaves it as it is.

        Raises:
            TypeError: if there is one already.
        """
        if self.rule is not None:
            raise TypeError(f"{self.label} has a backward function already")
        self.rule = rule
        return rule

    @property
    def label(self) -> str:
        """What messages call the function."""
        return getattr(self.function, "__name__", None) or type(self.function).__name__

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        """A method, where the function is defined in a class."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        return f"<{self.label} with a gradient of its own>"


class Checkpoint:
    """A function whose intermediate values are computed again for the gradient; called like the function."""

    def __init__(self, function: Function) -> None:
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        """A method, where the function is defined in a class."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        return f"<checkpoint of {getattr(self.function, '__name__', type(self.function).__name__)}>"
