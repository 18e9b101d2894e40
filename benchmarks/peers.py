"""The same gradients by autograd, PyTorch and JAX, each if it is installed.

A peer gets its arguments as its own arrays before the clock starts, and JAX is compiled, so what
is timed is the call alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from .case import Case

Build = Callable[[Case, tuple[Any, ...]], Callable[[], Any]]


def autograd(case: Case, args: tuple[Any, ...]) -> Callable[[], Any]:
    """The call by autograd."""
    differentiated = import_module("autograd").value_and_grad(
        case.loss(import_module("autograd.numpy")), argnum=case.wrt
    )

    def call() -> Any:
        value, gradients = differentiated(*args)
        return value, *gradients

    return call


def torch(case: Case, args: tuple[Any, ...]) -> Callable[[], Any]:
    """The call by PyTorch."""
    torch = import_module("torch")
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    loss = case.torch(torch)
    tensors = [_tensor(torch, a, i in case.wrt) for i, a in enumerate(args)]
    wrt = [tensors[i] for i in case.wrt]

    def call() -> Any:
        value = loss(*tensors)
        return value.detach(), *torch.autograd.grad(value, wrt)

    return call


def _tensor(torch: Any, a: Any, differentiated: bool) -> Any:
    if isinstance(a, np.ndarray):
        return torch.tensor(a, requires_grad=differentiated)
    return torch.tensor(a, dtype=torch.float64, requires_grad=True) if differentiated else a


def jax(case: Case, args: tuple[Any, ...]) -> Callable[[], Any]:
    """The call by JAX, compiled."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    loss = case.jax(jax) if case.jax else case.loss(import_module("jax.numpy"))
    static = tuple(i for i, a in enumerate(args) if isinstance(a, int))
    compiled = jax.jit(jax.value_and_grad(loss, case.wrt), static_argnums=static)
    arrays = [a if isinstance(a, int) else jax.numpy.asarray(a) for a in args]

    def call() -> Any:
        value, gradients = jax.block_until_ready(compiled(*arrays))
        return value, *gradients

    return call


PEERS: dict[str, Build] = {"autograd": autograd, "torch": torch, "jax": jax}


def installed() -> dict[str, Build]:
    """The peers that can be imported."""
    return {name: build for name, build in PEERS.items() if find_spec(name)}
