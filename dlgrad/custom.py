"""Gradients of one's own: `custom_gradient`, `checkpoint` and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .runtime.custom import Checkpoint, CustomGradient, DifferentiableFunction
from .runtime.errors import TraceError
from .specials import special


def custom_gradient(function: Callable[..., Any] | None = None, backward: Callable[..., Any] | None = None) -> Any:
    """A function with a backward function of its own; a decorator.

    The backward function is called as ``backward(dy, y, *arguments)``: the gradient of the loss with
    respect to the result (of its shape and structure), the result, and the arguments as the function was
    given them. It returns the gradient with respect to the argument, or a tuple with one entry for each
    argument; None stands for zero. Neither function may change its arguments in place. The function
    itself is not looked into, so it may call anything; where the backward function is written in what
    dlgrad differentiates, higher derivatives go through it.

    >>> import numpy as np
    >>> @custom_gradient
    ... def sign(x):
    ...     return np.sign(x)
    >>> @sign.backward
    ... def sign_backward(dy, y, x):
    ...     return dy * (np.abs(x) < 1)

    ``@custom_gradient(backward=f)`` gives the backward function at once.
    """
    if function is None:
        return lambda fun: CustomGradient(fun, backward)
    return CustomGradient(function, backward)


@special("checkpoint")
def checkpoint(function: Callable[..., Any]) -> Checkpoint:
    """The function, with its intermediate values computed again for the gradient instead of kept.

    Memory is saved, and the function is run twice. It may not act on anything but its result: no
    printing, no random numbers, no changes of its arguments or of what lives outside.

    >>> import numpy as np
    >>> @checkpoint
    ... def block(x, W):
    ...     return np.tanh(np.tanh(x @ W) @ W)
    """
    return function if isinstance(function, Checkpoint) else Checkpoint(function)


@checkpoint
def turns(step: Callable[..., Any], state: Any, start: int, stop: int, *given: Any) -> Any:
    """Some turns of a `checkpoint_loop`."""
    for k in range(start, stop):
        state = step(state, k, *given)
    return state


@special("checkpoint_loop")
def checkpoint_loop(step: Callable[..., Any], state: Any, count: int, *given: Any) -> Any:
    """What ``for k in range(count): state = step(state, k, *given)`` leaves in `state`.

    For the gradient about the square root of `count` states are kept, and the turns between two of them are
    run once more, so that memory is of the order of the square root of `count`.

    Args:
        step: a function that is defined outside of the model; see `checkpoint` for what it may not do.
        state: an array, a number, or a container of them; every turn gives one of the same structure.

    >>> import numpy as np
    >>> checkpoint_loop(lambda x, k, a: x + a * k, 0.0, 5, 2.0)
    20.0
    """
    size = int(count**0.5) + 1
    for start in range(0, count, size):
        state = turns(step, state, start, min(start + size, count), *given)
    return state


@special("gradient_of")
def gradient_of(x: Any) -> Any:
    """A block for the backward half: ``with gradient_of(h) as dh:`` acts once on the gradient of `h`.

    `dh` is the sum of what all later uses of `h` give. What the block binds it to, or changes in it, goes on
    instead of it; other variables of the model may be read in the block as they are at its line.

    >>> def model(w, x):
    ...     h = np.tanh(x @ w)
    ...     with gradient_of(h) as dh:
    ...         dh = np.clip(dh, -1.0, 1.0)
    ...     return dlgradient(np.sum(h ** 3), w)

    Raises:
        TraceError: always, when it is called outside `dlfeval`.
    """
    raise TraceError("gradient_of was called outside dlfeval: its block belongs to a model function")


@special("straight_through")
def straight_through(fun: Callable[[Any], Any]) -> CustomGradient:
    """`fun` with the gradient of the identity: what flows back to the result goes to the argument as it is.

    For rounding and other steps whose own derivative is zero (MATLAB: `bypassdlgradients`). The result
    must have the shape of the argument.

    >>> import numpy as np
    >>> rounded = straight_through(np.round)
    >>> rounded(np.array([0.4, 1.6]))
    array([0., 2.])
    """

    def straight(x: Any) -> Any:
        return fun(x)

    return CustomGradient(straight, passed_on)


def passed_on(dy: Any, y: Any, x: Any) -> Any:
    """The backward function of the identity."""
    return dy


__all__ = [
    "DifferentiableFunction", "checkpoint", "checkpoint_loop", "custom_gradient", "gradient_of", "straight_through",
]  # fmt: skip
