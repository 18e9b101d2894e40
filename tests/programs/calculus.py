"""Models that take Jacobians, divergences and Laplacians along an axis, and directions."""

import dlgrad as dl
import numpy as np
from dlgrad import dldivergence, dlgradient, dljacobian, dllaplacian

from . import Model, differences, numbers, vectors


def field(x, w):
    return np.sin(x @ w.T) * x[:, :1] + x[:, 1:2] ** 2


def potential(x, w):
    return np.sum(np.tanh(x @ w.T) ** 2, axis=1, keepdims=True)


def along(f, x, axis=1):
    """Differences along each coordinate: a list of arrays like f(x)."""
    out = []
    for k in range(x.shape[axis]):
        step = np.zeros_like(x)
        step[(slice(None),) * axis + (k,)] = 1e-3
        at = [f(x + s * step) for s in (1, -1, 2, -2)]
        out.append((8 * (at[0] - at[1]) - (at[2] - at[3])) / 12e-3)
    return out


def jacobian_of_field(x, w):
    return dljacobian(field(x, w), x, 1)


def jacobian_of_field_expected(x, w):
    return np.stack(along(lambda z: field(z, w), x), axis=2)


def components_first(x, w):
    z = x.T
    u = np.cos(w @ z) * z[:1]
    return dljacobian(u, z, 0)


def components_first_expected(x, w):
    return np.stack(along(lambda z: np.cos(w @ z) * z[:1], x.T, 0), axis=1)


def last_axis(x, w):
    u = field(x, w)
    return dljacobian(u, x, -1), dljacobian(u[:, 1:2], x, dim=-1, EnableHigherDerivatives=False)


def last_axis_expected(x, w):
    whole = jacobian_of_field_expected(x, w)
    return whole, whole[:, 1]


def hamiltonian(x, w):
    h = np.sum(np.sin(x) * x, axis=1, keepdims=True) * w[0, 0]
    dh = dljacobian(h, x, 1, EnableHigherDerivatives=True)
    loss = np.sum((dh[:, 1] - x[:, 0]) ** 2) + np.sum((dh[:, 0] + x[:, 1]) ** 2)
    return loss, dlgradient(loss, w)


def hamiltonian_expected(x, w):
    def loss(w):
        dh = (np.cos(x) * x + np.sin(x)) * w[0, 0]
        return np.sum((dh[:, 1] - x[:, 0]) ** 2) + np.sum((dh[:, 0] + x[:, 1]) ** 2)

    return loss(w), differences(loss, w)


def divergence_of_field(x, w):
    return dldivergence(field(x, w), x, 1)


def divergence_of_field_expected(x, w):
    return np.trace(jacobian_of_field_expected(x, w), axis1=1, axis2=2)[:, None]


def laplacian_of_potential(x, w):
    return dllaplacian(potential(x, w), x, 1)


def second(f, x):
    """The sum of the second differences along the coordinates."""
    total = 0.0
    for k in range(x.shape[1]):
        step = np.zeros_like(x)
        step[:, k] = 1e-3
        far = f(x + 2 * step) + f(x - 2 * step)
        total = total + (16 * (f(x + step) + f(x - step)) - far - 30 * f(x)) / 12e-6
    return total


def laplacian_of_potential_expected(x, w):
    return second(lambda z: potential(z, w), x)


def laplacian_of_components(x, w):
    return dllaplacian(field(x, w), x, 1)


def laplacian_of_components_expected(x, w):
    return second(lambda z: field(z, w), x)


def laplacian_of_one_coordinate(p, t):
    """A pendulum: the second derivative in time of each observation."""
    u = np.sum(p["v"] * np.tanh(t * p["w"] + p["b"]), axis=1, keepdims=True)
    residual = dllaplacian(u, t, 1, EnableHigherDerivatives=True) + 4.0 * np.sin(u)
    loss = np.mean(residual**2)
    return loss, dlgradient(loss, p)


def laplacian_of_one_coordinate_expected(p, t):
    def loss(p):
        h = np.tanh(t * p["w"] + p["b"])
        u = np.sum(p["v"] * h, axis=1, keepdims=True)
        bend = np.sum(-2 * p["v"] * p["w"] ** 2 * h * (1 - h**2), axis=1, keepdims=True)
        return np.mean((bend + 4 * np.sin(u)) ** 2)

    return loss(p), {k: differences(lambda v, k=k: loss({**p, k: v}), p[k]) for k in p}


def third_order(x, w):
    """Jacobians of Jacobians of slices, as for the stream function of a flow."""
    a, b = x[:, :1], x[:, 1:2]
    psi = np.sin(a * w[0, 0]) * np.exp(0.5 * b) * b
    u = dljacobian(psi, b, 1, EnableHigherDerivatives=True)
    ub = dljacobian(u, b, 1, EnableHigherDerivatives=True)
    ubb = dljacobian(ub, b, 1, EnableHigherDerivatives=True)
    return ubb, dlgradient(np.sum(ubb**2), w)


def third_order_expected(x, w):
    def value(w):
        a, b = x[:, :1], x[:, 1:2]
        return np.sin(a * w[0, 0]) * np.exp(0.5 * b) * (b / 8 + 0.75)

    return value(w), differences(lambda w: np.sum(value(w) ** 2), w)


def through_the_jacobian(x, w):
    """The gradient of a function of a whole Jacobian, and of a Laplacian of components."""
    u = field(x, w)
    jacobian = dljacobian(u, x, 1, EnableHigherDerivatives=True)
    bend = dllaplacian(u, x, 1, EnableHigherDerivatives=True)
    spread = dldivergence(u, x, 1, EnableHigherDerivatives=True)
    return dlgradient(np.sum(jacobian**2) + np.sum(np.sin(bend)) + np.sum(spread**3), w)


def through_the_jacobian_expected(x, w):
    def loss(w):
        jacobian = np.stack(along(lambda z: field(z, w), x), axis=2)
        bend = second(lambda z: field(z, w), x)
        spread = np.trace(jacobian, axis1=1, axis2=2)
        return np.sum(jacobian**2) + np.sum(np.sin(bend)) + np.sum(spread**3)

    return differences(loss, w, 1e-3)


def constant_jacobian(x, w):
    """Without the option a Jacobian is a constant to later gradients."""
    jacobian = dljacobian(field(x, w), x, 1)
    return dlgradient(np.sum(jacobian) * np.sum(w), w) - np.sum(jacobian)


def constant_jacobian_expected(x, w):
    return np.zeros_like(w)


def several_variables(x, w):
    u = x**2 * w[:1] + w[1:2] * x
    found = dljacobian(u, {"x": x, "both": [x * 1.0, x]}, 1)
    return found["x"], found["both"][0], found["both"][1]


def several_variables_expected(x, w):
    slope = 2 * x * w[:1] + w[1:2]
    whole = np.stack([np.diag(row) for row in slope])
    return whole, np.zeros_like(whole), whole


def in_a_loop(x, w):
    """A divergence of every step, in steps with a branch."""
    total, z = 0.0, x
    for i in range(3):
        u = np.sin(z @ w.T) if i % 2 else z * np.exp(-z)
        total = total + np.sum(dldivergence(u, z, 1))
        z = np.cos(u)
    return total


def in_a_loop_expected(x, w):
    total, z = 0.0, x
    for i in range(3):
        f = (lambda v: np.sin(v @ w.T)) if i % 2 else (lambda v: v * np.exp(-v))
        total += sum(d[:, k].sum() for k, d in enumerate(along(f, z)))
        z = np.cos(f(z))
    return total


def through_loops(x, w):
    """u comes out of a loop with a store and a branch: directions go one by one, or through lists."""
    h = x
    for i in range(4):
        if i == 2:
            h = h * np.cos(h)
        h = np.tanh(h @ w.T) + 0.5 * h
    return dljacobian(h, x, 1), dllaplacian(h, x, 1)


def through_loops_expected(x, w):
    def f(h):
        for i in range(4):
            if i == 2:
                h = h * np.cos(h)
            h = np.tanh(h @ w.T) + 0.5 * h
        return h

    return np.stack(along(f, x), axis=2), second(f, x)


def newton(x):
    """Jacobians, Hessians and directions of functions, asked for in a model."""
    f = dl.jacobian(residuals)
    step = np.linalg.solve(f(x), residuals(x))
    value, tangent = dl.jvp(residuals, (x,), (step,))
    (product,) = dl.hvp(energy, (x,), (step,))
    return x - step, value - tangent, product - dl.hessian(energy)(x) @ step


def residuals(x):
    return x**3 + np.roll(x, 1) - 1.0


def energy(x):
    return np.sum(residuals(x) ** 2)


def newton_expected(x):
    jacobian = np.diag(3 * x**2) + np.roll(np.eye(len(x)), 1, axis=0)
    step = np.linalg.solve(jacobian, residuals(x))
    return x - step, np.zeros_like(x), np.zeros_like(x)


def gradient_of_a_hessian(x):
    bend = dl.hessian(energy)(x)
    return dlgradient(np.sum(bend**2), x)


def gradient_of_a_hessian_expected(x):
    return differences(lambda v: np.sum(bend_of(v) ** 2), x, 1e-3)


def bend_of(x):
    jacobian = np.diag(3 * x**2) + np.roll(np.eye(len(x)), 1, axis=0)
    return 2 * jacobian.T @ jacobian + 2 * np.diag(6 * x * residuals(x))


def tangent_in_a_model(a, b):
    value, tangent = dl.jvp(two_numbers, (a, b), (1.0, None))
    return value[0], tangent, dlgradient(tangent["y"] ** 2, b)


def two_numbers(a, b):
    return {0: a * np.sin(b), "y": a**2 * b}


def tangent_in_a_model_expected(a, b):
    return a * np.sin(b), {0: np.sin(b), "y": 2 * a * b}, 8 * a**2 * b


def batch_and_matrix(rng, n):
    return rng.normal(size=(5, n)), rng.normal(size=(n, n))


def network_in_time(rng, n):
    return {k: rng.normal(size=n) for k in "wbv"}, rng.uniform(size=(6, 1))


def batch_and_vector(rng, n):
    return rng.normal(size=(5, n)), rng.normal(size=n)


MODELS = [
    Model(jacobian_of_field, batch_and_matrix, jacobian_of_field_expected),
    Model(components_first, batch_and_matrix, components_first_expected),
    Model(last_axis, batch_and_matrix, last_axis_expected),
    Model(hamiltonian, batch_and_matrix, hamiltonian_expected),
    Model(divergence_of_field, batch_and_matrix, divergence_of_field_expected),
    Model(laplacian_of_potential, batch_and_matrix, laplacian_of_potential_expected, rtol=1e-5),
    Model(laplacian_of_components, batch_and_matrix, laplacian_of_components_expected, rtol=1e-5),
    Model(laplacian_of_one_coordinate, network_in_time, laplacian_of_one_coordinate_expected),
    Model(third_order, batch_and_matrix, third_order_expected),
    Model(through_the_jacobian, batch_and_matrix, through_the_jacobian_expected, rtol=1e-4),
    Model(constant_jacobian, batch_and_matrix, constant_jacobian_expected),
    Model(several_variables, batch_and_vector, several_variables_expected),
    Model(in_a_loop, batch_and_matrix, in_a_loop_expected),
    Model(through_loops, batch_and_matrix, through_loops_expected, rtol=1e-5),
    Model(newton, vectors(1), newton_expected),
    Model(gradient_of_a_hessian, vectors(1), gradient_of_a_hessian_expected),
    Model(tangent_in_a_model, numbers(2), tangent_in_a_model_expected),
]
