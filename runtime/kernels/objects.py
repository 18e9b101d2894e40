"""Objects that a model makes: their `__init__` runs as the function that was generated for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..declare import kernel


@kernel
def making(cls: Any, forward: Any) -> Callable[..., Any]:
    """What makes an object of a class by a forward function of its `__init__`: ``(object, what is saved)``."""

    def make(*args: Any, **kwargs: Any) -> Any:
        new = cls.__new__(cls)
        _, saved = forward(new, *args, **kwargs)
        return new, saved

    return make


@kernel
def made(cls: Any, init: Any) -> Callable[..., Any]:
    """What makes an object of a class by a function in place of its `__init__`."""

    def make(*args: Any, **kwargs: Any) -> Any:
        new = cls.__new__(cls)
        init(new, *args, **kwargs)
        return new

    return make


@kernel
def making_after(cls: Any, forward: Any) -> Callable[..., Any]:
    """`making` for a dataclass, by a forward function of its `__post_init__`."""

    def make(*args: Any, **kwargs: Any) -> Any:
        saved: list[Any] = []
        new = initialised(cls, lambda new: saved.append(forward(new)[1]), args, kwargs)
        return new, saved[0]

    return make


@kernel
def made_after(cls: Any, post: Any) -> Callable[..., Any]:
    """`made` for a dataclass, by a function in place of its `__post_init__`."""

    def make(*args: Any, **kwargs: Any) -> Any:
        return initialised(cls, post, args, kwargs)

    return make


def initialised(cls: Any, post: Callable[[Any], Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """An object whose own `__post_init__` is found before that of its class."""
    new = cls.__new__(cls)
    new.__dict__["__post_init__"] = lambda: post(new)
    try:
        cls.__init__(new, *args, **kwargs)
    finally:
        del new.__dict__["__post_init__"]
    return new


@kernel
def like_record(cls: Any, attributes: dict[str, Any]) -> Any:
    """An object of a class with these attributes, made without running code of the class."""
    new = object.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(new, name, value)
    return new
