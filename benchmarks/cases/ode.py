"""A thousand Euler steps of van der Pol's oscillator on Python numbers."""

from __future__ import annotations

from typing import Any

from dlgrad import dlgradient

from ..case import Case


def ode(mu, x0, v0, dt, steps):
    x, v = x0, v0
    loss = 0.0
    for _ in range(steps):
        a = mu * (1.0 - x * x) * v - x
        x = x + dt * v
        v = v + dt * a
        loss = loss + dt * x * x
    dmu, dx0, dv0 = dlgradient(loss, mu, x0, v0)
    return loss, dmu, dx0, dv0


def by_hand(mu, x0, v0, dt, steps):
    x, v = x0, v0
    xs, vs = [], []
    loss = 0.0
    for _ in range(steps):
        xs.append(x)
        vs.append(v)
        a = mu * (1.0 - x * x) * v - x
        x = x + dt * v
        v = v + dt * a
        loss = loss + dt * x * x
    dmu = dx = dv = 0.0
    for i in range(steps - 1, -1, -1):
        # x, v are the state after step i, xs[i], vs[i] the state before it.
        dx += 2.0 * dt * x
        x, v = xs[i], vs[i]
        da = dt * dv
        damping = 1.0 - x * x
        dmu += da * damping * v
        dv += dt * dx + da * mu * damping
        dx -= da * (2.0 * mu * x * v + 1.0)
    return loss, dmu, dx, dv


def arguments(quick: bool) -> tuple[Any, ...]:
    return 1.5, 0.8, -0.4, 0.01, 20 if quick else 1000


def loss(np: Any) -> Any:
    def ode_loss(mu, x, v, dt, steps):
        loss = 0.0
        for _ in range(steps):
            a = mu * (1.0 - x * x) * v - x
            x = x + dt * v
            v = v + dt * a
            loss = loss + dt * x * x
        return loss

    return ode_loss


def torch_loss(torch: Any) -> Any:
    return loss(torch)


def jax_loss(jax: Any) -> Any:
    def ode_loss(mu, x, v, dt, steps):
        def step(state, _):
            x, v, loss = state
            a = mu * (1.0 - x * x) * v - x
            x = x + dt * v
            return (x, v + dt * a, loss + dt * x * x), None

        (_, _, loss), _ = jax.lax.scan(step, (x, v, 0.0), length=steps)
        return loss

    return ode_loss


CASE = Case("ode", ode, by_hand, arguments, (0, 1, 2), loss, torch_loss, jax_loss)
