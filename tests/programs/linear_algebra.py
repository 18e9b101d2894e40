"""Factorisations, solves, filters, iterations on matrices."""

import numpy as np

from . import Program, matrices, vectors


def gaussian_process(log_length, log_noise, x, y):
    d2 = (x[:, None] - x[None, :]) ** 2
    k = np.exp(-0.5 * d2 / np.exp(2 * log_length)) + np.exp(log_noise) * np.eye(len(x))
    lower = np.linalg.cholesky(k)
    alpha = np.linalg.solve(lower.T, np.linalg.solve(lower, y))
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(lower))) + 0.5 * len(x) * np.log(2 * np.pi)


def gaussian_density(x, mean, a):
    cov = a @ a.T + np.eye(len(x))
    sign, logdet = np.linalg.slogdet(cov)
    r = x - mean
    return -0.5 * (r @ np.linalg.inv(cov) @ r + logdet)


def cholesky_by_hand(a):
    n = a.shape[0]
    s = a @ a.T + n * np.eye(n)
    lower = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            t = s[i, j] - lower[i, :j] @ lower[j, :j]
            if i == j:
                lower[i, j] = np.sqrt(t)
            else:
                lower[i, j] = t / lower[j, j]
    return np.sum(lower**2 * np.arange(1, n + 1))


def kalman_filter(a, q, observations):
    n = a.shape[0]
    x, p = np.zeros(n), np.eye(n)
    h = np.eye(n)[:2]
    r = 0.5 * np.eye(2)
    nll = 0.0
    for z in observations:
        x = a @ x
        p = a @ p @ a.T + q * np.eye(n)
        innovation = z - h @ x
        s = h @ p @ h.T + r
        gain = p @ h.T @ np.linalg.inv(s)
        x = x + gain @ innovation
        p = (np.eye(n) - gain @ h) @ p
        nll += 0.5 * (innovation @ np.linalg.solve(s, innovation) + np.log(np.linalg.det(s)))
    return nll


def least_squares(a, b):
    x = np.linalg.solve(a.T @ a + 0.1 * np.eye(a.shape[1]), a.T @ b)
    return np.sum((a @ x - b) ** 2) + np.sum(x)


def power_iteration(m):
    s = m @ m.T
    v = np.ones(m.shape[0])
    for _ in range(6):
        v = s @ v
        v = v / np.linalg.norm(v)
    return v @ s @ v


def gram_schmidt(m):
    basis = []
    for v in m:
        for b in basis:
            v = v - (v @ b) * b
        basis.append(v / np.sqrt(v @ v))
    q = np.stack(basis)
    return np.sum(q * m)


def gaussian_elimination(a, b):
    a = a + 5 * np.eye(len(b))
    a, b = a.copy(), b.copy()
    n = len(b)
    for k in range(n):
        for i in range(k + 1, n):
            f = a[i, k] / a[k, k]
            a[i, k:] -= f * a[k, k:]
            b[i] -= f * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
    return np.sum(x**2)


def conjugate_gradients(a, b):
    s = a @ a.T + np.eye(len(b))
    x = np.zeros_like(b)
    r = b - s @ x
    p = r.copy()
    rr = r @ r
    for _ in range(3):
        sp = s @ p
        alpha = rr / (p @ sp)
        x += alpha * p
        r -= alpha * sp
        rr_new = r @ r
        p = r + (rr_new / rr) * p
        rr = rr_new
    return x @ x


def newton_system(x0, target):
    x = x0
    for _ in range(3):
        f = x + 0.1 * x**3 - target
        j = np.diag(1 + 0.3 * x**2)
        x = x - np.linalg.solve(j, f)
    return np.sum(x)


def matrix_exponential(m):
    term = np.eye(m.shape[0])
    total = term
    for k in range(1, 8):
        term = term @ m / k
        total = total + term
    return np.trace(total)


def quadratic_forms(m, x, y):
    return x @ m @ y + x.dot(m.T).dot(x) + np.inner(x, y) + np.einsum("i,ij,j->", x, m, y) + np.vdot(y, m @ x)


def eigenvalues(m):
    s = m + m.T
    values, vectors = np.linalg.eigh(s)
    return np.sum(np.exp(0.1 * values)) + values[-1] * np.sum(vectors[:, -1] ** 4)


def singular_values(m):
    u, s, vt = np.linalg.svd(m, full_matrices=False)
    return np.sum(s) + np.sum((u[:, 0] * s[0]) @ u) ** 2


def block_matrix(m, x):
    n = len(x)
    top = np.hstack([m, x[:, None]])
    bottom = np.append(x, 0.0).reshape(1, n + 1)
    k = np.vstack([top, bottom])
    return np.linalg.det(k) + np.sum(np.kron(m[:2, :2], m[:2, :2]))


def batch_products(a, b):
    s = a @ b
    t = np.matmul(np.swapaxes(a, 1, 2), a)
    return np.sum(np.tanh(s)) + np.sum(t[..., 0] * t[..., 1]) + np.einsum("bij,bji->", a, b)


def rotations(angles):
    m = np.eye(3)
    for k, angle in enumerate(angles):
        c, s = np.cos(angle), np.sin(angle)
        if k % 2 == 0:
            r = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        else:
            r = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        m = r @ m
    return np.sum(m * np.arange(9).reshape(3, 3))


def qr_loss(m):
    q, r = np.linalg.qr(m)
    return np.sum(np.abs(np.diag(r))) + np.sum((q @ r - 1) ** 2)


def toeplitz(x):
    n = len(x)
    i = np.arange(n)
    t = x[np.abs(i[:, None] - i[None, :])]
    return np.sum(t @ t)


def page_rank(m):
    p = np.exp(m)
    p = p / p.sum(axis=0)
    r = np.full(len(m), 1 / len(m))
    while True:
        new = 0.85 * p @ r + 0.15 / len(m)
        if np.abs(new - r).max() < 1e-2:
            break
        r = new
    return new @ np.arange(len(m))


def system(rng, n):
    return rng.normal(size=(n, n)), rng.normal(size=n)


PROGRAMS = [
    Program(
        gaussian_process, lambda rng, n: (0.1, -1.0, rng.normal(size=n), rng.normal(size=n)), (0, 1, 2, 3)
    ),
    Program(
        gaussian_density,
        lambda rng, n: (rng.normal(size=n), rng.normal(size=n), rng.normal(size=(n, n))),
        (0, 1, 2),
    ),
    Program(cholesky_by_hand, matrices(1)),
    Program(
        kalman_filter, lambda rng, n: (0.5 * rng.normal(size=(n, n)), 0.3, rng.normal(size=(4, 2))), (0, 1, 2)
    ),
    Program(least_squares, lambda rng, n: (rng.normal(size=(n + 2, n)), rng.normal(size=n + 2)), (0, 1)),
    Program(power_iteration, matrices(1)),
    Program(gaussian_elimination, system, (0, 1)),
    Program(conjugate_gradients, system, (0, 1)),
    Program(newton_system, vectors(2), (0, 1)),
    Program(matrix_exponential, matrices(1)),
    Program(quadratic_forms, lambda rng, n: (*system(rng, n), rng.normal(size=n)), (0, 1, 2)),
    Program(eigenvalues, matrices(1)),
    Program(singular_values, lambda rng, n: (rng.normal(size=(n + 1, n)),)),
    Program(block_matrix, system, (0, 1)),
    Program(batch_products, lambda rng, n: (rng.normal(size=(2, n, 3)), rng.normal(size=(2, 3, n))), (0, 1)),
    Program(rotations, vectors(1)),
    Program(qr_loss, matrices(1)),
    Program(toeplitz, vectors(1)),
    Program(page_rank, matrices(1)),
    Program(gram_schmidt, matrices(1)),
]
