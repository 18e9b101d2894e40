"""Functions whose backward function is the user's own, and functions that are run again for it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy as np

Function = Callable[..., Any]


class Wrapper:
    """What is called like the function it holds, and calls it."""

    function: Any

    @property
    def dlgrad_calls(self) -> Any:
        """What a call of this calls."""
        return self.function


class Custom:
    """What is called like a function and has a backward function of its own.

    Attributes:
        function: what is computed.
        rule: the backward function; None until there is one.
        lead: what both are given before their arguments.
        memory: how many values the function returns for its backward function only.
    """

    function: Function
    rule: Function | None
    lead: tuple[Any, ...] = ()
    memory = 0

    @property
    def label(self) -> str:
        """What messages call the function."""
        return getattr(self.function, "__name__", None) or type(self.function).__name__

    def arranged(self, cotangents: list[Any], results: list[Any], arguments: list[Any], memory: list[Any],
                 pack: Callable[[list[Any]], Any]) -> list[Any]:  # fmt: skip
        """The arguments of the backward function; `pack` makes one of several results."""
        return [pack(cotangents), pack(results), *arguments]


class CustomGradient(Custom, Wrapper):
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

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        """A method, where the function is defined in a class."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        return f"<{self.label} with a gradient of its own>"


class DifferentiableFunction(Custom):
    """A function as a class with a `forward` and a `backward` method, as MATLAB's `deep.DifferentiableFunction`.

    A subclass calls ``super().__init__(num_outputs, SaveInputsForBackward=..., SaveOutputsForBackward=...,
    NumMemoryValues=...)``, and defines

    - ``forward(self, X1, ...)``, which returns the outputs, then as many memory values as it announced;
    - ``backward(self, dLdZ1, ..., X1, ..., Z1, ..., memory1, ...)``, which returns one gradient for each
      input. Inputs and outputs are passed if they are saved, memory values always.

    Objects are called with the inputs and return the outputs, in models and elsewhere.
    """

    def __init__(self, num_outputs: int = 1, *, SaveInputsForBackward: bool = False,
                 SaveOutputsForBackward: bool = False, NumMemoryValues: int = 0) -> None:  # fmt: skip
        if num_outputs < 1 or NumMemoryValues < 0:
            raise ValueError("a DifferentiableFunction has one output or more, and no negative number of memory values")
        self.num_outputs, self.memory = num_outputs, NumMemoryValues
        self.saves_inputs, self.saves_outputs = SaveInputsForBackward, SaveOutputsForBackward

    def forward(self, *inputs: Any) -> Any:
        """The outputs, then the memory values."""
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def backward(self, *given: Any) -> Any:
        """One gradient for each input."""
        raise NotImplementedError(f"{type(self).__name__} has no backward method")

    def __call__(self, *inputs: Any) -> Any:
        return self.evaluate(*inputs)[0]

    def evaluate(self, *inputs: Any) -> tuple[Any, tuple[Any, ...]]:
        """The outputs, and the memory values, which share no memory with inputs or outputs."""
        out = self.forward(*inputs)
        if not self.memory:
            return out, ()
        count = len(out) - self.memory if isinstance(out, tuple) else -1
        if count != self.num_outputs:
            raise ValueError(f"forward of {type(self).__name__} returns {self.num_outputs} outputs and {self.memory} "
                             f"memory values, {self.num_outputs + self.memory} in all")  # fmt: skip
        outputs = out[:count]
        return outputs if count > 1 else outputs[0], tuple(apart(m, (*inputs, *outputs)) for m in out[count:])

    @property
    def function(self) -> Function:  # type: ignore[override]
        """`forward`, as a function of the object and the inputs."""
        return type(self).forward

    @property
    def rule(self) -> Function:  # type: ignore[override]
        """`backward`, likewise."""
        return type(self).backward

    @property
    def lead(self) -> tuple[Any, ...]:  # type: ignore[override]
        """The object."""
        return (self,)

    @property
    def label(self) -> str:
        """The class in small letters."""
        return type(self).__name__.lower()

    def arranged(self, cotangents: list[Any], results: list[Any], arguments: list[Any], memory: list[Any],
                 pack: Callable[[list[Any]], Any]) -> list[Any]:  # fmt: skip
        """MATLAB's order."""
        saved = [*(arguments if self.saves_inputs else ()), *(results if self.saves_outputs else ())]
        return [*cotangents, *saved, *memory]


def apart(item: Any, others: tuple[Any, ...]) -> Any:
    """An array that shares no memory with others."""
    arrays = [o for o in others if isinstance(o, np.ndarray)]
    if isinstance(item, np.ndarray) and any(np.may_share_memory(item, o) for o in arrays):
        return item.copy()
    return item


class Accelerated(Wrapper):
    """A function with the programs that were written for it: where a model calls it, the function itself.

    Attributes:
        function: what is computed.
        lead, extra: the arguments that it is given first.
    """

    function: Any
    lead: tuple[Any, ...] = ()
    extra: dict[str, Any] = {}

    @property
    def dlgrad_calls(self) -> Any:
        """The function, with the arguments that it is given first."""
        return functools.partial(self.function, *self.lead, **self.extra) if self.lead or self.extra else self.function


class Checkpoint(Wrapper):
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
