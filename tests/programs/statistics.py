"""Likelihoods and losses: regressions, mixtures, clusters, kernels."""

import numpy as np

from . import Program, vectors


def logistic_regression(w, b, x, t):
    z = x @ w + b
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)) + 0.01 * np.sum(w**2)


def stable_logistic(w, x, t):
    z = x @ w
    return np.mean(np.logaddexp(0, z) - t * z)


def softmax_regression(w, x, labels):
    z = x @ w
    z = z - np.max(z, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(labels)), labels])


def poisson_regression(w, x, counts):
    rate = np.exp(0.3 * (x @ w))
    return np.sum(rate - counts * np.log(rate))


def gaussian_mixture(logits, means, log_scales, data):
    weights = np.exp(logits - np.max(logits))
    weights = weights / np.sum(weights)
    total = 0.0
    for value in data:
        p = 0.0
        for k in range(len(means)):
            s = np.exp(log_scales[k])
            p += weights[k] * np.exp(-0.5 * ((value - means[k]) / s) ** 2) / (s * np.sqrt(2 * np.pi))
        total -= np.log(p)
    return total / len(data)


def gaussian_mixture_vectorised(logits, means, log_scales, data):
    z = (data[:, None] - means[None, :]) / np.exp(log_scales)
    logp = -0.5 * z**2 - log_scales - 0.5 * np.log(2 * np.pi) + logits
    m = logp.max(axis=1, keepdims=True)
    per_point = m[:, 0] + np.log(np.exp(logp - m).sum(axis=1))
    return -(per_point - np.logaddexp.reduce(logits)).sum()


def kmeans_loss(centers, data):
    total = 0.0
    for p in data:
        distances = [np.sum((p - c) ** 2) for c in centers]
        total = total + min(distances)
    return total / len(data)


def kmeans_vectorised(centers, data):
    d = ((data[:, None, :] - centers[None, :, :]) ** 2).sum(-1)
    nearest = np.argmin(d, axis=1)
    return d[np.arange(len(data)), nearest].mean()


def kmeans_step(centers, data):
    d = np.sum((data[:, None, :] - centers) ** 2, axis=2)
    soft = np.exp(-d)
    soft /= soft.sum(axis=1, keepdims=True)
    moved = (soft.T @ data) / soft.sum(axis=0)[:, None]
    return np.sum((moved - centers) ** 2)


def kernel_density(points, bandwidth, data):
    total = 0.0
    for p in points:
        u = (data - p) / bandwidth
        total += np.log(np.mean(np.exp(-0.5 * u * u)) / bandwidth)
    return total


def pairwise_distances(x):
    squares = np.sum(x**2, axis=1)
    d2 = squares[:, None] + squares[None, :] - 2 * x @ x.T
    iu = np.triu_indices(len(x), 1)
    return np.sum(np.sqrt(d2[iu]))


def contrastive(a, b):
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    s = a @ b.T / 0.5
    return -np.mean(np.diag(s) - np.log(np.sum(np.exp(s), axis=1)))


def huber_regression(w, x, t, delta=0.7):
    r = x @ w - t
    small = np.abs(r) <= delta
    return np.mean(np.where(small, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta)))


def elastic_net(w, x, t):
    residual = t - x @ w
    return residual @ residual / (2 * len(t)) + 0.1 * (0.5 * np.abs(w).sum() + 0.25 * w @ w)


def correlation(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return (dx * dy).sum() / np.sqrt((dx**2).sum() * (dy**2).sum())


def ar_likelihood(phi, log_sigma, series):
    s = np.exp(log_sigma)
    total = 0.0
    for t in range(2, len(series)):
        predicted = phi[0] * series[t - 1] + phi[1] * series[t - 2]
        total += 0.5 * ((series[t] - predicted) / s) ** 2 + log_sigma
    return total


def hidden_markov(log_a, log_b, observations):
    a = np.exp(log_a) / np.exp(log_a).sum(axis=1, keepdims=True)
    b = np.exp(log_b) / np.exp(log_b).sum(axis=1, keepdims=True)
    n = a.shape[0]
    alpha = np.full(n, 1.0 / n) * b[:, observations[0]]
    log_likelihood = 0.0
    for o in observations[1:]:
        c = alpha.sum()
        log_likelihood += np.log(c)
        alpha = (alpha / c) @ a * b[:, o]
    return -(log_likelihood + np.log(alpha.sum()))


def matrix_factorisation(u, v, ratings):
    total = 0.0
    for i, j, r in ratings:
        total += (r - u[i] @ v[j]) ** 2
    return total + 0.1 * (np.sum(u**2) + np.sum(v**2))


def variance_and_quantities(x):
    z = (x - np.mean(x)) / (np.std(x) + 1e-3)
    return np.mean(z**3) + np.var(x, ddof=1) + np.median(x) + np.ptp(x)


def gumbel_softmax(logits, noise):
    y = np.exp((logits + noise) / 0.7)
    y = y / y.sum(axis=-1, keepdims=True)
    return np.sum(y * np.arange(y.shape[-1]))


def regression(rng, n):
    x = rng.normal(size=(n + 2, n))
    return rng.normal(size=n), x, (rng.uniform(size=n + 2) > 0.5).astype(float)


def mixture(rng, n):
    return rng.normal(size=n), rng.normal(size=n), 0.3 * rng.normal(size=n), rng.normal(size=n + 3)


def clusters(rng, n):
    return rng.normal(size=(n - 1, 2)), rng.normal(size=(n + 3, 2))


PROGRAMS = [
    Program(
        logistic_regression, lambda rng, n: (lambda w, x, t: (w, 0.3, x, t))(*regression(rng, n)), (0, 1)
    ),
    Program(stable_logistic, regression),
    Program(
        softmax_regression,
        lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(n + 1, n)), rng.integers(3, size=n + 1)),
    ),
    Program(
        poisson_regression,
        lambda rng, n: (rng.normal(size=n), rng.normal(size=(n + 2, n)), rng.poisson(2, size=n + 2)),
    ),
    Program(gaussian_mixture, mixture, (0, 1, 2, 3)),
    Program(gaussian_mixture_vectorised, mixture, (0, 1, 2, 3)),
    Program(kmeans_loss, clusters, (0, 1)),
    Program(kmeans_vectorised, clusters, (0, 1)),
    Program(kmeans_step, clusters, (0, 1)),
    Program(kernel_density, lambda rng, n: (rng.normal(size=2), 0.8, rng.normal(size=n)), (0, 1, 2)),
    Program(pairwise_distances, lambda rng, n: (rng.normal(size=(n, 2)),)),
    Program(contrastive, lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=(n, 3))), (0, 1)),
    Program(huber_regression, regression),
    Program(elastic_net, regression),
    Program(correlation, vectors(2), (0, 1)),
    Program(ar_likelihood, lambda rng, n: (rng.normal(size=2), 0.2, rng.normal(size=n + 2)), (0, 1, 2)),
    Program(
        hidden_markov, lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=(n, 3)), [0, 2, 1, 1, 0])
    ),
    Program(
        hidden_markov,
        lambda rng, n: (rng.normal(size=(n, n)), rng.normal(size=(n, 3)), rng.integers(3, size=n + 1)),
        (0, 1),
    ),
    Program(
        matrix_factorisation,
        lambda rng, n: (
            rng.normal(size=(n, 2)),
            rng.normal(size=(n, 2)),
            [(0, 1, 1.5), (2, 0, -0.5), (0, 0, 2.0)],
        ),
        (0, 1),
    ),
    Program(variance_and_quantities, vectors(1)),
    Program(gumbel_softmax, lambda rng, n: (rng.normal(size=(2, n)), rng.normal(size=(2, n)))),
]
